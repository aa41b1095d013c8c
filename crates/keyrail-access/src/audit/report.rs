//! Reports: what the verification of an audit log found.

use core::fmt;

use keyrail_core::Kind as _;

use super::Checkpoint;

keyrail_core::error_kinds! {
    /// The kinds of faults of an audit log.
    ///
    /// `Display` writes a message for people.
    #[derive(Copy)]
    pub enum AuditFaultKind {
        /// The entry belongs to the chain of another writer.
        Writer = "access.audit_writer", "this entry belongs to the chain of another writer";
        /// Entries before this one are missing.
        Missing = "access.audit_missing", "entries were removed before this one";
        /// The entry is out of order, or occurs twice.
        Order = "access.audit_order", "this entry is out of order, or occurs twice";
        /// The chain does not have the entry's HMAC key.
        Key = "access.audit_key", "the HMAC key of this entry is not among those of the chain: add it";
        /// The entry was changed, or its authentication code (HMAC) was computed with another key.
        Changed = "access.audit_changed", "this entry was changed";
        /// The entry is genuine, but it was appended after a different entry than the one that
        /// precedes it now.
        Link = "access.audit_link", "this entry does not continue the entry before it";
        /// The payload does not match the commitment.
        Payload = "access.audit_payload", "the payload of this entry was changed";
        /// The chain ends before the checkpoint that it should reach.
        Truncated = "access.audit_truncated", "entries were removed from the end";
        /// The chain does not contain the checkpoint that it should reach.
        Checkpoint = "access.audit_checkpoint", "the log does not pass through the checkpoint";
    }
}

/// The first fault that the verification of an audit log found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditFault {
    pub(super) kind: AuditFaultKind,
    pub(super) index: usize,
    pub(super) number: u64,
}

impl AuditFault {
    /// Returns the kind of the fault.
    pub const fn kind(&self) -> AuditFaultKind {
        self.kind
    }

    /// Returns the stable, dotted code.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Returns the index of the faulty entry among the passed entries. If entries are missing at
    /// the end, returns the number of passed entries.
    pub const fn index(&self) -> usize {
        self.index
    }

    /// Returns the number of the entry that was expected at this index.
    pub const fn number(&self) -> u64 {
        self.number
    }
}

impl fmt::Display for AuditFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry {}: {}", self.number, self.kind)
    }
}

impl core::error::Error for AuditFault {}

/// What the verification of an audit log found: how far the log is intact, and the first fault.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a log may be faulty"]
pub struct AuditReport {
    pub(super) checkpoint: Checkpoint,
    pub(super) erased: usize,
    pub(super) fault: Option<AuditFault>,
}

impl AuditReport {
    /// Returns whether no fault was found.
    pub const fn is_intact(&self) -> bool {
        self.fault.is_none()
    }

    /// Returns the checkpoint after the last intact entry. The next verification can start from it.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Returns the number of intact entries whose payload was erased.
    pub const fn erased(&self) -> usize {
        self.erased
    }

    /// Returns the first fault, if there is one.
    pub const fn fault(&self) -> Option<&AuditFault> {
        self.fault.as_ref()
    }
}
