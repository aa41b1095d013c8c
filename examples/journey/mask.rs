//! Masking: the parts of a header, a sender or a text that may be shown.
//!
//! Control characters in untrusted input are replaced here too, so that the input cannot
//! control the terminal.

use keyrail::MASK;
use keyrail::key::KeyFormat;
use keyrail::platform::Platform;
use keyrail::redact::is_credential_header;

/// The number of characters of a text that are shown.
const MAX_TEXT: usize = 48;

/// Returns a request's headers. The values of credential headers are masked. The values of other
/// headers are not shown.
pub fn headers(platform: &Platform, headers: &[(String, String)]) -> String {
    let is_credential = |name: &str| {
        let mut names = platform.schemes().flat_map(|(_, scheme)| scheme.header_names());
        is_credential_header(name) || names.any(|other| other.eq_ignore_ascii_case(name))
    };
    let shown = headers.iter().map(|(name, value)| match is_credential(name) {
        true => format!("{}: {}", clean(name), credential(value)),
        false => clean(name),
    });
    match headers {
        [] => "(no headers)".into(),
        _ => shown.collect::<Vec<_>>().join("  "),
    }
}

/// Masks a credential, but not a well-known scheme word before it. Any other word may be a
/// part of the key.
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

/// Masks a key. If the key has Keyrail's own format, its public part is shown. Any other key is
/// masked completely.
fn key(text: &str) -> String {
    match KeyFormat::keyrail().parse(text) {
        Ok(key) => key.mask().to_string(),
        Err(_) => MASK.into(),
    }
}

/// Masks a sender. Of a sender of eight or more characters, the first three and the last two are
/// shown, so that senders can usually be distinguished.
pub fn sender(text: &str) -> String {
    let characters: Vec<char> = clean(text).chars().collect();
    match characters.as_slice() {
        [a, b, c, .., y, z] if characters.len() >= 8 => format!("{a}{b}{c}••••{y}{z}"),
        _ => MASK.into(),
    }
}

/// Returns the beginning of a text, with quotes around it and with all keys masked.
pub fn text(text: &str) -> String {
    let masked = clean(&without_keys(text));
    let shown: String = masked.chars().take(MAX_TEXT).collect();
    let rest = if shown.len() < masked.len() { "…" } else { "" };
    format!("“{shown}{rest}”")
}

/// Masks every word that looks like a key of Keyrail's own format, valid or not.
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

/// Replaces every control character, line separator and change of the writing direction by a
/// dot.
pub fn clean(text: &str) -> String {
    let is_direction = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let is_separator = |c: char| matches!(c, '\u{2028}' | '\u{2029}');
    text.chars()
        .map(|c| if c.is_control() || is_direction(c) || is_separator(c) { '·' } else { c })
        .collect()
}

/// Shortens a long technical value, such as a signature.
pub fn short(text: &str, length: usize) -> String {
    match text.char_indices().nth(length) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// Returns a URL without the content of its query.
pub fn url(url: &str) -> String {
    match url.split_once('?') {
        Some((start, _)) => format!("{start}?…"),
        None => url.into(),
    }
}
