//! Token sessions: they request the token that a platform requires besides the key, and
//! renew it before it expires, with only one request at a time.
//!
//! A session is a state machine without I/O: it returns the request to send, receives the
//! response, and takes the time as an argument.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::{Request, Secret, Timestamp};
use keyrail_header::{Credentials, Scheme};

use crate::pointer::scalar;
use crate::response::Body;
use crate::{Call, Error, ErrorKind, Failure, FailureKind, Outcome, Platform, TokenSpec, jwt};

/// How long before a token's expiry the session first tries to renew the token, in milliseconds:
/// five minutes. If less than 50 minutes of a token's validity remain when the token is received, a
/// tenth of the remaining time is used instead.
pub const RENEW_AHEAD_MS: i64 = 5 * 60 * 1000;

/// How long to wait after a request that returned no token, in milliseconds, if the platform does
/// not specify a longer delay.
pub const TOKEN_RETRY_MS: i64 = 5 * 1000;

/// What to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenPoll {
    /// Send requests with these credentials.
    Ready(Credentials),
    /// Send this request, and pass the response to
    /// [`receive`](TokenSession::receive), or call [`on_no_response`](TokenSession::on_no_response)
    /// if no response arrives.
    Send(Request),
    /// No token is available and no request is due.
    Waiting {
        /// The earliest time to poll again. It is `None` while a request is pending: wait for the
        /// response first.
        until: Option<Timestamp>,
    },
}

/// The token of one key at one platform.
///
/// The session says what to do. Your program does it, with its own HTTP client and clock:
///
/// ```
/// use keyrail_core::{Request, Secret, Timestamp};
/// use keyrail_header::Credentials;
/// use keyrail_platform::{Error, Platform, TokenPoll, TokenSession};
///
/// struct Response { status: u16, headers: Vec<(String, String)>, body: Vec<u8> }
///
/// fn credentials(
///     session: &mut TokenSession,
///     send: impl Fn(&Request) -> Option<Response>,
///     now: impl Fn() -> Timestamp,
///     sleep_until: impl Fn(Option<Timestamp>),
/// ) -> Result<Credentials, Error> {
///     loop {
///         match session.poll(now())? {
///             TokenPoll::Ready(credentials) => return Ok(credentials),
///             TokenPoll::Send(request) => match send(&request) {
///                 Some(it) => session.receive(it.status, &it.headers, &it.body, now())?,
///                 None => session.on_no_response(now())?,
///             },
///             TokenPoll::Waiting { until } => sleep_until(until),
///         }
///     }
/// }
///
/// let mut session = TokenSession::new(&Platform::get("vchatcloud")?, Secret::new("k-1"), &[])?;
/// let token = "e30.eyJleHAiOjE3OTM1MDkyMDB9.c2ln"; // {"exp": 1793509200}, in five hours
/// let send = |request: &Request| {
///     assert_eq!(request.url, "https://vchatcloud.com/openapi/token");
///     let headers = vec![("X-AUTH-TOKEN".to_string(), token.to_string())];
///     Some(Response { status: 200, headers, body: Vec::new() })
/// };
/// let now = || Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
/// let credentials = credentials(&mut session, send, now, |_| {})?;
/// assert_eq!(credentials.token().map(Secret::reveal), Some(token));
/// # Ok::<(), Error>(())
/// ```
///
/// When the platform rejects a token ([`refused`](Self::refused)), the session requests another
/// one. If the platform rejects that one as well, the session fails, and stays failed until
/// [`reissue`](Self::reissue) or [`rotate_key`](Self::rotate_key) is called. The session also fails
/// when the platform rejects the key. In this case, it still uses a valid token until the token
/// expires. A failed session requests no token, and drops any token that arrives later.
#[derive(Clone)]
pub struct TokenSession {
    platform: Platform,
    spec: TokenSpec,
    variables: Vec<(String, String)>,
    key: Secret,
    cached: Option<CachedToken>,
    pending: Option<Pending>,
    /// Whether the next token is requested because the platform rejected the last one.
    after_refusal: bool,
    /// The earliest time of the next request.
    not_before: Option<Timestamp>,
    /// The reason why the session failed. While this field is set, no token is requested.
    failed: Option<ErrorKind>,
    /// The platform's reason for not issuing a token.
    failure: Option<Failure>,
}

/// A token that is valid as far as the session knows.
#[derive(Clone)]
struct CachedToken {
    token: Secret,
    expires: Timestamp,
    renew: Timestamp,
    after_refusal: bool,
}

/// The pending request.
#[derive(Clone, Copy)]
struct Pending {
    /// Whether the key of the request has been replaced.
    stale: bool,
    after_refusal: bool,
}

impl TokenSession {
    /// Creates a session for a key. The variables are those of the operation that issues
    /// the token.
    ///
    /// # Errors
    ///
    /// `platform.no_token` for a platform that does not issue tokens, and the errors of
    /// [`Platform::request`]. The arguments are checked here, so that no later call fails because
    /// of them.
    pub fn new(
        platform: &Platform,
        key: Secret,
        variables: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let spec = platform.token().ok_or(ErrorKind::NoToken)?.clone();
        let session = Self {
            platform: platform.clone(),
            spec,
            variables: variables.iter().map(|(n, v)| ((*n).into(), (*v).into())).collect(),
            key,
            cached: None,
            pending: None,
            after_refusal: false,
            not_before: None,
            failed: None,
            failure: None,
        };
        session.request(&session.key).map(|_| session)
    }

    /// Returns what to do now. A returned request is pending until [`receive`](Self::receive) or
    /// [`on_no_response`](Self::on_no_response) is called. Meanwhile no other request is returned,
    /// and a token that is still valid is used.
    ///
    /// # Errors
    ///
    /// `platform.token_refused` after a second token was rejected, and `platform.key_refused` if
    /// the key was rejected and the session has no valid token left.
    pub fn poll(&mut self, now: Timestamp) -> Result<TokenPoll, Error> {
        self.cached = self.cached.take().filter(|cached| now < cached.expires);
        if let (None, Some(failed)) = (&self.cached, &self.failed) {
            return Err(failed.clone().into());
        }
        let may_start = self.failed.is_none() && self.pending.is_none();
        let may_send = may_start && self.not_before.is_none_or(|time| now >= time);
        match &self.cached {
            Some(cached) if now < cached.renew || !may_send => {
                let credentials = Credentials::new(self.key.clone());
                Ok(TokenPoll::Ready(credentials.with_token(cached.token.clone())))
            }
            _ if may_send => {
                let request = self.request(&self.key)?;
                let after_refusal = core::mem::take(&mut self.after_refusal);
                self.pending = Some(Pending { stale: false, after_refusal });
                Ok(TokenPoll::Send(request))
            }
            _ => {
                let until = self.not_before.filter(|_| self.pending.is_none());
                Ok(TokenPoll::Waiting { until })
            }
        }
    }

    /// Takes the response to the pending request. The token is read from the header or the body,
    /// and its expiry from the token. A token in the header of a 2xx response is used even if the
    /// body reports neither success nor failure. If the body reports a failure, the token is not
    /// used. After an error, the session waits before it sends another request. It waits as long as
    /// the platform specifies, but at least [`TOKEN_RETRY_MS`] and at most 366 days. After
    /// `platform.key_refused`, it sends no further request. In both cases, a token that is still
    /// valid is used meanwhile.
    ///
    /// If [`rotate_key`](Self::rotate_key) replaced the key of the request, the response is
    /// dropped. A token that arrives after a second token was rejected is dropped too.
    ///
    /// # Errors
    ///
    /// - `platform.no_token_request` if no request is pending.
    /// - `platform.key_refused` if the response is a failure of the kind unauthenticated or
    ///   forbidden, and `platform.token_not_issued` for any other failure. In both cases,
    ///   [`failure`](Self::failure) then returns the failure.
    /// - `platform.token_missing`, and `platform.token_ambiguous` if the header and the body
    ///   contain different tokens.
    /// - `platform.token_malformed`, `platform.token_without_expiry` and `platform.token_expired`.
    ///   If the expiry is not a number, is below 0, or is more than 366 days ahead, the error is
    ///   `platform.token_absurd_expiry`.
    /// - The errors of [`Platform::read_response`], and the errors of [`Scheme::extract`] for the
    ///   token's header.
    pub fn receive<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &mut self,
        status: u16,
        headers: &[(N, V)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<(), Error> {
        let pending = self.pending.take().ok_or(ErrorKind::NoTokenRequest)?;
        if pending.stale {
            return Ok(());
        }
        self.failure = None;
        let issued = self.read(status, headers, body, now);
        match issued {
            Ok((token, expires)) => {
                let left = expires.as_millis().saturating_sub(now.as_millis());
                let renew = later(expires, -RENEW_AHEAD_MS.min(left / 10));
                let after_refusal = pending.after_refusal;
                if self.failed.is_none() {
                    self.cached = Some(CachedToken { token, expires, renew, after_refusal });
                }
                self.not_before = None;
                Ok(())
            }
            Err(error) => {
                let delay = self.failure.as_ref().and_then(|failure| failure.retry_after_ms);
                let delay = delay.and_then(|delay| i64::try_from(delay).ok());
                let delay = delay.unwrap_or_default().clamp(TOKEN_RETRY_MS, jwt::MAX_LIFETIME_MS);
                self.not_before = Some(later(now, delay));
                self.after_refusal = pending.after_refusal;
                if *error.kind() == ErrorKind::KeyRefused {
                    self.failed = Some(ErrorKind::KeyRefused);
                }
                Err(error)
            }
        }
    }

    /// Records that the pending request got no response: the connection broke, or there was a
    /// timeout. The session sends another request after [`TOKEN_RETRY_MS`].
    ///
    /// # Errors
    ///
    /// `platform.no_token_request` if no request is pending.
    pub fn on_no_response(&mut self, now: Timestamp) -> Result<(), Error> {
        let pending = self.pending.take().ok_or(ErrorKind::NoTokenRequest)?;
        if !pending.stale {
            self.after_refusal = pending.after_refusal;
            self.not_before = Some(later(now, TOKEN_RETRY_MS));
        }
        Ok(())
    }

    /// Records that the platform rejected these credentials in a request other than the token
    /// request. If the session still uses their token, it drops the token. It then requests another
    /// one, unless the platform has rejected the key.
    ///
    /// # Errors
    ///
    /// `platform.token_refused` if the token of these credentials replaced a rejected token and has
    /// not been [`accepted`](Self::accepted) since.
    pub fn refused(&mut self, credentials: &Credentials) -> Result<(), Error> {
        let Some(cached) = self.cached.take_if(|cached| credentials.token() == Some(&cached.token))
        else {
            return Ok(());
        };
        if cached.after_refusal {
            self.failed.get_or_insert(ErrorKind::TokenRefused);
            return Err(ErrorKind::TokenRefused.into());
        }
        match &mut self.pending {
            Some(pending) => pending.after_refusal = true,
            None => self.after_refusal = true,
        }
        Ok(())
    }

    /// Records that the platform accepted these credentials. If it rejects them later, the session
    /// requests another token instead of failing.
    pub fn accepted(&mut self, credentials: &Credentials) {
        if let Some(cached) = &mut self.cached
            && credentials.token() == Some(&cached.token)
        {
            cached.after_refusal = false;
        }
    }

    /// Drops the token, so that the session requests another one, even if the session has failed.
    /// If a request is pending, its response is used, unless the key was replaced meanwhile. If the
    /// platform rejects the new token, the session requests another one instead of failing.
    pub fn reissue(&mut self) {
        self.cached = None;
        self.after_refusal = false;
        if let Some(pending) = &mut self.pending {
            pending.after_refusal = false;
        }
        self.not_before = None;
        self.failed = None;
    }

    /// Replaces the key with a reissued one, and drops the token and the failure of the old key.
    /// The response to a pending request is dropped too, and the next request is sent only after
    /// that response.
    ///
    /// # Errors
    ///
    /// The errors for a key that cannot be sent in a header. The session is then unchanged.
    pub fn rotate_key(&mut self, key: Secret) -> Result<(), Error> {
        self.request(&key)?;
        self.key = key;
        if let Some(pending) = &mut self.pending {
            pending.stale = true;
        }
        self.failure = None;
        self.reissue();
        Ok(())
    }

    /// Returns when the token expires, if there is one.
    pub fn expires(&self) -> Option<Timestamp> {
        self.cached.as_ref().map(|cached| cached.expires)
    }

    /// Returns why the last response contained no token, if the platform reported a failure.
    pub const fn failure(&self) -> Option<&Failure> {
        self.failure.as_ref()
    }

    fn request(&self, key: &Secret) -> Result<Request, Error> {
        let credentials = Credentials::new(key.clone());
        let variables: Vec<_> =
            self.variables.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        let call =
            Call { variables: &variables, credentials: Some(&credentials), ..Call::default() };
        self.platform.request(self.spec.operation(), &call)
    }

    fn read<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &mut self,
        status: u16,
        headers: &[(N, V)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<(Secret, Timestamp), Error> {
        let operation = self.spec.operation();
        match self.platform.read_response(operation, status, headers, body, now)? {
            Outcome::Ok(_) => {}
            // If the body reports neither success nor failure, the token may still be in
            // the header.
            Outcome::Failed(_) if self.has_token_in_header(status, headers, body) => {}
            Outcome::Failed(failure) => {
                let rejections = [FailureKind::Unauthenticated, FailureKind::Forbidden];
                let is_rejected = rejections.contains(&failure.kind);
                self.failure = Some(failure);
                return Err(match is_rejected {
                    true => ErrorKind::KeyRefused.into(),
                    false => ErrorKind::TokenNotIssued.into(),
                });
            }
        }
        let token = match (self.token_in_header(headers)?, self.token_in_body(body)) {
            (Some(one), Some(other)) if one != other => {
                return Err(ErrorKind::TokenAmbiguous.into());
            }
            (Some(token), _) | (None, Some(token)) => token,
            (None, None) => return Err(ErrorKind::TokenMissing.into()),
        };
        let expires = jwt::expiry(token.reveal(), now)?;
        Ok((token, expires))
    }

    /// Returns whether a 2xx response has a token (valid or not) in its header, and a body that
    /// reports neither success nor failure.
    fn has_token_in_header<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        status: u16,
        headers: &[(N, V)],
        body: &[u8],
    ) -> bool {
        let Some(success) = &self.platform.response().success else { return false };
        let reports_nothing =
            matches!(Body::read(body, core::iter::once(&success.at)).find(&success.at), Ok(None));
        (200..=299).contains(&status)
            && reports_nothing
            && !matches!(self.token_in_header(headers), Ok(None))
    }

    fn token_in_header<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: &[(N, V)],
    ) -> Result<Option<Secret>, Error> {
        let Some(name) = self.spec.header() else { return Ok(None) };
        let found = Scheme::header(name).and_then(|scheme| scheme.extract(headers));
        match found {
            Ok(found) => Ok(Some(found.key().clone())),
            Err(error) if matches!(error.kind(), keyrail_header::ErrorKind::Missing) => Ok(None),
            Err(error) => Err(error.with_kind(ErrorKind::Header(*error.kind()))),
        }
    }

    fn token_in_body(&self, body: &[u8]) -> Option<Secret> {
        let pointer = self.spec.body.as_ref()?;
        let found = Body::read(body, core::iter::once(pointer)).find(pointer).ok()??;
        scalar(found).map(Secret::new)
    }
}

impl fmt::Debug for TokenSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSession")
            .field("platform", &self.platform.name())
            .field("expires", &self.expires())
            .field("under_way", &self.pending.is_some())
            .field("failed", &self.failed)
            .finish_non_exhaustive()
    }
}

/// Returns the time after this many milliseconds, or the given time if the result is out of range.
fn later(time: Timestamp, milliseconds: i64) -> Timestamp {
    Timestamp::from_millis(time.as_millis().saturating_add(milliseconds)).unwrap_or(time)
}
