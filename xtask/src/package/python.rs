//! The Python packages: one wheel for CPython 3.10 and later, and the source distribution.

use std::fs;
use std::path::Path;

use super::{failed, release, remove};
use crate::python;
use crate::repo::Repo;

pub(super) fn package(repo: &Repo, dist: &Path) -> Result<(), String> {
    python::environment(repo)?;
    for old in packages(dist)? {
        remove(&dist.join(old))?;
    }
    let mut wheel = release(repo, python::in_environment(repo, "maturin"));
    wheel.args(["build", "--quiet", "--release", "--locked", "--strip", "--out"]).arg(dist);
    repo.step("package", "wheel", &mut wheel)?.ok()?;
    let mut source = python::in_environment(repo, "maturin");
    repo.step("package", "sdist", source.args(["sdist", "--out"]).arg(dist))?.ok()?;
    check_tag(repo, dist)
}

/// Checks with auditwheel that the wheel is compatible with a platform tag in its name.
fn check_tag(repo: &Repo, dist: &Path) -> Result<(), String> {
    let wheels = packages(dist)?;
    let wheel = wheels.iter().find(|name| name.ends_with(".whl")).ok_or("dist has no wheel")?;
    let Some((_, tag)) = wheel.trim_end_matches(".whl").split_once("-abi3-") else {
        return Err(format!("{wheel} is not a wheel of the stable ABI"));
    };
    if tag.starts_with("linux") {
        return Err(format!("{wheel}: registries accept only manylinux and musllinux wheels"));
    }
    if !tag.starts_with("manylinux") && !tag.starts_with("musllinux") {
        return Ok(());
    }
    let mut audit = python::in_environment(repo, "python");
    audit.args(["-m", "auditwheel", "show"]).arg(dist.join(wheel));
    let shown = repo.step("package", "auditwheel", &mut audit)?.ok()?;
    let tags = tag.split('.');
    match tags.clone().any(|tag| shown.replace('\n', " ").contains(&format!("\"{tag}\""))) {
        true => Ok(()),
        false => Err(format!("{wheel}: auditwheel does not confirm {tag}:\n{shown}")),
    }
}

/// Returns the names of the wheels and source distributions.
pub(super) fn packages(dist: &Path) -> Result<Vec<String>, String> {
    let entries = fs::read_dir(dist).map_err(|error| failed(dist, &error))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let is_package = |name: &String| {
        name.starts_with("keyrail-") && (name.ends_with(".whl") || name.ends_with(".tar.gz"))
    };
    Ok(names.filter(is_package).collect())
}
