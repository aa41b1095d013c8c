//! Reads responses of the `http` crate, with the feature `http`. To convert a request to one of
//! that crate, use `http::Request::try_from`.

use alloc::vec::Vec;

use http::{HeaderMap, HeaderName, HeaderValue, Response};
use keyrail_core::Timestamp;

use crate::{Error, Outcome, Platform, TokenSession};

impl Platform {
    /// Reads an `http` response, as [`read_response`](Self::read_response) does.
    ///
    /// # Errors
    ///
    /// Those of [`read_response`](Self::read_response).
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Timestamp;
    /// use keyrail_platform::{Outcome, Platform};
    /// let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    /// let response = http::Response::new(br#"{"success": true, "data": 7}"#);
    /// let outcome = Platform::get("azeer")?.read_http("message.send", &response, now)?;
    /// assert_eq!(outcome.into_result().unwrap().data.as_deref(), Some("7"));
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn read_http<B: AsRef<[u8]>>(
        &self,
        operation: &str,
        response: &Response<B>,
        now: Timestamp,
    ) -> Result<Outcome, Error> {
        let headers = pairs(response.headers());
        let (status, body) = (response.status().as_u16(), response.body().as_ref());
        self.read_response(operation, status, &headers, body, now)
    }
}

impl TokenSession {
    /// Takes an `http` response, as [`receive`](Self::receive) does.
    ///
    /// # Errors
    ///
    /// Those of [`receive`](Self::receive).
    pub fn receive_http<B: AsRef<[u8]>>(
        &mut self,
        response: &Response<B>,
        now: Timestamp,
    ) -> Result<(), Error> {
        let headers = pairs(response.headers());
        self.receive(response.status().as_u16(), &headers, response.body().as_ref(), now)
    }
}

fn pairs(headers: &HeaderMap) -> Vec<(&HeaderName, &HeaderValue)> {
    headers.iter().collect()
}
