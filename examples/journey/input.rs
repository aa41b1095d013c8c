//! Input: files as JSON, and as JSON line by line.

use std::fs;
use std::path::Path;

use keyrail::{ConfigError, Timestamp};
use serde::Deserialize;

use crate::failure::Failure;

/// A file's text.
pub fn text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| Failure::file(path, error.to_string()))
}

/// A JSON document.
pub fn document<'a, T: Deserialize<'a>>(path: &Path, text: &'a str) -> Result<T, Failure> {
    serde_json::from_str(text)
        .map_err(|error| Failure::line(path, error.line().max(1), sentence(&error)))
}

/// One of the lines of a file, with its number, counted from 1.
pub struct Line<T> {
    pub number: usize,
    pub value: T,
}

/// JSON lines; empty ones are passed over.
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

/// A time that is in a line.
pub fn time(path: &Path, number: usize, text: &str) -> Result<Timestamp, Failure> {
    Timestamp::parse(text).map_err(|error| Failure::line(path, number, format!("at: {error}")))
}

/// Every fault of a configuration, one a line.
pub fn faults(path: &Path, text: &str, error: &ConfigError) -> Failure {
    let mut message = String::from("the deployment was refused");
    for fault in error.faults() {
        let place = if fault.pointer().is_empty() { "(document)" } else { fault.pointer() };
        message.push_str(&format!("\n  {place}\n    {}: {}", fault.code(), fault.message()));
    }
    if error.more() > 0 {
        message.push_str(&format!("\n  and {} more", error.more()));
    }
    match error.offset().and_then(|offset| text.get(..offset)) {
        Some(before) => Failure::line(path, before.matches('\n').count() + 1, message),
        None => Failure::file(path, message),
    }
}

/// What is wrong, without what was written: of serde's sentence, only what
/// names members and types that were expected.
fn sentence(error: &serde_json::Error) -> String {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    let text = text.strip_suffix(&place).unwrap_or(&text);
    if text.starts_with("missing field") || text.starts_with("duplicate field") {
        return text.replace("field", "member");
    }
    match text.rsplit_once(", expected ") {
        Some((what, expected)) if what.starts_with("unknown field") => {
            format!("unknown member, expected {expected}")
        }
        Some((_, expected)) => format!("wrong kind of value, expected {expected}"),
        None => "invalid JSON".into(),
    }
}
