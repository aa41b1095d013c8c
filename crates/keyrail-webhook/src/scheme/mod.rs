//! Signature schemes as data: where a vendor's signature is, and what it covers.

mod built_in;
mod compute;
mod declared;
mod part;
mod place;
mod pointer;
mod request;

pub use declared::ReadScheme;
pub use request::{MAX_FORM_PAIRS, SignedRequest, VerifiedRequest};

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config;
use keyrail_core::{ConfigError, HeaderValue, Secret, Timestamp};

use crate::content::MAX_SECRETS;
use crate::{Error, ErrorKind};
use compute::{Key, Keys};
use declared::{Algorithm, Declared};
use part::Part;
use place::Place;
use request::Received;

/// The maximum number of parts that a scheme signs.
pub const MAX_PARTS: usize = 16;

/// The maximum length of a secret of a scheme, in bytes.
pub const MAX_SCHEME_SECRET: usize = 1024;

/// How a vendor signs the requests to a webhook: where the signature is, how it is computed, and
/// which parts of the request it covers.
///
/// [`named`](Self::named) returns the schemes of some vendors. Others can be declared in JSON. A
/// declaration lists the signed parts in order: literal text, or one of `{method}`, `{url}`,
/// `{body}`, `{timestamp}`, `{id}`, `{header:NAME}`, `{json:POINTER}` and `{form_sorted}`, the
/// parameters of a form in the body, sorted by name, without separators.
///
/// ```
/// use keyrail_core::{Secret, Timestamp};
/// use keyrail_webhook::{Scheme, SignedRequest};
/// let scheme = Scheme::from_json(r#"{
///     "algorithm": "hmac-sha256",
///     "signature": {"header": "x-signature", "prefix": "sha256=", "encoding": "hex"},
///     "timestamp": {"header": "x-timestamp", "unit": "seconds"},
///     "signed": ["{timestamp}", ".", "{body}"]
/// }"#)?;
/// let secret = Secret::new("k9Zr2mQx7TnB4vLc");
/// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let (method, url, body): (_, _, &[u8]) = ("POST", "https://desk.example/hook", b"{}");
/// let headers: [(&str, &str); 0] = [];
/// let request = SignedRequest { method, url, headers: &headers, body };
/// let signed = scheme.sign(&secret, &request, now).unwrap();
///
/// let headers: Vec<_> = signed.iter().map(|(name, value)| (&**name, value.reveal())).collect();
/// let request = SignedRequest { method, url, headers: &headers, body };
/// let verified = scheme.verify(&[secret], &request, now).unwrap();
/// assert_eq!(verified.covered(), ["timestamp", "body"]);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme(Declared);

impl Scheme {
    /// Reads a scheme from JSON.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and:
    ///
    /// - `webhook.malformed_place`: a value does not have exactly one of the places `header`,
    ///   `query` and `json`, or a place is malformed;
    /// - `webhook.malformed_part`: a signed part is neither a known part nor literal text;
    /// - `webhook.no_separator`, `webhook.ambiguous_separator`, `webhook.content_not_last`: the signed
    ///   content does not show where a part ends, so that one request could be read as another with
    ///   the same signature;
    /// - `webhook.too_many_parts`, `webhook.no_part`: more than 16 parts, or no part of the request;
    /// - `webhook.undeclared_value`: a scheme signs a timestamp or an id whose place it does not
    ///   declare;
    /// - `webhook.unsigned_timestamp`: the timestamp is not signed, so anyone could change it;
    /// - `webhook.unsuitable_member`: a member does not fit the algorithm, such as `signed` for
    ///   `static`;
    /// - `webhook.malformed_tolerance`, `webhook.malformed_unescape`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json_with(text, |read: ReadScheme, faults| {
            read.check_separators(faults);
            Some(Self(read.into_declared()))
        })
    }

    /// Returns the JSON Schema (draft 2020-12) of a scheme.
    pub fn json_schema() -> String {
        config::document_schema::<ReadScheme>("webhook-scheme")
    }

    /// Returns the headers that sign a request: the signature, and the timestamp if the scheme has
    /// one. Add them to the request. An id that the scheme signs must be in the request already.
    ///
    /// For `ed25519`, the secret is the seed of the private key.
    ///
    /// # Errors
    ///
    /// `webhook.malformed_scheme_secret`, `webhook.key_mismatch`; `webhook.cannot_sign` if the
    /// signature or the timestamp is not in a header; `webhook.missing_part`,
    /// `webhook.duplicate_header`, `webhook.duplicate_value`, `webhook.ambiguous_part`,
    /// `webhook.malformed_body`, `webhook.malformed_url`, `webhook.missing_url`,
    /// `webhook.wrong_signature` if the digest in the URL is not that of the body,
    /// `webhook.malformed_timestamp` for a time before 1970, and `webhook.no_ed25519` without the
    /// feature `ed25519`.
    pub fn sign<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        secret: &Secret,
        request: &SignedRequest<'_, N, V>,
        now: Timestamp,
    ) -> Result<Vec<(String, HeaderValue)>, Error> {
        let declared = &self.0;
        let key = Key::signing(declared, secret)?;
        let received = Received::new(request);
        let timestamp = match &declared.timestamp {
            Some((place, unit)) => Some((place, unit.format(now)?)),
            None => None,
        };
        let text = timestamp.as_ref().map(|(_, text)| &**text);
        let id = self.signed_id(&received)?;
        let (content, _) = self.content(&received, text, id.as_deref())?;
        let signature = declared.encoding.encode(&key.sign(&content));
        let mut headers: Vec<(String, String)> = Vec::new();
        let values = timestamp.into_iter().chain([(&declared.signature, signature)]);
        for (value, text) in values {
            let Place::Header(name) = &value.place else {
                return Err(ErrorKind::CannotSign.into());
            };
            let text = value.format(&text);
            match headers.iter_mut().find(|(other, _)| other == name) {
                Some((_, line)) => {
                    line.push(value.separator());
                    line.push_str(&text);
                }
                None => headers.push((name.clone(), text)),
            }
        }
        let is_secret = declared.algorithm == Algorithm::Static;
        let header = |(name, value): (String, String)| {
            let value = match is_secret {
                true => HeaderValue::sensitive(value),
                false => HeaderValue::new(value),
            };
            value.map(|value| (name, value)).map_err(|_| ErrorKind::MalformedSchemeSecret.into())
        };
        headers.into_iter().map(header).collect()
    }

    /// Verifies a request with 1 to [`MAX_SECRETS`](crate::MAX_SECRETS) secrets: a signature must be
    /// valid with one of them. The body must be unchanged, byte for byte.
    ///
    /// If the scheme has a timestamp, it may differ from `now` by at most the tolerance, in either
    /// direction. Without a timestamp, an old request is as valid as a new one: pass every verified
    /// request to [`ReceivePolicy::claim`](crate::ReceivePolicy::claim).
    /// [`VerifiedRequest::covered`] says which parts of the request are signed. Do not trust any
    /// other part.
    ///
    /// For `ed25519`, a secret is the vendor's public key.
    ///
    /// # Errors
    ///
    /// - `webhook.no_secret`, `webhook.too_many_secrets`, `webhook.malformed_scheme_secret`,
    ///   `webhook.invalid_public_key`, and `webhook.no_ed25519` without the feature `ed25519`;
    /// - `webhook.missing_signature`, `webhook.missing_timestamp`, `webhook.missing_part`,
    ///   `webhook.missing_url`, `webhook.duplicate_header`, `webhook.duplicate_value`,
    ///   `webhook.too_many_signatures`;
    /// - `webhook.malformed_timestamp`, `webhook.too_old`, `webhook.too_new`;
    /// - `webhook.malformed_url`, `webhook.malformed_body`, `webhook.ambiguous_part`;
    /// - `webhook.malformed_signature`, `webhook.wrong_signature`.
    pub fn verify<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        secrets: &[Secret],
        request: &SignedRequest<'_, N, V>,
        now: Timestamp,
    ) -> Result<VerifiedRequest, Error> {
        let declared = &self.0;
        match secrets.len() {
            0 => return Err(ErrorKind::NoSecret.into()),
            count if count > MAX_SECRETS => return Err(ErrorKind::TooManySecrets.into()),
            _ => {}
        }
        let keys = Keys::verifying(declared, secrets)?;
        let received = Received::new(request);
        let signatures = received.all(&declared.signature)?;
        if signatures.is_empty() {
            return Err(ErrorKind::MissingSignature.into());
        }
        let timestamp = match &declared.timestamp {
            Some((value, unit)) => {
                let text = received.one(value)?.ok_or(ErrorKind::MissingTimestamp)?;
                let time = unit.parse(&text)?;
                crate::verify::check_age(now, time, declared.tolerance_ms())?;
                Some((text, time))
            }
            None => None,
        };
        let text = timestamp.as_ref().map(|(text, _)| &**text);
        let id = self.signed_id(&received)?;
        let (content, covered) = self.content(&received, text, id.as_deref())?;
        keys.check(declared, &content, &signatures)?;
        // An id that is not signed by itself does not make a valid signature invalid.
        let id = id.or_else(|| self.id(&received).unwrap_or_default());
        let timestamp = timestamp.map(|(_, time)| time);
        let is_id_signed = id.is_some() && self.signs_id(&covered);
        Ok(VerifiedRequest { id, is_id_signed, timestamp, covered })
    }

    /// Returns the id of the message, if the scheme has one and the request contains it.
    fn id(&self, received: &Received<'_>) -> Result<Option<String>, Error> {
        self.0.id.as_ref().map_or(Ok(None), |place| received.one(place))
    }

    /// Returns the id of the message if `{id}` is a signed part.
    fn signed_id(&self, received: &Received<'_>) -> Result<Option<String>, Error> {
        if self.0.signed.contains(&Part::Id) { self.id(received) } else { Ok(None) }
    }

    /// Returns whether a signature that covers these parts covers the id.
    fn signs_id(&self, covered: &[String]) -> bool {
        let Some(value) = &self.0.id else { return false };
        let is_place = |part: &String| match &value.place {
            Place::Header(name) => part.strip_prefix("header:") == Some(name),
            Place::Query(_) => part == "url",
            Place::Json(pointer) => part == "body" || part.strip_prefix("json:") == Some(pointer),
        };
        covered.iter().any(|part| part == "id" || is_place(part))
    }

    /// Returns the signed content of a request, and the names of the parts that it covers.
    fn content(
        &self,
        received: &Received<'_>,
        timestamp: Option<&str>,
        id: Option<&str>,
    ) -> Result<(Vec<u8>, Vec<String>), Error> {
        let declared = &self.0;
        let has_digest = received.check_body_digest(declared)?;
        let (mut content, mut covered) = (Vec::new(), Vec::new());
        // The text that must not occur in the part after it, because it follows a part that may
        // contain anything.
        let mut separators: Vec<&str> = Vec::new();
        for (index, part) in declared.signed.iter().enumerate() {
            let value: Cow<'_, [u8]> = match part {
                Part::Literal(text) => text.as_bytes().into(),
                Part::Method => received.method().as_bytes().into(),
                Part::Url => received.url(declared)?,
                Part::Body => received.body().into(),
                Part::Timestamp => timestamp.unwrap_or_default().as_bytes().into(),
                Part::Id => id.ok_or(ErrorKind::MissingPart)?.as_bytes().into(),
                Part::Header(name) => received.header(name)?,
                Part::Json(pointer) => received.json(pointer)?.into_owned().into_bytes().into(),
                Part::FormSorted if has_digest => Cow::Borrowed(&[]),
                Part::FormSorted => received.form_sorted()?.into_bytes().into(),
            };
            let next = match declared.signed.get(index + 1) {
                Some(Part::Literal(text)) if !part.is_literal() => Some(&**text),
                _ => None,
            };
            let is_in_value = |separator: &&str| contains(&value, separator.as_bytes());
            let is_ambiguous = !part.is_literal() && separators.iter().any(is_in_value)
                || !part.is_content() && next.as_ref().is_some_and(is_in_value);
            if is_ambiguous {
                return Err(ErrorKind::AmbiguousPart.into());
            }
            separators.extend(next.filter(|_| part.is_content()));
            content.extend_from_slice(&value);
            covered.extend(part.name().filter(|_| *part != Part::FormSorted || !has_digest));
        }
        if has_digest {
            covered.push("body".into());
        }
        Ok((content, covered))
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len().max(1)).any(|window| window == part)
}

keyrail_core::from_str! {
    Scheme: from_json, ConfigError;
}
