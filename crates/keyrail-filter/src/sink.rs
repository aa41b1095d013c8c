//! Collects the faults of values that are built in Rust code rather than read from a JSON document:
//! see `build`. An exact sink gives each fault the pointer that it would have in a JSON document. A
//! quick sink records no pointers.

use alloc::vec::Vec;

use keyrail_core::config::{Faults, Id, MemberState};

/// The faults of a value that Rust code builds.
pub struct Sink<'f> {
    pub faults: &'f Faults,
    /// Whether the JSON Pointer of each fault is recorded.
    has_pointers: bool,
}

impl<'f> Sink<'f> {
    /// Creates a sink that does not record the pointers of faults. It is faster than an
    /// [`exact`](Self::exact) sink, and shows whether there is any fault. If there is one, the
    /// value can be read again with an exact sink.
    pub const fn quick(faults: &'f Faults) -> Self {
        Self { faults, has_pointers: false }
    }

    pub const fn exact(faults: &'f Faults) -> Self {
        Self { faults, has_pointers: true }
    }

    pub fn at<T>(&self, member: &str, read: impl FnOnce() -> T) -> T {
        if self.has_pointers { self.faults.at_member(member, read) } else { read() }
    }

    pub fn at_index<T>(&self, index: usize, read: impl FnOnce() -> T) -> T {
        if self.has_pointers { self.faults.at_index(index, read) } else { read() }
    }

    /// Reads a member and returns its state.
    pub fn member<T>(
        &self,
        member: &str,
        read: impl FnOnce(&Faults) -> Option<T>,
    ) -> MemberState<T> {
        let mut slot = MemberState::Absent;
        slot.set(self.at(member, || read(self.faults)));
        slot
    }

    /// Reads an optional member and returns its state.
    pub fn optional<T, U>(
        &self,
        member: &str,
        value: Option<T>,
        read: impl FnOnce(T, &Faults) -> Option<U>,
    ) -> MemberState<U> {
        value.map_or(MemberState::Absent, |value| self.member(member, |faults| read(value, faults)))
    }

    pub fn id(&self, member: &str, id: &str) -> MemberState<Id> {
        self.member(member, |faults| Id::checked(id, faults))
    }

    pub fn optional_id(&self, member: &str, id: Option<&str>) -> MemberState<Id> {
        self.optional(member, id, Id::checked)
    }

    /// Reads each item of a list, and returns the items that were read. If pointers are recorded,
    /// the pointer of each fault contains the index of its item.
    pub fn each<T, U>(&self, items: &[T], read: impl Fn(&T) -> Option<U>) -> Vec<U> {
        let items = items.iter().enumerate();
        items.filter_map(|(index, item)| self.at_index(index, || read(item))).collect()
    }
}
