//! Access: key records and grants.

use keyrail::access::{Access, Grant, KeyRecord, Scope};

use crate::error::FfiError;
use crate::mirror::mirror_enum;
use crate::time::{address, timestamp};

mirror_enum! { FfiAccess of Access { Read, Write, Admin } }

mirror_enum! { FfiScope of Scope { Read, ReadWrite, Admin } }

/// See [`Grant`].
#[derive(Debug, uniffi::Record)]
pub struct FfiGrant {
    /// The id of the key's record.
    pub record: String,
    /// The app that the key belongs to.
    pub app: String,
    /// The scope of the key.
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
    /// Reads a record from its configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(KeyRecord::from_json(text)?))
    }

    /// Returns the record's id.
    pub fn id(&self) -> String {
        self.0.id().into()
    }

    /// Returns the id of the app that the key belongs to.
    pub fn app(&self) -> String {
        self.0.app().into()
    }

    /// Returns the scope of the key.
    pub fn scope(&self) -> FfiScope {
        self.0.scope().into()
    }

    /// Authorizes a request made at this time and from this address. An invalid address is an
    /// error only if the record restricts the networks.
    pub fn authorize(
        &self,
        access: FfiAccess,
        now_ms: i64,
        ip: Option<String>,
    ) -> Result<FfiGrant, FfiError> {
        let ip = match ip.as_deref().map(address).transpose() {
            Err(malformed) if self.0.allow_ips().is_some() => return Err(malformed),
            parsed => parsed.ok().flatten(),
        };
        let grant = self.0.authorize(access.into(), timestamp(now_ms)?, ip)?;
        Ok(FfiGrant::from(&grant))
    }
}
