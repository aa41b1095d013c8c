//! JSON Schemas (draft 2020-12), generated from the declarations by which documents are read.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;

use serde_json::{Map, Value, json};

use super::Read;
use crate::MAX_TOKEN;

/// The schemas of the objects in a document, each defined once.
#[derive(Default)]
pub struct Schemas {
    /// The names of the definitions, by the full names of the types.
    names: BTreeMap<&'static str, String>,
    /// The definitions, by their names.
    definitions: BTreeMap<String, Value>,
}

impl Schemas {
    /// Defines a type, unless it is defined already, and returns a reference to it.
    pub fn define<T>(&mut self, name: &str, schema: fn(&mut Self) -> Value) -> Value {
        let full = type_name::<T>();
        if let Some(name) = self.names.get(full) {
            return reference(name);
        }
        let name = self.unused_name(name);
        self.names.insert(full, name.clone());
        self.definitions.insert(name.clone(), Value::Null);
        let schema = schema(self);
        let reference = reference(&name);
        self.definitions.insert(name, schema);
        reference
    }

    /// Returns the definition that a schema refers to, or the schema itself if it refers to none.
    /// Removes the definition from `definitions`, unless a definition there refers to it.
    fn resolve(&mut self, schema: Value) -> Value {
        let name =
            schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix(DEFS));
        let Some(name) = name else { return schema };
        let Some(definition) = self.definitions.get(name).cloned() else { return schema };
        let quoted = format!("\"{DEFS}{name}\"");
        let refers = |definition: &Value| format!("{definition}").contains(&quoted);
        if !self.definitions.values().any(refers) {
            self.definitions.remove(name);
        }
        definition
    }

    /// Returns an unused name for a definition: `short`, with a number if necessary.
    fn unused_name(&self, short: &str) -> String {
        let numbered = (2_u32..).map(|number| format!("{short}{number}"));
        let mut names = core::iter::once(String::from(short)).chain(numbered);
        let unused = names.find(|name| !self.definitions.contains_key(name));
        unused.unwrap_or_default()
    }
}

/// Returns the last part of a type's path, without type parameters.
pub(super) fn short_name(full: &str) -> &str {
    let path = full.split_once('<').map_or(full, |(path, _)| path);
    path.rsplit("::").next().unwrap_or_default()
}

const DEFS: &str = "#/$defs/";

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("{DEFS}{name}") })
}

/// Adds the members that the root of every document may have.
fn add_document_members(schema: &mut Value) {
    if let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) {
        let version = json!({"const": 1, "description": "The version of the format of all Keyrail documents, which is 1."});
        let schema = json!({"type": "string", "description": "The location of the JSON Schema of this document."});
        // A document may declare a `version` of its own.
        properties.entry("version").or_insert(version);
        properties.entry("$schema").or_insert(schema);
    }
}

/// Returns the JSON Schema (draft 2020-12) of a document as a string. `name` is the part `NAME`
/// of the schema's id, `urn:keyrail:NAME:1`.
///
/// The schema accepts every document that is read without a fault. Rules that it cannot
/// express (names that must be unique or known) are checked when a document is read.
pub fn document_schema<T: Read>(name: &str) -> String {
    let mut schemas = Schemas::default();
    let root = T::schema(&mut schemas);
    let mut schema = schemas.resolve(root);
    let is_object = schema.get("properties").is_some();
    if let Some(schema) = schema.as_object_mut() {
        schema.insert("$schema".into(), "https://json-schema.org/draft/2020-12/schema".into());
        schema.insert("$id".into(), format!("urn:keyrail:{name}:1").into());
        schema.insert("$defs".into(), schemas.definitions.into_iter().collect());
    }
    if is_object {
        add_document_members(&mut schema);
    }
    schema.sort_all_objects();
    format!("{schema:#}\n")
}

/// The schemas of an object's members, collected one by one.
#[doc(hidden)]
pub struct MemberSchemas {
    is_document: bool,
    properties: Map<String, Value>,
    required: Vec<String>,
}

impl MemberSchemas {
    /// Creates a collection without members.
    pub fn new(is_document: bool) -> Self {
        Self { is_document, properties: Map::new(), required: Vec::new() }
    }

    /// Adds a member. `mode` is the first word of its declaration, such as `required`.
    pub fn add(&mut self, name: &str, mode: &str, about: &str, schema: Value) {
        let schema = extend_schema(schema, json!({"description": about.trim()}));
        self.properties.insert(name.into(), schema);
        if mode == "required" {
            self.required.push(name.into());
        }
    }

    /// Returns the schema of the object.
    pub fn finish(self, about: &str) -> Value {
        let mut schema = json!({
            "type": "object",
            "description": about.trim(),
            "properties": self.properties,
            "required": self.required,
            "additionalProperties": false,
        });
        if self.is_document {
            add_document_members(&mut schema);
        }
        schema
    }
}

/// Adds keywords to a schema.
pub fn extend_schema(mut schema: Value, keywords: Value) -> Value {
    if let (Some(schema), Value::Object(keywords)) = (schema.as_object_mut(), keywords) {
        schema.extend(keywords);
    }
    schema
}

/// Returns the schema of a token of RFC 9110, section 5.6.2, such as a header's name:
/// see [`is_token`](crate::is_token).
pub fn token_schema() -> Value {
    json!({
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_TOKEN,
        "pattern": "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$",
    })
}

/// Returns the schema of a string that matches a pattern (ECMA-262).
pub fn text_schema(pattern: &str) -> Value {
    json!({"type": "string", "pattern": pattern})
}

/// Returns the schema of an RFC 3339 timestamp.
pub fn time_schema() -> Value {
    json!({
        "type": "string",
        "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}",
        "examples": ["2026-11-28T12:00:00Z"],
    })
}

/// Returns the schema of a string that must be one of several words.
pub fn words<T>(choices: &[(&str, T)]) -> Value {
    json!({"enum": choices.iter().map(|(word, _)| *word).collect::<Value>()})
}

/// Returns the schema of a list.
pub fn list_of(items: &Value) -> Value {
    json!({"type": "array", "items": items})
}

/// Returns the schema of a list that is not empty.
pub fn some_of(items: &Value) -> Value {
    json!({"type": "array", "items": items, "minItems": 1})
}

/// Returns the schema of a value that is valid under at least one of several schemas.
pub fn any_of<const N: usize>(schemas: [Value; N]) -> Value {
    json!({"anyOf": schemas.to_vec()})
}
