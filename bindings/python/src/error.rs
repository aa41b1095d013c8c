//! Creates the exceptions, whose classes are in `keyrail.errors`.
//!
//! The classes are written in Python, because a native class cannot be derived from an exception
//! under the stable ABI of Python 3.10.

use keyrail::access::Consumption;
use keyrail::{ConfigError, Error, Problem};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::{http, limit};

/// The error code of a panic, which is a defect in Keyrail.
const PANIC_CODE: &str = "internal.panic";

/// Returns the exception for an error of the core.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let class = match error {
        Error::Config(error) => return config_error(py, error),
        Error::Url(_) => "UrlError",
        Error::Key(_) => "KeyFormatError",
        Error::Header(_) => "HeaderError",
        Error::Denied(_) => "AccessDenied",
        Error::Route(_) | Error::Filter(_) => "RouteError",
        Error::Webhook(_) => "WebhookError",
        Error::Platform(_) => "PlatformError",
        Error::Value(error) if error.code().starts_with("header.") => "HeaderError",
        _ => "KeyrailError",
    };
    let raised = new(py, class, (error.to_string(), error.code(), error.offset()));
    let raised = match error.header() {
        Some(header) => with_header(py, raised, header),
        None => raised,
    };
    match error {
        Error::Header(error) => with_problem(py, raised, keyrail::header::problem(error)),
        Error::Denied(denial) => {
            let raised = with_problem(py, raised, denial.problem());
            match denial.consumption() {
                Some(consumption) => with_consumption(py, raised, consumption),
                None => raised,
            }
        }
        Error::Webhook(error) => with_problem(py, raised, keyrail::webhook::problem(error)),
        _ => raised,
    }
}

/// Returns `Ok` with the exception if it means that an item of a batch was rejected. The exception
/// then replaces the item in the results. Returns `Err` with any other exception, including the
/// exception of a panic.
pub(crate) fn item_error(py: Python<'_>, raised: PyErr) -> PyResult<PyErr> {
    let is_rejection = raised.value(py).is_instance(&class(py, "KeyrailError")?)?
        && raised.value(py).getattr(intern!(py, "code"))?.ne(PANIC_CODE)?;
    if is_rejection { Ok(raised) } else { Err(raised) }
}

/// Returns the exception for a rejected request, with the problem for the response.
pub(crate) fn rejection(py: Python<'_>, class: &str, problem: Problem, offset: usize) -> PyErr {
    let raised = new(py, class, (problem.detail(), problem.code(), Some(offset)));
    with_problem(py, raised, problem)
}

/// Returns the exception for an argument that cannot be converted to a type of the core.
pub(crate) fn invalid_argument(py: Python<'_>, class: &str, code: &str, message: &str) -> PyErr {
    new(py, class, (message, code, None::<usize>))
}

/// Returns the exception for a panic, which is a defect in Keyrail.
pub(crate) fn panicked(py: Python<'_>, location: Option<String>) -> PyErr {
    let location = location.unwrap_or_else(|| "an unknown place".into());
    let message = format!("an internal error occurred in Keyrail at {location}: please report it");
    invalid_argument(py, "KeyrailError", PANIC_CODE, &message)
}

/// Returns the error for an attempt to pickle or copy an object that contains a secret.
pub(crate) fn unpicklable() -> PyResult<()> {
    Err(PyTypeError::new_err("an object that contains a secret cannot be pickled or copied"))
}

/// Sets the `header` of an exception: the name of the header that the error concerns.
pub(crate) fn with_header(py: Python<'_>, raised: PyErr, header: &str) -> PyErr {
    let result = raised.value(py).setattr(intern!(py, "header"), header);
    result.map_or_else(|failed| failed, |()| raised)
}

/// Adds the problem for the response to an exception.
fn with_problem(py: Python<'_>, raised: PyErr, problem: Problem) -> PyErr {
    let result = raised.value(py).setattr(intern!(py, "_problem"), http::Problem(problem));
    result.map_or_else(|failed| failed, |()| raised)
}

/// Adds the states of the key's limits to an exception.
fn with_consumption(py: Python<'_>, raised: PyErr, consumption: &Consumption) -> PyErr {
    let consumption = limit::Consumption(consumption.clone());
    let result = raised.value(py).setattr(intern!(py, "consumption"), consumption);
    result.map_or_else(|failed| failed, |()| raised)
}

fn config_error(py: Python<'_>, error: &ConfigError) -> PyErr {
    let faults = error
        .faults()
        .iter()
        .map(|fault| class(py, "Fault")?.call1((fault.code(), fault.pointer(), fault.message())))
        .collect::<PyResult<Vec<_>>>();
    match faults {
        Ok(faults) => {
            new(py, "ConfigError", (error.to_string(), error.code(), error.offset(), faults))
        }
        Err(failed) => failed,
    }
}

/// Returns a new exception of a class in `keyrail.errors`. If it cannot be created, returns the
/// error of that attempt.
fn new<'py>(
    py: Python<'py>,
    name: &str,
    arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
) -> PyErr {
    let object = class(py, name).and_then(|class| class.call1(arguments.into_pyobject(py)?));
    object.map_or_else(|failed| failed, PyErr::from_value)
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("keyrail.errors")?.getattr(name)
}
