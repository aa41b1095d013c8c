//! Platforms, and the requests built from them.

use std::sync::Arc;

use keyrail::Request;
use keyrail::platform::{Call, Platform};

use crate::error::FfiError;
use crate::header::{FfiCredentials, FfiHeader, FfiScheme, headers};
use crate::pairs::Pairs;

/// The names of the platforms that Keyrail knows.
#[uniffi::export]
pub fn platform_names() -> Vec<String> {
    Platform::names().into_iter().map(Into::into).collect()
}

/// A request to send.
#[derive(Debug, uniffi::Record)]
pub struct FfiRequest {
    /// The method.
    pub method: String,
    /// The URL.
    pub url: String,
    /// The headers, in order.
    pub headers: Vec<FfiHeader>,
    /// The body.
    pub body: Option<Vec<u8>>,
}

impl From<Request> for FfiRequest {
    fn from(request: Request) -> Self {
        Self {
            method: request.method,
            url: request.url,
            headers: headers(&request.headers),
            body: request.body,
        }
    }
}

/// A scheme, by its name.
#[derive(Debug, uniffi::Record)]
pub struct FfiNamedScheme {
    /// The name.
    pub name: String,
    /// The scheme.
    pub scheme: Arc<FfiScheme>,
}

/// See [`Platform`].
#[derive(Debug, uniffi::Object)]
pub struct FfiPlatform(Platform);

#[uniffi::export]
impl FfiPlatform {
    /// One of the platforms that Keyrail knows.
    #[uniffi::constructor]
    pub fn get(name: &str) -> Result<Self, FfiError> {
        Ok(Self(Platform::get(name)?))
    }

    /// Reads a platform's configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Platform::from_json(text)?))
    }

    /// The name.
    pub fn name(&self) -> String {
        self.0.name().into()
    }

    /// The default scheme.
    pub fn scheme(&self) -> FfiScheme {
        FfiScheme(self.0.scheme().clone())
    }

    /// All schemes, the default first.
    pub fn schemes(&self) -> Vec<FfiNamedScheme> {
        let named = |(name, scheme): (&str, &keyrail::header::Scheme)| FfiNamedScheme {
            name: name.into(),
            scheme: Arc::new(FfiScheme(scheme.clone())),
        };
        self.0.schemes().map(named).collect()
    }

    /// The names of the operations.
    pub fn operations(&self) -> Vec<String> {
        self.0.operations().map(|operation| operation.name().into()).collect()
    }

    /// Builds a request.
    pub fn request(
        &self,
        operation: &str,
        variables: Vec<String>,
        query: Vec<String>,
        headers: Vec<String>,
        body: Option<Vec<u8>>,
        credentials: Option<Arc<FfiCredentials>>,
    ) -> Result<FfiRequest, FfiError> {
        let (variables, query, headers) =
            (Pairs::new(variables), Pairs::new(query), Pairs::new(headers));
        let call = Call {
            variables: &variables.as_slices(),
            query: &query.as_slices(),
            headers: &headers.as_slices(),
            body: body.as_deref(),
            credentials: credentials.as_ref().map(|credentials| &credentials.0),
            ..Call::default()
        };
        Ok(self.0.request(operation, &call)?.into())
    }
}
