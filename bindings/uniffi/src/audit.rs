//! The audit log: chains, entries and checkpoints.

use std::sync::Arc;

use keyrail::access::{AuditChain, AuditEntry, AuditFault, AuditReport, Checkpoint};

use crate::error::FfiError;
use crate::secret::FfiSecret;

/// See [`Checkpoint`].
#[derive(Debug, uniffi::Object)]
pub struct FfiCheckpoint(Checkpoint);

/// The members of a [`Checkpoint`], passed together in one buffer.
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiCheckpointMembers {
    pub text: String,
    pub writer: String,
    pub number: u64,
}

#[uniffi::export]
impl FfiCheckpoint {
    /// Parses a checkpoint.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Checkpoint::parse(text)?))
    }

    /// Returns the checkpoint before the first entry of a writer's chain.
    #[uniffi::constructor]
    pub fn start(writer: &str) -> Result<Self, FfiError> {
        Ok(Self(Checkpoint::start(writer)?))
    }

    /// Returns the members of the checkpoint.
    pub fn members(&self) -> FfiCheckpointMembers {
        FfiCheckpointMembers {
            text: self.0.to_string(),
            writer: self.0.writer().into(),
            number: self.0.number(),
        }
    }
}

/// The members of an [`AuditEntry`], passed together in one buffer.
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiAuditEntryMembers {
    pub writer: String,
    pub number: u64,
    pub key_id: String,
    pub payload: Option<String>,
}

/// See [`AuditEntry`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Eq)]
pub struct FfiAuditEntry(AuditEntry);

#[uniffi::export]
impl FfiAuditEntry {
    /// Reads an entry from JSON.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(AuditEntry::from_json(text)?))
    }

    /// Returns the members of the entry.
    pub fn members(&self) -> FfiAuditEntryMembers {
        FfiAuditEntryMembers {
            writer: self.0.writer().into(),
            number: self.0.number(),
            key_id: self.0.key_id().into(),
            payload: self.0.payload().map(Into::into),
        }
    }

    /// Returns the checkpoint after this entry.
    pub fn checkpoint(&self) -> FfiCheckpoint {
        FfiCheckpoint(self.0.checkpoint())
    }

    /// Returns the entry without its payload and its salt.
    pub fn erase(&self) -> Self {
        Self(self.0.clone().erase())
    }

    /// Returns the entry as JSON.
    pub fn to_json(&self) -> String {
        self.0.to_json()
    }
}

/// See [`AuditFault`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiAuditFault {
    pub code: String,
    pub text: String,
    pub index: u64,
    pub number: u64,
}

impl From<&AuditFault> for FfiAuditFault {
    fn from(fault: &AuditFault) -> Self {
        Self {
            code: fault.code().into(),
            text: fault.to_string(),
            index: fault.index() as u64,
            number: fault.number(),
        }
    }
}

/// See [`AuditReport`].
#[derive(Debug, uniffi::Record)]
#[expect(missing_docs, reason = "documented in `keyrail`")]
pub struct FfiAuditReport {
    pub checkpoint: Arc<FfiCheckpoint>,
    pub erased: u64,
    pub fault: Option<FfiAuditFault>,
}

impl From<&AuditReport> for FfiAuditReport {
    fn from(report: &AuditReport) -> Self {
        Self {
            checkpoint: Arc::new(FfiCheckpoint(report.checkpoint().clone())),
            erased: report.erased() as u64,
            fault: report.fault().map(Into::into),
        }
    }
}

/// An HMAC key of an [`AuditChain`].
#[derive(Debug, uniffi::Record)]
pub struct FfiAuditKey {
    /// The id.
    pub id: String,
    /// The secret.
    pub secret: Arc<FfiSecret>,
}

/// See [`AuditChain`].
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Debug)]
pub struct FfiAuditChain(AuditChain);

#[uniffi::export]
impl FfiAuditChain {
    /// Creates a chain from HMAC keys.
    #[uniffi::constructor]
    pub fn new(keys: Vec<FfiAuditKey>) -> Result<Self, FfiError> {
        Ok(Self(AuditChain::new(keys.into_iter().map(|key| (key.id, key.secret.0.clone())))?))
    }

    /// Returns the next entry after a checkpoint.
    pub fn append(
        &self,
        after: &FfiCheckpoint,
        payload: String,
        entropy: &[u8],
    ) -> Result<FfiAuditEntry, FfiError> {
        Ok(FfiAuditEntry(self.0.append(&after.0, payload, entropy)?))
    }

    /// Verifies the entries of one writer that follow a checkpoint.
    pub fn verify(
        &self,
        from: &FfiCheckpoint,
        entries: Vec<Arc<FfiAuditEntry>>,
        until: Option<Arc<FfiCheckpoint>>,
    ) -> FfiAuditReport {
        let entries = entries.iter().map(|entry| &entry.0);
        let until = until.as_ref().map(|until| &until.0);
        (&self.0.verify(&from.0, entries, until)).into()
    }
}
