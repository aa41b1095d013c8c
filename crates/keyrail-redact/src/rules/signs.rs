//! Signs: a few characters that show where a credential may be. Every credential contains a sign or
//! is next to one.
//!
//! [`Scan`](crate::scan::Scan) finds the signs, many bytes at a time. Most signs do not belong to a
//! credential. The bytes around a sign usually show this.

use crate::decode::{DecodedChar, Form, char_at, is_quote, is_whitespace};
use crate::finding::FindingKind;
use crate::name_end::LONGEST_NUMBER;
use crate::names::ENDINGS;
use crate::pem;
use crate::prefix_table::PrefixTable;
use crate::rules::userinfo::is_bare_host;
use crate::rules::{After, Guess, Rules, Verdict};
use crate::scan_cache::ScanCache;
use crate::value_scanner::{End, ValueScanner};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

impl Rules {
    /// Returns the verdict for the sign here.
    #[inline]
    pub(crate) fn sign(
        &self,
        view: &View<'_>,
        index: usize,
        cache: &mut ScanCache,
    ) -> Result<Verdict, Incomplete> {
        match self.is_candidate(view.bytes, index) {
            true => self.classify_sign(view, index, cache),
            false => Ok(Verdict::Nothing),
        }
    }

    /// Returns whether the sign here may belong to a credential, judging by the bytes
    /// around it.
    #[inline]
    pub(crate) fn is_candidate(&self, bytes: &[u8], index: usize) -> bool {
        let Some(&byte) = bytes.get(index) else { return false };
        let is_candidate = match byte {
            b':' | b'=' => may_be_named(bytes, index),
            b'>' | b'<' => may_be_arrow(bytes, index),
            b'/' => may_be_url(bytes, index, &self.prefixes),
            b',' => may_be_pair(bytes, index),
            b'%' => may_be_escape(bytes, index, &self.prefixes),
            b'B' => may_be_word(bytes, index),
            b'\\' => true,
            b'y' | b'w' => byte_before(bytes, index, 1) == b'e',
            b'e' => may_be_bearer(bytes, index),
            b'_' => ENDINGS.can_end(bytes, index),
            _ => false,
        };
        #[cfg(test)]
        let is_candidate = is_candidate || self.checks_all_bytes;
        is_candidate || self.prefixes.ends_with(byte)
    }

    /// Returns whether a character in this form may be a sign.
    pub(crate) fn may_be_sign(&self, byte: u8, form: Form) -> bool {
        form != Form::Raw(0)
            || matches!(byte, b':' | b'=' | b'>' | b'<' | b',' | b'%' | b'B' | b'y' | b'w')
            || self.prefixes.ends.contains(&byte)
    }

    /// Returns the verdict for the sign here, which [`is_candidate`](Self::is_candidate)
    /// accepted.
    #[inline(never)]
    pub(crate) fn classify_sign(
        &self,
        view: &View<'_>,
        index: usize,
        cache: &mut ScanCache,
    ) -> Result<Verdict, Incomplete> {
        let Some(&byte) = view.bytes.get(index) else { return Ok(Verdict::Nothing) };
        let view = &view.for_sign(index);
        match self.key(view, byte, (index, index + 1), cache)? {
            Verdict::Nothing => {}
            verdict => return Ok(verdict),
        }
        match byte {
            b'>' | b'<' if !may_be_arrow(view.bytes, index) => Ok(Verdict::Nothing),
            b'<' => self.named(view, byte, (index, index + 2), 0),
            b':' | b'=' | b'>' => self.named(view, byte, (index, index + 1), 0),
            b'/' if !view.is_url && view.before(index) == Some(b':') => {
                self.userinfo(view, index, 0)
            }
            b',' => self.pair(view, index),
            b'_' => self.numbered(view, index),
            b'%' | b'\\' => self.escaped(view, index, cache),
            b'B' => match self.private_key(view, index)? {
                Verdict::Nothing => self.bearer(view, index),
                verdict => Ok(verdict),
            },
            b'y' | b'w' => self.jwt(view, index, cache),
            b'e' => self.bearer(view, index.saturating_sub(1)),
            _ => Ok(Verdict::Nothing),
        }
    }

    /// Finds the value after a name and a colon, if the name ends in an underscore and three or
    /// more digits: `password_2024: ...`. The underscore is at `index`.
    ///
    /// The sign is the underscore and not the colon, because most colons after three or more digits
    /// are part of a time.
    fn numbered(&self, view: &View<'_>, index: usize) -> Result<Verdict, Incomplete> {
        let length = view.run_length(index + 1, LONGEST_NUMBER, |byte| byte.is_ascii_digit())?;
        let colon = index + 1 + length;
        match view.at(colon)? {
            Some(b':') if length > 2 => self.named(view, b':', (colon, colon + 1), 0),
            _ => Ok(Verdict::Nothing),
        }
    }

    /// Returns the verdict for a sign that is escaped.
    fn escaped(
        &self,
        view: &View<'_>,
        index: usize,
        cache: &mut ScanCache,
    ) -> Result<Verdict, Incomplete> {
        if view.before(index) == Some(b'\\') {
            return Ok(Verdict::Nothing); // the run of backslashes was read from its start
        }
        let Some(DecodedChar { byte, next, form }) = char_at(view, index)? else {
            return Ok(Verdict::Nothing);
        };
        if matches!(form, Form::Raw(0)) {
            return Ok(Verdict::Nothing);
        }
        match self.key(view, byte, (index, next), cache)? {
            Verdict::Nothing => {}
            verdict => return Ok(verdict),
        }
        let level = form.level();
        match byte {
            b':' => match self.named(view, byte, (index, next), level)? {
                Verdict::Nothing if !view.is_url => self.userinfo(view, next, level),
                verdict => Ok(verdict),
            },
            b'=' => self.named(view, byte, (index, next), level),
            b'/' if !view.is_url && view.before(index) == Some(b':') => {
                self.userinfo(view, index, 0)
            }
            // An escape between a name and its separator.
            _ if is_quote(byte) || byte == b']' || is_whitespace(byte) => match view.at(next)? {
                Some(sign @ (b':' | b'=')) => self.named(view, sign, (next, next + 1), 0),
                Some(b',') if is_whitespace(byte) => self.pair(view, next),
                _ => Ok(Verdict::Nothing),
            },
            _ => Ok(Verdict::Nothing),
        }
    }

    /// Finds a private key. The `B` of `BEGIN` in its first line is at `index`.
    fn private_key(&self, view: &View<'_>, index: usize) -> Result<Verdict, Incomplete> {
        const DASHES: usize = 5;
        if !view.ends_with(index, &[b'-'; DASHES]) {
            return Ok(Verdict::Nothing);
        }
        let start = index - DASHES;
        let Some(body) = pem::begin(view, start)? else { return Ok(Verdict::Nothing) };
        let mut scanner = ValueScanner::pem(pem::body(view, body, start + REDACT_WINDOW)?);
        let guess = Guess::shaped(FindingKind::PrivateKey);
        match scanner.run(view, start, body)? {
            End::Beyond(at) => {
                Ok(Verdict::Beyond(self.span(start, at, guess), scanner, After::Text))
            }
            End::At(end) => {
                let key = view.slice(start, end).trim_ascii_end();
                Ok(self.classify(view, start, start + key.len(), guess))
            }
        }
    }
}

/// Returns the byte that is `back` bytes before an index, or 0 if the text has no such byte.
#[inline]
fn byte_before(bytes: &[u8], index: usize, back: usize) -> u8 {
    index.checked_sub(back).and_then(|index| bytes.get(index)).copied().unwrap_or_default()
}

/// Returns whether a credential's name may end before this sign.
#[inline]
fn may_be_named(bytes: &[u8], index: usize) -> bool {
    if ENDINGS.can_end(bytes, index) {
        return true;
    }
    match byte_before(bytes, index, 1) {
        b'"' | b'\'' | b'`' => {
            let inner = byte_before(bytes, index, 2);
            !inner.is_ascii_alphabetic() || ENDINGS.can_end(bytes, index - 1)
        }
        b' ' | b'\t' | b'\r' | b'\n' | b']' | b'*' | b'_' | b'-' | b'.' => true,
        // The first character of an operator.
        b'?' | b'|' | b'+' | b'!' | b':' | b'~' | b'/' | b'%' | b'^' | b'&' | b'<' | b'>' => {
            bytes.get(index) == Some(&b'=')
        }
        b')' => {
            let quote = byte_before(bytes, index, 2);
            is_quote(quote) || matches!(quote, b'2' | b'7' | b'0') // the end of an escape
        }
        // The end of a colour sequence.
        b'm' | b'K' => matches!(byte_before(bytes, index, 2), b'0'..=b'9' | b'[' | b';' | b':'),
        b'B' => byte_before(bytes, index, 2) == b'(',
        b'\\' => true,
        b'0'..=b'9' => may_be_numbered(bytes, index - 1),
        _ => false,
    }
}

/// Returns whether this may be the end of `->` or `<>`, or the start of `<-`: white space
/// or a quote must follow the arrow.
#[inline]
fn may_be_arrow(bytes: &[u8], index: usize) -> bool {
    let is_apart =
        |end: usize| bytes.get(end).is_none_or(|byte| is_whitespace(*byte) || is_quote(*byte));
    match bytes.get(index) {
        Some(b'<') => matches!(bytes.get(index + 1), None | Some(b'-')) && is_apart(index + 2),
        _ => matches!(byte_before(bytes, index, 1), b'-' | b'<') && is_apart(index + 1),
    }
}

/// Returns whether a name may end before the number whose last digit is at this index.
#[inline]
fn may_be_numbered(bytes: &[u8], digit: usize) -> bool {
    let before = bytes.get(digit.saturating_sub(LONGEST_NUMBER)..digit).unwrap_or_default();
    let digits = before.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let first = digit - digits;
    ENDINGS.can_end(bytes, first)
        || matches!(byte_before(bytes, first, 1), b'_' | b'-' | b'f' | b'F')
        // An escape such as `%5F` may end in digits.
        || matches!(byte_before(bytes, first, 1), b'%' | b'x' | b'u')
}

/// Returns whether userinfo may follow this slash.
#[inline]
fn may_be_url(bytes: &[u8], index: usize, prefixes: &PrefixTable) -> bool {
    byte_before(bytes, index, 1) == b':'
        && (prefixes.has_other_ends
            || bytes.get(index + 1) != Some(&b'/')
            || !is_bare_host(bytes, index + 2))
}

/// Returns whether a name in quotes may end before this comma.
#[inline]
fn may_be_pair(bytes: &[u8], index: usize) -> bool {
    let (last, inner) = (byte_before(bytes, index, 1), byte_before(bytes, index, 2));
    let may_end = || match inner {
        b'\\' | b']' => true,
        b'0'..=b'9' => may_be_numbered(bytes, index - 2),
        _ => ENDINGS.can_end(bytes, index - 1),
    };
    is_whitespace(last) || is_quote(last) && may_end()
}

/// Returns whether this percent sign may start the escape of a sign.
#[inline]
fn may_be_escape(bytes: &[u8], index: usize, prefixes: &PrefixTable) -> bool {
    let separator_follows = || matches!(bytes.get(index + 3), None | Some(b':' | b'='));
    match (bytes.get(index + 1), bytes.get(index + 2)) {
        (Some(b'3'), Some(b'A' | b'a' | b'D' | b'd')) | (Some(b'2'), Some(b'5')) => true,
        (Some(b'5'), Some(b'F' | b'f')) => true,
        (Some(_), Some(_)) => prefixes.has_other_escapable_ends || separator_follows(),
        _ => true,
    }
}

/// Returns whether this letter may be the second one of `bearer`.
#[inline]
fn may_be_bearer(bytes: &[u8], index: usize) -> bool {
    byte_before(bytes, index, 1) == b'b' && matches!(bytes.get(index + 1), None | Some(b'a'))
}

/// Returns whether this letter may be the first one of `BEGIN` or `Bearer`.
#[inline]
fn may_be_word(bytes: &[u8], index: usize) -> bool {
    matches!(bytes.get(index + 1), None | Some(b'E' | b'e'))
}
