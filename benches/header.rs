//! `keyrail::header` against the type `Authorization<Bearer>` of the crate `headers` and the
//! function `bearer` of the crate `parse-net`: one bearer key in twelve ordinary headers. The group
//! `header/client_ip` compares `client_ip` with the function `client_address` of `parse-net`.
//!
//! The crate `headers` reads a map. The bench `headers_with_map` builds this map from the pairs
//! that `extract` reads. `extract_from` reads a map that a server has already built, and is
//! compared with two benches. The bench `headers` would use the first credential if there were
//! several, and shares the token's bytes with the map instead of copying them. The bench
//! `headers_same_work` does the same work as `extract_from`: it also checks that there is only one
//! credential, and copies the token into a `Secret`.
//!
//! The crate `parse-net` parses the value of a header. The bench `parse-net` therefore first looks
//! the header up in the pairs that `extract` reads. The bench `parse-net_same_work` also checks
//! that there is no second header of this name and, in `header/extract`, copies the token into a
//! `Secret`. `black_box` hides the name of the header from the compiler, because a comparison with
//! a constant name is faster, and Keyrail does not know the name at compile time.

use std::hint::black_box;
use std::net::IpAddr;

use criterion::{Criterion, criterion_group, criterion_main};
use headers::authorization::{Authorization, Bearer};
use headers::{HeaderMap, HeaderMapExt, HeaderName, HeaderValue};
use keyrail::header::{Scheme, Trust, client_ip};
use keyrail::{Network, Secret};
use parse_net::ForwardedSource;

const HEADERS: [(&str, &str); 12] = [
    ("Host", "api.example"),
    ("User-Agent", "curl/8.5.0"),
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Accept-Language", "en"),
    ("Content-Type", "application/json"),
    ("Content-Length", "117"),
    ("X-Request-Id", "7b0e7c1e-5a54-4a55-9d02-3ff0e6f6a0e5"),
    ("X-Forwarded-For", "192.0.2.1, 203.0.113.7, 10.0.0.7"),
    ("X-Forwarded-Proto", "https"),
    ("Authorization", "Bearer kr_live_8f3k2m9q1x7c_0123456789ABCDEFGHIJKLMNOPQ012345"),
    ("Connection", "keep-alive"),
];

fn map() -> HeaderMap {
    let pairs = black_box(&HEADERS).iter();
    pairs
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a valid name");
            (name, HeaderValue::from_static(value))
        })
        .collect()
}

fn look_up<'a>(headers: &[(&str, &'a str)], name: &str) -> &'a [u8] {
    let found = headers.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
    found.expect("the header is present").1.as_bytes()
}

/// Looks a header up, and checks that no other header has this name. Names are compared without
/// regard to case, and hyphens and underscores are treated as equal, as in the check for a second
/// header in `extract`.
fn look_up_single<'a>(headers: &[(&str, &'a str)], name: &str) -> &'a [u8] {
    let folded = |byte: u8| if byte == b'_' { b'-' } else { byte.to_ascii_lowercase() };
    let mut found = headers.iter().filter(|(given, _)| {
        given.len() == name.len() && given.bytes().map(folded).eq(name.bytes().map(folded))
    });
    let (Some((_, value)), None) = (found.next(), found.next()) else {
        panic!("expected one header")
    };
    value.as_bytes()
}

fn extract(c: &mut Criterion) {
    let scheme = Scheme::bearer();
    let mut group = c.benchmark_group("header/extract");
    group.bench_function("keyrail", |b| {
        b.iter(|| {
            black_box(&scheme).extract(black_box(&HEADERS)).expect("one key").key().reveal().len()
        });
    });
    group.bench_function("headers_with_map", |b| {
        b.iter(|| {
            let map = map();
            map.typed_get::<Authorization<Bearer>>().expect("one key").token().len()
        });
    });
    let bearer = || {
        let value = look_up(black_box(&HEADERS), black_box("authorization"));
        parse_net::bearer(value).expect("well formed").expect("Bearer")
    };
    group.bench_function("parse-net", |b| b.iter(|| bearer().len()));
    group.bench_function("parse-net_same_work", |b| {
        b.iter(|| {
            let value = look_up_single(black_box(&HEADERS), black_box("authorization"));
            let token = parse_net::bearer(value).expect("well formed").expect("Bearer");
            Secret::new(String::from_utf8(token.to_vec()).expect("ASCII"))
        });
    });
    group.finish();

    let mut group = c.benchmark_group("header/extract_refused");
    let invalid = [("Host", "api.example"), ("Authorization", "Bearer kr_live, kr_test")];
    group.bench_function("keyrail", |b| {
        b.iter(|| scheme.extract(black_box(&invalid)).expect_err("a list").offset());
    });
    group.finish();
}

/// Measures the extraction from a map that a server has already built.
fn extract_from_map(c: &mut Criterion) {
    let scheme = Scheme::bearer();
    let server_map = map();
    let typed = |map: &HeaderMap| map.typed_get::<Authorization<Bearer>>().expect("one key");
    let mut group = c.benchmark_group("header/extract_from_map");
    group.bench_function("keyrail", |b| {
        b.iter(|| black_box(&scheme).extract_from(black_box(&server_map)).expect("one key"));
    });
    group.bench_function("headers", |b| b.iter(|| typed(black_box(&server_map))));
    group.bench_function("headers_same_work", |b| {
        b.iter(|| {
            let map = black_box(&server_map);
            assert_eq!(map.get_all("authorization").iter().count(), 1);
            Secret::new(typed(map).token())
        });
    });
    group.finish();
}

fn forwarded(c: &mut Criterion) {
    let trust = Trust::x_forwarded_for([Network::parse("10.0.0.0/8").expect("a valid network")]);
    let peer: IpAddr = "10.0.0.2".parse().expect("a valid address");
    let mut group = c.benchmark_group("header/client_ip");
    group.bench_function("keyrail", |b| {
        b.iter(|| {
            client_ip(black_box(peer), black_box(&HEADERS), black_box(&trust))
                .expect("a client address")
        });
    });
    let client_address = |line: &[u8]| {
        let lines = [line];
        let source = ForwardedSource::XForwardedFor(&lines);
        let trusted = |address| trust.trusts(address);
        parse_net::client_address(black_box(peer), source, &trusted, 64).expect("a client address")
    };
    group.bench_function("parse-net", |b| {
        b.iter(|| client_address(look_up(black_box(&HEADERS), black_box("x-forwarded-for"))));
    });
    group.bench_function("parse-net_same_work", |b| {
        b.iter(|| {
            client_address(look_up_single(black_box(&HEADERS), black_box("x-forwarded-for")))
        });
    });
}

criterion_group!(benches, extract, extract_from_map, forwarded);
criterion_main!(benches);
