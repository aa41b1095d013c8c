//! The status of a key at a given time, for dashboards.

use keyrail_core::Timestamp;

use crate::KeyRecord;
use crate::alert::ALERT_DAYS;

/// The status of a key at a given time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// The key is not valid yet.
    Pending,
    /// The key is valid.
    Active,
    /// The key is valid, and its first expiry alert is due.
    Expiring,
    /// The key has expired.
    Expired,
    /// The key was revoked, for good.
    Revoked,
    /// The key is disabled, and can be enabled again.
    Disabled,
}

impl Status {
    /// Returns the name: `pending`, `active`, `expiring`, `expired`, `revoked` or `disabled`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Expiring => "expiring",
            Self::Expired => "expired",
            Self::Revoked => "revoked",
            Self::Disabled => "disabled",
        }
    }
}

impl KeyRecord {
    /// Returns the status of the key.
    ///
    /// If several statuses apply, the first of them in this order is returned: revoked, disabled,
    /// pending, expired, expiring, active. A key is also expired if every digest has reached its
    /// `valid_until`. A key is expiring as soon as the first of its alerts for [`ALERT_DAYS`] is
    /// due: see [`expiry_alerts`](crate::expiry_alerts).
    ///
    /// ```
    /// # use keyrail_access::{KeyRecord, Status};
    /// # use keyrail_core::Timestamp;
    /// let record = KeyRecord::from_json(r#"{
    ///     "id": "r_1", "app": "desk", "scope": "read", "expires_at": "2027-01-30T00:00:00Z",
    ///     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
    /// }"#)?;
    /// let status = |now| record.status(Timestamp::parse(now).unwrap());
    /// assert_eq!(status("2026-12-30T23:59:59Z"), Status::Active);
    /// assert_eq!(status("2026-12-31T00:00:00Z"), Status::Expiring);
    /// assert_eq!(status("2027-01-30T00:00:00Z"), Status::Expired);
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn status(&self, now: Timestamp) -> Status {
        let first_alert = || self.alert_times(&ALERT_DAYS).map(|(_, due)| due).min();
        if self.revoked().is_some() {
            Status::Revoked
        } else if !self.enabled() {
            Status::Disabled
        } else if self.is_in_seconds(now) || self.not_before().is_some_and(|start| now < start) {
            Status::Pending
        } else if self.has_expired(now) {
            Status::Expired
        } else if first_alert().is_some_and(|due| now >= due) {
            Status::Expiring
        } else {
            Status::Active
        }
    }
}
