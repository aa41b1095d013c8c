//! Reads numbers that have a range.

use core::ops::RangeInclusive;

use super::{Faults, Value, json};
use crate::Kind;

/// The largest integer that every JSON parser reads exactly: 2^53 - 1.
pub const MAX_JSON_INTEGER: i64 = (1 << 53) - 1;

/// Returns the schema of a whole number in this range.
pub fn range_schema<T: Into<Value>>(range: RangeInclusive<T>) -> Value {
    let (minimum, maximum) = range.into_inner();
    let (minimum, maximum): (Value, Value) = (minimum.into(), maximum.into());
    json!({"minimum": minimum, "maximum": maximum})
}

/// Returns the value of a member if the value is in the range. Otherwise, adds a fault of this kind
/// and returns `None`.
pub fn in_range<T: TryFrom<i64>>(
    value: Option<i64>,
    range: RangeInclusive<i64>,
    member: &str,
    kind: impl Kind,
    faults: &Faults,
) -> Option<T> {
    let value = value?;
    if !range.contains(&value) {
        faults.add_kind_below(format_args!("/{member}"), kind);
        return None;
    }
    value.try_into().ok()
}

/// Checks the member `schema` of a stored document. If a newer release wrote the document, returns
/// `None`, and makes `newer` the only fault of the document. No release wrote a smaller number than
/// `known`: such a number is a fault of the kind `malformed`.
pub fn check_schema(
    schema: Option<i64>,
    known: i64,
    (newer, malformed): (impl Kind, impl Kind),
    faults: &Faults,
) -> Option<()> {
    if schema.is_some_and(|schema| schema > known) {
        faults.replace_here("/schema", newer);
        return None;
    }
    if schema.is_some_and(|schema| schema < known) {
        faults.add_kind_below(format_args!("/schema"), malformed);
    }
    Some(())
}
