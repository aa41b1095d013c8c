//! Endpoints and claims: a health, an activity or a claim that is read, or reached from one, is
//! written so that it is read again, and merging does not depend on the order.
//!
//! Input: a JSON document, then a line feed, then steps of six bytes: one for what is done, two for
//! the status, two for the seconds since the last step, and one for the latency and for the pause
//! that the endpoint asks for.

#![no_main]

use keyrail_core::Timestamp;
use keyrail_webhook::{
    ClaimState, DeliveryClaim, DeliveryOutcome, DeliveryState, EndpointActivity, EndpointHealth,
    GiveUp, HealthPolicy, ReceivePolicy, ReceiveResult, RetryPolicy,
};
use libfuzzer_sys::fuzz_target;

const START_MS: i64 = 1_796_083_200_000;

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (document, rest) = data.split_at(end);
    let document = String::from_utf8_lossy(document);
    let steps = rest.get(1..).unwrap_or_default();
    if let Ok(policy) = HealthPolicy::from_json(&document) {
        assert_eq!(HealthPolicy::from_json(&policy.to_json()).as_ref(), Ok(&policy));
    }
    let stored = DeliveryClaim::from_json(&document).ok();
    let policy = ReceivePolicy::from_json(&document).unwrap_or_default();
    receive(stored, &policy, steps);
    let health = EndpointHealth::from_json(&document);
    let activity = EndpointActivity::from_json(&document).unwrap_or_default();
    deliver(health.unwrap_or_else(|_| EndpointHealth::new("desk-hook").unwrap()), activity, steps);
});

fn deliver(mut health: EndpointHealth, mut activity: EndpointActivity, mut steps: &[u8]) {
    let policy = HealthPolicy::from_json(
        r#"{"warn_after_seconds": 600, "disable_after_seconds": 7200, "disable_after_dead": 2}"#,
    );
    let policy = policy.unwrap();
    let retries = RetryPolicy::from_json(r#"{"delays_seconds": [5], "deadline_seconds": 60}"#);
    let retries = retries.unwrap();
    let mut other = EndpointActivity::new();
    let mut now_ms = START_MS;
    check(&health, &activity);
    while let [action, high, low, wait_high, wait_low, extra, rest @ ..] = steps {
        steps = rest;
        now_ms += i64::from(i16::from_be_bytes([*wait_high, *wait_low])) * 1000;
        let now = Timestamp::from_millis(now_ms).unwrap();
        let delivery = DeliveryState::start("msg_1", health.endpoint(), &retries, now).unwrap();
        let settled = match action % 8 {
            0 => None,
            1 => Some(delivery.give_up(GiveUp::Canceled, now).unwrap()),
            2 => health.hold(&delivery, now).unwrap(),
            _ => {
                let status = u16::from_be_bytes([*high, *low]);
                let outcome = DeliveryOutcome::response(status)
                    .with_retry_after(&(u64::from(*extra) * 100).to_string());
                let settled = delivery.settle(&outcome, now, 0.0).unwrap();
                Some(match action % 8 {
                    3 => settled.state().settle(&outcome, now, 0.0).unwrap_or(settled),
                    _ => settled,
                })
            }
        };
        let change = match &settled {
            None if *extra < 128 => health.enable(),
            None => health.disable(now).unwrap(),
            Some(settled) => {
                activity.record(settled, u32::from(*extra) * 1000);
                other.record(settled, u32::from(*extra));
                health.record(settled, &policy).unwrap()
            }
        };
        assert_eq!(change.is_changed(), *change.health() != health);
        assert_eq!(change.is_changed(), change.health().version() != health.version());
        assert!(change.health().parked_until() >= health.parked_until() || settled.is_none());
        health = change.health().clone();
        check(&health, &activity);
    }
    let (mut left, mut right) = (activity.clone(), other.clone());
    left.merge(&other);
    right.merge(&activity);
    assert_eq!(left, right);
    check(&health, &left);
}

/// Checks that a health and an activity are written so that they are read again.
fn check(health: &EndpointHealth, activity: &EndpointActivity) {
    assert_eq!(EndpointHealth::from_json(&health.to_json()).as_ref(), Ok(health));
    assert_eq!(EndpointActivity::from_json(&activity.to_json()).as_ref(), Ok(activity));
    assert!(activity.p50_ms() <= activity.p95_ms() && activity.p95_ms() <= activity.p99_ms());
    assert!(activity.p99_ms() <= activity.max_ms());
}

/// Receives the same delivery again and again. It is processed only once until it is forgotten.
fn receive(mut stored: Option<DeliveryClaim>, policy: &ReceivePolicy, mut steps: &[u8]) {
    let id = stored.as_ref().map_or("msg_1", |stored| stored.id()).to_owned();
    let mut now_ms = START_MS;
    while let [action, high, low, wait_high, wait_low, _, rest @ ..] = steps {
        steps = rest;
        now_ms += i64::from(u16::from_be_bytes([*wait_high, *wait_low])) * 1000;
        let now = Timestamp::from_millis(now_ms).unwrap();
        let age = i64::from(u16::from_be_bytes([*high, *low]) % 600) * 1000;
        let timestamp = Timestamp::from_millis(now_ms - age).ok();
        let changed = match (action % 4, &stored) {
            (0, Some(claim)) => claim.finish(now).ok(),
            (1, Some(claim)) => claim.release(now).ok(),
            _ => match policy.claim(&id, timestamp, stored.as_ref(), now) {
                Ok(ReceiveResult::Process(claim)) => {
                    if let Some(stored) = stored.as_ref().filter(|it| now <= it.expires_at()) {
                        assert!(stored.timestamp() < claim.timestamp());
                        assert!(!matches!(stored.state(), ClaimState::Finished { .. }));
                    }
                    let version = stored.as_ref().map(DeliveryClaim::version);
                    assert_ne!(version, Some(claim.version()));
                    Some(claim)
                }
                _ => None,
            },
        };
        if let Some(claim) = changed {
            assert_eq!(DeliveryClaim::from_json(&claim.to_json()).as_ref(), Ok(&claim));
            stored = Some(claim);
        }
    }
}
