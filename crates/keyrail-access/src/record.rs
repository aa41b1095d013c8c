//! Key records: the data that a host stores about a key, never the key itself.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{self, Checked, Faults, Id, Read, Schemas, Value, json, time_schema};
use keyrail_core::{ConfigError, Network, Timestamp};
use keyrail_key::{Digest, Pepper};
use serde::Deserializer;

use crate::{Error, ErrorKind, Scope};

/// The data that a host stores about a key, never the key itself.
///
/// As configuration:
///
/// ```
/// use keyrail_access::KeyRecord;
/// let record = KeyRecord::from_json(r#"{
///     "id": "8f3k2m9q1x7c", "app": "desk", "scope": "read_write",
///     "digests": [{"key_id": "8f3k2m9q1x7c",
///                  "digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
///     "created_at": "2026-11-01T00:00:00Z", "not_before": "2026-11-02T00:00:00Z",
///     "expires_at": "2027-01-30T00:00:00Z", "allow_ips": ["203.0.113.0/24", "2001:db8::1"]
/// }"#)?;
/// assert_eq!((record.id(), record.app()), ("8f3k2m9q1x7c", "desk"));
/// assert_eq!(record.revoked_at(), None);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
///
/// `id`, `app`, `scope` and `digests` are required. `digests` contains at least one
/// digest, and several while a key or a pepper is being replaced, or while a digest
/// that another system stored (`foreign-sha256:<hex>`) is still in use. A missing
/// `allow_ips` allows every address; an empty one is rejected. Times are RFC 3339; a
/// key is valid from `not_before` on, and no longer at `expires_at` or `revoked_at`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    id: String,
    app: String,
    digests: Vec<KeyDigest>,
    scope: Scope,
    created_at: Option<Timestamp>,
    not_before: Option<Timestamp>,
    expires_at: Option<Timestamp>,
    revoked_at: Option<Timestamp>,
    allow_ips: Option<Vec<Network>>,
}

/// The digest of a record's key, and the id within the key itself, if its format has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDigest {
    key_id: Option<String>,
    digest: Digest,
}

impl KeyRecord {
    /// Reads a record from its configuration.
    ///
    /// # Errors
    ///
    /// Besides those of every configuration: `access.no_digest`,
    /// `access.no_network` (an empty `allow_ips`), `access.never_valid`
    /// (`expires_at` not later than `created_at` or `not_before`), and those of
    /// digests, times and networks.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a record.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("key-record")
    }

    /// Returns the record's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the id of the app that the key belongs to.
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Returns the digests of the key, at least one.
    pub fn digests(&self) -> &[KeyDigest] {
        &self.digests
    }

    /// Returns the scope of the key.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns the time at which the key was created, if the record specifies it.
    pub const fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// Returns the first time at which the key is valid.
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// Returns the first time at which the key is no longer valid.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// Returns the first time at which the key is revoked.
    pub const fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at
    }

    /// Returns all times of the record.
    pub(crate) fn times(&self) -> impl Iterator<Item = Timestamp> {
        [self.created_at, self.not_before, self.expires_at, self.revoked_at].into_iter().flatten()
    }

    /// Returns the networks that the key may be used from, at least one; `None` if it
    /// may be used from every address.
    pub fn allow_ips(&self) -> Option<&[Network]> {
        self.allow_ips.as_deref()
    }

    /// Returns whether a string is the record's key.
    ///
    /// Every digest is compared with the string in constant time, even after one has
    /// matched. A digest made with a pepper that is not among `peppers` does not
    /// match.
    pub fn matches(&self, text: &str, peppers: &[Pepper]) -> bool {
        let digest_matches = |KeyDigest { digest, .. }: &KeyDigest| {
            let pepper_id = digest.pepper_id();
            let pepper = peppers.iter().find(|pepper| Some(pepper.id()) == pepper_id);
            digest.verify(text, pepper).unwrap_or(false)
        };
        self.digests.iter().fold(false, |matched, digest| matched | digest_matches(digest))
    }
}

impl KeyDigest {
    /// Returns the id within the key itself, if the record specifies it.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// Returns the digest.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl Read for KeyRecord {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(ReadRecord::read(from, faults)?.and_then(|read| read.record))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        ReadRecord::schema(schemas)
    }
}

/// A record as it was read: the parts that could be read, and the record itself
/// unless there were faults.
#[doc(hidden)]
#[derive(Default)]
pub struct ReadRecord {
    /// Its id.
    pub id: Option<String>,
    /// The app that the key belongs to.
    pub app: Option<String>,
    /// Its digests, in order. One that could not be read is empty.
    pub digests: Vec<ReadDigest>,
    /// Whether every digest could be read.
    pub has_all_digests: bool,
    /// The record.
    pub record: Option<KeyRecord>,
}

/// A digest of a record as it was read.
#[doc(hidden)]
#[derive(Default)]
pub struct ReadDigest {
    /// The id within the key itself.
    pub key_id: Option<String>,
    /// The digest with its id.
    pub digest: Option<KeyDigest>,
}

keyrail_core::config_object! {
    /// The record of an API key. It contains digests of the key, never the key itself.
    document ReadRecord as "KeyRecord" (faults) {
        /// The id of the record.
        required id: Id;
        /// The app to which the key belongs.
        required app: Id;
        /// The digests of the key.
        required digests: Vec<Checked<ReadDigest>> as json!({"minItems": 1});
        /// The scope of the key; each scope includes those before it.
        required scope: Scope = choice(Scope::WORDS);
        /// When the key was issued (RFC 3339).
        optional created_at: Timestamp;
        // Rounded up to the next millisecond, while `expires_at` is rounded down, so that a key is
        // never valid for too long.
        /// The first time at which the key is valid (RFC 3339).
        optional not_before: Timestamp = parse(Timestamp::parse_edge, time_schema());
        /// The first time at which the key is no longer valid (RFC 3339).
        optional expires_at: Timestamp;
        /// When the key was revoked (RFC 3339).
        optional revoked_at: Timestamp;
        /// The networks (CIDR) from which the key may be used; all if absent.
        optional allow_ips: Vec<Checked<Network>> as json!({"minItems": 1});
    } => {
        let (id, app) = (id.map(Id::into_string), app.map(Id::into_string));
        if digests.as_ref().is_some_and(Vec::is_empty) {
            add(faults, "digests", ErrorKind::NoDigest);
        }
        let start = created_at.max(not_before); // `None` is less than any time
        if start.zip(expires_at).is_some_and(|(start, end)| end <= start) {
            add(faults, "expires_at", ErrorKind::NeverValid);
        }
        if allow_ips.as_ref().is_some_and(Vec::is_empty) {
            add(faults, "allow_ips", ErrorKind::NoNetwork);
        }
        let digests =
            digests.map(|list| list.into_iter().map(|checked| checked.0.unwrap_or_default()));
        let digests: Option<Vec<ReadDigest>> = digests.map(Iterator::collect);
        let complete =
            |list: &Vec<ReadDigest>| list.iter().map(|read| read.digest.clone()).collect();
        let all_digests: Option<Vec<KeyDigest>> = digests.as_ref().and_then(complete);
        let has_all_digests = all_digests.is_some();
        let record = || {
            Some(KeyRecord {
                id: id.clone()?,
                app: app.clone()?,
                digests: all_digests?,
                scope: scope?,
                created_at,
                not_before,
                expires_at,
                revoked_at,
                allow_ips: allow_ips
                    .map(|list| list.into_iter().filter_map(|Checked(network)| network).collect()),
            })
        };
        let record = record();
        Some(Self { id, app, digests: digests.unwrap_or_default(), has_all_digests, record })
    }
}

fn add(faults: &Faults, member: &str, kind: ErrorKind) {
    let error = Error::new(kind);
    faults.add_below(format_args!("/{member}"), error.code(), format!("{error}"));
}

keyrail_core::config_object! {
    /// A digest of a key.
    ReadDigest as "KeyDigest" (faults) {
        /// The id that the key itself contains.
        optional key_id: Id;
        /// The digest, starting with its algorithm, such as `sha256:...`.
        required digest: Digest;
    } => {
        let key_id = key_id.map(Id::into_string);
        let digest = digest.map(|digest| KeyDigest { key_id: key_id.clone(), digest });
        Some(Self { key_id, digest })
    }
}

keyrail_core::from_str! {
    KeyRecord: from_json, ConfigError;
}
