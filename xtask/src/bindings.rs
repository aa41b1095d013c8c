//! `cargo xtask bindings`: builds the library, and generates its Swift and Kotlin sources with
//! UniFFI. They are written to folders that git ignores.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

use crate::hide;
use crate::repo::Repo;

const SWIFT_C_MODULE: &str = "bindings/swift/Sources/KeyrailFFI";
const SWIFT: &str = "bindings/swift/Sources/Keyrail/Generated";
const KOTLIN: &str = "bindings/kotlin/target/generated-sources/uniffi/io/keyrail/ffi";

/// Returns the folder of the library that the bindings load.
pub(crate) fn library_folder(repo: &Repo) -> PathBuf {
    repo.target.join("debug")
}

pub(crate) fn generate(repo: &Repo) -> Result<(), String> {
    // The library and the bindgen are built separately. In a single build, Cargo would enable
    // the bindgen's features for the library too.
    repo.step("bindings", "keyrail-ffi", repo.cargo("build").args(["--package", "keyrail-ffi"]))?
        .ok()?;
    let from = run_bindgen(repo, "bindings")?;
    let read = |name: &str| {
        fs::read_to_string(from.join(name)).map_err(|error| format!("bindings: {name}: {error}"))
    };
    write(repo, SWIFT_C_MODULE, "KeyrailFFI.h", &read("KeyrailFFI.h")?)?;
    write(repo, SWIFT_C_MODULE, "module.modulemap", &read("KeyrailFFI.modulemap")?)?;
    write(repo, SWIFT, "keyrail_ffi.swift", &hide::swift(&read("keyrail_ffi.swift")?))?;
    write(repo, KOTLIN, "keyrail_ffi.kt", &hide::kotlin(&read("io/keyrail/ffi/keyrail_ffi.kt")?))
}

/// Checks that generating the bindings twice produces the same bytes.
pub(crate) fn are_reproducible(repo: &Repo) -> Result<(), String> {
    generate(repo)?;
    let (first, second) = (run_bindgen(repo, "bindings")?, run_bindgen(repo, "bindings-again")?);
    let mut diff = repo.command("diff");
    repo.step("bindings", "the same twice", diff.arg("-r").args([first, second]))?.ok().map(drop)
}

/// Runs the bindgen, and returns the folder of its unmodified output.
fn run_bindgen(repo: &Repo, folder: &str) -> Result<PathBuf, String> {
    let out = repo.target.join("xtask").join(folder);
    let library = library_folder(repo).join(format!("{DLL_PREFIX}keyrail_ffi{DLL_SUFFIX}"));
    let mut bindgen = repo.cargo("run");
    bindgen.args(["--quiet", "--package", "keyrail-uniffi-bindgen", "--", "generate"]);
    bindgen.arg(library).args([
        "--language=swift",
        "--language=kotlin",
        "--no-format",
        "--out-dir",
    ]);
    repo.step("bindings", "uniffi-bindgen", bindgen.arg(&out))?.ok()?;
    Ok(out)
}

/// Writes a file only if its content has changed, so that SwiftPM and Maven do not rebuild.
fn write(repo: &Repo, folder: &str, name: &str, text: &str) -> Result<(), String> {
    let path = repo.path(Path::new(folder).join(name));
    if fs::read_to_string(&path).is_ok_and(|written| written == text) {
        return Ok(());
    }
    fs::create_dir_all(repo.path(folder))
        .and_then(|()| fs::write(&path, text))
        .map_err(|error| format!("{}: {error}", path.display()))
}
