//! Generation: a key made of random bytes that the host gives.
//!
//! The same bytes give the same key everywhere. The random characters are a
//! stream of `HMAC-SHA256(entropy, "keyrail-key-v1\0" + prefix + "\0" +
//! environment + "\0" + be32(i))` for i = 0, 1, ...: a byte of 248 or more is
//! skipped, since 256 is no multiple of 62, and any other stands for the
//! character of its remainder by 62. First comes the id, then the secret.

use alloc::string::String;

use hmac::Mac as _;
use keyrail_core::Secret;
use zeroize::Zeroizing;

use crate::api_key::ApiKey;
use crate::base62::{SYMBOLS, symbol};
use crate::format::{
    ENTROPY, ENVIRONMENTS, ID, ID_START, KeyFormat, LENGTH, PREFIX, SECRET, checksum_of,
};
use crate::mac::keyed;
use crate::{Error, ErrorKind};

/// What the stream's text begins with, so that the entropy serves nothing else.
const LABEL: &str = "keyrail-key-v1";
/// The largest multiple of 62 that a byte can reach.
const LIMIT: u8 = (u8::MAX / SYMBOLS) * SYMBOLS;

impl KeyFormat {
    /// Makes a key of at least [`entropy_len`](Self::entropy_len) random
    /// bytes; more are all used.
    ///
    /// The bytes must come from the operating system's random source, fresh
    /// for each key: whoever knows them knows the key.
    ///
    /// Errors: `key.environment`, `key.too_little_entropy`.
    pub fn generate(&self, environment: &str, entropy: &[u8]) -> Result<ApiKey, Error> {
        let environment = ENVIRONMENTS
            .into_iter()
            .find(|known| *known == environment)
            .ok_or(ErrorKind::Environment)?;
        if entropy.len() < ENTROPY {
            return Err(ErrorKind::TooLittleEntropy.into());
        }
        let mut text = Zeroizing::new(String::with_capacity(LENGTH)); // never grows
        for part in [PREFIX, "_", environment, "_"] {
            text.push_str(part);
        }
        push_random(&mut text, environment, entropy);
        let checksum = checksum_of(text.as_bytes());
        text.extend(checksum.map(char::from));
        Ok(ApiKey::of_parts(Secret::new(core::mem::take(&mut *text)), environment))
    }
}

/// Appends the id, `_`, and the secret.
fn push_random(text: &mut String, environment: &str, entropy: &[u8]) {
    let mut stream = keyed(entropy);
    for part in [LABEL, PREFIX, environment] {
        stream.update(part.as_bytes());
        stream.update(b"\0");
    }
    for index in 0..=u32::MAX {
        let block = stream.clone().chain_update(index.to_be_bytes()).finalize();
        let block: Zeroizing<[u8; 32]> = Zeroizing::new(block.into_bytes().into());
        for byte in block.iter().filter(|byte| **byte < LIMIT) {
            if text.len() == ID_START + ID {
                text.push('_');
            }
            text.push(char::from(symbol(byte % SYMBOLS)));
            if text.len() == ID_START + ID + 1 + SECRET {
                return;
            }
        }
    }
}
