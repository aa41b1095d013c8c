//! The value scanner: how far a value extends, one character at a time.
//!
//! A scanner is a state that can be carried from one chunk of a stream to the
//! next, so that a value of any length ends where it would end in the whole
//! text.

use crate::decode::{
    DecodedChar, Form, closes, ends_text, is_blank, is_break, is_quote, opens_credentials,
    opens_parameter, unit,
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
    /// White space, a quote, or what separates values; escaped as often as
    /// this, or less.
    Delimiter { level: u8, depth: u16 },
    /// The quote that closes what this one opened.
    Quote { quote: u8, form: Form, slashes: u8, opened: u8 },
    /// The bracket that closes what was opened before, or the line's end; one in
    /// quotes closes nothing.
    Bracket { level: u8, depth: u16, last: u8, inner: Option<(u8, u8)> },
    /// The line's end, the quote around it all, or the next header.
    Line { level: u8, depth: u16, last: u8, inner: Option<(u8, u8)> },
    /// A character that cannot be in a token.
    Token,
    /// A character that cannot be in a JSON Web Token.
    Jwt,
    /// What cannot be in a URL's authority.
    Authority { level: u8 },
    /// The end of a private key in PEM.
    Pem,
}

/// A scan along a value. A private key in it is skipped as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ValueScanner {
    until: Terminator,
    pem: Option<Pem>,
    /// The quote that ends the text around the value.
    outer: Option<(u8, u8)>,
}

/// Where a scan stopped.
pub(crate) enum End {
    /// The value ends here.
    At(usize),
    /// The value goes on; the window ends here.
    Beyond(usize),
}

impl ValueScanner {
    pub(crate) const fn new(until: Terminator) -> Self {
        Self { until, pem: None, outer: None }
    }

    /// The same, where this quote ends the text around the value.
    pub(crate) const fn within(self, outer: Option<(u8, u8)>) -> Self {
        Self { outer, ..self }
    }

    /// Whether it is within a private key.
    pub(crate) const fn is_in_key(&self) -> bool {
        self.pem.is_some()
    }

    pub(crate) const fn pem(pem: Pem) -> Self {
        Self { until: Terminator::Pem, pem: Some(pem), outer: None }
    }

    /// Scans from `index`, within the window of what began at `start`.
    pub(crate) fn run(
        &mut self,
        view: &View<'_>,
        start: usize,
        index: usize,
    ) -> Result<End, Incomplete> {
        let (mut at, limit) = (index, start + REDACT_WINDOW);
        while at < limit {
            match self.step(view, at)? {
                Some(next) => at = self.pass(view, at, next, limit),
                None => return Ok(End::At(self.end(view, at)?)),
            }
        }
        Ok(End::Beyond(at))
    }

    /// Returns the index after a step from here to `next`, and after the letters and
    /// digits after it, if it was one of them: every scan treats them alike.
    pub(crate) fn pass(&self, view: &View<'_>, at: usize, next: usize, limit: usize) -> usize {
        if next != at + 1 || self.pem.is_some() {
            return next;
        }
        let rest = view.bytes.get(at..limit.min(view.bytes.len())).unwrap_or_default();
        next.max(at + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count())
    }

    /// Returns where a value ends whose scan stopped here: backslashes
    /// before the closing quote belong to the value, except the quote's own.
    pub(crate) fn end(&self, view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
        let Terminator::Quote { form: Form::Raw(opened) | Form::Escape(opened), .. } = self.until
        else {
            return Ok(index);
        };
        Ok(match unit(view, index)? {
            Some(DecodedChar { byte, form: Form::Raw(found) | Form::Escape(found), .. })
                if is_quote(byte) =>
            {
                index + usize::from(found.saturating_sub(opened))
            }
            _ => index,
        })
    }

    /// Returns the index after the character here, if it belongs to the value. If there
    /// is no answer yet, the state is unchanged.
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
            && unit(view, index)?.is_some_and(|found| ends_text(found, Some(outer)))
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
    /// How often what ends the value may be percent-encoded.
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
            _ => unit(view, index)?,
        };
        let Some(found) = found else { return Ok(None) };
        let goes_on = match self {
            // `token->value`: the arrow is one of a program's.
            Self::Delimiter { .. }
                if found.byte == b'>'
                    && found.form == Form::Raw(0)
                    && view.before(index) == Some(b'-')
                    && view.at(found.next)?.is_some_and(|byte| byte.is_ascii_alphabetic()) =>
            {
                true
            }
            Self::Delimiter { level, depth } => is_of_value(found, *level, depth),
            Self::Quote { quote, form, slashes, opened } => {
                let goes_on = is_quoted(found, *quote, *form, (slashes, *opened));
                if !goes_on
                    && *form == Form::Raw(0)
                    && found.byte == *quote
                    && view.at(found.next)? == Some(*quote)
                    && !is_triple(view, index, *quote)?
                {
                    return Ok(Some(found.next + 1)); // written twice, as in SQL, YAML and CSV
                }
                goes_on
            }
            Self::Bracket { level, depth, last, inner } => {
                is_of_list(found, *level, (depth, last, inner))
            }
            Self::Line { level, depth, last, inner } => {
                is_of_line(view, index, found, *level, (depth, last, inner))?
            }
            Self::Jwt => is_of_jwt(found),
            Self::Authority { level } => found.form.level() > *level || is_of_authority(found.byte),
            Self::Token | Self::Pem => false,
        };
        Ok(goes_on.then_some(found.next))
    }
}

/// Returns whether exactly three quotes begin here, as after a text of Python's.
fn is_triple(view: &View<'_>, index: usize, quote: u8) -> Result<bool, Incomplete> {
    Ok(view.has(index, &[quote; 3])? && view.at(index + 3)? != Some(quote))
}

/// Whether a bracket that closes belongs to one that was opened before it.
fn is_inside(found: DecodedChar, level: u8, depth: &mut u16) -> bool {
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

fn is_of_value(found: DecodedChar, level: u8, depth: &mut u16) -> bool {
    if found.form.level() > level {
        return true;
    }
    let ends = found.byte <= b' '
        || found.byte == 0x7f
        || is_quote(found.byte)
        || matches!(found.byte, b',' | b';' | b'&' | b'<' | b'>' | b'|');
    !ends && is_inside(found, level, depth)
}

/// `slashes` counts the percent-encoded backslashes right before; `opened`,
/// those before the quote that opened.
fn is_quoted(found: DecodedChar, quote: u8, form: Form, (slashes, opened): (&mut u8, u8)) -> bool {
    let before = match found.form {
        Form::Percent(_) => *slashes,
        Form::Raw(count) | Form::Escape(count) => count,
    };
    *slashes = match found {
        DecodedChar { byte: b'\\', form: Form::Percent(_), .. } => slashes.saturating_add(1),
        _ => 0,
    };
    match (found.form, form) {
        // A line break, and what cannot be in an encoded text, end all.
        (Form::Raw(0), Form::Percent(_))
            if found.byte <= b' ' || is_quote(found.byte) || found.byte == b'&' =>
        {
            false
        }
        (Form::Raw(0), _) if matches!(found.byte, b'\r' | b'\n') => false,
        (Form::Percent(found_level), Form::Percent(level)) if found.byte == quote => {
            found_level > level || !closes(before, opened)
        }
        (Form::Raw(_), Form::Raw(count)) | (Form::Escape(_), Form::Escape(count))
            if found.byte == quote =>
        {
            !closes(before, count)
        }
        // The quote around the text in which this one is an escape.
        (Form::Raw(_), Form::Escape(_)) => found.byte != quote,
        _ => true,
    }
}

fn is_of_list(
    found: DecodedChar,
    level: u8,
    (depth, last, inner): (&mut u16, &mut u8, &mut Option<(u8, u8)>),
) -> bool {
    let before = core::mem::replace(last, found.byte);
    let outer = found.form.level() <= level;
    if outer && found.form.slashes() == 0 && is_break(found.byte) {
        return false;
    }
    if let Some((quote, opened)) = *inner {
        if outer && found.byte == quote && closes(found.form.slashes(), opened) {
            *inner = None;
        }
        return true;
    }
    if outer && is_break(found.byte) {
        return false;
    }
    if outer && is_quote(found.byte) {
        *inner = Some((found.byte, found.form.slashes()));
        // One right after a word closes what was opened before the list.
        return matches!(before, b',' | b'[' | b'(' | b'{' | b':' | b'=') || is_blank(before);
    }
    is_inside(found, level, depth)
}

fn is_of_line(
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
        if outer && found.byte == quote && closes(count, opened) {
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
    if outer && is_between(found.byte) && !is_between(before) && next_header(view, index)? {
        return Ok(false);
    }
    Ok(is_inside(found, level, depth))
}

const fn is_between(byte: u8) -> bool {
    is_blank(byte) || matches!(byte, b',' | b';')
}

/// Whether what separates headers is here, and then `Name: `. A colon at
/// the line's end may be the value's.
fn next_header(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let start = index + view.run(index, MAX_BLANKS, is_between)?;
    let (mut at, mut length) = (start, 0);
    while let Some(byte) = view.at(at)?
        && is_of_header_name(byte)
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

/// A name may contain a mask: with a part of it redacted, it is still a name.
pub(crate) const fn is_of_header_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'*') || !byte.is_ascii()
}

const fn is_of_jwt(found: DecodedChar) -> bool {
    let plain = matches!(found.form, Form::Raw(0));
    plain && (found.byte.is_ascii_alphanumeric() || is_mark(found.byte))
}

const fn is_mark(byte: u8) -> bool {
    matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

pub(crate) const fn is_of_authority(byte: u8) -> bool {
    byte > b' '
        && !matches!(byte, b'/' | b'?' | b'#' | b'\\' | b'<' | b'>' | b'{' | b'}' | b'|' | 0x7f)
        && !is_quote(byte)
}

/// The character of a token here, if it is one: a letter, a digit, one of
/// `-._~+/=`, an escape of these, or a character of a mask; and whether it is
/// counted, as a dot and a mask are not.
pub(crate) fn token(view: &View<'_>, index: usize) -> Result<Option<(usize, bool)>, Incomplete> {
    if view.has(index, BULLET)? {
        return Ok(Some((index + BULLET.len(), false)));
    }
    let Some(DecodedChar { byte, next, form }) = unit(view, index)? else { return Ok(None) };
    if byte == b'*' && form == Form::Raw(0) {
        return Ok(Some((next, false)));
    }
    Ok((byte.is_ascii_alphanumeric() || is_mark(byte)).then_some((next, byte != b'.')))
}

/// Whether a character of a mask is here.
pub(crate) fn is_mask_character(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    Ok(view.has(index, BULLET)? || view.at(index)? == Some(b'*'))
}

/// Returns how many characters of a token begin here, up to `limit`. Those of a mask do
/// not count, and a mask after others ends the token: it may have replaced the end.
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
