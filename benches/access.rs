//! `keyrail::access` against a loop over the same allow-list with `ipnet`, which only looks up the
//! client's network. The difference between the two times is the cost of all other checks.

use std::hint::black_box;
use std::net::IpAddr;

use criterion::{Criterion, criterion_group, criterion_main};
use ipnet::IpNet;
use keyrail::Timestamp;
use keyrail::access::{Access, AccessRequest, KeyRecord};

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
    let now = Timestamp::from_millis(1_793_534_400_000).expect("in range");
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

criterion_group!(benches, authorize);
criterion_main!(benches);
