//! Extraction from 100,000 random header values, compared with two other implementations: the
//! grammar of RFC 9110 as a regular expression, and the crate `parse-net`, which parses `Bearer`
//! and its b64token. The client addresses are also compared with those that `parse-net` finds.

use std::sync::LazyLock;

use keyrail_header::{Scheme, Trust, client_ip};
use parse_net::{ClientAddress, ForwardedSource, client_address};
use regex::bytes::Regex;

const VALUES: usize = 100_000;

/// A random number generator that returns the same numbers on every run (xorshift64*).
struct Random(u64);

impl Random {
    /// Returns a number less than `below`.
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(high).unwrap() % below
    }

    fn pick<'a>(&mut self, pieces: &[&'a [u8]]) -> &'a [u8] {
        pieces[self.next(pieces.len())]
    }
}

/// The pieces that values are assembled from: ordinary ones, and edge cases of the grammar.
const PIECES: &[&[u8]] = &[
    b"",
    b" ",
    b"  ",
    b"\t",
    b" \t ",
    b"Bearer",
    b"bearer",
    b"BEARER",
    b"Bearer ",
    b"Basic ",
    b"Bearer  ",
    b"a",
    b"k-1",
    b"A9z",
    b"-._~+/",
    b"=",
    b"==",
    b"a=b",
    b":",
    b"(",
    b"!",
    b"[]",
    b"~",
    b"}",
    b",",
    b", ",
    b"\"",
    b"'",
    b"\\",
    b"\"a\"",
    b"\0",
    b"\r\n",
    b"\r\n ",
    b"\n",
    b"\x7f",
    b"\x1f",
    b"\x80",
    b"\xc3\xa9",
    b"\xff",
    b"realm=\"a\"",
    b"kr_live_8f3k2m9q1x7c_0123456789",
];

fn random_value(random: &mut Random) -> Vec<u8> {
    let mut value = Vec::new();
    // Most values begin with a valid scheme word, so that enough values are accepted.
    if random.next(3) > 0 {
        value.extend_from_slice(random.pick(&[b"Bearer ", b"bearer  ", b" BEARER ", b"Bearer"]));
    }
    for _ in 0..random.next(4) {
        match random.next(8) {
            0 => value.push(u8::try_from(random.next(256)).unwrap()),
            _ => value.extend_from_slice(random.pick(PIECES)),
        }
    }
    value
}

/// A bare credential (RFC 9110, sections 5.5 and 5.6.3): visible ASCII characters (`VCHAR`)
/// other than `"`, `'` and `,`, with optional white space around them.
static BARE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u)\A[ \t]*([!#-&(-+\--~]+)[ \t]*\z").unwrap());

/// A credential after a scheme word and one or more spaces (`1*SP` in RFC 9110, section 11.4).
static WITH_WORD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u)\A[ \t]*(?i:bearer) +([!#-&(-+\--~]+)[ \t]*\z").unwrap());

/// A token68 (RFC 9110, section 11.2) after a scheme word.
static TOKEN68: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)\A[ \t]*(?i:bearer) +([0-9A-Za-z._~+/-]+=*)[ \t]*\z").unwrap()
});

/// Returns the key that the scheme extracts from one header.
fn extract_key(scheme: &Scheme, name: &str, value: &[u8]) -> Option<Vec<u8>> {
    let credentials = scheme.extract(&[(name, value)]).ok()?;
    Some(credentials.key().reveal_bytes().to_vec())
}

#[test]
fn exactly_the_values_of_the_grammar_are_accepted() {
    let cases = [
        (Scheme::x_api_key(), "x-api-key", &BARE),
        (Scheme::bearer(), "authorization", &WITH_WORD),
        (Scheme::bearer().with_token68(), "authorization", &TOKEN68),
    ];
    let mut random = Random(0x6b65_7972_6169_6c31);
    let mut accepted = [0; 3];
    for _ in 0..VALUES {
        let value = random_value(&mut random);
        for ((scheme, name, grammar), accepted) in cases.iter().zip(&mut accepted) {
            let expected = grammar.captures(&value).map(|found| found[1].to_vec());
            *accepted += usize::from(expected.is_some());
            assert_eq!(extract_key(scheme, name, &value), expected, "{value:?}");
        }
    }
    assert!(accepted.iter().all(|count| *count > VALUES / 20), "{accepted:?}");
}

#[test]
fn parse_net_reads_the_same_tokens() {
    let scheme = Scheme::bearer().with_token68();
    let mut random = Random(0x7061_7273_652d_6e65);
    for _ in 0..VALUES {
        let value = random_value(&mut random);
        let expected = parse_net::bearer(&value).ok().flatten().map(<[u8]>::to_vec);
        assert_eq!(extract_key(&scheme, "authorization", &value), expected, "{value:?}");
    }
}

#[test]
fn extracted_keys_contain_no_control_character() {
    let schemes = [
        Scheme::x_api_key(),
        Scheme::header("authorization").unwrap(),
        Scheme::any_of([Scheme::bearer(), Scheme::bare_authorization()]).unwrap(),
    ];
    let mut random = Random(0x636f_6e74_726f_6c21);
    for _ in 0..VALUES {
        let value = random_value(&mut random);
        for scheme in &schemes {
            for name in scheme.header_names() {
                let key = extract_key(scheme, name, &value).unwrap_or_default();
                assert!(!key.iter().any(u8::is_ascii_control), "{value:?}");
            }
        }
    }
}

/// Returns a valid hop. Invalid hops are omitted, because `parse-net` treats them differently: it
/// ignores an empty element, and also checks the hops to the left of the client.
fn random_hop(random: &mut Random) -> &'static str {
    const HOPS: &[&[u8]] = &[
        b"10.0.0.2",
        b"10.9.9.9:80",
        b"192.0.2.1",
        b"203.0.113.7:4711",
        b"[2001:db8::1]:443",
        b"[fd00::7]",
        b"2001:db8::2",
        b"::ffff:10.1.1.1",
        b"::ffff:203.0.113.7",
    ];
    core::str::from_utf8(random.pick(HOPS)).unwrap()
}

#[test]
fn parse_net_finds_the_same_clients() {
    let networks =
        || ["10.0.0.0/8", "fd00::/8"].map(|text| keyrail_core::Network::parse(text).unwrap());
    let mut random = Random(0x666f_7277_6172_6465);
    let peer = "10.0.0.1".parse().unwrap();
    for _ in 0..VALUES / 2 {
        let hops: Vec<_> = (0..=random.next(5)).map(|_| random_hop(&mut random)).collect();
        let listed = hops.join(random.pick_text(&[", ", ",", " ,\t"]));
        let pairs: Vec<_> = hops.iter().map(|hop| format!("for=\"{}\"", bracketed(hop))).collect();
        let forwarded = pairs.join(", ");
        for (trust, line) in [
            (Trust::x_forwarded_for(networks()), listed),
            (Trust::forwarded(networks()), forwarded),
        ] {
            let client = client_ip(peer, &[(trust.header(), &line)], &trust).unwrap();
            let lines = [line.as_bytes()];
            let source = match trust.header() {
                "Forwarded" => ForwardedSource::Forwarded(&lines),
                _ => ForwardedSource::XForwardedFor(&lines),
            };
            let trusted = |address| trust.trusts(address);
            match client_address(peer, source, &trusted, 64).unwrap() {
                ClientAddress::Peer(expected) | ClientAddress::Forwarded { addr: expected, .. } => {
                    assert_eq!(client, expected.to_canonical(), "{line}");
                }
                other => panic!("{line}: {other:?}"),
            }
        }
    }
}

impl Random {
    fn pick_text<'a>(&mut self, texts: &[&'a str]) -> &'a str {
        texts[self.next(texts.len())]
    }
}

/// Returns a hop as a node of RFC 7239, in which an IPv6 address is in brackets.
fn bracketed(hop: &str) -> String {
    match hop.parse::<core::net::Ipv6Addr>() {
        Ok(_) => format!("[{hop}]"),
        Err(_) => hop.into(),
    }
}
