//! Webhooks: signs deliveries ([`Signer`]), verifies received ones ([`Verifier`]), decides when a
//! failed delivery is repeated ([`DeliveryState`]) and whether an endpoint is disabled
//! ([`EndpointHealth`]), which received deliveries are processed ([`Receiver`]), and checks which
//! URLs a webhook may have ([`check_target`]).
//!
//! The signatures follow Standard Webhooks 1.0.0 (<https://www.standardwebhooks.com>): the symmetric
//! scheme `v1` and, with the feature `ed25519`, the asymmetric scheme `v1a`.
//!
//! ```
//! use keyrail_core::{Secret, Timestamp};
//! use keyrail_webhook::{Signer, Verifier};
//! let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
//! let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
//!
//! let headers = Signer::new(&secret)?.sign("msg_1", now, b"{}")?;
//! let headers: Vec<_> = headers.iter().map(|(name, value)| (name, value.reveal())).collect();
//! let verified = Verifier::new(&[secret])?.verify(&headers, b"{}", now)?;
//! assert_eq!(verified.id, "msg_1");
//! # Ok::<(), keyrail_webhook::Error>(())
//! ```
#![no_std]
#![forbid(unsafe_code)]
#![deny(missing_docs)]
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::string_slice
    )
)]

extern crate alloc;

mod address;
mod content;
mod delivery;
#[cfg(feature = "ed25519")]
mod ed25519;
#[cfg(not(feature = "ed25519"))]
#[path = "ed25519_disabled.rs"]
mod ed25519;
mod endpoint;
mod error;
mod generate;
mod names;
mod receive;
mod scheme;
mod secret;
mod sign;
mod target;
mod time;
mod verify;

pub use address::is_public_address;
pub use content::{HeaderNames, MAX_ID, MAX_SECRETS, MAX_SIGNATURES};
pub use delivery::{
    DELIVERY_SCHEMA, DeadReason, DeliveryFailure, DeliveryOutcome, DeliveryResult, DeliveryState,
    GiveUp, MAX_ATTEMPTS, MAX_DEADLINE_SECONDS, MAX_DELAY_SECONDS, MAX_EXCERPT, MAX_REDACTED,
    NoResponse, RetryPolicy, STANDARD_DELAYS_SECONDS, Settled,
};
pub use endpoint::{
    DisabledReason, ENDPOINT_SCHEMA, EndpointActivity, EndpointEvent, EndpointHealth,
    EndpointStatus, HealthChange, HealthPolicy, LATENCY_BOUNDS_MS, MAX_DEAD, MAX_FAILURES,
    MAX_HEALTH_SECONDS,
};
pub use error::{Error, ErrorKind, problem};
pub use generate::{MIN_ENTROPY, generate_private_key, generate_secret, public_key};
pub use receive::{
    CLAIM_SCHEMA, ClaimState, DeliveryClaim, MAX_LEASE_SECONDS, ReceivePolicy, ReceiveResult,
    Receiver,
};
pub use scheme::{
    MAX_FORM_PAIRS, MAX_PARTS, MAX_SCHEME_SECRET, ReadScheme, Scheme, SignedRequest,
    VerifiedRequest,
};
pub use secret::{MAX_SECRET, MIN_SECRET, standard_secret};
pub use sign::Signer;
pub use target::{MAX_TARGET, check_target, check_target_with_loopback};
pub use verify::{DEFAULT_TOLERANCE_SECONDS, Verified, Verifier};
