//! `keyrail::webhook` against `standardwebhooks`: sign and verify 1 KiB.
//!
//! `standardwebhooks` reads the clock when it verifies, so the message is signed with the time
//! of the run. The same time is passed to Keyrail.

use std::hint::black_box;
use std::time::{SystemTime, UNIX_EPOCH};

use criterion::{Criterion, criterion_group, criterion_main};
use http::HeaderMap;
use keyrail::webhook::{Signer, Verifier};
use keyrail::{Secret, Timestamp};

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn webhook(c: &mut Criterion) {
    let body = vec![b'x'; 1024];
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let seconds = i64::try_from(elapsed).expect("a time that fits in 64 bits");
    let now = Timestamp::from_millis(seconds * 1000).expect("in range");

    let secret = Secret::new(SECRET);
    let signer = Signer::new(&secret).expect("a valid secret");
    let verifier = Verifier::new(&[secret]).expect("a valid secret");
    let peer = standardwebhooks::Webhook::new(SECRET).expect("a valid secret");

    let headers = signer.sign("msg_1", now, &body).expect("signed");
    let pairs: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    let map: HeaderMap = headers
        .iter()
        .map(|(name, value)| {
            let name: http::HeaderName = name.parse().expect("a valid name");
            (name, value.reveal().parse().expect("a valid value"))
        })
        .collect();

    let mut group = c.benchmark_group("webhook/sign");
    group.bench_function("keyrail", |b| {
        b.iter(|| signer.sign("msg_1", now, black_box(&body)).expect("signed").len());
    });
    group.bench_function("standardwebhooks", |b| {
        b.iter(|| peer.sign("msg_1", seconds, black_box(&body)).expect("signed").len());
    });
    group.finish();

    let mut group = c.benchmark_group("webhook/verify");
    group.bench_function("keyrail", |b| {
        b.iter(|| verifier.verify(black_box(&pairs), &body, now).is_ok());
    });
    group.bench_function("standardwebhooks", |b| {
        b.iter(|| peer.verify(&body, black_box(&map)).is_ok());
    });
}

criterion_group!(benches, webhook);
criterion_main!(benches);
