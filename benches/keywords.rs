//! `keyrail::route` with one keyword per rule, against one pass of `aho-corasick` that finds the
//! same words, and against `quamina` with one wildcard pattern per word.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use keyrail::route::{Context, Message, RouteTable, Scratch};
use quamina::Quamina;

/// Measures rules that each search for one word. The words are from all parts of a dictionary.
fn keywords(c: &mut Criterion) {
    let mut group = c.benchmark_group("route keywords");
    let words = random_word::all(random_word::Lang::En);
    // The step and the number of words in the dictionary are coprime, so the words are distinct.
    let words: Vec<&str> = (0..100_000).map(|n| words[n * 61_001 % words.len()]).collect();
    // 64 bytes long.
    let text = "please send the refund to my account before this week is over!!!";
    let message = Message::new("c").and_then(|message| message.with("text", text));
    let message = message.expect("a valid message");
    for count in [1_000, 100_000] {
        let words = &words[..count];
        for (input, option) in [("anywhere", ""), ("whole", r#", "word": true"#)] {
            let input = format!("{count} {input}");
            let table = keyword_table(words, option);
            let mut scratch = Scratch::new();
            group.bench_function(BenchmarkId::new("keyrail", &input), |b| {
                b.iter(|| {
                    let decision =
                        table.decide(black_box(&message), &Context::default(), &mut scratch);
                    decision.expect("decided").rule().map(str::len)
                });
            });
            let automaton = aho_corasick::AhoCorasick::new(words).expect("an automaton");
            group.bench_function(BenchmarkId::new("Aho-Corasick", &input), |b| {
                b.iter(|| automaton.find_overlapping_iter(black_box(text)).count());
            });
        }
    }
    let mut quamina = Quamina::new();
    for word in &words[..1_000] {
        let pattern = format!(r#"{{"text": [{{"wildcard": "*{word}*"}}]}}"#);
        quamina.add_pattern(*word, &pattern).expect("a valid pattern");
    }
    let event = format!(r#"{{"text": "{text}"}}"#);
    group.bench_function(BenchmarkId::new("quamina", "1000 anywhere"), |b| {
        b.iter(|| quamina.matches_for_event(black_box(event.as_bytes())).expect("matched").len());
    });
}

fn keyword_table(words: &[&str], option: &str) -> RouteTable {
    let rule = |word: &&str| {
        format!(
            r#"{{"id": "{word}", "queue": "q",
                 "when": {{"contains": {{"text": {{"value": "{word}"{option}}}}}}}}}"#
        )
    };
    let rules: Vec<String> = words.iter().map(rule).collect();
    let topology = format!(
        r#"{{"channels": [{{"id": "c", "kind": "k"}}], "queues": [{{"id": "q"}}],
             "rules": [{}]}}"#,
        rules.join(",")
    );
    RouteTable::from_json(&topology).expect("a valid topology")
}

criterion_group!(benches, keywords);
criterion_main!(benches);
