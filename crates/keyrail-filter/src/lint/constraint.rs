//! Constraints: tests of one attribute, evaluated without a message.

use crate::condition::Kind;
use crate::interval::{Interval, key};
use crate::message::{canonical_boolean, canonical_number, in_range};
use crate::normalization::Normalization;

/// The result of a search for a value that satisfies all constraints.
pub enum Answer<T> {
    Found(T),
    /// No such value exists.
    Nothing,
    /// It is unknown whether such a value exists.
    Unknown,
}

/// A test of an attribute.
#[derive(Clone, Copy, PartialEq)]
pub struct Constraint<'l> {
    pub kind: Kind,
    pub normalization: Normalization,
    pub operand: &'l str,
}

impl Constraint<'_> {
    pub fn accepts_string(&self, text: &str) -> bool {
        if self.normalization.is_plain() {
            return self.kind.accepts_string(text, self.operand);
        }
        self.kind.accepts_string(&self.normalization.apply(text), self.operand)
    }

    /// Returns the only string that passes the test, if the test is an `exact` test without
    /// options. Returns `None` for any other test.
    pub fn only_text(&self) -> Option<&str> {
        (self.kind == Kind::Exact && self.normalization.is_plain()).then_some(self.operand)
    }

    pub fn accepts_boolean(&self, value: bool) -> bool {
        match self.kind {
            Kind::Exact => self.operand == canonical_boolean(value),
            kind => kind == Kind::Exists,
        }
    }

    /// Returns the number whose canonical form is the operand of an `exact` test, or `None` if
    /// there is no such number. The number and its canonical string both pass the test.
    fn number(&self) -> Option<f64> {
        let number = self.operand.parse().ok().filter(|number| in_range(*number))?;
        (canonical_number(number) == self.operand).then_some(number)
    }

    /// Returns the smallest and the largest key of the numbers that pass a `range` or `exact` test.
    /// Returns `None` for an `exact` test that no number passes, and for any other kind of test.
    pub fn keys(&self) -> Option<(u64, u64)> {
        match self.kind {
            Kind::Range => Some(Interval::parse(self.operand)?.keys()),
            Kind::Exact => self.number().map(|number| (key(number), key(number))),
            _ => None,
        }
    }
}
