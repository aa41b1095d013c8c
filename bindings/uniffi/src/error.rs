//! The one error type, from which the Swift and Kotlin APIs create their errors.

use std::fmt;
use std::sync::Arc;

use keyrail::header::problem;
use keyrail::{ConfigError, Error, Fault, Problem};

use crate::limit::FfiConsumption;

/// An error, with everything that the Swift and Kotlin APIs report about it.
///
/// It is an enum, although it has a single variant: UniFFI can pass all fields of an error to Swift
/// and Kotlin in one call, but only if the error is an enum whose variants have fields.
#[derive(Debug, uniffi::Error)]
pub enum FfiError {
    /// An error of the core.
    Failure {
        /// The stable, dotted code.
        code: String,
        /// The offset in the input, in bytes; absent if it is 4 GiB or more.
        offset: Option<u32>,
        /// The name of the header concerned, as the scheme spells it.
        header: Option<String>,
        /// A sentence that describes the error to people. It is not called `message`, because
        /// Kotlin's exceptions already have a property of that name.
        text: String,
        /// The faults of a configuration; empty for every other error.
        faults: Vec<FfiFault>,
        /// The problem to answer the request with, if a request was rejected.
        problem: Option<Arc<FfiProblem>>,
        /// The outcome of the key's limits, if a request was denied because of one of them.
        consumption: Option<Box<FfiConsumption>>,
    },
}

impl fmt::Display for FfiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Failure { text, .. } = self;
        f.write_str(text)
    }
}

/// One fault of a configuration.
#[derive(Debug, uniffi::Record)]
pub struct FfiFault {
    /// The stable, dotted code.
    pub code: String,
    /// The location of the fault, as a JSON Pointer.
    pub pointer: String,
    /// A sentence that describes the error to people.
    pub text: String,
}

impl From<&Fault> for FfiFault {
    fn from(fault: &Fault) -> Self {
        Self {
            code: fault.code().into(),
            pointer: fault.pointer().into(),
            text: fault.message().into(),
        }
    }
}

/// See [`Problem`].
#[derive(Debug, uniffi::Object)]
pub struct FfiProblem(pub(crate) Problem);

impl FfiProblem {
    /// Returns the problem to answer a request with, or `None` if the error is not the reason for
    /// rejecting a request.
    pub(crate) fn of(error: &Error) -> Option<Arc<Self>> {
        let problem = match error {
            Error::Header(error) => problem(error),
            Error::Denied(denial) => denial.problem(),
            Error::Webhook(error) => keyrail::webhook::problem(error),
            _ => return None,
        };
        Some(Arc::new(Self(problem)))
    }
}

impl FfiError {
    /// Returns the error for an argument that cannot be converted to a type of the core.
    pub(crate) fn of_argument(code: &str, text: &str) -> Self {
        Self::Failure {
            code: code.into(),
            offset: None,
            header: None,
            text: text.into(),
            faults: Vec::new(),
            problem: None,
            consumption: None,
        }
    }
}

impl<E: Into<Error>> From<E> for FfiError {
    fn from(error: E) -> Self {
        let error = error.into();
        let faults = match &error {
            Error::Config(config) => faults(config),
            _ => Vec::new(),
        };
        let consumption = match &error {
            Error::Denied(denial) => denial.consumption().map(|outcome| Box::new(outcome.into())),
            _ => None,
        };
        Self::Failure {
            code: error.code().into(),
            offset: error.offset().and_then(|offset| u32::try_from(offset).ok()),
            header: error.header().map(Into::into),
            text: error.to_string(),
            faults,
            problem: FfiProblem::of(&error),
            consumption,
        }
    }
}

fn faults(error: &ConfigError) -> Vec<FfiFault> {
    error.faults().iter().map(FfiFault::from).collect()
}

#[cfg(test)]
mod tests {
    use super::FfiError;

    #[test]
    fn an_error_keeps_its_code_offset_and_message() {
        let error = keyrail::url::decode("100%").unwrap_err();
        let FfiError::Failure { code, offset, header, text, faults, problem, .. } =
            FfiError::from(error.clone());
        assert_eq!((code.as_str(), offset), ("url.malformed_escape", Some(3)));
        assert_eq!(text, error.to_string());
        assert!(faults.is_empty() && problem.is_none() && header.is_none());
    }

    #[test]
    fn the_error_of_a_rejected_request_has_a_problem() {
        let none: [(&str, &str); 0] = [];
        let error = keyrail::header::Scheme::bearer().extract(&none).unwrap_err();
        let FfiError::Failure { problem, header, .. } = FfiError::from(error);
        assert_eq!(header.as_deref(), Some("Authorization"));
        let problem = problem.unwrap();
        assert_eq!((problem.status(), problem.code().as_str()), (401, "header.missing"));
    }

    #[test]
    fn the_error_of_a_configuration_lists_its_faults() {
        let error = keyrail::route::RouteTable::from_json(r#"{"qeues": []}"#).unwrap_err();
        let FfiError::Failure { code, faults, .. } = FfiError::from(error.clone());
        assert_eq!(code, error.code());
        let pointers = faults.iter().map(|fault| (fault.code.as_str(), fault.pointer.as_str()));
        let expected = error.faults().iter().map(|fault| (fault.code(), fault.pointer()));
        assert!(pointers.eq(expected));
    }
}
