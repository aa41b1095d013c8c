//! Access: key records, grants and alerts.

use std::net::IpAddr;
use std::sync::Arc;

use keyrail::access::{
    Access, AccessRequest, Author, ExpiryAlert, Grant, KeyDigest, KeyRecord, LimitState,
    Permissions, Revocation, Scope, Status, UnusedAlert, expiry_alerts, peppers_in_use, touch,
    unused_alerts,
};
use keyrail::key::Pepper;
use keyrail::{Secret, Timestamp};

use crate::digest::{FfiPepper, inner};
use crate::error::FfiError;
use crate::limit::{FfiConsumption, FfiLimit, FfiStoredState, StoredStates};
use crate::mirror::mirror_enum;
use crate::policy::{FfiAuthority, FfiChange, FfiPermissions};
use crate::time::{address, timestamp};

mirror_enum! { FfiAccess of Access { Read, Write, Admin } }

mirror_enum! { FfiScope of Scope { Read, ReadWrite, Admin } }

mirror_enum! { FfiStatus of Status { Pending, Active, Expiring, Expired, Revoked, Disabled } }

/// See [`Grant`].
#[derive(Debug, uniffi::Record)]
pub struct FfiGrant {
    /// The id of the key's record.
    pub record: String,
    /// The app that the key belongs to.
    pub app: String,
    /// The scope of the key.
    pub scope: FfiScope,
    /// The id of the user that the key belongs to.
    pub owner: Option<String>,
    /// The key's name for people.
    pub name: Option<String>,
    /// The metadata: the host's own data about the key.
    pub metadata: Vec<FfiPair>,
    /// The record's digest that matches the presented key.
    pub digest: Option<String>,
    /// The outcome of the key's limits.
    pub consumption: Option<FfiConsumption>,
    /// The change that adds a digest with the current pepper.
    pub upgrade: Option<Arc<FfiChange>>,
}

/// A name with a string.
#[derive(Debug, uniffi::Record)]
pub struct FfiPair {
    /// The name.
    pub name: String,
    /// The string.
    pub value: String,
}

impl From<&Grant> for FfiGrant {
    fn from(grant: &Grant) -> Self {
        Self {
            record: grant.record().into(),
            app: grant.app().into(),
            scope: grant.scope().into(),
            owner: grant.owner().map(Into::into),
            name: grant.name().map(Into::into),
            metadata: pairs(grant.metadata()),
            digest: grant.digest().map(ToString::to_string),
            consumption: grant.consumption().map(Into::into),
            upgrade: grant.upgrade().map(|change| Arc::new(FfiChange(change.clone()))),
        }
    }
}

fn pairs(metadata: &[(String, String)]) -> Vec<FfiPair> {
    let pair =
        |(name, value): &(String, String)| FfiPair { name: name.clone(), value: value.clone() };
    metadata.iter().map(pair).collect()
}

/// The members of a [`KeyRecord`], passed together in one buffer.
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiKeyRecordMembers {
    pub id: String,
    pub app: String,
    pub organization: Option<String>,
    pub environment: Option<String>,
    pub owner: Option<String>,
    pub authority: FfiAuthority,
    pub name: Option<String>,
    pub scope: FfiScope,
    pub operations: Option<Vec<String>>,
    pub queues: Option<Vec<String>>,
    pub digests: Vec<FfiKeyDigest>,
    pub display: Option<String>,
    pub created_at_ms: Option<i64>,
    pub created_by: Option<FfiAuthor>,
    pub not_before_ms: Option<i64>,
    pub expires_at_ms: Option<i64>,
    pub expires_set_at_ms: Option<i64>,
    pub revoked: Option<FfiRevocation>,
    pub enabled: bool,
    pub allow_ips: Option<Vec<String>>,
    pub limits: Vec<Arc<FfiLimit>>,
    pub limit_ids: Vec<String>,
    pub metadata: Vec<FfiPair>,
    pub version: u64,
}

/// See [`KeyDigest`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiKeyDigest {
    pub key_id: Option<String>,
    pub digest: String,
    pub display: Option<String>,
    pub created_at_ms: Option<i64>,
    pub valid_until_ms: Option<i64>,
}

/// See [`Author`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiAuthor {
    pub id: String,
    pub role: Option<String>,
}

/// See [`Revocation`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiRevocation {
    pub at_ms: i64,
    pub by: Option<String>,
    pub reason: Option<String>,
}

impl From<&KeyRecord> for FfiKeyRecordMembers {
    fn from(record: &KeyRecord) -> Self {
        let texts = |texts: &[String]| texts.to_vec();
        let millis = |time: keyrail::Timestamp| time.as_millis();
        Self {
            id: record.id().into(),
            app: record.app().into(),
            organization: record.organization().map(Into::into),
            environment: record.environment().map(Into::into),
            owner: record.owner().map(Into::into),
            authority: record.authority().into(),
            name: record.name().map(Into::into),
            scope: record.scope().into(),
            operations: record.operations().map(printed),
            queues: record.queues().map(texts),
            digests: record.digests().iter().map(Into::into).collect(),
            display: record.display().map(Into::into),
            created_at_ms: record.created_at().map(millis),
            created_by: record.created_by().map(Into::into),
            not_before_ms: record.not_before().map(millis),
            expires_at_ms: record.expires_at().map(millis),
            expires_set_at_ms: record.expires_set_at().map(millis),
            revoked: record.revoked().map(Into::into),
            enabled: record.enabled(),
            allow_ips: record.allow_ips().map(printed),
            limits: record
                .limits()
                .iter()
                .cloned()
                .map(|limit| Arc::new(FfiLimit(limit)))
                .collect(),
            limit_ids: record.limit_ids(),
            metadata: pairs(record.metadata()),
            version: record.version(),
        }
    }
}

fn printed(items: &[impl ToString]) -> Vec<String> {
    items.iter().map(ToString::to_string).collect()
}

impl From<&KeyDigest> for FfiKeyDigest {
    fn from(digest: &KeyDigest) -> Self {
        Self {
            key_id: digest.key_id().map(Into::into),
            digest: digest.digest().to_string(),
            display: digest.display().map(Into::into),
            created_at_ms: digest.created_at().map(keyrail::Timestamp::as_millis),
            valid_until_ms: digest.valid_until().map(keyrail::Timestamp::as_millis),
        }
    }
}

impl From<&Author> for FfiAuthor {
    fn from(author: &Author) -> Self {
        Self { id: author.id().into(), role: author.role().map(Into::into) }
    }
}

impl From<&Revocation> for FfiRevocation {
    fn from(revoked: &Revocation) -> Self {
        Self {
            at_ms: revoked.at().as_millis(),
            by: revoked.by().map(Into::into),
            reason: revoked.reason().map(Into::into),
        }
    }
}

/// A request, and the facts about it that the caller knows.
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiAccessRequest {
    pub access: FfiAccess,
    pub now_ms: i64,
    pub ip: Option<String>,
    pub operation: Option<String>,
    pub queue: Option<String>,
    pub environment: Option<String>,
    pub digest: Option<u32>,
    pub owner_permissions: Option<FfiPermissions>,
    pub limits: Option<Vec<FfiStoredState>>,
}

/// See [`KeyRecord`].
#[derive(Debug, uniffi::Object)]
pub struct FfiKeyRecord(pub(crate) KeyRecord);

#[uniffi::export]
impl FfiKeyRecord {
    /// Reads a record from its configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(KeyRecord::from_json(text)?))
    }

    /// Returns the record as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }

    /// Returns the members of the record.
    pub fn members(&self) -> FfiKeyRecordMembers {
        (&self.0).into()
    }

    /// Returns the index of the record's digest that matches a string.
    pub fn find_digest(&self, text: String, peppers: Vec<Arc<FfiPepper>>) -> Option<u32> {
        let found = self.0.find_digest(Secret::new(text).reveal(), &inner_all(&peppers));
        found.and_then(|index| u32::try_from(index).ok())
    }

    /// Returns the change that adds a digest with the current pepper.
    pub fn upgrade(
        &self,
        text: String,
        peppers: Vec<Arc<FfiPepper>>,
        now_ms: i64,
    ) -> Result<Option<Arc<FfiChange>>, FfiError> {
        let change =
            self.0.upgrade(Secret::new(text).reveal(), &inner_all(&peppers), timestamp(now_ms)?);
        Ok(change.map(|change| Arc::new(FfiChange(change))))
    }

    /// Returns the status of the key.
    pub fn status(&self, now_ms: i64) -> Result<FfiStatus, FfiError> {
        Ok(self.0.status(timestamp(now_ms)?).into())
    }

    /// Authorizes a request. An invalid address is an error only if the record restricts the
    /// networks.
    pub fn authorize(&self, request: FfiAccessRequest) -> Result<FfiGrant, FfiError> {
        let request = CheckedRequest::new(request, &self.0)?;
        let states = request.states();
        let grant = self.0.authorize(&request.as_core(states.as_deref()))?;
        Ok(FfiGrant::from(&grant))
    }

    /// Authorizes several requests. A request that cannot be read does not affect the others.
    pub fn authorize_batch(&self, requests: Vec<FfiAccessRequest>) -> Vec<FfiAccessResult> {
        let requests = requests.into_iter().map(|request| CheckedRequest::new(request, &self.0));
        let requests: Vec<Result<CheckedRequest, FfiError>> = requests.collect();
        let states: Vec<_> = requests.iter().flatten().map(CheckedRequest::states).collect();
        let valid = requests.iter().flatten().zip(&states);
        let valid: Vec<_> = valid.map(|(one, states)| one.as_core(states.as_deref())).collect();
        let mut results = self.0.authorize_batch(&valid).into_iter();
        let item = |request: Result<CheckedRequest, FfiError>| {
            let error = match request {
                Err(error) => error,
                Ok(_) => match results.next()? {
                    Ok(grant) => return Some(FfiAccessResult::Granted { grant: (&grant).into() }),
                    Err(denial) => denial.into(),
                },
            };
            Some(FfiAccessResult::Denied { error })
        };
        requests.into_iter().filter_map(item).collect()
    }
}

/// The result for one request of a batch.
#[derive(Debug, uniffi::Enum)]
pub enum FfiAccessResult {
    /// The request was authorized.
    Granted {
        /// The grant.
        grant: FfiGrant,
    },
    /// The request was denied.
    Denied {
        /// The error.
        error: FfiError,
    },
}

/// An [`FfiAccessRequest`] whose values have the types of the core.
struct CheckedRequest {
    request: FfiAccessRequest,
    now: Timestamp,
    ip: Option<IpAddr>,
    permissions: Option<Permissions>,
    states: Option<StoredStates>,
}

impl CheckedRequest {
    fn new(mut request: FfiAccessRequest, record: &KeyRecord) -> Result<Self, FfiError> {
        let ip = match request.ip.as_deref().map(address).transpose() {
            Err(malformed) if record.allow_ips().is_some() => return Err(malformed),
            parsed => parsed.ok().flatten(),
        };
        let permissions = request.owner_permissions.take().map(FfiPermissions::core).transpose()?;
        let states = request.limits.take().map(StoredStates::new);
        Ok(Self { now: timestamp(request.now_ms)?, ip, permissions, states, request })
    }

    fn states(&self) -> Option<Vec<(&str, Option<LimitState>)>> {
        self.states.as_ref().map(StoredStates::as_pairs)
    }

    fn as_core<'a>(
        &'a self,
        states: Option<&'a [(&'a str, Option<LimitState>)]>,
    ) -> AccessRequest<'a> {
        let request = &self.request;
        AccessRequest {
            ip: self.ip,
            operation: request.operation.as_deref(),
            queue: request.queue.as_deref(),
            environment: request.environment.as_deref(),
            digest: request.digest.map(|index| usize::try_from(index).unwrap_or(usize::MAX)),
            owner_permissions: self.permissions.as_ref(),
            limits: states,
            ..AccessRequest::new(request.access.into(), self.now)
        }
    }
}

fn inner_all(peppers: &[Arc<FfiPepper>]) -> Vec<Pepper> {
    peppers.iter().filter_map(|pepper| inner(Some(pepper)).cloned()).collect()
}

/// Returns the ids of the peppers that are needed to verify the keys of these records.
#[uniffi::export]
pub fn access_peppers_in_use(records: Vec<Arc<FfiKeyRecord>>) -> Vec<String> {
    peppers_in_use(records.iter().map(|record| &record.0))
}

/// See [`ExpiryAlert`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiExpiryAlert {
    pub id: String,
    pub record: String,
    pub days: u32,
    pub due_ms: i64,
    pub expires_at_ms: i64,
}

impl From<ExpiryAlert> for FfiExpiryAlert {
    fn from(alert: ExpiryAlert) -> Self {
        Self {
            id: alert.id(),
            record: alert.record().into(),
            days: alert.days(),
            due_ms: alert.due().as_millis(),
            expires_at_ms: alert.expires_at().as_millis(),
        }
    }
}

/// Returns the alerts that became due after `since` and no later than `now`.
#[uniffi::export]
pub fn access_expiry_alerts(
    records: Vec<Arc<FfiKeyRecord>>,
    since_ms: i64,
    now_ms: i64,
    days: Vec<i64>,
) -> Result<Vec<FfiExpiryAlert>, FfiError> {
    let records = records.iter().map(|record| &record.0);
    let (since, now) = (timestamp(since_ms)?, timestamp(now_ms)?);
    let alerts = expiry_alerts(records, since, now, &days_of(days))?;
    Ok(alerts.into_iter().map(Into::into).collect())
}

fn days_of(days: Vec<i64>) -> Vec<u32> {
    days.into_iter().map(|days| u32::try_from(days).unwrap_or(u32::MAX)).collect()
}

/// A record with the time of its last use.
#[derive(Debug, uniffi::Record)]
pub struct FfiKeyUse {
    /// The record.
    pub record: Arc<FfiKeyRecord>,
    /// The time of the last use.
    pub last_use_ms: Option<i64>,
}

/// See [`UnusedAlert`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiUnusedAlert {
    pub id: String,
    pub record: String,
    pub days: u32,
    pub due_ms: i64,
    pub unused_since_ms: i64,
}

impl From<UnusedAlert> for FfiUnusedAlert {
    fn from(alert: UnusedAlert) -> Self {
        Self {
            id: alert.id(),
            record: alert.record().into(),
            days: alert.days(),
            due_ms: alert.due().as_millis(),
            unused_since_ms: alert.unused_since().as_millis(),
        }
    }
}

/// Returns the alerts for unused keys. Each of these alerts became due after `since` and no later
/// than `now`.
#[uniffi::export]
pub fn access_unused_alerts(
    uses: Vec<FfiKeyUse>,
    since_ms: i64,
    now_ms: i64,
    days: Vec<i64>,
) -> Result<Vec<FfiUnusedAlert>, FfiError> {
    let last_uses: Vec<_> = uses
        .iter()
        .map(|it| it.last_use_ms.map(timestamp).transpose())
        .collect::<Result<_, _>>()?;
    let uses = uses.iter().map(|it| &it.record.0).zip(last_uses);
    let (since, now) = (timestamp(since_ms)?, timestamp(now_ms)?);
    let alerts = unused_alerts(uses, since, now, &days_of(days))?;
    Ok(alerts.into_iter().map(Into::into).collect())
}

/// Returns the time to store as the last use of a key that was just used, or `None` if the stored
/// time is accurate enough.
#[uniffi::export]
pub fn access_touch(stored_ms: Option<i64>, now_ms: i64) -> Result<Option<i64>, FfiError> {
    let stored = stored_ms.map(timestamp).transpose()?;
    Ok(touch(stored, timestamp(now_ms)?).map(keyrail::Timestamp::as_millis))
}
