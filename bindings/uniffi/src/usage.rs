//! Usage: counting requests, and merging the counts of several servers.

use std::sync::{Mutex, MutexGuard, PoisonError};

use keyrail::access::{Usage, UsageCount, UsageCounter};

use crate::error::FfiError;
use crate::time::timestamp;

/// See [`UsageCount`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiUsageCount {
    pub day_ms: i64,
    pub record: Option<String>,
    pub operation: String,
    pub outcome: String,
    pub count: u64,
}

impl From<&UsageCount> for FfiUsageCount {
    fn from(count: &UsageCount) -> Self {
        Self {
            day_ms: count.day().as_millis(),
            record: count.record().map(Into::into),
            operation: count.operation().into(),
            outcome: count.outcome().into(),
            count: count.count(),
        }
    }
}

/// See [`UsageCounter`].
#[derive(uniffi::Object)]
pub struct FfiUsageCounter(Mutex<UsageCounter>);

#[uniffi::export]
impl FfiUsageCounter {
    /// Creates a counter.
    #[uniffi::constructor]
    pub fn new(epoch: &str, operations: &[String]) -> Result<Self, FfiError> {
        let operations = operations.iter().map(String::as_str);
        Ok(Self(Mutex::new(UsageCounter::new(epoch, operations)?)))
    }

    /// Counts a request.
    pub fn count(
        &self,
        record: Option<String>,
        operation: Option<String>,
        outcome: &str,
        now_ms: i64,
    ) -> Result<(), FfiError> {
        let now = timestamp(now_ms)?;
        Ok(self.lock().count(record.as_deref(), operation.as_deref(), outcome, now)?)
    }

    /// Returns everything that was counted.
    pub fn usage(&self) -> FfiUsage {
        FfiUsage(Mutex::new(self.lock().usage()))
    }

    /// Removes the days that ended at or before a time, in UTC.
    pub fn remove_before(&self, time_ms: i64) -> Result<(), FfiError> {
        Ok(self.lock().remove_before(timestamp(time_ms)?)?)
    }

    /// Returns the counter without its counts, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.lock())
    }
}

impl FfiUsageCounter {
    fn lock(&self) -> MutexGuard<'_, UsageCounter> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// See [`Usage`].
#[derive(uniffi::Object)]
pub struct FfiUsage(Mutex<Usage>);

#[uniffi::export]
impl FfiUsage {
    /// Returns a usage without counts.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self(Mutex::default())
    }

    /// Reads a usage from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Mutex::new(Usage::from_json(text)?)))
    }

    /// Adds the counts of another usage.
    pub fn merge(&self, other: &Self) -> Result<(), FfiError> {
        // A copy, so that only one of the two is locked at a time.
        let other = other.lock().clone();
        Ok(self.lock().merge(&other)?)
    }

    /// Closes the days that ended at or before a time, in UTC.
    pub fn close_before(&self, time_ms: i64) -> Result<(), FfiError> {
        Ok(self.lock().close_before(timestamp(time_ms)?)?)
    }

    /// Removes the days that ended at or before a time, in UTC.
    pub fn remove_before(&self, time_ms: i64) -> Result<(), FfiError> {
        Ok(self.lock().remove_before(timestamp(time_ms)?)?)
    }

    /// Returns the counts of all records.
    pub fn counts(&self) -> Vec<FfiUsageCount> {
        self.lock().counts().iter().map(Into::into).collect()
    }

    /// Returns the counts of one record.
    pub fn counts_of(&self, record: &str) -> Vec<FfiUsageCount> {
        self.lock().counts_of(record).iter().map(Into::into).collect()
    }

    /// Returns the number of requests that were published after their day was closed.
    pub fn late(&self) -> u64 {
        self.lock().late()
    }

    /// Returns the usage as JSON.
    pub fn to_json(&self) -> String {
        self.lock().to_json()
    }

    /// Returns the usage without its counts, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.lock())
    }
}

impl FfiUsage {
    fn lock(&self) -> MutexGuard<'_, Usage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for FfiUsage {
    fn default() -> Self {
        Self::new()
    }
}
