//! Traits of a platform: what its document says of keys, tokens, webhooks and
//! errors.

use keyrail::platform::{
    ExpiryPolicy, FailureKind, KeyScope, OperationAccess, TokenSpec, WebhookTraits,
};

use crate::operation::FfiOperationAccess;
use crate::response::FfiFailureKind;

/// See [`KeyScope`].
#[derive(Debug, uniffi::Record)]
pub struct FfiKeyScope {
    /// The name.
    pub name: String,
    /// The most that a key of it may do.
    pub access: FfiOperationAccess,
    /// All that a key of it may do.
    pub allowed: Vec<FfiOperationAccess>,
}

impl From<&KeyScope> for FfiKeyScope {
    fn from(scope: &KeyScope) -> Self {
        let all = [OperationAccess::Read, OperationAccess::Write, OperationAccess::Admin];
        Self {
            name: scope.name().into(),
            access: scope.access().into(),
            allowed: all.into_iter().filter(|it| scope.allows(*it)).map(Into::into).collect(),
        }
    }
}

/// See [`ExpiryPolicy`].
#[derive(Debug, uniffi::Enum)]
pub enum FfiExpiryPolicy {
    /// A key is good until it is revoked.
    Never,
    /// A key expires after a time that is chosen.
    Chosen {
        /// What the vendor offers, in days.
        days: Vec<u32>,
        /// Whether any other time may be chosen too.
        custom: bool,
    },
}

impl From<&ExpiryPolicy> for FfiExpiryPolicy {
    fn from(policy: &ExpiryPolicy) -> Self {
        match policy {
            ExpiryPolicy::Never => Self::Never,
            ExpiryPolicy::Chosen { days, custom } => {
                Self::Chosen { days: days.clone(), custom: *custom }
            }
        }
    }
}

/// See [`WebhookTraits`].
#[derive(Debug, uniffi::Record)]
pub struct FfiWebhookTraits {
    /// The header of the static verification token.
    pub token_header: Option<String>,
    /// The types of payload.
    pub types: Vec<String>,
    /// The names of events.
    pub events: Vec<String>,
    /// The statuses of a message.
    pub statuses: Vec<String>,
}

impl From<&WebhookTraits> for FfiWebhookTraits {
    fn from(traits: &WebhookTraits) -> Self {
        Self {
            token_header: traits.token_header().map(Into::into),
            types: traits.types().map(Into::into).collect(),
            events: traits.events().map(Into::into).collect(),
            statuses: traits.statuses().map(Into::into).collect(),
        }
    }
}

/// See [`TokenSpec`].
#[derive(Debug, uniffi::Record)]
pub struct FfiTokenSpec {
    /// The operation that gives it out.
    pub operation: String,
    /// The header in which it comes.
    pub header: Option<String>,
}

impl From<&TokenSpec> for FfiTokenSpec {
    fn from(traits: &TokenSpec) -> Self {
        Self { operation: traits.operation().into(), header: traits.header().map(Into::into) }
    }
}

/// One of a vendor's error codes.
#[derive(Debug, uniffi::Record)]
pub struct FfiKnownError {
    /// The code.
    pub code: String,
    /// What it means.
    pub kind: FfiFailureKind,
}

impl From<(&str, FailureKind)> for FfiKnownError {
    fn from((code, kind): (&str, FailureKind)) -> Self {
        Self { code: code.into(), kind: kind.into() }
    }
}
