//! The calls of `keyrail::access`.

use keyrail::access::{
    ALERT_DAYS, Access, AccessRequest, Actor, AuditChain, AuditEntry, Change, Checkpoint,
    Consumption, Expiry, Grant, Issued, KeyRecord, KeySource, LastUses, Limit, LimitState, NewKey,
    Period, Permissions, Policy, Reissue, Scope, UNUSED_DAYS, Usage, UsageCounter, consume,
    expiry_alerts, peppers_in_use, touch, unused_alerts,
};
use keyrail::key::{Digest, Pepper};
use keyrail::{Error, EventPattern, Network, Secret, Timestamp};
use serde_json::{Value, json};

use crate::calls::{bytes_of_hex, configuration, integer, ip, now, text, texts};
use crate::key;

/// Runs a call of `keyrail::access`.
pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    let record = || KeyRecord::from_json(&configuration(&given["record"]));
    match call {
        "access.record" => {
            let json = record()?.to_json();
            Ok(serde_json::from_str(&json).expect("a record as JSON"))
        }
        "access.find_digest" => {
            Ok(json!(record()?.find_digest(text(given, "text"), &peppers(given)?)))
        }
        "access.status" => Ok(json!(record()?.status(now(given)).as_str())),
        "access.authorize" => {
            let record = record()?;
            let parts = request_parts(given)?;
            Ok(described(&record.authorize(&request(&record, given, &parts)?)?))
        }
        "access.authorize_batch" => {
            let record = record()?;
            let list = given["requests"].as_array().expect("requests");
            let parts = list.iter().map(request_parts).collect::<Result<Vec<_>, _>>()?;
            let requests = list.iter().zip(&parts).map(|(it, parts)| request(&record, it, parts));
            let requests = requests.collect::<Result<Vec<_>, _>>()?;
            let results =
                record.authorize_batch(&requests).into_iter().map(|result| match result {
                    Ok(grant) => described(&grant),
                    Err(denial) => match denial.consumption() {
                        Some(all) => json!({"code": denial.code(), "consumption": consumed(all)}),
                        None => json!({"code": denial.code()}),
                    },
                });
            Ok(results.collect())
        }
        "access.expiry_alerts" => {
            let records = given["records"].as_array().into_iter().flatten();
            let records = records.map(|it| KeyRecord::from_json(&configuration(it)));
            let records = records.collect::<Result<Vec<_>, _>>()?;
            let since = Timestamp::from_millis(integer(given, "since_ms"))?;
            let alerts = expiry_alerts(&records, since, now(given), &days(given, &ALERT_DAYS))?;
            let described = alerts.iter().map(|alert| {
                json!({
                    "id": alert.id(), "record": alert.record(), "days": alert.days(),
                    "due_ms": alert.due().as_millis(),
                    "expires_at_ms": alert.expires_at().as_millis(),
                })
            });
            Ok(described.collect())
        }
        "access.unused_alerts" => {
            let uses = given["uses"].as_array().into_iter().flatten();
            let records =
                uses.clone().map(|it| KeyRecord::from_json(&configuration(&it["record"])));
            let records = records.collect::<Result<Vec<_>, _>>()?;
            let last_uses =
                uses.map(|it| time_of(&it["last_use_ms"])).collect::<Result<Vec<_>, _>>()?;
            let since = Timestamp::from_millis(integer(given, "since_ms"))?;
            let uses = records.iter().zip(last_uses);
            let alerts = unused_alerts(uses, since, now(given), &days(given, &UNUSED_DAYS))?;
            let described = alerts.iter().map(|alert| {
                json!({
                    "id": alert.id(), "record": alert.record(), "days": alert.days(),
                    "due_ms": alert.due().as_millis(),
                    "unused_since_ms": alert.unused_since().as_millis(),
                })
            });
            Ok(described.collect())
        }
        "access.touch" => {
            let touched = touch(time_of(&given["stored_ms"])?, now(given));
            Ok(json!(touched.map(Timestamp::as_millis)))
        }
        "access.last_uses" => {
            Ok(parsed(&LastUses::from_json(&configuration(&given["last_uses"]))?.to_json()))
        }
        "access.touch_last_uses" => touch_last_uses(given),
        "access.limit_state" => {
            Ok(parsed(&LimitState::from_json(&configuration(&given["state"]))?.to_json()))
        }
        "access.usage" => Ok(parsed(&Usage::from_json(&configuration(&given["usage"]))?.to_json())),
        "access.count_usage" => count_usage(given),
        "access.merge_usage" => merge_usage(given),
        "access.upgrade" => {
            let change = record()?.upgrade(text(given, "text"), &peppers(given)?, now(given));
            Ok(change.as_ref().map_or(Value::Null, changed))
        }
        "access.peppers_in_use" => {
            let records = given["records"].as_array().into_iter().flatten();
            let records = records.map(|it| KeyRecord::from_json(&configuration(it)));
            Ok(json!(peppers_in_use(&records.collect::<Result<Vec<_>, _>>()?)))
        }
        "access.checkpoint" => {
            let read = Checkpoint::parse(text(given, "text"))?;
            Ok(json!({"writer": read.writer(), "number": read.number()}))
        }
        "access.audit_entry" => Ok(entry_json(&audit_entry(&given["entry"])?)),
        "access.audit_erase" => Ok(entry_json(&audit_entry(&given["entry"])?.erase())),
        "access.audit_append" => {
            let after = Checkpoint::parse(text(given, "after"))?;
            let entropy = bytes_of_hex(text(given, "entropy"));
            let entry = chain(given)?.append(&after, text(given, "payload"), &entropy)?;
            Ok(entry_json(&entry))
        }
        "access.audit_verify" => audit_verify(given),
        "access.limit" => {
            let limit = limit(&given["limit"])?;
            let mut read =
                json!({"name": limit.name(), "of": limit.of().as_str(), "cost": limit.cost()});
            if let Some(rate) = limit.rate() {
                let (units, per_seconds, burst) = (rate.units(), rate.per_seconds(), rate.burst());
                read["rate"] = json!({"units": units, "per_seconds": per_seconds, "burst": burst});
            }
            if let Some(quota) = limit.quota() {
                read["quota"] = json!({"units": quota.units(), "per": quota.per().as_str()});
                if let Some(day) = quota.day() {
                    read["quota"]["day"] = json!(day);
                }
            }
            assert_eq!(parsed(&limit.to_json()), read);
            Ok(read)
        }
        "access.consume" => consume_limits(given),
        "access.policy" => {
            let policy = policy(given)?;
            let roles: Vec<&str> = policy.roles().collect();
            Ok(json!({"roles": roles, "authority": policy.authority().as_str()}))
        }
        "access.issue" => issue(given),
        "access.reissue" => {
            let (record, actor) = (record()?, actor(given)?);
            let reissue = Reissue {
                id: given["id"].as_str(),
                expires: given["expires"].as_str().map(Expiry::parse).transpose()?,
                key_count: given["key_count"].as_u64(),
            };
            with_source(given, |source| {
                Ok(policy(given)?.reissue(&record, &reissue, source, &actor, now(given))?)
            })
        }
        "access.rotate" => {
            let (record, actor) = (record()?, actor(given)?);
            let grace = given["grace"].as_str().map(Period::parse).transpose()?;
            let expires = given["expires"].as_str().map(Expiry::parse).transpose()?;
            with_source(given, |source| {
                Ok(policy(given)?.rotate(&record, grace, expires, source, &actor, now(given))?)
            })
        }
        "access.change" => {
            let change = change(&record()?, given)?;
            let mut result = changed(&change);
            if !given["stored"].is_null() {
                let stored = KeyRecord::from_json(&configuration(&given["stored"]))?;
                result["applied"] = parsed(&change.apply_to(&stored)?.to_json());
                result["rebased"] = changed(&change.rebase(&stored)?);
            }
            Ok(result)
        }
        _ => panic!("unknown call {call}"),
    }
}

fn peppers(given: &Value) -> Result<Vec<Pepper>, Error> {
    let peppers = given["peppers"].as_array().into_iter().flatten();
    let pepper = |it| Pepper::new(text(it, "id"), Secret::new(text(it, "secret")));
    Ok(peppers.map(pepper).collect::<Result<_, _>>()?)
}

fn parsed(json: &str) -> Value {
    serde_json::from_str(json).expect("valid JSON")
}

fn limit(limit: &Value) -> Result<Limit, Error> {
    Ok(Limit::from_json(&limit.to_string())?)
}

fn consume_limits(given: &Value) -> Result<Value, Error> {
    let list = given["limits"].as_array().into_iter().flatten();
    let limits = list.clone().map(|it| limit(&it["limit"])).collect::<Result<Vec<_>, _>>()?;
    let states = list.map(|it| state(&it["state"]));
    let pairs: Vec<_> = limits.iter().zip(states).collect();
    let consumption = consume(&pairs, now(given))?;
    Ok(consumed(&consumption))
}

/// Returns the state of a limit, which is given as a pair of integers.
fn state(state: &Value) -> Option<LimitState> {
    let integer = |value: &Value| value.as_i64().expect("an integer");
    let [at, count] = state.as_array()?.as_slice() else { return None };
    Some(LimitState { at: integer(at), count: integer(count) })
}

/// Returns the stored states of limits by their ids, or `None` if none are given.
pub fn states(given: &Value) -> Option<Vec<(&str, Option<LimitState>)>> {
    let states = given.as_object()?.iter();
    Some(states.map(|(id, numbers)| (id.as_str(), state(numbers))).collect())
}

/// Returns the outcome of limits as JSON. Only the limits of a record have an id.
pub fn consumed(consumption: &Consumption) -> Value {
    let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
    let numbers = |state: Option<LimitState>| state.map(|state| [state.at, state.count]);
    let described = consumption.limits().iter().map(|limit| {
        let mut json = json!({
            "name": limit.name(), "exceeded": limit.is_exceeded(), "remaining": limit.remaining(),
            "old": numbers(limit.old_state()), "new": numbers(limit.new_state()),
            "next_at_ms": millis(limit.next_at()),
        });
        if let Some(id) = limit.id() {
            json["id"] = json!(id);
        }
        json
    });
    json!({
        "allowed": consumption.is_allowed(), "limits": described.collect::<Vec<_>>(),
        "retry_at_ms": millis(consumption.retry_at()),
        "retry_after_seconds": consumption.retry_after_seconds(),
        "headers": consumption.headers(),
    })
}

fn chain(given: &Value) -> Result<AuditChain, Error> {
    let keys = given["keys"].as_array().into_iter().flatten();
    Ok(AuditChain::new(keys.map(|key| (text(key, "id"), Secret::new(text(key, "secret")))))?)
}

fn audit_entry(entry: &Value) -> Result<AuditEntry, Error> {
    Ok(AuditEntry::from_json(&entry.to_string())?)
}

fn entry_json(entry: &AuditEntry) -> Value {
    serde_json::from_str(&entry.to_json()).expect("an entry as JSON")
}

fn audit_verify(given: &Value) -> Result<Value, Error> {
    let entries = given["entries"].as_array().into_iter().flatten();
    let entries = entries.map(audit_entry).collect::<Result<Vec<_>, _>>()?;
    let until = given["until"].as_str().map(Checkpoint::parse).transpose()?;
    let from = Checkpoint::parse(text(given, "from"))?;
    let report = chain(given)?.verify(&from, &entries, until.as_ref());
    assert_eq!(report.is_intact(), report.fault().is_none());
    let fault = report.fault().map(
        |fault| json!({"code": fault.code(), "index": fault.index(), "number": fault.number()}),
    );
    Ok(json!({
        "checkpoint": report.checkpoint().to_string(), "erased": report.erased(), "fault": fault,
    }))
}

/// Returns the policy, which is given by its name or as a configuration.
fn policy(given: &Value) -> Result<Policy, Error> {
    match &given["policy"] {
        Value::String(name) => Ok(Policy::preset(name)?),
        json => Ok(Policy::from_json(&json.to_string())?),
    }
}

/// Returns the actor, which is given as a user or as the key of a record.
fn actor(given: &Value) -> Result<Actor, Error> {
    let actor = &given["actor"];
    if actor["record"].is_null() {
        return Ok(Actor::user(text(actor, "id"), text(actor, "role"))?);
    }
    let record = KeyRecord::from_json(&configuration(&actor["record"]))?;
    Ok(Actor::key(&record, digest(&record, actor)))
}

/// The owner's permissions and the stored states of limits, from which a request borrows.
type RequestParts<'a> = (Option<Permissions>, Option<Vec<(&'a str, Option<LimitState>)>>);

fn request_parts(given: &Value) -> Result<RequestParts<'_>, Error> {
    Ok((permissions(&given["owner_permissions"])?, states(&given["limits"])))
}

/// Returns the request of a case.
fn request<'a>(
    record: &KeyRecord,
    given: &'a Value,
    (permissions, states): &'a RequestParts<'a>,
) -> Result<AccessRequest<'a>, Error> {
    Ok(AccessRequest {
        ip: ip(given),
        operation: given["operation"].as_str(),
        queue: given["queue"].as_str(),
        environment: given["environment"].as_str(),
        digest: digest(record, given),
        owner_permissions: permissions.as_ref(),
        limits: states.as_deref(),
        ..AccessRequest::new(Access::parse(text(given, "access"))?, now(given))
    })
}

/// Returns the index of a digest of the record: the index that the test case contains, or that of
/// the digest that matches its key. Returns `None` if the case has neither.
fn digest(record: &KeyRecord, given: &Value) -> Option<usize> {
    if let Some(index) = given["digest"].as_u64() {
        return usize::try_from(index).ok();
    }
    let key = given["key"].as_str()?;
    Some(record.find_digest(key, &[]).expect("the record's key"))
}

pub fn permissions(given: &Value) -> Result<Option<Permissions>, Error> {
    if given.is_null() {
        return Ok(None);
    }
    let mut permissions = Permissions::new(Scope::parse(text(given, "scope"))?);
    if let Some(operations) = patterns(&given["operations"])? {
        permissions = permissions.with_operations(operations);
    }
    if let Some(queues) = strings(&given["queues"]) {
        permissions = permissions.with_queues(queues);
    }
    Ok(Some(permissions))
}

fn strings(value: &Value) -> Option<Vec<String>> {
    value.is_array().then(|| texts(value).into_iter().map(str::to_owned).collect())
}

fn patterns(value: &Value) -> Result<Option<Vec<EventPattern>>, Error> {
    let parse = |text: String| EventPattern::parse(&text);
    Ok(strings(value).map(|list| list.into_iter().map(parse).collect()).transpose()?)
}

fn networks(value: &Value) -> Result<Option<Vec<Network>>, Error> {
    let parse = |text: String| Network::parse(&text);
    Ok(strings(value).map(|list| list.into_iter().map(parse).collect()).transpose()?)
}

fn limits(value: &Value) -> Result<Vec<Limit>, Error> {
    value.as_array().into_iter().flatten().map(limit).collect()
}

fn metadata(value: &Value) -> Vec<(String, String)> {
    let pairs = value.as_object().into_iter().flatten();
    pairs.map(|(name, value)| (name.clone(), value.as_str().expect("a string").into())).collect()
}

/// Passes the format, the entropy and the pepper of a new key to `issue`, and returns the new key with
/// its change.
fn with_source(
    given: &Value,
    issue: impl FnOnce(&KeySource<'_>) -> Result<Issued, Error>,
) -> Result<Value, Error> {
    let (format, entropy) = (key::format(given)?, bytes_of_hex(text(given, "entropy")));
    let pepper = key::pepper(given)?;
    let source = KeySource { pepper: pepper.as_ref(), ..KeySource::new(&format, &entropy) };
    let issued = issue(&source)?;
    let mut result = changed(issued.change());
    result["key"] = json!(issued.key().reveal());
    Ok(result)
}

fn issue(given: &Value) -> Result<Value, Error> {
    let new = &given["new"];
    let new_key = NewKey {
        expires: new["expires"].as_str().map(Expiry::parse).transpose()?,
        id: new["id"].as_str(),
        organization: new["organization"].as_str(),
        environment: new["environment"].as_str(),
        owner: new["owner"].as_str(),
        name: new["name"].as_str(),
        operations: patterns(&new["operations"])?,
        queues: strings(&new["queues"]),
        allow_ips: networks(&new["allow_ips"])?,
        limits: limits(&new["limits"])?,
        not_before: new["not_before"].as_str().map(Timestamp::parse_edge).transpose()?,
        metadata: metadata(&new["metadata"]),
        key_count: new["key_count"].as_u64(),
        ..NewKey::new(text(new, "app"), Scope::parse(text(new, "scope"))?)
    };
    let actor = actor(given)?;
    with_source(given, |source| Ok(policy(given)?.issue(&new_key, source, &actor, now(given))?))
}

/// Makes a change that does not issue a key.
fn change(record: &KeyRecord, given: &Value) -> Result<Change, Error> {
    let (policy, actor, now) = (policy(given)?, actor(given)?, now(given));
    Ok(match text(given, "operation") {
        "revoke" => {
            let reason = given["reason"].as_str();
            policy.revoke(record, digest(record, given), reason, &actor, now)?
        }
        "disable" => policy.disable(record, &actor, now)?,
        "enable" => policy.enable(record, &actor, now)?,
        "rename" => policy.rename(record, given["name"].as_str(), &actor, now)?,
        "set_scope" => {
            policy.set_scope(record, Scope::parse(text(given, "scope"))?, &actor, now)?
        }
        "set_operations" => {
            let operations = patterns(&given["operations"])?;
            policy.set_operations(record, operations.as_deref(), &actor, now)?
        }
        "set_queues" => {
            policy.set_queues(record, strings(&given["queues"]).as_deref(), &actor, now)?
        }
        "set_networks" => {
            let networks = networks(&given["networks"])?;
            policy.set_networks(record, networks.as_deref(), &actor, now)?
        }
        "set_expiry" => {
            policy.set_expiry(record, Expiry::parse(text(given, "expires"))?, &actor, now)?
        }
        "set_limits" => policy.set_limits(record, &limits(&given["limits"])?, &actor, now)?,
        "set_metadata" => {
            policy.set_metadata(record, &metadata(&given["metadata"]), &actor, now)?
        }
        operation => panic!("unknown operation {operation}"),
    })
}

/// Returns a change as JSON.
fn changed(change: &Change) -> Value {
    let parsed = |json: &str| serde_json::from_str::<Value>(json).expect("valid JSON");
    json!({
        "base_version": change.base_version(),
        "any_version": change.applies_to_any_version(),
        "patch": parsed(change.patch()),
        "event": parsed(&change.event().to_json()),
    })
}

/// Returns the test case's `days`, a list of numbers of days for alerts, or the default list if the
/// case has none.
fn days(given: &Value, default: &[u32]) -> Vec<u32> {
    given["days"].as_array().map_or(default.to_vec(), |days| days.iter().map(days_of).collect())
}

/// Returns a time in milliseconds, or `None` for null.
fn time_of(millis: &Value) -> Result<Option<Timestamp>, Error> {
    Ok(millis.as_i64().map(Timestamp::from_millis).transpose()?)
}

/// Converts a number of days. A number out of range becomes `u32::MAX`, as in the bindings.
fn days_of(days: &Value) -> u32 {
    u32::try_from(days.as_i64().expect("a whole number")).unwrap_or(u32::MAX)
}

/// Returns a grant as JSON, without the members that have no value.
pub fn described(grant: &Grant) -> Value {
    let mut json = json!({
        "record": grant.record(), "app": grant.app(), "scope": grant.scope().as_str(),
    });
    for (name, value) in [("owner", grant.owner()), ("name", grant.name())] {
        if let Some(value) = value {
            json[name] = json!(value);
        }
    }
    if !grant.metadata().is_empty() {
        json["metadata"] = grant.metadata().iter().cloned().collect();
    }
    if let Some(digest) = grant.digest() {
        json["digest"] = json!(digest.to_string());
    }
    if let Some(consumption) = grant.consumption() {
        json["consumption"] = consumed(consumption);
    }
    if let Some(upgrade) = grant.upgrade() {
        json["upgrade"] = changed(upgrade);
    }
    json
}

/// Touches digests, and returns the last uses.
fn touch_last_uses(given: &Value) -> Result<Value, Error> {
    let mut uses = match &given["last_uses"] {
        Value::Null => LastUses::new(),
        document => LastUses::from_json(&configuration(document))?,
    };
    let mut stored = Vec::new();
    for touch in given["touches"].as_array().into_iter().flatten() {
        let touched = uses.touch(&Digest::parse(text(touch, "digest"))?, now(touch))?;
        stored.push(touched.is_some());
        uses = touched.unwrap_or(uses);
    }
    let digest = given["digest"].as_str().map(Digest::parse).transpose()?;
    let record = given.get("record").map(|record| KeyRecord::from_json(&configuration(record)));
    let record = record.transpose()?;
    let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
    Ok(json!({
        "last_uses": parsed(&uses.to_json()),
        "stored": stored,
        "at_ms": millis(digest.and_then(|digest| uses.of(&digest))),
        "current_ms": millis(record.as_ref().and_then(|record| uses.of_current(record))),
        "replaced_ms": millis(record.as_ref().and_then(|record| uses.of_replaced(record))),
    }))
}

/// Counts requests, and returns the usage.
fn count_usage(given: &Value) -> Result<Value, Error> {
    let operations = texts(&given["operations"]);
    let mut counter = UsageCounter::new(text(given, "epoch"), operations)?;
    for request in given["requests"].as_array().into_iter().flatten() {
        let (record, operation) = (request["record"].as_str(), request["operation"].as_str());
        counter.count(record, operation, text(request, "outcome"), now(request))?;
    }
    if let Some(time) = time_of(&given["remove_before_ms"])? {
        counter.usage(); // `remove_before` only removes what `usage` has returned before.
        counter.remove_before(time)?;
    }
    Ok(parsed(&counter.usage().to_json()))
}

/// Applies the steps of a case to a usage, and returns the usage and its counts.
fn merge_usage(given: &Value) -> Result<Value, Error> {
    let mut usage = Usage::new();
    for step in given["steps"].as_array().into_iter().flatten() {
        if !step["merge"].is_null() {
            usage.merge(&Usage::from_json(&configuration(&step["merge"]))?)?;
        }
        if let Some(time) = time_of(&step["close_before_ms"])? {
            usage.close_before(time)?;
        }
        if let Some(time) = time_of(&step["remove_before_ms"])? {
            usage.remove_before(time)?;
        }
    }
    let counts = match given["record"].as_str() {
        Some(record) => usage.counts_of(record),
        None => usage.counts(),
    };
    let described = counts.iter().map(|count| {
        json!({
            "day_ms": count.day().as_millis(), "record": count.record(),
            "operation": count.operation(), "outcome": count.outcome(), "count": count.count(),
        })
    });
    let counts: Value = described.collect();
    Ok(json!({"usage": parsed(&usage.to_json()), "late": usage.late(), "counts": counts}))
}
