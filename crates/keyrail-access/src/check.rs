//! The rules that every record must follow, whether it was read from JSON or produced by an
//! operation.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::Timestamp;
use keyrail_core::config::Id;

use crate::limit::limit_faults;
use crate::text::{MAX_ITEMS, check_name, is_metadata};
use crate::{
    Authority, Error, ErrorKind, KeyDigest, KeyRecord, MAX_DIGESTS_OF_ID, MAX_KEY_IDS, MAX_LIMITS,
};

/// Checks a record that results from an operation: whether it can be stored, and read again.
pub(crate) fn check(record: &KeyRecord) -> Result<(), Error> {
    check_counts(record)?;
    check_record_limits(record)?;
    let is_never_valid =
        is_never_valid(record.created_at(), record.not_before(), record.expires_at());
    let rules = [
        (record.authority() == Authority::Owner && record.owner().is_none(), ErrorKind::NoOwner),
        (
            has_too_many_digests(record.digests().iter().map(KeyDigest::key_id)),
            ErrorKind::TooManyDigests,
        ),
        (is_never_valid, ErrorKind::NeverValid),
        (
            !record.queues().unwrap_or_default().iter().all(|id| Id::is_valid(id)),
            ErrorKind::MalformedId,
        ),
        // A key may contain an id, or public parts in its mask, that are too long for a record.
        (
            !record.digests().iter().filter_map(KeyDigest::key_id).all(Id::is_valid),
            ErrorKind::MalformedId,
        ),
        (
            record.display().is_some_and(|mask| check_name::<String>(mask).is_err()),
            ErrorKind::MalformedName,
        ),
        (!is_metadata(record.metadata()), ErrorKind::MalformedMetadata),
        (has_duplicate_name(record.metadata()), ErrorKind::MalformedMetadata),
    ];
    match rules.into_iter().find(|(is_broken, _)| *is_broken) {
        Some((_, kind)) => Err(kind.into()),
        None => Ok(()),
    }
}

/// Checks the lengths of a record's lists. This is done first, so that no other check takes long.
pub(crate) fn check_counts(record: &KeyRecord) -> Result<(), Error> {
    let counts = [
        (record.operations().map(<[_]>::len), ErrorKind::NoOperation),
        (record.queues().map(<[_]>::len), ErrorKind::NoQueue),
        (record.allow_ips().map(<[_]>::len), ErrorKind::NoNetwork),
    ];
    if record.limits().len() > MAX_LIMITS {
        return Err(ErrorKind::TooManyLimits.into());
    }
    for (count, empty) in counts {
        if let Some(kind) = count.and_then(|count| check_count(count, empty)) {
            return Err(kind.into());
        }
    }
    Ok(())
}

fn check_record_limits(record: &KeyRecord) -> Result<(), Error> {
    let limits: Vec<_> = record.limits().iter().enumerate().collect();
    let (has_owner, has_organization) = (record.owner().is_some(), record.organization().is_some());
    match limit_faults(&limits, has_owner, has_organization).into_iter().next() {
        Some((_, _, kind)) => Err(kind.into()),
        None => Ok(()),
    }
}

/// Returns whether two members of the metadata, which is sorted, have the same name.
fn has_duplicate_name(metadata: &[(String, String)]) -> bool {
    let names = metadata.iter().map(|(name, _)| name);
    names.clone().zip(names.skip(1)).any(|(name, next)| name == next)
}

/// Returns metadata in the order of its names.
pub(crate) fn sorted(mut metadata: Vec<(String, String)>) -> Vec<(String, String)> {
    metadata.sort();
    metadata
}

/// Returns the error of a list with this number of items, if it is empty or too long.
pub(crate) fn check_count(count: usize, empty: ErrorKind) -> Option<ErrorKind> {
    match count {
        0 => Some(empty),
        1..=MAX_ITEMS => None,
        _ => Some(ErrorKind::TooManyItems),
    }
}

/// Returns whether a record has too many digests. `key_ids` contains the key id of each digest.
/// One or two digests without a key id count as one key id, three or four count as two, and so on.
pub(crate) fn has_too_many_digests<'a>(key_ids: impl Iterator<Item = Option<&'a str>>) -> bool {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut without_id = 0_usize;
    for id in key_ids {
        match id {
            Some(id) => *counts.entry(id).or_default() += 1,
            None => without_id += 1,
        }
    }
    let ids = counts.len() + without_id.div_ceil(MAX_DIGESTS_OF_ID);
    ids > MAX_KEY_IDS || counts.values().any(|count| *count > MAX_DIGESTS_OF_ID)
}

/// Returns whether a key with these times is never valid.
pub(crate) fn is_never_valid(
    created_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
    expires_at: Option<Timestamp>,
) -> bool {
    let start = created_at.max(not_before); // `None` is less than any time
    start.zip(expires_at).is_some_and(|(start, end)| end <= start)
}

/// Checks that a time was probably passed in milliseconds, not in seconds.
pub(crate) fn check_unit(time: Timestamp) -> Result<(), Error> {
    if time.seems_in_seconds() { Err(ErrorKind::TimeInSeconds.into()) } else { Ok(()) }
}
