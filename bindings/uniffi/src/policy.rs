//! Policies, actors and changes of key records.

use std::sync::Arc;

use keyrail::access::{
    Actor, Authority, Change, Expiry, Issued, KeyEvent, KeySource, Limit, NewKey, Period,
    Permissions, Policy, Reissue,
};
use keyrail::{EventPattern, Network};

use crate::access::{FfiAuthor, FfiKeyRecord, FfiPair, FfiScope};
use crate::digest::{FfiPepper, inner};
use crate::error::FfiError;
use crate::format::FfiKeyFormat;
use crate::key::FfiApiKey;
use crate::limit::FfiLimit;
use crate::mirror::mirror_enum;
use crate::time::timestamp;

mirror_enum! { FfiAuthority of Authority { Organization, Owner } }

/// See [`Expiry`].
#[derive(Debug, uniffi::Enum)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub enum FfiExpiry {
    Never,
    Days { days: i64 },
    At { ms: i64 },
}

impl FfiExpiry {
    fn core(&self) -> Result<Expiry, FfiError> {
        Ok(match self {
            Self::Never => Expiry::Never,
            // A number out of range becomes the largest one, which is rejected.
            Self::Days { days } => Expiry::Days(u32::try_from(*days).unwrap_or(u32::MAX)),
            Self::At { ms } => Expiry::At(timestamp(*ms)?),
        })
    }
}

/// See [`Expiry::parse`].
#[uniffi::export]
pub fn access_parse_expiry(text: &str) -> Result<FfiExpiry, FfiError> {
    Ok(match Expiry::parse(text)? {
        Expiry::Never => FfiExpiry::Never,
        Expiry::Days(days) => FfiExpiry::Days { days: days.into() },
        Expiry::At(time) => FfiExpiry::At { ms: time.as_millis() },
    })
}

/// See [`Period::parse`]. Returns milliseconds.
#[uniffi::export]
pub fn access_parse_period(text: &str) -> Result<i64, FfiError> {
    Ok(Period::parse(text)?.as_millis())
}

/// See [`Permissions`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiPermissions {
    pub scope: FfiScope,
    pub operations: Option<Vec<String>>,
    pub queues: Option<Vec<String>>,
}

impl FfiPermissions {
    pub(crate) fn core(self) -> Result<Permissions, FfiError> {
        let mut permissions = Permissions::new(self.scope.into());
        if let Some(operations) = patterns(self.operations)? {
            permissions = permissions.with_operations(operations);
        }
        Ok(match self.queues {
            Some(queues) => permissions.with_queues(queues),
            None => permissions,
        })
    }
}

/// See [`Actor`].
#[derive(Debug, uniffi::Object)]
pub struct FfiActor(Actor);

#[uniffi::export]
impl FfiActor {
    /// Returns an actor for a user with a role of the policy.
    #[uniffi::constructor]
    pub fn user(id: &str, role: &str) -> Result<Self, FfiError> {
        Ok(Self(Actor::user(id, role)?))
    }

    /// Returns an actor for a key.
    #[uniffi::constructor]
    pub fn key(record: &FfiKeyRecord, digest: Option<u32>) -> Self {
        Self(Actor::key(&record.0, digest.map(index)))
    }
}

/// See [`NewKey`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiNewKey {
    pub app: String,
    pub scope: FfiScope,
    pub expires: Option<FfiExpiry>,
    pub id: Option<String>,
    pub organization: Option<String>,
    pub environment: Option<String>,
    pub owner: Option<String>,
    pub name: Option<String>,
    pub operations: Option<Vec<String>>,
    pub queues: Option<Vec<String>>,
    pub allow_ips: Option<Vec<String>>,
    pub limits: Vec<Arc<FfiLimit>>,
    pub not_before_ms: Option<i64>,
    pub metadata: Vec<FfiPair>,
    pub key_count: Option<i64>,
}

/// See [`KeySource`]. The entropy is a separate argument that is passed by reference, so that it is
/// not copied.
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiKeySource {
    pub format: Arc<FfiKeyFormat>,
    pub pepper: Option<Arc<FfiPepper>>,
}

impl FfiKeySource {
    fn core<'a>(&'a self, entropy: &'a [u8]) -> KeySource<'a> {
        let pepper = inner(self.pepper.as_ref());
        KeySource { pepper, ..KeySource::new(&self.format.0, entropy) }
    }
}

/// A change that issues no key.
#[derive(Debug, uniffi::Enum)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub enum FfiEdit {
    Revoke { digest: Option<u32>, reason: Option<String> },
    Disable,
    Enable,
    Rename { name: Option<String> },
    SetScope { scope: FfiScope },
    SetOperations { operations: Option<Vec<String>> },
    SetQueues { queues: Option<Vec<String>> },
    SetNetworks { networks: Option<Vec<String>> },
    SetExpiry { expires: FfiExpiry },
    SetLimits { limits: Vec<Arc<FfiLimit>> },
    SetMetadata { metadata: Vec<FfiPair> },
}

/// See [`Policy`].
#[derive(Debug, uniffi::Object)]
pub struct FfiPolicy(Policy);

#[uniffi::export]
impl FfiPolicy {
    /// Reads a policy from its configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Policy::from_json(text)?))
    }

    /// Returns the policy of a platform.
    #[uniffi::constructor]
    pub fn preset(name: &str) -> Result<Self, FfiError> {
        Ok(Self(Policy::preset(name)?))
    }

    /// Returns the names of the roles.
    pub fn roles(&self) -> Vec<String> {
        self.0.roles().map(Into::into).collect()
    }

    /// Returns what limits the keys: their records alone, or also the permissions of their owners.
    pub fn authority(&self) -> FfiAuthority {
        self.0.authority().into()
    }

    /// Issues a key.
    pub fn issue(
        &self,
        new_key: FfiNewKey,
        source: FfiKeySource,
        entropy: &[u8],
        actor: &FfiActor,
        now_ms: i64,
    ) -> Result<FfiIssued, FfiError> {
        let new = NewKey {
            expires: new_key.expires.map(|expires| expires.core()).transpose()?,
            id: new_key.id.as_deref(),
            organization: new_key.organization.as_deref(),
            environment: new_key.environment.as_deref(),
            owner: new_key.owner.as_deref(),
            name: new_key.name.as_deref(),
            operations: patterns(new_key.operations)?,
            queues: new_key.queues,
            allow_ips: networks(new_key.allow_ips)?,
            limits: limits(&new_key.limits),
            not_before: new_key.not_before_ms.map(timestamp).transpose()?,
            metadata: pairs(new_key.metadata),
            key_count: new_key.key_count.map(key_count),
            ..NewKey::new(&new_key.app, new_key.scope.into())
        };
        let issued = self.0.issue(&new, &source.core(entropy), &actor.0, timestamp(now_ms)?)?;
        Ok(issued.into())
    }

    /// Issues a key in place of a revoked or expired one.
    #[expect(clippy::too_many_arguments, reason = "they are named in Swift and Kotlin")]
    pub fn reissue(
        &self,
        record: &FfiKeyRecord,
        id: Option<String>,
        expires: Option<FfiExpiry>,
        key_count: Option<i64>,
        source: FfiKeySource,
        entropy: &[u8],
        actor: &FfiActor,
        now_ms: i64,
    ) -> Result<FfiIssued, FfiError> {
        let reissue = Reissue {
            id: id.as_deref(),
            expires: expires.map(|expires| expires.core()).transpose()?,
            key_count: key_count.map(self::key_count),
        };
        let now = timestamp(now_ms)?;
        Ok(self.0.reissue(&record.0, &reissue, &source.core(entropy), &actor.0, now)?.into())
    }

    /// Replaces a key with a new one in the same record.
    #[expect(clippy::too_many_arguments, reason = "they are named in Swift and Kotlin")]
    pub fn rotate(
        &self,
        record: &FfiKeyRecord,
        grace_ms: Option<i64>,
        expires: Option<FfiExpiry>,
        source: FfiKeySource,
        entropy: &[u8],
        actor: &FfiActor,
        now_ms: i64,
    ) -> Result<FfiIssued, FfiError> {
        let grace = grace_ms.map(Period::from_millis).transpose()?;
        let expires = expires.map(|expires| expires.core()).transpose()?;
        let now = timestamp(now_ms)?;
        Ok(self.0.rotate(&record.0, grace, expires, &source.core(entropy), &actor.0, now)?.into())
    }

    /// Changes a record without issuing a key.
    pub fn change(
        &self,
        record: &FfiKeyRecord,
        edit: FfiEdit,
        actor: &FfiActor,
        now_ms: i64,
    ) -> Result<FfiChange, FfiError> {
        let (policy, record, actor, now) = (&self.0, &record.0, &actor.0, timestamp(now_ms)?);
        let change = match edit {
            FfiEdit::Revoke { digest, reason } => {
                policy.revoke(record, digest.map(index), reason.as_deref(), actor, now)
            }
            FfiEdit::Disable => policy.disable(record, actor, now),
            FfiEdit::Enable => policy.enable(record, actor, now),
            FfiEdit::Rename { name } => policy.rename(record, name.as_deref(), actor, now),
            FfiEdit::SetScope { scope } => policy.set_scope(record, scope.into(), actor, now),
            FfiEdit::SetOperations { operations } => {
                policy.set_operations(record, patterns(operations)?.as_deref(), actor, now)
            }
            FfiEdit::SetQueues { queues } => {
                policy.set_queues(record, queues.as_deref(), actor, now)
            }
            FfiEdit::SetNetworks { networks } => {
                let networks = self::networks(networks)?;
                policy.set_networks(record, networks.as_deref(), actor, now)
            }
            FfiEdit::SetExpiry { expires } => {
                policy.set_expiry(record, expires.core()?, actor, now)
            }
            FfiEdit::SetLimits { limits } => {
                policy.set_limits(record, &self::limits(&limits), actor, now)
            }
            FfiEdit::SetMetadata { metadata } => {
                policy.set_metadata(record, &pairs(metadata), actor, now)
            }
        };
        Ok(FfiChange(change?))
    }
}

fn limits(limits: &[Arc<FfiLimit>]) -> Vec<Limit> {
    limits.iter().map(|limit| limit.0.clone()).collect()
}

/// See [`Issued`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiIssued {
    pub key: Arc<FfiApiKey>,
    pub change: Arc<FfiChange>,
}

impl From<Issued> for FfiIssued {
    fn from(issued: Issued) -> Self {
        let (key, change) = (issued.key().clone(), issued.change().clone());
        Self { key: Arc::new(FfiApiKey(key)), change: Arc::new(FfiChange(change)) }
    }
}

/// See [`Change`].
#[derive(Debug, uniffi::Object)]
pub struct FfiChange(pub(crate) Change);

/// The members of a [`Change`], passed together in one buffer.
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiChangeMembers {
    pub is_new: bool,
    pub base_version: u64,
    pub applies_to_any_version: bool,
    pub patch: String,
    pub event: FfiKeyEvent,
}

/// See [`KeyEvent`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiKeyEvent {
    pub action: String,
    pub record: String,
    pub actor: FfiAuthor,
    pub at_ms: i64,
    pub version: u64,
    pub reason: Option<String>,
    pub json: String,
}

impl From<&KeyEvent> for FfiKeyEvent {
    fn from(event: &KeyEvent) -> Self {
        Self {
            action: event.action().as_str().into(),
            record: event.record().into(),
            actor: event.actor().into(),
            at_ms: event.at().as_millis(),
            version: event.version(),
            reason: event.reason().map(Into::into),
            json: event.to_json(),
        }
    }
}

#[uniffi::export]
impl FfiChange {
    /// Returns the members of the change.
    pub fn members(&self) -> FfiChangeMembers {
        FfiChangeMembers {
            is_new: self.0.is_new(),
            base_version: self.0.base_version(),
            applies_to_any_version: self.0.applies_to_any_version(),
            patch: self.0.patch().into(),
            event: self.0.event().into(),
        }
    }

    /// Returns the changed record.
    pub fn record(&self) -> FfiKeyRecord {
        FfiKeyRecord(self.0.record().clone())
    }

    /// Returns the same change, based on the record as it is stored now.
    pub fn rebase(&self, stored: &FfiKeyRecord) -> Result<Self, FfiError> {
        Ok(Self(self.0.rebase(&stored.0)?))
    }

    /// Applies the change to the record as it is stored now.
    pub fn apply_to(&self, stored: &FfiKeyRecord) -> Result<FfiKeyRecord, FfiError> {
        Ok(FfiKeyRecord(self.0.apply_to(&stored.0)?))
    }
}

/// Returns the index of a digest. An index that does not fit becomes the largest one, which no
/// record has.
fn index(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}

/// Returns a number of keys. A negative number becomes the largest possible number, which no policy
/// allows.
fn key_count(count: i64) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn pairs(pairs: Vec<FfiPair>) -> Vec<(String, String)> {
    pairs.into_iter().map(|pair| (pair.name, pair.value)).collect()
}

fn patterns(texts: Option<Vec<String>>) -> Result<Option<Vec<EventPattern>>, FfiError> {
    let parse = |texts: Vec<String>| texts.iter().map(|text| EventPattern::parse(text)).collect();
    Ok(texts.map(parse).transpose()?)
}

fn networks(texts: Option<Vec<String>>) -> Result<Option<Vec<Network>>, FfiError> {
    let parse = |texts: Vec<String>| texts.iter().map(|text| Network::parse(text)).collect();
    Ok(texts.map(parse).transpose()?)
}
