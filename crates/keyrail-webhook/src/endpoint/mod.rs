//! Endpoints: which ones fail, when they are disabled, and what they did.

mod activity;
mod activity_json;
mod count;
mod event;
mod health;
mod health_json;
mod latency;
mod policy;

pub use activity::{EndpointActivity, MAX_FAILURES};
pub use event::EndpointEvent;
pub use health::{DisabledReason, ENDPOINT_SCHEMA, EndpointHealth, EndpointStatus, HealthChange};
pub use latency::LATENCY_BOUNDS_MS;
pub use policy::{HealthPolicy, MAX_DEAD, MAX_HEALTH_SECONDS};
