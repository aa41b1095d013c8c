//! Challenges: the values of `WWW-Authenticate` (RFC 9110, section 11.6.1).

use alloc::string::String;

use crate::slot::Form;
use crate::value::to_printable;
use crate::{Error, Scheme, Variant};

/// The scheme word of a challenge if the key has no scheme word in `Authorization`.
const DEFAULT_WORD: &str = "ApiKey";

/// The error code of a challenge: why a credential that was sent is rejected (RFC 6750, section
/// 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChallengeError {
    /// The request is malformed: used with status 400.
    InvalidRequest,
    /// The credential is wrong, expired or revoked: used with status 401.
    InvalidToken,
    /// The credential is valid, but does not allow the request: used with status 403.
    InsufficientScope,
}

impl ChallengeError {
    /// Returns `invalid_request`, `invalid_token` or `insufficient_scope`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::InvalidRequest => "invalid_request",
            Self::InvalidToken => "invalid_token",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

impl Scheme {
    /// Returns the value of `WWW-Authenticate` that asks for a credential of this scheme. The value
    /// consists of a scheme word and the realm as a quoted string (RFC 9110, sections 5.6.4 and
    /// 11.5). If the key is in `Authorization` after a scheme word, the challenge begins with that
    /// word; otherwise it begins with `ApiKey`. A scheme can have several documented forms with
    /// different scheme words. In that case, the value is a list of challenges, one for each scheme
    /// word.
    ///
    /// Use this challenge for a request without a credential. The challenge for such a request
    /// contains no error code (RFC 6750, section 3.1). The body of the response can describe the
    /// error.
    ///
    /// # Errors
    ///
    /// `header.control`, `header.obs_fold` and `header.non_ascii`, with the offset in the realm.
    /// `header.too_long`, with the offset 8192, if the challenge is longer than 8192 bytes, the
    /// maximum length of a header value.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// assert_eq!(Scheme::bearer().challenge("desk")?, r#"Bearer realm="desk""#);
    /// assert_eq!(Scheme::x_api_key().challenge(r#"a "b""#)?, r#"ApiKey realm="a \"b\"""#);
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn challenge(&self, realm: &str) -> Result<String, Error> {
        self.write_challenge(realm, None, None)
    }

    /// Returns the challenge for a request whose credential was rejected. A `Bearer` challenge
    /// contains the error code, which RFC 6750 defines only for that scheme. Any other challenge is
    /// the same as the one that [`challenge`](Self::challenge) returns.
    ///
    /// # Errors
    ///
    /// Those of [`challenge`](Self::challenge).
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_header::{ChallengeError, Scheme};
    /// let challenge = Scheme::bearer().challenge_with("desk", ChallengeError::InvalidToken)?;
    /// assert_eq!(challenge, r#"Bearer realm="desk", error="invalid_token""#);
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn challenge_with(&self, realm: &str, error: ChallengeError) -> Result<String, Error> {
        self.write_challenge(realm, Some(error), None)
    }

    /// Returns the challenge of a 403 response, which names the required scope (RFC 6750, section
    /// 3.1). Returns `None` if the scheme is not `Bearer`, or if the scope is empty or has invalid
    /// characters.
    pub(crate) fn challenge_for(&self, realm: &str, scope: &str) -> Option<String> {
        // The scope-tokens of RFC 6749, section 3.3, are separated by spaces.
        let is_scope = |byte| matches!(byte, b' '..=b'~') && !matches!(byte, b'"' | b'\\');
        let words = || self.forms().filter(|form| self.is_in_challenge(form)).map(word);
        if scope.is_empty() || !scope.bytes().all(is_scope) || !words().any(is_bearer) {
            return None;
        }
        let write = |realm| {
            self.write_challenge(realm, Some(ChallengeError::InsufficientScope), Some(scope))
        };
        write(realm).or_else(|_| write("")).ok()
    }

    fn write_challenge(
        &self,
        realm: &str,
        error: Option<ChallengeError>,
        scope: Option<&str>,
    ) -> Result<String, Error> {
        const HEADER: &str = "WWW-Authenticate";
        let realm = to_printable(HEADER, realm.as_bytes())?;
        let mut challenge = String::new();
        let words = || self.forms().filter(|form| self.is_in_challenge(form)).map(word);
        for (at, word) in words().enumerate() {
            if words().take(at).any(|earlier| earlier.eq_ignore_ascii_case(word)) {
                continue;
            }
            if !challenge.is_empty() {
                challenge.push_str(", ");
            }
            push_realm(&mut challenge, word, realm);
            let parameters = [("error", error.map(ChallengeError::as_str)), ("scope", scope)];
            for (name, value) in parameters.into_iter().filter(|_| is_bearer(word)) {
                if let Some(value) = value {
                    challenge.extend([", ", name, "=\"", value, "\""]);
                }
            }
        }
        to_printable(HEADER, challenge.as_bytes())?;
        Ok(challenge)
    }

    /// Returns whether this form is part of the challenge. A challenge consists of the documented
    /// forms, or of all forms if none is documented.
    fn is_in_challenge(&self, form: &Form) -> bool {
        let is_documented = |form: &Form| form.variant == Variant::AsDocumented;
        is_documented(form) || !self.forms().any(is_documented)
    }
}

/// Returns the scheme word that a form's challenge begins with.
fn word(form: &Form) -> &str {
    form.key.word.as_deref().filter(|_| form.key.is_authorization()).unwrap_or(DEFAULT_WORD)
}

fn is_bearer(word: &str) -> bool {
    word.eq_ignore_ascii_case("Bearer")
}

/// Appends a scheme word and the realm as a quoted string.
fn push_realm(challenge: &mut String, word: &str, realm: &str) {
    challenge.push_str(word);
    challenge.push_str(" realm=\"");
    for character in realm.chars() {
        if matches!(character, '"' | '\\') {
            challenge.push('\\');
        }
        challenge.push(character);
    }
    challenge.push('"');
}
