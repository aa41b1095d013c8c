//! Generates files from the code: JSON Schemas, the references in `docs/reference`, and the
//! error codes as constants of Swift and Kotlin.

mod codes;
mod documents;
mod vectors;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use keyrail::Document;
use serde_json::Value;

use crate::repo::Repo;

const SCHEMAS: &str = "crates/keyrail/schemas";

/// A generated file: its path in the repository, and its text.
struct File {
    path: String,
    text: String,
}

impl File {
    fn new(path: impl Into<String>, text: String) -> Self {
        Self { path: path.into(), text }
    }
}

/// Writes every generated file. A test fails if one is out of date.
pub(crate) fn write(repo: &Repo) -> Result<(), String> {
    for File { path, text } in files(&repo.path(""))? {
        let path = repo.path(&path);
        let parent = path.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}

fn files(root: &Path) -> Result<Vec<File>, String> {
    let cases = vectors::read(root)?;
    let schemas = Document::ALL.iter().map(|document| {
        let path = format!("{SCHEMAS}/{}.schema.json", document.name());
        File::new(path, document.generate_json_schema())
    });
    let mut files: Vec<_> = schemas.collect();
    files.extend(codes::files(&cases));
    files.push(documents::reference()?);
    files.push(documents::conditions(&cases)?);
    files.push(vectors::reference(&cases));
    Ok(files)
}

/// Returns a value with its members in alphabetical order. Without this, their order
/// depends on the features of `serde_json` that the rest of the workspace needs.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members: BTreeMap<String, Value> = members.into_iter().collect();
            members.into_iter().map(|(name, value)| (name, sorted(value))).collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        other => other,
    }
}

/// Escapes a text for a cell of a Markdown table.
fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{File, files};

    #[test]
    fn every_generated_file_is_current() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for File { path, text } in files(&root).unwrap() {
            let written = fs::read_to_string(root.join(&path)).unwrap_or_default();
            assert!(written == text, "{path} is out of date: run cargo xtask generate");
        }
    }
}
