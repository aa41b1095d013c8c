//! Swift, which `xtask/swift-toolchain.sh` finds or installs.

use crate::bindings;
use crate::counts;
use crate::repo::Repo;
use crate::tally::Tally;

const SCRIPT: &str = "xtask/swift-toolchain.sh";

pub(crate) fn missing(repo: &Repo) -> Option<&'static str> {
    (!repo.succeeds(&repo.path(SCRIPT).to_string_lossy(), &["check"]))
        .then_some("sudo xtask/swift-toolchain.sh install")
}

pub(crate) fn install(repo: &Repo) -> Result<(), String> {
    repo.step("swift", "toolchain", repo.command(repo.path(SCRIPT)).arg("install"))?.ok().map(drop)
}

pub(crate) fn test(repo: &Repo, tally: &mut Tally) -> Result<(), String> {
    let library = bindings::library_folder(repo);
    let mut swift = repo.command(repo.path(SCRIPT));
    swift.arg("run").arg("--bind").arg(&repo.root).arg("--bind").arg(&repo.target);
    // Without --disable-xctest, Swift also prints a count of 0 XCTest tests.
    swift.args(["--", "swift", "test", "--disable-xctest", "--package-path"]);
    swift.arg(repo.path("bindings/swift"));
    swift.arg("--scratch-path").arg(repo.target.join("xtask/swift"));
    swift.args(["-Xlinker", "-L", "-Xlinker"]).arg(&library);
    swift.args(["-Xlinker", "-rpath", "-Xlinker"]).arg(&library);
    let ran = repo.step("swift", "swift test", &mut swift)?;
    counts::swift_testing(&ran.output, tally);
    let output = ran.ok()?;
    tally.conformance =
        Some(counts::conformance(&output).map_err(|error| format!("swift: {error}"))?);
    Ok(())
}
