//! `keyrail.redact`: the redactor, its streams and its findings.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyrail::redact as core;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::boundary::{call_detached, plain_detached, plain_sized};
use crate::error::{self, unpicklable};
use crate::given_back;
use crate::input::{Bytes, several_of, utf8};
use crate::key::Formats;

/// Redacts keys and other credentials in text, log lines and JSON.
///
/// `formats` are the formats of your own keys, which are found anywhere;
/// everything else is found without being declared: what is beside a credential's
/// name in a header, a JSON member or a query, what follows `Authorization`,
/// user names and passwords in URLs, webhook secrets, JWTs and private keys.
/// Each is replaced by `••••••••`, or `********` with `ascii`; a whole
/// key of a declared format by its mask. Redacting twice changes nothing. What it
/// cannot promise to find is listed in docs/reference/redaction.md.
///
/// One redactor serves all threads. Raises KeyFormatError as FormatSet does.
#[pyclass(frozen, module = "keyrail.redact")]
pub(crate) struct Redactor(core::Redactor);

#[pymethods]
impl Redactor {
    #[new]
    #[pyo3(signature = (formats = Formats::default(), *, ascii = false),
           text_signature = "(formats=(), *, ascii=False)")]
    fn new(py: Python<'_>, formats: Formats, ascii: bool) -> PyResult<Self> {
        let redactor = call_detached(py, || core::Redactor::new(formats.0))?;
        Ok(Self(if ascii { redactor.with_ascii_mask() } else { redactor }))
    }

    /// Returns the text with all credentials replaced. If there are none, the same object is
    /// returned. Releases the GIL if the text is longer than 8 KiB.
    fn redact<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        let given = utf8(text)?;
        let redacted = plain_sized(text.py(), given.len(), || self.0.redact(given))?;
        Ok(given_back(text, redacted))
    }

    /// Redacts bytes, which need not be UTF-8, as `redact` does a string. The bytes are
    /// `bytes`, a `bytearray` or a `memoryview`.
    fn redact_bytes<'py>(&self, data: Bytes<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let Bytes(data) = data;
        let given = data.as_bytes();
        match plain_sized(data.py(), given.len(), || self.0.redact_bytes(given))? {
            Cow::Borrowed(_) if data.is_exact_instance_of::<PyBytes>() => Ok(data.clone()),
            redacted => Ok(PyBytes::new(data.py(), &redacted)),
        }
    }

    /// Redacts each string of a list, as `redact` does.
    fn redact_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        let texts = several_of("texts", texts, |text| Ok(text.cast::<PyString>()?.clone()))?;
        let given = texts.iter().map(utf8).collect::<PyResult<Vec<_>>>()?;
        let Some(first) = texts.first() else { return Ok(Vec::new()) };
        let redact = || given.iter().map(|text| self.0.redact(text)).collect::<Vec<_>>();
        let redacted = plain_detached(first.py(), redact)?;
        Ok(texts.iter().zip(redacted).map(|(text, redacted)| given_back(text, redacted)).collect())
    }

    /// Returns what `redact` would replace, in the order of the text; no two overlap. The
    /// credential is `text[finding.start:finding.end]`.
    fn find(&self, text: &Bound<'_, PyString>) -> PyResult<Vec<Finding>> {
        let given = utf8(text)?;
        plain_sized(text.py(), given.len(), || in_code_points(given, self.0.find(given)))
    }

    /// Finds credentials in bytes, which need not be UTF-8, as `find` does in a string. The
    /// bytes are what `redact_bytes` takes, and the findings count bytes.
    fn find_bytes(&self, data: Bytes<'_>) -> PyResult<Vec<Finding>> {
        let Bytes(data) = data;
        let given = data.as_bytes();
        let found = plain_sized(data.py(), given.len(), || self.0.find_bytes(given))?;
        let in_bytes = |it: &core::Finding| Finding::of(it, it.start(), it.end());
        Ok(found.iter().map(in_bytes).collect())
    }

    /// Returns a redactor of text that comes in chunks. Each chunk is a string.
    fn stream(&self) -> RedactStream {
        RedactStream(Stream::new(self.0.stream()))
    }

    /// Returns a redactor of bytes that come in chunks.
    fn stream_bytes(&self) -> RedactByteStream {
        RedactByteStream(Stream::new(self.0.stream()))
    }
}

/// A credential that was found: where it is, and what it is. It contains
/// no part of the text.
#[pyclass(frozen, eq, get_all, module = "keyrail.redact")]
#[derive(PartialEq)]
pub(crate) struct Finding {
    /// The start of the replaced range, in code points from the start of a string, or in bytes
    /// from the start of bytes.
    start: usize,
    /// The end of the replaced range, in code points from the start of a string, or in bytes
    /// from the start of bytes.
    end: usize,
    /// What the credential is, or what it is in. It is `key`, `header`, `authorization`,
    /// `member`, `query`, `userinfo`, `webhook_secret`, `jwt` or `private_key`.
    kind: &'static str,
    /// The name of the key's format, if it is a key of one of the redactor's formats.
    format: Option<String>,
    /// How sure it is that this is a credential. It is `verified` by its checksum, `shaped`
    /// like a credential, or `named` as one by the name beside it.
    confidence: &'static str,
}

impl Finding {
    fn of(finding: &core::Finding, start: usize, end: usize) -> Self {
        Self {
            start,
            end,
            kind: finding.kind().as_str(),
            format: finding.format().map(Into::into),
            confidence: finding.confidence().as_str(),
        }
    }
}

#[pymethods]
impl Finding {
    fn __repr__(&self) -> String {
        let Self { start, end, kind, confidence, .. } = self;
        format!("Finding({start}, {end}, {kind}, {confidence})")
    }
}

/// Redacts a string that comes in chunks. The concatenated output is
/// what `redact` returns for the whole string, wherever it was cut. At most 8 KiB are
/// held back; no printed form shows them.
#[pyclass(frozen, module = "keyrail.redact")]
pub(crate) struct RedactStream(Stream);

#[pymethods]
impl RedactStream {
    /// Redacts a chunk, and returns as much of the redacted text as is certain. Often this is
    /// nothing.
    ///
    /// Raises KeyFormatError after `finish`: `key.stream_finished`.
    fn push(&self, chunk: &Bound<'_, PyString>) -> PyResult<String> {
        let given = utf8(chunk)?;
        self.0.push(chunk.py(), given.len(), |stream| stream.push_text(given))
    }

    /// Returns the rest of the redacted text.
    ///
    /// Raises KeyFormatError when called again: `key.stream_finished`.
    fn finish(&self, py: Python<'_>) -> PyResult<String> {
        self.0.finish(py, |stream| stream.finish_text())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// A RedactStream of bytes, which need not be UTF-8.
#[pyclass(frozen, module = "keyrail.redact")]
pub(crate) struct RedactByteStream(Stream);

#[pymethods]
impl RedactByteStream {
    /// Redacts a chunk, and returns as much of the redacted bytes as is certain. Often this is
    /// nothing. The chunk is `bytes`, a `bytearray` or a `memoryview`.
    ///
    /// Raises KeyFormatError after `finish`: `key.stream_finished`.
    fn push<'py>(&self, chunk: Bytes<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let Bytes(data) = chunk;
        let given = data.as_bytes();
        let settled = self.0.push(data.py(), given.len(), |stream| stream.push(given))?;
        Ok(PyBytes::new(data.py(), &settled))
    }

    /// Returns the rest of the redacted bytes.
    ///
    /// Raises KeyFormatError when called again: `key.stream_finished`.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let rest = self.0.finish(py, |stream| stream.finish())?;
        Ok(PyBytes::new(py, &rest))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The core's stream until it is finished. It is locked only by work that does
/// not need the interpreter, so no thread waits for another forever.
struct Stream(Mutex<Option<core::RedactStream>>);

impl Stream {
    fn new(stream: core::RedactStream) -> Self {
        Self(Mutex::new(Some(stream)))
    }

    fn push<T: Send>(
        &self,
        py: Python<'_>,
        length: usize,
        work: impl FnOnce(&mut core::RedactStream) -> T + Send,
    ) -> PyResult<T> {
        let pushed = plain_sized(py, length, || {
            let mut open = self.lock();
            // Out of its place meanwhile: after a panic it would be half done.
            let mut stream = open.take()?;
            let settled = work(&mut stream);
            *open = Some(stream);
            Some(settled)
        })?;
        pushed.ok_or_else(|| finished(py))
    }

    fn finish<T: Send>(
        &self,
        py: Python<'_>,
        work: impl FnOnce(core::RedactStream) -> T + Send,
    ) -> PyResult<T> {
        plain_sized(py, 0, || self.lock().take().map(work))?.ok_or_else(|| finished(py))
    }

    fn lock(&self) -> MutexGuard<'_, Option<core::RedactStream>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn finished(py: Python<'_>) -> PyErr {
    let message = "this stream is finished: ask the redactor for another one";
    error::argument(py, "KeyFormatError", "key.stream_finished", message)
}

/// What was found in a text, with its bytes counted as code points: one walk,
/// for the findings are in order.
fn in_code_points(text: &str, found: Vec<core::Finding>) -> Vec<Finding> {
    let (mut byte, mut point) = (0, 0);
    let mut point_at = |at: usize| {
        point += text.get(byte..at).map_or(0, |passed| passed.chars().count());
        byte = at;
        point
    };
    let placed = |finding: &core::Finding| {
        let (start, end) = (point_at(finding.start()), point_at(finding.end()));
        Finding::of(finding, start, end)
    };
    found.iter().map(placed).collect()
}
