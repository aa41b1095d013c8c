//! Views: the available part of a text, and how far ahead a reader may look.
//!
//! A whole text and a chunk of a stream are read by the same code. What looks
//! ahead asks a view, and a view that ends before the text does answers
//! [`Incomplete`]: the question is asked again, from the same place, when more of
//! the text is there. So nothing is decided in a stream that would be
//! decided otherwise in the whole.

use keyrail_key::JWT_STARTS;

use crate::prefix_table::PrefixTable;

/// How far a redactor looks to decide what a credential is, in bytes from where it
/// begins.
///
/// What cannot be decided within it is redacted, to the end of the value or token that it
/// is in, however long that is. So a stream holds back a little more than this at most,
/// whatever the text.
pub const REDACT_WINDOW: usize = 8192;

/// The least number of characters of a secret: a shorter run is not one.
pub(crate) const SHORTEST: usize = 8;

/// How many bytes before a sign are looked at, at most.
pub(crate) const LOOK_BEHIND: usize = 256;

/// How long the names and types before a structure or a call may be.
pub(crate) const LONG_WORD: usize = 32;

/// The answer depends on a part of the text that is not available yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Incomplete;

/// The available part of a text.
#[derive(Clone, Copy)]
pub(crate) struct View<'t> {
    pub bytes: &'t [u8],
    /// Nothing before this place is looked at.
    pub floor: usize,
    /// Whether the text ends where the bytes do.
    pub is_last: bool,
    /// Whether this is the authority of a URL, in which no other begins.
    pub is_url: bool,
    /// The quote, and the backslashes before it, that ends the text around a name.
    pub outer: Option<(u8, u8)>,
    /// The prefixes that may begin where an escape seems to.
    pub prefixes: Option<&'t PrefixTable>,
}

impl<'t> View<'t> {
    /// A text that is all there.
    pub(crate) const fn whole(bytes: &'t [u8]) -> Self {
        Self { bytes, floor: 0, is_last: true, is_url: false, outer: None, prefixes: None }
    }

    /// The byte at a place, or none where the text has ended.
    #[inline]
    pub(crate) fn at(&self, index: usize) -> Result<Option<u8>, Incomplete> {
        #[cfg(test)]
        crate::steps::count();
        match self.bytes.get(index) {
            Some(byte) => Ok(Some(*byte)),
            None if self.is_last => Ok(None),
            None => Err(Incomplete),
        }
    }

    /// The byte right before a place, unless that lies below the floor.
    #[inline]
    pub(crate) fn before(&self, index: usize) -> Option<u8> {
        #[cfg(test)]
        crate::steps::count();
        let place = index.checked_sub(1).filter(|place| *place >= self.floor)?;
        self.bytes.get(place).copied()
    }

    /// Whether a literal is at a place.
    #[inline]
    pub(crate) fn has(&self, index: usize, literal: &[u8]) -> Result<bool, Incomplete> {
        for (offset, byte) in literal.iter().enumerate() {
            if self.at(index + offset)? != Some(*byte) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The same, right before a place and without regard to ASCII case.
    pub(crate) fn ends_with(&self, end: usize, literal: &[u8]) -> bool {
        let start = end.checked_sub(literal.len()).filter(|start| *start >= self.floor);
        let found = start.and_then(|start| self.bytes.get(start..end));
        found.is_some_and(|found| found.eq_ignore_ascii_case(literal))
    }

    /// How many bytes of a kind there are from a place on, `limit` at most.
    pub(crate) fn run(
        &self,
        index: usize,
        limit: usize,
        is_in: impl Fn(u8) -> bool,
    ) -> Result<usize, Incomplete> {
        let rest = self.bytes.get(index..).unwrap_or_default();
        let bytes = rest.get(..limit).unwrap_or(rest);
        let end = bytes.iter().position(|byte| !is_in(*byte));
        #[cfg(test)]
        (0..=end.unwrap_or(bytes.len())).for_each(|_| crate::steps::count());
        match end {
            Some(length) => Ok(length),
            None if bytes.len() == limit || self.is_last => Ok(bytes.len()),
            None => Err(Incomplete),
        }
    }

    /// Returns the same text, of which no more is read than a sign at this index
    /// allows.
    pub(crate) fn behind(mut self, sign: usize) -> Self {
        self.floor = self.floor.max(sign.saturating_sub(LOOK_BEHIND));
        self
    }

    /// Returns whether a word begins here that is longer than any name or type and
    /// begins no structure and no call: most keys are.
    #[inline]
    pub(crate) fn is_long_word(&self, index: usize) -> bool {
        let word = self.bytes.get(index..).and_then(<[u8]>::first_chunk::<LONG_WORD>);
        let next = self.bytes.get(index + LONG_WORD);
        // Without a branch for each byte.
        word.is_some_and(|word| {
            word.iter().fold(true, |all, byte| all & byte.is_ascii_alphanumeric())
        }) && next.is_some_and(|next| !b"([{:=. \t".contains(next))
    }

    /// Returns whether a name contains a key, so that masking the key destroys the name.
    pub(crate) fn holds_key(&self, start: usize, end: usize) -> bool {
        self.may_hold_key(self.slice(start, end))
    }

    /// Returns whether a key or a web token may be anywhere in a string.
    pub(crate) fn may_hold_key(&self, text: &[u8]) -> bool {
        self.prefixes.is_some_and(|prefixes| prefixes.any_in(text)) || may_hold_jwt(text)
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> &'t [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// Returns whether a web token may be anywhere in a string: its start, and two dots.
fn may_hold_jwt(text: &[u8]) -> bool {
    let begins = |window: &[u8]| JWT_STARTS.iter().any(|start| start.as_bytes() == window);
    text.iter().filter(|byte| **byte == b'.').count() >= 2 && text.windows(3).any(begins)
}
