//! Values next to a credential's name: headers, members, parameters.

use crate::decode::{
    DecodedChar, Quote, char_at, char_before, is_outer_quote, is_quote, is_whitespace,
};
use crate::finding::FindingKind;
use crate::lookup::name_in_quotes_end;
use crate::name_end::{LONGEST_EMPHASIS, LONGEST_NUMBER, member_end, name_end, operator_start};
use crate::names::{LONGEST_PARAMETER, Name, ValueSyntax, name_before, query_name_before};
use crate::next_line::{Quoted, quoted_kind};
use crate::opening::{Start, is_quote_prefix_byte, quoted_start, skip_blanks, skip_whitespace};
use crate::quotes::{closes_outer, outer_quote, own_quote, quotes_before};
use crate::rules::exceptions::{self, after_visibility};
use crate::rules::header::{line, quoted_credentials, scheme_end, starts_with_bearer};
use crate::rules::structure;
use crate::rules::{After, Guess, List, Rules, Span, Verdict, is_no_value};
use crate::scan_cache::ScanCache;
use crate::start::{
    angle_start, continued_start, default_start, dump_start, is_closing_quote, value_start,
};
use crate::value_scanner::{Terminator, ValueScanner};
use crate::view::{Incomplete, SHORTEST_SECRET, View};

/// The maximum number of bytes between two values of a list.
const LONGEST_GAP: usize = 128;
/// The maximum number of letters of a constant that are read. It is one more than the number of
/// letters in `false`.
const LONGEST_WORD: usize = 6;

impl Rules {
    /// Finds a value after a sign: a colon, an equals sign, or the end of an arrow. The
    /// sign extends from `start` to `end` and is percent-encoded `level` times.
    pub(crate) fn named(
        &self,
        view: &View<'_>,
        sign: u8,
        (start, end): (usize, usize),
        level: u8,
    ) -> Result<Verdict, Incomplete> {
        let Some(located) = locate(view, sign, (start, end), level)? else {
            return Ok(Verdict::Nothing);
        };
        let Located { name, start, quotes, outer, is_query } = located;
        let kind = match (name.syntax, is_query, name.is_header) {
            (ValueSyntax::Authorization, _, _) => FindingKind::Authorization,
            (_, true, _) => FindingKind::Query,
            (_, _, true) => FindingKind::Header,
            _ => FindingKind::Member,
        };
        let syntax = if is_query { ValueSyntax::Plain } else { name.syntax };
        let continues = level == 0 && syntax == ValueSyntax::Plain;
        let list = List {
            kind,
            syntax,
            brackets: start.brackets,
            is_call: start.is_call,
            level,
            quotes: quotes.filter(|_| sign == b':' && level == 0),
            outer,
            is_typed: sign == b':' && continues,
            is_assigned: sign == b'=',
            is_bare: false,
            continues,
            value: None,
        };
        self.value_after(&View { outer, ..*view }, end, start, list)
    }

    /// Finds the next value after the value that ends at `end`.
    pub(crate) fn next_in(
        &self,
        view: &View<'_>,
        end: usize,
        list: List,
    ) -> Result<Verdict, Incomplete> {
        let view = &View { outer: list.outer, ..*view };
        if let Some(start) = list.value {
            return self.value_after(view, end, start, List { value: None, ..list });
        }
        if char_at(view, end)?.is_some_and(|found| is_outer_quote(found, list.outer)) {
            return Ok(Verdict::Nothing);
        }
        if list.brackets == 0 {
            let is_closed =
                list.is_bare && char_at(view, end)?.is_some_and(|found| is_quote(found.byte));
            let next = if is_closed { None } else { continued_start(view, end)? };
            if let Some(start) = next.filter(|start| !is_closing(start, list)) {
                return self.value(view, start, List { is_typed: false, ..list });
            }
            if !list.is_typed {
                return Ok(Verdict::Nothing);
            }
            let start = default_start(view, end)?.filter(|start| !is_closing(start, list));
            let Some(start) = start else { return Ok(Verdict::Nothing) };
            let is_type = |index: &usize| view.bytes.get(*index) != Some(&b'=');
            return match self.skipped(view, (end..start.at).take_while(is_type))? {
                Verdict::Nothing => self.value(view, start, List { is_typed: false, ..list }),
                Verdict::Found(span, _) => Ok(Verdict::Found(span, Some(list))),
                Verdict::Pass(end, _) => Ok(Verdict::Pass(end, Some(list))),
                beyond @ Verdict::Beyond(..) => Ok(beyond),
            };
        }
        let (mut at, mut depth) = match char_at(view, end)? {
            Some(found) if is_quote(found.byte) => (found.next, list.brackets),
            Some(DecodedChar { byte: b']' | b')' | b'}', .. }) => (end, list.brackets),
            // If a value has no quotes but its mask gets quotes, white space or a comma follows the
            // value.
            Some(found)
                if list.quotes.is_some() && (is_whitespace(found.byte) || found.byte == b',') =>
            {
                (end, list.brackets)
            }
            _ => return Ok(Verdict::Nothing),
        };
        let (mut line_break, mut has_comma) = (None, false);
        let end_of_gap = at + LONGEST_GAP;
        while at < end_of_gap
            && let Some(found) = char_at(view, at)?.filter(|found| found.form.level() <= list.level)
        {
            match found.byte {
                b'[' | b'(' => depth = depth.saturating_add(1),
                b']' | b')' | b'}' => depth -= 1,
                b'\r' | b'\n' => line_break = Some(found.form),
                b',' => has_comma = true,
                b' ' | b'\t' => {}
                _ => match constant_end(view, at)? {
                    Some(end) => {
                        at = end;
                        continue;
                    }
                    None => break,
                },
            }
            if depth == 0 {
                let start = match list.is_call {
                    true => dump_start(view, found.next)?,
                    false => start_after_bracket(view, found, list.level)?,
                };
                let Some(start) = start else { return Ok(Verdict::Nothing) };
                let (brackets, is_call) = (start.brackets, start.is_call);
                return self.value(view, start, List { brackets, is_call, ..list });
            }
            at = found.next;
        }
        if list.is_call {
            at = skip_keyword(view, at)?;
        }
        // If there is no comma before the value, added quotes would be read as part of the previous
        // string.
        let quotes = list.quotes.filter(|_| has_comma);
        let next = List { brackets: depth, quotes, ..list };
        match (quoted_start(view, at)?, line_break) {
            (Some(start), None) => self.value(view, start, next),
            (Some(start), Some(line_break)) => {
                match quoted_kind(view, start, line_break, list.level)? {
                    Quoted::Other => Ok(Verdict::Nothing),
                    Quoted::Value | Quoted::Unclosed => self.value(view, start, next),
                }
            }
            (None, None) if list.is_call => Ok(Verdict::Nothing),
            (None, None) => {
                let until =
                    Terminator::Bracket { level: list.level, depth: 0, last: b',', inner: None };
                self.value(view, Start { at, until, brackets: 0, is_call: false }, next)
            }
            // A truncated list ends at the end of the line.
            (None, Some(_)) => Ok(Verdict::Nothing),
        }
    }

    /// Finds the key between a sign and a value, if there is a key. Otherwise, finds the value.
    /// `from` is the end of the sign.
    fn value_after(
        &self,
        view: &View<'_>,
        from: usize,
        start: Start,
        list: List,
    ) -> Result<Verdict, Incomplete> {
        if start.at < from + SHORTEST_SECRET || !view.contains_key(from, start.at) {
            return self.value(view, start, list);
        }
        let list = List { value: Some(start), ..list };
        Ok(match self.skipped(view, from..start.at)? {
            Verdict::Nothing => return self.value(view, start, List { value: None, ..list }),
            Verdict::Found(span, _) if span.end <= start.at => Verdict::Found(span, Some(list)),
            Verdict::Pass(end, _) if end <= start.at => Verdict::Pass(end, Some(list)),
            other => other,
        })
    }

    /// Finds the first credential in the text between a name and its value. This text is the type
    /// of a declaration, or the name and the first arguments of a call.
    fn skipped(
        &self,
        view: &View<'_>,
        indices: impl Iterator<Item = usize> + Clone,
    ) -> Result<Verdict, Incomplete> {
        let lower_bound = indices.clone().next().unwrap_or_default();
        let inside = View { lower_bound, ..*view };
        let mut cache = ScanCache::default();
        for index in indices {
            match self.sign(&inside, index, &mut cache)? {
                Verdict::Nothing => {}
                verdict => return Ok(verdict),
            }
        }
        Ok(Verdict::Nothing)
    }

    /// Returns the verdict for the value that starts here.
    pub(crate) fn value(
        &self,
        view: &View<'_>,
        start: Start,
        list: List,
    ) -> Result<Verdict, Incomplete> {
        let Start { at, until, .. } = start;
        let guess = Guess::named(list.kind);
        if list.is_call
            && let Some(end) = argument_end(view, start)?
        {
            return Ok(Verdict::Pass(end, Some(List { is_typed: false, ..list })));
        }
        let bare = bare_value(view, start)?;
        if list.syntax != ValueSyntax::Plain && bare.is_some_and(is_no_value) {
            return Ok(Verdict::Pass(at + bare.map_or(0, <[u8]>::len), None));
        }
        let is_number = list.quotes.is_some() && bare.is_some_and(is_number);
        let syntax = if is_number { ValueSyntax::Plain } else { list.syntax };
        let verdict = match (syntax, until) {
            (ValueSyntax::Authorization, _) => self.authorization(view, start, guess)?,
            (ValueSyntax::Plain, Terminator::Delimiter { .. }) => {
                // In `X-Auth-Token: Bearer ...`, the scheme is not part of the value.
                let value = match list.is_assigned && !starts_with_bearer(view, at)? {
                    true => at,
                    false => scheme_end(view, at, until)?.unwrap_or(at),
                };
                if let Some(quoted) = quoted_credentials(view, value)? {
                    return self.scan_value(view, quoted.at, quoted.until, guess);
                }
                let is_value = ValueScanner::new(until).step(view, value)?.is_some();
                let value = if is_value { value } else { at };
                match self.scan_value(view, value, until, guess)? {
                    Verdict::Found(span, list) => {
                        match structure::end_before_name(view, (at, value), span.end)? {
                            Some(end)
                                if structure::may_be_secret(view.slice(value, end))
                                    || structure::contains_name(view.slice(value, end))
                                    || view.contains_key(value, end) =>
                            {
                                self.classify(view, value, end, guess)
                            }
                            Some(_) => return Ok(Verdict::Nothing),
                            None => Verdict::Found(span, list),
                        }
                    }
                    verdict => verdict,
                }
            }
            (ValueSyntax::Cookie, Terminator::Delimiter { level, .. }) => {
                self.scan_value(view, at, line(level), guess)?
            }
            _ => self.scan_value(view, at, until, guess)?,
        };
        let verdict = match (verdict, bare.filter(|_| is_number)) {
            // A dot at the end of a number is masked too: after the added quotes, it would be an
            // operator that joins two strings.
            (Verdict::Found(span, list), Some(number)) => {
                Verdict::Found(Span { end: at + number.len(), ..span }, list)
            }
            (verdict, _) => verdict,
        };
        let verdict = match list.quotes {
            Some(quotes) if is_number || matches!(until, Terminator::Bracket { .. }) => {
                // If a quote directly follows the value, the added quotes would be read as part of
                // a string.
                let is_apart = match &verdict {
                    Verdict::Found(span, _) => {
                        !char_at(view, span.end)?.is_some_and(|found| is_quote(found.byte))
                    }
                    _ => true,
                };
                if is_apart { self.add_quotes(verdict, quotes) } else { verdict }
            }
            _ => verdict,
        };
        let is_typed = list.is_typed && matches!(until, Terminator::Delimiter { .. });
        let is_bare = matches!(until, Terminator::Delimiter { .. });
        let list = List { is_typed, is_bare, ..list };
        let follows = match &verdict {
            Verdict::Found(Span { end, .. }, _) | Verdict::Pass(end, _) if list.continues => {
                may_continue(view, *end, is_bare)?
            }
            _ => list.continues,
        };
        let continues = list.brackets > 0 || is_typed || follows;
        Ok(match verdict {
            // The first value of a list may be empty.
            Verdict::Nothing
                if (list.brackets > 0 || is_typed)
                    && ValueScanner::new(until).step(view, at)?.is_none() =>
            {
                Verdict::Pass(at, Some(list))
            }
            Verdict::Found(span, _) => Verdict::Found(span, continues.then_some(list)),
            Verdict::Pass(end, _) => Verdict::Pass(end, continues.then_some(list)),
            Verdict::Beyond(span, scanner, _) if continues => {
                Verdict::Beyond(span, scanner, After::List(list))
            }
            other => other,
        })
    }
}

/// Returns whether the quote before a value does not open the value, but closes the string that
/// contains the name.
fn is_closing(start: &Start, list: List) -> bool {
    list.outer.is_some_and(|(quote, slashes)| closes_outer(start.until, quote, slashes, false))
}

/// A credential's name, and the start of its value.
struct Located {
    name: Name,
    start: Start,
    /// The quote between the name and its sign.
    quotes: Option<Quote>,
    /// The quote that ends the string around the name.
    outer: Option<Quote>,
    is_query: bool,
}

/// Returns the credential's name before a sign, and the start of the value after the sign. Returns
/// `None` if there is no such name, or if the text after the sign is known not to be a value.
fn locate(
    view: &View<'_>,
    sign: u8,
    (start, end): (usize, usize),
    level: u8,
) -> Result<Option<Located>, Incomplete> {
    if view.bytes.get(start) == Some(&b':') && is_time(view, start) {
        return Ok(None);
    }
    let operator = operator_start(view, sign, start);
    let end_of_name = match sign {
        b':' => member_end(view, start).unwrap_or_else(|| name_end(view, start)),
        _ => name_end(view, operator),
    };
    let Some(name) = name_of(view, sign, end_of_name) else { return Ok(None) };
    let Some(after) = separator_end(view, sign, end)? else { return Ok(None) };
    let after = emphasis_end(view, after, name.start)?;
    let after = match sign {
        b':' if view.before(name.start) == Some(b'[') => {
            after_visibility(view, after)?.unwrap_or(after)
        }
        _ => after,
    };
    let quotes = quotes_before(view, operator);
    let own = match quotes {
        Some(quotes) => Some(quotes),
        None => own_quote(view, (name.start, end_of_name))?,
    };
    let outer = if own.is_none() { outer_quote(view, name.start) } else { None };
    let view = &View { outer, ..*view };
    let Some(value) = value_start(view, after, level)? else { return Ok(None) };
    let is_query = sign == b'=' && is_parameter(view, name.start);
    let start = match quotes {
        Some(_) => Some(value),
        None => start_of_bare(view, after, value, (level, is_query))?,
    };
    let Some(mut start) = start else { return Ok(None) };
    if let Some((outer, slashes)) = own.or(outer)
        && closes_outer(start.until, outer, slashes, own.is_some())
    {
        return Ok(None);
    }
    let (name_span, value) = ((name.start, end_of_name), start.at);
    let is_quoted = !matches!(start.until, Terminator::Delimiter { .. });
    let named = exceptions::Named { name: name_span, sign, value, is_quoted };
    if level == 0 && exceptions::is_known(view, named)? {
        return Ok(None);
    }
    let is_inside = matches!(start.until, Terminator::Bracket { .. });
    if matches!(
        start.until,
        Terminator::Delimiter { level: 0, .. } | Terminator::Bracket { level: 0, .. }
    ) {
        if structure::begins(view, start.at, is_inside)? {
            return Ok(None);
        }
        if name.syntax == ValueSyntax::Plain && !is_inside {
            start.at = angle_start(view, start.at)?.unwrap_or(start.at);
        }
    }
    Ok(Some(Located { name, start, quotes, outer, is_query }))
}

/// Returns the credential's name that ends at an index, before this sign.
fn name_of(view: &View<'_>, sign: u8, end: usize) -> Option<Name> {
    let is_query_name = |start: &usize| sign == b'=' && is_parameter(view, *start);
    name_before(view, end).or_else(|| {
        let start = query_name_before(view, end).filter(is_query_name)?;
        Some(Name { syntax: ValueSyntax::Plain, is_header: false, start })
    })
}

/// Returns whether the name that starts here is the name of a query parameter.
fn is_parameter(view: &View<'_>, name: usize) -> bool {
    matches!(char_before(view, name), Some((b'?' | b'&', _)))
}

/// Returns the end of the closing emphasis of Markdown after a sign, if opening emphasis
/// is before the name: `**Password:** ...`. Otherwise, returns `sign`.
fn emphasis_end(view: &View<'_>, sign: usize, name: usize) -> Result<usize, Incomplete> {
    let mut count = 0;
    while count < LONGEST_EMPHASIS && view.before(name - count) == Some(b'*') {
        count += 1;
    }
    let mark = if count > 0 { b'*' } else { b'_' };
    if count == 0 {
        count = view.run_length(name, LONGEST_EMPHASIS, |byte| byte == mark)?;
    }
    let end = sign + view.run_length(sign, count, |byte| byte == mark)?;
    let is_end = end == sign + count && view.at(end)?.is_some_and(is_whitespace);
    Ok(if is_end { end } else { sign })
}

/// Returns whether a colon follows three or more digits without an underscore before
/// them. Such a colon is usually part of a time: `[28/Nov/2026:10:01:10`.
fn is_time(view: &View<'_>, colon: usize) -> bool {
    let is_digit = |back: &usize| {
        let byte = colon.checked_sub(*back).and_then(|index| view.before(index));
        byte.is_some_and(|byte| byte.is_ascii_digit())
    };
    let digits = (0..=LONGEST_NUMBER).take_while(is_digit).count();
    // The digits may be part of an escape: `\u0022`.
    digits > 2 && !matches!(view.before(colon - digits), Some(b'_' | b'u' | b'x' | b'%'))
}

/// Returns whether an operator may follow a value that ends here.
fn may_continue(view: &View<'_>, end: usize, is_bare: bool) -> Result<bool, Incomplete> {
    let end = if is_bare { end } else { end + 1 };
    Ok(view.at(end)?.is_some_and(|byte| is_whitespace(byte) || b"|+.?\\-~".contains(&byte)))
}

/// Returns a short value without quotes that may be a number or a constant such as `null`, if
/// the character after the value can follow a value in a list or an object.
fn bare_value<'t>(view: &View<'t>, start: Start) -> Result<Option<&'t [u8]>, Incomplete> {
    let Terminator::Delimiter { level: 0, .. } = start.until else { return Ok(None) };
    let may_be = |byte: u8| byte.is_ascii_digit() || b"ntfNTFuS<-".contains(&byte);
    if !view.at(start.at)?.is_some_and(may_be) {
        return Ok(None);
    }
    let is_word_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.<>".contains(&byte);
    let end = start.at + view.run_length(start.at, LONGEST_PARAMETER, is_word_byte)?;
    let is_end = match view.at(end)? {
        None => true,
        Some(byte) => is_whitespace(byte) || matches!(byte, b',' | b'}' | b']' | b')'),
    };
    Ok(is_end.then(|| view.slice(start.at, end)))
}

/// Returns whether a value looks like a number of JSON (RFC 8259, section 6). Its syntax is
/// not checked.
fn is_number(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    digits.first().is_some_and(u8::is_ascii_digit)
        && digits
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
}

/// Returns the end of the first argument of a call, if it is a credential's name and
/// another string follows: `getenv("API_KEY", "...")`.
fn argument_end(view: &View<'_>, start: Start) -> Result<Option<usize>, Incomplete> {
    let Terminator::Quote { quote, .. } = start.until else { return Ok(None) };
    let Some(end) = name_in_quotes_end(view, start.at, quote)? else { return Ok(None) };
    let comma = skip_whitespace(view, end + 1, 0)?;
    let next = skip_keyword(view, skip_whitespace(view, comma + 1, 0)?)?;
    let follows = view.at(comma)? == Some(b',') && quoted_start(view, next)?.is_some();
    Ok(follows.then_some(end))
}

/// Returns the index after the keyword `default=`, or `index` if the keyword is not here.
fn skip_keyword(view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
    Ok(index + if view.has(index, b"default=")? { b"default=".len() } else { 0 })
}

/// Returns the start of the value after a name without quotes. The quote after the sign may close
/// the string that contains the name and the sign. If so, the value is the text before the quote.
/// Returns `None` if there is no such text.
fn start_of_bare(
    view: &View<'_>,
    after: usize,
    start: Start,
    (level, is_query): (u8, bool),
) -> Result<Option<Start>, Incomplete> {
    let Terminator::Quote { quote, form, .. } = start.until else { return Ok(Some(start)) };
    let at = skip_blanks(view, after, level)?;
    let Some(first) = char_at(view, at)?.filter(|_| start.brackets == 0) else {
        return Ok(Some(start));
    };
    let is_prefixed = is_quote_prefix_byte(first.byte);
    if !(is_prefixed || is_quote(first.byte))
        || !is_closing_quote(view, start.at, (quote, form), is_query)?
    {
        return Ok(Some(start));
    }
    let until = Terminator::Delimiter { level, depth: 0 };
    let bare = Start { at, until, brackets: 0, is_call: false };
    Ok(is_prefixed.then_some(bare))
}

/// Returns the end of the constant here, such as `null`, in a list of values.
fn constant_end(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    let length = view.run_length(index, LONGEST_WORD, |byte| byte.is_ascii_alphabetic())?;
    let end = index + length;
    let follows = matches!(view.at(end)?, Some(b',' | b' ' | b'\t' | b'\r' | b'\n' | b']' | b')'));
    Ok((follows && is_no_value(view.slice(index, end))).then_some(end))
}

/// Returns the end of the separator that starts with this sign: `:`, `:=`, `=`, `==`, `=>`. Two
/// colons, as in `token::parse`, are not a separator.
fn separator_end(view: &View<'_>, sign: u8, end: usize) -> Result<Option<usize>, Incomplete> {
    if sign == b'>' {
        return Ok(Some(end));
    }
    if sign == b'<' {
        return Ok(view.has(end - 1, b"-")?.then_some(end));
    }
    if sign == b':' {
        return Ok(match view.at(end)? {
            Some(b':') => None,
            Some(b'=') => Some(end + 1),
            _ => Some(end),
        });
    }
    Ok(Some(end + view.run_length(end, 2, |byte| matches!(byte, b'=' | b'>'))?))
}

/// Returns the start of the value after a closing bracket, other than `]`, and a sign. If a sign
/// follows the bracket, the last string in the brackets is a name. The name was read as a value
/// because an earlier quote is not closed: `"secrets": [" ... AnyHashable("token"): ...`.
fn start_after_bracket(
    view: &View<'_>,
    bracket: DecodedChar,
    level: u8,
) -> Result<Option<Start>, Incomplete> {
    if bracket.byte == b']' || !matches!(view.at(bracket.next)?, Some(b':' | b'=')) {
        return Ok(None);
    }
    value_start(view, bracket.next + 1, level)
}
