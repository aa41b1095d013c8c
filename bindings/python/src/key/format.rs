//! `keyrail.key.Format` and `keyrail.key.FormatSet`.

use keyrail::key::{ErrorKind, KeyFormat, KeyFormatSet};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::ApiKey;
use crate::boundary::{call, call_detached, call_sized, plain};
use crate::input::{Document, Text, read_ordered};
use crate::quoted;

/// A format of keys: how they are generated and parsed.
///
/// There are three kinds: Keyrail's own format, declared formats, and foreign formats. A foreign
/// format also accepts keys that do not have its usual shape. Two formats with the same declaration
/// are equal.
#[pyclass(frozen, eq, module = "keyrail.key")]
#[derive(PartialEq)]
pub(crate) struct Format(pub(crate) KeyFormat);

#[pymethods]
impl Format {
    /// Returns Keyrail's own format, `kr_<environment>_<id>_<secret><checksum>`. The environment is
    /// `live` or `test`. All other parts consist of `0-9A-Za-z`: the id has 12 characters, the
    /// secret 27, and the checksum 6.
    #[staticmethod]
    fn keyrail() -> Self {
        Self(KeyFormat::keyrail())
    }

    /// Returns the format of GitHub's tokens: `<prefix>_`, 30 characters of `0-9A-Za-z`, and their
    /// CRC-32 as six characters. The prefix is the format's name too.
    ///
    /// Raises KeyFormatError: `key.empty_prefix`, `key.non_ascii_prefix`,
    /// `key.malformed_prefix`, `key.malformed_format_name`.
    #[staticmethod]
    #[pyo3(signature = (prefix = None), text_signature = "(prefix='ghp')")]
    fn github(py: Python<'_>, prefix: Option<Text>) -> PyResult<Self> {
        call(py, || KeyFormat::github(prefix.as_deref().unwrap_or("ghp"))).map(Self)
    }

    /// Returns the format of forty hexadecimal digits, all in lower case or all in upper case.
    /// `parse` also accepts keys of other shapes; use `hint` to check the shape.
    #[staticmethod]
    fn hex40() -> Self {
        Self(KeyFormat::hex40())
    }

    /// Returns the format of JSON Web Tokens: three parts of base64url. `parse` also accepts keys
    /// of other shapes; use `hint` to check the shape.
    #[staticmethod]
    fn jwt() -> Self {
        Self(KeyFormat::jwt())
    }

    /// Returns the format of five parts joined by hyphens, as in the samples of VChatCloud: four
    /// groups of six letters or digits, then a timestamp of 14 digits. `parse` also accepts keys of
    /// other shapes; use `hint` to check the shape.
    #[staticmethod]
    fn vchatcloud() -> Self {
        Self(KeyFormat::vchatcloud())
    }

    /// Returns the format of keys about which nothing is known. `hint` returns `fits` for every
    /// string that `parse` accepts.
    #[staticmethod]
    fn opaque() -> Self {
        Self(KeyFormat::opaque())
    }

    /// Returns a built-in format by its name: `keyrail`, `github` (with the prefix `ghp`),
    /// `hex40`, `jwt`, `vchatcloud` or `opaque`.
    ///
    /// Raises KeyFormatError: `key.unknown_format`.
    #[staticmethod]
    fn built_in(py: Python<'_>, name: Text) -> PyResult<Self> {
        let unknown = || keyrail::key::Error::new(ErrorKind::UnknownFormat);
        call(py, || KeyFormat::built_in(&name).ok_or_else(unknown)).map(Self)
    }

    /// Reads a declaration. It is JSON, or a mapping: `{"prefix": "acme", "environments":
    /// ["live", "test"], "segments": [{"name": "id", "alphabet": "base62", "length": 12,
    /// "secret": false}, {"name": "secret", "alphabet": "base62", "length": 27}], "checksum":
    /// "crc32"}`.
    ///
    /// `segments` is required. A format without a `prefix` needs a `name`; the default `name` is
    /// the prefix. The default `separator` is `_`. A segment is secret unless its `secret` is
    /// false, and the secret segments must have at least 96 bits of entropy. A `length` is a number
    /// or `{"min": 20, "max": 40}`. An `alphabet` is `hex`, `base32` (Crockford's), `base58`,
    /// `base62`, `base64url`, `digits`, or `{"characters": "..."}`. The `checksum` is `none`,
    /// `crc32`, `crc32_body`, `sha256`, or an object. The object has an `algorithm` (one of these
    /// names except `none`), a `length` (only for `sha256`: 4 to 64, by default 8) and a
    /// `separator`. If `digest_segment` is the name of a secret segment, digests are computed from
    /// this segment instead of the whole key. Such a digest does not cover the other parts of a
    /// key. If keys have an id, a record must therefore specify the key id of each digest; if they
    /// have an environment, it should specify the environment.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || KeyFormat::from_json(&document)).map(Self)
    }

    /// The name of the format.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The environments of the format, in the order of its declaration.
    #[getter]
    fn environments(&self) -> Vec<&str> {
        self.0.environments().collect()
    }

    /// Whether the format is foreign: it belongs to another system. If so, `parse` accepts keys of
    /// any shape, and only `hint` checks the shape.
    #[getter]
    fn is_foreign(&self) -> bool {
        self.0.is_foreign()
    }

    /// How many bytes of entropy `generate` needs: 32.
    #[getter]
    fn entropy_len(&self) -> usize {
        self.0.entropy_len()
    }

    /// The entropy of a key's secret at its minimum length, in bits. For `hex40`, this is 160, and
    /// for `vchatcloud` about 143. It is 0 for `jwt` and `opaque`, whose entropy is not known.
    #[getter]
    fn entropy_bits(&self) -> f64 {
        self.0.entropy_bits()
    }

    /// Generates a key from at least `entropy_len` random bytes; additional bytes are used as well.
    /// The bytes must come from the operating system's random source, as in
    /// `os.urandom(format.entropy_len)`; the same bytes produce the same key. `environment` must be
    /// one of the format's environments, or None if the format has none.
    ///
    /// Raises KeyFormatError: `key.environment`, `key.too_little_entropy`, and `key.not_generated`
    /// if only the platform generates keys of this format.
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

    /// Parses a string as a key of this format. The key's parts are found by position, and its
    /// checksum is verified.
    ///
    /// Raises KeyFormatError with the offset in bytes: `key.prefix`,
    /// `key.environment`, `key.length`, `key.character`, `key.checksum`. A
    /// foreign format accepts any string of 1 to 8192 visible ASCII characters
    /// except commas and quotes. Its errors are `key.empty`, `key.character`
    /// and `key.length`.
    fn parse(&self, py: Python<'_>, text: Text) -> PyResult<ApiKey> {
        call(py, || self.0.parse(&text)).map(ApiKey)
    }

    /// Returns whether the string looks like a key of this format. The result is `impossible` if
    /// `parse` rejects the string, `unusual` if a foreign format accepts a string of another shape,
    /// and otherwise `fits`.
    fn hint(&self, py: Python<'_>, text: Text) -> PyResult<&'static str> {
        plain(py, || self.0.hint(&text).as_str())
    }

    /// Returns a regular expression that matches every key that has the format's usual shape, from
    /// its first to its last character. It is for secret scanners. It has no anchors, and its
    /// syntax is common to `re`, RE2, PCRE and ICU.
    ///
    /// Raises KeyFormatError: `key.no_pattern`.
    fn pattern(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.pattern())
    }

    /// Returns a rule in TOML for the configuration file of gitleaks. The rule finds keys that have
    /// the format's usual shape.
    ///
    /// Raises KeyFormatError: `key.no_pattern`.
    fn gitleaks_rule(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.gitleaks_rule())
    }

    /// Returns a partner pattern in the form that GitHub's secret scanning requires. It has four
    /// lines: the name, the format of the secret, what may precede the secret, and what may follow
    /// it.
    ///
    /// Raises KeyFormatError: `key.no_pattern`.
    fn github_partner_pattern(&self, py: Python<'_>) -> PyResult<String> {
        call(py, || self.0.github_partner_pattern())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Format({})", quoted(py, self.0.name())?))
    }
}

/// A set of at most 1,000 formats. A string can be a key of at most one of the formats, not
/// counting foreign formats. Foreign formats are tried last.
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

    /// Reads `{"version": 1, "formats": [...]}`: each format is a declaration, as
    /// `Format.from_json` reads it, or the name of a built-in format. The document is JSON, or a
    /// mapping of the same form.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_detached(py, || KeyFormatSet::from_json(&document)).map(Self)
    }

    /// The formats, in the order given.
    #[getter]
    fn formats(&self) -> Vec<Format> {
        self.0.formats().iter().cloned().map(Format).collect()
    }

    /// Parses a string as a key of one of the formats.
    ///
    /// Raises the KeyFormatError of `Format.parse` for the format whose check got furthest.
    fn parse(&self, py: Python<'_>, text: Text) -> PyResult<ApiKey> {
        call(py, || self.0.parse(&text)).map(ApiKey)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let names = self.0.formats().iter().map(|format| quoted(py, format.name()));
        Ok(format!("FormatSet({})", names.collect::<PyResult<Vec<_>>>()?.join(", ")))
    }
}

/// Formats, from an iterable.
#[derive(Default)]
pub(crate) struct Formats(pub(crate) Vec<KeyFormat>);

impl<'a, 'py> FromPyObject<'a, 'py> for Formats {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        read_ordered(object, |item| Ok(item.cast::<Format>()?.get().0.clone())).map(Self)
    }
}
