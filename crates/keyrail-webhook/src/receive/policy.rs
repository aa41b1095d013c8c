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
    /// Returns the policy whose members have their default values: one minute for processing, and
    /// 412,926 seconds (almost five days) for remembering. This is the deadline of
    /// [`RetryPolicy::standard`](crate::RetryPolicy::standard), and longer than the 75 hours for
    /// which a sender repeats a delivery according to Standard Webhooks.
    pub const fn standard() -> Self {
        Self { lease_seconds: 60, remember_seconds: 412_926 }
    }

    /// Reads a policy from JSON. A policy without members is the [standard](Self::standard) one.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and `webhook.malformed_receive_policy` if a number is out
    /// of range, or if a delivery would be forgotten before it is processed.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a policy.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("receive-policy")
    }

    /// Returns the time in which a delivery must be processed, in seconds. After it, a repeated
    /// delivery is processed again.
    pub const fn lease_seconds(&self) -> u32 {
        self.lease_seconds
    }

    /// Returns how long a delivery is remembered, in seconds.
    pub const fn remember_seconds(&self) -> u32 {
        self.remember_seconds
    }

    /// Claims a delivery, which must have been verified: returns whether to process it.
    ///
    /// A [`Receiver`](crate::Receiver) calls this function for deliveries of Standard Webhooks. Call
    /// it for the requests of other schemes. `id` is the id of the request, if the signature covers
    /// it, and otherwise a hash of the body, for example in hex: the sender of a replayed request
    /// can choose an id that is not signed. `timestamp` is the time of signing, if the scheme signs
    /// one. `stored` is the claim that you have stored for this id, if any.
    ///
    /// # Errors
    ///
    /// `webhook.replayed` if the request was received before, was not processed, and has not been
    /// signed again since; `webhook.malformed_id`, `webhook.other_claim` if `stored` is for another
    /// id, and `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would
    /// be.
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
        if stored.is_some_and(|stored| stored.id != id) {
            return Err(ErrorKind::OtherClaim.into());
        }
        let stored = stored.filter(|stored| now < stored.expires_at);
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
        Ok(ReceiveResult::Process(DeliveryClaim {
            id: id.into(),
            version: stored.map_or(0, DeliveryClaim::next_version),
            timestamp: timestamp.or(earlier),
            state: ClaimState::Leased { until: after(now, i64::from(self.lease_seconds) * 1000) },
            expires_at: after(now, i64::from(self.remember_seconds) * 1000),
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
        /// The time in which a delivery must be processed, in seconds; 60 if absent.
        optional lease_seconds: i64 as range_schema(LEASES);
        /// How long a delivery is remembered, in seconds; 412,926 (almost five days) if absent. It
        /// must not be less than `lease_seconds`.
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
