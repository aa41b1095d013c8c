//! Configuration: converts a JSON document to a checked value, or returns all its faults.
//!
//! The document is read as a stream; no tree of it is built. Reading continues after a semantic
//! fault (such as an unknown member, a wrong type or an unknown name), and stops at a syntax
//! error. A document with a fault is rejected as a whole. Duplicate members are faults at every
//! depth. A fault contains its location as a JSON Pointer (RFC 6901), and never the value at this
//! location.
//!
//! To make a type readable by [`from_json`], declare it with
//! [`config_object!`](crate::config_object) if it is an object of known members; otherwise
//! implement [`Read`] with one of the visitors in this module. The JSON Schema is generated
//! from the same declaration: see [`document_schema`].
//!
//! ```
//! use keyrail_core::config::{self, Id};
//!
//! struct Queue { id: String, size: i64 }
//!
//! keyrail_core::config_object! {
//!     /// A queue of messages.
//!     Queue (faults) {
//!         /// The name of the queue.
//!         required id: Id;
//!         /// The maximum number of messages in the queue.
//!         optional size: i64;
//!     } => {
//!         Some(Self { id: id?.into_string(), size: size.unwrap_or(100) })
//!     }
//! }
//!
//! assert_eq!(config::from_json::<Queue>(r#"{"id": "support"}"#)?.id, "support");
//! let error = config::from_json::<Queue>(r#"{"ib": 1}"#).err().unwrap();
//! assert_eq!(error.code(), "config.unknown_member");
//! assert_eq!(error.faults().len(), 2);
//! assert!(config::document_schema::<Queue>("queue").contains("A queue of messages."));
//! # Ok::<(), keyrail_core::ConfigError>(())
//! ```

mod declare;
mod fault;
mod kinds;
mod number;
mod object;
mod schema;
mod string_or;
mod suggest;
mod visitor;
mod write;

use alloc::string::ToString as _;

use serde::Deserializer;

#[doc(hidden)]
pub use alloc::string::String;
pub use serde::de::MapAccess;
#[doc(hidden)]
pub use serde_json::{Value, json};

pub use fault::{ConfigError, Fault, Faults, MAX_ERROR_TEXT, MAX_FAULTS, MAX_STEP};
pub use kinds::ConfigErrorKind;
pub use number::{MAX_JSON_INTEGER, check_schema, in_range, range_schema};
pub use object::{Member, MemberState, Members, Object};
pub use schema::{
    MemberSchemas, Schemas, any_of, document_schema, extend_schema, list_of, some_of, text_schema,
    time_schema, token_schema, words,
};
pub use string_or::StringOr;
pub use suggest::{expected, nearest};
pub use visitor::{
    Checked, Id, JsonVisitor, Number, Pairs, non_empty, read_each, read_json, read_some, read_text,
    skip_list,
};
pub use write::{Writer, list};

/// The maximum length of a document, in bytes.
pub const MAX_DOCUMENT: usize = 1 << 30;

/// The maximum nesting depth of arrays and objects: enough for a rule of 64 nested
/// conditions, each an array in an object, plus the levels around the rule.
pub const MAX_DEPTH: usize = 160;

/// A value that can be read from a document.
pub trait Read: Sized {
    /// Reads one value, or returns `None` and adds a fault.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error>;

    /// Returns the JSON Schema (draft 2020-12) of values of this type. The schema accepts every
    /// value that [`read`](Self::read) accepts, and possibly others.
    fn schema(schemas: &mut Schemas) -> Value;
}

/// Reads a whole document.
///
/// # Errors
///
/// `config.too_large`, `config.syntax`, `config.too_deep`,
/// `config.wrong_type`, `config.unknown_member`, `config.duplicate_member`,
/// `config.missing_member`, `config.unknown_value`,
/// `config.unsupported_version`, and the errors of the value that is read.
pub fn from_json<T: Read>(text: &str) -> Result<T, ConfigError> {
    from_json_with(text, |value, _| Some(value))
}

/// Reads a whole document, and converts the value with `finish`, which may add faults.
///
/// # Errors
///
/// Those of [`from_json`], and the faults that `finish` adds.
pub fn from_json_with<T: Read, U>(
    text: &str,
    finish: impl FnOnce(T, &Faults) -> Option<U>,
) -> Result<U, ConfigError> {
    let faults = Faults::new();
    if text.len() > MAX_DOCUMENT {
        faults.add_kind(ConfigErrorKind::TooLarge);
        return faults.finish(None);
    }
    let mut json = serde_json::Deserializer::from_str(text);
    json.disable_recursion_limit(); // `SerdeVisitor` checks MAX_DEPTH instead
    let read = T::read(&mut json, &faults).and_then(|value| json.end().map(|()| value));
    match read {
        Ok(value) => {
            let value = value.and_then(|value| finish(value, &faults));
            faults.finish(value)
        }
        Err(error) => {
            let offset = match error.is_eof() {
                true => text.len(),
                false => offset_of(text, error.line(), error.column()),
            };
            faults.add_syntax(offset);
            faults.finish(None)
        }
    }
}

/// Returns a string as JSON on one line. Escapes the control characters and line separators that JSON
/// allows without an escape (Unicode Standard, section 5.8).
#[doc(hidden)]
pub fn quoted(text: &str) -> String {
    let mut json = String::new();
    for character in Value::from(text).to_string().chars() {
        match character {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' => {
                json.push_str(&alloc::format!("\\u{:04x}", u32::from(character)));
            }
            _ => json.push(character),
        }
    }
    json
}

/// Returns the byte offset of a line and column as `serde_json` counts them, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests;
