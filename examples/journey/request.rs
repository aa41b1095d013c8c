//! Requests of apps with their keys: outbound calls.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::Path;

use keyrail::header::Variant;
use keyrail::platform::Call;
use keyrail::{Outbound, OutboundCall, Timestamp};
use serde::Deserialize;

use crate::deployment::{Deployment, Deployments};
use crate::failure::Failure;
use crate::input::{self, Line};
use crate::mask;
use crate::style::{BAD, DIMMED, GOOD, HEADING, NAME, Painted, outcome, padded};
use crate::summary::Summary;
use crate::{INDENT, clock};

/// A line of the requests file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestLine {
    deployment: Option<String>,
    at: String,
    /// A description of the request, for the output.
    note: Option<String>,
    operation: String,
    headers: Vec<(String, String)>,
    queue: Option<String>,
    ip: Option<String>,
    /// Whether the token that accompanies the key was verified.
    #[serde(default)]
    token_verified: bool,
    /// The variables of the operation's path.
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

/// A request with its deployment.
pub struct Request<'d> {
    pub deployment: &'d Deployment,
    at: Timestamp,
    ip: Option<IpAddr>,
    line: RequestLine,
}

/// Reads the requests in a file. A line that names none of the deployments is skipped, or
/// rejected if `strict`.
pub fn read<'d>(
    path: &Path,
    deployments: &'d Deployments,
    strict: bool,
) -> Result<Vec<Request<'d>>, Failure> {
    let mut requests = Vec::new();
    for Line { number, value: line } in input::lines::<RequestLine>(path, &input::text(path)?)? {
        let Some(deployment) = deployments.find(line.deployment.as_deref()) else {
            if strict {
                return Err(unknown_deployment(path, number, deployments));
            }
            continue;
        };
        let at = input::time(path, number, &line.at)?;
        let ip = line.ip.as_deref().map(str::parse).transpose();
        let ip = ip.map_err(|_| Failure::line(path, number, "ip: invalid IP address"))?;
        requests.push(Request { deployment, at, ip, line });
    }
    Ok(requests)
}

/// Returns the failure of a line that names none of the deployments.
pub fn unknown_deployment(path: &Path, number: usize, deployments: &Deployments) -> Failure {
    let names = deployments.names();
    Failure::line(path, number, format!("deployment: it must be one of these: {names}"))
}

impl Request<'_> {
    /// Processes the request, and prints it and the decision. Returns the kind of the outcome.
    pub fn process(&self, out: &mut impl Write, summary: &mut Summary) -> io::Result<String> {
        self.show(out)?;
        let call = OutboundCall {
            queue: self.line.queue.as_deref(),
            ip: self.ip,
            token_verified: self.line.token_verified,
            ..OutboundCall::new(&self.line.operation, self.at)
        };
        match self.deployment.gateway.outbound(&self.line.headers, &call) {
            Ok(outbound) => {
                match outbound.accepted() {
                    true => self.show_accepted(&outbound, out, summary)?,
                    false => self.show_denied(&outbound, out, summary)?,
                }
                Ok(outbound.audit().code.into())
            }
            Err(error) => {
                summary.count_rejection(error.code());
                summary.requests.count("refused");
                writeln!(out, "{INDENT}{} {}: {error}", outcome(BAD, "refused"), error.code())?;
                Ok(error.code().into())
            }
        }
    }

    fn show(&self, out: &mut impl Write) -> io::Result<()> {
        let platform = self.deployment.gateway.platform();
        let operation = platform.operation(&self.line.operation).ok();
        let method = operation.and_then(|operation| operation.method()).unwrap_or("-");
        let ip = self.ip.map_or("unknown".into(), |ip| ip.to_string());
        writeln!(
            out,
            "  {}  {method:<6} {} from {ip:<16} {}",
            clock(self.at),
            padded(HEADING, &mask::clean(&self.line.operation), 16),
            Painted(DIMMED, self.line.note.as_deref().map(mask::clean).unwrap_or_default()),
        )?;
        writeln!(out, "{INDENT}{}", mask::headers(platform, &self.line.headers))
    }

    fn show_accepted(
        &self,
        outbound: &Outbound,
        out: &mut impl Write,
        summary: &mut Summary,
    ) -> io::Result<()> {
        let Some(grant) = outbound.grant() else { return Ok(()) };
        summary.requests.count("accepted");
        let queue = match outbound.queue() {
            Some(queue) => format!(" → queue {}", Painted(NAME, queue)),
            None => String::new(),
        };
        writeln!(
            out,
            "{INDENT}{} key {} of app {}, {}{queue}  {}",
            outcome(GOOD, "accepted"),
            Painted(NAME, grant.record()),
            Painted(NAME, grant.app()),
            grant.scope().as_str(),
            Painted(DIMMED, self.forwarded_request()),
        )
    }

    /// Returns the method and URL of the request to the platform, or why it cannot be built.
    fn forwarded_request(&self) -> String {
        let platform = self.deployment.gateway.platform();
        let build = || -> Result<String, keyrail::Error> {
            let operation = platform.operation(&self.line.operation)?;
            let credentials = platform.scheme_of(operation).extract(&self.line.headers)?;
            // The deployment may have variables that this URL does not use.
            let needed = operation.variables().filter_map(|name| {
                let given = self.line.variables.get(name);
                given
                    .or_else(|| self.deployment.variables.get(name))
                    .map(|text| (name, text.as_str()))
            });
            let variables: Vec<(&str, &str)> = needed.collect();
            let call =
                Call { variables: &variables, credentials: Some(&credentials), ..Call::default() };
            let request = platform.request(&self.line.operation, &call)?;
            let remark = match credentials.variant() {
                Variant::AsDocumented => "",
                Variant::Lenient => "  (read leniently, written as documented)",
            };
            Ok(format!("{} {}{remark}", request.method, mask::url(&request.url)))
        };
        build().unwrap_or_else(|error| format!("(cannot be built: {})", error.code()))
    }

    fn show_denied(
        &self,
        outbound: &Outbound,
        out: &mut impl Write,
        summary: &mut Summary,
    ) -> io::Result<()> {
        let audit = outbound.audit();
        summary.requests.count("refused");
        summary.count_rejection(audit.code);
        if let (Some(response), "access.unknown_key" | "access.wrong_key") =
            (outbound.response(), audit.code)
        {
            summary.compare_stranger_response(&self.deployment.name, response);
        }
        let key = match (&audit.record, &audit.app) {
            (Some(record), Some(app)) => {
                format!("  key {} of app {}", Painted(NAME, record), Painted(NAME, app))
            }
            _ => String::new(),
        };
        let response = match outbound.denial() {
            Some(denial) if denial.code() == audit.code => {
                format!("  response {}: {}", denial.status(), denial.detail())
            }
            Some(denial) => {
                format!("  response {} {}: {}", denial.status(), denial.code(), denial.detail())
            }
            None => String::new(),
        };
        writeln!(
            out,
            "{INDENT}{} {}{key}{}",
            outcome(BAD, "refused"),
            Painted(BAD, audit.code),
            Painted(DIMMED, response),
        )
    }
}
