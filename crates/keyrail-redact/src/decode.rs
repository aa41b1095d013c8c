//! Units: the characters of a text, each as it is written or as an escape.
//!
//! A credential that was logged has often been through an encoder, or through
//! two: `%5F` and `%255F` of a query (RFC 3986, section 2.1), `\u005f`, `\/`
//! and `\"` of JSON (RFC 8259, section 7), `\x22` of nginx. A unit is one
//! character, and says how it was written, so that each rule can be put in
//! terms of characters.

use crate::masked::holds_mask;
use crate::prefix_table::PrefixTable;
use crate::view::SHORTEST;
use crate::view::{Incomplete, View};

/// The most backslashes that are seen as one run.
pub(crate) const MAX_SLASHES: usize = 64;

/// The control character ESC, and the most parameters of a sequence that sets a
/// terminal's colour (ECMA-48, section 8.3.117).
const ESCAPE: u8 = 0x1b;
const LONGEST_COLOUR: usize = 24;

/// The most times that a percent-escape is undone.
const MAX_LEVEL: u8 = 4;

/// How a character is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// As itself, after this many backslashes: `"`, `\"`, `\n`.
    Raw(u8),
    /// By its code, after this many backslashes: `\u0022`, `\x22`.
    Escape(u8),
    /// Percent-encoded this many times: `%22`, `%2522`.
    Percent(u8),
}

impl Form {
    /// How many times it is percent-encoded.
    pub(crate) const fn level(self) -> u8 {
        match self {
            Self::Percent(level) => level,
            Self::Raw(_) | Self::Escape(_) => 0,
        }
    }

    /// How many backslashes it is written after.
    pub(crate) const fn slashes(self) -> u8 {
        match self {
            Self::Raw(count) | Self::Escape(count) => count,
            Self::Percent(_) => 0,
        }
    }
}

/// A character, and where the next one begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DecodedChar {
    pub byte: u8,
    pub next: usize,
    pub form: Form,
}

/// Returns the unit at an index, or `None` at the text's end. A byte of a character that
/// is not ASCII is a unit.
#[inline]
pub(crate) fn unit(view: &View<'_>, index: usize) -> Result<Option<DecodedChar>, Incomplete> {
    let unit = match view.at(index)? {
        None => return Ok(None),
        Some(b'%') => percent(view, index)?,
        Some(b'\\') => slashes(view, index)?,
        Some(byte) => DecodedChar { byte, next: index + 1, form: Form::Raw(0) },
    };
    match unit.byte {
        ESCAPE => colour(view, unit).map(Some),
        _ => Ok(Some(unit)),
    }
}

/// Reads the control character that starts a terminal's sequences. A sequence
/// for colour, or one that goes with it (the rest of the line is cleared, the
/// character set is ASCII), is read as a blank.
fn colour(view: &View<'_>, escape: DecodedChar) -> Result<DecodedChar, Incomplete> {
    match view.at(escape.next)? {
        Some(b'[') => {}
        Some(b'(') if view.at(escape.next + 1)? == Some(b'B') => {
            return Ok(DecodedChar { byte: b' ', next: escape.next + 2, ..escape });
        }
        _ => return Ok(escape),
    }
    let start = escape.next + 1;
    let end = start + view.run(start, LONGEST_COLOUR, is_of_colour)?;
    Ok(match view.at(end)? {
        Some(b'm' | b'K') => DecodedChar { byte: b' ', next: end + 1, ..escape },
        _ => escape,
    })
}

const fn is_of_colour(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b';' | b':')
}

/// What a percent sign begins.
fn percent(view: &View<'_>, index: usize) -> Result<DecodedChar, Incomplete> {
    let Some(mut byte) = pair(view, index + 1)? else {
        return Ok(DecodedChar { byte: b'%', next: index + 1, form: Form::Raw(0) });
    };
    let (mut next, mut level) = (index + 3, 1);
    while byte == b'%' && level < MAX_LEVEL {
        let Some(inner) = pair(view, next)? else { break };
        (byte, next, level) = (inner, next + 2, level + 1);
    }
    Ok(DecodedChar { byte, next, form: Form::Percent(level) })
}

/// What a run of backslashes begins.
fn slashes(view: &View<'_>, index: usize) -> Result<DecodedChar, Incomplete> {
    let count = view.run(index, MAX_SLASHES, |byte| byte == b'\\')?;
    let end = index + count;
    let depth = u8::try_from(count).unwrap_or(u8::MAX);
    let raw = |byte, next| Ok(DecodedChar { byte, next, form: Form::Raw(depth) });
    if count == MAX_SLASHES {
        return raw(b'\\', end);
    }
    let letter = view.at(end)?;
    if matches!(letter, Some(b'n' | b'r' | b't'))
        && let Some(prefixes) = view.prefixes
        && begins_in_escape(prefixes, view, end)?
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
            match if is_ascii { pair(view, digits)? } else { None } {
                Some(byte) if byte.is_ascii() => {
                    Ok(DecodedChar { byte, next: digits + 2, form: Form::Escape(depth) })
                }
                _ => raw(b'\\', end),
            }
        }
        _ => raw(b'\\', end),
    }
}

/// The byte of two hexadecimal digits.
fn pair(view: &View<'_>, index: usize) -> Result<Option<u8>, Incomplete> {
    let Some(high) = view.at(index)?.and_then(digit) else { return Ok(None) };
    let Some(low) = view.at(index + 1)?.and_then(digit) else { return Ok(None) };
    Ok(Some(high << 4 | low))
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// The character that ends right before a place, and where it begins.
pub(crate) fn unit_before(view: &View<'_>, end: usize) -> Option<(u8, usize)> {
    let colour = match view.before(end) {
        Some(b'm' | b'K') => colour_start(view, end - 1),
        Some(b'B') if view.ends_with(end, b"(B") => character_before(view, end - 2)
            .and_then(|(byte, start)| (byte == ESCAPE).then_some(start)),
        _ => None,
    };
    if let Some(start) = colour {
        return Some((b' ', start));
    }
    character_before(view, end)
}

/// Returns where the colour sequence starts whose last letter is here.
fn colour_start(view: &View<'_>, letter: usize) -> Option<usize> {
    let mut at = letter;
    for _ in 0..=LONGEST_COLOUR {
        match view.before(at)? {
            b'[' => {
                let (byte, start) = character_before(view, at - 1)?;
                return (byte == ESCAPE).then_some(start);
            }
            byte if is_of_colour(byte) => at -= 1,
            _ => break,
        }
    }
    None
}

fn character_before(view: &View<'_>, end: usize) -> Option<(u8, usize)> {
    let last = view.before(end)?;
    if let Some(low) = digit(last)
        && let Some(high) = view.before(end - 1).and_then(digit)
        && let Some(start) = escape_start(view, end - 2)
    {
        return Some((high << 4 | low, start));
    }
    Some((last, end - 1))
}

/// Returns where the escape starts whose two digits start at an index.
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
    let start = skip_slashes(view, letter);
    (start < letter).then_some(start)
}

/// Returns where the run of backslashes starts that ends directly before an index.
pub(crate) fn skip_slashes(view: &View<'_>, end: usize) -> usize {
    let is_slash = |place: &usize| view.before(*place) == Some(b'\\');
    end - (0..MAX_SLASHES).take_while(|count| is_slash(&(end - count))).count()
}

/// Whether a run of `found` backslashes before a quote closes a text that was
/// opened by a quote after `opened` of them.
///
/// In JSON inside of JSON, n times, a quote has 2^n - 1 backslashes, and each
/// backslash of the text has 2^(n+1). Fewer end the text around it.
pub(crate) const fn closes(found: u8, opened: u8) -> bool {
    found <= opened || found as u16 % (2 * (opened as u16 + 1)) == opened as u16
}

/// Whether a quote after `=` opens a parameter's value, and is not the quote
/// around a text that ends in base64's padding.
pub(crate) fn opens_parameter(view: &View<'_>, quote: DecodedChar) -> Result<bool, Incomplete> {
    let after = unit(view, quote.next)?;
    let ends = |byte: u8| byte <= b' ' || matches!(byte, b',' | b';' | b')' | b']' | b'}' | b':');
    Ok(after.is_some_and(|after| !ends(after.byte)))
}

/// Whether a quote after a blank opens credentials, and is not the quote around
/// the text that ends here: where what follows could be either, another quote
/// must close it before the line ends, with a credential's length between.
pub(crate) fn opens_credentials(view: &View<'_>, quote: DecodedChar) -> Result<bool, Incomplete> {
    const LONGEST: usize = 512;
    if opens_parameter(view, quote)? {
        return Ok(true);
    }
    let is_inside = |byte: u8| byte != quote.byte && !is_break(byte);
    let end = quote.next + view.run(quote.next, LONGEST, is_inside)?;
    let inside = view.slice(quote.next, end);
    // What was scrubbed in it was none of its own.
    Ok(inside.len() >= SHORTEST
        && (inside.len() == LONGEST || view.at(end)? == Some(quote.byte))
        && !holds_mask(inside))
}

/// A quote, and the backslashes before it.
pub(crate) type Quote = (u8, u8);

/// Returns whether a character is the quote that ends the text around a value.
pub(crate) fn ends_text(found: DecodedChar, outer: Option<Quote>) -> bool {
    outer.is_some_and(|(quote, slashes)| {
        found.byte == quote && matches!(found.form, Form::Raw(count) if count <= slashes)
    })
}

pub(crate) const fn is_quote(byte: u8) -> bool {
    matches!(byte, b'"' | b'\'' | b'`')
}

pub(crate) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t')
}

pub(crate) const fn is_break(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// The white space of JSON (RFC 8259, section 2).
pub(crate) const fn is_space(byte: u8) -> bool {
    is_blank(byte) || is_break(byte)
}

/// Returns whether a prefix starts with the letter here, which may also be an escape's:
/// then the letter is the prefix's, and the backslash before it is a character.
fn begins_in_escape(
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
    use super::{DecodedChar, Form, closes, unit, unit_before};
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
            assert_eq!(unit(&whole(text.as_bytes()), 0), Ok(Some(want)), "{text}");
        }
    }

    #[test]
    fn an_invalid_escape_is_read_literally() {
        for text in ["%5", "%G0", "%%41", r"\u0", r"\u1234", r"\x5", r"\u00e9", r"\z"] {
            let found = unit(&whole(text.as_bytes()), 0).unwrap().unwrap();
            assert_eq!((found.byte, found.next), (text.as_bytes()[0], 1), "{text}");
        }
    }

    #[test]
    fn a_truncated_escape_is_incomplete() {
        for text in ["%", "%5", "%25", "%253", "\\", r"\u", r"\u005", r"\x5", r"\\"] {
            let view = View { is_last: false, ..whole(text.as_bytes()) };
            assert_eq!(unit(&view, 0), Err(Incomplete), "{text}");
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
            assert_eq!(unit_before(&view, text.len()), Some((byte, start)), "{text}");
        }
        assert_eq!(unit_before(&whole(b""), 0), None);
    }

    #[test]
    fn decoding_backwards_stops_at_the_floor() {
        let view = View { floor: 2, ..whole(b"a%5F") };
        assert_eq!(unit_before(&view, 4), Some((b'F', 3)));
    }

    #[test]
    fn the_number_of_backslashes_decides_whether_a_quote_closes() {
        // In a JSON text: `"`, `\\"` close, `\"` and `\\\"` do not.
        assert!(closes(0, 0) && closes(2, 0) && !closes(1, 0) && !closes(3, 0));
        // In JSON inside of JSON: `\"`, `\\\\\"` close, `\\\"` does not; `"` ends the outer.
        assert!(closes(1, 1) && closes(5, 1) && !closes(3, 1) && closes(0, 1));
        assert!(closes(3, 3) && closes(11, 3) && !closes(7, 3));
    }
}
