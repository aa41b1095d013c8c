//! Writing JSON in a fixed order.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use keyrail_core::config::{self, Value};

/// A writer of a JSON object, whose members keep the order in which they are written.
pub(crate) struct Writer(String);

impl Writer {
    /// Starts an object.
    pub(crate) fn new() -> Self {
        Self(String::from("{"))
    }

    /// Writes a member whose value is JSON already.
    pub(crate) fn raw(&mut self, name: &str, value: impl fmt::Display) {
        let comma = if self.0.len() > 1 { "," } else { "" };
        // Writing to a string cannot fail.
        let _ = write!(self.0, "{comma}{}:{value}", Value::from(name));
    }

    /// Writes a string, unless it is absent.
    pub(crate) fn text(&mut self, name: &str, value: Option<impl fmt::Display>) {
        if let Some(value) = value {
            self.raw(name, quoted(value));
        }
    }

    /// Writes a list of strings, unless it is absent.
    pub(crate) fn texts(&mut self, name: &str, values: Option<&[impl fmt::Display]>) {
        if let Some(values) = values {
            self.raw(name, list(values.iter().map(quoted)));
        }
    }

    /// Ends the object, and returns it.
    pub(crate) fn finish(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

fn quoted(value: impl fmt::Display) -> String {
    config::quoted(&format!("{value}"))
}

/// Returns a list of values that are JSON already.
pub(crate) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}
