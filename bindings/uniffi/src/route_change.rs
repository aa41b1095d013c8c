//! Changes and mismatches: which messages go another way than they did, or
//! than they must.

use keyrail::route::{Change, Mismatch};

use crate::decision::FfiRouteResult;

/// See [`Change`].
#[derive(Debug, uniffi::Record)]
pub struct FfiRouteChange {
    /// The place among the samples.
    pub sample: u64,
    /// What the old table decides.
    pub old: FfiRouteResult,
    /// What the new table decides.
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
    /// The place among the fixtures.
    pub fixture: u64,
    /// What was decided.
    pub found: FfiRouteResult,
}

impl From<Mismatch> for FfiRouteMismatch {
    fn from(mismatch: Mismatch) -> Self {
        Self { fixture: mismatch.fixture as u64, found: mismatch.found.into() }
    }
}
