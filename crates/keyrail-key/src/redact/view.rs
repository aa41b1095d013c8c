//! Views: the part of a text that is at hand, and how far one may look.
//!
//! A whole text and a chunk of a stream are read by the same code. What looks
//! ahead asks a view, and a view that ends before the text does answers
//! [`More`]: the question is asked again, from the same place, when more of
//! the text is there. So nothing can be decided in a stream that would be
//! decided otherwise in the whole.

use super::marks::Marks;

/// How many bytes before a sign are looked at, at most.
pub(super) const LOOK_BEHIND: usize = 256;

/// How long the names and types before a structure or a call may be.
pub(super) const LONG_WORD: usize = 32;

/// The answer lies in a part of the text that is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct More;

/// What is at hand of a text.
#[derive(Clone, Copy)]
pub(super) struct View<'t> {
    pub bytes: &'t [u8],
    /// Nothing before this place is looked at.
    pub floor: usize,
    /// Whether the text ends where the bytes do.
    pub is_last: bool,
    /// Whether this is the authority of a URL, in which no other begins.
    pub is_url: bool,
    /// The quote, and the backslashes before it, that ends the text around a name.
    pub outer: Option<(u8, u8)>,
    /// The marks that may begin where an escape seems to.
    pub marks: Option<&'t Marks>,
}

impl<'t> View<'t> {
    /// A text that is all there.
    pub(super) const fn whole(bytes: &'t [u8]) -> Self {
        Self { bytes, floor: 0, is_last: true, is_url: false, outer: None, marks: None }
    }

    /// The byte at a place, or none where the text has ended.
    #[inline]
    pub(super) fn at(&self, index: usize) -> Result<Option<u8>, More> {
        #[cfg(test)]
        super::steps::count();
        match self.bytes.get(index) {
            Some(byte) => Ok(Some(*byte)),
            None if self.is_last => Ok(None),
            None => Err(More),
        }
    }

    /// The byte right before a place, unless that lies below the floor.
    #[inline]
    pub(super) fn before(&self, index: usize) -> Option<u8> {
        #[cfg(test)]
        super::steps::count();
        let place = index.checked_sub(1).filter(|place| *place >= self.floor)?;
        self.bytes.get(place).copied()
    }

    /// Whether a literal stands at a place.
    #[inline]
    pub(super) fn has(&self, index: usize, literal: &[u8]) -> Result<bool, More> {
        for (offset, byte) in literal.iter().enumerate() {
            if self.at(index + offset)? != Some(*byte) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The same, right before a place and without regard to ASCII case.
    pub(super) fn ends_with(&self, end: usize, literal: &[u8]) -> bool {
        let start = end.checked_sub(literal.len()).filter(|start| *start >= self.floor);
        let found = start.and_then(|start| self.bytes.get(start..end));
        found.is_some_and(|found| found.eq_ignore_ascii_case(literal))
    }

    /// How many bytes of a kind there are from a place on, `limit` at most.
    pub(super) fn run(
        &self,
        index: usize,
        limit: usize,
        is_in: impl Fn(u8) -> bool,
    ) -> Result<usize, More> {
        let rest = self.bytes.get(index..).unwrap_or_default();
        let bytes = rest.get(..limit).unwrap_or(rest);
        let end = bytes.iter().position(|byte| !is_in(*byte));
        #[cfg(test)]
        (0..=end.unwrap_or(bytes.len())).for_each(|_| super::steps::count());
        match end {
            Some(length) => Ok(length),
            None if bytes.len() == limit || self.is_last => Ok(bytes.len()),
            None => Err(More),
        }
    }

    /// The same text, of which no more is looked at than a sign at this place
    /// allows.
    pub(super) fn behind(mut self, sign: usize) -> Self {
        self.floor = self.floor.max(sign.saturating_sub(LOOK_BEHIND));
        self
    }

    /// Returns whether a word begins here that is longer than any name or type and
    /// begins no structure and no call: most keys are.
    #[inline]
    pub(super) fn is_long_word(&self, index: usize) -> bool {
        let word = self.bytes.get(index..).and_then(<[u8]>::first_chunk::<LONG_WORD>);
        let next = self.bytes.get(index + LONG_WORD);
        // Without a branch for each byte.
        word.is_some_and(|word| {
            word.iter().fold(true, |all, byte| all & byte.is_ascii_alphanumeric())
        }) && next.is_some_and(|next| !b"([{:=. \t".contains(next))
    }

    pub(super) fn slice(&self, start: usize, end: usize) -> &'t [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }
}
