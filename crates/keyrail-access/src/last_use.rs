//! Last uses: when the keys of a record were last used, and alerts for keys that are not used.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::{self, Checked, Writer, check_schema, json, list};
use keyrail_core::{ConfigError, Timestamp};
use keyrail_key::Digest;

use crate::alert::check_days;
use crate::check::check_unit;
use crate::period::DAY_MS;
use crate::{CLOCK_TOLERANCE_MS, Error, ErrorKind, KeyDigest, KeyRecord};

/// The version of the JSON format of last uses.
pub const LAST_USES_SCHEMA: i64 = 1;

/// The maximum number of digests whose last uses are kept. A record has at most 6 digests.
pub const MAX_LAST_USES: usize = 16;

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
/// separate time for each digest of a record, as [`LastUses`] does.
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

/// The last uses of a record's keys: for each digest, the time at which a key with this digest was
/// last used.
///
/// Store it beside the record. It is not part of the record, so storing it does not change the
/// record's version. A new record starts with an empty `LastUses`. If two processes store it at the
/// same time, one of the two uses may be lost. To lose none, store the new value only if the stored
/// one has not changed since you read it. Otherwise, repeat both steps. An upgrade of the record
/// may replace the digest that was used. Its last use is then unknown until the key is used again.
///
/// ```
/// use keyrail_access::{KeyRecord, LastUses};
/// use keyrail_core::Timestamp;
/// let record = KeyRecord::from_json(r#"{
///     "id": "r_1", "app": "desk", "scope": "read", "digests": [
///         {"key_id": "new", "digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"},
///         {"key_id": "old", "digest": "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
///          "valid_until": "2026-12-08T00:00:00Z"}
///     ]
/// }"#)?;
/// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let old = record.digests()[1].digest();
/// let uses = LastUses::new().touch(old, now).unwrap().unwrap();
/// assert_eq!(uses.touch(old, now).unwrap(), None); // accurate enough
/// assert_eq!(uses.of_replaced(&record), Some(now)); // the old key is still used
/// assert_eq!(uses.of_current(&record), None);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
#[derive(Clone, Default, PartialEq, Eq)]
pub struct LastUses(BTreeMap<String, Timestamp>);

struct ReadUse {
    digest: Digest,
    at: Timestamp,
}

impl LastUses {
    /// Creates an empty `LastUses`.
    pub const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Reads last uses from JSON.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, the errors of digests and times,
    /// `access.malformed_number`, `access.too_many_last_uses`, `access.duplicate_last_use` and
    /// `access.time_in_seconds`. If a newer release wrote the last uses, the only fault is
    /// `access.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of last uses.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("last-uses")
    }

    /// Returns the time at which a key with this digest was last used, or `None` if no use is known.
    pub fn of(&self, digest: &Digest) -> Option<Timestamp> {
        self.0.get(&digest.to_string()).copied()
    }

    /// Returns the time at which the record's current key was last used, or `None` if no use is
    /// known. Pass it to [`unused_alerts`].
    pub fn of_current(&self, record: &KeyRecord) -> Option<Timestamp> {
        self.latest(record, |digest| digest.valid_until().is_none())
    }

    /// Returns the time at which a replaced key of the record was last used, or `None` if no use is
    /// known. A replaced key has a `valid_until`, and stays in the record until it is revoked, or
    /// until the first rotation at or after that time. If there are two replaced keys, the later
    /// use counts.
    pub fn of_replaced(&self, record: &KeyRecord) -> Option<Timestamp> {
        self.latest(record, |digest| digest.valid_until().is_some())
    }

    fn latest(
        &self,
        record: &KeyRecord,
        is_counted: impl Fn(&KeyDigest) -> bool,
    ) -> Option<Timestamp> {
        let digests = record.digests().iter().filter(|digest| is_counted(digest));
        digests.filter_map(|digest| self.of(digest.digest())).max()
    }

    /// Returns the last uses to store after a key with this digest was used at `now`, or `None` if
    /// the stored time is accurate enough. [`Grant::digest`](crate::Grant::digest) is the digest of
    /// the key that was used.
    ///
    /// A use is stored if the last stored one was at least [`TOUCH_INTERVAL_MS`] earlier, so that a
    /// busy key does not cause a write for each request. A stored time that is more than
    /// [`CLOCK_TOLERANCE_MS`] later than `now` comes from a wrong clock, and is replaced. If there
    /// are [`MAX_LAST_USES`] digests already, a new one replaces one whose time is more than a
    /// minute ahead of `now`, or else the one with the earliest time.
    ///
    /// # Errors
    ///
    /// `access.time_in_seconds` if `now` is before 1973-03-03, because such a time was probably
    /// passed in seconds.
    pub fn touch(&self, digest: &Digest, now: Timestamp) -> Result<Option<Self>, Error> {
        check_unit(now)?;
        let Some(time) = touch(self.of(digest), now) else { return Ok(None) };
        let (mut uses, digest) = (self.0.clone(), digest.to_string());
        if uses.len() >= MAX_LAST_USES && !uses.contains_key(&digest) {
            let latest = now.as_millis().saturating_add(CLOCK_TOLERANCE_MS);
            // Times from a wrong clock come first: `false` is less than `true`.
            let order = |at: Timestamp| (at.as_millis() <= latest, at);
            let first = uses.iter().min_by_key(|(_, at)| order(**at));
            let first = first.map(|(digest, _)| digest.clone());
            first.and_then(|digest| uses.remove(&digest));
        }
        uses.insert(digest, time);
        Ok(Some(Self(uses)))
    }

    /// Returns the last uses as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", LAST_USES_SCHEMA);
        let uses = self.0.iter().map(|(digest, at)| {
            let mut json = Writer::new();
            json.text("digest", Some(digest));
            json.text("at", Some(at));
            json.finish()
        });
        json.raw("uses", list(uses));
        json.finish()
    }
}

impl fmt::Debug for LastUses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LastUses(digests: {})", self.0.len())
    }
}

keyrail_core::from_str! {
    LastUses: from_json, ConfigError;
}

keyrail_core::config_object! {
    /// The last uses of a record's keys.
    document LastUses (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": LAST_USES_SCHEMA});
        /// The last use of each digest.
        required uses: Vec<Checked<ReadUse>> as json!({"maxItems": MAX_LAST_USES});
    } => {
        check_schema(schema, LAST_USES_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let uses = uses?;
        if uses.len() > MAX_LAST_USES {
            faults.add_kind_below(format_args!("/uses"), ErrorKind::TooManyLastUses);
            return None;
        }
        let mut read = BTreeMap::new();
        for (index, item) in uses.into_iter().enumerate() {
            if let Checked(Some(ReadUse { digest, at })) = item
                && read.insert(digest.to_string(), at).is_some()
            {
                faults.add_kind_below(format_args!("/uses/{index}"), ErrorKind::DuplicateLastUse);
            }
        }
        Some(Self(read))
    }
}

keyrail_core::config_object! {
    /// The last use of a digest.
    ReadUse as "LastUse" (faults) {
        /// The digest, as the record contains it.
        required digest: Digest;
        /// When a key with this digest was last used (RFC 3339).
        required at: Timestamp;
    } => {
        if at.is_some_and(Timestamp::seems_in_seconds) {
            faults.add_kind_below(format_args!("/at"), ErrorKind::TimeInSeconds);
            return None;
        }
        Some(Self { digest: digest?, at: at? })
    }
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
/// Pass each record with the time at which its current key was last used
/// ([`LastUses::of_current`]), or with `None` if no use is known. An alert for 30 days is due 30
/// days after the latest of these times: the last use, the creation of the current key, and the
/// record's `not_before`. A key whose creation and last use are both unknown has no alerts. If
/// several alerts of a key became due, only the one with the most days is returned. A key that is
/// disabled, revoked or expired at `now` has no alerts. It can happen that no later call returns
/// the alerts that this call left out.
///
/// As `since`, pass a time a few minutes before the `now` of the last call whose alerts were sent,
/// because a change may be stored late, or by a server whose clock is behind. An alert that is
/// returned again has the same id: do not send it again.
///
/// # Errors
///
/// - `access.malformed_days`: `days` has more than [`MAX_ALERTS`](crate::MAX_ALERTS) numbers, or a
///   number that is not from 1 to [`MAX_ALERT_DAYS`](crate::MAX_ALERT_DAYS);
/// - `access.time_in_seconds`: `now` is before 1973-03-03, as a time in seconds would be.
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
    check_unit(now)?;
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
