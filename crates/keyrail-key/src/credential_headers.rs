//! Header fields that carry a credential or a part of one.
//!
//! What prints, logs or adds headers asks here first. The list holds those of
//! HTTP itself (RFC 9110, RFC 6265) and those of the platforms; the id of an
//! app is no secret, but it says whose key is meant, so it belongs to the key.

use keyrail_core::is_alike_header;

/// The names, in lower case and in alphabetical order.
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

/// Whether a header of this name carries a credential: compared without
/// regard to case, and `-` and `_` alike, since many proxies and servers fold
/// the one into the other.
///
/// ```
/// use keyrail_key::is_credential_header;
/// assert!(is_credential_header("X-Api-Key"));
/// assert!(is_credential_header("api-key"));
/// assert!(!is_credential_header("accept"));
/// ```
pub fn is_credential_header(name: &str) -> bool {
    CREDENTIAL_HEADERS.iter().any(|known| is_alike_header(known, name))
}

#[cfg(test)]
mod tests {
    use super::{CREDENTIAL_HEADERS, is_credential_header};

    #[test]
    fn the_list_is_in_lower_case_and_in_order() {
        assert!(CREDENTIAL_HEADERS.is_sorted());
        assert!(CREDENTIAL_HEADERS.iter().all(|name| *name == name.to_ascii_lowercase()));
    }

    #[test]
    fn case_and_the_kind_of_dash_make_no_difference() {
        for name in ["API_KEY", "Api-Key", "X_AUTH-TOKEN", "PROXY_AUTHORIZATION", "Set-Cookie"] {
            assert!(is_credential_header(name), "{name}");
        }
    }

    #[test]
    fn a_name_that_only_contains_one_is_none() {
        for name in ["", "x-api-key-id", "authorizations", "x api key", "content-type"] {
            assert!(!is_credential_header(name), "{name}");
        }
    }
}
