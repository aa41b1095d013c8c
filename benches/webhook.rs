//! `keyrail::webhook` against `standardwebhooks` and against the bare HMAC: sign and verify 64 bytes,
//! 1 KiB and 1 MiB. `check_target` against `url`, which only parses the URL, and `settle`.
//!
//! `standardwebhooks` reads the clock when it verifies, so the message is signed with the time
//! of the run. The same time is passed to Keyrail.

use std::hint::black_box;
use std::time::{SystemTime, UNIX_EPOCH};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderMap;
use keyrail::webhook::{
    DeliveryOutcome, DeliveryState, RetryPolicy, Signer, Verifier, check_target,
};
use keyrail::{Secret, Timestamp};
use sha2::Sha256;

const SECRET: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const KEY: &[u8] = b"0123456789abcdef0123456789abcdef";
const SIZES: [(&str, usize); 3] = [("64 B", 64), ("1 KiB", 1024), ("1 MiB", 1024 * 1024)];

fn signatures(c: &mut Criterion) {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let seconds = i64::try_from(elapsed).expect("a time that fits in 64 bits");
    let now = Timestamp::from_millis(seconds * 1000).expect("in range");

    let secret = Secret::new(SECRET);
    let signer = Signer::new(&secret).expect("a valid secret");
    let verifier = Verifier::new(&[secret]).expect("a valid secret");
    let peer = standardwebhooks::Webhook::new(SECRET).expect("a valid secret");
    // The key is prepared once, as in Keyrail.
    let mac = Hmac::<Sha256>::new_from_slice(KEY).expect("a key of any length");

    for (name, size) in SIZES {
        let body = vec![b'x'; size];
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
        let content_start = format!("msg_1.{seconds}.");

        let mut group = c.benchmark_group(format!("webhook/sign {name}"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function("keyrail", |b| {
            b.iter(|| signer.sign("msg_1", now, black_box(&body)).expect("signed").len());
        });
        group.bench_function("hmac", |b| {
            b.iter(|| {
                let mut mac = mac.clone();
                mac.update(content_start.as_bytes());
                mac.update(black_box(&body));
                mac.finalize().into_bytes()
            });
        });
        group.bench_function("standardwebhooks", |b| {
            b.iter(|| peer.sign("msg_1", seconds, black_box(&body)).expect("signed").len());
        });
        group.finish();

        let mut group = c.benchmark_group(format!("webhook/verify {name}"));
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function("keyrail", |b| {
            b.iter(|| verifier.verify(black_box(&pairs), &body, now).is_ok());
        });
        group.bench_function("standardwebhooks", |b| {
            b.iter(|| peer.verify(&body, black_box(&map)).is_ok());
        });
        group.finish();
    }
}

fn targets(c: &mut Criterion) {
    let targets = [
        ("host", "https://hooks.desk.example/v1/accounts/42/inbound?token=a1b2c3"),
        ("address", "https://203.0.113.7:8443/hook"),
        ("rejected", "https://169.254.169.254/latest/meta-data/"),
    ];
    for (name, target) in targets {
        let mut group = c.benchmark_group(format!("webhook/check_target {name}"));
        group.bench_function("keyrail", |b| b.iter(|| check_target(black_box(target)).is_ok()));
        group.bench_function("url", |b| b.iter(|| url::Url::parse(black_box(target)).is_ok()));
        group.finish();
    }
}

fn deliveries(c: &mut Criterion) {
    let now = Timestamp::from_millis(1_796_083_200_000).expect("in range");
    let policy = RetryPolicy::standard();
    let state = DeliveryState::start("msg_1", "desk-hook", &policy, now).expect("valid");
    let outcomes = [
        ("delivered", DeliveryOutcome::response(204)),
        ("failed", DeliveryOutcome::response(500)),
        ("paused", DeliveryOutcome::response(503).with_retry_after("120")),
    ];
    for (name, outcome) in outcomes {
        let mut group = c.benchmark_group(format!("webhook/settle {name}"));
        group.bench_function("keyrail", |b| {
            b.iter(|| state.settle(black_box(&outcome), now, 0.5).expect("pending"));
        });
        group.finish();
    }
}

criterion_group!(benches, signatures, targets, deliveries);
criterion_main!(benches);
