//! Writes JSON in a fixed order.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use super::{Value, quoted};

/// A writer of a JSON object, whose members keep the order in which they are written.
///
/// ```
/// use keyrail_core::config::Writer;
/// let mut json = Writer::new();
/// json.raw("schema", 1);
/// json.text("id", Some("k"));
/// json.text("name", None::<&str>);
/// assert_eq!(json.finish(), r#"{"schema":1,"id":"k"}"#);
/// ```
pub struct Writer(String);

impl Default for Writer {
    fn default() -> Self {
        Self::new()
    }
}

impl Writer {
    /// Starts an object.
    pub fn new() -> Self {
        Self(String::from("{"))
    }

    /// Writes a member whose value is JSON already.
    pub fn raw(&mut self, name: &str, value: impl fmt::Display) {
        let comma = if self.0.len() > 1 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{comma}{}:{value}", Value::from(name));
    }

    /// Writes a string, unless it is absent.
    pub fn text(&mut self, name: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.raw(name, quoted(&value.to_string()));
        }
    }

    /// Writes a list of strings, unless it is absent.
    pub fn texts(&mut self, name: &str, values: Option<&[impl fmt::Display]>) {
        if let Some(values) = values {
            self.raw(name, list(values.iter().map(|value| quoted(&value.to_string()))));
        }
    }

    /// Ends the object, and returns it.
    pub fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Returns a list of values that are JSON already.
pub fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
