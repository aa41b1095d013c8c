//! Header values: the characters that a credential may contain, and the scheme word before it.
//!
//! The syntax follows RFC 9110: section 5.5 for field values, and sections 11.3 and 11.4 for a
//! scheme word, one or more spaces and a credential. A key cannot contain a comma, white space or a
//! quotation mark; it can contain any other visible ASCII character.

use keyrail_core::{MAX_HEADER_VALUE, is_same_header, is_token_byte};

use crate::slot::{Form, Slot};
use crate::{Error, ErrorKind, Scheme};

/// The known scheme words, none of which is a credential. They are the names in the IANA registry
/// of HTTP authentication schemes, and other names that are widely used.
const KNOWN_WORDS: &[&str] = &[
    "ApiKey",
    "AWS4-HMAC-SHA256",
    "Basic",
    "Bearer",
    "Concealed",
    "Digest",
    "DPoP",
    "GNAP",
    "HOBA",
    "Key",
    "Mutual",
    "Negotiate",
    "NTLM",
    "OAuth",
    "PrivateToken",
    "SCRAM-SHA-1",
    "SCRAM-SHA-256",
    "Token",
    "vapid",
    "x-api-key",
];

/// A part of a header's value, with its offset in the value.
#[derive(Clone, Copy)]
pub(crate) struct ValuePart<'a> {
    header: &'a str,
    text: &'a str,
    start: usize,
}

impl<'a> ValuePart<'a> {
    /// Returns a header's value without the optional white space around it.
    pub(crate) fn of_field(header: &'a str, raw: &'a [u8]) -> Result<Self, Error> {
        let text = to_printable(header, raw)?;
        let start = text.len() - text.trim_start_matches(is_blank).len();
        let value = Self { header, text: text.trim_matches(is_blank), start };
        if value.text.is_empty() { Err(value.fault(ErrorKind::Empty, 0)) } else { Ok(value) }
    }

    /// Checks a part of the credentials that is to be written into a header, and returns it.
    pub(crate) fn of_part(header: &'a str, raw: &'a [u8]) -> Result<Self, Error> {
        let text = match core::str::from_utf8(raw) {
            Ok(text) if raw.len() <= MAX_HEADER_VALUE && is_visible(raw) => text,
            _ => to_printable(header, raw)?,
        };
        let value = Self { header, text, start: 0 };
        value.single()
    }

    pub(crate) const fn as_str(self) -> &'a str {
        self.text
    }

    /// Returns whether the value begins with the scheme word, and so is not a bare key.
    pub(crate) fn begins_with(self, word: &str) -> bool {
        let (token, rest) = self.split_token();
        let ends_word = |next: char| is_blank(next) || matches!(next, ',' | '"');
        token.eq_ignore_ascii_case(word) && (rest.is_empty() || rest.starts_with(ends_word))
    }

    /// Returns the credential after the scheme word.
    pub(crate) fn after_word(self, word: &str) -> Result<Self, Error> {
        if !self.begins_with(word) {
            return Err(self.unknown_scheme());
        }
        let (token, rest) = self.split_token();
        let text = rest.trim_start_matches(' ');
        let start = self.start + token.len() + (rest.len() - text.len());
        Self { text, start, ..self }.single()
    }

    /// Returns the whole value as a credential, for a slot without a scheme word.
    pub(crate) fn bare(self, slot: &Slot, scheme: &Scheme) -> Result<Self, Error> {
        let (token, rest) = self.split_token();
        let other_scheme = slot.is_authorization()
            && !token.is_empty()
            && rest.starts_with(is_blank)
            && !rest.trim_start_matches(is_blank).starts_with(',');
        if other_scheme || is_word(self.text, slot, scheme) {
            return Err(self.fault(ErrorKind::UnknownScheme, 0));
        }
        self.single()
    }

    /// Returns the value, or an error if the slot requires a token68 (RFC 9110, section 11.2) and
    /// the value is not one.
    pub(crate) fn check_token68(self, slot: &Slot) -> Result<Self, Error> {
        match slot.token68 && !is_token68(self.text) {
            true => Err(self.fault(ErrorKind::Token68, token68_length(self.text))),
            false => Ok(self),
        }
    }

    /// Returns the error for a value that begins with none of the expected scheme words.
    pub(crate) fn unknown_scheme(self) -> Error {
        let (token, _) = self.split_token();
        match token.is_empty().then(|| self.single()) {
            Some(Err(error)) => error,
            _ => self.fault(ErrorKind::UnknownScheme, 0),
        }
    }

    /// Returns the value, if it is exactly one credential.
    fn single(self) -> Result<Self, Error> {
        if !self.text.is_empty() && is_visible(self.text.as_bytes()) {
            return Ok(self);
        }
        let mut rest = self.text.chars();
        let mut at = 0;
        while let Some(next) = rest.next() {
            match next {
                ',' => return Err(self.fault(ErrorKind::List, at)),
                '"' | '\'' => return Err(self.fault(ErrorKind::Quote, at)),
                ' ' | '\t' => {
                    let after = rest.as_str().trim_start_matches(is_blank);
                    return Err(match after.starts_with(',') {
                        true => self.fault(ErrorKind::List, self.text.len() - after.len()),
                        false => self.fault(ErrorKind::WhiteSpace, at),
                    });
                }
                _ => at += 1, // the value is ASCII: every character is one byte
            }
        }
        if at == 0 { Err(self.fault(ErrorKind::Empty, 0)) } else { Ok(self) }
    }

    /// Splits the value after the token at its start. This token may be empty, and it may be a
    /// scheme word.
    fn split_token(self) -> (&'a str, &'a str) {
        let end = self.text.bytes().position(|byte| !is_token_byte(byte));
        let end = end.unwrap_or(self.text.len());
        self.text.split_at_checked(end).unwrap_or((self.text, ""))
    }

    fn fault(self, kind: ErrorKind, at: usize) -> Error {
        Error::at(kind, self.start + at).in_header(self.header)
    }
}

/// Returns whether a value is a scheme word without a credential. The scheme words are those that
/// the scheme uses in this header. In `Authorization` and `Proxy-Authorization`, they also include
/// [`KNOWN_WORDS`].
pub(crate) fn is_word(text: &str, slot: &Slot, scheme: &Scheme) -> bool {
    let known =
        slot.is_authorization() && KNOWN_WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    known
        || scheme.forms().flat_map(Form::slots).any(|other| {
            is_same_header(&other.header, &slot.header)
                && other.word.as_ref().is_some_and(|word| text.eq_ignore_ascii_case(word))
        })
}

/// Returns the bytes as a string. There may be at most [`MAX_HEADER_VALUE`] bytes, and each must be
/// a visible ASCII character, a space or a tab.
pub(crate) fn to_printable<'a>(header: &str, raw: &'a [u8]) -> Result<&'a str, Error> {
    if raw.len() > MAX_HEADER_VALUE {
        return Err(Error::at(ErrorKind::TooLong, MAX_HEADER_VALUE).in_header(header));
    }
    let is_printable = |byte: &u8| matches!(byte, b' '..=b'~' | b'\t');
    if let Some(at) = raw.iter().position(|byte| !is_printable(byte)) {
        let rest = raw.get(at..).unwrap_or_default();
        return Err(Error::at(kind_of_unprintable(rest), at).in_header(header));
    }
    let non_ascii = |error: core::str::Utf8Error| {
        Error::at(ErrorKind::NonAscii, error.valid_up_to()).in_header(header)
    };
    core::str::from_utf8(raw).map_err(non_ascii)
}

/// Returns the kind of error for a value that is not printable. `rest` is the value from its first
/// unprintable byte to its end. A line break followed by white space is obs-fold (RFC 9112, section
/// 5.2), even if the line break is only LF.
fn kind_of_unprintable(rest: &[u8]) -> ErrorKind {
    match rest {
        [b'\r', b'\n', b' ' | b'\t', ..] | [b'\n', b' ' | b'\t', ..] => ErrorKind::ObsFold,
        [byte, ..] if !byte.is_ascii() => ErrorKind::NonAscii,
        _ => ErrorKind::Control,
    }
}

/// Returns whether each byte is a visible ASCII character that a credential may contain.
///
/// The bytes are checked in chunks of a fixed size, so that the loop compiles to vector
/// instructions. The last chunk ends at the end of the bytes, and may overlap the chunk before it.
pub(crate) fn is_visible(bytes: &[u8]) -> bool {
    const LANES: usize = 16;
    let is_invalid = |byte: u8| {
        let is_visible = (byte > b' ') & (byte < 0x7f);
        u8::from(!is_visible | (byte == b',') | (byte == b'"') | (byte == b'\''))
    };
    let Some(last) = bytes.len().checked_sub(LANES) else {
        return bytes.iter().fold(0, |any, byte| any | is_invalid(*byte)) == 0;
    };
    let mut lanes = [0; LANES];
    for start in (0..bytes.len()).step_by(LANES) {
        let Some((_, chunk)) = bytes.split_at_checked(start.min(last)) else { return false };
        lanes.iter_mut().zip(chunk).for_each(|(lane, byte)| *lane |= is_invalid(*byte));
    }
    lanes.iter().fold(0, |any, lane| any | lane) == 0
}

/// Returns whether the string is a token68 (RFC 9110, section 11.2).
pub(crate) fn is_token68(text: &str) -> bool {
    !text.is_empty() && token68_length(text) == text.len()
}

/// Returns the length of the token68 at the start of a string, or 0 if there is none.
fn token68_length(text: &str) -> usize {
    let body = text.bytes().take_while(|byte| is_token68_byte(*byte)).count();
    let padding = text.bytes().skip(body).take_while(|byte| *byte == b'=').count();
    if body == 0 { 0 } else { body + padding }
}

fn is_token68_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte)
}

/// Returns whether a character is optional white space as defined in RFC 9110, section 5.6.3.
fn is_blank(character: char) -> bool {
    matches!(character, ' ' | '\t')
}
