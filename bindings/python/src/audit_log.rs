//! The audit log of `keyrail.access`: chains, entries and checkpoints.

use keyrail::access as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain_detached};
use crate::input::{Bytes, Document, SecretText, Text, read_pairs};
use crate::{quoted, quoted_or_none};

/// The last entry of a chain at some time: its writer, its number and its authentication code
/// (HMAC).
///
/// Store checkpoints out of reach of anyone who can change the log. The HMAC code covers the last
/// entry and, through the chain, all entries before it. `str` returns the form that
/// `Checkpoint(text)` parses.
#[pyclass(frozen, eq, hash, module = "keyrail.access")]
#[derive(PartialEq, Eq, Hash)]
pub(crate) struct Checkpoint(core::Checkpoint);

#[pymethods]
impl Checkpoint {
    /// Parses the string form of a checkpoint.
    ///
    /// Raises KeyrailError: `access.malformed_checkpoint`, `access.newer_schema`.
    #[new]
    fn new(py: Python<'_>, text: Text) -> PyResult<Self> {
        call(py, || core::Checkpoint::parse(&text)).map(Self)
    }

    /// Returns the checkpoint before the first entry of a writer's chain.
    ///
    /// The writer is the id of the process or database that numbers the entries. Two writers must
    /// not have the same id.
    ///
    /// Raises KeyrailError: `access.malformed_id`.
    #[staticmethod]
    fn start(py: Python<'_>, writer: Text) -> PyResult<Self> {
        call(py, || core::Checkpoint::start(&writer)).map(Self)
    }

    /// The id of the writer.
    #[getter]
    fn writer(&self) -> &str {
        self.0.writer()
    }

    /// The number of the entry; 0 before the first entry.
    #[getter]
    fn number(&self) -> u64 {
        self.0.number()
    }

    fn __str__(&self) -> String {
        self.0.to_string()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Checkpoint({})", quoted(py, &self.0.to_string())?))
    }
}

/// An entry of an audit log.
///
/// `AuditChain.append` creates entries. `repr` prints the writer and the number only, because a
/// payload may contain personal data.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct AuditEntry(core::AuditEntry);

#[pymethods]
impl AuditEntry {
    /// Reads an entry from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults. If a newer release of Keyrail wrote the entry, the only
    /// fault is `access.newer_schema`. `AuditChain.verify` checks whether the entry was changed.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::AuditEntry::from_json(&document)).map(Self)
    }

    /// The id of the writer.
    #[getter]
    fn writer(&self) -> &str {
        self.0.writer()
    }

    /// The number of the entry: 1 for the first entry of a writer, and one more for each later
    /// entry.
    #[getter]
    fn number(&self) -> u64 {
        self.0.number()
    }

    /// The id of the HMAC key.
    #[getter]
    fn key_id(&self) -> &str {
        self.0.key_id()
    }

    /// The payload, or None if it was erased.
    #[getter]
    fn payload(&self) -> Option<&str> {
        self.0.payload()
    }

    /// The checkpoint after this entry. Pass it to append the next entry.
    #[getter]
    fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.0.checkpoint())
    }

    /// Returns the entry without its payload and its salt. The chain can still be verified.
    ///
    /// Store the result in place of the entry, for example when a person exercises the right to
    /// erasure.
    fn erase(&self) -> Self {
        Self(self.0.clone().erase())
    }

    /// Returns the entry as JSON, on one line.
    fn to_json(&self) -> String {
        self.0.to_json()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (writer, payload) =
            (quoted(py, self.writer())?, self.payload().map_or("None", |_| "..."));
        Ok(format!("AuditEntry(writer={writer}, number={}, payload={payload})", self.number()))
    }
}

/// The first fault that the verification of an audit log found.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct AuditFault(core::AuditFault);

#[pymethods]
impl AuditFault {
    /// The stable, dotted code.
    #[getter]
    fn code(&self) -> &'static str {
        self.0.code()
    }

    /// A sentence that describes the fault to people.
    #[getter]
    fn message(&self) -> String {
        self.0.to_string()
    }

    /// The index of the faulty entry among the passed entries. If entries are missing at the end,
    /// this is the number of entries that were passed.
    #[getter]
    fn index(&self) -> usize {
        self.0.index()
    }

    /// The number of the entry that was expected at this index.
    #[getter]
    fn number(&self) -> u64 {
        self.0.number()
    }

    fn __repr__(&self) -> String {
        format!("AuditFault('{}', index={}, number={})", self.code(), self.index(), self.number())
    }
}

/// What the verification of an audit log found: how far the log is intact, and the first fault.
#[pyclass(frozen, eq, module = "keyrail.access")]
#[derive(PartialEq)]
pub(crate) struct AuditReport(core::AuditReport);

#[pymethods]
impl AuditReport {
    /// Whether no fault was found.
    #[getter]
    fn is_intact(&self) -> bool {
        self.0.is_intact()
    }

    /// The checkpoint after the last intact entry. The next verification can start from it.
    #[getter]
    fn checkpoint(&self) -> Checkpoint {
        Checkpoint(self.0.checkpoint().clone())
    }

    /// The number of intact entries whose payload was erased.
    #[getter]
    fn erased(&self) -> usize {
        self.0.erased()
    }

    /// The first fault, if there is one.
    #[getter]
    fn fault(&self) -> Option<AuditFault> {
        self.0.fault().copied().map(AuditFault)
    }

    /// Returns whether no fault was found.
    fn __bool__(&self) -> bool {
        self.0.is_intact()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let fault = quoted_or_none(py, self.0.fault().map(core::AuditFault::code))?;
        let checkpoint = quoted(py, &self.0.checkpoint().to_string())?;
        Ok(format!("AuditReport({checkpoint}, erased={}, fault={fault})", self.erased()))
    }
}

/// The HMAC keys of an audit log, with which entries are appended and verified.
///
/// Every entry contains the HMAC code of the entry before it, so that `verify` detects whether
/// entries were changed, removed, added or put into another order. The removal of the last entries
/// is only detected with a `Checkpoint` that was made after these entries: store checkpoints
/// outside the log.
///
/// Anyone who holds an HMAC key can rewrite the log from any entry to the end. Only checkpoints
/// that this person cannot change reveal that the log was rewritten.
///
/// `keys` is a mapping from ids to secrets, or an iterable of pairs of an id and a secret. It
/// contains at most 64 keys. A secret is a string or a Secret of at least 32 bytes. New entries are
/// made with the first key, and entries can be verified with any of the keys.
///
/// Raises KeyrailError: `access.no_audit_key`, `access.too_many_audit_keys`, `access.malformed_id`,
/// `access.duplicate_audit_key`, `access.audit_secret_too_short`.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct AuditChain(core::AuditChain);

#[pymethods]
impl AuditChain {
    #[new]
    fn new(py: Python<'_>, keys: AuditKeys) -> PyResult<Self> {
        call(py, || core::AuditChain::new(keys.0)).map(Self)
    }

    /// Returns the next entry after a checkpoint, with this payload.
    ///
    /// The payload is usually the event of a change (`KeyEvent.to_json`). It contains the id of the
    /// actor and the new values of the changed members, such as the name of the key. Pass at least
    /// 16 bytes from `os.urandom` as `entropy`, fresh for each entry; the first 16 become the salt.
    ///
    /// Store the entry in the same transaction as the change. The store must reject a second entry
    /// with the same writer and number. To append the next entry, pass the `checkpoint` of this
    /// one.
    ///
    /// Raises KeyrailError: `access.salt_too_short`; `access.payload_too_large` if the payload is
    /// longer than 1 MiB; `access.too_many_entries` if the number would be 2^63.
    fn append(
        &self,
        py: Python<'_>,
        after: &Checkpoint,
        payload: Text,
        entropy: Bytes<'_>,
    ) -> PyResult<AuditEntry> {
        let (length, entropy): (_, &[u8]) = (payload.len(), &entropy);
        call_sized(py, length, || self.0.append(&after.0, &*payload, entropy)).map(AuditEntry)
    }

    /// Verifies the entries of one writer that follow a checkpoint, in order, and reports how far
    /// they are intact.
    ///
    /// If you know a later checkpoint that the log has reached, pass it as `until`. Without it, the
    /// removal of the last entries is not detected. The log may continue after `until`, but `until`
    /// must not be before `start`.
    ///
    /// An entry whose payload was erased is intact. The report counts such entries, because anyone
    /// who can change the log can also erase payloads. Other Python threads can run during the
    /// call.
    #[pyo3(signature = (start, entries, until = None))]
    fn verify(
        &self,
        py: Python<'_>,
        start: &Checkpoint,
        entries: Vec<Bound<'_, AuditEntry>>,
        until: Option<&Bound<'_, Checkpoint>>,
    ) -> PyResult<AuditReport> {
        let entries: Vec<&core::AuditEntry> = entries.iter().map(|entry| &entry.get().0).collect();
        let until = until.map(|until| &until.get().0);
        plain_detached(py, || self.0.verify(&start.0, entries, until)).map(AuditReport)
    }

    fn __repr__(&self) -> String {
        format!("{:?}", self.0)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        crate::error::unpicklable()
    }
}

/// Secrets by their ids.
struct AuditKeys(Vec<(String, keyrail::Secret)>);

impl<'a, 'py> FromPyObject<'a, 'py> for AuditKeys {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let key = |id: &Bound<'_, PyAny>, secret: &Bound<'_, PyAny>| {
            Ok(((*id.extract::<Text>()?).to_owned(), secret.extract::<SecretText>()?.0))
        };
        read_pairs(object, key).map(Self)
    }
}
