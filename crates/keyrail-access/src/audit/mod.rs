//! The audit log: a chain of entries in which any later change can be detected.
//!
//! # What an entry contains
//!
//! An entry has the id of its writer, a number, the id of the HMAC key, the code of the entry
//! before it, a commitment to its payload, and its own code:
//!
//! - commitment = SHA-256(salt ‖ payload), with 16 random bytes of salt;
//! - code = HMAC-SHA-256(key, `keyrail.audit.1` ‖ 0 ‖ code before ‖ commitment ‖ number ‖ key id ‖ 0 ‖
//!   writer), with the number as 8 bytes, the most significant byte first.
//!
//! The code before the first entry is 32 zero bytes. Ids contain no control characters, so the zero
//! byte ends an id. The code is computed from the commitment, not from the payload itself.
//! Therefore the chain still verifies after a payload is erased. The salt is erased with the
//! payload, so nobody can guess the payload from the commitment.

mod chain;
mod checkpoint;
mod entry;
mod report;

pub use chain::{AuditChain, MAX_AUDIT_KEYS, MIN_AUDIT_SECRET};
pub use checkpoint::Checkpoint;
pub use entry::{AUDIT_SALT, AUDIT_SCHEMA, AuditEntry, MAX_PAYLOAD};
pub use report::{AuditFault, AuditFaultKind, AuditReport};

use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The code of an entry, or the commitment to its payload.
type Hash = [u8; 32];

/// Returns bytes in base64url without padding (RFC 4648, section 5).
fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Decodes exactly `N` bytes in base64url without padding.
fn decode<const N: usize>(text: &str) -> Option<[u8; N]> {
    // The length is checked first, so that a long string is not decoded into memory.
    if text.len() != (N * 4).div_ceil(3) {
        return None;
    }
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
