//! `keyrail.url`.

use std::borrow::Cow;

use keyrail::url::{self as core, UrlTemplate};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyList, PyString};

use crate::boundary::{call, call_sized, plain_detached, plain_sized};
use crate::error;
use crate::input::{
    QueryPairs, ScalarPairs, Text, Texts, Variables, lone_surrogate, read_argument, unicode, utf8,
};
use crate::{quoted, same_or_new};

/// Escapes every byte outside the unreserved set as `%` and two upper-case hexadecimal digits (RFC
/// 3986, sections 2.1 and 2.3). The string is encoded as UTF-8. For example, `username_new*user`
/// becomes `username_new%2Auser`, and a space becomes `%20`. With another `encode_set`, every byte
/// outside that set is escaped instead.
///
/// `encode_set` is an EncodeSet or the name of one. The sets of RFC 3986 are `unreserved`,
/// `path_segment`, `path`, `query`, `fragment` and `userinfo`. The sets of the WHATWG URL standard
/// are `form`, with which a space becomes `+`, and `component`, which JavaScript's
/// `encodeURIComponent` uses.
///
/// Raises UrlError: `url.unknown_set`.
#[pyfunction]
#[pyo3(
    signature = (text, encode_set = Set::Unreserved),
    text_signature = "(text, encode_set='unreserved')"
)]
pub(crate) fn encode<'py>(
    text: &Bound<'py, PyString>,
    encode_set: Set,
) -> PyResult<Bound<'py, PyString>> {
    match &encode_set {
        Set::Unreserved => rewrite(text, |text| Ok(core::encode(text))),
        Set::Named(set) => rewrite(text, |text| Ok(core::encode_with(text, set))),
        Set::Object(set) => rewrite(text, |text| Ok(core::encode_with(text, &set.get().0))),
    }
}

/// Encodes bytes, which need not be UTF-8, the way `encode` encodes a string. The byte 255 becomes
/// `%FF`.
#[pyfunction]
pub(crate) fn encode_bytes<'py>(py: Python<'py>, data: &[u8]) -> PyResult<Bound<'py, PyString>> {
    let encoded = plain_sized(py, data.len(), || core::encode_bytes(data))?;
    Ok(PyString::new(py, &encoded))
}

/// Encodes each string of a list, as `encode` does. The set is `unreserved`.
#[pyfunction]
pub(crate) fn encode_batch<'py>(texts: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
    let texts = read_argument("texts", texts, |text| Ok(text.cast::<PyString>()?.clone()))?;
    let strings = texts.iter().map(utf8).collect::<PyResult<Vec<_>>>()?;
    let Some(first) = texts.first() else { return Ok(Vec::new()) };
    let encode = || strings.iter().map(|text| core::encode(text)).collect::<Vec<_>>();
    let encoded = plain_detached(first.py(), encode)?;
    Ok(texts.iter().zip(encoded).map(|(text, encoded)| same_or_new(text, encoded)).collect())
}

/// Decodes every escape; the decoded bytes must be UTF-8. Decoding is strict: an invalid escape is
/// an error. A `+` stays a plus sign.
///
/// Raises UrlError with the offset in bytes: `url.malformed_escape`,
/// `url.invalid_utf8`.
#[pyfunction]
pub(crate) fn decode<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    rewrite(text, core::decode)
}

/// Decodes every escape; the decoded bytes need not be UTF-8. Decoding is strict: an invalid escape
/// is an error.
///
/// Raises UrlError with the offset in bytes: `url.malformed_escape`.
#[pyfunction]
pub(crate) fn decode_bytes(py: Python<'_>, text: Text) -> PyResult<Bound<'_, PyBytes>> {
    let decoded = call_sized(py, text.len(), || core::decode_bytes(&text))?;
    Ok(PyBytes::new(py, &decoded))
}

/// Decodes a name or a value of a form (`application/x-www-form-urlencoded`): like `decode`,
/// but a `+` is a space.
///
/// Raises UrlError as `decode` does.
#[pyfunction]
pub(crate) fn decode_form<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    rewrite(text, core::decode_form)
}

/// Decodes each string of a list, as `decode` does. For an invalid string, the result contains a
/// UrlError with the code that `decode` would raise. For a string that is not valid Unicode, this
/// code is `text.lone_surrogate`.
#[pyfunction]
pub(crate) fn decode_batch<'py>(texts: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let texts = read_argument("texts", texts, |text| Ok(text.cast::<PyString>()?.clone()))?;
    let strings = texts.iter().map(unicode).collect::<PyResult<Vec<_>>>()?;
    let Some(first) = texts.first() else { return Ok(Vec::new()) };
    let py = first.py();
    let decode = || strings.iter().map(|text| text.map(core::decode)).collect::<Vec<_>>();
    let decoded = plain_detached(py, decode)?;
    let item =
        |(text, decoded): (&Bound<'py, PyString>, Option<Result<Cow<'_, str>, core::Error>>)| {
            let error = match decoded {
                Some(Ok(decoded)) => return same_or_new(text, decoded).into_any(),
                Some(Err(error)) => error::exception(py, &error.into()),
                None => lone_surrogate(py, "UrlError"),
            };
            error.into_value(py).into_bound(py).into_any()
        };
    Ok(texts.iter().zip(decoded).map(item).collect())
}

/// Normalizes a string to the spelling that `encode` writes, without encoding twice. An escape of
/// an unreserved character is decoded. Any other valid escape is kept, with its hexadecimal digits
/// in upper case. All other characters outside the unreserved set are escaped, and so is a `%` that
/// does not begin an escape. The string may be fully encoded, partly encoded, or not encoded (RFC
/// 3986, section 6.2.2).
#[pyfunction]
pub(crate) fn normalize<'py>(text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
    rewrite(text, |text| Ok(core::normalize(text)))
}

/// Encodes pairs as a query, in the order given. Names and values are encoded by `encode`, so a
/// space becomes `%20`. A name may occur more than once, and a pair whose value is `None` is
/// written without `=`. The pairs may be a mapping. For example, `[("q", "a b"), ("q", "c")]`
/// becomes `q=a%20b&q=c`.
///
/// Raises UrlError: `url.empty_pair` if the only pair has neither a name nor a value.
#[pyfunction]
pub(crate) fn encode_query(py: Python<'_>, pairs: QueryPairs) -> PyResult<String> {
    let length =
        pairs.iter().map(|(name, value)| name.len() + value.as_ref().map_or(0, |it| it.len()));
    call_sized(py, length.sum(), || core::encode_query(&pairs))
}

/// Parses a query into pairs, in order. Repeated names are kept, and an empty value (`a=`) differs
/// from a missing `=` (`a`, whose value is None). Names and values are decoded by `decode`, so a
/// `+` stays a plus sign. An empty query has no pairs.
///
/// Raises UrlError as `decode` does, with the offset in the query.
#[pyfunction]
pub(crate) fn parse_query(py: Python<'_>, query: Text) -> PyResult<Bound<'_, PyList>> {
    PyList::new(py, call_sized(py, query.len(), || core::parse_query(&query))?)
}

/// Returns the result of `work` for a string.
#[inline]
fn rewrite<'py>(
    text: &Bound<'py, PyString>,
    work: impl FnOnce(&str) -> Result<Cow<'_, str>, core::Error> + Send,
) -> PyResult<Bound<'py, PyString>> {
    let string = utf8(text)?;
    Ok(same_or_new(text, call_sized(text.py(), string.len(), || work(string))?))
}

/// The characters that encoding keeps; all others are escaped.
#[pyclass(frozen, eq, module = "keyrail.url")]
#[derive(PartialEq)]
pub(crate) struct EncodeSet(core::EncodeSet);

#[pymethods]
impl EncodeSet {
    /// Creates a set that leaves the unreserved characters and the given ones unencoded. The
    /// unreserved characters are those of RFC 3986, section 2.3; the given ones must be visible
    /// ASCII other than `%`.
    ///
    /// Raises UrlError with the offset in bytes: `url.malformed_set`.
    #[staticmethod]
    fn keeping(py: Python<'_>, characters: Text) -> PyResult<Self> {
        call(py, || core::EncodeSet::keeping(&characters)).map(Self)
    }

    /// Returns the set with this name: `unreserved`, `path_segment`, `path`, `query`,
    /// `fragment`, `userinfo`, `form` or `component`.
    ///
    /// Raises UrlError: `url.unknown_set`.
    #[staticmethod]
    fn named(py: Python<'_>, name: Text) -> PyResult<Self> {
        call(py, || core::EncodeSet::named(&name)).map(|set| Self(set.clone()))
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }
}

/// The set to encode with: the default, a named one, or an EncodeSet.
pub(crate) enum Set {
    Unreserved,
    Named(&'static core::EncodeSet),
    Object(Py<EncodeSet>),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Set {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() {
            let name: Text = object.extract()?;
            return call(object.py(), || core::EncodeSet::named(&name)).map(Self::Named);
        }
        match object.cast::<EncodeSet>() {
            Ok(set) => Ok(Self::Object(set.to_owned().unbind())),
            Err(_) => Err(PyTypeError::new_err("expected the name of a set, or an EncodeSet")),
        }
    }
}

/// A URI template (RFC 6570, all four levels), which is parsed once and can be expanded many times.
/// It may be at most 8 KiB long.
///
/// Raises UrlError with the offset in bytes: `url.malformed_template`,
/// `url.unsupported_operator`, `url.template_too_long`.
#[pyclass(frozen, eq, module = "keyrail.url")]
#[derive(PartialEq)]
pub(crate) struct Template(UrlTemplate);

#[pymethods]
impl Template {
    #[new]
    fn new(py: Python<'_>, text: Text) -> PyResult<Self> {
        call_sized(py, text.len(), || UrlTemplate::parse(&text)).map(Self)
    }

    /// Expands the template (RFC 6570, section 3.2): a variable that is not passed is omitted, and
    /// one that the template does not have is ignored.
    ///
    /// `variables` is a mapping or pairs, at most 4096. A value is a string, a number, a list of
    /// strings and numbers, or an associative array. An associative array is a mapping or pairs.
    /// None and an empty list count as not passed.
    ///
    /// Raises UrlError: `url.duplicate_variable`, `url.too_many_variables`; `url.prefix_of_list`
    /// with the offset of the expression; `url.too_long` if the result is longer than 64 KiB.
    fn expand(&self, py: Python<'_>, variables: Variables) -> PyResult<String> {
        let values = variables.as_values();
        call_sized(py, variables.len(), || self.0.expand(&values))
    }

    /// Expands the template like `expand`, but exactly the variables of the template must be
    /// passed.
    ///
    /// Raises UrlError as `expand` does, and also `url.unknown_variable` and
    /// `url.missing_variable`. The error `url.missing_variable` has the offset of the expression
    /// that needs the variable.
    fn expand_strict(&self, py: Python<'_>, variables: Variables) -> PyResult<String> {
        let values = variables.as_values();
        call_sized(py, variables.len(), || self.0.expand_strict(&values))
    }

    /// The names of the variables in the order in which they first occur in
    /// the template, each once.
    #[getter]
    fn variables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.variables().collect::<Vec<_>>())
    }

    /// Returns the template as a string.
    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Template({})", quoted(py, self.0.as_str())?))
    }
}

/// An absolute `https` URL that ends with a slash; a missing slash is added. It has no user name,
/// query or fragment, and no dot segments, control characters, backslashes or unexpanded braces
/// (RFC 3986). With `allow_loopback`, an `http` URL of the local machine is accepted too.
///
/// Raises UrlError with the offset in bytes: `url.scheme`, `url.userinfo`,
/// `url.empty_host`, `url.malformed_host`, `url.dot_segment` and others.
#[pyclass(frozen, eq, module = "keyrail.url")]
#[derive(PartialEq)]
pub(crate) struct BaseUrl(pub(crate) core::BaseUrl);

#[pymethods]
impl BaseUrl {
    #[new]
    #[pyo3(signature = (text, allow_loopback = false))]
    fn new(py: Python<'_>, text: Text, allow_loopback: bool) -> PyResult<Self> {
        call(py, || match allow_loopback {
            true => core::BaseUrl::new_with_loopback(&text),
            false => core::BaseUrl::new(&text),
        })
        .map(Self)
    }

    /// Expands a template of a base URL. `variables` is a mapping, or pairs of a name and a value.
    /// A value is a string or a number; None counts as not passed. A variable stands for a label of
    /// the host, for the whole host, or for a segment of the path. The position of the variable
    /// determines which values are allowed.
    ///
    /// Raises UrlError: `url.missing_variable`, `url.unknown_variable`, `url.malformed_label`,
    /// `url.malformed_host` and others.
    #[staticmethod]
    fn from_template(py: Python<'_>, template: Text, variables: ScalarPairs) -> PyResult<Self> {
        let length = variables.iter().map(|(_, value)| value.len()).sum();
        call_sized(py, length, || core::BaseUrl::from_template(&template, &variables)).map(Self)
    }

    /// The host in lower case. An IPv6 address has no brackets.
    #[getter]
    fn host(&self) -> &str {
        self.0.host()
    }

    /// The port, if one is specified.
    #[getter]
    fn port(&self) -> Option<u16> {
        self.0.port()
    }

    /// Appends segments to the path, each fully escaped, and returns the URL as a string.
    ///
    /// Raises UrlError: `url.empty_segment`, `url.dot_segment` and others,
    /// with the offset in the segment.
    fn join(&self, py: Python<'_>, segments: Texts) -> PyResult<String> {
        let length = segments.iter().map(|segment| segment.len()).sum();
        call_sized(py, length, || self.0.join(&segments))
    }

    fn __str__(&self) -> &str {
        self.0.as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("BaseUrl({})", quoted(py, self.0.as_str())?))
    }
}
