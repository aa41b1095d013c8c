//! Values beside a credential's name: headers, members, parameters.

use super::exceptions::{self, after_visibility};
use super::finding::FindingKind;
use super::marks::{SHORTEST, is_word_start};
use super::name_end::{
    LONGEST_EMPHASIS, LONGEST_NUMBER, MAX_BLANKS, member_end, name_end, name_in_quotes,
    operator_start,
};
use super::names::{Manner, Name, is_of_name, name_before, query_name_before};
use super::next_line::{Quoted, quoted_behind};
use super::rules::{After, Guess, List, Rules, Verdict, is_no_value};
use super::scan_cache::ScanCache;
use super::start::{
    Start, angle_start, continued_start, default_start, dump_start, is_prefix, is_text_over,
    quoted_start, skip_blanks, skip_space, value_start,
};
use super::structure;
use super::unit::{
    Form, Unit, is_blank, is_break, is_quote, is_space, opens_credentials, opens_parameter,
    skip_slashes, unit, unit_before,
};
use super::view::{More, View};
use super::walk::{End, Until, Walk, token_length};

const LONGEST_SCHEME: usize = 32;
pub(super) const LONGEST_PARAMETER: usize = 64;
/// How far before a name the quote is looked for that opens the text around it.
const LONGEST_BEFORE: usize = 64;
/// Between two values of a list.
const LONGEST_GAP: usize = 128;
/// `false`, and one more.
const LONGEST_WORD: usize = 6;

/// The schemes whose name may stay: those of IANA's registry, and those that
/// are in use for keys. Another word may be the key itself.
const SCHEMES: [&str; 25] = [
    "api-key",
    "apikey",
    "aws",
    "aws4-hmac-sha256",
    "basic",
    "bearer",
    "concealed",
    "digest",
    "dpop",
    "gnap",
    "googlelogin",
    "hawk",
    "hmac",
    "key",
    "mutual",
    "negotiate",
    "ntlm",
    "oauth",
    "privatetoken",
    "scram-sha-1",
    "scram-sha-256",
    "sharedkey",
    "token",
    "vapid",
    "x-api-key",
];

/// The parameters of a challenge to `Bearer` that are long enough to be taken
/// for a token (RFC 6750, section 3; RFC 9728, section 5.1).
const PARAMETERS: [&str; 6] = [
    "authorization_uri",
    "client_id",
    "error_description",
    "error_uri",
    "resource_metadata",
    "trusted_issuers",
];

impl Rules {
    /// A value after a colon or an equals sign, which is written from `start`
    /// to `end` and escaped so often.
    pub(super) fn named(
        &self,
        view: &View<'_>,
        sign: u8,
        (start, end): (usize, usize),
        level: u8,
    ) -> Result<Verdict, More> {
        let operator = operator_start(view, sign, start);
        let end_of_name = match sign {
            b':' => member_end(view, start).unwrap_or_else(|| name_end(view, start)),
            _ => name_end(view, operator),
        };
        let Some(name) = name_of(view, sign, end_of_name) else { return Ok(Verdict::Nothing) };
        let Some(after) = separator_end(view, sign, end)? else { return Ok(Verdict::Nothing) };
        let after = emphasis_end(view, after, name.start)?;
        let after = match sign {
            b':' if level == 0 => after_visibility(view, after)?.unwrap_or(after),
            _ => after,
        };
        let Some(value) = value_start(view, after, level)? else { return Ok(Verdict::Nothing) };
        let is_query = sign == b'=' && is_parameter(view, name.start);
        let quotes = quotes_before(view, operator);
        let start = match quotes {
            Some(_) => Some(value),
            None => start_of_bare(view, after, value, (level, is_query))?,
        };
        let Some(mut start) = start else { return Ok(Verdict::Nothing) };
        let own = match quotes {
            Some(quotes) => Some(quotes),
            None => own_quote(view, (name.start, end_of_name))?,
        };
        let outer = if own.is_none() { outer_quote(view, name.start) } else { None };
        if let Some((outer, slashes)) = own.or(outer)
            && closes_outer(start.until, outer, slashes, own.is_some())
        {
            return Ok(Verdict::Nothing);
        }
        let view = &View { outer, ..*view };
        let (name_span, value) = ((name.start, end_of_name), start.at);
        let is_quoted = !matches!(start.until, Until::Delimiter { .. });
        let named = exceptions::Named { name: name_span, sign, value, is_quoted };
        if level == 0 && exceptions::is_known(view, named)? {
            return Ok(Verdict::Nothing);
        }
        let is_inside = matches!(start.until, Until::Bracket { .. });
        if matches!(
            start.until,
            Until::Delimiter { level: 0, .. } | Until::Bracket { level: 0, .. }
        ) {
            if structure::begins(view, start.at, is_inside)? {
                return Ok(Verdict::Nothing);
            }
            if name.manner == Manner::Plain && !is_inside {
                start.at = angle_start(view, start.at)?.unwrap_or(start.at);
            }
        }
        let kind = match (name.manner, is_query, name.is_header) {
            (Manner::Authorization, _, _) => FindingKind::Authorization,
            (_, true, _) => FindingKind::Query,
            (_, _, true) => FindingKind::Header,
            _ => FindingKind::Member,
        };
        let manner = if is_query { Manner::Plain } else { name.manner };
        let is_typed = sign == b':' && level == 0 && manner == Manner::Plain;
        let quotes = quotes.filter(|_| sign == b':' && level == 0);
        let (brackets, is_call) = (start.brackets, start.is_call);
        let (is_assigned, goes_on) = (sign == b'=', level == 0 && manner == Manner::Plain);
        let list = List {
            kind,
            manner,
            brackets,
            is_call,
            level,
            quotes,
            outer,
            is_typed,
            is_assigned,
            goes_on,
        };
        self.value(view, start, list)
    }

    /// The next of a list, whose last value ends here, or none if the list has
    /// ended.
    pub(super) fn next_in(&self, view: &View<'_>, end: usize, list: List) -> Result<Verdict, More> {
        let view = &View { outer: list.outer, ..*view };
        if unit(view, end)?.is_some_and(|found| ends_outer(found, list.outer)) {
            return Ok(Verdict::Nothing);
        }
        if list.brackets == 0 {
            if let Some(start) = continued_start(view, end)?.filter(|it| !is_closing(it, list)) {
                return self.value(view, start, List { is_typed: false, ..list });
            }
            if !list.is_typed {
                return Ok(Verdict::Nothing);
            }
            let start = default_start(view, end)?.filter(|start| !is_closing(start, list));
            let Some(start) = start else { return Ok(Verdict::Nothing) };
            return match self.in_type(view, end, start.at)? {
                Verdict::Nothing => self.value(view, start, List { is_typed: false, ..list }),
                Verdict::Found(span, _) => Ok(Verdict::Found(span, Some(list))),
                Verdict::Pass(end, _) => Ok(Verdict::Pass(end, Some(list))),
                beyond @ Verdict::Beyond(..) => Ok(beyond),
            };
        }
        let (mut at, mut depth) = match unit(view, end)? {
            Some(found) if is_quote(found.byte) => (found.next, list.brackets),
            Some(Unit { byte: b']' | b')' | b'}', .. }) => (end, list.brackets),
            // Behind a mask that was given quotes.
            Some(found)
                if list.quotes.is_some() && (is_space(found.byte) || found.byte == b',') =>
            {
                (end, list.brackets)
            }
            _ => return Ok(Verdict::Nothing),
        };
        let (mut line_break, mut has_comma) = (None, false);
        let end_of_gap = at + LONGEST_GAP;
        while at < end_of_gap
            && let Some(found) = unit(view, at)?.filter(|found| found.form.level() <= list.level)
        {
            match found.byte {
                b'[' | b'(' => depth = depth.saturating_add(1),
                b']' | b')' | b'}' => depth -= 1,
                b'\r' | b'\n' => line_break = Some(found.form),
                b',' => has_comma = true,
                b' ' | b'\t' => {}
                _ => match nothing_end(view, at)? {
                    Some(end) => {
                        at = end;
                        continue;
                    }
                    None => break,
                },
            }
            if depth == 0 {
                let again = if list.is_call { dump_start(view, found.next)? } else { None };
                let Some(start) = again else { return Ok(Verdict::Nothing) };
                let (brackets, is_call) = (start.brackets, start.is_call);
                return self.value(view, start, List { brackets, is_call, ..list });
            }
            at = found.next;
        }
        // Right behind another text, quotes would be read as a part of it.
        let quotes = list.quotes.filter(|_| has_comma);
        let next = List { brackets: depth, quotes, ..list };
        match (quoted_start(view, at)?, line_break) {
            (Some(start), None) => self.value(view, start, next),
            (Some(start), Some(line_break)) => {
                match quoted_behind(view, start, line_break, list.level)? {
                    Quoted::Other => Ok(Verdict::Nothing),
                    Quoted::Value | Quoted::Open => self.value(view, start, next),
                }
            }
            (None, None) if list.is_call => Ok(Verdict::Nothing),
            (None, None) => {
                let until = Until::Bracket { level: list.level, depth: 0, last: b',', inner: None };
                self.value(view, Start { at, until, brackets: 0, is_call: false }, next)
            }
            // A list that was cut off ends at its line.
            (None, Some(_)) => Ok(Verdict::Nothing),
        }
    }

    /// What of a credential stands in the type of a declaration, which is passed
    /// over on the way to its value.
    fn in_type(&self, view: &View<'_>, start: usize, end: usize) -> Result<Verdict, More> {
        let inside = View { floor: start, ..*view };
        let mut cache = ScanCache::default();
        let is_type = |place: &usize| view.bytes.get(*place) != Some(&b'=');
        for place in (start..end).take_while(is_type) {
            match self.sign(&inside, place, &mut cache)? {
                Verdict::Nothing => {}
                verdict => return Ok(verdict),
            }
        }
        Ok(Verdict::Nothing)
    }

    /// A value, from its first character on.
    pub(super) fn value(&self, view: &View<'_>, start: Start, list: List) -> Result<Verdict, More> {
        let Start { at, until, .. } = start;
        let guess = Guess::named(list.kind);
        if list.is_call
            && let Some(end) = argument_end(view, start)?
        {
            return Ok(Verdict::Pass(end, Some(List { is_typed: false, ..list })));
        }
        let bare = bare_value(view, start)?;
        if list.manner != Manner::Plain && bare.is_some_and(is_no_value) {
            return Ok(Verdict::Pass(at + bare.map_or(0, <[u8]>::len), None));
        }
        let is_number = list.quotes.is_some() && bare.is_some_and(is_number);
        let manner = if is_number { Manner::Plain } else { list.manner };
        let verdict = match (manner, until) {
            (Manner::Authorization, _) => self.authorization(view, start, guess)?,
            (Manner::Plain, Until::Delimiter { .. }) => {
                // `X-Auth-Token: Bearer ...`: the word is none of the value.
                let value = match list.is_assigned && !starts_with_bearer(view, at)? {
                    true => at,
                    false => scheme_end(view, at, until)?.unwrap_or(at),
                };
                if let Some(quoted) = quoted_credentials(view, value)? {
                    return self.settle(view, quoted.at, quoted.until, guess);
                }
                let is_value = Walk::new(until).step(view, value)?.is_some();
                match self.settle(view, if is_value { value } else { at }, until, guess)? {
                    // Its own rule finds what follows.
                    Verdict::Found(span, _) if ends_in_bearer(view, at, span.end)? => {
                        return Ok(Verdict::Nothing);
                    }
                    verdict => verdict,
                }
            }
            (Manner::Cookie, Until::Delimiter { level, .. }) => {
                self.settle(view, at, line(level), guess)?
            }
            _ => self.settle(view, at, until, guess)?,
        };
        let verdict = match list.quotes {
            Some(quotes) if is_number || matches!(until, Until::Bracket { .. }) => {
                // Right before a quote, it would be a part of what that opens.
                let is_apart = match &verdict {
                    Verdict::Found(span, _) => {
                        !unit(view, span.end)?.is_some_and(|found| is_quote(found.byte))
                    }
                    _ => true,
                };
                if is_apart { self.quote(verdict, quotes) } else { verdict }
            }
            _ => verdict,
        };
        let is_typed = list.is_typed && matches!(until, Until::Delimiter { .. });
        let list = List { is_typed, ..list };
        let goes_on = list.brackets > 0 || is_typed || list.goes_on;
        Ok(match verdict {
            // The first of a list may be empty.
            Verdict::Nothing
                if (list.brackets > 0 || is_typed)
                    && Walk::new(until).step(view, at)?.is_none() =>
            {
                Verdict::Pass(at, Some(list))
            }
            Verdict::Found(span, _) => Verdict::Found(span, goes_on.then_some(list)),
            Verdict::Pass(end, _) => Verdict::Pass(end, goes_on.then_some(list)),
            Verdict::Beyond(span, walk, _) if goes_on => {
                Verdict::Beyond(span, walk, After::List(list))
            }
            other => other,
        })
    }

    /// The value of `Authorization`: what follows the scheme, where there is
    /// one that is known.
    fn authorization(
        &self,
        view: &View<'_>,
        Start { at, until, .. }: Start,
        guess: Guess<'_>,
    ) -> Result<Verdict, More> {
        let scheme = scheme_end(view, at, until)?;
        let start = scheme.unwrap_or(at);
        let Until::Delimiter { level, .. } = until else {
            return self.settle(view, start, until, guess);
        };
        if quoted_credentials(view, start)?.is_some() {
            let until = Until::Line { level, depth: 0, last: b' ', inner: None };
            return self.settle(view, start, until, guess);
        }
        if scheme.is_none() || has_parameter(view, start)? {
            return self.settle(view, start, line(level), guess);
        }
        // Two credentials in one field, as proxies put them together.
        if let End::At(end) = Walk::new(until).run(view, start, start)?
            && view.at(end)? == Some(b',')
            && scheme_end(view, skip_blanks(view, end + 1, level)?, until)?.is_some()
        {
            return self.settle(view, start, line(level), guess);
        }
        self.settle(view, start, until, guess)
    }

    /// What follows the word `Bearer`, which begins here.
    pub(super) fn bearer(&self, view: &View<'_>, index: usize) -> Result<Verdict, More> {
        const WORD: &[u8] = b"Bearer";
        if !is_word_start(view, index) {
            return Ok(Verdict::Nothing);
        }
        for (offset, letter) in WORD.iter().enumerate() {
            if !view.at(index + offset)?.is_some_and(|byte| byte.eq_ignore_ascii_case(letter)) {
                return Ok(Verdict::Nothing);
            }
        }
        let end = index + WORD.len();
        let start = skip_blanks(view, end, 1)?;
        let guess = Guess::shaped(FindingKind::Authorization);
        if let Some(quoted) = quoted_credentials(view, start)?
            && token_length(view, quoted.at, SHORTEST)? == SHORTEST
        {
            return self.settle(view, quoted.at, quoted.until, guess);
        }
        if start == end
            || token_length(view, start, SHORTEST)? < SHORTEST
            || is_challenge(view, start)?
        {
            return Ok(Verdict::Nothing);
        }
        self.settle(view, start, Until::Token, guess)
    }
}

/// Whether a character is the quote that ends the text around a list.
fn ends_outer(found: Unit, outer: Option<(u8, u8)>) -> bool {
    outer.is_some_and(|(quote, slashes)| {
        found.byte == quote && matches!(found.form, Form::Raw(count) if count <= slashes)
    })
}

/// Whether the quote of a value ends the text around a list instead.
fn is_closing(start: &Start, list: List) -> bool {
    list.outer.is_some_and(|(quote, slashes)| closes_outer(start.until, quote, slashes, false))
}

const BEARER: &[u8] = b"bearer";

/// Whether a value begins with a scheme that is met in any setting.
fn starts_with_bearer(view: &View<'_>, index: usize) -> Result<bool, More> {
    let length = view.run(index, BEARER.len() + 1, |byte| byte.is_ascii_alphabetic())?;
    let word = view.slice(index, index + length);
    Ok(word.eq_ignore_ascii_case(BEARER) || word.eq_ignore_ascii_case(b"basic"))
}

/// Whether a value without quotes ends in the word `Bearer` behind a sign, and
/// goes on behind a blank.
fn ends_in_bearer(view: &View<'_>, start: usize, end: usize) -> Result<bool, More> {
    let Some(word) = end.checked_sub(BEARER.len()).filter(|word| *word > start) else {
        return Ok(false);
    };
    let is_word = view.slice(word, end).eq_ignore_ascii_case(BEARER)
        && matches!(view.before(word), Some(b':' | b'='));
    Ok(is_word && view.at(end)?.is_some_and(is_blank))
}

/// The quotes in which the name before a sign stands: the byte, and how many
/// backslashes are before it.
fn quotes_before(view: &View<'_>, sign: usize) -> Option<(u8, u8)> {
    let mut at = sign;
    for _ in 0..MAX_BLANKS {
        match unit_before(view, at) {
            Some((byte, start)) if is_blank(byte) => at = start,
            Some((byte, start)) if is_quote(byte) => {
                let slashes = start - skip_slashes(view, start);
                return Some((byte, u8::try_from(slashes).unwrap_or_default()));
            }
            _ => break,
        }
    }
    None
}

/// The quote right behind a name and its number, and the backslashes before it, if another such
/// is before the name, or there is not all of it.
fn own_quote(view: &View<'_>, (name, end): (usize, usize)) -> Result<Option<(u8, u8)>, More> {
    let is_of_number = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'_' | b'-');
    let end = end + view.run(end, LONGEST_NUMBER + 1, is_of_number)?;
    let closing = unit(view, end)?.filter(|found| is_quote(found.byte));
    let opens = |quote: &Unit| unit_before(view, name).is_none_or(|(byte, _)| byte == quote.byte);
    Ok(closing.filter(opens).map(|found| (found.byte, found.form.slashes())))
}

/// The quote, and the backslashes before it, that opens the text in which a bare
/// name is, if one does shortly before.
fn outer_quote(view: &View<'_>, name: usize) -> Option<(u8, u8)> {
    let mut at = name;
    for _ in 0..LONGEST_BEFORE {
        let byte = view.before(at)?;
        at -= 1;
        if is_quote(byte) {
            let open = skip_slashes(view, at);
            let opens = match view.before(open) {
                None => open == 0,
                Some(before) => is_space(before) || b":=,[({".contains(&before),
            };
            return opens.then(|| (byte, u8::try_from(at - open).unwrap_or_default()));
        }
        if is_break(byte) || !byte.is_ascii() {
            return None;
        }
    }
    None
}

/// Whether the quote before a value ends the text around the name instead: the
/// same as opened it, or one that is escaped less often than the name's own.
fn closes_outer(until: Until, outer: u8, slashes: u8, is_own: bool) -> bool {
    match until {
        Until::Quote { quote, form: Form::Raw(count), .. } if is_own => {
            quote == outer && count < slashes
        }
        Until::Quote { quote, form: Form::Raw(count), .. } => quote == outer && count <= slashes,
        _ => false,
    }
}

/// The credential's name that ends right before a place, where this sign follows.
fn name_of(view: &View<'_>, sign: u8, end: usize) -> Option<Name> {
    let of_query = |start: &usize| sign == b'=' && is_parameter(view, *start);
    name_before(view, end).or_else(|| {
        let start = query_name_before(view, end).filter(of_query)?;
        Some(Name { manner: Manner::Plain, is_header: false, start })
    })
}

/// Whether the name that begins here is that of a URL's parameter.
fn is_parameter(view: &View<'_>, name: usize) -> bool {
    matches!(unit_before(view, name), Some((b'?' | b'&', _)))
}

/// Where Markdown's emphasis ends behind a sign, if it is that around a name:
/// `**Password:** ...`.
fn emphasis_end(view: &View<'_>, sign: usize, name: usize) -> Result<usize, More> {
    let mut count = 0;
    while count < LONGEST_EMPHASIS && view.before(name - count) == Some(b'*') {
        count += 1;
    }
    let mark = if count > 0 { b'*' } else { b'_' };
    if count == 0 {
        count = view.run(name, LONGEST_EMPHASIS, |byte| byte == mark)?;
    }
    let end = sign + view.run(sign, count, |byte| byte == mark)?;
    let is_end = end == sign + count && view.at(end)?.is_some_and(is_space);
    Ok(if is_end { end } else { sign })
}

/// A short value without quotes, where something follows it that may follow one
/// in a list or an object.
fn bare_value<'t>(view: &View<'t>, start: Start) -> Result<Option<&'t [u8]>, More> {
    let Until::Delimiter { level: 0, .. } = start.until else { return Ok(None) };
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.<>".contains(&byte);
    let end = start.at + view.run(start.at, LONGEST_PARAMETER, is_of_word)?;
    let ends = match view.at(end)? {
        None => true,
        Some(byte) => is_space(byte) || matches!(byte, b',' | b'}' | b']' | b')'),
    };
    Ok(ends.then(|| view.slice(start.at, end)))
}

/// Whether a value is a number of JSON (RFC 8259, section 6), or nearly.
fn is_number(value: &[u8]) -> bool {
    let digits = value.strip_prefix(b"-").unwrap_or(value);
    digits.first().is_some_and(u8::is_ascii_digit)
        && digits
            .iter()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'))
}

/// Whether a text is spelled like a name, and not like a secret that ends in one:
/// in one case, or in camel case without digits.
fn is_spelled(text: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| text.iter().any(is);
    let is_in_turn = || text.windows(2).all(|two| !two.iter().all(u8::is_ascii_uppercase));
    !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
        || !has(u8::is_ascii_digit) && is_in_turn()
}

/// Where the first argument of a call ends, if it is a credential's name and
/// another text in quotes follows: `getenv("API_KEY", "...")`.
fn argument_end(view: &View<'_>, start: Start) -> Result<Option<usize>, More> {
    let Until::Quote { quote, .. } = start.until else { return Ok(None) };
    let end = start.at + view.run(start.at, LONGEST_PARAMETER, is_of_name)?;
    let inside = View { floor: start.at, ..*view };
    let is_name = name_before(&inside, name_in_quotes(&inside, end))
        .is_some_and(|name| name.start == start.at);
    if !is_name || !is_spelled(view.slice(start.at, end)) || view.at(end)? != Some(quote) {
        return Ok(None);
    }
    let comma = skip_space(view, end + 1, 0)?;
    let next = skip_space(view, comma + 1, 0)?;
    let follows = view.at(comma)? == Some(b',') && quoted_start(view, next)?.is_some();
    Ok(follows.then_some(end))
}

/// Where the value starts of a name that stands in no quotes of its own: the
/// quote behind its sign may be the one that closes the text around both.
fn start_of_bare(
    view: &View<'_>,
    after: usize,
    start: Start,
    (level, is_query): (u8, bool),
) -> Result<Option<Start>, More> {
    let Until::Quote { quote, form, .. } = start.until else { return Ok(Some(start)) };
    let at = skip_blanks(view, after, level)?;
    let Some(first) = unit(view, at)?.filter(|_| start.brackets == 0) else {
        return Ok(Some(start));
    };
    let is_prefixed = is_prefix(first.byte);
    if !(is_prefixed || is_quote(first.byte))
        || !is_text_over(view, start.at, (quote, form), is_query)?
    {
        return Ok(Some(start));
    }
    let until = Until::Delimiter { level, depth: 0 };
    let bare = Start { at, until, brackets: 0, is_call: false };
    Ok(is_prefixed.then_some(bare))
}

const fn line(level: u8) -> Until {
    Until::Line { level, depth: 0, last: 0, inner: None }
}

/// Where a word ends that stands for no value between those of a list.
fn nothing_end(view: &View<'_>, index: usize) -> Result<Option<usize>, More> {
    let length = view.run(index, LONGEST_WORD, |byte| byte.is_ascii_alphabetic())?;
    let end = index + length;
    let follows = matches!(view.at(end)?, Some(b',' | b' ' | b'\t' | b'\r' | b'\n' | b']' | b')'));
    Ok((follows && is_no_value(view.slice(index, end))).then_some(end))
}

/// Where a separator ends that begins with this sign: `:`, `:=`, `=`, `==`,
/// `=>`; but a path of names is none.
fn separator_end(view: &View<'_>, sign: u8, end: usize) -> Result<Option<usize>, More> {
    if matches!(sign, b'>' | b'-') {
        return Ok(Some(end));
    }
    if sign == b':' {
        return Ok(match view.at(end)? {
            Some(b':') => None,
            Some(b'=') => Some(end + 1),
            _ => Some(end),
        });
    }
    Ok(Some(end + view.run(end, 2, |byte| matches!(byte, b'=' | b'>'))?))
}

/// Where the credentials begin that follow a known scheme.
fn scheme_end(view: &View<'_>, index: usize, until: Until) -> Result<Option<usize>, More> {
    let level = until.level();
    let is_of_scheme = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let length = view.run(index, LONGEST_SCHEME, is_of_scheme)?;
    let end = index + length;
    let start = skip_blanks(view, end, level)?;
    let word = view.slice(index, end);
    let is_known = SCHEMES.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    let is_alone = || match unit(view, start)? {
        // What another field follows, or more of this one, is no scheme.
        Some(Unit { byte: b',' | b';' | b'&' | b'|' | b'<' | b'>', .. }) => Ok(false),
        _ => Walk::new(until).step(view, start).map(|next| next.is_none()),
    };
    Ok((is_known && (start > end || is_alone()?)).then_some(start))
}

/// The credentials in quotes that begin here, behind a scheme and a blank; a
/// quote that ends the text around the scheme opens none.
fn quoted_credentials(view: &View<'_>, index: usize) -> Result<Option<Start>, More> {
    let is_apart = unit_before(view, index).is_some_and(|(byte, _)| is_blank(byte));
    match unit(view, index)?.filter(|found| is_apart && is_quote(found.byte)) {
        Some(quote) if opens_credentials(view, quote)? => quoted_start(view, index),
        _ => Ok(None),
    }
}

/// Whether the word here is `name=value` and not base64 text with its padding.
fn has_parameter(view: &View<'_>, index: usize) -> Result<bool, More> {
    let length = view.run(index, LONGEST_PARAMETER, is_of_name)?;
    if length == LONGEST_PARAMETER || view.at(index + length)? != Some(b'=') {
        return Ok(false);
    }
    let value = index + length + 1;
    match unit(view, value)? {
        Some(found) if is_quote(found.byte) => opens_parameter(view, found),
        Some(found) => Ok(found.byte > b' ' && !matches!(found.byte, b'=' | b',' | b';')),
        None => Ok(false),
    }
}

/// Whether a challenge stands here, as in `Bearer error_description="..."`.
fn is_challenge(view: &View<'_>, index: usize) -> Result<bool, More> {
    let length = view.run(index, LONGEST_PARAMETER, is_of_name)?;
    Ok(PARAMETERS.iter().any(|known| known.as_bytes() == view.slice(index, index + length))
        && view.at(index + length)? == Some(b'='))
}
