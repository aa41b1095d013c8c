//! `cargo xtask bench python|swift|kotlin`: builds the package of a language into `dist`, and
//! compares it with other libraries of the language.

use std::process::Command;

use super::{Options, create, remove};
use crate::language::Language;
use crate::repo::Repo;

/// Builds the package of a language, and runs its benches.
pub(crate) fn bench(repo: &Repo, language: Language) -> Result<(), String> {
    super::run(repo, &Options { only: vec![language], natives: None, try_out: false })?;
    let scratch = repo.target.join("xtask/bench").join(language.name());
    create(&scratch)?;
    match language {
        Language::Rust => Err("`cargo xtask bench` measures the crates".into()),
        Language::Python => {
            let mut venv = repo.command("python3");
            venv.args(["-m", "venv", "--clear"]).arg(&scratch);
            repo.step("bench", "virtual environment", &mut venv)?.ok()?;
            let python = scratch.join("bin/python");
            let mut pip = repo.command(&python);
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            pip.arg("--requirement").arg(repo.path("benches/python/requirements.txt"));
            let dist = repo.path("dist");
            let packages = super::python::packages(&dist)?;
            pip.args(
                packages.iter().filter(|name| name.ends_with(".whl")).map(|name| dist.join(name)),
            );
            repo.step("bench", "pip install", &mut pip)?.ok()?;
            for script in ["start.py", "url.py", "redact.py", "webhook.py"] {
                show(repo.command(&python).arg(repo.path("benches/python").join(script)))?;
            }
            Ok(())
        }
        Language::Kotlin => {
            // Removes an earlier build of the same version, which Maven would use instead of the
            // new one.
            let local = scratch.join("m2");
            remove(&local.join("io/keyrail"))?;
            let mut maven = repo.command("mvn");
            maven.args([
                "--quiet",
                "--batch-mode",
                "--no-transfer-progress",
                "-Dstyle.color=never",
            ]);
            maven.arg("--file").arg(repo.path("benches/kotlin/pom.xml"));
            maven.arg(format!("-Dmaven.repo.local={}", local.display()));
            maven.arg(format!("-Dkeyrail.target={}", scratch.join("target").display()));
            show(maven.args(["compile", "exec:java"]))
        }
        Language::Swift => {
            let mut swift = repo.command(repo.path("xtask/swift-toolchain.sh"));
            swift.arg("run").arg("--bind").arg(&repo.root).arg("--bind").arg(&repo.target);
            swift.args(["--", "swift", "run", "--configuration", "release", "--package-path"]);
            swift.arg(repo.path("benches/swift")).arg("--scratch-path").arg(&scratch);
            show(&mut swift)
        }
    }
}

/// Runs a command whose results are printed to the terminal, without a log.
fn show(command: &mut Command) -> Result<(), String> {
    let program = command.get_program().to_string_lossy().into_owned();
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("{program}: {status}")),
        Err(error) => Err(format!("{program}: {error}")),
    }
}
