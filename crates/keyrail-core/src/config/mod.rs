//! Reading configuration: JSON in, a checked value or every fault out.
//!
//! Reading streams: no tree of the document is ever built. It goes on after a
//! fault of meaning (an unknown member, a wrong type, a dangling name), stops
//! at a fault of syntax, and refuses the document whole if there was any.
//! Duplicate members are faults at every depth. A fault names its place by
//! JSON Pointer (RFC 6901) and never echoes what was written there.
//!
//! A type says how it is read by [`Object`] (an object of known members), or
//! by [`Read`] with one of the shapes here; [`from_json`] does the rest.
//!
//! ```
//! use keyrail_core::config::{self, Faults, Member, Object, Slot};
//! # use serde::de::MapAccess;
//! struct Queue { id: String }
//!
//! #[derive(Default)]
//! struct QueueDraft { id: Slot<String> }
//!
//! impl Object for Queue {
//!     type Draft = QueueDraft;
//!     const MEMBERS: &'static [&'static str] = &["id"];
//!
//!     fn member<'de, A: MapAccess<'de>>(
//!         draft: &mut QueueDraft, name: &'static str, value: Member<'_, '_, A>,
//!     ) -> Result<(), A::Error> {
//!         match name {
//!             "id" => draft.id.read(value),
//!             _ => value.skip(),
//!         }
//!     }
//!
//!     fn finish(draft: QueueDraft, faults: &Faults) -> Option<Self> {
//!         Some(Self { id: draft.id.required("id", faults)? })
//!     }
//! }
//!
//! assert_eq!(config::from_json::<Queue>(r#"{"id": "support"}"#)?.id, "support");
//! let error = config::from_json::<Queue>(r#"{"ib": 1}"#).err().unwrap();
//! assert_eq!(error.code(), "config.unknown_member");
//! assert_eq!(error.faults().len(), 2);
//! # Ok::<(), keyrail_core::ConfigError>(())
//! ```

mod fault;
mod object;
mod schema;
mod shape;
mod suggest;

use serde::Deserializer;

pub use fault::{ConfigError, Fault, Faults, MAX_ERROR_TEXT, MAX_FAULTS, MAX_STEP};
pub use object::{Member, Object, Slot};
pub use schema::{object_schema, token_schema};
pub use shape::{
    Checked, Id, Number, Pairs, Shape, StringOr, non_empty, read_each, read_shape, read_some,
    read_text, skip_list,
};
pub use suggest::{expected, nearest};

/// The longest document, in bytes, that is read.
pub const MAX_DOCUMENT: usize = 1 << 30;

/// The deepest nesting of arrays and objects that is read: a rule of 64
/// conditions, each an array in an object, with what stands around it.
pub const MAX_DEPTH: usize = 160;

/// A value that can be read from a document.
pub trait Read: Sized {
    /// Reads one value. `None` means that a fault was added; an error, that
    /// the document's syntax broke and nothing more can be read.
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error>;
}

/// Reads a whole document.
///
/// Codes: `config.too_large`, `config.syntax`, `config.too_deep`,
/// `config.wrong_type`, `config.unknown_member`, `config.duplicate_member`,
/// `config.missing_member`, `config.unknown_value`,
/// `config.unsupported_version`, and those of the value read.
pub fn from_json<T: Read>(text: &str) -> Result<T, ConfigError> {
    from_json_with(text, |value, _| Some(value))
}

/// Reads a whole document, and makes of it what needs more than the document:
/// `finish` may add faults of its own, which are listed with the others.
pub fn from_json_with<T: Read, U>(
    text: &str,
    finish: impl FnOnce(T, &Faults) -> Option<U>,
) -> Result<U, ConfigError> {
    let faults = Faults::new();
    if text.len() > MAX_DOCUMENT {
        faults.add("config.too_large", "a document may be at most 1 GiB long");
        return faults.finish(None);
    }
    let mut json = serde_json::Deserializer::from_str(text);
    json.disable_recursion_limit(); // ours is MAX_DEPTH, kept by every shape
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

/// The byte offset of a line and column as `serde_json` counts them, both from 1.
fn offset_of(text: &str, line: usize, column: usize) -> usize {
    let lines = text.split_inclusive('\n').take(line.saturating_sub(1));
    let start: usize = lines.map(str::len).sum();
    (start + column.saturating_sub(1)).min(text.len())
}

#[cfg(test)]
mod tests;
