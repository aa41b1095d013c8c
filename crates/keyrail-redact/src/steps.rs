//! Counts how often a byte is looked at, for the tests of how work grows.

extern crate std;

use core::cell::Cell;

std::thread_local! {
    static STEPS: Cell<u64> = const { Cell::new(0) };
}

pub(crate) fn count() {
    STEPS.with(|steps| steps.set(steps.get() + 1));
}

/// How many bytes are looked at while this runs.
pub(crate) fn of(work: impl FnOnce()) -> u64 {
    let start = STEPS.with(Cell::get);
    work();
    STEPS.with(Cell::get) - start
}
