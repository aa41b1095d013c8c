//! Records and patches as JSON.

use keyrail_access::KeyRecord;
use keyrail_core::config::Value;

pub fn value(json: &str) -> Value {
    json.parse().unwrap()
}

/// Applies a merge patch as RFC 7396, section 2 describes it.
pub fn merge_patch(target: &Value, patch: &Value) -> Value {
    let Value::Object(members) = patch else { return patch.clone() };
    let mut result = target.as_object().cloned().unwrap_or_default();
    for (name, value) in members {
        match value {
            Value::Null => drop(result.remove(name)),
            value => {
                let merged = merge_patch(result.get(name).unwrap_or(&Value::Null), value);
                result.insert(name.clone(), merged);
            }
        }
    }
    Value::Object(result)
}

/// Returns a copy of the record that belongs to the same app, organization, owner and environment as
/// another record, and has the same limits.
pub fn related(record: &KeyRecord, other: &KeyRecord) -> KeyRecord {
    let other = value(&other.to_json());
    let members = ["app", "organization", "owner", "authority", "environment", "limits"];
    let value_of = |member| other.get(member).cloned().unwrap_or(Value::Null);
    let patch = members.into_iter().map(|member| (String::from(member), value_of(member)));
    let json = merge_patch(&value(&record.to_json()), &Value::Object(patch.collect())).to_string();
    KeyRecord::from_json(&json).unwrap()
}

/// Returns a copy of the record that is enabled and not revoked.
pub fn without_state(record: &KeyRecord) -> KeyRecord {
    without(record, &["revoked", "enabled"])
}

/// Returns a copy of the record without these members.
pub fn without(record: &KeyRecord, members: &[&str]) -> KeyRecord {
    let patch = members.iter().map(|member| (String::from(*member), Value::Null)).collect();
    let json = merge_patch(&value(&record.to_json()), &Value::Object(patch)).to_string();
    KeyRecord::from_json(&json).unwrap()
}

/// Returns the names of the members that differ, in alphabetical order.
pub fn merge_diff_names(old: &Value, new: &Value) -> Vec<String> {
    let (old, new) = (old.as_object().unwrap(), new.as_object().unwrap());
    let mut names: Vec<String> = old
        .keys()
        .chain(new.keys())
        .filter(|name| old.get(*name) != new.get(*name))
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}
