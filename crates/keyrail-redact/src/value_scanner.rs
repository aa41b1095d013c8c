//! The value scanner, which finds the end of a value one character at a time.
//!
//! Its state is kept from one chunk of a stream to the next, so that a value of any length
//! ends at the same position as in the whole text.

use crate::decode::{
    DecodedChar, Form, char_at, closes_string, is_blank, is_line_break, is_outer_quote, is_quote,
    opens_credentials, opens_parameter,
};
use crate::pem::{self, Pem};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

const BULLET: &[u8] = "•".as_bytes();
const LONGEST_HEADER_NAME: usize = 64;
const MAX_BLANKS: usize = 32;

/// What ends a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Terminator {
    /// White space, a quote, a separator of values, or a closing bracket without an opening one.
    /// This character is percent-encoded at most `level` times.
    Delimiter { level: u8, depth: u16 },
    /// The quote that closes a string. `quote` and `form` describe the opening quote, and `opened`
    /// is the number of percent-encoded backslashes before the opening quote. `slashes` is the
    /// number of percent-encoded backslashes directly before the next character.
    Quote { quote: u8, form: Form, slashes: u8, opened: u8 },
    /// The closing bracket of a list, except within quotes, or the end of the line.
    Bracket { level: u8, depth: u16, last: u8, inner: Option<(u8, u8)> },
    /// The end of the line, the quote that closes the string that contains the line, or the next
    /// header.
    Line { level: u8, depth: u16, last: u8, inner: Option<(u8, u8)> },
    /// A character that cannot be in a token.
    Token,
    /// A character that cannot be in a JSON Web Token.
    Jwt,
    /// A character that cannot be in the authority of a URL.
    Authority { level: u8 },
    /// The end of a private key in PEM.
    Pem,
}

/// A scan of a value. A private key in the value is skipped up to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValueScanner {
    until: Terminator,
    pem: Option<Pem>,
    /// The quote that ends the string around the value.
    outer: Option<(u8, u8)>,
}

/// The index at which a scan stopped.
pub(crate) enum End {
    /// The end of the value.
    At(usize),
    /// The end of the window, beyond which the value continues.
    Beyond(usize),
}

impl ValueScanner {
    pub(crate) const fn new(until: Terminator) -> Self {
        Self { until, pem: None, outer: None }
    }

    /// Returns the scanner with the quote that ends the string around the value.
    pub(crate) const fn with_outer(self, outer: Option<(u8, u8)>) -> Self {
        Self { outer, ..self }
    }

    /// Returns whether the scan is within a private key.
    pub(crate) const fn is_in_key(&self) -> bool {
        self.pem.is_some()
    }

    /// Creates a scanner of a private key.
    pub(crate) const fn pem(pem: Pem) -> Self {
        Self { until: Terminator::Pem, pem: Some(pem), outer: None }
    }

    /// Scans from `index` to the end of the value, within the window from `start`.
    pub(crate) fn run(
        &mut self,
        view: &View<'_>,
        start: usize,
        index: usize,
    ) -> Result<End, Incomplete> {
        let (mut at, limit) = (index, start + REDACT_WINDOW);
        while at < limit {
            match self.step(view, at)? {
                Some(next) => at = self.skip_alphanumeric(view, at, next, limit),
                None => return Ok(End::At(self.end(view, at)?)),
            }
        }
        Ok(End::Beyond(at))
    }

    /// Returns the index after the run of letters and digits at `at`. No scan ends within such a
    /// run. If there is no run, or if the scan is within a private key, returns `next`, the index
    /// after the character at `at`.
    pub(crate) fn skip_alphanumeric(
        &self,
        view: &View<'_>,
        at: usize,
        next: usize,
        limit: usize,
    ) -> usize {
        if next != at + 1 || self.pem.is_some() {
            return next;
        }
        let rest = view.bytes.get(at..limit.min(view.bytes.len())).unwrap_or_default();
        next.max(at + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count())
    }

    /// Returns the end of a value whose scan stopped here. The backslashes that escape the closing
    /// quote are not part of the value, but other backslashes before the quote are.
    pub(crate) fn end(&self, view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
        let Terminator::Quote { form: Form::Raw(opened) | Form::Escape(opened), .. } = self.until
        else {
            return Ok(index);
        };
        Ok(match char_at(view, index)? {
            Some(DecodedChar { byte, form: Form::Raw(found) | Form::Escape(found), .. })
                if is_quote(byte) =>
            {
                index + usize::from(found.saturating_sub(opened))
            }
            _ => index,
        })
    }

    /// Returns the index after the character here, if it is part of the value. If the text
    /// is incomplete, the state is unchanged.
    pub(crate) fn step(
        &mut self,
        view: &View<'_>,
        index: usize,
    ) -> Result<Option<usize>, Incomplete> {
        if let Some(mut pem) = self.pem {
            if let Some(next) = pem.step(view, index)? {
                self.pem = Some(pem);
                if let Terminator::Line { last, .. } = &mut self.until {
                    *last = view.before(next).unwrap_or_default();
                }
                return Ok(Some(next));
            }
            if self.until == Terminator::Pem {
                return Ok(None);
            }
        }
        if self.until != Terminator::Pem
            && view.at(index)? == Some(b'-')
            && let Some(body) = pem::begin(view, index)?
        {
            self.pem = Some(pem::body(view, body, index + REDACT_WINDOW)?);
            return Ok(Some(body));
        }
        if let Some(outer @ (quote, _)) = self.outer.or(view.outer)
            && view.at(index)?.is_some_and(|byte| byte == quote || byte == b'\\')
            && char_at(view, index)?.is_some_and(|found| is_outer_quote(found, Some(outer)))
        {
            return Ok(None);
        }
        let mut until = self.until;
        let next = until.step(view, index)?;
        *self = Self { until, pem: None, ..*self };
        Ok(next)
    }
}

impl Terminator {
    /// Returns how many times the end of the value may be percent-encoded.
    pub(crate) const fn level(self) -> u8 {
        match self {
            Self::Delimiter { level, .. }
            | Self::Bracket { level, .. }
            | Self::Line { level, .. }
            | Self::Authority { level } => level,
            Self::Quote { form, .. } => form.level(),
            Self::Token | Self::Jwt | Self::Pem => 0,
        }
    }

    fn step(&mut self, view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
        let found = match self {
            Self::Token => return Ok(token(view, index)?.map(|(next, _)| next)),
            _ => char_at(view, index)?,
        };
        let Some(found) = found else { return Ok(None) };
        let continues = match self {
            // The arrow in `token->value` is code.
            Self::Delimiter { .. }
                if found.byte == b'>'
                    && found.form == Form::Raw(0)
                    && view.before(index) == Some(b'-')
                    && view.at(found.next)?.is_some_and(|byte| byte.is_ascii_alphabetic()) =>
            {
                true
            }
            Self::Delimiter { level, depth } => continues_bare(found, *level, depth),
            Self::Quote { quote, form, slashes, opened } => {
                let continues = continues_quoted(found, *quote, *form, (slashes, *opened));
                if !continues
                    && *form == Form::Raw(0)
                    && found.byte == *quote
                    && view.at(found.next)? == Some(*quote)
                    && !is_triple(view, index, *quote)?
                {
                    return Ok(Some(found.next + 1)); // two quotes for one, as in SQL, YAML and CSV
                }
                continues
            }
            Self::Bracket { level, depth, last, inner } => {
                continues_list(found, *level, (depth, last, inner))
            }
            Self::Line { level, depth, last, inner } => {
                continues_line(view, index, found, *level, (depth, last, inner))?
            }
            Self::Jwt => continues_jwt(found),
            Self::Authority { level } => {
                found.form.level() > *level || is_authority_byte(found.byte)
            }
            Self::Token | Self::Pem => false,
        };
        Ok(continues.then_some(found.next))
    }
}

/// Returns whether exactly three quotes start here, as at the end of a Python string.
fn is_triple(view: &View<'_>, index: usize, quote: u8) -> Result<bool, Incomplete> {
    Ok(view.has(index, &[quote; 3])? && view.at(index + 3)? != Some(quote))
}

/// Counts the open brackets in `depth`. Returns `false` for a closing bracket that has no
/// opening bracket in the value.
fn track_brackets(found: DecodedChar, level: u8, depth: &mut u16) -> bool {
    if found.form.level() <= level {
        match found.byte {
            b'(' | b'[' | b'{' => *depth = depth.saturating_add(1),
            b')' | b']' | b'}' => match depth.checked_sub(1) {
                Some(less) => *depth = less,
                None => return false,
            },
            _ => {}
        }
    }
    true
}

fn continues_bare(found: DecodedChar, level: u8, depth: &mut u16) -> bool {
    if found.form.level() > level {
        return true;
    }
    let ends = found.byte <= b' '
        || found.byte == 0x7f
        || is_quote(found.byte)
        || matches!(found.byte, b',' | b';' | b'&' | b'<' | b'>' | b'|');
    !ends && track_brackets(found, level, depth)
}

/// Returns whether a quoted string continues at a character. `slashes` is the number of
/// percent-encoded backslashes directly before the character, and `opened` the number before the
/// opening quote.
fn continues_quoted(
    found: DecodedChar,
    quote: u8,
    form: Form,
    (slashes, opened): (&mut u8, u8),
) -> bool {
    let before = match found.form {
        Form::Percent(_) => *slashes,
        Form::Raw(count) | Form::Escape(count) => count,
    };
    *slashes = match found {
        DecodedChar { byte: b'\\', form: Form::Percent(_), .. } => slashes.saturating_add(1),
        _ => 0,
    };
    match (found.form, form) {
        // A line break ends any string. A string with percent-encoded quotes also ends at a
        // character that cannot be in percent-encoded text.
        (Form::Raw(0), Form::Percent(_))
            if found.byte <= b' ' || is_quote(found.byte) || found.byte == b'&' =>
        {
            false
        }
        (Form::Raw(0), _) if matches!(found.byte, b'\r' | b'\n') => false,
        (Form::Percent(found_level), Form::Percent(level)) if found.byte == quote => {
            found_level > level || !closes_string(before, opened)
        }
        (Form::Raw(_), Form::Raw(count)) | (Form::Escape(_), Form::Escape(count))
            if found.byte == quote =>
        {
            !closes_string(before, count)
        }
        // If the opening quote is written as a code such as `\u0022`, it is within an outer string.
        // A quote that is not written as a code belongs to that outer string.
        (Form::Raw(_), Form::Escape(_)) => found.byte != quote,
        _ => true,
    }
}

fn continues_list(
    found: DecodedChar,
    level: u8,
    (depth, last, inner): (&mut u16, &mut u8, &mut Option<(u8, u8)>),
) -> bool {
    let before = core::mem::replace(last, found.byte);
    let outer = found.form.level() <= level;
    if outer && found.form.slashes() == 0 && is_line_break(found.byte) {
        return false;
    }
    if let Some((quote, opened)) = *inner {
        if outer && found.byte == quote && closes_string(found.form.slashes(), opened) {
            *inner = None;
        }
        return true;
    }
    if outer && is_line_break(found.byte) {
        return false;
    }
    if outer && is_quote(found.byte) {
        *inner = Some((found.byte, found.form.slashes()));
        // A quote directly after a word closes a string that was opened before the list.
        return matches!(before, b',' | b'[' | b'(' | b'{' | b':' | b'=') || is_blank(before);
    }
    track_brackets(found, level, depth)
}

fn continues_line(
    view: &View<'_>,
    index: usize,
    found: DecodedChar,
    level: u8,
    (depth, last, inner): (&mut u16, &mut u8, &mut Option<(u8, u8)>),
) -> Result<bool, Incomplete> {
    let before = core::mem::replace(last, found.byte);
    let outer = found.form.level() <= level;
    if outer && matches!(found.byte, b'\r' | b'\n')
        || level > 0 && found.form == Form::Raw(0) && matches!(found.byte, b' ' | b'\t' | b'&')
    {
        return Ok(false);
    }
    let count = match found.form {
        Form::Raw(count) | Form::Escape(count) => count,
        Form::Percent(_) => 0,
    };
    if let Some((quote, opened)) = *inner {
        if outer && found.byte == quote && closes_string(count, opened) {
            *inner = None;
        }
        return Ok(true);
    }
    if outer && found.byte == b'\'' && before.is_ascii_alphanumeric() {
        let next = view.at(found.next)?;
        if next.is_some_and(|byte| byte.is_ascii_alphanumeric()) {
            return Ok(true); // an apostrophe
        }
    }
    if outer && is_quote(found.byte) {
        *inner = Some((found.byte, count));
        return match before {
            b'{' | b'[' | b':' | b',' => opens_parameter(view, found),
            b'=' => opens_parameter(view, found),
            before if is_blank(before) => opens_credentials(view, found),
            _ => Ok(false),
        };
    }
    if outer
        && is_header_separator(found.byte)
        && !is_header_separator(before)
        && next_header(view, index)?
    {
        return Ok(false);
    }
    Ok(track_brackets(found, level, depth))
}

const fn is_header_separator(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | b';')
}

/// Returns whether separators of headers and then `Name: ` follow. A name whose colon is at the end
/// of the line does not count, because the colon may be part of the value.
fn next_header(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let start = index + view.run_length(index, MAX_BLANKS, is_header_separator)?;
    let (mut at, mut length) = (start, 0);
    while let Some(byte) = view.at(at)?
        && is_header_name_byte(byte)
        && length < LONGEST_HEADER_NAME
    {
        at += 1;
        length += usize::from(byte & 0xc0 != 0x80); // a character of several bytes counts once
    }
    if length == 0 || view.at(at)? != Some(b':') {
        return Ok(false);
    }
    Ok(view.at(at + 1)?.is_some_and(is_blank))
}

/// Returns whether a byte may be in the name of a header. The name may contain a mask, so
/// that it is still a name after part of it is redacted.
pub(crate) const fn is_header_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*') || !byte.is_ascii()
}

const fn continues_jwt(found: DecodedChar) -> bool {
    let plain = matches!(found.form, Form::Raw(0));
    plain && (found.byte.is_ascii_alphanumeric() || is_token_punctuation(found.byte))
}

const fn is_token_punctuation(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

pub(crate) const fn is_authority_byte(byte: u8) -> bool {
    byte > b' '
        && !matches!(byte, b'/' | b'?' | b'#' | b'\\' | b'<' | b'>' | b'{' | b'}' | b'|' | 0x7f)
        && !is_quote(byte)
}

/// Returns the end of the character here, if the character may be in a token: a letter, a digit,
/// one of `-._~+/=`, an escape of one of these, or a character of a mask. Also returns whether the
/// character counts towards the token's length. Dots and mask characters do not count.
pub(crate) fn token(view: &View<'_>, index: usize) -> Result<Option<(usize, bool)>, Incomplete> {
    if view.has(index, BULLET)? {
        return Ok(Some((index + BULLET.len(), false)));
    }
    let Some(DecodedChar { byte, next, form }) = char_at(view, index)? else { return Ok(None) };
    if byte == b'*' && form == Form::Raw(0) {
        return Ok(Some((next, false)));
    }
    let is_in_token = byte.is_ascii_alphanumeric() || is_token_punctuation(byte);
    Ok(is_in_token.then_some((next, byte != b'.')))
}

/// Returns whether the character here may be part of a mask.
pub(crate) fn is_mask_character(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    Ok(mask_character_end(view, index)?.is_some())
}

/// Returns the index after the character here, if it may be part of a mask. A bullet (`•`) has
/// several bytes, and an asterisk has one.
pub(crate) fn mask_character_end(
    view: &View<'_>,
    index: usize,
) -> Result<Option<usize>, Incomplete> {
    if view.has(index, BULLET)? {
        return Ok(Some(index + BULLET.len()));
    }
    Ok((view.at(index)? == Some(b'*')).then_some(index + 1))
}

/// Returns the number of characters, except dots, of the token here, at most `limit`. Mask
/// characters at the start are skipped. Later mask characters end the token, because the mask may
/// have replaced the end of the token.
pub(crate) fn token_length(
    view: &View<'_>,
    index: usize,
    limit: usize,
) -> Result<usize, Incomplete> {
    let (mut at, mut length) = (index, 0);
    while length < limit
        && at < index + REDACT_WINDOW
        && (length == 0 || !is_mask_character(view, at)?)
        && let Some((next, counts)) = token(view, at)?
    {
        at = next;
        length += usize::from(counts);
    }
    Ok(length)
}
