//! Finds webhook secrets, and keys of the redactor's formats. Both are recognized by their
//! prefixes.

use super::{Guess, Rules, Verdict};
use crate::decode::{DecodedChar, char_at, char_before};
use crate::finding::FindingKind;
use crate::prefix_table::Prefix;
use crate::scan_cache::ScanCache;
use crate::value_scanner::{Terminator, token_length};
use crate::view::{Incomplete, SHORTEST_SECRET, View};

/// The minimum length, including the environment, of a key's prefix that is recognized in the
/// middle of a word. A shorter prefix is recognized there only if the text after it is long enough
/// for a whole key.
const LONG_HEAD: usize = 6;

impl Rules {
    /// Finds a key or webhook secret. The last character of its prefix, which may be escaped,
    /// extends from `start` to `end`.
    pub(crate) fn key(
        &self,
        view: &View<'_>,
        byte: u8,
        (start, end): (usize, usize),
        cache: &mut ScanCache,
    ) -> Result<Verdict, Incomplete> {
        if !self.prefixes.ends_with(byte) {
            return Ok(Verdict::Nothing);
        }
        let second = char_before(view, start);
        let third = second.and_then(|(_, start)| char_before(view, start));
        let [second, third] = [second, third].map(|found| found.map_or(0, |(byte, _)| byte));
        for (index, tail) in
            [[byte, second, third], [byte, second, 0], [byte, 0, 0]].iter().enumerate()
        {
            if tail.get(2 - index) == Some(&0) {
                continue;
            }
            for prefix in self.prefixes.ending(*tail) {
                if let Some(start) = prefix_before(view, start, &prefix.text) {
                    match self.prefixed(view, prefix, (start, end), cache)? {
                        Verdict::Nothing => {}
                        verdict => return Ok(verdict),
                    }
                }
            }
        }
        Ok(Verdict::Nothing)
    }

    /// Returns the verdict for a key or webhook secret whose prefix extends from `start` to
    /// `end`.
    fn prefixed(
        &self,
        view: &View<'_>,
        prefix: &Prefix,
        (start, end): (usize, usize),
        cache: &mut ScanCache,
    ) -> Result<Verdict, Incomplete> {
        let until = Terminator::Token;
        let Some(format) = &prefix.format else {
            let guess = Guess::shaped(FindingKind::WebhookSecret);
            return match token_length(view, end, SHORTEST_SECRET)? {
                SHORTEST_SECRET => self.scan_value(view, start, until, guess),
                _ => Ok(Verdict::Nothing),
            };
        };
        let guess = Guess { format: Some(format), ..Guess::shaped(FindingKind::Key) };
        let head = head_end(view, prefix, end)?;
        if let Some((head, length)) = head
            && (length >= LONG_HEAD || is_word_start(view, start))
            && token_length(view, head, SHORTEST_SECRET)? == SHORTEST_SECRET
        {
            return self.scan_value(view, start, until, guess);
        }
        if cache.unmasked_length(view, end, prefix.min_rest)? == prefix.min_rest {
            return self.scan_value(view, start, until, guess);
        }
        // The mask of a key is skipped up to its end, so that no credential is found in it.
        match head {
            None => Ok(Verdict::Nothing),
            Some(_) => Ok(match cache.token_end(view, start)? {
                Some(end) => self.masked_key(view, start, end),
                None => Verdict::Nothing,
            }),
        }
    }
}

/// Returns the start of the prefix whose last character starts at `last`, or `None` if other
/// characters are before `last`.
fn prefix_before(view: &View<'_>, last: usize, prefix: &str) -> Option<usize> {
    let mut at = last;
    for byte in prefix.bytes().rev().skip(1) {
        let (found, start) = char_before(view, at)?;
        if found != byte {
            return None;
        }
        at = start;
    }
    Some(at)
}

/// Returns the end of a key's prefix and environment, and the total length of both. Returns `None`
/// if the format has environments, but none of them is at `index`.
fn head_end(
    view: &View<'_>,
    prefix: &Prefix,
    index: usize,
) -> Result<Option<(usize, usize)>, Incomplete> {
    if prefix.environments.is_empty() {
        return Ok(Some((index, prefix.text.len())));
    }
    for environment in &prefix.environments {
        let mut at = Some(index);
        for byte in environment.bytes() {
            let Some(index) = at else { break };
            let found = char_at(view, index)?;
            at = found.filter(|found| found.byte == byte).map(|DecodedChar { next, .. }| next);
        }
        if let Some(end) = at {
            return Ok(Some((end, prefix.text.len() + environment.len())));
        }
    }
    Ok(None)
}

/// Returns whether a word may start at an index: the character before it is neither a letter nor a
/// digit, or it is the letter of an escape such as `\n`.
pub(crate) fn is_word_start(view: &View<'_>, index: usize) -> bool {
    let Some((byte, start)) = char_before(view, index) else { return true };
    let is_escape = matches!(byte, b'n' | b'r' | b't') && view.before(start) == Some(b'\\');
    !byte.is_ascii_alphanumeric() || is_escape
}
