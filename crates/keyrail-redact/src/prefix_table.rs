//! The prefix table: the prefixes of webhook secrets and of keys of the declared formats.

use alloc::boxed::Box;
use alloc::vec::Vec;

use keyrail_key::KeyFormat;

/// The prefixes of webhook secrets: symmetric secrets and private Ed25519 keys.
const WEBHOOK_SECRETS: [&str; 2] = ["whsec_", "whsk_"];

/// The prefixes of a redactor's formats, indexed by their last bytes.
#[derive(Clone, Debug)]
pub(crate) struct PrefixTable {
    /// The prefixes, sorted by their last three bytes and then by descending length.
    prefixes: Vec<Prefix>,
    /// A bit for each tail, which is the last three bytes of a prefix. [`tail_bit`] returns the
    /// position of the bit. If the bit for three bytes is not set, no prefix ends with these bytes,
    /// and the prefixes are not searched.
    tails: Box<[u64; TAIL_WORDS]>,
    /// The last bytes of the prefixes.
    pub ends: Vec<u8>,
    /// The prefixes that start with `n`, `r` or `t`. After a backslash, this letter looks like an
    /// escape, as in `\npm_`.
    pub escapes: Vec<Box<str>>,
    /// Whether any prefix ends with a byte other than `_`.
    pub has_other_ends: bool,
    /// Whether any prefix ends with a byte, other than `_`, that may be escaped.
    pub has_other_escapable_ends: bool,
}

/// A prefix, and the properties of the keys that start with it.
#[derive(Clone, Debug)]
pub(crate) struct Prefix {
    tail: [u8; 3],
    pub text: Box<str>,
    /// The format, or `None` for the secret of a webhook.
    pub format: Option<KeyFormat>,
    /// The environments of the format, each with the separator after it.
    pub environments: Box<[Box<str>]>,
    /// The minimum number of characters after the prefix, without the dots in separators.
    pub min_rest: usize,
}

impl Prefix {
    fn new(text: &str, format: Option<&KeyFormat>) -> Self {
        let separators = || format.into_iter().flat_map(KeyFormat::separators);
        let after = separators().next().unwrap_or_default();
        let environments = format.into_iter().flat_map(KeyFormat::environments);
        let dots = separators().flat_map(str::bytes).filter(|byte| *byte == b'.').count();
        let min_len = format.and_then(KeyFormat::min_len).unwrap_or_default();
        Self {
            tail: tail(text.as_bytes()),
            text: text.into(),
            format: format.cloned(),
            environments: environments.map(|name| [name, after].concat().into()).collect(),
            min_rest: min_len.saturating_sub(text.len() + dots),
        }
    }
}

/// Returns the last three bytes, the last one first, with 0 for a missing byte.
fn tail(text: &[u8]) -> [u8; 3] {
    let mut bytes = text.iter().rev().copied();
    core::array::from_fn(|_| bytes.next().unwrap_or_default())
}

/// The number of 64-bit words for the bits of the tails.
const TAIL_WORDS: usize = 64;

/// Returns the index of the word that contains a tail's bit, and the bit.
fn tail_bit(tail: [u8; 3]) -> (usize, u64) {
    let hash = tail.iter().fold(0, |hash: usize, byte| hash * 31 + usize::from(*byte));
    (hash / 64 % TAIL_WORDS, 1 << (hash % 64))
}

impl PrefixTable {
    pub(crate) fn new(formats: &[KeyFormat]) -> Self {
        let declared = formats.iter().filter_map(|format| Some((format.head()?, Some(format))));
        let webhook = WEBHOOK_SECRETS.into_iter().map(|text| (text, None));
        let prefixes = declared.chain(webhook).map(|(text, format)| Prefix::new(text, format));
        let mut prefixes: Vec<_> = prefixes.collect();
        let longest_first = |prefix: &Prefix| core::cmp::Reverse(prefix.text.len());
        prefixes.sort_by_key(|prefix| (prefix.tail, longest_first(prefix)));
        let mut ends: Vec<_> = prefixes.iter().map(|prefix| prefix.tail[0]).collect();
        ends.sort_unstable();
        ends.dedup();
        let has_other_escapable_ends =
            ends.iter().any(|byte| !byte.is_ascii_alphanumeric() && *byte != b'_');
        let has_other_ends = ends.iter().any(|byte| *byte != b'_');
        let is_escape = |prefix: &&Prefix| prefix.text.starts_with(['n', 'r', 't']);
        let escapes = prefixes.iter().filter(is_escape).map(|prefix| prefix.text.clone()).collect();
        let mut tails = Box::new([0; TAIL_WORDS]);
        for prefix in &prefixes {
            let (word, bit) = tail_bit(prefix.tail);
            if let Some(word) = tails.get_mut(word) {
                *word |= bit;
            }
        }
        Self { prefixes, tails, ends, escapes, has_other_ends, has_other_escapable_ends }
    }

    /// Returns the last three bytes of each prefix, the last one first.
    pub(crate) fn tails(&self) -> impl Iterator<Item = [u8; 3]> {
        self.prefixes.iter().map(|prefix| prefix.tail)
    }

    /// Returns whether a byte of the text can match a byte of a prefix's tail. Every byte of the
    /// text can match if the tail has no byte there, or if the tail's byte may be escaped.
    pub(crate) const fn can_be(wanted: u8, byte: u8) -> bool {
        byte == wanted || !wanted.is_ascii_alphanumeric()
    }

    /// Returns whether a prefix ends with this byte.
    pub(crate) fn ends_with(&self, byte: u8) -> bool {
        self.ends.contains(&byte)
    }

    /// Returns the prefixes with this tail.
    pub(crate) fn ending(&self, wanted: [u8; 3]) -> &[Prefix] {
        let (word, bit) = tail_bit(wanted);
        if self.tails.get(word).is_none_or(|word| word & bit == 0) {
            return &[];
        }
        let start = self.prefixes.partition_point(|prefix| prefix.tail < wanted);
        let end = self.prefixes.partition_point(|prefix| prefix.tail <= wanted);
        self.prefixes.get(start..end).unwrap_or_default()
    }

    /// Returns whether a text contains a prefix.
    pub(crate) fn any_in(&self, text: &[u8]) -> bool {
        (1..=text.len()).any(|end| {
            let text = text.get(..end).unwrap_or_default();
            let [last, second, third] = tail(text);
            [[last, second, third], [last, second, 0], [last, 0, 0]]
                .iter()
                .flat_map(|tail| self.ending(*tail))
                .any(|prefix| text.ends_with(prefix.text.as_bytes()))
        })
    }
}
