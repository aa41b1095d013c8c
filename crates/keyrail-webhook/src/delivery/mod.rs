//! Delivery: when an event is sent to an endpoint, when a failed attempt is repeated, and when the
//! event is given up.

mod outcome;
mod policy;
mod policy_json;
mod retry_after;
mod settled;
mod state;
mod state_json;

pub use outcome::{DeliveryOutcome, MAX_EXCERPT, MAX_REDACTED, NoResponse};
pub use policy::{
    MAX_ATTEMPTS, MAX_DEADLINE_SECONDS, MAX_DELAY_SECONDS, RetryPolicy, STANDARD_DELAYS_SECONDS,
};
pub(crate) use state::is_success;

pub use settled::{DeadReason, DeliveryResult, GiveUp, Settled};
pub use state::{DELIVERY_SCHEMA, DeliveryFailure, DeliveryState};
