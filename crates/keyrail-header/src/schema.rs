//! The JSON Schema of schemes, made of the very tables that they are read by.

use alloc::string::{String, ToString};

use keyrail_core::config::{object_schema, token_schema};
use serde_json::{Value, json};

use crate::Scheme;
use crate::slot::MAX_FORMS;
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
                "items": object_schema::<Form>(&["slots"], |_| slots()),
                "maxItems": MAX_FORMS - 1,
            }),
            _ => Value::Null,
        };
        let mut schema = object_schema::<Self>(&["slots"], members);
        schema.sort_all_objects();
        schema.to_string()
    }
}

fn slots() -> Value {
    let slot = object_schema::<Slot>(&["header", "holds"], |name| match name {
        "header" | "word" => token_schema(),
        "holds" => json!({"enum": HOLDS.iter().map(|(word, _)| *word).collect::<Value>()}),
        "optional" | "token68" => json!({"type": "boolean"}),
        _ => Value::Null,
    });
    json!({"type": "array", "items": slot, "minItems": 1, "maxItems": HOLDS.len()})
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
