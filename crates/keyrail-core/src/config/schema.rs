//! The JSON Schema (draft 2020-12) of what is read here, made of the very
//! tables that it is read by.

use alloc::string::String;

use serde_json::{Value, json};

use super::Object;
use crate::MAX_TOKEN;

/// The schema of an object: of the members that `T` knows, each as `describe`
/// says, and no other.
pub fn object_schema<T: Object>(required: &[&str], describe: impl Fn(&str) -> Value) -> Value {
    let members = T::MEMBERS.iter().map(|name| (String::from(*name), describe(name)));
    json!({
        "type": "object",
        "properties": members.collect::<Value>(),
        "required": required,
        "additionalProperties": false,
    })
}

/// The schema of a token of RFC 9110, section 5.6.2, such as a header's name:
/// see [`is_token`](crate::is_token).
pub fn token_schema() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_TOKEN,
        "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    })
}
