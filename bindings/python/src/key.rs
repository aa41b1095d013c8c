//! `keyrail.key`.

use keyrail::key::{self as core, KeyFormat};
use pyo3::prelude::*;

use crate::boundary::{call, plain};
use crate::error::unpicklable;
use crate::input::{SecretText, Text};
use crate::quoted;

/// A format of keys: how they are made and how they are read.
#[pyclass(frozen, module = "keyrail.key")]
pub(crate) struct Format(KeyFormat);

#[pymethods]
impl Format {
    /// Keyrail's own: `kr_<environment>_<id 12>_<secret 27><checksum 6>`, of
    /// the environments `live` and `test` and the alphabet 0-9A-Za-z.
    #[staticmethod]
    fn keyrail() -> Self {
        Self(KeyFormat::keyrail())
    }

    /// The format's name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// How many bytes of entropy `generate` asks for.
    #[getter]
    fn entropy_len(&self) -> usize {
        self.0.entropy_len()
    }

    /// Makes a key of random bytes from the operating system
    /// (`os.urandom(format.entropy_len)`); the same bytes make the same key.
    ///
    /// Raises KeyFormatError: `key.environment`, `key.too_little_entropy`.
    fn generate(&self, py: Python<'_>, environment: Text, entropy: &[u8]) -> PyResult<ApiKey> {
        call(py, || self.0.generate(&environment, entropy)).map(ApiKey)
    }

    /// Reads a key by position and checks its checksum.
    ///
    /// Raises KeyFormatError with the offset in bytes: `key.prefix`,
    /// `key.environment`, `key.length`, `key.character`, `key.checksum`.
    fn parse(&self, py: Python<'_>, text: Text) -> PyResult<ApiKey> {
        call(py, || self.0.parse(&text)).map(ApiKey)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Format({})", quoted(py, self.0.name())?))
    }
}

/// A key of a known format. It prints as its mask; `reveal()` is the only way
/// out. Compared in constant time.
#[pyclass(frozen, eq, module = "keyrail.key")]
#[derive(PartialEq)]
pub(crate) struct ApiKey(core::ApiKey);

#[pymethods]
impl ApiKey {
    /// The public id, by which the key's record is found.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    /// The environment: `live` or `test`.
    #[getter]
    fn environment(&self) -> &str {
        self.0.environment()
    }

    /// The name of the key's format.
    #[getter]
    fn format(&self) -> &str {
        self.0.format()
    }

    /// Prefix, environment and id, and nothing of the secret.
    fn mask(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.mask().to_string())
    }

    /// What to store instead of the key: its SHA-256, or with a pepper its
    /// HMAC-SHA-256.
    #[pyo3(signature = (pepper = None))]
    fn digest(&self, py: Python<'_>, pepper: Option<&Bound<'_, Pepper>>) -> PyResult<Digest> {
        plain(py, || self.0.digest(inner(pepper))).map(Digest)
    }

    /// The key's text.
    fn reveal(&self) -> &str {
        self.0.reveal()
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.mask(py)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("ApiKey({})", self.mask(py)?))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The digest of a key, `sha256:<base64url>` or
/// `hmac-sha256:<pepper id>:<base64url>`. It is no secret. Compared in
/// constant time.
///
/// Raises KeyFormatError: `key.unknown_algorithm`, `key.malformed_digest`,
/// `key.malformed_pepper_id`.
#[pyclass(frozen, eq, module = "keyrail.key")]
#[derive(PartialEq)]
pub(crate) struct Digest(core::Digest);

#[pymethods]
impl Digest {
    #[new]
    fn new(py: Python<'_>, text: Text) -> PyResult<Self> {
        call(py, || core::Digest::parse(&text)).map(Self)
    }

    /// The digest of a key of any format.
    #[staticmethod]
    #[pyo3(signature = (text, pepper = None))]
    fn of(py: Python<'_>, text: Text, pepper: Option<&Bound<'_, Pepper>>) -> PyResult<Self> {
        plain(py, || core::Digest::of(&text, inner(pepper))).map(Self)
    }

    /// Whether this is the digest of that key, in constant time.
    ///
    /// Raises KeyFormatError if the digest names a pepper and none
    /// (`key.missing_pepper`) or another one (`key.other_pepper`) is given.
    #[pyo3(signature = (text, pepper = None))]
    fn verify(
        &self,
        py: Python<'_>,
        text: Text,
        pepper: Option<&Bound<'_, Pepper>>,
    ) -> PyResult<bool> {
        call(py, || self.0.verify(&text, inner(pepper)))
    }

    /// The id of the pepper that the digest was made with, or None.
    #[getter]
    fn pepper_id(&self) -> Option<&str> {
        self.0.pepper_id()
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.to_string())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Digest({})", quoted(py, &self.__str__(py)?)?))
    }
}

/// A secret that is mixed into digests and kept apart from them.
///
/// `id` is 1 to 64 of letters, digits, `_` and `-`; `secret` is a text or a
/// Secret of at least 16 bytes. Raises KeyFormatError:
/// `key.malformed_pepper_id`, `key.pepper_too_short`.
#[pyclass(frozen, module = "keyrail.key")]
pub(crate) struct Pepper(core::Pepper);

#[pymethods]
impl Pepper {
    #[new]
    fn new(py: Python<'_>, id: Text, secret: SecretText) -> PyResult<Self> {
        call(py, || core::Pepper::new(&*id, secret.0)).map(Self)
    }

    /// The id by which digests name it.
    #[getter]
    fn id(&self) -> &str {
        self.0.id()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Pepper({}, {})", quoted(py, self.0.id())?, keyrail::MASK))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

fn inner<'a>(pepper: Option<&'a Bound<'_, Pepper>>) -> Option<&'a core::Pepper> {
    pepper.map(|pepper| &pepper.get().0)
}
