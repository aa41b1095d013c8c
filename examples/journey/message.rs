//! Messages from channels: inbound calls, and the deliveries to receivers.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

use keyrail::route::{Decision, DecisionKind, Message as Routed};
use keyrail::{Delivery, HeaderValue, InboundCall, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::deployment::{Deployment, Deployments};
use crate::failure::Failure;
use crate::input::{self, Line};
use crate::mask;
use crate::request::unknown_deployment;
use crate::style::{BAD, DIMMED, GOOD, NAME, Painted, WAITING, outcome, padded};
use crate::summary::Summary;
use crate::{INDENT, clock};

/// A line of the messages file. The sender controls the content of `message`. The other members are
/// facts that the receiving program knows.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MessageLine<'t> {
    deployment: Option<String>,
    id: String,
    at: String,
    session_queue: Option<String>,
    #[serde(default)]
    unavailable: Vec<String>,
    /// Unparsed, because the deliveries contain it byte for byte.
    #[serde(borrow)]
    message: &'t RawValue,
}

/// A message with its deployment.
pub struct Message<'d, 't> {
    pub deployment: &'d Deployment,
    at: Timestamp,
    line: MessageLine<'t>,
}

/// Parses the messages in the text of a file. A line that names none of the deployments is
/// skipped, or rejected if `strict`.
pub fn read<'d, 't>(
    path: &Path,
    text: &'t str,
    deployments: &'d Deployments,
    strict: bool,
) -> Result<Vec<Message<'d, 't>>, Failure> {
    let mut messages = Vec::new();
    for Line { number, value: line } in input::lines::<MessageLine<'t>>(path, text)? {
        let Some(deployment) = deployments.find(line.deployment.as_deref()) else {
            if strict {
                return Err(unknown_deployment(path, number, deployments));
            }
            continue;
        };
        let at = input::time(path, number, &line.at)?;
        messages.push(Message { deployment, at, line });
    }
    Ok(messages)
}

impl Message<'_, '_> {
    /// Processes the message. Prints the message, where it goes and why, and whether the receivers
    /// accept it. Returns the kind of the outcome.
    pub fn process(&self, out: &mut impl Write, summary: &mut Summary) -> io::Result<String> {
        self.show(out)?;
        let unavailable: Vec<&str> = self.line.unavailable.iter().map(String::as_str).collect();
        let inbound = Routed::from_json(self.line.message.get())
            .map_err(keyrail::Error::from)
            .and_then(|message| {
                let call = InboundCall {
                    message_id: &self.line.id,
                    message: &message,
                    body: self.line.message.get().as_bytes(),
                    now: self.at,
                    session_queue: self.line.session_queue.as_deref(),
                    session: None,
                    unavailable: &unavailable,
                };
                self.deployment.gateway.inbound(&call)
            });
        match inbound {
            Ok(inbound) => {
                summary.count_decision(&inbound.decision);
                show_decision(&inbound.decision, out)?;
                inbound.deliveries.iter().try_for_each(|it| self.deliver(it, out, summary))?;
                Ok(kind(&inbound.decision))
            }
            Err(error) => {
                summary.messages.count("refused");
                summary.count_rejection(error.code());
                let refused = outcome(BAD, "refused");
                writeln!(out, "{INDENT}{refused} {}: {error}", Painted(BAD, error.code()))?;
                Ok(error.code().into())
            }
        }
    }

    /// Prints the time, channel, event, sender and text of the message. The sender and the keys in
    /// the text are masked.
    fn show(&self, out: &mut impl Write) -> io::Result<()> {
        let attributes: BTreeMap<String, Value> =
            serde_json::from_str(self.line.message.get()).unwrap_or_default();
        let text = |name: &str| attributes.get(name).and_then(Value::as_str);
        let line = format!(
            "  {}  {} {:<16} {:<11} {}",
            clock(self.at),
            padded(NAME, &text("channel").map(mask::clean).unwrap_or_default(), 12),
            text("event").map_or("(no event)".into(), mask::clean),
            text("from").map(mask::sender).unwrap_or_default(),
            text("text").map(mask::text).unwrap_or_default(),
        );
        writeln!(out, "{}", line.trim_end())
    }

    /// Prints a delivery, and verifies it as its receiver does. The signature must be valid for the
    /// body, and invalid for a copy of the body with one byte changed.
    fn deliver(
        &self,
        delivery: &Delivery,
        out: &mut impl Write,
        summary: &mut Summary,
    ) -> io::Result<()> {
        let request = &delivery.request;
        let headers: Vec<(&str, &str)> =
            request.headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
        let body = request.body.clone().unwrap_or_default();
        let mut altered = body.clone();
        if let Some(byte) = altered.last_mut() {
            *byte ^= 1;
        }
        let receiver = self.deployment.receiver(&delivery.webhook);
        let verify = |body: &[u8]| match receiver {
            Some(receiver) => receiver.verify(&headers, body, self.at).map(drop),
            None => Ok(()), // cannot happen: every webhook of the table has a receiver
        };
        let verified = verify(&body);
        summary.signatures.count(if verified.is_ok() { "verified" } else { "refused" });
        summary.altered.count(if verify(&altered).is_err() { "refused" } else { "accepted" });
        let result = match verified {
            Ok(()) => outcome(GOOD, "verified"),
            Err(error) => outcome(BAD, error.code()),
        };
        let target = format!("{} {}", request.method, mask::url(&request.url));
        let (name_width, target_width) = widths(self.deployment);
        writeln!(
            out,
            "{INDENT}{result} ⇢ {} {target:<target_width$}  {}",
            padded(NAME, &delivery.webhook, name_width),
            Painted(DIMMED, signature(&request.headers)),
        )
    }
}

/// Returns the widths of the longest webhook name and the longest target.
fn widths(deployment: &Deployment) -> (usize, usize) {
    let webhooks = || deployment.gateway.table().webhooks();
    let names = webhooks().map(|(name, _)| name.chars().count());
    let targets = webhooks().map(|(_, url)| "POST ".len() + mask::url(url).chars().count());
    (names.max().unwrap_or_default(), targets.max().unwrap_or_default())
}

/// Returns the headers that a receiver verifies, with long values shortened.
fn signature(headers: &[(String, HeaderValue)]) -> String {
    let signing = headers.iter().filter(|(name, _)| name.starts_with("webhook-"));
    let shown = signing.map(|(name, value)| format!("{name}: {}", mask::short(value.reveal(), 12)));
    shown.collect::<Vec<_>>().join("  ")
}

/// Returns the kind of a decision: the outcome, how the queue was selected, and whether it is
/// a fallback.
fn kind(decision: &Decision) -> String {
    let by = decision.by().map_or("", |by| by.as_str());
    format!("{} {by} {}", decision.reason().code(), decision.fell_back_from().is_some())
}

fn show_decision(decision: &Decision, out: &mut impl Write) -> io::Result<()> {
    let style = match decision.kind() {
        DecisionKind::Routed => GOOD,
        DecisionKind::Held => WAITING,
        _ => BAD,
    };
    let queue = decision.queue().unwrap_or("nowhere");
    let app = match decision.app() {
        Some(app) => format!(" of {}", Painted(NAME, app)),
        None => String::new(),
    };
    let instead = match decision.fell_back_from() {
        Some(first) => format!(" instead of {first}"),
        None => String::new(),
    };
    let by = match (decision.rule(), decision.by()) {
        (Some(rule), _) => format!(" by rule {}", Painted(NAME, rule)),
        (None, Some(by)) => format!(" by {}", by.as_str()),
        (None, None) => String::new(),
    };
    // The reason of a routed message would repeat `by`.
    let why = match decision.kind() {
        DecisionKind::Routed => String::new(),
        _ => format!("  {}: {}", decision.reason().code(), decision.reason()),
    };
    let word = outcome(style, decision.kind().as_str());
    writeln!(
        out,
        "{INDENT}{word} → {}{app}{instead}{by}{}",
        Painted(NAME, queue),
        Painted(DIMMED, why),
    )
}
