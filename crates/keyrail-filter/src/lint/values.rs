//! Finds a value of an attribute for which some constraints hold and others do not.
//!
//! For tests of presence, booleans, numbers and whole strings, the answer is exact. A constraint
//! can also accept a family of strings, such as all strings that start with `ab`.
//! [`texts`](super::texts) explains how such constraints are decided, and when the answer is
//! unknown.

use alloc::string::String;
use alloc::vec::Vec;

use super::constraint::{Answer, Constraint};
use super::texts;
use crate::Value;
use crate::condition::Kind;
use crate::interval::{key, number};
use crate::message::MAX_INTEGER;
use crate::normalization::Normalization;

/// Tests of one attribute: those that must hold, and those that must not.
#[derive(Default)]
pub struct Constraints<'l> {
    pub wanted: Vec<Constraint<'l>>,
    pub unwanted: Vec<Constraint<'l>>,
}

impl Constraints<'_> {
    /// Returns the approximate number of comparisons that finding a value takes. Long operands of
    /// wanted tests count more.
    pub fn cost(&self) -> usize {
        const LONG: usize = 256;
        let (wanted, unwanted) = (self.wanted.len(), self.unwanted.len());
        let length = self.wanted.iter().map(|test| test.operand.len()).sum::<usize>() / LONG;
        let of_wanted = wanted.saturating_mul(wanted).saturating_mul(length) / 16;
        (wanted + 1).saturating_mul(unwanted + 1).saturating_mul(1 + length) + of_wanted
    }

    pub fn accepts_string(&self, text: &str) -> bool {
        self.wanted.iter().all(|test| test.accepts_string(text))
            && !self.unwanted.iter().any(|test| test.accepts_string(text))
    }

    fn accepts_boolean(&self, value: bool) -> bool {
        self.wanted.iter().all(|test| test.accepts_boolean(value))
            && !self.unwanted.iter().any(|test| test.accepts_boolean(value))
    }

    /// Finds a value that satisfies all constraints. `Answer::Found(None)` means that an absent
    /// attribute satisfies them. If `single` is true, the value is not a list of strings.
    pub fn value(&self, single: bool) -> Answer<Option<Value>> {
        let is_absence = |test: &Constraint<'_>| test.kind == Kind::Missing;
        let is_presence = |test: &Constraint<'_>| test.kind == Kind::Exists;
        if self.wanted.iter().all(is_absence) && !self.unwanted.iter().any(is_absence) {
            return Answer::Found(None);
        }
        if self.wanted.iter().any(is_absence) || self.unwanted.iter().any(is_presence) {
            return Answer::Nothing;
        }
        let texts = self.texts(single);
        if let Answer::Found(value) = texts {
            return Answer::Found(Some(value));
        }
        let number = self.number().map(Value::Number);
        let boolean = || [true, false].into_iter().find(|value| self.accepts_boolean(*value));
        match number.or_else(|| boolean().map(Value::Boolean)) {
            Some(value) => Answer::Found(Some(value)),
            None if matches!(texts, Answer::Nothing) => Answer::Nothing,
            None => Answer::Unknown,
        }
    }

    /// Finds a string or, unless `single` is true, a list of strings that satisfies all
    /// constraints. The list has one string for each test that must hold, except tests of presence.
    /// If it has only one, the result is that string.
    fn texts(&self, single: bool) -> Answer<Value> {
        const ANY: Constraint<'_> = Constraint {
            kind: Kind::Wildcard,
            normalization: Normalization { ignore_case: false, normalize: false, tokens: false },
            operand: "*",
        };
        let mut wanted = self.wanted.clone();
        wanted.retain(|test| test.kind != Kind::Exists);
        if wanted.iter().any(|test| test.kind == Kind::Range) {
            return Answer::Nothing;
        }
        if single {
            if wanted.is_empty() {
                wanted.push(ANY);
            }
            return match texts::find(&wanted, &self.unwanted) {
                Answer::Found(text) => Answer::Found(Value::Text(text)),
                Answer::Nothing => Answer::Nothing,
                Answer::Unknown => Answer::Unknown,
            };
        }
        let (mut found, mut is_unknown): (Vec<String>, _) = (Vec::new(), false);
        for test in wanted {
            match texts::find(&[test], &self.unwanted) {
                Answer::Found(text) => found.push(text),
                Answer::Nothing => return Answer::Nothing,
                Answer::Unknown => is_unknown = true,
            }
        }
        match (is_unknown, found.len()) {
            (true, _) => Answer::Unknown,
            (false, 1) => Answer::Found(Value::Text(found.remove(0))),
            (false, _) => Answer::Found(Value::List(found)),
        }
    }

    /// Returns a number that satisfies all constraints, or `None` if no number does.
    fn number(&self) -> Option<f64> {
        /// The key of negative zero, which equals zero and is not a separate number.
        const NEGATIVE_ZERO: u64 = (1 << 63) - 1;
        let (mut low, mut high) = (key(-(MAX_INTEGER as f64)), key(MAX_INTEGER as f64));
        for test in &self.wanted {
            let (from, to) = match test.kind {
                Kind::Exists => continue,
                _ => test.keys()?,
            };
            (low, high) = (low.max(from), high.min(to));
        }
        let mut holes = alloc::vec![(NEGATIVE_ZERO, NEGATIVE_ZERO)];
        holes.extend(self.unwanted.iter().filter_map(Constraint::keys));
        holes.sort_unstable();
        for (from, to) in holes {
            if low < from {
                break;
            }
            low = low.max(to.saturating_add(1));
        }
        (low <= high).then(|| number(low))
    }
}
