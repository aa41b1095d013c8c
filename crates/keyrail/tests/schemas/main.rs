//! The JSON Schemas are current, describe every member, and accept every document that the
//! readers accept.

mod documents;
mod platform;

use std::collections::BTreeSet;

use jsonschema::Validator;
use keyrail::Document;
use serde_json::{Map, Value, json};

use self::documents::{examples, read};

fn schema(document: Document) -> Value {
    serde_json::from_str(&document.json_schema()).unwrap()
}

fn validator(document: Document) -> Validator {
    jsonschema::draft202012::new(&schema(document)).unwrap()
}

#[test]
fn the_shipped_files_are_current() {
    for document in Document::ALL {
        let current = document.generate_json_schema();
        assert!(
            document.json_schema() == current,
            "{document:?} is out of date: run cargo xtask generate"
        );
    }
}

#[test]
fn the_schemas_are_valid() {
    for document in Document::ALL {
        let schema = schema(document);
        assert!(jsonschema::draft202012::meta::is_valid(&schema), "{document:?}");
        let id = format!("urn:keyrail:{}:1", document.name());
        assert_eq!(schema["$id"], Value::String(id));
    }
}

/// Returns the members of every object in the schema, with the name of its definition.
fn members(schema: &Value) -> Vec<(String, &Map<String, Value>)> {
    let definitions = schema["$defs"].as_object().unwrap();
    let all = core::iter::once(("the root", schema))
        .chain(definitions.iter().map(|(name, schema)| (name.as_str(), schema)));
    all.filter_map(|(name, schema)| Some((name.into(), schema["properties"].as_object()?)))
        .collect()
}

#[test]
fn every_member_has_a_description() {
    for document in Document::ALL {
        let schema = schema(document);
        assert!(!members(&schema).is_empty(), "{document:?}");
        for (object, members) in members(&schema) {
            for (name, member) in members {
                let description = member["description"].as_str().unwrap_or_default();
                let is_sentence = description.ends_with('.') || description.ends_with("absent");
                assert!(is_sentence || name.starts_with('$'), "{document:?} {object}: {name}");
            }
        }
    }
}

#[test]
fn the_examples_are_accepted_and_use_every_member() {
    for document in Document::ALL {
        let validator = validator(document);
        let mut used = BTreeSet::new();
        for example in examples(document) {
            let error = read(document, &example).err();
            assert!(error.is_none(), "reader: {document:?} {error:?}");
            let errors: Vec<_> =
                validator.iter_errors(&example).map(|error| error.to_string()).collect();
            assert!(errors.is_empty(), "{document:?}: {errors:?}");
            add_names(&example, &mut used);
        }
        for (object, members) in members(&schema(document)) {
            for name in members.keys() {
                assert!(used.contains(name), "no example of {document:?} has {name} of {object}");
            }
        }
    }
}

fn add_names(value: &Value, names: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                names.insert(name.clone());
                add_names(value, names);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| add_names(item, names)),
        _ => {}
    }
}

/// Collects the pointers of all values in a document.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.into());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(value, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

/// Returns the values that replace a value, one after the other.
fn replacements(value: &Value) -> Vec<Value> {
    let mut all = vec![
        Value::Null,
        json!(true),
        json!(false),
        json!(0),
        json!(1),
        json!(-1),
        json!(65_536),
        json!(1.5),
        json!(1e300),
        json!(""),
        json!("x"),
        json!("a b"),
        json!("none"),
        json!("keyrail"),
        json!("2026-11-28T12:00:00Z"),
        json!("10.0.0.0/8"),
        json!("/a/b"),
        json!("https://a.example/{b}/"),
        json!("x".repeat(300)),
        json!([]),
        json!(["x"]),
        json!({}),
        json!({"x": "y"}),
        json!({"value": "x", "ignore_case": true}),
    ];
    match value {
        Value::Object(members) => {
            for name in members.keys() {
                let mut fewer = members.clone();
                fewer.remove(name);
                all.push(Value::Object(fewer));
            }
            let mut more = members.clone();
            more.insert("zzz".into(), json!(1));
            all.push(Value::Object(more));
            let mut versioned = members.clone();
            versioned.insert("version".into(), json!(1));
            versioned.insert("$schema".into(), json!("urn:x"));
            all.push(Value::Object(versioned));
        }
        Value::Array(items) => {
            let mut repeated = items.clone();
            repeated.extend(items.iter().cloned());
            all.push(Value::Array(repeated));
            all.push(Value::Array(items.iter().skip(1).cloned().collect()));
            all.push(json!([items, items]));
        }
        Value::String(text) => {
            all.push(json!(text.to_uppercase()));
            all.push(json!([text]));
            all.push(json!(format!("{text}\u{0}")));
        }
        _ => all.push(json!(value.to_string())),
    }
    all
}

#[test]
fn documents_that_the_reader_accepts_are_valid() {
    for document in Document::ALL {
        let validator = validator(document);
        let (mut accepted, mut invalid) = (0, 0);
        for example in examples(document) {
            let mut all = Vec::new();
            pointers(&example, "", &mut all);
            for pointer in all {
                for value in replacements(example.pointer(&pointer).unwrap()) {
                    let mut changed = example.clone();
                    *changed.pointer_mut(&pointer).unwrap() = value;
                    let is_valid = validator.is_valid(&changed);
                    invalid += usize::from(!is_valid);
                    if read(document, &changed).is_ok() {
                        accepted += 1;
                        assert!(
                            is_valid,
                            "{document:?} is read but not valid: {pointer} {changed}"
                        );
                    }
                }
            }
        }
        assert!(accepted > 20, "{document:?}: {accepted} changed documents were read");
        assert!(invalid > 100, "{document:?}: {invalid} changed documents were not valid");
    }
}
