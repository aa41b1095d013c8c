//! Values beside a credential's name: headers, members, parameters.

use super::finding::FindingKind;
use super::marks::{SHORTEST, is_word_start};
use super::name_end::{MAX_BLANKS, member_end, name_end};
use super::names::{Manner, is_of_name, name_before};
use super::next_line::{Quoted, quoted_behind};
use super::rules::{After, Guess, List, Rules, Verdict, is_no_value};
use super::start::{
    Start, default_start, is_prefix, is_text_over, quoted_start, skip_blanks, value_start,
};
use super::unit::{
    Unit, is_blank, is_quote, opens_credentials, opens_parameter, unit, unit_before,
};
use super::view::{More, View};
use super::walk::{End, Until, Walk, token_length};

const LONGEST_SCHEME: usize = 32;
pub(super) const LONGEST_PARAMETER: usize = 64;
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
        let end_of_name = match sign {
            b':' => member_end(view, start).unwrap_or_else(|| name_end(view, start)),
            _ => name_end(view, start),
        };
        let Some(name) = name_before(view, end_of_name) else {
            return Ok(Verdict::Nothing);
        };
        let Some(after) = separator_end(view, sign, end)? else { return Ok(Verdict::Nothing) };
        let Some(value) = value_start(view, after, level)? else { return Ok(Verdict::Nothing) };
        let before = unit_before(view, name.start).map(|(byte, _)| byte);
        let is_query = sign == b'=' && matches!(before, Some(b'?' | b'&'));
        let start = match is_member(view, start) {
            true => Some(value),
            false => start_of_bare(view, after, value, (level, is_query))?,
        };
        let Some(start) = start else { return Ok(Verdict::Nothing) };
        let kind = match (name.manner, is_query, name.is_header) {
            (Manner::Authorization, _, _) => FindingKind::Authorization,
            (_, true, _) => FindingKind::Query,
            (_, _, true) => FindingKind::Header,
            _ => FindingKind::Member,
        };
        let manner = if is_query { Manner::Plain } else { name.manner };
        let is_typed = sign == b':' && level == 0 && manner == Manner::Plain;
        self.value(view, start, List { kind, manner, brackets: start.brackets, level, is_typed })
    }

    /// The next of a list, whose last value ends here, or none if the list has
    /// ended.
    pub(super) fn next_in(&self, view: &View<'_>, end: usize, list: List) -> Result<Verdict, More> {
        if list.is_typed {
            let list = List { is_typed: false, ..list };
            return match default_start(view, end)? {
                Some(start) => self.value(view, start, list),
                None => Ok(Verdict::Nothing),
            };
        }
        let (mut at, mut depth) = match unit(view, end)? {
            Some(found) if is_quote(found.byte) => (found.next, list.brackets),
            Some(Unit { byte: b']' | b')', .. }) => (end, list.brackets),
            _ => return Ok(Verdict::Nothing),
        };
        let mut line_break = None;
        let end_of_gap = at + LONGEST_GAP;
        while at < end_of_gap
            && let Some(found) = unit(view, at)?.filter(|found| found.form.level() <= list.level)
        {
            match found.byte {
                b'[' | b'(' => depth = depth.saturating_add(1),
                b']' | b')' => depth -= 1,
                b'\r' | b'\n' => line_break = Some(found.form),
                b',' | b' ' | b'\t' => {}
                _ => match nothing_end(view, at)?.filter(|_| line_break.is_some()) {
                    Some(end) => {
                        at = end;
                        continue;
                    }
                    None => break,
                },
            }
            if depth == 0 {
                return Ok(Verdict::Nothing);
            }
            at = found.next;
        }
        let next = List { brackets: depth, ..list };
        match (quoted_start(view, at)?, line_break) {
            (Some(start), None) => self.value(view, start, next),
            (Some(start), Some(line_break)) => {
                match quoted_behind(view, start, line_break, list.level)? {
                    Quoted::Other => Ok(Verdict::Nothing),
                    Quoted::Value | Quoted::Open => self.value(view, start, next),
                }
            }
            (None, None) => {
                let until = Until::Bracket { level: list.level, depth: 0 };
                self.value(view, Start { at, until, brackets: 0 }, next)
            }
            // A list that was cut off ends at its line.
            (None, Some(_)) => Ok(Verdict::Nothing),
        }
    }

    /// A value, from its first character on.
    pub(super) fn value(&self, view: &View<'_>, start: Start, list: List) -> Result<Verdict, More> {
        let Start { at, until, .. } = start;
        let guess = Guess::named(list.kind);
        let verdict = match (list.manner, until) {
            (Manner::Authorization, _) => self.authorization(view, start, guess)?,
            (Manner::Plain, Until::Delimiter { .. }) => {
                // `X-Auth-Token: Bearer ...`: the word is none of the value.
                let value = scheme_end(view, at, until)?.unwrap_or(at);
                if let Some(quoted) = quoted_credentials(view, value)? {
                    return self.settle(view, quoted.at, quoted.until, guess);
                }
                let is_value = Walk::new(until).step(view, value)?.is_some();
                self.settle(view, if is_value { value } else { at }, until, guess)?
            }
            (Manner::Cookie, Until::Delimiter { level, .. }) => {
                self.settle(view, at, line(level), guess)?
            }
            _ => self.settle(view, at, until, guess)?,
        };
        let is_typed = list.is_typed && matches!(until, Until::Delimiter { .. });
        let list = List { is_typed, ..list };
        let goes_on = list.brackets > 0 || is_typed;
        Ok(match verdict {
            // The first of a list may be empty.
            Verdict::Nothing if goes_on && Walk::new(until).step(view, at)?.is_none() => {
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

/// Whether the name before a sign stands in quotes.
fn is_member(view: &View<'_>, sign: usize) -> bool {
    let mut at = sign;
    for _ in 0..MAX_BLANKS {
        match unit_before(view, at) {
            Some((byte, start)) if is_blank(byte) => at = start,
            found => return found.is_some_and(|(byte, _)| is_quote(byte)),
        }
    }
    false
}

/// Where the value starts of a name that stands in no quotes of its own: the
/// quote behind its sign may be the one that closes the text around both.
fn start_of_bare(
    view: &View<'_>,
    after: usize,
    start: Start,
    (level, is_query): (u8, bool),
) -> Result<Option<Start>, More> {
    let Until::Quote { quote, .. } = start.until else { return Ok(Some(start)) };
    let at = skip_blanks(view, after, level)?;
    let Some(first) = unit(view, at)?.filter(|_| start.brackets == 0) else {
        return Ok(Some(start));
    };
    let is_prefixed = is_prefix(first.byte);
    if !(is_prefixed || is_quote(first.byte)) || !is_text_over(view, start.at, quote, is_query)? {
        return Ok(Some(start));
    }
    let bare = Start { at, until: Until::Delimiter { level, depth: 0 }, brackets: 0 };
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
    let is_alone = || Walk::new(until).step(view, start).map(|next| next.is_none());
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
