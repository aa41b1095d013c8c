//! Deliveries: a state that is read, or reached from one, is written so that it is read again, and
//! every attempt either ends the delivery or plans one before the deadline.
//!
//! Input: a JSON document of a policy or a state, then a line feed, then outcomes. An outcome has six
//! bytes: two for the status, one for the jitter, two for the seconds since the last one, and one
//! for the number of bytes that follow it, which are the value of `Retry-After`.

#![no_main]

use keyrail_core::Timestamp;
use keyrail_webhook::{DeliveryOutcome, DeliveryResult, DeliveryState, RetryPolicy};
use libfuzzer_sys::fuzz_target;

const START_MS: i64 = 1_796_083_200_000;

fuzz_target!(|data: &[u8]| {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (document, rest) = data.split_at(end);
    let document = String::from_utf8_lossy(document);
    let mut now_ms = START_MS;
    let mut state = match DeliveryState::from_json(&document) {
        Ok(state) => state,
        Err(_) => {
            let Ok(policy) = RetryPolicy::from_json(&document) else { return };
            assert_eq!(RetryPolicy::from_json(&policy.to_json()).as_ref(), Ok(&policy));
            let now = Timestamp::from_millis(now_ms).unwrap();
            DeliveryState::start("msg_1", "desk-hook", &policy, now).unwrap()
        }
    };
    assert_eq!(DeliveryState::from_json(&state.to_json()).as_ref(), Ok(&state));
    let mut outcomes = rest.get(1..).unwrap_or_default();
    while let [status_high, status_low, jitter, wait_high, wait_low, length, rest @ ..] = outcomes {
        let (value, rest) = rest.split_at(usize::from(*length).min(rest.len()));
        outcomes = rest;
        now_ms += i64::from(u16::from_be_bytes([*wait_high, *wait_low])) * 1000;
        let now = Timestamp::from_millis(now_ms).unwrap();
        let status = u16::from_be_bytes([*status_high, *status_low]);
        let outcome =
            DeliveryOutcome::response(status).with_retry_after(&String::from_utf8_lossy(value));
        let settled = state.settle(&outcome, now, f64::from(*jitter) / 255.0);
        let Ok(settled) = settled else {
            assert!(state.next_at().is_none());
            return;
        };
        assert!(settled.parked_until().is_none_or(|until| now < until));
        let new = settled.state();
        assert_eq!(new.attempts(), state.attempts() + 1);
        if let DeliveryResult::Retry { at } = settled.result() {
            assert!(now < at && at <= new.deadline());
            assert!(settled.parked_until().is_none_or(|until| until <= at));
        }
        assert_eq!(DeliveryState::from_json(&new.to_json()).as_ref(), Ok(new));
        state = new.clone();
    }
});
