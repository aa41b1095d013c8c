//! Reading policies from JSON.

use alloc::vec::Vec;

use keyrail_core::config::{
    Checked, Faults, MAX_JSON_INTEGER, Pairs, Read, Schemas, Value, any_of, expected, in_range,
    json, range_schema, read_text, words,
};
use serde::Deserializer;

use crate::period::MAX_PERIOD_DAYS;
use crate::policy::{
    DEFAULT_MAX_GRACE_DAYS, DayRange, ExpiryRules, MAX_ROLES, NameRules, Policy, Role,
};
use crate::text::MAX_NAME;
use crate::{Action, Authority, Error, ErrorKind, Scope};

keyrail_core::config_object! {
    /// The keys that may exist, and who may do what with them.
    document Policy (faults) {
        /// When keys may expire.
        required expiry: ExpiryRules;
        /// The rules for the names of keys.
        optional names: NameRules;
        /// The roles by name, and what each may do.
        required roles: Pairs<Checked<ReadRole>>
            as json!({"minProperties": 1, "maxProperties": MAX_ROLES});
        /// What limits the keys: their records alone (`organization`, the default), or also the
        /// permissions of their owners (`owner`).
        optional authority: Authority = choice(Authority::WORDS);
        /// The maximum number of keys; unlimited if absent.
        optional max_keys: i64 as range_schema(1..=MAX_JSON_INTEGER);
        /// Whether every key must be restricted to networks; `optional` if absent.
        optional allow_ips: bool = choice(NETWORK_RULES);
        /// The rules for rotations.
        optional rotation: RotationRules;
    } => {
        let max_keys = in_range(max_keys, 1..=MAX_JSON_INTEGER, "max_keys", ErrorKind::MalformedRange, faults);
        let authority = authority.unwrap_or_default();
        let roles = roles?.0;
        if roles.is_empty() {
            faults.add_kind_below(format_args!("/roles"), ErrorKind::NoRole);
        }
        if roles.len() > MAX_ROLES {
            faults.add_kind_below(format_args!("/roles"), ErrorKind::TooManyRoles);
        }
        let roles = roles.into_iter().filter_map(|(name, Checked(read))| {
            let ReadRole { scopes, actions, only_own_keys } = read?;
            let only_own_keys = only_own_keys.unwrap_or(authority == Authority::Owner);
            Some((name, Role { scopes, actions, only_own_keys }))
        });
        let roles = roles.collect();
        Some(Self {
            expiry: expiry?,
            names: names.unwrap_or(NameRules { required: false, max_length: MAX_NAME }),
            roles,
            authority,
            max_keys,
            needs_networks: allow_ips.unwrap_or_default(),
            max_grace_days: rotation.map_or(DEFAULT_MAX_GRACE_DAYS, |rules| rules.max_grace_days),
        })
    }
}

const NETWORK_RULES: &[(&str, bool)] = &[("required", true), ("optional", false)];

keyrail_core::config_object! {
    /// When keys may expire. At least one expiry must be allowed.
    ExpiryRules (faults) {
        /// The numbers of days from which users choose an expiry.
        state days: Vec<Checked<i64>> as json!({
            "maxItems": MAX_ROLES,
            "items": {"type": "integer", "minimum": 1, "maximum": MAX_PERIOD_DAYS},
        });
        /// The range of the number of days until an expiry. Every expiry in this range is allowed.
        state custom: DayRange;
        /// Whether keys that never expire are allowed; false if absent.
        state never: bool;
    } => {
        let is_faulty = days.is_faulty() || custom.is_faulty() || never.is_faulty();
        let (days, custom) = (days.optional().unwrap_or_default(), custom.optional());
        let never = never.optional().unwrap_or_default();
        if days.is_empty() && custom.is_none() && !never && !is_faulty {
            faults.add_kind(ErrorKind::NoExpiry);
        }
        if days.len() > MAX_ROLES {
            faults.add_kind_below(format_args!("/days"), ErrorKind::TooManyRoles);
        }
        let days = days.into_iter().enumerate().filter_map(|(index, Checked(days))| {
            faults.at_member("days", || faults.at_index(index, || day_count(days?, faults)))
        });
        let days = days.collect();
        Some(Self { days, custom, never })
    }
}

keyrail_core::config_object! {
    /// A range of numbers of days.
    DayRange (faults) {
        /// The smallest number of days.
        required min_days: i64 as range_schema(1..=MAX_PERIOD_DAYS);
        /// The largest number of days.
        required max_days: i64 as range_schema(1..=MAX_PERIOD_DAYS);
    } => {
        let min_days = faults.at_member("min_days", || day_count(min_days?, faults));
        let max_days = faults.at_member("max_days", || day_count(max_days?, faults));
        let (min_days, max_days) = (min_days?, max_days?);
        if min_days > max_days {
            faults.add_kind_below(format_args!("/min_days"), ErrorKind::MalformedRange);
        }
        Some(Self { min_days, max_days })
    }
}

keyrail_core::config_object! {
    /// The rules for the names of keys.
    NameRules (faults) {
        /// Whether every key must have a name; false if absent.
        optional required: bool;
        /// The maximum length of a name, in characters; 128 if absent.
        optional max_length: i64 as range_schema(1..=MAX_NAME);
    } => {
        let longest = i64::try_from(MAX_NAME).ok()?;
        let max_length = in_range(max_length, 1..=longest, "max_length", ErrorKind::MalformedRange, faults);
        Some(Self {
            required: required.unwrap_or_default(),
            max_length: max_length.unwrap_or(MAX_NAME),
        })
    }
}

/// The rules for rotations.
struct RotationRules {
    max_grace_days: u32,
}

keyrail_core::config_object! {
    /// The rules for rotations.
    RotationRules (faults) {
        /// The longest time in days for which a replaced key may stay valid; 30 if absent.
        optional max_grace_days: i64 as range_schema(0..=MAX_PERIOD_DAYS);
    } => {
        let range = 0..=i64::from(MAX_PERIOD_DAYS);
        let max_grace_days = in_range(max_grace_days, range, "max_grace_days", ErrorKind::MalformedRange, faults);
        Some(Self { max_grace_days: max_grace_days.unwrap_or(DEFAULT_MAX_GRACE_DAYS) })
    }
}

/// A role as it was read.
struct ReadRole {
    scopes: Vec<Scope>,
    actions: Vec<Action>,
    only_own_keys: Option<bool>,
}

keyrail_core::config_object! {
    /// What a role may do.
    ReadRole as "Role" (faults) {
        /// The scopes of the keys that the role may issue and change.
        required scopes: Vec<Checked<Scope>> as json!({"minItems": 1});
        /// The actions that the role may take; `*` is every action.
        required actions: Vec<Checked<Actions>> as json!({"minItems": 1});
        /// Whether the role acts on all keys, or only on keys whose owner is the actor. The default
        /// is `own` in a policy with the authority `owner`, and `all` in other policies.
        optional keys: bool = choice(OWN_KEYS);
    } => {
        let (scopes, actions) = (scopes?, actions?);
        if scopes.is_empty() {
            faults.add_kind_below(format_args!("/scopes"), ErrorKind::NoScope);
        }
        if actions.is_empty() {
            faults.add_kind_below(format_args!("/actions"), ErrorKind::NoAction);
        }
        let actions = actions.into_iter().filter_map(|Checked(actions)| actions);
        Some(Self {
            scopes: scopes.into_iter().filter_map(|Checked(scope)| scope).collect(),
            actions: actions.flat_map(|Actions(actions)| actions.iter().map(|(_, it)| *it)).collect(),
            only_own_keys: keys,
        })
    }
}

const OWN_KEYS: &[(&str, bool)] = &[("own", true), ("all", false)];

impl Read for Scope {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, Self::parse)
    }

    fn schema(_: &mut Schemas) -> Value {
        words(Self::WORDS)
    }
}

/// One action, or all of them.
#[derive(Clone, Copy)]
struct Actions(&'static [(&'static str, Action)]);

impl Actions {
    fn parse(text: &str) -> Result<Self, Error> {
        if text == "*" {
            return Ok(Self(Action::WORDS));
        }
        let found = Action::WORDS.chunks(1).find(|one| one.iter().any(|(word, _)| *word == text));
        found.map(Self).ok_or_else(|| {
            let words: Vec<&str> = Action::WORDS.iter().map(|(word, _)| *word).collect();
            ErrorKind::UnknownAction(expected(text, &words)).into()
        })
    }
}

impl Read for Actions {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, Self::parse)
    }

    fn schema(_: &mut Schemas) -> Value {
        any_of([json!({"const": "*"}), words(Action::WORDS)])
    }
}

/// Returns a number of days, or adds a fault if it is out of range.
fn day_count(days: i64, faults: &Faults) -> Option<u32> {
    let days = u32::try_from(days).ok().filter(|days| (1..=MAX_PERIOD_DAYS).contains(days));
    if days.is_none() {
        faults.add_kind(ErrorKind::MalformedRange);
    }
    days
}
