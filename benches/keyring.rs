//! The look-up of a presented key among a million records: `keyrail::Gateway` against a `HashMap`
//! from the SHA-256 of each key to its record.
//!
//! The keys are presented in an order that caches cannot predict. The bench also prints the memory
//! that each record uses in the gateway.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use keyrail::access::KeyRecord;
use keyrail::key::{Digest, KeyFormat};
use keyrail::{Gateway, Secrets};
use peak_alloc::PeakAlloc;
use sha2::{Digest as _, Sha256};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const RECORDS: usize = 1_000_000;
/// A number that has no common factor with `RECORDS`, so that its multiples modulo `RECORDS` are
/// all indices, in an irregular order.
const STRIDE: usize = 618_033_989;

fn key(number: usize) -> String {
    let mut entropy = [7; 32];
    entropy[..8].copy_from_slice(&(number as u64).to_be_bytes());
    KeyFormat::keyrail().generate("live", &entropy).expect("enough entropy").reveal().into()
}

fn record(number: usize, key: &str) -> String {
    let digest = Digest::of(key, None).expect("a strong key");
    format!(
        r#"{{"id": "key-{number}", "app": "desk", "scope": "read_write",
            "digests": [{{"key_id": "{}", "digest": "{digest}"}}]}}"#,
        &key[8..20],
    )
}

fn gateway(records: &[String]) -> Gateway {
    let mut deployment = String::from(r#"{"platform": "azeer", "keys": ["#);
    for (number, record) in records.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        write!(deployment, "{comma}{record}").expect("writing to a String cannot fail");
    }
    deployment.push_str(r#"], "topology": {"apps": [{"id": "desk"}]}}"#);
    Gateway::from_json(&deployment, Secrets::new()).expect("a valid deployment")
}

fn keyring(c: &mut Criterion) {
    let keys: Vec<String> = (0..RECORDS).map(key).collect();
    let records: Vec<String> = keys.iter().enumerate().map(|(n, key)| record(n, key)).collect();
    let before = ALLOCATOR.current_usage();
    let gateway = gateway(&records);
    let memory = ALLOCATOR.current_usage() - before;
    println!("{RECORDS} records: {} bytes each", memory / RECORDS);
    let parsed = records.iter().map(|json| KeyRecord::from_json(json).expect("a valid record"));
    let hashes = keys.iter().map(|key| <[u8; 32]>::from(Sha256::digest(key)));
    let map: HashMap<[u8; 32], KeyRecord> = hashes.zip(parsed).collect();

    let mut order = (0..).map(|n: usize| &*keys[n.wrapping_mul(STRIDE) % RECORDS]);
    let mut next = move || order.next().expect("an endless iterator");
    let mut group = c.benchmark_group("keyring/a_million_records");
    group.bench_function("keyrail", |b| {
        b.iter(|| gateway.record_of(black_box(next())).map(|record| record.id().len()));
    });
    group.bench_function("HashMap", |b| {
        b.iter(|| {
            let hash: [u8; 32] = Sha256::digest(black_box(next())).into();
            map.get(&hash).map(|record| record.id().len())
        });
    });
}

criterion_group!(benches, keyring);
criterion_main!(benches);
