//! `keyrail::route` against quamina (from JSON), matchit (the same values as
//! paths) and a `HashMap` of the paths as the floor: rules of three
//! equalities (8 channels, an app id, an event), one hit a message.
//!
//! *Hot* is one message again and again; *cold* is a message for each rule,
//! up to half a million, in an order that no cache foresees.

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
        .expect("a String takes everything");
    }
    text + "]}"
}

/// A message as each of the contestants takes it.
struct Messages {
    typed: Vec<Message>,
    json: Vec<String>,
    paths: Vec<String>,
}

impl Messages {
    fn new(hits: impl Iterator<Item = usize>) -> Self {
        let mut messages = Self { typed: Vec::new(), json: Vec::new(), paths: Vec::new() };
        for hit in hits {
            let channel = hit % 8;
            let json =
                format!(r#"{{"channel": "c{channel}", "app_id": "{hit}", "event": "message.in"}}"#);
            messages.typed.push(Message::from_json(&json).expect("a message"));
            messages.json.push(json);
            messages.paths.push(format!("/c{channel}/{hit}/message.in"));
        }
        messages
    }
}

/// Hits all over the rules, each once, in an order without a pattern.
fn cold(rules: usize) -> impl Iterator<Item = usize> {
    let step = (rules as f64 * 0.618) as usize | 1;
    let step = (step..).find(|step| gcd(*step, rules) == 1).expect("a step");
    (0..rules.min(MESSAGES)).map(move |n| (n * step + n / 7 % 3) % rules)
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// Asks about one message after the other, and starts again at the end.
fn each<'m, T, R>(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    input: &str,
    messages: &'m [T],
    mut ask: impl FnMut(&'m T) -> R,
) {
    group.bench_function(BenchmarkId::new(name, input), |b| {
        let mut messages = messages.iter().cycle();
        b.iter(|| messages.next().map(|message| ask(black_box(message))));
    });
}

fn route(c: &mut Criterion) {
    let mut group = c.benchmark_group("route");
    for rules in RULES {
        let sets = [
            (format!("{rules} hot"), Messages::new([rules / 2].into_iter())),
            (format!("{rules} cold"), Messages::new(cold(rules))),
        ];
        let table = RouteTable::from_json(&topology(rules)).expect("a topology");
        let (mut scratch, mut reader) = (Scratch::new(), MessageReader::new());
        for (input, messages) in &sets {
            each(&mut group, "keyrail", input, &messages.typed, |message| {
                let decision = table.decide(message, &Context::default(), &mut scratch);
                decision.expect("routed").queue().map(str::len)
            });
            each(&mut group, "keyrail from JSON", input, &messages.json, |json| {
                let message = reader.read(json).expect("a message");
                let decision = table.decide(message, &Context::default(), &mut scratch);
                decision.expect("routed").queue().map(str::len)
            });
        }
        drop(table);
        let paths = (0..rules).map(|rule| (format!("/c{}/{rule}/message.in", rule % 8), rule));
        let map: HashMap<String, usize> = paths.clone().collect();
        for (input, messages) in &sets {
            each(&mut group, "HashMap", input, &messages.paths, |path| map.get(path).copied());
        }
        drop(map);
        let mut router = matchit::Router::new();
        for (path, rule) in paths {
            router.insert(path, rule).expect("a path");
        }
        for (input, messages) in &sets {
            each(&mut group, "matchit", input, &messages.paths, |path| {
                *router.at(path).expect("matched").value
            });
        }
        drop(router);
        // Its own bound of 10 MiB a field is reached below 100,000 app ids.
        let mut quamina =
            QuaminaBuilder::new().with_arena_byte_budget(usize::MAX).build().expect("quamina");
        for rule in 0..rules {
            let channel = rule % 8;
            let pattern = format!(
                r#"{{"channel": ["c{channel}"], "app_id": ["{rule}"], "event": ["message.in"]}}"#
            );
            quamina.add_pattern(rule, &pattern).expect("a pattern");
        }
        for (input, messages) in &sets {
            each(&mut group, "quamina", input, &messages.json, |json| {
                quamina.matches_for_event(json.as_bytes()).expect("matched").len()
            });
        }
    }
}

criterion_group!(benches, route);
criterion_main!(benches);
