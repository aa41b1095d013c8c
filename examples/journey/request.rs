//! Requests: what apps ask with their keys, through the outbound door.

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
use crate::style::{BAD, GOOD, HEADING, NAME, Painted, QUIET, outcome, padded};
use crate::summary::Summary;
use crate::{INDENT, clock};

/// A line of the requests' file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    deployment: Option<String>,
    at: String,
    /// What the line shows, for who reads the walk.
    note: Option<String>,
    operation: String,
    headers: Vec<(String, String)>,
    queue: Option<String>,
    ip: Option<String>,
    /// Whether the token beside the key was verified.
    #[serde(default)]
    token_verified: bool,
    /// The variables of the operation's path.
    #[serde(default)]
    variables: BTreeMap<String, String>,
}

/// A request, ready to walk.
pub struct Request<'d> {
    pub deployment: &'d Deployment,
    at: Timestamp,
    ip: Option<IpAddr>,
    written: Written,
}

/// Reads the requests; `strict` rejects a line of another deployment, which
/// else is passed over.
pub fn read<'d>(
    path: &Path,
    deployments: &'d Deployments,
    strict: bool,
) -> Result<Vec<Request<'d>>, Failure> {
    let mut requests = Vec::new();
    for Line { number, value: written } in input::lines::<Written>(path, &input::text(path)?)? {
        let Some(deployment) = deployments.find(written.deployment.as_deref()) else {
            if strict {
                return Err(unknown_deployment(path, number, deployments));
            }
            continue;
        };
        let at = input::time(path, number, &written.at)?;
        let ip = written.ip.as_deref().map(str::parse).transpose();
        let ip = ip.map_err(|_| Failure::line(path, number, "ip: invalid IP address"))?;
        requests.push(Request { deployment, at, ip, written });
    }
    Ok(requests)
}

/// A line names no deployment that was given.
pub fn unknown_deployment(path: &Path, number: usize, deployments: &Deployments) -> Failure {
    let names = deployments.names();
    Failure::line(path, number, format!("deployment: name one that was given: {names}"))
}

impl Request<'_> {
    /// Walks the request: what came, who it is, and the answer. Returns the kind of what
    /// happened.
    pub fn walk(&self, out: &mut impl Write, summary: &mut Summary) -> io::Result<String> {
        self.show(out)?;
        let call = OutboundCall {
            queue: self.written.queue.as_deref(),
            ip: self.ip,
            token_verified: self.written.token_verified,
            ..OutboundCall::new(&self.written.operation, self.at)
        };
        match self.deployment.gateway.outbound(&self.written.headers, &call) {
            Ok(outbound) => {
                match outbound.accepted() {
                    true => self.show_accepted(&outbound, out, summary)?,
                    false => self.show_refused(&outbound, out, summary)?,
                }
                Ok(outbound.audit().code.into())
            }
            Err(error) => {
                summary.refuse(error.code());
                summary.requests.count("refused");
                writeln!(out, "{INDENT}{} {}: {error}", outcome(BAD, "refused"), error.code())?;
                Ok(error.code().into())
            }
        }
    }

    fn show(&self, out: &mut impl Write) -> io::Result<()> {
        let platform = self.deployment.gateway.platform();
        let operation = platform.operation(&self.written.operation).ok();
        let method = operation.and_then(|operation| operation.method()).unwrap_or("-");
        let ip = self.ip.map_or("unknown".into(), |ip| ip.to_string());
        writeln!(
            out,
            "  {}  {method:<6} {} from {ip:<16} {}",
            clock(self.at),
            padded(HEADING, &mask::clean(&self.written.operation), 16),
            Painted(QUIET, self.written.note.as_deref().map(mask::clean).unwrap_or_default()),
        )?;
        writeln!(out, "{INDENT}{}", mask::headers(platform, &self.written.headers))
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
            Painted(QUIET, self.forwarded()),
        )
    }

    /// The request as the vendor documents it, or why it cannot be built.
    fn forwarded(&self) -> String {
        let platform = self.deployment.gateway.platform();
        let build = || -> Result<String, keyrail::Error> {
            let operation = platform.operation(&self.written.operation)?;
            let credentials = platform.scheme_of(operation).extract(&self.written.headers)?;
            // Those of the deployment that are in no URL are its own affair.
            let needed = operation.variables().filter_map(|name| {
                let given = self.written.variables.get(name);
                given
                    .or_else(|| self.deployment.variables.get(name))
                    .map(|text| (name, text.as_str()))
            });
            let variables: Vec<(&str, &str)> = needed.collect();
            let call =
                Call { variables: &variables, credentials: Some(&credentials), ..Call::default() };
            let request = platform.request(&self.written.operation, &call)?;
            let read = match credentials.variant() {
                Variant::AsDocumented => "",
                Variant::Lenient => "  (read leniently, written as documented)",
            };
            Ok(format!("{} {}{read}", request.method, mask::url(&request.url)))
        };
        build().unwrap_or_else(|error| format!("(cannot be built: {})", error.code()))
    }

    fn show_refused(
        &self,
        outbound: &Outbound,
        out: &mut impl Write,
        summary: &mut Summary,
    ) -> io::Result<()> {
        let audit = outbound.audit();
        summary.requests.count("refused");
        summary.refuse(audit.code);
        if let (Some(response), "access.unknown_key" | "access.wrong_key") =
            (outbound.response(), audit.code)
        {
            summary.answer_to_stranger(&self.deployment.name, response);
        }
        let whose = match (&audit.record, &audit.app) {
            (Some(record), Some(app)) => {
                format!("  key {} of app {}", Painted(NAME, record), Painted(NAME, app))
            }
            _ => String::new(),
        };
        let told = match outbound.denial() {
            Some(told) if told.code() == audit.code => {
                format!("  told {}: {}", told.status(), told.detail())
            }
            Some(told) => format!("  told {} {}: {}", told.status(), told.code(), told.detail()),
            None => String::new(),
        };
        writeln!(
            out,
            "{INDENT}{} {}{whose}{}",
            outcome(BAD, "refused"),
            Painted(BAD, audit.code),
            Painted(QUIET, told),
        )
    }
}
