//! Policies of `keyrail.access`.

use keyrail::access::{self as core, Expiry, KeySource, NewKey, Period, Reissue, Scope};
use keyrail::{EventPattern, Network};
use pyo3::prelude::*;
use pyo3::types::PyString;

use crate::access::Record;
use crate::access_request::Index;
use crate::actor::Actor;
use crate::boundary::{call, call_sized};
use crate::change::{Change, Issued};
use crate::input::{Document, Now, Pairs, Text, Texts, saturating_int};
use crate::key::{Format, Pepper};
use crate::limit::Limit;

/// The keys that may exist, and who may do what with them.
///
/// Each operation takes the `actor` and the time `now`, and returns a `Change`, or an `Issued` if
/// it creates a key. Each operation except `issue` also takes the record. Every operation raises
/// KeyrailError if the actor may not do this (`access.actor_...`), if the policy does not allow the
/// result (`access.policy_...`), or if `now` is before 1973-03-03, because it is then probably a
/// number of seconds (`access.time_in_seconds`). The actor must cover the record before and after
/// the change. This means that the actor's role must have the scope of the key. If the actor is
/// itself a key, it must also allow everything that the other key allows, for at least as long.
#[pyclass(frozen, module = "keyrail.access")]
pub(crate) struct Policy(core::Policy);

#[pymethods]
impl Policy {
    /// Reads a policy from its configuration. The configuration is JSON, or a mapping of the same
    /// form.
    ///
    /// `expiry` (with `days`, `custom` and `never`) and `roles` are required. A role has `scopes`,
    /// `actions` (`*` is every action) and, optionally, `keys` (`own` or `all`). These members are
    /// optional: `names` (with `required` and `max_length`), `authority` (`organization` or
    /// `owner`), `max_keys`, `allow_ips` (`required` or `optional`) and `rotation` (with
    /// `max_grace_days`).
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Policy::from_json(&document)).map(Self)
    }

    /// Returns the policy of a platform: `azeer`, `mehery`, `sceyt`, `swellsign` or `vchatcloud`.
    ///
    /// Raises KeyrailError: `access.unknown_preset`.
    #[staticmethod]
    fn preset(py: Python<'_>, name: Text) -> PyResult<Self> {
        call(py, || core::Policy::preset(&name)).map(Self)
    }

    /// The names of the roles, in the order of the configuration.
    #[getter]
    fn roles(&self) -> Vec<String> {
        self.0.roles().map(Into::into).collect()
    }

    /// What limits the keys: their records alone, or also the permissions of their owners. It is
    /// `organization` or `owner`.
    #[getter]
    fn authority(&self) -> &'static str {
        self.0.authority().as_str()
    }

    /// Issues a key, if the policy allows the actor to. Returns the key with its record.
    ///
    /// `entropy` is at least 32 bytes from `os.urandom`, fresh for each key. `scope` is `read`,
    /// `read_write` or `admin`. `expires` is `"never"`, a number of days such as `"90d"`, an RFC
    /// 3339 timestamp, or an aware `datetime`. It is required unless the policy only allows keys
    /// that never expire. `id` is the record's id; the default is the id that the key contains. The
    /// default of `owner` is the acting user, or the owner of the acting key. `operations` and
    /// `queues` are those to which the key is limited. `limits` are the limits that each request
    /// consumes. `allow_ips` lists the networks to which the key is restricted. `not_before` is the
    /// first time at which the key is valid. `key_count` is the number of keys that exist. It is
    /// required if the policy limits that number.
    ///
    /// Raises KeyrailError if the actor or the policy does not allow it, or if an argument is
    /// invalid. Raises KeyFormatError as `Format.generate` does.
    #[pyo3(signature = (
        format, entropy, *, actor, app, scope, now, expires = None, name = None, id = None,
        organization = None, environment = None, owner = None, operations = None, queues = None,
        allow_ips = None, limits = None, not_before = None, metadata = None, key_count = None,
        pepper = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn issue(
        &self,
        py: Python<'_>,
        format: &Format,
        entropy: &[u8],
        actor: &Actor,
        app: Text,
        scope: Text,
        now: Now,
        expires: Option<Expires>,
        name: Option<Text>,
        id: Option<Text>,
        organization: Option<Text>,
        environment: Option<Text>,
        owner: Option<Text>,
        operations: Option<Texts>,
        queues: Option<Texts>,
        allow_ips: Option<Texts>,
        limits: Option<Vec<Bound<'_, Limit>>>,
        not_before: Option<Now>,
        metadata: Option<Pairs>,
        key_count: Option<KeyCount>,
        pepper: Option<&Pepper>,
    ) -> PyResult<Issued> {
        let new_key = NewKey {
            expires: expires.map(|expires| expires.explicit(py)).transpose()?,
            id: id.as_deref(),
            organization: organization.as_deref(),
            environment: environment.as_deref(),
            owner: owner.as_deref(),
            name: name.as_deref(),
            operations: patterns(py, operations)?,
            queues: strings(queues),
            allow_ips: networks(py, allow_ips)?,
            limits: self::limits(&limits.unwrap_or_default()),
            not_before: not_before.map(|time| time.0),
            metadata: metadata.map(pairs).unwrap_or_default(),
            key_count: key_count.map(|count| count.0),
            ..NewKey::new(&app, call(py, || Scope::parse(&scope))?)
        };
        let source = source(format, entropy, pepper);
        call(py, || self.0.issue(&new_key, &source, &actor.0, now.0)).map(Issued)
    }

    /// Issues a key with a new record, to replace a key that is revoked or expired. The old record
    /// stays as it is.
    ///
    /// The new record has the same app, owner, name, scope, limits and metadata as the old one. If
    /// the old record is disabled, the new one is disabled too. Otherwise, the new key is valid
    /// immediately. The new key is for the environment of the record. If the record has none but
    /// the format has several, the new key is for the first one, and the actor must be a user who
    /// may also issue keys. `id` is the id of the new record; the default is the id that the key
    /// contains. `expires` is required unless the policy only allows keys that never expire.
    /// `key_count` is the number of keys that exist. It is required if the policy limits that
    /// number.
    ///
    /// Raises KeyrailError: `access.not_ended` if the old key is neither revoked nor expired;
    /// `access.reused_entropy`; and the errors of `issue`.
    #[pyo3(signature = (
        record, format, entropy, *, actor, now, expires = None, id = None, key_count = None,
        pepper = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn reissue(
        &self,
        py: Python<'_>,
        record: &Record,
        format: &Format,
        entropy: &[u8],
        actor: &Actor,
        now: Now,
        expires: Option<Expires>,
        id: Option<Text>,
        key_count: Option<KeyCount>,
        pepper: Option<&Pepper>,
    ) -> PyResult<Issued> {
        let source = source(format, entropy, pepper);
        let reissue = Reissue {
            id: id.as_deref(),
            expires: expires.map(|expires| expires.explicit(py)).transpose()?,
            key_count: key_count.map(|count| count.0),
        };
        call(py, || self.0.reissue(&record.0, &reissue, &source, &actor.0, now.0)).map(Issued)
    }

    /// Replaces a key with a new one in the same record.
    ///
    /// The old key stays valid until the end of the grace period, or until it would have expired
    /// anyway, if that is earlier. `grace` is a number of days, hours or minutes such as `"2d"`,
    /// `"36h"` or `"90m"`. The default is one day, or the longest grace period of the policy if
    /// that is shorter. With `"0d"`, the old key is invalid at once. `expires` is the expiry of the
    /// new key; with `"keep"`, the record's expiry stays the same. Old keys that are no longer
    /// valid are removed from the record. The new key is for the environment of the record. If the
    /// record has none but the format has several, the new key is for the first one, and the actor
    /// must be a user who may also issue keys.
    ///
    /// Raises KeyrailError if the actor or the policy does not allow it, and
    /// `access.already_revoked`, `access.already_expired`, `access.malformed_period`,
    /// `access.malformed_expiry`, `access.reused_entropy`; `access.too_many_digests` if more than two
    /// old keys would still be valid; `access.malformed_id` or `access.malformed_name` if the id or
    /// the mask of the new key is too long for a record.
    #[pyo3(signature = (
        record, format, entropy, *, actor, now, grace = None, expires = Expires(None), pepper = None
    ))]
    #[pyo3(text_signature = "($self, record, format, entropy, *, actor, now, grace=None, \
                             expires='keep', pepper=None)")]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn rotate(
        &self,
        py: Python<'_>,
        record: &Record,
        format: &Format,
        entropy: &[u8],
        actor: &Actor,
        now: Now,
        grace: Option<Text>,
        expires: Expires,
        pepper: Option<&Pepper>,
    ) -> PyResult<Issued> {
        let source = source(format, entropy, pepper);
        let grace = call(py, || grace.as_deref().map(Period::parse).transpose())?;
        let rotate = || self.0.rotate(&record.0, grace, expires.0, &source, &actor.0, now.0);
        call(py, rotate).map(Issued)
    }

    /// Revokes a key for good. The change applies to any version of the record.
    ///
    /// `digest` is the index that `Record.find_digest` returned for the key to be revoked. If it is
    /// the index of a replaced key, only that key is revoked. The change then removes all digests
    /// with that key's key id. There is one exception: replaced keys without a key id cannot be told
    /// apart, so revoking one of them revokes all of them. With the index of the current key, or
    /// without an index, all keys of the record are revoked.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unknown_digest`, `access.malformed_reason`.
    #[pyo3(signature = (record, *, actor, now, reason = None, digest = None))]
    fn revoke(
        &self,
        py: Python<'_>,
        record: &Record,
        actor: &Actor,
        now: Now,
        reason: Option<Text>,
        digest: Option<Index>,
    ) -> PyResult<Change> {
        let (digest, reason) = (digest.map(|index| index.0), reason.as_deref());
        call(py, || self.0.revoke(&record.0, digest, reason, &actor.0, now.0)).map(Change)
    }

    /// Disables a key until it is enabled again. The change applies to any version of the record.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unchanged`.
    #[pyo3(signature = (record, *, actor, now))]
    fn disable(
        &self,
        py: Python<'_>,
        record: &Record,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        call(py, || self.0.disable(&record.0, &actor.0, now.0)).map(Change)
    }

    /// Enables a disabled key.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unchanged`.
    #[pyo3(signature = (record, *, actor, now))]
    fn enable(&self, py: Python<'_>, record: &Record, actor: &Actor, now: Now) -> PyResult<Change> {
        call(py, || self.0.enable(&record.0, &actor.0, now.0)).map(Change)
    }

    /// Changes the name of a key, or removes the name if none is passed.
    ///
    /// Raises KeyrailError if the actor or the policy does not allow it, and
    /// `access.already_revoked`, `access.unchanged`, `access.malformed_name`.
    #[pyo3(signature = (record, name, *, actor, now))]
    fn rename(
        &self,
        py: Python<'_>,
        record: &Record,
        name: Option<Text>,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        call(py, || self.0.rename(&record.0, name.as_deref(), &actor.0, now.0)).map(Change)
    }

    /// Changes the scope of a key. `scope` is the new scope: `read`, `read_write` or `admin`.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unchanged`, `access.unknown_scope`.
    #[pyo3(signature = (record, scope, *, actor, now))]
    fn set_scope(
        &self,
        py: Python<'_>,
        record: &Record,
        scope: Text,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        let scope = call(py, || Scope::parse(&scope))?;
        call(py, || self.0.set_scope(&record.0, scope, &actor.0, now.0)).map(Change)
    }

    /// Changes the operations to which a key is limited. None removes the limit.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unchanged`, `access.no_operation`, `access.too_many_items`,
    /// `event.malformed_pattern`.
    #[pyo3(signature = (record, operations, *, actor, now))]
    fn set_operations(
        &self,
        py: Python<'_>,
        record: &Record,
        operations: Option<Texts>,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        let operations = patterns(py, operations)?;
        let set = || self.0.set_operations(&record.0, operations.as_deref(), &actor.0, now.0);
        call(py, set).map(Change)
    }

    /// Changes the queues to which a key is limited. None removes the limit.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unchanged`, `access.no_queue`, `access.too_many_items`, `access.malformed_id`.
    #[pyo3(signature = (record, queues, *, actor, now))]
    fn set_queues(
        &self,
        py: Python<'_>,
        record: &Record,
        queues: Option<Texts>,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        let queues = strings(queues);
        let set = || self.0.set_queues(&record.0, queues.as_deref(), &actor.0, now.0);
        call(py, set).map(Change)
    }

    /// Changes the networks to which a key is restricted. None removes the restriction.
    ///
    /// Raises KeyrailError if the actor or the policy does not allow it, and
    /// `access.already_revoked`, `access.unchanged`, `access.no_network`, `access.too_many_items`,
    /// `network.malformed`, `network.host_bits`.
    #[pyo3(signature = (record, networks, *, actor, now))]
    fn set_networks(
        &self,
        py: Python<'_>,
        record: &Record,
        networks: Option<Texts>,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        let networks = self::networks(py, networks)?;
        let set = || self.0.set_networks(&record.0, networks.as_deref(), &actor.0, now.0);
        call(py, set).map(Change)
    }

    /// Changes when a key expires. `expires` has the same forms as for `issue`.
    ///
    /// The expiry may be moved to any earlier time that is still in the future. It may be moved to
    /// a later time if the policy allows the new expiry. The whole life of the key, from its
    /// creation, must then be no longer than the longest expiry that the policy offers. If the
    /// creation time is unknown, the expiry may be moved to a later time only if the policy allows
    /// keys that never expire. To use a key for longer, rotate it. The change never extends the
    /// life of a replaced key.
    ///
    /// Raises KeyrailError if the actor or the policy does not allow it, and
    /// `access.already_revoked`, `access.already_expired`, `access.unchanged`,
    /// `access.never_valid`, `access.malformed_expiry`.
    #[pyo3(signature = (record, expires, *, actor, now))]
    fn set_expiry(
        &self,
        py: Python<'_>,
        record: &Record,
        expires: Expires,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        let expires = expires.explicit(py)?;
        call(py, || self.0.set_expiry(&record.0, expires, &actor.0, now.0)).map(Change)
    }

    /// Replaces the limits that each request with a key consumes. An empty list removes them.
    ///
    /// If you change the rate or quota of a limit, give the limit a new name or delete its states.
    /// Otherwise, the new rule continues with the old state.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unchanged`, `access.too_many_limits`, `access.duplicate_limit`, `access.no_owner`,
    /// `access.no_organization`.
    #[pyo3(signature = (record, limits, *, actor, now))]
    fn set_limits(
        &self,
        py: Python<'_>,
        record: &Record,
        limits: Vec<Bound<'_, Limit>>,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        let limits = self::limits(&limits);
        call(py, || self.0.set_limits(&record.0, &limits, &actor.0, now.0)).map(Change)
    }

    /// Replaces the metadata of a key: the host's own data about it.
    ///
    /// Raises KeyrailError if the actor may not do this, and `access.already_revoked`,
    /// `access.unchanged`, `access.malformed_metadata`.
    #[pyo3(signature = (record, metadata, *, actor, now))]
    fn set_metadata(
        &self,
        py: Python<'_>,
        record: &Record,
        metadata: Pairs,
        actor: &Actor,
        now: Now,
    ) -> PyResult<Change> {
        let metadata = pairs(metadata);
        call(py, || self.0.set_metadata(&record.0, &metadata, &actor.0, now.0)).map(Change)
    }
}

fn limits(limits: &[Bound<'_, Limit>]) -> Vec<core::Limit> {
    limits.iter().map(|limit| limit.get().0.clone()).collect()
}

/// An expiry, from a string or a time, or `None` for the word `keep`.
#[derive(Clone, Copy)]
pub(crate) struct Expires(Option<Expiry>);

impl Expires {
    /// Returns the expiry. The word `keep` is an error.
    fn explicit(self, py: Python<'_>) -> PyResult<Expiry> {
        let malformed = || core::Error::from(core::ErrorKind::MalformedExpiry);
        call(py, || self.0.ok_or_else(malformed))
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Expires {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if !object.is_instance_of::<PyString>() {
            return Ok(Self(Some(Expiry::At(object.extract::<Now>()?.0))));
        }
        let text: Text = object.extract()?;
        match &*text {
            "keep" => Ok(Self(None)),
            text => call(object.py(), || Expiry::parse(text)).map(|expiry| Self(Some(expiry))),
        }
    }
}

/// A number of keys. A negative number becomes the largest possible number, which no policy allows.
#[derive(Clone, Copy)]
pub(crate) struct KeyCount(u64);

impl<'a, 'py> FromPyObject<'a, 'py> for KeyCount {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(u64::try_from(saturating_int(object)?).unwrap_or(u64::MAX)))
    }
}

fn source<'a>(format: &'a Format, entropy: &'a [u8], pepper: Option<&'a Pepper>) -> KeySource<'a> {
    KeySource { pepper: pepper.map(|pepper| &pepper.0), ..KeySource::new(&format.0, entropy) }
}

pub(crate) fn strings(texts: Option<Texts>) -> Option<Vec<String>> {
    texts.map(|texts| texts.iter().map(|text| text.to_string()).collect())
}

fn pairs(pairs: Pairs) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect()
}

pub(crate) fn patterns(
    py: Python<'_>,
    texts: Option<Texts>,
) -> PyResult<Option<Vec<EventPattern>>> {
    let parse = |texts: Texts| texts.iter().map(|text| EventPattern::parse(text)).collect();
    call(py, || texts.map(parse).transpose())
}

fn networks(py: Python<'_>, texts: Option<Texts>) -> PyResult<Option<Vec<Network>>> {
    let parse = |texts: Texts| texts.iter().map(|text| Network::parse(text)).collect();
    call(py, || texts.map(parse).transpose())
}
