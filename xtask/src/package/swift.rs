//! The Swift package: its sources and the static library for Linux. A package that depends on it
//! by path therefore needs no linker flags.

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::Path;

use super::{LICENSES, TEXTS, VERSION, copy, copy_folder, create, failed, remove};
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
    for name in TEXTS {
        copy(&repo.path(name), &folder.join(name))?;
    }
    copy(&repo.path("bindings/uniffi").join(LICENSES), &folder.join(LICENSES))?;
    // A manifest cannot contain the version: SwiftPM takes it from the tag of the repository.
    let version = folder.join("VERSION");
    fs::write(&version, format!("{VERSION}\n")).map_err(|error| failed(&version, &error))?;
    for (jna, arch) in [("linux-x86-64", "x86_64"), ("linux-aarch64", "aarch64")] {
        let library = natives.join(jna).join("libkeyrail_ffi.a");
        if library.exists() {
            let to = folder.join(format!("Libraries/linux-{arch}/libkeyrail_ffi.a"));
            copy(&library, &to)?;
            // This machine's `strip` may not know other processors and systems. The release workflow
            // has stripped the libraries that it collects.
            if OS == "linux" && arch == ARCH {
                let mut strip = repo.command("strip");
                repo.step("package", "strip", strip.arg("--strip-debug").arg(to))?.ok()?;
            }
        }
    }
    Ok(())
}
