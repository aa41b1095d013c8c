//! The documentation's table of limits contains every public constant that is a limit, with
//! its value.

// Reads the repository's own sources.
#![allow(clippy::disallowed_methods)]

use std::fs;
use std::path::Path;

const TABLE: &str = include_str!("../../../docs/reference/limits.md");

/// Returns the limits and their values. A limit is a public constant of any crate whose name has a
/// prefix such as `MAX_`.
fn limits() -> Vec<(String, u64)> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let mut found = Vec::new();
    let mut folders = vec![crates.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                found.extend(fs::read_to_string(path).unwrap().lines().filter_map(limit_in));
            }
        }
    }
    found
}

fn limit_in(line: &str) -> Option<(String, u64)> {
    let (name, rest) = line.strip_prefix("pub const ")?.split_once(": ")?;
    let prefixes = ["MAX_", "MIN_", "DEFAULT_", "EXPLAINED_"];
    let value = rest.split_once(" = ")?.1.strip_suffix(';')?;
    prefixes.iter().any(|prefix| name.starts_with(prefix)).then(|| (name.into(), evaluate(value)))
}

fn evaluate(expression: &str) -> u64 {
    let number = |text: &str| text.replace('_', "").parse::<u64>().unwrap();
    match expression.split(' ').collect::<Vec<_>>()[..] {
        [a] => number(a),
        [a, "*", b] => number(a) * number(b),
        [a, "<<", b] => number(a) << number(b),
        ["(1", "<<", b, "-", "1"] => (1 << number(b.trim_end_matches(')'))) - 1,
        _ => panic!("{expression}: this test cannot evaluate this expression yet"),
    }
}

/// Returns the forms in which the table may write a value.
fn forms_of(value: u64) -> Vec<String> {
    let digits = value.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let mut forms = vec![grouped];
    for (power, unit) in [(10, "KiB"), (20, "MiB"), (30, "GiB")] {
        if value.is_multiple_of(1 << power) {
            forms.push(format!("{} {unit}", value >> power));
        }
    }
    if value.is_power_of_two() {
        forms.push(format!("2^{}", value.trailing_zeros()));
    }
    if (value + 1).is_power_of_two() {
        forms.push(format!("2^{} - 1", (value + 1).trailing_zeros()));
    }
    forms
}

#[test]
fn every_limit_is_listed_in_the_table_with_its_value() {
    let limits = limits();
    assert!(limits.len() > 30, "{}", limits.len());
    for (name, value) in limits {
        let has_name = |row: &&str| {
            row.split('`').any(|word| word == name || word.ends_with(&format!("::{name}")))
        };
        let rows: Vec<&str> = TABLE.lines().filter(has_name).collect();
        let forms = forms_of(value);
        let has_value = |row: &&str| {
            let words: Vec<&str> = row.split(['|', ' ']).collect();
            forms.iter().any(|form| {
                let form: Vec<&str> = form.split(' ').collect();
                words.windows(form.len()).any(|here| here == form)
            })
        };
        assert!(
            rows.iter().any(has_value),
            "{name} = {value}: write one of {forms:?}, not {rows:?}"
        );
    }
}
