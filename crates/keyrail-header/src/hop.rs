//! Hops: the address that one proxy reports for a request.
//!
//! `Forwarded` is RFC 7239, with the white space around a semicolon that RFC
//! 9110, section 5.6.6, allows in parameters; `X-Forwarded-For` has no
//! specification, and its hops are addresses with or without a port.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use keyrail_core::is_token_byte;

/// One hop as it was read.
pub(crate) enum Hop {
    Address(IpAddr),
    /// `unknown`, or nothing said.
    Unknown,
    /// An obfuscated identifier, such as `_hidden`.
    Hidden,
    Malformed,
}

/// How a header writes its hops.
#[derive(Clone, Copy)]
pub(crate) enum Syntax {
    /// RFC 7239.
    Forwarded,
    /// Addresses in a list.
    List,
}

impl Syntax {
    pub(crate) fn of(header: &str) -> Self {
        if header.eq_ignore_ascii_case("Forwarded") { Self::Forwarded } else { Self::List }
    }

    /// The elements of a line from right to left, without the white space
    /// around them, each with its offset; or the offset of a quotation mark
    /// that is never closed.
    pub(crate) fn split(self, line: &[u8]) -> Result<FromRight<'_>, usize> {
        match self {
            Self::Forwarded => Ok(FromRight::Parts(split(line, b',')?)),
            Self::List => Ok(FromRight::List(Some(line))),
        }
    }

    pub(crate) fn hop(self, element: &[u8]) -> Hop {
        match self {
            Self::Forwarded => forwarded(element).unwrap_or(Hop::Malformed),
            Self::List => listed(element).unwrap_or(Hop::Malformed),
        }
    }
}

/// The elements of a line that are still to be read: quoted strings can be
/// told apart from the left only, a mere list is split as it is read.
pub(crate) enum FromRight<'a> {
    Parts(Vec<(usize, &'a [u8])>),
    List(Option<&'a [u8]>),
}

impl<'a> Iterator for FromRight<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = match self {
            Self::Parts(parts) => return parts.pop(),
            Self::List(rest) => rest,
        };
        let text = (*rest)?;
        let comma = text.iter().rposition(|byte| *byte == b',');
        *rest = comma.and_then(|comma| text.get(..comma));
        Some(part(text, comma.map_or(0, |comma| comma + 1), text.len()))
    }
}

/// Splits at a separator outside of quoted strings.
fn split(text: &[u8], separator: u8) -> Result<Vec<(usize, &[u8])>, usize> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut open = None;
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match (open, *byte) {
            (Some(_), _) if escaped => escaped = false,
            (Some(_), b'\\') => escaped = true,
            (Some(_), b'"') => open = None,
            (None, b'"') => open = Some(at),
            (None, byte) if byte == separator => {
                parts.push(part(text, start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    match open {
        Some(at) => Err(at),
        None => {
            parts.push(part(text, start, text.len()));
            Ok(parts)
        }
    }
}

fn part(text: &[u8], start: usize, end: usize) -> (usize, &[u8]) {
    let whole = text.get(start..end).unwrap_or_default();
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let before = whole.iter().take_while(blank).count();
    let behind = whole.iter().rev().take_while(blank).count();
    let end = whole.len().saturating_sub(behind);
    (start + before, whole.get(before..end).unwrap_or_default())
}

/// An element of `Forwarded` (RFC 7239, section 4); `None` is malformed.
fn forwarded(element: &[u8]) -> Option<Hop> {
    let mut seen: Vec<&[u8]> = Vec::new();
    let mut hop = Hop::Unknown;
    for (_, pair) in split(element, b';').ok()? {
        if pair.is_empty() {
            continue; // the grammar allows for it
        }
        let equals = pair.iter().position(|byte| *byte == b'=')?;
        let (name, value) = pair.split_at_checked(equals)?;
        let value = unquoted(value.get(1..)?)?;
        if name.is_empty() || !name.iter().all(|byte| is_token_byte(*byte)) {
            return None;
        }
        if seen.iter().any(|earlier| earlier.eq_ignore_ascii_case(name)) {
            return None;
        }
        seen.push(name);
        if name.eq_ignore_ascii_case(b"for") {
            hop = node(&value, Syntax::Forwarded)?;
        }
    }
    Some(hop)
}

/// A token, or what a quoted string stands for (RFC 9110, section 5.6.4).
fn unquoted(value: &[u8]) -> Option<String> {
    let Some((b'"', rest)) = value.split_first() else {
        let is_token = !value.is_empty() && value.iter().all(|byte| is_token_byte(*byte));
        return is_token.then(|| value.iter().copied().map(char::from).collect());
    };
    let mut text = String::new();
    let mut bytes = rest.iter();
    loop {
        let byte = match bytes.next()? {
            b'"' => return bytes.next().is_none().then_some(text),
            b'\\' => bytes.next()?,
            byte => byte,
        };
        // Bytes beyond ASCII may be in a quoted string; an address has none.
        if !matches!(byte, b'\t' | b' '..=b'~' | 0x80..) {
            return None;
        }
        text.push(char::from(*byte));
    }
}

/// A hop in the manner of `X-Forwarded-For`.
fn listed(element: &[u8]) -> Option<Hop> {
    let text = core::str::from_utf8(element).ok()?;
    match text.parse() {
        Ok(address) => Some(Hop::Address(address)),
        Err(_) => node(text, Syntax::List),
    }
}

/// A node and its port (RFC 7239, section 6).
fn node(text: &str, syntax: Syntax) -> Option<Hop> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        if !port.is_empty() {
            check_port(port.strip_prefix(':')?, syntax)?;
        }
        return address.parse::<Ipv6Addr>().ok().map(|address| Hop::Address(address.into()));
    }
    let name = match text.split_once(':') {
        Some((name, port)) => {
            check_port(port, syntax)?;
            name
        }
        None => text,
    };
    if name.eq_ignore_ascii_case("unknown") {
        return Some(Hop::Unknown);
    }
    if is_hidden(name) {
        return Some(Hop::Hidden);
    }
    name.parse::<Ipv4Addr>().ok().map(|address| Hop::Address(address.into()))
}

/// A port is a number of 1 to 5 digits, in `Forwarded` also a hidden one.
fn check_port(port: &str, syntax: Syntax) -> Option<()> {
    let digits = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits && port.parse::<u16>().is_ok();
    let hidden = matches!(syntax, Syntax::Forwarded) && is_hidden(port);
    (number || hidden).then_some(())
}

/// `_` and one or more letters, digits or characters of `._-`.
fn is_hidden(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.strip_prefix('_').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_part))
}
