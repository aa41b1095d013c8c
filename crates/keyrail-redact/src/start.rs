//! The start of a value, and the text that may be between a name and its value.

use crate::decode::{DecodedChar, Form, char_at, is_blank, is_line_break, is_quote, is_whitespace};
use crate::lookup::{default_of_lookup, lookup_end};
use crate::masked::{contains_masked_member, word_end};
use crate::names::is_name_byte;
use crate::next_line::{Quoted, quoted_kind, start_on_later_line};
use crate::opening::{MAX_OPENERS, Start, quoted_start, skip_blanks, skip_whitespace};
use crate::value_scanner::Terminator;
use crate::view::{Incomplete, LONGEST_WORD, View};

const LONGEST_TYPE: usize = 64;
/// The maximum number of characters between two quoted strings.
const LONGEST_GAP: usize = 128;
const MAX_CALLS: usize = 3;
const LONGEST_KEY: usize = 64;

/// Returns the start of the value after a name's separator, if there is one.
pub(crate) fn value_start(
    view: &View<'_>,
    index: usize,
    level: u8,
) -> Result<Option<Start>, Incomplete> {
    let mut at = skip_blanks(view, index, level)?;
    if let Some((next_line, Quoted::Value)) = start_on_later_line(view, at, level)? {
        at = next_line;
    }
    if view.is_long_word(at) {
        let until = Terminator::Delimiter { level, depth: 0 };
        return Ok(Some(Start { at, until, brackets: 0, is_call: false }));
    }
    if let Some(end) = lookup_end(view, at)? {
        return default_of_lookup(view, end);
    }
    let (mut brackets, mut is_list) = (0, false);
    for _ in 0..MAX_OPENERS {
        if let Some(start) = quoted_start(view, at)? {
            if is_list && is_key(view, start)? {
                return Ok(None);
            }
            return Ok(Some(Start { brackets, is_call: brackets > 0 && !is_list, ..start }));
        }
        if view.has(at, b"Just \"")? {
            at += b"Just ".len();
            continue;
        }
        if view.has(at, b"vec![")? {
            at += b"vec!".len();
            continue;
        }
        if view.has(at, b"<<\"")? {
            at += b"<<".len(); // an Erlang binary
            continue;
        }
        if view.has(at, b"!!str ")? {
            at = skip_blanks(view, at + b"!!str ".len(), level)?; // a YAML tag
            continue;
        }
        if let Some(first) = slice_start(view, at)? {
            (at, brackets, is_list) = (first, brackets + 1, true);
            continue;
        }
        let Some(found) = char_at(view, at)? else { return Ok(None) };
        match found.byte {
            _ if found.form.level() > level => break,
            b'[' | b'(' => {
                (brackets, is_list) = (brackets + 1, true);
                at = skip_blanks(view, found.next, level)?;
                if let Some((next_line, Quoted::Value | Quoted::Unclosed)) =
                    start_on_later_line(view, at, level)?
                {
                    at = next_line;
                }
            }
            b'{' if is_object(view, found.next)? => return Ok(None),
            _ => match call_start(view, at, MAX_CALLS, None)? {
                Some(argument) => (at, brackets) = (argument, brackets + 1),
                None => break,
            },
        }
    }
    let until = match brackets {
        0 => Terminator::Delimiter { level, depth: 0 },
        _ => Terminator::Bracket { level, depth: 0, last: b'[', inner: None },
    };
    Ok(Some(Start { at, until, brackets, is_call: brackets > 0 && !is_list }))
}

/// Returns whether the quoted string that starts here is a key of a dictionary, as in
/// `["password": "..."]`.
fn is_key(view: &View<'_>, start: Start) -> Result<bool, Incomplete> {
    let Terminator::Quote { quote, .. } = start.until else { return Ok(false) };
    let end = start.at + view.run_length(start.at, LONGEST_KEY, is_name_byte)?;
    if view.at(end)? != Some(quote) || view.contains_key(start.at, end) {
        return Ok(false);
    }
    let sign = skip_blanks(view, end + 1, 0)?;
    Ok(match view.at(sign)? {
        Some(b':') => view.at(sign + 1)? != Some(b':'),
        Some(b'=') => view.at(sign + 1)? == Some(b'>'),
        _ => false,
    })
}

/// Returns whether the quote before this index closes a string that ends with a sign, as in
/// `{"prompt": "Password: ", "user": "ana"}`. If so, the text after this quote is not a value.
pub(crate) fn is_closing_quote(
    view: &View<'_>,
    index: usize,
    (quote, form): (u8, Form),
    is_query: bool,
) -> Result<bool, Incomplete> {
    let Some(first) = char_at(view, index)? else { return Ok(false) };
    // A URL contains none of these.
    if is_query && (is_whitespace(first.byte) || matches!(first.byte, b'>' | b')')) {
        return Ok(true);
    }
    let (mut at, mut has_blank, mut has_punctuation) = (index, false, false);
    for _ in 0..LONGEST_GAP {
        let Some(found) = char_at(view, at)? else { return Ok(true) };
        match found.byte {
            // An escaped character is part of the value.
            _ if found.form.slashes() > form.slashes() => break,
            b',' | b':' | b';' | b'[' | b']' | b'{' | b'}' | b'(' | b')' => has_punctuation = true,
            byte if is_whitespace(byte) => has_blank = true,
            byte if byte == quote => return Ok(at > index),
            _ => break,
        }
        at = found.next;
    }
    let is_apart = is_blank(first.byte) || first.byte == b',';
    Ok(has_blank && are_words_between(view, at, quote)?.unwrap_or(has_punctuation)
        || is_apart && starts_attribute(view, at, quote)?)
}

/// Returns whether a few words follow, and then a blank directly before the next `quote`. If so,
/// the words are between two strings, as in `("token:", token, "b:")`. Returns `None` if the line
/// ends without the quote.
///
/// The words contain no sign of a credential, so redaction changes neither their number nor
/// the quote.
fn are_words_between(view: &View<'_>, index: usize, quote: u8) -> Result<Option<bool>, Incomplete> {
    const MAX_WORDS: usize = 4;
    const LONGEST: usize = 512;
    let is_word_byte = |byte: u8| {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_.+-*$/,() \t".contains(&byte)
    };
    let (mut at, mut words, mut last) = (index, 1, 0);
    while words <= MAX_WORDS && at < index + LONGEST {
        match char_at(view, at)? {
            Some(DecodedChar { byte, .. }) if byte == quote => return Ok(Some(is_blank(last))),
            Some(DecodedChar { byte, next, form: Form::Raw(0) })
                if is_word_byte(byte) && !view.has(at, b"---")? =>
            {
                words += usize::from(is_blank(last) && !is_blank(byte));
                (at, last) = (next, byte);
            }
            Some(DecodedChar { byte, .. }) if !is_line_break(byte) => return Ok(Some(false)),
            _ => return Ok(None),
        }
    }
    Ok(Some(false))
}

/// Returns whether a name, a sign and this quote follow: `code="`.
fn starts_attribute(view: &View<'_>, index: usize, quote: u8) -> Result<bool, Incomplete> {
    // Characters are counted, not bytes: a mask may have more bytes than the key that it
    // replaces, but not more characters.
    let (mut at, mut length) = (index, 0);
    while let Some(byte) = view.at(at)?
        && length <= LONGEST_WORD
        && (byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_-.*".contains(&byte))
    {
        length += usize::from(byte & 0xc0 != 0x80);
        at += 1;
    }
    let is_name = length > 0 && length <= LONGEST_WORD;
    Ok(is_name && matches!(view.at(at)?, Some(b'=' | b':')) && view.at(at + 1)? == Some(quote))
}

/// Returns whether an opening brace opens an object, judging by the character after it.
fn is_object(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let Some(found) = char_at(view, index)? else { return Ok(true) };
    Ok(found.byte <= b' ' || is_quote(found.byte) || found.byte == b'}')
}

/// Returns the start of a call's argument, if the argument is a quoted value, a list of quoted
/// values, or another such call: `Some("...")`, `Secret::new('...')`, `Slice(["..."])`.
///
/// If there is a line break before the quoted string, in this call or in a call around it
/// (`line_break`), the string must not be a name.
fn call_start(
    view: &View<'_>,
    index: usize,
    calls: usize,
    line_break: Option<Form>,
) -> Result<Option<usize>, Incomplete> {
    let is_word_byte = |byte: u8| byte.is_ascii_alphanumeric() || b":._$".contains(&byte);
    let index = index + keyword_length(view, index)?;
    let open = word_end(view, index, is_word_byte)?;
    if open == index || calls == 0 || view.at(open)? != Some(b'(') {
        return Ok(None);
    }
    let (first, line_break) = skip_lines(view, open + 1, line_break)?;
    let argument = skip_arguments(view, first)?;
    let contains_value = match view.at(argument)? {
        Some(b'[') => {
            let (first, line_break) = skip_lines(view, argument + 1, line_break)?;
            is_quoted_value(view, first, line_break)?
        }
        _ => {
            is_quoted_value(view, argument, line_break)?
                || call_start(view, argument, calls - 1, line_break)?.is_some()
        }
    };
    Ok(contains_value.then_some(argument))
}

/// Returns the length of the keyword here, as in `new f("...")`, including the space after the
/// keyword. Returns 0 if no keyword is here.
fn keyword_length(view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
    for keyword in [&b"new "[..], b"await ", b"Just "] {
        if view.has(index, keyword)? {
            return Ok(keyword.len());
        }
    }
    Ok(0)
}

/// Skips arguments that are names without quotes, and returns the start of the next argument.
fn skip_arguments(view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
    let is_argument_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$".contains(&byte);
    let mut at = index;
    for _ in 0..MAX_CALLS {
        let end = word_end(view, at, is_argument_byte)?;
        if end == at || view.at(end)? != Some(b',') {
            break;
        }
        at = skip_blanks(view, end + 1, 0)?;
    }
    Ok(at)
}

/// Returns the end of the white space here, and the form of the first line break in it. Returns
/// `earlier` in place of the form if the white space contains no line break.
fn skip_lines(
    view: &View<'_>,
    index: usize,
    earlier: Option<Form>,
) -> Result<(usize, Option<Form>), Incomplete> {
    let blanks = skip_blanks(view, index, 0)?;
    Ok(match char_at(view, blanks)?.filter(|found| is_line_break(found.byte)) {
        Some(line_break) => (skip_whitespace(view, blanks, 0)?, Some(line_break.form)),
        None => (blanks, earlier),
    })
}

/// Returns whether a quoted string that is a value starts here.
fn is_quoted_value(
    view: &View<'_>,
    index: usize,
    line_break: Option<Form>,
) -> Result<bool, Incomplete> {
    match (quoted_start(view, index)?, line_break) {
        (Some(start), Some(form)) => Ok(quoted_kind(view, start, form, 0)? != Quoted::Other),
        (start, _) => Ok(start.is_some()),
    }
}

/// Returns the start of the quoted string that a declaration assigns. The first word of the
/// declared type ends here: `str = "..."`, `str | None = "..."`, `Option<String> = "..."`.
pub(crate) fn default_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    let is_type_byte = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'.' | b',' | b';' | b'?' | b'\'')
            || matches!(byte, b'&' | b'|' | b'<' | b'>' | b'[' | b']' | b' ')
    };
    let mut at = skip_blanks(view, index, 0)?;
    if matches!(view.at(at)?, Some(b'&' | b'|' | b'<' | b'>' | b'[' | b'?' | b',')) {
        let end = at + view.run_length(at, LONGEST_TYPE, is_type_byte)?;
        let brackets = |open| view.slice(at, end).iter().filter(|byte| **byte == open).count();
        if brackets(b'<') > brackets(b'>') {
            return Ok(None); // an HTML tag
        }
        at = end;
    }
    if view.at(at)? != Some(b'=') {
        return Ok(None);
    }
    let value = skip_blanks(view, at + 1, 0)?;
    if let Some(end) = lookup_end(view, value)? {
        return default_of_lookup(view, end);
    }
    match call_start(view, value, MAX_CALLS, None)? {
        Some(argument) => quoted_start(view, argument),
        None => quoted_start(view, value),
    }
}

/// Returns the start of a value in angle brackets (`<hunter22>`) or after a tag
/// (`<b>hunter22</b>`).
pub(crate) fn angle_start(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    if view.at(index)? != Some(b'<') {
        return Ok(None);
    }
    let is_inside = |byte: u8| byte > b' ' && !is_quote(byte) && !matches!(byte, b'<' | b'>');
    let end = index + 1 + view.run_length(index + 1, LONGEST_TYPE, is_inside)?;
    let is_markup = view.at(index + 1)? == Some(b'/') || view.before(end) == Some(b'/');
    if end == index + 1 || is_markup || view.at(end)? != Some(b'>') {
        return Ok(None);
    }
    // An earlier redaction masked only a value within this text, and not the whole text. So before
    // that redaction, the text was too long for a value in angle brackets.
    if contains_masked_member(view.slice(index + 1, end)) {
        return Ok(None);
    }
    let is_tag = view.slice(index + 1, end).iter().all(u8::is_ascii_alphanumeric)
        && view.at(end + 1)?.is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || !byte.is_ascii() || byte == b'*' // or a mask
        });
    Ok(Some(if is_tag { end + 1 } else { index + 1 }))
}

/// Returns the start of the value on the next line of Swift's `dump`, which prints an
/// optional value a second time as `- some: "..."`.
pub(crate) fn dump_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    if !view.at(index)?.is_some_and(is_line_break) {
        return Ok(None);
    }
    let mut at = skip_whitespace(view, index, 0)?;
    for bullet in ["- ", "\u{25bf} "] {
        if view.has(at, bullet.as_bytes())? {
            at += bullet.len();
            return match view.has(at, b"some: ")? {
                true => value_start(view, at + b"some:".len(), 0),
                false => Ok(None),
            };
        }
    }
    Ok(None)
}

/// Returns the start of the string after the operator that follows the value here, if there
/// is one: `"a" + "b"`, `a || "b"`, `"old" -> "new"`.
pub(crate) fn continued_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    const OPERATORS: [&[u8]; 9] = [b"||", b"??", b"?:", b"or ", b"..", b"->", b"+", b".", b"~>"];
    let after = match char_at(view, index)? {
        Some(DecodedChar { byte, next, form: Form::Raw(0) }) if is_quote(byte) => next,
        Some(DecodedChar { byte: b' ' | b'\t' | b'|' | b'+', .. }) => index,
        _ => return Ok(None),
    };
    // An apostrophe in a quoted string of a shell: `'it'\''s'`.
    if view.has(after, b"\\''")? {
        return quoted_start(view, after + 2);
    }
    let at = skip_blanks(view, after, 0)?;
    for operator in OPERATORS {
        if view.has(at, operator)? {
            return quoted_start(view, skip_blanks(view, at + operator.len(), 0)?);
        }
    }
    Ok(None)
}

/// Returns the start of the first quoted string of a Go slice, as in `[]string{"..."}`.
fn slice_start(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    if !view.has(index, b"[]")? {
        return Ok(None);
    }
    let is_type_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'.' | b'_');
    let open = index + 2 + view.run_length(index + 2, LONGEST_WORD, is_type_byte)?;
    if !matches!(view.at(open)?, Some(b'{' | b'(')) {
        return Ok(None);
    }
    let first = skip_whitespace(view, open + 1, 0)?;
    Ok(quoted_start(view, first)?.map(|_| first))
}
