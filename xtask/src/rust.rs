//! Rust: runs the unit, integration and documentation tests of the workspace.

use crate::counts;
use crate::repo::Repo;
use crate::tally::Tally;

/// The packages that `cargo test` excludes. The Python module can only be linked within
/// Python; the bindgen binary would enable `uniffi/cli` for the library too, because Cargo
/// unifies features within a build.
pub(crate) const EXCLUDED: [&str; 4] =
    ["--exclude", "keyrail-python", "--exclude", "keyrail-uniffi-bindgen"];

/// The tests use the same random cases each time, so that they do not fail by chance. New random
/// cases are used by `cargo xtask ci --full`, and by `cargo test` without xtask.
const SEED: &str = "1";

pub(crate) fn test(repo: &Repo, tally: &mut Tally) -> Result<(), String> {
    let mut cargo = repo.cargo("test");
    cargo.env("PROPTEST_RNG_SEED", SEED);
    cargo.args(["--workspace", "--no-fail-fast"]).args(EXCLUDED);
    // The log also contains what successful tests print.
    cargo.args(["--", "--show-output"]);
    let ran = repo.step("rust", "cargo test", &mut cargo)?;
    counts::cargo(&ran.output, tally);
    let output = ran.ok()?;
    tally.conformance =
        Some(counts::conformance(&output).map_err(|error| format!("rust: {error}"))?);
    Ok(())
}
