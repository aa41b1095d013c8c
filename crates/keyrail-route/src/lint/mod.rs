//! Lint: finds the suspicious parts of a valid topology.
//!
//! The condition of a rule is split into conjunctions. The module `examples` searches for a message
//! that satisfies a conjunction, one attribute at a time. The module `reachability` uses this
//! search to decide whether a rule ever wins. The module `overlap` uses it to find the rules that
//! overlap with a rule. The values and strings of the message are found by the modules
//! `lint::values` and `lint::texts` of the crate `keyrail-filter`.

mod examples;
mod overlap;
mod reachability;
mod windows;

use alloc::collections::BTreeSet;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use self::overlap::Overlaps;
use self::reachability::{Reachability, ReachabilityChecker};
use crate::RouteTable;
use keyrail_filter::condition_set::Rank;
use keyrail_filter::lint::conjunctions::conjunctions;

/// A suspicious part of a topology. `Display` prints a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// No message can match this rule.
    NeverMatches {
        /// The rule.
        rule: String,
    },
    /// Every message that this rule matches is matched first by other rules.
    Shadowed {
        /// The rule.
        rule: String,
        /// The rules that match these messages first, in the order of matching. This is one rule,
        /// or several that together match all of the messages.
        by: Vec<String>,
    },
    /// Two rules of the same priority test a common attribute, and one message without lists can
    /// match both. The rules have different queues, so only the order of declaration decides where
    /// the message goes. For each rule, at most eight overlaps with earlier rules are reported.
    Overlap {
        /// The rule that wins.
        rule: String,
        /// The rule that is declared later.
        with: String,
    },
    /// The check could not find out whether the rule ever wins. It cannot compare some tests of
    /// strings or some time windows, or it would take too many steps.
    Undecided {
        /// The rule.
        rule: String,
    },
    /// The app has a queue but no webhook, so the messages in the queue are held.
    NoWebhook {
        /// The app.
        app: String,
    },
    /// No message can reach the queue.
    Unreachable {
        /// The queue.
        queue: String,
    },
    /// The channel has no queue, and there is no default queue. Without a live session, its
    /// messages that match no rule are unrouted.
    NoDefault {
        /// The channel.
        channel: String,
    },
}

/// The maximum number of steps to check whether a rule ever wins.
const REACHABILITY_STEPS: usize = 20_000;
/// The maximum number of steps to find the rules that a rule overlaps with.
const OVERLAP_STEPS: usize = 5_000;
/// The number of steps added to both limits above for each test in the conjunctions of the rule.
const STEPS_PER_TEST: usize = 4;
/// The maximum number of steps for all rules of a table is `STEPS_PER_TABLE` plus
/// `STEPS_PER_RULE` per rule.
const STEPS_PER_TABLE: usize = 2_000_000;
const STEPS_PER_RULE: usize = 500;

impl RouteTable {
    /// Returns the suspicious parts of the topology: rules that cannot match, rules
    /// shadowed by others, overlaps, and dead ends. None of them is an error.
    ///
    /// There are no false positives. For tests of channels, of presence, of ranges, and of equality
    /// without options, the check can always decide whether a rule ever wins, even if several rules
    /// shadow it together. For other tests, it usually can, for example if one pattern, subject or
    /// network matches everything that another one matches. If the check cannot decide, or would
    /// take too many steps, the rule is [`Finding::Undecided`]. The steps are limited for each rule
    /// and for the whole table. The limit for a rule grows with the number of its tests.
    ///
    /// Time windows are compared exactly if their hours have the same offset or zone, even if
    /// several windows together cover a rule's window. If the offsets or zones differ, the check
    /// decides only in two cases: the windows of other rules that all use one offset or zone cover
    /// the rule's window, or a time is found at which the rule wins. Otherwise the rule is
    /// undecided.
    ///
    /// Overlaps are searched for in a limited number of steps, so some may not be found.
    ///
    /// ```
    /// use keyrail_route::{Finding, RouteTable};
    /// let table = RouteTable::from_json(r#"{
    ///     "channels": [{"id": "sms", "kind": "sms", "queue": "q"}], "queues": [{"id": "q"}],
    ///     "rules": [{"id": "small", "when": {"range": {"n": {"lt": 5}}}, "queue": "q"},
    ///               {"id": "large", "when": {"range": {"n": {"gte": 5}}}, "queue": "q"},
    ///               {"id": "some", "when": {"range": {"n": {"gt": 3, "lt": 7}}}, "queue": "q"}]
    /// }"#)?;
    /// let by = ["small", "large"].map(String::from).to_vec();
    /// assert_eq!(table.lint(), [Finding::Shadowed { rule: "some".into(), by }]);
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn lint(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.lint_rules(&mut findings);
        self.lint_declarations(&mut findings);
        findings
    }

    fn lint_rules(&self, findings: &mut Vec<Finding>) {
        let id = |rank: Rank| self.rules.id(rank).to_string();
        let mut checker = ReachabilityChecker::new(self);
        let mut overlaps = Overlaps::new(self);
        checker.examples.set_pool(STEPS_PER_TABLE + STEPS_PER_RULE * self.rules.len());
        for rank in self.rules.ranks() {
            if checker.examples.is_exhausted() {
                findings.push(Finding::Undecided { rule: id(rank) });
                continue;
            }
            let Some(dnf) = conjunctions(self.rules.conditions.program(rank)) else {
                continue;
            };
            if self.rules.window(rank).is_some_and(windows::is_never) {
                findings.push(Finding::NeverMatches { rule: id(rank) });
                continue;
            }
            let tests: usize = dnf.conjunctions.iter().map(Vec::len).sum();
            checker.examples.reserve(REACHABILITY_STEPS + STEPS_PER_TEST * tests);
            match checker.check(rank, &dnf) {
                Reachability::Sometimes => {}
                Reachability::Never(by) if by.is_empty() => {
                    findings.push(Finding::NeverMatches { rule: id(rank) });
                    continue;
                }
                Reachability::Never(by) => {
                    let by = by.into_iter().map(id).collect();
                    findings.push(Finding::Shadowed { rule: id(rank), by });
                    continue;
                }
                Reachability::Unknown => findings.push(Finding::Undecided { rule: id(rank) }),
            }
            checker.examples.reserve(OVERLAP_STEPS + STEPS_PER_TEST * tests);
            let partners = overlaps.push(rank, dnf.conjunctions, &mut checker.examples);
            let overlap = |earlier| Finding::Overlap { rule: id(earlier), with: id(rank) };
            findings.extend(partners.into_iter().map(overlap));
        }
    }

    fn lint_declarations(&self, findings: &mut Vec<Finding>) {
        let topology = &self.topology;
        let apps_with_queue: BTreeSet<u32> =
            topology.queues.items.iter().filter_map(|queue| queue.app).collect();
        for (index, app) in (0..).zip(&topology.apps.items) {
            if app.webhooks.is_empty() && apps_with_queue.contains(&index) {
                findings.push(Finding::NoWebhook { app: app.id.clone() });
            }
        }
        let mut reached = vec![false; topology.queues.items.len()];
        let of_channels = topology.channels.items.iter().filter_map(|channel| channel.queue);
        let mut pending: Vec<u32> =
            of_channels.chain(topology.default_queue).chain(self.rules.queues.iter()).collect();
        while let Some(index) = pending.pop() {
            if let Some(reached) = reached.get_mut(index as usize).filter(|reached| !**reached) {
                *reached = true;
                pending.extend(topology.queues.get(index).iter().flat_map(|queue| &queue.fallback));
            }
        }
        for (queue, reached) in topology.queues.items.iter().zip(reached) {
            if !reached {
                findings.push(Finding::Unreachable { queue: queue.id.clone() });
            }
        }
        if topology.default_queue.is_none() {
            for channel in topology.channels.items.iter().filter(|channel| channel.queue.is_none())
            {
                findings.push(Finding::NoDefault { channel: channel.id.clone() });
            }
        }
    }
}

impl Finding {
    /// Returns the stable, dotted code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NeverMatches { .. } => "route.never_matches",
            Self::Shadowed { .. } => "route.shadowed",
            Self::Overlap { .. } => "route.overlap",
            Self::Undecided { .. } => "route.undecided",
            Self::NoWebhook { .. } => "route.app_without_webhook",
            Self::Unreachable { .. } => "route.unreachable_queue",
            Self::NoDefault { .. } => "route.no_default",
        }
    }

    /// Returns the rules concerned. The first is the rule that the finding is about. After it, a
    /// [`Finding::Shadowed`] lists the rules that match first, and a [`Finding::Overlap`] lists the
    /// rule that is declared later. The list is empty if the finding is about an app, a queue or a
    /// channel.
    pub fn rules(&self) -> Vec<&str> {
        let mut rules = Vec::new();
        match self {
            Self::NeverMatches { rule } | Self::Undecided { rule } => rules.push(rule.as_str()),
            Self::Shadowed { rule, by } => {
                rules.push(rule.as_str());
                rules.extend(by.iter().map(String::as_str));
            }
            Self::Overlap { rule, with } => rules.extend([rule.as_str(), with]),
            Self::NoWebhook { .. } | Self::Unreachable { .. } | Self::NoDefault { .. } => {}
        }
        rules
    }

    /// Returns the app concerned, if the finding is about one.
    pub fn app(&self) -> Option<&str> {
        if let Self::NoWebhook { app } = self { Some(app) } else { None }
    }

    /// Returns the queue concerned, if the finding is about one.
    pub fn queue(&self) -> Option<&str> {
        if let Self::Unreachable { queue } = self { Some(queue) } else { None }
    }

    /// Returns the channel concerned, if the finding is about one.
    pub fn channel(&self) -> Option<&str> {
        if let Self::NoDefault { channel } = self { Some(channel) } else { None }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverMatches { rule } => write!(f, "no message can match the rule {rule}"),
            Self::Shadowed { rule, by } => {
                let come = if by.len() == 1 { "comes" } else { "come" };
                write!(f, "the rule {rule} never wins: {} {come} before it", by.join(", "))
            }
            Self::Overlap { rule, with } => {
                write!(
                    f,
                    "the rules {rule} and {with} overlap at equal priority: {rule} wins because it is declared earlier"
                )
            }
            Self::Undecided { rule } => {
                write!(f, "the check could not decide whether the rule {rule} ever wins")
            }
            Self::NoWebhook { app } => write!(f, "the app {app} has a queue but no webhook"),
            Self::Unreachable { queue } => {
                write!(f, "no message can reach the queue {queue}")
            }
            Self::NoDefault { channel } => {
                write!(
                    f,
                    "the channel {channel} has no queue: messages that match no rule are unrouted"
                )
            }
        }
    }
}
