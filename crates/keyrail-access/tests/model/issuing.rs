//! The model of issuing.

use keyrail_access::{Actor, Expiry, KeySource, NewKey, Policy, Scope};
use keyrail_core::Timestamp;
use keyrail_core::config::json;
use keyrail_key::KeyFormat;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{DAY_MS, SCOPES, START_MS};

/// A policy, and a request to issue a key under this policy.
#[derive(Clone, Debug)]
pub struct Issue {
    days: Vec<u32>,
    custom: Option<(u32, u32)>,
    is_lifetime_allowed: bool,
    is_name_required: bool,
    needs_networks: bool,
    max_keys: Option<u64>,
    /// The scopes that the role may grant.
    scopes: Vec<usize>,
    may_issue: bool,
    is_known_role: bool,
    name: Option<&'static str>,
    /// `Some(Some(days))` for a number of days, `Some(None)` for a key that never expires, and
    /// `None` if no expiry is passed.
    expires: Option<Option<u32>>,
    has_networks: bool,
    scope: usize,
    key_count: Option<u64>,
}

pub fn issue() -> impl Strategy<Value = Issue> {
    let days = select(vec![1_u32, 30, 60, 90]);
    let expires = option::of(option::weighted(0.8, select(vec![1_u32, 29, 30, 60, 61, 90, 365])));
    (
        (vec(days, 0..3), option::of((1..40_u32, 40..100_u32)), any::<bool>(), any::<bool>()),
        (any::<bool>(), option::of(1..4_u64), vec(0..3_usize, 1..4)),
        (prop::bool::weighted(0.9), prop::bool::weighted(0.9)),
        (option::of(select(vec!["Server", " "])), expires, any::<bool>(), 0..3_usize),
        option::of(0..5_u64),
    )
        .prop_map(|(expiry, rules, role, key, key_count)| Issue {
            days: expiry.0,
            custom: expiry.1,
            is_lifetime_allowed: expiry.2,
            is_name_required: expiry.3,
            needs_networks: rules.0,
            max_keys: rules.1,
            scopes: rules.2,
            may_issue: role.0,
            is_known_role: role.1,
            name: key.0,
            expires: key.1,
            has_networks: key.2,
            scope: key.3,
            key_count,
        })
        .prop_filter("the policy allows no expiry", |issue| {
            !issue.days.is_empty() || issue.custom.is_some() || issue.is_lifetime_allowed
        })
}

/// Returns `issued` if the key is issued, and otherwise the code of the error.
pub fn may_issue(issue: &Issue) -> &'static str {
    if !issue.is_known_role {
        return "access.actor_role";
    }
    if !issue.may_issue {
        return "access.actor_action";
    }
    match (issue.max_keys, issue.key_count) {
        (Some(_), None) => return "access.policy_key_count",
        (Some(max), Some(count)) if count >= max => return "access.policy_max_keys",
        _ => {}
    }
    let only_lifetime = issue.days.is_empty() && issue.custom.is_none();
    let is_expiry_allowed = match issue.expires {
        None => only_lifetime,
        Some(None) => issue.is_lifetime_allowed,
        Some(Some(days)) => {
            issue.days.contains(&days)
                || issue.custom.is_some_and(|(min, max)| (min..=max).contains(&days))
        }
    };
    if !is_expiry_allowed {
        return "access.policy_expiry";
    }
    if !issue.scopes.contains(&issue.scope) {
        return "access.actor_scope";
    }
    if issue.is_name_required && issue.name != Some("Server") {
        return "access.policy_name";
    }
    if issue.needs_networks && !issue.has_networks {
        return "access.policy_networks";
    }
    "issued"
}

pub fn issued(issue: &Issue) -> &'static str {
    let mut expiry = json!({"days": issue.days, "never": issue.is_lifetime_allowed});
    if let Some((min_days, max_days)) = issue.custom {
        expiry["custom"] = json!({"min_days": min_days, "max_days": max_days});
    }
    let scopes: Vec<_> = issue.scopes.iter().map(|scope| SCOPES[*scope]).collect();
    let action = if issue.may_issue { "issue" } else { "rotate" };
    let mut policy = json!({
        "expiry": expiry, "names": {"required": issue.is_name_required},
        "roles": {"staff": {"scopes": scopes, "actions": [action]}},
        "allow_ips": if issue.needs_networks { "required" } else { "optional" },
    });
    if let Some(max) = issue.max_keys {
        policy["max_keys"] = json!(max);
    }
    let policy = Policy::from_json(&policy.to_string()).unwrap();
    let network = || "10.0.0.0/8".parse().unwrap();
    let new_key = NewKey {
        name: issue.name,
        expires: issue.expires.map(|days| days.map_or(Expiry::Never, Expiry::Days)),
        allow_ips: issue.has_networks.then(|| vec![network()]),
        key_count: issue.key_count,
        ..NewKey::new("desk", Scope::parse(SCOPES[issue.scope]).unwrap())
    };
    let role = if issue.is_known_role { "staff" } else { "guest" };
    let actor = Actor::user("u_1", role).unwrap();
    let now = Timestamp::from_millis(START_MS).unwrap();
    let format = KeyFormat::keyrail();
    let issued = policy.issue(&new_key, &KeySource::new(&format, &[7; 32]), &actor, now);
    match issued {
        Ok(issued) => {
            let days = issue.expires.flatten();
            let end = days.map(|days| START_MS + i64::from(days) * DAY_MS);
            assert_eq!(issued.record().expires_at().map(Timestamp::as_millis), end);
            "issued"
        }
        Err(error) => error.code(),
    }
}
