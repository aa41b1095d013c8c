//! The calls of `route`.

use keyrail::Error;
use keyrail::route::{
    Context, Decision, EXPLAINED_RULES, Failure, Finding, Message, RouteTable, RuleReport,
};
use serde_json::{Value, json};

use crate::calls::{bytes_of_hex, configuration, now, text, texts};

/// Returns the parts of a decision that Keyrail does not use itself: the assignee and the ordering
/// key.
pub fn handed_on(decision: &Decision) -> Value {
    let assign = decision
        .assign()
        .as_ref()
        .map(|assign| json!({"team": assign.team, "agent": assign.agent, "skills": assign.skills}));
    json!({"assign": assign, "ordering_key": decision.ordering_key()})
}

pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    let unavailable = texts(&given["unavailable"]);
    let context = Context {
        now: given.get("now_ms").map(|_| now(given)),
        session_queue: given["session_queue"].as_str(),
        session: given["session"].as_str(),
        unavailable: &unavailable,
    };
    let route = || Ok::<_, Error>(table(given)?.route(&message(&given["message"])?, &context)?);
    Ok(match call {
        "route.table" => table(given).map(|_| json!(true))?,
        "route.route" => decision(&route()?),
        "route.handed_on" => handed_on(&route()?),
        "route.route_batch" => route_batch(&table(given)?, &given["messages"], &context),
        "route.explain" => {
            let limit = given["limit"].as_u64().map(|limit| limit.try_into().expect("a limit"));
            let limit = limit.unwrap_or(EXPLAINED_RULES);
            let explained = table(given)?.explain(&message(&given["message"])?, &context, limit)?;
            json!({
                "decision": decision(&explained.decision),
                "rules": explained.rules.iter().map(report).collect::<Value>(),
                "more": explained.more,
            })
        }
        "route.lint" => table(given)?.lint().iter().map(finding).collect(),
        "route.diff" => {
            let table = |member: &str| RouteTable::from_json(&configuration(&given[member]));
            let samples = list(&given["samples"]).iter().map(message);
            let samples = samples.collect::<Result<Vec<_>, _>>()?;
            let changes = table("old")?.diff(&table("new")?, &samples, &context);
            let changes = changes.into_iter().map(|change| {
                let (old, new) = (outcome(change.old), outcome(change.new));
                json!({"sample": change.sample, "old": old, "new": new})
            });
            changes.collect()
        }
        "route.diagram" => json!(table(given)?.diagram()),
        "route.trace_diagram" => json!(route()?.trace_diagram()),
        "route.verify" => {
            let mismatches = table(given)?.verify(&configuration(&given["fixtures"]))?.into_iter();
            let mismatches = mismatches.map(
                |mismatch| json!({"fixture": mismatch.fixture, "found": outcome(mismatch.found)}),
            );
            mismatches.collect()
        }
        "route.bytes" => {
            let mut bytes = table(given)?.to_bytes();
            if let Some(index) = given["flip"].as_u64() {
                bytes[usize::try_from(index).expect("an index")] ^= 1;
            }
            let cut = given["cut"].as_u64().unwrap_or_default();
            bytes.truncate(bytes.len() - usize::try_from(cut).expect("a length"));
            let loaded = RouteTable::from_bytes(&bytes)?;
            decision(&loaded.route(&message(&given["message"])?, &context)?)
        }
        "route.from_bytes" => {
            RouteTable::from_bytes(&bytes_of_hex(text(given, "bytes"))).map(|_| json!(true))?
        }
        "route.may_write" => {
            json!(table(given)?.may_write(text(given, "app"), text(given, "queue")))
        }
        "route.queues_of" => json!(table(given)?.queues_of(text(given, "app")).collect::<Vec<_>>()),
        _ => panic!("unknown call: {call}"),
    })
}

/// Returns a decision as JSON, without the parts that `handed_on` returns.
pub fn decision(decision: &Decision) -> Value {
    json!({
        "kind": decision.kind().as_str(), "queue": decision.queue(), "app": decision.app(),
        "webhooks": decision.webhooks(), "rule": decision.rule(),
        "by": decision.by().map(|by| by.as_str()), "fell_back_from": decision.fell_back_from(),
        "code": decision.reason().code(), "reason": decision.reason().to_string(),
    })
}

fn outcome(outcome: Result<Decision, impl Into<Error>>) -> Value {
    match outcome {
        Ok(decided) => decision(&decided),
        Err(error) => json!({"code": error.into().code()}),
    }
}

/// Routes messages. The outcome of an invalid message is its error.
fn route_batch(table: &RouteTable, messages: &Value, context: &Context<'_>) -> Value {
    let messages: Vec<_> = list(messages).iter().map(message).collect();
    let valid: Vec<Message> = messages.iter().flatten().cloned().collect();
    let mut decisions = table.route_batch(&valid, context).into_iter();
    let outcomes = messages.into_iter().map(|message| match message {
        Ok(_) => outcome(decisions.next().expect("a decision for each message")),
        Err(error) => json!({"code": error.code()}),
    });
    outcomes.collect()
}

fn report(rule: &RuleReport) -> Value {
    json!({
        "id": rule.id, "priority": rule.priority, "outcome": rule.outcome.as_str(),
        "near_miss": rule.near_miss, "failure": rule.failure.as_ref().map(failure),
    })
}

fn failure(failure: &Failure) -> Value {
    json!({
        "attribute": failure.attribute, "operator": failure.operator,
        "expected": failure.expected, "found": failure.found,
        "wrong_type": failure.wrong_type, "negated": failure.negated,
    })
}

fn finding(finding: &Finding) -> Value {
    json!({
        "code": finding.code(), "rules": finding.rules(), "app": finding.app(),
        "queue": finding.queue(), "channel": finding.channel(), "text": finding.to_string(),
    })
}

fn table(given: &Value) -> Result<RouteTable, Error> {
    Ok(RouteTable::from_json(&configuration(&given["topology"]))?)
}

fn message(value: &Value) -> Result<Message, Error> {
    Ok(Message::from_json(&value.to_string())?)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}
