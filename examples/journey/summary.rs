//! The summary: what the whole walk came to.

use std::collections::BTreeMap;
use std::io::{self, Write};

use keyrail::Response;
use keyrail::route::Decision;

use crate::style::{BAD, GOOD, HEADING, Painted};

/// How wide a line of the summary may become.
const WIDTH: usize = 96;

/// How often each of several things happened.
#[derive(Default)]
pub struct Tally(BTreeMap<String, usize>);

impl Tally {
    pub fn count(&mut self, what: impl Into<String>) {
        *self.0.entry(what.into()).or_default() += 1;
    }

    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    fn of(&self, what: &str) -> usize {
        self.0.get(what).copied().unwrap_or_default()
    }

    /// The most frequent first, in alphabetical order among equals.
    fn entries(&self) -> Vec<String> {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        entries.into_iter().map(|(what, count)| format!("{what} {count}")).collect()
    }
}

/// What the walk came to.
#[derive(Default)]
pub struct Summary {
    /// By outcome.
    pub requests: Tally,
    /// By outcome.
    pub messages: Tally,
    /// What the receivers said of the deliveries as they were built.
    pub signatures: Tally,
    /// What the receivers said of the same with one byte changed.
    pub altered: Tally,
    refusals: Tally,
    queues: Tally,
    rules: Tally,
    deciders: Tally,
    fallbacks: Tally,
    /// The first answer to a stranger, by deployment.
    answers: BTreeMap<String, Response>,
    /// Whether later ones were the same.
    strangers: Tally,
}

impl Summary {
    /// Counts a rejection, by its true reason.
    pub fn refuse(&mut self, code: &str) {
        self.refusals.count(code);
    }

    /// Counts a decision.
    pub fn decide(&mut self, decision: &Decision) {
        self.messages.count(decision.kind().as_str());
        self.queues.count(decision.queue().unwrap_or("(none)"));
        self.deciders.count(decision.by().map_or("(nobody)", |by| by.as_str()));
        if let Some(rule) = decision.rule() {
            self.rules.count(rule);
        }
        if let Some(first) = decision.fell_back_from() {
            let second = decision.queue().unwrap_or_default();
            self.fallbacks.count(format!("{first} → {second}"));
        }
    }

    /// Compares what an unknown and a wrong key are told.
    pub fn answer_to_stranger(&mut self, deployment: &str, response: &Response) {
        let first = self.answers.entry(deployment.into()).or_insert_with(|| response.clone());
        self.strangers.count(if first == response { "same" } else { "other" });
    }

    /// Whether everything held that must hold of any walk.
    pub fn holds(&self) -> bool {
        self.signatures.of("refused") == 0
            && self.altered.of("accepted") == 0
            && self.strangers.of("other") == 0
    }

    /// Prints the summary.
    pub fn show(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{}", Painted(HEADING, "Summary"))?;
        let counted = [("requests", &self.requests), ("messages", &self.messages)];
        for (name, tally) in counted {
            let entries = tally.entries().join(" · ");
            writeln!(out, "  {name:<11} {:>4}  {entries}", tally.total())?;
        }
        for (name, tally) in [
            ("decided by", &self.deciders),
            ("rules", &self.rules),
            ("queues", &self.queues),
            ("fallbacks", &self.fallbacks),
            ("refusals", &self.refusals),
        ] {
            wrapped(name, &tally.entries(), out)?;
        }
        let (all, fit) = (self.signatures.total(), self.signatures.of("verified"));
        let (altered, found) = (self.altered.total(), self.altered.of("refused"));
        let (strangers, same) = (self.strangers.total(), self.strangers.of("same"));
        check(
            "signatures",
            fit == all,
            &format!("{fit} of {all} verified by their receivers"),
            out,
        )?;
        let altered_text = format!("{found} of {altered} copies with one byte changed refused");
        check("altered", found == altered, &altered_text, out)?;
        let answers = format!("{same} of {strangers} unknown and wrong keys got the same response");
        check("strangers", same == strangers, &answers, out)
    }
}

fn check(name: &str, holds: bool, text: &str, out: &mut impl Write) -> io::Result<()> {
    let mark = if holds { Painted(GOOD, '✓') } else { Painted(BAD, '✗') };
    writeln!(out, "  {name:<11} {mark} {text}")
}

/// Entries side by side, on as many lines as they need.
fn wrapped(name: &str, entries: &[String], out: &mut impl Write) -> io::Result<()> {
    let mut line = format!("  {name:<11}");
    let mut width = 0;
    for (index, entry) in entries.iter().enumerate() {
        let length = entry.chars().count();
        if width > 0 && width + length > WIDTH - 16 {
            writeln!(out, "{line}")?;
            line = format!("  {:<11}", "");
            width = 0;
        }
        let separator = if index + 1 == entries.len() { "" } else { " ·" };
        line.push_str(&format!(" {entry}{separator}"));
        width += length + 3;
    }
    if entries.is_empty() {
        line.push_str(" none");
    }
    writeln!(out, "{line}")
}
