//! The Kotlin package: the jar with its native libraries, a jar of its sources and a jar of its
//! documentation. They are in a folder that Maven and Gradle accept as a repository.

use std::fs;
use std::path::Path;

use super::{TEXTS, VERSION, copy, copy_folder, failed, remove, target};
use crate::repo::Repo;

pub(super) fn package(repo: &Repo, dist: &Path, natives: &Path) -> Result<(), String> {
    // The jar contains only the shared libraries, not the static ones in the same folders.
    let shared = target(repo).join("jar");
    remove(&shared)?;
    copy_folder(natives, &shared)?;
    for library in super::files(&shared)? {
        if library.extension().is_some_and(|ending| ending == "a") {
            remove(&library)?;
        }
    }
    remove(&repo.path("bindings/kotlin/target/classes"))?;
    let mut maven = repo.command("mvn");
    maven
        .args(["--batch-mode", "--no-transfer-progress", "-Dstyle.color=never", "--file"])
        .arg(repo.path("bindings/kotlin/pom.xml"))
        .args(["-Prelease", "-Dmaven.test.skip=true"])
        .arg(format!("-Dkeyrail.natives={}", shared.display()))
        .arg("package");
    repo.step("package", "jars", &mut maven)?.ok()?;

    remove(&dist.join("maven"))?;
    let folder = dist.join("maven/io/keyrail/keyrail").join(VERSION);
    for part in ["", "-sources", "-javadoc"] {
        let name = format!("keyrail-{VERSION}{part}.jar");
        copy(&repo.path("bindings/kotlin/target").join(&name), &folder.join(&name))?;
    }
    add_texts(repo, &folder.join(format!("keyrail-{VERSION}-javadoc.jar")))?;
    let pom = folder.join(format!("keyrail-{VERSION}.pom"));
    fs::write(&pom, released(&pom_of(repo)?)?).map_err(|error| failed(&pom, &error))
}

/// Adds the change log and the licences to the documentation's jar, which Dokka builds without
/// them.
fn add_texts(repo: &Repo, documentation: &Path) -> Result<(), String> {
    let classes = repo.path("bindings/kotlin/target/classes");
    let mut jar = repo.command("jar");
    jar.arg("--update").arg("--file").arg(documentation);
    for name in TEXTS {
        jar.arg("-C").arg(&classes).arg(format!("META-INF/{name}"));
    }
    repo.step("package", "licences of the documentation", &mut jar)?.ok().map(drop)
}

fn pom_of(repo: &Repo) -> Result<String, String> {
    let path = repo.path("bindings/kotlin/pom.xml");
    fs::read_to_string(&path).map_err(|error| failed(&path, &error))
}

/// Checks that the POM has what Maven Central requires. Returns the POM. If the environment
/// variable `KEYRAIL_URL` is set, its value replaces the URL of the public source repository in the
/// POM.
fn released(pom: &str) -> Result<String, String> {
    let elements = ["name", "description", "url", "license", "developer"];
    let of_scm = ["scm", "connection", "developerConnection"];
    for element in elements.into_iter().chain(of_scm) {
        if !pom.contains(&format!("<{element}>")) {
            return Err(format!("pom.xml: Maven Central requires the element {element}"));
        }
    }
    if !pom.contains(&format!("<version>{VERSION}</version>")) {
        return Err(format!("pom.xml: the version is not {VERSION}"));
    }
    Ok(match std::env::var("KEYRAIL_URL") {
        Ok(url) => pom.replace(
            "<keyrail.url>https://keyrail.invalid</keyrail.url>",
            &format!("<keyrail.url>{url}</keyrail.url>"),
        ),
        Err(_) => pom.to_owned(),
    })
}
