//! Follows a new user's first steps in each language: runs the README's install commands in an empty
//! folder next to the checkout, and then the README's sample. Prints how long this takes for each
//! language, including downloads. More than five minutes is an error.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::python::packages;
use super::{create, failed, remove};
use crate::language::Language;
use crate::repo::Repo;
use crate::run::seconds;

/// What every sample prints: the start of a masked key.
const PRINTED: &str = "kr_live_";

/// The most time that the first steps in a language may take.
const LIMIT: Duration = Duration::from_secs(300);

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
        let time = start.elapsed();
        if time > LIMIT {
            return Err(format!("newcomer: {} took {}", language.name(), seconds(time)));
        }
        let line = format!("{:<10} {:>24}\n", language.name(), seconds(time));
        table.push_str(&line);
    }
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
    newcomer.check(Language::Python, &printed)
}

struct Newcomer<'a> {
    repo: &'a Repo,
    dist: &'a Path,
    /// The folder that contains the user's project `app`, and a link to the checkout `keyrail`.
    folder: PathBuf,
    /// The folder of the user's project, which is empty at first.
    app: PathBuf,
}

impl<'a> Newcomer<'a> {
    fn new(repo: &'a Repo, dist: &'a Path) -> Result<Self, String> {
        // The folder is not inside the repository, because Cargo would find the repository's
        // workspace there.
        let folder = std::env::temp_dir().join(format!("keyrail-newcomer-{}", std::process::id()));
        let app = folder.join("app");
        Ok(Self { repo, dist, folder, app })
    }

    /// Creates the empty project and the link to the checkout.
    fn empty(&self) -> Result<(), String> {
        remove(&self.folder)?;
        // Fails if another user has created the folder in the meantime.
        fs::create_dir(&self.folder).map_err(|error| failed(&self.folder, &error))?;
        create(&self.app)?;
        let link = self.folder.join("keyrail");
        link_folder(&self.repo.root, &link).map_err(|error| failed(&link, &error))
    }

    fn check(&self, language: Language, printed: &str) -> Result<(), String> {
        match printed.contains(PRINTED) {
            true => Ok(()),
            false => Err(format!("newcomer: {} printed no key:\n{printed}", language.name())),
        }
    }

    fn rust(&self) -> Result<String, String> {
        self.install(Language::Rust)?;
        self.write("src/main.rs", &self.sample(Language::Rust)?)?;
        let mut cargo = self.command("cargo");
        self.step("cargo run", cargo.args(["run", "--quiet"]))
    }

    fn python(&self) -> Result<String, String> {
        self.install(Language::Python)?;
        self.run_python()
    }

    /// Installs a package into an environment of its own, and runs the sample with it.
    fn python_with(&self, package: &str) -> Result<String, String> {
        let mut venv = self.command("python3");
        self.step("python venv", venv.args(["-m", "venv", ".venv"]))?;
        let mut pip = self.command(self.app.join(".venv/bin/pip"));
        self.step("pip install", pip.arg("install").arg(self.dist.join(package)))?;
        self.run_python()
    }

    fn run_python(&self) -> Result<String, String> {
        self.write("app.py", &self.sample(Language::Python)?)?;
        self.step("python", self.command(self.app.join(".venv/bin/python")).arg("app.py"))
    }

    fn kotlin(&self) -> Result<String, String> {
        self.write("pom.xml", &self.block("bindings/kotlin/README.md", "xml")?)?;
        self.write("src/main/kotlin/Main.kt", &self.sample(Language::Kotlin)?)?;
        let mut maven = self.command("mvn");
        maven.args(["--quiet", "--batch-mode", "--no-transfer-progress", "-Dstyle.color=never"]);
        // Uses nothing that an earlier build has installed or downloaded.
        maven.arg(format!("-Dmaven.repo.local={}", self.folder.join("m2").display()));
        self.step("mvn exec:java", maven.args(["compile", "exec:java"]))
    }

    fn swift(&self) -> Result<String, String> {
        self.write("Package.swift", &self.block("bindings/swift/README.md", "swift")?)?;
        self.write("Sources/App/main.swift", &self.sample(Language::Swift)?)?;
        let mut swift = self.repo.command(self.repo.path("xtask/swift-toolchain.sh"));
        swift.args(["run", "--bind"]).arg(&self.folder).arg("--bind").arg(self.dist);
        swift.args(["--", "swift", "run", "--package-path"]).arg(&self.app);
        self.step("swift run", &mut swift)
    }

    /// Runs the install commands in the README's section of a language.
    fn install(&self, language: Language) -> Result<(), String> {
        let commands = block_of(&self.section(language)?, "README.md", "console")?;
        let mut shell = self.command("sh");
        self.step("install", shell.args(["-e", "-c", &commands])).map(drop)
    }

    /// Returns the sample in the README's section of a language.
    fn sample(&self, language: Language) -> Result<String, String> {
        block_of(&self.section(language)?, "README.md", language.name())
    }

    /// Returns the README's section of a language.
    fn section(&self, language: Language) -> Result<String, String> {
        let readme = self.read("README.md")?;
        let name = language.name();
        let mut sections = readme.split("\n## ");
        let section = sections.find(|section| {
            section.lines().next().is_some_and(|title| title.eq_ignore_ascii_case(name))
        });
        section.map(Into::into).ok_or(format!("README.md: no section {name}"))
    }

    /// Returns the first code block of a kind in a file of the repository.
    fn block(&self, file: &str, kind: &str) -> Result<String, String> {
        block_of(&self.read(file)?, file, kind)
    }

    fn read(&self, file: &str) -> Result<String, String> {
        let path = self.repo.path(file);
        fs::read_to_string(&path).map_err(|error| failed(&path, &error))
    }

    fn write(&self, name: &str, text: &str) -> Result<(), String> {
        let path = self.app.join(name);
        path.parent().map_or(Ok(()), create)?;
        fs::write(&path, text).map_err(|error| failed(&path, &error))
    }

    fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = self.repo.command(program);
        command.current_dir(&self.app);
        // Uses no crate and no wheel that an earlier build has downloaded.
        command.env("CARGO_HOME", self.folder.join("cargo"));
        command.env("CARGO_TARGET_DIR", self.app.join("target"));
        command.envs([("PIP_NO_CACHE_DIR", "1"), ("PIP_DISABLE_PIP_VERSION_CHECK", "1")]);
        command
    }

    fn step(&self, what: &str, command: &mut Command) -> Result<String, String> {
        self.repo.step("newcomer", what, command)?.ok()
    }
}

impl Drop for Newcomer<'_> {
    fn drop(&mut self) {
        // A folder that cannot be removed is no reason to fail.
        let _ = remove(&self.folder);
    }
}

/// Returns the first code block of a kind in a text from a file.
fn block_of(text: &str, file: &str, kind: &str) -> Result<String, String> {
    let start = format!("```{kind}\n");
    let block = text.split_once(&start).and_then(|(_, rest)| rest.split_once("```"));
    block.map(|(block, _)| block.to_owned()).ok_or(format!("{file}: no code block of {kind}"))
}

/// Links to a folder, so that the README's relative paths lead to the checkout.
fn link_folder(to: &Path, link: &Path) -> std::io::Result<()> {
    #[cfg(unix)]
    return std::os::unix::fs::symlink(to, link);
    #[cfg(windows)]
    return std::os::windows::fs::symlink_dir(to, link);
}
