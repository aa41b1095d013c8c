//! Problems: the reasons for rejecting a request, as the response reports them (RFC 9457).

use keyrail::Problem;
use keyrail::header::render;

use crate::error::{FfiError, FfiProblem};
use crate::header::FfiScheme;
use crate::http::FfiResponse;
use crate::response;

#[uniffi::export]
impl FfiProblem {
    /// Creates a problem.
    #[uniffi::constructor]
    pub fn new(status: i64, code: String, detail: String) -> Result<Self, FfiError> {
        Ok(Self(Problem::new(response::status(status), code, detail)?))
    }

    /// Returns the status code of the response.
    pub fn status(&self) -> u16 {
        self.0.status()
    }

    /// Returns the stable, dotted code.
    pub fn code(&self) -> String {
        self.0.code().into()
    }

    /// Returns an explanation for the developer of the client.
    pub fn detail(&self) -> String {
        self.0.detail().into()
    }

    /// See [`Problem::response`].
    pub fn response(&self) -> FfiResponse {
        self.0.response().into()
    }
}

/// See [`render`].
#[uniffi::export]
pub fn header_render(problem: &FfiProblem, scheme: &FfiScheme, realm: &str) -> FfiResponse {
    render(&problem.0, &scheme.0, realm).into()
}
