//! `cargo xtask package`: builds everything that is published, and writes it with checksums into
//! `dist`.
//!
//! Each language has a module here that builds its packages, and [`newcomer`] follows a new
//! user's first steps with them. The packages with a native library contain the licences of
//! Keyrail, and the licences of the libraries that are linked into the native library.

mod bench;
mod kotlin;
mod newcomer;
mod python;
mod rust;
mod swift;

pub(crate) use bench::bench;

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest as _, Sha256};

use crate::bindings;
use crate::language::Language;
use crate::repo::Repo;

/// The checker of `.github/workflows`, from the Go module proxy.
const ACTIONLINT: &str = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.12";

/// The name of the file with the licences of the libraries that are linked into a package.
const LICENSES: &str = "THIRD-PARTY-LICENSES.txt";

/// The texts that every package contains, besides [`LICENSES`].
const TEXTS: [&str; 3] = ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT"];

/// The version of every package.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The options of `cargo xtask package`.
pub(crate) struct Options {
    pub(crate) only: Vec<Language>,
    /// The folder of the native libraries. It contains a folder for each platform, named as in JNA,
    /// such as `linux-x86-64`. By default, the library for this machine is built.
    pub(crate) natives: Option<PathBuf>,
    /// Whether to follow a new user's first steps with the packages.
    pub(crate) try_out: bool,
}

/// Builds the packages of the languages into `dist`.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<(), String> {
    let dist = repo.path("dist");
    let wanted = |language| options.only.contains(&language);
    create(&dist)?;
    if wanted(Language::Rust) {
        rust::package(repo, &dist)?;
    }
    if wanted(Language::Python) {
        python::package(repo, &dist)?;
    }
    if wanted(Language::Kotlin) || wanted(Language::Swift) {
        bindings::generate(repo)?;
        let natives = match &options.natives {
            Some(folder) => folder.clone(),
            None => build_natives(repo)?,
        };
        if wanted(Language::Kotlin) {
            kotlin::package(repo, &dist, &natives)?;
        }
        if wanted(Language::Swift) {
            swift::package(repo, &dist, &natives)?;
        }
    }
    let count = write_checksums(&dist)?;
    anstream::println!(" package  {count} files in {}, SHA256SUMS lists them", dist.display());
    if options.try_out { newcomer::run(repo, &dist, &options.only) } else { Ok(()) }
}

/// Runs the checks that take minutes: that the crates compile from their archives, that the source
/// distribution installs, that the licences are current, that the scripts for other systems pass a
/// dry run, and that the workflows are valid.
pub(crate) fn check_slow(repo: &Repo) -> Result<(), String> {
    rust::verify(repo)?;
    newcomer::from_source(repo, &repo.path("dist"))?;
    write_licenses(repo)?;
    let mut diff = repo.command("git");
    diff.args(["--no-pager", "diff", "--exit-code", "--stat", "--", "bindings"]);
    repo.step("package", "licences are current", &mut diff)?.ok()?;
    for script in ["bindings/kotlin/aar.sh", "bindings/swift/xcframework.sh"] {
        let mut script_run = repo.command(repo.path(script));
        script_run.arg("--dry-run").env("CARGO_TARGET_DIR", &repo.target);
        repo.step("package", script, &mut script_run)?.ok()?;
    }
    let mut actionlint = repo.command("go");
    actionlint.args(["run", ACTIONLINT, "-color"]);
    repo.step("package", "actionlint", &mut actionlint)?.ok().map(drop)
}

/// Writes the licences of the libraries that are linked into the packages.
pub(crate) fn write_licenses(repo: &Repo) -> Result<(), String> {
    if !repo.succeeds("cargo", &["about", "--version"]) {
        return Err("no cargo-about: install it with \
                    `cargo install cargo-about --locked --features cli`"
            .into());
    }
    for package in ["python", "uniffi"] {
        let mut about = repo.cargo("about");
        about.args(["generate", "--offline", "--locked", "--config"]).arg(repo.path("about.toml"));
        about.arg(repo.path("xtask/licenses.hbs")).args(["-o", LICENSES]);
        about.current_dir(repo.path("bindings").join(package));
        repo.step("package", &format!("licences of {package}"), &mut about)?.ok()?;
    }
    Ok(())
}

/// Sets the target folder of a release build, and adds compiler flags that replace this machine's
/// paths in the output.
fn release(repo: &Repo, mut cargo: Command) -> Command {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut flags = std::env::var("RUSTFLAGS").unwrap_or_default();
    for (folder, name) in [(home.as_deref(), "cargo"), (Some(repo.root.as_path()), "keyrail")] {
        if let Some(folder) = folder {
            flags.push_str(&format!(" --remap-path-prefix={}=/{name}", folder.display()));
        }
    }
    cargo.env("RUSTFLAGS", flags.trim_start()).env("CARGO_TARGET_DIR", target(repo));
    cargo
}

/// Returns the target folder of release builds. Other builds use other flags and another folder.
fn target(repo: &Repo) -> PathBuf {
    repo.target.join("xtask/package")
}

/// Builds the native library for this machine, and returns the folder of native libraries.
fn build_natives(repo: &Repo) -> Result<PathBuf, String> {
    let mut build = release(repo, repo.cargo("build"));
    build.args(["--release", "--locked", "--package", "keyrail-ffi"]);
    repo.step("package", "native library", &mut build)?.ok()?;
    let natives = target(repo).join("natives");
    let folder = natives.join(jna_platform()?);
    create(&folder)?;
    for name in [format!("{DLL_PREFIX}keyrail_ffi{DLL_SUFFIX}"), "libkeyrail_ffi.a".to_owned()] {
        let from = target(repo).join("release").join(&name);
        if !from.exists() {
            continue;
        }
        copy(&from, &folder.join(&name))?;
        if name.ends_with(".so") {
            let mut strip = repo.command("strip");
            strip.arg("--strip-unneeded").arg(folder.join(&name));
            repo.step("package", "strip", &mut strip)?.ok()?;
        }
    }
    Ok(natives)
}

/// Returns JNA's name for this platform.
fn jna_platform() -> Result<String, String> {
    use std::env::consts::{ARCH, OS};
    let system = match OS {
        "macos" => "darwin",
        "windows" => "win32",
        other => other,
    };
    let processor = match ARCH {
        "x86_64" => "x86-64",
        "aarch64" => "aarch64",
        other => return Err(format!("no package is made for the processor {other}")),
    };
    Ok(format!("{system}-{processor}"))
}

/// Writes `SHA256SUMS`, in the form that `sha256sum --check` reads, and returns how many
/// files it lists.
fn write_checksums(dist: &Path) -> Result<usize, String> {
    const SUMS: &str = "SHA256SUMS";
    let mut lines = Vec::new();
    for path in files(dist)? {
        let name = path.strip_prefix(dist).unwrap_or(&path).display().to_string();
        if name != SUMS {
            let bytes = fs::read(&path).map_err(|error| failed(&path, &error))?;
            let sum = Sha256::digest(&bytes).iter().fold(String::new(), |mut sum, byte| {
                sum.push_str(&format!("{byte:02x}"));
                sum
            });
            lines.push(format!("{sum}  {name}\n"));
        }
    }
    let path = dist.join(SUMS);
    fs::write(&path, lines.concat()).map_err(|error| failed(&path, &error))?;
    Ok(lines.len())
}

/// Returns the files in a folder and its subfolders, ordered by path.
fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, &error))? {
        let path = entry.map_err(|error| failed(folder, &error))?.path();
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// Copies a folder and its contents.
fn copy_folder(from: &Path, to: &Path) -> Result<(), String> {
    for path in files(from)? {
        copy(&path, &to.join(path.strip_prefix(from).unwrap_or(&path)))?;
    }
    Ok(())
}

/// Copies a file, and creates the folder for it.
fn copy(from: &Path, to: &Path) -> Result<(), String> {
    to.parent().map_or(Ok(()), create)?;
    fs::copy(from, to).map(drop).map_err(|error| failed(from, &error))
}

fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder).map_err(|error| failed(folder, &error))
}

/// Removes a file or a folder, if it exists.
fn remove(path: &Path) -> Result<(), String> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(path, &error)),
        _ => Ok(()),
    }
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
