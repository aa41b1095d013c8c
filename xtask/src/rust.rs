//! Rust: unit, integration and documentation tests of the workspace.

use crate::counts;
use crate::repo::Repo;
use crate::tally::Tally;

/// What `cargo test` leaves out. The Python module links only inside a Python;
/// the bindgen binary would turn on `uniffi/cli` for the library built beside
/// it (features unify within a build).
pub(crate) const APART: [&str; 4] =
    ["--exclude", "keyrail-python", "--exclude", "keyrail-uniffi-bindgen"];

/// The gate runs the same random cases each time, so that it fails for a change and not
/// by chance; `cargo test` alone and `cargo xtask ci --full` run new ones.
const SEED: &str = "1";

pub(crate) fn test(repo: &Repo, tally: &mut Tally) -> Result<(), String> {
    let mut cargo = repo.cargo("test");
    cargo.env("PROPTEST_RNG_SEED", SEED);
    cargo.args(["--workspace", "--no-fail-fast"]).args(APART);
    // The conformance runner's line is printed within a test.
    cargo.args(["--", "--show-output"]);
    let ran = repo.step("rust", "cargo test", &mut cargo)?;
    counts::cargo(&ran.output, tally);
    let output = ran.ok()?;
    tally.conformance =
        Some(counts::conformance(&output).map_err(|error| format!("rust: {error}"))?);
    Ok(())
}
