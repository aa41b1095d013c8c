//! Keys: strings that were parsed as a key of a format.

use core::fmt;

use keyrail_core::Secret;

use crate::{Digest, Error, KeyFormat, Mask, MaskPolicy, ParsedKey, Pepper};

/// A key of a known format.
///
/// It prints as its [mask](Mask), is compared in constant time, and is wiped from memory when
/// dropped. Only [`reveal`](Self::reveal) and [`reveal_digested`](Self::reveal_digested) return the
/// key or a secret part of it. A [`ParsedKey`] is the borrowed equivalent.
///
/// ```
/// use keyrail_key::KeyFormat;
/// let key = KeyFormat::keyrail().generate("live", &[7; 32])?;
/// let id = key.id().unwrap();
/// assert_eq!((key.format(), key.environment(), id.len()), ("keyrail", Some("live"), 12));
/// assert_eq!(key.to_string(), format!("kr_live_{id}_••••••••"));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone)]
pub struct ApiKey {
    format: KeyFormat,
    text: Secret,
    environment: Option<usize>,
}

impl ApiKey {
    /// Creates a key from a string that was checked or generated.
    pub(crate) const fn new(format: KeyFormat, text: Secret, environment: Option<usize>) -> Self {
        Self { format, text, environment }
    }

    pub(crate) fn of_parsed(key: &ParsedKey<'_>) -> Self {
        let format = key.key_format().clone();
        Self::new(format, Secret::new(key.reveal()), key.environment_index())
    }

    /// Returns the key as a borrowed [`ParsedKey`].
    pub fn as_parsed(&self) -> ParsedKey<'_> {
        ParsedKey::new(&self.format, self.reveal(), self.environment)
    }

    /// Returns the name of the key's format.
    pub fn format(&self) -> &str {
        self.format.name()
    }

    /// Returns the environment that the key is for, if its format has environments.
    pub fn environment(&self) -> Option<&str> {
        self.as_parsed().environment()
    }

    /// Returns the public part that identifies the key: the first public segment, if the
    /// format has one.
    pub fn id(&self) -> Option<&str> {
        self.as_parsed().id()
    }

    /// Returns the value of a segment, or `None` if the segment is secret or the format has no such
    /// segment.
    pub fn segment(&self, name: &str) -> Option<&str> {
        self.as_parsed().segment(name)
    }

    /// Returns the mask of the key under the default policy, which shows the least.
    pub fn mask(&self) -> Mask<'_> {
        self.as_parsed().mask()
    }

    /// Returns the mask of the key under a policy.
    pub fn mask_with(&self, policy: &MaskPolicy) -> Mask<'_> {
        self.as_parsed().mask_with(policy)
    }

    /// Returns the digest to store instead of the key. It is computed from the part of the key that
    /// [`reveal_digested`](Self::reveal_digested) returns.
    ///
    /// # Errors
    ///
    /// `key.too_weak`, for a key of a foreign format whose estimated entropy is less than 96 bits.
    /// A key of `hex40` or `vchatcloud` that has the shape of its format is always strong enough.
    pub fn digest(&self, pepper: Option<&Pepper>) -> Result<Digest, Error> {
        self.as_parsed().digest(pepper)
    }

    /// Returns the part of the key that digests are computed from. If the format's declaration has
    /// the member `digest_segment`, this part is the segment with that name. Otherwise, it is the
    /// whole key.
    pub fn reveal_digested(&self) -> &str {
        self.as_parsed().reveal_digested()
    }

    /// Returns the key itself.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }
}

/// Two keys are equal if their formats have the same name and their strings are equal. The
/// strings are compared in constant time.
impl PartialEq for ApiKey {
    fn eq(&self, other: &Self) -> bool {
        self.format() == other.format() && self.text == other.text
    }
}

impl Eq for ApiKey {}

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
