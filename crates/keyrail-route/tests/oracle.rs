//! The oracle: what a topology means, written for clarity alone, on the JSON
//! documents themselves. A table must agree with it on all of them.

use keyrail_route::{By, Context, Message, RouteTable};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

/// A list of the document; one that is absent is empty.
fn list<'a>(object: &'a Value, name: &str) -> &'a [Value] {
    object[name].as_array().map_or(&[], Vec::as_slice)
}

fn declared<'a>(topology: &'a Value, section: &str, id: &str) -> Option<&'a Value> {
    list(topology, section).iter().find(|item| item["id"] == id)
}

/// The text by which `exact` knows a value that is not a list.
fn canonical(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), String::from)
}

fn test_holds(operator: &str, attribute: &Value, operand: &Value) -> bool {
    if let Some(elements) = attribute.as_array() {
        return elements.iter().any(|element| test_holds(operator, element, operand));
    }
    let operand = canonical(operand);
    match (operator, attribute.as_str()) {
        ("exact", _) => !attribute.is_null() && canonical(attribute) == operand,
        ("prefix", Some(text)) => text.starts_with(&operand),
        ("contains", Some(text)) => text.contains(&operand),
        _ => false,
    }
}

fn holds(condition: &Value, message: &Value) -> bool {
    let (operator, of) = condition.as_object().unwrap().iter().next().unwrap();
    match operator.as_str() {
        "all" => of.as_array().unwrap().iter().all(|condition| holds(condition, message)),
        "any" => of.as_array().unwrap().iter().any(|condition| holds(condition, message)),
        "not" => !holds(of, message),
        _ => {
            let tests = of.as_object().unwrap();
            tests.iter().all(|(name, operand)| test_holds(operator, &message[name], operand))
        }
    }
}

fn asks_for(pattern: &str, event: Option<&str>) -> bool {
    match (pattern.strip_suffix('*'), event) {
        (Some(""), _) => true,
        (_, None) => false,
        (Some(start), Some(event)) => {
            event.strip_prefix(start).is_some_and(|rest| !rest.is_empty())
        }
        (None, Some(event)) => pattern == event,
    }
}

/// The best rule that holds: the largest priority, among equals the first.
fn best_rule<'a>(topology: &'a Value, message: &Value) -> Option<&'a Value> {
    let mut best: Option<&Value> = None;
    for rule in list(topology, "rules") {
        let better = best.is_none_or(|best| priority(rule) > priority(best));
        if better && holds(&rule["when"], message) {
            best = Some(rule);
        }
    }
    best
}

fn priority(rule: &Value) -> i64 {
    rule["priority"].as_i64().unwrap_or(0)
}

fn available(
    topology: &Value,
    queue: &str,
    unavailable: &[&str],
    tried: &mut Vec<String>,
) -> Option<String> {
    if tried.iter().any(|tried| tried == queue) {
        return None;
    }
    tried.push(queue.into());
    if !unavailable.contains(&queue) {
        return Some(queue.into());
    }
    let fallbacks = list(declared(topology, "queues", queue)?, "fallback");
    fallbacks.iter().find_map(|next| available(topology, next.as_str()?, unavailable, tried))
}

/// The members of the decision as JSON.
fn oracle(topology: &Value, message: &Value, session: Option<&str>, unavailable: &[&str]) -> Value {
    let channel = declared(topology, "channels", message["channel"].as_str().unwrap()).unwrap();
    let rule = best_rule(topology, message).filter(|_| session.is_none());
    let (first, by, code) = if let Some(queue) = session {
        (queue, "session", "route.session")
    } else if let Some(rule) = rule {
        (rule["queue"].as_str().unwrap(), "rule", "route.matched")
    } else if let Some(queue) = channel["queue"].as_str() {
        (queue, "channel", "route.channel")
    } else if let Some(queue) = topology["default_queue"].as_str() {
        (queue, "default", "route.default")
    } else {
        return json!({"kind": "unrouted", "queue": null, "app": null, "webhooks": [], "rule": null,
                      "by": null, "fell_back_from": null, "code": "route.no_queue"});
    };
    let rule = rule.map(|rule| &rule["id"]);
    let found = available(topology, first, unavailable, &mut Vec::new());
    let queue = found.as_deref().unwrap_or(first);
    let app = declared(topology, "queues", queue).unwrap()["app"].as_str();
    let mut webhooks = Vec::new();
    if let (Some(app), Some(_)) = (app, &found) {
        for id in list(declared(topology, "apps", app).unwrap(), "webhooks") {
            let webhook = declared(topology, "webhooks", id.as_str().unwrap()).unwrap();
            let event = message["event"].as_str();
            if list(webhook, "events").iter().any(|p| asks_for(p.as_str().unwrap(), event)) {
                webhooks.push(id.clone());
            }
        }
    }
    let (kind, code) = match (&found, app) {
        (None, _) => ("held", "route.unavailable"),
        (Some(_), None) => ("held", "route.no_app"),
        (Some(_), Some(_)) if webhooks.is_empty() => ("held", "route.no_webhook"),
        (Some(_), Some(_)) => ("routed", code),
    };
    let fell_back_from = (queue != first).then_some(first);
    json!({"kind": kind, "queue": queue, "app": app, "webhooks": webhooks, "rule": rule, "by": by,
           "fell_back_from": fell_back_from, "code": code})
}

const ATTRIBUTES: [&str; 6] = ["channel", "event", "text", "n", "flag", "tags"];
const TEXTS: [&str; 8] = ["a", "b", "ab", "aba", "1", "0.5", "true", "c0"];
const EVENTS: [&str; 4] = ["a.b", "a.b.c", "a.", "b"];
const QUEUES: [&str; 4] = ["q0", "q1", "q2", "q3"];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => select(&TEXTS[..]).prop_map(|text| json!(text)),
        1 => select(vec![json!(1), json!(0.5), json!(-3)]),
        1 => any::<bool>().prop_map(|value| json!(value)),
    ]
}

fn condition() -> impl Strategy<Value = Value> {
    let exact = vec((select(&ATTRIBUTES[..]), scalar()), 1..3)
        .prop_map(|tests| json!({"exact": object(tests)}));
    let texts = (
        select(vec!["prefix", "contains"]),
        vec((select(&ATTRIBUTES[..]), select(&TEXTS[..])), 1..3),
    )
        .prop_map(|(operator, tests)| json!({operator: object(tests)}));
    prop_oneof![exact, texts].prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(|all| json!({"all": all})),
            vec(inner.clone(), 1..4).prop_map(|any| json!({"any": any})),
            inner.prop_map(|not| json!({"not": not})),
        ]
    })
}

fn object<V: Into<Value>>(pairs: Vec<(&'static str, V)>) -> Map<String, Value> {
    pairs.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect()
}

/// The object without those members that are null.
fn without_null(object: Value) -> Value {
    let Value::Object(members) = object else { return object };
    members.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// Queue `n` falls back to later ones only, so that there is no cycle.
fn queue(n: usize) -> impl Strategy<Value = Value> {
    let later = QUEUES[n + 1..].to_vec();
    let count = later.len();
    let fallback = subsequence(later, 0..=count).prop_shuffle();
    (proptest::option::of(select(vec!["desk", "crm"])), fallback).prop_map(
        move |(app, fallback)| {
            without_null(json!({"id": QUEUES[n], "app": app, "fallback": fallback}))
        },
    )
}

fn maybe_queue() -> impl Strategy<Value = Option<&'static str>> {
    proptest::option::of(select(&QUEUES[..]))
}

fn topology() -> impl Strategy<Value = Value> {
    let channels = [maybe_queue(), maybe_queue()].prop_map(|queues| {
        let channel = |(id, queue)| without_null(json!({"id": id, "kind": "sms", "queue": queue}));
        ["c0", "c1"].into_iter().zip(queues).map(channel).collect::<Vec<_>>()
    });
    let queues = (queue(0), queue(1), queue(2), queue(3)).prop_map(|(a, b, c, d)| vec![a, b, c, d]);
    let hooks = || subsequence(vec!["h0", "h1"], 0..=2).prop_shuffle();
    let events = || subsequence(vec!["*", "a.*", "a.b", "b"], 1..=2);
    let rule = (proptest::option::of(-1_i64..2), condition(), select(&QUEUES[..]));
    let rules = vec(rule, 0..6).prop_map(|rules| {
        let rule = |(n, (priority, when, queue))| {
            without_null(
                json!({"id": format!("r{n}"), "priority": priority, "when": when, "queue": queue}),
            )
        };
        rules.into_iter().enumerate().map(rule).collect::<Vec<_>>()
    });
    (channels, queues, hooks(), hooks(), events(), events(), rules, maybe_queue()).prop_map(
        |(channels, queues, desk, crm, h0, h1, rules, default_queue)| {
            without_null(json!({
                "channels": channels,
                "queues": queues,
                "apps": [{"id": "desk", "webhooks": desk}, {"id": "crm", "webhooks": crm}],
                "webhooks": [{"id": "h0", "url": "https://a.example/0", "events": h0},
                             {"id": "h1", "url": "https://a.example/1", "events": h1}],
                "rules": rules,
                "default_queue": default_queue,
            }))
        },
    )
}

fn message() -> impl Strategy<Value = Value> {
    let value = || {
        proptest::option::of(prop_oneof![
            4 => scalar(),
            1 => Just(json!("")),
            2 => vec(select(&TEXTS[..]), 0..3).prop_map(|texts| json!(texts)),
        ])
    };
    let event = proptest::option::of(prop_oneof![
        3 => select(&EVENTS[..]).prop_map(|event| json!(event)),
        1 => Just(json!(1)),
    ]);
    (select(vec!["c0", "c1"]), event, [value(), value(), value(), value()]).prop_map(
        |(channel, event, [text, n, flag, tags])| {
            without_null(json!({"channel": channel, "event": event, "text": text, "n": n, "flag": flag, "tags": tags}))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_table_agrees_with_the_oracle(
        topology in topology(),
        messages in vec(message(), 1..5),
        session in proptest::option::weighted(0.2, select(&QUEUES[..])),
        unavailable in subsequence(QUEUES.to_vec(), 0..=QUEUES.len()),
    ) {
        let table = RouteTable::from_json(&topology.to_string()).unwrap();
        let context = Context { session_queue: session, unavailable: &unavailable, now: None };
        for message in messages {
            let decision = table.route(&Message::from_json(&message.to_string()).unwrap(), &context);
            let decision = decision.unwrap();
            let given = json!({
                "kind": decision.kind.as_str(), "queue": decision.queue, "app": decision.app,
                "webhooks": decision.webhooks, "rule": decision.rule,
                "by": decision.by.map(By::as_str), "fell_back_from": decision.fell_back_from,
                "code": decision.reason.code(),
            });
            prop_assert_eq!(given, oracle(&topology, &message, session, &unavailable));
        }
    }
}
