//! The health of an endpoint.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::{self, Id, Writer};
use keyrail_core::{ConfigError, Timestamp};

use super::count::{MAX_COUNT, add};
use super::{EndpointEvent, HealthPolicy};
use crate::delivery::{DeadReason, DeliveryResult, DeliveryState, GiveUp, Settled};
use crate::time::check_unit;
use crate::{Error, ErrorKind};

/// The version of the JSON formats of an endpoint's health and of its activity.
pub const ENDPOINT_SCHEMA: i64 = 1;

/// The health of an endpoint: whether events may be sent to it, and since when its attempts have
/// failed.
///
/// Store one for each endpoint, and insert the first one only if none is stored. Before an attempt,
/// [`hold`](Self::hold) returns whether it may be made. After it, [`record`](Self::record) returns
/// the health to store. It is unchanged, and need not be stored, after a success of an endpoint that
/// does not fail, and after most failures. Store a changed health only if the stored
/// [`version`](Self::version) is still the one that you read. Otherwise, read the health again, and
/// record the attempt again.
///
/// Store the delivery and the health in one transaction, if you can. Otherwise, store the delivery
/// first: if a worker stops in between, one attempt is not counted. If another worker has stored
/// the delivery in the meantime, record the attempt anyway, but do not report the events whose
/// names begin with `delivery.`.
///
/// - An endpoint that keeps failing causes a warning, and is disabled later if enough deliveries
///   were given up: see [`HealthPolicy`]. The time is measured from the first failure after the
///   last success to the latest failure, so an endpoint to which nothing is sent is not disabled.
///   Attempts count in the order in which they are recorded: record each one as soon as it ends.
/// - Any success resets what was measured.
/// - A response with the status 410 disables the endpoint at once.
/// - A disabled endpoint stays disabled until [`enable`](Self::enable) is called: by a person, or
///   because a test event was delivered. Do not call `hold` for a test event, because it would be
///   given up.
///
/// ```
/// use keyrail_core::Timestamp;
/// use keyrail_webhook::{
///     DeliveryOutcome, DeliveryState, EndpointEvent, EndpointHealth, HealthPolicy, RetryPolicy,
/// };
/// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let delivery = DeliveryState::start("msg_1", "desk-hook", &RetryPolicy::standard(), now)?;
/// let health = EndpointHealth::new("desk-hook")?;
/// assert_eq!(health.hold(&delivery, now)?, None);
///
/// let settled = delivery.settle(&DeliveryOutcome::response(410), now, 0.5)?;
/// let change = health.record(&settled, &HealthPolicy::standard())?;
/// assert_eq!(change.events(), [EndpointEvent::Disabled]);
/// assert!(change.health().is_disabled());
///
/// let next = DeliveryState::start("msg_2", "desk-hook", &RetryPolicy::standard(), now)?;
/// let held = change.health().hold(&next, now)?.unwrap();
/// assert_eq!(held.state().dead_at(), Some(now));
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EndpointHealth {
    pub(super) endpoint: String,
    pub(super) version: u64,
    pub(super) failing_since: Option<Timestamp>,
    pub(super) dead: u64,
    pub(super) warned_at: Option<Timestamp>,
    pub(super) parked_until: Option<Timestamp>,
    pub(super) disabled: Option<(Timestamp, DisabledReason)>,
}

/// Why an endpoint is disabled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DisabledReason {
    /// It failed for as long, and with as many deliveries given up, as the policy says.
    Failures,
    /// It responded with 410.
    Gone,
    /// The host disabled it.
    Host,
}

impl DisabledReason {
    pub(super) const WORDS: &'static [(&'static str, Self)] =
        &[("failures", Self::Failures), ("gone", Self::Gone), ("host", Self::Host)];

    /// Returns `failures`, `gone` or `host`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Failures => "failures",
            Self::Gone => "gone",
            Self::Host => "host",
        }
    }
}

impl fmt::Display for DisabledReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Whether events are sent to an endpoint, and whether it accepts them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndpointStatus {
    /// Events are sent, and no attempt has failed since the last success.
    Healthy,
    /// Events are sent, but attempts have failed since the last success.
    Failing,
    /// The endpoint asked for a pause, which has not ended.
    Parked,
    /// The endpoint is disabled.
    Disabled,
}

impl EndpointStatus {
    /// Returns `healthy`, `failing`, `parked` or `disabled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Failing => "failing",
            Self::Parked => "parked",
            Self::Disabled => "disabled",
        }
    }
}

impl fmt::Display for EndpointStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The health of an endpoint after an attempt or an operation, and the events that it caused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HealthChange {
    health: EndpointHealth,
    is_changed: bool,
    events: Vec<EndpointEvent>,
}

impl HealthChange {
    /// Returns the health to store in place of the old one, if it [changed](Self::is_changed).
    pub const fn health(&self) -> &EndpointHealth {
        &self.health
    }

    /// Returns whether the health differs from the old one.
    pub const fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// Returns the events for the host's operators, in the order in which they occurred. Report
    /// them when the health is stored, or at once if it is unchanged. If the health cannot be
    /// stored because of its version, do not report them: recording the attempt again returns them
    /// again.
    pub fn events(&self) -> &[EndpointEvent] {
        &self.events
    }
}

impl EndpointHealth {
    /// Creates the health of an endpoint that was not used yet.
    ///
    /// # Errors
    ///
    /// `webhook.malformed_endpoint`.
    pub fn new(endpoint: &str) -> Result<Self, Error> {
        if !Id::is_valid(endpoint) {
            return Err(ErrorKind::MalformedEndpoint.into());
        }
        Ok(Self {
            endpoint: endpoint.into(),
            version: 0,
            failing_since: None,
            dead: 0,
            warned_at: None,
            parked_until: None,
            disabled: None,
        })
    }

    /// Reads a health from JSON.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, `webhook.malformed_endpoint`,
    /// `webhook.malformed_number`, `webhook.time_in_seconds`, and `webhook.malformed_state` if the
    /// members contradict each other. If a newer release wrote the health, the only fault is
    /// `webhook.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of an endpoint's health.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("endpoint-health")
    }

    /// Returns the id of the endpoint.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the number of changes since the health was created. It starts again at 0 after
    /// 2^53 - 1.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns the time of the first failure since the last success, or since the endpoint was
    /// enabled, or `None` if there was none. While the endpoint is disabled, the time stays as it
    /// was.
    pub const fn failing_since(&self) -> Option<Timestamp> {
        self.failing_since
    }

    /// Returns how many deliveries were given up because of failures since the last success, or
    /// since the endpoint was enabled.
    pub const fn dead(&self) -> u64 {
        self.dead
    }

    /// Returns when the warning was caused, or `None` if there was none since the last success, or
    /// since the endpoint was enabled.
    pub const fn warned_at(&self) -> Option<Timestamp> {
        self.warned_at
    }

    /// Returns the end of the last pause that the endpoint asked for. It may be in the past, or as
    /// late as the year 9999: a pause is never shortened, but [`enable`](Self::enable) ends it.
    pub const fn parked_until(&self) -> Option<Timestamp> {
        self.parked_until
    }

    /// Returns whether the endpoint is disabled.
    pub const fn is_disabled(&self) -> bool {
        self.disabled.is_some()
    }

    /// Returns when the endpoint was disabled, or `None` if it is enabled.
    pub fn disabled_at(&self) -> Option<Timestamp> {
        self.disabled.map(|(at, _)| at)
    }

    /// Returns why the endpoint was disabled, or `None` if it is enabled.
    pub fn disabled_reason(&self) -> Option<DisabledReason> {
        self.disabled.map(|(_, reason)| reason)
    }

    /// Returns whether events are sent to the endpoint at `now`, and whether it accepts them.
    ///
    /// # Errors
    ///
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    pub fn status(&self, now: Timestamp) -> Result<EndpointStatus, Error> {
        check_unit(now)?;
        Ok(if self.is_disabled() {
            EndpointStatus::Disabled
        } else if self.parked_until.is_some_and(|until| now < until) {
            EndpointStatus::Parked
        } else if self.failing_since.is_some() {
            EndpointStatus::Failing
        } else {
            EndpointStatus::Healthy
        })
    }

    /// Returns what to store instead of making an attempt, or `None` if it may be made at `now`.
    ///
    /// If the endpoint is disabled, the delivery is [given up](DeliveryState::give_up). If it asked
    /// for a pause, the delivery is [postponed](DeliveryState::postpone), or given up if the pause
    /// ends after its deadline. Call this when the delivery is due: the time of its next attempt is
    /// not checked. [Record](Self::record) the result like an attempt.
    ///
    /// # Errors
    ///
    /// `webhook.other_endpoint`, `webhook.delivery_ended`, and `webhook.time_in_seconds` if `now` is
    /// before 1973-03-03, as a time in seconds would be.
    pub fn hold(&self, delivery: &DeliveryState, now: Timestamp) -> Result<Option<Settled>, Error> {
        self.check_endpoint(delivery)?;
        delivery.check_pending()?;
        check_unit(now)?;
        if self.is_disabled() {
            return delivery.give_up(GiveUp::EndpointDisabled, now).map(Some);
        }
        match self.parked_until {
            Some(until) if now < until => delivery.postpone(until, now).map(Some),
            _ => Ok(None),
        }
    }

    /// Returns the health after an attempt, or after a delivery was held. A delivery that is given
    /// up because a pause ends after its deadline counts as a failure. A delivery that was
    /// postponed, or that the host gave up, changes nothing. While the endpoint is disabled,
    /// nothing changes, but the events of deliveries are still returned.
    ///
    /// # Errors
    ///
    /// `webhook.other_endpoint`.
    pub fn record(&self, settled: &Settled, policy: &HealthPolicy) -> Result<HealthChange, Error> {
        self.check_endpoint(settled.state())?;
        let (mut health, mut events) = (self.clone(), Vec::new());
        if let Some(until) = settled.parked_until()
            && !self.is_disabled()
        {
            health.parked_until = health.parked_until.max(Some(until));
        }
        match settled.result() {
            DeliveryResult::Delivered => {
                if settled.state().attempts() > 1 {
                    events.push(EndpointEvent::DeliveryRecovered);
                }
                health.succeed(&mut events);
            }
            DeliveryResult::Dead { reason: DeadReason::Gone } => {
                health.fail(settled, policy, &mut events);
            }
            DeliveryResult::Dead { reason: DeadReason::Exhausted | DeadReason::Deadline } => {
                events.push(EndpointEvent::DeliveryExhausted);
                health.fail(settled, policy, &mut events);
            }
            DeliveryResult::Retry { .. } if settled.is_attempt() => {
                health.fail(settled, policy, &mut events);
            }
            // It was postponed, or the host gave it up.
            DeliveryResult::Retry { .. } | DeliveryResult::Dead { .. } => {}
        }
        Ok(self.changed_to(health, events))
    }

    /// Returns the health after the host disabled the endpoint. If it is disabled already, nothing
    /// changes.
    ///
    /// # Errors
    ///
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    pub fn disable(&self, now: Timestamp) -> Result<HealthChange, Error> {
        check_unit(now)?;
        let (mut health, mut events) = (self.clone(), Vec::new());
        if !health.is_disabled() {
            health.end(now, DisabledReason::Host, &mut events);
        }
        Ok(self.changed_to(health, events))
    }

    /// Returns the health after a person enabled the endpoint again, or after a test event was
    /// delivered. Failures, a warning and a pause are forgotten, even if the endpoint is not
    /// disabled. Deliveries that were given up are not resumed.
    #[must_use]
    pub fn enable(&self) -> HealthChange {
        let (endpoint, version) = (self.endpoint.clone(), self.version);
        let health = Self {
            endpoint,
            version,
            failing_since: None,
            dead: 0,
            warned_at: None,
            parked_until: None,
            disabled: None,
        };
        let events = match (self.is_disabled(), self.warned_at) {
            (true, _) => [EndpointEvent::Enabled].into(),
            (false, Some(_)) => [EndpointEvent::Recovered].into(),
            (false, None) => Vec::new(),
        };
        self.changed_to(health, events)
    }

    /// Resets what was measured, unless the endpoint is disabled.
    fn succeed(&mut self, events: &mut Vec<EndpointEvent>) {
        if self.is_disabled() {
            return;
        }
        if self.warned_at.is_some() {
            events.push(EndpointEvent::Recovered);
        }
        (self.failing_since, self.dead, self.warned_at) = (None, 0, None);
    }

    /// Counts a failure, unless the endpoint is disabled.
    fn fail(&mut self, settled: &Settled, policy: &HealthPolicy, events: &mut Vec<EndpointEvent>) {
        let state = settled.state();
        let failed_at = state.last_failure().map(|failure| failure.at());
        let Some(at) = state.dead_at().or(failed_at) else { return };
        if self.is_disabled() {
            return;
        }
        // A failure of a server whose clock is behind may be earlier than the first one.
        let since = self.failing_since.map_or(at, |since| since.min(at));
        self.failing_since = Some(since);
        self.dead = add(self.dead, state.dead_at().is_some().into());
        if settled.disables_endpoint() {
            self.end(at, DisabledReason::Gone, events);
            return;
        }
        let (warn, disable) = (policy.warn_after_seconds(), policy.disable_after_seconds());
        match self.warned_at {
            None if is_after(since, warn, at) => {
                self.warned_at = Some(at);
                events.push(EndpointEvent::Warned);
            }
            // The time between the two thresholds is left to repair the endpoint.
            Some(warned_at)
                if is_after(since, disable, at)
                    && is_after(warned_at, disable.saturating_sub(warn), at)
                    && self.dead >= u64::from(policy.disable_after_dead()) =>
            {
                self.end(at, DisabledReason::Failures, events);
            }
            _ => {}
        }
    }

    fn end(&mut self, at: Timestamp, reason: DisabledReason, events: &mut Vec<EndpointEvent>) {
        self.disabled = Some((at, reason));
        events.push(EndpointEvent::Disabled);
    }

    /// Returns the change from this health to another one, whose version is still the same.
    fn changed_to(&self, mut health: Self, events: Vec<EndpointEvent>) -> HealthChange {
        let is_changed = health != *self;
        if is_changed {
            // It starts again at 0 after the largest number that JSON can represent.
            health.version = (self.version + 1) % (MAX_COUNT + 1);
        }
        HealthChange { health, is_changed, events }
    }

    fn check_endpoint(&self, delivery: &DeliveryState) -> Result<(), Error> {
        let is_same = delivery.endpoint() == self.endpoint;
        if is_same { Ok(()) } else { Err(ErrorKind::OtherEndpoint.into()) }
    }

    /// Returns the health as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", ENDPOINT_SCHEMA);
        json.text("endpoint", Some(&self.endpoint));
        json.raw("version", self.version);
        json.text("failing_since", self.failing_since);
        json.raw("dead", self.dead);
        json.text("warned_at", self.warned_at);
        json.text("parked_until", self.parked_until);
        if let Some((at, reason)) = self.disabled {
            let mut disabled = Writer::new();
            disabled.text("at", Some(at));
            disabled.text("reason", Some(reason));
            json.raw("disabled", disabled.finish());
        }
        json.finish()
    }
}

/// Returns whether a time is at least this many seconds after a start.
fn is_after(start: Timestamp, seconds: u32, time: Timestamp) -> bool {
    time.as_millis() - start.as_millis() >= i64::from(seconds) * 1000
}

impl fmt::Debug for EndpointHealth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match (self.disabled, self.failing_since) {
            (Some((_, reason)), _) => reason.as_str(),
            (None, Some(_)) => "failing",
            (None, None) => "healthy",
        };
        write!(f, "EndpointHealth({:?}, {state})", self.endpoint)
    }
}

keyrail_core::from_str! {
    EndpointHealth: from_json, ConfigError;
}
