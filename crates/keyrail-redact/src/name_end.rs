//! Where a name ends: what may be between it and its separator.

use crate::decode::{is_blank, is_break, is_quote, is_space, skip_slashes, unit_before};
use crate::opening::MAX_ENCODED_SLASHES;
use crate::view::View;

pub(crate) const MAX_BLANKS: usize = 32;
/// The digits of an index in a parameter's name.
const LONGEST_INDEX: usize = 4;
/// The digits of a name's number.
pub(crate) const LONGEST_NUMBER: usize = 8;

/// The most characters of an operator before its sign, and of Markdown's emphasis.
const LONGEST_OPERATOR: usize = 2;
pub(crate) const LONGEST_EMPHASIS: usize = 3;

/// Returns where the operator begins whose last character is the sign: `+=`, `??=`,
/// `||=`, `::=`, `!=`, `->`, `<>`.
pub(crate) fn operator_start(view: &View<'_>, sign: u8, start: usize) -> usize {
    let mut at = start;
    let is_of_operator = |byte: u8| match sign {
        b'=' => b"?|+.!:~-*/%^&<>".contains(&byte),
        b'>' => matches!(byte, b'-' | b'<'),
        _ => false,
    };
    for _ in 0..LONGEST_OPERATOR {
        match view.before(at) {
            Some(byte) if is_of_operator(byte) => at -= 1,
            _ => break,
        }
    }
    at
}

/// Returns where the name before a separator ends. Blanks, emphasis of Markdown, a
/// bracket, a quote with its backslashes and a number may follow the name.
pub(crate) fn name_end(view: &View<'_>, separator: usize) -> usize {
    let mut at = separator;
    for _ in 0..MAX_BLANKS {
        match unit_before(view, at) {
            Some((byte, start)) if is_blank(byte) => at = start,
            _ => break,
        }
    }
    for _ in 0..LONGEST_EMPHASIS {
        match unit_before(view, at) {
            // Emphasis of Markdown, and a sign that is escaped: `token\=...`.
            Some((b'*' | b'\\', start)) => at = start,
            _ => break,
        }
    }
    match unit_before(view, at) {
        Some((b']', start)) => at = before_index(view, start),
        // `AnyHashable("token"): ...`
        Some((b')', start)) if matches!(unit_before(view, start), Some((byte, _)) if is_quote(byte)) =>
        {
            at = start;
        }
        _ => {}
    }
    if let Some((byte, start)) = unit_before(view, at)
        && is_quote(byte)
    {
        at = before_slashes(view, start);
    }
    name_in_quotes(view, at)
}

/// Returns the end of the name at the end of a quoted string, before an index and a
/// number: `token[0]`, `API_KEY_2`.
pub(crate) fn name_in_quotes(view: &View<'_>, end: usize) -> usize {
    let at = match unit_before(view, end) {
        Some((b']', start)) => before_index(view, start),
        _ => end,
    };
    before_number(view, at)
}

/// Returns the end of what an index, `[]` or `[0]`, follows. The bracket that
/// closes it starts here; a name in brackets has no index.
fn before_index(view: &View<'_>, bracket: usize) -> usize {
    let mut at = bracket;
    for _ in 0..=LONGEST_INDEX {
        match unit_before(view, at) {
            Some((b'[', start)) => {
                return match unit_before(view, start) {
                    Some((b']', start)) => start, // `user[password][]`
                    _ => start,
                };
            }
            Some((byte, start)) if byte.is_ascii_digit() => at = start,
            _ => break,
        }
    }
    bracket
}

/// Where a name ends without its number, as in `password1` and `API_KEY_2024`.
fn before_number(view: &View<'_>, end: usize) -> usize {
    let mut at = end;
    for _ in 0..LONGEST_NUMBER {
        match unit_before(view, at) {
            Some((byte, start)) if byte.is_ascii_digit() => at = start,
            _ => break,
        }
    }
    match unit_before(view, at) {
        Some((b'_' | b'-', start)) if at < end => start,
        _ => at,
    }
}

/// The same where the line ends between a member's name, in quotes, and its
/// colon.
pub(crate) fn member_end(view: &View<'_>, colon: usize) -> Option<usize> {
    let (mut at, mut is_broken) = (colon, false);
    for _ in 0..MAX_BLANKS {
        let Some((byte, start)) = space_before(view, at) else { break };
        is_broken |= is_break(byte);
        at = start;
    }
    let (_, start) = unit_before(view, at).filter(|(byte, _)| is_broken && is_quote(*byte))?;
    Some(before_slashes(view, start))
}

/// The white space that ends right before a place, as itself or as an escape.
pub(crate) fn space_before(view: &View<'_>, end: usize) -> Option<(u8, usize)> {
    let (byte, start) = unit_before(view, end)?;
    let escaped = match byte {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        _ => return is_space(byte).then_some((byte, start)),
    };
    let slashes = skip_slashes(view, start);
    (slashes < start).then_some((escaped, slashes))
}

pub(crate) fn before_slashes(view: &View<'_>, end: usize) -> usize {
    let mut at = skip_slashes(view, end);
    for _ in 0..MAX_ENCODED_SLASHES {
        match unit_before(view, at) {
            Some((b'\\', start)) if start + 1 < at => at = start,
            _ => break,
        }
    }
    at
}
