//! The model of changes: who may rotate, reissue, revoke, enable and disable a key, and change its
//! expiry or scope, and what becomes of the key.

use keyrail_access::{
    Actor, Change, Error, Expiry, KeyRecord, KeySource, Period, Policy, Reissue, Scope,
};
use keyrail_core::Timestamp;
use keyrail_core::config::{Value, json};
use keyrail_key::KeyFormat;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use crate::{DAY_MS, DIGESTS, SCOPES, START_MS, rfc3339};

const ACTIONS: [&str; 7] =
    ["rotate", "reissue", "revoke", "disable", "enable", "set_expiry", "set_scope"];

/// A record whose first digest is the current one.
#[derive(Clone, Debug)]
struct Record {
    scope: usize,
    owner: Option<&'static str>,
    created_at: i64,
    expires_at: Option<i64>,
    /// The `valid_until` of each replaced digest.
    replaced: Vec<i64>,
    is_revoked: bool,
    is_enabled: bool,
}

/// Who makes the change.
#[derive(Clone, Debug)]
enum Who {
    User { id: &'static str, is_known_role: bool },
    Key(Record),
}

/// A policy with one role for users and one for keys, which have the same scopes and actions.
#[derive(Clone, Debug)]
struct Rules {
    days: Vec<u32>,
    custom: Option<(u32, u32)>,
    is_lifetime_allowed: bool,
    max_grace_days: i64,
    scopes: Vec<usize>,
    actions: Vec<&'static str>,
    only_own_keys: bool,
}

#[derive(Clone, Debug)]
pub struct Case {
    rules: Rules,
    record: Record,
    who: Who,
    action: &'static str,
    now: i64,
    /// The grace period of a rotation, in days.
    grace: Option<i64>,
    /// `Some(None)` for a key that never expires.
    expires: Option<Option<u32>>,
    scope: usize,
}

/// What a change makes of a record, or of the record that replaces it.
#[derive(Debug, PartialEq)]
pub struct Outcome {
    scope: usize,
    expires_at: Option<i64>,
    /// The `valid_until` of each digest.
    ends: Vec<Option<i64>>,
    is_revoked: bool,
    is_enabled: bool,
}

/// Returns times a whole number of days after the start, or one millisecond more or less.
fn later(days: std::ops::Range<i64>) -> impl Strategy<Value = i64> {
    (days, -1..2_i64).prop_map(|(days, millis)| START_MS + days * DAY_MS + millis)
}

fn owner() -> impl Strategy<Value = Option<&'static str>> {
    select(vec![Some("u_1"), Some("u_1"), Some("u_2"), None])
}

fn record() -> impl Strategy<Value = Record> {
    let expiry = option::weighted(0.7, later(1..70));
    let state = (prop::bool::weighted(0.2), prop::bool::weighted(0.8));
    (0..3_usize, owner(), -9..1_i64, expiry, vec(later(-2..9), 0..3), state).prop_map(
        |(scope, owner, age, expires_at, replaced, (is_revoked, is_enabled))| Record {
            scope,
            owner,
            created_at: START_MS + age * DAY_MS,
            expires_at,
            replaced,
            is_revoked,
            is_enabled,
        },
    )
}

fn who() -> impl Strategy<Value = Who> {
    let user = (select(vec!["u_1", "u_2"]), prop::bool::weighted(0.9));
    prop_oneof![
        user.prop_map(|(id, is_known_role)| Who::User { id, is_known_role }),
        record().prop_map(Who::Key),
    ]
}

fn rules() -> impl Strategy<Value = Rules> {
    let actions = prop_oneof![
        3 => Just(ACTIONS.to_vec()),
        1 => subsequence(ACTIONS.to_vec(), 1..ACTIONS.len()),
    ];
    let scopes = prop_oneof![2 => Just(vec![0, 1, 2]), 1 => subsequence(vec![0, 1, 2], 1..3)];
    (
        subsequence(vec![1, 30, 60], 0..3),
        option::of((1..20_u32, 20..70_u32)),
        any::<bool>(),
        0..4_i64,
        (scopes, actions, prop::bool::weighted(0.2)),
    )
        .prop_map(|(days, custom, is_lifetime_allowed, max_grace_days, role)| Rules {
            days,
            custom,
            is_lifetime_allowed,
            max_grace_days,
            scopes: role.0,
            actions: role.1,
            only_own_keys: role.2,
        })
        .prop_filter("the policy allows no expiry", |rules| {
            !rules.days.is_empty() || rules.custom.is_some() || rules.is_lifetime_allowed
        })
}

pub fn case() -> impl Strategy<Value = Case> {
    let expires = option::weighted(0.7, option::weighted(0.8, select(vec![1, 19, 30, 60, 69, 90])));
    let arguments = (option::weighted(0.7, 0..5_i64), expires, 0..3_usize);
    let now = prop_oneof![later(0..9), later(0..70)];
    (rules(), record(), who(), select(ACTIONS.to_vec()), now, arguments).prop_map(
        |(rules, record, who, action, now, (grace, expires, scope))| Case {
            rules,
            record,
            who,
            action,
            // The key exists by now.
            now: now.max(START_MS),
            grace,
            expires,
            scope,
        },
    )
}

fn has_expired(record: &Record, now: i64) -> bool {
    record.expires_at.is_some_and(|end| now >= end)
}

/// Checks that the acting key or user may do all that a key of this scope, owner and expiry may do.
fn covers(
    case: &Case,
    (scope, owner, end): (usize, Option<&str>, Option<i64>),
) -> Result<(), &'static str> {
    let own = match &case.who {
        Who::User { id, .. } => Some(*id),
        Who::Key(key) => key.owner,
    };
    if case.rules.only_own_keys && (own.is_none() || own != owner) {
        return Err("access.actor_owner");
    }
    if !case.rules.scopes.contains(&scope) {
        return Err("access.actor_scope");
    }
    let Who::Key(key) = &case.who else { return Ok(()) };
    if key.scope < scope {
        return Err("access.actor_scope");
    }
    // `None` is the latest of all ends.
    match (key.expires_at, end) {
        (Some(own), end) if end.is_none_or(|end| end > own) => Err("access.actor_expiry"),
        _ => Ok(()),
    }
}

/// Returns the end of a key that is issued now, if the policy allows it.
fn end_of(rules: &Rules, days: Option<u32>, now: i64) -> Result<Option<i64>, &'static str> {
    let is_allowed = match days {
        None => rules.is_lifetime_allowed,
        Some(days) => {
            rules.days.contains(&days)
                || rules.custom.is_some_and(|(min, max)| (min..=max).contains(&days))
        }
    };
    let end = days.map(|days| now + i64::from(days) * DAY_MS);
    if is_allowed { Ok(end) } else { Err("access.policy_expiry") }
}

/// Checks that a life is not longer than the longest that the policy offers.
fn check_life(rules: &Rules, from: i64, end: Option<i64>) -> Result<(), &'static str> {
    let longest = rules.days.iter().copied().chain(rules.custom.map(|(_, max)| max)).max();
    let is_allowed = end.is_some_and(|end| end - from <= i64::from(longest.unwrap_or(0)) * DAY_MS);
    if rules.is_lifetime_allowed || is_allowed { Ok(()) } else { Err("access.policy_expiry") }
}

/// Returns what the model says about a change: its outcome, or the code of the error.
pub fn predicted(case: &Case) -> Result<Outcome, &'static str> {
    let Case { rules, record, who, now, .. } = case;
    match who {
        Who::User { is_known_role: false, .. } => return Err("access.actor_role"),
        // An acting key is identified by its current digest.
        Who::Key(key) if key.is_revoked || !key.is_enabled || has_expired(key, *now) => {
            return Err("access.actor_invalid");
        }
        _ => {}
    }
    if !rules.actions.contains(&case.action) {
        return Err("access.actor_action");
    }
    covers(case, (record.scope, record.owner, record.expires_at))?;
    if case.action == "reissue" {
        return reissued(case);
    }
    if record.is_revoked {
        return Err("access.already_revoked");
    }
    let replaced = record.replaced.iter().copied().map(Some);
    let same = Outcome {
        scope: record.scope,
        expires_at: record.expires_at,
        ends: [None].into_iter().chain(replaced).collect(),
        is_revoked: false,
        is_enabled: record.is_enabled,
    };
    match case.action {
        "rotate" => rotated(case, same),
        "set_expiry" => with_expiry(case, same),
        "revoke" => Ok(Outcome { is_revoked: true, ..same }),
        "disable" if record.is_enabled => Ok(Outcome { is_enabled: false, ..same }),
        "enable" if !record.is_enabled => Ok(Outcome { is_enabled: true, ..same }),
        "set_scope" if record.scope != case.scope => {
            covers(case, (case.scope, record.owner, record.expires_at))?;
            Ok(Outcome { scope: case.scope, ..same })
        }
        _ => Err("access.unchanged"),
    }
}

fn reissued(case: &Case) -> Result<Outcome, &'static str> {
    let Case { rules, record, now, .. } = case;
    if !record.is_revoked && !has_expired(record, *now) {
        return Err("access.not_ended");
    }
    let only_lifetime = rules.days.is_empty() && rules.custom.is_none();
    let expires = case.expires.or(only_lifetime.then_some(None));
    let end = end_of(rules, expires.ok_or("access.policy_expiry")?, *now)?;
    covers(case, (record.scope, record.owner, end))?;
    Ok(Outcome {
        scope: record.scope,
        expires_at: end,
        ends: vec![None],
        is_revoked: false,
        is_enabled: record.is_enabled,
    })
}

fn rotated(case: &Case, same: Outcome) -> Result<Outcome, &'static str> {
    let Case { rules, record, now, .. } = case;
    if has_expired(record, *now) {
        return Err("access.already_expired");
    }
    if case.grace.is_some_and(|grace| grace > rules.max_grace_days) {
        return Err("access.policy_grace");
    }
    let grace_end = now + case.grace.unwrap_or(rules.max_grace_days.min(1)) * DAY_MS;
    let old_end = record.expires_at.map_or(grace_end, |end| end.min(grace_end));
    let ends = same.ends.iter().map(|end| end.map_or(old_end, |end| end.min(old_end)));
    let valid: Vec<_> = ends.filter(|end| now < end).collect();
    let end = match case.expires {
        Some(days) => end_of(rules, days, *now)?,
        None => {
            check_life(rules, *now, record.expires_at)?;
            record.expires_at
        }
    };
    covers(case, (record.scope, record.owner, end))?;
    if valid.len() > 2 {
        return Err("access.too_many_digests");
    }
    let replaced = valid.into_iter().map(|old| Some(end.map_or(old, |end| old.min(end))));
    Ok(Outcome { expires_at: end, ends: [None].into_iter().chain(replaced).collect(), ..same })
}

fn with_expiry(case: &Case, same: Outcome) -> Result<Outcome, &'static str> {
    let Case { rules, record, now, .. } = case;
    if has_expired(record, *now) {
        return Err("access.already_expired");
    }
    let days = case.expires.flatten();
    let end = days.map(|days| now + i64::from(days) * DAY_MS);
    let is_shorter = end.is_some_and(|end| record.expires_at.is_none_or(|old| end < old));
    if !is_shorter {
        end_of(rules, days, *now)?;
        check_life(rules, record.created_at, end)?;
    }
    if end == record.expires_at {
        return Err("access.unchanged");
    }
    covers(case, (record.scope, record.owner, end))?;
    let until = |old: i64| end.map_or(old, |end| old.min(end));
    let ends = same.ends.iter().map(|old| old.map(until)).collect();
    Ok(Outcome { expires_at: end, ends, ..same })
}

fn to_record(id: &str, record: &Record) -> KeyRecord {
    let digest = |index: usize, end: Option<i64>| {
        let digest = DIGESTS[index];
        let mut json = json!({"key_id": digest[7..17], "digest": digest});
        if let Some(end) = end {
            json["valid_until"] = rfc3339(end);
        }
        json
    };
    let replaced = record.replaced.iter().zip(1..).map(|(end, index)| digest(index, Some(*end)));
    let digests: Vec<_> = [digest(0, None)].into_iter().chain(replaced).collect();
    let mut json = json!({
        "id": id, "app": "desk", "environment": "live", "scope": SCOPES[record.scope],
        "digests": digests,
        "created_at": rfc3339(record.created_at), "enabled": record.is_enabled,
    });
    let optional = [
        ("owner", record.owner.map(|it| json!(it))),
        ("expires_at", record.expires_at.map(rfc3339)),
        ("revoked", record.is_revoked.then(|| json!({"at": "2026-10-30T00:00:00Z"}))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            json[name] = value;
        }
    }
    KeyRecord::from_json(&json.to_string()).unwrap()
}

fn to_policy(rules: &Rules) -> Policy {
    let mut expiry = json!({"days": rules.days, "never": rules.is_lifetime_allowed});
    if let Some((min_days, max_days)) = rules.custom {
        expiry["custom"] = json!({"min_days": min_days, "max_days": max_days});
    }
    let scopes: Vec<_> = rules.scopes.iter().map(|scope| SCOPES[*scope]).collect();
    let keys = if rules.only_own_keys { "own" } else { "all" };
    let role = json!({"scopes": scopes, "actions": rules.actions, "keys": keys});
    let policy = json!({
        "expiry": expiry, "roles": {"staff": role.clone(), "key": role},
        "rotation": {"max_grace_days": rules.max_grace_days},
    });
    Policy::from_json(&policy.to_string()).unwrap()
}

/// Returns what the crate says about a change.
pub fn made(case: &Case) -> Result<Outcome, &'static str> {
    let change = change(case).map_err(|error| error.code())?;
    let record = change.record();
    let json: Value = record.to_json().parse().unwrap();
    Ok(Outcome {
        scope: SCOPES.iter().position(|scope| *scope == json["scope"]).unwrap(),
        expires_at: record.expires_at().map(Timestamp::as_millis),
        ends: record
            .digests()
            .iter()
            .map(|it| it.valid_until().map(Timestamp::as_millis))
            .collect(),
        is_revoked: record.revoked().is_some(),
        is_enabled: record.enabled(),
    })
}

fn change(case: &Case) -> Result<Change, Error> {
    let (policy, record) = (to_policy(&case.rules), to_record("k", &case.record));
    let actor = match &case.who {
        Who::User { id, is_known_role } => {
            Actor::user(id, if *is_known_role { "staff" } else { "guest" })?
        }
        Who::Key(key) => Actor::key(&to_record("acting", key), Some(0)),
    };
    let now = Timestamp::from_millis(case.now).unwrap();
    let (format, entropy) = (KeyFormat::keyrail(), [7; 32]);
    let source = KeySource::new(&format, &entropy);
    let expiry = case.expires.map(|days| days.map_or(Expiry::Never, Expiry::Days));
    match case.action {
        "rotate" => {
            let grace = case.grace.map(|days| Period::parse(&format!("{days}d")).unwrap());
            let issued = policy.rotate(&record, grace, expiry, &source, &actor, now)?;
            Ok(issued.change().clone())
        }
        "reissue" => {
            let reissue = Reissue { expires: expiry, ..Reissue::default() };
            let issued = policy.reissue(&record, &reissue, &source, &actor, now)?;
            Ok(issued.change().clone())
        }
        "revoke" => policy.revoke(&record, None, None, &actor, now),
        "disable" => policy.disable(&record, &actor, now),
        "enable" => policy.enable(&record, &actor, now),
        "set_expiry" => policy.set_expiry(&record, expiry.unwrap_or(Expiry::Never), &actor, now),
        _ => policy.set_scope(&record, Scope::parse(SCOPES[case.scope])?, &actor, now),
    }
}
