//! Events that the host's operators want to know about.

use core::fmt;

/// An event about an endpoint or a delivery, for the host's operators or customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EndpointEvent {
    /// The endpoint has failed for so long that it should be repaired.
    Warned,
    /// The endpoint was disabled.
    Disabled,
    /// The endpoint was enabled again.
    Enabled,
    /// After a warning, an attempt succeeded, or `enable` was called before the endpoint was
    /// disabled.
    Recovered,
    /// A delivery was given up because no attempt was left, or because the next attempt, or the end
    /// of a pause, would be after its deadline.
    DeliveryExhausted,
    /// An event was delivered after failed attempts.
    DeliveryRecovered,
}

impl EndpointEvent {
    /// Returns the name, such as `endpoint.disabled` or `delivery.exhausted`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Warned => "endpoint.warned",
            Self::Disabled => "endpoint.disabled",
            Self::Enabled => "endpoint.enabled",
            Self::Recovered => "endpoint.recovered",
            Self::DeliveryExhausted => "delivery.exhausted",
            Self::DeliveryRecovered => "delivery.recovered",
        }
    }
}

impl fmt::Display for EndpointEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
