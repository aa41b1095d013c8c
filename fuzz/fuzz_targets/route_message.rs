//! Untrusted messages, routed by rules of every kind.
//!
//! Input: a message. Both functions that parse messages must agree. One table has all rules, and
//! each rule is also in a table of its own. The table with all rules must select the first rule
//! whose own table matches the message.

#![no_main]

use std::sync::LazyLock;

use keyrail_core::Timestamp;
use keyrail_route::{Context, Message, MessageReader, RouteTable, Scratch};
use libfuzzer_sys::fuzz_target;

/// Conditions that overlap in many ways.
const CONDITIONS: &[&str] = &[
    r#"{"exact": {"event": "a", "k": "b"}}"#,
    r#"{"exact": {"k": "b", "tags": "x"}}"#,
    r#"{"exact": {"k": {"value": "É", "ignore_case": true}}}"#,
    r#"{"in": {"tags": ["a", "b", 1, true]}}"#,
    r#"{"prefix": {"text": "ab"}}"#,
    r#"{"prefix": {"text": "abab"}}"#,
    r#"{"suffix": {"text": "ba"}}"#,
    r#"{"contains": {"text": "aba"}}"#,
    r#"{"contains": {"text": {"value": "ab", "word": true}}}"#,
    r#"{"contains": {"text": {"value": "١", "normalize": true}}}"#,
    r#"{"contains": {"text": {"value": "a-b", "word": true, "normalize": true}}}"#,
    r#"{"wildcard": {"text": "a*b*c"}}"#,
    r#"{"wildcard": {"text": {"value": "*É*", "normalize": true, "ignore_case": true}}}"#,
    r#"{"range": {"n": {"gte": 0, "lt": 5}}}"#,
    r#"{"range": {"n": {"gt": 4}}}"#,
    r#"{"cidr": {"ip": "10.0.0.0/8"}}"#,
    r#"{"cidr": {"ip": "::/0"}}"#,
    r#"{"subject": {"text": "a.*.>"}}"#,
    r#"{"all": [{"exists": {"k": true}}, {"not": {"prefix": {"text": "a"}}}]}"#,
    r#"{"not": {"exists": {"event": true}}}"#,
];

fn table(conditions: &[&str]) -> RouteTable {
    let rules: Vec<String> = (0..)
        .zip(conditions)
        .map(|(n, when)| format!(r#"{{"id": "r{n}", "queue": "q", "when": {when}}}"#))
        .collect();
    let topology = format!(
        r#"{{"channels": [{{"id": "c", "kind": "sms"}}], "queues": [{{"id": "q"}}],
             "rules": [{}]}}"#,
        rules.join(",")
    );
    RouteTable::from_json(&topology).unwrap()
}

static ALL: LazyLock<RouteTable> = LazyLock::new(|| table(CONDITIONS));
static ONE_RULE_EACH: LazyLock<Vec<RouteTable>> =
    LazyLock::new(|| CONDITIONS.iter().map(|condition| table(&[condition])).collect());

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let read = Message::from_json(&text);
    assert_eq!(MessageReader::new().read(&text).cloned(), read);
    let Ok(message) = read else { return };
    let context = Context { now: Timestamp::from_millis(0).ok(), ..Context::default() };
    let Ok(decision) = ALL.route(&message, &context) else { return };
    let mut scratch = Scratch::new();
    let mut matches = |table: &RouteTable| {
        table.decide(&message, &context, &mut scratch).unwrap().rule().is_some()
    };
    let first = ONE_RULE_EACH.iter().position(&mut matches).map(|n| format!("r{n}"));
    assert_eq!(decision.rule(), first.as_deref());
});
