//! Counts the bytes that are read. Tests use this count to check that the running time is linear in
//! the length of the text.

extern crate std;

use core::cell::Cell;

std::thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

pub(crate) fn count() {
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

/// Returns the number of bytes that are read while `work` runs.
pub(crate) fn of(work: impl FnOnce()) -> u64 {
    let start = STEPS.with(Cell::get);
    work();
    STEPS.with(Cell::get) - start
}
