//! Secrets: a prefix, and bytes in base64 (Standard Webhooks, "Signature scheme").
//!
//! | prefix | bytes | who has it |
//! |---|---|---|
//! | `whsec_` | 24 to 64, the key of an HMAC | the sender and the receiver |
//! | `whsk_` | 32, the seed of an Ed25519 key, or 64, the seed and the public key | the sender |
//! | `whpk_` | 32, the public key | the receiver |

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use hmac::{Hmac, KeyInit, Mac as _};
use keyrail_core::Secret;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::content::{Content, MAX_SECRETS, Version};
use crate::ed25519::{ENABLED, PrivateKey, PublicKey};
use crate::{Error, ErrorKind};

/// The minimum length of a decoded secret of an HMAC, in bytes.
pub const MIN_SECRET: usize = 24;

/// The maximum length of a decoded secret, in bytes: one block of SHA-256.
pub const MAX_SECRET: usize = 64;

/// The lengths that 24 to 64 bytes have in base64 without padding.
const ENCODED_LEN: core::ops::RangeInclusive<usize> = 32..=86;
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The kind of a secret, which its prefix tells.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Hmac,
    Private,
    Public,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Hmac, Self::Private, Self::Public];

    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Hmac => "whsec_",
            Self::Private => "whsk_",
            Self::Public => "whpk_",
        }
    }

    fn allows(self, count: usize) -> bool {
        match self {
            Self::Hmac => (MIN_SECRET..=MAX_SECRET).contains(&count),
            Self::Private => count == 32 || count == 64,
            Self::Public => count == 32,
        }
    }
}

/// A decoded secret. Its bytes are wiped when it is dropped.
pub(crate) struct Decoded {
    pub(crate) kind: Kind,
    /// The decoder requires two bytes more than the maximum length of a secret.
    buffer: Zeroizing<[u8; MAX_SECRET + 2]>,
    count: usize,
}

impl Decoded {
    pub(crate) fn read(secret: &Secret) -> Result<Self, Error> {
        let text = secret.reveal();
        let kind = Kind::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()));
        let kind = kind.ok_or(Error::at(ErrorKind::MalformedSecret, 0))?;
        let start = kind.prefix().len();
        let encoded = text.get(start..).unwrap_or_default();
        let digits = encoded.trim_end_matches('=');
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
        if let Some(at) = digits.bytes().position(|byte| !allowed(byte)) {
            return Err(Error::at(ErrorKind::MalformedSecret, start + at));
        }
        if !ENCODED_LEN.contains(&digits.len()) {
            return Err(ErrorKind::SecretLength.into());
        }
        // The error for wrong padding or nonzero trailing bits.
        let malformed = Error::at(ErrorKind::MalformedSecret, start + digits.len());
        let mut buffer = Zeroizing::new([0; MAX_SECRET + 2]);
        let count = BASE64.decode_slice(encoded, &mut *buffer).map_err(|_| malformed)?;
        match kind.allows(count) {
            true => Ok(Self { kind, buffer, count }),
            false => Err(ErrorKind::SecretLength.into()),
        }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.count).unwrap_or_default()
    }
}

/// Returns a webhook's signing secret in its standard form, and adds the prefix `whsec_` if it has
/// no prefix. A private key (`whsk_`) or a public key (`whpk_`) is returned unchanged.
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
    if Kind::ALL.iter().any(|kind| text.starts_with(kind.prefix())) {
        return Decoded::read(secret).map(|_| secret.clone());
    }
    let prefix = Kind::Hmac.prefix();
    // The capacity must suffice: a reallocation would leave a copy that is not wiped.
    let mut standard = String::with_capacity(prefix.len() + text.len());
    standard.push_str(prefix);
    standard.push_str(text);
    let standard = Secret::new(standard);
    match Decoded::read(&standard) {
        Ok(_) => Ok(standard),
        Err(error) => {
            // Offsets are in the string that was passed, without the added prefix.
            let offset = error.offset().map(|offset| offset.saturating_sub(prefix.len()));
            let kind = error.kind().clone();
            Err(offset.map_or(Error::new(kind.clone()), |offset| Error::at(kind, offset)))
        }
    }
}

/// Checks the number of secrets.
fn check_count(secrets: &[Secret]) -> Result<(), Error> {
    match secrets.len() {
        0 => Err(ErrorKind::NoSecret.into()),
        1..=MAX_SECRETS => Ok(()),
        _ => Err(ErrorKind::TooManySecrets.into()),
    }
}

/// A key that signs.
#[derive(Clone)]
pub(crate) enum SigningKey {
    Hmac(HmacKey),
    Ed25519(PrivateKey),
}

impl SigningKey {
    /// Returns the keys of one or more secrets, in the same order.
    pub(crate) fn all(secrets: &[Secret]) -> Result<Vec<Self>, Error> {
        check_count(secrets)?;
        // The capacity must suffice: a reallocation would leave a copy that is not wiped.
        let mut keys = Vec::with_capacity(secrets.len());
        for secret in secrets {
            keys.push(Self::new(secret)?);
        }
        Ok(keys)
    }

    fn new(secret: &Secret) -> Result<Self, Error> {
        let decoded = Decoded::read(secret)?;
        match decoded.kind {
            Kind::Hmac => Ok(Self::Hmac(HmacKey::new(&decoded))),
            Kind::Private => PrivateKey::new(decoded.bytes()).map(Self::Ed25519),
            Kind::Public if ENABLED => Err(ErrorKind::PublicKey.into()),
            Kind::Public => Err(ErrorKind::NoEd25519.into()),
        }
    }

    pub(crate) const fn version(&self) -> Version {
        match self {
            Self::Hmac(_) => Version::V1,
            Self::Ed25519(_) => Version::V1a,
        }
    }
}

/// The keys that verify.
#[derive(Clone)]
pub(crate) struct VerifyingKeys {
    pub(crate) hmac: Vec<HmacKey>,
    pub(crate) ed25519: Vec<PublicKey>,
}

impl VerifyingKeys {
    /// Returns the keys of one or more secrets.
    pub(crate) fn all(secrets: &[Secret]) -> Result<Self, Error> {
        check_count(secrets)?;
        // The capacity must suffice: a reallocation would leave a copy that is not wiped.
        let mut keys = Self { hmac: Vec::with_capacity(secrets.len()), ed25519: Vec::new() };
        for secret in secrets {
            let decoded = Decoded::read(secret)?;
            match decoded.kind {
                Kind::Hmac => keys.hmac.push(HmacKey::new(&decoded)),
                Kind::Public => keys.ed25519.push(PublicKey::new(decoded.bytes())?),
                Kind::Private if ENABLED => return Err(ErrorKind::PrivateKey.into()),
                Kind::Private => return Err(ErrorKind::NoEd25519.into()),
            }
        }
        Ok(keys)
    }
}

/// An HMAC keyed with a secret. The HMAC is wiped when it is dropped.
#[derive(Clone)]
pub(crate) struct HmacKey(Hmac<Sha256>);

impl HmacKey {
    fn new(decoded: &Decoded) -> Self {
        // HMAC pads a short key with zeros up to the block size, so the key with these zeros
        // produces the same signatures.
        let mut block = Zeroizing::new([0; MAX_SECRET]);
        block.iter_mut().zip(decoded.bytes()).for_each(|(to, from)| *to = *from);
        Self(Hmac::new((&*block).into()))
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

    use super::{MAX_SECRET, MIN_SECRET, SigningKey};

    fn rejection(text: &str) -> (&'static str, Option<usize>) {
        let error = SigningKey::new(&Secret::new(text)).err().unwrap();
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
            assert!(SigningKey::new(&Secret::new(padded)).is_ok(), "{count}");
            assert!(SigningKey::new(&Secret::new(unpadded)).is_ok(), "{count}");
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
            ("whsk-MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", 0),
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
