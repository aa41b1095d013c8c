//! Key records: what a host keeps of a key, which is never the key.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{self, Checked, Faults, Id, Member, Object, Slot};
use keyrail_core::{ConfigError, Network, Timestamp};
use keyrail_key::{Digest, Pepper};
use serde::de::MapAccess;

use crate::{Error, ErrorKind, Scope};

/// What is kept of a key.
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
/// Required are `id`, `app`, `scope` and at least one of `digests`: several
/// while a key or a pepper is being replaced, or while one that another system
/// stored (`foreign-sha256:<hex>`) is still in use. A missing `allow_ips` allows
/// every address; an empty one is refused. Times are RFC 3339; a key is valid
/// from `not_before` on, and no longer at `expires_at` or `revoked_at`.
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

/// The digest of a record's key, and by what id the key itself says it is
/// known, if its format carries one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyDigest {
    key_id: Option<String>,
    digest: Digest,
}

impl KeyRecord {
    /// Reads a record from its configuration.
    ///
    /// Codes besides those of every configuration: `access.no_digest`,
    /// `access.no_network` (an empty `allow_ips`), `access.never_valid`
    /// (`expires_at` not later than `created_at` or `not_before`), and those of
    /// digests, times and networks.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// By what the record is called.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The app whose key it is.
    pub fn app(&self) -> &str {
        &self.app
    }

    /// The digests of the key, at least one.
    pub fn digests(&self) -> &[KeyDigest] {
        &self.digests
    }

    /// What the key may do.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// When the key was made.
    pub const fn created_at(&self) -> Option<Timestamp> {
        self.created_at
    }

    /// From when on the key is valid, this very instant included.
    pub const fn not_before(&self) -> Option<Timestamp> {
        self.not_before
    }

    /// From when on the key is expired, this very instant included.
    pub const fn expires_at(&self) -> Option<Timestamp> {
        self.expires_at
    }

    /// From when on the key is revoked, this very instant included.
    pub const fn revoked_at(&self) -> Option<Timestamp> {
        self.revoked_at
    }

    /// All the times of the record.
    pub(crate) fn times(&self) -> impl Iterator<Item = Timestamp> {
        [self.created_at, self.not_before, self.expires_at, self.revoked_at].into_iter().flatten()
    }

    /// The networks that the key may be used from, at least one; `None` where
    /// it may be used from every address.
    pub fn allow_ips(&self) -> Option<&[Network]> {
        self.allow_ips.as_deref()
    }

    /// Whether the text is the record's key.
    ///
    /// Every digest is held against the text, in constant time, whichever
    /// fits. A digest made with a pepper that is not among `peppers` does not
    /// fit.
    pub fn matches(&self, text: &str, peppers: &[Pepper]) -> bool {
        let fits = |KeyDigest { digest, .. }: &KeyDigest| {
            let named = digest.pepper_id();
            let pepper = peppers.iter().find(|pepper| Some(pepper.id()) == named);
            digest.verify(text, pepper).unwrap_or(false)
        };
        self.digests.iter().fold(false, |matched, digest| matched | fits(digest))
    }
}

impl KeyDigest {
    /// The id within the key itself, if the record gives it.
    pub fn key_id(&self) -> Option<&str> {
        self.key_id.as_deref()
    }

    /// The digest.
    pub const fn digest(&self) -> &Digest {
        &self.digest
    }
}

/// What is gathered of a record while it is read.
#[derive(Default)]
pub struct KeyRecordDraft {
    id: Slot<Id>,
    app: Slot<Id>,
    digests: Slot<Vec<Checked<ReadDigest>>>,
    scope: Slot<Scope>,
    created_at: Slot<Timestamp>,
    not_before: Slot<Timestamp>,
    expires_at: Slot<Timestamp>,
    revoked_at: Slot<Timestamp>,
    allow_ips: Slot<Vec<Checked<Network>>>,
}

impl Object for KeyRecord {
    type Draft = KeyRecordDraft;
    const MEMBERS: &'static [&'static str] = ReadRecord::MEMBERS;
    const IS_DOCUMENT: bool = true;

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut KeyRecordDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        ReadRecord::member(draft, name, value)
    }

    fn finish(draft: KeyRecordDraft, faults: &Faults) -> Option<Self> {
        ReadRecord::finish(draft, faults)?.record
    }
}

/// A record as it was read: what could be read of it, and the record itself
/// unless there were faults.
#[doc(hidden)]
#[derive(Default)]
pub struct ReadRecord {
    /// Its id.
    pub id: Option<String>,
    /// The app whose key it is.
    pub app: Option<String>,
    /// Its digests, each at its index.
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

impl Object for ReadRecord {
    type Draft = KeyRecordDraft;
    const MEMBERS: &'static [&'static str] = &[
        "id",
        "app",
        "digests",
        "scope",
        "created_at",
        "not_before",
        "expires_at",
        "revoked_at",
        "allow_ips",
    ];
    const IS_DOCUMENT: bool = true;

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut KeyRecordDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "id" => draft.id.read(value),
            "app" => draft.app.read(value),
            "digests" => draft.digests.read(value),
            "scope" => value.choice(Scope::WORDS).map(|scope| draft.scope.set(scope)),
            "created_at" => draft.created_at.read(value),
            // Rounded up, as `expires_at` is rounded down: never valid too long.
            "not_before" => {
                value.parse(Timestamp::parse_edge).map(|start| draft.not_before.set(start))
            }
            "expires_at" => draft.expires_at.read(value),
            "revoked_at" => draft.revoked_at.read(value),
            "allow_ips" => draft.allow_ips.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: KeyRecordDraft, faults: &Faults) -> Option<Self> {
        let id = draft.id.required("id", faults).map(Id::into_string);
        let app = draft.app.required("app", faults).map(Id::into_string);
        let digests = draft.digests.required("digests", faults);
        let scope = draft.scope.required("scope", faults);
        let (created_at, not_before) = (draft.created_at.optional(), draft.not_before.optional());
        let expires_at = draft.expires_at.optional();
        let allow_ips = draft.allow_ips.optional();
        if digests.as_ref().is_some_and(Vec::is_empty) {
            add(faults, "digests", ErrorKind::NoDigest);
        }
        let start = created_at.max(not_before); // an absent time is the least
        if start.zip(expires_at).is_some_and(|(start, end)| end <= start) {
            add(faults, "expires_at", ErrorKind::NeverValid);
        }
        if allow_ips.as_ref().is_some_and(Vec::is_empty) {
            add(faults, "allow_ips", ErrorKind::NoNetwork);
        }
        let digests = digests.map(|list| list.into_iter().map(|item| item.0.unwrap_or_default()));
        let digests: Option<Vec<ReadDigest>> = digests.map(Iterator::collect);
        let read = |list: &Vec<ReadDigest>| list.iter().map(|it| it.digest.clone()).collect();
        let all: Option<Vec<KeyDigest>> = digests.as_ref().and_then(read);
        let has_all_digests = all.is_some();
        let record = || {
            Some(KeyRecord {
                id: id.clone()?,
                app: app.clone()?,
                digests: all?,
                scope: scope?,
                created_at,
                not_before,
                expires_at,
                revoked_at: draft.revoked_at.optional(),
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

/// What is gathered of a digest while it is read.
#[derive(Default)]
pub struct KeyDigestDraft {
    key_id: Slot<Id>,
    digest: Slot<Digest>,
}

impl Object for ReadDigest {
    type Draft = KeyDigestDraft;
    const MEMBERS: &'static [&'static str] = &["key_id", "digest"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut KeyDigestDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "key_id" => draft.key_id.read(value),
            "digest" => draft.digest.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: KeyDigestDraft, faults: &Faults) -> Option<Self> {
        let digest = draft.digest.required("digest", faults);
        let key_id = draft.key_id.optional().map(Id::into_string);
        let digest = digest.map(|digest| KeyDigest { key_id: key_id.clone(), digest });
        Some(Self { key_id, digest })
    }
}

keyrail_core::from_str! {
    KeyRecord: from_json, ConfigError;
}
