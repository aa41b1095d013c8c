//! Exceptions: the classes of `keyrail.errors`, raised from here.
//!
//! They are Python classes, because a native class cannot extend an exception
//! under the stable ABI of Python 3.10.

use keyrail::{ConfigError, Error, Problem};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

use crate::http;

/// The code of a defect of Keyrail itself.
const PANIC: &str = "internal.panic";

/// The exception for an error of the core.
pub(crate) fn of(py: Python<'_>, error: &Error) -> PyErr {
    let class = match error {
        Error::Config(refused) => return config(py, refused),
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
    let made = make(py, class, (error.to_string(), error.code(), error.offset()));
    let made = match error.header() {
        Some(header) => in_header(py, made, header),
        None => made,
    };
    match error {
        Error::Header(error) => with_problem(py, made, keyrail::header::problem(error)),
        Error::Denied(denial) => with_problem(py, made, denial.problem()),
        Error::Webhook(error) => with_problem(py, made, keyrail::webhook::problem(error)),
        _ => made,
    }
}

/// Why an item of a batch is rejected, to take its place. Whatever
/// else was raised is raised on, a defect of Keyrail's own among it.
pub(crate) fn of_item(py: Python<'_>, failed: PyErr) -> PyResult<PyErr> {
    let is_refusal = failed.value(py).is_instance(&class(py, "KeyrailError")?)?
        && failed.value(py).getattr(intern!(py, "code"))?.ne(PANIC)?;
    if is_refusal { Ok(failed) } else { Err(failed) }
}

/// The exception for a request that is rejected, with what to answer.
pub(crate) fn refusal(py: Python<'_>, class: &str, problem: Problem, offset: usize) -> PyErr {
    let made = make(py, class, (problem.detail(), problem.code(), Some(offset)));
    with_problem(py, made, problem)
}

/// The exception for an argument that cannot even be handed to the core.
pub(crate) fn argument(py: Python<'_>, class: &str, code: &str, message: &str) -> PyErr {
    make(py, class, (message, code, None::<usize>))
}

/// The exception for a panic, which is a defect of Keyrail itself.
pub(crate) fn panicked(py: Python<'_>, place: Option<String>) -> PyErr {
    let place = place.unwrap_or_else(|| "an unknown place".into());
    let message = format!("Keyrail met a defect of its own at {place}: please report it");
    argument(py, "KeyrailError", PANIC, &message)
}

/// What pickling and copying of an object that holds a secret come to.
pub(crate) fn unpicklable() -> PyResult<()> {
    Err(PyTypeError::new_err("an object that holds a secret is neither pickled nor copied"))
}

/// The same exception with the name of the header that is meant.
pub(crate) fn in_header(py: Python<'_>, made: PyErr, header: &str) -> PyErr {
    let kept = made.value(py).setattr(intern!(py, "header"), header);
    kept.map_or_else(|failed| failed, |()| made)
}

fn with_problem(py: Python<'_>, made: PyErr, problem: Problem) -> PyErr {
    let kept = made.value(py).setattr(intern!(py, "_problem"), http::Problem(problem));
    kept.map_or_else(|failed| failed, |()| made)
}

fn config(py: Python<'_>, error: &ConfigError) -> PyErr {
    let faults = error
        .faults()
        .iter()
        .map(|fault| class(py, "Fault")?.call1((fault.code(), fault.pointer(), fault.message())))
        .collect::<PyResult<Vec<_>>>();
    match faults {
        Ok(faults) => {
            make(py, "ConfigError", (error.to_string(), error.code(), error.offset(), faults))
        }
        Err(failed) => failed,
    }
}

fn make<'py>(
    py: Python<'py>,
    name: &str,
    arguments: impl IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>, Error = PyErr>,
) -> PyErr {
    let made = class(py, name).and_then(|class| class.call1(arguments.into_pyobject(py)?));
    made.map_or_else(|failed| failed, PyErr::from_value)
}

fn class<'py>(py: Python<'py>, name: &str) -> PyResult<Bound<'py, PyAny>> {
    py.import("keyrail.errors")?.getattr(name)
}
