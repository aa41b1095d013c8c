//! `keyrail::Gateway` with deployments of different sizes: an inbound message of a channel and
//! an outbound request of an app, with 10 to 100,000 channels, queues, apps, webhooks and keys.
//! No other library does this, so the largest size is compared with the smallest.
//!
//! *Near* uses the channel and key that were declared first, *far* the channel and key that were
//! declared last.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use keyrail::key::{Digest, KeyFormat};
use keyrail::route::Message;
use keyrail::{Gateway, InboundCall, OutboundCall, Secret, Secrets, Timestamp};

const SIZES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];
const HOOK: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

fn key(number: usize) -> String {
    let mut entropy = [7; 32];
    entropy[..8].copy_from_slice(&(number as u64).to_be_bytes());
    KeyFormat::keyrail().generate("live", &entropy).expect("enough entropy").reveal().into()
}

/// Returns a gateway with this number of channels, queues, apps, webhooks and keys.
fn deployment(size: usize) -> Gateway {
    let [mut keys, mut channels, mut queues, mut apps, mut webhooks] =
        [(); 5].map(|()| String::new());
    let mut secrets = Secrets::new();
    for n in 0..size {
        let comma = if n == 0 { "" } else { "," };
        let text = key(n);
        let digest = Digest::of(&text, None).expect("a strong key");
        let id = &text[8..20];
        write!(
            keys,
            r#"{comma}{{"id": "key-{n}", "app": "app-{n}", "scope": "read_write",
                "digests": [{{"key_id": "{id}", "digest": "{digest}"}}]}}"#
        )
        .and_then(|()| {
            write!(
                channels,
                r#"{comma}{{"id": "wa-{n}", "kind": "whatsapp", "queue": "queue-{n}"}}"#
            )
        })
        .and_then(|()| write!(queues, r#"{comma}{{"id": "queue-{n}", "app": "app-{n}"}}"#))
        .and_then(|()| write!(apps, r#"{comma}{{"id": "app-{n}", "webhooks": ["hook-{n}"]}}"#))
        .and_then(|()| {
            write!(
                webhooks,
                r#"{comma}{{"id": "hook-{n}", "url": "https://desk{n}.example/", "events": ["*"]}}"#
            )
        })
        .expect("writing to a String cannot fail");
        secrets = secrets.with(format!("webhook:hook-{n}"), [Secret::new(HOOK)]);
    }
    let deployment = format!(
        r#"{{"platform": "mehery", "variables": {{"domain": "abcorp"}}, "keys": [{keys}],
            "topology": {{"channels": [{channels}], "queues": [{queues}], "apps": [{apps}],
                          "webhooks": [{webhooks}]}}}}"#
    );
    Gateway::from_json(&deployment, secrets).expect("a valid deployment")
}

fn gateway(c: &mut Criterion) {
    let now = Timestamp::from_millis(1_793_534_400_000).expect("in range");
    let mut group = c.benchmark_group("gateway");
    for size in SIZES {
        let gateway = deployment(size);
        for (position, n) in [("near", 0), ("far", size - 1)] {
            let message = Message::new(format!("wa-{n}")).expect("a valid channel");
            group.bench_function(BenchmarkId::new(format!("inbound {position}"), size), |b| {
                let call = InboundCall::new("wamid-1", &message, b"{\"text\":\"hi\"}", now);
                b.iter(|| gateway.inbound(black_box(&call)).expect("routed").deliveries.len());
            });
            let headers = [("x-api-key", key(n))];
            group.bench_function(BenchmarkId::new(format!("outbound {position}"), size), |b| {
                let call = OutboundCall::new("message.send", now);
                b.iter(|| {
                    let outbound = gateway.outbound(black_box(&headers), &call).expect("decided");
                    assert!(outbound.accepted());
                });
            });
        }
    }
    group.finish();
}

criterion_group!(benches, gateway);
criterion_main!(benches);
