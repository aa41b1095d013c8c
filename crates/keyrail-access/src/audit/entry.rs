//! The entries of an audit log.

use alloc::string::String;
use core::fmt;

use keyrail_core::ConfigError;
use keyrail_core::config::{self, Id, Value, Writer, check_schema, json};
use sha2::{Digest as _, Sha256};

use super::{Checkpoint, Hash, decode, encode};
use crate::{Error, ErrorKind};

/// The version of the format of an audit entry.
pub const AUDIT_SCHEMA: i64 = 1;

/// The maximum length of an audit entry's payload, in bytes.
pub const MAX_PAYLOAD: usize = 1 << 20;

/// The length of the salt of an audit entry, in bytes.
pub const AUDIT_SALT: usize = 16;

/// An entry of an audit log.
///
/// [`AuditChain::append`](crate::AuditChain::append) creates entries. `Debug` prints the writer and
/// the number only, because a payload may contain personal data.
#[derive(Clone, PartialEq, Eq)]
pub struct AuditEntry {
    pub(super) writer: String,
    pub(super) number: u64,
    pub(super) key_id: String,
    pub(super) previous: Hash,
    pub(super) commitment: Hash,
    pub(super) code: Hash,
    pub(super) payload: Option<Payload>,
}

/// The payload of an entry, with the salt of its commitment.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Payload {
    salt: [u8; AUDIT_SALT],
    text: String,
}

impl Payload {
    /// Creates a payload with the first bytes of `entropy` as its salt.
    pub(super) fn new(text: String, entropy: &[u8]) -> Result<Self, Error> {
        let Some(salt) = entropy.first_chunk() else {
            return Err(ErrorKind::SaltTooShort.into());
        };
        match text.len() <= MAX_PAYLOAD {
            true => Ok(Self { salt: *salt, text }),
            false => Err(ErrorKind::PayloadTooLarge.into()),
        }
    }

    pub(super) fn commitment(&self) -> Hash {
        Sha256::new_with_prefix(self.salt).chain_update(&self.text).finalize().into()
    }
}

impl AuditEntry {
    /// Reads an entry from JSON.
    ///
    /// ```
    /// use keyrail_access::AuditEntry;
    /// let entry = AuditEntry::from_json(r#"{
    ///     "schema": 1, "writer": "gateway-1", "number": 1, "key_id": "a1",
    ///     "previous": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    ///     "commitment": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
    ///     "code": "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"
    /// }"#)?;
    /// assert_eq!((entry.number(), entry.payload()), (1, None)); // the payload was erased
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigError`](keyrail_core::ConfigError) with all faults. If a newer release of Keyrail
    /// wrote the entry, the only fault is `access.newer_schema`.
    /// [`AuditChain::verify`](crate::AuditChain::verify) checks whether the entry was changed.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of an entry.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("audit-entry")
    }

    /// Returns the id of the writer.
    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// Returns the number of the entry: 1 for the first entry of a writer, and one more for each
    /// later entry.
    pub const fn number(&self) -> u64 {
        self.number
    }

    /// Returns the id of the HMAC key.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Returns the payload, or `None` if it was erased.
    pub fn payload(&self) -> Option<&str> {
        self.payload.as_ref().map(|payload| &*payload.text)
    }

    /// Returns the checkpoint after this entry. Pass it to append the next entry.
    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(&self.writer, self.number, self.code)
    }

    /// Returns the entry without its payload and its salt. The chain can still be verified.
    ///
    /// Store the result in place of the entry, for example when a person exercises the right to
    /// erasure.
    #[must_use]
    pub fn erase(self) -> Self {
        Self { payload: None, ..self }
    }

    /// Returns the entry as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", AUDIT_SCHEMA);
        json.text("writer", Some(&self.writer));
        json.raw("number", self.number);
        json.text("key_id", Some(&self.key_id));
        json.text("previous", Some(encode(&self.previous)));
        json.text("commitment", Some(encode(&self.commitment)));
        json.text("code", Some(encode(&self.code)));
        if let Some(Payload { salt, text }) = &self.payload {
            let mut payload = Writer::new();
            payload.text("salt", Some(encode(salt)));
            payload.text("text", Some(text));
            json.raw("payload", payload.finish());
        }
        json.finish()
    }
}

impl fmt::Debug for AuditEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AuditEntry({:?}, {})", self.writer, self.number)
    }
}

keyrail_core::config_object! {
    /// An entry of an audit log.
    document AuditEntry (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": AUDIT_SCHEMA});
        /// The id of the process or database that numbers the entries.
        required writer: Id;
        /// The number of the entry, starting with 1.
        required number: i64 as json!({"minimum": 1});
        /// The id of the HMAC key.
        required key_id: Id;
        /// The code of the entry before this one, in base64url without padding. For the first
        /// entry, it is 32 zero bytes.
        required previous: Hash = parse(parse_hash, hash_schema(32));
        /// The SHA-256 of the salt followed by the text of the payload, in base64url without
        /// padding.
        required commitment: Hash = parse(parse_hash, hash_schema(32));
        /// The HMAC of the entry, in base64url without padding.
        required code: Hash = parse(parse_hash, hash_schema(32));
        /// The payload; absent after it was erased.
        optional payload: Payload;
    } => {
        check_schema(schema, AUDIT_SCHEMA, ErrorKind::OF_SCHEMA, faults)?;
        let number = number.and_then(|number| {
            let number = u64::try_from(number).ok().filter(|number| *number > 0);
            if number.is_none() {
                faults.add_kind_below(format_args!("/number"), ErrorKind::MalformedNumber);
            }
            number
        });
        Some(Self {
            writer: writer?.into_string(),
            number: number?,
            key_id: key_id?.into_string(),
            previous: previous?,
            commitment: commitment?,
            code: code?,
            payload,
        })
    }
}

keyrail_core::config_object! {
    /// The payload of an audit entry.
    Payload as "AuditPayload" (faults) {
        /// The 16 random bytes of salt, in base64url without padding.
        required salt: [u8; AUDIT_SALT] = parse(parse_hash, hash_schema(AUDIT_SALT));
        /// The text, such as the event of a change in JSON.
        required text: String as json!({"maxLength": MAX_PAYLOAD});
    } => {
        let text = text?;
        if text.len() > MAX_PAYLOAD {
            faults.add_kind_below(format_args!("/text"), ErrorKind::PayloadTooLarge);
            return None;
        }
        Some(Self { salt: salt?, text })
    }
}

keyrail_core::from_str! {
    AuditEntry: from_json, ConfigError;
}

fn parse_hash<const N: usize>(text: &str) -> Result<[u8; N], Error> {
    decode(text).ok_or_else(|| ErrorKind::MalformedHash.into())
}

fn hash_schema(bytes: usize) -> Value {
    let length = (bytes * 4).div_ceil(3);
    json!({"type": "string", "minLength": length, "maxLength": length, "pattern": "^[A-Za-z0-9_-]*$"})
}
