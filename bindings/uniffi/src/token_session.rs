//! Token sessions: the token that a platform requires besides the key.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use keyrail::platform::{TokenPoll, TokenSession};

use crate::error::FfiError;
use crate::header::FfiCredentials;
use crate::http::FfiRequest;
use crate::pairs::Pairs;
use crate::platform::FfiPlatform;
use crate::response::{self, FfiFailure};
use crate::secret::FfiSecret;
use crate::time::timestamp;

/// See [`TokenPoll`]. It contains credentials, a request, or neither. If it contains neither, wait.
#[derive(uniffi::Object)]
pub struct FfiTokenPoll(TokenPoll);

#[uniffi::export]
impl FfiTokenPoll {
    /// Returns the credentials to send requests with.
    pub fn credentials(&self) -> Option<Arc<FfiCredentials>> {
        match &self.0 {
            TokenPoll::Ready(credentials) => Some(Arc::new(FfiCredentials(credentials.clone()))),
            TokenPoll::Send(_) | TokenPoll::Waiting { .. } => None,
        }
    }

    /// Returns the request to send.
    pub fn request(&self) -> Option<FfiRequest> {
        match &self.0 {
            TokenPoll::Send(request) => Some(request.clone().into()),
            TokenPoll::Ready(_) | TokenPoll::Waiting { .. } => None,
        }
    }

    /// Returns the earliest time to poll again, in Unix milliseconds.
    pub fn until_ms(&self) -> Option<i64> {
        match &self.0 {
            TokenPoll::Waiting { until } => until.map(|until| until.as_millis()),
            TokenPoll::Ready(_) | TokenPoll::Send(_) => None,
        }
    }
}

/// See [`TokenSession`].
#[derive(uniffi::Object)]
pub struct FfiTokenSession(Mutex<TokenSession>);

#[uniffi::export]
impl FfiTokenSession {
    /// Creates a session for a key.
    #[uniffi::constructor]
    pub fn new(
        platform: &FfiPlatform,
        key: &FfiSecret,
        variables: Vec<String>,
    ) -> Result<Self, FfiError> {
        let variables = Pairs::new(variables);
        let session = TokenSession::new(&platform.0, key.0.clone(), &variables.as_slices())?;
        Ok(Self(Mutex::new(session)))
    }

    /// Returns what to do now.
    pub fn poll(&self, now_ms: i64) -> Result<FfiTokenPoll, FfiError> {
        Ok(FfiTokenPoll(self.lock().poll(timestamp(now_ms)?)?))
    }

    /// Takes the response to the pending request.
    pub fn receive(
        &self,
        status: i64,
        headers: Vec<String>,
        body: &[u8],
        now_ms: i64,
    ) -> Result<(), FfiError> {
        let headers = Pairs::new(headers);
        let (status, now) = (response::status(status), timestamp(now_ms)?);
        Ok(self.lock().receive(status, &headers.as_slices(), body, now)?)
    }

    /// Records that the request got no response.
    pub fn on_no_response(&self, now_ms: i64) -> Result<(), FfiError> {
        Ok(self.lock().on_no_response(timestamp(now_ms)?)?)
    }

    /// Records that the platform rejected these credentials.
    pub fn refused(&self, credentials: &FfiCredentials) -> Result<(), FfiError> {
        Ok(self.lock().refused(&credentials.0)?)
    }

    /// Records that the platform accepted these credentials.
    pub fn accepted(&self, credentials: &FfiCredentials) {
        self.lock().accepted(&credentials.0);
    }

    /// Drops the token and requests another one.
    pub fn reissue(&self) {
        self.lock().reissue();
    }

    /// Replaces the key.
    pub fn rotate_key(&self, key: &FfiSecret) -> Result<(), FfiError> {
        Ok(self.lock().rotate_key(key.0.clone())?)
    }

    /// Returns the time at which the token expires, in Unix milliseconds.
    pub fn expires_ms(&self) -> Option<i64> {
        self.lock().expires().map(|expires| expires.as_millis())
    }

    /// Returns why the last response contained no token.
    pub fn failure(&self) -> Result<Option<Arc<FfiFailure>>, FfiError> {
        let failure = self.lock().failure().cloned().map(FfiFailure);
        Ok(failure.map(Arc::new))
    }
}

impl FfiTokenSession {
    /// Locks the session, even if another call panicked. After a panic, call `reissue` to reset the
    /// session.
    fn lock(&self) -> MutexGuard<'_, TokenSession> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::FfiTokenSession;
    use crate::error::FfiError;
    use crate::platform::FfiPlatform;
    use crate::secret::FfiSecret;

    #[test]
    fn a_poll_returns_a_request_credentials_or_a_wait_time() {
        let platform = FfiPlatform::get("vchatcloud").unwrap();
        let key = FfiSecret::new("k-1".into());
        let session = FfiTokenSession::new(&platform, &key, vec![]).unwrap();
        let poll = session.poll(0).unwrap();
        assert!(poll.credentials().is_none() && poll.until_ms().is_none());
        assert_eq!(poll.request().unwrap().method, "GET");
        session.on_no_response(0).unwrap();
        let poll = session.poll(0).unwrap();
        assert!(poll.credentials().is_none() && poll.request().is_none());
        assert_eq!(poll.until_ms(), Some(keyrail::platform::TOKEN_RETRY_MS));
        session.poll(poll.until_ms().unwrap()).unwrap();
        // {"exp": 3600}
        let headers = ["x-auth-token", "e30.eyJleHAiOjM2MDB9.c2ln"].map(Into::into);
        session.receive(200, headers.into(), b"", 0).unwrap();
        let poll = session.poll(0).unwrap();
        assert!(poll.request().is_none() && poll.until_ms().is_none());
        assert!(poll.credentials().unwrap().token().is_some());
        assert_eq!(session.expires_ms(), Some(3_600_000));
    }

    #[test]
    fn a_response_with_an_invalid_status_is_rejected() {
        let platform = FfiPlatform::get("vchatcloud").unwrap();
        let key = FfiSecret::new("k-1".into());
        let session = FfiTokenSession::new(&platform, &key, vec![]).unwrap();
        session.poll(0).unwrap();
        let FfiError::Failure { code, .. } = session.receive(-1, vec![], b"", 0).unwrap_err();
        assert_eq!(code, "platform.malformed_status");
    }
}
