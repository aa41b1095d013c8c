//! The last uses of a record's keys.

use std::sync::Arc;

use keyrail::access::LastUses;
use keyrail::key::Digest;

use crate::access::FfiKeyRecord;
use crate::error::FfiError;
use crate::time::timestamp;

/// See [`LastUses`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiLastUses(LastUses);

#[uniffi::export]
impl FfiLastUses {
    /// Creates empty last uses.
    #[uniffi::constructor]
    pub fn new() -> Self {
        Self(LastUses::new())
    }

    /// Reads last uses from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(LastUses::from_json(text)?))
    }

    /// Returns the time of the last use of a digest.
    pub fn of(&self, digest: &str) -> Result<Option<i64>, FfiError> {
        Ok(self.0.of(&Digest::parse(digest)?).map(keyrail::Timestamp::as_millis))
    }

    /// Returns the time of the last use of the record's current key.
    pub fn of_current(&self, record: &FfiKeyRecord) -> Option<i64> {
        self.0.of_current(&record.0).map(keyrail::Timestamp::as_millis)
    }

    /// Returns the time of the last use of a replaced key of the record.
    pub fn of_replaced(&self, record: &FfiKeyRecord) -> Option<i64> {
        self.0.of_replaced(&record.0).map(keyrail::Timestamp::as_millis)
    }

    /// Returns the last uses to store after a use, or `None` if the stored time is accurate enough.
    pub fn touch(&self, digest: &str, now_ms: i64) -> Result<Option<Arc<Self>>, FfiError> {
        let touched = self.0.touch(&Digest::parse(digest)?, timestamp(now_ms)?)?;
        Ok(touched.map(|uses| Arc::new(Self(uses))))
    }

    /// Returns the last uses as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Returns the last uses without their times, for printing.
    pub fn debug_text(&self) -> String {
        format!("{:?}", self.0)
    }
}

impl Default for FfiLastUses {
    fn default() -> Self {
        Self::new()
    }
}
