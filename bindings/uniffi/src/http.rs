//! Requests and responses.

use keyrail::{Request, Response};

use crate::header::{FfiHeader, headers};

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

/// See [`Response`].
#[derive(Debug, uniffi::Record)]
pub struct FfiResponse {
    /// The status.
    pub status: u16,
    /// The headers, in order.
    pub headers: Vec<FfiHeader>,
    /// The body.
    pub body: Option<Vec<u8>>,
}

impl From<Response> for FfiResponse {
    fn from(response: Response) -> Self {
        Self { status: response.status, headers: headers(&response.headers), body: response.body }
    }
}
