//! Values on a later line than their name, as JSON allows (RFC 8259, section 2).
//!
//! A quoted string on a later line, alone or in a list, is the value, unless the string is itself a
//! name. For example, if a header has no value, the string may be the name of the next header or
//! member. The text after the closing quote shows whether the string is a name.

use keyrail_core::is_mask;

use crate::decode::{Form, char_at, is_line_break, is_quote};
use crate::masked::contains_mask;
use crate::names::{is_header_name, is_name_byte};
use crate::opening::{MAX_OPENERS, Start, quoted_start, skip_whitespace};
use crate::value_scanner::{End, Terminator, ValueScanner, is_header_name_byte};
use crate::view::{Incomplete, View};

/// The kind of a quoted string on a later line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoted {
    Value,
    /// Not the value: another name, text outside the string that contains the name, or a masked
    /// text whose end is not certain.
    Other,
    /// A string without a closing quote on its line.
    Unclosed,
}

/// Returns the start of the quoted string or the list of quoted strings on a later line, and the
/// kind of the first string. Returns `None` if the line does not end here, or if no quoted string
/// follows.
pub(crate) fn start_on_later_line(
    view: &View<'_>,
    index: usize,
    level: u8,
) -> Result<Option<(usize, Quoted)>, Incomplete> {
    let line_break = char_at(view, index)?.filter(|found| is_line_break(found.byte));
    let Some(line_break) = line_break.filter(|found| found.form.level() <= level) else {
        return Ok(None);
    };
    let next_line = skip_whitespace(view, index, level)?;
    let Some(quote) = opening_quote(view, next_line, level)? else { return Ok(None) };
    let Some(start) = quoted_start(view, quote)? else { return Ok(None) };
    Ok(Some((next_line, quoted_kind(view, start, line_break.form, level)?)))
}

/// Returns the kind of the quoted string that starts here, after a line break.
pub(crate) fn quoted_kind(
    view: &View<'_>,
    start: Start,
    line_break: Form,
    level: u8,
) -> Result<Quoted, Incomplete> {
    // A quote with fewer escapes than the line break closes the string that contains the
    // line break.
    let form = match start.until {
        Terminator::Quote { form, .. } if is_as_deep(form, line_break) => form,
        _ => return Ok(Quoted::Other),
    };
    let End::At(end) = ValueScanner::new(start.until).run(view, start.at, start.at)? else {
        return Ok(Quoted::Value);
    };
    let text = view.slice(start.at, end);
    let closing = char_at(view, end)?;
    // If the text was already redacted, the mask may hide the character that ended the string in
    // the original text, such as `&` in a query. So this end is not certain.
    if (closing.is_none() || form.level() > 0) && contains_mask(text) && !is_mask(text) {
        return Ok(Quoted::Other);
    }
    Ok(match closing {
        None => Quoted::Value,
        Some(closing) if !is_quote(closing.byte) => Quoted::Unclosed,
        Some(closing) => {
            let is_name = is_header_name(text)
                || may_be_name(view, text) && separator_follows(view, closing.next, level)?;
            if is_name { Quoted::Other } else { Quoted::Value }
        }
    })
}

/// Returns the start of the quoted string here, or after white space and opening brackets.
fn opening_quote(view: &View<'_>, index: usize, level: u8) -> Result<Option<usize>, Incomplete> {
    let mut at = skip_whitespace(view, index, level)?;
    for _ in 0..MAX_OPENERS {
        match char_at(view, at)?.filter(|found| found.form.level() <= level) {
            Some(found) if matches!(found.byte, b'[' | b'(') => {
                at = skip_whitespace(view, found.next, level)?;
            }
            _ => break,
        }
    }
    Ok(quoted_start(view, at)?.map(|_| at))
}

/// Returns whether a character is nested in at least as many strings as another.
fn is_as_deep(form: Form, other: Form) -> bool {
    form.level() >= other.level() && form.slashes() >= other.slashes()
}

/// Returns whether a string is written like a name. A string that is a mask or may contain a
/// key is not a name, because a name must be the same after redaction.
fn may_be_name(view: &View<'_>, text: &[u8]) -> bool {
    text.iter().all(|byte| is_name_byte(*byte) || is_header_name_byte(*byte))
        && !is_mask(text)
        && !view.may_contain_key(text)
}

/// Returns whether a separator follows a quoted name: `:`, `=`, `]=`, `):`.
fn separator_follows(view: &View<'_>, index: usize, level: u8) -> Result<bool, Incomplete> {
    let mut at = skip_whitespace(view, index, level)?;
    let mut found = char_at(view, at)?;
    if let Some(bracket) = found.filter(|found| matches!(found.byte, b']' | b')')) {
        at = skip_whitespace(view, bracket.next, level)?;
        found = char_at(view, at)?;
    }
    Ok(match found {
        Some(found) if found.byte == b'=' => true,
        // `'...'::text` is a value.
        Some(found) if found.byte == b':' => view.at(found.next)? != Some(b':'),
        _ => false,
    })
}
