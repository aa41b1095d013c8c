//! Structures after a credential's name. They are not values: their own names say
//! which parts are. Examples: `credentials: {password: "..."}`,
//! `Token(access_token='...')`, `credentials: password=...`.

use crate::decode::{is_blank, is_break, is_quote};
use crate::masked::{LONGEST_MASKED, ends_in_mask, mask_start, word_end};
use crate::name_end::{MAX_BLANKS, name_end, operator_start};
use crate::names::{BEARER, Name, ValueSyntax, is_of_name, name_alone, name_before};
use crate::value_scanner::{Terminator, ValueScanner, is_mask_character};
use crate::view::SHORTEST;
use crate::view::{Incomplete, LONG_WORD, View};

/// The longest type before a bracket, and the longest name after one.
const LONGEST_NAME: usize = LONG_WORD;
/// The longest value of a first member that has no quotes.
const LONGEST_VALUE: usize = 64;

/// Returns whether a structure begins here, or a credential's name with its sign.
/// Inside a bracket (`is_inside`), a first member counts only if its value is in
/// quotes: a bare one may be `user:password`.
pub(crate) fn begins(view: &View<'_>, index: usize, is_inside: bool) -> Result<bool, Incomplete> {
    if view.is_long_word(index) {
        return Ok(false);
    }
    let length = view.run(index, LONGEST_NAME, is_of_name)?;
    let end = index + length;
    if !matches!(view.at(end)?, Some(b'(' | b'[' | b'{' | b':' | b'=' | b' ' | b'\t')) {
        return Ok(false);
    }
    if is_inside
        && length > 0
        && let Some(value) = sign_end(view, end)?
    {
        let value = value + view.run(value, MAX_BLANKS, is_blank)?;
        let is_quoted = view.at(value)?.is_some_and(is_quote);
        return Ok(is_quoted && !view.holds_key(index, end));
    }
    if is_random(view.slice(index, end)) {
        return Ok(false);
    }
    let begins = match view.at(end)? {
        Some(b'(' | b'[' | b'{') => member_begins(view, end + 1)?,
        // `[Part { password: "..." }]`, `token: Token { id: 3 }`
        Some(b' ')
            if (is_inside || is_type(view.slice(index, end)))
                && view.at(end + 1)? == Some(b'{') =>
        {
            let blanks = view.run(end + 2, MAX_BLANKS, is_blank)?;
            member_begins(view, end + 2 + blanks)?
        }
        Some(b':' | b'=' | b' ' | b'\t') if length > 0 && is_signed(view, end)? => {
            let inside = View { floor: index, ..*view };
            name_before(&inside, end).is_some_and(|name| name.start == index)
        }
        _ => false,
    };
    Ok(begins && !view.holds_key(index, end))
}

/// Returns whether a word reads like the name of a type: a capital, and letters alone.
fn is_type(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_uppercase) && word.iter().all(u8::is_ascii_alphabetic)
}

/// Returns whether a word reads like a secret rather than a name: digits in three places
/// or more, with letters between them.
fn is_random(word: &[u8]) -> bool {
    let starts_run = |pair: &&[u8]| pair.iter().map(u8::is_ascii_digit).eq([false, true]);
    word.len() >= SHORTEST && word.windows(2).filter(starts_run).count() >= 3
}

/// Returns where a bare value ends before a credential's name and a sign, or before
/// `Bearer`, whose own value follows: `a[b=Cookie: ...`. The value starts at `value`,
/// after a scheme if there is one at `start`.
pub(crate) fn end_before_name(
    view: &View<'_>,
    (start, value): (usize, usize),
    end: usize,
) -> Result<Option<usize>, Incomplete> {
    let inside = View { floor: start, ..*view };
    // What follows an inner name may be masked.
    if let Some(mask) = mask_start(&inside, end)
        && matches!(inside.before(mask), Some(b':' | b'='))
    {
        if ends_in_mask(view.slice(value, mask - 1)) {
            return Ok(Some(mask - 1));
        }
        if let Some(name) = name_before(&inside, mask - 1)
            && !inside.before(name.start).is_some_and(is_of_name)
        {
            return Ok(Some(name.start.max(value)));
        }
    }
    let bearer = ends_in_bearer(view, start, end)?;
    let end = bearer.unwrap_or(end);
    let Some(sign @ (b':' | b'=')) = view.before(end) else { return Ok(bearer) };
    // An equals sign before a blank or a closing quote may be the padding of base64.
    let is_sign = match view.at(end)? {
        Some(byte) if is_quote(byte) => sign == b':' || opens(view, end)?,
        Some(byte) => sign == b':' && is_blank(byte),
        None => false,
    };
    // A name that is longer than any is a secret that ends in one. So is, after a
    // scheme, what is long enough for a token.
    let is_name = |name: &Name| {
        name.start > start
            && !inside.before(name.start).is_some_and(is_of_name)
            && (name.start > value || end <= value + SHORTEST)
            && !view.holds_key(name.start, end - 1)
    };
    let name = match ends_in_mask(view.slice(value, end - 1)) {
        true => Some(end - 1), // of a token that the name was part of
        false => match name_before(&inside, end - 1) {
            Some(name) if is_name(&name) => Some(name.start.max(value)),
            Some(name) if view.holds_key(name.start, end - 1) => None,
            // A secret that runs into the name.
            Some(_) => name_alone(&inside, end - 1)
                .filter(|name| *name > value && is_random(view.slice(value, *name))),
            None => None,
        },
    };
    Ok(match bearer {
        Some(_) => name.or(bearer),
        None => name.filter(|_| is_sign),
    })
}

/// Returns whether the quote here may open a string, judged by the byte after it.
fn opens(view: &View<'_>, quote: usize) -> Result<bool, Incomplete> {
    let next = view.at(quote + 1)?;
    Ok(next.is_some_and(|byte| !is_blank(byte) && !is_break(byte) && !b",;&|)]}".contains(&byte)))
}

/// Returns where `Bearer` starts if a bare value ends with it, after a sign or a mask and
/// before a blank.
fn ends_in_bearer(view: &View<'_>, start: usize, end: usize) -> Result<Option<usize>, Incomplete> {
    let Some(word) = end.checked_sub(BEARER.len()).filter(|word| *word > start) else {
        return Ok(None);
    };
    let is_word = view.slice(word, end).eq_ignore_ascii_case(BEARER)
        && (matches!(view.before(word), Some(b':' | b'='))
            || ends_in_mask(view.slice(start, word)));
    Ok((is_word && view.at(end)?.is_some_and(is_blank)).then_some(word))
}

/// Returns whether what is between two credentials' names is long enough to be a
/// secret in one piece, rather than the start of a structure: `map[auth:`.
pub(crate) fn may_be_secret(text: &[u8]) -> bool {
    let is_of_piece = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_~+/.".contains(byte);
    text.split(|byte| !is_of_piece(byte)).any(|piece| piece.len() >= SHORTEST)
}

/// Returns whether a sign follows the name that ends here, with a blank before or
/// after it or with a quote after it. Without these, it may be part of a value.
fn is_signed(view: &View<'_>, name: usize) -> Result<bool, Incomplete> {
    let Some(value) = sign_end(view, name)? else { return Ok(false) };
    let next = view.at(value)?;
    Ok(view.at(name)?.is_some_and(is_blank)
        || next.is_some_and(is_quote)
        || view.at(name)? == Some(b':') && next.is_some_and(is_blank))
}

/// Returns whether the first member of a structure begins here: a name, a sign, and a
/// value that ends like a member's.
fn member_begins(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let length = view.run(index, LONGEST_NAME, is_of_name)?;
    let Some(value) = sign_end(view, index + length)?.filter(|_| length > 0) else {
        return Ok(false);
    };
    if view.holds_key(index, index + length) {
        return Ok(false);
    }
    let inside = View { floor: index, ..*view };
    if name_before(&inside, name_end(&inside, index + length)).is_some() {
        return Ok(true);
    }
    // The scheme of a URL is no name.
    if view.has(value, b"//")? {
        return Ok(false);
    }
    let word = word_end(view, value, is_of_name)?;
    match view.at(word)? {
        Some(b'[' | b'(' | b'{' | b'<') => return Ok(true),
        _ if word > value => {}
        Some(byte) if !is_blank(byte) && !is_quote(byte) && !is_break(byte) => {}
        _ => return Ok(true),
    }
    let mut scanner = ValueScanner::new(Terminator::Delimiter { level: 0, depth: 0 });
    // Mask characters do not count, so that masking makes nothing longer.
    let (mut at, mut length) = (value, 0);
    while length < LONGEST_VALUE && at < value + LONGEST_MASKED {
        let byte = view.at(at)?;
        if matches!(byte, Some(b'%' | b'\\')) {
            return Ok(false);
        }
        // What goes to the line's end takes the next member with it.
        // A key may reach over another name.
        if let Some(name) = byte.and_then(|sign| name_before_sign(view, value, sign, at)) {
            return Ok(name.syntax == ValueSyntax::Plain && !view.holds_key(value, at));
        }
        let next = match (scanner.step(view, at)?, byte) {
            (Some(next), _) => next,
            (None, Some(b'&' | b';' | b'|')) => at + 1, // within a URL
            (None, _) => break,
        };
        length += usize::from(!is_mask_character(view, at)?);
        at = next;
    }
    match view.at(at)? {
        Some(b')' | b']' | b'}') => Ok(true),
        // What follows is a token, even if it reads like a name and its sign.
        Some(b' ') if view.ends_with(at, BEARER) => Ok(false),
        Some(b',' | b' ') => {
            let next = at + view.run(at, MAX_BLANKS, |byte| is_blank(byte) || byte == b',')?;
            let length = view.run(next, LONGEST_NAME, is_of_name)?;
            let is_name = length > 0 && !view.holds_key(next, next + length);
            Ok(is_name && sign_end(view, next + length)?.is_some())
        }
        _ => Ok(false),
    }
}

/// Returns the credential's name before the sign at a place.
fn name_before_sign(view: &View<'_>, floor: usize, sign: u8, index: usize) -> Option<Name> {
    let inside = View { floor, ..*view };
    if !matches!(sign, b':' | b'=' | b'>') {
        return None;
    }
    name_before(&inside, name_end(&inside, operator_start(&inside, sign, index)))
}

/// Returns where the sign after a name ends, or `None` if there is none or it may be
/// the padding of base64.
fn sign_end(view: &View<'_>, name: usize) -> Result<Option<usize>, Incomplete> {
    let sign = name + view.run(name, MAX_BLANKS, is_blank)?;
    let end = sign + 1;
    Ok(match (view.at(sign)?, view.at(end)?) {
        (Some(b':'), Some(b':')) | (Some(b'='), Some(b'=')) => None,
        (Some(b':'), Some(_)) => Some(end),
        (Some(b'='), Some(b'>')) => Some(end + 1),
        (Some(b'='), Some(byte)) if sign > name || byte > b' ' && !b",;&|)]}".contains(&byte) => {
            Some(end)
        }
        _ => None,
    })
}
