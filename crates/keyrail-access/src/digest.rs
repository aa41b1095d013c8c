//! The digests of a record's key.

use alloc::string::String;

use keyrail_core::Timestamp;
use keyrail_core::config::Id;
use keyrail_key::Digest;

use crate::ErrorKind;
use crate::text::check_name;

/// The maximum number of key ids that a record's digests may have: the current id, and the ids
/// that rotations replaced. One or two digests without a key id count as one key id, three or four
/// count as two, and so on.
pub const MAX_KEY_IDS: usize = 3;

/// The maximum number of digests for one key id: one with the current pepper and one with the
/// previous pepper.
pub const MAX_DIGESTS_OF_ID: usize = 2;

/// A digest of a record's key, and what is known about that key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDigest {
    pub(crate) key_id: Option<String>,
    pub(crate) digest: Digest,
    pub(crate) display: Option<String>,
    pub(crate) created_at: Option<Timestamp>,
    pub(crate) valid_until: Option<Timestamp>,
}

impl KeyDigest {
    /// Returns the id that the key itself contains, if the record specifies it.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns the digest.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }

    /// Returns the mask of the key, if the record specifies it.
    pub fn display(&self) -> Option<&str> {
        self.display.as_deref()
    }

    /// Returns the time at which the key was created, if the record specifies it.
    pub const fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// Returns the first time at which the key is no longer valid because another one replaced
    /// it; `None` if it was not replaced.
    pub const fn valid_until(&self) -> Option<Timestamp> {
        self.valid_until
    }
}

/// A digest of a record, as far as it could be read.
#[doc(hidden)]
#[derive(Default)]
pub struct ReadDigest {
    /// The id that the key itself contains.
    pub key_id: Option<String>,
    /// The digest, unless it has a fault.
    pub digest: Option<KeyDigest>,
}

keyrail_core::config_object! {
    /// A digest of a key.
    ReadDigest as "KeyDigest" (faults) {
        /// The id that the key itself contains.
        state key_id: Id;
        /// The digest, starting with its algorithm, such as `sha256:...`.
        required digest: Digest;
        /// The mask of the key.
        optional display: String = parse(check_name, crate::record_json::name_schema());
        /// When the key was created (RFC 3339).
        optional created_at: Timestamp;
        /// The first time at which the key is no longer valid because another one replaced it
        /// (RFC 3339).
        optional valid_until: Timestamp;
    } => {
        let has_no_id = key_id.is_absent();
        let key_id = key_id.optional().map(Id::into_string);
        if has_no_id && digest.as_ref().is_some_and(Digest::is_salted) {
            faults.add_kind(ErrorKind::NoKeyId);
        }
        let digest = digest.map(|digest| KeyDigest {
            key_id: key_id.clone(), digest, display, created_at, valid_until,
        });
        Some(Self { key_id, digest })
    }
}
