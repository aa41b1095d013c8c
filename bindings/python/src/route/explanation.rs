//! `keyrail.route`: why a message was routed as it was, rule by rule. `str` quotes the message,
//! but `repr` does not.

use keyrail::route as core;
use pyo3::prelude::*;

use super::Decision;
use crate::boundary::plain;
use crate::quoted;
use crate::response::printed_length;

/// Why a message was routed as it was. `str` returns a description for people. It quotes the
/// message, so show it only to people who may read the message.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Explanation(pub(super) core::Explanation);

#[pymethods]
impl Explanation {
    /// The decision that `route` returns.
    #[getter]
    fn decision(&self) -> Decision {
        Decision(self.0.decision.clone())
    }

    /// The reports of the first rules, in order. If the rule that won comes later, its report is
    /// added at the end.
    #[getter]
    fn rules(&self) -> Vec<RuleReport> {
        self.0.rules.iter().cloned().map(RuleReport).collect()
    }

    /// The number of rules that are left out.
    #[getter]
    fn more(&self) -> usize {
        self.0.more
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.to_string())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let core::Explanation { rules, more, .. } = &self.0;
        let code = quoted(py, self.0.decision.reason().code())?;
        Ok(format!("<keyrail.route.Explanation {code}, {} rules and {more} more>", rules.len()))
    }
}

/// The outcome of one rule. `str` returns a line that quotes the message.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct RuleReport(core::RuleReport);

#[pymethods]
impl RuleReport {
    /// The id of the rule.
    #[getter]
    fn id(&self) -> &str {
        &self.0.id
    }

    /// Its priority.
    #[getter]
    fn priority(&self) -> i64 {
        self.0.priority
    }

    /// Whether the rule chose the queue, and if not, why not.
    ///
    /// - `won`: it chose the queue.
    /// - `matched`: it matches, but another rule won.
    /// - `failed`: its condition does not match.
    /// - `closed`: its condition matches, but the rule does not apply at this time.
    /// - `in_session`: its condition matches, but the rule does not interrupt the live session.
    #[getter]
    fn outcome(&self) -> &str {
        self.0.outcome.as_str()
    }

    /// The first test that made the rule's condition fail, if the condition failed.
    #[getter]
    fn failure(&self) -> Option<Failure> {
        self.0.failure.clone().map(Failure)
    }

    /// Whether the condition failed, but would have matched if a single test had the opposite
    /// result.
    #[getter]
    fn near_miss(&self) -> bool {
        self.0.near_miss
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.to_string())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let core::RuleReport { id, priority, .. } = &self.0;
        let (id, outcome) = (quoted(py, id)?, self.outcome());
        Ok(format!("RuleReport(id={id}, priority={priority}, outcome='{outcome}')"))
    }
}

/// A test whose result is not the one that the rule requires. `str` returns a sentence that quotes
/// the message; `repr` shows only the length of the found value.
#[pyclass(frozen, eq, name = "Failure", module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Failure(core::Failure);

#[pymethods]
impl Failure {
    /// The attribute.
    #[getter]
    fn attribute(&self) -> &str {
        &self.0.attribute
    }

    /// The operator, such as `prefix`.
    #[getter]
    fn operator(&self) -> &str {
        self.0.operator
    }

    /// The value that the operator requires. If the test has no options, a string is shown as the
    /// rule contains it. If the test has options, the string is in quotes and the options are
    /// described in words, as in `the word "refund", without regard to case`. The choices of `in`
    /// are in quotes, separated by commas. A range has the form `gte 1 lt 5`. A value longer than
    /// 256 characters is truncated, with `…` before any options.
    #[getter]
    fn expected(&self) -> &str {
        &self.0.expected
    }

    /// The value of the attribute, or None if it is absent. A string is unchanged. The strings of a
    /// list are in quotes, separated by commas. A value longer than 256 characters is truncated and
    /// ends with `…`.
    #[getter]
    fn found(&self) -> Option<&str> {
        self.0.found.as_deref()
    }

    /// Whether the attribute has a type that the operator does not support.
    #[getter]
    fn wrong_type(&self) -> bool {
        self.0.wrong_type
    }

    /// Whether the test is negated by `not`.
    #[getter]
    fn negated(&self) -> bool {
        self.0.negated
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.to_string())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (attribute, expected) = (quoted(py, self.attribute())?, quoted(py, self.expected())?);
        let (operator, found) = (self.operator(), printed_length(self.found()));
        Ok(format!(
            "Failure(attribute={attribute}, operator='{operator}', expected={expected}, \
             found={found})"
        ))
    }
}
