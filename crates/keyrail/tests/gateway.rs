//! Properties of the gateway that a single conformance case cannot test.

use keyrail::key::KeyFormat;
use keyrail::route::Message;
use keyrail::{
    ConfigError, Gateway, InboundCall, Outbound, OutboundCall, Secret, Secrets, Timestamp,
};

const HOOK: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const PEPPER: &str = "the pepper of this test";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-01T12:00:00Z").unwrap()
}

fn key(seed: u8) -> String {
    KeyFormat::keyrail().generate("test", &[seed; 32]).unwrap().reveal().into()
}

fn gateway() -> Gateway {
    let stored = KeyFormat::keyrail().parse(&key(1)).unwrap();
    let pepper = keyrail::key::Pepper::new("p1", Secret::new(PEPPER)).unwrap();
    let digests = format!(
        r#"{{"key_id": "{}", "digest": "{}"}}"#,
        stored.id().unwrap(),
        stored.digest(Some(&pepper)).unwrap(),
    );
    let pepper = Secrets::new().with("pepper:p1", [Secret::new(PEPPER)]);
    read(&[("k", &digests)], pepper).unwrap()
}

/// Reads a gateway with key records of these ids and digests.
fn read(keys: &[(&str, &str)], secrets: Secrets) -> Result<Gateway, ConfigError> {
    let keys: Vec<String> = keys
        .iter()
        .map(|(id, digests)| {
            format!(
                r#"{{"id": "{id}", "app": "desk", "scope": "read_write", "digests": [{digests}]}}"#
            )
        })
        .collect();
    let deployment = format!(
        r#"{{
          "platform": "mehery", "variables": {{"domain": "abcorp"}},
          "keys": [{}],
          "topology": {{
            "channels": [{{"id": "wa", "kind": "whatsapp", "queue": "support"}}],
            "queues": [{{"id": "support", "app": "desk"}}],
            "apps": [{{"id": "desk", "webhooks": ["hook"]}}],
            "webhooks": [{{"id": "hook", "url": "https://desk.example/hook", "events": ["*"]}}]
          }}
        }}"#,
        keys.join(","),
    );
    Gateway::from_json(&deployment, secrets.with("webhook:hook", [Secret::new(HOOK)]))
}

fn request(gateway: &Gateway, key: &str) -> Outbound {
    let call = OutboundCall::new("message.send", now());
    gateway.outbound(&[("x-api-key", key)], &call).unwrap()
}

/// Returns a key with the id of another key, a different secret and a valid checksum.
fn with_other_secret(of: &str) -> String {
    let secret = key(2).split_off(21);
    let body = format!("{}{}", &of[..21], &secret[..27]);
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32(body.as_bytes());
    let mut checksum = [b'0'; 6];
    for digit in checksum.iter_mut().rev() {
        *digit = alphabet[(rest % 62) as usize];
        rest /= 62;
    }
    body + core::str::from_utf8(&checksum).unwrap()
}

/// Computes a CRC-32 (IEEE), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn an_unknown_key_and_a_wrong_key_get_identical_responses() {
    let gateway = gateway();
    let wrong = request(&gateway, &with_other_secret(&key(1)));
    let unknown = request(&gateway, &key(3));
    let nonsense = request(&gateway, "nonsense");
    assert!(request(&gateway, &key(1)).accepted());
    assert_eq!(wrong.audit().code, "access.wrong_key");
    assert_eq!(unknown.audit().code, "access.unknown_key");
    assert_eq!(nonsense.audit().code, "access.unknown_key");
    assert!(wrong.response().is_some());
    assert_eq!(wrong.response(), unknown.response());
    assert_eq!(wrong.response(), nonsense.response());
    assert_eq!(wrong.denial(), unknown.denial());
}

/// The SHA-256 and SHA-512 hashes of `hunter2`, computed with Python's hashlib.
const HUNTER_256: &str = "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7";
const HUNTER_512: &str = concat!(
    "6b97ed68d14eb3f1aa959ce5d49c7dc612e1eb1dafd73b1e705847483fd6a6c8",
    "09f2ceb4e8df6ff9984c6298ff0285cace6614bf8daa9f0070101b6c89899e22",
);

fn imported_digest(algorithm: &str, hex: &str) -> String {
    format!(r#"{{"digest": "foreign-{algorithm}:{hex}"}}"#)
}

#[test]
fn keys_are_found_by_imported_hashes() {
    for (algorithm, hex) in [("sha256", HUNTER_256), ("sha512", HUNTER_512)] {
        let gateway = read(&[("old", &imported_digest(algorithm, hex))], Secrets::new()).unwrap();
        let accepted = request(&gateway, "hunter2");
        assert!(accepted.accepted(), "{algorithm}");
        assert_eq!(accepted.audit().record.as_deref(), Some("old"));
        let denied = request(&gateway, "hunter3");
        assert_eq!((denied.accepted(), denied.audit().code), (false, "access.unknown_key"));
    }
}

#[test]
fn an_imported_hash_of_a_keyrail_key_may_be_stored_with_its_key_id() {
    let id = key(1)[8..20].to_owned();
    for sha512 in [false, true] {
        let digest = match sha512 {
            true => keyrail::key::Digest::of_presented_sha512(&key(1)),
            false => keyrail::key::Digest::hash_unchecked(&key(1), None),
        };
        let hex: String = digest.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        let algorithm = if sha512 { "sha512" } else { "sha256" };
        let digest = format!(r#"{{"key_id": "{id}", "digest": "foreign-{algorithm}:{hex}"}}"#);
        let gateway = read(&[("k", &digest)], Secrets::new()).unwrap();
        assert!(request(&gateway, &key(1)).accepted());
        assert_eq!(request(&gateway, &with_other_secret(&key(1))).audit().code, "access.wrong_key");
        assert_eq!(request(&gateway, &key(3)).audit().code, "access.unknown_key");
    }
}

#[test]
fn a_weak_key_gets_the_same_response_as_an_unknown_key() {
    let other_key = imported_digest("sha512", HUNTER_512);
    for gateway in [gateway(), read(&[("old", &other_key)], Secrets::new()).unwrap()] {
        let unknown = request(&gateway, &key(3));
        for weak in ["a", "abc", "hunter3", "20240131235959", "Tr0ub4dor&3", "kr_live_"] {
            let answer = request(&gateway, weak);
            assert_eq!(answer.audit().code, "access.unknown_key", "{weak}");
            assert_eq!(answer.response(), unknown.response(), "{weak}");
            assert_eq!(answer.denial(), unknown.denial(), "{weak}");
        }
    }
}

#[test]
fn a_weak_key_is_identified_by_its_hash_like_any_foreign_key() {
    // SHA-256 of `abc`: FIPS 180-4, B.1.
    let expected = "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
    let identity = gateway().identify(&[("x-api-key", "abc")], None).unwrap();
    assert_eq!(identity.key_id(), None);
    assert!(identity.digests().iter().any(|digest| digest == expected));
    let identity = gateway().identify(&[("x-api-key", key(1))], None).unwrap();
    assert_eq!(identity.key_id(), Some(&key(1)[8..20]));
}

#[test]
fn a_key_in_two_records_is_rejected_even_if_one_hash_is_imported() {
    let own = keyrail::key::Digest::hash_unchecked("hunter2", None);
    let own = format!(r#"{{"digest": "{own}"}}"#);
    let imported = imported_digest("sha256", HUNTER_256);
    let error = read(&[("new", &own), ("old", &imported)], Secrets::new()).err().unwrap();
    let faults: Vec<_> = error.faults().iter().map(|f| (f.code(), f.pointer())).collect();
    assert_eq!(faults, [("gateway.duplicate_key", "/keys/1/digests/0")]);
}

#[test]
fn digests_of_every_kind_work_together() {
    let pepper = |id| keyrail::key::Pepper::new(id, Secret::new(PEPPER)).unwrap();
    let digests = [1, 2].map(|seed| {
        let of = KeyFormat::keyrail().parse(&key(seed)).unwrap();
        let digest = of.digest(Some(&pepper(["p1", "p2"][usize::from(seed) - 1]))).unwrap();
        format!(r#"{{"digest": "{digest}"}}"#)
    });
    let plain = keyrail::key::Digest::of("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", None).unwrap();
    let plain = format!(r#"{{"digest": "{plain}"}}"#);
    let weak = imported_digest("sha512", HUNTER_512);
    let keys = [("d", &*weak), ("a", &*digests[0]), ("b", &*digests[1]), ("c", &*plain)];
    let secrets = Secrets::new()
        .with("pepper:p1", [Secret::new(PEPPER)])
        .with("pepper:p2", [Secret::new(PEPPER)]);
    let gateway = read(&keys, secrets).unwrap();
    for (text, record) in [
        (&*key(1), Some("a")),
        (&*key(2), Some("b")),
        ("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", Some("c")),
        ("hunter2", Some("d")),
        (&*key(3), None),
        ("hunter3", None),
    ] {
        assert_eq!(request(&gateway, text).audit().record.as_deref(), record);
    }
}

#[test]
fn nothing_that_the_gateway_returns_prints_a_secret() {
    let gateway = gateway();
    let message = Message::new("wa").unwrap();
    let call = InboundCall::new("m1", &message, b"the body", now());
    let accepted = request(&gateway, &key(1));
    let printed = [
        format!("{gateway:?}"),
        format!("{:?}", gateway.inbound(&call).unwrap()),
        format!("{accepted:?}"),
        format!("{:?}", request(&gateway, &key(3))),
        accepted.audit().to_json(),
        format!("{:?}", Secrets::new().with("webhook:hook", [Secret::new(HOOK)])),
    ];
    let secrets = [HOOK, PEPPER, &key(1)[21..], &key(3)[21..], "the body"];
    for text in &printed {
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{text}");
    }
}

#[test]
fn the_same_message_has_the_same_idempotency_key_at_any_time() {
    let gateway = gateway();
    let message = Message::new("wa").unwrap();
    let later = Timestamp::from_millis(now().as_millis() + 60_000).unwrap();
    let first = gateway.inbound(&InboundCall::new("m1", &message, b"{}", now())).unwrap();
    let again = gateway.inbound(&InboundCall::new("m1", &message, b"{}", later)).unwrap();
    let other = gateway.inbound(&InboundCall::new("m2", &message, b"{}", now())).unwrap();
    assert_eq!(first.deliveries[0].idempotency_key, again.deliveries[0].idempotency_key);
    assert_ne!(first.deliveries[0].idempotency_key, other.deliveries[0].idempotency_key);
}
