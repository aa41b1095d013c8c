//! Extraction against two oracles on 100,000 header values: the grammar of
//! RFC 9110 written as a regular expression, and the parse-net crate, which
//! judges `Bearer` and its b64token.

use std::sync::LazyLock;

use keyrail_header::{Scheme, Trust, client_ip};
use parse_net::{ClientAddress, ForwardedSource, client_address};
use regex::bytes::Regex;

const VALUES: usize = 100_000;

/// A generator that gives the same values on every run (xorshift64*).
struct Random(u64);

impl Random {
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

/// Pieces that values are made of; a grammar's every corner is among them.
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

fn value(random: &mut Random) -> Vec<u8> {
    let mut value = Vec::new();
    // Most values begin as they should, or else hardly any would be read.
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

/// A value of RFC 9110, sections 5.5 and 5.6.3: optional white space, then
/// the credential, of visible ASCII (`VCHAR`) less `"`, `'` and `,`.
static BARE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u)\A[ \t]*([!#-&(-+\--~]+)[ \t]*\z").unwrap());

/// RFC 9110, section 11.4: the scheme word, `1*SP`, the credential.
static WORDED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?-u)\A[ \t]*(?i:bearer) +([!#-&(-+\--~]+)[ \t]*\z").unwrap());

/// The same with a token68 (RFC 9110, section 11.2).
static TOKEN68: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?-u)\A[ \t]*(?i:bearer) +([0-9A-Za-z._~+/-]+=*)[ \t]*\z").unwrap()
});

fn read(scheme: &Scheme, name: &str, value: &[u8]) -> Option<Vec<u8>> {
    let read = scheme.extract(&[(name, value)]).ok()?;
    Some(read.key().reveal_bytes().to_vec())
}

#[test]
fn exactly_the_values_of_the_grammar_are_accepted() {
    let cases = [
        (Scheme::x_api_key(), "x-api-key", &BARE),
        (Scheme::bearer(), "authorization", &WORDED),
        (Scheme::bearer().with_token68(), "authorization", &TOKEN68),
    ];
    let mut random = Random(0x6b65_7972_6169_6c31);
    let mut accepted = [0; 3];
    for _ in 0..VALUES {
        let value = value(&mut random);
        for ((scheme, name, grammar), accepted) in cases.iter().zip(&mut accepted) {
            let expected = grammar.captures(&value).map(|found| found[1].to_vec());
            *accepted += usize::from(expected.is_some());
            assert_eq!(read(scheme, name, &value), expected, "{value:?}");
        }
    }
    assert!(accepted.iter().all(|count| *count > VALUES / 20), "{accepted:?}");
}

#[test]
fn parse_net_reads_the_same_tokens() {
    let scheme = Scheme::bearer().with_token68();
    let mut random = Random(0x7061_7273_652d_6e65);
    for _ in 0..VALUES {
        let value = value(&mut random);
        let theirs = parse_net::bearer(&value).ok().flatten().map(<[u8]>::to_vec);
        assert_eq!(read(&scheme, "authorization", &value), theirs, "{value:?}");
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
        let value = value(&mut random);
        for scheme in &schemes {
            for name in scheme.header_names() {
                let key = read(scheme, name, &value).unwrap_or_default();
                assert!(!key.iter().any(u8::is_ascii_control), "{value:?}");
            }
        }
    }
}

/// A hop of a chain that both can read; parse-net takes an empty element for
/// none, and judges what is left of the client too.
fn hop(random: &mut Random) -> &'static str {
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
        let hops: Vec<_> = (0..=random.next(5)).map(|_| hop(&mut random)).collect();
        let listed = hops.join(random.pick_text(&[", ", ",", " ,\t"]));
        let pairs: Vec<_> = hops.iter().map(|hop| format!("for=\"{}\"", bracketed(hop))).collect();
        let forwarded = pairs.join(", ");
        for (trust, line) in [
            (Trust::x_forwarded_for(networks()), listed),
            (Trust::forwarded(networks()), forwarded),
        ] {
            let ours = client_ip(peer, &[(trust.header(), &line)], &trust).unwrap();
            let lines = [line.as_bytes()];
            let source = match trust.header() {
                "Forwarded" => ForwardedSource::Forwarded(&lines),
                _ => ForwardedSource::XForwardedFor(&lines),
            };
            let trusted = |address| trust.trusts(address);
            match client_address(peer, source, &trusted, 64).unwrap() {
                ClientAddress::Peer(theirs) | ClientAddress::Forwarded { addr: theirs, .. } => {
                    assert_eq!(ours, theirs.to_canonical(), "{line}");
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

/// An address as a node of RFC 7239 is written.
fn bracketed(hop: &str) -> String {
    match hop.parse::<core::net::Ipv6Addr>() {
        Ok(_) => format!("[{hop}]"),
        Err(_) => hop.into(),
    }
}
