//! Where a value starts: what may be between a name and its value.

use crate::decode::{DecodedChar, Form, is_blank, is_break, is_quote, is_space, unit};
use crate::lookup::{default_of_lookup, lookup_end};
use crate::masked::word_end;
use crate::names::is_of_name;
use crate::next_line::{Quoted, quoted_behind, start_beyond};
use crate::opening::{MAX_OPENERS, Start, quoted_start, skip_blanks, skip_space};
use crate::value_scanner::Terminator;
use crate::view::{Incomplete, LONG_WORD, View};

const LONGEST_WORD: usize = LONG_WORD;
const LONGEST_TYPE: usize = 64;
/// Between two texts in quotes.
const LONGEST_GAP: usize = 128;
const MAX_CALLS: usize = 3;
const LONGEST_KEY: usize = 64;

/// Returns where the value after a name's separator starts, if there is one.
pub(crate) fn value_start(
    view: &View<'_>,
    index: usize,
    level: u8,
) -> Result<Option<Start>, Incomplete> {
    let mut at = skip_blanks(view, index, level)?;
    if let Some((beyond, Quoted::Value)) = start_beyond(view, at, level)? {
        at = beyond;
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
            at += b"<<".len(); // a binary of Erlang
            continue;
        }
        if view.has(at, b"!!str ")? {
            at = skip_blanks(view, at + b"!!str ".len(), level)?; // a tag of YAML
            continue;
        }
        if let Some(first) = slice_start(view, at)? {
            (at, brackets, is_list) = (first, brackets + 1, true);
            continue;
        }
        let Some(found) = unit(view, at)? else { return Ok(None) };
        match found.byte {
            _ if found.form.level() > level => break,
            b'[' | b'(' => {
                (brackets, is_list) = (brackets + 1, true);
                at = skip_blanks(view, found.next, level)?;
                if let Some((beyond, Quoted::Value | Quoted::Open)) = start_beyond(view, at, level)?
                {
                    at = beyond;
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

/// Whether the text in quotes that starts here is a key of a dictionary, as in
/// `["password": "..."]`.
fn is_key(view: &View<'_>, start: Start) -> Result<bool, Incomplete> {
    let Terminator::Quote { quote, .. } = start.until else { return Ok(false) };
    let end = start.at + view.run(start.at, LONGEST_KEY, is_of_name)?;
    if view.at(end)? != Some(quote) || view.holds_key(start.at, end) {
        return Ok(false);
    }
    let sign = skip_blanks(view, end + 1, 0)?;
    Ok(match view.at(sign)? {
        Some(b':') => view.at(sign + 1)? != Some(b':'),
        Some(b'=') => view.at(sign + 1)? == Some(b'>'),
        _ => false,
    })
}

/// Whether the quote before this place, after a sign, closes the text that the
/// sign ends, as in `{"prompt": "Password: ", "user": "ana"}`: then no value
/// is between it and the next such quote, or the end of the text.
pub(crate) fn is_text_over(
    view: &View<'_>,
    index: usize,
    (quote, form): (u8, Form),
    is_query: bool,
) -> Result<bool, Incomplete> {
    let Some(first) = unit(view, index)? else { return Ok(false) };
    // A URL contains none of these.
    if is_query && (is_space(first.byte) || matches!(first.byte, b'>' | b')')) {
        return Ok(true);
    }
    let (mut at, mut has_blank, mut has_mark) = (index, false, false);
    for _ in 0..LONGEST_GAP {
        let Some(found) = unit(view, at)? else { return Ok(true) };
        match found.byte {
            // An escape is a part of the value.
            _ if found.form.slashes() > form.slashes() => break,
            b',' | b':' | b';' | b'[' | b']' | b'{' | b'}' | b'(' | b')' => has_mark = true,
            byte if is_space(byte) => has_blank = true,
            byte if byte == quote => return Ok(at > index),
            _ => break,
        }
        at = found.next;
    }
    let goes_on = is_blank(first.byte) || first.byte == b',';
    Ok(has_blank && ends_blank(view, at, quote)?.unwrap_or(has_mark)
        || goes_on && is_name_before(view, at, quote)?)
}

/// Whether a few words are here, and a blank between the last of them and
/// this quote: what is between two texts, as in `("token:", token, "b:")`.
/// Returns `None` if the line ends without the quote.
///
/// They contain no sign of a credential, so that after redaction they are
/// still words, no more of them, and the quote.
fn ends_blank(view: &View<'_>, index: usize, quote: u8) -> Result<Option<bool>, Incomplete> {
    const MOST_WORDS: usize = 4;
    const LONGEST: usize = 512;
    let is_of_words = |byte: u8| {
        byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_.+-*$/,() \t".contains(&byte)
    };
    let (mut at, mut words, mut last) = (index, 1, 0);
    while words <= MOST_WORDS && at < index + LONGEST {
        match unit(view, at)? {
            Some(DecodedChar { byte, .. }) if byte == quote => return Ok(Some(is_blank(last))),
            Some(DecodedChar { byte, next, form: Form::Raw(0) })
                if is_of_words(byte) && !view.has(at, b"---")? =>
            {
                words += usize::from(is_blank(last) && !is_blank(byte));
                (at, last) = (next, byte);
            }
            Some(DecodedChar { byte, .. }) if !is_break(byte) => return Ok(Some(false)),
            _ => return Ok(None),
        }
    }
    Ok(Some(false))
}

/// Whether a name, a sign and this quote are here: `code="`.
fn is_name_before(view: &View<'_>, index: usize, quote: u8) -> Result<bool, Incomplete> {
    // Counted in characters, because masking does not add any.
    let (mut at, mut length) = (index, 0);
    while let Some(byte) = view.at(at)?
        && length <= LONGEST_WORD
        && (byte.is_ascii_alphanumeric() || !byte.is_ascii() || b"_-.*".contains(&byte))
    {
        length += usize::from(byte & 0xc0 != 0x80);
        at += 1;
    }
    let is_signed = length > 0 && length <= LONGEST_WORD;
    Ok(is_signed && matches!(view.at(at)?, Some(b'=' | b':')) && view.at(at + 1)? == Some(quote))
}

/// Returns whether what follows an opening brace shows that it opens an object.
fn is_object(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let Some(found) = unit(view, index)? else { return Ok(true) };
    Ok(found.byte <= b' ' || is_quote(found.byte) || found.byte == b'}')
}

/// Returns where the argument starts of a call that contains a quoted value, or a list
/// of such: `Some("...")`, `Secret::new('...')`, `Slice(["..."])`.
///
/// After a line break, here or earlier, it must not be a name itself.
fn call_start(
    view: &View<'_>,
    index: usize,
    calls: usize,
    line_break: Option<Form>,
) -> Result<Option<usize>, Incomplete> {
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || b":._$".contains(&byte);
    let index = index + keyword_length(view, index)?;
    let open = word_end(view, index, is_of_word)?;
    if open == index || calls == 0 || view.at(open)? != Some(b'(') {
        return Ok(None);
    }
    let (first, line_break) = skip_lines(view, open + 1, line_break)?;
    let argument = skip_arguments(view, first)?;
    let holds_value = match view.at(argument)? {
        Some(b'[') => {
            let (first, line_break) = skip_lines(view, argument + 1, line_break)?;
            is_value(view, first, line_break)?
        }
        _ => {
            is_value(view, argument, line_break)?
                || call_start(view, argument, calls - 1, line_break)?.is_some()
        }
    };
    Ok(holds_value.then_some(argument))
}

/// Returns the length of a keyword before a call, with its blank: `new f("...")`.
fn keyword_length(view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
    for keyword in [&b"new "[..], b"await ", b"Just "] {
        if view.has(index, keyword)? {
            return Ok(keyword.len());
        }
    }
    Ok(0)
}

/// Returns where the first argument begins that is not a bare name.
fn skip_arguments(view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
    let is_of_argument = |byte: u8| byte.is_ascii_alphanumeric() || b"_.$".contains(&byte);
    let mut at = index;
    for _ in 0..MAX_CALLS {
        let end = word_end(view, at, is_of_argument)?;
        if end == at || view.at(end)? != Some(b',') {
            break;
        }
        at = skip_blanks(view, end + 1, 0)?;
    }
    Ok(at)
}

/// Where the white space ends that begins here, and a line break in it, or else
/// the one before.
fn skip_lines(
    view: &View<'_>,
    index: usize,
    before: Option<Form>,
) -> Result<(usize, Option<Form>), Incomplete> {
    let blanks = skip_blanks(view, index, 0)?;
    Ok(match unit(view, blanks)?.filter(|found| is_break(found.byte)) {
        Some(line_break) => (skip_space(view, blanks, 0)?, Some(line_break.form)),
        None => (blanks, before),
    })
}

/// Whether a text in quotes begins here that is a value.
fn is_value(view: &View<'_>, index: usize, line_break: Option<Form>) -> Result<bool, Incomplete> {
    match (quoted_start(view, index)?, line_break) {
        (Some(start), Some(form)) => Ok(quoted_behind(view, start, form, 0)? != Quoted::Other),
        (start, _) => Ok(start.is_some()),
    }
}

/// The text in quotes that a declaration assigns, of whose type the first word
/// ends here: `str = "..."`, `str | None = "..."`, `Option<String> = "..."`.
pub(crate) fn default_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    let is_of_type = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'_' | b'.' | b',' | b';' | b'?' | b'\'')
            || matches!(byte, b'&' | b'|' | b'<' | b'>' | b'[' | b']' | b' ')
    };
    let mut at = skip_blanks(view, index, 0)?;
    if matches!(view.at(at)?, Some(b'&' | b'|' | b'<' | b'>' | b'[' | b'?' | b',')) {
        let end = at + view.run(at, LONGEST_TYPE, is_of_type)?;
        let brackets = |open| view.slice(at, end).iter().filter(|byte| **byte == open).count();
        if brackets(b'<') > brackets(b'>') {
            return Ok(None); // a tag of HTML
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

/// Returns where a value in angle brackets begins (`<hunter22>`), or one after a tag
/// (`<b>hunter22</b>`).
pub(crate) fn angle_start(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    if view.at(index)? != Some(b'<') {
        return Ok(None);
    }
    let is_inside = |byte: u8| byte > b' ' && !is_quote(byte) && !matches!(byte, b'<' | b'>');
    let end = index + 1 + view.run(index + 1, LONGEST_TYPE, is_inside)?;
    let is_markup = view.at(index + 1)? == Some(b'/') || view.before(end) == Some(b'/');
    if end == index + 1 || is_markup || view.at(end)? != Some(b'>') {
        return Ok(None);
    }
    let is_tag = view.slice(index + 1, end).iter().all(u8::is_ascii_alphanumeric)
        && view.at(end + 1)?.is_some_and(|byte| {
            byte.is_ascii_alphanumeric() || !byte.is_ascii() || byte == b'*' // or a mask
        });
    Ok(Some(if is_tag { end + 1 } else { index + 1 }))
}

/// Returns where the value begins on the next line of Swift's `dump`, which prints an
/// optional value twice: `- some: "..."`.
pub(crate) fn dump_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    if !view.at(index)?.is_some_and(is_break) {
        return Ok(None);
    }
    let mut at = skip_space(view, index, 0)?;
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

/// Returns where the string after an operator begins, if one follows the value that
/// ends here: `"a" + "b"`, `a || "b"`, `"old" -> "new"`.
pub(crate) fn continued_start(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    const OPERATORS: [&[u8]; 9] = [b"||", b"??", b"?:", b"or ", b"..", b"->", b"+", b".", b"~>"];
    let after = match unit(view, index)? {
        Some(DecodedChar { byte, next, form: Form::Raw(0) }) if is_quote(byte) => next,
        Some(DecodedChar { byte: b' ' | b'\t' | b'|' | b'+', .. }) => index,
        _ => return Ok(None),
    };
    // A quote in a string of a shell: `'it'\''s'`.
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

/// Returns where the first quoted string of a Go slice starts, as in
/// `[]string{"..."}`.
fn slice_start(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    if !view.has(index, b"[]")? {
        return Ok(None);
    }
    let is_of_type = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'.' | b'_');
    let open = index + 2 + view.run(index + 2, LONGEST_WORD, is_of_type)?;
    if !matches!(view.at(open)?, Some(b'{' | b'(')) {
        return Ok(None);
    }
    let first = skip_space(view, open + 1, 0)?;
    Ok(quoted_start(view, first)?.map(|_| first))
}
