//! Kotlin on the JVM, built and tested by Maven.

use std::fs;
use std::io::ErrorKind;

use crate::bindings;
use crate::counts;
use crate::repo::Repo;
use crate::tally::Tally;

pub(crate) fn missing(repo: &Repo) -> Option<&'static str> {
    let is_installed = repo.succeeds("java", &["-version"]) && repo.succeeds("mvn", &["--version"]);
    (!is_installed).then_some("apt-get install default-jdk-headless maven")
}

pub(crate) fn test(repo: &Repo, tally: &mut Tally) -> Result<(), String> {
    // The compiler does not remove classes whose source was deleted.
    for classes in ["classes", "test-classes"] {
        let classes = repo.path("bindings/kotlin/target").join(classes);
        match fs::remove_dir_all(&classes) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(format!("{}: {error}", classes.display()));
            }
            _ => {}
        }
    }
    let mut maven = repo.command("mvn");
    maven
        .args(["--batch-mode", "--no-transfer-progress", "-Dstyle.color=never", "--file"])
        .arg(repo.path("bindings/kotlin/pom.xml"))
        .arg(format!("-Dkeyrail.library.path={}", bindings::library_folder(repo).display()))
        // By default, the POM excludes the conformance tests.
        .arg("-Dkeyrail.excluded.test=none")
        .arg("test");
    let ran = repo.step("kotlin", "mvn test", &mut maven)?;
    counts::surefire(&ran.output, tally);
    let output = ran.ok()?;
    tally.conformance =
        Some(counts::conformance(&output).map_err(|error| format!("kotlin: {error}"))?);
    Ok(())
}
