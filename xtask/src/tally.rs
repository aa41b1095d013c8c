//! The test counts of one language.

/// The counts that one language's test runners reported.
#[derive(Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
    pub(crate) conformance: Option<u64>,
}
