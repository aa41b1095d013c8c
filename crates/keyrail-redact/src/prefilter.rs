//! The filter: which of the signs are worth a closer look.
//!
//! Each kind of credential that a sign may belong to has a bit, each name and
//! each prefix among them. For a sign, and for each of the three bytes before it,
//! a table says which bits are possible; a bit that is in all four is a reason to
//! look. There is one branch, and it is almost never taken.

use alloc::boxed::Box;

use crate::names::{ENDINGS, NAMES};
use crate::prefix_table::PrefixTable;

/// The bits of the prefixes, which share them.
const PREFIXES: u32 = 16;
const PREFIXES_BITS: u64 = ((1 << PREFIXES) - 1) << NAMES;
/// A separator after a name's number of two digits, or of more.
const TWO_DIGITS: u64 = 1 << 54;
const DIGITS: u64 = 1 << 55;
const ESCAPE: u64 = 1 << 56;
const URL: u64 = 1 << 57;
const WORD: u64 = 1 << 58;
const WEB_TOKEN: u64 = 1 << 59;
/// A separator that does not follow its name at once.
const APART: u64 = 1 << 60;
const PAIR: u64 = 1 << 61;
/// A separator after a digit of a name's.
const NUMBERED: u64 = 1 << 62;
/// `bearer` in lower case.
const LOWER_WORD: u64 = 1 << 63;

/// What may be at a sign, and one, two and three bytes before it.
#[derive(Clone, Debug)]
pub(crate) struct Prefilter(Box<[[u64; 256]; 4]>);

impl Prefilter {
    pub(crate) fn new(prefixes: &PrefixTable) -> Self {
        let names = (1_u64 << NAMES) - 1;
        let byte = |byte: u8| match byte {
            b':' => names | APART | NUMBERED | TWO_DIGITS,
            b'=' => names | APART | NUMBERED | TWO_DIGITS | DIGITS,
            b'>' | b'<' => APART | names,
            b'_' => names,
            b',' => PAIR,
            b'/' => URL,
            b'%' | b'\\' => ESCAPE,
            b'B' => WORD,
            b'y' | b'w' => WEB_TOKEN,
            b'e' => LOWER_WORD,
            _ => 0,
        };
        let before = |byte: u8| match byte {
            b'"' | b'\'' | b'`' => APART | PAIR,
            b' ' | b'\t' | b'\r' | b'\n' => APART | PAIR,
            b']' | b')' | b'm' | b'K' | b'B' | b'*' | b'_' | b'-' | b'.' | b'\\' => APART,
            b'?' | b'|' | b'+' | b'!' | b'~' | b'/' | b'%' | b'^' | b'&' | b'<' | b'>' => APART,
            b':' => URL | APART,
            b'e' => WEB_TOKEN,
            b'b' => LOWER_WORD,
            b'0'..=b'9' => NUMBERED | TWO_DIGITS | DIGITS,
            _ => 0,
        };
        // A name may end before its number, or before what separates them.
        let of_name = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
        // A word may begin after an escape or a colour.
        let second = |byte: u8| match byte {
            b'm' | b'n' | b'r' | b't' | b'_' | b'-' => NUMBERED | LOWER_WORD,
            b'a'..=b'f' | b'A'..=b'F' => NUMBERED | LOWER_WORD,
            b'0'..=b'9' => TWO_DIGITS | DIGITS | LOWER_WORD,
            byte if byte.is_ascii_alphabetic() => NUMBERED,
            _ => LOWER_WORD,
        };
        let third = |byte: u8| match byte {
            b'0'..=b'9' => DIGITS,
            b'%' => TWO_DIGITS,
            byte if of_name(byte) => TWO_DIGITS,
            _ => 0,
        };
        let anything = !names & !PREFIXES_BITS & !TWO_DIGITS & !DIGITS;
        let anything_else = anything & !NUMBERED & !LOWER_WORD;
        let mut tables = Box::new([
            Self::table(byte),
            Self::table(|byte| before(byte) | ESCAPE | WORD | ENDINGS.last(byte)),
            Self::table(|byte| anything_else | second(byte) | ENDINGS.second(byte)),
            Self::table(|byte| anything | PREFIXES_BITS | third(byte) | ENDINGS.third(byte)),
        ]);
        for (tail, index) in prefixes.tails().zip(0_u32..) {
            let bit = 1 << (NAMES + index % PREFIXES);
            for (table, wanted) in tables.iter_mut().zip(tail) {
                for (entry, byte) in table.iter_mut().zip(0_u8..=255) {
                    if PrefixTable::can_be(wanted, byte) {
                        *entry |= bit;
                    }
                }
            }
        }
        Self(tables)
    }

    /// Creates a filter that accepts everything.
    #[cfg(test)]
    pub(crate) fn open() -> Self {
        Self(Box::new([[u64::MAX; 256]; 4]))
    }

    fn table(bits: impl Fn(u8) -> u64) -> [u64; 256] {
        let mut table = [0; 256];
        for (entry, byte) in table.iter_mut().zip(0_u8..=255) {
            *entry = bits(byte);
        }
        table
    }

    /// Whether what is at a place may be the sign of a credential.
    #[inline]
    pub(crate) fn lets_through(&self, bytes: &[u8], index: usize) -> bool {
        let row = index.checked_sub(3).and_then(|start| bytes.get(start..=index));
        let Some([third, second, first, sign]) = row else { return true };
        let of = |table: &[u64; 256], byte: &u8| {
            table.get(usize::from(*byte)).copied().unwrap_or_default()
        };
        let [at_sign, at_first, at_second, at_third] = &*self.0;
        let left =
            of(at_sign, sign) & of(at_first, first) & of(at_second, second) & of(at_third, third);
        left != 0
    }
}
