//! `keyrail::redact::Redactor` against the `regex` crate, on access logs of 1 MiB.
//!
//! The regular expression is one alternation: the names of credentials, the prefixes of keys,
//! bearer tokens, credentials in URLs, and private keys. It is used in one pass of `replace_all`
//! over bytes. It does less than Keyrail: it handles neither escapes nor nested quotes, and does
//! not limit the length of a match. `memory` is the baseline: a copy of the same bytes.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use keyrail::key::KeyFormat;
use keyrail::redact::Redactor;
use regex::bytes::Regex;

const SIZE: usize = 1 << 20;

/// The credentials that the redactor finds, as far as a regular expression can match them.
const EQUIVALENT: &str = concat!(
    r#"(?i:(?:api[-_.]?keys?|(?:access|auth|encryption|master|private|secret|session|signing|"#,
    r#"subscription)[-_.]?key|app[-_]id|x-api-id|token|secrets?|passwords?|passwd|passphrase|pwd|"#,
    r#"credentials?|cookie|authorization|x[-_.]?(?:amz|goog)[-_.]?signature)["']?\s{0,8}[:=]\s{0,8}"#,
    r#"(?:(?:bearer|basic|digest|x-api-key)\s+)?["']?)[^\s"'&,;<>(){}\[\]]+"#,
    r"|kr_(?:live|test)_[0-9A-Za-z_~+/=.-]{8,}",
    r"|whs(?:ec|k)_[0-9A-Za-z_~+/=.-]{8,}",
    r"|ey[JA][0-9A-Za-z_-]{9,}\.[0-9A-Za-z_-]*\.[0-9A-Za-z_.-]+",
    r"|(?i:bearer )[0-9A-Za-z_~+/=.-]{8,}",
    r#"|://[^\s/?#"'<>]+@"#,
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?s:.*?)-----END [A-Z ]*PRIVATE KEY-----",
);

/// Pseudo-random numbers that are the same in each run (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % limit
    }

    fn choose<'t>(&mut self, texts: &[&'t str]) -> &'t str {
        texts[self.below(texts.len())]
    }

    fn word(&mut self, length: usize) -> String {
        let symbols = b"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
        (0..length).map(|_| char::from(symbols[self.below(symbols.len())])).collect()
    }
}

const METHODS: [&str; 4] = ["GET", "GET", "POST", "DELETE"];
const PATHS: [&str; 8] = [
    "/",
    "/api/v1/message/send",
    "/api/v1/contact/looup",
    "/static/js/main.4f3a2b1c.chunk.js",
    "/images/logo_large@2x.png",
    "/v1/channels/8123/messages",
    "/blog/2026/11/how-to-route-a-message",
    "/search",
];
const QUERIES: [&str; 6] = [
    "",
    "",
    "?page=2&sort=name",
    "?q=refund%20please&limit=50",
    "?utm_source=mail&utm_medium=link&id=4711",
    "?create=true",
];
const REFERERS: [&str; 4] = [
    "-",
    "-",
    "https://www.example.com/start",
    "https://search.example/results?q=message+routing&hl=en",
];
const AGENTS: [&str; 5] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 19_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.1 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
    "curl/8.16.0",
    "Mozilla/5.0 (compatible; ExampleBot/2.1; +https://www.example.com/bot.html)",
];

/// Returns lines of nginx's combined format. If `is_dirty`, every tenth line contains a
/// credential.
fn access_log(is_dirty: bool) -> String {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let key = KeyFormat::keyrail().generate("live", &[7; 32]).expect("enough entropy");
    let mut log = String::with_capacity(SIZE + 1024);
    let mut line = 0;
    while log.len() < SIZE {
        let [a, b, c] = [0; 3].map(|_| numbers.below(254) + 1);
        let (method, path) = (numbers.choose(&METHODS), numbers.choose(&PATHS));
        let mut query = numbers.choose(&QUERIES).to_owned();
        let mut referer = numbers.choose(&REFERERS).to_owned();
        let agent = numbers.choose(&AGENTS);
        if is_dirty && line % 10 == 9 {
            match line / 10 % 5 {
                0 => query = format!("?api_key={}&page=2", numbers.word(32)),
                1 => query = format!("?access_token={}", numbers.word(40)),
                2 => referer = format!("https://ana:{}@intern.example/", numbers.word(16)),
                3 => query = format!("?k={}", key.reveal()),
                _ => query = format!("?to=whsec_{}", numbers.word(32)),
            }
        }
        let [hour, minute, second] = [24, 60, 60].map(|limit| numbers.below(limit));
        let (status, size) = (numbers.choose(&["200", "200", "304", "404"]), numbers.below(90_000));
        writeln!(
            log,
            "203.{a}.{b}.{c} - - [23/Nov/2026:{hour:02}:{minute:02}:{second:02} +0000] \
             \"{method} {path}{query} HTTP/1.1\" {status} {size} \"{referer}\" \"{agent}\"",
        )
        .expect("writing to a String cannot fail");
        line += 1;
    }
    log.truncate(SIZE);
    log
}

/// Returns this number of formats: Keyrail's, and formats like GitHub's with other prefixes.
fn formats(count: usize) -> Vec<KeyFormat> {
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    let declared = (1..count).map(|index| {
        let prefix = format!("{}{index}", numbers.word(4));
        KeyFormat::github(&prefix).expect("a valid prefix")
    });
    std::iter::once(KeyFormat::keyrail()).chain(declared).collect()
}

fn redact(c: &mut Criterion) {
    let mut group = c.benchmark_group("key/redact");
    let regex = Regex::new(EQUIVALENT).expect("a valid expression");
    let redactor = Redactor::new(formats(1)).expect("a valid set");
    let many = Redactor::new(formats(200)).expect("a valid set");
    for (name, log) in [("clean", access_log(false)), ("dirty_10", access_log(true))] {
        let (redacted, replaced) = (redactor.redact(&log), regex.replace_all(log.as_bytes(), b"*"));
        assert_eq!(redacted == log, name == "clean");
        assert_eq!(*replaced == *log.as_bytes(), name == "clean");
        group.throughput(Throughput::Bytes(log.len() as u64));
        group.bench_with_input(BenchmarkId::new("keyrail", name), &log, |b, log| {
            b.iter(|| redactor.redact(black_box(log)));
        });
        group.bench_with_input(BenchmarkId::new("keyrail_200_formats", name), &log, |b, log| {
            b.iter(|| many.redact(black_box(log)));
        });
        group.bench_with_input(BenchmarkId::new("keyrail_stream_64k", name), &log, |b, log| {
            b.iter(|| {
                let mut stream = redactor.stream();
                let pushed: usize =
                    log.as_bytes().chunks(1 << 16).map(|chunk| stream.push(chunk).len()).sum();
                pushed + stream.finish().len()
            });
        });
        group.bench_with_input(BenchmarkId::new("regex", name), &log, |b, log| {
            b.iter(|| regex.replace_all(black_box(log.as_bytes()), b"********").len());
        });
        group.bench_with_input(BenchmarkId::new("memory", name), &log, |b, log| {
            b.iter(|| black_box(log).to_string());
        });
    }
}

criterion_group!(benches, redact);
criterion_main!(benches);
