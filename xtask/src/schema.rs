//! The JSON Schemas of the documents, written where the crate ships them.

use std::fs;

use keyrail::Document;

use crate::repo::Repo;

const DIRECTORY: &str = "crates/keyrail/schemas";

/// Writes a file for each kind of document. A test of the crate fails if one is out of date.
pub(crate) fn write(repo: &Repo) -> Result<(), String> {
    let directory = repo.path(DIRECTORY);
    fs::create_dir_all(&directory).map_err(|error| format!("{}: {error}", directory.display()))?;
    for document in Document::ALL {
        let path = directory.join(format!("{}.schema.json", document.name()));
        fs::write(&path, document.json_schema())
            .map_err(|error| format!("{}: {error}", path.display()))?;
    }
    Ok(())
}
