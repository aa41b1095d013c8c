//! The JSON Schemas of the documents.

use keyrail::Document;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::boundary::plain;

/// Returns the JSON Schema (draft 2020-12) of a kind of document: `deployment`, `topology`,
/// `fixtures`, `key-record`, `policy`, `limit`, `limit-state`, `last-uses`, `audit-entry`, `usage`,
/// `retry-policy`, `delivery-state`, `health-policy`, `endpoint-health`, `endpoint-activity`,
/// `receive-policy`, `delivery-claim`, `webhook-scheme`, `key-format`, `key-format-set`,
/// `mask-policy`, `platform`, `scheme` or `trust`.
///
/// The schema accepts every valid document. Rules that it cannot express are checked when the
/// document is read: for example, that a name is unique, or refers to something that exists.
///
/// Raises ValueError if the kind is unknown.
#[pyfunction]
pub(crate) fn json_schema(py: Python<'_>, document: &str) -> PyResult<String> {
    let Some(kind) = Document::ALL.into_iter().find(|kind| kind.name() == document) else {
        let names = Document::ALL.map(Document::name).join(", ");
        return Err(PyValueError::new_err(format!("document must be one of: {names}")));
    };
    plain(py, || kind.json_schema())
}
