//! Segments: the parts of a key between separators, as a format declares them.

use alloc::string::String;
use core::ops::RangeInclusive;

use crate::Alphabet;

/// A part of a key between separators.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    pub(crate) name: String,
    pub(crate) alphabet: Alphabet,
    pub(crate) lengths: Lengths,
    pub(crate) is_secret: bool,
    pub(crate) separator: Option<String>,
}

/// The allowed lengths of a segment, in characters: 1 to 512. They are created from a number or
/// from an inclusive range.
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
    /// Creates a public segment. Masks show it. The first public segment of a format is the key's
    /// id.
    pub fn public(name: &str, alphabet: Alphabet, length: impl Into<Lengths>) -> Self {
        Self::new(name, alphabet, length.into(), false)
    }

    /// Creates a secret segment. Masks hide it.
    pub fn secret(name: &str, alphabet: Alphabet, length: impl Into<Lengths>) -> Self {
        Self::new(name, alphabet, length.into(), true)
    }

    fn new(name: &str, alphabet: Alphabet, lengths: Lengths, is_secret: bool) -> Self {
        Self { name: name.into(), alphabet, lengths, is_secret, separator: None }
    }

    /// Sets the separator before the segment, instead of the format's separator.
    #[must_use]
    pub fn separated_by(mut self, separator: &str) -> Self {
        self.separator = Some(separator.into());
        self
    }
}
