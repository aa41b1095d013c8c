//! Declaring a format step by step, in Rust.

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::RangeInclusive;

use crate::declaration::Declared;
use crate::{Alphabet, Checksum, Error, ErrorKind, KeyFormat};

/// A declaration of a format, not yet checked.
///
/// ```
/// use keyrail_key::{Alphabet, Checksum, KeyFormat, Segment};
/// let format = KeyFormat::builder("acme")
///     .environments(["live", "test"])
///     .segment(Segment::public("id", Alphabet::BASE62, 12))
///     .segment(Segment::secret("secret", Alphabet::BASE62, 27))
///     .checksum(Checksum::crc32())
///     .build()?;
/// let key = format.generate("live", &[7; 32])?;
/// assert!(key.reveal().starts_with(&format!("acme_live_{}_", key.id().unwrap())));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct KeyFormatBuilder(Declared);

/// A part of a key between separators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub(crate) name: String,
    pub(crate) alphabet: Alphabet,
    pub(crate) lengths: Lengths,
    pub(crate) is_secret: bool,
    pub(crate) separator: Option<String>,
}

/// How long a segment may be, in characters: 1 to 512. It is made of a number
/// or of an inclusive range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    pub(crate) min: usize,
    pub(crate) max: usize,
}

impl From<usize> for Lengths {
    fn from(length: usize) -> Self {
        Self { min: length, max: length }
    }
}

impl From<RangeInclusive<usize>> for Lengths {
    fn from(lengths: RangeInclusive<usize>) -> Self {
        Self { min: *lengths.start(), max: *lengths.end() }
    }
}

impl Segment {
    /// A segment that may be seen, in a mask or a log. The first one of a
    /// format is the key's id.
    pub fn public(name: &str, alphabet: Alphabet, length: impl Into<Lengths>) -> Self {
        Self::new(name, alphabet, length.into(), false)
    }

    /// A segment that may not be seen.
    pub fn secret(name: &str, alphabet: Alphabet, length: impl Into<Lengths>) -> Self {
        Self::new(name, alphabet, length.into(), true)
    }

    fn new(name: &str, alphabet: Alphabet, lengths: Lengths, is_secret: bool) -> Self {
        Self { name: name.into(), alphabet, lengths, is_secret, separator: None }
    }

    /// With a separator of its own right before it, in place of the format's.
    #[must_use]
    pub fn separated_by(mut self, separator: &str) -> Self {
        self.separator = Some(separator.into());
        self
    }
}

impl KeyFormatBuilder {
    pub(crate) fn new(prefix: &str) -> Self {
        Self(Declared { prefix: prefix.into(), ..Declared::default() })
    }

    /// What the format is called, if not as its prefix.
    #[must_use]
    pub fn name(mut self, name: &str) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// The environments that a key may be for.
    #[must_use]
    pub fn environments<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.0.environments = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// What stands after the prefix, after the environment and before each
    /// further segment, if not `_`.
    #[must_use]
    pub fn separator(mut self, separator: &str) -> Self {
        self.0.separator = Some(separator.into());
        self
    }

    /// A further segment.
    #[must_use]
    pub fn segment(mut self, segment: Segment) -> Self {
        self.0.segments.push(segment);
        self
    }

    /// The checksum at a key's end; by itself a format has none.
    #[must_use]
    pub fn checksum(mut self, checksum: Checksum) -> Self {
        self.0.checksum = Some(checksum);
        self
    }

    /// Checks the declaration.
    ///
    /// Errors: the first of the faults that
    /// [`KeyFormat::from_json`](crate::KeyFormat::from_json) lists.
    pub fn build(self) -> Result<KeyFormat, Error> {
        self.0.check_parts()?;
        let mut faults = Vec::new();
        self.0.check_lists(&mut |_, kind| faults.push(kind));
        let layout = self.0.compile(&mut |_, kind| faults.push(kind));
        match (layout, faults.into_iter().next()) {
            (_, Some(kind)) => Err(kind.into()),
            (Some(layout), None) => Ok(KeyFormat::declared(layout)),
            (None, None) => Err(ErrorKind::NoSegments.into()), // never without a fault
        }
    }
}
