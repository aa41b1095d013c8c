//! The opening of a value: blanks, string prefixes and the opening quote.

use crate::decode::{DecodedChar, char_at, is_blank, is_line_break, is_quote, is_whitespace};
use crate::names::{is_name_byte, name_before};
use crate::value_scanner::{Terminator, mask_character_end};
use crate::view::{Incomplete, View};

const MAX_BLANKS: usize = 64;
pub(crate) const MAX_OPENERS: usize = 8;
/// The maximum number of characters that are read from the first line of a string in triple quotes,
/// not counting masks.
const LONGEST_LINE: usize = 256;
/// The maximum number of bytes that are read from the first line of a string in triple quotes,
/// including masks.
const LONGEST_MASKED_LINE: usize = 4 * LONGEST_LINE;
/// The marks that start a comment or an item of a list.
const COMMENTS: [&[u8]; 4] = [b"#", b"//", b"--", b"- "];
/// The maximum length of the prefix of a string literal, as in `b"..."` and `br#"..."`.
const LONGEST_QUOTE_PREFIX: usize = 3;
/// The maximum number of percent-encoded backslashes before a quote.
pub(crate) const MAX_ENCODED_SLASHES: u8 = 31;

/// The start of a value, and what ends the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub at: usize,
    pub until: Terminator,
    /// The number of brackets that were opened directly before the value.
    pub brackets: u8,
    /// Whether all these brackets belong to calls.
    pub is_call: bool,
}

/// Returns the index after the blanks here.
pub(crate) fn skip_blanks(view: &View<'_>, index: usize, level: u8) -> Result<usize, Incomplete> {
    skip(view, index, level, MAX_BLANKS, is_blank)
}

/// Returns the index after the blanks and line breaks here, as in a list or in JSON.
pub(crate) fn skip_whitespace(
    view: &View<'_>,
    index: usize,
    level: u8,
) -> Result<usize, Incomplete> {
    skip(view, index, level, 2 * MAX_BLANKS, is_whitespace)
}

fn skip(
    view: &View<'_>,
    mut index: usize,
    level: u8,
    limit: usize,
    is_skipped: impl Fn(u8) -> bool,
) -> Result<usize, Incomplete> {
    for _ in 0..limit {
        match char_at(view, index)? {
            Some(DecodedChar { byte, next, form })
                if form.level() <= level && (is_skipped(byte) || byte == b'+' && level > 0) =>
            {
                index = next;
            }
            _ => break,
        }
    }
    Ok(index)
}

/// Returns the start of the value in quotes here, if there is one: `"..."`, `\"...\"`,
/// `b'...'`, `%22...%22`, `%5C%22...`.
pub(crate) fn quoted_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    let mut at = index + view.run_length(index, LONGEST_QUOTE_PREFIX, is_quote_prefix_byte)?;
    let mut opened = 0;
    while let Some(found) = char_at(view, at)? {
        let DecodedChar { byte, next, form } = found;
        match byte {
            b'\\' if form.level() > 0 && opened < MAX_ENCODED_SLASHES => opened += 1,
            _ if is_quote(byte) => {
                let until = Terminator::Quote { quote: byte, form, slashes: 0, opened };
                let at = match triple_quote_end(view, found)? {
                    Some(end) => triple_quoted_start(view, end, found)?,
                    None => Some(next),
                };
                return Ok(at.map(|at| Start { at, until, brackets: 0, is_call: false }));
            }
            _ => break,
        }
        at = next;
    }
    Ok(None)
}

/// Returns the end of the triple quotes, if this quote is the first of three.
fn triple_quote_end(view: &View<'_>, first: DecodedChar) -> Result<Option<usize>, Incomplete> {
    let mut end = first.next;
    for _ in 1..3 {
        match char_at(view, end)? {
            Some(next) if next.byte == first.byte && next.form == first.form => end = next.next,
            _ => return Ok(None),
        }
    }
    Ok(Some(end))
}

/// Returns the start of the first line of a string in triple quotes: the rest of the line with the
/// opening quotes or, if this rest is empty, the next line. Returns `None` if the next line is not
/// a value: it starts like a member or a call, as in `token: Some(`, or it ends in the name of a
/// credential and a sign.
fn triple_quoted_start(
    view: &View<'_>,
    index: usize,
    opening: DecodedChar,
) -> Result<Option<usize>, Incomplete> {
    if !char_at(view, index)?.is_some_and(|found| is_line_break(found.byte)) {
        return Ok(Some(index));
    }
    let start = skip_whitespace(view, index, opening.form.level())?;
    // Mask characters are not counted, so that masking does not make the line longer.
    let (mut at, mut length) = (start, 0);
    while length < LONGEST_LINE
        && at < start + LONGEST_MASKED_LINE
        && let Some(DecodedChar { byte, next, form }) = char_at(view, at)?
        && !is_line_break(byte)
        && (byte, form) != (opening.byte, opening.form)
    {
        let mask = mask_character_end(view, at)?;
        length += usize::from(mask.is_none());
        at = mask.unwrap_or(next);
    }
    // A line that may contain a key is always a value: the checks below could have another
    // result once the key is masked.
    if length == LONGEST_LINE || view.contains_key(start, at) {
        return Ok(Some(start));
    }
    let line = view.slice(start, at);
    Ok((!ends_in_name(line) && !starts_member(line)).then_some(start))
}

/// Returns whether a line ends in the name of a credential and a sign, and contains no other
/// sign: `export TOKEN=`.
fn ends_in_name(line: &[u8]) -> bool {
    let [before @ .., b':' | b'='] = line else { return false };
    let view = View::whole(before);
    !before.iter().any(|byte| matches!(byte, b':' | b'='))
        && name_before(&view, before.len())
            .is_some_and(|name| view.before(name.start).is_none_or(is_blank))
}

/// Returns whether a line starts like a member or a call. Such a line is not a value. After an
/// optional mark of a comment or list item, it starts with one of these:
///
/// - an opening bracket, or a name and an opening bracket
/// - a name and `:` or `=`, with a blank before or after the sign
/// - a name, a blank and `->`
/// - a name, a blank and another operator
fn starts_member(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let mark = COMMENTS.iter().find(|mark| line.starts_with(mark)).map_or(0, |mark| mark.len());
    let line = line.get(mark..).unwrap_or_default().trim_ascii_start();
    let length = line.iter().take_while(|byte| is_name_byte(**byte)).count();
    let (name, rest) = line.split_at(length);
    let is_apart = rest.first().is_some_and(u8::is_ascii_whitespace);
    match (name, rest.trim_ascii_start()) {
        (_, [b'(' | b'[' | b'{' | b'<', ..]) => true,
        ([], _) | (_, []) => false,
        (_, [b':' | b'=', next, ..]) => is_apart || next.is_ascii_whitespace(),
        (_, [b'-', b'>', ..]) => true,
        (_, [next, ..]) => is_apart && b">?|+!~^&.:=".contains(next),
    }
}

/// Returns whether a byte may be in the prefix of a string literal, as in `b"..."`,
/// `u8"..."`, `r#"..."`, `$'...'`, `@"..."`, `N'...'`.
pub(crate) const fn is_quote_prefix_byte(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'b' | b'e' | b'f' | b'l' | b'n' | b'r' | b'u')
        || matches!(byte, b'8' | b'$' | b'@' | b'#')
}
