//! `keyrail::url` against percent-encoding and urlencoding, on the same texts.
//!
//! `memory` is the floor: a copy of the same bytes.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// RFC 3986's unreserved set, as percent-encoding declares it.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn texts() -> [(&'static str, String); 5] {
    [
        ("seed_17", "username_new*user".into()),
        ("clean_64", "abcdefgh".repeat(8)),
        ("clean_1k", "abcdefgh".repeat(128)),
        ("prose", "The refund for order 4711 is on its way; call us, please! ".repeat(8)),
        ("hindi", "नमस्ते, आपका ऑर्डर रास्ते में है। ".repeat(8)),
    ]
}

fn encode(c: &mut Criterion) {
    let mut group = c.benchmark_group("url/encode");
    for (name, text) in texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("keyrail", name), &text, |b, text| {
            b.iter(|| keyrail::url::encode(black_box(text)).len());
        });
        group.bench_with_input(BenchmarkId::new("percent-encoding", name), &text, |b, text| {
            b.iter(|| std::borrow::Cow::from(utf8_percent_encode(black_box(text), ESCAPED)).len());
        });
        group.bench_with_input(BenchmarkId::new("urlencoding", name), &text, |b, text| {
            b.iter(|| urlencoding::encode(black_box(text)).len());
        });
        group.bench_with_input(BenchmarkId::new("memory", name), &text, |b, text| {
            b.iter(|| black_box(text).clone().len());
        });
    }
}

fn decode(c: &mut Criterion) {
    let mut group = c.benchmark_group("url/decode");
    for (name, text) in texts() {
        let text = keyrail::url::encode(&text).into_owned();
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("keyrail", name), &text, |b, text| {
            b.iter(|| keyrail::url::decode(black_box(text)).expect("well formed").len());
        });
        group.bench_with_input(BenchmarkId::new("percent-encoding", name), &text, |b, text| {
            b.iter(|| percent_decode_str(black_box(text)).decode_utf8().expect("UTF-8").len());
        });
        group.bench_with_input(BenchmarkId::new("urlencoding", name), &text, |b, text| {
            b.iter(|| urlencoding::decode(black_box(text)).expect("UTF-8").len());
        });
    }
}

criterion_group!(benches, encode, decode);
criterion_main!(benches);
