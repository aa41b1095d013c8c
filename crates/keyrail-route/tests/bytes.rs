//! Tables as bytes: a loaded table makes the same decisions as the original, and corrupted
//! bytes are rejected.

use keyrail_core::Timestamp;
use keyrail_route::{Context, Message, RouteTable, Value};
use sha2::{Digest as _, Sha256};

/// A topology with a rule of each kind.
const TOPOLOGY: &str = r#"{
    "channels": [{"id": "c", "kind": "sms", "queue": "q"}, {"id": "d", "kind": "sms"}],
    "queues": [{"id": "q", "app": "a", "fallback": ["p"]}, {"id": "p"}],
    "apps": [{"id": "a", "webhooks": ["w"]}, {"id": "b", "disabled": true}],
    "webhooks": [{"id": "w", "url": "https://a.example/", "events": ["*", "m.*", "n"]}],
    "default_queue": "p",
    "rules": [
        {"id": "exact", "queue": "p", "when": {"exact": {"channel": "c", "event": "x", "k": "y"}}},
        {"id": "twice", "queue": "q", "when": {"exact": {"channel": "c", "event": "x", "k": "y"}}},
        {"id": "in", "queue": "p", "priority": 3, "when": {"in": {"k": ["a", "b"], "l": [1, true]}}},
        {"id": "texts", "queue": "p", "interrupts_session": true, "when": {"all": [
            {"prefix": {"text": {"value": "A", "ignore_case": true}}}, {"suffix": {"text": "z"}}]}},
        {"id": "word", "queue": "p", "when": {"contains": {"text": {"value": "w", "word": true}}}},
        {"id": "keyword", "queue": "p", "when": {"contains": {"text": "key"}}},
        {"id": "wild", "queue": "p", "when": {"wildcard": {"text": "a*b"}}},
        {"id": "range", "queue": "p", "when": {"range": {"n": {"gte": 1, "lt": 5}}}},
        {"id": "net", "queue": "p", "when": {"cidr": {"ip": "10.0.0.0/8"}}},
        {"id": "subject", "queue": "p", "when": {"subject": {"text": "a.*.>"}}},
        {"id": "hours", "queue": "p", "from": "2026-01-01T00:00:00Z",
         "hours": {"offset": "+01:00", "open": [{"days": ["mon"], "from": "09:00", "until": "17:00"}]},
         "when": {"exists": {"open": true}}},
        {"id": "not", "queue": "p", "assign": {"team": "t", "skills": ["s"]},
         "when": {"not": {"exists": {"calm": true}}}}
    ]
}"#;

fn table() -> RouteTable {
    RouteTable::from_json(TOPOLOGY).unwrap()
}

/// Returns a message that matches no rule, followed by one message for each rule to match. The rule
/// `twice` has no message, because `exact` shadows it.
fn messages() -> Vec<Message> {
    let with = |pairs: &[(&str, Value)]| {
        let message = Message::new("c").unwrap().with("calm", "").unwrap();
        let pairs = pairs.iter().cloned();
        pairs.fold(message, |message, (name, value)| message.with(name, value).unwrap())
    };
    vec![
        with(&[]),
        with(&[("event", "x".into()), ("k", "y".into())]),
        with(&[("k", Value::List(vec!["z".into(), "b".into()])), ("l", Value::Boolean(true))]),
        with(&[("text", "a to z".into())]),
        with(&[("text", "a w b".into())]),
        with(&[("text", "monkey".into())]),
        with(&[("text", "axb".into())]),
        with(&[("text", "a.b.c".into())]),
        with(&[("n", Value::Number(4.5))]),
        with(&[("ip", "::ffff:10.1.2.3".into())]),
        with(&[("open", "".into())]),
        Message::new("d").unwrap(),
    ]
}

fn decisions(table: &RouteTable) -> Vec<keyrail_route::Decision> {
    // A Monday at noon.
    let now = Timestamp::parse("2026-11-23T12:00:00Z").ok();
    let context = |session| Context { now, session_queue: session, ..Context::default() };
    let decide = |message, session| table.route(message, &context(session)).unwrap();
    let decide_both = |message| [decide(message, None), decide(message, Some("q"))];
    messages().iter().flat_map(decide_both).collect()
}

/// Returns the bytes followed by their hash.
fn with_hash(parts: &[u8]) -> Vec<u8> {
    [parts, Sha256::digest(parts).as_slice()].concat()
}

#[test]
fn a_loaded_table_makes_the_same_decisions() {
    let table = table();
    let bytes = table.to_bytes();
    let loaded = RouteTable::from_bytes(&bytes).unwrap();
    assert_eq!(decisions(&loaded), decisions(&table));
    assert_eq!(loaded.to_bytes(), bytes);
    let rules: std::collections::BTreeSet<_> = decisions(&table)
        .into_iter()
        .filter_map(|decision| decision.rule().map(String::from))
        .collect();
    assert_eq!(rules.len(), 11, "{rules:?}"); // all except `twice`
}

#[test]
fn every_corrupted_byte_and_every_truncation_is_rejected() {
    let bytes = table().to_bytes();
    for at in 0..bytes.len() {
        for change in [1, 0x80, 0xff] {
            let mut corrupted = bytes.clone();
            corrupted[at] ^= change;
            assert!(RouteTable::from_bytes(&corrupted).is_err(), "{at}");
        }
        assert!(RouteTable::from_bytes(&bytes[..at]).is_err(), "{at}");
    }
    let longer = [&bytes[..], &[0]].concat();
    assert_eq!(RouteTable::from_bytes(&longer).unwrap_err().code(), "route.malformed_bytes");
}

#[test]
fn bytes_of_another_version_are_rejected_as_unsupported() {
    let mut bytes = table().to_bytes();
    bytes[15] = 2;
    assert_eq!(RouteTable::from_bytes(&bytes).unwrap_err().code(), "route.unsupported_bytes");
    // Bytes that end before the version are malformed.
    for end in [0, 14, 15] {
        let error = RouteTable::from_bytes(&bytes[..end]).unwrap_err();
        assert_eq!(error.code(), "route.malformed_bytes", "{end}");
    }
}

#[test]
fn forged_bytes_cause_no_panic_or_endless_loop() {
    let bytes = table().to_bytes();
    let parts = &bytes[..bytes.len() - 32];
    let mut loaded = 0;
    for at in 16..parts.len() {
        for change in [1, 0x80, 0xff] {
            let mut forged = parts.to_vec();
            forged[at] ^= change;
            let Ok(table) = RouteTable::from_bytes(&with_hash(&forged)) else { continue };
            loaded += 1;
            for message in messages() {
                let context = Context { now: Timestamp::from_millis(0).ok(), ..Context::default() };
                let _ = table.route(&message, &context);
            }
        }
        let _ = RouteTable::from_bytes(&with_hash(&parts[..at]));
    }
    assert!(loaded > 100, "{loaded}");
}

#[test]
fn the_same_topology_has_the_same_bytes() {
    assert_eq!(table().to_bytes(), table().to_bytes());
}
