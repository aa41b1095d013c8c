//! `keyrail::header` against headers' typed `Authorization<Bearer>`: one
//! bearer key among twelve ordinary headers.
//!
//! headers reads a map that has been built already; `headers_with_map` builds
//! it from the same pairs, which is what `extract` does its work on.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use headers::authorization::{Authorization, Bearer};
use headers::{HeaderMap, HeaderMapExt, HeaderName, HeaderValue};
use keyrail::header::Scheme;

const HEADERS: [(&str, &str); 12] = [
    ("Host", "api.example"),
    ("User-Agent", "curl/8.5.0"),
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Accept-Language", "en"),
    ("Content-Type", "application/json"),
    ("Content-Length", "117"),
    ("X-Request-Id", "7b0e7c1e-5a54-4a55-9d02-3ff0e6f6a0e5"),
    ("X-Forwarded-For", "203.0.113.7"),
    ("X-Forwarded-Proto", "https"),
    ("Authorization", "Bearer kr_live_8f3k2m9q1x7c_0123456789ABCDEFGHIJKLMNOPQ012345"),
    ("Connection", "keep-alive"),
];

fn map() -> HeaderMap {
    let pairs = black_box(&HEADERS).iter();
    pairs
        .map(|(name, value)| {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            (name, HeaderValue::from_static(value))
        })
        .collect()
}

fn extract(c: &mut Criterion) {
    let scheme = Scheme::bearer();
    let ready = map();
    let mut group = c.benchmark_group("header/extract");
    group.bench_function("keyrail", |b| {
        b.iter(|| scheme.extract(black_box(&HEADERS)).expect("one key").key().reveal().len());
    });
    group.bench_function("headers", |b| {
        let read = |map: &HeaderMap| map.typed_get::<Authorization<Bearer>>().expect("one key");
        b.iter(|| read(black_box(&ready)).token().len());
    });
    group.bench_function("headers_with_map", |b| {
        b.iter(|| {
            let map = map();
            map.typed_get::<Authorization<Bearer>>().expect("one key").token().len()
        });
    });
}

criterion_group!(benches, extract);
criterion_main!(benches);
