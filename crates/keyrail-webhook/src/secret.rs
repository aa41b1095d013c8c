//! Signing secrets: `whsec_` followed by 24 to 64 bytes in base64 (Standard Webhooks,
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
/// The lengths that 24 to 64 bytes have in base64 without padding.
const ENCODED_LEN: core::ops::RangeInclusive<usize> = 32..=86;
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
    let has_prefix = text.starts_with(PREFIX);
    // The capacity must suffice: a reallocation would leave a copy that is not wiped.
    let mut standard = String::with_capacity(PREFIX.len() + text.len());
    standard.push_str(if has_prefix { "" } else { PREFIX });
    standard.push_str(text);
    let standard = Secret::new(standard);
    match Key::new(&standard) {
        Ok(_) => Ok(standard),
        Err(error) => {
            // Offsets are in the string that was passed, without the added prefix.
            let before = if has_prefix { 0 } else { PREFIX.len() };
            let offset = error.offset().map(|offset| offset.saturating_sub(before));
            let kind = error.kind().clone();
            Err(offset.map_or(Error::new(kind.clone()), |offset| Error::at(kind, offset)))
        }
    }
}

/// An HMAC keyed with a secret. The HMAC is wiped when it is dropped.
#[derive(Clone)]
pub(crate) struct Key(Hmac<Sha256>);

impl Key {
    /// Returns the keys of one or more secrets, in the same order.
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
        if !ENCODED_LEN.contains(&digits.len()) {
            return Err(ErrorKind::SecretLength.into());
        }
        // The error for wrong padding or nonzero trailing bits.
        let malformed = Error::at(ErrorKind::MalformedSecret, PREFIX.len() + digits.len());
        // The decoder requires two bytes more than the maximum length of a secret.
        let mut decoded = Zeroizing::new([0; MAX_SECRET + 2]);
        BASE64.decode_slice(encoded, &mut *decoded).map_err(|_| malformed.clone())?;
        // HMAC pads a short key with zeros up to the block size, so the key with these zeros
        // produces the same signatures.
        let block: &[u8; MAX_SECRET] = decoded.first_chunk().ok_or(malformed)?;
        Ok(Self(Hmac::new(block.into())))
    }

    /// Returns the signature of a message.
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

    fn rejection(text: &str) -> (&'static str, Option<usize>) {
        let error = Key::new(&Secret::new(text)).err().unwrap();
        (error.code(), error.offset())
    }

    /// Returns a secret of this many bytes, with and without padding.
    fn secret_of(count: usize) -> (String, String) {
        let bytes = vec![0xa5; count];
        (
            format!("whsec_{}", STANDARD.encode(&bytes)),
            format!("whsec_{}", STANDARD_NO_PAD.encode(bytes)),
        )
    }

    #[test]
    fn the_length_limits_are_exact_with_and_without_padding() {
        for count in MIN_SECRET..=MAX_SECRET {
            let (padded, unpadded) = secret_of(count);
            assert!(Key::new(&Secret::new(padded)).is_ok(), "{count}");
            assert!(Key::new(&Secret::new(unpadded)).is_ok(), "{count}");
        }
        for count in [0, MIN_SECRET - 1, MAX_SECRET + 1, 1000] {
            let (padded, unpadded) = secret_of(count);
            assert_eq!(rejection(&padded), ("webhook.secret_length", None), "{count}");
            assert_eq!(rejection(&unpadded), ("webhook.secret_length", None), "{count}");
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
            assert_eq!(rejection(text), ("webhook.malformed_secret", Some(offset)), "{text}");
        }
    }
}
