//! Normalization: how a string is changed before it is compared.
//!
//! The strings of a rule and of a message are normalized in the same way, and then compared byte by
//! byte.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::codec::BinaryCodec;
use unicode_normalization::UnicodeNormalization as _;

/// How strings are normalized; the default compares them unchanged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Normalization {
    /// Ignores case. Uses Unicode's full default case folding (`CaseFolding.txt`, statuses C and
    /// F), which does not depend on the language. For example, the dotless ı does not equal i, and
    /// İ equals i followed by a combining dot above.
    pub ignore_case: bool,
    /// Normalizes to NFKC, replaces the decimal digits of all scripts by 0 to 9, and
    /// removes the Arabic tatweel and the marks of the Arabic script.
    pub normalize: bool,
    /// Splits a subject at its dots, and only then normalizes each token. A character that
    /// normalization changes to a dot, a `*` or a `>` therefore has no special meaning.
    pub tokens: bool,
}

impl Normalization {
    pub const fn is_plain(self) -> bool {
        !self.ignore_case && !self.normalize
    }

    /// Returns the normalized string.
    pub fn apply(self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        self.append(text, &mut out);
        out
    }

    /// Returns the normalized string. Does not copy the string if neither `ignore_case` nor
    /// `normalize` is set.
    pub fn apply_to(self, text: String) -> String {
        if self.is_plain() { text } else { self.apply(&text) }
    }

    /// Appends the normalized string to `out`.
    pub fn append(self, text: &str, out: &mut String) {
        if self.tokens {
            let token_normalization = Self { tokens: false, ..self };
            for (index, token) in text.split('.').enumerate() {
                out.push_str(if index > 0 { "." } else { "" });
                push_token(&token_normalization.apply(token), out);
            }
            return;
        }
        if text.is_ascii() {
            // NFKC and the replacement of digits do not change ASCII.
            let from = out.len();
            out.push_str(text);
            if let (true, Some(new)) = (self.ignore_case, out.get_mut(from..)) {
                new.make_ascii_lowercase();
            }
            return;
        }
        match (self.normalize, self.ignore_case) {
            (false, false) => out.push_str(text),
            (false, true) => out.extend(text.chars().flat_map(fold)),
            (true, false) => out.extend(normalized(text)),
            // Case folding can decompose characters that NFKC composed, so NFKC is applied
            // again.
            (true, true) => out.extend(normalized(text).flat_map(fold).nfkc()),
        }
    }
}

/// `DOT` replaces a dot in a token, `STAR` replaces the token `*`, and `GREATER` replaces the token
/// `>`. If a token already contains one of these four characters, `ESCAPE` is written before that
/// character.
const DOT: char = '\u{fdd0}';
const STAR: char = '\u{fdd1}';
const GREATER: char = '\u{fdd2}';
const ESCAPE: char = '\u{fdd3}';

/// Appends a token such that it is still one token and not a wildcard.
pub fn push_token(token: &str, out: &mut String) {
    match token {
        "*" => out.push(STAR),
        ">" => out.push(GREATER),
        _ => {
            for character in token.chars() {
                match character {
                    '.' => out.push(DOT),
                    DOT..=ESCAPE => out.extend([ESCAPE, character]),
                    other => out.push(other),
                }
            }
        }
    }
}

/// Returns the full default case folding of one character.
///
/// The character is converted to lower case, then to upper case, and then to lower case again.
/// Without the first conversion, the capital sharp s, which is its own upper case, would differ
/// from `ß`, whose upper case is `SS`. There are two exceptions:
///
/// - The dotless ı is unchanged, although its upper case is that of i.
/// - Cherokee letters fold to upper case.
fn fold(character: char) -> impl Iterator<Item = char> {
    let folded = match character {
        '\u{131}' | '\u{13a0}'..='\u{13f5}' => [Some(character), None, None],
        '\u{13f8}'..='\u{13fd}' | '\u{ab70}'..='\u{abbf}' => {
            [character.to_uppercase().next(), None, None]
        }
        _ => {
            let upper = character.to_lowercase().flat_map(char::to_uppercase);
            let mut folded = upper.flat_map(char::to_lowercase);
            [folded.next(), folded.next(), folded.next()]
        }
    };
    folded.into_iter().flatten()
}

/// Returns the characters of the normalized string, without case folding. The second NFKC composes
/// characters that were separated only by removed characters.
fn normalized(text: &str) -> impl Iterator<Item = char> + '_ {
    text.nfkc().filter(|character| !is_removed(*character)).map(digit).nfkc()
}

/// Returns whether a character is the tatweel or a nonspacing mark of the Arabic blocks
/// (Unicode 17).
const fn is_removed(character: char) -> bool {
    matches!(
        character,
        '\u{640}'
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
            | '\u{897}'..='\u{89f}'
            | '\u{8ca}'..='\u{8e1}'
            | '\u{8e3}'..='\u{8ff}'
    )
}

/// The zero of every run of ten decimal digits that NFKC does not change (general category
/// Nd, Unicode 17), in order.
const ZEROS: [char; 66] = [
    '\u{660}',
    '\u{6f0}',
    '\u{7c0}',
    '\u{966}',
    '\u{9e6}',
    '\u{a66}',
    '\u{ae6}',
    '\u{b66}',
    '\u{be6}',
    '\u{c66}',
    '\u{ce6}',
    '\u{d66}',
    '\u{de6}',
    '\u{e50}',
    '\u{ed0}',
    '\u{f20}',
    '\u{1040}',
    '\u{1090}',
    '\u{17e0}',
    '\u{1810}',
    '\u{1946}',
    '\u{19d0}',
    '\u{1a80}',
    '\u{1a90}',
    '\u{1b50}',
    '\u{1bb0}',
    '\u{1c40}',
    '\u{1c50}',
    '\u{a620}',
    '\u{a8d0}',
    '\u{a900}',
    '\u{a9d0}',
    '\u{a9f0}',
    '\u{aa50}',
    '\u{abf0}',
    '\u{104a0}',
    '\u{10d30}',
    '\u{10d40}',
    '\u{11066}',
    '\u{110f0}',
    '\u{11136}',
    '\u{111d0}',
    '\u{112f0}',
    '\u{11450}',
    '\u{114d0}',
    '\u{11650}',
    '\u{116c0}',
    '\u{116d0}',
    '\u{116da}',
    '\u{11730}',
    '\u{118e0}',
    '\u{11950}',
    '\u{11bf0}',
    '\u{11c50}',
    '\u{11d50}',
    '\u{11da0}',
    '\u{11de0}',
    '\u{11f50}',
    '\u{16a60}',
    '\u{16ac0}',
    '\u{16b50}',
    '\u{1e140}',
    '\u{1e2f0}',
    '\u{1e4f0}',
    '\u{1e5f1}',
    '\u{1e950}',
];

fn digit(character: char) -> char {
    let after = ZEROS.partition_point(|zero| *zero <= character);
    let zero = after.checked_sub(1).and_then(|at| ZEROS.get(at));
    let value = zero.map(|zero| u32::from(character) - u32::from(*zero));
    value.and_then(|value| char::from_digit(value, 10)).unwrap_or(character)
}

impl BinaryCodec for Normalization {
    fn write(&self, out: &mut Vec<u8>) {
        self.ignore_case.write(out);
        self.normalize.write(out);
        self.tokens.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let (ignore_case, normalize) = (bool::read(from)?, bool::read(from)?);
        Some(Self { ignore_case, normalize, tokens: bool::read(from)? })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::{Normalization, ZEROS, digit};

    const NORMALIZE_AND_IGNORE_CASE: Normalization =
        Normalization { ignore_case: true, normalize: true, tokens: false };
    const NORMALIZE: Normalization =
        Normalization { ignore_case: false, normalize: true, tokens: false };
    const IGNORE_CASE: Normalization =
        Normalization { ignore_case: true, normalize: false, tokens: false };

    #[test]
    fn the_zeros_are_sorted_and_each_starts_ten_digits() {
        assert!(ZEROS.is_sorted());
        for zero in ZEROS {
            for value in 0..10 {
                let character = char::from_u32(u32::from(zero) + value).unwrap();
                assert!(character.is_numeric(), "{character:?}");
                assert_eq!(digit(character).to_digit(10), Some(value));
            }
        }
        for other in ['a', '0', '9', '/', 'é', '\u{65f}', '\u{66a}', '½'] {
            assert_eq!(digit(other), other);
        }
    }

    #[test]
    fn normalization_unifies_digits_and_equivalent_forms() {
        assert_eq!(NORMALIZE.apply("٠٩ ۴ ५ ７ ② ﬁ"), "09 4 5 7 2 fi");
        assert_eq!(NORMALIZE.apply("مـرحـبا"), "مرحبا");
        assert_eq!(NORMALIZE.apply("مَرْحَبًا"), "مرحبا");
        assert_eq!(NORMALIZE.apply("e\u{301}"), "é");
        assert_eq!(NORMALIZE.apply("e\u{640}\u{301}"), "é");
        assert_eq!(NORMALIZE.apply("Ａ"), "A");
    }

    #[test]
    fn case_folding_follows_unicode() {
        assert_eq!(IGNORE_CASE.apply("ΟΔΟΣ οδος"), "οδοσ οδοσ");
        assert_eq!(IGNORE_CASE.apply("Straße STRASSE STRAẞE"), "strasse strasse strasse");
        assert_eq!(IGNORE_CASE.apply("ABC"), "abc");
        assert_eq!(NORMALIZE_AND_IGNORE_CASE.apply("ＡＢＣ"), "abc");
    }

    #[test]
    fn turkish_letters_use_the_default_unicode_case_folding() {
        assert_eq!(IGNORE_CASE.apply("ISPARTA"), "isparta");
        assert_eq!(IGNORE_CASE.apply("ısparta"), "ısparta");
        assert_eq!(IGNORE_CASE.apply("İzmir"), "i\u{307}zmir");
        assert_eq!(NORMALIZE_AND_IGNORE_CASE.apply("ı"), "ı");
        assert_eq!(IGNORE_CASE.apply("\u{ab70}\u{13a0}\u{13f8}"), "\u{13a0}\u{13a0}\u{13f0}");
    }

    #[test]
    fn tokens_are_split_before_they_are_normalized() {
        let tokens = Normalization { tokens: true, ..NORMALIZE_AND_IGNORE_CASE };
        assert_eq!(tokens.apply("Orders.ＥＵ"), "orders.eu");
        assert_eq!(tokens.apply("a.＊.*"), "a.\u{fdd1}.\u{fdd1}");
        assert_eq!(tokens.apply("a．b.＞"), "a\u{fdd0}b.\u{fdd2}");
        assert_eq!(tokens.apply("\u{fdd0}.a*"), "\u{fdd3}\u{fdd0}.a*");
    }

    #[test]
    fn every_character_folds_like_its_upper_and_lower_case() {
        // Only the dotless ı folds differently from its upper case.
        for character in ('\0'..='\u{1ffff}').filter(|character| *character != 'ı') {
            let folded = IGNORE_CASE.apply(&String::from(character));
            let (lower, upper) = (character.to_lowercase(), character.to_uppercase());
            assert_eq!(IGNORE_CASE.apply(&lower.collect::<String>()), folded, "{character:?}");
            assert_eq!(IGNORE_CASE.apply(&upper.collect::<String>()), folded, "{character:?}");
            assert_eq!(IGNORE_CASE.apply(&folded), folded, "{character:?}");
        }
    }

    #[test]
    fn normalization_is_idempotent() {
        for text in ["ǅ ŉ İ ΐ ﷺ ẖ ﬃ ᾳ ſ K Å ﹰ ﹱ", "e\u{640}\u{301}", "\u{1100}\u{640}\u{1161}"]
        {
            for normalization in [NORMALIZE_AND_IGNORE_CASE, NORMALIZE, IGNORE_CASE] {
                let once = normalization.apply(text);
                assert_eq!(normalization.apply(&once), once, "{text}");
            }
        }
    }
}
