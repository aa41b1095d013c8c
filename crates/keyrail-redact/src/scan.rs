//! The scan: finds the signs in a text, 64 bytes at a time.
//!
//! A byte is a sign by itself and by the byte before it. Each test is put as
//! arithmetic without a branch, over whole blocks, which compiles to vector
//! instructions: those that the target always has, or with the feature `std`
//! the widest that the processor turns out to have.

use alloc::boxed::Box;

#[cfg(feature = "std")]
use fearless_simd::{Level, WithSimd, prelude::*};

use crate::prefilter::Prefilter;
use crate::prefix_table::PrefixTable;

/// How many bytes have their signs in one word.
pub(crate) const BLOCK: usize = 64;
/// How many blocks are looked at together.
const BLOCKS: usize = 32;

/// What is looked for, apart from what always is.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    #[cfg(feature = "std")]
    level: Level,
    /// The bytes that prefixes end with, where that is `_` alone.
    others: Option<Box<[bool; 256]>>,
}

impl Scan {
    pub(crate) fn new(prefixes: &PrefixTable) -> Self {
        let mut others = Box::new([false; 256]);
        for (entry, byte) in others.iter_mut().zip(0_u8..=255) {
            *entry = byte != b'_' && prefixes.ends.contains(&byte);
        }
        Self::with(others.contains(&true).then_some(others))
    }

    /// One to which every byte is a sign.
    #[cfg(test)]
    pub(crate) fn of_everything() -> Self {
        Self::with(Some(Box::new([true; 256])))
    }

    fn with(others: Option<Box<[bool; 256]>>) -> Self {
        Self {
            #[cfg(feature = "std")]
            level: Level::new(),
            others,
        }
    }
}

/// The signs of a stretch of a text.
pub(crate) struct Stretch {
    start: usize,
    end: usize,
    blocks: [u64; BLOCKS],
}

impl Stretch {
    pub(crate) const fn new() -> Self {
        Self { start: 0, end: 0, blocks: [0; BLOCKS] }
    }

    /// Returns the place of the first sign from a place on that the filter lets through.
    ///
    /// It is a function of its own, so that its loop has the registers for itself.
    #[inline(never)]
    pub(crate) fn next_sign(
        &mut self,
        (scan, filter): (&Scan, &Prefilter),
        bytes: &[u8],
        place: usize,
    ) -> Option<usize> {
        let mut place = place;
        while place < bytes.len() {
            let (mut block, start) = self.of_block(scan, bytes, place);
            while block != 0 {
                let sign = start + block.trailing_zeros() as usize;
                if filter.lets_through(bytes, sign) {
                    return Some(sign);
                }
                block &= block - 1;
            }
            place = start + BLOCK;
        }
        None
    }

    /// The signs from a place of the text to the end of its block: a bit for
    /// each byte, and the place of the first bit.
    #[inline]
    pub(crate) fn of_block(&mut self, scan: &Scan, bytes: &[u8], place: usize) -> (u64, usize) {
        if !(self.start..self.end).contains(&place) {
            self.look(scan, bytes, place);
        }
        let within = place - self.start;
        let signs = self.blocks.get(within / BLOCK).copied().unwrap_or_default();
        (signs & (u64::MAX << (within % BLOCK)), place - within % BLOCK)
    }

    #[inline(never)]
    fn look(&mut self, scan: &Scan, bytes: &[u8], start: usize) {
        self.start = start;
        self.end = bytes.len().min(start + BLOCK * BLOCKS);
        let look = Look { scan, bytes, start, end: self.end, blocks: &mut self.blocks };
        #[cfg(feature = "std")]
        scan.level.dispatch(look);
        #[cfg(not(feature = "std"))]
        look.run(bits);
    }
}

/// One look at a stretch.
struct Look<'l> {
    scan: &'l Scan,
    bytes: &'l [u8],
    start: usize,
    end: usize,
    blocks: &'l mut [u64; BLOCKS],
}

#[cfg(feature = "std")]
impl WithSimd for Look<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // The emulation of vector instructions is slower than `bits`.
        match self.scan.level.is_fallback() {
            true => self.run(bits),
            false => self.run(|found| {
                let (vectors, lanes) = (found.chunks_exact(S::u8s::N), S::u8s::N);
                vectors.zip((0..).step_by(lanes)).fold(0, |bits, (vector, shift)| {
                    let is_sign = S::u8s::from_slice(simd, vector).simd_gt(0);
                    bits | is_sign.to_bitmask() << shift
                })
            }),
        }
    }
}

impl Look<'_> {
    /// Looks, and brings the signs of a block together by `bits`.
    #[inline(always)]
    fn run(self, bits: impl Fn(&[u8; BLOCK]) -> u64) {
        let Self { scan, bytes, start, end, blocks } = self;
        let mut blocks = blocks.iter_mut();
        let mut at = start;
        if start == 0
            && let Some(signs) = blocks.next()
        {
            *signs = bits(&signs_at_edge(scan, 0, bytes));
            at = BLOCK;
        }
        let before = bytes.get(at.wrapping_sub(1)..end).unwrap_or_default().as_chunks().0;
        let (whole, rest) = bytes.get(at..end).unwrap_or_default().as_chunks();
        for ((before, block), signs) in before.iter().zip(whole).zip(&mut blocks) {
            *signs = bits(&signs_in(scan, before, block));
        }
        if let Some(signs) = blocks.next() {
            let before = end.checked_sub(rest.len() + 1).and_then(|place| bytes.get(place));
            let before = before.copied().unwrap_or_default();
            *signs = bits(&signs_at_edge(scan, before, rest));
        }
    }
}

/// Returns the signs of a partial block, or of one with nothing before it.
#[inline(always)]
fn signs_at_edge(scan: &Scan, first: u8, bytes: &[u8]) -> [u8; BLOCK] {
    let (mut before, mut block) = ([0; BLOCK], [0; BLOCK]);
    for (place, byte) in block.iter_mut().zip(bytes) {
        *place = *byte;
    }
    let all = core::iter::once(&first).chain(bytes);
    for (place, byte) in before.iter_mut().zip(all) {
        *place = *byte;
    }
    signs_in(scan, &before, &block)
}

/// Which bytes of a block are signs, where these are before them.
#[inline(always)]
fn signs_in(scan: &Scan, before: &[u8; BLOCK], block: &[u8; BLOCK]) -> [u8; BLOCK] {
    let mut found = [0_u8; BLOCK];
    for ((found, byte), before) in found.iter_mut().zip(block).zip(before) {
        *found = u8::from(is_sign(*before, *byte));
    }
    if let Some(others) = &scan.others {
        for (found, byte) in found.iter_mut().zip(block) {
            *found |= u8::from(others.get(usize::from(*byte)) == Some(&true));
        }
    }
    found
}

/// Whether a byte is a sign, where this one is before it: by arithmetic
/// and without a branch.
#[inline(always)]
const fn is_sign(before: u8, byte: u8) -> bool {
    // `<`, `=` and `>` follow one another.
    let is_separator = (byte == b':') | (byte.wrapping_sub(b'<') <= b'>' - b'<');
    // After a quote or a blank. Signed numbers are what vectors compare best;
    // what is not ASCII counts as low.
    let is_pair = (byte == b',') & (before.cast_signed() < b'('.cast_signed());
    let is_url = (byte == b'/') & (before == b':');
    let is_token = (before == b'e') & ((byte == b'y') | (byte == b'w'));
    let is_bearer = (before == b'b') & (byte == b'e');
    let is_other = (byte == b'_') | (byte == b'%') | (byte == b'\\') | (byte == b'B');
    is_separator | is_pair | is_url | is_token | is_bearer | is_other
}

/// The bits of bytes that are 0 or 1: eight of them are moved together by a
/// multiplication that brings each to its place in the highest byte.
#[inline(always)]
fn bits(found: &[u8; BLOCK]) -> u64 {
    if found.iter().fold(0, |any, found| any | found) == 0 {
        return 0;
    }
    let (words, _) = found.as_chunks::<8>();
    words.iter().zip(0_u32..).fold(0, |bits, (word, index)| {
        let byte = u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits | byte << (8 * index)
    })
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::{BLOCK, Scan, Stretch, is_sign};
    use crate::prefix_table::PrefixTable;
    use keyrail_key::KeyFormat;

    fn block_of(scan: &Scan, text: &[u8], place: usize) -> (u64, usize) {
        Stretch::new().of_block(scan, text, place)
    }

    fn signs(text: &[u8], place: usize) -> Vec<usize> {
        let scan = Scan::new(&PrefixTable::new(&[KeyFormat::keyrail()]));
        let (mut signs, mut all, mut at) = (Stretch::new(), Vec::new(), place);
        while at < text.len() {
            let (block, start) = signs.of_block(&scan, text, at);
            all.extend((0..BLOCK).filter(|bit| block >> bit & 1 == 1).map(|bit| start + bit));
            at = start + BLOCK;
        }
        all
    }

    #[test]
    fn a_stretch_finds_the_same_signs_as_a_byte_by_byte_scan() {
        let text: Vec<u8> = (0..5_000_u32).map(|n| (n * n / 7 % 256) as u8).collect();
        let before = |place: usize| place.checked_sub(1).map_or(0, |place| text[place]);
        for place in (0..text.len()).step_by(7) {
            let want = (place..text.len()).filter(|place| is_sign(before(*place), text[*place]));
            assert_eq!(signs(&text, place), want.collect::<Vec<_>>(), "{place}");
        }
    }

    #[test]
    fn a_block_may_be_requested_at_any_offset_within_it() {
        let scan = Scan::new(&PrefixTable::new(&[KeyFormat::keyrail()]));
        let text = b"a:b=c_d,:=_".repeat(100);
        let mut signs = Stretch::new();
        let (whole, start) = signs.of_block(&scan, &text, 10);
        for place in 10..10 + BLOCK {
            let rest = whole & (u64::MAX << (place - start));
            assert_eq!(signs.of_block(&scan, &text, place), (rest, start), "{place}");
        }
    }

    #[test]
    fn the_separator_of_a_declared_format_is_a_sign() {
        let format = KeyFormat::from_json(
            r#"{"prefix": "sk", "separator": "-",
                "segments": [{"name": "s", "alphabet": "base62", "length": 32}]}"#,
        );
        let scan = Scan::new(&PrefixTable::new(&[format.unwrap()]));
        assert_eq!(block_of(&scan, b"a-b-c", 0), (0b1010, 0));
        assert_eq!(block_of(&scan, &b"a-b".repeat(40), 30).0 & 0b111111, 0b010010);
    }
}
