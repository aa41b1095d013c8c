//! Key records, policies and the changes of records: a record that is written and read again is
//! unchanged, and the patch of a change turns the old record into the new one. Last uses and the
//! state of a limit that are written and read again are unchanged, too.
//!
//! Input: a byte that selects the operation, a line with a policy or the name of a built-in policy,
//! then the record, last uses or a state.

#![no_main]

use keyrail_access::{
    Access, AccessRequest, Actor, Change, Expiry, KeyRecord, KeySource, LastUses, Limit,
    LimitState, NewKey, Policy, Reissue, Scope,
};
use keyrail_core::{ConfigError, EventPattern, Network, Timestamp};
use keyrail_key::KeyFormat;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

fuzz_target!(|data: &[u8]| {
    let [operation, text @ ..] = data else { return };
    let text = String::from_utf8_lossy(text);
    let (policy, record) = text.split_once('\n').unwrap_or((&text, ""));
    if let Some(uses) = checked(LastUses::from_json(record)) {
        assert_eq!(LastUses::from_json(&uses.to_json()).unwrap(), uses);
    }
    if let Some(state) = checked(LimitState::from_json(record)) {
        assert_eq!(LimitState::from_json(&state.to_json()).unwrap(), state);
    }
    let record = checked(KeyRecord::from_json(record));
    let policy = Policy::preset(policy).ok().or_else(|| checked(Policy::from_json(policy)));
    let now = Timestamp::from_millis(1_793_534_400_000).unwrap();
    if let Some(record) = &record {
        assert_eq!(KeyRecord::from_json(&record.to_json()).unwrap(), *record);
        let request = AccessRequest::new(Access::Read, now);
        let ids = record.limit_ids();
        let states: Vec<_> = ids.iter().map(|id| (id.as_str(), None)).collect();
        let granted = record.authorize(&AccessRequest { limits: Some(&states), ..request });
        assert!(granted.is_err() || record.revoked().is_none() && record.enabled());
        if let Ok(grant) = &granted {
            assert_eq!(grant.consumption().is_some(), !record.limits().is_empty());
            assert!(record.limits().is_empty() || record.authorize(&request).is_err());
        }
        record.status(now);
    }
    let (Some(policy), record) = (policy, record.as_ref()) else { return };
    let users = policy.roles().filter_map(|role| Actor::user("u_1", role).ok());
    let keys = record.into_iter().map(|record| Actor::key(record, Some(0)));
    for actor in users.chain(keys) {
        if let Some(change) = changed(&policy, record, &actor, *operation, now) {
            check(record.filter(|_| !change.is_new()), &change);
        }
    }
});

fn checked<T>(read: Result<T, ConfigError>) -> Option<T> {
    if let Err(error) = &read {
        assert!(!error.faults().is_empty());
    }
    read.ok()
}

/// Makes the selected change, if the actor may make it.
fn changed(
    policy: &Policy,
    record: Option<&KeyRecord>,
    actor: &Actor,
    operation: u8,
    now: Timestamp,
) -> Option<Change> {
    let (format, entropy) = (KeyFormat::keyrail(), [operation; 32]);
    let source = KeySource::new(&format, &entropy);
    let Some(record) = record else {
        let new = NewKey { expires: Some(Expiry::Days(30)), ..NewKey::new("desk", Scope::Read) };
        return Some(policy.issue(&new, &source, actor, now).ok()?.change().clone());
    };
    match operation % 14 {
        0 => policy.revoke(record, None, Some("leaked"), actor, now).ok(),
        1 => policy.disable(record, actor, now).ok(),
        2 => policy.enable(record, actor, now).ok(),
        3 => policy.rename(record, Some("a"), actor, now).ok(),
        4 => policy.set_scope(record, Scope::Admin, actor, now).ok(),
        5 => policy.set_queues(record, None, actor, now).ok(),
        6 => policy.set_expiry(record, Expiry::Days(90), actor, now).ok(),
        7 => {
            let limit = r#"{"name": "a", "of": "owner", "quota": {"units": 1, "per": "month"}}"#;
            let limit = Limit::from_json(limit).unwrap();
            policy.set_limits(record, &[limit], actor, now).ok()
        }
        8 => {
            let operations = [EventPattern::parse("message.*").unwrap()];
            policy.set_operations(record, Some(&operations), actor, now).ok()
        }
        9 => {
            let networks = [Network::parse("203.0.113.0/24").unwrap()];
            policy.set_networks(record, Some(&networks), actor, now).ok()
        }
        10 => policy.set_metadata(record, &[("a".into(), "1".into())], actor, now).ok(),
        11 => {
            let reissue = Reissue { id: None, expires: Some(Expiry::Days(30)), key_count: None };
            Some(policy.reissue(record, &reissue, &source, actor, now).ok()?.change().clone())
        }
        12 => policy.revoke(record, Some(1), None, actor, now).ok(),
        _ => Some(policy.rotate(record, None, None, &source, actor, now).ok()?.change().clone()),
    }
}

fn check(old: Option<&KeyRecord>, change: &Change) {
    let parse = |json: &str| serde_json::from_str::<Value>(json).unwrap();
    let mut merged = old.map_or(Value::Object(Map::new()), |old| parse(&old.to_json()));
    merge(&mut merged, &parse(change.patch()));
    let new = change.record();
    assert_eq!(merged, parse(&new.to_json()));
    assert_eq!(KeyRecord::from_json(&new.to_json()).unwrap(), *new);
    assert_eq!(new.version(), change.base_version() + 1);
    parse(&change.event().to_json());
    if let Some(old) = old {
        assert_eq!(change.apply_to(old).unwrap(), *new);
        // If a change applies to any version, rebasing it keeps what another change has set in the
        // meantime.
        let mut other = parse(&old.to_json());
        other["version"] = (old.version() + 1).min(i64::MAX.unsigned_abs()).into();
        other["name"] = "changed meanwhile".into();
        let other = KeyRecord::from_json(&other.to_string()).unwrap();
        match change.rebase(&other) {
            Ok(rebased) => {
                let mut merged = parse(&other.to_json());
                merge(&mut merged, &parse(rebased.patch()));
                let applied = rebased.record();
                assert_eq!(merged, parse(&applied.to_json()));
                assert_eq!(rebased.base_version(), other.version());
                assert_eq!(rebased.event().version(), applied.version());
                assert!(change.applies_to_any_version());
                assert_eq!(applied.version(), other.version() + 1);
                assert_eq!(applied.name(), other.name());
                assert_eq!(applied.revoked(), new.revoked());
                assert_eq!(applied.digests(), new.digests());
            }
            Err(error) if error.code() == "access.too_many_changes" => {}
            Err(error) => {
                assert!(!change.applies_to_any_version());
                assert_eq!(error.code(), "access.version_conflict");
            }
        }
        // A revoked record cannot be changed, whatever the policy and the actor are.
        assert!(old.revoked().is_none());
    }
}

/// Applies a merge patch (RFC 7396, section 2).
fn merge(target: &mut Value, patch: &Value) {
    let (Value::Object(members), Value::Object(changes)) = (&mut *target, patch) else {
        *target = patch.clone();
        return;
    };
    for (name, change) in changes {
        if change.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name).or_insert_with(|| Value::Object(Map::new())), change);
        }
    }
}
