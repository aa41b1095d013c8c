//! Appending to an audit log, and verifying it.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use hmac::{Hmac, Mac as _};
use keyrail_core::config::Id;
use keyrail_core::{MASK, Secret};
use keyrail_key::hmac_keyed;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use super::checkpoint::MAX_NUMBER;
use super::entry::Payload;
use super::{AuditEntry, AuditFault, AuditFaultKind, AuditReport, Checkpoint, Hash};
use crate::{Error, ErrorKind};

/// The maximum number of HMAC keys of an audit chain.
pub const MAX_AUDIT_KEYS: usize = 64;

/// The minimum length of the secret of an HMAC key of an audit chain, in bytes: the length of a
/// SHA-256 hash (RFC 2104, section 3).
pub const MIN_AUDIT_SECRET: usize = 32;

/// Separates the codes of entries from all other uses of HMAC.
const LABEL: &[u8] = b"keyrail.audit.1\0";

/// The HMAC keys of an audit log, with which entries are appended and verified.
///
/// Every entry contains its own code, which is an HMAC, and the code of the entry before it.
/// [`verify`](Self::verify) therefore detects whether entries were changed, removed, added or put
/// into another order. The removal of the last entries is only detected with a [`Checkpoint`] that
/// was made after these entries: store checkpoints outside the log.
///
/// Anyone who holds an HMAC key can rewrite the log from any entry to the end. Only checkpoints
/// that this person cannot change reveal that the log was rewritten.
///
/// ```
/// use keyrail_access::{AuditChain, Checkpoint};
/// use keyrail_core::Secret;
/// let chain = AuditChain::new([("a1", Secret::new("32 random bytes or more, kept secret"))])?;
/// let start = Checkpoint::start("gateway-1")?;
/// let first = chain.append(&start, r#"{"action":"issue","record":"r_1"}"#, &[1; 16])?;
/// let second = chain.append(&first.checkpoint(), r#"{"action":"revoke","record":"r_1"}"#, &[2; 16])?;
///
/// let last = second.checkpoint();
/// assert!(chain.verify(&start, [&first, &second], Some(&last)).is_intact());
/// let report = chain.verify(&start, [&first], Some(&last));
/// assert_eq!(report.fault().unwrap().code(), "access.audit_truncated");
///
/// let erased = first.erase();
/// assert!(chain.verify(&start, [&erased, &second], Some(&last)).is_intact());
/// # Ok::<(), keyrail_access::Error>(())
/// ```
#[derive(Clone)]
pub struct AuditChain {
    /// The current key first.
    keys: Vec<Key>,
}

#[derive(Clone)]
struct Key {
    id: String,
    /// The HMAC, keyed with the secret. It is wiped when dropped.
    mac: Hmac<Sha256>,
}

impl AuditChain {
    /// Creates a chain from HMAC keys, each an id and a secret of at least [`MIN_AUDIT_SECRET`]
    /// bytes. New entries are made with the first key, and entries can be verified with any of the
    /// keys.
    ///
    /// # Errors
    ///
    /// - `access.no_audit_key`, `access.too_many_audit_keys`: there is no key, or there are more
    ///   than [`MAX_AUDIT_KEYS`];
    /// - `access.malformed_id`, `access.duplicate_audit_key`, `access.audit_secret_too_short`.
    pub fn new<I: Into<String>>(
        keys: impl IntoIterator<Item = (I, Secret)>,
    ) -> Result<Self, Error> {
        let mut read: Vec<Key> = Vec::new();
        for (id, secret) in keys {
            let id = id.into();
            if read.len() == MAX_AUDIT_KEYS {
                return Err(ErrorKind::TooManyAuditKeys.into());
            }
            if !Id::is_valid(&id) {
                return Err(ErrorKind::MalformedId.into());
            }
            if read.iter().any(|key| key.id == id) {
                return Err(ErrorKind::DuplicateAuditKey.into());
            }
            if secret.reveal_bytes().len() < MIN_AUDIT_SECRET {
                return Err(ErrorKind::AuditSecretTooShort.into());
            }
            read.push(Key { id, mac: hmac_keyed(secret.reveal_bytes()) });
        }
        match read.is_empty() {
            true => Err(ErrorKind::NoAuditKey.into()),
            false => Ok(Self { keys: read }),
        }
    }

    /// Returns the next entry after a checkpoint, with this payload.
    ///
    /// The payload is usually the event of a change
    /// ([`KeyEvent::to_json`](crate::KeyEvent::to_json)). It contains the id of the actor and the
    /// new values of the changed members, such as the name of the key. Pass at least 16 random
    /// bytes as `entropy`, fresh for each entry; the first 16 become the salt.
    ///
    /// Store the entry in the same transaction as the change. The store must reject a second entry
    /// with the same writer and number. To append the next entry, pass the
    /// [checkpoint](AuditEntry::checkpoint) of this one.
    ///
    /// # Errors
    ///
    /// - `access.salt_too_short`;
    /// - `access.payload_too_large`: the payload is longer than [`MAX_PAYLOAD`](crate::MAX_PAYLOAD);
    /// - `access.too_many_entries`: the number of the entry would be 2^63, which is too large.
    pub fn append(
        &self,
        after: &Checkpoint,
        payload: impl Into<String>,
        entropy: &[u8],
    ) -> Result<AuditEntry, Error> {
        // A chain has at least one key.
        let key = self.keys.first().ok_or(ErrorKind::NoAuditKey)?;
        if after.number() >= MAX_NUMBER {
            return Err(ErrorKind::TooManyEntries.into());
        }
        let payload = Payload::new(payload.into(), entropy)?;
        let mut entry = AuditEntry {
            writer: after.writer().into(),
            number: after.number() + 1,
            key_id: key.id.clone(),
            previous: *after.code(),
            commitment: payload.commitment(),
            code: Hash::default(),
            payload: Some(payload),
        };
        entry.code = key.code(&entry);
        Ok(entry)
    }

    /// Verifies the entries of one writer that follow a checkpoint, in order, and reports how far
    /// they are intact.
    ///
    /// If you know a later checkpoint that the log has reached, pass it as `until`. Without it, the
    /// removal of the last entries is not detected. The log may continue after `until`, but `until`
    /// must not be before `from`.
    ///
    /// An entry whose payload was erased is intact. The report counts such entries, because anyone
    /// who can change the log can also erase payloads.
    pub fn verify<'e>(
        &self,
        from: &Checkpoint,
        entries: impl IntoIterator<Item = &'e AuditEntry>,
        until: Option<&Checkpoint>,
    ) -> AuditReport {
        let mut report = AuditReport { checkpoint: from.clone(), erased: 0, fault: None };
        let mut index = 0;
        let kind = 'fault: {
            if let Some(kind) = until.and_then(|until| checkpoint_fault(from, until)) {
                break 'fault kind;
            }
            if until.is_some_and(|until| until.number() < from.number()) {
                break 'fault AuditFaultKind::Checkpoint;
            }
            for entry in entries {
                if let Err(kind) = self.check(&report.checkpoint, entry) {
                    break 'fault kind;
                }
                let checkpoint = entry.checkpoint();
                if let Some(kind) = until.and_then(|until| checkpoint_fault(&checkpoint, until)) {
                    break 'fault kind;
                }
                report.checkpoint = checkpoint;
                report.erased += usize::from(entry.payload.is_none());
                index += 1;
            }
            match until {
                Some(until) if report.checkpoint.number() < until.number() => {
                    AuditFaultKind::Truncated
                }
                _ => return report,
            }
        };
        let number = report.checkpoint.number().saturating_add(1).min(MAX_NUMBER);
        report.fault = Some(AuditFault { kind, index, number });
        report
    }

    /// Checks the entry after a checkpoint.
    fn check(&self, last: &Checkpoint, entry: &AuditEntry) -> Result<(), AuditFaultKind> {
        let fault = |is_fault: bool, kind| if is_fault { Err(kind) } else { Ok(()) };
        fault(entry.writer != last.writer(), AuditFaultKind::Writer)?;
        fault(entry.number <= last.number(), AuditFaultKind::Order)?;
        fault(entry.number - last.number() > 1, AuditFaultKind::Missing)?;
        let key = self.keys.iter().find(|key| key.id == entry.key_id).ok_or(AuditFaultKind::Key)?;
        let is_genuine: bool = key.code(entry).ct_eq(&entry.code).into();
        fault(!is_genuine, AuditFaultKind::Changed)?;
        fault(entry.previous != *last.code(), AuditFaultKind::Link)?;
        let payload = entry.payload.as_ref();
        let matches = payload.is_none_or(|payload| payload.commitment() == entry.commitment);
        fault(!matches, AuditFaultKind::Payload)
    }
}

impl Key {
    /// Returns the code of an entry.
    fn code(&self, entry: &AuditEntry) -> Hash {
        let mut mac = self.mac.clone();
        mac.update(LABEL);
        mac.update(&entry.previous);
        mac.update(&entry.commitment);
        mac.update(&entry.number.to_be_bytes());
        mac.update(entry.key_id.as_bytes());
        mac.update(&[0]);
        mac.update(entry.writer.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

/// Prints the ids of the keys, but not the secrets.
impl fmt::Debug for AuditChain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ids: Vec<&str> = self.keys.iter().map(|key| &*key.id).collect();
        write!(f, "AuditChain({ids:?}, {MASK})")
    }
}

/// Returns the fault, if any, of a chain that has reached the checkpoint `reached` and must pass
/// through `until`.
fn checkpoint_fault(reached: &Checkpoint, until: &Checkpoint) -> Option<AuditFaultKind> {
    if reached.writer() != until.writer() {
        return Some(AuditFaultKind::Writer);
    }
    (reached.number() == until.number() && reached.code() != until.code())
        .then_some(AuditFaultKind::Checkpoint)
}
