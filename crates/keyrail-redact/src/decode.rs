//! Decoding: the characters of a text, whether they are escaped or not.
//!
//! A credential in a log has often been encoded once or twice: `%5F` and `%255F` in a query (RFC
//! 3986, section 2.1), `\u005f`, `\/` and `\"` in JSON (RFC 8259, section 7), `\x22` by nginx. The
//! rules compare decoded characters. Each decoded character also records how it was written.

use crate::masked::contains_mask;
use crate::prefix_table::PrefixTable;
use crate::view::SHORTEST_SECRET;
use crate::view::{Incomplete, View};

/// The maximum number of backslashes that are read as one run.
pub(crate) const MAX_SLASHES: usize = 64;

/// The control character ESC.
const ESCAPE: u8 = 0x1b;
/// The maximum length of the parameters in a colour sequence of a terminal (ECMA-48,
/// section 8.3.117).
const LONGEST_COLOUR: usize = 24;

/// The maximum number of times that a percent-escape is decoded.
const MAX_LEVEL: u8 = 4;

/// How a character is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As itself, or as the letter of an escape, after this many backslashes: `"`, `\"`, `\n`.
    Raw(u8),
    /// As its code, after this many backslashes: `\u0022`, `\x22`.
    Escape(u8),
    /// Percent-encoded this many times: `%22`, `%2522`.
    Percent(u8),
}

impl Form {
    /// Returns how many times the character is percent-encoded.
    pub(crate) const fn level(self) -> u8 {
        match self {
            Self::Percent(level) => level,
            Self::Raw(_) | Self::Escape(_) => 0,
        }
    }

    /// Returns the number of backslashes before the character.
    pub(crate) const fn slashes(self) -> u8 {
        match self {
            Self::Raw(count) | Self::Escape(count) => count,
            Self::Percent(_) => 0,
        }
    }
}

/// A decoded character, and the index of the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DecodedChar {
    pub byte: u8,
    pub next: usize,
    pub form: Form,
}

/// Returns the decoded character at an index, or `None` at the end of the text. Each byte
/// of a character that is not ASCII counts as a character.
#[inline]
pub(crate) fn char_at(view: &View<'_>, index: usize) -> Result<Option<DecodedChar>, Incomplete> {
    let decoded = match view.at(index)? {
        None => return Ok(None),
        Some(b'%') => percent_escape(view, index)?,
        Some(b'\\') => backslash_escape(view, index)?,
        Some(byte) => DecodedChar { byte, next: index + 1, form: Form::Raw(0) },
    };
    match decoded.byte {
        ESCAPE => colour_sequence(view, decoded).map(Some),
        _ => Ok(Some(decoded)),
    }
}

/// Reads the terminal sequence that starts with ESC. A sequence that sets the colour, clears the
/// line or a part of it, or selects the ASCII character set is read as a space.
fn colour_sequence(view: &View<'_>, escape: DecodedChar) -> Result<DecodedChar, Incomplete> {
    match view.at(escape.next)? {
        Some(b'[') => {}
        Some(b'(') if view.at(escape.next + 1)? == Some(b'B') => {
            return Ok(DecodedChar { byte: b' ', next: escape.next + 2, ..escape });
        }
        _ => return Ok(escape),
    }
    let start = escape.next + 1;
    let end = start + view.run_length(start, LONGEST_COLOUR, is_colour_byte)?;
    Ok(match view.at(end)? {
        Some(b'm' | b'K') => DecodedChar { byte: b' ', next: end + 1, ..escape },
        _ => escape,
    })
}

const fn is_colour_byte(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b';' | b':')
}

/// Decodes the percent-escape here. A percent sign without two hexadecimal digits after it is
/// read literally.
fn percent_escape(view: &View<'_>, index: usize) -> Result<DecodedChar, Incomplete> {
    let Some(mut byte) = hex_pair(view, index + 1)? else {
        return Ok(DecodedChar { byte: b'%', next: index + 1, form: Form::Raw(0) });
    };
    let (mut next, mut level) = (index + 3, 1);
    while byte == b'%' && level < MAX_LEVEL {
        let Some(inner) = hex_pair(view, next)? else { break };
        (byte, next, level) = (inner, next + 2, level + 1);
    }
    Ok(DecodedChar { byte, next, form: Form::Percent(level) })
}

/// Decodes the escape that starts with the run of backslashes here.
fn backslash_escape(view: &View<'_>, index: usize) -> Result<DecodedChar, Incomplete> {
    let count = view.run_length(index, MAX_SLASHES, |byte| byte == b'\\')?;
    let end = index + count;
    let depth = u8::try_from(count).unwrap_or(u8::MAX);
    let raw = |byte, next| Ok(DecodedChar { byte, next, form: Form::Raw(depth) });
    if count == MAX_SLASHES {
        return raw(b'\\', end);
    }
    let letter = view.at(end)?;
    if matches!(letter, Some(b'n' | b'r' | b't'))
        && let Some(prefixes) = view.prefixes
        && starts_prefix(prefixes, view, end)?
    {
        return raw(b'\\', end);
    }
    match letter {
        Some(byte @ (b'/' | b'"' | b'\'' | b'`')) => raw(byte, end + 1),
        Some(b'n') => raw(b'\n', end + 1),
        Some(b'r') => raw(b'\r', end + 1),
        Some(b't') => raw(b'\t', end + 1),
        Some(letter @ (b'u' | b'x')) => {
            let digits = if letter == b'u' { end + 3 } else { end + 1 };
            let is_ascii = letter == b'x' || view.has(end + 1, b"00")?;
            match if is_ascii { hex_pair(view, digits)? } else { None } {
                Some(byte) if byte.is_ascii() => {
                    Ok(DecodedChar { byte, next: digits + 2, form: Form::Escape(depth) })
                }
                _ => raw(b'\\', end),
            }
        }
        _ => raw(b'\\', end),
    }
}

/// Returns the byte that two hexadecimal digits encode.
fn hex_pair(view: &View<'_>, index: usize) -> Result<Option<u8>, Incomplete> {
    let Some(high) = view.at(index)?.and_then(hex_digit) else { return Ok(None) };
    let Some(low) = view.at(index + 1)?.and_then(hex_digit) else { return Ok(None) };
    Ok(Some(high << 4 | low))
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Returns the decoded character that ends directly before an index, and its start.
pub(crate) fn char_before(view: &View<'_>, end: usize) -> Option<(u8, usize)> {
    let colour = match view.before(end) {
        Some(b'm' | b'K') => colour_start(view, end - 1),
        Some(b'B') if view.ends_with(end, b"(B") => single_char_before(view, end - 2)
            .and_then(|(byte, start)| (byte == ESCAPE).then_some(start)),
        _ => None,
    };
    if let Some(start) = colour {
        return Some((b' ', start));
    }
    single_char_before(view, end)
}

/// Returns the start of the colour sequence whose last letter is at an index.
fn colour_start(view: &View<'_>, letter: usize) -> Option<usize> {
    let mut at = letter;
    for _ in 0..=LONGEST_COLOUR {
        match view.before(at)? {
            b'[' => {
                let (byte, start) = single_char_before(view, at - 1)?;
                return (byte == ESCAPE).then_some(start);
            }
            byte if is_colour_byte(byte) => at -= 1,
            _ => break,
        }
    }
    None
}

/// Returns the decoded character that ends directly before an index, and its start. Colour
/// sequences are not read as one character.
fn single_char_before(view: &View<'_>, end: usize) -> Option<(u8, usize)> {
    let last = view.before(end)?;
    if let Some(low) = hex_digit(last)
        && let Some(high) = view.before(end - 1).and_then(hex_digit)
        && let Some(start) = escape_start(view, end - 2)
    {
        return Some((high << 4 | low, start));
    }
    Some((last, end - 1))
}

/// Returns the start of the escape whose two hexadecimal digits are at an index.
fn escape_start(view: &View<'_>, digits: usize) -> Option<usize> {
    let mut at = digits;
    for _ in 0..MAX_LEVEL {
        match view.before(at)? {
            b'%' => return Some(at - 1),
            b'5' if view.before(at - 1) == Some(b'2') => at -= 2,
            _ => break,
        }
    }
    let letter = match view.before(digits)? {
        b'x' => digits - 1,
        b'0' if view.ends_with(digits, b"u00") => digits - 3,
        _ => return None,
    };
    let start = slashes_start(view, letter);
    (start < letter).then_some(start)
}

/// Returns the start of the run of backslashes that ends directly before an index.
pub(crate) fn slashes_start(view: &View<'_>, end: usize) -> usize {
    let is_slash = |index: &usize| view.before(*index) == Some(b'\\');
    end - (0..MAX_SLASHES).take_while(|count| is_slash(&(end - count))).count()
}

/// Returns whether a quote after `found` backslashes closes a string that was opened by a
/// quote after `opened` backslashes.
///
/// If a JSON string is nested in n other JSON strings, each of its two enclosing quotes is written
/// after 2^n - 1 backslashes. A backslash of its content is written as 2^(n+1) backslashes. A quote
/// after fewer backslashes than the opening quote closes one of the outer strings.
pub(crate) const fn closes_string(found: u8, opened: u8) -> bool {
    found <= opened || found as u16 % (2 * (opened as u16 + 1)) == opened as u16
}

/// Returns whether a quote after `=` opens the value of a parameter. The quote may instead
/// close a string that ends in the padding of base64.
pub(crate) fn opens_parameter(view: &View<'_>, quote: DecodedChar) -> Result<bool, Incomplete> {
    let after = char_at(view, quote.next)?;
    let is_delimiter =
        |byte: u8| byte <= b' ' || matches!(byte, b',' | b';' | b')' | b']' | b'}' | b':');
    Ok(after.is_some_and(|after| !is_delimiter(after.byte)))
}

/// Returns whether a quote after a blank opens credentials. The quote may instead close the string
/// that contains the blank. If the next character does not show that the quote opens credentials,
/// the same quote must follow on the same line, at least [`SHORTEST_SECRET`] bytes later, or the
/// line must continue for 512 bytes without it.
pub(crate) fn opens_credentials(view: &View<'_>, quote: DecodedChar) -> Result<bool, Incomplete> {
    const LONGEST: usize = 512;
    if opens_parameter(view, quote)? {
        return Ok(true);
    }
    let is_inside = |byte: u8| byte != quote.byte && !is_line_break(byte);
    let end = quote.next + view.run_length(quote.next, LONGEST, is_inside)?;
    let inside = view.slice(quote.next, end);
    // If the content includes a mask, the text was already redacted. That earlier redaction did not
    // read the quote as the start of credentials.
    Ok(inside.len() >= SHORTEST_SECRET
        && (inside.len() == LONGEST || view.at(end)? == Some(quote.byte))
        && !contains_mask(inside))
}

/// A quote, and the number of backslashes before it.
pub(crate) type Quote = (u8, u8);

/// Returns whether a character is the quote that ends the string around a value.
pub(crate) fn is_outer_quote(found: DecodedChar, outer: Option<Quote>) -> bool {
    outer.is_some_and(|(quote, slashes)| {
        found.byte == quote && matches!(found.form, Form::Raw(count) if count <= slashes)
    })
}

pub(crate) const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

/// Returns whether a byte is a blank: a space or a tab.
pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(crate) const fn is_line_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// Returns whether a byte is white space of JSON (RFC 8259, section 2).
pub(crate) const fn is_whitespace(byte: u8) -> bool {
    is_blank(byte) || is_line_break(byte)
}

/// Returns whether a key's prefix starts here, at the letter after a backslash. If so, the
/// backslash is read literally, and not as the start of an escape such as `\n`.
fn starts_prefix(
    prefixes: &PrefixTable,
    view: &View<'_>,
    letter: usize,
) -> Result<bool, Incomplete> {
    for prefix in &prefixes.escapes {
        if view.has(letter, prefix.as_bytes())? {
            return Ok(true);
        }
    }
    Ok(false)
}

#[cfg(test)]
mod tests {
    use super::{DecodedChar, Form, char_at, char_before, closes_string};
    use crate::view::{Incomplete, View};

    fn whole(text: &[u8]) -> View<'_> {
        View::whole(text)
    }

    #[test]
    fn a_character_is_decoded_from_every_form() {
        for (text, byte, form) in [
            ("_", b'_', Form::Raw(0)),
            ("%5F", b'_', Form::Percent(1)),
            ("%5f", b'_', Form::Percent(1)),
            ("%255F", b'_', Form::Percent(2)),
            ("%25255F", b'_', Form::Percent(3)),
            (r"\u005f", b'_', Form::Escape(1)),
            (r"\\u005F", b'_', Form::Escape(2)),
            (r"\x5f", b'_', Form::Escape(1)),
            (r"\/", b'/', Form::Raw(1)),
            (r#"\""#, b'"', Form::Raw(1)),
            (r#"\\\""#, b'"', Form::Raw(3)),
            (r"\n", b'\n', Form::Raw(1)),
            ("%", b'%', Form::Raw(0)),
            ("%25", b'%', Form::Percent(1)),
        ] {
            let want = DecodedChar { byte, next: text.len(), form };
            assert_eq!(char_at(&whole(text.as_bytes()), 0), Ok(Some(want)), "{text}");
        }
    }

    #[test]
    fn an_invalid_escape_is_read_literally() {
        for text in ["%5", "%G0", "%%41", r"\u0", r"\u1234", r"\x5", r"\u00e9", r"\z"] {
            let found = char_at(&whole(text.as_bytes()), 0).unwrap().unwrap();
            assert_eq!((found.byte, found.next), (text.as_bytes()[0], 1), "{text}");
        }
    }

    #[test]
    fn a_truncated_escape_is_incomplete() {
        for text in ["%", "%5", "%25", "%253", "\\", r"\u", r"\u005", r"\x5", r"\\"] {
            let view = View { is_last: false, ..whole(text.as_bytes()) };
            assert_eq!(char_at(&view, 0), Err(Incomplete), "{text}");
        }
    }

    #[test]
    fn characters_are_decoded_backwards() {
        for (text, byte, start) in [
            ("a_", b'_', 1),
            ("a%5F", b'_', 1),
            ("a%255f", b'_', 1),
            (r"a\u005f", b'_', 1),
            (r"a\\x5f", b'_', 1),
            ("%2f5F", b'F', 4),
            ("5F", b'F', 1),
        ] {
            let view = whole(text.as_bytes());
            assert_eq!(char_before(&view, text.len()), Some((byte, start)), "{text}");
        }
        assert_eq!(char_before(&whole(b""), 0), None);
    }

    #[test]
    fn decoding_backwards_stops_at_the_lower_bound() {
        let view = View { lower_bound: 2, ..whole(b"a%5F") };
        assert_eq!(char_before(&view, 4), Some((b'F', 3)));
    }

    #[test]
    fn the_number_of_backslashes_decides_whether_a_quote_closes() {
        // In a JSON string: `"` and `\\"` close, `\"` and `\\\"` do not.
        assert!(
            closes_string(0, 0)
                && closes_string(2, 0)
                && !closes_string(1, 0)
                && !closes_string(3, 0)
        );
        // In JSON inside JSON: `\"` and `\\\\\"` close, `\\\"` does not; `"` closes the outer
        // string.
        assert!(
            closes_string(1, 1)
                && closes_string(5, 1)
                && !closes_string(3, 1)
                && closes_string(0, 1)
        );
        assert!(closes_string(3, 3) && closes_string(11, 3) && !closes_string(7, 3));
    }
}
