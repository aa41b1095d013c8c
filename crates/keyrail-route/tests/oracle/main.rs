//! The oracle: what a topology [means](meaning), asked about every short text
//! and about [random] topologies and messages. A table must agree with it on
//! all of them.

mod meaning;
mod random;
mod typed;

use keyrail_core::Timestamp;
use keyrail_route::{
    Context, Decision, EXPLAINED_RULES, Explanation, Finding, Message, Outcome, RouteTable,
    Scratch, SelectedBy,
};
use random::{QUEUES, Random};
use serde_json::{Value, json};

/// The members of the decision that the oracle knows.
fn members(decision: &Decision) -> Value {
    json!({
        "kind": decision.kind().as_str(), "queue": decision.queue(), "app": decision.app(),
        "webhooks": decision.webhooks(), "rule": decision.rule(), "by": decision.by().map(SelectedBy::as_str),
        "fell_back_from": decision.fell_back_from(), "code": decision.reason().code(),
    })
}

fn table(topology: &Value) -> RouteTable {
    RouteTable::from_json(&topology.to_string())
        .unwrap_or_else(|error| panic!("{error} {topology}"))
}

fn read(message: &Value) -> Message {
    Message::from_json(&message.to_string()).unwrap()
}

/// How many messages each topology is asked about, in how many rounds:
/// 50,000 pairs of a topology and a message in every run of the tests, and
/// as many as `KEYRAIL_PAIRS` says, if it is set.
#[expect(clippy::disallowed_methods, reason = "the host of a test says how long it may take")]
fn rounds() -> (u64, usize) {
    let pairs = std::env::var("KEYRAIL_PAIRS").ok().and_then(|pairs| pairs.parse().ok());
    const MESSAGES: u64 = 25;
    (pairs.unwrap_or(50_000_u64).div_ceil(MESSAGES), MESSAGES as usize)
}

#[test]
fn the_table_agrees_with_the_oracle_on_random_topologies() {
    let (topologies, messages) = rounds();
    let mut scratch = Scratch::new();
    for seed in 0..topologies {
        let mut random = Random(seed);
        let topology = random::topology(&mut random);
        let mut table = table(&topology);
        let idle = without_effect(&table);
        assert_eq!(typed::table(&topology).to_bytes(), table.to_bytes(), "{topology}");
        if random.one_in(4) {
            table = RouteTable::from_bytes(&table.to_bytes()).unwrap();
        }
        for _ in 0..messages {
            let message = random::message(&mut random);
            let session = random.one_in(4).then(|| random.pick(&QUEUES));
            let unavailable = if random.one_in(3) { random.some(&QUEUES) } else { Vec::new() };
            // A week from Thursday on, and what is just before it.
            let now_ms = (random.below(8 * 24 * 60) as i64 - 60) * 60_000 + 59_999;
            let now = Timestamp::from_millis(now_ms).ok();
            let context = Context {
                session_queue: session,
                unavailable: &unavailable,
                now,
                ..Context::default()
            };
            let read = read(&message);
            let decision = table.decide(&read, &context, &mut scratch).unwrap().to_decision();
            let expected = meaning::decide(&topology, &message, now_ms, session, &unavailable);
            assert_eq!(members(&decision), expected, "seed {seed}\n{topology}\n{message}");
            assert!(!idle.iter().any(|rule| decision.rule() == Some(rule)), "{topology}");
            let explanation = table.explain(&read, &context, EXPLAINED_RULES).unwrap();
            check_explanation(&explanation, &decision, &topology, &message);
        }
    }
}

/// The rules that `check` says never win.
fn without_effect(table: &RouteTable) -> Vec<String> {
    let idle = |finding| match finding {
        Finding::NeverMatches { rule } | Finding::Shadowed { rule, .. } => Some(rule),
        _ => None,
    };
    table.lint().into_iter().filter_map(idle).collect()
}

/// Whether an explanation says what was decided, and of each rule whether its
/// condition holds.
fn check_explanation(
    explanation: &Explanation,
    decision: &Decision,
    topology: &Value,
    message: &Value,
) {
    assert_eq!(&explanation.decision, decision);
    assert_eq!(explanation.rules.len() + explanation.more, meaning::list(topology, "rules").len());
    let won = explanation.rules.iter().find(|rule| rule.outcome == Outcome::Won);
    assert_eq!(won.map(|rule| rule.id.as_str()), decision.rule());
    for report in &explanation.rules {
        let rules = meaning::list(topology, "rules");
        let rule = rules.iter().find(|rule| rule["id"] == *report.id).unwrap();
        let holds = meaning::holds(&rule["when"], message);
        assert_eq!(report.outcome != Outcome::Failed, holds, "{report} {rule} {message}");
        assert_eq!(report.failure.is_none(), holds, "{report} {rule} {message}");
        if let Some(failure) = &report.failure {
            assert_eq!(failure.found.is_none(), message[&failure.attribute].is_null());
        }
    }
}

/// Every text of at most so many characters.
fn every_text(alphabet: &[char], longest: usize) -> Vec<String> {
    let mut texts = vec![String::new()];
    let mut start = 0;
    for _ in 0..longest {
        let end = texts.len();
        for at in start..end {
            for character in alphabet {
                texts.push(format!("{}{character}", texts[at]));
            }
        }
        start = end;
    }
    texts
}

#[test]
fn every_operator_agrees_with_the_oracle_on_every_short_string() {
    let texts = every_text(&['a', 'b', '.', ' '], 4);
    let messages: Vec<(Value, Message)> = texts
        .iter()
        .map(|text| json!({"channel": "c", "text": text}))
        .chain([json!({"channel": "c"}), json!({"channel": "c", "text": []})])
        .map(|message| (message.clone(), read(&message)))
        .collect();
    let mut scratch = Scratch::new();
    let mut asked = 0;
    let operands = every_text(&['a', 'b', '.', '*'], 3);
    for operand in operands.iter().filter(|operand| !operand.is_empty()) {
        for operator in ["exact", "prefix", "suffix", "contains", "word", "wildcard", "subject"] {
            let condition = match operator {
                "word" => json!({"contains": {"text": {"value": operand, "word": true}}}),
                _ => json!({operator: {"text": operand}}),
            };
            let topology = json!({
                "channels": [{"id": "c", "kind": "sms"}], "queues": [{"id": "q"}],
                "rules": [{"id": "r", "when": condition, "queue": "q"}],
            });
            // Not every operand is a subject.
            let Ok(table) = RouteTable::from_json(&topology.to_string()) else {
                assert_eq!(operator, "subject", "{operand}");
                continue;
            };
            for (message, read) in &messages {
                let decision = table.decide(read, &Context::default(), &mut scratch).unwrap();
                let expected = meaning::holds(&condition, message);
                assert_eq!(decision.rule().is_some(), expected, "{condition} {message}");
                asked += 1;
            }
        }
    }
    assert!(asked > 150_000, "{asked}");
}
