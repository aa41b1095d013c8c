//! The calls of the health and the activity of endpoints.

use std::collections::BTreeMap;

use keyrail::webhook::{
    DeliveryState, DisabledReason, EndpointActivity, EndpointHealth, HealthChange, HealthPolicy,
    Settled,
};
use keyrail::{Error, Timestamp};
use serde_json::{Value, json};

use crate::calls::{configuration, now};
use crate::delivery::{attempt, described_failure, parsed, result, retry_policy};

/// Runs a call, and returns its result as JSON.
pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    match call {
        "webhook.health_policy" => {
            let policy = health_policy(given)?;
            let members = json!({
                "warn_after_seconds": policy.warn_after_seconds(),
                "disable_after_seconds": policy.disable_after_seconds(),
                "disable_after_dead": policy.disable_after_dead(),
            });
            assert_eq!(parsed(&policy.to_json()), members);
            Ok(members)
        }
        "webhook.endpoint_health" => {
            let health = EndpointHealth::from_json(&configuration(&given["health"]))?;
            Ok(described_health(&health))
        }
        "webhook.endpoint_activity" => {
            let mut merged = EndpointActivity::new();
            for activity in given["activities"].as_array().expect("a list of activities") {
                merged.merge(&EndpointActivity::from_json(&configuration(activity))?);
            }
            Ok(described_activity(&merged))
        }
        "webhook.endpoint" => endpoint(given),
        _ => panic!("unknown call {call}"),
    }
}

fn health_policy(given: &Value) -> Result<HealthPolicy, Error> {
    match &given["policy"] {
        Value::Null => Ok(HealthPolicy::standard()),
        policy => Ok(HealthPolicy::from_json(&configuration(policy))?),
    }
}

/// Applies the steps of a case to the deliveries, the health and the activities of an endpoint. The
/// health and the activities are written and read after each step.
fn endpoint(given: &Value) -> Result<Value, Error> {
    let mut health = match &given["health"] {
        Value::Null => EndpointHealth::new(given["endpoint"].as_str().unwrap_or("desk-hook"))?,
        health => EndpointHealth::from_json(&configuration(health))?,
    };
    let policy = health_policy(given)?;
    let mut deliveries: BTreeMap<String, DeliveryState> = BTreeMap::new();
    let mut workers: BTreeMap<u64, EndpointActivity> = BTreeMap::new();
    let mut results = Vec::new();
    for step in given["steps"].as_array().expect("a list of steps") {
        let mut settled = None;
        let change = if step["disable"] == true {
            Some(health.disable(now(step))?)
        } else if step["enable"] == true {
            Some(health.enable())
        } else {
            let delivery = delivery(given, step, &mut deliveries)?;
            settled = match step["hold"] == true {
                true => health.hold(delivery, now(step))?,
                false => Some(attempt(delivery, step)?),
            };
            match &settled {
                Some(settled) => {
                    *delivery = settled.state().clone();
                    let latency_ms = step["latency_ms"].as_u64().unwrap_or_default();
                    let worker = step["worker"].as_u64().unwrap_or_default();
                    let activity = workers.entry(worker).or_default();
                    activity.record(settled, latency_ms.try_into().expect("a latency"));
                    *activity = written_and_read(activity);
                    Some(health.record(settled, &policy)?)
                }
                None => None,
            }
        };
        if let Some(change) = &change {
            health = EndpointHealth::from_json(&change.health().to_json())?;
            assert_eq!(health, *change.health());
        }
        results.push(step_result(settled.as_ref(), change.as_ref(), &health, now(step))?);
    }
    let mut merged = EndpointActivity::new();
    workers.values().for_each(|activity| merged.merge(activity));
    Ok(json!({
        "results": results,
        "health": described_health(&health),
        "activity": described_activity(&merged),
        "report": parsed(&merged.report(&health, now(given))?),
    }))
}

/// Returns the delivery of a step, which is started if it is new.
fn delivery<'d>(
    given: &Value,
    step: &Value,
    deliveries: &'d mut BTreeMap<String, DeliveryState>,
) -> Result<&'d mut DeliveryState, Error> {
    let id = step["delivery"].as_str().unwrap_or("msg_1");
    if !deliveries.contains_key(id) {
        let endpoint = step["endpoint"].as_str().unwrap_or("desk-hook");
        let policy = retry_policy(&given["retry_policy"])?;
        let state = DeliveryState::start(id, endpoint, &policy, now(step))?;
        deliveries.insert(id.into(), state);
    }
    Ok(deliveries.get_mut(id).expect("a delivery"))
}

fn written_and_read(activity: &EndpointActivity) -> EndpointActivity {
    let read = EndpointActivity::from_json(&activity.to_json()).expect("a valid activity");
    assert_eq!(read, *activity);
    read
}

fn step_result(
    settled: Option<&Settled>,
    change: Option<&HealthChange>,
    health: &EndpointHealth,
    now: Timestamp,
) -> Result<Value, Error> {
    let events = change.map(HealthChange::events).unwrap_or_default();
    Ok(json!({
        "result": settled.map(result),
        "status": health.status(now)?.as_str(),
        "is_changed": change.is_some_and(HealthChange::is_changed),
        "events": events.iter().map(|event| event.as_str()).collect::<Vec<_>>(),
    }))
}

fn millis(time: Option<Timestamp>) -> Option<i64> {
    time.map(Timestamp::as_millis)
}

/// Returns all that can be read from a health.
fn described_health(health: &EndpointHealth) -> Value {
    json!({
        "json": parsed(&health.to_json()),
        "endpoint": health.endpoint(),
        "version": health.version(),
        "failing_since_ms": millis(health.failing_since()),
        "dead": health.dead(),
        "warned_at_ms": millis(health.warned_at()),
        "parked_until_ms": millis(health.parked_until()),
        "is_disabled": health.is_disabled(),
        "disabled_at_ms": millis(health.disabled_at()),
        "disabled_reason": health.disabled_reason().map(DisabledReason::as_str),
    })
}

/// Returns all that can be read from an activity.
fn described_activity(activity: &EndpointActivity) -> Value {
    json!({
        "json": parsed(&activity.to_json()),
        "attempts": activity.attempts(),
        "successes": activity.successes(),
        "dead": activity.dead(),
        "success_rate": activity.success_rate(),
        "since_ms": millis(activity.since()),
        "until_ms": millis(activity.until()),
        "p50_ms": activity.p50_ms(),
        "p95_ms": activity.p95_ms(),
        "p99_ms": activity.p99_ms(),
        "max_ms": activity.max_ms(),
        "failures": activity.failures().iter().map(described_failure).collect::<Vec<_>>(),
    })
}
