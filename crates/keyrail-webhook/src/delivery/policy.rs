//! Retry policies.

use alloc::string::String;
use alloc::sync::Arc;

use keyrail_core::ConfigError;
use keyrail_core::config::{self, Writer, list};

/// The maximum number of attempts that a policy allows.
pub const MAX_ATTEMPTS: usize = 64;

/// The maximum delay before a retry, in seconds: 7 days.
pub const MAX_DELAY_SECONDS: u32 = 604_800;

/// The maximum deadline of a delivery, in seconds: 1000 days. The most and longest delays, with the
/// most jitter, take less time.
pub const MAX_DEADLINE_SECONDS: u32 = 86_400_000;

/// The delays that Standard Webhooks 1.0.0 recommends ("Deliverability and reliability"), in
/// seconds: 5 seconds, 5 and 30 minutes, and 2, 5, 10, 14, 20 and 24 hours.
pub const STANDARD_DELAYS_SECONDS: [u32; 9] =
    [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// The jitter if none is set, in percent.
pub(super) const DEFAULT_JITTER_PERCENT: u32 = 20;

/// The time from the last planned attempt to the deadline if none is set, in seconds. Requests take
/// time, and an endpoint may ask for a pause with `Retry-After`.
const DEFAULT_MARGIN_SECONDS: u64 = 86_400;

/// When failed attempts are repeated, and when a delivery is given up.
///
/// A delivery has one attempt more than the policy has delays. Each delay is extended by a random
/// part of up to [`jitter_percent`](Self::jitter_percent), so that not all failed deliveries are
/// repeated at the same time. A delivery is given up when the last attempt fails, or when the next
/// attempt would be after the deadline, even without jitter.
///
/// ```
/// use keyrail_webhook::RetryPolicy;
/// let standard = RetryPolicy::standard();
/// assert_eq!(standard.attempts(), 10);
/// let policy = RetryPolicy::from_json(r#"{
///     "exponential": {"first_seconds": 10, "factor": 3, "max_seconds": 600, "attempts": 6},
///     "deadline_seconds": 3600
/// }"#)?;
/// assert_eq!(policy.delays_seconds(), [10, 30, 90, 270, 600]);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    pub(super) delays_seconds: Arc<[u32]>,
    pub(super) jitter_percent: u32,
    pub(super) deadline_seconds: u32,
}

impl RetryPolicy {
    /// Returns the policy that Standard Webhooks recommends: 10 attempts in 75 to 91 hours. The
    /// delays are [`STANDARD_DELAYS_SECONDS`], and the jitter is 20 percent.
    pub fn standard() -> Self {
        Self::with_delays(STANDARD_DELAYS_SECONDS.into(), None, None)
    }

    /// Reads a policy from JSON. A policy without members is the [standard](Self::standard) one.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and:
    ///
    /// - `webhook.malformed_delay`, `webhook.malformed_factor`, `webhook.malformed_attempts`,
    ///   `webhook.malformed_jitter`, `webhook.malformed_deadline`: a number is out of range;
    /// - `webhook.two_schedules`: the policy has both `delays_seconds` and `exponential`;
    /// - `webhook.malformed_attempts`: `delays_seconds` has more than 63 delays;
    /// - `webhook.malformed_deadline`: the deadline is before the first retry.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a policy.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("retry-policy")
    }

    /// Returns a policy with valid delays. If there is no deadline, it is one day after the last
    /// planned attempt.
    pub(super) fn with_delays(
        delays_seconds: Arc<[u32]>,
        jitter_percent: Option<u32>,
        deadline_seconds: Option<u32>,
    ) -> Self {
        let jitter_percent = jitter_percent.unwrap_or(DEFAULT_JITTER_PERCENT);
        let percent = u64::from(100 + jitter_percent);
        let sum: u64 = delays_seconds.iter().map(|seconds| u64::from(*seconds)).sum();
        let default = (sum * percent).div_ceil(100) + DEFAULT_MARGIN_SECONDS;
        let default = u32::try_from(default).unwrap_or(MAX_DEADLINE_SECONDS);
        let deadline_seconds = deadline_seconds.unwrap_or(default);
        Self { delays_seconds, jitter_percent, deadline_seconds }
    }

    /// Returns the maximum number of attempts. It is from 1 to [`MAX_ATTEMPTS`].
    pub fn attempts(&self) -> usize {
        self.delays_seconds.len() + 1
    }

    /// Returns the delay after each failed attempt but the last one, in seconds, without jitter.
    pub fn delays_seconds(&self) -> &[u32] {
        &self.delays_seconds
    }

    /// Returns by how many percent a delay is extended at most, from 0 to 100.
    pub const fn jitter_percent(&self) -> u32 {
        self.jitter_percent
    }

    /// Returns the time from the start of a delivery to its deadline, in seconds. No attempt is
    /// planned after the deadline.
    pub const fn deadline_seconds(&self) -> u32 {
        self.deadline_seconds
    }

    /// Returns the delay after this number of failed attempts, in milliseconds, or `None` if there
    /// are no more attempts.
    pub(super) fn delay_ms(&self, attempts: usize) -> Option<i64> {
        let seconds = self.delays_seconds.get(attempts.checked_sub(1)?)?;
        Some(i64::from(*seconds) * 1000)
    }

    /// Returns this part of the largest jitter of a delay, in milliseconds, rounded down. `jitter`
    /// is from 0 to 1.
    #[expect(clippy::cast_precision_loss, clippy::cast_possible_truncation)]
    pub(super) fn jitter_ms(&self, delay_ms: i64, jitter: f64) -> i64 {
        // A floating-point number represents the product, at most 60,480,000,000, exactly.
        ((delay_ms * i64::from(self.jitter_percent)) as f64 * jitter / 100.0) as i64
    }

    /// Returns the policy as JSON, on one line, with all members. An exponential schedule is
    /// written as a list of its delays.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        let delays = self.delays_seconds.iter().map(|seconds| alloc::format!("{seconds}"));
        json.raw("delays_seconds", list(delays));
        json.raw("jitter_percent", self.jitter_percent);
        json.raw("deadline_seconds", self.deadline_seconds);
        json.finish()
    }
}

keyrail_core::from_str! {
    RetryPolicy: from_json, ConfigError;
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self::standard()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_default_deadline_is_in_range() {
        let longest = RetryPolicy::with_delays([MAX_DELAY_SECONDS; 63].into(), Some(100), None);
        assert_eq!(longest.attempts(), MAX_ATTEMPTS);
        assert_eq!(longest.deadline_seconds(), 63 * 2 * MAX_DELAY_SECONDS + 86_400);
        assert!(longest.deadline_seconds() <= MAX_DEADLINE_SECONDS);
        assert_eq!(RetryPolicy::from_json(&longest.to_json()), Ok(longest));
    }

    #[test]
    fn the_standard_delays_last_75_hours() {
        let sum: u32 = STANDARD_DELAYS_SECONDS.iter().sum();
        assert_eq!(sum, 75 * 3600 + 35 * 60 + 5);
    }
}
