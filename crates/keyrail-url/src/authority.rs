//! Authorities: the host and the port of a base URL (RFC 3986, section 3.2).
//!
//! A host is accepted only if all URL parsers interpret it in the same way: a name of
//! letters, digits and hyphens (RFC 1123, section 2.1), an IPv4 address of
//! four decimal numbers, or an IPv6 address in brackets.

use alloc::string::String;
use core::net::{Ipv4Addr, Ipv6Addr};

use crate::{Error, ErrorKind};

/// The maximum length of a host name as a string, in bytes (RFC 1035, section 3.1).
pub(crate) const MAX_HOST: usize = 253;
/// The maximum length of a label of a host name, in bytes (RFC 1035, section 2.3.4).
pub(crate) const MAX_LABEL: usize = 63;

/// A host in lower case, without brackets, and the port, if one is specified.
pub(crate) struct Authority {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
}

impl Authority {
    /// Parses `HOST` or `HOST:PORT`. `at` is the offset of the string in the input. It is added to
    /// the offsets of errors.
    pub(crate) fn parse(text: &str, at: usize) -> Result<Self, Error> {
        if let Some(sign) = text.find('@') {
            return Err(Error::at(ErrorKind::Userinfo, at + sign));
        }
        if text.parse::<Ipv6Addr>().is_ok() {
            return Err(Error::at(ErrorKind::BareIpv6, at));
        }
        let (host, port) = split_port(text);
        check_host(host, at)?;
        let port = match port {
            Some(digits) => Some(parse_port(digits, at + host.len() + 1)?),
            None => None,
        };
        Ok(Self { host: host.trim_matches(['[', ']']).to_ascii_lowercase(), port })
    }

    /// Returns whether the host is the local machine: `localhost`, 127.0.0.0/8, ::1.
    pub(crate) fn is_loopback(&self) -> bool {
        self.host == "localhost"
            || self.host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
            || self.host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
    }
}

/// Returns the host and, if a colon follows it, the port. The colons of an IPv6 address in brackets
/// are ignored.
fn split_port(text: &str) -> (&str, Option<&str>) {
    let bracket = text.rfind(']').unwrap_or(0);
    let colon = match text.starts_with('[') {
        true => text.rfind(':').filter(|colon| *colon > bracket),
        false => text.find(':'),
    };
    match colon.and_then(|colon| text.split_at_checked(colon)) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => (text, None),
    }
}

fn parse_port(digits: &str, at: usize) -> Result<u16, Error> {
    if digits.is_empty() {
        return Err(Error::at(ErrorKind::EmptyPort, at));
    }
    let is_valid = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    let port = if is_valid { digits.parse().ok() } else { None };
    port.ok_or_else(|| Error::at(ErrorKind::MalformedPort, at))
}

fn check_host(host: &str, at: usize) -> Result<(), Error> {
    let malformed = |within: usize| Error::at(ErrorKind::MalformedHost, at + within);
    if host.is_empty() {
        return Err(Error::at(ErrorKind::EmptyHost, at));
    }
    if let Some(address) = host.strip_prefix('[') {
        let address = address.strip_suffix(']').ok_or_else(|| malformed(0))?;
        return address.parse::<Ipv6Addr>().map(|_| ()).map_err(|_| malformed(1));
    }
    if host.len() > MAX_HOST {
        return Err(malformed(MAX_HOST));
    }
    if host.len() > 1 && host.ends_with('.') && !host.ends_with("..") {
        return Err(Error::at(ErrorKind::TrailingDot, at + host.len()));
    }
    let mut start = 0;
    let mut last_label = "";
    for label in host.split('.') {
        check_label(label).map_err(|within| malformed(start + within))?;
        start += label.len() + 1;
        last_label = label;
    }
    // If the last label of a host is a number, some URL parsers treat the host as an IPv4 address,
    // perhaps in a legacy form. So such a host must be four decimal numbers. This is the only form
    // of an IPv4 address that all parsers interpret in the same way.
    if is_number(last_label) && host.parse::<Ipv4Addr>().is_err() {
        return Err(malformed(0));
    }
    Ok(())
}

/// Checks a label. The error is an offset in the label.
pub(crate) fn check_label(label: &str) -> Result<(), usize> {
    if label.is_empty() || label.starts_with('-') {
        return Err(0);
    }
    let is_invalid = |byte: u8| !byte.is_ascii_alphanumeric() && byte != b'-';
    if let Some(within) = label.bytes().position(is_invalid) {
        return Err(within);
    }
    if label.len() > MAX_LABEL {
        return Err(MAX_LABEL);
    }
    if label.ends_with('-') {
        return Err(label.len() - 1);
    }
    Ok(())
}

/// Returns whether URL parsers treat a label as a number: decimal, or hexadecimal after `0x`.
pub(crate) fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or_else(|| label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}
