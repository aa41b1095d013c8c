//! Changes and mismatches: the messages that two tables route differently, and those that are
//! not routed as expected.

use keyrail::route::{Change, Mismatch};

use crate::decision::FfiRouteResult;

/// See [`Change`].
#[derive(Debug, uniffi::Record)]
pub struct FfiRouteChange {
    /// The index of the message in the samples.
    pub sample: u64,
    /// The result of the old table.
    pub old: FfiRouteResult,
    /// The result of the new table.
    pub new: FfiRouteResult,
}

impl From<Change> for FfiRouteChange {
    fn from(change: Change) -> Self {
        Self { sample: change.sample as u64, old: change.old.into(), new: change.new.into() }
    }
}

/// See [`Mismatch`].
#[derive(Debug, uniffi::Record)]
pub struct FfiRouteMismatch {
    /// The index of the fixture in the list.
    pub fixture: u64,
    /// The actual result.
    pub found: FfiRouteResult,
}

impl From<Mismatch> for FfiRouteMismatch {
    fn from(mismatch: Mismatch) -> Self {
        Self { fixture: mismatch.fixture as u64, found: mismatch.found.into() }
    }
}
