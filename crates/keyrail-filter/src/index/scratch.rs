//! The buffers and intermediate results of an index query.

use alloc::vec::Vec;

use super::Buffers;
use super::scan::Scanned;
use crate::condition_set::Rank;
use crate::eval::EvalCache;
use crate::interner::{AtomId, FieldId};

/// The buffers that a decision needs. If they are reused from one message to the next, most
/// allocations are avoided once the buffers are large enough.
///
/// A decision does not depend on the previous use of the buffers. The same buffers can be used with
/// any table.
#[derive(Default)]
pub struct Scratch {
    pub(super) cache: EvalCache,
    /// The message's attributes that are tested by keys of the index. Each pair is the number that
    /// identifies the attribute, and its position in the message.
    pub(super) present: Vec<(u32, u32)>,
    /// The fields with atoms that the message makes true, or may make true.
    pub(super) active: Vec<Active>,
    /// For each field, by number, its position in `active` plus one, or zero if it is not
    /// active.
    active_of: Vec<u32>,
    pub(super) hits: Vec<AtomId>,
    pub(super) sorted: Vec<AtomId>,
    /// The postings of keys that consist of one atom.
    pub(super) single_postings: Vec<u32>,
    pub(super) buffers: Buffers,
    /// The results of scans of the message.
    pub(super) scanned: Vec<Scanned>,
    /// The rules that were found and must be evaluated.
    pub(super) candidates: Vec<Rank>,
}

/// A field, and its atoms that a message makes true: the hits from `start` to `end`.
///
/// If `end` is zero, the field has at most one such atom: the atom whose operand is the string of
/// the attribute at position `start`.
#[derive(Clone, Copy)]
pub(super) struct Active {
    pub(super) field: FieldId,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The number that one atom contributes to the hash of a key. The atom is the hit at `start`.
    /// If `end` is zero, it is the atom whose operand is the string of the attribute at `start`.
    pub(super) element: u64,
}

impl Active {
    pub(super) const NONE: Self = Self { field: 0, start: 0, end: 0, element: 0 };

    #[inline]
    pub(super) const fn is_text(&self) -> bool {
        self.end == 0
    }

    #[inline]
    pub(super) const fn choices(&self) -> u32 {
        if self.is_text() { 1 } else { self.end - self.start }
    }
}

impl Scratch {
    /// Creates empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn clear(&mut self, fields: usize) {
        self.cache.clear();
        self.present.clear();
        for active in &self.active {
            if let Some(position) = self.active_of.get_mut(active.field as usize) {
                *position = 0;
            }
        }
        self.active.clear();
        if self.active_of.len() < fields {
            self.active_of.resize(fields, 0);
        }
        self.hits.clear();
        self.scanned.clear();
        self.candidates.clear();
    }

    #[inline]
    pub(super) fn activate(&mut self, active: Active) {
        self.active.push(active);
        if let Some(position) = self.active_of.get_mut(active.field as usize) {
            *position = self.active.len() as u32;
        }
    }

    #[inline]
    pub(super) fn active_of(&self, field: FieldId) -> Option<&Active> {
        let position = self.active_of.get(field as usize)?.checked_sub(1)?;
        self.active.get(position as usize)
    }

    #[inline]
    pub(super) fn hit(&self, position: u32) -> AtomId {
        self.hits.get(position as usize).copied().unwrap_or_default()
    }
}

impl core::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}
