//! `keyrail.redact`: the redactor, its streams and its findings.

use std::borrow::Cow;
use std::sync::{Mutex, MutexGuard, PoisonError};

use keyrail::redact as core;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use crate::boundary::{call_detached, plain_detached, plain_sized};
use crate::error::{self, unpicklable};
use crate::input::{Bytes, read_argument, utf8};
use crate::key::Formats;
use crate::same_or_new;

/// Replaces credentials in any text: log lines, JSON, URLs, headers.
///
/// Without configuration, it finds:
///
/// - the values of headers, JSON members and query parameters with the name of a credential, such
///   as `password`
/// - the credentials of every scheme in `Authorization`
/// - passwords in URLs
/// - webhook secrets, JSON Web Tokens and PEM private keys
///
/// It also finds the keys of `formats`, the formats of your own keys, anywhere in the text. A
/// complete key of one of these formats is replaced by its mask. Every other credential is
/// replaced by `••••••••`, or by `********` with `ascii`.
///
/// Redacting twice gives the same result as redacting once. The credentials that a redactor may
/// miss are listed in docs/reference/redaction.md.
///
/// One redactor serves all threads. Raises KeyFormatError as FormatSet does.
#[pyclass(frozen, module = "keyrail.redact")]
pub(crate) struct Redactor(pub(crate) core::Redactor);

#[pymethods]
impl Redactor {
    #[new]
    #[pyo3(signature = (formats = Formats::default(), *, ascii = false),
           text_signature = "(formats=(), *, ascii=False)")]
    fn new(py: Python<'_>, formats: Formats, ascii: bool) -> PyResult<Self> {
        let redactor = call_detached(py, || core::Redactor::new(formats.0))?;
        Ok(Self(if ascii { redactor.with_ascii_mask() } else { redactor }))
    }

    /// Returns the text with all credentials replaced. A text without credentials is
    /// returned as the same object. Releases the GIL if the text is longer than 8 KiB.
    fn redact<'py>(&self, text: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyString>> {
        let string = utf8(text)?;
        let redacted = plain_sized(text.py(), string.len(), || self.0.redact(string))?;
        Ok(same_or_new(text, redacted))
    }

    /// Redacts bytes, which need not be UTF-8, the way `redact` redacts a string. `data` is
    /// `bytes`, a `bytearray` or a `memoryview`.
    fn redact_bytes<'py>(&self, data: Bytes<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let Bytes(data) = data;
        let bytes = data.as_bytes();
        match plain_sized(data.py(), bytes.len(), || self.0.redact_bytes(bytes))? {
            Cow::Borrowed(_) if data.is_exact_instance_of::<PyBytes>() => Ok(data.clone()),
            redacted => Ok(PyBytes::new(data.py(), &redacted)),
        }
    }

    /// Redacts each string of a list, as `redact` does.
    fn redact_batch<'py>(&self, texts: &Bound<'py, PyAny>) -> PyResult<Vec<Bound<'py, PyString>>> {
        let texts = read_argument("texts", texts, |text| Ok(text.cast::<PyString>()?.clone()))?;
        let strings = texts.iter().map(utf8).collect::<PyResult<Vec<_>>>()?;
        let Some(first) = texts.first() else { return Ok(Vec::new()) };
        let redact = || strings.iter().map(|text| self.0.redact(text)).collect::<Vec<_>>();
        let redacted = plain_detached(first.py(), redact)?;
        Ok(texts.iter().zip(redacted).map(|(text, redacted)| same_or_new(text, redacted)).collect())
    }

    /// Returns the credentials that `redact` would replace, ordered by position; no two overlap.
    /// The credential is `text[finding.start:finding.end]`.
    fn find(&self, text: &Bound<'_, PyString>) -> PyResult<Vec<Finding>> {
        let string = utf8(text)?;
        plain_sized(text.py(), string.len(), || in_code_points(string, self.0.find(string)))
    }

    /// Finds credentials in bytes, which need not be UTF-8, as `find` does in a string.
    /// `data` has a type that `redact_bytes` accepts, and `start` and `end` count bytes.
    fn find_bytes(&self, data: Bytes<'_>) -> PyResult<Vec<Finding>> {
        let Bytes(data) = data;
        let bytes = data.as_bytes();
        let findings = plain_sized(data.py(), bytes.len(), || self.0.find_bytes(bytes))?;
        let in_bytes = |it: &core::Finding| Finding::new(it, it.start(), it.end());
        Ok(findings.iter().map(in_bytes).collect())
    }

    /// Returns a redactor of text that comes in chunks. Each chunk is a string.
    fn stream(&self) -> RedactStream {
        RedactStream(Stream::new(self.0.stream()))
    }

    /// Returns a redactor of bytes that come in chunks. The bytes need not be UTF-8.
    fn stream_bytes(&self) -> RedactByteStream {
        RedactByteStream(Stream::new(self.0.stream()))
    }
}

/// A credential that a Redactor found. A finding contains the position of the credential, but no
/// part of the text.
#[pyclass(frozen, eq, get_all, module = "keyrail.redact")]
#[derive(PartialEq)]
pub(crate) struct Finding {
    /// The start of the replaced range, in code points from the start of a string, or in bytes
    /// from the start of bytes.
    start: usize,
    /// The end of the replaced range, in code points from the start of a string, or in bytes
    /// from the start of bytes.
    end: usize,
    /// The kind of the credential, or of the text that contains it. It is `key`, `header`,
    /// `authorization`, `member`, `query`, `userinfo`, `webhook_secret`, `jwt` or `private_key`.
    kind: &'static str,
    /// The name of the key's format, if the finding is a key of one of the redactor's formats.
    format: Option<String>,
    /// How certain it is that the finding is a credential. `verified`: it is a key of one of the
    /// redactor's formats, and its checksum is correct. `shaped`: it has the structure of a
    /// credential. `named`: it is next to the name of a credential.
    confidence: &'static str,
}

impl Finding {
    fn new(finding: &core::Finding, start: usize, end: usize) -> Self {
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

/// Redacts a text that arrives in chunks. The concatenated output equals what `redact` returns for
/// the whole text, wherever it was split. Between chunks, the stream holds back a limited amount of
/// text: little more than 8 KiB, plus the last chunk. No printed form shows this text.
#[pyclass(frozen, module = "keyrail.redact")]
pub(crate) struct RedactStream(Stream);

#[pymethods]
impl RedactStream {
    /// Redacts a chunk, and returns the part of the redacted text that later chunks cannot
    /// change. The result is often empty.
    ///
    /// Raises KeyFormatError after `finish`: `key.stream_finished`.
    fn push(&self, chunk: &Bound<'_, PyString>) -> PyResult<String> {
        let string = utf8(chunk)?;
        self.0.push(chunk.py(), string.len(), |stream| stream.push_text(string))
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

/// Redacts bytes that arrive in chunks, the way RedactStream redacts a text. The bytes need not be
/// UTF-8.
#[pyclass(frozen, module = "keyrail.redact")]
pub(crate) struct RedactByteStream(Stream);

#[pymethods]
impl RedactByteStream {
    /// Redacts a chunk, and returns the part of the redacted bytes that later chunks cannot
    /// change. The result is often empty. The chunk is `bytes`, a `bytearray` or a `memoryview`.
    ///
    /// Raises KeyFormatError after `finish`: `key.stream_finished`.
    fn push<'py>(&self, chunk: Bytes<'py>) -> PyResult<Bound<'py, PyBytes>> {
        let Bytes(data) = chunk;
        let bytes = data.as_bytes();
        let redacted = self.0.push(data.py(), bytes.len(), |stream| stream.push(bytes))?;
        Ok(PyBytes::new(data.py(), &redacted))
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

/// The core's stream, until it is finished. A thread that holds the lock never waits for the
/// GIL, so there is no deadlock.
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
        let redacted = plain_sized(py, length, || {
            let mut slot = self.lock();
            // A panic leaves the slot empty, and an empty slot means that the stream is finished.
            // The state of the stream may be invalid after a panic, so it must not be used again.
            let mut stream = slot.take()?;
            let redacted = work(&mut stream);
            *slot = Some(stream);
            Some(redacted)
        })?;
        redacted.ok_or_else(|| finished(py))
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
    error::invalid_argument(py, "KeyFormatError", "key.stream_finished", message)
}

/// Converts the byte offsets of findings to code points, in one pass, because the findings are
/// in order.
fn in_code_points(text: &str, findings: Vec<core::Finding>) -> Vec<Finding> {
    let (mut last_byte, mut points) = (0, 0);
    let mut points_before = |byte: usize| {
        points += text.get(last_byte..byte).map_or(0, |skipped| skipped.chars().count());
        last_byte = byte;
        points
    };
    let converted = |finding: &core::Finding| {
        let (start, end) = (points_before(finding.start()), points_before(finding.end()));
        Finding::new(finding, start, end)
    };
    findings.iter().map(converted).collect()
}
