//! The prefilter, which quickly rejects most signs.
//!
//! Each kind of credential that a sign may belong to has a bit, and so does each name and each
//! prefix. For the sign and for each of the three bytes before it, a table contains the bits that
//! are possible. The rules check a sign only if at least one bit is possible for all four bytes.
//! This test needs only one branch, which is almost never taken.

use alloc::boxed::Box;

use crate::names::{ENDINGS, NAME_BITS};
use crate::prefix_table::PrefixTable;

/// The number of bits for prefixes. Several prefixes may share a bit.
const PREFIX_BITS: u32 = 16;
const ALL_PREFIXES: u64 = ((1 << PREFIX_BITS) - 1) << NAME_BITS;
/// A separator after a name that ends in two digits.
const TWO_DIGITS: u64 = 1 << 54;
/// A separator after a name that ends in three or more digits.
const DIGITS: u64 = 1 << 55;
const ESCAPE: u64 = 1 << 56;
const URL: u64 = 1 << 57;
/// `BEGIN` or `Bearer`.
const WORD: u64 = 1 << 58;
const WEB_TOKEN: u64 = 1 << 59;
/// A separator that is not directly after its name.
const APART: u64 = 1 << 60;
const PAIR: u64 = 1 << 61;
/// A separator after a name that ends in one digit.
const NUMBERED: u64 = 1 << 62;
/// `bearer` in lower case.
const LOWER_WORD: u64 = 1 << 63;

/// The bits that are possible for each byte at a sign, and one, two and three bytes before
/// it.
#[derive(Clone, Debug)]
pub(crate) struct Prefilter(Box<[[u64; 256]; 4]>);

impl Prefilter {
    pub(crate) fn new(prefixes: &PrefixTable) -> Self {
        let names = (1_u64 << NAME_BITS) - 1;
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
        // The byte before a name's number is the last letter of the name or a separator.
        let of_name = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-');
        // A word may start after an escape or a colour sequence.
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
        let any = !names & !ALL_PREFIXES & !TWO_DIGITS & !DIGITS;
        let any_second = any & !NUMBERED & !LOWER_WORD;
        let mut tables = Box::new([
            Self::table(byte),
            Self::table(|byte| before(byte) | ESCAPE | WORD | ENDINGS.last(byte)),
            Self::table(|byte| any_second | second(byte) | ENDINGS.second(byte)),
            Self::table(|byte| any | ALL_PREFIXES | third(byte) | ENDINGS.third(byte)),
        ]);
        for (tail, index) in prefixes.tails().zip(0_u32..) {
            let bit = 1 << (NAME_BITS + index % PREFIX_BITS);
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
    pub(crate) fn accept_all() -> Self {
        Self(Box::new([[u64::MAX; 256]; 4]))
    }

    /// Builds a table from the bits of each byte.
    fn table(bits: impl Fn(u8) -> u64) -> [u64; 256] {
        let mut table = [0; 256];
        for (entry, byte) in table.iter_mut().zip(0_u8..=255) {
            *entry = bits(byte);
        }
        table
    }

    /// Returns whether the sign at an index may belong to a credential.
    #[inline]
    pub(crate) fn accepts(&self, bytes: &[u8], index: usize) -> bool {
        let window = index.checked_sub(3).and_then(|start| bytes.get(start..=index));
        let Some([third, second, first, sign]) = window else { return true };
        let bits = |table: &[u64; 256], byte: &u8| {
            table.get(usize::from(*byte)).copied().unwrap_or_default()
        };
        let [at_sign, at_first, at_second, at_third] = &*self.0;
        let common = bits(at_sign, sign)
            & bits(at_first, first)
            & bits(at_second, second)
            & bits(at_third, third);
        common != 0
    }
}
