//! Follows a new user's first steps in each language: installs the package in an empty folder,
//! and runs the README's sample. Prints how long this takes for each language, including
//! downloads.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use super::python::packages;
use super::{VERSION, create, failed, remove};
use crate::language::Language;
use crate::repo::Repo;
use crate::run::seconds;

/// What every sample prints: the start of a masked key.
const PRINTED: &str = "kr_live_";

const POM: &str = include_str!("newcomer.pom.xml");

const PACKAGE_SWIFT: &str = r#"// swift-tools-version: 6.0
import PackageDescription

let package = Package(
    name: "App",
    dependencies: [.package(path: "DIST/swift/keyrail")],
    targets: [.executableTarget(name: "App", dependencies: [.product(name: "Keyrail", package: "keyrail")])]
)
"#;

/// Follows the first steps in each of the languages.
pub(super) fn run(repo: &Repo, dist: &Path, languages: &[Language]) -> Result<(), String> {
    let newcomer = Newcomer::new(repo, dist)?;
    let mut table = String::new();
    for language in languages {
        newcomer.empty()?;
        let start = Instant::now();
        let printed = match language {
            Language::Rust => newcomer.rust(),
            Language::Python => newcomer.python(),
            Language::Kotlin => newcomer.kotlin(),
            Language::Swift => newcomer.swift(),
        }?;
        newcomer.check(*language, &printed)?;
        let line = format!("{:<10} {:>24}\n", language.name(), seconds(start.elapsed()));
        table.push_str(&line);
    }
    remove(&newcomer.folder)?;
    anstream::println!("\nlanguage    from dist to a request\n{table}");
    Ok(())
}

/// Installs the source distribution into an empty environment, and runs the sample with it.
pub(super) fn from_source(repo: &Repo, dist: &Path) -> Result<(), String> {
    let newcomer = Newcomer::new(repo, dist)?;
    let packages = packages(dist)?;
    let source = packages.iter().find(|name| name.ends_with(".tar.gz"));
    newcomer.empty()?;
    let printed = newcomer.python_with(source.ok_or("dist has no source distribution")?)?;
    newcomer.check(Language::Python, &printed)?;
    remove(&newcomer.folder)
}

struct Newcomer<'a> {
    repo: &'a Repo,
    dist: &'a Path,
    readme: String,
    /// The folder of the user's project, which is empty at first.
    folder: PathBuf,
}

impl<'a> Newcomer<'a> {
    fn new(repo: &'a Repo, dist: &'a Path) -> Result<Self, String> {
        let readme = repo.path("README.md");
        let readme = fs::read_to_string(&readme).map_err(|error| failed(&readme, &error))?;
        // The folder is not inside the repository, because Cargo would find the repository's
        // workspace there.
        let folder = std::env::temp_dir().join(format!("keyrail-newcomer-{}", std::process::id()));
        Ok(Self { repo, dist, readme, folder })
    }

    fn empty(&self) -> Result<(), String> {
        remove(&self.folder)?;
        create(&self.folder)
    }

    fn check(&self, language: Language, printed: &str) -> Result<(), String> {
        match printed.contains(PRINTED) {
            true => Ok(()),
            false => Err(format!("newcomer: {} printed no key:\n{printed}", language.name())),
        }
    }

    fn rust(&self) -> Result<String, String> {
        let cargo = |arguments: &[&str]| {
            let mut cargo = self.repo.cargo(arguments.first().unwrap_or(&"help"));
            cargo.args(arguments.iter().skip(1)).current_dir(&self.folder);
            cargo.env("CARGO_TARGET_DIR", self.folder.join("target"));
            // Uses no crate that an earlier build has downloaded.
            cargo.env("CARGO_HOME", self.folder.join("cargo"));
            cargo
        };
        self.step(
            "cargo init",
            &mut cargo(&["init", "--quiet", "--vcs", "none", "--name", "app"]),
        )?;
        let library = self.dist.join("rust/crates/keyrail").display().to_string();
        self.step("cargo add", &mut cargo(&["add", "--quiet", "--path", &library]))?;
        self.write("src/main.rs", &self.sample("rust")?)?;
        self.step("cargo run", &mut cargo(&["run", "--quiet"]))
    }

    fn python(&self) -> Result<String, String> {
        let wheels = packages(self.dist)?;
        let wheel = wheels.iter().find(|name| name.ends_with(".whl")).ok_or("dist has no wheel")?;
        self.python_with(wheel)
    }

    /// Installs a package into an environment of its own, and runs the sample with it.
    fn python_with(&self, package: &str) -> Result<String, String> {
        let environment = self.folder.join("venv");
        let mut venv = self.repo.command("python3");
        self.step("python venv", venv.args(["-m", "venv"]).arg(&environment))?;
        let python = environment.join("bin/python");
        let mut pip = self.command(&python);
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        self.step("pip install", pip.arg("--no-cache-dir").arg(self.dist.join(package)))?;
        self.write("app.py", &self.sample("python")?)?;
        self.step("python", self.command(&python).arg("app.py"))
    }

    fn kotlin(&self) -> Result<String, String> {
        let dist = self.dist.display().to_string();
        self.write("pom.xml", &POM.replace("DIST", &dist).replace("VERSION", VERSION))?;
        self.write("src/main/kotlin/Main.kt", &self.sample("kotlin")?)?;
        let mut maven = self.command("mvn");
        maven.args(["--quiet", "--batch-mode", "--no-transfer-progress", "-Dstyle.color=never"]);
        // Uses nothing that an earlier build has installed or downloaded.
        maven.arg(format!("-Dmaven.repo.local={}", self.folder.join("m2").display()));
        self.step("mvn exec:java", maven.args(["compile", "exec:java"]))
    }

    fn swift(&self) -> Result<String, String> {
        let dist = self.dist.display().to_string();
        self.write("Package.swift", &PACKAGE_SWIFT.replace("DIST", &dist))?;
        self.write("Sources/App/main.swift", &self.sample("swift")?)?;
        let mut swift = self.repo.command(self.repo.path("xtask/swift-toolchain.sh"));
        swift.args(["run", "--bind"]).arg(&self.folder).arg("--bind").arg(self.dist);
        swift.args(["--", "swift", "run", "--package-path"]).arg(&self.folder);
        self.step("swift run", &mut swift)
    }

    /// Returns the README's first code block of a language.
    fn sample(&self, language: &str) -> Result<String, String> {
        let start = format!("```{language}\n");
        let block = self.readme.split_once(&start).and_then(|(_, rest)| rest.split_once("```"));
        block
            .map(|(sample, _)| sample.to_owned())
            .ok_or(format!("README.md: no sample in {language}"))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.folder.join(name);
        path.parent().map_or(Ok(()), create)?;
        fs::write(&path, text).map_err(|error| failed(&path, &error))
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.repo.command(program);
        command.current_dir(&self.folder);
        command
    }

    fn step(&self, what: &str, command: &mut Command) -> Result<String, String> {
        self.repo.step("newcomer", what, command)?.ok()
    }
}
