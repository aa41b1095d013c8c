//! Allocations: decisions and message readers that reuse their buffers allocate nothing.

use allocation_counter::measure;
use keyrail_core::Timestamp;
use keyrail_route::{Context, Message, MessageReader, RouteTable, Scratch};

const TOPOLOGY: &str = r#"{
    "channels": [{"id": "c", "kind": "sms"}], "queues": [{"id": "q", "app": "a"}],
    "apps": [{"id": "a", "webhooks": ["w"]}],
    "webhooks": [{"id": "w", "url": "https://a.example/", "events": ["*"]}],
    "rules": [
        {"id": "exact", "when": {"exact": {"event": "x", "k": "y"}}, "queue": "q"},
        {"id": "list", "when": {"in": {"tags": ["a", "b"]}}, "queue": "q"},
        {"id": "folded", "when": {"exact": {"text": {"value": "Ä", "ignore_case": true}}}, "queue": "q"},
        {"id": "prefix", "when": {"prefix": {"text": "zz"}}, "queue": "q"},
        {"id": "keyword", "when": {"contains": {"text": {"value": "é", "normalize": true}}}, "queue": "q"},
        {"id": "word", "when": {"contains": {"text": {"value": "word", "word": true}}}, "queue": "q"},
        {"id": "range", "when": {"range": {"n": {"gt": 7}}}, "queue": "q"},
        {"id": "wild", "when": {"wildcard": {"text": "a*z"}}, "queue": "q",
         "hours": {"offset": "Z", "open": [{"days": ["mon"], "from": "00:00", "until": "24:00"}]}},
        {"id": "last", "when": {"not": {"exists": {"calm": true}}}, "queue": "q"}
    ]
}"#;

#[test]
fn a_decision_with_a_reused_scratch_allocates_nothing() {
    let table = RouteTable::from_json(TOPOLOGY).unwrap();
    let documents = [
        r#"{"channel": "c", "event": "x", "k": "y"}"#,
        r#"{"channel": "c", "text": "a word to the wise, ÄÖÜ", "n": 8, "k": "z"}"#,
        r#"{"channel": "c", "text": "cafe\u0301", "n": 1, "calm": true}"#,
        r#"{"channel": "c", "text": "nothing of interest", "calm": true, "event": "y"}"#,
    ];
    let messages = documents.map(|document| Message::from_json(document).unwrap());
    let context = Context { now: Timestamp::from_millis(0).ok(), ..Context::default() };
    let mut scratch = Scratch::new();
    let mut decide_all = || {
        for message in &messages {
            let decision = table.decide(message, &context, &mut scratch).unwrap();
            assert!(decision.webhooks().count() <= 1);
        }
    };
    decide_all();
    assert_eq!(measure(decide_all).count_total, 0);
}

#[test]
fn a_reused_message_reader_allocates_nothing() {
    let mut reader = MessageReader::new();
    let mut read = || {
        for document in
            [r#"{"channel": "c", "text": "abc", "event": "m"}"#, r#"{"text": "d", "channel": "c"}"#]
        {
            reader.read(document).unwrap();
        }
    };
    (0..8).for_each(|_| read());
    assert_eq!(measure(read).count_total, 0);
}
