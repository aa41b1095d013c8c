//! Strength: the entropy that a key can have, and the minimum that it must have.
//!
//! For a key of a declared format, the declaration determines the entropy. For any other key, only
//! its characters are known, and the classes of characters that occur give an upper bound. The
//! entropy can be much lower, because counting characters cannot distinguish a random string from a
//! sentence.
//!
//! Bits are counted in whole thousandths, rounded down. A sum of whole numbers is the same in every
//! order of addition; a sum of floating-point numbers may not be.

use crate::alphabet::LOG2;

/// The number of bytes of entropy that are needed to generate a key.
pub(crate) const ENTROPY_LEN: usize = 32;

/// The minimum entropy, in bits, of a key that is digested or whose format is declared.
///
/// 2^96 keys are too many to compare with a stolen digest, however fast the hash is.
pub const MIN_KEY_BITS: u32 = 96;

/// The longest run of digits at the end of a key that counts as a timestamp:
/// nanoseconds since 1970 have 19 digits.
const MAX_TIMESTAMP: usize = 19;

/// One bit, in thousandths of a bit.
pub(crate) const BIT: u32 = 1000;

/// The maximum entropy of a key according to its characters, in thousandths of a bit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EntropyEstimate {
    /// The entropy of the whole string.
    pub total: u32,
    /// The entropy of one character, chosen at random from all classes that occur.
    pub per_character: u32,
}

/// Returns the maximum entropy of a string, in thousandths of a bit.
pub(crate) fn max_millibits(text: &str) -> u32 {
    estimate_entropy(text).total
}

/// Estimates the maximum entropy of a string whose format is not known.
///
/// Up to 19 digits at the end count as a timestamp, which can be guessed, and have 0 bits. Hyphens,
/// underscores and dots count as separators and have 0 bits. Any other character counts as a random
/// choice from all classes that occur: 10 digits, 26 lower-case letters, 26 upper-case letters, and
/// a class of all other characters, which counts as 2 symbols. If all these characters are
/// hexadecimal digits of one case, the choice is from at most 16 symbols.
pub(crate) fn estimate_entropy(text: &str) -> EntropyEstimate {
    let digits = text.bytes().rev().take(MAX_TIMESTAMP).take_while(u8::is_ascii_digit).count();
    let (rest, _) = text.split_at_checked(text.len() - digits).unwrap_or((text, ""));
    let counted = || rest.chars().filter(|c| !matches!(c, '-' | '_' | '.'));

    let class_size = |is_in_class: fn(char) -> bool, size| {
        if counted().any(is_in_class) { size } else { 0 }
    };
    let mut symbols = class_size(|c| c.is_ascii_digit(), 10)
        + class_size(|c| c.is_ascii_lowercase(), 26)
        + class_size(|c| c.is_ascii_uppercase(), 26)
        + class_size(|c| !c.is_ascii_alphanumeric(), 2);
    let lower = |c| matches!(c, '0'..='9' | 'a'..='f');
    let upper = |c| matches!(c, '0'..='9' | 'A'..='F');
    if counted().all(lower) || counted().all(upper) {
        symbols = symbols.min(16);
    }
    let log2 = LOG2.get(symbols).copied().unwrap_or_default();
    let per_character = (log2 * f64::from(BIT)) as u32; // rounded down
    let characters = u32::try_from(counted().count()).unwrap_or(u32::MAX);
    EntropyEstimate { total: characters.saturating_mul(per_character), per_character }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::{estimate_entropy, max_millibits};

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
            assert_eq!((found.per_character, found.total), (per_character, expected), "{text}");
        }
    }

    #[test]
    fn hex_digits_of_one_case_count_as_an_alphabet_of_sixteen() {
        assert_eq!(max_millibits("deadbeef"), 8 * 4000);
        assert_eq!(max_millibits("DEADBEEF"), 8 * 4000);
        assert_eq!(max_millibits("0a-0b_0c.0d"), 8 * 4000);
        assert_eq!(max_millibits("0eadBeef"), 8 * 5954);
        assert_eq!(max_millibits("0eadbeeg"), 8 * 5169);
        // A string with only digits in it uses an alphabet of 10 symbols, not 16.
        assert_eq!(max_millibits("0123-"), 4 * 3321);
    }

    #[test]
    fn up_to_nineteen_trailing_digits_count_as_a_timestamp() {
        assert_eq!(max_millibits("20240131235959"), 0);
        assert_eq!(max_millibits(&"1".repeat(19)), 0);
        assert_eq!(max_millibits(&"1".repeat(20)), 3321);
        assert_eq!(max_millibits("1706745599123456789a"), 20 * 4000);
        assert_eq!(max_millibits(&(String::from("ab-") + &"1".repeat(19))), 2 * 4000);
        assert_eq!(max_millibits(&(String::from("ab-") + &"1".repeat(21))), 4 * 4000);
        // Only digits at the end are a timestamp.
        assert_eq!(max_millibits("2024-01-31"), 6 * 3321);
        assert_eq!(max_millibits("20240131-"), 8 * 3321);
    }

    #[test]
    fn separators_add_no_bits_and_do_not_widen_the_alphabet() {
        assert_eq!(max_millibits("---___..."), 0);
        assert_eq!(max_millibits("gg-gg_gg.gg"), 8 * 4700);
    }

    #[test]
    fn the_timestamp_of_the_sample_key_adds_no_bits() {
        // Four groups of six letters and digits, and 14 digits.
        assert_eq!(max_millibits("AbCd1x-EfGh2y-IjKl3z-MnOp4w-20240131235959"), 24 * 5954);
    }
}
