//! New secrets and keys, created from random bytes that the host provides.

use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac as _};
use keyrail_core::Secret;
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

use crate::ed25519::PrivateKey;
use crate::secret::{Decoded, Kind};
use crate::{Error, ErrorKind};

/// The minimum number of random bytes for a new secret.
pub const MIN_ENTROPY: usize = 32;

/// Returns a new secret for signatures of version `v1`: `whsec_` and 32 bytes in base64.
///
/// `entropy` must consist of at least [`MIN_ENTROPY`] random bytes from the operating system, and
/// must be new for each secret. The bytes of the secret are `HMAC-SHA256(entropy,
/// "keyrail-webhook-secret-v1")`.
///
/// # Errors
///
/// `webhook.too_little_entropy`.
///
/// # Examples
///
/// ```
/// # let entropy = [7; 32];
/// let secret = keyrail_webhook::generate_secret(&entropy)?;
/// assert!(secret.reveal().starts_with("whsec_"));
/// keyrail_webhook::Signer::new(&secret)?;
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
pub fn generate_secret(entropy: &[u8]) -> Result<Secret, Error> {
    let bytes = derive(entropy, b"keyrail-webhook-secret-v1")?;
    Ok(encode(Kind::Hmac, &*bytes))
}

/// Returns a new private key for signatures of version `v1a`: `whsk_`, and the seed and the public
/// key in base64. Give receivers its [`public_key`] only.
///
/// `entropy` is the same as for [`generate_secret`]. The seed is `HMAC-SHA256(entropy,
/// "keyrail-webhook-private-key-v1")`.
///
/// # Errors
///
/// `webhook.too_little_entropy`, and `webhook.no_ed25519` without the feature `ed25519`.
///
/// # Examples
///
/// ```
/// # #[cfg(feature = "ed25519")] {
/// # let entropy = [7; 32];
/// use keyrail_webhook::{generate_private_key, public_key};
/// let private_key = generate_private_key(&entropy)?;
/// assert!(public_key(&private_key)?.starts_with("whpk_"));
/// # }
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
pub fn generate_private_key(entropy: &[u8]) -> Result<Secret, Error> {
    let seed = derive(entropy, b"keyrail-webhook-private-key-v1")?;
    let public = PrivateKey::new(&*seed)?.public();
    let mut bytes = Zeroizing::new([0; 64]);
    bytes.iter_mut().zip(seed.iter().chain(&public)).for_each(|(to, from)| *to = *from);
    Ok(encode(Kind::Private, &*bytes))
}

/// Returns the public key of a private key: `whpk_` and 32 bytes in base64.
///
/// # Errors
///
/// `webhook.malformed_secret`, `webhook.secret_length`, `webhook.not_private_key`,
/// `webhook.key_mismatch`, and `webhook.no_ed25519` without the feature `ed25519`.
pub fn public_key(private_key: &Secret) -> Result<String, Error> {
    let decoded = Decoded::read(private_key)?;
    if decoded.kind != Kind::Private {
        return Err(ErrorKind::NotPrivateKey.into());
    }
    let public = PrivateKey::new(decoded.bytes())?.public();
    let mut text = String::from(Kind::Public.prefix());
    STANDARD.encode_string(public, &mut text);
    Ok(text)
}

/// Returns 32 bytes that are derived from the entropy for one purpose.
fn derive(entropy: &[u8], purpose: &[u8]) -> Result<Zeroizing<[u8; 32]>, Error> {
    if entropy.len() < MIN_ENTROPY {
        return Err(ErrorKind::TooLittleEntropy.into());
    }
    // An HMAC accepts a key of any length.
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(entropy)
        .map_err(|_| ErrorKind::TooLittleEntropy)?;
    mac.update(purpose);
    let mut output = mac.finalize().into_bytes();
    let mut bytes = Zeroizing::new([0; 32]);
    bytes.copy_from_slice(&output);
    output.as_mut_slice().zeroize();
    Ok(bytes)
}

/// Returns bytes as a secret of a kind.
fn encode(kind: Kind, bytes: &[u8]) -> Secret {
    // The capacity suffices: a reallocation would leave a copy that is not wiped.
    let mut text = String::with_capacity(kind.prefix().len() + bytes.len().div_ceil(3) * 4);
    text.push_str(kind.prefix());
    STANDARD.encode_string(bytes, &mut text);
    Secret::new(text)
}
