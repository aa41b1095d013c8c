//! `keyrail::url` against `percent-encoding` and `urlencoding`, on the same texts.
//!
//! To encode, `percent-encoding` has three ways to produce a string: a `Cow`, `Display` and
//! collecting. Each is the fastest for some text. `memory` is the baseline: a copy of the same
//! bytes.

use std::borrow::Cow;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// The characters to escape: all but RFC 3986's unreserved ones.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn texts() -> [(&'static str, String); 8] {
    [
        ("seed_17", "username_new*user".into()),
        ("clean_64", "abcdefgh".repeat(8)),
        ("clean_1k", "abcdefgh".repeat(128)),
        ("prose", "The refund for order 4711 is on its way; call us, please! ".repeat(8)),
        ("json", r#"{"channel": "wa-main", "text": "refund please", "n": 12}"#.repeat(8)),
        ("hindi", "नमस्ते, आपका ऑर्डर रास्ते में है। ".repeat(8)),
        ("japanese", "ご注文の品は発送済みです。".repeat(8)),
        ("arabic", "طلبك في الطريق إليك الآن. ".repeat(8)),
    ]
}

fn encode(c: &mut Criterion) {
    let mut group = c.benchmark_group("url/encode");
    for (name, text) in texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("keyrail", name), &text, |b, text| {
            b.iter(|| keyrail::url::encode(black_box(text)));
        });
        let mut buffer = String::with_capacity(3 * text.len());
        group.bench_with_input(BenchmarkId::new("keyrail_into", name), &text, |b, text| {
            b.iter(|| {
                buffer.clear();
                keyrail::url::encode_into(black_box(text), &mut buffer);
            });
        });
        group.bench_with_input(BenchmarkId::new("percent-encoding_cow", name), &text, |b, text| {
            b.iter(|| Cow::from(utf8_percent_encode(black_box(text), ESCAPED)));
        });
        let display = BenchmarkId::new("percent-encoding_display", name);
        group.bench_with_input(display, &text, |b, text| {
            b.iter(|| utf8_percent_encode(black_box(text), ESCAPED).to_string());
        });
        let collect = BenchmarkId::new("percent-encoding_collect", name);
        group.bench_with_input(collect, &text, |b, text| {
            b.iter(|| utf8_percent_encode(black_box(text), ESCAPED).collect::<String>());
        });
        group.bench_with_input(BenchmarkId::new("urlencoding", name), &text, |b, text| {
            b.iter(|| urlencoding::encode(black_box(text)));
        });
        group.bench_with_input(BenchmarkId::new("memory", name), &text, |b, text| {
            b.iter(|| black_box(text).to_string());
        });
    }
}

fn decode(c: &mut Criterion) {
    let mut group = c.benchmark_group("url/decode");
    let clean = texts().into_iter().filter(|(name, _)| name.starts_with("clean"));
    let escaped = texts().into_iter().filter(|(name, _)| !name.starts_with("clean"));
    let escaped = escaped.map(|(name, text)| (name, keyrail::url::encode(&text).into_owned()));
    for (name, text) in clean.chain(escaped) {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_with_input(BenchmarkId::new("keyrail", name), &text, |b, text| {
            b.iter(|| keyrail::url::decode(black_box(text)).expect("well formed"));
        });
        group.bench_with_input(BenchmarkId::new("percent-encoding", name), &text, |b, text| {
            b.iter(|| percent_decode_str(black_box(text)).decode_utf8().expect("UTF-8"));
        });
        group.bench_with_input(BenchmarkId::new("urlencoding", name), &text, |b, text| {
            b.iter(|| urlencoding::decode(black_box(text)).expect("UTF-8"));
        });
        group.bench_with_input(BenchmarkId::new("memory", name), &text, |b, text| {
            b.iter(|| black_box(text).to_string());
        });
    }
}

criterion_group!(benches, encode, decode);
criterion_main!(benches);
