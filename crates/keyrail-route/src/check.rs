//! Findings: what is doubtful about a sound topology.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

use crate::RouteTable;
use crate::condition::{Kind, Test};
use crate::interval::Interval;
use crate::mode::Mode;
use crate::rules::Rank;
use crate::ways::{Literal, Way, is_closed, numbers, ways};

/// What is doubtful about a topology. Printed, each is a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Finding {
    /// No message can match this rule.
    NeverMatches {
        /// The rule.
        rule: String,
    },
    /// Whatever this rule matches, the others match before it.
    Shadowed {
        /// The rule.
        rule: String,
        /// Those before it, in their order: one, or several together.
        by: Vec<String>,
    },
    /// Two rules of the same priority can match one message, and send it to
    /// different queues: only their order decides.
    Overlap {
        /// The rule that wins.
        rule: String,
        /// The rule that is declared later.
        with: String,
    },
    /// Whether the rule is shadowed takes too long to find out.
    Undecided {
        /// The rule.
        rule: String,
    },
    /// The app has a queue and no webhook: its messages wait.
    NoWebhook {
        /// The app.
        app: String,
    },
    /// Nothing sends a message to the queue.
    Unreachable {
        /// The queue.
        queue: String,
    },
    /// A message of this channel that matches no rule goes nowhere.
    NoDefault {
        /// The channel.
        channel: String,
    },
}

/// How many rules before it a rule is compared with.
const STEPS_A_RULE: usize = 20_000;
/// How many comparisons are made in all.
const STEPS: usize = 20_000_000;

impl RouteTable {
    /// Lists what is doubtful: rules that cannot match or that others shadow,
    /// overlaps, and what leads nowhere. None of it is an error.
    ///
    /// What it says of channels, presence, equality and ranges is exact; that
    /// one text test follows from another is only seen where it is plain. So a
    /// rule that is not listed can still be without effect.
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
    /// assert_eq!(table.check(), [Finding::Shadowed { rule: "some".into(), by }]);
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn check(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        self.check_rules(&mut findings);
        self.check_chain(&mut findings);
        findings
    }

    fn check_rules(&self, findings: &mut Vec<Finding>) {
        let id = |rank: Rank| self.rules.id(rank).to_string();
        let is_channel = |id: &str| self.chain.channels.place(id).is_some();
        let mut before: Vec<Earlier> = Vec::new();
        let mut steps = 0;
        for rank in self.rules.ranks() {
            let condition = self.rules.program(rank).condition(&self.rules.lexicon);
            let Some(mut ways) = condition.and_then(|condition| ways(&condition, false)) else {
                findings.push(Finding::Undecided { rule: id(rank) });
                continue;
            };
            ways.retain(|way| !is_closed(way, is_channel));
            if ways.is_empty() {
                findings.push(Finding::NeverMatches { rule: id(rank) });
                continue;
            }
            let cost = before.len().saturating_mul(ways.len());
            if cost > STEPS_A_RULE || steps > STEPS {
                findings.push(Finding::Undecided { rule: id(rank) });
            } else {
                steps += cost;
                let relevant = |earlier: &&Earlier| {
                    earlier.counts && (earlier.interrupts || !self.rules.interrupts(rank))
                };
                let counting: Vec<&Earlier> = before.iter().filter(relevant).collect();
                let mut by = BTreeSet::new();
                if ways.iter().all(|way| self.covers(&counting, way, &mut by)) {
                    let by = by.into_iter().map(id).collect();
                    findings.push(Finding::Shadowed { rule: id(rank), by });
                } else if let Some(first) = self.overlap(&before, rank, &ways) {
                    findings.push(Finding::Overlap { rule: id(first), with: id(rank) });
                }
            }
            let counts = self.rules.window(rank).is_none();
            let interrupts = self.rules.interrupts(rank);
            before.extend(ways.into_iter().map(|way| Earlier { rank, way, counts, interrupts }));
        }
    }

    /// Whether every message that goes this way matches a rule before; `by`
    /// gets the rules that it takes to say so.
    fn covers(&self, before: &[&Earlier], way: &Way, by: &mut BTreeSet<Rank>) -> bool {
        if covers_at_once(before, way, by) {
            return true;
        }
        if way.iter().any(Literal::is_channel) || self.chain.channels.items.len() > 64 {
            return false;
        }
        // Every message has one of the channels.
        let mut with_channel = way.clone();
        self.chain.channels.items.iter().all(|channel| {
            let test = Test {
                attribute: "channel".into(),
                kind: Kind::Exact,
                mode: Mode::default(),
                operand: channel.id.clone(),
            };
            with_channel.truncate(way.len());
            with_channel.push(Literal { test, negated: false });
            covers_at_once(before, &with_channel, by)
        })
    }

    /// The first rule of the same priority that can match the same message and
    /// sends it to another queue.
    fn overlap(&self, before: &[Earlier], rank: Rank, ways: &[Way]) -> Option<Rank> {
        let priority = self.rules.priority(rank);
        let found = before.iter().find(|earlier| {
            self.rules.priority(earlier.rank) == priority
                && self.rules.queue(earlier.rank) != self.rules.queue(rank)
                && ways.iter().any(|way| meets(&earlier.way, way))
        });
        found.map(|earlier| earlier.rank)
    }

    fn check_chain(&self, findings: &mut Vec<Finding>) {
        let chain = &self.chain;
        let with_queue: BTreeSet<u32> =
            chain.queues.items.iter().filter_map(|queue| queue.app).collect();
        for (place, app) in (0..).zip(&chain.apps.items) {
            if app.webhooks.is_empty() && with_queue.contains(&place) {
                findings.push(Finding::NoWebhook { app: app.id.clone() });
            }
        }
        let mut reached = vec![false; chain.queues.items.len()];
        let of_channels = chain.channels.items.iter().filter_map(|channel| channel.queue);
        let mut waiting: Vec<u32> =
            of_channels.chain(chain.default_queue).chain(self.rules.queues.iter()).collect();
        while let Some(place) = waiting.pop() {
            if let Some(reached) = reached.get_mut(place as usize).filter(|reached| !**reached) {
                *reached = true;
                waiting.extend(chain.queues.get(place).iter().flat_map(|queue| &queue.fallback));
            }
        }
        for (queue, reached) in chain.queues.items.iter().zip(reached) {
            if !reached {
                findings.push(Finding::Unreachable { queue: queue.id.clone() });
            }
        }
        if chain.default_queue.is_none() {
            for channel in chain.channels.items.iter().filter(|channel| channel.queue.is_none()) {
                findings.push(Finding::NoDefault { channel: channel.id.clone() });
            }
        }
    }
}

/// A way of a rule that comes before.
struct Earlier {
    rank: Rank,
    way: Way,
    /// Whether it holds at all times.
    counts: bool,
    interrupts: bool,
}

/// Whether one way before, or several that differ in the numbers of one
/// attribute, take all that goes this way.
fn covers_at_once(before: &[&Earlier], way: &Way, by: &mut BTreeSet<Rank>) -> bool {
    let follows = |earlier: &&&Earlier| earlier.way.iter().all(|literal| literal.follows_from(way));
    if let Some(earlier) = before.iter().find(follows) {
        by.insert(earlier.rank);
        return true;
    }
    let attributes: BTreeSet<&str> = way
        .iter()
        .filter(|literal| literal.test.kind == Kind::Range && !literal.negated)
        .map(|literal| literal.test.attribute.as_str())
        .collect();
    attributes.into_iter().any(|attribute| covers_together(before, way, attribute, by))
}

fn covers_together(
    before: &[&Earlier],
    way: &Way,
    attribute: &str,
    by: &mut BTreeSet<Rank>,
) -> bool {
    let Some((mut from, to)) = numbers(way, attribute) else { return false };
    let is_range = |literal: &Literal| {
        literal.test.kind == Kind::Range && literal.test.attribute == attribute && !literal.negated
    };
    let mut parts: BTreeMap<(u64, u64), Rank> = BTreeMap::new();
    for earlier in before {
        let follows = |literal: &Literal| is_range(literal) || literal.follows_from(way);
        if earlier.way.iter().all(follows)
            && let Some(part) = numbers(&earlier.way, attribute)
        {
            parts.entry(part).or_insert(earlier.rank);
        }
    }
    let mut taken = Vec::new();
    while from <= to {
        // Of the parts that start here or before, the one that goes farthest.
        let next = parts.iter().filter(|((low, high), _)| *low <= from && from <= *high);
        let Some(((_, high), rank)) = next.max_by_key(|((_, high), _)| *high) else { return false };
        taken.push(*rank);
        let Some(after) = high.checked_add(1) else { break };
        from = after;
    }
    by.extend(taken);
    true
}

/// Whether both ways look at some attribute alike, and one message of single
/// values can go both.
fn meets(a: &Way, b: &Way) -> bool {
    let is_shared = |attribute: &str| b.iter().any(|literal| literal.test.attribute == attribute);
    let joined = [a.as_slice(), b].concat();
    let is_apart = |literal: &Literal| {
        joined.iter().any(|other| {
            let same = literal.test.attribute == other.test.attribute;
            let exact = |literal: &Literal| literal.test.kind == Kind::Exact && !literal.negated;
            let both = exact(literal) && exact(other);
            same && both
                && literal.test.mode == other.test.mode
                && literal.test.operand != other.test.operand
        })
    };
    a.iter().any(|literal| is_shared(&literal.test.attribute))
        && !is_closed(&joined, |_| true)
        && !joined.iter().any(is_apart)
        && !joined.iter().any(|literal| {
            let interval = Interval::parse(&literal.test.operand);
            literal.test.kind == Kind::Range && interval.is_some_and(|range| range.is_empty())
        })
}

impl Finding {
    /// The stable, dotted code.
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

    /// The rules concerned: the one that it is about, then those that come
    /// before it, or that it wins over.
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

    /// The app concerned, if it is about one.
    pub fn app(&self) -> Option<&str> {
        if let Self::NoWebhook { app } = self { Some(app) } else { None }
    }

    /// The queue concerned, if it is about one.
    pub fn queue(&self) -> Option<&str> {
        if let Self::Unreachable { queue } = self { Some(queue) } else { None }
    }

    /// The channel concerned, if it is about one.
    pub fn channel(&self) -> Option<&str> {
        if let Self::NoDefault { channel } = self { Some(channel) } else { None }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NeverMatches { rule } => write!(f, "no message can match the rule {rule}"),
            Self::Shadowed { rule, by } => {
                write!(f, "the rule {rule} never wins: {} come before it", by.join(", "))
            }
            Self::Overlap { rule, with } => {
                write!(f, "only their order lets the rule {rule} win over {with}")
            }
            Self::Undecided { rule } => write!(f, "whether {rule} ever wins takes too long to say"),
            Self::NoWebhook { app } => write!(f, "the app {app} has a queue and no webhook"),
            Self::Unreachable { queue } => write!(f, "nothing leads to the queue {queue}"),
            Self::NoDefault { channel } => {
                write!(f, "what matches no rule goes nowhere from the channel {channel}")
            }
        }
    }
}
