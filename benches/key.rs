//! `keyrail::key` against prefixed-api-key: parse, and parse with check.
//!
//! `sha256_block` is the floor of a check: one hash of a text of our length.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use keyrail::key::{Digest, KeyFormat};
use prefixed_api_key::{PrefixedApiKey, PrefixedApiKeyController};
use sha2::{Digest as _, Sha256};

fn parse(c: &mut Criterion) {
    let format = KeyFormat::keyrail();
    let key = format.generate("live", &[7; 32]).expect("enough entropy");
    let text = key.reveal();
    let digest = Digest::of(text, None);
    let wrong = format!("kr_live_{}", "A".repeat(45));

    let peer = PrefixedApiKeyController::configure()
        .prefix("mycompany".into())
        .seam_defaults()
        .finalize()
        .expect("configured");
    let (peer_key, peer_hash) = peer.generate_key_and_hash();
    let peer_text = peer_key.to_string();

    let mut group = c.benchmark_group("key/parse");
    group.bench_function("keyrail", |b| b.iter(|| format.parse(black_box(text)).is_ok()));
    group.bench_function("keyrail_wrong_length", |b| {
        b.iter(|| format.parse(black_box(&wrong)).is_err());
    });
    group.bench_function("prefixed-api-key", |b| {
        b.iter(|| PrefixedApiKey::from_string(black_box(&peer_text)).is_ok());
    });
    group.finish();

    let mut group = c.benchmark_group("key/parse_and_check");
    group.bench_function("keyrail", |b| {
        b.iter(|| {
            let key = format.parse(black_box(text)).expect("ours");
            digest.verify(key.reveal(), None).expect("without pepper")
        });
    });
    group.bench_function("prefixed-api-key", |b| {
        b.iter(|| {
            let key = PrefixedApiKey::from_string(black_box(&peer_text)).expect("theirs");
            peer.check_hash(&key, &peer_hash)
        });
    });
    group.bench_function("sha256_block", |b| b.iter(|| Sha256::digest(black_box(text))));
}

criterion_group!(benches, parse);
criterion_main!(benches);
