//! The Rust conformance runner: every case of `tests/vectors` is a test.
//!
//! Swift, Kotlin and Python have similar runners for the same files. Each prints a line
//! `conformance: N cases`.

mod access;
mod calls;
mod cases;
mod delivery;
mod endpoint;
mod gateway;
mod key;
mod platform;
mod receive;
mod redact;
mod route;
mod url;
mod webhook_scheme;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

use cases::Case;

/// The domains. Each has a JSON file in `tests/vectors`, which has no other JSON files.
const DOMAINS: [&str; 9] =
    ["access", "gateway", "header", "key", "platform", "redact", "route", "url", "webhook"];

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let cases = match read_all(&folder) {
        Ok(cases) => cases,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::FAILURE;
        }
    };
    if !arguments.list {
        println!("conformance: {} cases", cases.len());
    }
    let trials = cases.into_iter().map(|case| {
        Trial::test(format!("{}: {}", case.call, case.name), move || {
            case.check(&calls::run(&case.call, &case.given)).map_err(Into::into)
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// Reads the cases of all domains. A missing, empty or unknown file is an error.
fn read_all(folder: &Path) -> Result<Vec<Case>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let found: BTreeSet<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()))
        .collect();
    let expected: BTreeSet<String> = DOMAINS.map(str::to_owned).into();
    if found != expected {
        return Err(format!("found vectors for the domains {found:?}, expected {expected:?}"));
    }
    let mut cases = Vec::new();
    for domain in DOMAINS {
        let path = folder.join(domain).with_extension("json");
        let text = fs::read_to_string(&path).map_err(|error| format!("{domain}: {error}"))?;
        cases
            .extend(cases::parse(domain, &text).map_err(|message| format!("{domain}: {message}"))?);
    }
    Ok(cases)
}
