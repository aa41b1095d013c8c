//! Tests of `client_ip`: which addresses are trusted, and which headers are rejected.

use core::net::IpAddr;

use keyrail_core::Network;
use keyrail_header::{MAX_HOPS, Trust, client_ip};
use proptest::prelude::*;

fn networks() -> Vec<Network> {
    ["10.0.0.0/8", "2001:db8:1::/48"].map(|text| Network::parse(text).unwrap()).into()
}

fn read(trust: &Trust, peer: &str, lines: &[&str]) -> Result<String, (&'static str, usize)> {
    let headers: Vec<_> = lines.iter().map(|line| (trust.header().to_owned(), *line)).collect();
    client_ip(peer.parse().unwrap(), &headers, trust)
        .map(|address| address.to_string())
        .map_err(|error| (error.code(), error.offset().unwrap_or(usize::MAX)))
}

fn listed(lines: &[&str]) -> Result<String, (&'static str, usize)> {
    read(&Trust::x_forwarded_for(networks()), "10.0.0.1", lines)
}

fn forwarded(lines: &[&str]) -> Result<String, (&'static str, usize)> {
    read(&Trust::forwarded(networks()), "10.0.0.1", lines)
}

#[test]
fn a_header_from_an_untrusted_peer_is_ignored() {
    let trust = Trust::x_forwarded_for(networks());
    for line in ["192.0.2.1", "nonsense", "unknown", ""] {
        assert_eq!(read(&trust, "203.0.113.7", &[line]).unwrap(), "203.0.113.7");
    }
}

#[test]
fn without_trusted_networks_the_header_is_ignored() {
    for trust in [Trust::x_forwarded_for([]), Trust::none()] {
        assert_eq!(read(&trust, "10.0.0.1", &["192.0.2.1"]).unwrap(), "10.0.0.1");
    }
}

#[test]
fn without_the_header_the_peer_is_the_client() {
    assert_eq!(listed(&[]).unwrap(), "10.0.0.1");
    let trust = Trust::forwarded(networks());
    let other = [("X-Forwarded-For", "192.0.2.1")];
    let client = client_ip("10.0.0.1".parse().unwrap(), &other, &trust).unwrap();
    assert_eq!(client.to_string(), "10.0.0.1", "an untrusted header was read");
}

#[test]
fn the_rightmost_untrusted_address_is_the_client() {
    assert_eq!(listed(&["192.0.2.1, 203.0.113.7, 10.9.9.9"]).unwrap(), "203.0.113.7");
    assert_eq!(listed(&["192.0.2.1 ,\t203.0.113.7"]).unwrap(), "203.0.113.7");
    assert_eq!(
        forwarded(&["for=192.0.2.1, for=203.0.113.7, for=10.2.3.4"]).unwrap(),
        "203.0.113.7"
    );
}

#[test]
fn header_lines_are_joined_in_order() {
    assert_eq!(listed(&["192.0.2.1", "203.0.113.7", "10.1.1.1, 10.2.2.2"]).unwrap(), "203.0.113.7");
    assert_eq!(listed(&["203.0.113.7", "192.0.2.1"]).unwrap(), "192.0.2.1");
    // "10.1.1.1, " is ten bytes long.
    assert_eq!(listed(&["10.1.1.1", "x"]), Err(("header.malformed_hop", 10)));
}

#[test]
fn if_all_addresses_are_proxies_the_leftmost_is_the_client() {
    assert_eq!(listed(&["10.3.3.3, 10.2.2.2"]).unwrap(), "10.3.3.3");
}

#[test]
fn everything_left_of_the_client_is_ignored() {
    for left in ["nonsense", "unknown", "_hidden", "", "é", "\"", "\0"] {
        assert_eq!(listed(&[&format!("{left}, 203.0.113.7")]).unwrap(), "203.0.113.7", "{left:?}");
    }
    assert_eq!(forwarded(&["for=\"", "for=203.0.113.7"]).unwrap(), "203.0.113.7");
}

#[test]
fn unparsable_hops_are_rejected_and_not_skipped() {
    for (hop, code) in [
        ("unknown", "header.unknown_hop"),
        ("UNKNOWN", "header.unknown_hop"),
        ("unknown:80", "header.unknown_hop"),
        ("_hidden", "header.hidden_hop"),
        ("_a.b-c:443", "header.hidden_hop"),
        ("_", "header.malformed_hop"),
        ("", "header.malformed_hop"),
        ("localhost", "header.malformed_hop"),
        ("10.0.0", "header.malformed_hop"),
        ("010.0.0.1", "header.malformed_hop"),
        ("10.0.0.256", "header.malformed_hop"),
        ("10.0.0.1:", "header.malformed_hop"),
        ("10.0.0.1:65536", "header.malformed_hop"),
        ("10.0.0.1:000080", "header.malformed_hop"),
        ("10.0.0.1:_port", "header.malformed_hop"),
        ("10.0.0.1 10.0.0.2", "header.malformed_hop"),
        ("\"10.0.0.1\"", "header.malformed_hop"),
        ("[10.0.0.1]", "header.malformed_hop"),
        ("[2001:db8:1::1", "header.malformed_hop"),
        ("[2001:db8:1::1]80", "header.malformed_hop"),
        ("2001:db8:1::g", "header.malformed_hop"),
        ("fe80::1%eth0", "header.malformed_hop"),
        ("10.0.0.1\0", "header.malformed_hop"),
        ("１０.0.0.1", "header.malformed_hop"),
    ] {
        let line = format!("203.0.113.7, {hop}, 10.0.0.9");
        assert_eq!(listed(&[&line]), Err((code, 13)), "{hop:?}");
    }
}

#[test]
fn ports_and_brackets_are_removed() {
    for (hop, client) in [
        ("203.0.113.7:4711", "203.0.113.7"),
        ("203.0.113.7:0", "203.0.113.7"),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:65535", "2001:db8::7"),
        ("2001:DB8:0:0::7", "2001:db8::7"),
    ] {
        assert_eq!(listed(&[hop]).unwrap(), client, "{hop}");
    }
}

#[test]
fn ipv4_mapped_addresses_become_ipv4_addresses() {
    assert_eq!(listed(&["::ffff:203.0.113.7"]).unwrap(), "203.0.113.7");
    assert_eq!(listed(&["203.0.113.7, ::ffff:10.0.0.9"]).unwrap(), "203.0.113.7");
    assert_eq!(forwarded(&["for=\"[::ffff:203.0.113.7]:80\""]).unwrap(), "203.0.113.7");
    let trust = Trust::x_forwarded_for(networks());
    assert_eq!(read(&trust, "::ffff:10.0.0.1", &["203.0.113.7"]).unwrap(), "203.0.113.7");
    assert_eq!(read(&trust, "::ffff:192.0.2.1", &[]).unwrap(), "192.0.2.1");
}

#[test]
fn the_examples_of_rfc_7239_are_parsed() {
    for (line, client) in [
        ("for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"),
        ("For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
        ("for=192.0.2.43, for=198.51.100.17", "198.51.100.17"),
        ("for=198.51.100.17;by=203.0.113.60;proto=http;host=example.com", "198.51.100.17"),
        ("for=192.0.2.43,for=\"[2001:db8:cafe::17]\",for=10.0.0.7", "2001:db8:cafe::17"),
    ] {
        assert_eq!(forwarded(&[line]).unwrap(), client, "{line}");
    }
    assert_eq!(forwarded(&["for=\"_gazonk\""]), Err(("header.hidden_hop", 0)));
    assert_eq!(forwarded(&["for=_SEVKISEK"]), Err(("header.hidden_hop", 0)));
    assert_eq!(forwarded(&["for=unknown"]), Err(("header.unknown_hop", 0)));
}

#[test]
fn quoted_strings_empty_pairs_and_white_space_are_parsed() {
    for (line, client) in [
        ("for=\"203.0.113.7\"", "203.0.113.7"),
        ("for=\"203.0.113\\.7\"", "203.0.113.7"),
        ("for=\"203.0.113.7:_port\"", "203.0.113.7"),
        ("secret=\"a, for=192.0.2.1; b\";for=203.0.113.7", "203.0.113.7"),
        ("secret=\"a\\\", for=192.0.2.1\";for=203.0.113.7", "203.0.113.7"),
        ("secret=\"é\";for=203.0.113.7", "203.0.113.7"),
        (";;for=203.0.113.7;", "203.0.113.7"),
        ("for=203.0.113.7 ; proto=https", "203.0.113.7"),
    ] {
        assert_eq!(forwarded(&[line]).unwrap(), client, "{line}");
    }
}

#[test]
fn a_malformed_element_is_rejected() {
    for line in [
        "203.0.113.7",
        "for",
        "for=",
        "=203.0.113.7",
        "for =203.0.113.7",
        "for= 203.0.113.7",
        "for=203.0.113.7:80",
        "for=2001:db8::7",
        "for=[2001:db8::7]",
        "for=\"2001:db8::7\"",
        "for=\"203.0.113.7\"x",
        "for=203.0.113.7;for=203.0.113.8",
        "for=203.0.113.7;by=a;BY=b",
        "for=203.0.113.7;a",
        "for=203.0.113.7;a=\"\u{7f}\"",
        "for=\"\"",
        "for=\"203.0.113.7é\"",
        "for=203.0.113.7 proto=http",
    ] {
        assert_eq!(forwarded(&[line]), Err(("header.malformed_hop", 0)), "{line}");
    }
}

#[test]
fn an_element_without_for_is_an_unknown_hop() {
    for line in ["proto=https", "", ";"] {
        assert_eq!(forwarded(&[line]), Err(("header.unknown_hop", 0)), "{line}");
    }
}

#[test]
fn an_unclosed_quote_cannot_hide_the_entry_of_the_proxy() {
    assert_eq!(forwarded(&["for=\", for=203.0.113.7"]), Err(("header.malformed_hop", 4)));
    let swallowed = "for=192.0.2.1;x=\", for=\"[2001:db8::7]\"";
    assert_eq!(forwarded(&[swallowed]), Err(("header.malformed_hop", 37)));
}

#[test]
fn two_spellings_of_the_name_are_ambiguous() {
    let trust = Trust::x_forwarded_for(networks());
    let headers = [("X-Forwarded-For", "203.0.113.7"), ("X_Forwarded_For", "192.0.2.1")];
    let error = client_ip("10.0.0.1".parse().unwrap(), &headers, &trust).unwrap_err();
    assert_eq!((error.code(), error.header()), ("header.ambiguous", Some("X-Forwarded-For")));
    let stranger = client_ip("192.0.2.9".parse().unwrap(), &headers, &trust);
    assert_eq!(stranger.unwrap().to_string(), "192.0.2.9");
}

#[test]
fn a_custom_header_is_parsed_as_a_list_of_addresses() {
    let trust = Trust::new("CF-Connecting-IP", networks()).unwrap();
    assert_eq!(read(&trust, "10.0.0.1", &["203.0.113.7"]).unwrap(), "203.0.113.7");
    assert_eq!(Trust::new("a b", networks()).unwrap_err().code(), "header.malformed_name");
}

#[test]
fn the_limits_are_exact() {
    let chain = |hops: usize| vec!["10.0.0.1"; hops].join(",");
    assert_eq!(listed(&[&chain(MAX_HOPS)]).unwrap(), "10.0.0.1");
    assert_eq!(listed(&[&chain(MAX_HOPS + 1)]), Err(("header.too_many_hops", 0)));
    let long = |length: usize| format!("{}203.0.113.7", " ".repeat(length - 11));
    assert_eq!(listed(&[&long(8192)]).unwrap(), "203.0.113.7");
    assert_eq!(listed(&[&long(8193)]), Err(("header.too_long", 8192)));
}

#[test]
fn a_configuration_sets_the_header_and_the_networks() {
    let trust = Trust::from_json(r#"{"header": "Forwarded", "networks": ["10.0.0.0/8"]}"#).unwrap();
    assert_eq!(trust, Trust::forwarded([Network::parse("10.0.0.0/8").unwrap()]));
    let error = Trust::from_json(r#"{"header": "a b", "networks": ["10.0.0.1/8"], "x": 1}"#);
    let error = error.unwrap_err();
    let faults: Vec<_> = error.faults().iter().map(|f| (f.code(), f.pointer())).collect();
    let expected = [
        ("header.malformed_name", "/header"),
        ("network.host_bits", "/networks/0"),
        ("config.unknown_member", ""),
    ];
    assert_eq!(faults, expected);
    assert_eq!(Trust::from_json("{}").unwrap_err().faults().len(), 2);
}

fn address() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<[u8; 4]>().prop_map(IpAddr::from),
        any::<[u8; 16]>().prop_map(IpAddr::from),
        any::<[u8; 3]>().prop_map(|[a, b, c]| IpAddr::from([10, a, b, c])),
    ]
}

proptest! {
    #[test]
    fn both_headers_agree_on_the_same_chain(chain in prop::collection::vec(address(), 0..8)) {
        let plain = chain.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let pairs = chain.iter().map(|hop| match hop {
            IpAddr::V4(v4) => format!("for={v4}"),
            IpAddr::V6(v6) => format!("for=\"[{v6}]\""),
        });
        let pairs = pairs.collect::<Vec<_>>().join(", ");
        let trusted = |hop: &IpAddr| networks().iter().any(|network| network.contains(*hop));
        let outermost = chain.first().map_or("10.0.0.1".parse().unwrap(), |hop| *hop);
        let expected = chain.iter().rev().find(|hop| !trusted(hop)).unwrap_or(&outermost);
        let expected = Ok(expected.to_canonical().to_string());
        if !chain.is_empty() {
            prop_assert_eq!(&listed(&[&plain]), &expected);
            prop_assert_eq!(&forwarded(&[&pairs]), &expected);
        }
    }

    #[test]
    fn error_offsets_are_within_the_value_and_nothing_panics(
        lines in prop::collection::vec("[ ,;:=\"\\\\\\[\\]a-f0-9.\u{e9}_]{0,24}|for=10.0.0.1", 0..4),
    ) {
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let length = lines.join(", ").len();
        for outcome in [listed(&lines), forwarded(&lines)] {
            if let Err((_, offset)) = outcome {
                prop_assert!(offset <= length);
            }
        }
    }
}
