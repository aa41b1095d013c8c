//! The model of authorization and status.

use keyrail_access::{Access, AccessRequest, KeyRecord, LimitState, Permissions, Scope};
use keyrail_core::config::json;
use keyrail_core::{EventPattern, Timestamp};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::{DAY_MS, DIGESTS, SCOPES, START_MS, rfc3339};

/// What a key or an owner may do.
#[derive(Clone, Debug)]
struct Reach {
    scope: usize,
    operations: Option<Vec<&'static str>>,
    queues: Option<Vec<&'static str>>,
}

#[derive(Clone, Debug)]
pub struct Record {
    reach: Reach,
    environment: Option<&'static str>,
    is_of_owner: bool,
    /// The `valid_until` of each digest, if it has one.
    ends: Vec<Option<i64>>,
    created_at: Option<i64>,
    not_before: Option<i64>,
    expires_at: Option<i64>,
    is_revoked: bool,
    is_enabled: bool,
    /// The first byte of each allowed network. Every network has a prefix of 8 bits.
    networks: Option<Vec<u8>>,
    /// The units of a daily quota of the owner.
    quota: Option<i64>,
    /// The burst of a rate of one request per second.
    burst: Option<i64>,
}

#[derive(Clone, Debug)]
pub struct Request {
    access: usize,
    now: i64,
    /// The first byte of the address.
    ip: Option<u8>,
    operation: Option<&'static str>,
    queue: Option<&'static str>,
    environment: Option<&'static str>,
    digest: Option<usize>,
    owner: Option<Reach>,
    /// The states of the limits, if they are passed: the consumed units of the quota, and the time at
    /// which the bucket of the rate is full.
    states: Option<(Option<i64>, Option<i64>)>,
}

/// Returns times near the start: a whole number of days away, or one millisecond more or less, so
/// that boundaries are tested.
fn time() -> impl Strategy<Value = i64> {
    (-3..4_i64, -1..2_i64).prop_map(|(days, millis)| START_MS + days * DAY_MS + millis)
}

fn reach() -> impl Strategy<Value = Reach> {
    let operation = select(vec!["*", "message.*", "message.send", "session.route"]);
    let queue = select(vec!["support", "sales"]);
    let (operations, queues) = (option::of(vec(operation, 1..3)), option::of(vec(queue, 1..3)));
    (0..3_usize, operations, queues).prop_map(|(scope, operations, queues)| Reach {
        scope,
        operations,
        queues,
    })
}

fn environment() -> impl Strategy<Value = Option<&'static str>> {
    option::of(select(vec!["live", "test"]))
}

pub fn record() -> impl Strategy<Value = Record> {
    let facts = (environment(), any::<bool>(), vec(option::of(time()), 1..4));
    let times = (option::of(time()), option::of(time()), option::of(time()));
    let state = (prop::bool::weighted(0.1), prop::bool::weighted(0.9));
    let limits = (
        option::weighted(0.7, vec(select(vec![10_u8, 203]), 1..3)),
        option::of(1..4_i64),
        option::of(1..4_i64),
    );
    (reach(), facts, times, state, limits).prop_map(|(reach, facts, times, state, limits)| Record {
        reach,
        environment: facts.0,
        is_of_owner: facts.1,
        ends: facts.2,
        created_at: times.0,
        not_before: times.1,
        // A record that is never valid cannot be read.
        expires_at: times.2.filter(|end| times.0.max(times.1).is_none_or(|start| start < *end)),
        is_revoked: state.0,
        is_enabled: state.1,
        networks: limits.0,
        quota: limits.1,
        burst: limits.2,
    })
}

pub fn request() -> impl Strategy<Value = Request> {
    let now = prop_oneof![9 => time(), 1 => Just(START_MS / 1000)];
    let operation = option::of(select(vec!["message.send", "message.delete", "session.route"]));
    let queue = option::of(select(vec!["support", "sales"]));
    let full_at = option::of(-2000..6000_i64);
    let states = option::weighted(0.9, (option::of(0..5_i64), full_at));
    (
        (0..3_usize, now, option::weighted(0.8, select(vec![10_u8, 203, 192]))),
        (operation, queue, environment(), option::of(0..4_usize)),
        (option::weighted(0.8, reach()), states),
    )
        .prop_map(
            |((access, now, ip), (operation, queue, environment, digest), (owner, states))| {
                let states = states.map(|(used, full)| (used, full.map(|full| now + full)));
                Request { access, now, ip, operation, queue, environment, digest, owner, states }
            },
        )
}

fn to_json(record: &Record) -> String {
    let digests = record.ends.iter().zip(DIGESTS).map(|(end, digest)| {
        let mut json = json!({"key_id": digest[7..17], "digest": digest});
        if let Some(end) = end {
            json["valid_until"] = rfc3339(*end);
        }
        json
    });
    let mut json = json!({
        "id": "k", "app": "desk", "owner": "u_1", "scope": SCOPES[record.reach.scope],
        "digests": digests.collect::<Vec<_>>(), "enabled": record.is_enabled,
        "authority": if record.is_of_owner { "owner" } else { "organization" },
    });
    let optional = [
        ("environment", record.environment.map(|it| json!(it))),
        ("operations", record.reach.operations.as_ref().map(|it| json!(it))),
        ("queues", record.reach.queues.as_ref().map(|it| json!(it))),
        ("created_at", record.created_at.map(rfc3339)),
        ("not_before", record.not_before.map(rfc3339)),
        ("expires_at", record.expires_at.map(rfc3339)),
        ("revoked", record.is_revoked.then(|| json!({"at": "2026-10-30T00:00:00Z"}))),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            json[name] = value;
        }
    }
    if let Some(networks) = &record.networks {
        let networks = networks.iter().map(|byte| format!("{byte}.0.0.0/8"));
        json["allow_ips"] = json!(networks.collect::<Vec<_>>());
    }
    let quota =
        |units| json!({"name": "q", "of": "owner", "quota": {"units": units, "per": "day"}});
    let rate = |burst| json!({"name": "r", "rate": {"units": 1, "per_seconds": 1, "burst": burst}});
    let limits = record.quota.map(quota).into_iter().chain(record.burst.map(rate));
    json["limits"] = limits.collect();
    json.to_string()
}

fn is_in_seconds(record: &Record, now: i64) -> bool {
    let of_record = [record.created_at, record.not_before, record.expires_at];
    let has_time = of_record.iter().chain(&record.ends).any(Option::is_some);
    now < 100_000_000_000 && (has_time || record.is_revoked)
}

/// Returns the code with which a reach denies a request, or `None` if it allows the request.
fn denied(reach: &Reach, request: &Request) -> Option<&'static str> {
    let mut is_named = false;
    if let Some(patterns) = &reach.operations {
        let Some(operation) = request.operation else { return Some("access.operation") };
        let matches = |pattern: &str| match pattern.strip_suffix('*') {
            Some(start) => operation.starts_with(start),
            None => pattern == operation,
        };
        if !patterns.iter().any(|pattern| matches(pattern)) {
            return Some("access.operation");
        }
        is_named = patterns.contains(&operation);
    }
    match (&reach.queues, request.queue) {
        (Some(queues), Some(queue)) if !queues.contains(&queue) => Some("access.queue"),
        (Some(_), None) if !is_named => Some("access.queue"),
        _ => None,
    }
}

/// Returns the code of the decision.
fn decide(record: &Record, request: &Request) -> &'static str {
    let now = request.now;
    if record.is_revoked {
        return "access.revoked";
    }
    if !record.is_enabled {
        return "access.disabled";
    }
    if is_in_seconds(record, now) || record.not_before.is_some_and(|start| now < start) {
        return "access.not_yet_valid";
    }
    if record.expires_at.is_some_and(|end| now >= end) {
        return "access.expired";
    }
    let has_ended = |end: &Option<i64>| end.is_some_and(|end| now >= end);
    match request.digest {
        Some(index) if index >= record.ends.len() => return "access.invalid_key",
        Some(index) if has_ended(&record.ends[index]) => return "access.rotated",
        None if record.ends.iter().any(has_ended) => return "access.rotated",
        _ => {}
    }
    if let (Some(own), Some(here)) = (record.environment, request.environment)
        && own != here
    {
        return "access.environment";
    }
    if let Some(networks) = &record.networks {
        match request.ip {
            None => return "access.address_unknown",
            Some(byte) if !networks.contains(&byte) => return "access.network",
            Some(_) => {}
        }
    }
    if record.reach.scope < request.access {
        return "access.scope";
    }
    if let Some(code) = denied(&record.reach, request) {
        return code;
    }
    if record.is_of_owner {
        match &request.owner {
            None => return "access.owner_unknown",
            Some(owner) if owner.scope < request.access || denied(owner, request).is_some() => {
                return "access.owner";
            }
            Some(_) => {}
        }
    }
    if record.quota.is_none() && record.burst.is_none() {
        return "granted";
    }
    let Some((used, full_at)) = request.states else { return "access.limits_unknown" };
    if record.quota.is_some_and(|units| used.unwrap_or(0) + 1 > units) {
        return "access.quota";
    }
    let is_too_fast = |burst| full_at.unwrap_or(now).max(now) + 1000 > now + 1000 * burst;
    if record.burst.is_some_and(is_too_fast) { "access.rate" } else { "granted" }
}

fn status(record: &Record, now: i64) -> &'static str {
    let is_over = |end: &Option<i64>| end.is_some_and(|end| now >= end);
    if record.is_revoked {
        "revoked"
    } else if !record.is_enabled {
        "disabled"
    } else if is_in_seconds(record, now) || record.not_before.is_some_and(|start| now < start) {
        "pending"
    } else if is_over(&record.expires_at) || record.ends.iter().all(is_over) {
        "expired"
    } else if record.expires_at.is_some_and(|end| is_expiring(record, end, now)) {
        "expiring"
    } else {
        "active"
    }
}

/// Returns whether at least one alert is due. If the creation time of the current key is known,
/// only alerts that are due after that time count.
fn is_expiring(record: &Record, end: i64, now: i64) -> bool {
    let is_current = record.ends.iter().any(Option::is_none);
    let life = record.created_at.filter(|_| is_current).map(|created| end - created);
    let days = [30, 7, 1].into_iter().filter(|days| life.is_none_or(|life| days * DAY_MS < life));
    days.chain([0]).any(|days| now >= end - days * DAY_MS)
}

fn permissions(reach: &Reach) -> Permissions {
    let mut permissions = Permissions::new(Scope::parse(SCOPES[reach.scope]).unwrap());
    if let Some(operations) = &reach.operations {
        let patterns = operations.iter().map(|pattern| EventPattern::parse(pattern).unwrap());
        permissions = permissions.with_operations(patterns);
    }
    if let Some(queues) = &reach.queues {
        permissions = permissions.with_queues(queues.iter().map(|queue| (*queue).to_owned()));
    }
    permissions
}

fn decided(record: &KeyRecord, request: &Request) -> &'static str {
    let access = [Access::Read, Access::Write, Access::Admin][request.access];
    let owner = request.owner.as_ref().map(permissions);
    let start_of_day = request.now.div_euclid(DAY_MS) * DAY_MS;
    let states = request.states.map(|(used, full_at)| {
        let quota = used.map(|count| LimitState { at: start_of_day, count });
        let rate = full_at.map(|at| LimitState { at, count: 0 });
        [("owner/q/u_1", quota), ("key/r/k", rate)]
    });
    let request = AccessRequest {
        ip: request.ip.map(|byte| [byte, 0, 0, 7].into()),
        operation: request.operation,
        queue: request.queue,
        environment: request.environment,
        digest: request.digest,
        owner_permissions: owner.as_ref(),
        limits: states.as_ref().map(<[_; 2]>::as_slice),
        ..AccessRequest::new(access, Timestamp::from_millis(request.now).unwrap())
    };
    match record.authorize(&request) {
        Ok(_) => "granted",
        Err(denial) => denial.code(),
    }
}

/// Compares the crate with the model.
pub fn check(record: &Record, request: &Request) {
    let read = KeyRecord::from_json(&to_json(record)).unwrap();
    assert_eq!(decided(&read, request), decide(record, request));
    let now = Timestamp::from_millis(request.now).unwrap();
    assert_eq!(read.status(now).as_str(), status(record, request.now));
}
