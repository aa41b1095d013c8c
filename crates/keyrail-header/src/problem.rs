//! Problems: the responses to rejected requests (RFC 9457).

use alloc::string::String;

use keyrail_core::{HeaderValue, Problem, Response};

use crate::{ChallengeError, Error, Scheme};

/// Returns the problem for credentials that could not be read. Its status is 401 if they are
/// missing or have another authentication scheme, 400 if they are duplicate, ambiguous or
/// malformed, and 500 for an error in the scheme itself.
///
/// ```
/// use keyrail_header::{Scheme, problem};
/// let error = Scheme::x_api_key().extract(&[("Host", "api.example")]).unwrap_err();
/// assert_eq!(problem(&error).status(), 401);
/// ```
pub fn problem(error: &Error) -> Problem {
    Problem::from_error(error.kind().status(), error.code(), error)
}

/// Returns the response for a problem, as [`Problem::response`] does, with the scheme's challenge
/// if the status is 401. A 403 also has a challenge if the scheme is `Bearer` and the problem names
/// the required scope: the challenge contains `error="insufficient_scope"` and that scope (RFC
/// 6750, section 3.1). Other responses have no challenge. To name an error in a 400, add the header
/// `WWW-Authenticate` with the value that [`Scheme::challenge_with`] returns.
///
/// The `Bearer` challenge of a 401 names an error (RFC 6750, section 3.1), unless the problem's
/// code is `header.missing` or `header.unknown_scheme`. With either of these codes, the request has
/// no credential of the scheme. A realm that [`Scheme::challenge`] rejects is replaced by an empty
/// realm, because a 401 must contain a challenge.
///
/// ```
/// use keyrail_core::Problem;
/// use keyrail_header::{Scheme, render};
/// let problem = Problem::new(403, "access.scope", "no")?;
/// let response = render(&problem, &Scheme::bearer(), "desk");
/// let body = String::from_utf8(response.body.unwrap()).unwrap();
/// assert_eq!(body, concat!(
///     r#"{"type":"about:blank","title":"Forbidden","status":403,"#,
///     r#""detail":"no","code":"access.scope"}"#,
/// ));
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
///
/// An application with a rate limit of its own creates its own problem, and specifies how long to
/// wait (RFC 6585, section 4):
///
/// ```
/// use keyrail_core::{HeaderValue, Problem};
/// use keyrail_header::{Scheme, render};
/// let problem = Problem::new(429, "quota.exceeded", "too many requests: wait a minute")?;
/// let mut response = render(&problem, &Scheme::bearer(), "desk");
/// response.headers.push(("retry-after".into(), HeaderValue::new("60")?));
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
pub fn render(problem: &Problem, scheme: &Scheme, realm: &str) -> Response {
    let mut response = problem.response();
    let mut push = |name: &str, value: String| {
        let value = HeaderValue::new(value).ok().map(|value| (String::from(name), value));
        response.headers.extend(value);
    };
    let scope = problem.scope().filter(|_| problem.status() == 403);
    if let Some(challenge) = scope.and_then(|scope| scheme.challenge_for(realm, scope)) {
        push("www-authenticate", challenge);
    }
    if problem.status() == 401 {
        let has_credential = !matches!(problem.code(), "header.missing" | "header.unknown_scheme");
        let challenge = |realm| match has_credential {
            true => scheme.challenge_with(realm, ChallengeError::InvalidToken),
            false => scheme.challenge(realm),
        };
        push("www-authenticate", challenge(realm).or_else(|_| challenge("")).unwrap_or_default());
    }
    response
}
