//! Structures after a credential's name. A structure is not a value itself: the names in it
//! determine which of its parts are values. Examples: `credentials: {password: "..."}`,
//! `Token(access_token='...')`, `credentials: password=...`.

use crate::decode::{char_at, char_before, is_blank, is_line_break, is_quote};
use crate::masked::{LONGEST_MASKED, ends_in_mask, mask_start, word_end};
use crate::name_end::{MAX_BLANKS, name_end, operator_start};
use crate::names::{BEARER, Name, ValueSyntax, is_name_byte, longest_name_start, name_before};
use crate::value_scanner::{Terminator, ValueScanner, mask_character_end};
use crate::view::SHORTEST_SECRET;
use crate::view::{Incomplete, LONGEST_WORD, View};

/// The maximum length of a type before a bracket, and of a name after a bracket.
const LONGEST_NAME: usize = LONGEST_WORD;
/// The maximum length of the first member's value if the value is not in quotes.
const LONGEST_VALUE: usize = 64;

/// Returns whether a structure, or a credential's name with its sign, starts here.
/// Inside a bracket (`is_inside`), the value of the first member must be in quotes, because a
/// text without quotes may be `user:password`.
pub(crate) fn begins(view: &View<'_>, index: usize, is_inside: bool) -> Result<bool, Incomplete> {
    if view.is_long_word(index) {
        return Ok(false);
    }
    let length = view.run_length(index, LONGEST_NAME, is_name_byte)?;
    let end = index + length;
    if !matches!(view.at(end)?, Some(b'(' | b'[' | b'{' | b':' | b'=' | b' ' | b'\t')) {
        return Ok(false);
    }
    if is_inside
        && length > 0
        && let Some(value) = sign_end(view, end)?
    {
        let value = value + view.run_length(value, MAX_BLANKS, is_blank)?;
        let is_quoted = view.at(value)?.is_some_and(is_quote);
        return Ok(is_quoted && !view.contains_key(index, end));
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
            let blanks = view.run_length(end + 2, MAX_BLANKS, is_blank)?;
            member_begins(view, end + 2 + blanks)?
        }
        Some(b':' | b'=' | b' ' | b'\t') if length > 0 && is_signed(view, end)? => {
            let inside = View { lower_bound: index, ..*view };
            name_before(&inside, end).is_some_and(|name| name.start == index)
        }
        _ => false,
    };
    Ok(begins && !view.contains_key(index, end))
}

/// Returns whether a word reads like the name of a type: only letters, and the first letter is
/// upper case.
fn is_type(word: &[u8]) -> bool {
    word.first().is_some_and(u8::is_ascii_uppercase) && word.iter().all(u8::is_ascii_alphabetic)
}

/// Returns whether a word reads like a secret rather than a name: at least three runs of
/// digits, each after a character that is not a digit.
fn is_random(word: &[u8]) -> bool {
    let starts_run = |pair: &&[u8]| pair.iter().map(u8::is_ascii_digit).eq([false, true]);
    word.len() >= SHORTEST_SECRET && word.windows(2).filter(starts_run).count() >= 3
}

/// Returns the end of a value without quotes, if the text that was read as the value ends in
/// another credential's name and sign, or in `Bearer`. An example is `a[b=Cookie: ...`. The text
/// starts at `value` and ends at `end`. If a scheme is before the value, the scheme starts at
/// `start`.
pub(crate) fn end_before_name(
    view: &View<'_>,
    (start, value): (usize, usize),
    end: usize,
) -> Result<Option<usize>, Incomplete> {
    let inside = View { lower_bound: start, ..*view };
    // The value of the other name may be masked.
    let is_whole =
        |name: &Name| !char_before(&inside, name.start).is_some_and(|(byte, _)| is_name_byte(byte));
    if let Some(mask) = mask_start(&inside, end)
        && let Some(sign @ (b':' | b'=')) = inside.before(mask)
    {
        if ends_in_mask(view.slice(value, mask - 1)) {
            return Ok(Some(mask - 1));
        }
        if let Some(name) = name_before_sign(view, start, sign, mask - 1).filter(is_whole) {
            return Ok(Some(name.start.max(value)));
        }
    }
    let bearer = ends_in_bearer(view, start, end)?;
    let end = bearer.unwrap_or(end);
    let Some(sign @ (b':' | b'=')) = view.before(end) else { return Ok(bearer) };
    // An equals sign before a blank or a closing quote may be the padding of base64.
    let is_sign = match view.at(end)? {
        Some(byte) if is_quote(byte) => sign == b':' || may_open(view, end)?,
        Some(byte) => sign == b':' && is_blank(byte),
        None => false,
    };
    // A word that is too long for a name is a secret, even if it ends in a name. So is a word
    // directly after a scheme if it is long enough for a token.
    let is_name = |name: &Name| {
        name.start > start
            && is_whole(name)
            && (name.start > value || end <= value + SHORTEST_SECRET)
            && !view.contains_key(name.start, end - 1)
    };
    let name = match ends_in_mask(view.slice(value, end - 1)) {
        true => Some(end - 1), // the mask of a token that included the name
        false => match name_before(&inside, end - 1) {
            Some(name) if is_name(&name) => Some(name.start.max(value)),
            Some(name) if view.contains_key(name.start, end - 1) => None,
            // A secret directly before the name.
            Some(_) => longest_name_start(&inside, end - 1)
                .filter(|name| *name > value && is_random(view.slice(value, *name))),
            None => None,
        },
    };
    Ok(match bearer {
        Some(_) => name.or(bearer),
        None => name.filter(|_| is_sign),
    })
}

/// Returns whether the quote here may open a string, judging by the byte after it.
fn may_open(view: &View<'_>, quote: usize) -> Result<bool, Incomplete> {
    let next = view.at(quote + 1)?;
    Ok(next
        .is_some_and(|byte| !is_blank(byte) && !is_line_break(byte) && !b",;&|)]}".contains(&byte)))
}

/// Returns the start of `Bearer` at the end of a value without quotes, if it is after a sign
/// or a mask and before a blank.
fn ends_in_bearer(view: &View<'_>, start: usize, end: usize) -> Result<Option<usize>, Incomplete> {
    let Some(word) = end.checked_sub(BEARER.len()).filter(|word| *word > start) else {
        return Ok(None);
    };
    let is_word = view.slice(word, end).eq_ignore_ascii_case(BEARER)
        && (matches!(view.before(word), Some(b':' | b'='))
            || ends_in_mask(view.slice(start, word)));
    Ok((is_word && view.at(end)?.is_some_and(is_blank)).then_some(word))
}

/// Returns whether the text between the names of two credentials contains a word that is long
/// enough for a secret. Otherwise, the text is the start of a structure: `map[auth:`.
pub(crate) fn may_be_secret(text: &[u8]) -> bool {
    let is_word_byte = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_~+/.".contains(byte);
    text.split(|byte| !is_word_byte(byte)).any(|word| word.len() >= SHORTEST_SECRET)
}

/// Returns whether the text between the names of two credentials contains the name and the sign of
/// a third one. Such a text is not the start of a structure.
pub(crate) fn contains_name(text: &[u8]) -> bool {
    let (view, mut at) = (View::whole(text), 0);
    // The signs may be percent-encoded.
    while let Ok(Some(found)) = char_at(&view, at) {
        if name_before_sign(&view, 0, found.byte, at).is_some() {
            return true;
        }
        at = found.next;
    }
    false
}

/// Returns whether a sign follows the name that ends here, with a blank before the sign, a quote
/// after it, or, if the sign is a colon, a blank after it. Without a blank or a quote, the sign may
/// be part of a value.
fn is_signed(view: &View<'_>, name: usize) -> Result<bool, Incomplete> {
    let Some(value) = sign_end(view, name)? else { return Ok(false) };
    let next = view.at(value)?;
    Ok(view.at(name)?.is_some_and(is_blank)
        || next.is_some_and(is_quote)
        || view.at(name)? == Some(b':') && next.is_some_and(is_blank))
}

/// Returns whether the first member of a structure starts here: a name, a sign, and a value that
/// ends like the value of a member.
fn member_begins(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let length = view.run_length(index, LONGEST_NAME, is_name_byte)?;
    let Some(value) = sign_end(view, index + length)?.filter(|_| length > 0) else {
        return Ok(false);
    };
    if view.contains_key(index, index + length) {
        return Ok(false);
    }
    let inside = View { lower_bound: index, ..*view };
    if name_before(&inside, name_end(&inside, index + length)).is_some() {
        return Ok(true);
    }
    // The scheme of a URL is not a name.
    if view.has(value, b"//")? {
        return Ok(false);
    }
    let word = word_end(view, value, is_name_byte)?;
    match view.at(word)? {
        Some(b'[' | b'(' | b'{' | b'<') => return Ok(true),
        _ if word > value => {}
        Some(byte) if !is_blank(byte) && !is_quote(byte) && !is_line_break(byte) => {}
        _ => return Ok(true),
    }
    let mut scanner = ValueScanner::new(Terminator::Delimiter { level: 0, depth: 0 });
    // Mask characters are not counted, so that masking does not make the value longer.
    let (mut at, mut length) = (value, 0);
    while length < LONGEST_VALUE && at < value + LONGEST_MASKED {
        let byte = view.at(at)?;
        if matches!(byte, Some(b'%' | b'\\')) {
            return Ok(false);
        }
        // Another credential's name follows, so this is a structure. There are two exceptions. If
        // the value of the other name extends to the end of the line, as after `Cookie`, it would
        // include the next member. If the text before the sign may contain a key, the other name
        // may be part of that key.
        if let Some(name) = byte.and_then(|sign| name_before_sign(view, value, sign, at)) {
            return Ok(name.syntax == ValueSyntax::Plain && !view.contains_key(value, at));
        }
        let next = match (scanner.step(view, at)?, byte) {
            (Some(next), _) => next,
            (None, Some(b'&' | b';' | b'|')) => at + 1, // within a URL
            (None, _) => break,
        };
        let mask = mask_character_end(view, at)?;
        length += usize::from(mask.is_none());
        at = mask.unwrap_or(next);
    }
    match view.at(at)? {
        Some(b')' | b']' | b'}') => Ok(true),
        // The next word is a token, even if it reads like a name and its sign.
        Some(b' ') if view.ends_with(at, BEARER) => Ok(false),
        Some(b',' | b' ') => {
            let next =
                at + view.run_length(at, MAX_BLANKS, |byte| is_blank(byte) || byte == b',')?;
            let length = view.run_length(next, LONGEST_NAME, is_name_byte)?;
            let is_name = length > 0 && !view.contains_key(next, next + length);
            Ok(is_name && sign_end(view, next + length)?.is_some())
        }
        _ => Ok(false),
    }
}

/// Returns the credential's name before the sign at an index.
fn name_before_sign(view: &View<'_>, lower_bound: usize, sign: u8, index: usize) -> Option<Name> {
    let inside = View { lower_bound, ..*view };
    if !matches!(sign, b':' | b'=' | b'>') {
        return None;
    }
    name_before(&inside, name_end(&inside, operator_start(&inside, sign, index)))
}

/// Returns the end of the sign after a name, or `None` if there is no sign or it may be
/// the padding of base64.
fn sign_end(view: &View<'_>, name: usize) -> Result<Option<usize>, Incomplete> {
    let sign = name + view.run_length(name, MAX_BLANKS, is_blank)?;
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
