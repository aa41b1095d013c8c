//! Reads the states of deliveries from JSON.

use alloc::string::String;

use keyrail_core::Timestamp;
use keyrail_core::config::{Id, check_schema, in_range, json, range_schema};

use super::NoResponse;
use super::outcome::MAX_EXCERPT;
use super::policy::{MAX_ATTEMPTS, RetryPolicy};
use super::settled::DeadReason;
use super::state::{DELIVERY_SCHEMA, DeliveryFailure, DeliveryState, Phase};
use crate::ErrorKind;
use crate::content::{id_schema, parse_id};
use crate::time::check_time;

/// The range of the number of attempts that were made.
const ATTEMPTS: core::ops::RangeInclusive<i64> = 0..=MAX_ATTEMPTS as i64;
/// The range of the status of a response.
const STATUSES: core::ops::RangeInclusive<i64> = 0..=u16::MAX as i64;

keyrail_core::config_object! {
    /// The state of the delivery of one event to one endpoint. It has exactly one of the members
    /// `next_at`, `delivered_at` and `dead`.
    document DeliveryState (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": DELIVERY_SCHEMA});
        /// The id of the delivery: 1 to 256 visible ASCII characters, without dots.
        required id: String = parse(parse_id, id_schema());
        /// The id of the endpoint.
        required endpoint: Id;
        /// The policy with which the delivery was started.
        required policy: RetryPolicy;
        /// When the delivery was started (RFC 3339).
        required started_at: Timestamp;
        /// The number of attempts that were made.
        required attempts: i64 as range_schema(ATTEMPTS);
        /// When the next attempt is due (RFC 3339).
        state next_at: Timestamp;
        /// When the event was delivered (RFC 3339).
        state delivered_at: Timestamp;
        /// When and why the delivery was given up.
        state dead: Dead;
        /// The last failed attempt.
        state last_failure: DeliveryFailure;
    } => {
        check_schema(schema, DELIVERY_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let attempts: Option<u32> =
            in_range(attempts, ATTEMPTS, "attempts", ErrorKind::MalformedNumber, faults);
        check_time(started_at, "started_at", faults);
        let is_present = [!next_at.is_absent(), !delivered_at.is_absent(), !dead.is_absent()];
        if is_present.into_iter().filter(|is_present| *is_present).count() != 1 {
            faults.add_kind(ErrorKind::MalformedState);
            return None;
        }
        let (next_at, delivered_at) = (next_at.optional(), delivered_at.optional());
        check_time(next_at, "next_at", faults);
        check_time(delivered_at, "delivered_at", faults);
        let dead = dead.optional().map(|dead| Phase::Dead(dead.at, dead.reason));
        let phase =
            next_at.map(Phase::Pending).or(delivered_at.map(Phase::Delivered)).or(dead);
        let has_failed = !last_failure.is_absent();
        let last_failure = last_failure.sound();
        let (policy, attempts, phase) = (policy?, attempts?, phase?);
        if !can_be(attempts, phase, has_failed, &policy) {
            faults.add_kind_below(format_args!("/attempts"), ErrorKind::MalformedState);
        }
        let last_failure = last_failure?;
        let is_gone = matches!(phase, Phase::Dead(_, DeadReason::Gone));
        if last_failure.as_ref().is_some_and(|failure| !failure.is_possible(is_gone)) {
            faults.add_kind_below(format_args!("/last_failure/status"), ErrorKind::MalformedState);
        }
        let endpoint = endpoint?.into_string();
        let started_at = started_at?;
        let state = Self { id: id?, endpoint, policy, started_at, attempts, phase, last_failure };
        let is_late = next_at.is_some_and(|next_at| state.deadline() < next_at);
        if is_late && !started_at.seems_in_seconds() {
            faults.add_kind_below(format_args!("/next_at"), ErrorKind::MalformedState);
        }
        Some(state)
    } as json!({
        "oneOf": [
            {"required": ["next_at"]}, {"required": ["delivered_at"]}, {"required": ["dead"]},
        ],
    })
}

/// Returns whether a delivery can be in this phase after this number of attempts.
fn can_be(attempts: u32, phase: Phase, has_failed: bool, policy: &RetryPolicy) -> bool {
    let max = policy.attempts();
    let made = usize::try_from(attempts).unwrap_or(usize::MAX);
    match phase {
        // Every attempt that was made has failed.
        Phase::Pending(_) => made < max && has_failed == (made > 0),
        // Every attempt but the last one has failed.
        Phase::Delivered(_) => (1..=max).contains(&made) && has_failed == (made > 1),
        Phase::Dead(_, DeadReason::Exhausted) => made == max && has_failed,
        Phase::Dead(_, DeadReason::Gone) => (1..=max).contains(&made) && has_failed,
        Phase::Dead(
            _,
            DeadReason::Deadline
            | DeadReason::EndpointDisabled
            | DeadReason::TargetRejected
            | DeadReason::Canceled,
        ) => made < max && has_failed == (made > 0),
    }
}

/// The end of a delivery that was given up.
struct Dead {
    at: Timestamp,
    reason: DeadReason,
}

keyrail_core::config_object! {
    /// When and why a delivery was given up.
    Dead (faults) {
        /// When the delivery was given up (RFC 3339).
        required at: Timestamp;
        /// Why it was given up.
        required reason: DeadReason = choice(DeadReason::WORDS);
    } => {
        check_time(at, "at", faults);
        Some(Self { at: at?, reason: reason? })
    }
}

keyrail_core::config_object! {
    /// A failed attempt. It has exactly one of the members `status` and `no_response`.
    DeliveryFailure (faults) {
        /// When the attempt failed (RFC 3339).
        required at: Timestamp;
        /// The status of the response.
        state status: i64 as range_schema(STATUSES);
        /// Why there was no response.
        state no_response: NoResponse = choice(NoResponse::WORDS);
        /// The redacted start of the response's body.
        optional body: String as json!({"maxLength": MAX_EXCERPT});
    } => {
        check_time(at, "at", faults);
        if status.is_absent() == no_response.is_absent() {
            faults.add_kind(ErrorKind::MalformedState);
            return None;
        }
        let has_response = no_response.is_absent();
        if body.as_ref().is_some_and(|body| body.len() > MAX_EXCERPT || !has_response) {
            faults.add_kind_below(format_args!("/body"), ErrorKind::MalformedState);
        }
        let status = in_range(
            status.optional(), STATUSES, "status", ErrorKind::MalformedNumber, faults,
        );
        Some(Self { at: at?, status, no_response: no_response.optional(), body })
    }
}
