//! Results: what becomes of a delivery after an attempt.

use core::fmt;

use keyrail_core::Timestamp;

use super::DeliveryState;
use crate::{Error, ErrorKind};

/// Why a delivery was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeadReason {
    /// The last attempt that the policy allows failed.
    Exhausted,
    /// The next attempt would have been after the deadline.
    Deadline,
    /// The endpoint responded with 410: it wants no more deliveries.
    Gone,
    /// The endpoint was disabled.
    EndpointDisabled,
    /// The endpoint's URL fails [`check_target`](crate::check_target).
    TargetRejected,
    /// The host canceled the delivery.
    Canceled,
}

impl DeadReason {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("exhausted", Self::Exhausted),
        ("deadline", Self::Deadline),
        ("gone", Self::Gone),
        ("endpoint_disabled", Self::EndpointDisabled),
        ("target_rejected", Self::TargetRejected),
        ("canceled", Self::Canceled),
    ];

    /// Returns the name, such as `endpoint_disabled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exhausted => "exhausted",
            Self::Deadline => "deadline",
            Self::Gone => "gone",
            Self::EndpointDisabled => "endpoint_disabled",
            Self::TargetRejected => "target_rejected",
            Self::Canceled => "canceled",
        }
    }
}

impl fmt::Display for DeadReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Why the host gives up a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GiveUp {
    /// The endpoint was disabled.
    EndpointDisabled,
    /// The endpoint's URL fails [`check_target`](crate::check_target).
    TargetRejected,
    /// The host canceled the delivery.
    Canceled,
}

impl GiveUp {
    /// Returns the reason that `endpoint_disabled`, `target_rejected` or `canceled` stands for.
    ///
    /// # Errors
    ///
    /// `webhook.unknown_give_up`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let all = [Self::EndpointDisabled, Self::TargetRejected, Self::Canceled];
        let reason = all.into_iter().find(|it| it.as_str() == text);
        reason.ok_or_else(|| ErrorKind::UnknownGiveUp.into())
    }

    /// Returns `endpoint_disabled`, `target_rejected` or `canceled`.
    pub const fn as_str(self) -> &'static str {
        self.reason().as_str()
    }

    pub(super) const fn reason(self) -> DeadReason {
        match self {
            Self::EndpointDisabled => DeadReason::EndpointDisabled,
            Self::TargetRejected => DeadReason::TargetRejected,
            Self::Canceled => DeadReason::Canceled,
        }
    }
}

keyrail_core::from_str! {
    GiveUp: parse, Error;
}

/// What becomes of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryResult {
    /// The endpoint accepted the event.
    Delivered,
    /// The next attempt is due at this time.
    Retry {
        /// The time of the next attempt.
        at: Timestamp,
    },
    /// The delivery was given up.
    Dead {
        /// Why it was given up.
        reason: DeadReason,
    },
}

/// A delivery after an attempt, or after it was postponed or given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    pub(super) state: DeliveryState,
    pub(super) result: DeliveryResult,
    pub(super) parked_until: Option<Timestamp>,
    pub(super) is_attempt: bool,
}

impl Settled {
    /// Returns the state to store in place of the old one.
    pub const fn state(&self) -> &DeliveryState {
        &self.state
    }

    /// Returns what becomes of the delivery.
    pub const fn result(&self) -> DeliveryResult {
        self.result
    }

    /// Returns the time before which no delivery may be sent to the endpoint, or `None` if the
    /// endpoint did not ask for a pause. It asks with a status of 429 or 503 and the header
    /// `Retry-After`. The pause applies even if this delivery is given up.
    /// [`EndpointHealth::record`](crate::EndpointHealth::record) stores it.
    pub const fn parked_until(&self) -> Option<Timestamp> {
        self.parked_until
    }

    /// Returns whether an attempt was made: [`settle`](DeliveryState::settle) created this result.
    pub const fn is_attempt(&self) -> bool {
        self.is_attempt
    }

    /// Returns whether the endpoint must be disabled at once, because it responded with 410.
    pub const fn disables_endpoint(&self) -> bool {
        matches!(self.result, DeliveryResult::Dead { reason: DeadReason::Gone })
    }
}
