//! Access: key records and what they grant.

use keyrail::access::{Access, Grant, KeyRecord, Scope};

use crate::error::FfiError;
use crate::mirror::mirror_enum;
use crate::time::{address, timestamp};

mirror_enum! { FfiAccess of Access { Read, Write, Admin } }

mirror_enum! { FfiScope of Scope { Read, ReadWrite, Admin } }

/// See [`Grant`].
#[derive(Debug, uniffi::Record)]
pub struct FfiGrant {
    /// The record's id.
    pub record: String,
    /// The app.
    pub app: String,
    /// What the key may do.
    pub scope: FfiScope,
}

impl From<&Grant> for FfiGrant {
    fn from(grant: &Grant) -> Self {
        Self { record: grant.record().into(), app: grant.app().into(), scope: grant.scope().into() }
    }
}

/// See [`KeyRecord`].
#[derive(Debug, uniffi::Object)]
pub struct FfiKeyRecord(KeyRecord);

#[uniffi::export]
impl FfiKeyRecord {
    /// Reads a record's configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(KeyRecord::from_json(text)?))
    }

    /// The record's id.
    pub fn id(&self) -> String {
        self.0.id().into()
    }

    /// The app.
    pub fn app(&self) -> String {
        self.0.app().into()
    }

    /// What the key may do.
    pub fn scope(&self) -> FfiScope {
        self.0.scope().into()
    }

    /// Whether the key may do this now, from there.
    pub fn authorize(
        &self,
        access: FfiAccess,
        now_ms: i64,
        ip: Option<String>,
    ) -> Result<FfiGrant, FfiError> {
        let ip = match ip.as_deref().map(address).transpose() {
            Err(malformed) if self.0.allow_ips().is_some() => return Err(malformed),
            read => read.ok().flatten(),
        };
        let grant = self.0.authorize(access.into(), timestamp(now_ms)?, ip)?;
        Ok(FfiGrant::from(&grant))
    }
}
