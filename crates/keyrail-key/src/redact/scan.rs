//! The scan: finds the signs in a text, 64 bytes at a time.
//!
//! A byte is a sign by itself and by the byte before it. Each test is put as
//! arithmetic without a branch, over whole blocks, which compiles to vector
//! instructions; only a block that has a sign is looked at bit by bit.

use alloc::boxed::Box;

use super::marks::Marks;

/// How many bytes are looked at together.
pub(super) const BLOCK: usize = 64;

/// What is looked for, apart from what always is.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    /// The bytes that marks end with, where that is `_` alone.
    others: Option<Box<[bool; 256]>>,
}

impl Scan {
    pub(super) fn new(marks: &Marks) -> Self {
        let mut others = Box::new([false; 256]);
        for (entry, byte) in others.iter_mut().zip(0_u8..=255) {
            *entry = byte != b'_' && marks.ends.contains(&byte);
        }
        Self { others: others.contains(&true).then_some(others) }
    }

    /// One to which every byte is a sign.
    #[cfg(test)]
    pub(super) fn of_everything() -> Self {
        Self { others: Some(Box::new([true; 256])) }
    }

    /// The signs among the bytes from `base` on: a bit for each byte.
    #[inline]
    pub(super) fn signs(&self, bytes: &[u8], base: usize) -> u64 {
        let before = base.checked_sub(1).and_then(|start| bytes.get(start..)?.first_chunk());
        let block = bytes.get(base..).and_then(|rest| rest.first_chunk());
        match (before, block) {
            (Some(before), Some(block)) => self.signs_in(before, block),
            _ => self.signs_at_edge(bytes, base),
        }
    }

    /// The same at the start of a text, and at its end.
    #[inline(never)]
    fn signs_at_edge(&self, bytes: &[u8], base: usize) -> u64 {
        let (mut before, mut block) = ([0; BLOCK], [0; BLOCK]);
        let rest = bytes.get(base..).unwrap_or_default();
        for (place, byte) in block.iter_mut().zip(rest) {
            *place = *byte;
        }
        let first = base.checked_sub(1).and_then(|place| bytes.get(place)).copied();
        let all = first.into_iter().chain(if first.is_none() { Some(0) } else { None });
        for (place, byte) in before.iter_mut().zip(all.chain(rest.iter().copied())) {
            *place = byte;
        }
        self.signs_in(&before, &block)
    }

    #[inline(always)]
    fn signs_in(&self, before: &[u8; BLOCK], block: &[u8; BLOCK]) -> u64 {
        let mut found = [0_u8; BLOCK];
        for ((found, byte), before) in found.iter_mut().zip(block).zip(before) {
            *found = u8::from(is_sign(*before, *byte));
        }
        if let Some(others) = &self.others {
            for (found, byte) in found.iter_mut().zip(block) {
                *found |= u8::from(others.get(usize::from(*byte)) == Some(&true));
            }
        }
        if found.iter().fold(0, |any, found| any | found) == 0 {
            return 0;
        }
        bits(&found)
    }
}

/// Whether a byte is a sign, where this one stands before it: by arithmetic
/// and without a branch.
#[inline(always)]
const fn is_sign(before: u8, byte: u8) -> bool {
    // Before a separator stands a name, a quote or a blank, and no digit. Signed
    // numbers are what vectors compare best; what is not ASCII counts as low.
    let is_low = before.cast_signed() < b'('.cast_signed();
    let is_high = before.cast_signed() > b'9'.cast_signed();
    let is_separator = ((byte == b':') | (byte == b'=')) & (is_low | is_high);
    let is_pair = (byte == b',') & is_low;
    let is_url = (byte == b'/') & (before == b':');
    let is_token = (before == b'e') & ((byte == b'y') | (byte == b'w'));
    let is_other = (byte == b'_') | (byte == b'%') | (byte == b'\\') | (byte == b'B');
    is_separator | is_pair | is_url | is_token | is_other
}

/// The bits of bytes that are 0 or 1: eight of them are moved together by a
/// multiplication that brings each to its place in the highest byte.
#[inline(always)]
fn bits(found: &[u8; BLOCK]) -> u64 {
    let (words, _) = found.as_chunks::<8>();
    words.iter().zip(0_u32..).fold(0, |bits, (word, index)| {
        let byte = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits | byte << (8 * index)
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{BLOCK, Scan, is_sign};
    use crate::KeyFormat;
    use crate::redact::marks::Marks;

    fn signs(text: &[u8], base: usize) -> Vec<usize> {
        let signs = Scan::new(&Marks::new(&[KeyFormat::keyrail()])).signs(text, base);
        (0..BLOCK).filter(|bit| signs >> bit & 1 == 1).map(|bit| base + bit).collect()
    }

    #[test]
    fn a_block_is_read_like_its_bytes_one_by_one() {
        let text: Vec<u8> = (0..2_000_u32).map(|n| (n * n / 7 % 256) as u8).collect();
        for base in 0..text.len() {
            let end = text.len().min(base + BLOCK);
            let before = |place: usize| place.checked_sub(1).map_or(0, |place| text[place]);
            let want = (base..end).filter(|place| is_sign(before(*place), text[*place]));
            assert_eq!(signs(&text, base), want.collect::<Vec<_>>(), "{base}");
        }
    }

    #[test]
    fn marks_of_other_ends_are_signs_too() {
        let format = KeyFormat::from_json(
            r#"{"prefix": "sk", "separator": "-",
                "segments": [{"name": "s", "alphabet": "base62", "length": 32}]}"#,
        );
        let scan = Scan::new(&Marks::new(&[format.unwrap()]));
        assert_eq!(scan.signs(b"a-b-c", 0), 0b1010);
        assert_eq!(
            scan.signs(&b"a-b".repeat(40), 30),
            0b010010 | scan.signs(&b"a-b".repeat(40), 30)
        );
    }
}
