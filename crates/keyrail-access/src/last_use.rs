//! Last uses: when a key was last used, and alerts for keys that are not used.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Timestamp;

use crate::alert::check_days;
use crate::period::DAY_MS;
use crate::{CLOCK_TOLERANCE_MS, Error, KeyRecord};

/// The numbers of days without a use after which alerts are due by default.
pub const UNUSED_DAYS: [u32; 2] = [30, 90];

/// The minimum time between two stored uses, in milliseconds.
pub const TOUCH_INTERVAL_MS: i64 = 60_000;

/// Returns the time to store as the last use of a key that was used at `now`, or `None` if the
/// stored time is accurate enough.
///
/// A use is stored if the last stored one was at least [`TOUCH_INTERVAL_MS`] earlier, so that a
/// busy key does not cause a write for each request. A stored time that is more than
/// [`CLOCK_TOLERANCE_MS`] later than `now` comes from a wrong clock, and is replaced. Store a
/// separate time for each digest of a record: [`Grant::digest`](crate::Grant::digest) is the digest
/// of the key that was used. The stored time is not part of the record, so storing it does not
/// change the record's version. The separate times show whether a replaced key is still used.
///
/// ```
/// use keyrail_access::touch;
/// use keyrail_core::Timestamp;
/// let time = |text| Timestamp::parse(text).unwrap();
/// let first = touch(None, time("2026-12-01T00:00:00Z")).unwrap();
/// assert_eq!(touch(Some(first), time("2026-12-01T00:00:59Z")), None);
/// assert!(touch(Some(first), time("2026-12-01T00:01:00Z")).is_some());
/// ```
pub fn touch(stored: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let is_recent = |stored: Timestamp| {
        let age = now.as_millis() - stored.as_millis();
        (-CLOCK_TOLERANCE_MS..TOUCH_INTERVAL_MS).contains(&age)
    };
    (!stored.is_some_and(is_recent)).then_some(now)
}

/// An alert that a key has not been used for some time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnusedAlert {
    record: String,
    days: u32,
    due: Timestamp,
    unused_since: Timestamp,
}

impl UnusedAlert {
    /// Returns the alert's id: the same each time the alert is returned, but a different one after
    /// the key is used. Store it to send each alert only once.
    pub fn id(&self) -> String {
        format!("{}:unused:{}:{}d", self.record, self.unused_since, self.days)
    }

    /// Returns the id of the key's record.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Returns the number of days without a use after which the alert is due.
    pub const fn days(&self) -> u32 {
        self.days
    }

    /// Returns the time from which the alert is due.
    pub const fn due(&self) -> Timestamp {
        self.due
    }

    /// Returns the time from which the days are counted. It is the latest of these times: the last
    /// use, the creation of the current key, and the first time at which that key is valid.
    pub const fn unused_since(&self) -> Timestamp {
        self.unused_since
    }
}

/// Returns the alerts for unused keys that became due after `since` and no later than `now`, in the
/// order of the records.
///
/// Pass each record with the latest of the times that you stored for its current digests (those
/// without `valid_until`); `None` if no use is known. An alert for 30 days is due 30 days after the
/// latest of these times: the last use, the creation of the current key, and the record's
/// `not_before`. A key whose creation and last use are both unknown has no alerts. If several
/// alerts of a key became due, only the one with the most days is returned. A key that is disabled,
/// revoked or expired at `now` has no alerts. If the next call passes the `now` of this call as
/// `since`, it does not return the alerts that this call left out.
///
/// As `since`, pass the `now` of the last call whose alerts were sent. If the host stops after a
/// call but before it has sent the alerts, the next call returns them again, with the same ids.
///
/// # Errors
///
/// `access.malformed_days` if `days` has more than [`MAX_ALERTS`](crate::MAX_ALERTS) numbers, or a
/// number that is not from 1 to [`MAX_ALERT_DAYS`](crate::MAX_ALERT_DAYS).
///
/// # Examples
///
/// ```
/// # use keyrail_access::{KeyRecord, UNUSED_DAYS, unused_alerts};
/// # use keyrail_core::Timestamp;
/// let record = KeyRecord::from_json(r#"{
///     "id": "r_1", "app": "desk", "scope": "read", "created_at": "2026-11-01T00:00:00Z",
///     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
/// }"#)?;
/// let time = |text| Timestamp::parse(text).unwrap();
/// let (since, now) = (time("2026-12-31T00:00:00Z"), time("2027-01-01T00:00:00Z"));
/// let last_use = Some(time("2026-12-02T00:00:00Z"));
/// let alerts = unused_alerts([(&record, last_use)], since, now, &UNUSED_DAYS).unwrap();
/// assert_eq!((alerts[0].record(), alerts[0].days()), ("r_1", 30));
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
pub fn unused_alerts<'r>(
    uses: impl IntoIterator<Item = (&'r KeyRecord, Option<Timestamp>)>,
    since: Timestamp,
    now: Timestamp,
    days: &[u32],
) -> Result<Vec<UnusedAlert>, Error> {
    check_days(days, 1)?;
    let alert = |(record, last_use): (&'r KeyRecord, Option<Timestamp>)| {
        if !record.enabled() || record.revoked().is_some() || record.has_expired(now) {
            return None;
        }
        // A use that is later than the clocks' tolerance allows comes from a wrong clock, and is
        // ignored.
        let latest = now.as_millis().saturating_add(CLOCK_TOLERANCE_MS);
        let last_use = last_use.filter(|time| time.as_millis() <= latest);
        let known_since = last_use.max(record.issued_at())?;
        let unused_since = record.not_before().map_or(known_since, |start| known_since.max(start));
        let due_at = |days: &u32| {
            let due = unused_since.as_millis() + i64::from(*days) * DAY_MS;
            Some((*days, Timestamp::from_millis(due).ok()?))
        };
        let due = days.iter().filter_map(due_at).filter(|(_, due)| since < *due && *due <= now);
        let (days, due) = due.max_by_key(|(days, _)| *days)?;
        Some(UnusedAlert { record: record.id().to_owned(), days, due, unused_since })
    };
    Ok(uses.into_iter().filter_map(alert).collect())
}
