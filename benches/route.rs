//! `keyrail::route` against quamina (from JSON) and matchit (the same values
//! as paths): rules of three equalities, one hit a message.

use std::fmt::Write as _;
use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use keyrail::route::{Context, Message, RouteTable};
use quamina::Quamina;

/// How many rules: the straight list that stands today is measured as far as
/// it is of use.
const RULES: [usize; 2] = [10, 1_000];

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

fn route(c: &mut Criterion) {
    let mut group = c.benchmark_group("route");
    for rules in RULES {
        let hit = rules / 2;
        let channel = format!("c{}", hit % 8);

        let table = RouteTable::from_json(&topology(rules)).expect("a topology");
        let message = Message::new(channel.as_str())
            .and_then(|message| message.with("app_id", hit.to_string()))
            .and_then(|message| message.with("event", "message.in"))
            .expect("a message");
        group.bench_function(BenchmarkId::new("keyrail", rules), |b| {
            b.iter(|| table.route(black_box(&message), &Context::default()).expect("routed"));
        });

        let mut quamina = Quamina::new();
        let mut paths = matchit::Router::new();
        for rule in 0..rules {
            let channel = rule % 8;
            let pattern = format!(
                r#"{{"channel": ["c{channel}"], "app_id": ["{rule}"], "event": ["message.in"]}}"#
            );
            quamina.add_pattern(rule, &pattern).expect("a pattern");
            paths.insert(format!("/c{channel}/{rule}/message.in"), rule).expect("a path");
        }
        let event =
            format!(r#"{{"channel": "{channel}", "app_id": "{hit}", "event": "message.in"}}"#);
        group.bench_function(BenchmarkId::new("quamina", rules), |b| {
            b.iter(|| {
                quamina.matches_for_event(black_box(event.as_bytes())).expect("matched").len()
            });
        });
        let path = format!("/{channel}/{hit}/message.in");
        group.bench_function(BenchmarkId::new("matchit", rules), |b| {
            b.iter(|| *paths.at(black_box(&path)).expect("matched").value);
        });
    }
}

criterion_group!(benches, route);
criterion_main!(benches);
