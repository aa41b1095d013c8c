//! The crates, both as the archives that `cargo publish` uploads and as folders. `cargo add --path`
//! accepts the folders, so the crates can be used before they are in a registry.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

use super::{VERSION, copy, create, failed, remove};
use crate::repo::Repo;

pub(super) fn package(repo: &Repo, dist: &Path) -> Result<(), String> {
    let mut package = cargo_package(repo)?;
    repo.step("package", "crates", package.arg("--no-verify"))?.ok()?;

    let folder = dist.join("rust");
    remove(&folder)?;
    create(&folder)?;
    let archives = repo.target.join("package");
    for name in crates(repo)? {
        let archive = format!("{name}-{VERSION}.crate");
        copy(&archives.join(&archive), &folder.join(&archive))?;
        let mut tar = repo.command("tar");
        tar.arg("-xzf").arg(folder.join(&archive)).arg("-C").arg(&folder);
        repo.step("package", &archive, &mut tar)?.ok()?;
        let unpacked = folder.join(format!("{name}-{VERSION}"));
        // The original manifest takes its dependencies from the workspace, which specifies the
        // other crates by their paths.
        let (from, to) = (unpacked.join("Cargo.toml.orig"), unpacked.join("Cargo.toml"));
        fs::rename(&from, &to).map_err(|error| failed(&from, &error))?;
        let renamed = folder.join("crates").join(&name);
        create(&folder.join("crates"))?;
        fs::rename(&unpacked, &renamed).map_err(|error| failed(&unpacked, &error))?;
    }
    let manifest = folder.join("Cargo.toml");
    fs::write(&manifest, workspace(repo)?).map_err(|error| failed(&manifest, &error))
}

/// Compiles each crate from its archive, as `cargo publish` does.
///
/// Cargo keeps what it unpacks from an archive in its home, under the path of the target folder, and
/// does not unpack an archive of the same name and version again. A target folder that was never
/// used before ensures that today's archives are compiled.
pub(super) fn verify(repo: &Repo) -> Result<(), String> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let target = repo.target.join("xtask").join(format!("archives-{}", since_1970.as_millis()));
    let mut package = cargo_package(repo)?;
    package.env("CARGO_TARGET_DIR", &target);
    let step = repo.step("package", "crates compile from their archives", &mut package)?;
    remove(&target)?;
    step.ok().map(drop)
}

/// Returns the command that archives the crates.
fn cargo_package(repo: &Repo) -> Result<Command, String> {
    let mut package = repo.cargo("package");
    package.args(["--locked", "--allow-dirty"]);
    for name in crates(repo)? {
        package.args(["--package", &name]);
    }
    Ok(package)
}

/// Returns the manifest of a workspace that contains only the library's crates.
fn workspace(repo: &Repo) -> Result<String, String> {
    let path = repo.path("Cargo.toml");
    let text = fs::read_to_string(&path).map_err(|error| failed(&path, &error))?;
    let shared = text.find("[workspace.package]").ok_or("Cargo.toml: no [workspace.package]")?;
    let end = text.find("[profile").unwrap_or(text.len());
    let head = "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n\n";
    Ok(format!("{head}{}", text[shared..end].trim_end()) + "\n")
}

/// Returns the names of the library's crates.
fn crates(repo: &Repo) -> Result<Vec<String>, String> {
    let folder = repo.path("crates");
    let entries = fs::read_dir(&folder).map_err(|error| failed(&folder, &error))?;
    let entries = entries.filter_map(Result::ok).filter(|entry| entry.path().is_dir());
    let mut names: Vec<String> =
        entries.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    Ok(names)
}
