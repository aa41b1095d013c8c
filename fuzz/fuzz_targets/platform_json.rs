//! Reads platform documents, and builds requests for the operations of the valid ones.
//!
//! Input: a document. If it is valid, a request is built for each of its operations, with each of
//! four values for all variables.

#![no_main]

use keyrail_core::Secret;
use keyrail_header::Credentials;
use keyrail_platform::{Call, Platform, TokenSession};
use libfuzzer_sys::fuzz_target;
use url::Url;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let platform = match Platform::from_json(&text) {
        Ok(platform) => platform,
        Err(error) => {
            assert!(!error.faults().is_empty() && error.faults().len() <= 100);
            for fault in error.faults() {
                assert!(fault.pointer().is_empty() || fault.pointer().starts_with('/'));
            }
            return;
        }
    };
    let credentials =
        Credentials::new(Secret::new("k-1")).with_token(Secret::new("t-1")).with_app_id("a-1");
    for operation in platform.operations() {
        for value in ["x", "a b/c", "..", ""] {
            let variables: Vec<_> = operation.variables().map(|name| (name, value)).collect();
            let call = Call {
                variables: &variables,
                query: &[("q", value)],
                credentials: Some(&credentials),
                ..Call::default()
            };
            let Ok(request) = platform.request(operation.name(), &call) else { continue };
            assert!(request.url.starts_with("https://"));
            let path = request.url.split('?').next().unwrap();
            assert!(!path.contains("/../") && !path.ends_with("/.."));
            if let Ok(url) = Url::parse(&request.url) {
                assert!(url.username().is_empty() && url.fragment().is_none());
            }
            let scheme = platform.scheme_of(operation);
            let headers: Vec<_> =
                request.headers.iter().map(|(name, value)| (name, value.reveal())).collect();
            let read = scheme.extract(&headers).expect("a request's credentials were rejected");
            assert_eq!(read.key(), credentials.key());
        }
    }
    if platform.token().is_some() {
        let _ = TokenSession::new(&platform, Secret::new("k-1"), &[]);
    }
});
