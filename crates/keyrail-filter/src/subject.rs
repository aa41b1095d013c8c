//! Subjects, as in NATS: names that consist of tokens joined by dots, and patterns for such
//! names.
//!
//! No token of a subject is empty. In a pattern, `*` matches exactly one token, and `>`, which must
//! be the last token, matches one or more tokens. Patterns match only subjects, and no other
//! strings.

use alloc::string::String;
use alloc::vec::Vec;

use crate::ErrorKind;
use crate::normalization::{Normalization, push_token};

/// Checks a pattern.
///
/// # Errors
///
/// `route.malformed_subject`.
pub fn check(pattern: &str) -> Result<(), ErrorKind> {
    let mut tokens = pattern.split('.').peekable();
    while let Some(token) = tokens.next() {
        let is_last = tokens.peek().is_none();
        let is_wild = matches!(token, "*" | ">");
        let is_valid = match token {
            "" => false,
            ">" => is_last,
            _ => is_wild || !token.contains(['*', '>']),
        };
        if !is_valid || token.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(ErrorKind::MalformedSubject);
        }
    }
    Ok(())
}

/// Checks a pattern, and returns it with its tokens normalized.
///
/// # Errors
///
/// `route.malformed_subject`.
pub fn parse(source: &str, normalization: Normalization) -> Result<String, ErrorKind> {
    check(source)?;
    if !normalization.tokens {
        return Ok(normalization.apply(source));
    }
    let token_normalization = Normalization { tokens: false, ..normalization };
    let mut pattern = String::new();
    for (index, token) in source.split('.').enumerate() {
        pattern.push_str(if index > 0 { "." } else { "" });
        if matches!(token, "*" | ">") {
            pattern.push_str(token);
            continue;
        }
        let token = token_normalization.apply(token);
        if token.is_empty() || token.contains(char::is_whitespace) {
            return Err(ErrorKind::MalformedSubject);
        }
        push_token(&token, &mut pattern);
    }
    Ok(pattern)
}

/// Returns whether the string is a subject that the pattern matches.
pub fn matches(pattern: &str, text: &str) -> bool {
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

/// Returns whether the pattern `wide` matches every subject that `narrow` matches.
pub fn covers(wide: &str, narrow: &str) -> bool {
    let mut tokens = narrow.split('.');
    for wanted in wide.split('.') {
        let Some(token) = tokens.next() else { return false };
        match wanted {
            ">" => return true,
            "*" if token != ">" => {}
            _ if wanted == token => {}
            _ => return false,
        }
    }
    tokens.next().is_none()
}

/// Returns a pattern that matches exactly the subjects that both patterns match, or `None` if there
/// are no such subjects.
pub fn intersection(a: &str, b: &str) -> Option<String> {
    let (mut a_tokens, mut b_tokens) = (a.split('.').peekable(), b.split('.').peekable());
    let mut common = Vec::new();
    loop {
        let (a, b) = match (a_tokens.peek().copied(), b_tokens.peek().copied()) {
            (None, None) => return Some(common.join(".")),
            (Some(a), Some(b)) => (a, b),
            _ => return None,
        };
        match (a, b) {
            (">", _) => common.extend(b_tokens.by_ref()),
            (_, ">") => common.extend(a_tokens.by_ref()),
            ("*", token) | (token, "*") => common.push(token),
            _ if a == b => common.push(a),
            _ => return None,
        }
        if a == ">" || b == ">" {
            return Some(common.join("."));
        }
        a_tokens.next();
        b_tokens.next();
    }
}

/// Returns whether a pattern matches only one subject.
pub fn is_literal(pattern: &str) -> bool {
    !pattern.split('.').any(|token| matches!(token, "*" | ">"))
}

/// Returns whether a string consists of non-empty tokens joined by dots.
pub fn is_subject(text: &str) -> bool {
    text.split('.').all(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{check, covers, intersection, is_literal, matches};

    const PATTERNS: [&str; 11] =
        ["a", "a.b", "*", ">", "a.*", "*.b", "a.>", "*.>", "a.*.c", "*.*", "a.b.c"];

    #[test]
    fn covers_and_intersection_agree_with_matching() {
        let texts = ["x", "a", "a.b", "a.x", "x.b", "x.x", "a.b.c", "a.x.c", "a.x.x", "x.x.x.x"];
        for wide in PATTERNS {
            for narrow in PATTERNS {
                let expected =
                    texts.iter().all(|text| !matches(narrow, text) || matches(wide, text));
                assert_eq!(covers(wide, narrow), expected, "{wide} {narrow}");
                let both = |text: &str| matches(narrow, text) && matches(wide, text);
                let intersection = intersection(wide, narrow);
                assert_eq!(
                    intersection.is_some(),
                    texts.iter().any(|text| both(text)),
                    "{wide} {narrow}"
                );
                for text in texts {
                    let takes = intersection.as_ref().is_some_and(|pattern| matches(pattern, text));
                    assert_eq!(takes, both(text), "{wide} {narrow} {text}");
                }
            }
        }
    }

    #[test]
    fn patterns_follow_the_nats_syntax() {
        for valid in ["a", "a.b", "*", ">", "a.*.c", "a.>", "*.>", "*.*"] {
            assert!(check(valid).is_ok(), "{valid}");
        }
        for invalid in ["", ".", "a.", ".a", "a..b", ">.a", "a.>.b", "a*", "a.b>", "a b", "a.\n"] {
            assert!(check(invalid).is_err(), "{invalid}");
        }
    }

    #[test]
    fn a_star_matches_one_token_and_a_greater_than_sign_matches_one_or_more() {
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
    fn a_pattern_without_wildcards_is_literal() {
        for (pattern, expected) in [("a.b", true), ("a.*.c", false), ("a.>", false), ("*", false)] {
            assert_eq!(is_literal(pattern), expected, "{pattern}");
        }
    }
}
