//! The summary: the counts of all outcomes, and checks of them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use keyrail::Response;
use keyrail::route::Decision;

use crate::style::{BAD, GOOD, HEADING, Painted};

/// The maximum width of a line of the summary.
const WIDTH: usize = 96;

/// The counts of several outcomes.
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

    /// Returns the counts as strings, the highest first and equal ones in alphabetical order.
    fn entries(&self) -> Vec<String> {
        let mut entries: Vec<_> = self.0.iter().collect();
        entries.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
        entries.into_iter().map(|(what, count)| format!("{what} {count}")).collect()
    }
}

/// The counts of all requests and messages.
#[derive(Default)]
pub struct Summary {
    /// The requests by outcome.
    pub requests: Tally,
    /// The messages by outcome.
    pub messages: Tally,
    /// The receivers' results for the deliveries.
    pub signatures: Tally,
    /// The receivers' results for copies of the deliveries with one byte changed.
    pub altered: Tally,
    rejections: Tally,
    queues: Tally,
    rules: Tally,
    deciders: Tally,
    fallbacks: Tally,
    /// The first response to an unknown or wrong key, by deployment.
    first_responses: BTreeMap<String, Response>,
    /// How many responses to unknown and wrong keys are the same as the first one.
    stranger_responses: Tally,
}

impl Summary {
    /// Counts a rejection by its true reason, which the response may hide.
    pub fn count_rejection(&mut self, code: &str) {
        self.rejections.count(code);
    }

    /// Counts a decision.
    pub fn count_decision(&mut self, decision: &Decision) {
        self.messages.count(decision.kind().as_str());
        self.queues.count(decision.queue().unwrap_or("(none)"));
        self.deciders.count(decision.by().map_or("(none)", |by| by.as_str()));
        if let Some(rule) = decision.rule() {
            self.rules.count(rule);
        }
        if let Some(first) = decision.fell_back_from() {
            let second = decision.queue().unwrap_or_default();
            self.fallbacks.count(format!("{first} → {second}"));
        }
    }

    /// Compares the response to an unknown or wrong key with the first such response.
    pub fn compare_stranger_response(&mut self, deployment: &str, response: &Response) {
        let first =
            self.first_responses.entry(deployment.into()).or_insert_with(|| response.clone());
        self.stranger_responses.count(if first == response { "same" } else { "other" });
    }

    /// Returns whether all checks succeeded. They must succeed for any input.
    pub fn is_correct(&self) -> bool {
        self.signatures.of("refused") == 0
            && self.altered.of("accepted") == 0
            && self.stranger_responses.of("other") == 0
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
            ("refusals", &self.rejections),
        ] {
            show_entries(name, &tally.entries(), out)?;
        }
        let (all, verified) = (self.signatures.total(), self.signatures.of("verified"));
        let (altered, rejected) = (self.altered.total(), self.altered.of("refused"));
        let strangers = self.stranger_responses.total();
        let same = self.stranger_responses.of("same");
        check(
            "signatures",
            verified == all,
            &format!("{verified} of {all} verified by their receivers"),
            out,
        )?;
        let altered_text =
            format!("{rejected} of {altered} copies with one changed byte were refused");
        check("altered", rejected == altered, &altered_text, out)?;
        let answers = format!("{same} of {strangers} unknown and wrong keys got the same response");
        check("strangers", same == strangers, &answers, out)
    }
}

fn check(name: &str, is_correct: bool, text: &str, out: &mut impl Write) -> io::Result<()> {
    let mark = if is_correct { Painted(GOOD, '✓') } else { Painted(BAD, '✗') };
    writeln!(out, "  {name:<11} {mark} {text}")
}

/// Prints entries next to each other, on as many lines as they need.
fn show_entries(name: &str, entries: &[String], out: &mut impl Write) -> io::Result<()> {
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
