//! The boundary: every call into the core goes through here, and whatever
//! comes back, an error or even a panic, becomes an ordinary exception.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;

use pyo3::prelude::*;

use crate::error;

thread_local! {
    /// Where this thread's last panic began.
    static PLACE: Cell<Option<String>> = const { Cell::new(None) };
}

/// A call that may fail.
#[inline]
pub(crate) fn call<T, E: Into<keyrail::Error>>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, E>,
) -> PyResult<T> {
    settle(py, catch_unwind(AssertUnwindSafe(work)))
}

/// A call that may fail and takes long: other threads run meanwhile.
pub(crate) fn call_detached<T: Send, E: Into<keyrail::Error> + Send>(
    py: Python<'_>,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> PyResult<T> {
    settle(py, py.detach(|| catch_unwind(AssertUnwindSafe(work))))
}

/// The number of bytes above which the GIL is released: work on them takes more than
/// about 20 us.
pub(crate) const LONG: usize = 8 * 1024;

/// Calls `work`, which may fail, and releases the GIL if `length` is above [`LONG`].
#[inline]
pub(crate) fn call_sized<T: Send, E: Into<keyrail::Error> + Send>(
    py: Python<'_>,
    length: usize,
    work: impl FnOnce() -> Result<T, E> + Send,
) -> PyResult<T> {
    if length > LONG { call_detached(py, work) } else { call(py, work) }
}

/// A call that cannot fail, on so many bytes.
#[inline]
pub(crate) fn plain_sized<T: Send>(
    py: Python<'_>,
    length: usize,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    call_sized(py, length, || Ok::<_, keyrail::Error>(work()))
}

/// A call that cannot fail.
#[inline]
pub(crate) fn plain<T>(py: Python<'_>, work: impl FnOnce() -> T) -> PyResult<T> {
    call(py, || Ok::<_, keyrail::Error>(work()))
}

/// A call that cannot fail and takes long: other threads run meanwhile.
pub(crate) fn plain_detached<T: Send>(
    py: Python<'_>,
    work: impl FnOnce() -> T + Send,
) -> PyResult<T> {
    call_detached(py, || Ok::<_, keyrail::Error>(work()))
}

#[inline]
fn settle<T, E: Into<keyrail::Error>>(
    py: Python<'_>,
    outcome: thread::Result<Result<T, E>>,
) -> PyResult<T> {
    match outcome {
        Ok(Ok(value)) => Ok(value),
        Ok(Err(refused)) => Err(error::of(py, &refused.into())),
        Err(_) => Err(error::panicked(py, PLACE.take())),
    }
}

/// Keeps panics off the standard error stream: their text is nobody's to see,
/// and their place goes into the exception. A hook is this library's own and
/// touches no other's.
pub(crate) fn quiet_panics() {
    std::panic::set_hook(Box::new(|panic| {
        PLACE.set(panic.location().map(|at| format!("{}:{}", at.file(), at.line())));
    }));
}
