//! `keyrail.route`: why a message went where it went, rule by rule. As text,
//! these quote what the message says; their printed forms do not.

use keyrail::route as core;
use pyo3::prelude::*;

use super::Decision;
use crate::boundary::plain;
use crate::quoted;
use crate::response::bytes;

/// Why a message went where it went. As text it is for a person to read, and
/// quotes the message: show it only to those who may read the message.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Explanation(pub(super) core::Explanation);

#[pymethods]
impl Explanation {
    /// What `route` decides.
    #[getter]
    fn decision(&self) -> Decision {
        Decision(self.0.decision.clone())
    }

    /// The first rules, in their order. The rule that won is always included, as the
    /// last one if it is not among the first.
    #[getter]
    fn rules(&self) -> Vec<RuleReport> {
        self.0.rules.iter().cloned().map(RuleReport).collect()
    }

    /// How many rules were left out.
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

/// The outcome of one rule. As text, a line for a person, which quotes the
/// message.
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

    /// Whether the rule chose the queue, and if not, why. `won`: it chose the queue; `matched`,
    /// but something else came before it; `failed`: its condition does not hold; `closed`: it
    /// holds, but not at this time; `in_session`: it holds, and does not interrupt the live
    /// session.
    #[getter]
    fn outcome(&self) -> &str {
        self.0.outcome.as_str()
    }

    /// If its condition does not hold, the first test that caused it.
    #[getter]
    fn failure(&self) -> Option<Failure> {
        self.0.failure.clone().map(Failure)
    }

    /// Whether its condition would hold if a single test had the opposite result.
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

/// A test without the result that the rule requires. `Display` is a sentence for a
/// person, which quotes the message; prints without what was found.
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

    /// What the operator requires: a string as it is; the choices of `in` in quotes, with
    /// commas between them; the bounds of a range as in `gte 1 lt 5`. It is cut after 256
    /// characters, with `…` after them. If the test has options, it says so in words, as in
    /// `the word "refund", without regard to case`.
    #[getter]
    fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What the message has: a string as it is, a list as its strings in quotes with commas
    /// between them; None if the attribute is absent. It is cut after 256 characters, with `…`
    /// after them.
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
        let (operator, found) = (self.operator(), bytes(self.found()));
        Ok(format!(
            "Failure(attribute={attribute}, operator='{operator}', expected={expected}, \
             found={found})"
        ))
    }
}
