//! The boundary between Python and the core. Calls into the core that may fail or take long are made
//! here, and an error or a panic of the core becomes a Python exception. Simple getters call the
//! core directly.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use pyo3::prelude::*;

use crate::error;

thread_local! {
    /// The source location of this thread's last panic.
    static PANIC_LOCATION: Cell<Option<String>> = const { Cell::new(None) };
}

/// Calls `work`, which may fail.
#[inline]
pub(crate) fn call<T, E: Into<keyrail::Error>>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, E>,
) -> PyResult<T> {
    to_py_result(py, catch_unwind(AssertUnwindSafe(work)))
}

/// Calls `work`, which may fail, without the GIL, so that other threads run meanwhile.
pub(crate) fn call_detached<T: Send, E: Into<keyrail::Error> + Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> PyResult<T> {
    to_py_result(py, py.detach(|| catch_unwind(AssertUnwindSafe(work))))
}

/// The number of bytes of input above which the GIL is released. Most calls with shorter input take
/// a few microseconds, so releasing the GIL is not worthwhile for them.
const GIL_THRESHOLD: usize = 8 * 1024;

/// Calls `work`, which may fail, without the GIL if `length` is above [`GIL_THRESHOLD`].
#[inline]
pub(crate) fn call_sized<T: Send, E: Into<keyrail::Error> + Send>(
    py: Python<'_>,
    length: usize,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> PyResult<T> {
    if length > GIL_THRESHOLD { call_detached(py, work) } else { call(py, work) }
}

/// Calls `work`, which cannot fail, without the GIL if `length` is above [`GIL_THRESHOLD`].
#[inline]
pub(crate) fn plain_sized<T: Send>(
    py: Python<'_>,
    length: usize,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    call_sized(py, length, || Ok::<_, keyrail::Error>(work()))
}

/// Calls `work`, which cannot fail.
#[inline]
pub(crate) fn plain<T>(py: Python<'_>, work: impl FnOnce() -> T) -> PyResult<T> {
    call(py, || Ok::<_, keyrail::Error>(work()))
}

/// Calls `work`, which cannot fail, without the GIL, so that other threads run meanwhile.
pub(crate) fn plain_detached<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    call_detached(py, || Ok::<_, keyrail::Error>(work()))
}

/// Converts an error or a panic to a Python exception.
#[inline]
fn to_py_result<T, E: Into<keyrail::Error>>(
    py: Python<'_>,
    outcome: thread::Result<Result<T, E>>,
) -> PyResult<T> {
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(error)) => Err(error::exception(py, &error.into())),
        Err(_) => Err(error::panicked(py, PANIC_LOCATION.take())),
    }
}

/// Installs a panic hook that records the panic's location for the exception. The hook prints
/// nothing, because a panic's message could contain a secret. The module has its own copy of the
/// standard library, so the hook does not affect other modules.
pub(crate) fn install_panic_hook() {
    std::panic::set_hook(Box::new(|panic| {
        let location = panic.location().map(|it| format!("{}:{}", it.file(), it.line()));
        PANIC_LOCATION.set(location);
    }));
}
