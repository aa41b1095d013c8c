//! Tests of the platforms: their facts, their requests and responses, and the documents and
//! calls that are rejected.

mod documents;
mod facts;
mod requests;
mod responses;
mod seeds;

use keyrail_core::{Request, Secret};
use keyrail_header::Credentials;

/// Returns credentials with only a key.
fn key(text: &str) -> Credentials {
    Credentials::new(Secret::new(text))
}

/// Returns a request's headers as pairs of strings.
fn headers(request: &Request) -> Vec<(&str, &str)> {
    request.headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect()
}
