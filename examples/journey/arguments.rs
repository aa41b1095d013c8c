//! Arguments: which files to walk.

use std::path::PathBuf;

use crate::failure::Failure;

/// What `--help` prints.
pub const HELP: &str = "\
Walks requests and messages through Keyrail, and shows the outcome: the first of each
kind, and a summary of all.

Usage: cargo run --example journey -- [OPTIONS]

Options:
  --all              show every request and message, as with --requests or --messages
  --deployment FILE  a deployment (JSON), instead of the five that ship; may be
                     given several times
  --requests FILE    requests of apps, one a line (JSON lines)
  --messages FILE    messages from channels, one a line (JSON lines)
  --secrets FILE     the secrets of the deployments (JSON)
  --help             print this

A line names its deployment by the file's name without `.json`, or by its
platform; it need not where only one is given. Of the files that ship, only the
lines of the deployments given are walked. Secrets are under the same names.
The files that ship are in examples/journey/data: copy one, change a rule, and
see the walk change.

Colour follows the terminal, NO_COLOR and CLICOLOR_FORCE.
Exit code: 0 when the walk ran, 1 when a check of the walk itself failed,
2 for wrong arguments and files that cannot be read.
";

/// What the command line asks for.
pub enum Wish {
    /// `--help`.
    Help,
    /// A walk through these files.
    Walk(Files),
}

/// The files to walk; those that ship where none is named.
#[derive(Default)]
pub struct Files {
    /// Whether every item is shown, not just the first of each kind.
    pub all: bool,
    pub deployments: Vec<PathBuf>,
    pub requests: Option<PathBuf>,
    pub messages: Option<PathBuf>,
    pub secrets: Option<PathBuf>,
}

/// Reads the command line.
pub fn read() -> Result<Wish, Failure> {
    let mut parser = lexopt::Parser::from_env();
    wish(&mut parser).map_err(|error| Failure::usage(error.to_string()))
}

fn wish(parser: &mut lexopt::Parser) -> Result<Wish, lexopt::Error> {
    let mut files = Files::default();
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(Wish::Help),
            lexopt::Arg::Long("all") => files.all = true,
            lexopt::Arg::Long("deployment") => files.deployments.push(parser.value()?.into()),
            lexopt::Arg::Long("requests") => set(&mut files.requests, "--requests", parser)?,
            lexopt::Arg::Long("messages") => set(&mut files.messages, "--messages", parser)?,
            lexopt::Arg::Long("secrets") => set(&mut files.secrets, "--secrets", parser)?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Wish::Walk(files))
}

fn set(
    slot: &mut Option<PathBuf>,
    name: &str,
    parser: &mut lexopt::Parser,
) -> Result<(), lexopt::Error> {
    match slot.replace(parser.value()?.into()) {
        None => Ok(()),
        Some(_) => Err(format!("{name} may be given once only").into()),
    }
}
