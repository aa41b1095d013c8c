//! Consuming several limits at once, and the header fields of the response.

use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use keyrail_core::{HeaderValue, Problem, Timestamp};

use super::rate::Rate;
use super::read::check_limits;
use super::{Limit, LimitOwner, LimitState, Rule};
use crate::{Denial, DenialKind, Error};

/// The maximum number of limits of a record, or of a request.
pub const MAX_LIMITS: usize = 16;

/// What several limits decide about a request. Either the request consumes units of every limit, or
/// it consumes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "the new states must be stored"]
pub struct Consumption {
    limits: Vec<LimitOutcome>,
    now: Timestamp,
}

/// The number of requests that a limit allows in each window, and the length of the window if it is
/// fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Policy {
    requests: u32,
    seconds: Option<u64>,
}

/// What one limit decides about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LimitOutcome {
    id: Option<String>,
    name: Arc<str>,
    of: LimitOwner,
    old_state: Option<LimitState>,
    new_state: Option<LimitState>,
    is_quota: bool,
    is_exceeded: bool,
    policy: Policy,
    remaining: u32,
    next_at: Option<i64>,
}

impl LimitOutcome {
    /// Returns the id under which the state is stored, if a record's limits were consumed: see
    /// [`KeyRecord::limit_ids`](crate::KeyRecord::limit_ids).
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// Returns the name of the limit.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns whose requests the limit counts.
    pub const fn of(&self) -> LimitOwner {
        self.of
    }

    /// Returns whether this limit denies the request.
    pub const fn is_exceeded(&self) -> bool {
        self.is_exceeded
    }

    /// Returns the number of requests that remain after this one.
    pub const fn remaining(&self) -> u32 {
        self.remaining
    }

    /// Returns the state that was passed. Store the new state only if this one is still stored.
    pub const fn old_state(&self) -> Option<LimitState> {
        self.old_state
    }

    /// Returns the state to store, or `None` if nothing changes.
    ///
    /// A denied request consumes nothing. It changes a state only if the state's time is too far in
    /// the future because a clock was set back. Store the new state in this case too. Until you do,
    /// the limit may deny every request.
    pub const fn new_state(&self) -> Option<LimitState> {
        self.new_state
    }

    /// Returns the first time at which `remaining` becomes larger, or `None` if `remaining` is at
    /// its maximum.
    pub fn next_at(&self) -> Option<Timestamp> {
        // The last window of the year 9999 ends after the range of `Timestamp`.
        self.next_at.map(|at| Timestamp::from_millis(at).unwrap_or(Timestamp::MAX))
    }

    /// Returns the number of seconds from `now` until more requests remain, rounded up.
    fn next_in_seconds(&self, now: Timestamp) -> Option<i64> {
        Some(self.next_at?.saturating_sub(now.as_millis()).max(0).saturating_add(999) / 1000)
    }
}

impl Consumption {
    /// Returns whether every limit allows the request.
    pub fn is_allowed(&self) -> bool {
        !self.limits.iter().any(LimitOutcome::is_exceeded)
    }

    /// Returns the outcome of each limit, in the order in which the limits were passed.
    pub fn limits(&self) -> &[LimitOutcome] {
        &self.limits
    }

    /// Returns the first time at which every limit allows the request, or `None` if it is allowed
    /// now.
    pub fn retry_at(&self) -> Option<Timestamp> {
        self.limits.iter().filter(|limit| limit.is_exceeded).filter_map(LimitOutcome::next_at).max()
    }

    /// Returns the value of `Retry-After` (RFC 9110, section 10.2.3): the number of seconds until
    /// [`retry_at`](Self::retry_at), rounded up, or `None` if the request is allowed now.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        let exceeded = self.limits.iter().filter(|limit| limit.is_exceeded);
        let seconds = exceeded.filter_map(|limit| limit.next_in_seconds(self.now)).max();
        seconds.map(i64::unsigned_abs)
    }

    /// Returns the header fields of the response: `RateLimit-Policy` and `RateLimit`, as
    /// draft-ietf-httpapi-ratelimit-headers-11 defines them, and `Retry-After` if the request is
    /// denied. The list is empty if there are no limits.
    ///
    /// `q` (the quota) and `r` (what remains) are numbers of requests, not of units: a limit of 100
    /// units with a cost of 5 has `q=20`. `w`, the window in seconds, is omitted for a monthly
    /// quota, because months vary in length. `t` is the number of seconds until more requests
    /// remain, rounded up.
    pub fn headers(&self) -> Vec<(&'static str, String)> {
        if self.limits.is_empty() {
            return Vec::new();
        }
        let joined = |items: Vec<String>| items.join(", ");
        let policy = |limit: &LimitOutcome| {
            let Policy { requests, seconds } = limit.policy;
            let window = seconds.map_or(String::new(), |seconds| format!(";w={seconds}"));
            format!("\"{}\";q={requests}{window}", limit.name)
        };
        let remaining = |limit: &LimitOutcome| {
            let next = limit.next_in_seconds(self.now);
            let next = next.map_or(String::new(), |seconds| format!(";t={seconds}"));
            format!("\"{}\";r={}{next}", limit.name, limit.remaining)
        };
        let mut headers = Vec::from([
            ("RateLimit-Policy", joined(self.limits.iter().map(policy).collect())),
            ("RateLimit", joined(self.limits.iter().map(remaining).collect())),
        ]);
        if let Some(seconds) = self.retry_after_seconds() {
            headers.push(("Retry-After", format!("{seconds}")));
        }
        headers
    }

    /// Returns the problem of the response to a denied request, or `None` if the request is
    /// allowed. The problem includes the response's header fields, and its type is `quota-exceeded`
    /// of draft-ietf-httpapi-ratelimit-headers-11.
    ///
    /// The problem's code is `access.quota` if a quota is exceeded, otherwise `access.rate`. The
    /// status is 429.
    pub fn problem(&self) -> Option<Problem> {
        Some(Denial::exceeded(self.exceeded()?, self.clone()).problem())
    }

    /// Returns the reason for a denial, or `None` if the request is allowed.
    pub(crate) fn exceeded(&self) -> Option<DenialKind> {
        let mut exceeded = self.limits.iter().filter(|limit| limit.is_exceeded);
        match exceeded.clone().any(|limit| limit.is_quota) {
            true => Some(DenialKind::Quota),
            false => exceeded.next().map(|_| DenialKind::Rate),
        }
    }

    /// Returns the same problem with the exceeded limits and the header fields added.
    pub(crate) fn describe(&self, problem: Problem) -> Problem {
        let exceeded = self.limits.iter().filter(|limit| limit.is_exceeded);
        let headers = self.headers().into_iter();
        let headers = headers.filter_map(|(name, value)| {
            Some((name.to_ascii_lowercase(), HeaderValue::new(value).ok()?))
        });
        problem
            .with_violated_policies(exceeded.map(|limit| String::from(limit.name())))
            .with_headers(headers)
    }
}

/// Consumes one request from each limit, or from none of them.
///
/// Pass each limit with its stored state, or with `None` if no state is stored. Then store every
/// new state, even if the request is denied. Store them in one transaction, and only if none of the
/// stored states has changed since you read it. Otherwise, store nothing, and repeat the call with
/// the current time and the states that are stored now.
///
/// If you change the rate or quota of a limit, give the limit a new name or delete its states.
///
/// # Errors
///
/// - `access.too_many_limits`: more than [`MAX_LIMITS`];
/// - `access.duplicate_limit`: two limits have the same name.
pub fn consume(
    limits: &[(&Limit, Option<LimitState>)],
    now: Timestamp,
) -> Result<Consumption, Error> {
    check_limits(limits.iter().map(|(limit, _)| *limit))?;
    let limits = limits.iter().map(|(limit, state)| (*limit, None, *state)).collect();
    Ok(consume_all(limits, now))
}

/// Consumes one request from each limit, or from none of them. Each limit is passed with its id if
/// it belongs to a record.
pub(crate) fn consume_all(
    limits: Vec<(&Limit, Option<String>, Option<LimitState>)>,
    now: Timestamp,
) -> Consumption {
    let at = now.as_millis();
    let is_allowed = limits.iter().all(|(limit, _, state)| limit.consume(*state, at).is_some());
    let outcome = |(limit, id, old_state): (&Limit, Option<String>, Option<LimitState>)| {
        let consumed = limit.consume(old_state, at);
        // If one limit denies the request, none of them is consumed.
        let new_state = if is_allowed { consumed } else { limit.corrected(old_state, at) };
        let (remaining, next_at) = limit.remaining(new_state.or(old_state), at);
        LimitOutcome {
            id,
            name: limit.name.clone(),
            of: limit.of,
            old_state,
            new_state,
            is_quota: limit.quota().is_some(),
            is_exceeded: consumed.is_none(),
            policy: limit.policy(),
            remaining,
            next_at,
        }
    };
    Consumption { limits: limits.into_iter().map(outcome).collect(), now }
}

impl Limit {
    /// Returns the state after a request, or `None` if the limit denies it.
    fn consume(&self, state: Option<LimitState>, now: i64) -> Option<LimitState> {
        match self.rule {
            Rule::Rate(rate) => rate.consume(state, now, self.cost),
            Rule::Quota(quota) => quota.consume(state, now, self.cost),
        }
    }

    /// Returns the state that must replace the stored one if a clock was set back and the stored
    /// time is too far in the future. Without the replacement, every request would be denied until
    /// the stored time.
    fn corrected(&self, state: Option<LimitState>, now: i64) -> Option<LimitState> {
        match self.rule {
            Rule::Rate(rate) => rate.corrected(state, now),
            Rule::Quota(quota) => quota.corrected(state, now),
        }
    }

    /// Returns the number of requests that remain, and the first time at which more remain. There
    /// is no such time if the number is at its maximum.
    fn remaining(&self, state: Option<LimitState>, now: i64) -> (u32, Option<i64>) {
        let (units, most) = match self.rule {
            Rule::Rate(rate) => (rate.remaining(state, now), rate.burst),
            Rule::Quota(quota) => (quota.remaining(state, now), quota.units),
        };
        let requests = units / self.cost;
        let next_at = (requests < most / self.cost).then(|| match self.rule {
            Rule::Rate(rate) => rate.time_of((requests + 1) * self.cost, state, now),
            Rule::Quota(quota) => quota.end(state, now),
        });
        (requests, next_at)
    }

    fn policy(&self) -> Policy {
        let (units, seconds) = match self.rule {
            // A rate of less than one request in each period is reported as one request in a longer
            // period.
            Rule::Rate(Rate { units, per_seconds, .. }) if units < self.cost => {
                let seconds = u64::from(self.cost) * u64::from(per_seconds);
                let seconds = seconds.div_ceil(u64::from(units));
                return Policy { requests: 1, seconds: Some(seconds) };
            }
            Rule::Rate(rate) => (rate.units, Some(rate.per_seconds)),
            Rule::Quota(quota) => (quota.units, quota.seconds()),
        };
        Policy { requests: units / self.cost, seconds: seconds.map(u64::from) }
    }
}
