//! Measures the time to build a table from typed rules and from JSON, how much memory the table
//! uses per rule, the peak memory while it is built from JSON, as a multiple of the table's memory,
//! and the time to write it to bytes and load it. This bench does not use `criterion`, which would
//! repeat each measurement: building a table of a million rules takes too long for that.

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
        "{:>9} {:>10} {:>10} {:>14} {:>9} {:>10} {:>10}",
        "rules", "typed", "from JSON", "bytes per rule", "peak", "to bytes", "from bytes"
    );
    for rules in SIZES.into_iter().take(if is_test { 1 } else { SIZES.len() }) {
        let start = Instant::now();
        let typed_hash = typed(rules).hash().to_owned();
        let typed = start.elapsed();
        let topology = topology(rules);
        ALLOCATOR.reset_peak_usage();
        let before = ALLOCATOR.current_usage();
        let start = Instant::now();
        let table = RouteTable::from_json(&topology).expect("a valid topology");
        let from_json = start.elapsed();
        assert_eq!(typed_hash, table.hash());
        let memory = (ALLOCATOR.current_usage() - before) as f64;
        let peak = (ALLOCATOR.peak_usage() - before) as f64;
        let start = Instant::now();
        let bytes = table.to_bytes();
        let to_bytes = start.elapsed();
        let start = Instant::now();
        RouteTable::from_bytes(&bytes).expect("the bytes of a table");
        let from_bytes = start.elapsed();
        println!(
            "{rules:>9} {typed:>10.2?} {from_json:>10.2?} {:>14.1} {:>8.2}x {to_bytes:>10.1?} {from_bytes:>10.1?}",
            memory / rules as f64,
            peak / memory
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
    builder.build().expect("a valid topology")
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
        .expect("writing to a String cannot fail");
    }
    text + "]}"
}
