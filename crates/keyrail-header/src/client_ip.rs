//! The client's address, determined from the peer's address and one header that a
//! trusted proxy wrote.
//!
//! Whatever is in the header left of what the outermost trusted proxy
//! wrote may come from anyone, so it is read from the right, and never
//! past the first address that is not a trusted proxy's.

use core::net::IpAddr;

use keyrail_core::{MAX_HEADER_VALUE, header_names_collide, is_same_header};

use crate::hop::{Hop, Syntax};
use crate::{Error, ErrorKind, Trust};

/// The maximum number of hops that are read.
pub const MAX_HOPS: usize = 64;

/// Returns the address that a request came from, as far as it can be trusted.
///
/// `peer` is the other end of the connection. If it is not in a trusted
/// network, it is the client, and no header is read. If it is, the header is
/// read from right to left, starting with its last line,
/// until an address that is in no trusted network: the client. If all are trusted,
/// the leftmost is the client. If the header is missing, the peer is the client.
///
/// Ports and brackets are read and dropped; IPv4-mapped IPv6 addresses become
/// plain IPv4 addresses, the peer's too. In `Forwarded` a line that leaves a
/// quoted string open is malformed as a whole.
///
/// # Errors
///
/// For what is at or to the right of the client's address, with the offset in the header's
/// value (several lines are joined with a comma and a space, RFC 9110, section 5.3):
/// `header.unknown_hop` (`unknown`, or no `for`), `header.hidden_hop` (`_hidden`),
/// `header.malformed_hop` (anything else that is not an address); `header.too_many_hops`
/// after [`MAX_HOPS`]; `header.too_long` for a line over 8 KiB. `header.ambiguous`, if the
/// name occurs in two spellings that differ by `-` and `_`. Reject the request on any of
/// them: none of these errors means that the peer can be treated as the client.
///
/// # Examples
///
/// ```
/// use keyrail_core::Network;
/// use keyrail_header::{Trust, client_ip};
/// let trust = Trust::x_forwarded_for([Network::parse("10.0.0.0/8").unwrap()]);
/// let headers = [("X-Forwarded-For", "192.0.2.99, 203.0.113.7:4711, 10.0.0.3")];
/// let client = client_ip("10.0.0.2".parse().unwrap(), &headers, &trust)?;
/// assert_eq!(client.to_string(), "203.0.113.7");
///
/// let stranger = client_ip("198.51.100.1".parse().unwrap(), &headers, &trust)?;
/// assert_eq!(stranger.to_string(), "198.51.100.1");
/// # Ok::<(), keyrail_header::Error>(())
/// ```
pub fn client_ip<N, V>(peer: IpAddr, headers: &[(N, V)], trust: &Trust) -> Result<IpAddr, Error>
where
    N: AsRef<[u8]>,
    V: AsRef<[u8]>,
{
    let mut client = peer.to_canonical();
    if !trust.trusts(client) {
        return Ok(client);
    }
    let (lines, mut start) = lines(headers, trust.header())?;
    let syntax = Syntax::of(trust.header());
    let mut hops = 0;
    for (_, line) in lines.iter().rev().filter(|(name, _)| is_same_header(name, trust.header())) {
        let line = line.as_ref();
        start = start.saturating_sub(line.len() + JOINT);
        let fail =
            |kind: ErrorKind, at: usize| Error::at(kind, start + at).in_header(trust.header());
        if line.len() > MAX_HEADER_VALUE {
            return Err(fail(ErrorKind::TooLong, MAX_HEADER_VALUE));
        }
        let elements = syntax.split(line).map_err(|at| fail(ErrorKind::MalformedHop, at))?;
        for (at, element) in elements {
            hops += 1;
            if hops > MAX_HOPS {
                return Err(fail(ErrorKind::TooManyHops, at));
            }
            client = match syntax.hop(element) {
                Hop::Address(address) => address.to_canonical(),
                Hop::Unknown => return Err(fail(ErrorKind::UnknownHop, at)),
                Hop::Hidden => return Err(fail(ErrorKind::HiddenHop, at)),
                Hop::Malformed => return Err(fail(ErrorKind::MalformedHop, at)),
            };
            if !trust.trusts(client) {
                return Ok(client);
            }
        }
    }
    Ok(client)
}

/// The length of the separator between two joined lines: a comma and a space.
const JOINT: usize = 2;

/// The headers from the first of a name to the last, and how long all lines
/// of the name are, joined, with a joint after each.
type Lines<'h, N, V> = (&'h [(N, V)], usize);

/// The lines of this name, which came in one spelling.
fn lines<'h, N: AsRef<[u8]>, V: AsRef<[u8]>>(
    headers: &'h [(N, V)],
    name: &str,
) -> Result<Lines<'h, N, V>, Error> {
    let mut span: Option<(usize, usize)> = None;
    let mut length = 0;
    let mut other_spelling = false;
    for (index, (given, line)) in headers.iter().enumerate() {
        if is_same_header(given, name) {
            span = Some((span.map_or(index, |(first, _)| first), index));
            length += line.as_ref().len() + JOINT;
        } else {
            other_spelling |= header_names_collide(given, name);
        }
    }
    let Some((first, last)) = span else { return Ok((&[], 0)) };
    match other_spelling {
        true => Err(Error::new(ErrorKind::Ambiguous).in_header(name)),
        false => Ok((headers.get(first..=last).unwrap_or_default(), length)),
    }
}
