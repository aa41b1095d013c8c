//! Parsed keys: borrowed strings that were parsed as a key.

use core::fmt;

use crate::format::Definition;
use crate::layout::{Part, Parts, Role};
use crate::{ApiKey, Digest, Error, Hint, KeyFormat, MIN_KEY_BITS, Mask, MaskPolicy, Pepper};

/// A borrowed [`ApiKey`]: a string that was parsed as a key, without a copy.
///
/// It prints as its [mask](Mask). Creating one does not allocate.
///
/// ```
/// use keyrail_key::KeyFormat;
/// let format = KeyFormat::keyrail();
/// let text = format.generate("live", &[7; 32])?.reveal().to_owned();
/// let key = format.parse_ref(&text)?;
/// assert_eq!((key.environment(), key.id()), (Some("live"), Some(&text[8..20])));
/// assert_eq!(key.to_api_key(), format.parse(&text)?);
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct ParsedKey<'a> {
    format: &'a KeyFormat,
    text: &'a str,
    /// The index of the environment in the format's list.
    environment: Option<usize>,
}

impl<'a> ParsedKey<'a> {
    /// Creates a key from a string that the format accepted.
    pub(crate) const fn new(
        format: &'a KeyFormat,
        text: &'a str,
        environment: Option<usize>,
    ) -> Self {
        Self { format, text, environment }
    }

    /// Returns the name of the key's format.
    pub fn format(&self) -> &'a str {
        self.format.name()
    }

    /// Returns the environment that the key is for, if its format has environments.
    pub fn environment(&self) -> Option<&'a str> {
        self.format.layout()?.environment(self.environment)
    }

    /// Returns the public part that identifies the key: the first public segment, if the
    /// format has one.
    pub fn id(&self) -> Option<&'a str> {
        let fields = &self.format.layout()?.fields;
        let index = fields.iter().position(|field| !field.is_secret)?;
        self.layout_parts()?.segment(index)
    }

    /// Returns the value of a segment, or `None` if the segment is secret or the format has no such
    /// segment.
    pub fn segment(&self, name: &str) -> Option<&'a str> {
        let fields = &self.format.layout()?.fields;
        let index = fields.iter().position(|field| field.name == name && !field.is_secret)?;
        self.layout_parts()?.segment(index)
    }

    /// Returns the mask of the key under the default policy, which shows the least.
    pub fn mask(&self) -> Mask<'a> {
        self.mask_with(&MaskPolicy::default())
    }

    /// Returns the mask of the key under a policy.
    pub fn mask_with(&self, policy: &MaskPolicy) -> Mask<'a> {
        Mask::new(*self, policy)
    }

    /// Returns the digest to store instead of the key. It is computed from the part of the key that
    /// [`reveal_digested`](Self::reveal_digested) returns.
    ///
    /// # Errors
    ///
    /// `key.too_weak`, for a key of a foreign format whose estimated entropy is less than 96 bits.
    /// A key of `hex40` or `vchatcloud` that has the shape of its format is always strong enough.
    pub fn digest(&self, pepper: Option<&Pepper>) -> Result<Digest, Error> {
        match self.is_strong() {
            true => Ok(Digest::hash_unchecked(self.reveal_digested(), pepper)),
            false => Digest::of(self.text, pepper),
        }
    }

    /// Returns whether the format guarantees enough entropy. If not, the entropy is estimated from
    /// the characters. A declared format always guarantees enough entropy. The foreign formats
    /// `hex40` and `vchatcloud` do so only for keys that have their shape; the other foreign
    /// formats never do.
    fn is_strong(&self) -> bool {
        let is_documented = || {
            self.format.entropy_bits() >= f64::from(MIN_KEY_BITS)
                && self.format.hint(self.text) == Hint::Fits
        };
        !self.is_foreign() || is_documented()
    }

    /// Returns the key itself.
    pub const fn reveal(&self) -> &'a str {
        self.text
    }

    /// Returns the part of the key that digests are computed from. If the format's declaration has
    /// the member `digest_segment`, this part is the segment with that name. Otherwise, it is the
    /// whole key.
    ///
    /// ```
    /// use keyrail_key::{Digest, KeyFormat};
    /// let format = KeyFormat::from_json(
    ///     r#"{"prefix": "acme", "digest_segment": "secret",
    ///         "segments": [{"name": "id", "alphabet": "base58", "length": 8, "secret": false},
    ///                      {"name": "secret", "alphabet": "base58", "length": 24}]}"#,
    /// )?;
    /// let key = format.parse_ref("acme_BRTRKFsL_51FwqftsmMDHHbJAMEXXHCgG")?;
    /// assert_eq!(key.reveal_digested(), "51FwqftsmMDHHbJAMEXXHCgG");
    /// assert_eq!(key.digest(None)?, Digest::of("51FwqftsmMDHHbJAMEXXHCgG", None)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn reveal_digested(&self) -> &'a str {
        let field = self.format.layout().and_then(|layout| layout.digest_field);
        let segment = field.and_then(|index| self.layout_parts()?.segment(index));
        segment.unwrap_or(self.text)
    }

    /// Returns an owned key, which is wiped when it is dropped.
    pub fn to_api_key(&self) -> ApiKey {
        ApiKey::of_parsed(self)
    }

    /// Returns whether the format of the key is foreign.
    pub(crate) const fn is_foreign(&self) -> bool {
        self.format.is_foreign()
    }

    pub(crate) const fn key_format(&self) -> &'a KeyFormat {
        self.format
    }

    pub(crate) const fn environment_index(&self) -> Option<usize> {
        self.environment
    }

    /// Returns the parts of the key, in order: concatenated, they are the key. A key of a
    /// foreign format is one secret part.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Part<'a>> + use<'a> {
        let whole = match self.format.shape() {
            Definition::Foreign(_) => {
                Some(Part { text: self.text, role: Role::Secret, millibits: 0 })
            }
            Definition::BuiltIn(_) | Definition::Declared(_) => None,
        };
        whole.into_iter().chain(self.layout_parts().into_iter().flatten())
    }

    fn layout_parts(&self) -> Option<Parts<'a>> {
        Some(self.format.layout()?.parts(self.text, self.environment))
    }
}

impl From<ParsedKey<'_>> for ApiKey {
    fn from(key: ParsedKey<'_>) -> Self {
        key.to_api_key()
    }
}

impl fmt::Display for ParsedKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.mask(), f)
    }
}

impl fmt::Debug for ParsedKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParsedKey({})", self.mask())
    }
}
