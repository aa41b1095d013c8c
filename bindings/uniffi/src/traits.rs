//! Traits of a platform: what its document specifies about keys, tokens, webhooks and errors.

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
    /// The highest access of a key with this scope.
    pub access: FfiOperationAccess,
    /// Each access that a key with this scope has.
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
    /// A key is valid until it is revoked.
    Never,
    /// A key expires after a lifetime that is chosen when the key is created.
    Chosen {
        /// The lifetimes that the vendor offers, in days.
        days: Vec<u32>,
        /// Whether any other lifetime may be chosen too.
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
    /// The operation that issues the token.
    pub operation: String,
    /// The header that contains the token, if it is in a header.
    pub header: Option<String>,
}

impl From<&TokenSpec> for FfiTokenSpec {
    fn from(spec: &TokenSpec) -> Self {
        Self { operation: spec.operation().into(), header: spec.header().map(Into::into) }
    }
}

/// One of a vendor's error codes.
#[derive(Debug, uniffi::Record)]
pub struct FfiKnownError {
    /// The code.
    pub code: String,
    /// The kind of failure that it means.
    pub kind: FfiFailureKind,
}

impl From<(&str, FailureKind)> for FfiKnownError {
    fn from((code, kind): (&str, FailureKind)) -> Self {
        Self { code: code.into(), kind: kind.into() }
    }
}
