//! The scan: finds the signs in a text, 64 bytes at a time. A sign is a character such as `:`, `=`
//! or the last character of a key's prefix: every credential contains a sign or is next to one.
//!
//! Whether a byte is a sign depends on the byte and on the one before it. Each test consists of
//! arithmetic without branches over a whole block. The compiler turns this arithmetic into vector
//! instructions. With the feature `std`, the widest instructions of the processor are selected at
//! run time. Without this feature, the scan uses only instructions that are available on every
//! processor of the target.

use alloc::boxed::Box;

#[cfg(feature = "std")]
use fearless_simd::{Level, WithSimd, prelude::*};

use crate::prefilter::Prefilter;
use crate::prefix_table::PrefixTable;

/// The number of bytes in a block. A 64-bit word has one bit for each byte, which is set if the
/// byte is a sign.
pub(crate) const BLOCK: usize = 64;
/// The number of blocks that are searched at a time.
const BLOCKS: usize = 32;

/// The bytes to search for besides those that are always signs.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    #[cfg(feature = "std")]
    level: Level,
    /// The bytes other than `_` with which prefixes end, or `None` if all prefixes end with `_`.
    prefix_ends: Option<Box<[bool; 256]>>,
}

impl Scan {
    pub(crate) fn new(prefixes: &PrefixTable) -> Self {
        let mut prefix_ends = Box::new([false; 256]);
        for (entry, byte) in prefix_ends.iter_mut().zip(0_u8..=255) {
            *entry = byte != b'_' && prefixes.ends.contains(&byte);
        }
        Self::with_ends(prefix_ends.contains(&true).then_some(prefix_ends))
    }

    /// Creates a scan for which every byte is a sign.
    #[cfg(test)]
    pub(crate) fn all_bytes() -> Self {
        Self::with_ends(Some(Box::new([true; 256])))
    }

    fn with_ends(prefix_ends: Option<Box<[bool; 256]>>) -> Self {
        Self {
            #[cfg(feature = "std")]
            level: Level::new(),
            prefix_ends,
        }
    }
}

/// The signs in a range of the text, which are found in advance.
pub(crate) struct Signs {
    start: usize,
    end: usize,
    blocks: [u64; BLOCKS],
}

impl Signs {
    pub(crate) const fn new() -> Self {
        Self { start: 0, end: 0, blocks: [0; BLOCKS] }
    }

    /// Returns the index of the first sign at or after `index` that the filter accepts.
    ///
    /// This function is not inlined, so that its loop can use all registers.
    #[inline(never)]
    pub(crate) fn next_sign(
        &mut self,
        (scan, filter): (&Scan, &Prefilter),
        bytes: &[u8],
        mut index: usize,
    ) -> Option<usize> {
        while index < bytes.len() {
            let (mut block, start) = self.block_at(scan, bytes, index);
            while block != 0 {
                let sign = start + block.trailing_zeros() as usize;
                if filter.accepts(bytes, sign) {
                    return Some(sign);
                }
                block &= block - 1;
            }
            index = start + BLOCK;
        }
        None
    }

    /// Returns the signs from an index to the end of its block. The result is a word with a bit for
    /// each byte of the block, and the index of the first byte of the block.
    #[inline]
    pub(crate) fn block_at(&mut self, scan: &Scan, bytes: &[u8], index: usize) -> (u64, usize) {
        if !(self.start..self.end).contains(&index) {
            self.search(scan, bytes, index);
        }
        let offset = index - self.start;
        let signs = self.blocks.get(offset / BLOCK).copied().unwrap_or_default();
        (signs & (u64::MAX << (offset % BLOCK)), index - offset % BLOCK)
    }

    #[inline(never)]
    fn search(&mut self, scan: &Scan, bytes: &[u8], start: usize) {
        self.start = start;
        self.end = bytes.len().min(start + BLOCK * BLOCKS);
        let search = Search { scan, bytes, start, end: self.end, blocks: &mut self.blocks };
        #[cfg(feature = "std")]
        scan.level.dispatch(search);
        #[cfg(not(feature = "std"))]
        search.run(to_bits);
    }
}

/// A search for the signs in a range of the text.
struct Search<'s> {
    scan: &'s Scan,
    bytes: &'s [u8],
    start: usize,
    end: usize,
    blocks: &'s mut [u64; BLOCKS],
}

#[cfg(feature = "std")]
impl WithSimd for Search<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        // Emulated vector instructions are slower than `to_bits`.
        match self.scan.level.is_fallback() {
            true => self.run(to_bits),
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

impl Search<'_> {
    /// Searches the range, and packs the signs of each block into a word with `to_bits`.
    #[inline(always)]
    fn run(self, to_bits: impl Fn(&[u8; BLOCK]) -> u64) {
        let Self { scan, bytes, start, end, blocks } = self;
        let mut blocks = blocks.iter_mut();
        let mut at = start;
        if start == 0
            && let Some(signs) = blocks.next()
        {
            *signs = to_bits(&signs_at_edge(scan, 0, bytes));
            at = BLOCK;
        }
        let before = bytes.get(at.wrapping_sub(1)..end).unwrap_or_default().as_chunks().0;
        let (whole, rest) = bytes.get(at..end).unwrap_or_default().as_chunks();
        for ((before, block), signs) in before.iter().zip(whole).zip(&mut blocks) {
            *signs = to_bits(&signs_in(scan, before, block));
        }
        if let Some(signs) = blocks.next() {
            let before = end.checked_sub(rest.len() + 1).and_then(|index| bytes.get(index));
            let before = before.copied().unwrap_or_default();
            *signs = to_bits(&signs_at_edge(scan, before, rest));
        }
    }
}

/// Returns the signs of a partial block, or of the first block of the text. `previous` is
/// the byte before it.
#[inline(always)]
fn signs_at_edge(scan: &Scan, previous: u8, bytes: &[u8]) -> [u8; BLOCK] {
    let (mut before, mut block) = ([0; BLOCK], [0; BLOCK]);
    for (slot, byte) in block.iter_mut().zip(bytes) {
        *slot = *byte;
    }
    let all = core::iter::once(&previous).chain(bytes);
    for (slot, byte) in before.iter_mut().zip(all) {
        *slot = *byte;
    }
    signs_in(scan, &before, &block)
}

/// Returns 1 for each byte of a block that is a sign, and 0 for the others. `before`
/// contains, for each byte of the block, the byte before it.
#[inline(always)]
fn signs_in(scan: &Scan, before: &[u8; BLOCK], block: &[u8; BLOCK]) -> [u8; BLOCK] {
    let mut found = [0_u8; BLOCK];
    for ((found, byte), before) in found.iter_mut().zip(block).zip(before) {
        *found = u8::from(is_sign(*before, *byte));
    }
    if let Some(prefix_ends) = &scan.prefix_ends {
        for (found, byte) in found.iter_mut().zip(block) {
            *found |= u8::from(prefix_ends.get(usize::from(*byte)) == Some(&true));
        }
    }
    found
}

/// Returns, without a branch, whether `byte` is a sign if the byte before it is `before`.
#[inline(always)]
const fn is_sign(before: u8, byte: u8) -> bool {
    // `<`, `=` and `>` are consecutive in ASCII.
    let is_separator = (byte == b':') | (byte.wrapping_sub(b'<') <= b'>' - b'<');
    // The comma of a pair follows a quote or white space. The codes of these characters, except the
    // backtick, are less than the code of `(`. Vector instructions compare signed numbers best. As
    // a signed number, a byte that is not ASCII is negative, so it passes this test too.
    let may_end_name = (before.cast_signed() < b'('.cast_signed()) | (before == b'`');
    let is_pair = (byte == b',') & may_end_name;
    let is_url = (byte == b'/') & (before == b':');
    let is_token = (before == b'e') & ((byte == b'y') | (byte == b'w'));
    let is_bearer = (before == b'b') & (byte == b'e');
    let is_other = (byte == b'_') | (byte == b'%') | (byte == b'\\') | (byte == b'B');
    is_separator | is_pair | is_url | is_token | is_bearer | is_other
}

/// Packs bytes that are 0 or 1 into bits. A multiplication moves the lowest bit of each of
/// eight bytes to its position in the highest byte.
#[inline(always)]
fn to_bits(found: &[u8; BLOCK]) -> u64 {
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

    use super::{BLOCK, Scan, Signs, is_sign};
    use crate::prefix_table::PrefixTable;
    use crate::rules::Rules;
    use keyrail_key::KeyFormat;

    fn block_at(scan: &Scan, text: &[u8], index: usize) -> (u64, usize) {
        Signs::new().block_at(scan, text, index)
    }

    fn sign_indices(text: &[u8], start: usize) -> Vec<usize> {
        let scan = Scan::new(&PrefixTable::new(&[KeyFormat::keyrail()]));
        let (mut signs, mut all, mut at) = (Signs::new(), Vec::new(), start);
        while at < text.len() {
            let (block, start) = signs.block_at(&scan, text, at);
            all.extend((0..BLOCK).filter(|bit| block >> bit & 1 == 1).map(|bit| start + bit));
            at = start + BLOCK;
        }
        all
    }

    #[test]
    fn the_scan_by_blocks_finds_the_same_signs_as_a_scan_by_bytes() {
        let text: Vec<u8> = (0..5_000_u32).map(|n| (n * n / 7 % 256) as u8).collect();
        let before = |index: usize| index.checked_sub(1).map_or(0, |index| text[index]);
        for start in (0..text.len()).step_by(7) {
            let want = (start..text.len()).filter(|index| is_sign(before(*index), text[*index]));
            assert_eq!(sign_indices(&text, start), want.collect::<Vec<_>>(), "{start}");
        }
    }

    #[test]
    fn the_scan_finds_every_candidate_of_the_rules() {
        let rules = Rules::new([KeyFormat::keyrail()]).unwrap();
        let scan = Scan::new(&rules.prefixes);
        let starts = ["", "x-api-key", "token7", "x-api-key\\", "{'token']", "https:", "b"];
        for start in starts {
            for (before, byte) in (0..=u8::MAX).flat_map(|a| (0..=u8::MAX).map(move |b| (a, b))) {
                let text = [start.as_bytes(), &[before, byte], b"arer"].concat();
                let index = start.len() + 1;
                let is_found = block_at(&scan, &text, 0).0 >> index & 1 == 1;
                let is_candidate = rules.is_candidate(&text, index);
                assert!(is_found || !is_candidate, "{start:?} {before:#x} {byte:#x}");
            }
        }
    }

    #[test]
    fn a_block_may_be_requested_at_any_offset_within_it() {
        let scan = Scan::new(&PrefixTable::new(&[KeyFormat::keyrail()]));
        let text = b"a:b=c_d,:=_".repeat(100);
        let mut signs = Signs::new();
        let (whole, start) = signs.block_at(&scan, &text, 10);
        for index in 10..10 + BLOCK {
            let rest = whole & (u64::MAX << (index - start));
            assert_eq!(signs.block_at(&scan, &text, index), (rest, start), "{index}");
        }
    }

    #[test]
    fn the_separator_of_a_declared_format_is_a_sign() {
        let format = KeyFormat::from_json(
            r#"{"prefix": "sk", "separator": "-",
                "segments": [{"name": "s", "alphabet": "base62", "length": 32}]}"#,
        );
        let scan = Scan::new(&PrefixTable::new(&[format.unwrap()]));
        assert_eq!(block_at(&scan, b"a-b-c", 0), (0b1010, 0));
        assert_eq!(block_at(&scan, &b"a-b".repeat(40), 30).0 & 0b111111, 0b010010);
    }
}
