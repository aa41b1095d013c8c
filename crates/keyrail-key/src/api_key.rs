//! Keys: a text that was read as a key of a format.

use core::fmt;

use keyrail_core::Secret;

use crate::format::{ID, ID_START, NAME};
use crate::{Digest, Mask, Pepper};

/// A key of a known format.
///
/// It prints as its [mask](Mask), is compared in constant time and wiped from
/// memory when dropped; [`reveal`](Self::reveal) is the only way to its text.
///
/// ```
/// use keyrail_key::KeyFormat;
/// let key = KeyFormat::keyrail().generate("live", &[7; 32])?;
/// assert_eq!((key.format(), key.environment(), key.id().len()), ("keyrail", "live", 12));
/// assert_eq!(key.to_string(), format!("kr_live_{}_••••••••", key.id()));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKey {
    text: Secret,
    environment: &'static str,
}

impl ApiKey {
    /// Of a text that was checked.
    pub(crate) fn new(text: &str, environment: &'static str) -> Self {
        Self::of_parts(Secret::new(text), environment)
    }

    pub(crate) const fn of_parts(text: Secret, environment: &'static str) -> Self {
        Self { text, environment }
    }

    /// The name of the key's format: `keyrail`.
    pub const fn format(&self) -> &str {
        NAME
    }

    /// The environment that the key is for: `live` or `test`.
    pub const fn environment(&self) -> &str {
        self.environment
    }

    /// The public part that names the key: 12 letters and digits.
    pub fn id(&self) -> &str {
        self.reveal().get(ID_START..ID_START + ID).unwrap_or_default()
    }

    /// What a person may see of the key.
    pub fn mask(&self) -> Mask<'_> {
        Mask::new(self)
    }

    /// What to store in place of the key.
    pub fn digest(&self, pepper: Option<&Pepper>) -> Digest {
        Digest::of(self.reveal(), pepper)
    }

    /// The key itself: the only way out.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }
}

impl fmt::Display for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.mask(), f)
    }
}

impl fmt::Debug for ApiKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKey({})", self.mask())
    }
}
