//! Keys of the redactor's formats and secrets of webhooks, which are found by their
//! prefix.

use super::{Guess, Rules, Verdict};
use crate::decode::{DecodedChar, unit, unit_before};
use crate::finding::FindingKind;
use crate::prefix_table::Prefix;
use crate::scan_cache::ScanCache;
use crate::value_scanner::{Terminator, token_length};
use crate::view::{Incomplete, SHORTEST, View};

/// The length from which the start of a key cannot be anything else, so that it may
/// are in the middle of a word.
const LONG_HEAD: usize = 6;

impl Rules {
    /// A key, of which the last byte of the prefix is from `start` to `end`.
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
        let second = unit_before(view, start);
        let third = second.and_then(|(_, start)| unit_before(view, start));
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

    /// A key, whose prefix is from `start` to `end`.
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
            return match token_length(view, end, SHORTEST)? {
                SHORTEST => self.settle(view, start, until, guess),
                _ => Ok(Verdict::Nothing),
            };
        };
        let guess = Guess { format: Some(format), ..Guess::shaped(FindingKind::Key) };
        let head = head_end(view, prefix, end)?;
        if let Some((head, length)) = head
            && (length >= LONG_HEAD || is_word_start(view, start))
            && token_length(view, head, SHORTEST)? == SHORTEST
        {
            return self.settle(view, start, until, guess);
        }
        if cache.unmasked_length(view, end, prefix.min_rest)? == prefix.min_rest {
            return self.settle(view, start, until, guess);
        }
        // A mask is passed whole, so that nothing is found in it either.
        match head {
            None => Ok(Verdict::Nothing),
            Some(_) => Ok(match cache.token_end(view, start)? {
                Some(end) => self.masked_key(view, start, end),
                None => Verdict::Nothing,
            }),
        }
    }
}

/// Where a prefix begins whose last character begins here.
fn prefix_before(view: &View<'_>, last: usize, prefix: &str) -> Option<usize> {
    let mut at = last;
    for byte in prefix.bytes().rev().skip(1) {
        let (found, start) = unit_before(view, at)?;
        if found != byte {
            return None;
        }
        at = start;
    }
    Some(at)
}

/// Returns the end and the length of the prefix that all keys of an environment share.
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
            let Some(place) = at else { break };
            let found = unit(view, place)?;
            at = found.filter(|found| found.byte == byte).map(|DecodedChar { next, .. }| next);
        }
        if let Some(end) = at {
            return Ok(Some((end, prefix.text.len() + environment.len())));
        }
    }
    Ok(None)
}

/// Whether no letter or digit is before, but for the end of an escape.
pub(crate) fn is_word_start(view: &View<'_>, index: usize) -> bool {
    let Some((byte, start)) = unit_before(view, index) else { return true };
    let is_escape = matches!(byte, b'n' | b'r' | b't') && view.before(start) == Some(b'\\');
    !byte.is_ascii_alphanumeric() || is_escape
}
