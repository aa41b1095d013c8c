//! Values on a line after their name's, as JSON may put them (RFC 8259,
//! section 2).
//!
//! A quoted string there is the value, alone or in a list, unless it is a name
//! itself: a header without a value may be followed by another member. So it
//! needs a look ahead, to the closing quote and to what follows it.

use keyrail_core::is_mask;

use crate::decode::{Form, is_break, is_quote, unit};
use crate::masked::holds_mask;
use crate::names::{is_header_name, is_of_name};
use crate::opening::{MAX_OPENERS, Start, quoted_start, skip_space};
use crate::value_scanner::{End, Terminator, ValueScanner, is_of_header_name};
use crate::view::{Incomplete, View};

/// What a quoted text on a later line is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoted {
    Value,
    /// A name of its own, or what follows a text that ends.
    Other,
    /// Its line ends before a quote closes it.
    Open,
}

/// Returns the start and the kind of a quoted string or a list of them on a later line,
/// if the line ends here and there is one.
pub(crate) fn start_beyond(
    view: &View<'_>,
    index: usize,
    level: u8,
) -> Result<Option<(usize, Quoted)>, Incomplete> {
    let line_break = unit(view, index)?.filter(|found| is_break(found.byte));
    let Some(line_break) = line_break.filter(|found| found.form.level() <= level) else {
        return Ok(None);
    };
    let beyond = skip_space(view, index, level)?;
    let Some(quote) = quote_within(view, beyond, level)? else { return Ok(None) };
    let Some(start) = quoted_start(view, quote)? else { return Ok(None) };
    Ok(Some((beyond, quoted_behind(view, start, line_break.form, level)?)))
}

/// What the quoted text is that starts here, after a line break.
pub(crate) fn quoted_behind(
    view: &View<'_>,
    start: Start,
    line_break: Form,
    level: u8,
) -> Result<Quoted, Incomplete> {
    // A quote that is escaped less often closes the text that holds the break.
    let form = match start.until {
        Terminator::Quote { form, .. } if is_as_deep(form, line_break) => form,
        _ => return Ok(Quoted::Other),
    };
    let End::At(end) = ValueScanner::new(start.until).run(view, start.at, start.at)? else {
        return Ok(Quoted::Value);
    };
    let text = view.slice(start.at, end);
    let closing = unit(view, end)?;
    // What was masked in it may have held what ended it before: a `&` in a query.
    if (closing.is_none() || form.level() > 0) && holds_mask(text) && !is_mask(text) {
        return Ok(Quoted::Other);
    }
    Ok(match closing {
        None => Quoted::Value,
        Some(closing) if !is_quote(closing.byte) => Quoted::Open,
        Some(closing) => {
            let is_name = is_header_name(text)
                || may_be_name(view, text) && separator_follows(view, closing.next, level)?;
            if is_name { Quoted::Other } else { Quoted::Value }
        }
    })
}

/// The place of the quote that opens here, or after white space and brackets.
fn quote_within(view: &View<'_>, index: usize, level: u8) -> Result<Option<usize>, Incomplete> {
    let mut at = skip_space(view, index, level)?;
    for _ in 0..MAX_OPENERS {
        match unit(view, at)?.filter(|found| found.form.level() <= level) {
            Some(found) if matches!(found.byte, b'[' | b'(') => {
                at = skip_space(view, found.next, level)?;
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

/// Returns whether a string is written like a name. One that would be redacted, for what
/// is in it or as a mask, is not a name: it must read the same afterwards.
fn may_be_name(view: &View<'_>, text: &[u8]) -> bool {
    text.iter().all(|byte| is_of_name(*byte) || is_of_header_name(*byte))
        && !is_mask(text)
        && !view.may_hold_key(text)
}

/// Whether what follows a name in quotes is here: `:`, `=`, `]=`, `):`.
fn separator_follows(view: &View<'_>, index: usize, level: u8) -> Result<bool, Incomplete> {
    let mut at = skip_space(view, index, level)?;
    let mut found = unit(view, at)?;
    if let Some(bracket) = found.filter(|found| matches!(found.byte, b']' | b')')) {
        at = skip_space(view, bracket.next, level)?;
        found = unit(view, at)?;
    }
    Ok(match found {
        Some(found) if found.byte == b'=' => true,
        // `'...'::text` is a value.
        Some(found) if found.byte == b':' => view.at(found.next)? != Some(b':'),
        _ => false,
    })
}
