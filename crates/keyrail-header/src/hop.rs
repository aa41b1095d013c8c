//! Hops. A hop is the address that one proxy reports for a request.
//!
//! The syntax of `Forwarded` follows RFC 7239. White space around a semicolon is allowed too, as in
//! the parameters of RFC 9110, section 5.6.6. `X-Forwarded-For` has no specification. Its hops are
//! addresses with or without a port; `unknown` and obfuscated identifiers are recognized as in
//! `Forwarded`.

use alloc::string::String;
use alloc::vec::Vec;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use keyrail_core::is_token_byte;

/// A parsed hop.
pub(crate) enum Hop {
    Address(IpAddr),
    /// `unknown`, or an element without `for`.
    Unknown,
    /// An obfuscated identifier, such as `_hidden`.
    Hidden,
    Malformed,
}

/// The syntax of a header with hops.
#[derive(Clone, Copy)]
pub(crate) enum Syntax {
    /// RFC 7239.
    Forwarded,
    /// A list of addresses.
    List,
}

impl Syntax {
    pub(crate) fn of(header: &str) -> Self {
        if header.eq_ignore_ascii_case("Forwarded") { Self::Forwarded } else { Self::List }
    }

    /// Returns the elements of a line from right to left, without the white space around them, each
    /// with its offset. The error is the offset of an unclosed quotation mark.
    pub(crate) fn split(self, line: &[u8]) -> Result<ElementsFromRight<'_>, usize> {
        match self {
            Self::Forwarded => Ok(ElementsFromRight::Split(split_unquoted(line, b',')?)),
            Self::List => Ok(ElementsFromRight::Rest(Some(line))),
        }
    }

    pub(crate) fn hop(self, element: &[u8]) -> Hop {
        match self {
            Self::Forwarded => parse_forwarded(element).unwrap_or(Hop::Malformed),
            Self::List => parse_listed(element).unwrap_or(Hop::Malformed),
        }
    }
}

/// An iterator over the elements of a line from right to left. Quoted strings can be recognized
/// only from left to right, so a line of `Forwarded` is split in advance.
pub(crate) enum ElementsFromRight<'a> {
    Split(Vec<(usize, &'a [u8])>),
    /// The part of a list that is not split yet, or `None` after the last element.
    Rest(Option<&'a [u8]>),
}

impl<'a> Iterator for ElementsFromRight<'a> {
    type Item = (usize, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let rest = match self {
            Self::Split(elements) => return elements.pop(),
            Self::Rest(rest) => rest,
        };
        let text = (*rest)?;
        let comma = text.iter().rposition(|byte| *byte == b',');
        *rest = comma.and_then(|comma| text.get(..comma));
        Some(trimmed(text, comma.map_or(0, |comma| comma + 1), text.len()))
    }
}

/// Splits a string at each separator outside of quoted strings. Returns the offset and the content
/// of each part, without the white space around it. The error is the offset of an unclosed
/// quotation mark.
fn split_unquoted(text: &[u8], separator: u8) -> Result<Vec<(usize, &[u8])>, usize> {
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
                parts.push(trimmed(text, start, at));
                start = at + 1;
            }
            _ => {}
        }
    }
    match open {
        Some(at) => Err(at),
        None => {
            parts.push(trimmed(text, start, text.len()));
            Ok(parts)
        }
    }
}

/// Trims white space from both ends of a range of bytes. Returns the offset and the content of the
/// trimmed range.
fn trimmed(text: &[u8], start: usize, end: usize) -> (usize, &[u8]) {
    let whole = text.get(start..end).unwrap_or_default();
    let blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let before = whole.iter().take_while(blank).count();
    let after = whole.iter().rev().take_while(blank).count();
    let end = whole.len().saturating_sub(after);
    (start + before, whole.get(before..end).unwrap_or_default())
}

/// Parses an element of `Forwarded` (RFC 7239, section 4). Returns `None` if it is malformed.
fn parse_forwarded(element: &[u8]) -> Option<Hop> {
    let mut seen: Vec<&[u8]> = Vec::new();
    let mut hop = Hop::Unknown;
    for (_, pair) in split_unquoted(element, b';').ok()? {
        if pair.is_empty() {
            continue; // the grammar allows empty pairs
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
            hop = parse_node(&value, Syntax::Forwarded)?;
        }
    }
    Some(hop)
}

/// Returns the value itself if it is a token, or its content if it is a quoted string (RFC 9110,
/// section 5.6.4). Returns `None` for any other value.
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
        // Non-ASCII bytes are allowed in a quoted string. They never form an address.
        if !matches!(byte, b'\t' | b' '..=b'~' | 0x80..) {
            return None;
        }
        text.push(char::from(*byte));
    }
}

/// Parses a hop of a list of addresses, as in `X-Forwarded-For`.
fn parse_listed(element: &[u8]) -> Option<Hop> {
    let text = core::str::from_utf8(element).ok()?;
    match text.parse() {
        Ok(address) => Some(Hop::Address(address)),
        Err(_) => parse_node(text, Syntax::List),
    }
}

/// Parses a node (RFC 7239, section 6). Its port is checked and dropped. Returns `None` if the node
/// or its port is malformed.
fn parse_node(text: &str, syntax: Syntax) -> Option<Hop> {
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

/// Checks a port: a number of 1 to 5 digits or, in `Forwarded`, an obfuscated port.
fn check_port(port: &str, syntax: Syntax) -> Option<()> {
    let digits = (1..=5).contains(&port.len()) && port.bytes().all(|byte| byte.is_ascii_digit());
    let number = digits && port.parse::<u16>().is_ok();
    let hidden = matches!(syntax, Syntax::Forwarded) && is_hidden(port);
    (number || hidden).then_some(())
}

/// Returns whether a name is an obfuscated identifier: `_` and one or more letters, digits or
/// characters of `._-`.
fn is_hidden(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    name.strip_prefix('_').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(is_allowed))
}
