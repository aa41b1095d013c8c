//! Receiving: which deliveries are processed, and which ones were processed already.

mod claim;
mod claim_json;
mod policy;
mod receiver;

pub use claim::{CLAIM_SCHEMA, ClaimState, DeliveryClaim, ReceiveResult};
pub use policy::{MAX_LEASE_SECONDS, ReceivePolicy};
pub use receiver::Receiver;
