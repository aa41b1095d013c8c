//! JSON merge patches (RFC 7396).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_core::config::{Value, Writer, list};

/// Returns the merge patch that turns one object into another. Neither object may contain null,
/// because a merge patch cannot set a member to null.
pub(crate) fn merge_diff(old: &Value, new: &Value) -> Value {
    let (Value::Object(old), Value::Object(new)) = (old, new) else { return new.clone() };
    let removed = old.keys().filter(|name| !new.contains_key(*name));
    let removed = removed.map(|name| (name.clone(), Value::Null));
    let changed = new.iter().filter_map(|(name, value)| match old.get(name) {
        Some(previous) if previous == value => None,
        Some(previous @ Value::Object(_)) => Some((name.clone(), merge_diff(previous, value))),
        _ => Some((name.clone(), value.clone())),
    });
    Value::Object(removed.chain(changed).collect())
}

/// Returns a value as JSON on one line. Members are in alphabetical order, regardless of which
/// features of `serde_json` another crate enables.
pub(crate) fn to_sorted_json(value: &Value) -> String {
    match value {
        Value::Array(items) => list(items.iter().map(to_sorted_json)),
        Value::Object(members) => {
            let mut sorted: Vec<_> = members.iter().collect();
            sorted.sort_unstable_by_key(|(name, _)| *name);
            let mut json = Writer::new();
            sorted.into_iter().for_each(|(name, value)| json.raw(name, to_sorted_json(value)));
            json.finish()
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use keyrail_core::config::json;

    use super::{merge_diff, to_sorted_json};

    #[test]
    fn a_patch_contains_only_what_changed() {
        let old = json!({"a": 1, "b": [1, 2], "c": "x", "m": {"one": "1", "two": "2"}});
        let new = json!({"a": 1, "b": [2], "d": true, "m": {"one": "1", "three": "3"}});
        // RFC 7396: null removes, lists are replaced, objects are merged.
        let patch = json!({"b": [2], "c": null, "d": true, "m": {"two": null, "three": "3"}});
        assert_eq!(merge_diff(&old, &new), patch);
        assert_eq!(merge_diff(&new, &new), json!({}));
    }

    #[test]
    fn members_are_sorted_at_every_depth() {
        let value = json!({"b": [{"d": null, "c": "\"x\""}], "a": 1});
        assert_eq!(to_sorted_json(&value), r#"{"a":1,"b":[{"c":"\"x\"","d":null}]}"#);
    }
}
