//! The journey: requests and messages walk through the whole chain.
//!
//! Every line of the files in `data/` (or of your own) goes through a
//! [`keyrail::Gateway`], and everything printed is what the library answered:
//! change a rule in a file, and the walk changes. The host's part is small
//! and is here: reading files, printing, playing the receivers.

mod arguments;
mod deployment;
mod failure;
mod input;
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

use arguments::{Files, Wish};
use deployment::{Deployment, Deployments};
use failure::Failure;
use shown::Shown;
use style::{HEADING, NAME, Painted, QUIET};
use summary::Summary;

/// What is before the second and further lines of an item: the first one
/// begins with the time.
const INDENT: &str = "            ";

fn main() -> ExitCode {
    let failure = match run() {
        Ok(true) => return ExitCode::SUCCESS,
        Ok(false) => return ExitCode::from(1),
        Err(failure) => failure,
    };
    if matches!(&failure, Failure::Output(error) if error.kind() == ErrorKind::BrokenPipe) {
        return ExitCode::SUCCESS; // the reader has seen enough
    }
    let mut err = anstream::stderr();
    let _ = writeln!(err, "{}: {failure}", Painted(style::BAD, "journey")); // nobody left to tell
    ExitCode::from(2)
}

/// Walks; whether everything held that must hold.
fn run() -> Result<bool, Failure> {
    let files = match arguments::read()? {
        Wish::Help => {
            anstream::stdout().write_all(arguments::HELP.as_bytes())?;
            return Ok(true);
        }
        Wish::Walk(files) => files,
    };
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
    let Files { all, deployments, requests, messages, secrets } = files;
    let mut shown = Shown::new(all || requests.is_some() || messages.is_some());
    let deployments = match deployments.as_slice() {
        [] => shipped_deployments(&shipped),
        _ => deployments,
    };
    let or_shipped = |own: &Option<PathBuf>, name| own.clone().unwrap_or(shipped.join(name));
    let deployments = Deployments::read(&deployments, &or_shipped(&secrets, "secrets.json"))?;
    let path = or_shipped(&requests, "requests.jsonl");
    let requests = request::read(&path, &deployments, requests.is_some())?;
    let path = or_shipped(&messages, "messages.jsonl");
    let text = input::text(&path)?;
    let messages = message::read(&path, &text, &deployments, messages.is_some())?;

    let mut out = BufWriter::new(anstream::stdout().lock());
    let mut summary = Summary::default();
    for deployment in deployments.iter() {
        let own = |other: &Deployment| std::ptr::eq(deployment, other);
        let own: Vec<_> = requests.iter().filter(|request| own(request.deployment)).collect();
        let heading = heading("requests", own.len(), deployment);
        let walk = |request: &&request::Request<'_>, text: &mut _| request.walk(text, &mut summary);
        shown.group(&heading, &own, walk, &mut out)?;
    }
    for deployment in deployments.iter() {
        let own = |other: &Deployment| std::ptr::eq(deployment, other);
        let own: Vec<_> = messages.iter().filter(|message| own(message.deployment)).collect();
        let heading = heading("messages", own.len(), deployment);
        let walk =
            |message: &&message::Message<'_, '_>, text: &mut _| message.walk(text, &mut summary);
        shown.group(&heading, &own, walk, &mut out)?;
    }
    shown.tell(&mut out)?;
    summary.show(&mut out)?;
    out.flush()?;
    Ok(summary.holds())
}

/// One of each vendor's platform, in the platforms' order.
fn shipped_deployments(data: &Path) -> Vec<PathBuf> {
    let file = |name| data.join("deployments").join(format!("{name}.json"));
    Platform::names().into_iter().filter(|name| *name != "generic").map(file).collect()
}

/// The line that opens a group.
fn heading(what: &str, count: usize, deployment: &Deployment) -> String {
    let gateway = &deployment.gateway;
    format!(
        "{}  {}  {}",
        Painted(HEADING, format!("{}: {count} {what}", deployment.name)),
        Painted(NAME, gateway.base_url().as_str()),
        Painted(QUIET, format!("routes {}", mask::short(gateway.table().hash(), 12))),
    )
}

/// The time of day, in UTC, to the second.
fn clock(time: Timestamp) -> String {
    let text = time.to_rfc3339();
    text.get(11..19).unwrap_or(&text).into()
}
