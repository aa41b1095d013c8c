//! `keyrail::platform` against `format!` that builds the same strings
//! unchecked, and against the url crate that parses and joins them.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use keyrail::Secret;
use keyrail::header::Credentials;
use keyrail::platform::{Call, Platform};

fn request(c: &mut Criterion) {
    let platform = Platform::get("mehery").expect("one of the five");
    let credentials = Credentials::new(Secret::new("0f1e2d3c4b5a6978"));
    let variables = [("domain", "abcorp")];
    let call = Call {
        variables: &variables,
        body: Some(b"{}"),
        credentials: Some(&credentials),
        ..Call::default()
    };

    let mut group = c.benchmark_group("platform/request");
    group.bench_function("keyrail", |b| {
        b.iter(|| platform.request(black_box("message.send"), &call).expect("built").url.len());
    });
    group.bench_function("format", |b| {
        b.iter(|| {
            let domain = black_box("abcorp");
            let url = format!("https://{domain}.mehery.io/xms/api/v1/message/send");
            let headers = [
                ("x-api-key".to_owned(), black_box("0f1e2d3c4b5a6978").to_owned()),
                ("accept".to_owned(), "application/json".to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ];
            ("POST".to_owned(), url, headers, b"{}".to_vec())
        });
    });
    group.bench_function("url", |b| {
        b.iter(|| {
            let domain = black_box("abcorp");
            let base = url::Url::parse(&format!("https://{domain}.mehery.io/xms/")).expect("a URL");
            base.join("api/v1/message/send").expect("a URL").as_str().len()
        });
    });
}

criterion_group!(benches, request);
criterion_main!(benches);
