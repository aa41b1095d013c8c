//! Salts: bytes that another system hashed together with a key.

use alloc::boxed::Box;
use alloc::string::String;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::{Error, ErrorKind};

/// The maximum length of the salt of an imported hash, in bytes.
pub const MAX_SALT: usize = 128;

/// The salt of a hash, and its place in the hashed bytes.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Salt {
    pub position: SaltPosition,
    pub bytes: Box<[u8]>,
}

/// Where the salt of a hash is in the bytes that were hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SaltPosition {
    /// The salt is before the key.
    Before,
    /// The salt is after the key.
    After,
}

impl SaltPosition {
    /// Parses `before` or `after`.
    ///
    /// # Errors
    ///
    /// `key.malformed_salt`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let position = [Self::Before, Self::After].into_iter().find(|it| it.as_str() == text);
        position.ok_or_else(|| ErrorKind::MalformedSalt.into())
    }

    /// Returns `before` or `after`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

impl Salt {
    /// Parses `<position>:<salt>:` at the start of the value of a digest, and returns the salt and
    /// the rest of the value. `start` is the offset of the value in the digest.
    pub(super) fn parse(value: &str, start: usize) -> Result<(Self, &str), Error> {
        let malformed = |at: usize| Error::at(ErrorKind::MalformedSalt, start + at);
        let end = Error::at(ErrorKind::MalformedDigest, start + value.len());
        let (word, rest) = value.split_once(':').ok_or(end.clone())?;
        let position = SaltPosition::parse(word).map_err(|_| malformed(0))?;
        let at = word.len() + 1;
        let (encoded, hash) = rest.split_once(':').ok_or(end)?;
        if encoded.is_empty() || encoded.len() > (MAX_SALT * 4).div_ceil(3) {
            return Err(malformed(at));
        }
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| malformed(at))?;
        Ok((Self { position, bytes: bytes.into() }, hash))
    }

    /// Appends `<position>:<salt>`, the salt in base64url without padding.
    pub(super) fn write(&self, text: &mut String) {
        text.push_str(self.position.as_str());
        text.push(':');
        URL_SAFE_NO_PAD.encode_string(&self.bytes, text);
    }

    /// Returns the SHA-256 of a key with this salt.
    pub(super) fn hash(&self, text: &str) -> [u8; 32] {
        let (first, last) = match self.position {
            SaltPosition::Before => (&*self.bytes, text.as_bytes()),
            SaltPosition::After => (text.as_bytes(), &*self.bytes),
        };
        Sha256::new_with_prefix(first).chain_update(last).finalize().into()
    }
}

keyrail_core::from_str! {
    SaltPosition: parse, Error;
}
