//! Reading and writing key records as JSON.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    Checked, Faults, Id, Pairs, Read, Schemas, Value, Writer, any_of, json, list, time_schema,
};
use keyrail_core::{EventPattern, Network, Timestamp};
use serde::Deserializer;

use crate::check::{check_count, has_too_many_digests, is_never_valid, sorted};
use crate::digest::ReadDigest;
use crate::limit::limit_faults;
use crate::period::NEVER;
use crate::record::{Author, KeyRecord, RECORD_SCHEMA, Revocation};
use crate::text::{
    MAX_ITEMS, MAX_METADATA, MAX_METADATA_VALUE, MAX_NAME, check_name, check_reason, is_metadata,
};
use crate::{Authority, Error, ErrorKind, KeyDigest, Limit, MAX_LIMITS, Scope};

impl Read for KeyRecord {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(ReadRecord::read(from, faults)?.and_then(|read| read.record))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        ReadRecord::schema(schemas)
    }
}

/// The result of reading a record: the parts that could be read, and the record. If a part that the
/// record needs could not be read, there is no record. Faulty optional parts are left out of the
/// record.
#[doc(hidden)]
#[derive(Default)]
pub struct ReadRecord {
    /// Its id.
    pub id: Option<String>,
    /// The app that the key belongs to.
    pub app: Option<String>,
    /// The digests of the record, in order. A digest that could not be read is represented by an
    /// empty `ReadDigest`.
    pub digests: Vec<ReadDigest>,
    /// Whether every digest could be read.
    pub has_all_digests: bool,
    /// The record.
    pub record: Option<KeyRecord>,
}

keyrail_core::config_object! {
    /// The record of an API key. It contains digests of the key, never the key itself.
    document ReadRecord as "KeyRecord" (faults) {
        /// The version of this document's format, which is 1. A newer version is rejected.
        optional schema: i64 as json!({"const": RECORD_SCHEMA});
        /// The id of the record.
        required id: Id;
        /// The app to which the key belongs.
        required app: Id;
        /// The organization to which the key belongs.
        state organization: Id;
        /// The environment that the key is for, such as `live`.
        optional environment: Id;
        /// The user to whom the key belongs.
        state owner: Id;
        /// What limits the key: its record alone, or also the permissions of its owner. The default
        /// is `organization`: the record alone.
        optional authority: Authority = choice(Authority::WORDS);
        /// The name of the key, for people: 1 to 128 characters.
        optional name: String = parse(check_name, name_schema());
        /// The scope of the key; each scope includes those before it.
        required scope: Scope = choice(Scope::WORDS);
        /// The operations that the key may be used for. By default, all that its scope allows.
        optional operations: Vec<Checked<EventPattern>> as json!({"minItems": 1, "maxItems": MAX_ITEMS});
        /// The queues that the key may be used for. By default, all queues of its app.
        optional queues: Vec<Checked<Id>> as json!({"minItems": 1, "maxItems": MAX_ITEMS});
        /// The digests of the key.
        required digests: Vec<Checked<ReadDigest>> as json!({"minItems": 1});
        /// The mask of the key, made when the key was issued.
        optional display: String = parse(check_name, name_schema());
        /// When the key was issued (RFC 3339).
        optional created_at: Timestamp;
        /// Who issued the key.
        optional created_by: Author;
        // `not_before` is rounded up to the next millisecond, and `expires_at` is rounded down, so
        // that a key is never valid for too long.
        /// The first time at which the key is valid (RFC 3339).
        optional not_before: Timestamp = parse(Timestamp::parse_edge, time_schema());
        /// The first time at which the key is no longer valid (RFC 3339), or `never`; `never` if
        /// absent.
        optional expires_at: Option<Timestamp> = parse(parse_expiry, expiry_schema());
        /// When the expiry was set (RFC 3339).
        optional expires_set_at: Timestamp;
        /// When, by whom and why the key was revoked. A revoked key is never valid.
        optional revoked: Revocation;
        /// Whether the key is enabled; true if absent.
        optional enabled: bool;
        /// The networks (CIDR) from which the key may be used; all if absent.
        optional allow_ips: Vec<Checked<Network>> as json!({"minItems": 1, "maxItems": MAX_ITEMS});
        /// The limits that each request consumes.
        optional limits: Vec<Checked<Limit>> as json!({"maxItems": MAX_LIMITS});
        /// The host's own data about the key: at most 32 names, each with a string.
        optional metadata: Pairs<String> as json!({"maxProperties": MAX_METADATA});
        /// The number of changes made to the record; 0 if absent.
        optional version: i64 as json!({"minimum": 0});
    } => {
        if schema.is_some_and(|schema| schema > RECORD_SCHEMA) {
            faults.replace_here("/schema", ErrorKind::NewerSchema);
            return None;
        }
        let (id, app) = (id.map(Id::into_string), app.map(Id::into_string));
        let counts = [
            ("operations", operations.as_ref().map(Vec::len), ErrorKind::NoOperation),
            ("queues", queues.as_ref().map(Vec::len), ErrorKind::NoQueue),
            ("digests", digests.as_ref().map(Vec::len), ErrorKind::NoDigest),
            ("allow_ips", allow_ips.as_ref().map(Vec::len), ErrorKind::NoNetwork),
        ];
        for (member, count, empty) in counts {
            if let Some(kind) = count.and_then(|count| check_count(count, empty)) {
                add(faults, member, kind);
            }
        }
        let expires_at = expires_at.flatten();
        if is_never_valid(created_at, not_before, expires_at) {
            add(faults, "expires_at", ErrorKind::NeverValid);
        }
        let authority = authority.unwrap_or_default();
        if authority == Authority::Owner && owner.is_absent() {
            add(faults, "authority", ErrorKind::NoOwner);
        }
        let limits = limits.unwrap_or_default();
        if limits.len() > MAX_LIMITS {
            add(faults, "limits", ErrorKind::TooManyLimits);
        } else {
            let read = limits.iter().enumerate();
            let read = read.filter_map(|(at, Checked(limit))| Some((at, limit.as_ref()?)));
            let read: Vec<_> = read.collect();
            let has_organization = !organization.is_absent();
            for (at, member, kind) in limit_faults(&read, !owner.is_absent(), has_organization) {
                add(faults, &format!("limits/{at}/{member}"), kind);
            }
        }
        let (owner, organization) = (owner.optional(), organization.optional());
        let metadata = sorted(metadata.unwrap_or_default().0);
        if !is_metadata(&metadata) {
            add(faults, "metadata", ErrorKind::MalformedMetadata);
        }
        let version = u64::try_from(version.unwrap_or_default());
        if schema.is_some_and(|schema| schema < RECORD_SCHEMA) {
            add(faults, "schema", ErrorKind::MalformedNumber);
        }
        if version.is_err() {
            add(faults, "version", ErrorKind::MalformedNumber);
        }
        let digests = digests.map(|list| list.into_iter().map(|Checked(read)| read.unwrap_or_default()));
        let digests: Option<Vec<ReadDigest>> = digests.map(Iterator::collect);
        let key_ids = digests.iter().flatten().map(|read| read.key_id.as_deref());
        if has_too_many_digests(key_ids) {
            add(faults, "digests", ErrorKind::TooManyDigests);
        }
        let complete =
            |list: &Vec<ReadDigest>| list.iter().map(|read| read.digest.clone()).collect();
        let all_digests: Option<Vec<KeyDigest>> = digests.as_ref().and_then(complete);
        let has_all_digests = all_digests.is_some();
        let record = || {
            Some(KeyRecord {
                id: id.as_deref()?.into(),
                app: app.as_deref()?.into(),
                organization: organization.map(Id::into_string),
                environment: environment.map(Id::into_string),
                owner: owner.map(|id| id.into_string().into()),
                authority,
                name: name.map(Into::into),
                scope: scope?,
                operations: operations.map(valid),
                queues: queues.map(|list| valid(list).into_iter().map(Id::into_string).collect()),
                digests: all_digests?,
                display,
                created_at,
                created_by,
                not_before,
                expires_at,
                expires_set_at,
                revoked,
                enabled: enabled.unwrap_or(true),
                allow_ips: allow_ips.map(valid),
                limits: valid(limits),
                metadata,
                version: version.ok()?,
            })
        };
        let record = record();
        Some(Self { id, app, digests: digests.unwrap_or_default(), has_all_digests, record })
    }
}

keyrail_core::config_object! {
    /// Who created or changed a key.
    Author (faults) {
        /// The id of the user or key.
        required id: Id;
        /// The role that the user had.
        optional role: Id;
    } => {
        Some(Self { id: id?.into_string(), role: role.map(Id::into_string) })
    }
}

keyrail_core::config_object! {
    /// When, by whom and why a key was revoked.
    Revocation (faults) {
        /// When the key was revoked (RFC 3339).
        required at: Timestamp;
        /// The id of the user or key that revoked the key.
        optional by: Id;
        /// Why the key was revoked: at most 512 bytes.
        optional reason: String = parse(
            check_reason,
            json!({"type": "string", "maxLength": MAX_METADATA_VALUE})
        );
    } => {
        Some(Self { at: at?, by: by.map(Id::into_string), reason })
    }
}

/// Returns the schema of a name or a mask.
pub(crate) fn name_schema() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": MAX_NAME})
}

fn expiry_schema() -> Value {
    any_of([json!({"const": NEVER}), time_schema()])
}

/// Parses a time. Returns `None` for the word `never`.
fn parse_expiry(
    text: &str,
) -> Result<Option<Timestamp>, keyrail_core::Error<keyrail_core::ErrorKind>> {
    match text {
        NEVER => Ok(None),
        time => Timestamp::parse(time).map(Some),
    }
}

fn valid<T>(list: Vec<Checked<T>>) -> Vec<T> {
    list.into_iter().filter_map(|Checked(item)| item).collect()
}

fn add(faults: &Faults, member: &str, kind: ErrorKind) {
    let error = Error::new(kind);
    faults.add_below(format_args!("/{member}"), error.code(), format!("{error}"));
}

impl KeyRecord {
    /// Returns the record as JSON, on one line. Members without a value are omitted, but
    /// `expires_at` is always written.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", RECORD_SCHEMA);
        json.text("id", Some(&self.id));
        json.text("app", Some(&self.app));
        json.text("organization", self.organization.as_ref());
        json.text("environment", self.environment.as_ref());
        json.text("owner", self.owner.as_ref());
        if self.authority == Authority::Owner {
            json.text("authority", Some(self.authority.as_str()));
        }
        json.text("name", self.name.as_ref());
        json.text("scope", Some(self.scope.as_str()));
        json.texts("operations", self.operations.as_deref());
        json.texts("queues", self.queues.as_deref());
        json.raw("digests", list(self.digests.iter().map(digest_json)));
        json.text("display", self.display.as_ref());
        json.text("created_at", self.created_at);
        if let Some(author) = &self.created_by {
            json.raw("created_by", author.to_json());
        }
        json.text("not_before", self.not_before);
        json.text("expires_at", Some(self.expires_at.map_or(NEVER.into(), Timestamp::to_rfc3339)));
        json.text("expires_set_at", self.expires_set_at);
        if let Some(revoked) = &self.revoked {
            json.raw("revoked", revocation_json(revoked));
        }
        json.raw("enabled", self.enabled);
        json.texts("allow_ips", self.allow_ips.as_deref());
        if !self.limits.is_empty() {
            json.raw("limits", list(self.limits.iter().map(Limit::to_json)));
        }
        if !self.metadata.is_empty() {
            let mut metadata = Writer::new();
            self.metadata.iter().for_each(|(name, value)| metadata.text(name, Some(value)));
            json.raw("metadata", metadata.finish());
        }
        json.raw("version", self.version);
        json.finish()
    }
}

fn digest_json(digest: &KeyDigest) -> String {
    let mut json = Writer::new();
    json.text("key_id", digest.key_id.as_ref());
    json.text("digest", Some(&digest.digest));
    json.text("display", digest.display.as_ref());
    json.text("created_at", digest.created_at);
    json.text("valid_until", digest.valid_until);
    json.finish()
}

fn revocation_json(revoked: &Revocation) -> String {
    let mut json = Writer::new();
    json.text("at", Some(revoked.at));
    json.text("by", revoked.by.as_ref());
    json.text("reason", revoked.reason.as_ref());
    json.finish()
}

impl Author {
    /// Returns the author as JSON.
    pub(crate) fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.text("id", Some(&self.id));
        json.text("role", self.role.as_ref());
        json.finish()
    }
}
