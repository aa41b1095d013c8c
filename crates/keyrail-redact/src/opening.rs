//! The opening of a value: blanks, string prefixes and the opening quote.

use crate::decode::{DecodedChar, is_blank, is_break, is_quote, is_space, unit};
use crate::names::{is_of_name, name_before};
use crate::value_scanner::{Terminator, is_mask_character};
use crate::view::{Incomplete, View};

const MAX_BLANKS: usize = 64;
pub(crate) const MAX_OPENERS: usize = 8;
/// How much of the first line of a text in three quotes is looked at.
const LONGEST_LINE: usize = 256;
/// The same in bytes, with masks in it.
const LONGEST_MASKED_LINE: usize = 4 * LONGEST_LINE;
/// What starts a comment or an item of a list.
const COMMENTS: [&[u8]; 4] = [b"#", b"//", b"--", b"- "];
/// `b"..."`, `br#"..."` and the like.
const LONGEST_QUOTE_PREFIX: usize = 3;
/// Percent-encoded backslashes before a quote.
pub(crate) const MAX_ENCODED_SLASHES: u8 = 31;

/// A value's first character, and what ends the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Start {
    pub at: usize,
    pub until: Terminator,
    /// How many brackets were opened right before it.
    pub brackets: u8,
    /// Whether these are brackets of calls alone.
    pub is_call: bool,
}

/// Where the blanks end that begin here.
pub(crate) fn skip_blanks(view: &View<'_>, index: usize, level: u8) -> Result<usize, Incomplete> {
    skip(view, index, level, MAX_BLANKS, is_blank)
}

/// The same, with line breaks: inside of a list, and of JSON.
pub(crate) fn skip_space(view: &View<'_>, index: usize, level: u8) -> Result<usize, Incomplete> {
    skip(view, index, level, 2 * MAX_BLANKS, is_space)
}

fn skip(
    view: &View<'_>,
    mut index: usize,
    level: u8,
    limit: usize,
    is_skipped: impl Fn(u8) -> bool,
) -> Result<usize, Incomplete> {
    for _ in 0..limit {
        match unit(view, index)? {
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

/// A value in quotes: `"..."`, `\"...\"`, `b'...'`, `%22...%22`, `%5C%22...`.
pub(crate) fn quoted_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    let mut at = index + view.run(index, LONGEST_QUOTE_PREFIX, is_prefix)?;
    let mut opened = 0;
    while let Some(found) = unit(view, at)?
        && opened < MAX_ENCODED_SLASHES
    {
        let DecodedChar { byte, next, form } = found;
        match byte {
            b'\\' if form.level() > 0 => opened += 1,
            _ if is_quote(byte) => {
                let until = Terminator::Quote { quote: byte, form, slashes: 0, opened };
                let at = match triple_end(view, found)? {
                    Some(end) => text_start(view, end, found)?,
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

/// Returns where the three opening quotes end of which the first is given, if there are
/// three.
fn triple_end(view: &View<'_>, first: DecodedChar) -> Result<Option<usize>, Incomplete> {
    let mut end = first.next;
    for _ in 1..3 {
        match unit(view, end)? {
            Some(next) if next.byte == first.byte && next.form == first.form => end = next.next,
            _ => return Ok(None),
        }
    }
    Ok(Some(end))
}

/// Returns where the first line of a text in three quotes starts, on the same line as the
/// quotes or on the next one. There, it may be a member or a call with names of its own
/// instead, as in `token: Some(`: then it is not a value.
fn text_start(
    view: &View<'_>,
    index: usize,
    opening: DecodedChar,
) -> Result<Option<usize>, Incomplete> {
    if !unit(view, index)?.is_some_and(|found| is_break(found.byte)) {
        return Ok(Some(index));
    }
    let start = skip_space(view, index, opening.form.level())?;
    // Mask characters do not count, so that masking makes nothing longer.
    let (mut at, mut length) = (start, 0);
    while length < LONGEST_LINE
        && at < start + LONGEST_MASKED_LINE
        && let Some(DecodedChar { byte, next, .. }) = unit(view, at)?
        && !is_break(byte)
        && byte != opening.byte
    {
        length += usize::from(!is_mask_character(view, at)?);
        at = next;
    }
    // Once a key in it is masked, it would be read differently.
    if length == LONGEST_LINE || view.holds_key(start, at) {
        return Ok(Some(start));
    }
    let line = view.slice(start, at);
    Ok((!ends_in_name(line) && !starts_member(line)).then_some(start))
}

/// Returns whether a line ends in the name of a credential and a sign, after words without
/// one: `export TOKEN=`.
fn ends_in_name(line: &[u8]) -> bool {
    let [before @ .., b':' | b'='] = line else { return false };
    let view = View::whole(before);
    !before.iter().any(|byte| matches!(byte, b':' | b'='))
        && name_before(&view, before.len())
            .is_some_and(|name| view.before(name.start).is_none_or(is_blank))
}

/// Returns whether a line starts with a bracket, or with a name and what follows one that
/// is not part of a value: a sign and a blank, an operator, a bracket. A comment's mark may
/// be in front.
fn starts_member(line: &[u8]) -> bool {
    let line = line.trim_ascii_start();
    let mark = COMMENTS.iter().find(|mark| line.starts_with(mark)).map_or(0, |mark| mark.len());
    let line = line.get(mark..).unwrap_or_default().trim_ascii_start();
    let length = line.iter().take_while(|byte| is_of_name(**byte)).count();
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

/// Returns whether a byte is part of a string prefix, as in `b"..."`, `u8"..."`, `r#"..."`, `$'...'`,
/// `@"..."`, `N'...'`.
pub(crate) const fn is_prefix(byte: u8) -> bool {
    matches!(byte.to_ascii_lowercase(), b'b' | b'e' | b'f' | b'l' | b'n' | b'r' | b'u')
        || matches!(byte, b'8' | b'$' | b'@' | b'#')
}
