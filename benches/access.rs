//! `keyrail::access` against libraries with the same task, or against the minimum work that the
//! task requires:
//!
//! - `authorize`: a loop over the same allow-list with `ipnet`, which only looks up the client's
//!   network;
//! - `key`: `prefixed-api-key`, which only verifies the key, and the SHA-256 of the presented key,
//!   without which the digest cannot be found;
//! - `alerts`: a pass over the same records that only compares their expiry;
//! - `limit`: `governor`, whose state is in memory (GCRA);
//! - `audit`: the SHA-256 and the HMAC that an entry needs.

use std::hint::black_box;
use std::net::IpAddr;
use std::num::NonZeroU32;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use governor::{Quota, RateLimiter};
use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use keyrail::access::{
    ALERT_DAYS, Access, AccessRequest, AuditChain, Checkpoint, KeyRecord, Limit, consume,
    expiry_alerts,
};
use keyrail::key::Digest;
use keyrail::{Secret, Timestamp};
use prefixed_api_key::{PrefixedApiKey, PrefixedApiKeyController};
use sha2::{Digest as _, Sha256};

const KEY: &str = "kr_live_8f3k2m9q1x7c_AMCEgKrwUoqEfX6PLPXs5AZEtGU0bwXdi";

fn now() -> Timestamp {
    Timestamp::from_millis(1_793_534_400_000).expect("in range")
}

fn authorize(c: &mut Criterion) {
    let networks: Vec<String> = (0..32).map(|index| format!("10.{index}.0.0/16")).collect();
    let record = format!(
        r#"{{"id": "k1", "app": "desk", "scope": "read_write", "allow_ips": {networks:?},
            "digests": [{{"digest": "sha256:{}"}}], "expires_at": "2027-01-30T00:00:00Z"}}"#,
        "A".repeat(43),
    );
    let record = KeyRecord::from_json(&record).expect("a valid record");
    let networks: Vec<IpNet> =
        networks.iter().map(|net| net.parse().expect("a valid network")).collect();
    let now = now();
    let address: IpAddr = "10.31.7.9".parse().expect("a valid address");

    let mut group = c.benchmark_group("access/authorize");
    group.bench_function("keyrail", |b| {
        b.iter(|| {
            let request = AccessRequest::new(Access::Write, black_box(now));
            let request = AccessRequest { ip: Some(black_box(address)), ..request };
            record.authorize(&request).is_ok()
        });
    });
    group.bench_function("ipnet", |b| {
        b.iter(|| networks.iter().any(|network| network.contains(&black_box(address))));
    });
}

/// Finds the digest of a presented key and authorizes the request, with 8 networks and 4 patterns
/// of operations.
fn key(c: &mut Criterion) {
    let networks: Vec<String> = (0..8).map(|index| format!("10.{index}.0.0/16")).collect();
    let operations = ["user.*", "group.list", "media.*", "message.*"];
    let digest = Digest::hash_unchecked(KEY, None);
    let record = format!(
        r#"{{"id": "k1", "app": "desk", "scope": "read_write", "allow_ips": {networks:?},
            "operations": {operations:?}, "digests": [{{"digest": "{digest}"}}],
            "expires_at": "2027-01-30T00:00:00Z"}}"#,
    );
    let record = KeyRecord::from_json(&record).expect("a valid record");
    let address: IpAddr = "10.7.7.9".parse().expect("a valid address");

    let mut group = c.benchmark_group("access/key");
    group.bench_function("keyrail", |b| {
        b.iter(|| {
            let digest = record.find_digest(black_box(KEY), &[]);
            let request = AccessRequest {
                ip: Some(black_box(address)),
                operation: Some(black_box("message.send")),
                digest,
                ..AccessRequest::new(Access::Write, black_box(now()))
            };
            record.authorize(&request).is_ok()
        });
    });
    let peer = PrefixedApiKeyController::configure()
        .prefix("acme".into())
        .seam_defaults()
        .finalize()
        .expect("a valid configuration");
    let (peer_key, peer_hash) = peer.generate_key_and_hash();
    let peer_text = peer_key.to_string();
    group.bench_function("prefixed-api-key", |b| {
        b.iter(|| {
            let key = PrefixedApiKey::from_string(black_box(&peer_text)).expect("a valid key");
            peer.check_hash(&key, &peer_hash)
        });
    });
    group.bench_function("sha2", |b| b.iter(|| Sha256::digest(black_box(KEY))));
}

fn alerts(c: &mut Criterion) {
    let record = |index: i64| {
        let end = Timestamp::from_millis(now().as_millis() + index * 60_000).expect("in range");
        KeyRecord::from_json(&format!(
            r#"{{"id": "r_{index}", "app": "desk", "scope": "read", "expires_at": "{end}",
                "digests": [{{"digest": "sha256:{}"}}]}}"#,
            "A".repeat(43),
        ))
        .expect("a valid record")
    };
    let records: Vec<KeyRecord> = (0..1_000_000).map(record).collect();
    let since = Timestamp::from_millis(now().as_millis() - 3_600_000).expect("in range");

    let mut group = c.benchmark_group("access/alerts_of_a_million_records");
    group.sample_size(10);
    group.bench_function("keyrail", |b| {
        b.iter(|| {
            expiry_alerts(black_box(&records), since, now(), &ALERT_DAYS).map(|all| all.len())
        });
    });
    group.bench_function("comparisons", |b| {
        let is_soon = |record: &&KeyRecord| record.expires_at().is_some_and(|end| end < now());
        b.iter(|| black_box(&records).iter().filter(is_soon).count());
    });
}

fn limit(c: &mut Criterion) {
    let json = r#"{"name": "a", "rate": {"units": 1000000, "per_seconds": 1, "burst": 1000}}"#;
    let limit = Limit::from_json(json).expect("a valid limit");
    let per_second = NonZeroU32::new(1_000_000).expect("not zero");
    let burst = NonZeroU32::new(1000).expect("not zero");
    let limiter = RateLimiter::direct(Quota::per_second(per_second).allow_burst(burst));

    let mut group = c.benchmark_group("access/limit");
    let mut state = None;
    group.bench_function("keyrail", |b| {
        b.iter(|| {
            let consumption = consume(&[(&limit, state)], black_box(now())).expect("one limit");
            state = consumption.limits().first().and_then(|outcome| outcome.new_state());
            consumption.is_allowed()
        });
    });
    group.bench_function("governor", |b| b.iter(|| limiter.check().is_ok()));
}

fn audit(c: &mut Criterion) {
    let secret = "the secret of the benchmark's audit log";
    let chain = AuditChain::new([("a1", Secret::new(secret))]).expect("a valid chain");
    let start = Checkpoint::start("gateway-1").expect("a valid id");
    let payload = "x".repeat(400); // the event of a change has 200 to 600 bytes
    let entry = chain.append(&start, payload.clone(), &[7; 16]).expect("a valid entry");
    let mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    let bare = |payload: &str| {
        let commitment = Sha256::new_with_prefix([7; 16]).chain_update(payload).finalize();
        // The label, the code of the previous entry, the commitment, the number, the key id and the
        // writer.
        let message = [0; 16 + 32 + 32 + 8 + 3 + 9];
        (commitment, mac.clone().chain_update(message).finalize())
    };

    let mut group = c.benchmark_group("access/audit_append");
    group.bench_function("keyrail", |b| {
        b.iter_batched(
            || payload.clone(),
            |payload| chain.append(&start, payload, &[7; 16]),
            BatchSize::SmallInput,
        );
    });
    group.bench_function("sha2_and_hmac", |b| b.iter(|| bare(black_box(&payload))));
    group.finish();

    let mut group = c.benchmark_group("access/audit_verify");
    group.bench_function("keyrail", |b| {
        b.iter(|| chain.verify(&start, [black_box(&entry)], None).is_intact());
    });
    group.bench_function("sha2_and_hmac", |b| b.iter(|| bare(black_box(&payload))));
}

criterion_group!(benches, authorize, key, alerts, limit, audit);
criterion_main!(benches);
