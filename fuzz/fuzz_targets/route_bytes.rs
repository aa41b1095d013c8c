//! Tables that are loaded from forged bytes.
//!
//! Input: changes to the bytes of a valid table. A change has four bytes: the first two are an
//! offset, and the third contains the bits to flip at this offset. If the fourth is 0, the table is
//! truncated at the offset instead. After all changes, the hash at the end of the table is computed
//! again, so that the check of the hash succeeds and the rest of the loading code is tested. A
//! table that can be loaded must route a message in bounded time.

#![no_main]

use std::sync::LazyLock;

use keyrail_core::Timestamp;
use keyrail_route::{Context, Message, RouteTable};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest as _, Sha256};

const TOPOLOGY: &str = r#"{
    "channels": [{"id": "c", "kind": "sms", "queue": "q"}],
    "queues": [{"id": "q", "app": "a", "fallback": ["p"]}, {"id": "p"}],
    "apps": [{"id": "a", "webhooks": ["w"]}],
    "webhooks": [{"id": "w", "url": "https://a.example/", "events": ["*", "m.*"]}],
    "rules": [
        {"id": "exact", "queue": "p", "when": {"exact": {"channel": "c", "event": "x", "k": "y"}}},
        {"id": "in", "queue": "p", "priority": 3, "when": {"in": {"k": ["a", "b"], "l": [1, true]}}},
        {"id": "texts", "queue": "p", "interrupts_session": true, "when": {"all": [
            {"prefix": {"text": {"value": "A", "ignore_case": true}}}, {"suffix": {"text": "z"}}]}},
        {"id": "word", "queue": "p", "when": {"contains": {"text": {"value": "w", "word": true}}}},
        {"id": "keyword", "queue": "p", "when": {"contains": {"text": "key"}}},
        {"id": "wild", "queue": "p", "when": {"wildcard": {"text": "a*b"}}},
        {"id": "range", "queue": "p", "when": {"range": {"n": {"gte": 1, "lt": 5}}}},
        {"id": "net", "queue": "p", "when": {"cidr": {"ip": "10.0.0.0/8"}}},
        {"id": "hours", "queue": "p", "from": "2026-01-01T00:00:00Z",
         "hours": {"offset": "+01:00", "open": [{"days": ["mon"], "from": "09:00", "until": "17:00"}]},
         "when": {"not": {"exists": {"calm": true}}}}
    ]
}"#;

static BYTES: LazyLock<Vec<u8>> =
    LazyLock::new(|| RouteTable::from_json(TOPOLOGY).unwrap().to_bytes());

fuzz_target!(|data: &[u8]| {
    let _ = RouteTable::from_bytes(data);
    let mut forged = BYTES[..BYTES.len() - 32].to_vec();
    for change in data.chunks_exact(4).take(64) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % forged.len().max(1);
        match change[3] {
            0 => forged.truncate(at.max(16)),
            _ => forged[at] ^= change[2],
        }
    }
    let hash = Sha256::digest(&forged);
    forged.extend(hash);
    let Ok(table) = RouteTable::from_bytes(&forged) else { return };
    let message = Message::new("c")
        .and_then(|message| message.with("text", "a key w. to z"))
        .and_then(|message| message.with("k", "y"))
        .and_then(|message| message.with("event", "x"))
        .and_then(|message| message.with("ip", "10.0.0.1"))
        .unwrap();
    for unavailable in [&[][..], &["q"]] {
        let now = Timestamp::from_millis(0).ok();
        let _ = table.route(&message, &Context { now, unavailable, ..Context::default() });
    }
});
