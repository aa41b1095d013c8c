//! Masking: what of a header, a sender or a text may be seen.
//!
//! Whatever strangers wrote also loses its control characters here, so that
//! it cannot play with the terminal.

use keyrail::MASK;
use keyrail::key::KeyFormat;
use keyrail::platform::Platform;
use keyrail::redact::is_credential_header;

/// How many characters of a text are shown.
const TEXT: usize = 48;

/// A request's credential headers, their secrets masked. Other headers go by
/// their names alone.
pub fn headers(platform: &Platform, headers: &[(String, String)]) -> String {
    let known = |name: &str| {
        let mut names = platform.schemes().flat_map(|(_, scheme)| scheme.header_names());
        is_credential_header(name) || names.any(|other| other.eq_ignore_ascii_case(name))
    };
    let shown = headers.iter().map(|(name, value)| match known(name) {
        true => format!("{}: {}", clean(name), credential(value)),
        false => clean(name),
    });
    match headers {
        [] => "(no headers)".into(),
        _ => shown.collect::<Vec<_>>().join("  "),
    }
}

/// A credential with the scheme word before it, if it is a usual one: an
/// unusual word may be the key itself.
fn credential(value: &str) -> String {
    let word = value.split(' ').next().filter(|word| {
        ["Bearer", "Basic", "x-api-key"].iter().any(|usual| usual.eq_ignore_ascii_case(word))
    });
    let (word, rest) = match word {
        Some(word) if word.len() < value.len() => (format!("{word} "), &value[word.len()..]),
        _ => (String::new(), value),
    };
    let keys: Vec<String> = rest.split(',').map(|key| self::key(key.trim())).collect();
    format!("{word}{}", keys.join(", "))
}

/// A key of Keyrail's own format by its public part, anything else by nothing.
fn key(text: &str) -> String {
    match KeyFormat::keyrail().parse(text) {
        Ok(key) => key.mask().to_string(),
        Err(_) => MASK.into(),
    }
}

/// A sender: enough to tell two of them apart.
pub fn sender(text: &str) -> String {
    let characters: Vec<char> = clean(text).chars().collect();
    match characters.as_slice() {
        [a, b, c, .., y, z] if characters.len() >= 8 => format!("{a}{b}{c}••••{y}{z}"),
        _ => MASK.into(),
    }
}

/// The beginning of a text in quotes, keys in it masked.
pub fn text(text: &str) -> String {
    let masked = clean(&without_keys(text));
    let shown: String = masked.chars().take(TEXT).collect();
    let rest = if shown.len() < masked.len() { "…" } else { "" };
    format!("“{shown}{rest}”")
}

/// The text with every word masked that looks like a key of Keyrail's own
/// format, be it one or not.
fn without_keys(text: &str) -> String {
    let in_key = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let pieces = text.split_inclusive(|c| !in_key(c));
    let masked = pieces.map(|piece| {
        let word = piece.trim_end_matches(|c| !in_key(c));
        match word.find("kr_") {
            Some(start) if word.len() - start > 20 => {
                format!("{}{}{}", &word[..start], key(&word[start..]), &piece[word.len()..])
            }
            _ => piece.into(),
        }
    });
    masked.collect()
}

/// The text with a dot for every control character and for every character
/// that turns the direction of writing.
pub fn clean(text: &str) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let breaks = |c: char| matches!(c, '\u{2028}' | '\u{2029}');
    text.chars().map(|c| if c.is_control() || turns(c) || breaks(c) { '·' } else { c }).collect()
}

/// The beginning of a long technical value, such as a signature.
pub fn short(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// A URL without what is in its query.
pub fn url(url: &str) -> String {
    match url.split_once('?') {
        Some((start, _)) => format!("{start}?…"),
        None => url.into(),
    }
}
