//! The list of credential headers in `keyrail-core` covers the headers of every platform.

use keyrail::platform::Platform;
use keyrail::redact::is_credential_header;

#[test]
fn the_names_of_credential_headers_cover_every_platform() {
    for name in Platform::names() {
        let platform = Platform::get(name).unwrap();
        for (scheme_name, scheme) in platform.schemes() {
            for header in scheme.header_names() {
                assert!(is_credential_header(header), "{name}, {scheme_name}: {header}");
            }
        }
        let token = platform.webhook().and_then(|webhook| webhook.token_header());
        assert!(token.is_none_or(is_credential_header), "{name}: {token:?}");
        let token = platform.token().and_then(|token| token.header());
        assert!(token.is_none_or(is_credential_header), "{name}: {token:?}");
    }
}

#[test]
fn an_ordinary_header_is_not_a_credential() {
    for header in ["accept", "content-type", "host", "x-request-id"] {
        assert!(!is_credential_header(header), "{header}");
    }
}
