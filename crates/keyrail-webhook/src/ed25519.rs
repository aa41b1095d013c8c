//! The keys of asymmetric signatures: Ed25519 (RFC 8032).
//!
//! Verification is strict: it rejects a signature whose scalar is not reduced, and keys and points
//! of small order, so that every signature has exactly one valid form and belongs to one message.

use alloc::boxed::Box;

use ed25519_dalek::Signature;
use ed25519_dalek::ed25519::signature::MultipartSigner as _;

use crate::content::Content;
use crate::{Error, ErrorKind};

/// Whether this build includes Ed25519.
pub(crate) const ENABLED: bool = true;

/// A private key. It is wiped when it is dropped, but not the copy on the stack from which it was
/// moved.
#[derive(Clone)]
pub(crate) struct PrivateKey(Box<ed25519_dalek::SigningKey>);

impl PrivateKey {
    /// Creates a key from a seed of 32 bytes, which the public key may follow.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, Error> {
        let seed = bytes.first_chunk().ok_or(ErrorKind::SecretLength)?;
        let key = Box::new(ed25519_dalek::SigningKey::from_bytes(seed));
        let public = bytes.get(32..).unwrap_or_default();
        match public.is_empty() || public == key.verifying_key().as_bytes() {
            true => Ok(Self(key)),
            false => Err(ErrorKind::KeyMismatch.into()),
        }
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    pub(crate) fn sign(&self, content: &Content<'_>) -> [u8; 64] {
        // Signing in memory cannot fail.
        self.0.multipart_sign(&content.parts()).to_bytes()
    }

    pub(crate) fn sign_bytes(&self, content: &[u8]) -> [u8; 64] {
        self.0.multipart_sign(&[content]).to_bytes()
    }
}

/// A public key.
#[derive(Clone)]
pub(crate) struct PublicKey(Box<ed25519_dalek::VerifyingKey>);

impl PublicKey {
    /// Creates a key from its 32 bytes.
    pub(crate) fn new(bytes: &[u8]) -> Result<Self, Error> {
        let bytes = bytes.first_chunk().ok_or(ErrorKind::SecretLength)?;
        let key = ed25519_dalek::VerifyingKey::from_bytes(bytes);
        // The decoder also accepts coordinates that are not reduced. RFC 8032 rejects them.
        let is_canonical =
            |key: &ed25519_dalek::VerifyingKey| key.to_edwards().compress().as_bytes() == bytes;
        match key {
            Ok(key) if !key.is_weak() && is_canonical(&key) => Ok(Self(Box::new(key))),
            _ => Err(ErrorKind::InvalidPublicKey.into()),
        }
    }

    pub(crate) fn verifies(&self, content: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(content, &Signature::from_bytes(signature)).is_ok()
    }
}
