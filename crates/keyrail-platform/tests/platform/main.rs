//! What the platforms are, what their requests look like, and which documents
//! and calls are rejected.

mod documents;
mod facts;
mod requests;
mod responses;
mod seeds;

use keyrail_core::{Request, Secret};
use keyrail_header::Credentials;

/// Credentials of a key alone.
fn key(text: &str) -> Credentials {
    Credentials::new(Secret::new(text))
}

/// A request's headers as plain pairs.
fn headers(request: &Request) -> Vec<(&str, &str)> {
    request.headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect()
}
