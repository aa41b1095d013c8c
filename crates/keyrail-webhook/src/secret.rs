//! Signing secrets: `whsec_` and 24 to 64 bytes in base64 (Standard Webhooks,
//! "Signature scheme").

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac as _};
use keyrail_core::Secret;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::content::{Content, MAX_SIGNATURES};
use crate::{Error, ErrorKind};

/// The minimum length of a decoded secret, in bytes.
pub const MIN_SECRET: usize = 24;

/// The maximum length of a decoded secret, in bytes: one block of SHA-256.
pub const MAX_SECRET: usize = 64;

const PREFIX: &str = "whsec_";
/// The lengths of 24 and 64 bytes in base64 without padding.
const ENCODED: core::ops::RangeInclusive<usize> = 32..=86;
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Returns a signing secret in its standard form, with the prefix `whsec_` added
/// if it is missing.
///
/// # Errors
///
/// `webhook.malformed_secret`, `webhook.secret_length`.
///
/// ```
/// use keyrail_core::Secret;
/// let secret = keyrail_webhook::standard_secret(&Secret::new("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))?;
/// assert_eq!(secret.reveal(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
pub fn standard_secret(secret: &Secret) -> Result<Secret, Error> {
    let text = secret.reveal();
    let is_whole = text.starts_with(PREFIX);
    // Enough capacity, because a reallocation would leave a copy that is not wiped.
    let mut standard = String::with_capacity(PREFIX.len() + text.len());
    standard.push_str(if is_whole { "" } else { PREFIX });
    standard.push_str(text);
    let standard = Secret::new(standard);
    match Key::new(&standard) {
        Ok(_) => Ok(standard),
        Err(error) => {
            let before = if is_whole { 0 } else { PREFIX.len() };
            let offset = error.offset().map(|offset| offset.saturating_sub(before));
            let kind = error.kind().clone();
            Err(offset.map_or(Error::new(kind.clone()), |offset| Error::at(kind, offset)))
        }
    }
}

/// An HMAC keyed with a secret; it is wiped when dropped.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// The keys of one secret or several, in their order.
    pub(crate) fn all(secrets: &[Secret]) -> Result<Vec<Self>, Error> {
        match secrets.len() {
            0 => Err(ErrorKind::NoSecret.into()),
            1..=MAX_SIGNATURES => secrets.iter().map(Self::new).collect(),
            _ => Err(ErrorKind::TooManySecrets.into()),
        }
    }

    pub(crate) fn new(secret: &Secret) -> Result<Self, Error> {
        let encoded =
            secret.reveal().strip_prefix(PREFIX).ok_or(Error::at(ErrorKind::MalformedSecret, 0))?;
        let digits = encoded.trim_end_matches('=');
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        if let Some(at) = digits.bytes().position(|byte| !allowed(byte)) {
            return Err(Error::at(ErrorKind::MalformedSecret, PREFIX.len() + at));
        }
        if !ENCODED.contains(&digits.len()) {
            return Err(ErrorKind::SecretLength.into());
        }
        // Wrong padding, or nonzero trailing bits. The decoder needs room for
        // two bytes more than a secret may have.
        let malformed = Error::at(ErrorKind::MalformedSecret, PREFIX.len() + digits.len());
        let mut decoded = Zeroizing::new([0; MAX_SECRET + 2]);
        BASE64.decode_slice(encoded, &mut *decoded).map_err(|_| malformed.clone())?;
        // Zeros up to the block are what HMAC appends to a short key.
        let block: &[u8; MAX_SECRET] = decoded.first_chunk().ok_or(malformed)?;
        Ok(Self(Hmac::new(block.into())))
    }

    /// The signature of a message: its 32 bytes.
    pub(crate) fn sign(&self, content: &Content<'_>) -> [u8; 32] {
        let mut mac = self.0.clone();
        for part in content.parts() {
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::{format, vec};

    use base64::Engine as _;
    use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
    use keyrail_core::Secret;

    use super::{Key, MAX_SECRET, MIN_SECRET};

    fn refusal(text: &str) -> (&'static str, Option<usize>) {
        let error = Key::new(&Secret::new(text)).err().unwrap();
        (error.code(), error.offset())
    }

    fn of_bytes(count: usize) -> (String, String) {
        let bytes = vec![0xa5; count];
        (
            format!("whsec_{}", STANDARD.encode(&bytes)),
            format!("whsec_{}", STANDARD_NO_PAD.encode(bytes)),
        )
    }

    #[test]
    fn the_length_limits_are_exact_with_and_without_padding() {
        for count in MIN_SECRET..=MAX_SECRET {
            let (padded, bare) = of_bytes(count);
            assert!(Key::new(&Secret::new(padded)).is_ok(), "{count}");
            assert!(Key::new(&Secret::new(bare)).is_ok(), "{count}");
        }
        for count in [0, MIN_SECRET - 1, MAX_SECRET + 1, 1000] {
            let (padded, bare) = of_bytes(count);
            assert_eq!(refusal(&padded), ("webhook.secret_length", None), "{count}");
            assert_eq!(refusal(&bare), ("webhook.secret_length", None), "{count}");
        }
    }

    #[test]
    fn a_malformed_secret_is_rejected_at_its_offset() {
        for (text, offset) in [
            ("", 0),
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0),
            ("WHSEC_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0),
            ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0),
            ("whsec_ MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 6),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS-", 37),
            ("whsec_MfKQ9r8=KYqrTwjUPD8ILPZIo2LaLaSw", 13),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", 38),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=", 38),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwA", 39),
            ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwAB", 40),
        ] {
            assert_eq!(refusal(text), ("webhook.malformed_secret", Some(offset)), "{text}");
        }
    }
}
