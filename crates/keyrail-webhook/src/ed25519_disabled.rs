//! Replaces `ed25519.rs` in a build without the feature `ed25519`: no key can be created.

use crate::content::Content;
use crate::{Error, ErrorKind};

/// Whether this build includes Ed25519.
pub(crate) const ENABLED: bool = false;

/// A private key. None can be created in this build.
#[derive(Clone)]
pub(crate) enum PrivateKey {}

impl PrivateKey {
    pub(crate) fn new(_: &[u8]) -> Result<Self, Error> {
        Err(ErrorKind::NoEd25519.into())
    }

    pub(crate) fn public(&self) -> [u8; 32] {
        match *self {}
    }

    pub(crate) fn sign(&self, _: &Content<'_>) -> [u8; 64] {
        match *self {}
    }

    pub(crate) fn sign_bytes(&self, _: &[u8]) -> [u8; 64] {
        match *self {}
    }
}

/// A public key. None can be created in this build.
#[derive(Clone)]
pub(crate) enum PublicKey {}

impl PublicKey {
    pub(crate) fn new(_: &[u8]) -> Result<Self, Error> {
        Err(ErrorKind::NoEd25519.into())
    }

    pub(crate) fn verifies(&self, _: &[u8], _: &[u8; 64]) -> bool {
        match *self {}
    }
}
