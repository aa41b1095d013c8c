//! `keyrail.platform.TokenSession` and `keyrail.platform.TokenPoll`.

use std::sync::{Mutex, PoisonError};

use keyrail::platform as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_detached, call_sized, plain};
use crate::error::unpicklable;
use crate::header::Credentials;
use crate::headers::Headers;
use crate::http::Request;
use crate::input::{Bytes, Now, ScalarPairs, SecretText, Status};
use crate::platform::Platform;
use crate::quoted;
use crate::response::Failure;

/// Manages the token of one key, for a platform that requires a token besides the key. The session
/// requests the token, renews it before it expires, and never has two requests pending at once.
///
/// It does no I/O: `poll` returns the request to send, and `receive` takes the response. `now` is
/// an aware `datetime` or Unix milliseconds. When the platform rejects a token (`refused`), the
/// session requests another one. If that one is rejected as well, the session fails until `reissue`
/// or `rotate_key` is called. The session also fails when the platform rejects the key, but then a
/// token that is still valid is used until it expires. A failed session does not request tokens. If
/// a token arrives after the failure, the session drops it. Threads may share a session.
///
/// The documentation of `keyrail.platform` has an example of a loop that uses a session.
///
/// `key` is a string or a Secret; `variables` contains the variables of the operation that issues
/// the token, as a mapping or as pairs.
///
/// Raises PlatformError: `platform.no_token` for a platform that does not issue tokens, and the
/// codes of `Platform.request`.
#[pyclass(frozen, module = "keyrail.platform")]
pub(crate) struct TokenSession {
    platform: String,
    session: Mutex<core::TokenSession>,
}

#[pymethods]
impl TokenSession {
    #[new]
    #[pyo3(
        signature = (platform, key, variables = ScalarPairs::default()),
        text_signature = "(platform, key, variables=())"
    )]
    fn new(
        py: Python<'_>,
        platform: &Bound<'_, Platform>,
        key: SecretText,
        variables: ScalarPairs,
    ) -> PyResult<Self> {
        let platform = &platform.get().0;
        let session =
            call_detached(py, || core::TokenSession::new(platform, key.0, &variables.as_strs()))?;
        Ok(Self { platform: platform.name().into(), session: Mutex::new(session) })
    }

    /// Returns what to do now. A request that it returns is pending until `receive` or
    /// `on_no_response` is called. Meanwhile no other request is returned, and a token that is
    /// still valid is used.
    ///
    /// Raises PlatformError: `platform.token_refused` after a second token was rejected, and
    /// `platform.key_refused` if the key was rejected and the session has no valid token left.
    fn poll(&self, py: Python<'_>, now: Now) -> PyResult<TokenPoll> {
        call(py, || self.with_session(|session| session.poll(now.0))).map(TokenPoll)
    }

    /// Takes the response to the pending request. The token is read from the header or the body,
    /// and its expiry from the token. After an error, the session requests no token for as long as
    /// the platform specifies, but for at least 5 seconds and at most 366 days. After
    /// `platform.key_refused`, it requests no token until `reissue` or `rotate_key` is called. In
    /// both cases, a token that is still valid remains in use. A response for a key that
    /// `rotate_key` replaced is dropped, and so is a token that arrives after a second token was
    /// rejected.
    ///
    /// `headers` may have any form that `keyrail.header.Scheme.extract` accepts.
    ///
    /// Raises PlatformError: `platform.no_token_request` if no request is pending;
    /// `platform.key_refused` and `platform.token_not_issued`, whose details are in `failure`;
    /// `platform.token_missing`, `platform.token_ambiguous`, `platform.token_malformed`,
    /// `platform.token_without_expiry`, `platform.token_expired`, `platform.token_absurd_expiry`;
    /// the codes of `Platform.read_response`; and, if the header that contains the token is
    /// invalid, the codes of `Scheme.extract`.
    #[pyo3(signature = (*, status, headers, body, now))]
    fn receive(
        &self,
        py: Python<'_>,
        status: Status,
        headers: Headers,
        body: Bytes<'_>,
        now: Now,
    ) -> PyResult<()> {
        let body: &[u8] = &body;
        call_sized(py, body.len(), || {
            self.with_session(|session| session.receive(status.0, &headers, body, now.0))
        })
    }

    /// Records that the pending request got no response: the connection broke, or there was a
    /// timeout. `poll` returns another request after 5 seconds.
    ///
    /// Raises PlatformError: `platform.no_token_request`.
    fn on_no_response(&self, py: Python<'_>, now: Now) -> PyResult<()> {
        call(py, || self.with_session(|session| session.on_no_response(now.0)))
    }

    /// Records that the platform rejected these credentials in a request other than the token
    /// request. If the session still uses their token, it drops the token. It then requests another
    /// one, unless the platform has rejected the key.
    ///
    /// Raises PlatformError: `platform.token_refused` if the token of these credentials replaced a
    /// rejected token and has not been accepted since.
    fn refused(&self, py: Python<'_>, credentials: &Bound<'_, Credentials>) -> PyResult<()> {
        call(py, || self.with_session(|session| session.refused(&credentials.get().0)))
    }

    /// Records that the platform accepted these credentials. If it rejects them later, the session
    /// requests another token instead of failing.
    fn accepted(&self, py: Python<'_>, credentials: &Bound<'_, Credentials>) -> PyResult<()> {
        plain(py, || self.with_session(|session| session.accepted(&credentials.get().0)))
    }

    /// Drops the token, so that the session requests another one, even if the session has failed.
    /// If a request is pending, its response is used, unless the key was replaced meanwhile. If the
    /// platform rejects the new token, the session requests another one instead of failing.
    fn reissue(&self, py: Python<'_>) -> PyResult<()> {
        plain(py, || self.with_session(core::TokenSession::reissue))
    }

    /// Replaces the key with a reissued one, and drops the token and the failure of the old key.
    /// The response to a pending request is dropped too. `key` is a string or a Secret.
    ///
    /// Raises PlatformError if the key cannot be sent in a header; the session is then unchanged.
    fn rotate_key(&self, py: Python<'_>, key: SecretText) -> PyResult<()> {
        call(py, || self.with_session(|session| session.rotate_key(key.0)))
    }

    /// When the token expires, in Unix milliseconds, or None.
    #[getter]
    fn expires_ms(&self) -> Option<i64> {
        self.with_session(|session| session.expires().map(keyrail::Timestamp::as_millis))
    }

    /// Why the last response contained no token, if the platform reported a failure.
    #[getter]
    fn failure(&self) -> Option<Failure> {
        self.with_session(|session| session.failure().cloned().map(Failure))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let platform = quoted(py, &self.platform)?;
        let expires = self.expires_ms().map_or("None".into(), |expires| expires.to_string());
        Ok(format!("<keyrail.platform.TokenSession platform={platform} expires_ms={expires}>"))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

impl TokenSession {
    /// Calls `work` with the locked session.
    fn with_session<T>(&self, work: impl FnOnce(&mut core::TokenSession) -> T) -> T {
        work(&mut self.session.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What to do next.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct TokenPoll(core::TokenPoll);

#[pymethods]
impl TokenPoll {
    /// The first positional pattern in a `case` is compared with `kind`.
    #[classattr]
    fn __match_args__() -> (&'static str,) {
        ("kind",)
    }

    /// What to do. If the kind is `ready`, send requests with `credentials`. If it is `send`, send
    /// `request` and pass the response to `receive`; if no response arrives, call `on_no_response`.
    /// If it is `waiting`, no token is available, and there is no request to send now.
    #[getter]
    fn kind(&self) -> &str {
        match self.0 {
            core::TokenPoll::Ready(_) => "ready",
            core::TokenPoll::Send(_) => "send",
            core::TokenPoll::Waiting { .. } => "waiting",
        }
    }

    /// The credentials to send requests with, or None.
    #[getter]
    fn credentials(&self) -> Option<Credentials> {
        match &self.0 {
            core::TokenPoll::Ready(credentials) => Some(Credentials(credentials.clone())),
            _ => None,
        }
    }

    /// The request to send, or None.
    #[getter]
    fn request(&self) -> Option<Request> {
        match &self.0 {
            core::TokenPoll::Send(request) => Some(Request(request.clone())),
            _ => None,
        }
    }

    /// The earliest time to poll again, in Unix milliseconds. It is None while a request is
    /// pending: wait for the response first.
    #[getter]
    fn until_ms(&self) -> Option<i64> {
        match &self.0 {
            core::TokenPoll::Waiting { until } => until.map(keyrail::Timestamp::as_millis),
            _ => None,
        }
    }

    fn __repr__(&self) -> String {
        let until = self.until_ms().map_or(String::new(), |until| format!(", until_ms={until}"));
        format!("TokenPoll(kind='{}'{until})", self.kind())
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}
