//! The cases of the vectors: each is a call with its arguments, and the expected result.

use std::collections::BTreeSet;

use keyrail::Error;
use serde_json::{Map, Value, json};

/// One case of a vectors file.
pub struct Case {
    pub name: String,
    pub call: String,
    pub given: Value,
    expected: Expected,
}

enum Expected {
    Want(Value),
    Error(Value),
}

/// Parses the file of a domain. It must have at least one case, and the names of its cases must be
/// unique.
pub fn parse(domain: &str, text: &str) -> Result<Vec<Case>, String> {
    let document: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    if document["domain"] != domain {
        return Err("the domain in the file differs from the file's name".into());
    }
    let sections = document["sections"].as_array().ok_or("the file has no sections")?;
    let mut names = BTreeSet::new();
    let mut parsed = Vec::new();
    for case in sections.iter().filter_map(|section| section["cases"].as_array()).flatten() {
        let text = |member: &str| {
            let text = case[member].as_str().filter(|text| !text.is_empty());
            text.map(str::to_owned).ok_or(format!("a case has no {member}: {case}"))
        };
        let name = text("name")?;
        text("source")?;
        if !names.insert(name.clone()) {
            return Err(format!("two cases have the name {name}"));
        }
        let expected = match (case.get("want"), case.get("error")) {
            (Some(want), None) => Expected::Want(want.clone()),
            (None, Some(error)) => Expected::Error(error.clone()),
            _ => return Err(format!("{name}: a case needs either want or error")),
        };
        let given = with_documents(&case["given"], &document["documents"])?;
        parsed.push(Case { name, call: text("call")?, given, expected });
    }
    if parsed.is_empty() {
        return Err("the file has no cases".into());
    }
    Ok(parsed)
}

/// Replaces each value of the form `{"like": NAME, ...}` by a copy of the document NAME. The other
/// members of the value are added to the copy, or replace its members of the same name.
fn with_documents(given: &Value, documents: &Value) -> Result<Value, String> {
    let mut given = given.clone();
    for value in given.as_object_mut().into_iter().flat_map(Map::values_mut) {
        let Some(name) = value.get("like").and_then(Value::as_str) else { continue };
        let mut document =
            documents[name].as_object().ok_or(format!("no document {name}"))?.clone();
        let others =
            value.as_object().into_iter().flatten().filter(|(member, _)| *member != "like");
        document.extend(others.map(|(member, value)| (member.clone(), value.clone())));
        *value = document.into();
    }
    Ok(given)
}

impl Case {
    /// Checks that the outcome is the expected one. The error describes the difference.
    pub fn check(&self, outcome: &Result<Value, Error>) -> Result<(), String> {
        match (&self.expected, outcome) {
            (Expected::Want(want), Ok(got)) if want == got => Ok(()),
            (Expected::Want(want), Ok(got)) => Err(format!("wanted {want}\n   got {got}")),
            (Expected::Want(want), Err(error)) => {
                Err(format!("wanted {want}\n   got {}: {error}", error.code()))
            }
            (Expected::Error(expected), Ok(got)) => Err(format!("wanted {expected}\n   got {got}")),
            (Expected::Error(expected), Err(error)) => check_error(expected, error),
        }
    }
}

fn check_error(expected: &Value, error: &Error) -> Result<(), String> {
    let mut got = json!({"code": error.code()});
    if expected.get("offset").is_some() {
        got["offset"] = json!(error.offset());
    }
    if expected.get("header").is_some() {
        got["header"] = json!(error.header());
    }
    if expected.get("faults").is_some() {
        let Error::Config(config) = error else {
            return Err(format!("wanted faults\n   got {}: {error}", error.code()));
        };
        let faults = config.faults().iter().map(|fault| json!([fault.code(), fault.pointer()]));
        got["faults"] = faults.collect();
    }
    if *expected == got {
        Ok(())
    } else {
        Err(format!("wanted {expected}\n   got {got} ({error})"))
    }
}
