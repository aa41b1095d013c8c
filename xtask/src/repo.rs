//! The checkout: its root, its target folder, and how commands are run in it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

pub(crate) struct Repo {
    pub(crate) root: PathBuf,
    /// The target folder of all builds, including those of the separate workspaces.
    pub(crate) target: PathBuf,
    pub(crate) verbose: bool,
}

impl Repo {
    pub(crate) fn find(verbose: bool) -> Result<Self, String> {
        let metadata = Command::new(cargo_path())
            .args(["metadata", "--no-deps", "--format-version=1", "--quiet"])
            .output()
            .map_err(|error| format!("cargo metadata: {error}"))?;
        let metadata: Value = serde_json::from_slice(&metadata.stdout)
            .map_err(|_| String::from_utf8_lossy(&metadata.stderr).into_owned())?;
        let folder = |member: &str| {
            metadata[member]
                .as_str()
                .map(PathBuf::from)
                .ok_or(format!("cargo metadata: {member} is missing"))
        };
        Ok(Self { root: folder("workspace_root")?, target: folder("target_directory")?, verbose })
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// Returns a Cargo command that runs at the root of the checkout.
    pub(crate) fn cargo(&self, command: &str) -> Command {
        let mut cargo = self.command(cargo_path());
        cargo.arg(command).env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// Returns a command that runs a program at the root of the checkout, without the library
    /// path and package variables that Cargo set for xtask.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env_remove("LD_LIBRARY_PATH");
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO_PKG_")
                || name.to_string_lossy().starts_with("CARGO_MANIFEST_")
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// Returns whether the command can be started and succeeds.
    pub(crate) fn succeeds(&self, program: &str, args: &[&str]) -> bool {
        self.command(program)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    }
}

fn cargo_path() -> PathBuf {
    env::var_os("CARGO").map_or_else(|| "cargo".into(), PathBuf::from)
}
