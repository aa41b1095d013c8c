//! The journey: an example that processes requests and messages with a gateway, and shows a year in
//! the life of a key.
//!
//! Each request in `data/requests.jsonl` and each message in `data/messages.jsonl` (or in your own
//! files) is passed to the [`keyrail::Gateway`] of its deployment, and the output shows the
//! library's results. If you change a rule in a file, the output changes. The example itself only
//! reads files, prints, and verifies deliveries as their receivers do.

mod arguments;
mod deployment;
mod failure;
mod input;
mod key_life;
mod mask;
mod message;
mod request;
mod shown;
mod style;
mod summary;

use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use keyrail::Timestamp;
use keyrail::platform::Platform;

use arguments::{Command, Files};
use deployment::{Deployment, Deployments};
use failure::Failure;
use shown::Shown;
use style::{DIMMED, HEADING, NAME, Painted};
use summary::Summary;

/// The indentation of an item's lines after the first one, which begins with the time.
const INDENT: &str = "            ";

fn main() -> ExitCode {
    let failure = match run() {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => return ExitCode::from(1),
        Err(failure) => failure,
    };
    if matches!(&failure, Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS; // for example with `journey | head`
    }
    let mut err = anstream::stderr();
    // If writing to stderr fails, this failure cannot be reported anywhere.
    let _ = writeln!(err, "{}: {failure}", Painted(style::BAD, "journey"));
    ExitCode::from(2)
}

/// Runs the example. Returns whether all checks succeeded, in the summary and in the year of the
/// key.
fn run() -> Result<bool, Failure> {
    let files = match arguments::read()? {
        Command::Help => {
            anstream::stdout().write_all(arguments::HELP.as_bytes())?;
            return Ok(true);
        }
        Command::Process(files) => files,
    };
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let Files { all, deployments, requests, messages, secrets } = files;
    let mut shown = Shown::new(all || requests.is_some() || messages.is_some());
    let has_own_files = !deployments.is_empty() || requests.is_some() || messages.is_some();
    let deployments = match deployments.as_slice() {
        [] => shipped_deployments(&shipped),
        _ => deployments,
    };
    let or_shipped = |path: &Option<PathBuf>, name| path.clone().unwrap_or(shipped.join(name));
    let deployments = Deployments::read(&deployments, &or_shipped(&secrets, "secrets.json"))?;
    let path = or_shipped(&requests, "requests.jsonl");
    let requests = request::read(&path, &deployments, requests.is_some())?;
    let path = or_shipped(&messages, "messages.jsonl");
    let text = input::text(&path)?;
    let messages = message::read(&path, &text, &deployments, messages.is_some())?;

    let mut out = BufWriter::new(anstream::stdout().lock());
    let mut summary = Summary::default();
    for deployment in deployments.iter() {
        let is_this = |other: &Deployment| std::ptr::eq(deployment, other);
        let own: Vec<_> = requests.iter().filter(|request| is_this(request.deployment)).collect();
        let heading = heading("requests", own.len(), deployment);
        let process =
            |request: &&request::Request<'_>, text: &mut _| request.process(text, &mut summary);
        shown.group(&heading, &own, process, &mut out)?;
    }
    for deployment in deployments.iter() {
        let is_this = |other: &Deployment| std::ptr::eq(deployment, other);
        let own: Vec<_> = messages.iter().filter(|message| is_this(message.deployment)).collect();
        let heading = heading("messages", own.len(), deployment);
        let process =
            |message: &&message::Message<'_, '_>, text: &mut _| message.process(text, &mut summary);
        shown.group(&heading, &own, process, &mut out)?;
    }
    shown.show_counts(&mut out)?;
    let is_as_expected = has_own_files || key_life::run(&mut out)?;
    summary.show(&mut out)?;
    out.flush()?;
    Ok(is_as_expected && summary.is_correct())
}

/// Returns the included deployments, one per vendor, in the order of the platforms.
fn shipped_deployments(data: &Path) -> Vec<PathBuf> {
    let file = |name| data.join("deployments").join(format!("{name}.json"));
    Platform::names().into_iter().filter(|name| *name != "generic").map(file).collect()
}

/// Returns the heading of a group.
fn heading(what: &str, count: usize, deployment: &Deployment) -> String {
    let gateway = &deployment.gateway;
    format!(
        "{}  {}  {}",
        Painted(HEADING, format!("{}: {count} {what}", deployment.name)),
        Painted(NAME, gateway.base_url().as_str()),
        Painted(DIMMED, format!("routes {}", mask::short(gateway.table().hash(), 12))),
    )
}

/// Returns the time of day in UTC: hours, minutes and seconds.
fn clock(time: Timestamp) -> String {
    let text = time.to_rfc3339();
    text.get(11..19).unwrap_or(&text).into()
}
