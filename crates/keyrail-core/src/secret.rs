//! Secrets: strings that must not be printed.
//!
//! All keys, tokens, peppers and signing secrets in the library have this type. The library
//! cannot wipe the host's own copies of the strings that the host passes to the library or
//! receives from it.

use alloc::string::String;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::mask::MASK;

/// A string that prints as a mask and is read with [`reveal`](Self::reveal).
///
/// It is wiped from memory when it is dropped, and is compared in constant time (for
/// strings of equal length). It implements neither `Hash` nor `Serialize` nor `Display`.
///
/// ```
/// use keyrail_core::Secret;
/// let secret = Secret::new("s3cr3t");
/// assert_eq!(format!("{secret:?}"), "Secret(••••••••)");
/// assert_eq!(secret.reveal(), "s3cr3t");
/// ```
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Creates a secret from a string; a `String` is moved, not copied.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the secret string.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the bytes of the secret string.
    pub fn reveal_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.reveal_bytes().ct_eq(other.reveal_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({MASK})")
    }
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::Secret;

    #[test]
    fn debug_output_is_masked() {
        let secret = Secret::new("abcdefgh");
        for printed in [format!("{secret:?}"), format!("{secret:#?}")] {
            assert_eq!(printed, "Secret(••••••••)");
        }
    }

    #[test]
    fn equality_compares_the_content() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
        assert_ne!(Secret::new("a"), Secret::new("aa"));
    }
}
