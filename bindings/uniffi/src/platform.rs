//! Platforms, and the requests that they build.

use std::sync::Arc;

use keyrail::platform::{Call, Platform};

use crate::error::FfiError;
use crate::header::{FfiCredentials, FfiScheme};
use crate::http::FfiRequest;
use crate::operation::FfiOperation;
use crate::pairs::Pairs;
use crate::response::{self, FfiFailureKind, FfiOutcome};
use crate::time::timestamp;
use crate::traits::{FfiExpiryPolicy, FfiKeyScope, FfiKnownError, FfiTokenSpec, FfiWebhookTraits};
use crate::url::FfiBaseUrl;

/// Returns the names of the built-in platforms.
#[uniffi::export]
pub fn platform_names() -> Vec<String> {
    Platform::names().into_iter().map(Into::into).collect()
}

/// See [`Platform::document`].
#[uniffi::export]
pub fn platform_document(name: &str) -> Result<String, FfiError> {
    Ok(Platform::document(name)?.into())
}

/// A scheme with its name.
#[derive(Debug, uniffi::Record)]
pub struct FfiNamedScheme {
    /// The name.
    pub name: String,
    /// The scheme.
    pub scheme: Arc<FfiScheme>,
}

/// See [`Platform`].
#[derive(Debug, uniffi::Object)]
pub struct FfiPlatform(pub(crate) Platform);

#[uniffi::export]
impl FfiPlatform {
    /// Reads a built-in platform.
    #[uniffi::constructor]
    pub fn get(name: &str) -> Result<Self, FfiError> {
        Ok(Self(Platform::get(name)?))
    }

    /// Reads a platform from its document.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Platform::from_json(text)?))
    }

    /// Returns the platform's name.
    pub fn name(&self) -> String {
        self.0.name().into()
    }

    /// Returns the template of the base URL.
    pub fn base(&self) -> String {
        self.0.base().into()
    }

    /// Returns the variables of the base URL.
    pub fn variables(&self) -> Vec<String> {
        self.0.variables().map(Into::into).collect()
    }

    /// Returns the base URL for these variables.
    pub fn base_url(&self, variables: Vec<String>) -> Result<FfiBaseUrl, FfiError> {
        Ok(FfiBaseUrl(self.0.base_url(&Pairs::new(variables).as_slices())?))
    }

    /// Returns whether a string has none of the shapes that the document lists for a part of the
    /// credentials, such as `key` or `app_id`. If the document lists no shape for the part, the
    /// result is `false`.
    pub fn is_unusual(&self, part: &str, text: &str) -> bool {
        self.0.is_unusual(part, text)
    }

    /// Returns the default scheme.
    pub fn scheme(&self) -> FfiScheme {
        FfiScheme(self.0.scheme().clone())
    }

    /// Returns all schemes, the default first.
    pub fn schemes(&self) -> Vec<FfiNamedScheme> {
        let named = |(name, scheme): (&str, &keyrail::header::Scheme)| FfiNamedScheme {
            name: name.into(),
            scheme: Arc::new(FfiScheme(scheme.clone())),
        };
        self.0.schemes().map(named).collect()
    }

    /// Returns the names of the operations.
    pub fn operations(&self) -> Vec<String> {
        self.0.operations().map(|operation| operation.name().into()).collect()
    }

    /// Returns the operation with this name.
    pub fn operation(&self, name: &str) -> Result<FfiOperation, FfiError> {
        Ok(self.0.operation(name)?.into())
    }

    /// Returns the scopes of the vendor's keys.
    pub fn scopes(&self) -> Vec<FfiKeyScope> {
        self.0.scopes().map(Into::into).collect()
    }

    /// Returns when the vendor's keys expire.
    pub fn expiry(&self) -> Result<Option<FfiExpiryPolicy>, FfiError> {
        Ok(self.0.expiry().map(Into::into))
    }

    /// Returns the traits of the vendor's calls to a webhook.
    pub fn webhook(&self) -> Option<FfiWebhookTraits> {
        self.0.webhook().map(Into::into)
    }

    /// Returns how the vendor issues the token that a request needs in addition to the key, if it
    /// needs one.
    pub fn token(&self) -> Option<FfiTokenSpec> {
        self.0.token().map(Into::into)
    }

    /// Returns the vendor's error codes.
    pub fn errors(&self) -> Result<Vec<FfiKnownError>, FfiError> {
        Ok(self.0.response().errors().map(Into::into).collect())
    }

    /// Returns the kind of failure that one of the vendor's error codes means.
    pub fn failure_of(&self, code: &str) -> Result<Option<FfiFailureKind>, FfiError> {
        Ok(self.0.response().failure_of(code).map(Into::into))
    }

    /// Builds the request of an operation, but does not send it.
    #[expect(clippy::too_many_arguments, reason = "they are named in Swift and Kotlin")]
    pub fn request(
        &self,
        operation: &str,
        variables: Vec<String>,
        query: Vec<String>,
        headers: Vec<String>,
        body: Option<Vec<u8>>,
        form: Option<Vec<String>>,
        credentials: Option<Arc<FfiCredentials>>,
        scheme: Option<String>,
    ) -> Result<FfiRequest, FfiError> {
        let (variables, query, headers) =
            (Pairs::new(variables), Pairs::new(query), Pairs::new(headers));
        let headers = headers.as_slices();
        let headers: Vec<_> = headers.iter().map(|(name, text)| (*name, (*text).into())).collect();
        let form = form.map(Pairs::new);
        let form = form.as_ref().map(Pairs::as_slices);
        let call = Call {
            variables: &variables.as_slices(),
            query: &query.as_slices(),
            headers: &headers,
            body: body.as_deref(),
            form: form.as_deref(),
            credentials: credentials.as_ref().map(|credentials| &credentials.0),
            scheme: scheme.as_deref(),
        };
        Ok(self.0.request(operation, &call)?.into())
    }

    /// Reads the response to an operation.
    pub fn read_response(
        &self,
        operation: &str,
        status: i64,
        headers: Vec<String>,
        body: &[u8],
        now_ms: i64,
    ) -> Result<FfiOutcome, FfiError> {
        let headers = Pairs::new(headers);
        let (status, now) = (response::status(status), timestamp(now_ms)?);
        Ok(self.0.read_response(operation, status, &headers.as_slices(), body, now)?.into())
    }
}
