//! Python: builds the package into a virtual environment, runs its tests and checks its types.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::counts;
use crate::repo::Repo;
use crate::tally::Tally;

const PACKAGE: &str = "keyrail";

pub(crate) fn missing(repo: &Repo) -> Option<&'static str> {
    let usable = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))";
    (!repo.succeeds("python3", &["-c", usable])).then_some("apt-get install python3-venv")
}

pub(crate) fn test(repo: &Repo, tally: &mut Tally) -> Result<(), String> {
    environment(repo)?;
    let mut maturin = in_environment(repo, "maturin");
    maturin.args(["develop", "--quiet"]).env("CARGO_TARGET_DIR", &repo.target);
    repo.step("python", "maturin develop", &mut maturin)?.ok()?;

    let mut pytest = in_environment(repo, "python");
    // Output is not captured, because a test prints the number of conformance cases.
    pytest.args(["-m", "pytest", "--quiet", "--capture=no", "--color=no"]);
    let ran = repo.step("python", "pytest", &mut pytest)?;
    counts::pytest(&ran.output, tally);
    let output = ran.ok()?;
    tally.conformance =
        Some(counts::conformance(&output).map_err(|error| format!("python: {error}"))?);

    let mut mypy = in_environment(repo, "python");
    mypy.args(["-m", "mypy", "--strict", "--package", PACKAGE]);
    repo.step("python", "mypy --strict", &mut mypy)?.ok()?;
    let mut examples = in_environment(repo, "python");
    examples.args(["-m", "mypy", "--strict", "examples"]);
    repo.step("python", "mypy --strict examples", &mut examples)?.ok()?;
    let mut stubtest = in_environment(repo, "python");
    stubtest.args(["-m", "mypy.stubtest", PACKAGE]);
    repo.step("python", "stubtest", &mut stubtest)?.ok().map(drop)
}

/// Creates the virtual environment, unless it has the current requirements already.
pub(crate) fn environment(repo: &Repo) -> Result<(), String> {
    let folder = folder(repo);
    let requirements = repo.path("bindings/python/requirements-dev.txt");
    let wanted = fs::read_to_string(&requirements)
        .map_err(|error| format!("{}: {error}", requirements.display()))?;
    let installed = folder.join("installed.txt");
    let is_usable = repo.succeeds(&bin(repo, "python").to_string_lossy(), &["-c", ""]);
    if is_usable && fs::read_to_string(&installed).is_ok_and(|it| it == wanted) {
        return Ok(());
    }
    let mut venv = repo.command("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    repo.step("python", "virtual environment", &mut venv)?.ok()?;
    let mut pip = repo.command(bin(repo, "python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"]);
    repo.step("python", "pip install", pip.arg(&requirements))?.ok()?;
    fs::write(&installed, wanted).map_err(|error| format!("{}: {error}", installed.display()))
}

fn folder(repo: &Repo) -> PathBuf {
    repo.target.join("xtask/python")
}

fn bin(repo: &Repo, program: &str) -> PathBuf {
    folder(repo).join("bin").join(program)
}

pub(crate) fn in_environment(repo: &Repo, program: &str) -> Command {
    let mut command = repo.command(bin(repo, program));
    command.current_dir(repo.path("bindings/python")).env("VIRTUAL_ENV", folder(repo));
    command
}
