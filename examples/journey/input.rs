//! Reads files of JSON and of JSON lines.

use std::fs;
use std::path::Path;

use keyrail::{ConfigError, Timestamp};
use serde::Deserialize;

use crate::failure::Failure;

/// Reads a file.
pub fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::file(path, error.to_string()))
}

/// Parses a JSON document.
pub fn document<'a, T: Deserialize<'a>>(path: &Path, text: &'a str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::line(path, error.line().max(1), sentence(&error)))
}

/// The value of a line, with the line's number, counted from 1.
pub struct Line<T> {
    pub number: usize,
    pub value: T,
}

/// Parses JSON lines. Empty lines are skipped.
pub fn lines<'a, T: Deserialize<'a>>(path: &Path, text: &'a str) -> Result<Vec<Line<T>>, Failure> {
    let numbered = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    numbered
        .map(|(number, line)| match serde_json::from_str(line) {
            Ok(value) => Ok(Line { number, value }),
            Err(error) => {
                let message = format!("column {}: {}", error.column(), sentence(&error));
                Err(Failure::line(path, number, message))
            }
        })
        .collect()
}

/// Parses the time in a line.
pub fn time(path: &Path, number: usize, text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse(text).map_err(|error| Failure::line(path, number, format!("at: {error}")))
}

/// Returns a failure that lists the faults of a configuration, each on two lines.
pub fn faults(path: &Path, text: &str, error: &ConfigError) -> Failure {
    let mut message = String::from("the deployment was rejected");
    for fault in error.faults() {
        let pointer = if fault.pointer().is_empty() { "(document)" } else { fault.pointer() };
        message.push_str(&format!("\n  {pointer}\n    {}: {}", fault.code(), fault.message()));
    }
    if error.more() > 0 {
        message.push_str(&format!("\n  and {} more", error.more()));
    }
    match error.offset().and_then(|offset| text.get(..offset)) {
        Some(before) => Failure::line(path, before.matches('\n').count() + 1, message),
        None => Failure::file(path, message),
    }
}

/// Returns serde's message without any content of the file. Only the names of expected members
/// and types remain.
fn sentence(error: &serde_json::Error) -> String {
    let position = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&position).unwrap_or(&text);
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        return text.replace("field", "member");
    }
    match text.rsplit_once(", expected ") {
        Some((found, expected)) if found.starts_with("unknown field") => {
            format!("unknown member, expected {expected}")
        }
        Some((_, expected)) => format!("wrong kind of value, expected {expected}"),
        None => "invalid JSON".into(),
    }
}
