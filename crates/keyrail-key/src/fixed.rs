//! Tails of fixed length: where every character has its place, all of them are
//! judged in one pass.
//!
//! The characters that may be at a place are a class of the layout, an
//! alphabet or a literal, and each class has a bit. A table says for each byte
//! which classes it is outside of, so a character costs two look-ups and no
//! branch, whatever its class is. This only says whether a tail fits; where it
//! does not, reading it part by part says why.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::Alphabet;

/// What may be where after the environment.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FixedTail {
    /// For each byte, the classes that it is outside of.
    outside: [u8; 256],
    /// For each place, the bit of its class.
    places: Cow<'static, [u8]>,
}

impl FixedTail {
    /// Of classes, at most eight different ones, and how many characters each is for.
    pub(crate) fn of(runs: Vec<(Class, usize)>) -> Option<Self> {
        let mut classes: Vec<Class> = Vec::new();
        let mut places = Vec::new();
        for (class, length) in runs {
            let index = classes.iter().position(|known| *known == class);
            let bit = 1_u8.checked_shl(index.unwrap_or(classes.len()) as u32)?;
            if index.is_none() {
                classes.push(class);
            }
            places.extend(core::iter::repeat_n(bit, length));
        }
        let mut outside = [0; 256];
        for (byte, bits) in (0..=u8::MAX).zip(outside.iter_mut()) {
            for (index, class) in classes.iter().enumerate() {
                *bits |= u8::from(!class.contains(byte)) << index;
            }
        }
        Some(Self { outside, places: Cow::Owned(places) })
    }

    /// Of Keyrail's own format.
    #[allow(clippy::indexing_slicing)] // within bounds, and `get_mut` is not const
    pub(crate) const fn keyrail() -> Self {
        // In the order in which they first occur in a key, as `of` numbers them.
        const SEPARATOR: u8 = 1;
        const LETTER_OR_DIGIT: u8 = 2;
        const PLACES: [u8; 47] = {
            let mut places = [LETTER_OR_DIGIT; 47];
            places[0] = SEPARATOR;
            places[13] = SEPARATOR;
            places
        };
        let mut outside = [LETTER_OR_DIGIT | SEPARATOR; 256];
        let mut byte = 0;
        while byte < 256 {
            if (byte as u8).is_ascii_alphanumeric() {
                outside[byte] = SEPARATOR;
            }
            byte += 1;
        }
        outside[b'_' as usize] = LETTER_OR_DIGIT;
        Self { outside, places: Cow::Borrowed(&PLACES) }
    }

    /// Whether each character of a tail of the right length is in its class.
    pub(crate) fn fits(&self, tail: &[u8]) -> bool {
        let wrong = |byte: u8, class: u8| {
            self.outside.get(usize::from(byte)).copied().unwrap_or(u8::MAX) & class
        };
        let (tails, tail) = tail.as_chunks::<8>();
        let (places, place) = self.places.as_chunks::<8>();
        let mut any = 0;
        for (bytes, classes) in tails.iter().zip(places) {
            for (byte, class) in bytes.iter().zip(classes) {
                any |= wrong(*byte, *class);
            }
        }
        for (byte, class) in tail.iter().zip(place) {
            any |= wrong(*byte, *class);
        }
        any == 0
    }
}

/// The characters that may be at a place.
#[derive(PartialEq)]
pub(crate) enum Class {
    Literal(u8),
    OneOf(Alphabet),
}

impl Class {
    fn contains(&self, byte: u8) -> bool {
        match self {
            Self::Literal(literal) => *literal == byte,
            Self::OneOf(alphabet) => alphabet.contains(byte),
        }
    }
}
