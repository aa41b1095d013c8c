//! The client's address, determined from the peer's address and one header that a
//! trusted proxy wrote.
//!
//! The client can forge everything to the left of the entries that trusted proxies wrote. So the
//! header is read from right to left, up to the first address that is not a trusted proxy's.

use core::net::IpAddr;

use keyrail_core::{MAX_HEADER_VALUE, header_names_collide, is_same_header};

use crate::hop::{Hop, Syntax};
use crate::{Error, ErrorKind, Trust};

/// The maximum number of hops that are read.
pub const MAX_HOPS: usize = 64;

/// Returns the client's address, using what trusted proxies report in a header.
///
/// `peer` is the address of the other end of the connection. If it is not in a trusted network, it
/// is the client's address, and no header is read. Otherwise the header is read from right to left,
/// starting with its last line. The first address that is in no trusted network is the client's. If
/// all addresses are trusted, the leftmost one is the client's. If the header is missing, the peer
/// is the client.
///
/// Ports and brackets are read and dropped; IPv4-mapped IPv6 addresses, including the peer's,
/// become plain IPv4 addresses. In `Forwarded`, every element of a line with an unclosed quoted
/// string is malformed.
///
/// # Errors
///
/// The following errors can occur only in the part of the header that is read. Each has the offset
/// in the header's value, in which several lines are joined with a comma and a space (RFC 9110,
/// section 5.3):
///
/// - `header.unknown_hop` for `unknown` or an element without `for`,
/// - `header.hidden_hop` for an obfuscated identifier such as `_hidden`,
/// - `header.malformed_hop` for anything else that is not an address,
/// - `header.too_many_hops` if the client is not among the last [`MAX_HOPS`] hops,
/// - `header.too_long` for a line over 8 KiB.
///
/// `header.ambiguous` means that the name occurs in two spellings that differ by `-` and `_`.
///
/// Reject the request on any of these errors. Never treat the peer as the client instead.
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
    let (lines, mut start) = find_lines(headers, trust.header())?;
    let syntax = Syntax::of(trust.header());
    let mut hops = 0;
    for (_, line) in lines.iter().rev().filter(|(name, _)| is_same_header(name, trust.header())) {
        let line = line.as_ref();
        start = start.saturating_sub(line.len() + SEPARATOR_LEN);
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
const SEPARATOR_LEN: usize = 2;

/// The headers from the first one with the given name to the last one, including any other headers
/// between them. The number is the total length of the values of the headers with that name, plus
/// one separator for each value.
type Lines<'h, N, V> = (&'h [(N, V)], usize);

/// Finds the lines of the header with this name. Returns an error if the name occurs in two
/// spellings.
fn find_lines<'h, N: AsRef<[u8]>, V: AsRef<[u8]>>(
    headers: &'h [(N, V)],
    name: &str,
) -> Result<Lines<'h, N, V>, Error> {
    let mut range: Option<(usize, usize)> = None;
    let mut length = 0;
    let mut other_spelling = false;
    for (index, (given, line)) in headers.iter().enumerate() {
        if is_same_header(given, name) {
            range = Some((range.map_or(index, |(first, _)| first), index));
            length += line.as_ref().len() + SEPARATOR_LEN;
        } else {
            other_spelling |= header_names_collide(given, name);
        }
    }
    let Some((first, last)) = range else { return Ok((&[], 0)) };
    match other_spelling {
        true => Err(Error::new(ErrorKind::Ambiguous).in_header(name)),
        false => Ok((headers.get(first..=last).unwrap_or_default(), length)),
    }
}
