//! Subjects: dotted names and patterns over them, as NATS has them.
//!
//! A subject is a list of tokens that are not empty, joined by dots. In a
//! pattern `*` stands for exactly one token, and `>`, which stands last, for
//! one or more. What is no subject matches no pattern.

use crate::ErrorKind;

/// Checks a pattern.
pub(crate) fn check(pattern: &str) -> Result<(), ErrorKind> {
    let mut tokens = pattern.split('.').peekable();
    while let Some(token) = tokens.next() {
        let is_last = tokens.peek().is_none();
        let is_wild = matches!(token, "*" | ">");
        let is_sound = match token {
            "" => false,
            ">" => is_last,
            _ => is_wild || !token.contains(['*', '>']),
        };
        if !is_sound || token.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(ErrorKind::MalformedSubject);
        }
    }
    Ok(())
}

/// Whether the text is a subject that the pattern takes.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let mut tokens = text.split('.');
    for wanted in pattern.split('.') {
        let Some(token) = tokens.next().filter(|token| !token.is_empty()) else { return false };
        match wanted {
            ">" => return tokens.all(|token| !token.is_empty()),
            "*" => {}
            _ if wanted == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

/// What stands before the pattern's first `*` or `>`; all of it, if none does.
pub(crate) fn literal_start(pattern: &str) -> &str {
    let mut start = 0;
    for token in pattern.split_inclusive('.') {
        if matches!(token, "*" | ">" | "*.") {
            return pattern.get(..start).unwrap_or_default();
        }
        start += token.len();
    }
    pattern
}

#[cfg(test)]
mod tests {
    use super::{check, literal_start, matches};

    #[test]
    fn patterns_are_as_nats_has_them() {
        for sound in ["a", "a.b", "*", ">", "a.*.c", "a.>", "*.>", "*.*"] {
            assert!(check(sound).is_ok(), "{sound}");
        }
        for faulty in ["", ".", "a.", ".a", "a..b", ">.a", "a.>.b", "a*", "a.b>", "a b", "a.\n"] {
            assert!(check(faulty).is_err(), "{faulty}");
        }
    }

    #[test]
    fn a_star_is_one_token_and_a_greater_than_one_or_more() {
        for (pattern, text, expected) in [
            ("a.b", "a.b", true),
            ("a.b", "a.B", false),
            ("a.*", "a.b", true),
            ("a.*", "a", false),
            ("a.*", "a.b.c", false),
            ("a.>", "a.b.c", true),
            ("a.>", "a", false),
            ("*.b", "a.b", true),
            (">", "a", true),
            ("a.*", "a.", false),
            ("a.>", "a.b.", false),
            (">", "", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn the_literal_start_ends_before_the_first_wild_token() {
        for (pattern, start) in
            [("a.b", "a.b"), ("a.*.c", "a."), ("a.>", "a."), ("*.a", ""), (">", "")]
        {
            assert_eq!(literal_start(pattern), start);
        }
    }
}
