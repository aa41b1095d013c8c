//! `keyrail.key`: keys and their masks. Formats and digests are in submodules.

mod digest;
mod format;

use keyrail::key as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::error::unpicklable;
use crate::input::{Document, Text, saturating_int};

pub(crate) use digest::{Digest, Pepper};
pub(crate) use format::{Format, FormatSet, Formats};

/// A key of a known format. It prints as its mask; only `reveal()` and `reveal_digested()` return
/// the key or a secret part of it. Keys are compared in constant time.
#[pyclass(frozen, eq, module = "keyrail.key")]
#[derive(PartialEq)]
pub(crate) struct ApiKey(pub(crate) core::ApiKey);

#[pymethods]
impl ApiKey {
    /// The public part that identifies the key: the first public segment, if the format has one.
    /// Use it to look up the key's record.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// The environment that the key is for, if its format has environments. Examples are `live`
    /// and `test`.
    #[getter]
    fn environment(&self) -> Option<&str> {
        self.0.environment()
    }

    /// The name of the key's format.
    #[getter]
    fn format(&self) -> &str {
        self.0.format()
    }

    /// Returns the value of a segment, or None if the segment is secret or the format has no such
    /// segment.
    fn segment(&self, py: Python<'_>, name: Text) -> PyResult<Option<&str>> {
        plain(py, || self.0.segment(&name))
    }

    /// Returns the mask of the key under the default policy, which shows the least. With `policy`,
    /// returns the mask under that policy. A mask consists of the prefix, the environment, the
    /// public segments, and the part of the secret that the policy shows, which is nothing by
    /// default. All of a foreign key is secret.
    #[pyo3(signature = (policy = None))]
    fn mask(&self, py: Python<'_>, policy: Option<&Bound<'_, MaskPolicy>>) -> PyResult<String> {
        plain(py, || match policy {
            None => self.0.mask().to_string(),
            Some(policy) => self.0.mask_with(&policy.get().policy).to_string(),
        })
    }

    /// Returns the digest to store instead of the key. It is computed from the part of the key that
    /// `reveal_digested` returns. It is the SHA-256, or with a pepper the HMAC-SHA-256.
    ///
    /// Raises KeyFormatError: `key.too_weak`, for a key of a foreign format whose estimated entropy
    /// is less than 96 bits. A key of `hex40` or `vchatcloud` that has the shape of its format is
    /// always strong enough.
    #[pyo3(signature = (pepper = None))]
    fn digest(&self, py: Python<'_>, pepper: Option<&Bound<'_, Pepper>>) -> PyResult<Digest> {
        call(py, || self.0.digest(digest::inner(pepper))).map(Digest)
    }

    /// Returns the key itself.
    fn reveal(&self) -> &str {
        self.0.reveal()
    }

    /// Returns the part of the key that digests are computed from. If the format's declaration has
    /// the member `digest_segment`, this part is the segment with that name. Otherwise, it is the
    /// whole key.
    fn reveal_digested(&self) -> &str {
        self.0.reveal_digested()
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        self.mask(py, None)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("ApiKey({})", self.mask(py, None)?))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The number of characters that a mask shows at the start and the end of a secret, 0 to 4 each.
/// The rest is replaced by `••••••••`, or by `********` with `ascii`.
///
/// If a secret has fewer than 20 characters, or if less than 64 bits of it would stay hidden, none
/// of its characters are shown under any policy. The mask treats the checksum as the end of the
/// secret, but the length of the secret is counted without the checksum. The width of the mask does
/// not reveal the length of the secret.
///
/// Raises KeyFormatError: `key.mask_policy`.
#[pyclass(frozen, eq, module = "keyrail.key")]
#[derive(PartialEq)]
pub(crate) struct MaskPolicy {
    /// How many characters are shown at the start of the secret, 0 to 4.
    #[pyo3(get)]
    start: u8,
    /// How many characters are shown at the end of the secret, 0 to 4.
    #[pyo3(get)]
    end: u8,
    /// Whether the placeholder is `********` instead of `••••••••`.
    #[pyo3(get)]
    ascii: bool,
    policy: core::MaskPolicy,
}

#[pymethods]
impl MaskPolicy {
    #[new]
    #[pyo3(signature = (start = CharacterCount(0), end = CharacterCount(0), ascii = false),
           text_signature = "(start=0, end=0, ascii=False)")]
    fn new(
        py: Python<'_>,
        start: CharacterCount,
        end: CharacterCount,
        ascii: bool,
    ) -> PyResult<Self> {
        let (CharacterCount(start), CharacterCount(end)) = (start, end);
        let policy = call(py, || core::MaskPolicy::new(start, end))?;
        let policy = if ascii { policy.ascii() } else { policy };
        Ok(Self { start, end, ascii, policy })
    }

    /// Reads a policy from its configuration. The configuration is JSON, or a mapping of the
    /// same form.
    ///
    /// The members `start` and `end` are the numbers of characters shown, 0 to 4 each. The member
    /// `ascii` tells whether the placeholder is `********`.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        let policy = call_sized(py, document.len(), || core::MaskPolicy::from_json(&document))?;
        let (start, end, ascii) = (policy.start(), policy.end(), policy.is_ascii());
        Ok(Self { start, end, ascii, policy })
    }

    fn __repr__(&self) -> String {
        let ascii = if self.ascii { "True" } else { "False" };
        format!("MaskPolicy(start={}, end={}, ascii={ascii})", self.start, self.end)
    }
}

/// A number of characters. A number that does not fit a `u8` becomes `u8::MAX`, which no policy
/// allows.
struct CharacterCount(u8);

impl<'a, 'py> FromPyObject<'a, 'py> for CharacterCount {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(u8::try_from(saturating_int(object)?).unwrap_or(u8::MAX)))
    }
}
