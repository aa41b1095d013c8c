//! The JSON Schema of schemes, made of the very tables that they are read by.

use alloc::string::{String, ToString};

use keyrail_core::MAX_TOKEN;
use keyrail_core::config::Object;
use serde_json::{Value, json};

use crate::Scheme;
use crate::scheme::MAX_FORMS;
use crate::slot::{Form, HOLDS, Slot};

impl Scheme {
    /// The JSON Schema (draft 2020-12) of a scheme's configuration, without
    /// the `version` that a document of its own may carry.
    ///
    /// What it cannot say (one slot of a form holds the key, no two share a
    /// header) is left to [`from_json`](Self::from_json).
    ///
    /// ```
    /// let schema = keyrail_header::Scheme::json_schema();
    /// assert!(schema.contains("token68"));
    /// ```
    pub fn json_schema() -> String {
        let members = |name: &str| match name {
            "slots" => slots(),
            "alternatives" | "lenient" => json!({
                "type": "array",
                "items": object::<Form>(&["slots"], |_| slots()),
                "maxItems": MAX_FORMS - 1,
            }),
            _ => Value::Null,
        };
        let mut schema = object::<Self>(&["slots"], members);
        schema.sort_all_objects();
        schema.to_string()
    }
}

fn slots() -> Value {
    let slot = object::<Slot>(&["header", "holds"], |name| match name {
        "header" | "word" => json!({
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_TOKEN,
            "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
        }),
        "holds" => json!({"enum": HOLDS.iter().map(|(word, _)| *word).collect::<Value>()}),
        "optional" | "token68" => json!({"type": "boolean"}),
        _ => Value::Null,
    });
    json!({"type": "array", "items": slot, "minItems": 1, "maxItems": HOLDS.len()})
}

/// An object of the members that `T` knows, each as `describe` says.
fn object<T: Object>(required: &[&str], describe: impl Fn(&str) -> Value) -> Value {
    let members = T::MEMBERS.iter().map(|name| (String::from(*name), describe(name)));
    json!({
        "type": "object",
        "properties": members.collect::<Value>(),
        "required": required,
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use crate::Scheme;

    #[test]
    fn every_member_is_described() {
        let schema = Scheme::json_schema();
        assert!(!schema.contains("null"), "{schema}");
        for name in ["slots", "alternatives", "lenient", "header", "holds", "word", "optional"] {
            assert!(schema.contains(&alloc::format!("\"{name}\":")), "{name}");
        }
    }
}
