//! Alerts before a key expires.

use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Timestamp;

use crate::check::check_unit;
use crate::period::DAY_MS;
use crate::{Error, ErrorKind, KeyRecord};

/// The numbers of days before the expiry at which alerts are due by default; 0 is the expiry
/// itself.
pub const ALERT_DAYS: [u32; 4] = [30, 7, 1, 0];

/// The maximum number of days from an alert to the expiry, or from the last use to an alert: about
/// ten years.
pub const MAX_ALERT_DAYS: u32 = 3660;

/// The maximum number of entries in the list of days that is passed for alerts.
pub const MAX_ALERTS: usize = 16;

/// An alert that a key expires soon, or has just expired.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpiryAlert {
    record: String,
    days: u32,
    due: Timestamp,
    expires_at: Timestamp,
    expires_set_at: Option<Timestamp>,
}

impl ExpiryAlert {
    /// Returns the alert's id: the same each time the alert is returned, but a different one after
    /// the expiry is changed. Store it to send each alert only once.
    pub fn id(&self) -> String {
        let id = format!("{}:{}:{}d", self.record, self.expires_at, self.days);
        self.expires_set_at.map_or(id.clone(), |set| format!("{id}:{set}"))
    }

    /// Returns the id of the key's record.
    pub fn record(&self) -> &str {
        &self.record
    }

    /// Returns the number of days before the expiry at which the alert is due; 0 for the expiry
    /// itself.
    pub const fn days(&self) -> u32 {
        self.days
    }

    /// Returns the time from which the alert is due.
    pub const fn due(&self) -> Timestamp {
        self.due
    }

    /// Returns the first time at which the key is no longer valid.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

impl KeyRecord {
    /// Returns the alerts that apply to the key: each as its number of days before the expiry, and
    /// the time from which it is due.
    pub(crate) fn alert_times(&self, days: &[u32]) -> impl Iterator<Item = (u32, Timestamp)> {
        days.iter().filter_map(|days| {
            let (end, before) = (self.expires_at()?, i64::from(*days) * DAY_MS);
            let life = self.issued_at().map(|start| end.as_millis() - start.as_millis());
            // An alert that is due as soon as the key is issued would say nothing new.
            if *days > 0 && life.is_some_and(|life| before >= life) {
                return None;
            }
            let due = Timestamp::from_millis(end.as_millis() - before).ok()?;
            Some((*days, due.max(self.expires_set_at().unwrap_or(due))))
        })
    }
}

/// Returns the alerts that became due after `since` and no later than `now`, in the order of the
/// records.
///
/// An alert for 7 days is due 7 days before the key expires. If the expiry was set less than 7 days
/// in advance, the alert is due at the time at which it was set. An alert for 7 days is skipped if
/// the key was created 7 days or less before its expiry. The alert for 0 days is never skipped. If
/// several alerts of a key became due, only the one with the fewest days is returned. A revoked key
/// has no alerts.
///
/// As `since`, pass a time a few minutes before the `now` of the last call whose alerts were sent,
/// because a change may be stored late, or by a server whose clock is behind. An alert that is
/// returned again has the same id: do not send it again.
///
/// # Errors
///
/// - `access.malformed_days`: `days` has more than [`MAX_ALERTS`] numbers, or a number above
///   [`MAX_ALERT_DAYS`];
/// - `access.time_in_seconds`: `now` is before 1973-03-03, as a time in seconds would be.
///
/// # Examples
///
/// ```
/// # use keyrail_access::{ALERT_DAYS, KeyRecord, expiry_alerts};
/// # use keyrail_core::Timestamp;
/// let record = KeyRecord::from_json(r#"{
///     "id": "r_1", "app": "desk", "scope": "read", "expires_at": "2027-01-30T00:00:00Z",
///     "digests": [{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}]
/// }"#)?;
/// let time = |text| Timestamp::parse(text).unwrap();
/// let (since, now) = (time("2027-01-22T00:00:00Z"), time("2027-01-23T00:00:00Z"));
/// let alerts = expiry_alerts([&record], since, now, &ALERT_DAYS).unwrap();
/// assert_eq!((alerts[0].record(), alerts[0].days()), ("r_1", 7));
/// assert!(expiry_alerts([&record], now, now, &ALERT_DAYS).unwrap().is_empty());
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
pub fn expiry_alerts<'r>(
    records: impl IntoIterator<Item = &'r KeyRecord>,
    since: Timestamp,
    now: Timestamp,
    days: &[u32],
) -> Result<Vec<ExpiryAlert>, Error> {
    check_days(days, 0)?;
    check_unit(now)?;
    // No alert is due earlier than `most_ms` before the expiry. No alert is due later than the
    // expiry or the time at which the expiry was set, whichever is later.
    let most_ms = i64::from(days.iter().copied().max().unwrap_or_default()) * DAY_MS;
    let may_be_due = |record: &KeyRecord, end: Timestamp| {
        let last = record.expires_set_at().map_or(end, |set| set.max(end));
        end.as_millis() - most_ms <= now.as_millis() && since < last
    };
    let alert = |record: &'r KeyRecord| {
        let expires_at = record.expires_at().filter(|end| may_be_due(record, *end))?;
        if record.revoked().is_some() {
            return None;
        }
        let due = record.alert_times(days).filter(|(_, due)| since < *due && *due <= now);
        let (days, due) = due.min_by_key(|(days, _)| *days)?;
        let expires_set_at = record.expires_set_at();
        Some(ExpiryAlert { record: record.id().to_owned(), days, due, expires_at, expires_set_at })
    };
    Ok(records.into_iter().filter_map(alert).collect())
}

/// Checks that there are at most [`MAX_ALERTS`] numbers of days, each from `min` to
/// [`MAX_ALERT_DAYS`].
pub(crate) fn check_days(days: &[u32], min: u32) -> Result<(), Error> {
    let range = min..=MAX_ALERT_DAYS;
    if days.len() > MAX_ALERTS || !days.iter().all(|days| range.contains(days)) {
        return Err(ErrorKind::MalformedDays.into());
    }
    Ok(())
}
