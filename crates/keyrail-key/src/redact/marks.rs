//! Marks: what the keys of the declared formats begin with.

use alloc::boxed::Box;
use alloc::vec::Vec;

use super::finding::FindingKind;
use super::rules::{Guess, Rules, Verdict};
use super::scan_cache::ScanCache;
use super::unit::{Unit, unit, unit_before};
use super::view::{More, View};
use super::walk::{Until, token_length};
use crate::KeyFormat;
use crate::layout::Layout;

/// A run of a secret that is shorter is none.
pub(super) const SHORTEST: usize = 8;
/// What a key begins with is unmistakable from this length on, so that it may
/// stand in the middle of a word.
const LONG_HEAD: usize = 6;
/// The secrets of webhooks: symmetric ones, and private keys of ed25519.
const WEBHOOK_SECRETS: [&str; 2] = ["whsec_", "whsk_"];

/// The marks of a redactor's formats, found by their last bytes.
#[derive(Clone, Debug)]
pub(super) struct Marks {
    /// By their last three bytes, in order; the longest first of those alike.
    marks: Vec<Mark>,
    /// A bit for each of the tails, by [`tail_bit`]: most texts are told apart by it.
    tails: Box<[u64; TAIL_WORDS]>,
    /// The bytes that a mark ends with.
    pub ends: Vec<u8>,
    /// The marks whose first letter may be that of an escape: `\npm_`.
    escapes: Vec<Box<str>>,
    /// Whether a mark ends with another byte than `_`.
    pub has_other_ends: bool,
    /// Whether a mark ends with what may be written as an escape, but for `_`.
    pub has_others: bool,
}

#[derive(Clone, Debug)]
struct Mark {
    tail: [u8; 3],
    text: Box<str>,
    /// None for a webhook's secret.
    format: Option<KeyFormat>,
}

/// The last byte, the one before it, and the one before that; 0 where there is
/// none.
fn tail(text: &[u8]) -> [u8; 3] {
    let mut bytes = text.iter().rev().copied();
    core::array::from_fn(|_| bytes.next().unwrap_or_default())
}

/// How many words of 64 bits the tails of marks are spread over.
const TAIL_WORDS: usize = 64;

/// Returns the word and the bit of a tail.
fn tail_bit(tail: [u8; 3]) -> (usize, u64) {
    let hash = tail.iter().fold(0, |hash: usize, byte| hash * 31 + usize::from(*byte));
    (hash / 64 % TAIL_WORDS, 1 << (hash % 64))
}

impl Marks {
    pub(super) fn new(formats: &[KeyFormat]) -> Self {
        let declared = formats.iter().filter_map(|format| Some((format.mark()?, Some(format))));
        let webhook = WEBHOOK_SECRETS.into_iter().map(|text| (text, None));
        let marks = declared.chain(webhook).map(|(text, format)| Mark {
            tail: tail(text.as_bytes()),
            text: text.into(),
            format: format.cloned(),
        });
        let mut marks: Vec<_> = marks.collect();
        let longest_first = |mark: &Mark| core::cmp::Reverse(mark.text.len());
        marks.sort_by_key(|mark| (mark.tail, longest_first(mark)));
        let mut ends: Vec<_> = marks.iter().map(|mark| mark.tail[0]).collect();
        ends.sort_unstable();
        ends.dedup();
        let has_others = ends.iter().any(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        let has_other_ends = ends.iter().any(|byte| *byte != b'_');
        let is_escape = |mark: &&Mark| mark.text.starts_with(['n', 'r', 't']);
        let escapes = marks.iter().filter(is_escape).map(|mark| mark.text.clone()).collect();
        let mut tails = Box::new([0; TAIL_WORDS]);
        for mark in &marks {
            let (word, bit) = tail_bit(mark.tail);
            if let Some(word) = tails.get_mut(word) {
                *word |= bit;
            }
        }
        Self { marks, tails, ends, escapes, has_other_ends, has_others }
    }

    /// The last three bytes of each mark, backwards.
    pub(super) fn tails(&self) -> impl Iterator<Item = [u8; 3]> {
        self.marks.iter().map(|mark| mark.tail)
    }

    /// Whether a byte can stand where a mark's tail has this one: any can where
    /// the mark is shorter, or where the mark's may be written as an escape.
    pub(super) const fn can_be(wanted: u8, byte: u8) -> bool {
        byte == wanted || !wanted.is_ascii_alphanumeric()
    }

    /// Whether one of the marks ends with a byte.
    pub(super) fn ends_with(&self, byte: u8) -> bool {
        self.ends.contains(&byte)
    }

    /// The marks that end with these bytes.
    fn ending(&self, wanted: [u8; 3]) -> &[Mark] {
        let (word, bit) = tail_bit(wanted);
        if self.tails.get(word).is_none_or(|word| word & bit == 0) {
            return &[];
        }
        let start = self.marks.partition_point(|mark| mark.tail < wanted);
        let end = self.marks.partition_point(|mark| mark.tail <= wanted);
        self.marks.get(start..end).unwrap_or_default()
    }

    /// Whether a mark begins with a letter here that might be an escape's: then
    /// it is the mark's, and a backslash before it is one.
    pub(super) fn begin_in_escape(&self, view: &View<'_>, letter: usize) -> Result<bool, More> {
        for mark in &self.escapes {
            if view.has(letter, mark.as_bytes())? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a text holds a mark anywhere.
    pub(super) fn any_in(&self, text: &[u8]) -> bool {
        (1..=text.len()).any(|end| {
            let text = text.get(..end).unwrap_or_default();
            let [last, second, third] = tail(text);
            [[last, second, third], [last, second, 0], [last, 0, 0]]
                .iter()
                .flat_map(|tail| self.ending(*tail))
                .any(|mark| text.ends_with(mark.text.as_bytes()))
        })
    }
}

impl Rules {
    /// A key, of which the last byte of the mark stands from `start` to `end`.
    pub(super) fn key(
        &self,
        view: &View<'_>,
        byte: u8,
        (start, end): (usize, usize),
        cache: &mut ScanCache,
    ) -> Result<Verdict, More> {
        if !self.marks.ends_with(byte) {
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
            for mark in self.marks.ending(*tail) {
                if let Some(start) = mark_before(view, start, &mark.text) {
                    match self.marked(view, mark, (start, end), cache)? {
                        Verdict::Nothing => {}
                        verdict => return Ok(verdict),
                    }
                }
            }
        }
        Ok(Verdict::Nothing)
    }

    /// A key, whose mark stands from `start` to `end`.
    fn marked(
        &self,
        view: &View<'_>,
        mark: &Mark,
        (start, end): (usize, usize),
        cache: &mut ScanCache,
    ) -> Result<Verdict, More> {
        let until = Until::Token;
        let Some(format) = &mark.format else {
            let guess = Guess::shaped(FindingKind::WebhookSecret);
            return match token_length(view, end, SHORTEST)? {
                SHORTEST => self.settle(view, start, until, guess),
                _ => Ok(Verdict::Nothing),
            };
        };
        let Some(layout) = format.layout() else { return Ok(Verdict::Nothing) };
        let guess = Guess { format: Some(format), ..Guess::shaped(FindingKind::Key) };
        let head = head_end(view, layout, end)?;
        if let Some((head, length)) = head
            && (length >= LONG_HEAD || is_word_start(view, start))
            && token_length(view, head, SHORTEST)? == SHORTEST
        {
            return self.settle(view, start, until, guess);
        }
        let least = shortest(layout) - layout.mark.len() - dots(layout);
        if cache.unmasked_length(view, end, least)? == least {
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

/// How long a key is at least.
fn shortest(layout: &Layout) -> usize {
    let environment = layout.environments.iter().map(|name| name.len()).min();
    layout.mark.len() + environment.unwrap_or_default() + layout.shortest
}

/// Returns the number of dots in the separators after a key's mark, which
/// [`token_length`] does not count.
fn dots(layout: &Layout) -> usize {
    let of = |text: &str| text.bytes().filter(|byte| *byte == b'.').count();
    let fields = layout.fields.iter().map(|field| of(&field.separator)).sum::<usize>();
    let checksum = layout.checksum.as_ref().map_or(0, |checksum| of(&checksum.separator));
    of(&layout.after_environment) + fields + checksum
}

/// Where a mark begins whose last character begins here.
fn mark_before(view: &View<'_>, last: usize, mark: &str) -> Option<usize> {
    let mut at = last;
    for byte in mark.bytes().rev().skip(1) {
        let (found, start) = unit_before(view, at)?;
        if found != byte {
            return None;
        }
        at = start;
    }
    Some(at)
}

/// Where what all keys of an environment begin with ends, and how long it is.
fn head_end(
    view: &View<'_>,
    layout: &Layout,
    index: usize,
) -> Result<Option<(usize, usize)>, More> {
    if layout.environments.is_empty() {
        return Ok(Some((index, layout.mark.len())));
    }
    for environment in layout.environments.iter() {
        let parts = [environment.as_bytes(), layout.after_environment.as_bytes()];
        let mut at = Some(index);
        for byte in parts.into_iter().flatten() {
            let Some(place) = at else { break };
            let found = unit(view, place)?;
            at = found.filter(|found| found.byte == *byte).map(|Unit { next, .. }| next);
        }
        if let Some(end) = at {
            let length = parts.iter().map(|part| part.len()).sum::<usize>();
            return Ok(Some((end, layout.mark.len() + length)));
        }
    }
    Ok(None)
}

/// Whether no letter or digit stands before, but for the end of an escape.
pub(super) fn is_word_start(view: &View<'_>, index: usize) -> bool {
    let Some((byte, start)) = unit_before(view, index) else { return true };
    let is_escape = matches!(byte, b'n' | b'r' | b't') && view.before(start) == Some(b'\\');
    !byte.is_ascii_alphanumeric() || is_escape
}
