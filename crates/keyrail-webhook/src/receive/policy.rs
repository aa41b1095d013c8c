//! Receive policies.

use alloc::string::String;
use core::ops::RangeInclusive;

use keyrail_core::config::{self, Writer, in_range, range_schema};
use keyrail_core::{ConfigError, Timestamp};

use super::claim::{ClaimState, DeliveryClaim, ReceiveResult};
use crate::content::check_id;
use crate::delivery::MAX_DEADLINE_SECONDS;
use crate::time::{after, check_unit};
use crate::{Error, ErrorKind};

/// The maximum time in which a receiver must process a delivery, in seconds: one day.
pub const MAX_LEASE_SECONDS: u32 = 86_400;

/// The range of the time for processing, in seconds.
const LEASES: RangeInclusive<i64> = 1..=MAX_LEASE_SECONDS as i64;
/// The range of the time for which claims are kept, in seconds.
const REMEMBERED: RangeInclusive<i64> = 1..=MAX_DEADLINE_SECONDS as i64;

/// How long a receiver may process a delivery, and how long it remembers it.
///
/// ```
/// use keyrail_webhook::ReceivePolicy;
/// let policy = ReceivePolicy::from_json(r#"{"lease_seconds": 300}"#)?;
/// assert_eq!(policy.remember_seconds(), 412_926);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceivePolicy {
    lease_seconds: u32,
    remember_seconds: u32,
}

impl ReceivePolicy {
    /// Returns the policy whose members have their default values: a lease of one minute, and
    /// claims that are kept for 412,926 seconds (almost five days). This is the deadline of
    /// [`RetryPolicy::standard`](crate::RetryPolicy::standard), and longer than the 75 hours for
    /// which senders repeat a delivery according to Standard Webhooks.
    pub const fn standard() -> Self {
        Self { lease_seconds: 60, remember_seconds: 412_926 }
    }

    /// Reads a policy from JSON. A policy without members is the [standard](Self::standard) one.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and `webhook.malformed_receive_policy` if a number is out
    /// of range, or if `remember_seconds` is less than `lease_seconds`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a policy.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("receive-policy")
    }

    /// Returns the length of a lease, in seconds. If processing takes longer, a repeated delivery
    /// is processed again, possibly at the same time: choose a lease that is longer than the
    /// longest processing and the difference between the clocks of your servers.
    pub const fn lease_seconds(&self) -> u32 {
        self.lease_seconds
    }

    /// Returns how long a claim is kept after the end of its lease, in seconds.
    pub const fn remember_seconds(&self) -> u32 {
        self.remember_seconds
    }

    /// Claims a delivery, which must have been verified: returns whether to process it.
    ///
    /// A [`Receiver`](crate::Receiver) calls this function for deliveries of Standard Webhooks.
    /// Call it for the requests of other schemes. If a scheme signs the time, the policy must
    /// remember a delivery for at least twice the tolerance; if it signs none, a request can be
    /// replayed after it was forgotten. `id` is the id of the request if
    /// [`VerifiedRequest::is_id_signed`](crate::VerifiedRequest::is_id_signed) is true. Otherwise,
    /// an attacker who replays a request can change the id: pass the SHA-256, in hex, of everything
    /// that the signature covers except the time (see
    /// [`VerifiedRequest::covered`](crate::VerifiedRequest::covered)). Requests in which all this
    /// is equal count as duplicates. An id must be 1 to 256 visible ASCII characters without dots;
    /// pass the SHA-256 of any other id. `timestamp` is the time of signing, if the scheme signs
    /// one and if the sender signs a request again when it repeats it. `stored` is the claim that
    /// you have stored for this id, if any.
    ///
    /// # Errors
    ///
    /// `webhook.replayed` if the request was claimed before, its lease has ended or its processing
    /// failed, and its timestamp is not later than that of the claim; `webhook.malformed_id`,
    /// `webhook.other_claim` if `stored` is for another id, and `webhook.time_in_seconds` if `now`
    /// is before 1973-03-03, as a time in seconds would be.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Timestamp;
    /// use keyrail_webhook::{ReceivePolicy, ReceiveResult};
    /// let (policy, id) = (ReceivePolicy::standard(), "72d3162e-cc78-11e3-81ab-4c9367dc0958");
    /// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    /// let ReceiveResult::Process(claim) = policy.claim(id, None, None, now)? else { panic!() };
    ///
    /// // The request arrives again while it is processed, and after that.
    /// let busy = policy.claim(id, None, Some(&claim), now)?;
    /// assert_eq!(busy.status(), Some(409));
    /// let done = claim.finish(now)?;
    /// assert_eq!(policy.claim(id, None, Some(&done), now)?, ReceiveResult::Duplicate);
    /// # Ok::<(), keyrail_webhook::Error>(())
    /// ```
    pub fn claim(
        &self,
        id: &str,
        timestamp: Option<Timestamp>,
        stored: Option<&DeliveryClaim>,
        now: Timestamp,
    ) -> Result<ReceiveResult, Error> {
        check_id(id.as_bytes())?;
        check_unit(now)?;
        timestamp.map_or(Ok(()), check_unit)?;
        if stored.is_some_and(|stored| stored.id != id) {
            return Err(ErrorKind::OtherClaim.into());
        }
        // A new claim gets a version that no earlier claim of the id had, even one that was deleted.
        let first = now.as_millis().unsigned_abs();
        let version = stored.map_or(first, DeliveryClaim::next_version);
        let stored = stored.filter(|stored| now <= stored.expires_at);
        match stored.map(|stored| stored.state) {
            Some(ClaimState::Finished { .. }) => return Ok(ReceiveResult::Duplicate),
            Some(ClaimState::Leased { until }) if now < until => {
                return Ok(ReceiveResult::Busy { until });
            }
            _ => {}
        }
        let earlier = stored.and_then(|stored| stored.timestamp);
        if let (Some(earlier), Some(timestamp)) = (earlier, timestamp)
            && timestamp <= earlier
        {
            return Err(ErrorKind::Replayed.into());
        }
        let timestamp = timestamp.or(earlier);
        let until = after(now, i64::from(self.lease_seconds) * 1000);
        let kept_from = timestamp.map_or(until, |timestamp| timestamp.max(until));
        Ok(ReceiveResult::Process(DeliveryClaim {
            id: id.into(),
            version,
            timestamp,
            state: ClaimState::Leased { until },
            expires_at: after(kept_from, i64::from(self.remember_seconds) * 1000),
        }))
    }

    /// Returns the policy as JSON, on one line, with all members.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("lease_seconds", self.lease_seconds);
        json.raw("remember_seconds", self.remember_seconds);
        json.finish()
    }
}

impl Default for ReceivePolicy {
    fn default() -> Self {
        Self::standard()
    }
}

keyrail_core::from_str! {
    ReceivePolicy: from_json, ConfigError;
}

keyrail_core::config_object! {
    /// How long a receiver may process a delivery, and how long it remembers it.
    document ReceivePolicy (faults) {
        /// The length of a lease, in seconds; 60 if absent. It must be longer than the longest
        /// processing.
        optional lease_seconds: i64 as range_schema(LEASES);
        /// How long a claim is kept after the end of its lease, in seconds; 412,926 (almost five
        /// days) if absent. It must not be less than `lease_seconds`.
        optional remember_seconds: i64 as range_schema(REMEMBERED);
    } => {
        let number = |value: Option<i64>, default: u32, range, member| {
            let kind = ErrorKind::MalformedReceivePolicy;
            in_range(value.or(Some(default.into())), range, member, kind, faults)
        };
        let standard = Self::standard();
        let lease: Option<u32> =
            number(lease_seconds, standard.lease_seconds, LEASES, "lease_seconds");
        let remember: Option<u32> =
            number(remember_seconds, standard.remember_seconds, REMEMBERED, "remember_seconds");
        let (lease_seconds, remember_seconds) = (lease?, remember?);
        if remember_seconds < lease_seconds {
            let kind = ErrorKind::MalformedReceivePolicy;
            faults.add_kind_below(format_args!("/remember_seconds"), kind);
        }
        Some(Self { lease_seconds, remember_seconds })
    }
}

#[cfg(test)]
mod tests {
    use super::ReceivePolicy;
    use crate::RetryPolicy;

    #[test]
    fn a_delivery_is_remembered_until_the_deadline_of_the_standard_policy() {
        let deadline = RetryPolicy::standard().deadline_seconds();
        assert_eq!(ReceivePolicy::standard().remember_seconds(), deadline);
        assert!(deadline > 75 * 3600);
    }
}
