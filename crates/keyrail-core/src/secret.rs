//! Secrets: text that must not show.
//!
//! One type carries every key, token, pepper and signing secret through the
//! library. What no library can do is wipe the copies that the host made
//! before it handed the text over, or after it asked for it back.

use alloc::string::String;
use core::fmt;

use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use crate::mask::MASK;

/// A text that shows itself only to [`reveal`](Self::reveal).
///
/// It is wiped from memory when dropped, compared in constant time (for texts
/// of one length), prints as a mask, and can neither be hashed nor serialized
/// nor displayed.
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
    /// Takes the text over; a `String` is moved, not copied.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// Returns the text itself: the only way out.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Returns the bytes of the text itself.
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
    fn prints_nothing_of_itself_in_any_form() {
        let secret = Secret::new("abcdefgh");
        for printed in [format!("{secret:?}"), format!("{secret:#?}")] {
            assert_eq!(printed, "Secret(••••••••)");
        }
    }

    #[test]
    fn equals_by_content_only() {
        assert_eq!(Secret::new("a"), Secret::new("a"));
        assert_ne!(Secret::new("a"), Secret::new("b"));
        assert_ne!(Secret::new("a"), Secret::new("aa"));
    }
}
