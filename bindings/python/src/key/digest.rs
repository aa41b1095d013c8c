//! `keyrail.key.Digest` and `keyrail.key.Pepper`.

use keyrail::key as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::error::unpicklable;
use crate::input::{Bytes, SecretText, Text};
use crate::quoted;

/// The digest of a key, which is stored instead of the key. Its string form is `sha256:<base64url>`
/// or `hmac-sha256:<pepper id>:<base64url>`. The string form of a foreign digest is
/// `foreign-sha256:<hex>`, `foreign-sha512:<hex>` or `salted-sha256:before:<base64url>:<hex>`, with
/// the hash in lower case, the salt in base64url, and `before` or `after` as the position of the
/// salt. A digest is not a secret. Digests are compared in constant time.
///
/// Raises KeyFormatError: `key.unknown_algorithm`, `key.password_hash`, `key.malformed_digest`,
/// `key.malformed_pepper_id`, `key.malformed_salt`.
#[pyclass(frozen, eq, module = "keyrail.key")]
#[derive(PartialEq)]
pub(crate) struct Digest(pub(crate) core::Digest);

#[pymethods]
impl Digest {
    #[new]
    fn new(py: Python<'_>, text: Text) -> PyResult<Self> {
        call(py, || core::Digest::parse(&text)).map(Self)
    }

    /// Returns the digest of a key, to be stored. For a key of a known format, use `ApiKey.digest`.
    ///
    /// The digest is a fast hash. It is suitable for a key that was generated from at least 96
    /// random bits, because such a key cannot be guessed. It is not suitable for passwords, which
    /// could be cracked in a second: use a slow hash for them, such as Argon2id. A string whose
    /// estimated entropy is less than 96 bits is rejected. Up to 19 digits at the end of the string
    /// add no entropy: they count as a timestamp, which anyone can guess.
    ///
    /// Raises KeyFormatError: `key.too_weak`.
    #[staticmethod]
    #[pyo3(signature = (text, pepper = None))]
    fn of(py: Python<'_>, text: Text, pepper: Option<&Bound<'_, Pepper>>) -> PyResult<Self> {
        let pepper = inner(pepper);
        call_sized(py, text.len(), || core::Digest::of(&text, pepper)).map(Self)
    }

    /// Imports the SHA-256 or SHA-512 of a key from another system, in hexadecimal digits of either
    /// case. A SHA-256 has 64 digits, a SHA-512 has 128. The digest stays marked as foreign,
    /// because nothing is known about the key's strength.
    ///
    /// Raises KeyFormatError with the offset in bytes: `key.malformed_digest`; `key.password_hash`
    /// for a password hash, such as one of bcrypt.
    #[staticmethod]
    fn import_hex(py: Python<'_>, text: Text) -> PyResult<Self> {
        call_sized(py, text.len(), || core::Digest::import_hex(&text)).map(Self)
    }

    /// Imports the SHA-256 or SHA-512 of a key from another system, in base64 or base64url, with or
    /// without padding (RFC 4648). A SHA-256 has 43 characters, or 44 with padding. A SHA-512 has
    /// 86, or 88 with padding. The digest stays marked as foreign, like that of `import_hex`.
    ///
    /// Raises KeyFormatError with the offset in bytes: `key.malformed_digest`, `key.password_hash`.
    #[staticmethod]
    fn import_base64(py: Python<'_>, text: Text) -> PyResult<Self> {
        call_sized(py, text.len(), || core::Digest::import_base64(&text)).map(Self)
    }

    /// Imports the HMAC-SHA-256 of a key from another system. It has 64 hexadecimal digits, or is
    /// in base64 or base64url, with or without padding. To verify keys with the digest, create a
    /// `Pepper` from the id `pepper_id` and the secret of the HMAC. The secret must be valid UTF-8
    /// and have at least 16 bytes.
    ///
    /// The result is the same as if Keyrail had made the digest with that pepper. It is not marked as
    /// foreign, so only import digests of keys that were generated from enough random bits.
    ///
    /// Raises KeyFormatError with the offset in bytes: `key.malformed_pepper_id`,
    /// `key.malformed_digest`, `key.password_hash`.
    #[staticmethod]
    fn import_hmac(py: Python<'_>, text: Text, pepper_id: Text) -> PyResult<Self> {
        call_sized(py, text.len(), || core::Digest::import_hmac(&text, &pepper_id)).map(Self)
    }

    /// Imports the salted SHA-256 of a key from another system: the SHA-256 of the salt and the
    /// key, one directly after the other. The hash has 64 hexadecimal digits, or is in base64 or
    /// base64url, with or without padding.
    ///
    /// Such a digest cannot be looked up by the hash of a presented key. A record must therefore
    /// specify the `key_id` of the digest, which is the id that the key contains. The digest stays
    /// marked as foreign, like that of `import_hex`. `salt` has 1 to 128 bytes, and `position` is
    /// `before` or `after`.
    ///
    /// Raises KeyFormatError: `key.malformed_digest` and `key.password_hash` with the offset in
    /// bytes, `key.malformed_salt` without an offset.
    #[staticmethod]
    fn import_salted(
        py: Python<'_>,
        text: Text,
        salt: Bytes<'_>,
        position: Text,
    ) -> PyResult<Self> {
        let salt: &[u8] = &salt;
        call_sized(py, text.len(), || {
            core::Digest::import_salted(&text, salt, core::SaltPosition::parse(&position)?)
        })
        .map(Self)
    }

    /// Returns whether this is the digest of the string, in constant time. A weak string is not an
    /// error, because an imported digest may be the digest of a weak string.
    ///
    /// Raises KeyFormatError for a digest that names a pepper: `key.missing_pepper` if no pepper is
    /// passed, `key.other_pepper` if a pepper with another id is passed.
    #[pyo3(signature = (text, pepper = None))]
    fn verify(
        &self,
        py: Python<'_>,
        text: Text,
        pepper: Option<&Bound<'_, Pepper>>,
    ) -> PyResult<bool> {
        let pepper = inner(pepper);
        call_sized(py, text.len(), || self.0.verify(&text, pepper))
    }

    /// How the digest was made: `sha256`, `hmac-sha256`, `foreign-sha256`, `foreign-sha512` or
    /// `salted-sha256`.
    #[getter]
    fn algorithm(&self) -> &str {
        self.0.algorithm()
    }

    /// Whether the hash has a salt, so that it cannot be compared with other hashes of the same
    /// key.
    #[getter]
    fn is_salted(&self) -> bool {
        self.0.is_salted()
    }

    /// Whether another system made the digest. If so, nothing is known about the key's strength.
    #[getter]
    fn is_foreign(&self) -> bool {
        self.0.is_foreign()
    }

    /// The id of the pepper that the digest was made with, or None if it was made without one.
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

/// A secret that is stored outside the database, so that the digests in the database are useless
/// without it.
///
/// `id` is 1 to 64 letters, digits, `_` and `-`; `secret` is a string or a
/// Secret of at least 16 bytes. Raises KeyFormatError:
/// `key.malformed_pepper_id`, `key.pepper_too_short`.
#[pyclass(frozen, module = "keyrail.key")]
pub(crate) struct Pepper(pub(crate) core::Pepper);

#[pymethods]
impl Pepper {
    #[new]
    fn new(py: Python<'_>, id: Text, secret: SecretText) -> PyResult<Self> {
        call(py, || core::Pepper::new(&*id, secret.0)).map(Self)
    }

    /// The id, which digests contain.
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

/// Returns the `keyrail` pepper that a Python `Pepper` contains.
pub(super) fn inner<'a>(pepper: Option<&'a Bound<'_, Pepper>>) -> Option<&'a core::Pepper> {
    pepper.map(|pepper| &pepper.get().0)
}
