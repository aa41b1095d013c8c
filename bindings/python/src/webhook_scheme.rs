//! Signature schemes of webhooks.

use keyrail::webhook as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::headers::Headers;
use crate::input::{Bytes, Document, Now, SecretText, SecretTexts, Text, datetime};
use crate::quoted_or_none;
use crate::secret::HeaderValue;

/// How a vendor signs the requests to a webhook: where the signature is, how it is computed, and
/// which parts of the request it covers.
///
/// `Scheme.named()` returns the schemes of some vendors. Others can be declared in JSON and read with
/// `Scheme.from_json()`. A declaration lists the signed parts in order: literal text, or one of
/// `{method}`, `{url}`, `{body}`, `{timestamp}`, `{id}`, `{header:NAME}`, `{json:POINTER}` and
/// `{form_sorted}`, the parameters of a form in the body, sorted by name, without separators.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct Scheme(core::Scheme);

#[pymethods]
impl Scheme {
    /// Returns the scheme of a vendor: `adcp` (the HMAC of the Ad Context Protocol), `discord`,
    /// `github`, `hubspot` (version 3), `line`, `mehery`, `meta`, `shopify`, `slack`, `stripe`,
    /// `telegram`, `twilio` or `zoom`.
    ///
    /// Some vendors sign parts without a separator between them, which a scheme of your own may not
    /// do.
    ///
    /// Discord expects the status 401 if a signature is invalid. Twilio may sign the URL with its
    /// default port: if the verification fails, try the URL with `:443` after the host, too.
    ///
    /// Raises WebhookError: `webhook.unknown_scheme`, and `webhook.unsupported_scheme` for `paypal`,
    /// `sns` and `jwt`, whose signatures need certificates or tokens.
    #[staticmethod]
    fn named(py: Python<'_>, name: Text) -> PyResult<Self> {
        call(py, || core::Scheme::named(&name)).map(Self)
    }

    /// Returns the JSON document of a vendor's scheme.
    ///
    /// Raises WebhookError: `webhook.unknown_scheme`.
    #[staticmethod]
    fn document(py: Python<'_>, name: Text) -> PyResult<&'static str> {
        call(py, || core::Scheme::document(&name))
    }

    /// Returns the names of the vendors whose schemes are built in.
    #[staticmethod]
    fn names(py: Python<'_>) -> PyResult<Vec<&'static str>> {
        plain(py, || core::Scheme::names().into())
    }

    /// Reads a scheme from JSON. A mapping of the same form is accepted too.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Scheme::from_json(&document)).map(Self)
    }

    /// Returns the headers that sign a request: the signature, and the timestamp if the scheme has
    /// one. Add them to the request. An id that the scheme signs must be in the request already.
    ///
    /// `secret` is a string or a Secret. For `ed25519`, it is the seed of the private key. `body` is
    /// `bytes`, a `bytearray` or a `memoryview`; `now` is an aware `datetime` or Unix milliseconds.
    ///
    /// Raises WebhookError: `webhook.malformed_scheme_secret`; `webhook.cannot_sign` if the signature
    /// or the timestamp is not in a header; `webhook.missing_part`,
    /// `webhook.ambiguous_part` and others.
    #[expect(clippy::too_many_arguments, reason = "a request and what signs it")]
    fn sign(
        &self,
        py: Python<'_>,
        secret: SecretText,
        method: Text,
        url: Text,
        headers: Headers,
        body: Bytes<'_>,
        now: Now,
    ) -> PyResult<Vec<(String, HeaderValue)>> {
        let body: &[u8] = &body;
        let request = core::SignedRequest { method: &method, url: &url, headers: &headers, body };
        let signed = call_sized(py, body.len(), || self.0.sign(&secret.0, &request, now.0))?;
        Ok(signed.into_iter().map(|(name, value)| (name, HeaderValue(value))).collect())
    }

    /// Verifies a request with one secret or a list of up to 5: a signature must be valid with one of
    /// them. The body must be unchanged, byte for byte.
    ///
    /// If the scheme has a timestamp, it may differ from `now` by at most the tolerance, in either
    /// direction. Without a timestamp, an old request is as valid as a new one: pass every verified
    /// request to `ReceivePolicy.claim`. `VerifiedRequest.covered` says which parts of the request
    /// are signed. Do not trust any other part.
    ///
    /// Each secret is a string or a Secret. For `ed25519`, it is the vendor's public key. `url` is
    /// the whole URL to which the request was sent, with its query. Behind a proxy, it is the URL
    /// that the sender used.
    ///
    /// Raises WebhookError: `webhook.missing_signature`, `webhook.too_old`,
    /// `webhook.wrong_signature` and others.
    #[expect(clippy::too_many_arguments, reason = "a request and what verifies it")]
    fn verify(
        &self,
        py: Python<'_>,
        secrets: SecretTexts,
        method: Text,
        url: Text,
        headers: Headers,
        body: Bytes<'_>,
        now: Now,
    ) -> PyResult<VerifiedRequest> {
        let body: &[u8] = &body;
        let request = core::SignedRequest { method: &method, url: &url, headers: &headers, body };
        let verified = call_sized(py, body.len(), || self.0.verify(&secrets.0, &request, now.0));
        verified.map(VerifiedRequest)
    }

    fn __repr__(&self) -> &'static str {
        "Scheme()"
    }
}

/// A request whose signature is valid.
#[pyclass(frozen, eq, module = "keyrail.webhook")]
#[derive(PartialEq)]
pub(crate) struct VerifiedRequest(core::VerifiedRequest);

#[pymethods]
impl VerifiedRequest {
    /// The id of the message, or None if the scheme has none, or if the request does not contain
    /// exactly one. Anyone who sees a request can send it again with another id, unless
    /// `is_id_signed`.
    #[getter]
    fn id(&self) -> Option<&str> {
        self.0.id()
    }

    /// Whether the signature covers the id: by itself, or as a part of the signed body.
    #[getter]
    fn is_id_signed(&self) -> bool {
        self.0.is_id_signed()
    }

    /// The time of signing, if the scheme has one.
    #[getter]
    fn timestamp<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        datetime(py, self.0.timestamp())
    }

    /// The names of the parts that the signature covers, in order: `method`, `url`, `body`,
    /// `timestamp`, `id`, `header:NAME`, `json:POINTER` or `form`. A static token covers nothing.
    ///
    /// `form` does not say where a name or a value ends. HubSpot and Twilio sign parts without a
    /// separator: their signatures do not say where one part ends and the next one begins.
    #[getter]
    fn covered(&self) -> Vec<String> {
        self.0.covered().into()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let id = quoted_or_none(py, self.0.id())?;
        Ok(format!("VerifiedRequest(id={id}, covered='{}')", self.0.covered().join(" ")))
    }
}
