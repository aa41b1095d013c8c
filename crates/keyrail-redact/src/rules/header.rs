//! Credentials after an authentication scheme in a header (RFC 9110, section 11), and after
//! the word `Bearer` anywhere.

use keyrail_core::is_mask;

use crate::decode::{
    DecodedChar, char_at, char_before, is_blank, is_quote, opens_credentials, opens_parameter,
};
use crate::finding::FindingKind;
use crate::masked::ends_in_mask;
use crate::names::{BEARER, LONGEST_PARAMETER, is_name_byte};
use crate::opening::{Start, quoted_start, skip_blanks};
use crate::rules::structure;
use crate::rules::token::is_word_start;
use crate::rules::{Guess, Rules, Verdict};
use crate::start::angle_start;
use crate::value_scanner::{End, Terminator, ValueScanner, token_length};
use crate::view::SHORTEST_SECRET;
use crate::view::{Incomplete, View};

const LONGEST_SCHEME: usize = 32;

/// The schemes whose name is not redacted: those in the IANA registry, and those that
/// are in use for keys. Any other word may be the key itself.
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

/// The parameters of a `Bearer` challenge whose names are long enough to look like a token (RFC
/// 6750, section 3; RFC 9728, section 5.1).
const PARAMETERS: [&str; 6] = [
    "authorization_uri",
    "client_id",
    "error_description",
    "error_uri",
    "resource_metadata",
    "trusted_issuers",
];

impl Rules {
    /// Returns the verdict for the value of `Authorization`: the credentials after a known
    /// scheme, or the whole value.
    pub(crate) fn authorization(
        &self,
        view: &View<'_>,
        Start { at, until, .. }: Start,
        guess: Guess<'_>,
    ) -> Result<Verdict, Incomplete> {
        let scheme = scheme_end(view, at, until)?;
        let start = scheme.unwrap_or(at);
        let Terminator::Delimiter { level, .. } = until else {
            return self.scan_value(view, start, until, guess);
        };
        if quoted_credentials(view, start)?.is_some() {
            let until = Terminator::Line { level, depth: 0, last: b' ', inner: None };
            return self.scan_value(view, start, until, guess);
        }
        if scheme.is_none() || has_parameter(view, start)? {
            return self.scan_value(view, start, line(level), guess);
        }
        // Two credentials in one header, because a proxy combined two headers.
        if let End::At(end) = ValueScanner::new(until).run(view, start, start)?
            && view.at(end)? == Some(b',')
            && scheme_end(view, skip_blanks(view, end + 1, level)?, until)?.is_some()
        {
            return self.scan_value(view, start, line(level), guess);
        }
        let start = match level {
            0 => angle_start(view, start)?.unwrap_or(start),
            _ => start,
        };
        self.scan_value(view, start, until, guess)
    }

    /// Finds the credentials after the word `Bearer`, which starts here.
    pub(crate) fn bearer(&self, view: &View<'_>, index: usize) -> Result<Verdict, Incomplete> {
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
            && token_length(view, quoted.at, SHORTEST_SECRET)? == SHORTEST_SECRET
        {
            return self.scan_value(view, quoted.at, quoted.until, guess);
        }
        if start == end
            || token_length(view, start, SHORTEST_SECRET)? < SHORTEST_SECRET
            || is_challenge(view, start)?
        {
            return Ok(Verdict::Nothing);
        }
        match self.scan_value(view, start, Terminator::Token, guess)? {
            Verdict::Found(span, list) => {
                // The token that was read may end in the name of another credential, and `=` or `:`
                // may follow the name. The token then ends before that name, as other values do.
                // Without this, one rule would change the mask that another rule wrote. A final `=`
                // is part of the token that was read; a final `:` comes after it.
                let is_whole = view.before(span.end) == Some(b'=')
                    || ends_in_mask(view.slice(start, span.end));
                let sign = span.end + usize::from(!is_whole);
                let end = structure::end_before_name(view, (start, start), sign)?;
                let is_value = |end: &usize| {
                    let value = view.slice(start, *end);
                    structure::may_be_secret(value) || is_mask(value)
                };
                Ok(match end.filter(is_value) {
                    Some(end) => self.classify(view, start, end, guess),
                    None => Verdict::Found(span, list),
                })
            }
            verdict => Ok(verdict),
        }
    }
}

/// Returns the terminator of a value that extends to the end of the line.
pub(crate) const fn line(level: u8) -> Terminator {
    Terminator::Line { level, depth: 0, last: 0, inner: None }
}

/// Returns whether a value starts with `Bearer` or `Basic`.
pub(crate) fn starts_with_bearer(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let length = view.run_length(index, BEARER.len() + 1, |byte| byte.is_ascii_alphabetic())?;
    let word = view.slice(index, index + length);
    Ok(word.eq_ignore_ascii_case(BEARER) || word.eq_ignore_ascii_case(b"basic"))
}

/// The maximum number of schemes before credentials: a client may write `Bearer Bearer ...`.
const MAX_SCHEMES: usize = 3;

/// Returns the start of the credentials after one or more known schemes.
pub(crate) fn scheme_end(
    view: &View<'_>,
    index: usize,
    until: Terminator,
) -> Result<Option<usize>, Incomplete> {
    let Some(mut start) = one_scheme_end(view, index, until)? else { return Ok(None) };
    for _ in 1..MAX_SCHEMES {
        match one_scheme_end(view, start, until)? {
            // The last word is the credentials, even if it is the name of a scheme.
            Some(next) if ValueScanner::new(until).step(view, next)?.is_some() => start = next,
            _ => break,
        }
    }
    Ok(Some(start))
}

/// Returns the start of the text after the known scheme here.
fn one_scheme_end(
    view: &View<'_>,
    index: usize,
    until: Terminator,
) -> Result<Option<usize>, Incomplete> {
    let level = until.level();
    let is_scheme_byte = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let length = view.run_length(index, LONGEST_SCHEME, is_scheme_byte)?;
    let end = index + length;
    let start = skip_blanks(view, end, level)?;
    let word = view.slice(index, end);
    let is_known = SCHEMES.iter().any(|known| word.eq_ignore_ascii_case(known.as_bytes()));
    let is_alone = || match char_at(view, start)? {
        // A word before a separator of values is not a scheme.
        Some(DecodedChar { byte: b',' | b';' | b'&' | b'|' | b'<' | b'>', .. }) => Ok(false),
        _ => ValueScanner::new(until).step(view, start).map(|next| next.is_none()),
    };
    Ok((is_known && (start > end || is_alone()?)).then_some(start))
}

/// Returns the start of the credentials in quotes here, if there are any. The quote must follow a
/// blank, and must not close the string that contains the scheme.
pub(crate) fn quoted_credentials(
    view: &View<'_>,
    index: usize,
) -> Result<Option<Start>, Incomplete> {
    let is_apart = char_before(view, index).is_some_and(|(byte, _)| is_blank(byte));
    match char_at(view, index)?.filter(|found| is_apart && is_quote(found.byte)) {
        Some(quote) if opens_credentials(view, quote)? => quoted_start(view, index),
        _ => Ok(None),
    }
}

/// Returns whether the word here is `name=value` rather than base64 text with padding.
fn has_parameter(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let length = view.run_length(index, LONGEST_PARAMETER, is_name_byte)?;
    if length == LONGEST_PARAMETER || view.at(index + length)? != Some(b'=') {
        return Ok(false);
    }
    let value = index + length + 1;
    match char_at(view, value)? {
        Some(found) if is_quote(found.byte) => opens_parameter(view, found),
        Some(found) => Ok(found.byte > b' ' && !matches!(found.byte, b'=' | b',' | b';')),
        None => Ok(false),
    }
}

/// Returns whether a parameter of a challenge is here, as in
/// `Bearer error_description="..."`.
fn is_challenge(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let length = view.run_length(index, LONGEST_PARAMETER, is_name_byte)?;
    Ok(PARAMETERS.iter().any(|known| known.as_bytes() == view.slice(index, index + length))
        && view.at(index + length)? == Some(b'='))
}
