//! Targets: checks the URL of a webhook (OWASP, "Server-Side Request
//! Forgery Prevention"; RFC 3986; RFC 1123 for host names).
//!
//! Without this check, a customer could set a URL that makes the sender call its
//! own network. A URL that another parser might read differently is rejected,
//! never repaired.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::address::is_public_address;
use crate::names::is_reserved;
use crate::{Error, ErrorKind};

/// The maximum length of a webhook's URL, in bytes.
pub const MAX_TARGET: usize = 8 * 1024;

/// The maximum length of a host name (RFC 1035).
const MAX_NAME: usize = 253;
/// The maximum length of a label of a host name (RFC 1035).
const MAX_LABEL: usize = 63;

/// Checks that a URL may be the target of a webhook: it must use https and a public host, and
/// contain no user name, password or fragment. It may contain a port, a path and a query.
///
/// A host name is not resolved, because its addresses can change at any time: the sender must check
/// the address when it connects, with [`is_public_address`].
///
/// # Errors
///
/// `webhook.target_too_long`, `webhook.target_scheme`,
/// `webhook.target_malformed`, `webhook.target_fragment`,
/// `webhook.target_userinfo`, `webhook.target_host`, `webhook.target_port`,
/// `webhook.target_private`.
///
/// # Examples
///
/// ```
/// use keyrail_webhook::check_target;
/// check_target("https://desk.example/hook?v=1")?;
/// let error = check_target("https://169.254.169.254/latest").unwrap_err();
/// assert_eq!((error.code(), error.offset()), ("webhook.target_private", Some(8)));
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
pub fn check_target(url: &str) -> Result<(), Error> {
    check(url, false)
}

/// Checks a URL like [`check_target`], but also accepts the hosts `localhost`, `127.0.0.0/8` and
/// `[::1]`, with https or http. This function is for tests and development.
///
/// # Errors
///
/// Those of [`check_target`].
///
/// # Examples
///
/// ```
/// # use keyrail_webhook::check_target_with_loopback;
/// check_target_with_loopback("http://localhost:8080/hook")?;
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
pub fn check_target_with_loopback(url: &str) -> Result<(), Error> {
    check(url, true)
}

fn check(url: &str, loopback_allowed: bool) -> Result<(), Error> {
    if url.len() > MAX_TARGET {
        return Err(Error::at(ErrorKind::TargetTooLong, MAX_TARGET));
    }
    let is_http = loopback_allowed && has_prefix(url, "http://");
    if !is_http && !has_prefix(url, "https://") {
        return Err(Error::at(ErrorKind::TargetScheme, 0));
    }
    let start = if is_http { "http://" } else { "https://" }.len();
    let rest = url.get(start..).unwrap_or_default();
    if let Some(at) = rest.find('#') {
        return Err(Error::at(ErrorKind::TargetFragment, start + at));
    }
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
    if let Some(at) = authority.find('@') {
        return Err(Error::at(ErrorKind::TargetUserinfo, start + at));
    }
    check_path(path).map_err(|at| Error::at(ErrorKind::MalformedTarget, start + end + at))?;
    if let Some(at) = find_dot_segment(path) {
        return Err(Error::at(ErrorKind::TargetDotSegment, start + end + at));
    }

    if authority.parse::<Ipv6Addr>().is_ok() {
        return Err(Error::at(ErrorKind::TargetBareIpv6, start));
    }
    let (host_text, port) = split_port(authority);
    let host = Host::parse(host_text).ok_or_else(|| malformed_host(host_text, start))?;
    if !port.is_none_or(is_port) {
        return Err(Error::at(ErrorKind::TargetPort, start + host_text.len()));
    }
    match (is_http, loopback_allowed && host.is_loopback()) {
        (_, true) => Ok(()),
        (true, false) => Err(Error::at(ErrorKind::TargetScheme, 0)),
        (false, false) if host.is_public() => Ok(()),
        (false, false) => Err(Error::at(ErrorKind::TargetPrivate, start)),
    }
}

fn has_prefix(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Checks the characters of a path with its query (RFC 3986, sections 3.3 and 3.4). The error is
/// the offset of the first invalid character.
fn check_path(path: &str) -> Result<(), usize> {
    let mut bytes = path.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        let allowed = match byte {
            b'%' => {
                let escape = [bytes.next(), bytes.next()];
                escape.iter().all(|digit| digit.is_some_and(|(_, digit)| digit.is_ascii_hexdigit()))
            }
            other => other.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&other),
        };
        if !allowed {
            return Err(at);
        }
    }
    Ok(())
}

/// Returns the offset of the first dot segment in a path (RFC 3986, section 5.2.4). Its dots, and
/// the slashes around it, may be escaped. An escaped backslash counts as a slash. Some parsers
/// resolve such a segment, some do not, and some decode escapes first.
fn find_dot_segment(path: &str) -> Option<usize> {
    let path = path.split_once('?').map_or(path, |(path, _)| path).as_bytes();
    let is_escape = |at: usize, escapes: &[&[u8; 3]]| {
        let bytes = path.get(at..at + 3);
        bytes.is_some_and(|bytes| escapes.iter().any(|escape| bytes.eq_ignore_ascii_case(*escape)))
    };
    // `dots` is the number of dots in the segment so far, or `None` if the segment contains another
    // character.
    let (mut start, mut dots, mut at) = (0, Some(0), 0);
    while let Some(byte) = path.get(at) {
        let is_slash = *byte == b'/' || is_escape(at, &[b"%2f", b"%5c"]);
        let is_dot = *byte == b'.' || is_escape(at, &[b"%2e"]);
        let length = if *byte == b'%' && (is_slash || is_dot) { 3 } else { 1 };
        at += length;
        if is_slash {
            if matches!(dots, Some(1 | 2)) {
                return Some(start);
            }
            (start, dots) = (at, Some(0));
        } else {
            dots = dots.filter(|_| is_dot).map(|dots| dots + 1);
        }
    }
    matches!(dots, Some(1 | 2)).then_some(start)
}

/// Returns the error for an invalid host. For a common mistake, the message of the error says how
/// to correct it.
fn malformed_host(host: &str, start: usize) -> Error {
    match host.chars().find(|character| !character.is_ascii()) {
        Some(_) => Error::at(ErrorKind::TargetNonAscii, start),
        None if host.len() > 1 && host.ends_with('.') => {
            Error::at(ErrorKind::TargetTrailingDot, start)
        }
        None => Error::at(ErrorKind::TargetHost, start),
    }
}

/// Splits an authority into host and port. The colons of an IPv6 address are in brackets.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    let bracket = authority.find(']').map_or(0, |at| at + 1);
    let colon = authority.bytes().skip(bracket).position(|byte| byte == b':');
    match colon.and_then(|at| authority.split_at_checked(bracket + at)) {
        Some((host, port)) => (host, port.strip_prefix(':')),
        None => (authority, None),
    }
}

fn is_port(port: &str) -> bool {
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    digits && !port.starts_with('0') && port.parse::<u16>().is_ok()
}

/// A host that all URL parsers read in the same way.
enum Host<'a> {
    Address(IpAddr),
    Name(&'a str),
}

impl<'a> Host<'a> {
    fn parse(host: &'a str) -> Option<Self> {
        if let Some(bracketed) = host.strip_prefix('[') {
            let address: Ipv6Addr = bracketed.strip_suffix(']')?.parse().ok()?;
            return Some(Self::Address(address.into()));
        }
        // If the last label of a name is a number, many parsers read the name as an IPv4 address.
        // They allow one to four parts in decimal, octal or hexadecimal. Here, only four decimal
        // parts are accepted.
        let (_, last) = host.rsplit_once('.').unwrap_or(("", host));
        if is_number(last) {
            let address: Ipv4Addr = host.parse().ok()?;
            return Some(Self::Address(address.into()));
        }
        let is_name = host.len() <= MAX_NAME && host.split('.').all(is_label);
        is_name.then_some(Self::Name(host))
    }

    fn is_loopback(&self) -> bool {
        match self {
            Self::Address(address) => address.is_loopback(),
            Self::Name(name) => name.eq_ignore_ascii_case("localhost"),
        }
    }

    fn is_public(&self) -> bool {
        match self {
            Self::Address(address) => is_public_address(*address),
            Self::Name(name) => name.contains('.') && !is_reserved(name),
        }
    }
}

fn is_number(label: &str) -> bool {
    let hexadecimal = label.strip_prefix("0x").or(label.strip_prefix("0X"));
    match hexadecimal {
        Some(digits) => digits.bytes().all(|byte| byte.is_ascii_hexdigit()),
        None => !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_digit()),
    }
}

fn is_label(label: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=MAX_LABEL).contains(&label.len())
        && label.bytes().all(allowed)
        && !label.starts_with('-')
        && !label.ends_with('-')
}
