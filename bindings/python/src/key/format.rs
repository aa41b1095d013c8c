//! `keyrail.key.Format` and `keyrail.key.FormatSet`.

use keyrail::key::{ErrorKind, KeyFormat, KeyFormatSet};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::ApiKey;
use crate::boundary::{call, call_detached, call_sized, plain};
use crate::input::{Document, Text, several};
use crate::quoted;

/// A format of keys: how they are made and how they are read.
///
/// It is Keyrail's own, one that is declared, or a foreign one of which only
/// samples are known. Two formats are equal that declare the same.
#[pyclass(frozen, eq, module = "keyrail.key")]
#[derive(PartialEq)]
pub(crate) struct Format(pub(super) KeyFormat);

#[pymethods]
impl Format {
    /// Keyrail's own: `kr_<environment>_<id 12>_<secret 27><checksum 6>`, of
    /// the environments `live` and `test` and the alphabet 0-9A-Za-z.
    #[staticmethod]
    fn keyrail() -> Self {
        Self(KeyFormat::keyrail())
    }

    /// Tokens as GitHub makes them: `<prefix>_`, 30 characters of 0-9A-Za-z
    /// and the CRC-32 of these in six. The prefix is the format's name too.
    ///
    /// Raises KeyFormatError: `key.empty_prefix`, `key.non_ascii_prefix`,
    /// `key.malformed_prefix`, `key.malformed_format_name`.
    #[staticmethod]
    #[pyo3(signature = (prefix = None), text_signature = "(prefix='ghp')")]
    fn github(py: Python<'_>, prefix: Option<Text>) -> PyResult<Self> {
        call(py, || KeyFormat::github(prefix.as_deref().unwrap_or("ghp"))).map(Self)
    }

    /// Returns the format of 40 hexadecimal digits, in either case; only a hint.
    #[staticmethod]
    fn hex40() -> Self {
        Self(KeyFormat::hex40())
    }

    /// Returns the format of JSON Web Tokens, by structure alone; only a hint.
    #[staticmethod]
    fn jwt() -> Self {
        Self(KeyFormat::jwt())
    }

    /// Returns the format of four groups of six letters and digits and a 14-digit timestamp,
    /// joined by hyphens, as VChatCloud's samples have it; a hint, never a
    /// gate.
    #[staticmethod]
    fn vchatcloud() -> Self {
        Self(KeyFormat::vchatcloud())
    }

    /// Returns the format of unknown keys: anything that can be a key fits.
    #[staticmethod]
    fn opaque() -> Self {
        Self(KeyFormat::opaque())
    }

    /// A built-in format by its name: `keyrail`, `github`, `hex40`, `jwt`,
    /// `vchatcloud` or `opaque`.
    ///
    /// Raises KeyFormatError: `key.unknown_format`.
    #[staticmethod]
    fn built_in(py: Python<'_>, name: Text) -> PyResult<Self> {
        let unknown = || keyrail::key::Error::new(ErrorKind::UnknownFormat);
        call(py, || KeyFormat::built_in(&name).ok_or_else(unknown)).map(Self)
    }

    /// Reads a declaration (JSON, or a mapping):
    /// `{"prefix": "acme", "environments": ["live", "test"],
    /// "segments": [{"name": "id", "alphabet": "base62", "length": 12,
    /// "secret": false}, {"name": "secret", "alphabet": "base62", "length":
    /// 27}], "checksum": "crc32"}`.
    ///
    /// Required are `prefix` and `segments`; a segment is secret unless it
    /// says otherwise, and the secret ones hold at least 96 bits. A `length`
    /// is a number or `{"min": 20, "max": 40}`. Alphabets: `hex`, `base32`
    /// (Crockford's), `base58`, `base62`, `base64url`, `digits`, or
    /// `{"characters": "..."}`. Checksums: `none`, `crc32`, `crc32_body`,
    /// `sha256`. The `separator` is `_`, the `name` is the prefix.
    ///
    /// Raises ConfigError with every fault.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || KeyFormat::from_json(&document)).map(Self)
    }

    /// The format's name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The environments of the format, in order; empty if its keys name no environment.
    #[getter]
    fn environments(&self) -> Vec<&str> {
        self.0.environments().collect()
    }

    /// Whether only samples of the format are known, so that its shape is a
    /// hint and not a requirement.
    #[getter]
    fn is_foreign(&self) -> bool {
        self.0.is_foreign()
    }

    /// How many bytes of entropy `generate` asks for.
    #[getter]
    fn entropy_len(&self) -> usize {
        self.0.entropy_len()
    }

    /// The bits of a key's secret, at its shortest; 0 where nothing is
    /// documented of a foreign format.
    #[getter]
    fn entropy_bits(&self) -> f64 {
        self.0.entropy_bits()
    }

    /// Generates a key from random bytes of the operating system
    /// (`os.urandom(format.entropy_len)`); the same bytes make the same key.
    /// `environment` is one of the format's, and None where it has none.
    ///
    /// Raises KeyFormatError: `key.environment`, `key.too_little_entropy`,
    /// `key.not_generated` where a platform makes the keys.
    #[pyo3(
        signature = (environment = None, entropy = None),
        text_signature = "($self, environment=None, entropy=...)"
    )]
    fn generate(
        &self,
        py: Python<'_>,
        environment: Option<Text>,
        entropy: Option<&[u8]>,
    ) -> PyResult<ApiKey> {
        let missing = || PyTypeError::new_err("generate() needs entropy: os.urandom(32)");
        let entropy = entropy.ok_or_else(missing)?;
        call(py, || self.0.generate(environment.as_deref(), entropy)).map(ApiKey)
    }

    /// Reads a key by position and checks its checksum.
    ///
    /// Raises KeyFormatError with the offset in bytes: `key.prefix`,
    /// `key.environment`, `key.length`, `key.character`, `key.checksum`. A
    /// foreign format rejects only what cannot be a key at all: `key.empty`,
    /// `key.character`, `key.length` (over 8192 bytes).
    fn parse(&self, py: Python<'_>, text: Text) -> PyResult<ApiKey> {
        call(py, || self.0.parse(&text)).map(ApiKey)
    }

    /// Returns what a string looks like: `fits`, `unusual` if a foreign format's
    /// samples differ from it, or `impossible` where `parse` rejects it.
    fn hint(&self, py: Python<'_>, text: Text) -> PyResult<&'static str> {
        plain(py, || self.0.hint(&text).as_str())
    }

    /// Returns a regular expression that matches every key as a whole, for scanners of
    /// secrets; without anchors, in the syntax that `re`, RE2, PCRE and ICU
    /// share.
    ///
    /// Raises KeyFormatError: `key.no_pattern`.
    fn pattern(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.pattern())
    }

    /// A rule for gitleaks, as TOML.
    ///
    /// Raises KeyFormatError: `key.no_pattern`.
    fn gitleaks_rule(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.gitleaks_rule())
    }

    /// What GitHub's secret scanning asks of its partners, as text.
    ///
    /// Raises KeyFormatError: `key.no_pattern`.
    fn github_partner_pattern(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.github_partner_pattern())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Format({})", quoted(py, self.0.name())?))
    }
}

/// A set of at most 1,000 formats, where no string is a key of two of them. Foreign
/// ones have no prefix of their own and are tried last.
///
/// Raises KeyFormatError: `key.duplicate_format`, `key.ambiguous_formats`,
/// `key.too_many_formats`, `key.set_too_complex`.
#[pyclass(frozen, module = "keyrail.key")]
pub(crate) struct FormatSet(KeyFormatSet);

#[pymethods]
impl FormatSet {
    #[new]
    fn new(py: Python<'_>, formats: Formats) -> PyResult<Self> {
        call_detached(py, || KeyFormatSet::new(formats.0)).map(Self)
    }

    /// Reads `{"version": 1, "formats": [...]}` (JSON, or a mapping): each a
    /// declaration, as `Format.from_json` takes it, or a built-in's name.
    ///
    /// Raises ConfigError with every fault.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_detached(py, || KeyFormatSet::from_json(&document)).map(Self)
    }

    /// The formats, in order.
    #[getter]
    fn formats(&self) -> Vec<Format> {
        self.0.formats().iter().cloned().map(Format).collect()
    }

    /// Reads a key of one of the formats.
    ///
    /// Raises KeyFormatError as `Format.parse` does, of the format that read
    /// furthest.
    fn parse(&self, py: Python<'_>, text: Text) -> PyResult<ApiKey> {
        call(py, || self.0.parse(&text)).map(ApiKey)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let names = self.0.formats().iter().map(|format| quoted(py, format.name()));
        Ok(format!("FormatSet({})", names.collect::<PyResult<Vec<_>>>()?.join(", ")))
    }
}

/// Formats, from anything that can be walked.
#[derive(Default)]
pub(crate) struct Formats(pub(crate) Vec<KeyFormat>);

impl<'a, 'py> FromPyObject<'a, 'py> for Formats {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        several(given, |item| Ok(item.cast::<Format>()?.get().0.clone())).map(Self)
    }
}
