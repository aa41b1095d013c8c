//! The JSON Schema of platform documents, made of the very tables that they
//! are read by.

use alloc::format;
use alloc::string::String;

use keyrail_core::MAX_HEADER_VALUE;
use keyrail_core::config::{object_schema, token_schema};
use keyrail_header::Scheme;
use serde_json::{Value, json};

use crate::key_policy::MAX_DAYS;
use crate::operation::{ACCESS, BODIES, MAX_FIELD, METHODS};
use crate::response_traits::{KnownError, MAX_DATA_PLACES, Pagination, Success};
use crate::shape::{Characters, Group, MAX_GROUPS, MAX_LENGTH};
use crate::{
    ExpiryPolicy, FailureKind, KeyScope, Operation, Platform, ResponseTraits, Shape, TokenSpec,
    WebhookTraits,
};

/// The JSON Schema (draft 2020-12) of a platform's document, as it is shipped
/// in `platform.schema.json` beside this crate's manifest.
///
/// It is for editors and for checks before a document is handed over. What it
/// cannot say (names that must be known or unique, templates that must give a
/// URL) is left to [`Platform::from_json`], which refuses whatever the schema
/// refuses.
///
/// ```
/// let schema = keyrail_platform::json_schema();
/// assert!(schema.starts_with("{\n") && schema.ends_with("}\n"));
/// ```
pub fn json_schema() -> String {
    let mut schema =
        object_schema::<Platform>(&["name", "base", "schemes", "operations"], platform);
    let head = [
        ("$schema", json!("https://json-schema.org/draft/2020-12/schema")),
        ("$id", json!("urn:keyrail:platform:1")),
        ("title", json!("A messaging platform, as Keyrail reads it")),
    ];
    if let Some(root) = schema.as_object_mut() {
        root.extend(head.map(|(name, value)| (name.into(), value)));
    }
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert("version".into(), json!({"const": 1}));
    }
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

fn platform(member: &str) -> Value {
    match member {
        "name" => name(),
        "base" => base(),
        "accept" => text(MAX_HEADER_VALUE),
        "schemes" => json!({
            "type": "object",
            "minProperties": 1,
            "additionalProperties": serde_json::from_str::<Value>(&Scheme::json_schema()).ok(),
        }),
        "shapes" => json!({"type": "object", "additionalProperties": some(&shape())}),
        "scopes" => list(&object_schema::<KeyScope>(&["name", "access"], |member| match member {
            "name" => name(),
            "access" => words(ACCESS),
            _ => Value::Null,
        })),
        "expiry" => object_schema::<ExpiryPolicy>(&[], |member| match member {
            "never" | "custom" => boolean(),
            "days" => json!({
                "type": "array",
                "items": {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
            }),
            _ => Value::Null,
        }),
        "webhook" => object_schema::<WebhookTraits>(&[], |member| match member {
            "token_header" => token_schema(),
            "types" | "events" | "statuses" => list(&name()),
            _ => Value::Null,
        }),
        "response" => object_schema::<ResponseTraits>(&[], response),
        "token" => {
            let mut token = object_schema::<TokenSpec>(&["operation"], |member| match member {
                "operation" => name(),
                "header" => token_schema(),
                "body" => pointer(),
                _ => Value::Null,
            });
            if let Some(token) = token.as_object_mut() {
                let places = json!([{"required": ["header"]}, {"required": ["body"]}]);
                token.insert("anyOf".into(), places);
            }
            token
        }
        "operations" => list(&object_schema::<Operation>(&["name", "access"], operation)),
        _ => Value::Null,
    }
}

fn operation(member: &str) -> Value {
    match member {
        "name" => name(),
        "scheme" => json!({"type": "string"}),
        "method" => words(METHODS),
        "path" => json!({"type": "string", "minLength": 1, "pattern": "^[^/]"}),
        "access" => words(ACCESS),
        "body" => words(BODIES),
        "limits" => json!({
            "type": "object",
            "additionalProperties": {"type": "integer", "minimum": 1, "maximum": MAX_FIELD},
        }),
        "queue" => boolean(),
        "base" => base(),
        _ => Value::Null,
    }
}

fn response(member: &str) -> Value {
    match member {
        "success" => object_schema::<Success>(&["at", "is"], |member| match member {
            "at" => pointer(),
            "is" => json!({"type": ["string", "boolean", "integer"]}),
            _ => Value::Null,
        }),
        "code" | "message" => pointer(),
        "data" => at_most(MAX_DATA_PLACES, list(&pointer())),
        "errors" => {
            list(&object_schema::<KnownError>(&["code", "failure"], |member| match member {
                "code" => name(),
                "failure" => words(FailureKind::WORDS),
                _ => Value::Null,
            }))
        }
        "pagination" => object_schema::<Pagination>(&[], |_| pointer()),
        _ => Value::Null,
    }
}

fn shape() -> Value {
    object_schema::<Shape>(&["groups"], |member| match member {
        "separator" => json!({"type": "string", "pattern": "^[!-~]$"}),
        "groups" => {
            let groups = some(&object_schema::<Group>(&["characters"], |member| match member {
                "characters" => words(Characters::WORDS),
                "length" => json!({"type": "integer", "minimum": 1, "maximum": MAX_LENGTH}),
                _ => Value::Null,
            }));
            at_most(MAX_GROUPS, groups)
        }
        _ => Value::Null,
    })
}

/// An array of at most so many items.
fn at_most(count: usize, mut array: Value) -> Value {
    if let Some(array) = array.as_object_mut() {
        array.insert("maxItems".into(), json!(count));
    }
    array
}

fn list(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

/// A list that is not empty.
fn some(items: &Value) -> Value {
    json!({"type": "array", "items": items, "minItems": 1})
}

fn words<T>(choices: &[(&str, T)]) -> Value {
    json!({"enum": choices.iter().map(|(word, _)| *word).collect::<Value>()})
}

fn boolean() -> Value {
    json!({"type": "boolean"})
}

fn text(longest: usize) -> Value {
    json!({"type": "string", "maxLength": longest})
}

fn name() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": 256,
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    })
}

fn base() -> Value {
    json!({"type": "string", "pattern": "^https://"})
}

/// RFC 6901, section 3, below the root.
fn pointer() -> Value {
    json!({"type": "string", "pattern": "^(/([^/~]|~[01])*)+$"})
}

#[cfg(test)]
mod tests {
    use super::json_schema;

    #[test]
    fn every_member_is_described() {
        assert!(!json_schema().contains("null"), "{}", json_schema());
    }
}
