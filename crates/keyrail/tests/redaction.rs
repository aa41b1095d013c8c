//! Checks every example in `docs/reference/redaction.md`, which lists the limits of redaction.

use keyrail::key::KeyFormat;
use keyrail::redact::Redactor;

const TABLE: &str = include_str!("../../../docs/reference/redaction.md");
const SECRET: &str = "Hx7Kq2Vn9TzR";

/// Returns the examples in a section's table: each row without its first cell.
fn examples(section: &str) -> Vec<Vec<String>> {
    let (_, rest) = TABLE.split_once(&format!("## {section}\n")).expect("the section is missing");
    let section = rest.split_once("\n## ").map_or(rest, |(section, _)| section);
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|row| {
        let row = row.replace("\\|", "\u{0}");
        let cells = row.trim_matches('|').split(" | ").skip(1);
        let text =
            |cell: &str| cell.trim().trim_matches('`').replace('\u{0}', "|").replace('⏎', "\n");
        cells.map(text).collect()
    })
    .collect()
}

fn redactor() -> Redactor {
    Redactor::new([KeyFormat::keyrail(), KeyFormat::jwt()]).unwrap()
}

#[test]
fn examples_documented_as_not_found_are_not_found() {
    let rows = examples("Credentials that are not found");
    assert!(rows.len() > 20, "{}", rows.len());
    for row in rows {
        let [text] = row.as_slice() else { panic!("expected one example per row: {row:?}") };
        let is_encoded = !text.contains(SECRET);
        let left = redactor().redact(text).into_owned();
        assert!(if is_encoded { left == *text } else { left.contains(SECRET) }, "{text}: {left}");
    }
}

#[test]
fn documented_false_positives_are_redacted_as_documented() {
    let rows = examples("Text that is replaced without need");
    assert!(rows.len() > 3, "{}", rows.len());
    for row in rows {
        let [text, redacted] = row.as_slice() else {
            panic!("expected two texts per row: {row:?}")
        };
        assert_eq!(redactor().redact(text), redacted.as_str());
    }
}
