//! The oracle: a [reference implementation](meaning) of routing. A table must make the same
//! decisions as the oracle. This is tested with [random] topologies and messages, and with all
//! short strings.

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

/// Returns the members of a decision that the oracle computes too.
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

fn parse(message: &Value) -> Message {
    Message::from_json(&message.to_string()).unwrap()
}

/// Returns the number of topologies, and the number of messages for each topology. Their product is
/// about 50,000, or about `KEYRAIL_PAIRS` if this environment variable is set.
#[expect(clippy::disallowed_methods, reason = "the environment sets how long the test runs")]
fn sizes() -> (u64, usize) {
    let pairs = std::env::var("KEYRAIL_PAIRS").ok().and_then(|pairs| pairs.parse().ok());
    const MESSAGES: u64 = 25;
    (pairs.unwrap_or(50_000_u64).div_ceil(MESSAGES), MESSAGES as usize)
}

#[test]
fn the_table_agrees_with_the_oracle_on_random_topologies() {
    let (topologies, messages) = sizes();
    let mut scratch = Scratch::new();
    for seed in 0..topologies {
        let mut random = Random(seed);
        let topology = random::topology(&mut random);
        let mut table = table(&topology);
        let never_win = rules_that_never_win(&table);
        assert_eq!(typed::table(&topology).to_bytes(), table.to_bytes(), "{topology}");
        if random.one_in(4) {
            table = RouteTable::from_bytes(&table.to_bytes()).unwrap();
        }
        for _ in 0..messages {
            let message = random::message(&mut random);
            let session = random.one_in(4).then(|| random.pick(&QUEUES));
            let unavailable = if random.one_in(3) { random.subset(&QUEUES) } else { Vec::new() };
            // A time in the eight days that start an hour before 1970-01-01T00:00Z, a Thursday.
            let now_ms = (random.below(8 * 24 * 60) as i64 - 60) * 60_000 + 59_999;
            let now = Timestamp::from_millis(now_ms).ok();
            let context = Context {
                session_queue: session,
                unavailable: &unavailable,
                now,
                ..Context::default()
            };
            let parsed = parse(&message);
            let decision = table.decide(&parsed, &context, &mut scratch).unwrap().to_decision();
            let expected = meaning::decide(&topology, &message, now_ms, session, &unavailable);
            assert_eq!(members(&decision), expected, "seed {seed}\n{topology}\n{message}");
            assert!(!never_win.iter().any(|rule| decision.rule() == Some(rule)), "{topology}");
            let explanation = table.explain(&parsed, &context, EXPLAINED_RULES).unwrap();
            check_explanation(&explanation, &decision, &topology, &message);
        }
    }
}

/// Returns the rules that lint reports as never winning.
fn rules_that_never_win(table: &RouteTable) -> Vec<String> {
    let rule = |finding| match finding {
        Finding::NeverMatches { rule } | Finding::Shadowed { rule, .. } => Some(rule),
        _ => None,
    };
    table.lint().into_iter().filter_map(rule).collect()
}

/// Checks that an explanation contains the decision, and reports correctly whether the
/// condition of each rule matches.
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
        let matches = meaning::matches(&rule["when"], message);
        assert_eq!(report.outcome != Outcome::Failed, matches, "{report} {rule} {message}");
        assert_eq!(report.failure.is_none(), matches, "{report} {rule} {message}");
        if let Some(failure) = &report.failure {
            assert_eq!(failure.found.is_none(), message[&failure.attribute].is_null());
        }
    }
}

/// Returns all strings over an alphabet that have at most `max_length` characters.
fn all_strings(alphabet: &[char], max_length: usize) -> Vec<String> {
    let mut strings = vec![String::new()];
    let mut start = 0;
    for _ in 0..max_length {
        let end = strings.len();
        for index in start..end {
            for character in alphabet {
                strings.push(format!("{}{character}", strings[index]));
            }
        }
        start = end;
    }
    strings
}

#[test]
fn seven_operators_agree_with_the_oracle_on_every_short_string() {
    let strings = all_strings(&['a', 'b', '.', ' '], 4);
    let messages: Vec<(Value, Message)> = strings
        .iter()
        .map(|string| json!({"channel": "c", "text": string}))
        .chain([json!({"channel": "c"}), json!({"channel": "c", "text": []})])
        .map(|message| (message.clone(), parse(&message)))
        .collect();
    let mut scratch = Scratch::new();
    let mut compared = 0;
    let operands = all_strings(&['a', 'b', '.', '*'], 3);
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
            // Only `subject` rejects some of the operands.
            let Ok(table) = RouteTable::from_json(&topology.to_string()) else {
                assert_eq!(operator, "subject", "{operand}");
                continue;
            };
            for (message, parsed) in &messages {
                let decision = table.decide(parsed, &Context::default(), &mut scratch).unwrap();
                let expected = meaning::matches(&condition, message);
                assert_eq!(decision.rule().is_some(), expected, "{condition} {message}");
                compared += 1;
            }
        }
    }
    assert!(compared > 150_000, "{compared}");
}
