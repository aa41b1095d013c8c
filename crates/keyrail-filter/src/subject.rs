//! Subjects: dotted names and patterns over them, as NATS has them.
//!
//! A subject is a list of tokens that are not empty, joined by dots. In a
//! pattern `*` stands for exactly one token, and `>`, which is last, for
//! one or more. A string that is not a subject matches no pattern.

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

/// Checks a pattern and brings its tokens into the mode, each by itself.
///
/// # Errors
///
/// `route.malformed_subject`.
pub fn parse(written: &str, normalization: Normalization) -> Result<String, ErrorKind> {
    check(written)?;
    if !normalization.tokens {
        return Ok(normalization.apply(written));
    }
    let of_tokens = Normalization { tokens: false, ..normalization };
    let mut pattern = String::new();
    for (index, token) in written.split('.').enumerate() {
        pattern.push_str(if index > 0 { "." } else { "" });
        if matches!(token, "*" | ">") {
            pattern.push_str(token);
            continue;
        }
        let token = of_tokens.apply(token);
        if token.is_empty() || token.contains(char::is_whitespace) {
            return Err(ErrorKind::MalformedSubject);
        }
        push_token(&token, &mut pattern);
    }
    Ok(pattern)
}

/// Returns whether the text is a subject that the pattern takes.
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

/// Returns whether one pattern matches every subject that the other matches.
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

/// Returns a pattern of the subjects that both patterns take, if there are any.
pub fn meet(a: &str, b: &str) -> Option<String> {
    let (mut of_a, mut of_b) = (a.split('.').peekable(), b.split('.').peekable());
    let mut met = Vec::new();
    loop {
        let (a, b) = match (of_a.peek().copied(), of_b.peek().copied()) {
            (None, None) => return Some(met.join(".")),
            (Some(a), Some(b)) => (a, b),
            _ => return None,
        };
        match (a, b) {
            (">", _) => met.extend(of_b.by_ref()),
            (_, ">") => met.extend(of_a.by_ref()),
            ("*", token) | (token, "*") => met.push(token),
            _ if a == b => met.push(a),
            _ => return None,
        }
        if a == ">" || b == ">" {
            return Some(met.join("."));
        }
        of_a.next();
        of_b.next();
    }
}

/// Returns whether a pattern matches only one subject.
pub fn is_literal(pattern: &str) -> bool {
    !pattern.split('.').any(|token| matches!(token, "*" | ">"))
}

/// Returns whether a text is tokens, none empty, joined by dots.
pub fn is_subject(text: &str) -> bool {
    text.split('.').all(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{check, covers, is_literal, matches, meet};

    const PATTERNS: [&str; 11] =
        ["a", "a.b", "*", ">", "a.*", "*.b", "a.>", "*.>", "a.*.c", "*.*", "a.b.c"];

    #[test]
    fn covers_and_meet_agree_with_matching() {
        let texts = ["x", "a", "a.b", "a.x", "x.b", "x.x", "a.b.c", "a.x.c", "a.x.x", "x.x.x.x"];
        for wide in PATTERNS {
            for narrow in PATTERNS {
                let expected =
                    texts.iter().all(|text| !matches(narrow, text) || matches(wide, text));
                assert_eq!(covers(wide, narrow), expected, "{wide} {narrow}");
                let both = |text: &str| matches(narrow, text) && matches(wide, text);
                let met = meet(wide, narrow);
                assert_eq!(met.is_some(), texts.iter().any(|text| both(text)), "{wide} {narrow}");
                for text in texts {
                    let takes = met.as_ref().is_some_and(|met| matches(met, text));
                    assert_eq!(takes, both(text), "{wide} {narrow} {text}");
                }
            }
        }
    }

    #[test]
    fn patterns_follow_the_nats_syntax() {
        for sound in ["a", "a.b", "*", ">", "a.*.c", "a.>", "*.>", "*.*"] {
            assert!(check(sound).is_ok(), "{sound}");
        }
        for faulty in ["", ".", "a.", ".a", "a..b", ">.a", "a.>.b", "a*", "a.b>", "a b", "a.\n"] {
            assert!(check(faulty).is_err(), "{faulty}");
        }
    }

    #[test]
    fn a_star_matches_one_token_and_a_greater_than_one_or_more() {
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
