//! `cargo xtask ci`: runs the checks; with `--full`, also the slow ones. Some of them are also
//! separate commands, such as `cargo xtask no-std`.
//!
//! Checks that fail quickly come first. The tests of all languages come last, so that their
//! table is at the end of the log.

use std::ffi::OsString;
use std::fs;
use std::time::SystemTime;

use crate::args::Wanted;
use crate::bindings;
use crate::language::Language;
use crate::lint_docs;
use crate::package;
use crate::ratios;
use crate::repo::Repo;
use crate::rust;
use crate::test;

/// The number of random cases for each property test with `--full`.
const RANDOM_CASES: &str = "20000";

/// The number of random cases in which access is compared with its model.
const MODEL_CASES: &str = "100000";

const MSRV: &str = env!("CARGO_PKG_RUST_VERSION");

pub(crate) fn run(repo: &Repo) -> Result<(), String> {
    let before = state_of_checkout(repo)?;
    lint(repo)?;
    msrv(repo)?;
    no_std(repo)?;
    without_features(repo)?;
    vectors(repo)?;
    let mut journey = repo.cargo("run");
    repo.step("example", "journey", journey.args(["--quiet", "--example", "journey"]))?.ok()?;
    bindings::are_reproducible(repo)?;
    let everything =
        package::Options { only: Language::ALL.to_vec(), natives: None, try_out: true };
    package::run(repo, &everything)?;
    test::run(repo, &Wanted { only: Language::ALL.to_vec(), require: Language::ALL.to_vec() })?;
    // Tools write some committed files, such as lockfiles. The checks must not change them.
    if state_of_checkout(repo)? != before {
        let _ = repo.command("git").args(["--no-pager", "diff", "--stat"]).status();
        return Err("the checks changed the checkout: commit the regenerated files".into());
    }
    Ok(())
}

/// The tools that the full checks need besides Rust's own. Each entry has a command that succeeds if
/// the tool is installed, and the command that installs it.
const TOOLS: [(&str, &[&str], &str); 5] = [
    (
        "rustup",
        &["run", MSRV, "cargo", "--version"],
        "rustup toolchain install 1.88 --profile minimal",
    ),
    ("cargo", &["deny", "--version"], "cargo install cargo-deny --locked"),
    (
        "cargo",
        &["+nightly", "fuzz", "--version"],
        "rustup toolchain install nightly && cargo install cargo-fuzz --locked",
    ),
    ("cargo", &["about", "--version"], "cargo install cargo-about --locked --features cli"),
    ("go", &["version"], "apt-get install golang-go"),
];

/// Checks that the tools of the full checks are installed, so that a missing one is reported before
/// the first check and not after an hour.
pub(crate) fn check_tools(repo: &Repo) -> Result<(), String> {
    let missing = TOOLS.iter().filter(|(program, args, _)| !repo.succeeds(program, args));
    let install: Vec<_> = missing.map(|(_, _, install)| format!("\n  {install}")).collect();
    match install.is_empty() {
        true => Ok(()),
        false => {
            Err(format!("the full checks need more tools; install them with:{}", install.concat()))
        }
    }
}

/// Runs the slow checks, which rarely fail: Clippy on the fuzz targets, every bench once, the slow
/// checks of the packages, property tests with new random cases, and fuzzing.
pub(crate) fn run_slow(repo: &Repo) -> Result<(), String> {
    let mut clippy = repo.cargo("clippy");
    clippy.arg("--manifest-path").arg(repo.path("fuzz/Cargo.toml"));
    clippy.args(["--locked", "--all-targets", "--", "--deny", "warnings"]);
    repo.step("full", "clippy fuzz", &mut clippy)?.ok()?;
    benches(repo, &["--test".into()])?;
    package::check_slow(repo)?;
    let mut properties = repo.cargo("test");
    properties
        .args(["--release", "--locked", "--workspace"])
        .args(rust::EXCLUDED)
        .env("PROPTEST_CASES", RANDOM_CASES);
    repo.step("full", "properties", &mut properties)?.ok()?;
    let mut model = repo.cargo("test");
    model
        .args(["--release", "--locked", "--package", "keyrail-access", "--test", "model"])
        .env("PROPTEST_CASES", MODEL_CASES);
    repo.step("full", "model of access", &mut model)?.ok()?;
    let targets = repo.command("cargo").args(["+nightly", "fuzz", "list"]).output();
    let targets = targets.map_err(|error| format!("cargo fuzz list: {error}"))?;
    for target in String::from_utf8_lossy(&targets.stdout).lines() {
        // New inputs are not written to the checkout's corpus.
        let new_corpus = repo.target.join("xtask/fuzz").join(target);
        fs::create_dir_all(&new_corpus)
            .map_err(|error| format!("{}: {error}", new_corpus.display()))?;
        let mut fuzz = repo.command("cargo");
        fuzz.args(["+nightly", "fuzz", "run", target, "--sanitizer", "none"])
            .arg(new_corpus)
            .arg(repo.path("fuzz/corpus").join(target))
            .args(["--", "-max_total_time=60"]);
        repo.step("full", &format!("fuzz {target}"), &mut fuzz)?.ok()?;
    }
    Ok(())
}

fn lint(repo: &Repo) -> Result<(), String> {
    for workspace in
        ["Cargo.toml", "benches/Cargo.toml", "fuzz/Cargo.toml", "tests/no-std/Cargo.toml"]
    {
        let mut fmt = repo.cargo("fmt");
        fmt.args(["--all", "--check", "--manifest-path"]).arg(repo.path(workspace));
        repo.step("lint", &format!("rustfmt {workspace}"), &mut fmt)?.ok()?;
    }
    let mut clippy = repo.cargo("clippy");
    clippy.args(["--locked", "--workspace", "--all-targets", "--", "--deny", "warnings"]);
    repo.step("lint", "clippy", &mut clippy)?.ok()?;
    let mut clippy = repo.cargo("clippy");
    clippy.arg("--manifest-path").arg(repo.path("benches/Cargo.toml"));
    clippy.args(["--locked", "--all-targets", "--", "--deny", "warnings"]);
    repo.step("lint", "clippy benches", &mut clippy)?.ok()?;
    let mut doc = repo.cargo("doc");
    doc.args(["--locked", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "--deny warnings");
    repo.step("lint", "rustdoc", &mut doc)?.ok()?;
    dependencies(repo)?;
    lint_docs::run(repo)
}

/// Checks the licences, bans and sources of dependencies against `deny.toml`.
fn dependencies(repo: &Repo) -> Result<(), String> {
    if !repo.succeeds("cargo", &["deny", "--version"]) {
        return Err(
            "cargo-deny is missing: install it with `cargo install cargo-deny --locked`".into()
        );
    }
    let mut deny = repo.cargo("deny");
    deny.args(["--locked", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"]);
    repo.step("lint", "dependencies", &mut deny)?.ok().map(drop)
}

/// Checks the workspace with the oldest supported Rust, if rustup has it.
fn msrv(repo: &Repo) -> Result<(), String> {
    if !repo.succeeds("rustup", &["run", MSRV, "cargo", "--version"]) {
        anstream::println!(
            "{:>8}  Rust {MSRV} is not installed: the check with the oldest supported Rust is omitted",
            "lint"
        );
        return Ok(());
    }
    let mut check = repo.command("rustup");
    check.args(["run", MSRV, "cargo", "check", "--locked", "--workspace"]);
    check.env("CARGO_TARGET_DIR", repo.target.join("xtask/msrv")).env_remove("RUSTUP_TOOLCHAIN");
    repo.step("lint", "oldest Rust", &mut check)?.ok().map(drop)
}

/// Links all crates without std. The error `duplicate lang item` means that a crate uses std.
pub(crate) fn no_std(repo: &Repo) -> Result<(), String> {
    let mut build = repo.cargo("build");
    build.arg("--manifest-path").arg(repo.path("tests/no-std/Cargo.toml"));
    repo.step("no-std", "static library", &mut build)?.ok().map(drop)
}

/// Tests the routing crate without its feature `zones` and the webhooks crate without its feature
/// `ed25519`. The bindings and the vectors enable both for the whole workspace.
fn without_features(repo: &Repo) -> Result<(), String> {
    let mut test = repo.cargo("test");
    test.args(["--locked", "--package", "keyrail-route", "--lib"]);
    repo.step("rust", "routing without zones", &mut test)?.ok()?;
    let mut test = repo.cargo("test");
    test.args(["--locked", "--package", "keyrail-webhook", "--tests"]);
    repo.step("rust", "webhooks without Ed25519", &mut test)?.ok().map(drop)
}

/// Runs the reference implementations in Python, which check the vectors.
pub(crate) fn vectors(repo: &Repo) -> Result<(), String> {
    let folder = repo.path("tests/vectors");
    let entries =
        fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut references: Vec<_> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with("_reference.py"))
        .collect();
    references.sort();
    if references.is_empty() {
        return Err("vectors: no reference in tests/vectors".into());
    }
    for name in references {
        repo.step("vectors", &name, repo.command("python3").arg(folder.join(&name)))?.ok()?;
    }
    Ok(())
}

pub(crate) fn benches(repo: &Repo, extra: &[OsString]) -> Result<(), String> {
    let mut bench = repo.cargo("bench");
    bench.arg("--manifest-path").arg(repo.path("benches/Cargo.toml"));
    if extra.iter().any(|arg| arg == "--test") {
        bench.args(["--features", "cedar", "--"]).args(extra);
        return repo.step("bench", "every bench once", &mut bench)?.ok().map(drop);
    }
    bench.arg("--").args(extra);
    // The results are printed to the terminal, without a log.
    let start = SystemTime::now();
    let status = bench.status().map_err(|error| format!("bench: {error}"))?;
    if !status.success() {
        return Err("bench failed".into());
    }
    ratios::print(&repo.target.join("criterion"), start)
}

fn state_of_checkout(repo: &Repo) -> Result<Vec<u8>, String> {
    let mut state = Vec::new();
    for arguments in ["status --porcelain", "diff"] {
        let mut git = repo.command("git");
        let output =
            git.args(arguments.split(' ')).output().map_err(|error| format!("git: {error}"))?;
        if !output.status.success() {
            return Err(format!("git: {}", String::from_utf8_lossy(&output.stderr)));
        }
        state.extend(output.stdout);
    }
    Ok(state)
}
