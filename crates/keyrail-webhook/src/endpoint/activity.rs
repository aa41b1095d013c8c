//! The activity of an endpoint: counts, latencies and the last failures.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cmp::Reverse;
use core::fmt;

use keyrail_core::config::{self, Writer, list};
use keyrail_core::{ConfigError, Timestamp};

use super::count::add;
use super::health::{ENDPOINT_SCHEMA, EndpointHealth};
use super::latency::Latencies;
use crate::Error;
use crate::delivery::{DeliveryFailure, DeliveryResult, NoResponse, Settled};

/// The maximum number of failures that an activity keeps.
pub const MAX_FAILURES: usize = 10;

/// What an endpoint did: how many attempts succeeded, how long its responses took, and the last
/// failures.
///
/// Each process records the attempts that it made. [`merge`](Self::merge) adds the activity of
/// another process, of another period, or of another endpoint; the order does not matter. Merge
/// each activity only once: merging it twice counts its attempts twice.
///
/// ```
/// use keyrail_core::Timestamp;
/// use keyrail_webhook::{DeliveryOutcome, DeliveryState, EndpointActivity, RetryPolicy};
/// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let delivery = DeliveryState::start("msg_1", "desk-hook", &RetryPolicy::standard(), now)?;
/// let failed = delivery.settle(&DeliveryOutcome::response(500), now, 0.5)?;
/// let delivered = failed.state().settle(&DeliveryOutcome::response(200), now, 0.5)?;
///
/// let mut activity = EndpointActivity::new();
/// activity.record(&failed, 1200);
/// activity.record(&delivered, 80);
/// assert_eq!((activity.attempts(), activity.successes()), (2, 1));
/// assert_eq!((activity.p50_ms(), activity.p99_ms()), (Some(80), Some(1200)));
/// assert_eq!(activity.failures()[0].status(), Some(500));
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointActivity {
    pub(super) attempts: u64,
    pub(super) successes: u64,
    pub(super) dead: u64,
    /// The times of the first and of the last event that was recorded.
    pub(super) period: Option<(Timestamp, Timestamp)>,
    pub(super) latencies: Latencies,
    pub(super) failures: Vec<DeliveryFailure>,
}

impl EndpointActivity {
    /// Creates an activity without attempts.
    pub const fn new() -> Self {
        Self {
            attempts: 0,
            successes: 0,
            dead: 0,
            period: None,
            latencies: Latencies::new(),
            failures: Vec::new(),
        }
    }

    /// Reads an activity from JSON.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, `webhook.malformed_number`, `webhook.time_in_seconds`, and
    /// `webhook.malformed_state` if the members contradict each other. If a newer release wrote the
    /// activity, the only fault is `webhook.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of an activity.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("endpoint-activity")
    }

    /// Adds an attempt, which took this many milliseconds from the start of the connection to the
    /// end of the response. The latency counts only if there was a response.
    ///
    /// A delivery that was [held](EndpointHealth::hold) or that the host gave up is not an attempt:
    /// it adds to [`dead`](Self::dead) if it was given up, and otherwise nothing.
    pub fn record(&mut self, settled: &Settled, latency_ms: u32) {
        let state = settled.state();
        let is_dead = matches!(settled.result(), DeliveryResult::Dead { .. });
        self.dead = add(self.dead, is_dead.into());
        if !settled.is_attempt() {
            if let Some(at) = state.dead_at() {
                self.extend_period(at, at);
            }
            return;
        }
        self.attempts = add(self.attempts, 1);
        if let Some(at) = state.delivered_at() {
            self.successes = add(self.successes, 1);
            self.latencies.record(latency_ms);
            self.extend_period(at, at);
        } else if let Some(failure) = state.last_failure() {
            if failure.status().is_some() {
                self.latencies.record(latency_ms);
            }
            self.extend_period(failure.at(), failure.at());
            self.failures.push(failure.clone());
            self.keep_last_failures();
        }
    }

    /// Adds another activity to this one.
    pub fn merge(&mut self, other: &Self) {
        self.attempts = add(self.attempts, other.attempts);
        self.successes = add(self.successes, other.successes);
        self.dead = add(self.dead, other.dead);
        if let Some((since, until)) = other.period {
            self.extend_period(since, until);
        }
        self.latencies.merge(&other.latencies);
        self.failures.extend_from_slice(&other.failures);
        self.keep_last_failures();
    }

    /// Returns the number of attempts.
    pub const fn attempts(&self) -> u64 {
        self.attempts
    }

    /// Returns the number of attempts that delivered an event.
    pub const fn successes(&self) -> u64 {
        self.successes
    }

    /// Returns the number of deliveries that were given up.
    pub const fn dead(&self) -> u64 {
        self.dead
    }

    /// Returns the part of the attempts that delivered an event, from 0 to 1, or `None` if there
    /// were no attempts.
    #[expect(clippy::cast_precision_loss, reason = "the counts are at most 2^53 - 1")]
    pub fn success_rate(&self) -> Option<f64> {
        (self.attempts > 0).then(|| self.successes as f64 / self.attempts as f64)
    }

    /// Returns the time of the first attempt, or of the first delivery that was given up if that is
    /// earlier, or `None` if nothing was recorded.
    pub fn since(&self) -> Option<Timestamp> {
        self.period.map(|(since, _)| since)
    }

    /// Returns the time of the last attempt, or of the last delivery that was given up if that is
    /// later, or `None` if nothing was recorded.
    pub fn until(&self) -> Option<Timestamp> {
        self.period.map(|(_, until)| until)
    }

    /// Returns the median latency of the responses, in milliseconds, or `None` if there were no
    /// responses. It is the upper [bound](super::LATENCY_BOUNDS_MS) of a bucket, but not more than
    /// [`max_ms`](Self::max_ms): up to 6 milliseconds, it is exact; up to 100 seconds, it is at
    /// most 28% too large; beyond that, it is [`max_ms`](Self::max_ms).
    pub fn p50_ms(&self) -> Option<u32> {
        self.latencies.percentile(50)
    }

    /// Returns the latency that 95% of the responses do not exceed: see [`p50_ms`](Self::p50_ms).
    pub fn p95_ms(&self) -> Option<u32> {
        self.latencies.percentile(95)
    }

    /// Returns the latency that 99% of the responses do not exceed: see [`p50_ms`](Self::p50_ms).
    pub fn p99_ms(&self) -> Option<u32> {
        self.latencies.percentile(99)
    }

    /// Returns the longest latency of a response, in milliseconds, or `None` if there were no
    /// responses.
    pub fn max_ms(&self) -> Option<u32> {
        self.latencies.percentile(100).map(|_| self.latencies.max_ms)
    }

    /// Returns the last failed attempts, with the latest first. An activity keeps at most
    /// [`MAX_FAILURES`] of them.
    pub fn failures(&self) -> &[DeliveryFailure] {
        &self.failures
    }

    /// Returns the activity as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", ENDPOINT_SCHEMA);
        json.raw("attempts", self.attempts);
        json.raw("successes", self.successes);
        json.raw("dead", self.dead);
        json.text("since", self.since());
        json.text("until", self.until());
        let counts = &self.latencies.counts;
        let used = counts.iter().rposition(|count| *count > 0).map_or(0, |last| last + 1);
        json.raw("latencies", list(counts.iter().take(used).map(|count| format!("{count}"))));
        if let Some(max_ms) = self.max_ms() {
            json.raw("max_latency_ms", max_ms);
        }
        json.raw("failures", self.failures_json());
        json.finish()
    }

    /// Returns a report on an endpoint as JSON, on one line, for a dashboard: its health, the
    /// counts, the success rate with four decimals, the latencies, and the last failures. The rate
    /// is 1 only if all attempts succeeded, and 0 only if none did. The activity does not contain
    /// the id of the endpoint: pass the health of the right one.
    ///
    /// # Errors
    ///
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    pub fn report(&self, health: &EndpointHealth, now: Timestamp) -> Result<String, Error> {
        let mut json = Writer::new();
        json.text("endpoint", Some(health.endpoint()));
        json.text("status", Some(health.status(now)?));
        json.text("failing_since", health.failing_since());
        json.text("parked_until", health.parked_until().filter(|until| now < *until));
        json.text("disabled_at", health.disabled_at());
        json.text("disabled_reason", health.disabled_reason());
        json.text("since", self.since());
        json.text("until", self.until());
        json.raw("attempts", self.attempts);
        json.raw("successes", self.successes);
        json.raw("dead", self.dead);
        if let Some(rate) = self.rounded_success_rate() {
            json.raw("success_rate", format_args!("{rate:?}"));
        }
        if let (Some(p50), Some(p95), Some(p99), Some(max)) =
            (self.p50_ms(), self.p95_ms(), self.p99_ms(), self.max_ms())
        {
            let mut latency = Writer::new();
            latency.raw("p50", p50);
            latency.raw("p95", p95);
            latency.raw("p99", p99);
            latency.raw("max", max);
            json.raw("latency_ms", latency.finish());
        }
        json.raw("failures", self.failures_json());
        Ok(json.finish())
    }

    /// Returns the success rate with at most four decimals, rounded half up. It is 1 only if all
    /// attempts succeeded, and 0 only if none did.
    fn rounded_success_rate(&self) -> Option<f64> {
        let (attempts, successes) = (u128::from(self.attempts), u128::from(self.successes));
        let rounded = (successes * 20_000 + attempts).checked_div(attempts * 2)?;
        let rounded = match successes {
            0 => 0,
            _ if successes == attempts => 10_000,
            _ => rounded.clamp(1, 9_999),
        };
        u32::try_from(rounded).ok().map(|rounded| f64::from(rounded) / 10_000.0)
    }

    fn failures_json(&self) -> String {
        list(self.failures.iter().map(DeliveryFailure::to_json))
    }

    fn extend_period(&mut self, since: Timestamp, until: Timestamp) {
        let (first, last) = self.period.unwrap_or((since, until));
        self.period = Some((first.min(since), last.max(until)));
    }

    /// Sorts the failures, and removes all but the last ones. The order of failures at the same
    /// time depends on their contents only, so that merging gives the same result in every order.
    pub(super) fn keep_last_failures(&mut self) {
        self.failures.sort_by(|a, b| order(a).cmp(&order(b)));
        self.failures.truncate(MAX_FAILURES);
    }
}

type Order<'f> = (Reverse<Timestamp>, Option<u16>, Option<&'static str>, Option<&'f str>);

fn order(failure: &DeliveryFailure) -> Order<'_> {
    let reason = failure.no_response_reason().map(NoResponse::as_str);
    (Reverse(failure.at()), failure.status(), reason, failure.body())
}

impl Default for EndpointActivity {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for EndpointActivity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EndpointActivity(attempts: {}, successes: {})", self.attempts, self.successes)
    }
}

keyrail_core::from_str! {
    EndpointActivity: from_json, ConfigError;
}
