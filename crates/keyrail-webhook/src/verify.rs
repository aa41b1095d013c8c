//! Verification: checks the signature and the timestamp of a delivery.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyrail_core::{MASK, Secret, Timestamp};
use subtle::{Choice, ConstantTimeEq as _};

use crate::content::{Content, HeaderNames, MAX_SIGNATURES, Version, check_id};
use crate::secret::VerifyingKeys;
use crate::{Error, ErrorKind};

/// The default tolerance: the maximum difference between a timestamp and the current time,
/// in seconds. See [`Verifier::with_tolerance_seconds`].
pub const DEFAULT_TOLERANCE_SECONDS: u32 = 300;

/// Verifies deliveries with the secret of a webhook, or with several secrets while they are
/// rotated.
///
/// If any of the secrets is a public key (`whpk_`), a delivery must have a valid signature of
/// version `v1a`; otherwise, it must have one of version `v1`. Signatures of the other version are
/// ignored, so nobody can replace a signature of version `v1a` by a weaker one.
///
/// The timestamp limits how long a delivery can be replayed. To detect a replay within that time,
/// store the ids of the verified deliveries.
///
/// ```
/// use keyrail_core::{Secret, Timestamp};
/// use keyrail_webhook::Verifier;
/// let verifier = Verifier::new(&[Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])?;
/// let headers = [
///     ("Webhook-Id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
///     ("Webhook-Timestamp", "1614265330"),
///     ("Webhook-Signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
/// ];
/// let now = Timestamp::from_millis(1_614_265_340_000).unwrap();
/// let verified = verifier.verify(&headers, br#"{"test": 2432232314}"#, now)?;
/// assert_eq!(verified.id, "msg_p5jXN8AQM9LWM0D4loKWxJek");
///
/// let error = verifier.verify(&headers, b"{}", now).unwrap_err();
/// assert_eq!(error.code(), "webhook.wrong_signature");
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    keys: VerifyingKeys,
    names: HeaderNames,
    tolerance_ms: i64,
}

/// A delivery that was verified.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Verified {
    /// The message's id, which stays the same when the message is delivered again.
    pub id: String,
    /// The time of signing, in whole seconds.
    pub timestamp: Timestamp,
}

impl Verified {
    /// Returns a delivery that was verified earlier, for a binding that has stored it.
    #[doc(hidden)]
    pub const fn new(id: String, timestamp: Timestamp) -> Self {
        Self { id, timestamp }
    }
}

impl Verifier {
    /// Creates a verifier with 1 to [`MAX_SECRETS`](crate::MAX_SECRETS) secrets. A delivery must
    /// have a valid signature of one of them, of the required version.
    ///
    /// # Errors
    ///
    /// `webhook.no_secret`, `webhook.too_many_secrets`, `webhook.malformed_secret`,
    /// `webhook.secret_length`, `webhook.invalid_public_key`, `webhook.private_key`, and
    /// `webhook.no_ed25519` without the feature `ed25519`.
    pub fn new(secrets: &[Secret]) -> Result<Self, Error> {
        let (keys, names) = (VerifyingKeys::all(secrets)?, HeaderNames::default());
        Ok(Self { keys, names, tolerance_ms: 0 }.with_tolerance_seconds(DEFAULT_TOLERANCE_SECONDS))
    }

    /// Returns this verifier with other names of the headers. Headers with any other name are
    /// ignored.
    #[must_use]
    pub fn with_header_names(self, names: HeaderNames) -> Self {
        Self { names, ..self }
    }

    /// Returns this verifier with another tolerance, in seconds. With a tolerance of 0, the
    /// timestamp must equal the current time to the millisecond.
    #[must_use]
    pub fn with_tolerance_seconds(self, seconds: u32) -> Self {
        Self { tolerance_ms: i64::from(seconds) * 1000, ..self }
    }

    /// Returns the tolerance in milliseconds.
    pub(crate) const fn tolerance_ms(&self) -> i64 {
        self.tolerance_ms
    }

    /// Verifies a delivery with the headers and the body that were received. The headers may be in
    /// any order, with other headers among them. The body must be unchanged, byte for byte.
    ///
    /// The timestamp may differ from `now` by at most the tolerance, in either direction. The
    /// comparison is exact to the millisecond. A malformed signature does not make a valid one
    /// invalid.
    ///
    /// The body is hashed once for each secret. With public keys, it is hashed once for each pair
    /// of a public key and a signature, so up to 80 times. Limit the length of the body before you
    /// verify it.
    ///
    /// # Errors
    ///
    /// `webhook.missing_header`, `webhook.duplicate_header`,
    /// `webhook.malformed_id`, `webhook.malformed_timestamp`,
    /// `webhook.too_old`, `webhook.too_new`, `webhook.malformed_signature`,
    /// `webhook.too_many_signatures`, `webhook.unknown_version`,
    /// `webhook.wrong_signature`.
    pub fn verify<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: &[(N, V)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Verified, Error> {
        let id = header(headers, self.names.id())?;
        let timestamp = header(headers, self.names.timestamp())?;
        let signatures = header(headers, self.names.signature())?;

        check_id(id)?;
        let id = text(id, ErrorKind::MalformedId)?;
        let seconds = text(timestamp, ErrorKind::MalformedTimestamp)?;
        let timestamp = parse_timestamp(seconds)?;
        check_age(now, timestamp, self.tolerance_ms)?;

        let content = Content { id, timestamp: seconds, body };
        if self.keys.ed25519.is_empty() {
            let signatures = Signatures::<32>::parse(signatures, Version::V1)?;
            let mut matches = Choice::from(0);
            for key in &self.keys.hmac {
                let expected = key.sign(&content);
                for signature in &signatures.values {
                    matches |= expected.ct_eq(signature);
                }
            }
            signatures.check(matches.into())?;
        } else {
            let signatures = Signatures::<64>::parse(signatures, Version::V1a)?;
            if signatures.values.is_empty() {
                signatures.check(false)?;
            }
            let content = content.parts().concat();
            let is_valid = |signature: &[u8; 64]| {
                self.keys.ed25519.iter().any(|key| key.verifies(&content, signature))
            };
            signatures.check(signatures.values.iter().any(is_valid))?;
        }
        Ok(Verified { id: id.into(), timestamp })
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Verifier({MASK})")
    }
}

/// Checks that a timestamp differs from the current time by at most a tolerance.
pub(crate) fn check_age(
    now: Timestamp,
    timestamp: Timestamp,
    tolerance_ms: i64,
) -> Result<(), Error> {
    // This cannot overflow: the two times are less than 20,000 years apart.
    let age = now.as_millis() - timestamp.as_millis();
    if age > tolerance_ms {
        return Err(too_old(now, timestamp).into());
    }
    if -age > tolerance_ms {
        return Err(too_new(now, timestamp).into());
    }
    Ok(())
}

/// Returns the error for a timestamp in the past, with a hint if its unit seems wrong.
const fn too_old(now: Timestamp, timestamp: Timestamp) -> ErrorKind {
    if timestamp.seems_in_seconds() && !now.seems_in_seconds() {
        ErrorKind::SignedInSeconds
    } else {
        ErrorKind::TooOld
    }
}

/// Returns the error for a timestamp in the future, with a hint if a unit seems wrong.
fn too_new(now: Timestamp, timestamp: Timestamp) -> ErrorKind {
    /// The start of the year 5000. A later timestamp is probably in milliseconds.
    const MILLIS_THRESHOLD: i64 = 95_617_584_000_000;
    if now.seems_in_seconds() && !timestamp.seems_in_seconds() {
        ErrorKind::NowInSeconds
    } else if timestamp.as_millis() >= MILLIS_THRESHOLD {
        ErrorKind::TimestampInMillis
    } else {
        ErrorKind::TooNew
    }
}

/// Returns the value of the header with this name, which must occur exactly once. The white space
/// around the value is not part of it (RFC 9110, section 5.5).
fn header<'h, N: AsRef<[u8]>, V: AsRef<[u8]>>(
    headers: &'h [(N, V)],
    name: &'static str,
) -> Result<&'h [u8], Error> {
    let mut found =
        headers.iter().filter(|(other, _)| other.as_ref().eq_ignore_ascii_case(name.as_bytes()));
    let (_, value) =
        found.next().ok_or_else(|| Error::new(ErrorKind::MissingHeader).in_header(name))?;
    match found.next() {
        Some(_) => Err(Error::new(ErrorKind::DuplicateHeader).in_header(name)),
        None => Ok(trimmed(value.as_ref())),
    }
}

fn trimmed(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] | [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

/// Returns a header value as a string, or an error of this kind if it is not UTF-8.
fn text(value: &[u8], kind: ErrorKind) -> Result<&str, Error> {
    core::str::from_utf8(value).map_err(|error| Error::at(kind, error.valid_up_to()))
}

/// Parses Unix seconds in decimal digits.
fn parse_timestamp(seconds: &str) -> Result<Timestamp, Error> {
    if let Some(at) = seconds.bytes().position(|byte| !byte.is_ascii_digit()) {
        return Err(Error::at(ErrorKind::MalformedTimestamp, at));
    }
    let parsed: Option<i64> = seconds.parse().ok();
    parsed
        .and_then(|seconds| seconds.checked_mul(1000))
        .and_then(|millis| Timestamp::from_millis(millis).ok())
        .ok_or(Error::at(ErrorKind::MalformedTimestamp, 0))
}

/// The signatures of one version in a header.
struct Signatures<const N: usize> {
    values: Vec<[u8; N]>,
    /// The error for the first entry that has no version or no value, or is a malformed signature
    /// of the required version.
    malformed: Option<Error>,
}

impl<const N: usize> Signatures<N> {
    /// Parses a list of signatures that are separated by single spaces.
    fn parse(list: &[u8], version: Version) -> Result<Self, Error> {
        let mut signatures = Self { values: Vec::new(), malformed: None };
        let mut start = 0;
        for (index, signature) in list.split(|byte| *byte == b' ').enumerate() {
            if index == MAX_SIGNATURES {
                return Err(Error::at(ErrorKind::TooManySignatures, start));
            }
            match parse_signature(signature, version) {
                // A signature that occurs twice is verified once.
                Ok(Some(value)) if signatures.values.contains(&value) => {}
                Ok(value) => signatures.values.extend(value),
                Err(kind) => {
                    signatures.malformed.get_or_insert(Error::at(kind, start));
                }
            }
            start += signature.len() + 1;
        }
        Ok(signatures)
    }

    /// Returns an error if none of the signatures is valid.
    fn check(&self, is_any_valid: bool) -> Result<(), Error> {
        match &self.malformed {
            _ if is_any_valid => Ok(()),
            Some(error) => Err(error.clone()),
            None if self.values.is_empty() => Err(ErrorKind::UnknownVersion.into()),
            None => Err(ErrorKind::WrongSignature.into()),
        }
    }
}

/// Parses a signature. Returns `None` if it has another version.
fn parse_signature<const N: usize>(
    signature: &[u8],
    version: Version,
) -> Result<Option<[u8; N]>, ErrorKind> {
    let signature = core::str::from_utf8(signature).map_err(|_| ErrorKind::MalformedSignature)?;
    let (found, value) = signature.split_once(',').ok_or(ErrorKind::MalformedSignature)?;
    if found.is_empty() || value.is_empty() || !signature.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(ErrorKind::MalformedSignature);
    }
    if found != version.as_str() {
        return Ok(None);
    }
    let mut bytes = [0; 66]; // the size that the decoder requires for 88 characters
    match STANDARD.decode_slice(value, &mut bytes) {
        Ok(count) if count == N => Ok(bytes.first_chunk().copied()),
        _ => Err(ErrorKind::MalformedSignature),
    }
}
