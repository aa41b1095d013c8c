//! The calls of the delivery of webhooks.

use keyrail::redact::Redactor;
use keyrail::webhook::{
    DeliveryFailure, DeliveryOutcome, DeliveryResult, DeliveryState, GiveUp, NoResponse,
    RetryPolicy, Settled, Signer,
};
use keyrail::{Error, Timestamp};
use serde_json::{Value, json};

use crate::calls::{configuration, now, revealed, secrets, text};

/// Runs a call, and returns its result as JSON.
pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    match call {
        "webhook.retry_policy" => {
            let policy = retry_policy(&given["policy"])?;
            Ok(json!({"policy": parsed(&policy.to_json()), "attempts": policy.attempts()}))
        }
        "webhook.delivery_state" => {
            let state = DeliveryState::from_json(&configuration(&given["state"]))?;
            Ok(described(&state))
        }
        "webhook.delivery_request" => {
            let signer = Signer::with_secrets(&secrets(&given["secrets"]))?;
            let body = text(given, "body").as_bytes();
            Ok(revealed(&start(given)?.request(&signer, body, now(given))?))
        }
        "webhook.deliver" => deliver(given),
        _ => panic!("unknown call {call}"),
    }
}

pub fn parsed(json: &str) -> Value {
    serde_json::from_str(json).expect("valid JSON")
}

/// Reads a policy, which is the standard one if it is absent.
pub fn retry_policy(policy: &Value) -> Result<RetryPolicy, Error> {
    match policy {
        Value::Null => Ok(RetryPolicy::standard()),
        policy => Ok(RetryPolicy::from_json(&configuration(policy))?),
    }
}

/// Reads or starts the delivery of a case.
fn start(given: &Value) -> Result<DeliveryState, Error> {
    if !given["state"].is_null() {
        return Ok(DeliveryState::from_json(&configuration(&given["state"]))?);
    }
    let id = given["id"].as_str().unwrap_or("msg_1");
    let endpoint = given["endpoint"].as_str().unwrap_or("desk-hook");
    Ok(DeliveryState::start(id, endpoint, &retry_policy(&given["policy"])?, now(given))?)
}

/// Applies the steps of a case to a delivery. Its state is written and read after each step.
fn deliver(given: &Value) -> Result<Value, Error> {
    let mut state = start(given)?;
    let mut results = Vec::new();
    for step in given["steps"].as_array().expect("a list of steps") {
        let settled = attempt(&state, step)?;
        results.push(result(&settled));
        state = DeliveryState::from_json(&settled.state().to_json())?;
        assert_eq!(state, *settled.state());
    }
    Ok(json!({"results": results, "end": described(&state)}))
}

/// Applies a step to a delivery.
pub fn attempt(state: &DeliveryState, step: &Value) -> Result<Settled, Error> {
    if let Some(reason) = step["give_up"].as_str() {
        Ok(state.give_up(GiveUp::parse(reason)?, now(step))?)
    } else if let Some(until) = step["postpone_ms"].as_i64() {
        Ok(state.postpone(Timestamp::from_millis(until)?, now(step))?)
    } else {
        let jitter = step["jitter"].as_f64().unwrap_or_default();
        Ok(state.settle(&outcome(step)?, now(step), jitter)?)
    }
}

fn outcome(step: &Value) -> Result<DeliveryOutcome, Error> {
    let status = step["status"].as_u64().and_then(|status| status.try_into().ok());
    let mut outcome = match step["no_response"].as_str() {
        Some(reason) => DeliveryOutcome::no_response(NoResponse::parse(reason)?),
        None => DeliveryOutcome::response(status.expect("a status")),
    };
    if let Some(value) = step["retry_after"].as_str() {
        outcome = outcome.with_retry_after(value);
    }
    if let Some(body) = step["body"].as_str() {
        outcome = outcome.with_body(body.as_bytes(), &Redactor::new([])?);
    }
    Ok(outcome)
}

/// Returns what becomes of a delivery.
pub fn result(settled: &Settled) -> Value {
    let mut result = match settled.result() {
        DeliveryResult::Delivered => json!({"kind": "delivered"}),
        DeliveryResult::Retry { at } => json!({"kind": "retry", "at_ms": at.as_millis()}),
        DeliveryResult::Dead { reason } => json!({"kind": "dead", "reason": reason.as_str()}),
    };
    if let Some(until) = settled.parked_until() {
        result["parked_until_ms"] = json!(until.as_millis());
    }
    if settled.disables_endpoint() {
        result["disables_endpoint"] = json!(true);
    }
    result
}

/// Returns all that can be read from a state.
fn described(state: &DeliveryState) -> Value {
    let millis = |time: Option<Timestamp>| time.map(Timestamp::as_millis);
    json!({
        "json": parsed(&state.to_json()),
        "id": state.id(),
        "endpoint": state.endpoint(),
        "policy": parsed(&state.policy().to_json()),
        "started_at_ms": state.started_at().as_millis(),
        "deadline_ms": state.deadline().as_millis(),
        "attempts": state.attempts(),
        "next_at_ms": millis(state.next_at()),
        "delivered_at_ms": millis(state.delivered_at()),
        "dead_at_ms": millis(state.dead_at()),
        "dead_reason": state.dead_reason().map(keyrail::webhook::DeadReason::as_str),
        "last_failure": state.last_failure().map(described_failure),
    })
}

/// Returns all that can be read from a failed attempt.
pub fn described_failure(failure: &DeliveryFailure) -> Value {
    json!({
        "at_ms": failure.at().as_millis(),
        "status": failure.status(),
        "no_response": failure.no_response_reason().map(NoResponse::as_str),
        "body": failure.body(),
    })
}
