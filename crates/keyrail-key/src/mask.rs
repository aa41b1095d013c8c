//! Masking: how much of a key a person may see.
//!
//! A mask is for dashboards, logs and support calls: two keys of one tenant
//! stay apart by their ids, and nothing of the secret shows. The checksum
//! would help to guess the secret, so it counts as a part of it.

use core::fmt;

use keyrail_core::MASK;

use crate::ApiKey;
use crate::format::PREFIX;

/// What may be seen of a key: prefix, environment and id.
///
/// The masked part has the same width whatever it hides.
///
/// ```
/// use keyrail_key::KeyFormat;
/// let key = KeyFormat::keyrail().generate("test", &[7; 32])?;
/// assert_eq!(key.mask().to_string(), format!("kr_test_{}_••••••••", key.id()));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Mask<'a> {
    environment: &'a str,
    id: &'a str,
}

impl<'a> Mask<'a> {
    pub(crate) fn new(key: &'a ApiKey) -> Self {
        Self { environment: key.environment(), id: key.id() }
    }
}

impl fmt::Display for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}_{}_{}_{MASK}", self.environment, self.id)
    }
}

impl fmt::Debug for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
