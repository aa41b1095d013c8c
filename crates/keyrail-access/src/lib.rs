//! Access: the life of a key, the app that it belongs to, and whether a request with it is
//! authorized.
//!
//! A [`KeyRecord`] is the data that a host stores about a key: digests of the key (never the key
//! itself) and the key's app, scope, period of validity and limits. [`KeyRecord::find_digest`]
//! checks whether a string is the key; [`KeyRecord::authorize`] returns a [`Grant`], or a
//! [`Denial`] with exactly one reason. [`LastUses`] says when the keys of a record were last used.
//! [`KeyRecord::status`], [`expiry_alerts`] and [`unused_alerts`] are for dashboards and reminders.
//! A [`Policy`] says which keys may exist and who may do what with them: its operations, such as
//! [`Policy::issue`] and [`Policy::rotate`], return a [`Change`] to store. A [`Limit`] is a rate or
//! a calendar quota: [`consume`] decides whether a request is allowed, and returns the new states.
//! A [`UsageCounter`] counts requests, and [`Usage`] merges the counts of several servers. An
//! [`AuditChain`] turns the events of changes into a log, and detects whether entries of the log
//! were changed or removed. The host passes the time, the client's address, the actor and what the
//! request concerns.
//!
//! ```
//! use keyrail_access::{Access, AccessRequest, KeyRecord};
//! use keyrail_core::Timestamp;
//! let record = KeyRecord::from_json(r#"{
//!     "id": "8f3k2m9q1x7c", "app": "desk", "scope": "read",
//!     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
//!     "expires_at": "2027-01-30T00:00:00Z"
//! }"#)?;
//! assert!(record.matches("abc", &[])); // SHA-256 of abc: FIPS 180-4, B.1
//!
//! let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
//! let read = AccessRequest::new(Access::Read, now);
//! assert_eq!(record.authorize(&read).unwrap().app(), "desk");
//! let write = AccessRequest::new(Access::Write, now);
//! assert_eq!(record.authorize(&write).unwrap_err().code(), "access.scope");
//! # Ok::<(), keyrail_core::ConfigError>(())
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

mod action;
mod actor;
mod alert;
mod audit;
mod authority;
mod authorize;
mod change;
mod check;
mod denial;
mod digest;
mod edit;
mod error;
mod issue;
mod last_use;
mod limit;
mod merge;
mod period;
mod policy;
mod policy_json;
mod presets;
mod record;
mod record_json;
mod scope;
mod status;
mod text;
mod upgrade;
mod usage;

pub use action::Action;
pub use actor::Actor;
pub use alert::{ALERT_DAYS, ExpiryAlert, MAX_ALERT_DAYS, MAX_ALERTS, expiry_alerts};
pub use audit::{
    AUDIT_SALT, AUDIT_SCHEMA, AuditChain, AuditEntry, AuditFault, AuditFaultKind, AuditReport,
    Checkpoint, MAX_AUDIT_KEYS, MAX_PAYLOAD, MIN_AUDIT_SECRET,
};
pub use authority::{Authority, Permissions};
pub use authorize::{AccessRequest, Grant};
pub use change::{Change, KeyEvent};
pub use denial::{Denial, DenialKind};
pub use digest::{KeyDigest, MAX_DIGESTS_OF_ID, MAX_KEY_IDS, ReadDigest};
pub use error::{Error, ErrorKind};
pub use issue::{Issued, KeySource, NewKey, Reissue};
pub use last_use::{
    LAST_USES_SCHEMA, LastUses, MAX_LAST_USES, TOUCH_INTERVAL_MS, UNUSED_DAYS, UnusedAlert, touch,
    unused_alerts,
};
pub use limit::{
    CLOCK_TOLERANCE_MS, CalendarUnit, Consumption, LIMIT_STATE_SCHEMA, Limit, LimitOutcome,
    LimitOwner, LimitState, MAX_LIMIT_NAME, MAX_LIMITS, MAX_UNITS, Quota, Rate, consume,
};
pub use period::{Expiry, MAX_PERIOD_DAYS, Period};
pub use policy::{MAX_ROLES, Policy};
pub use record::{Author, KeyRecord, RECORD_SCHEMA, Revocation};
pub use record_json::ReadRecord;
pub use scope::{Access, Scope};
pub use status::Status;
pub use text::{MAX_ITEMS, MAX_METADATA, MAX_METADATA_NAME, MAX_METADATA_VALUE, MAX_NAME};
pub use upgrade::peppers_in_use;
pub use usage::{
    MAX_COUNT, MAX_COUNTED, MAX_OPERATIONS, MAX_OUTCOMES, MAX_USAGE, USAGE_SCHEMA, Usage,
    UsageCount, UsageCounter,
};
