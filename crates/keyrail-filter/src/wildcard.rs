//! Wildcards: patterns in which `*` matches any characters, even none,
//! and `\` escapes a `*` or a `\`.

use alloc::string::String;

use crate::ErrorKind;
use crate::normalization::Normalization;

/// The maximum length of a wildcard, as written, in bytes.
pub const MAX_WILDCARD: usize = 256;
/// The maximum number of stars in a wildcard.
pub const MAX_STARS: usize = 16;

/// Checks a wildcard, and returns it with its literal pieces normalized.
///
/// # Errors
///
/// `route.wildcard_too_long`, `route.too_many_stars`, `route.malformed_wildcard`,
/// `route.empty_value`.
pub fn parse(source: &str, normalization: Normalization) -> Result<String, ErrorKind> {
    if source.len() > MAX_WILDCARD {
        return Err(ErrorKind::WildcardTooLong);
    }
    let (mut pattern, mut piece, mut stars) = (String::new(), String::new(), 0);
    let mut characters = source.chars();
    while let Some(character) = characters.next() {
        match character {
            '*' => {
                stars += 1;
                write_piece(&mut piece, normalization, &mut pattern);
                pattern.push('*');
            }
            '\\' => match characters.next() {
                Some(escaped @ ('*' | '\\')) => piece.push(escaped),
                _ => return Err(ErrorKind::MalformedWildcard),
            },
            other => piece.push(other),
        }
    }
    if stars > MAX_STARS {
        return Err(ErrorKind::TooManyStars);
    }
    write_piece(&mut piece, normalization, &mut pattern);
    if pattern.is_empty() { Err(ErrorKind::EmptyValue) } else { Ok(pattern) }
}

fn write_piece(piece: &mut String, normalization: Normalization, pattern: &mut String) {
    for character in normalization.apply(piece).chars() {
        if matches!(character, '*' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    piece.clear();
}

/// An iterator over the literal pieces of a pattern: before the first star, between the stars, and
/// after the last star. A piece may be empty.
pub(crate) struct Pieces<'p> {
    rest: Option<&'p str>,
}

/// A literal piece as it is written in the pattern, with `\` before each escaped character.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'p>(&'p str);

pub fn pieces(pattern: &str) -> Pieces<'_> {
    Pieces { rest: Some(pattern) }
}

impl<'p> Iterator for Pieces<'p> {
    type Item = Piece<'p>;

    fn next(&mut self) -> Option<Piece<'p>> {
        let rest = self.rest?;
        let mut escaped = false;
        let star = rest.bytes().position(|byte| {
            let is_star = byte == b'*' && !escaped;
            escaped = byte == b'\\' && !escaped;
            is_star
        });
        let (piece, rest) = match star {
            Some(at) => (rest.get(..at)?, rest.get(at + 1..)),
            None => (rest, None),
        };
        self.rest = rest;
        Some(Piece(piece))
    }
}

/// Returns the non-empty pieces between the first and the last star. A string that matches contains
/// them in this order, after the pattern's first piece and before its last.
pub fn inner(pattern: &str) -> impl Iterator<Item = Piece<'_>> {
    let last = pieces(pattern).count().saturating_sub(1);
    let pieces = pieces(pattern).enumerate().filter(move |(at, _)| (1..last).contains(at));
    pieces.map(|(_, piece)| piece).filter(|piece| !piece.0.is_empty())
}

/// Returns the prefix and the suffix that all matching strings have: the literal piece before the
/// first star and the one after the last star. If the pattern has no star, each is the whole
/// pattern without escapes.
pub fn ends(pattern: &str) -> (String, String) {
    let literal = |piece: Option<Piece<'_>>| piece.map(|piece| piece.literal().into_owned());
    let (first, last) = (pieces(pattern).next(), pieces(pattern).last());
    (literal(first).unwrap_or_default(), literal(last).unwrap_or_default())
}

impl<'p> Piece<'p> {
    /// Returns the piece without escapes.
    pub fn literal(self) -> alloc::borrow::Cow<'p, str> {
        if !self.0.contains('\\') {
            return self.0.into();
        }
        let mut text = String::with_capacity(self.0.len());
        let mut characters = self.0.chars();
        while let Some(character) = characters.next() {
            text.extend(if character == '\\' { characters.next() } else { Some(character) });
        }
        text.into()
    }
}

/// Returns whether the pattern matches the string. Each piece is searched for once, after
/// the end of the previous one, so the time is linear in the length of the string.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut pieces = pieces(pattern);
    let Some(first) = pieces.next() else { return false };
    let first = first.literal();
    let Some(mut rest) = text.strip_prefix(&*first) else { return false };
    let Some(mut last) = pieces.next() else { return rest.is_empty() };
    for next in pieces {
        let piece = last.literal();
        let Some(found) = rest.find(&*piece).and_then(|at| rest.get(at + piece.len()..)) else {
            return false;
        };
        rest = found;
        last = next;
    }
    rest.ends_with(&*last.literal())
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::{MAX_STARS, MAX_WILDCARD, matches, parse, pieces};
    use crate::ErrorKind;
    use crate::normalization::Normalization;

    fn parse_plain(source: &str) -> Result<String, ErrorKind> {
        parse(source, Normalization::default())
    }

    #[test]
    fn the_limits_are_exact() {
        assert!(parse_plain(&"a".repeat(MAX_WILDCARD)).is_ok());
        assert_eq!(parse_plain(&"a".repeat(MAX_WILDCARD + 1)), Err(ErrorKind::WildcardTooLong));
        assert!(parse_plain(&"a*".repeat(MAX_STARS)).is_ok());
        assert_eq!(parse_plain(&"a*".repeat(MAX_STARS + 1)), Err(ErrorKind::TooManyStars));
        assert_eq!(parse_plain(&"*".repeat(40)), Err(ErrorKind::TooManyStars));
    }

    #[test]
    fn a_backslash_escapes_only_a_star_or_a_backslash() {
        assert_eq!(parse_plain(r"a\*b\\"), Ok(r"a\*b\\".into()));
        for malformed in [r"\a", r"a\", r"\", r"*\n"] {
            assert_eq!(parse_plain(malformed), Err(ErrorKind::MalformedWildcard), "{malformed}");
        }
        let literals: Vec<String> =
            pieces(r"a\*b*\\*").map(|piece| piece.literal().into_owned()).collect();
        assert_eq!(literals, ["a*b", "\\", ""]);
    }

    #[test]
    fn a_star_matches_any_run_of_characters() {
        for (pattern, text, expected) in [
            ("a*c", "abc", true),
            ("a*c", "ac", true),
            ("a*c", "acb", false),
            ("a*a", "a", false),
            ("*", "", true),
            ("**", "x", true),
            ("a", "ab", false),
            ("*b*", "abc", true),
            ("*ab*ab", "abab", true),
            ("*ab*ab", "ab", false),
            (r"\*", "*", true),
            (r"\*", "x", false),
            ("a*é", "aüé", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn sixteen_stars_on_a_hostile_string_take_linear_time() {
        // Every piece except the last matches everywhere, so a search that tried every length
        // for every star would not finish.
        let pattern = format!("{}b", "aaaaaaaaaaaaaa*".repeat(MAX_STARS));
        let text = "a".repeat(64 * 1024);
        for _ in 0..100 {
            assert!(!matches(&pattern, &text));
        }
    }
}
