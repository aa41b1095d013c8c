//! The state of a delivery.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::{self, Id, Writer};
use keyrail_core::{ConfigError, HeaderValue, Timestamp};

use super::retry_after::retry_after;
use super::settled::{DeadReason, DeliveryResult, GiveUp, Settled};
use super::{DeliveryOutcome, NoResponse, RetryPolicy};
use crate::content::check_id;
use crate::time::{after, check_unit};
use crate::{Error, ErrorKind, Signer};

/// The version of the JSON format of a delivery's state.
pub const DELIVERY_SCHEMA: i64 = 1;

/// The state of the delivery of one event to one endpoint.
///
/// Store it, for example with [`next_at`](Self::next_at) as an indexed column. When an attempt is
/// due, sign a request with [`request`](Self::request), send it, and store the state that
/// [`settle`](Self::settle) returns. Store it only if the stored [`attempts`](Self::attempts) and
/// [`next_at`](Self::next_at) are still the ones that you read. Otherwise, another worker was
/// faster, or the delivery was given up: drop the new state, but still pass the result to
/// [`EndpointHealth::record`](crate::EndpointHealth::record). If a worker stops between the request
/// and the storing, the event is sent again: an endpoint must expect the same id more than once. If
/// two workers read the same state, both send the event: to prevent this, lock the row until the
/// new state is stored.
///
/// ```
/// use keyrail_core::{Secret, Timestamp};
/// use keyrail_webhook::{DeliveryOutcome, DeliveryResult, DeliveryState, RetryPolicy, Signer};
/// let signer = Signer::new(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))?;
/// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let state = DeliveryState::start("msg_1", "desk-hook", &RetryPolicy::standard(), now)?;
/// let headers = state.request(&signer, b"{}", now)?;
/// assert_eq!(headers[0].0, "webhook-id");
///
/// let settled = state.settle(&DeliveryOutcome::response(500), now, 0.5)?;
/// let at = Timestamp::parse("2026-12-01T00:00:05.500Z").unwrap();
/// assert_eq!(settled.result(), DeliveryResult::Retry { at });
/// let settled = settled.state().settle(&DeliveryOutcome::response(204), at, 0.5)?;
/// assert_eq!(settled.result(), DeliveryResult::Delivered);
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DeliveryState {
    pub(super) id: String,
    pub(super) endpoint: String,
    pub(super) policy: RetryPolicy,
    pub(super) started_at: Timestamp,
    pub(super) attempts: u32,
    pub(super) phase: Phase,
    pub(super) last_failure: Option<DeliveryFailure>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// The next attempt is due at this time.
    Pending(Timestamp),
    /// The endpoint accepted the event at this time.
    Delivered(Timestamp),
    /// The delivery was given up at this time.
    Dead(Timestamp, DeadReason),
}

/// A failed attempt: its time, and the response or the reason why there was none.
#[derive(Clone, PartialEq, Eq)]
pub struct DeliveryFailure {
    pub(super) at: Timestamp,
    pub(super) status: Option<u16>,
    pub(super) no_response: Option<NoResponse>,
    pub(super) body: Option<String>,
}

impl DeliveryFailure {
    /// Returns when the attempt failed.
    pub const fn at(&self) -> Timestamp {
        self.at
    }

    /// Returns the status of the response, or `None` if there was no response.
    pub const fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns why there was no response, or `None` if there was one.
    pub const fn no_response_reason(&self) -> Option<NoResponse> {
        self.no_response
    }

    /// Returns the redacted start of the response's body, if it is known.
    pub fn body(&self) -> Option<&str> {
        self.body.as_deref()
    }

    /// Returns whether an attempt can have failed like this, and whether the endpoint is gone.
    pub(super) fn is_possible(&self, is_gone: bool) -> bool {
        !is_success(self.status) && (self.status == Some(410)) == is_gone
    }

    pub(crate) fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.text("at", Some(self.at));
        if let Some(status) = self.status {
            json.raw("status", status);
        }
        json.text("no_response", self.no_response);
        json.text("body", self.body.as_ref());
        json.finish()
    }
}

/// Returns whether a response with this status accepts an event.
pub(crate) fn is_success(status: Option<u16>) -> bool {
    status.is_some_and(|status| (200..=299).contains(&status))
}

impl fmt::Debug for DeliveryFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.status, self.no_response) {
            (Some(status), _) => write!(f, "DeliveryFailure({status})"),
            (None, reason) => {
                write!(f, "DeliveryFailure({})", reason.map_or("unknown", NoResponse::as_str))
            }
        }
    }
}

impl DeliveryState {
    /// Starts the delivery of an event to an endpoint. The first attempt is due at `now`.
    ///
    /// `id` becomes the header `webhook-id` of every attempt. The gateway returns one with each
    /// delivery. `endpoint` is the id of the endpoint.
    ///
    /// # Errors
    ///
    /// `webhook.malformed_id`, `webhook.malformed_endpoint`, and `webhook.time_in_seconds` if `now`
    /// is before 1973-03-03, as a time in seconds would be.
    pub fn start(
        id: &str,
        endpoint: &str,
        policy: &RetryPolicy,
        now: Timestamp,
    ) -> Result<Self, Error> {
        check_id(id.as_bytes())?;
        if !Id::is_valid(endpoint) {
            return Err(ErrorKind::MalformedEndpoint.into());
        }
        check_unit(now)?;
        Ok(Self {
            id: id.into(),
            endpoint: endpoint.into(),
            policy: policy.clone(),
            started_at: now,
            attempts: 0,
            phase: Phase::Pending(now),
            last_failure: None,
        })
    }

    /// Reads a state from JSON.
    ///
    /// # Errors
    ///
    /// The errors of every configuration and of a [policy](RetryPolicy::from_json),
    /// `webhook.malformed_id`, `webhook.malformed_endpoint`, `webhook.malformed_number`,
    /// `webhook.time_in_seconds`, and `webhook.malformed_state` if the members contradict each
    /// other. If a newer release wrote the state, the only fault is `webhook.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a delivery's state.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("delivery-state")
    }

    /// Returns the id of the delivery, which is the same on every attempt.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the id of the endpoint.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the policy with which the delivery was started.
    pub const fn policy(&self) -> &RetryPolicy {
        &self.policy
    }

    /// Returns when the delivery was started.
    pub const fn started_at(&self) -> Timestamp {
        self.started_at
    }

    /// Returns the time after which no more attempts are planned.
    pub fn deadline(&self) -> Timestamp {
        after(self.started_at, i64::from(self.policy.deadline_seconds) * 1000)
    }

    /// Returns the number of attempts that were made.
    pub const fn attempts(&self) -> u32 {
        self.attempts
    }

    /// Returns when the next attempt is due, or `None` if the delivery has ended.
    pub const fn next_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Pending(at) => Some(at),
            Phase::Delivered(_) | Phase::Dead(..) => None,
        }
    }

    /// Returns when the event was delivered, or `None` if it was not.
    pub const fn delivered_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Delivered(at) => Some(at),
            Phase::Pending(_) | Phase::Dead(..) => None,
        }
    }

    /// Returns when the delivery was given up, or `None` if it was not.
    pub const fn dead_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Dead(at, _) => Some(at),
            Phase::Pending(_) | Phase::Delivered(_) => None,
        }
    }

    /// Returns why the delivery was given up, or `None` if it was not.
    pub const fn dead_reason(&self) -> Option<DeadReason> {
        match self.phase {
            Phase::Dead(_, reason) => Some(reason),
            Phase::Pending(_) | Phase::Delivered(_) => None,
        }
    }

    /// Returns the last failed attempt, or `None` if no attempt failed.
    pub const fn last_failure(&self) -> Option<&DeliveryFailure> {
        self.last_failure.as_ref()
    }

    /// Returns the signed headers of the next attempt, which is made at `now`: see
    /// [`Signer::sign`]. The id is the same on every attempt, but the timestamp and the signature
    /// are new. Send the body byte for byte as it is passed here.
    ///
    /// # Errors
    ///
    /// `webhook.delivery_ended`, and those of [`Signer::sign`].
    pub fn request(
        &self,
        signer: &Signer,
        body: &[u8],
        now: Timestamp,
    ) -> Result<Vec<(String, HeaderValue)>, Error> {
        self.check_pending()?;
        signer.sign(&self.id, now, body)
    }

    /// Returns what becomes of the delivery after an attempt that ended at `now`.
    ///
    /// - A status from 200 to 299: the event is delivered.
    /// - 410: the delivery is given up, and the endpoint must be disabled.
    /// - Anything else is a failure. The next attempt is due after the policy's delay, or later, if
    ///   the endpoint asks for a pause with a status of 429 or 503 and the header `Retry-After`. If
    ///   no attempt is left, or if the delay or the pause ends after the
    ///   [`deadline`](Self::deadline), the delivery is given up.
    ///
    /// `jitter` is a new random number from 0 to 1 for each attempt. The next attempt is moved to a
    /// later time by this part of [`RetryPolicy::jitter_percent`] of the delay, but not beyond the
    /// deadline.
    ///
    /// # Errors
    ///
    /// `webhook.delivery_ended`, `webhook.malformed_jitter`, and `webhook.time_in_seconds` if `now`
    /// is before 1973-03-03, as a time in seconds would be.
    pub fn settle(
        &self,
        outcome: &DeliveryOutcome,
        now: Timestamp,
        jitter: f64,
    ) -> Result<Settled, Error> {
        self.check_pending()?;
        check_unit(now)?;
        if !(0.0..=1.0).contains(&jitter) {
            return Err(ErrorKind::MalformedJitter.into());
        }
        let attempts = self.attempts.saturating_add(1);
        let parked_until = outcome.retry_after().and_then(|value| retry_after(value, now));
        let result = match outcome.status() {
            Some(200..=299) => DeliveryResult::Delivered,
            Some(410) => DeliveryResult::Dead { reason: DeadReason::Gone },
            _ => self.after_failure(attempts, parked_until, now, jitter),
        };
        let failure = || DeliveryFailure {
            at: now,
            status: outcome.status(),
            no_response: outcome.no_response_reason(),
            body: outcome.body().map(Into::into),
        };
        let last_failure = match result {
            DeliveryResult::Delivered => self.last_failure.clone(),
            DeliveryResult::Retry { .. } | DeliveryResult::Dead { .. } => Some(failure()),
        };
        let settled = self.settled(attempts, result, last_failure, now);
        Ok(Settled { parked_until, is_attempt: true, ..settled })
    }

    /// Gives up the delivery, although attempts are left.
    ///
    /// # Errors
    ///
    /// `webhook.delivery_ended`, and `webhook.time_in_seconds` if `now` is before 1973-03-03, as a
    /// time in seconds would be.
    pub fn give_up(&self, reason: GiveUp, now: Timestamp) -> Result<Settled, Error> {
        self.check_pending()?;
        check_unit(now)?;
        let result = DeliveryResult::Dead { reason: reason.reason() };
        Ok(self.settled(self.attempts, result, self.last_failure.clone(), now))
    }

    /// Postpones the next attempt until the end of a pause that the endpoint asked for in another
    /// delivery: see [`Settled::parked_until`]. If the pause ends after the
    /// [`deadline`](Self::deadline), the delivery is given up. If the next attempt is due later
    /// anyway, it stays as it is.
    ///
    /// # Errors
    ///
    /// `webhook.delivery_ended`, and `webhook.time_in_seconds` if `until` or `now` is before
    /// 1973-03-03, as a time in seconds would be.
    ///
    /// # Examples
    ///
    /// ```
    /// # use keyrail_core::Timestamp;
    /// # use keyrail_webhook::{DeliveryResult, DeliveryState, RetryPolicy};
    /// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    /// let until = Timestamp::parse("2026-12-01T00:10:00Z").unwrap();
    /// let state = DeliveryState::start("msg_1", "desk-hook", &RetryPolicy::standard(), now)?;
    /// let postponed = state.postpone(until, now)?;
    /// assert_eq!(postponed.result(), DeliveryResult::Retry { at: until });
    /// assert_eq!(postponed.state().attempts(), 0);
    /// # Ok::<(), keyrail_webhook::Error>(())
    /// ```
    pub fn postpone(&self, until: Timestamp, now: Timestamp) -> Result<Settled, Error> {
        let Phase::Pending(due) = self.phase else { return Err(ErrorKind::DeliveryEnded.into()) };
        check_unit(until)?;
        check_unit(now)?;
        let at = due.max(until);
        let result = match at <= self.deadline() {
            true => DeliveryResult::Retry { at },
            false => DeliveryResult::Dead { reason: DeadReason::Deadline },
        };
        Ok(self.settled(self.attempts, result, self.last_failure.clone(), now))
    }

    /// Returns the result of a failure, after this number of attempts.
    fn after_failure(
        &self,
        attempts: u32,
        parked_until: Option<Timestamp>,
        now: Timestamp,
        jitter: f64,
    ) -> DeliveryResult {
        let made = usize::try_from(attempts).unwrap_or(usize::MAX);
        let Some(delay_ms) = self.policy.delay_ms(made) else {
            return DeliveryResult::Dead { reason: DeadReason::Exhausted };
        };
        let planned = after(now, delay_ms);
        let earliest = parked_until.map_or(planned, |until| until.max(planned));
        if self.deadline() < earliest {
            return DeliveryResult::Dead { reason: DeadReason::Deadline };
        }
        let at = after(earliest, self.policy.jitter_ms(delay_ms, jitter)).min(self.deadline());
        DeliveryResult::Retry { at }
    }

    /// Returns the delivery with this result, to which no attempt led.
    fn settled(
        &self,
        attempts: u32,
        result: DeliveryResult,
        last_failure: Option<DeliveryFailure>,
        now: Timestamp,
    ) -> Settled {
        let phase = match result {
            DeliveryResult::Delivered => Phase::Delivered(now),
            DeliveryResult::Retry { at } => Phase::Pending(at),
            DeliveryResult::Dead { reason } => Phase::Dead(now, reason),
        };
        let (id, endpoint) = (self.id.clone(), self.endpoint.clone());
        let (policy, started_at) = (self.policy.clone(), self.started_at);
        let state = Self { id, endpoint, policy, started_at, attempts, phase, last_failure };
        Settled { state, result, parked_until: None, is_attempt: false }
    }

    pub(crate) fn check_pending(&self) -> Result<(), Error> {
        match self.phase {
            Phase::Pending(_) => Ok(()),
            Phase::Delivered(_) | Phase::Dead(..) => Err(ErrorKind::DeliveryEnded.into()),
        }
    }

    /// Returns the state as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", DELIVERY_SCHEMA);
        json.text("id", Some(&self.id));
        json.text("endpoint", Some(&self.endpoint));
        json.raw("policy", self.policy.to_json());
        json.text("started_at", Some(self.started_at));
        json.raw("attempts", self.attempts);
        json.text("next_at", self.next_at());
        json.text("delivered_at", self.delivered_at());
        if let Phase::Dead(at, reason) = self.phase {
            let mut dead = Writer::new();
            dead.text("at", Some(at));
            dead.text("reason", Some(reason));
            json.raw("dead", dead.finish());
        }
        if let Some(failure) = &self.last_failure {
            json.raw("last_failure", failure.to_json());
        }
        json.finish()
    }
}

impl fmt::Debug for DeliveryState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phase = match self.phase {
            Phase::Pending(_) => "pending",
            Phase::Delivered(_) => "delivered",
            Phase::Dead(_, reason) => reason.as_str(),
        };
        write!(f, "DeliveryState({:?}, attempts: {}, {phase})", self.id, self.attempts)
    }
}

keyrail_core::from_str! {
    DeliveryState: from_json, ConfigError;
}
