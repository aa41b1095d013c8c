//! `keyrail::route` against `quamina` (from JSON), `matchit` (the same values as paths), and a
//! `HashMap` of the paths, which is the baseline. Each rule has three `exact` tests: one of 8
//! channels, an app id that no other rule has, and an event. Each message matches one rule.
//!
//! *Hot* is the same message again and again; *cold* is as many messages as there are rules, at
//! most half a million, in an order that caches cannot predict.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hint::black_box;

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, criterion_group, criterion_main};
use keyrail::route::{Context, Message, MessageReader, RouteTable, Scratch};
use quamina::QuaminaBuilder;

const RULES: [usize; 6] = [10, 100, 1_000, 10_000, 100_000, 1_000_000];
const MESSAGES: usize = 500_000;

fn topology(rules: usize) -> String {
    let mut text = String::from(
        r#"{"channels": [{"id": "c0", "kind": "k"}, {"id": "c1", "kind": "k"},
            {"id": "c2", "kind": "k"}, {"id": "c3", "kind": "k"}, {"id": "c4", "kind": "k"},
            {"id": "c5", "kind": "k"}, {"id": "c6", "kind": "k"}, {"id": "c7", "kind": "k"}],
            "queues": [{"id": "q", "app": "a"}], "apps": [{"id": "a", "webhooks": ["w"]}],
            "webhooks": [{"id": "w", "url": "https://h.example/", "events": ["*"]}], "rules": ["#,
    );
    for rule in 0..rules {
        let comma = if rule == 0 { "" } else { "," };
        let channel = rule % 8;
        write!(
            text,
            r#"{comma}{{"id": "r{rule}", "queue": "q", "when": {{"exact":
               {{"channel": "c{channel}", "app_id": "{rule}", "event": "message.in"}}}}}}"#,
        )
        .expect("writing to a String cannot fail");
    }
    text + "]}"
}

/// Messages in the form that each library requires.
struct Messages {
    typed: Vec<Message>,
    json: Vec<String>,
    paths: Vec<String>,
}

impl Messages {
    fn new(rules: impl Iterator<Item = usize>) -> Self {
        let mut messages = Self { typed: Vec::new(), json: Vec::new(), paths: Vec::new() };
        for rule in rules {
            let channel = rule % 8;
            let json = format!(
                r#"{{"channel": "c{channel}", "app_id": "{rule}", "event": "message.in"}}"#
            );
            messages.typed.push(Message::from_json(&json).expect("a valid message"));
            messages.json.push(json);
            messages.paths.push(format!("/c{channel}/{rule}/message.in"));
        }
        messages
    }
}

/// Returns the numbers of the rules that the messages match, in scattered order.
fn cold(rules: usize) -> impl Iterator<Item = usize> {
    let step = (rules as f64 * 0.618) as usize | 1;
    let step = (step..).find(|step| gcd(*step, rules) == 1).expect("a coprime step exists");
    (0..rules.min(MESSAGES)).map(move |n| (n * step + n / 7 % 3) % rules)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Measures `route` for one message after the other, again and again.
fn bench_messages<'m, T, R>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    input: &str,
    messages: &'m [T],
    mut route: impl FnMut(&'m T) -> R,
) {
    group.bench_function(BenchmarkId::new(name, input), |b| {
        let mut messages = messages.iter().cycle();
        b.iter(|| messages.next().map(|message| route(black_box(message))));
    });
}

fn route(c: &mut Criterion) {
    let mut group = c.benchmark_group("route");
    for rules in RULES {
        let sets = [
            (format!("{rules} hot"), Messages::new([rules / 2].into_iter())),
            (format!("{rules} cold"), Messages::new(cold(rules))),
        ];
        let table = RouteTable::from_json(&topology(rules)).expect("a valid topology");
        let (mut scratch, mut reader) = (Scratch::new(), MessageReader::new());
        for (input, messages) in &sets {
            bench_messages(&mut group, "keyrail", input, &messages.typed, |message| {
                let decision = table.decide(message, &Context::default(), &mut scratch);
                decision.expect("routed").queue().map(str::len)
            });
            bench_messages(&mut group, "keyrail from JSON", input, &messages.json, |json| {
                let message = reader.read(json).expect("a valid message");
                let decision = table.decide(message, &Context::default(), &mut scratch);
                decision.expect("routed").queue().map(str::len)
            });
        }
        drop(table);
        let paths = (0..rules).map(|rule| (format!("/c{}/{rule}/message.in", rule % 8), rule));
        let map: HashMap<String, usize> = paths.clone().collect();
        for (input, messages) in &sets {
            bench_messages(&mut group, "HashMap", input, &messages.paths, |path| {
                map.get(path).copied()
            });
        }
        drop(map);
        let mut router = matchit::Router::new();
        for (path, rule) in paths {
            router.insert(path, rule).expect("a valid path");
        }
        for (input, messages) in &sets {
            bench_messages(&mut group, "matchit", input, &messages.paths, |path| {
                *router.at(path).expect("matched").value
            });
        }
        drop(router);
        // By default, a field is limited to 10 MiB, which is too little for 100,000 app ids.
        let mut quamina = QuaminaBuilder::new()
            .with_arena_byte_budget(usize::MAX)
            .build()
            .expect("a valid configuration");
        for rule in 0..rules {
            let channel = rule % 8;
            let pattern = format!(
                r#"{{"channel": ["c{channel}"], "app_id": ["{rule}"], "event": ["message.in"]}}"#
            );
            quamina.add_pattern(rule, &pattern).expect("a valid pattern");
        }
        for (input, messages) in &sets {
            bench_messages(&mut group, "quamina", input, &messages.json, |json| {
                quamina.matches_for_event(json.as_bytes()).expect("matched").len()
            });
        }
    }
}

criterion_group!(benches, route);
criterion_main!(benches);
