//! How a platform issues the token that it requires besides the key.

use alloc::string::String;

use keyrail_core::config::{Id, json, token_schema};

use crate::pointer::Pointer;
use crate::request::header_name;
use crate::{Error, ErrorKind};

/// Which operation issues a token, and where the token is in its response.
///
/// As configuration:
/// `{"operation": "token.issue", "header": "X-AUTH-TOKEN", "body": "/data/X-AUTH-TOKEN"}`; one of
/// `header` and `body` may be omitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSpec {
    operation: String,
    header: Option<String>,
    pub(crate) body: Option<Pointer>,
}

impl TokenSpec {
    /// Returns the operation that issues the token.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// Returns the header that contains the token, if it is in a header.
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }
}

keyrail_core::config_object! {
    /// The operation that issues the token that requests need besides the key, and the location of
    /// the token in its response.
    TokenSpec (faults) {
        /// The operation that issues a token.
        required operation: Id;
        /// The header of the response that contains the token.
        state header: String = parse(header_name, token_schema());
        /// The pointer to the token in the body of the response (RFC 6901).
        state body: Pointer;
    } => {
        if header.is_absent() && body.is_absent() {
            faults.add_error(&Error::new(ErrorKind::NoTokenPlace));
        }
        let (header, body) = (header.optional(), body.optional());
        Some(Self { operation: operation?.into_string(), header, body })
    } as json!({"anyOf": [{"required": ["header"]}, {"required": ["body"]}]})
}
