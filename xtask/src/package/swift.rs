//! The Swift package: its sources and the static library for Linux. A package that depends on it
//! by path therefore needs no linker flags.

use std::path::Path;

use super::{LICENSES, copy, copy_folder, create, remove};
use crate::repo::Repo;

pub(super) fn package(repo: &Repo, dist: &Path, natives: &Path) -> Result<(), String> {
    let folder = dist.join("swift/keyrail");
    remove(&folder)?;
    create(&folder)?;
    let swift = repo.path("bindings/swift");
    copy_folder(&swift.join("Sources"), &folder.join("Sources"))?;
    for name in ["Package.swift", "README.md"] {
        copy(&swift.join(name), &folder.join(name))?;
    }
    for name in ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"] {
        copy(&repo.path(name), &folder.join(name))?;
    }
    copy(&repo.path("bindings/uniffi").join(LICENSES), &folder.join(LICENSES))?;
    for (jna, swift) in [("linux-x86-64", "linux-x86_64"), ("linux-aarch64", "linux-aarch64")] {
        let library = natives.join(jna).join("libkeyrail_ffi.a");
        if library.exists() {
            let to = folder.join("Libraries").join(swift).join("libkeyrail_ffi.a");
            copy(&library, &to)?;
            let mut strip = repo.command("strip");
            repo.step("package", "strip", strip.arg("--strip-debug").arg(to))?.ok()?;
        }
    }
    Ok(())
}
