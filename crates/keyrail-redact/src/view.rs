//! Views: the available part of a text, and the limits of reading ahead and behind.
//!
//! The same code reads a whole text and a chunk of a stream. All code that looks ahead reads
//! through a view. A read beyond the end of the view returns [`Incomplete`] if the text continues.
//! The code then runs again from the same index when more of the text is available. So every
//! decision is the same for a stream and for the whole text.

use keyrail_key::JWT_STARTS;

use crate::prefix_table::PrefixTable;

/// The maximum number of bytes of a possible credential that a redactor reads to decide whether
/// it is one.
///
/// If these bytes are not enough, the text is redacted up to the end of the value or token,
/// however long that is. So a stream holds back at most a little more than this number of bytes.
pub const REDACT_WINDOW: usize = 8192;

/// The minimum number of characters of a secret that is found by its form.
pub(crate) const SHORTEST_SECRET: usize = 8;

/// The maximum number of bytes before a sign that are read.
pub(crate) const LOOK_BEHIND: usize = 256;

/// The maximum length of a name or type before a structure or a call.
pub(crate) const LONGEST_WORD: usize = 32;

/// The error for a result that depends on text that is not available yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Incomplete;

/// The available part of a text.
#[derive(Clone, Copy)]
pub(crate) struct View<'t> {
    pub bytes: &'t [u8],
    /// The index at which reading backwards stops. The bytes before this index are not read.
    pub lower_bound: usize,
    /// Whether the text ends where the bytes do.
    pub is_last: bool,
    /// Whether this is the authority of a URL, in which no other URL starts.
    pub is_url: bool,
    /// The quote that ends the string around a name, and the number of backslashes before it.
    pub outer: Option<(u8, u8)>,
    /// The prefixes of keys, or `None` if the text is not searched for keys. A backslash before a
    /// prefix is not the start of an escape: `\npm_` is a backslash and the prefix `npm_`, not a
    /// line break and `pm_`.
    pub prefixes: Option<&'t PrefixTable>,
}

impl<'t> View<'t> {
    /// Creates a view of a complete text.
    pub(crate) const fn whole(bytes: &'t [u8]) -> Self {
        Self { bytes, lower_bound: 0, is_last: true, is_url: false, outer: None, prefixes: None }
    }

    /// Returns the byte at an index, or `None` after the end of the text.
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

    /// Returns the byte directly before an index, unless it is before the lower bound.
    #[inline]
    pub(crate) fn before(&self, index: usize) -> Option<u8> {
        #[cfg(test)]
        crate::steps::count();
        let previous = index.checked_sub(1).filter(|previous| *previous >= self.lower_bound)?;
        self.bytes.get(previous).copied()
    }

    /// Returns whether a literal is at an index.
    #[inline]
    pub(crate) fn has(&self, index: usize, literal: &[u8]) -> Result<bool, Incomplete> {
        for (offset, byte) in literal.iter().enumerate() {
            if self.at(index + offset)? != Some(*byte) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Returns whether a literal is directly before an index, in any ASCII case.
    pub(crate) fn ends_with(&self, end: usize, literal: &[u8]) -> bool {
        let start = end.checked_sub(literal.len()).filter(|start| *start >= self.lower_bound);
        let found = start.and_then(|start| self.bytes.get(start..end));
        found.is_some_and(|found| found.eq_ignore_ascii_case(literal))
    }

    /// Returns the number of consecutive bytes from an index that match a predicate, at most
    /// `limit`.
    pub(crate) fn run_length(
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

    /// Returns the view for the sign at this index, in which at most [`LOOK_BEHIND`] bytes before
    /// the sign can be read.
    pub(crate) fn for_sign(mut self, sign: usize) -> Self {
        self.lower_bound = self.lower_bound.max(sign.saturating_sub(LOOK_BEHIND));
        self
    }

    /// Returns whether [`LONGEST_WORD`] letters and digits start here, and the next byte is
    /// available and cannot follow the name of a structure or a call. Most keys are such words.
    #[inline]
    pub(crate) fn is_long_word(&self, index: usize) -> bool {
        let word = self.bytes.get(index..).and_then(<[u8]>::first_chunk::<LONGEST_WORD>);
        let next = self.bytes.get(index + LONGEST_WORD);
        // `fold` does not branch for each byte, as `all` would.
        word.is_some_and(|word| {
            word.iter().fold(true, |all, byte| all & byte.is_ascii_alphanumeric())
        }) && next.is_some_and(|next| !b"([{:=. \t".contains(next))
    }

    /// Returns whether a range may contain a key. If so, the range is not read as a name, because
    /// the name would be different after the key is masked.
    pub(crate) fn contains_key(&self, start: usize, end: usize) -> bool {
        self.may_contain_key(self.slice(start, end))
    }

    /// Returns whether a string may contain a key or a JSON Web Token.
    pub(crate) fn may_contain_key(&self, text: &[u8]) -> bool {
        self.prefixes.is_some_and(|prefixes| prefixes.any_in(text)) || may_contain_jwt(text)
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> &'t [u8] {
        self.bytes.get(start..end).unwrap_or_default()
    }
}

/// Returns whether a string may contain a JSON Web Token: the start of one, and two dots.
fn may_contain_jwt(text: &[u8]) -> bool {
    let is_start = |window: &[u8]| JWT_STARTS.iter().any(|start| start.as_bytes() == window);
    text.iter().filter(|byte| **byte == b'.').count() >= 2 && text.windows(3).any(is_start)
}
