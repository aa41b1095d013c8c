//! Private keys in PEM (RFC 7468), whether their line breaks are escaped or not.

use crate::decode::{DecodedChar, char_at, is_whitespace, opens_parameter};
use crate::view::{Incomplete, View};

const DASHES: &[u8] = b"-----";
const BEGIN: &[u8] = b"-----BEGIN";
const END: &[u8] = b"-----END";
const LONGEST_LABEL: usize = 64;
/// The minimum length of a full line of a key. A shorter run of base64 characters is the last
/// base64 line of a key, or a word that is not part of a key.
const SHORTEST_LINE: u16 = 16;
const LONGEST_LINE: u16 = 80;
const MAX_SPACE: usize = 64;
const MAX_HEADERS: u8 = 8;
const HEADERS: [&[u8]; 7] = [
    b"Proc-Type: ",
    b"DEK-Info: ",
    b"Version: ",
    b"Comment: ",
    b"Hash: ",
    b"Charset: ",
    b"MessageID: ",
];

/// The rest of a private key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pem {
    /// A key whose last line was found: the number of bytes up to the end of this line.
    Exact(usize),
    /// A key without its last line. It extends as far as there is base64 text.
    Truncated(Truncated),
}

/// The state of reading a private key without its last line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Truncated {
    /// The number of base64 characters since the last white space.
    run: u16,
    /// Whether a short base64 line was read. After it, only the `-----END` line may follow.
    is_short: bool,
    is_line_start: bool,
    is_header: bool,
    /// The number of header lines that may follow: none after base64 text.
    headers: u8,
}

impl Truncated {
    const START: Self = Self {
        run: 0,
        is_short: false,
        is_line_start: true,
        is_header: false,
        headers: MAX_HEADERS,
    };
}

/// Returns the end of the first line of a private key, if such a line starts here.
pub(crate) fn begin(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    if !view.has(index, BEGIN)? {
        return Ok(None);
    }
    // The label, in which a space may also be `%20` or `+`.
    let mut label = [0; LONGEST_LABEL];
    let (mut length, mut at) = (0, index + BEGIN.len());
    while let Some(DecodedChar { byte, next, .. }) = char_at(view, at)? {
        let byte = if byte == b'+' { b' ' } else { byte };
        if byte == b'-' && view.has(at, DASHES)? {
            let label = label.get(..length).unwrap_or_default();
            let label = label.strip_suffix(b" BLOCK").unwrap_or(label);
            let end = at + DASHES.len();
            // A string literal that ends here contains no key.
            let is_key = label.ends_with(b"PRIVATE KEY")
                && !matches!(view.at(end)?, Some(b'"' | b'\'' | b'`'));
            return Ok(is_key.then_some(end));
        }
        if !(byte.is_ascii_alphanumeric() || byte == b' ') {
            return Ok(None);
        }
        let Some(slot) = label.get_mut(length) else { return Ok(None) };
        *slot = byte;
        (length, at) = (length + 1, next);
    }
    Ok(None)
}

/// Returns the extent of a private key after its first line. Only the text before `limit` is
/// searched for the last line.
pub(crate) fn body(view: &View<'_>, index: usize, limit: usize) -> Result<Pem, Incomplete> {
    let mut at = index;
    while at < limit
        && let Some(byte) = view.at(at)?
    {
        if byte == b'-' && view.has(at, DASHES)? {
            let Some(end) = end(view, at)? else { break };
            return Ok(Pem::Exact(end - index));
        }
        at += 1;
    }
    Ok(Pem::Truncated(Truncated::START))
}

/// Returns the end of the last line of a private key, if such a line starts here.
fn end(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    if !view.has(index, END)? {
        return Ok(None);
    }
    let start = index + END.len();
    let is_label_byte =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'+' | b'%');
    let label = start + view.run_length(start, LONGEST_LABEL, is_label_byte)?;
    Ok(Some(label + view.run_length(label, DASHES.len(), |byte| byte == b'-')?))
}

impl Pem {
    /// Returns the index after the character here, if it is part of the key.
    pub(crate) fn step(
        &mut self,
        view: &View<'_>,
        index: usize,
    ) -> Result<Option<usize>, Incomplete> {
        match self {
            Self::Exact(0) => Ok(None),
            Self::Exact(left) => {
                if view.at(index)?.is_none() {
                    return Ok(None);
                }
                *left -= 1;
                Ok(Some(index + 1))
            }
            Self::Truncated(truncated) => {
                if let Some(end) = end(view, index)? {
                    *self = Self::Exact(0);
                    return Ok(Some(end));
                }
                truncated.step(view, index)
            }
        }
    }
}

impl Truncated {
    /// Returns whether the key continues after the white space here, with another line of
    /// base64 text, a header line or its last line.
    fn continues(&self, view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
        let mut at = index;
        for _ in 0..MAX_SPACE {
            match char_at(view, at)? {
                Some(DecodedChar { byte, next, .. }) if is_whitespace(byte) => at = next,
                _ => break,
            }
        }
        Ok(view.has(at, END)?
            || self.headers > 0 && is_header_line(view, at)?
            || !self.is_short && is_line(view, at)?)
    }

    fn step(&mut self, view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
        let Some(DecodedChar { byte, next, .. }) = char_at(view, index)? else { return Ok(None) };
        let is_line_break = matches!(byte, b'\n' | b'\r');
        if self.is_header {
            if is_line_break {
                *self = Self { is_header: false, is_line_start: true, ..*self };
            }
            return Ok((byte != b'"' && byte != b'\'').then_some(next));
        }
        if is_whitespace(byte) {
            self.is_short |= self.run > 0 && self.run < SHORTEST_LINE;
            *self = Self { run: 0, is_line_start: is_line_break || self.is_line_start, ..*self };
            return Ok(self.continues(view, next)?.then_some(next));
        }
        if !is_base64(byte) {
            return Ok(None);
        }
        if self.is_line_start && self.headers > 0 && is_header_line(view, index)? {
            *self = Self { is_header: true, headers: self.headers - 1, ..*self };
            return Ok(Some(next));
        }
        let is_first = self.run == 0 && self.headers > 0;
        if is_first && !is_line(view, index)? {
            return Ok(None);
        }
        let run = self.run.saturating_add(1);
        *self = Self { run, is_line_start: false, headers: 0, ..*self };
        Ok(Some(next))
    }
}

const fn is_base64(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')
}

/// Returns whether the base64 characters here are a line of a key, rather than a word of a
/// sentence or a name.
fn is_line(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let (mut at, mut last) = (index, 0);
    for length in 0..LONGEST_LINE {
        let Some(found) = char_at(view, at)? else { return Ok(length > 0) };
        let DecodedChar { byte, next, .. } = found;
        if !is_base64(byte) && length == 0 {
            return Ok(false);
        }
        if !is_base64(byte) {
            return Ok(match byte {
                b'\r' | b'\n' => true,
                b'-' => view.has(at, END)?,
                b'.' => view.has(at, b"...")?,
                b'"' | b'\'' if last == b'=' && opens_parameter(view, found)? => false,
                b' ' | b'\t' => length >= SHORTEST_LINE && !is_name(view, at)?,
                b'"' | b'\'' | b',' | b'<' | b')' | b']' | b'}' => !is_name(view, at)?,
                _ => !byte.is_ascii(),
            });
        }
        (at, last) = (next, byte);
    }
    Ok(true)
}

/// Returns whether the text before this index is a name: a separator follows it, directly or after
/// other characters that are allowed between a name and its separator.
fn is_name(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    let mut at = index;
    for _ in 0..MAX_SPACE {
        match char_at(view, at)? {
            Some(DecodedChar { byte: b' ' | b'\t' | b'"' | b'\'' | b']', next, .. }) => at = next,
            found => return Ok(found.is_some_and(|found| matches!(found.byte, b':' | b'='))),
        }
    }
    Ok(false)
}

/// Returns whether a header line starts here, as in the original PEM (RFC 1421) and in
/// OpenPGP's ASCII armor (RFC 9580, section 6.2.2). A line with a name that is not in
/// [`HEADERS`] is not part of a key.
fn is_header_line(view: &View<'_>, index: usize) -> Result<bool, Incomplete> {
    for name in HEADERS {
        if view.has(index, name)? {
            return Ok(true);
        }
    }
    Ok(false)
}
