//! `keyrail.webhook`.

use keyrail::webhook as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::error::{self, unpicklable};
use crate::headers::Headers;
use crate::input::{Address, Bytes, Now, SecretText, SecretTexts, Text, saturating_int};
use crate::quoted;
use crate::secret::{HeaderValue, Secret};

/// Signs deliveries with the secret of a webhook, or with several secrets while they are rotated.
/// The signatures follow Standard Webhooks 1.0.
///
/// `secrets` is one secret or a list of up to 5. Each secret is a string or a Secret. A secret that
/// consists of `whsec_` and 24 to 64 bytes in base64 is the key of an HMAC, and produces a
/// signature of version `v1`. One that consists of `whsk_` and 32 or 64 bytes is a private key
/// (Ed25519), and produces a signature of version `v1a`. The signatures are in the order of the
/// secrets. `header_names` is `standard` (`webhook-id` and so on) or `svix` (`svix-id` and so on).
///
/// Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`,
/// `webhook.key_mismatch`, `webhook.public_key`, `webhook.no_secret`, `webhook.too_many_secrets`,
/// `webhook.unknown_header_names`.
#[pyclass(frozen, module = "keyrail.webhook")]
pub(crate) struct Signer(pub(crate) core::Signer);

#[pymethods]
impl Signer {
    #[new]
    #[pyo3(
        signature = (secrets, header_names = None),
        text_signature = "(secrets, header_names='standard')"
    )]
    fn new(py: Python<'_>, secrets: SecretTexts, header_names: Option<Text>) -> PyResult<Self> {
        call(py, || {
            let names = read_names(header_names.as_deref())?;
            core::Signer::with_secrets(&secrets.0).map(|it| it.with_header_names(names))
        })
        .map(Self)
    }

    /// Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded down) and
    /// `webhook-signature`, in this order, or those of the chosen header names. Each is a name and a
    /// HeaderValue. `id` is the message's
    /// id, which is the same on every attempt; `now` is an aware `datetime` or Unix milliseconds;
    /// `body` is `bytes`, a `bytearray` or a `memoryview`.
    ///
    /// Raises WebhookError: `webhook.malformed_id`,
    /// `webhook.malformed_timestamp`.
    fn sign(
        &self,
        py: Python<'_>,
        id: Text,
        now: Now,
        body: Bytes<'_>,
    ) -> PyResult<Vec<(String, HeaderValue)>> {
        let body: &[u8] = &body;
        let headers = call_sized(py, body.len(), || self.0.sign(&id, now.0, body))?;
        Ok(headers.into_iter().map(|(name, value)| (name, HeaderValue(value))).collect())
    }

    fn __repr__(&self) -> String {
        format!("Signer({})", keyrail::MASK)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// Verifies deliveries with the secret of a webhook, or with several secrets while they are
/// rotated. The signatures follow Standard Webhooks 1.0.
///
/// `secrets` is one secret or a list of up to 5, as for a Signer, but with public keys (`whpk_` and
/// 32 bytes in base64) instead of private ones. If any of them is a public key, a delivery must have
/// a valid signature of version `v1a`; otherwise, it must have one of version `v1`. Signatures of the other version are ignored, so nobody can
/// replace a signature of version `v1a` by a weaker one.
///
/// `tolerance_seconds` is the maximum difference between the time of a delivery and `now`, in
/// either direction. `header_names` is `standard` (`webhook-id` and so on) or `svix` (`svix-id` and
/// so on). Headers with any other name are ignored.
///
/// Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`,
/// `webhook.invalid_public_key`, `webhook.private_key`, `webhook.no_secret`,
/// `webhook.too_many_secrets`, `webhook.unknown_header_names`, `webhook.tolerance`.
#[pyclass(frozen, module = "keyrail.webhook")]
pub(crate) struct Verifier(pub(crate) core::Verifier);

#[pymethods]
impl Verifier {
    #[new]
    #[pyo3(
        signature = (secrets, tolerance_seconds = None, header_names = None),
        text_signature = "(secrets, tolerance_seconds=300, header_names='standard')"
    )]
    fn new(
        py: Python<'_>,
        secrets: SecretTexts,
        tolerance_seconds: Option<Seconds>,
        header_names: Option<Text>,
    ) -> PyResult<Self> {
        let verifier = call(py, || {
            let names = read_names(header_names.as_deref())?;
            core::Verifier::new(&secrets.0).map(|it| it.with_header_names(names))
        })?;
        Ok(Self(match tolerance_seconds {
            Some(seconds) => plain(py, || verifier.with_tolerance_seconds(seconds.0))?,
            None => verifier,
        }))
    }

    /// Verifies a delivery with the headers and the body that were received. The headers may be in
    /// any order, with other headers among them. The body must be unchanged, byte for byte. `body`
    /// is `bytes`, a `bytearray` or a `memoryview`; `now` is an aware `datetime` or Unix
    /// milliseconds. A malformed signature does not make a valid one invalid.
    ///
    /// The body is hashed once for each secret. With public keys, it is hashed once for each pair
    /// of a public key and a signature, so up to 80 times. Limit the length of the body before you
    /// verify it.
    ///
    /// Raises WebhookError: `webhook.missing_header`,
    /// `webhook.duplicate_header`, `webhook.too_old`, `webhook.too_new`,
    /// `webhook.wrong_signature` and others.
    fn verify(
        &self,
        py: Python<'_>,
        headers: Headers,
        body: Bytes<'_>,
        now: Now,
    ) -> PyResult<Verified> {
        let body: &[u8] = &body;
        call_sized(py, body.len(), || self.0.verify(&headers, body, now.0)).map(Verified)
    }

    fn __repr__(&self) -> String {
        format!("Verifier({})", keyrail::MASK)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// A delivery that was verified.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct Verified(pub(crate) core::Verified);

#[pymethods]
impl Verified {
    /// The message's id, which stays the same when the message is delivered again.
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// The time of signing, in Unix milliseconds. It is a multiple of 1000, because the header
    /// contains whole seconds.
    #[getter]
    fn timestamp_ms(&self) -> i64 {
        self.0.timestamp.as_millis()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let id = quoted(py, &self.0.id)?;
        Ok(format!("Verified(id={id}, timestamp_ms={})", self.timestamp_ms()))
    }
}

/// Reads the argument `header_names`.
fn read_names(text: Option<&str>) -> Result<core::HeaderNames, core::Error> {
    text.map_or(Ok(core::HeaderNames::default()), core::HeaderNames::parse)
}

/// Returns a new secret for signatures of version `v1`: `whsec_` and 32 bytes in base64. `entropy`
/// must be at least 32 bytes from `os.urandom`, and must be new for each secret.
///
/// Raises WebhookError: `webhook.too_little_entropy`.
#[pyfunction]
pub(crate) fn generate_secret(py: Python<'_>, entropy: Bytes<'_>) -> PyResult<Secret> {
    let entropy: &[u8] = &entropy;
    call(py, || core::generate_secret(entropy)).map(Secret)
}

/// Returns a new private key for signatures of version `v1a`: `whsk_`, and the seed and the public
/// key in base64. Give receivers its `public_key` only. `entropy` is the same as for
/// `generate_secret`.
///
/// Raises WebhookError: `webhook.too_little_entropy`.
#[pyfunction]
pub(crate) fn generate_private_key(py: Python<'_>, entropy: Bytes<'_>) -> PyResult<Secret> {
    let entropy: &[u8] = &entropy;
    call(py, || core::generate_private_key(entropy)).map(Secret)
}

/// Returns the public key of a private key: `whpk_` and 32 bytes in base64. The private key is a
/// string or a Secret.
///
/// Raises WebhookError: `webhook.malformed_secret`, `webhook.secret_length`,
/// `webhook.not_private_key`, `webhook.key_mismatch`.
#[pyfunction]
pub(crate) fn public_key(py: Python<'_>, private_key: SecretText) -> PyResult<String> {
    call(py, || core::public_key(&private_key.0))
}

/// Checks that a URL may be the target of a webhook: it must use https and a public host, and
/// contain no user name, password or fragment. It may contain a port, a path and a query. With
/// `allow_loopback`, http and https URLs of the local machine are accepted too. A host name is not
/// resolved, because its addresses can change at any time: the sender must check the address when
/// it connects, with `is_public_address`.
///
/// Raises WebhookError: `webhook.target_scheme`, `webhook.target_userinfo`,
/// `webhook.target_host`, `webhook.target_private` and others.
#[pyfunction]
#[pyo3(signature = (url, allow_loopback = false))]
pub(crate) fn check_target(py: Python<'_>, url: Text, allow_loopback: bool) -> PyResult<()> {
    call(py, || match allow_loopback {
        true => core::check_target_with_loopback(&url),
        false => core::check_target(&url),
    })
}

/// Returns whether an IP address is on the public internet, so that a webhook may be sent to it. The
/// address is a string or an object of the module `ipaddress`.
///
/// `check_target` does not resolve the host name of a URL. Before a delivery is sent, resolve the
/// name, check every address, and connect to an address that was checked: a second look-up may
/// return another one. Check each redirect in the same way, or follow none. An IPv4-mapped, NAT64
/// (64:ff9b::/96), 6to4 or Teredo address is not public, even if the IPv4 address in it is. If your
/// network has a NAT64 prefix of its own, reject that too.
///
/// Raises KeyrailError: `network.malformed`.
#[pyfunction]
pub(crate) fn is_public_address(py: Python<'_>, address: Address) -> PyResult<bool> {
    plain(py, || core::is_public_address(address.0))
}

/// A tolerance in whole seconds.
struct Seconds(u32);

impl<'a, 'py> FromPyObject<'a, 'py> for Seconds {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        u32::try_from(saturating_int(object)?).map(Self).map_err(|_| {
            let message = "a tolerance is 0 to 4294967295 whole seconds";
            error::invalid_argument(object.py(), "WebhookError", "webhook.tolerance", message)
        })
    }
}
