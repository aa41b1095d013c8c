//! `keyrail::key` against `prefixed-api-key`: parsing valid and invalid keys, and verifying a
//! key.
//!
//! `sha256_block` is the minimum cost of verifying a key: one SHA-256 hash of a string as long
//! as a Keyrail key.

use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use keyrail::key::{Alphabet, Checksum, Digest, KeyFormat, KeyFormatSet, Segment};
use prefixed_api_key::{PrefixedApiKey, PrefixedApiKeyController};
use sha2::{Digest as _, Sha256};

/// A key of 54 bytes, which is one block of SHA-256 with padding.
const BLOCK: &str = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";

fn block(group: &mut BenchmarkGroup<'_, WallTime>, input: &str) {
    group.bench_function(BenchmarkId::new("sha256_block", input), |b| {
        b.iter(|| Sha256::digest(black_box(BLOCK)));
    });
}

/// Declares a format like Keyrail's, but with segments of variable length.
fn variable() -> KeyFormat {
    KeyFormat::builder("acme")
        .environments(["live", "test"])
        .segment(Segment::public("id", Alphabet::DIGITS, 4..=12))
        .segment(Segment::secret("secret", Alphabet::BASE58, 20..=27))
        .checksum(Checksum::crc32())
        .build()
        .expect("a valid format")
}

fn declared() -> KeyFormat {
    KeyFormat::from_json(
        r#"{"prefix": "acme", "environments": ["live", "test"],
            "segments": [{"name": "id", "alphabet": "base58", "length": 12, "secret": false},
                         {"name": "secret", "alphabet": "base64url", "length": 27}],
            "checksum": "crc32"}"#,
    )
    .expect("a valid format")
}

/// Parses valid and invalid keys; no case allocates.
fn parse(c: &mut Criterion) {
    let format = KeyFormat::keyrail();
    let mut mistyped = BLOCK.to_owned();
    mistyped.replace_range(30..31, "x");
    let declared = declared();
    let variable = variable();
    let github = KeyFormat::github("ghp").expect("a valid format");
    let generate = |format: &KeyFormat| {
        let environment = format.environments().next();
        format.generate(environment, &[7; 32]).expect("enough entropy").reveal().to_owned()
    };
    let (declared_key, variable_key, github_key) =
        (generate(&declared), generate(&variable), generate(&github));
    let foreign = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";

    let mut group = c.benchmark_group("key/parse_ref");
    for (input, format, text) in [
        ("good", &format, BLOCK),
        ("wrong_prefix", &format, &BLOCK.replace("kr_", "sk_")),
        ("wrong_environment", &format, &BLOCK.replace("live", "prod")),
        ("wrong_length", &format, &BLOCK[..53]),
        ("wrong_checksum", &format, &mistyped),
        ("declared", &declared, &declared_key),
        ("declared_variable", &variable, &variable_key),
        ("github", &github, &github_key),
        ("hex40", &KeyFormat::hex40(), foreign),
    ] {
        group.bench_function(BenchmarkId::new("keyrail", input), |b| {
            b.iter(|| black_box(format).parse_ref(black_box(text)).is_ok());
        });
        block(&mut group, input);
    }
    let set = KeyFormatSet::new([declared, other_variable(), github, format]).expect("a valid set");
    group.bench_function(BenchmarkId::new("keyrail", "set_of_four"), |b| {
        b.iter(|| set.parse_ref(black_box(BLOCK)).is_ok());
    });
    block(&mut group, "set_of_four");
}

fn other_variable() -> KeyFormat {
    KeyFormat::builder("other")
        .segment(Segment::secret("secret", Alphabet::BASE62, 20..=27))
        .build()
        .expect("a valid format")
}

/// Parses and verifies a presented key, which is compared with a digest in constant time.
fn verify(c: &mut Criterion) {
    let format = KeyFormat::keyrail();
    let digest = format.parse(BLOCK).and_then(|key| key.digest(None)).expect("a valid key");
    let peer = PrefixedApiKeyController::configure()
        .prefix("mycompany".into())
        .seam_defaults()
        .finalize()
        .expect("a valid configuration");
    let (peer_key, peer_hash) = peer.generate_key_and_hash();
    let peer_text = peer_key.to_string();

    let mut group = c.benchmark_group("key/parse");
    group.bench_function("keyrail", |b| b.iter(|| format.parse(black_box(BLOCK)).is_ok()));
    group.bench_function("prefixed-api-key", |b| {
        b.iter(|| PrefixedApiKey::from_string(black_box(&peer_text)).is_ok());
    });
    group.finish();

    let mut group = c.benchmark_group("key/verify");
    group.bench_function("keyrail", |b| {
        b.iter(|| check(&format, black_box(BLOCK), &digest));
    });
    group.bench_function("prefixed-api-key", |b| {
        b.iter(|| {
            let key = PrefixedApiKey::from_string(black_box(&peer_text)).expect("a valid key");
            peer.check_hash(&key, &peer_hash)
        });
    });
    group.bench_function("sha256_block", |b| b.iter(|| Sha256::digest(black_box(BLOCK))));
}

fn check(format: &KeyFormat, text: &str, digest: &Digest) -> bool {
    let key = format.parse_ref(text).expect("a valid key");
    digest.verify(key.reveal(), None).expect("a digest without a pepper")
}

criterion_group!(benches, parse, verify);
criterion_main!(benches);
