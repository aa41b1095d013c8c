//! Names that identify credentials: names of header fields, members, settings and parameters.
//! Check a name with [`is_credential_name`] before its value is printed, logged or added to a
//! request.

use crate::header_names_collide;

/// Header fields that contain a credential or a part of one, in lower case and in
/// alphabetical order: those of HTTP itself (RFC 9110, RFC 6265) and those of the
/// platforms. The ID of an app is not a secret, but it identifies the owner of the key, so
/// it is treated as a part of the key.
pub const CREDENTIAL_HEADERS: &[&str] = &[
    "api_key",
    "app-id",
    "authorization",
    "cookie",
    "platform-api-key",
    "proxy-authorization",
    "set-cookie",
    "x-api-id",
    "x-api-key",
    "x-auth-token",
    "x-verify-token",
];

/// Names whose value is a credential, in lower case and in alphabetical order.
/// [`is_credential_name`] also checks [`CREDENTIAL_HEADERS`].
///
/// Case and the characters `-`, `_` and `.` are ignored in comparisons. A longer name
/// that ends in one of these names also matches, and so does a name followed by a number:
/// `apiKey`, `STRIPE_API_KEY`, `user.password`, `refresh_token`,
/// `x-amz-security-token`, `password1`, `API_KEY_2`.
///
/// Names that usually mean something else are not included: `key`, `auth`, `pass`,
/// `tokens` (a count in APIs of language models). `signature` is not included either, because
/// a signature authenticates one message and grants no access. The exceptions are signatures
/// of presigned URLs: the URL alone grants access.
pub const CREDENTIAL_NAMES: &[&str] = &[
    "access_key",
    "account_key",
    "api_key",
    "api_keys",
    "app_key",
    "auth_key",
    "authorization",
    "cookie",
    "credential",
    "credentials",
    "encryption_key",
    "master_key",
    "passphrase",
    "passwd",
    "password",
    "passwords",
    "private_key",
    "pwd",
    "secret",
    "secret_key",
    "secrets",
    "session_key",
    "signing_key",
    "subscription_key",
    "token",
    "x_amz_signature",
    "x_goog_signature",
];

/// Returns whether the name of a header is one of [`CREDENTIAL_HEADERS`]. Case is ignored, and
/// `-` and `_` are treated as equal, because many proxies and servers replace one with the
/// other.
///
/// ```
/// use keyrail_core::is_credential_header;
/// assert!(is_credential_header("X-Api-Key"));
/// assert!(is_credential_header("api-key"));
/// assert!(!is_credential_header("accept"));
/// ```
pub fn is_credential_header(name: &str) -> bool {
    CREDENTIAL_HEADERS.iter().any(|known| header_names_collide(known, name))
}

/// Returns whether a value with this name is a credential: whether the name is one of
/// [`CREDENTIAL_HEADERS`] or ends in one of [`CREDENTIAL_NAMES`].
///
/// ```
/// use keyrail_core::is_credential_name;
/// assert!(is_credential_name("X-Amz-Security-Token"));
/// assert!(is_credential_name("dbPassword2"));
/// assert!(!is_credential_name("max_tokens"));
/// ```
pub fn is_credential_name(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
    CREDENTIAL_NAMES.iter().any(|known| ends_in(name, known)) || is_credential_header(name)
}

/// Returns whether a name ends in a known name, ignoring case and the characters `-`, `_` and `.`.
fn ends_in(name: &str, known: &str) -> bool {
    let is_compared = |byte: &u8| !matches!(byte, b'-' | b'_' | b'.');
    let mut bytes = name.bytes().rev().filter(is_compared).map(|byte| byte.to_ascii_lowercase());
    known.bytes().rev().filter(is_compared).all(|expected| bytes.next() == Some(expected))
}

#[cfg(test)]
mod tests {
    use super::{CREDENTIAL_HEADERS, CREDENTIAL_NAMES, is_credential_header, is_credential_name};

    #[test]
    fn the_lists_are_lower_case_and_sorted() {
        for list in [CREDENTIAL_HEADERS, CREDENTIAL_NAMES] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|name| *name == name.to_ascii_lowercase()));
        }
    }

    #[test]
    fn names_match_ignoring_case_and_hyphen_or_underscore() {
        for name in ["API_KEY", "Api-Key", "X_AUTH-TOKEN", "PROXY_AUTHORIZATION", "Set-Cookie"] {
            assert!(is_credential_header(name) && is_credential_name(name), "{name}");
        }
    }

    #[test]
    fn a_name_that_only_contains_a_credential_name_does_not_match() {
        for name in ["", "x-api-key-id", "authorizations", "x api key", "content-type"] {
            assert!(!is_credential_header(name) && !is_credential_name(name), "{name}");
        }
    }

    #[test]
    fn a_name_matches_by_its_suffix() {
        for name in [
            "password",
            "x-access-token",
            "token",
            "secret",
            "apikey",
            "Private-Token",
            "X-Amz-Security-Token",
            "webhookSecret_2",
            "user.password",
        ] {
            assert!(is_credential_name(name), "{name}");
        }
        for name in ["webhook-signature", "token_count", "tokens", "idempotency-key", "2"] {
            assert!(!is_credential_name(name), "{name}");
        }
    }
}
