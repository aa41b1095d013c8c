//! Time to build a table of simple rules from typed rules and from
//! JSON, how much room it has a rule, and how much more it takes while it is
//! made. Not a measurement of criterion's: a table of a million rules is made
//! once.

use std::fmt::Write as _;
use std::time::Instant;

use keyrail::route::RouteTable;
use keyrail::route::build::{Condition, Operand, Queue, Rule};
use peak_alloc::PeakAlloc;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut filters = arguments.iter().filter(|argument| !argument.starts_with('-'));
    if filters.any(|filter| !"table_size".contains(filter.as_str())) {
        return;
    }
    let is_test = arguments.iter().any(|argument| argument == "--test");
    println!(
        "{:>9} {:>10} {:>10} {:>13} {:>9} {:>10} {:>10}",
        "rules", "typed", "from JSON", "bytes a rule", "peak", "to bytes", "from bytes"
    );
    for rules in SIZES.into_iter().take(if is_test { 1 } else { SIZES.len() }) {
        let start = Instant::now();
        let typed_hash = typed(rules).hash().to_owned();
        let typed = start.elapsed();
        let topology = topology(rules);
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        let start = Instant::now();
        let table = RouteTable::from_json(&topology).expect("a topology");
        let made = start.elapsed();
        assert_eq!(typed_hash, table.hash());
        let room = (ALLOCATOR.current_usage() - before) as f64;
        let peak = (ALLOCATOR.peak_usage() - before) as f64;
        let start = Instant::now();
        let bytes = table.to_bytes();
        let written = start.elapsed();
        let start = Instant::now();
        RouteTable::from_bytes(&bytes).expect("a table");
        let loaded = start.elapsed();
        println!(
            "{rules:>9} {typed:>10.2?} {made:>10.2?} {:>13.1} {:>8.2}x {written:>10.1?} {loaded:>10.1?}",
            room / rules as f64,
            peak / room
        );
    }
}

fn typed(rules: usize) -> RouteTable {
    let mut builder = RouteTable::builder();
    builder.queue(Queue::new("q"));
    for rule in 0..rules {
        let equalities: [(&str, Operand<'_>); 3] = [
            ("channel", format!("c{}", rule % 8).into()),
            ("app_id", rule.to_string().into()),
            ("event", "message.in".into()),
        ];
        builder.rule(Rule::new(format!("r{rule}"), Condition::exact(equalities), "q"));
    }
    builder.build().expect("a topology")
}

fn topology(rules: usize) -> String {
    let mut text = String::from(r#"{"queues": [{"id": "q"}], "rules": ["#);
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
