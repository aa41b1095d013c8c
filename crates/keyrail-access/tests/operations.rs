//! Properties of the operations, tested with random histories of a key and random actors.

use std::fmt::Debug;

use keyrail_access::{
    Access, AccessRequest, Actor, Authority, Change, Error, Expiry, Issued, KeyDigest, KeyRecord,
    KeySource, Limit, LimitOwner, LimitState, NewKey, Period, Permissions, Policy, Reissue, Scope,
    Status,
};
use keyrail_core::config::{Value, json};
use keyrail_core::{EventPattern, Network, Secret, Timestamp};
use keyrail_key::{KeyFormat, Pepper};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

const DAY_MS: i64 = 86_400_000;
/// 2026-11-01T00:00:00Z.
const START_MS: i64 = 1_793_491_200_000;
const MAX_DAYS: i64 = 365;
/// The maximum number of steps of a history.
const MAX_STEPS: u8 = 12;

/// Returns a policy for keys of an organization, or for keys that inherit the permissions of their
/// owner and are changed only by their owner.
fn policy(is_owned: bool) -> Policy {
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

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

/// One operation with its arguments.
#[derive(Clone, Debug)]
enum Operation {
    /// Issues a key that has nothing to do with the tested one.
    Issue(ActingKey),
    Rotate {
        grace: Option<&'static str>,
        expires: Option<Expiry>,
    },
    Reissue(Expiry),
    /// Upgrades the digest of one of the keys that match with one of the lists of peppers.
    Upgrade {
        key: usize,
        peppers: usize,
    },
    Revoke(Option<usize>),
    Disable,
    Enable,
    Rename(Option<&'static str>),
    SetScope(Scope),
    SetOperations(Option<Vec<EventPattern>>),
    SetQueues(Option<Vec<String>>),
    SetNetworks(Option<Vec<Network>>),
    SetExpiry(Expiry),
    SetLimits(Vec<Limit>),
    SetMetadata(Vec<(String, String)>),
}

fn expiry() -> impl Strategy<Value = Expiry> {
    prop_oneof![
        (1..=400_u32).prop_map(Expiry::Days),
        Just(Expiry::Never),
        (0..400 * DAY_MS).prop_map(|millis| Expiry::At(time(START_MS + millis))),
    ]
}

fn scope() -> impl Strategy<Value = Scope> {
    prop_oneof![Just(Scope::Read), Just(Scope::ReadWrite), Just(Scope::Admin)]
}

fn patterns() -> impl Strategy<Value = Option<Vec<EventPattern>>> {
    let pattern = prop_oneof![
        Just("*"),
        Just("message.*"),
        Just("message.send"),
        Just("session.*"),
        Just("session.route"),
    ];
    option::of(vec(pattern.prop_map(|text| EventPattern::parse(text).unwrap()), 0..3))
}

fn queues() -> impl Strategy<Value = Option<Vec<String>>> {
    option::of(vec(prop_oneof![Just("support"), Just("sales")].prop_map(Into::into), 0..3))
}

fn networks() -> impl Strategy<Value = Option<Vec<Network>>> {
    let network = prop_oneof![Just("10.0.0.0/8"), Just("10.1.0.0/16"), Just("203.0.113.7")];
    option::of(vec(network.prop_map(|text| Network::parse(text).unwrap()), 0..3))
}

/// Returns lists of limits. Some lists contain two limits with the same name. Operations reject
/// these lists.
fn limits() -> impl Strategy<Value = Vec<Limit>> {
    let rule = prop_oneof![
        Just(r#""rate": {"units": 60, "per_seconds": 60}"#),
        Just(r#""rate": {"units": 90, "per_seconds": 60}"#),
        Just(r#""quota": {"units": 5, "per": "day"}"#),
    ];
    let of = prop_oneof![3 => Just("key"), 1 => Just("owner"), 1 => Just("organization")];
    let limit = (prop_oneof![Just("a"), Just("b")], of, rule).prop_map(|(name, of, rule)| {
        Limit::from_json(&format!(r#"{{"name": "{name}", "of": "{of}", {rule}}}"#)).unwrap()
    });
    vec(limit, 0..3)
}

fn operation() -> impl Strategy<Value = Operation> {
    let grace = option::of(prop_oneof![Just("0d"), Just("36h"), Just("20d"), Just("31d")]);
    let name = option::of(prop_oneof![Just("one"), Just("two")]);
    let value = prop_oneof![Just("a"), Just("b")].prop_map(String::from);
    let metadata = prop::collection::btree_map(value.clone(), value, 0..3);
    prop_oneof![
        1 => acting_key().prop_map(Operation::Issue),
        4 => (grace, option::weighted(0.3, expiry()))
            .prop_map(|(grace, expires)| Operation::Rotate { grace, expires }),
        1 => expiry().prop_map(Operation::Reissue),
        4 => (0..4_usize, 0..3_usize).prop_map(|(key, peppers)| Operation::Upgrade { key, peppers }),
        1 => option::of(0..4_usize).prop_map(Operation::Revoke),
        1 => Just(Operation::Disable),
        1 => Just(Operation::Enable),
        1 => name.prop_map(Operation::Rename),
        1 => scope().prop_map(Operation::SetScope),
        1 => patterns().prop_map(Operation::SetOperations),
        1 => queues().prop_map(Operation::SetQueues),
        1 => networks().prop_map(Operation::SetNetworks),
        1 => expiry().prop_map(Operation::SetExpiry),
        1 => limits().prop_map(Operation::SetLimits),
        1 => metadata.prop_map(|pairs| Operation::SetMetadata(pairs.into_iter().collect())),
    ]
}

/// A key that acts on the tested key, or a key to issue.
#[derive(Clone, Debug)]
struct ActingKey {
    app: &'static str,
    organization: &'static str,
    owner: &'static str,
    /// Whether the key was issued with a policy for owned keys.
    is_owned: bool,
    environment: Option<&'static str>,
    scope: Scope,
    operations: Option<Vec<EventPattern>>,
    queues: Option<Vec<String>>,
    networks: Option<Vec<Network>>,
    limits: Vec<Limit>,
    days: u32,
}

/// Makes `None` more frequent, so that more keys cover others.
fn often_none<T: Clone + Debug>(
    values: impl Strategy<Value = Option<T>>,
) -> impl Strategy<Value = Option<T>> {
    option::weighted(0.4, values).prop_map(Option::flatten)
}

fn acting_key() -> impl Strategy<Value = ActingKey> {
    let app = prop_oneof![9 => Just("desk"), 1 => Just("crm")];
    let organization = prop_oneof![9 => Just("acme"), 1 => Just("globex")];
    let owner = prop_oneof![4 => Just("u_1"), 1 => Just("u_2")];
    let environment =
        prop_oneof![8 => Just(Some("live")), 1 => Just(Some("test")), 1 => Just(None)];
    let belongs_to = (app, organization, owner, any::<bool>(), environment);
    let (patterns, queues, networks) =
        (often_none(patterns()), often_none(queues()), often_none(networks()));
    (belongs_to, scope(), patterns, queues, networks, limits(), 1..=365_u32).prop_map(
        |(belongs_to, scope, operations, queues, networks, limits, days)| ActingKey {
            app: belongs_to.0,
            organization: belongs_to.1,
            owner: belongs_to.2,
            is_owned: belongs_to.3,
            environment: belongs_to.4,
            scope,
            operations: operations.filter(|list| !list.is_empty()),
            queues: queues.filter(|list| !list.is_empty()),
            networks: networks.filter(|list| !list.is_empty()),
            // A record has at most one limit with each name.
            limits: limits.into_iter().take(1).collect(),
            days,
        },
    )
}

/// Who makes a change.
#[derive(Clone, Debug)]
enum Who {
    User {
        id: &'static str,
        is_admin: bool,
    },
    Key(ActingKey),
    /// A key of the same app, organization, owner and environment, with the same limits.
    RelatedKey(ActingKey),
    /// The changed key itself, with the digest that has this index, counted from the start again
    /// if the record has fewer digests.
    Itself(usize),
}

fn actors() -> impl Strategy<Value = Who> {
    let user = (prop_oneof![Just("u_1"), Just("u_2")], any::<bool>());
    prop_oneof![
        2 => user.prop_map(|(id, is_admin)| Who::User { id, is_admin }),
        1 => acting_key().prop_map(Who::Key),
        2 => acting_key().prop_map(Who::RelatedKey),
        1 => (0..3_usize).prop_map(Who::Itself),
    ]
}

#[derive(Clone, Debug)]
struct Step {
    operation: Operation,
    who: Who,
    wait_ms: i64,
}

fn step() -> impl Strategy<Value = Step> {
    let wait = prop_oneof![3 => 0..1000_i64, 1 => 0..60 * DAY_MS];
    (operation(), actors(), wait).prop_map(|(operation, who, wait_ms)| Step {
        operation,
        who,
        wait_ms,
    })
}

fn new_key(key: &ActingKey) -> NewKey<'_> {
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
fn issue(key: &ActingKey, number: u8, now: Timestamp) -> KeyRecord {
    let owner = Actor::user(key.owner, "org_admin").unwrap();
    let (format, entropy) = (KeyFormat::keyrail(), [number; 32]);
    let source = KeySource::new(&format, &entropy);
    let issued = policy(key.is_owned).issue(&new_key(key), &source, &owner, now).unwrap();
    let record = issued.record().clone();
    if key.environment.is_some() { record } else { without(&record, &["environment"]) }
}

/// Returns one of three lists of peppers, the current one first.
fn peppers(list: usize) -> Vec<Pepper> {
    let pepper = |id: &str| Pepper::new(id, Secret::new(format!("the secret of {id}"))).unwrap();
    [&["p1"][..], &["p2", "p1"], &["p2"]][list].iter().map(|id| pepper(id)).collect()
}

/// Returns the texts of all keys that the first steps of a history can have issued.
fn texts(steps: u8) -> Vec<String> {
    let generate = |number, environment| {
        let key = KeyFormat::keyrail().generate(environment, &[number; 32]).unwrap();
        key.reveal().to_owned()
    };
    let keys = (0..=steps).flat_map(|number| [(number, "live"), (number, "test")]);
    keys.map(|(number, environment)| generate(number, environment)).collect()
}

/// Upgrades the digest of a key with which a request would be authorized now.
fn upgrade(
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

fn run(
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

/// Applies a merge patch as RFC 7396, section 2 describes it.
fn merge_patch(target: &Value, patch: &Value) -> Value {
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

fn value(json: &str) -> Value {
    json.parse().unwrap()
}

/// Returns the requests with which a test compares what two keys may do.
fn probes<'a>(
    now: Timestamp,
    limits: &'a [(&'a str, Option<LimitState>)],
    owner: &'a Permissions,
) -> Vec<AccessRequest<'a>> {
    let mut probes = Vec::new();
    for access in [Access::Read, Access::Write, Access::Admin] {
        for operation in ["message.send", "message.delete", "session.route"] {
            for queue in [None, Some("support"), Some("sales")] {
                for ip in ["10.1.2.3", "10.2.0.1", "203.0.113.7", "192.0.2.1"] {
                    for days in [0, 1, 40, 200, 500] {
                        let now = time(now.as_millis() + days * DAY_MS);
                        probes.push(AccessRequest {
                            operation: Some(operation),
                            queue,
                            ip: ip.parse().ok(),
                            digest: Some(0),
                            limits: Some(limits),
                            owner_permissions: Some(owner),
                            ..AccessRequest::new(access, now)
                        });
                    }
                }
            }
        }
    }
    probes
}

/// Returns the digest of each key of a record, with the first time at which that key is no longer
/// valid.
fn ends(record: &KeyRecord) -> Vec<(String, i64)> {
    let never = i64::MAX;
    let of_record = record.expires_at().map_or(never, Timestamp::as_millis);
    let digests = record.digests().iter();
    let end = |end: Option<Timestamp>| end.map_or(never, Timestamp::as_millis).min(of_record);
    digests.map(|it| (it.digest().to_string(), end(it.valid_until()))).collect()
}

/// The actor of a change, with what a test needs to know about it.
enum Acting {
    User { id: &'static str, is_admin: bool },
    Key { record: Box<KeyRecord>, digest: usize },
}

impl Acting {
    /// Returns the actor of a step that changes `record`. `number` is different for each step.
    fn of(who: &Who, record: &KeyRecord, number: u8) -> Self {
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

    fn actor(&self) -> Actor {
        match self {
            Self::User { id, is_admin } => {
                Actor::user(id, if *is_admin { "org_admin" } else { "member" }).unwrap()
            }
            Self::Key { record, digest } => Actor::key(record, Some(*digest)),
        }
    }
}

fn check_change(
    old: &KeyRecord,
    change: &Change,
    operation: &Operation,
    (actor, is_owned): (&Acting, bool),
    now: Timestamp,
) {
    let new = change.record();
    let is_issue = matches!(operation, Operation::Issue(_));
    let is_new = is_issue || matches!(operation, Operation::Reissue(_));
    // The patch turns the old record into the new one, which can be stored and read.
    let before = if is_new { json!({}) } else { value(&old.to_json()) };
    let after = merge_patch(&before, &value(change.patch()));
    assert_eq!(after, value(&new.to_json()));
    assert_eq!(KeyRecord::from_json(&new.to_json()).as_ref(), Ok(new));
    assert_eq!(change.base_version(), if is_new { 0 } else { old.version() });
    assert_eq!(new.version(), change.base_version() + 1);
    // A change is not empty, and its event contains no digest.
    assert!(is_new || after != before);
    let event = change.event().to_json();
    assert!(new.digests().iter().all(|it| !event.contains(&it.digest().to_string())), "{event}");
    // Revocation is final: a revoked key cannot be changed, but a new record can be issued for it.
    assert!(old.revoked().is_none() || is_new);
    // The whole life of a key, from its creation, is not longer than the policy allows.
    for digest in new.digests() {
        let end = digest.valid_until().into_iter().chain(new.expires_at()).min().unwrap();
        let created = digest.created_at().unwrap();
        assert!(end.as_millis() - created.as_millis() <= MAX_DAYS * DAY_MS);
    }
    check_ends(new);
    // No operation makes the life of a replaced key longer.
    let (old_ends, is_rotation) = (ends(old), matches!(operation, Operation::Rotate { .. }));
    for (digest, end) in ends(new) {
        let earlier = old_ends.iter().zip(old.digests()).find(|((old, _), _)| *old == digest);
        let Some(((_, earlier), stored)) = earlier else { continue };
        assert!(end <= *earlier || (stored.valid_until().is_none() && !is_rotation));
    }
    // A new key is for the environment of its record. If that has none, a user issued the key.
    if is_new || is_rotation {
        let prefix = format!("kr_{}_", new.environment().unwrap_or("live"));
        assert!(new.display().is_some_and(|mask| mask.starts_with(&prefix)));
        assert!(new.environment().is_some() || matches!(actor, Acting::User { .. }));
    }
    if is_rotation {
        let replaced = new.digests().iter().skip(1);
        assert!(replaced.into_iter().all(|it| it.valid_until().is_some_and(|end| now < end)));
    }
    if let Operation::Upgrade { peppers: list, .. } = operation {
        check_upgrade(old, new, *list);
    } else if is_issue {
        // A key that is issued does not exist before.
        check_covered(new, None, (actor, is_owned), now);
    } else {
        check_covered(old, Some(old), (actor, is_owned), now);
        check_covered(new, Some(old), (actor, is_owned), now);
    }
}

/// Checks that with these peppers, a record has the same keys as before an upgrade, with the same
/// ends.
fn check_upgrade(old: &KeyRecord, new: &KeyRecord, list: usize) {
    let peppers = peppers(list);
    for text in texts(MAX_STEPS) {
        let end = |record: &KeyRecord| {
            record.find_digest(&text, &peppers).map(|index| ends(record)[index].1)
        };
        assert_eq!(end(old), end(new), "{}\n{}", old.to_json(), new.to_json());
    }
}

/// Checks that the actor may do all that a key may do, and that the key has no shared limit that is
/// new to both. `is_owned` is whether the policy lets actors change only keys of the same owner.
fn check_covered(
    key: &KeyRecord,
    old: Option<&KeyRecord>,
    (actor, is_owned): (&Acting, bool),
    now: Timestamp,
) {
    let (acting, digest) = match actor {
        Acting::User { id, is_admin } => {
            assert!(*is_admin || key.scope() < Scope::Admin);
            assert!(!is_owned || key.owner() == Some(id));
            return;
        }
        Acting::Key { record, digest } => (record, *digest),
    };
    assert!(!is_owned || key.owner() == acting.owner());
    assert_eq!(acting.app(), key.app());
    assert_eq!(acting.organization(), key.organization());
    assert_eq!(acting.environment(), key.environment());
    if acting.authority() == Authority::Owner {
        assert_eq!((key.authority(), key.owner()), (Authority::Owner, acting.owner()));
    }
    for limit in acting.limits() {
        assert!(key.limits().contains(limit));
        assert!(limit.of() != LimitOwner::Owner || acting.owner() == key.owner());
    }
    for limit in key.limits().iter().filter(|limit| limit.of() != LimitOwner::Key) {
        let is_old = old.is_some_and(|old| old.limits().contains(limit));
        assert!(is_old || acting.limits().contains(limit));
    }
    // A disabled or revoked key allows nothing now, so its state is removed before the comparison.
    let key = without_state(key);
    let ids: Vec<_> = key.limit_ids().into_iter().chain(acting.limit_ids()).collect();
    let states: Vec<_> = ids.iter().map(|id| (id.as_str(), None)).collect();
    let owner = Permissions::new(Scope::Admin);
    for probe in probes(now, &states, &owner) {
        let own = AccessRequest { digest: Some(digest), ..probe };
        let is_covered = key.authorize(&probe).is_err() || acting.authorize(&own).is_ok();
        assert!(is_covered, "{probe:?}\n{}\n{}", key.to_json(), acting.to_json());
    }
}

/// Checks that time is no reason to deny a key one millisecond before its end, and that it is the
/// reason at the end and later. Disabled and revoked keys are denied before that check, so their
/// state is removed.
fn check_ends(record: &KeyRecord) {
    let record = without_state(record);
    let is_expired = |now: i64| record.expires_at().is_some_and(|end| end.as_millis() <= now);
    for (digest, (_, end)) in ends(&record).into_iter().enumerate() {
        let denial = |now: i64| {
            let request = AccessRequest::new(Access::Read, time(now));
            let request = AccessRequest { digest: Some(digest), ..request };
            record.authorize(&request).err().map(|denial| denial.code())
        };
        let by_time = [Some("access.expired"), Some("access.rotated")];
        assert!(!by_time.contains(&denial(end - 1)), "{}", record.to_json());
        for now in [end, end + 1, end + 30 * DAY_MS] {
            let want = if is_expired(now) { by_time[0] } else { by_time[1] };
            assert_eq!(denial(now), want, "{}", record.to_json());
        }
    }
}

/// Returns the key id of the digest that a step revokes because the key leaked, if the step does
/// not revoke the whole record.
fn leaked(step: &Step, old: &KeyRecord, new: &KeyRecord) -> Option<String> {
    let Operation::Revoke(Some(index)) = step.operation else { return None };
    let id = old.digests()[index].key_id().map(String::from);
    id.filter(|_| new.revoked().is_none())
}

/// Returns a copy of the record that is enabled and not revoked.
fn without_state(record: &KeyRecord) -> KeyRecord {
    without(record, &["revoked", "enabled"])
}

/// Returns a copy of the record that belongs to the same app, organization, owner and environment as
/// another record, and has the same limits.
fn related(record: &KeyRecord, other: &KeyRecord) -> KeyRecord {
    let other = value(&other.to_json());
    let members = ["app", "organization", "owner", "authority", "environment", "limits"];
    let value_of = |member| other.get(member).cloned().unwrap_or(Value::Null);
    let patch = members.into_iter().map(|member| (String::from(member), value_of(member)));
    let json = merge_patch(&value(&record.to_json()), &Value::Object(patch.collect())).to_string();
    KeyRecord::from_json(&json).unwrap()
}

/// Returns a copy of the record without these members.
fn without(record: &KeyRecord, members: &[&str]) -> KeyRecord {
    let patch = members.iter().map(|member| (String::from(*member), Value::Null)).collect();
    let json = merge_patch(&value(&record.to_json()), &Value::Object(patch)).to_string();
    KeyRecord::from_json(&json).unwrap()
}

fn check_history(steps: &[Step], first: &ActingKey, is_owned: bool) {
    let policy = policy(is_owned);
    let mut now_ms = START_MS;
    let mut record = issue(first, 0, time(now_ms));
    let (mut was_revoked, mut leaked_keys) = (false, Vec::new());
    for (number, step) in (1..).zip(steps) {
        now_ms += step.wait_ms;
        let now = time(now_ms);
        let acting = Acting::of(&step.who, &record, number);
        let actor = acting.actor();
        let change = run(&policy, &step.operation, &record, number, &actor, now);
        let Some(change) = change else { continue };
        check_change(&record, &change, &step.operation, (&acting, is_owned), now);
        if matches!(step.operation, Operation::Issue(_) | Operation::Reissue(_)) {
            continue;
        }
        leaked_keys.extend(leaked(step, &record, change.record()));
        record = change.record().clone();
        // A leaked key that was replaced is never in the record again.
        let is_leaked = |it: &KeyDigest| leaked_keys.iter().any(|id| it.key_id() == Some(id));
        assert!(!record.digests().iter().any(is_leaked));
        was_revoked |= record.revoked().is_some();
        if was_revoked {
            assert_eq!(record.status(now), Status::Revoked);
            let owner = Permissions::new(Scope::Admin);
            let mut probes = probes(now, &[], &owner).into_iter();
            assert!(probes.all(|probe| record.authorize(&probe).is_err()));
        }
    }
}

/// Checks two changes that two writers make to the same record, which has a current and a replaced
/// key: the second change must not overwrite the first.
fn check_race(first: &Step, second: &Step, key: &ActingKey) {
    let now = time(START_MS);
    let (policy, admin) = (policy(false), Actor::user("u_1", "org_admin").unwrap());
    let rotate = Operation::Rotate { grace: Some("1h"), expires: None };
    let record = issue(key, 0, now);
    let record = run(&policy, &rotate, &record, 1, &admin, now).unwrap().record().clone();
    assert_eq!(record.digests().len(), 2);
    let change = |step: &Step, number| run(&policy, &step.operation, &record, number, &admin, now);
    let (Some(first), Some(second)) = (change(first, 2), change(second, 3)) else { return };
    let is_new = |change: &Change| change.record().id() != record.id();
    if is_new(&first) || is_new(&second) {
        return;
    }
    let stored = first.apply_to(&record).unwrap();
    match second.rebase(&stored) {
        Ok(rebased) => {
            let result = rebased.record();
            assert_eq!(second.apply_to(&stored).as_ref(), Ok(result));
            assert_eq!(rebased.base_version(), stored.version());
            assert_eq!(rebased.event().version(), result.version());
            assert!(second.applies_to_any_version());
            assert_eq!(result.version(), stored.version() + 1);
            // Besides the version, only `enabled`, `revoked` or the replaced key differs from what
            // the first writer stored.
            let changed = merge_diff_names(&value(&stored.to_json()), &value(&result.to_json()));
            if changed == ["digests", "version"] {
                let is_left = |it: &&KeyDigest| {
                    second.record().digests().iter().any(|left| left.key_id() == it.key_id())
                };
                let removed = record.digests().iter().find(|it| !is_left(it)).unwrap().key_id();
                let left = stored.digests().iter().filter(|it| it.key_id() != removed);
                assert!(result.digests().iter().eq(left));
            } else {
                assert!(changed == ["enabled", "version"] || changed == ["revoked", "version"]);
            }
        }
        Err(error) if second.applies_to_any_version() => {
            assert!(["access.already_revoked", "access.unchanged"].contains(&error.code()));
        }
        Err(error) => assert_eq!(error.code(), "access.version_conflict"),
    }
}

/// Returns the names of the members that differ, in alphabetical order.
fn merge_diff_names(old: &Value, new: &Value) -> Vec<String> {
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

#[test]
fn duplicate_names_in_metadata_are_rejected() {
    let twice = [("a".into(), "1".into()), ("a".into(), "2".into())];
    let (policy, actor) = (policy(false), Actor::user("u_1", "org_admin").unwrap());
    let (format, now) = (KeyFormat::keyrail(), time(START_MS));
    let new_key = NewKey {
        expires: Some(Expiry::Days(30)),
        metadata: twice.clone().into(),
        ..NewKey::new("desk", Scope::Read)
    };
    let issued = policy.issue(&new_key, &KeySource::new(&format, &[1; 32]), &actor, now);
    assert_eq!(issued.unwrap_err().code(), "access.malformed_metadata");
    let new_key = NewKey { metadata: Vec::new(), ..new_key };
    let issued = policy.issue(&new_key, &KeySource::new(&format, &[1; 32]), &actor, now).unwrap();
    let changed = policy.set_metadata(issued.record(), &twice, &actor, now);
    assert_eq!(changed.unwrap_err().code(), "access.malformed_metadata");
}

proptest! {
    #[test]
    fn the_properties_hold_for_every_history(
        steps in vec(step(), 1..usize::from(MAX_STEPS)),
        first in acting_key(),
        is_owned in any::<bool>(),
    ) {
        check_history(&steps, &first, is_owned);
    }

    #[test]
    fn a_change_never_overwrites_another_writers_change(
        first in step(),
        second in step(),
        key in acting_key(),
    ) {
        check_race(&first, &second, &key);
    }
}
