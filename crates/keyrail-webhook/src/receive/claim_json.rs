//! Reads claims from JSON.

use alloc::string::String;
use core::ops::RangeInclusive;

use keyrail_core::Timestamp;
use keyrail_core::config::{MAX_JSON_INTEGER, check_schema, in_range, json, range_schema};

use super::claim::{CLAIM_SCHEMA, ClaimState, DeliveryClaim};
use crate::ErrorKind;
use crate::content::{id_schema, parse_id};
use crate::time::check_time;

/// The range of a version.
const VERSIONS: RangeInclusive<i64> = 0..=MAX_JSON_INTEGER;

keyrail_core::config_object! {
    /// A delivery that a receiver processes or has processed. It has exactly one of the members
    /// `leased_until`, `finished_at` and `released_at`.
    document DeliveryClaim (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": CLAIM_SCHEMA});
        /// The id of the delivery: 1 to 256 visible ASCII characters, without dots.
        required id: String = parse(parse_id, id_schema());
        /// The version, which differs from that of every earlier claim of the id; 0 if absent.
        optional version: i64 as range_schema(VERSIONS);
        /// When the delivery was signed (RFC 3339). It is absent if its scheme signs no time.
        state timestamp: Timestamp;
        /// The time from which on a repeated delivery is processed again (RFC 3339).
        state leased_until: Timestamp;
        /// When the delivery was processed (RFC 3339).
        state finished_at: Timestamp;
        /// When the processing failed (RFC 3339).
        state released_at: Timestamp;
        /// The time after which the claim can be deleted (RFC 3339).
        required expires_at: Timestamp;
    } => {
        check_schema(schema, CLAIM_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let version = in_range(
            version.or(Some(0)), VERSIONS, "version", ErrorKind::MalformedNumber, faults,
        );
        let is_present =
            [!leased_until.is_absent(), !finished_at.is_absent(), !released_at.is_absent()];
        if is_present.into_iter().filter(|is_present| *is_present).count() != 1 {
            faults.add_kind(ErrorKind::MalformedState);
        }
        let (leased_until, finished_at) = (leased_until.sound(), finished_at.sound());
        let (released_at, timestamp) = (released_at.sound(), timestamp.sound());
        check_time(leased_until.flatten(), "leased_until", faults);
        check_time(finished_at.flatten(), "finished_at", faults);
        check_time(released_at.flatten(), "released_at", faults);
        check_time(expires_at, "expires_at", faults);
        check_time(timestamp.flatten(), "timestamp", faults);
        if let (Some(leased_until), Some(expires_at)) = (leased_until.flatten(), expires_at)
            && expires_at < leased_until
            && !expires_at.seems_in_seconds()
        {
            faults.add_kind_below(format_args!("/expires_at"), ErrorKind::MalformedState);
        }
        let leased = leased_until?.map(|until| ClaimState::Leased { until });
        let finished = finished_at?.map(|at| ClaimState::Finished { at });
        let released = released_at?.map(|at| ClaimState::Released { at });
        Some(Self {
            id: id?,
            version: version?,
            timestamp: timestamp?,
            state: leased.or(finished).or(released)?,
            expires_at: expires_at?,
        })
    } as json!({
        "oneOf": [
            {"required": ["leased_until"]},
            {"required": ["finished_at"]},
            {"required": ["released_at"]},
        ],
    })
}
