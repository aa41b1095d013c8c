//! Quotes: those around a name, and those around the string that contains the name.
//!
//! The quote after a sign often closes the string that contains the sign, as in
//! `["token:", null]`. So the quote that opened this string determines whether there is a
//! value, and where the value ends.

use crate::decode::{
    DecodedChar, Form, Quote, char_at, char_before, is_blank, is_line_break, is_quote,
    is_whitespace, slashes_start,
};
use crate::masked::ends_in_mask;
use crate::name_end::{LONGEST_NUMBER, MAX_BLANKS};
use crate::value_scanner::Terminator;
use crate::view::{Incomplete, View};

/// The maximum number of bytes before a name that are searched for the quote that opens the
/// string around the name.
const LONGEST_BEFORE: usize = 32;

/// Returns the closing quote between a name and its sign, if there is one.
pub(crate) fn quotes_before(view: &View<'_>, sign: usize) -> Option<Quote> {
    let mut at = sign;
    for _ in 0..MAX_BLANKS {
        match char_before(view, at) {
            Some((byte, start)) if is_blank(byte) => at = start,
            Some((byte, start)) if is_quote(byte) => {
                let slashes = start - slashes_start(view, start);
                return Some((byte, u8::try_from(slashes).unwrap_or_default()));
            }
            _ => break,
        }
    }
    None
}

/// Returns the quote directly after a name and its number. The same quote must be before the
/// name, unless the character there cannot be read or is part of a mask.
pub(crate) fn own_quote(
    view: &View<'_>,
    (name, end): (usize, usize),
) -> Result<Option<Quote>, Incomplete> {
    let is_number_byte = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    let end = end + view.run_length(end, LONGEST_NUMBER + 1, is_number_byte)?;
    let closing = char_at(view, end)?.filter(|found| is_quote(found.byte));
    let before =
        char_before(view, name).filter(|_| !ends_in_mask(view.slice(view.lower_bound, name)));
    let opens = |quote: &DecodedChar| before.is_none_or(|(byte, _)| byte == quote.byte);
    Ok(closing.filter(opens).map(|found| (found.byte, found.form.slashes())))
}

/// Returns the quote that opens the string around a name, if it is at most [`LONGEST_BEFORE`]
/// bytes before the name. The name itself is not in quotes.
pub(crate) fn outer_quote(view: &View<'_>, name: usize) -> Option<Quote> {
    let start = view.lower_bound.max(name.saturating_sub(LONGEST_BEFORE));
    let before = view.bytes.get(start..name)?;
    #[cfg(test)]
    before.iter().for_each(|_| crate::steps::count());
    let is_end = |(at, byte): (usize, &u8)| {
        is_quote(*byte)
            || is_line_break(*byte)
            || !byte.is_ascii()
            || *byte == b'*' && ends_in_mask(before.get(..=at).unwrap_or_default())
    };
    let at = start + before.iter().enumerate().rposition(is_end)?;
    let quote = view.bytes.get(at).copied().filter(|byte| is_quote(*byte))?;
    let open = slashes_start(view, at);
    let opens = match view.before(open) {
        None => open == 0,
        Some(before) => is_whitespace(before) || b":=,[({".contains(&before),
    };
    opens.then(|| (quote, u8::try_from(at - open).unwrap_or_default()))
}

/// Returns whether the quote before a value closes a string that contains the name, instead of
/// opening the value.
///
/// If the name itself is in quotes (`is_own`), `outer` is the quote around the name. Otherwise,
/// `outer` is the quote that opened the string. `slashes` is the number of backslashes before
/// `outer`. The quote before the value closes the string if it is the same character as `outer`
/// and has at most `slashes` backslashes, or fewer than `slashes` if `is_own`.
pub(crate) fn closes_outer(until: Terminator, outer: u8, slashes: u8, is_own: bool) -> bool {
    match until {
        Terminator::Quote { quote, form: Form::Raw(count), .. } if is_own => {
            quote == outer && count < slashes
        }
        Terminator::Quote { quote, form: Form::Raw(count), .. } => {
            quote == outer && count <= slashes
        }
        _ => false,
    }
}
