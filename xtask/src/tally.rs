//! Tallies: what one language's tests came to.

/// What one language's runners said.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    pub(crate) conformance: Option<u64>,
}
