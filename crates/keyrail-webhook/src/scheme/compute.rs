//! Computes and checks the signatures of schemes.

use alloc::string::String;
use alloc::vec::Vec;

use hmac::{Hmac, KeyInit, Mac as _};
use keyrail_core::Secret;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use subtle::{Choice, ConstantTimeEq as _};
use zeroize::Zeroizing;

use super::MAX_SCHEME_SECRET;
use super::declared::{Algorithm, Declared, KeyEncoding, decode_hex};
use crate::ed25519::{PrivateKey, PublicKey};
use crate::secret::BASE64;
use crate::{Error, ErrorKind};
use base64::Engine as _;

/// A key that signs.
pub(super) enum Key {
    HmacSha1(Hmac<Sha1>),
    HmacSha256(Hmac<Sha256>),
    HmacSha512(Hmac<Sha512>),
    Ed25519(PrivateKey),
    Static(Secret),
}

impl Key {
    /// Returns the key of a scheme that signs.
    pub(super) fn signing(declared: &Declared, secret: &Secret) -> Result<Self, Error> {
        let bytes = decode(declared, secret)?;
        let malformed = ErrorKind::MalformedSchemeSecret;
        Ok(match declared.algorithm {
            Algorithm::HmacSha1 => {
                Self::HmacSha1(Hmac::new_from_slice(&bytes).map_err(|_| malformed)?)
            }
            Algorithm::HmacSha256 => {
                Self::HmacSha256(Hmac::new_from_slice(&bytes).map_err(|_| malformed)?)
            }
            Algorithm::HmacSha512 => {
                Self::HmacSha512(Hmac::new_from_slice(&bytes).map_err(|_| malformed)?)
            }
            Algorithm::Ed25519 => {
                if bytes.len() != 32 && bytes.len() != 64 {
                    return Err(ErrorKind::MalformedSchemeSecret.into());
                }
                Self::Ed25519(PrivateKey::new(&bytes)?)
            }
            Algorithm::Static => Self::Static(secret.clone()),
        })
    }

    pub(super) fn sign(&self, content: &[u8]) -> Vec<u8> {
        match self {
            Self::HmacSha1(mac) => {
                mac.clone().chain_update(content).finalize().into_bytes().to_vec()
            }
            Self::HmacSha256(mac) => {
                mac.clone().chain_update(content).finalize().into_bytes().to_vec()
            }
            Self::HmacSha512(mac) => {
                mac.clone().chain_update(content).finalize().into_bytes().to_vec()
            }
            Self::Ed25519(key) => key.sign_bytes(content).to_vec(),
            Self::Static(secret) => secret.reveal().as_bytes().to_vec(),
        }
    }
}

/// The keys that verify.
pub(super) enum Keys {
    /// Keys that compute the signature again.
    Symmetric(Vec<Key>),
    Ed25519(Vec<PublicKey>),
}

impl Keys {
    pub(super) fn verifying(declared: &Declared, secrets: &[Secret]) -> Result<Self, Error> {
        let mut secrets = secrets.iter();
        if declared.algorithm != Algorithm::Ed25519 {
            let keys = secrets.map(|secret| Key::signing(declared, secret));
            return Ok(Self::Symmetric(keys.collect::<Result<_, _>>()?));
        }
        let keys = secrets.try_fold(Vec::new(), |mut keys, secret| {
            let bytes = decode(declared, secret)?;
            if bytes.len() != 32 {
                return Err(ErrorKind::MalformedSchemeSecret.into());
            }
            let key = PublicKey::new(&bytes);
            keys.push(key.map_err(|error| match error.kind() {
                ErrorKind::InvalidPublicKey => ErrorKind::SchemePublicKey.into(),
                _ => error,
            })?);
            Ok::<_, Error>(keys)
        });
        Ok(Self::Ed25519(keys?))
    }

    /// Checks that one of the signatures is valid. A malformed signature does not make a valid one
    /// invalid.
    pub(super) fn check(
        &self,
        declared: &Declared,
        content: &[u8],
        signatures: &[String],
    ) -> Result<(), Error> {
        let decoded: Vec<Option<Vec<u8>>> =
            signatures.iter().map(|text| declared.encoding.decode(text)).collect();
        let is_any_malformed = decoded.iter().any(Option::is_none);
        let mut decoded = decoded.iter().flatten();
        let is_valid = match self {
            Self::Symmetric(keys) => {
                let mut matches = Choice::from(0);
                let expected: Vec<Vec<u8>> = keys.iter().map(|key| key.sign(content)).collect();
                for signature in decoded {
                    for expected in &expected {
                        matches |= expected.as_slice().ct_eq(signature.as_slice());
                    }
                }
                bool::from(matches)
            }
            Self::Ed25519(keys) => decoded.any(|signature| {
                let signature = signature.as_slice().try_into();
                signature.is_ok_and(|it| keys.iter().any(|key| key.verifies(content, it)))
            }),
        };
        match (is_valid, is_any_malformed) {
            (true, _) => Ok(()),
            (false, true) => Err(ErrorKind::SchemeSignature.into()),
            (false, false) => Err(ErrorKind::WrongSignature.into()),
        }
    }
}

/// Returns the bytes of a secret.
fn decode(declared: &Declared, secret: &Secret) -> Result<Zeroizing<Vec<u8>>, Error> {
    let text = secret.reveal();
    let malformed = || Error::new(ErrorKind::MalformedSchemeSecret);
    if text.is_empty() || text.len() > MAX_SCHEME_SECRET {
        return Err(malformed());
    }
    let bytes = match declared.key_encoding {
        KeyEncoding::Utf8 => Some(text.as_bytes().to_vec()),
        KeyEncoding::Hex => decode_hex(text.as_bytes()),
        KeyEncoding::Base64 => BASE64.decode(text).ok(),
    };
    let bytes = bytes.map(Zeroizing::new).filter(|bytes| !bytes.is_empty());
    // A static token must fit in a header.
    let is_token = |bytes: &Zeroizing<Vec<u8>>| bytes.iter().all(u8::is_ascii_graphic);
    let is_static = declared.algorithm == Algorithm::Static;
    bytes.filter(|bytes| !is_static || is_token(bytes)).ok_or_else(malformed)
}
