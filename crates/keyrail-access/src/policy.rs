//! Policies: the keys that may exist, and who may do what with them.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::{ConfigError, Network, Timestamp, config};

use crate::check::check_unit;
use crate::period::DAY_MS;
use crate::presets::PRESETS;
use crate::{Action, Actor, Authority, Error, ErrorKind, Expiry, KeyRecord, Period, Scope};

/// The maximum number of roles of a policy, and the maximum number of items of its list `days`.
pub const MAX_ROLES: usize = 64;

/// The grace period of a rotation, in days, if none is passed. It is shorter if the policy's
/// maximum is shorter.
const DEFAULT_GRACE_DAYS: u32 = 1;

/// The longest grace period of a rotation, in days, if the policy does not specify it.
pub(crate) const DEFAULT_MAX_GRACE_DAYS: u32 = 30;

/// The keys that may exist, and who may do what with them.
///
/// As configuration:
///
/// ```
/// use keyrail_access::Policy;
/// let policy = Policy::from_json(r#"{
///     "expiry": {"days": [30, 60, 90], "custom": {"min_days": 1, "max_days": 365}},
///     "names": {"required": true, "max_length": 64},
///     "roles": {
///         "member": {"scopes": ["read", "read_write"], "actions": ["issue", "rotate", "revoke"]},
///         "org_admin": {"scopes": ["read", "read_write", "admin"], "actions": ["*"]}
///     },
///     "max_keys": 20
/// }"#)?;
/// assert_eq!(policy.roles().collect::<Vec<_>>(), ["member", "org_admin"]);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
///
/// `expiry` and `roles` are required. `expiry` offers numbers of `days`, a `custom` range of days,
/// and `never`. A role lists its `actions`, where `*` is every action, and the `scopes` of the keys
/// that it may issue and change. With `"keys": "own"` a role only acts on keys whose owner is the
/// actor; with `all`, on every key. The default of `keys` is `own` if the authority is `owner`, and
/// otherwise `all`. A key that issues or changes other keys acts with the role `key`.
///
/// With `"authority": "owner"`, a key may never do more than its owner may do at the time of the
/// request: see [`Authority`]. `max_keys` is the maximum number of keys: another key is only issued
/// while fewer keys exist. With `"allow_ips": "required"`, every key is restricted to networks.
/// `rotation.max_grace_days` is the longest time for which a replaced key may stay valid.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(crate) expiry: ExpiryRules,
    pub(crate) names: NameRules,
    pub(crate) roles: Vec<(String, Role)>,
    pub(crate) authority: Authority,
    pub(crate) max_keys: Option<u64>,
    pub(crate) needs_networks: bool,
    pub(crate) max_grace_days: u32,
}

/// What a role may do.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    /// The scopes of the keys that the role may issue and change.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) actions: Vec<Action>,
    /// Whether the role only acts on keys whose owner is the actor.
    pub(crate) only_own_keys: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct ExpiryRules {
    pub(crate) days: Vec<u32>,
    pub(crate) custom: Option<DayRange>,
    pub(crate) never: bool,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct DayRange {
    pub(crate) min_days: u32,
    pub(crate) max_days: u32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct NameRules {
    pub(crate) required: bool,
    pub(crate) max_length: usize,
}

impl Policy {
    /// Reads a policy from its configuration.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and:
    ///
    /// - `access.no_expiry`: `expiry` allows nothing;
    /// - `access.malformed_range`: a number is out of range, or `min_days` is greater than
    ///   `max_days`;
    /// - `access.no_role`, `access.no_scope`, `access.no_action`: a policy has no role, or a role
    ///   has no scope or no action;
    /// - `access.too_many_roles`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the policy of a platform: `azeer`, `mehery`, `sceyt`, `swellsign` or `vchatcloud`.
    ///
    /// - `azeer`: keys that never expire, with the scopes `read` and `read_write`. The role `owner`
    ///   acts only on keys that belong to the actor. A key never allows more than its owner may do.
    ///   The role may not set limits.
    /// - `mehery`: keys that never expire. The role `admin` may do everything.
    /// - `sceyt`: named keys that are restricted to networks and never expire. The role `admin`
    ///   may do everything.
    /// - `swellsign`: named keys that expire after 30, 60 or 90 days, or after a custom number of
    ///   days from 1 to 365. The role `member` issues, reissues, rotates, renames, disables and
    ///   revokes keys of the scopes `read` and `read_write`; the role `org_admin` may do
    ///   everything.
    /// - `vchatcloud`: keys that never expire. After a rotation, the previous key is invalid at
    ///   once. The role `member` may do everything but set limits.
    ///
    /// Roles, ranges and scopes that a platform has not published are Keyrail's own choice.
    ///
    /// # Errors
    ///
    /// `access.unknown_preset`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_access::Policy;
    /// let policy = Policy::preset("swellsign")?;
    /// assert_eq!(policy.roles().collect::<Vec<_>>(), ["member", "org_admin"]);
    /// # Ok::<(), keyrail_access::Error>(())
    /// ```
    pub fn preset(name: &str) -> Result<Self, Error> {
        let preset = PRESETS.iter().find(|(preset, _)| *preset == name);
        let policy = preset.and_then(|(_, json)| Self::from_json(json).ok());
        policy.ok_or_else(|| ErrorKind::UnknownPreset.into())
    }

    /// Returns the JSON Schema (draft 2020-12) of a policy.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("policy")
    }

    /// Returns the names of the roles, in the order of the configuration.
    pub fn roles(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().map(|(name, _)| name.as_str())
    }

    /// Returns what limits the keys: their records alone, or also the permissions of their owners.
    pub const fn authority(&self) -> Authority {
        self.authority
    }

    /// Checks that the actor may take this action now, and returns the actor's role.
    pub(crate) fn role_of(
        &self,
        actor: &Actor,
        action: Action,
        now: Timestamp,
    ) -> Result<&Role, Error> {
        check_unit(now)?;
        let role = self.roles.iter().find(|(name, _)| name == actor.role());
        let (_, role) = role.ok_or(ErrorKind::ActorRole)?;
        actor.check_valid(now)?;
        match role.actions.contains(&action) {
            true => Ok(role),
            false => Err(ErrorKind::ActorAction.into()),
        }
    }

    /// Returns the time at which a key with this expiry expires, if the policy allows it.
    pub(crate) fn end(&self, expiry: Expiry, now: Timestamp) -> Result<Option<Timestamp>, Error> {
        let end = expiry.end(now)?;
        let millis = end.map(|end| end.as_millis() - now.as_millis());
        let is_custom = |millis: i64| {
            self.expiry.custom.is_some_and(|range| {
                let millis_of = |days| i64::from(days) * DAY_MS;
                (millis_of(range.min_days)..=millis_of(range.max_days)).contains(&millis)
            })
        };
        let is_allowed = match (expiry, millis) {
            (Expiry::Days(days), Some(millis)) => {
                self.expiry.days.contains(&days) || is_custom(millis)
            }
            (_, Some(millis)) => is_custom(millis),
            (_, None) => self.expiry.never,
        };
        if is_allowed { Ok(end) } else { Err(ErrorKind::PolicyExpiry.into()) }
    }

    /// Returns whether the policy allows keys that never expire.
    pub(crate) const fn allows_never(&self) -> bool {
        self.expiry.never
    }

    /// Checks that the time from a key's creation to its end is not longer than the longest expiry
    /// that the policy offers.
    pub(crate) fn check_life(
        &self,
        created_at: Timestamp,
        end: Option<Timestamp>,
    ) -> Result<(), Error> {
        let custom = self.expiry.custom.map(|range| range.max_days);
        let longest = self.expiry.days.iter().copied().chain(custom).max().unwrap_or_default();
        let longest = i64::from(longest) * DAY_MS;
        let is_allowed = match end {
            _ if self.expiry.never => true,
            None => false,
            Some(end) => end.as_millis() - created_at.as_millis() <= longest,
        };
        if is_allowed { Ok(()) } else { Err(ErrorKind::PolicyExpiry.into()) }
    }

    /// Returns the authority of a record that is issued or changed under this policy. A record with
    /// the authority `owner` keeps this authority.
    pub(crate) fn authority_of(&self, record: &KeyRecord) -> Authority {
        match (self.authority, record.authority()) {
            (Authority::Organization, Authority::Organization) => Authority::Organization,
            _ => Authority::Owner,
        }
    }

    /// Returns the default expiry of a key: `Never` if the policy allows nothing else. Under any
    /// other policy, an expiry must be passed.
    pub(crate) fn default_expiry(&self) -> Result<Expiry, Error> {
        match self.expiry.days.is_empty() && self.expiry.custom.is_none() {
            true => Ok(Expiry::Never),
            false => Err(ErrorKind::PolicyExpiry.into()),
        }
    }

    /// Checks the name of a key.
    pub(crate) fn check_name(&self, name: Option<&str>) -> Result<(), Error> {
        let is_allowed = match name {
            Some(name) => {
                let is_blank = self.names.required && name.trim().is_empty();
                name.chars().count() <= self.names.max_length && !is_blank
            }
            None => !self.names.required,
        };
        if is_allowed { Ok(()) } else { Err(ErrorKind::PolicyName.into()) }
    }

    /// Checks that a key is restricted to networks if the policy requires it. Networks that contain
    /// every IPv4 address or every IPv6 address are no restriction.
    pub(crate) fn check_networks(&self, record: &KeyRecord) -> Result<(), Error> {
        match self.needs_networks && record.allow_ips().is_none_or(Network::cover_everything) {
            true => Err(ErrorKind::PolicyNetworks.into()),
            false => Ok(()),
        }
    }

    /// Checks whether another key may be issued while `key_count` keys exist.
    pub(crate) fn check_count(&self, key_count: Option<u64>) -> Result<(), Error> {
        match (self.max_keys, key_count) {
            (None, _) => Ok(()),
            (Some(_), None) => Err(ErrorKind::PolicyKeyCount.into()),
            (Some(max), Some(count)) if count >= max => Err(ErrorKind::PolicyMaxKeys.into()),
            (Some(_), Some(_)) => Ok(()),
        }
    }

    /// Returns the grace period of a rotation, if the policy allows it.
    pub(crate) fn grace(&self, grace: Option<Period>) -> Result<Period, Error> {
        let max = Period::days(self.max_grace_days)?;
        match grace {
            None => Ok(max.min(Period::days(DEFAULT_GRACE_DAYS)?)),
            Some(grace) if grace > max => Err(ErrorKind::PolicyGrace.into()),
            Some(grace) => Ok(grace),
        }
    }
}

keyrail_core::from_str! {
    Policy: from_json, ConfigError;
}
