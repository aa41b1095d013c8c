//! The end of a name, and the characters that may be between a name and its separator.

use crate::decode::{char_before, is_blank, is_line_break, is_quote, is_whitespace, slashes_start};
use crate::opening::MAX_ENCODED_SLASHES;
use crate::view::View;

pub(crate) const MAX_BLANKS: usize = 32;
/// The maximum number of digits of an index in a parameter's name.
const LONGEST_INDEX: usize = 4;
/// The maximum number of digits at the end of a name.
pub(crate) const LONGEST_NUMBER: usize = 8;

/// The maximum number of characters of an operator, not counting the sign at its end.
const LONGEST_OPERATOR: usize = 2;
/// The maximum number of characters of emphasis in Markdown.
pub(crate) const LONGEST_EMPHASIS: usize = 3;

/// Returns the start of the operator that ends with the sign: `+=`, `??=`, `||=`, `::=`,
/// `!=`, `->`, `<>`.
pub(crate) fn operator_start(view: &View<'_>, sign: u8, start: usize) -> usize {
    let mut at = start;
    let is_operator_byte = |byte: u8| match sign {
        b'=' => b"?|+.!:~-*/%^&<>".contains(&byte),
        b'>' => matches!(byte, b'-' | b'<'),
        _ => false,
    };
    for _ in 0..LONGEST_OPERATOR {
        match view.before(at) {
            Some(byte) if is_operator_byte(byte) => at -= 1,
            _ => break,
        }
    }
    at
}

/// Returns the end of the name before a separator. Between the name and the separator, there may be
/// a number, a quote with its backslashes, a bracket, Markdown emphasis and blanks.
pub(crate) fn name_end(view: &View<'_>, separator: usize) -> usize {
    let mut at = separator;
    for _ in 0..MAX_BLANKS {
        match char_before(view, at) {
            Some((byte, start)) if is_blank(byte) => at = start,
            _ => break,
        }
    }
    for _ in 0..LONGEST_EMPHASIS {
        match char_before(view, at) {
            // Markdown emphasis, or the backslash of an escaped sign: `token\=...`.
            Some((b'*' | b'\\', start)) => at = start,
            _ => break,
        }
    }
    match char_before(view, at) {
        Some((b']', start)) => at = index_start(view, start),
        // `AnyHashable("token"): ...`
        Some((b')', start)) if matches!(char_before(view, start), Some((byte, _)) if is_quote(byte)) =>
        {
            at = start;
        }
        _ => {}
    }
    if let Some((byte, start)) = char_before(view, at)
        && is_quote(byte)
    {
        at = all_slashes_start(view, start);
    }
    name_in_quotes(view, at)
}

/// Returns the end of the name in a quoted string that ends at `end`. An index or a number after
/// the name is not part of it: `token[0]`, `API_KEY_2`.
pub(crate) fn name_in_quotes(view: &View<'_>, end: usize) -> usize {
    let at = match char_before(view, end) {
        Some((b']', start)) => index_start(view, start),
        _ => end,
    };
    number_start(view, at)
}

/// Returns the start of an index, `[]` or `[0]`, whose closing bracket starts at `bracket`. If the
/// brackets contain anything else, such as a name, returns `bracket`.
fn index_start(view: &View<'_>, bracket: usize) -> usize {
    let mut at = bracket;
    for _ in 0..=LONGEST_INDEX {
        match char_before(view, at) {
            Some((b'[', start)) => return start,
            Some((byte, start)) if byte.is_ascii_digit() => at = start,
            _ => break,
        }
    }
    bracket
}

/// Returns the end of a name without its number, as in `password1` and `API_KEY_2024`.
fn number_start(view: &View<'_>, end: usize) -> usize {
    let mut at = end;
    for _ in 0..LONGEST_NUMBER {
        match char_before(view, at) {
            Some((byte, start)) if byte.is_ascii_digit() => at = start,
            _ => break,
        }
    }
    match char_before(view, at) {
        Some((b'_' | b'-', start)) if at < end => start,
        _ => at,
    }
}

/// Returns the end of a member's quoted name, if there is a line break between the name and its
/// colon.
pub(crate) fn member_end(view: &View<'_>, colon: usize) -> Option<usize> {
    let (mut at, mut is_broken) = (colon, false);
    for _ in 0..MAX_BLANKS {
        let Some((byte, start)) = whitespace_before(view, at) else { break };
        is_broken |= is_line_break(byte);
        at = start;
    }
    let (_, start) = char_before(view, at).filter(|(byte, _)| is_broken && is_quote(*byte))?;
    Some(all_slashes_start(view, start))
}

/// Returns the white space character, escaped or not, that ends directly before the position `end`,
/// and the start of this character.
pub(crate) fn whitespace_before(view: &View<'_>, end: usize) -> Option<(u8, usize)> {
    let (byte, start) = char_before(view, end)?;
    let escaped = match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return is_whitespace(byte).then_some((byte, start)),
    };
    let slashes = slashes_start(view, start);
    (slashes < start).then_some((escaped, slashes))
}

/// Returns the start of the backslashes, percent-encoded or not, that end directly before the
/// position `end`.
pub(crate) fn all_slashes_start(view: &View<'_>, end: usize) -> usize {
    let mut at = slashes_start(view, end);
    for _ in 0..MAX_ENCODED_SLASHES {
        match char_before(view, at) {
            Some((b'\\', start)) if start + 1 < at => at = start,
            _ => break,
        }
    }
    at
}
