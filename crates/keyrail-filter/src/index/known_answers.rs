//! If a message needs many tests of strings, takes their results from scans instead of making the
//! tests one by one.

use alloc::vec::Vec;

use super::scan::{Scan, Scanned, is_scanned};
use super::{Buffers, Index};
use crate::attributes::ValueRef;
use crate::condition_set::{ConditionSet, Rank};
use crate::eval::{KnownAnswers, Texts};
use crate::interner::{AtomId, Field, FieldId};
use crate::normalization::Normalization;

/// The number of tests that are made one by one before the scans of the index are
/// used.
const FEW_TESTS: usize = 8;
/// A scan is built for a message only after single tests have read at least this many bytes.
const FEW_BYTES: usize = 1 << 20;
/// For each byte of its operands, building a scan takes about as long as testing this many bytes.
const BUILD_COST: usize = 128;

/// Answers tests from the scans of the index. If the index has no scan for a test, a scan of the
/// candidates' tests is built. It is built as soon as running tests one by one has taken as long as
/// building the scan would. So the total time is at most about twice the time of the faster way.
pub(super) struct Scans<'s> {
    index: &'s Index,
    conditions: &'s ConditionSet,
    /// The rules that may be evaluated.
    candidates: &'s [Rank],
    scanned: &'s mut Vec<Scanned>,
    buffers: &'s mut Buffers,
    /// The number of tests that were needed before the index's scan for them was run.
    unscanned_tests: usize,
    built: Vec<BuiltScan>,
    /// The number of bytes that single tests have read since the last scan was built, and the
    /// number above which building another scan is considered.
    tested_bytes: usize,
    allowed_bytes: usize,
}

/// A scan that was built for one message.
struct BuiltScan {
    tested: (u32, Normalization),
    scan: Scan,
    scanned: Scanned,
}

impl<'s> Scans<'s> {
    pub(super) fn new(
        index: &'s Index,
        conditions: &'s ConditionSet,
        candidates: &'s [Rank],
        (scanned, buffers): (&'s mut Vec<Scanned>, &'s mut Buffers),
    ) -> Self {
        let (built, allowed_bytes) = (Vec::new(), FEW_BYTES);
        Self {
            index,
            conditions,
            candidates,
            scanned,
            buffers,
            unscanned_tests: 0,
            built,
            tested_bytes: 0,
            allowed_bytes,
        }
    }

    /// Returns the answer of a scan that was built for this message, or `None` if there is no such
    /// scan. Builds the scan first if testing the strings one by one has taken long enough.
    fn answer_from_built_scan(
        &mut self,
        atom: AtomId,
        field: Field,
        value: ValueRef<'_>,
        texts: &mut Texts,
    ) -> Option<bool> {
        let tested = (field.attribute, field.normalization);
        if let Some(built) = self.built.iter().find(|built| built.tested == tested) {
            return built.scan.answer(&built.scanned, atom);
        }
        self.tested_bytes = self.tested_bytes.saturating_add(length(value));
        if self.tested_bytes <= self.allowed_bytes {
            return None;
        }
        let (atoms, bytes) = self.tests_of(tested);
        self.allowed_bytes =
            bytes.saturating_mul(BUILD_COST).max(self.allowed_bytes.saturating_mul(2));
        if self.tested_bytes < bytes.saturating_mul(BUILD_COST) {
            return None;
        }
        let scan = Scan::new(atoms, &self.conditions.interner)?;
        let scanned = self.scan(&scan, 0, field, value, texts)?;
        let answer = scan.answer(&scanned, atom);
        self.built.push(BuiltScan { tested, scan, scanned });
        self.tested_bytes = 0;
        answer
    }

    /// Returns the tests of an attribute that the candidates make, and the total length
    /// of their operands in bytes.
    fn tests_of(&self, tested: (u32, Normalization)) -> (Vec<AtomId>, usize) {
        let (interner, mut atoms, mut bytes) = (&self.conditions.interner, Vec::new(), 0);
        for rank in self.candidates {
            let _ = self.conditions.program(*rank).each_atom(&mut |id| {
                let Some(atom) = interner.atom(id) else { return };
                let Some(Field { attribute, kind, normalization }) = interner.field(atom.field)
                else {
                    return;
                };
                if (attribute, normalization) == tested && is_scanned(kind) {
                    bytes += atom.operand.len() + 1;
                    atoms.push(id);
                }
            });
        }
        (atoms, bytes)
    }

    fn scan(
        &mut self,
        scan: &Scan,
        number: u32,
        field: Field,
        value: ValueRef<'_>,
        texts: &mut Texts,
    ) -> Option<Scanned> {
        let interner = &self.conditions.interner;
        Some(match value {
            ValueRef::Text(text) if field.normalization.is_plain() => {
                scan.run(number, core::iter::once(text), interner, self.buffers)
            }
            ValueRef::List(list) if field.normalization.is_plain() => {
                scan.run(number, list.iter(), interner, self.buffers)
            }
            ValueRef::Text(_) | ValueRef::List(_) => {
                let parts = texts.of(field.attribute, field.normalization, value);
                scan.run(number, texts.get(parts), interner, self.buffers)
            }
            ValueRef::Number(_) | ValueRef::Boolean(_) => return None,
        })
    }
}

impl KnownAnswers for Scans<'_> {
    fn answer(
        &mut self,
        (atom, field_id): (AtomId, FieldId),
        field: Field,
        value: ValueRef<'_>,
        texts: &mut Texts,
    ) -> Option<bool> {
        let number = *self.index.scan_of.get(field_id as usize)?;
        let index = self.index;
        let Some(scan) = index.scans.get(number as usize) else {
            return self.answer_from_built_scan(atom, field, value, texts);
        };
        if let Some(scanned) = self.scanned.iter().find(|scanned| scanned.scan == number) {
            // A rule that shares its key with no other rule, or with only a few, may make a test
            // that the scan does not contain.
            let answer = scan.answer(scanned, atom);
            return answer.or_else(|| self.answer_from_built_scan(atom, field, value, texts));
        }
        self.unscanned_tests += 1;
        if self.unscanned_tests <= FEW_TESTS {
            return None;
        }
        let scanned = self.scan(scan, number, field, value, texts)?;
        let answer = scan.answer(&scanned, atom);
        self.scanned.push(scanned);
        answer
    }
}

/// Returns the maximum number of bytes that one test reads.
fn length(value: ValueRef<'_>) -> usize {
    match value {
        ValueRef::Text(text) => text.len(),
        ValueRef::List(texts) => texts.iter().map(|text| text.len() + 1).sum(),
        ValueRef::Number(_) | ValueRef::Boolean(_) => 0,
    }
}
