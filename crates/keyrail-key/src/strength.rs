//! Strength: how many bits a key can carry, and how few are too few.
//!
//! For a key of a declared format the declaration defines it. For any other key
//! only its characters are known: the character classes that occur bound the entropy that
//! it can contain. This is an upper bound: no count of
//! characters can tell a random string from a sentence.
//!
//! Bits are counted in thousandths, rounded down, so that a sum of them is the
//! same whatever the order.

use crate::alphabet::LOG2;

/// How many bytes of entropy a key needs.
pub(crate) const ENTROPY: usize = 32;

/// The fewest bits of a key that is digested, or whose format is declared.
///
/// Nobody tries 2^96 keys against a stolen digest, however fast the hash.
pub const MIN_KEY_BITS: u32 = 96;

/// The longest run of digits at the end of a key that counts as a timestamp:
/// nanoseconds since 1970 have 19 digits.
const MAX_TIMESTAMP: usize = 19;

/// A thousandth of a bit is what is counted.
pub(crate) const BIT: u32 = 1000;

/// What the characters of a key say about its strength, in thousandths of a
/// bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Observed {
    /// Of the whole text.
    pub bits: u32,
    /// Of a character of the class that was seen.
    pub per_character: u32,
}

/// The bits that a text can carry at most, in thousandths.
pub(crate) fn observed_bits(text: &str) -> u32 {
    estimate_entropy(text).bits
}

/// Counts a text whose format is not known.
///
/// Digits at the end count as a timestamp, which anyone can guess: 0 bits.
/// Hyphens, underscores and dots are between the parts: 0 bits each. Any
/// other character is one of all those of the kinds that were seen: 10 digits,
/// 26 small letters, 26 capitals, 2 of all others; or one of 16, where all are
/// hexadecimal digits of one case.
pub(crate) fn estimate_entropy(text: &str) -> Observed {
    let digits = text.bytes().rev().take(MAX_TIMESTAMP).take_while(u8::is_ascii_digit).count();
    let (rest, _) = text.split_at_checked(text.len() - digits).unwrap_or((text, ""));
    let counted = || rest.chars().filter(|c| !matches!(c, '-' | '_' | '.'));

    let of_kind = |is: fn(char) -> bool, size| if counted().any(is) { size } else { 0 };
    let mut symbols = of_kind(|c| c.is_ascii_digit(), 10)
        + of_kind(|c| c.is_ascii_lowercase(), 26)
        + of_kind(|c| c.is_ascii_uppercase(), 26)
        + of_kind(|c| !c.is_ascii_alphanumeric(), 2);
    let lower = |c| matches!(c, '0'..='9' | 'a'..='f');
    let upper = |c| matches!(c, '0'..='9' | 'A'..='F');
    if counted().all(lower) || counted().all(upper) {
        symbols = symbols.min(16);
    }
    let log2 = LOG2.get(symbols).copied().unwrap_or_default();
    let per_character = (log2 * f64::from(BIT)) as u32; // rounded down
    let characters = u32::try_from(counted().count()).unwrap_or(u32::MAX);
    Observed { bits: characters.saturating_mul(per_character), per_character }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::{estimate_entropy, observed_bits};

    #[test]
    fn observed_character_classes_add_up() {
        for (text, per_character, characters) in [
            ("", 0, 0),
            ("gggg", 4700, 4),
            ("GGGG", 4700, 4),
            ("1g", 5169, 2),
            ("gG", 5700, 2),
            ("1gG", 5954, 3),
            ("1gG+", 6000, 4),
            ("g+", 4807, 2),
            ("+/~ ", 1000, 4),
            ("é漢", 1000, 2),
        ] {
            let expected = per_character * characters;
            let found = estimate_entropy(text);
            assert_eq!((found.per_character, found.bits), (per_character, expected), "{text}");
        }
    }

    #[test]
    fn hex_digits_of_one_case_count_as_an_alphabet_of_sixteen() {
        assert_eq!(observed_bits("deadbeef"), 8 * 4000);
        assert_eq!(observed_bits("DEADBEEF"), 8 * 4000);
        assert_eq!(observed_bits("0a-0b_0c.0d"), 8 * 4000);
        assert_eq!(observed_bits("0eadBeef"), 8 * 5954);
        assert_eq!(observed_bits("0eadbeeg"), 8 * 5169);
        // Digits alone are no more than digits.
        assert_eq!(observed_bits("0123-"), 4 * 3321);
    }

    #[test]
    fn up_to_nineteen_trailing_digits_count_as_a_timestamp() {
        assert_eq!(observed_bits("20240131235959"), 0);
        assert_eq!(observed_bits(&"1".repeat(19)), 0);
        assert_eq!(observed_bits(&"1".repeat(20)), 3321);
        assert_eq!(observed_bits("1706745599123456789a"), 20 * 4000);
        assert_eq!(observed_bits(&(String::from("ab-") + &"1".repeat(19))), 2 * 4000);
        assert_eq!(observed_bits(&(String::from("ab-") + &"1".repeat(21))), 4 * 4000);
        // Only at the end.
        assert_eq!(observed_bits("2024-01-31"), 6 * 3321);
        assert_eq!(observed_bits("20240131-"), 8 * 3321);
    }

    #[test]
    fn separators_add_no_bits_and_do_not_widen_the_alphabet() {
        assert_eq!(observed_bits("---___..."), 0);
        assert_eq!(observed_bits("gg-gg_gg.gg"), 8 * 4700);
    }

    #[test]
    fn the_timestamp_of_the_sample_key_adds_no_bits() {
        // Four groups of six letters and digits, and 14 digits.
        assert_eq!(observed_bits("AbCd1x-EfGh2y-IjKl3z-MnOp4w-20240131235959"), 24 * 5954);
    }
}
