//! The buffers of an index query, and what it finds on the way.

use alloc::vec::Vec;

use super::Buffers;
use super::scan::Scanned;
use crate::condition_set::Rank;
use crate::eval::EvalCache;
use crate::interner::{AtomId, FieldId};

/// The buffers that deciding needs. Reused from one message to the next, they avoid
/// every allocation once they have grown to what the messages need.
///
/// They carry nothing over from one decision to another, and work with any
/// table.
#[derive(Default)]
pub struct Scratch {
    pub(super) cache: EvalCache,
    /// The attributes of the message that keys are over: number, and place in
    /// the message.
    pub(super) present: Vec<(u32, u32)>,
    /// The fields in which the message makes atoms true, or may.
    pub(super) active: Vec<Active>,
    /// Of each field, by number, where it is among these, counted from
    /// one; zero, if it does not.
    active_of: Vec<u32>,
    pub(super) hits: Vec<AtomId>,
    pub(super) sorted: Vec<AtomId>,
    /// Postings of atoms alone.
    pub(super) alone: Vec<u32>,
    pub(super) buffers: Buffers,
    /// What scans said of the message.
    pub(super) scanned: Vec<Scanned>,
    /// The rules that were found and must be evaluated.
    pub(super) candidates: Vec<Rank>,
}

/// A field, and the atoms of it that a message makes true: the hits from
/// `start` to `end`; or, if `end` is zero, that of the text of the attribute at
/// the place `start`, if there is such an atom.
#[derive(Clone, Copy)]
pub(super) struct Active {
    pub(super) field: FieldId,
    pub(super) start: u32,
    pub(super) end: u32,
    /// What the hash of a key is made of, if it is one atom.
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
    /// Creates an empty buffer.
    pub fn new() -> Self {
        Self::default()
    }

    pub(super) fn clear(&mut self, fields: usize) {
        self.cache.clear();
        self.present.clear();
        for active in &self.active {
            if let Some(place) = self.active_of.get_mut(active.field as usize) {
                *place = 0;
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
        if let Some(place) = self.active_of.get_mut(active.field as usize) {
            *place = self.active.len() as u32;
        }
    }

    #[inline]
    pub(super) fn active_of(&self, field: FieldId) -> Option<&Active> {
        let place = self.active_of.get(field as usize)?.checked_sub(1)?;
        self.active.get(place as usize)
    }

    #[inline]
    pub(super) fn hit(&self, place: u32) -> AtomId {
        self.hits.get(place as usize).copied().unwrap_or_default()
    }
}

impl core::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Scratch").finish_non_exhaustive()
    }
}
