//! The command line: which files to process.

use std::path::PathBuf;

use crate::failure::Failure;

/// The text that `--help` prints.
pub const HELP: &str = "\
Processes requests and messages with Keyrail. Shows the first outcome of each kind, and a
summary of all outcomes. With the included files, it also shows a year in the life of a key.

Usage: cargo run --example journey -- [OPTIONS]

Options:
  --all              show every request and message (the default with --requests or --messages)
  --deployment FILE  a deployment (JSON) instead of the five included ones; may be
                     given several times
  --requests FILE    requests of apps, one per line (JSON lines)
  --messages FILE    messages from channels, one per line (JSON lines)
  --secrets FILE     the secrets of the deployments (JSON)
  --help             print this

A line names its deployment by the deployment file's name without `.json`, or by the deployment's
platform. If there is only one deployment, a line may omit the name. With --deployment, a line of
the included requests or messages is skipped if it names a deployment that is not given. The secrets
are listed by the same names, which cannot be omitted there. The included files are in
examples/journey/data: copy one, change a rule, and see how the output changes.

Colours depend on the terminal, NO_COLOR and CLICOLOR_FORCE.
Exit code: 0 on success, 1 if a check failed, 2 for wrong arguments and for files that
cannot be read.
";

/// The command to run.
pub enum Command {
    /// `--help`.
    Help,
    /// Process these files.
    Process(Files),
}

/// The files to process. The included files are the defaults.
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
pub fn read() -> Result<Command, Failure> {
    let mut parser = lexopt::Parser::from_env();
    parse(&mut parser).map_err(|error| Failure::usage(error.to_string()))
}

fn parse(parser: &mut lexopt::Parser) -> Result<Command, lexopt::Error> {
    let mut files = Files::default();
    while let Some(argument) = parser.next()? {
        match argument {
            lexopt::Arg::Long("help") | lexopt::Arg::Short('h') => return Ok(Command::Help),
            lexopt::Arg::Long("all") => files.all = true,
            lexopt::Arg::Long("deployment") => files.deployments.push(parser.value()?.into()),
            lexopt::Arg::Long("requests") => set(&mut files.requests, "--requests", parser)?,
            lexopt::Arg::Long("messages") => set(&mut files.messages, "--messages", parser)?,
            lexopt::Arg::Long("secrets") => set(&mut files.secrets, "--secrets", parser)?,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Process(files))
}

fn set(
    slot: &mut Option<PathBuf>,
    name: &str,
    parser: &mut lexopt::Parser,
) -> Result<(), lexopt::Error> {
    match slot.replace(parser.value()?.into()) {
        None => Ok(()),
        Some(_) => Err(format!("{name} may be given only once").into()),
    }
}
