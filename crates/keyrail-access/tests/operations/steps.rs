//! Performs the steps of a history.

use keyrail_access::{
    Actor, Change, Error, Expiry, Issued, KeyRecord, KeySource, NewKey, Period, Policy, Reissue,
    Status,
};
use keyrail_core::{Secret, Timestamp};
use keyrail_key::{KeyFormat, Pepper};

use crate::histories::{ActingKey, Operation, Who};
use crate::json::{related, without};
use crate::{START_MS, ends, time};

/// Returns a policy for keys of an organization, or for keys that inherit the permissions of their
/// owner and are changed only by their owner.
pub fn policy(is_owned: bool) -> Policy {
    let authority = if is_owned { "owner" } else { "organization" };
    Policy::from_json(&format!(
        r#"{{"expiry": {{"days": [30, 90], "custom": {{"min_days": 1, "max_days": 365}}}},
            "roles": {{
                "member": {{"scopes": ["read", "read_write"], "actions": ["*"]}},
                "org_admin": {{"scopes": ["read", "read_write", "admin"], "actions": ["*"]}},
                "key": {{"scopes": ["read", "read_write", "admin"], "actions": ["*"]}}
            }},
            "authority": "{authority}"}}"#
    ))
    .unwrap()
}

pub fn new_key(key: &ActingKey) -> NewKey<'_> {
    NewKey {
        expires: Some(Expiry::Days(key.days)),
        operations: key.operations.clone(),
        queues: key.queues.clone(),
        allow_ips: key.networks.clone(),
        limits: key.limits.clone(),
        organization: Some(key.organization),
        environment: key.environment,
        ..NewKey::new(key.app, key.scope)
    }
}

/// Issues a key with different entropy for each number. If the key has no environment, neither has
/// its record, as if the record were imported.
pub fn issue(key: &ActingKey, number: u8, now: Timestamp) -> KeyRecord {
    let owner = Actor::user(key.owner, "org_admin").unwrap();
    let (format, entropy) = (KeyFormat::keyrail(), [number; 32]);
    let source = KeySource::new(&format, &entropy);
    let issued = policy(key.is_owned).issue(&new_key(key), &source, &owner, now).unwrap();
    let record = issued.record().clone();
    if key.environment.is_some() { record } else { without(&record, &["environment"]) }
}

/// Returns one of three lists of peppers, the current one first.
pub fn peppers(list: usize) -> Vec<Pepper> {
    let pepper = |id: &str| Pepper::new(id, Secret::new(format!("the secret of {id}"))).unwrap();
    [&["p1"][..], &["p2", "p1"], &["p2"]][list].iter().map(|id| pepper(id)).collect()
}

/// Returns the texts of all keys that the first steps of a history can have issued.
pub fn texts(steps: u8) -> Vec<String> {
    let generate = |number, environment| {
        let key = KeyFormat::keyrail().generate(environment, &[number; 32]).unwrap();
        key.reveal().to_owned()
    };
    let keys = (0..=steps).flat_map(|number| [(number, "live"), (number, "test")]);
    keys.map(|(number, environment)| generate(number, environment)).collect()
}

/// Upgrades the digest of a key with which a request would be authorized now.
pub fn upgrade(
    record: &KeyRecord,
    (key, list): (usize, usize),
    number: u8,
    now: Timestamp,
) -> Option<Change> {
    let (peppers, ends) = (peppers(list), ends(record));
    let is_valid = |text: &String| {
        let found = record.find_digest(text, &peppers);
        found.is_some_and(|index| now.as_millis() < ends[index].1)
    };
    let valid: Vec<String> = texts(number).into_iter().filter(is_valid).collect();
    let is_active = matches!(record.status(now), Status::Active | Status::Expiring);
    let text = valid.get(key % valid.len().max(1)).filter(|_| is_active)?;
    record.upgrade(text, &peppers, now)
}

pub fn run(
    policy: &Policy,
    operation: &Operation,
    record: &KeyRecord,
    number: u8,
    actor: &Actor,
    now: Timestamp,
) -> Option<Change> {
    let (format, entropy) = (KeyFormat::keyrail(), [number; 32]);
    let source = KeySource::new(&format, &entropy);
    let change_of = |issued: Result<Issued, Error>| issued.map(|issued| issued.change().clone());
    let change = match operation {
        Operation::Issue(key) => change_of(policy.issue(&new_key(key), &source, actor, now)),
        Operation::Rotate { grace, expires } => {
            let grace = grace.map(|grace| Period::parse(grace).unwrap());
            change_of(policy.rotate(record, grace, *expires, &source, actor, now))
        }
        Operation::Reissue(expires) => {
            let reissue = Reissue { expires: Some(*expires), ..Reissue::default() };
            change_of(policy.reissue(record, &reissue, &source, actor, now))
        }
        Operation::Upgrade { key, peppers } => {
            return upgrade(record, (*key, *peppers), number, now);
        }
        Operation::Revoke(digest) => policy.revoke(record, *digest, Some("leaked"), actor, now),
        Operation::Disable => policy.disable(record, actor, now),
        Operation::Enable => policy.enable(record, actor, now),
        Operation::Rename(name) => policy.rename(record, *name, actor, now),
        Operation::SetScope(scope) => policy.set_scope(record, *scope, actor, now),
        Operation::SetOperations(list) => {
            policy.set_operations(record, list.as_deref(), actor, now)
        }
        Operation::SetQueues(list) => policy.set_queues(record, list.as_deref(), actor, now),
        Operation::SetNetworks(list) => policy.set_networks(record, list.as_deref(), actor, now),
        Operation::SetExpiry(expires) => policy.set_expiry(record, *expires, actor, now),
        Operation::SetLimits(limits) => policy.set_limits(record, limits, actor, now),
        Operation::SetMetadata(pairs) => policy.set_metadata(record, pairs, actor, now),
    };
    change.ok()
}

/// The actor of a change, with what a test needs to know about it.
pub enum Acting {
    User { id: &'static str, is_admin: bool },
    Key { record: Box<KeyRecord>, digest: usize },
}

impl Acting {
    /// Returns the actor of a step that changes `record`. `number` is different for each step.
    pub fn of(who: &Who, record: &KeyRecord, number: u8) -> Self {
        match who {
            Who::User { id, is_admin } => Self::User { id, is_admin: *is_admin },
            Who::Key(key) => {
                Self::Key { record: issue(key, 200 + number, time(START_MS)).into(), digest: 0 }
            }
            Who::RelatedKey(key) => {
                let acting = issue(key, 200 + number, time(START_MS));
                Self::Key { record: related(&acting, record).into(), digest: 0 }
            }
            Who::Itself(index) => Self::Key {
                record: Box::new(record.clone()),
                digest: index % record.digests().len(),
            },
        }
    }

    pub fn actor(&self) -> Actor {
        match self {
            Self::User { id, is_admin } => {
                Actor::user(id, if *is_admin { "org_admin" } else { "member" }).unwrap()
            }
            Self::Key { record, digest } => Actor::key(record, Some(*digest)),
        }
    }
}
