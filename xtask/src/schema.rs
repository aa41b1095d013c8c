//! The JSON Schema of platform documents, written where the crate ships it.

use std::fs;

use crate::repo::Repo;

const PATH: &str = "crates/keyrail-platform/platform.schema.json";

/// A test of the crate says when the file is not of its time any more.
pub(crate) fn write(repo: &Repo) -> Result<(), String> {
    let path = repo.path(PATH);
    fs::write(&path, keyrail_platform::json_schema())
        .map_err(|error| format!("{}: {error}", path.display()))
}
