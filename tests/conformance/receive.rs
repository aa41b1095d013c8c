//! The calls for receiving deliveries.

use keyrail::webhook::{ClaimState, DeliveryClaim, ReceivePolicy, ReceiveResult, Receiver};
use keyrail::{Error, Timestamp};
use serde_json::{Value, json};

use crate::calls::{configuration, now, pairs, text, verifier};
use crate::delivery::parsed;

/// Runs a call, and returns its result as JSON.
pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    match call {
        "webhook.receive_policy" => {
            let policy = policy(given)?;
            let members = json!({
                "lease_seconds": policy.lease_seconds(),
                "remember_seconds": policy.remember_seconds(),
            });
            assert_eq!(parsed(&policy.to_json()), members);
            Ok(members)
        }
        "webhook.delivery_claim" => {
            Ok(described(&DeliveryClaim::from_json(&configuration(&given["claim"]))?))
        }
        "webhook.receiver" => {
            let receiver = Receiver::new(verifier(given)?, policy(given)?)?;
            let body = text(given, "body").as_bytes();
            let verified = receiver.verify(&pairs(given, "headers"), body, now(given))?;
            Ok(result(&receiver.claim(&verified, None, now(given))?))
        }
        "webhook.receive" => receive(given),
        _ => panic!("unknown call {call}"),
    }
}

fn policy(given: &Value) -> Result<ReceivePolicy, Error> {
    match &given["policy"] {
        Value::Null => Ok(ReceivePolicy::standard()),
        policy => Ok(ReceivePolicy::from_json(&configuration(policy))?),
    }
}

/// Applies the steps of a case to the stored claim of a delivery. The claim is written and read
/// after each step.
fn receive(given: &Value) -> Result<Value, Error> {
    let policy = policy(given)?;
    let mut stored = match &given["claim"] {
        Value::Null => None,
        claim => Some(DeliveryClaim::from_json(&configuration(claim))?),
    };
    let mut results = Vec::new();
    for step in given["steps"].as_array().expect("a list of steps") {
        let changed = if step["finish"] == true {
            results.push(Value::Null);
            Some(stored.as_ref().expect("a claim").finish(now(step))?)
        } else if step["release"] == true {
            results.push(Value::Null);
            Some(stored.as_ref().expect("a claim").release(now(step))?)
        } else {
            let id = step["id"].as_str().unwrap_or("msg_1");
            let timestamp =
                step["timestamp_ms"].as_i64().map(Timestamp::from_millis).transpose()?;
            let received = policy.claim(id, timestamp, stored.as_ref(), now(step))?;
            results.push(result(&received));
            match received {
                ReceiveResult::Process(claim) => Some(claim),
                ReceiveResult::Duplicate | ReceiveResult::Busy { .. } => None,
            }
        };
        if let Some(claim) = changed {
            let read = DeliveryClaim::from_json(&claim.to_json())?;
            assert_eq!(read, claim);
            stored = Some(read);
        }
    }
    Ok(json!({"results": results, "claim": stored.as_ref().map(described)}))
}

fn result(result: &ReceiveResult) -> Value {
    let status = result.status();
    match result {
        ReceiveResult::Process(_) => json!({"kind": "process", "status": status}),
        ReceiveResult::Duplicate => json!({"kind": "duplicate", "status": status}),
        ReceiveResult::Busy { until } => {
            json!({"kind": "busy", "status": status, "until_ms": until.as_millis()})
        }
    }
}

/// Returns all that can be read from a claim.
fn described(claim: &DeliveryClaim) -> Value {
    let (state, at) = match claim.state() {
        ClaimState::Leased { until } => ("leased", until),
        ClaimState::Finished { at } => ("finished", at),
        ClaimState::Released { at } => ("released", at),
    };
    json!({
        "json": parsed(&claim.to_json()),
        "id": claim.id(),
        "version": claim.version(),
        "timestamp_ms": claim.timestamp().map(Timestamp::as_millis),
        "state": state,
        "state_ms": at.as_millis(),
        "expires_at_ms": claim.expires_at().as_millis(),
    })
}
