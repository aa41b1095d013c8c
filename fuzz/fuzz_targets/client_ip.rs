//! Compares the client's address with the result of the `parse-net` crate. That crate reads the
//! whole chain of hops; Keyrail reads it only up to the client.
//!
//! Input: lines. The first is `f` for `Forwarded`, or anything else for
//! `X-Forwarded-For`; each other line is a line of the header.

#![no_main]

use std::net::IpAddr;

use keyrail_core::Network;
use keyrail_header::{MAX_HOPS, Trust, client_ip};
use libfuzzer_sys::fuzz_target;
use parse_net::{ClientAddress, ForwardedSource, client_address};

fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|byte| *byte == b'\n');
    let forwarded = lines.next() == Some(b"f");
    let lines: Vec<&[u8]> = lines.take(16).collect();
    let networks = || ["10.0.0.0/8", "fd00::/8"].map(|text| Network::parse(text).unwrap());
    let trust = match forwarded {
        true => Trust::forwarded(networks()),
        false => Trust::x_forwarded_for(networks()),
    };
    let headers: Vec<(&str, &[u8])> = lines.iter().map(|line| (trust.header(), *line)).collect();
    let peer: IpAddr = "10.0.0.1".parse().unwrap();
    let client = client_ip(peer, &headers, &trust);

    // A peer that is not trusted is the client, whatever the headers contain.
    let untrusted: IpAddr = "192.0.2.9".parse().unwrap();
    assert_eq!(client_ip(untrusted, &headers, &trust), Ok(untrusted));
    // Other headers are not read.
    assert_eq!(client_ip(peer, &[("X-Real-IP", "192.0.2.1")], &trust), Ok(peer));

    let length = lines.iter().map(|line| line.len() + 2).sum::<usize>();
    match &client {
        Err(error) => {
            assert!(error.offset().is_some_and(|offset| offset <= length), "{error:?}");
            assert_eq!(error.header(), Some(trust.header()));
        }
        Ok(address) => assert_eq!(*address, address.to_canonical()),
    }

    let source = match forwarded {
        true => ForwardedSource::Forwarded(&lines),
        false => ForwardedSource::XForwardedFor(&lines),
    };
    let trusted = |address: IpAddr| trust.trusts(address);
    // `parse-net` ignores an empty element; for Keyrail it is a malformed hop.
    let expected = client_address(peer, source, &trusted, MAX_HOPS as u8);
    let has_empty = lines.iter().any(|line| {
        line.split(|byte| *byte == b',').any(|element| element.trim_ascii().is_empty())
    });
    // Keyrail rejects a duplicate parameter of any name (RFC 7239, section 4).
    let has_duplicate = forwarded && lines.iter().any(|line| has_duplicate_parameter(line));
    if has_empty || has_duplicate || lines.iter().any(|line| line.len() > 8192) {
        return;
    }
    match expected {
        Ok(ClientAddress::Peer(address) | ClientAddress::Forwarded { addr: address, .. }) => {
            assert_eq!(client, Ok(address.to_canonical()));
        }
        Ok(ClientAddress::Unknown { .. }) => {
            let error = client.expect_err("a hop without an address was accepted");
            assert!(["header.unknown_hop", "header.hidden_hop"].contains(&error.code()));
        }
        // `parse-net` also rejects a chain because of hops before the client.
        Err(_) | Ok(_) => {}
    }
});

/// Returns whether an element of a line could have two parameters with the same name. A comma in
/// quotes is not a separator, so a line that contains quotes is not split at commas and counts as
/// one element. A name starts after the last comma before its equals sign.
fn has_duplicate_parameter(line: &[u8]) -> bool {
    let is_quoted = line.contains(&b'"');
    line.split(|byte| *byte == b',' && !is_quoted).any(|element| {
        let pairs = element.split(|byte| *byte == b';');
        let mut names: Vec<_> = pairs
            .filter_map(|pair| pair.split(|byte| *byte == b'=').next())
            .filter_map(|name| name.rsplit(|byte| *byte == b',').next())
            .map(|name| name.trim_ascii().to_ascii_lowercase())
            .filter(|name| !name.is_empty())
            .collect();
        let count = names.len();
        names.sort();
        names.dedup();
        names.len() < count
    })
}
