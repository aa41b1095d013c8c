//! The errors of key records, policies and operations, and of the names of scopes and access
//! levels.

use alloc::string::String;

/// An error of this crate: its kind, and the position in the input if it is known.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of this crate's errors.
    pub enum ErrorKind {
        /// The name of an access level is not `read`, `write` or `admin`.
        UnknownAccess = "access.unknown_access",
            "unknown access: expected one of read, write, admin";
        /// The name of a scope is not `read`, `read_write` or `admin`.
        UnknownScope = "access.unknown_scope",
            "unknown scope: expected one of read, read_write, admin";
        /// A record has no digest.
        NoDigest = "access.no_digest", "a key record needs at least one digest";
        /// A record has too many digests.
        TooManyDigests = "access.too_many_digests",
            "a key record may have digests for at most 3 key ids, and at most 2 digests for each: remove those that are no longer valid";
        /// A salted digest has no key id, so it could not be looked up.
        NoKeyId = "access.no_key_id",
            "a salted digest cannot be looked up by its hash: specify key_id, the id that the key contains";
        /// A record's list of operations is empty.
        NoOperation = "access.no_operation",
            "an empty list allows no operation: list an operation, or omit the member to allow all that the scope allows";
        /// A record's list of queues is empty.
        NoQueue = "access.no_queue",
            "an empty list allows no queue: list a queue, or omit the member to allow every queue of the app";
        /// A record's list of networks is empty.
        NoNetwork = "access.no_network",
            "an empty list allows no address: list a network, or omit the member to allow every address";
        /// A list of a record has more than 1024 items.
        TooManyItems = "access.too_many_items",
            "too many items: a list may have at most 1024; use a pattern or a larger network";
        /// A limit of a record counts the requests of the record's organization, but the record
        /// specifies no organization.
        NoOrganization = "access.no_organization",
            "a limit of the organization needs an organization: add its id to the record";
        /// A record's `expires_at` is no later than its `created_at` or its `not_before`.
        NeverValid = "access.never_valid",
            "the key is never valid: expires_at must be later than created_at and not_before";
        /// The `schema` of a document, or the version of a checkpoint, is newer than the ones that
        /// this release can read.
        NewerSchema = "access.newer_schema",
            "this document was written by a newer release of Keyrail: update Keyrail here";
        /// A name or a mask is empty, is too long, or contains a control or bidirectional
        /// formatting character.
        MalformedName = "access.malformed_name",
            "a name or a mask must be 1 to 128 characters long, without control and bidirectional formatting characters";
        /// A reason is too long, or contains a control or bidirectional formatting character.
        MalformedReason = "access.malformed_reason",
            "a reason must be at most 512 bytes long, without control and bidirectional formatting characters";
        /// A record's metadata is too large, has an empty or duplicate name, or contains a control or
        /// bidirectional formatting character.
        MalformedMetadata = "access.malformed_metadata",
            "metadata may have at most 32 members, with different names of 1 to 64 bytes and values of at most 512 bytes, without control and bidirectional formatting characters";
        /// A `schema`, the `version` of a record, the `number` of an audit entry or the `at` or
        /// `count` of a limit's state is out of range.
        MalformedNumber = "access.malformed_number",
            "number out of range: schema must be 1, version and count must not be negative, the number of an audit entry must be at least 1, and every integer must be from -(2^53 - 1) to 2^53 - 1";
        /// A record specifies no owner, although its authority is `owner` or one of its limits
        /// counts the requests of its owner.
        NoOwner = "access.no_owner",
            "a key whose authority is owner, or that has a limit of its owner, needs an owner: \
             add the id of the user";
        /// The list of days for alerts has more than 16 numbers, or a number that is not from 0 to
        /// 3660 (for unused keys, from 1 to 3660).
        MalformedDays = "access.malformed_days",
            "the list of days for alerts may have at most 16 numbers, each from 0 to 3660 (from 1 to 3660 for unused keys)";
        /// The string is not an expiry, or the time is after the year 9999.
        MalformedExpiry = "access.malformed_expiry",
            "invalid expiry: expected never, a number of days such as 90d, or an RFC 3339 timestamp before the year 10000";
        /// The string is not a period, or the period is too long.
        MalformedPeriod = "access.malformed_period",
            "invalid period: expected a number of days, hours or minutes such as 2d, 36h or 90m, at most 36525 days";
        /// A policy allows no expiry at all, not even `never`.
        NoExpiry = "access.no_expiry",
            "the policy offers no expiry: list days, add a custom range, or set the member never \
             to true";
        /// A policy has no role.
        NoRole = "access.no_role", "the policy has no role: nobody could issue a key";
        /// A role has no scope.
        NoScope = "access.no_scope", "a role needs at least one scope";
        /// A role has no action.
        NoAction = "access.no_action", "a role needs at least one action: * is every action";
        /// An action is unknown. The message suggests what to write instead.
        UnknownAction(String) = "access.unknown_action", "unknown action: {0}";
        /// A policy has more than 64 roles, or its list `days` has more than 64 items.
        TooManyRoles = "access.too_many_roles",
            "a policy may have at most 64 roles, and its list days at most 64 items";
        /// A number in a policy is out of range, or `min_days` is greater than `max_days`.
        MalformedRange = "access.malformed_range",
            "number out of range: days must be from 1 to 36525 (from 0 for a grace period), the maximum length of names from 1 to 128, max_keys at least 1, and min_days at most max_days";
        /// There is no built-in policy with this name.
        UnknownPreset = "access.unknown_preset",
            "unknown policy: expected azeer, mehery, sceyt, swellsign or vchatcloud";
        /// The id or the role of an actor is empty, too long, or contains a control character; the id
        /// of a user contains white space or `@`, or is an IP address; or the role of a user is
        /// `key`.
        MalformedActor = "access.malformed_actor",
            "the id and the role of an actor must be 1 to 256 bytes long, without control \
             characters; the id of a user must not be a name or an address, so it must not contain \
             white space or @ and must not be an IP address; and the role of a user must not be key";
        /// An id that was passed is empty, too long, or contains a control character.
        MalformedId = "access.malformed_id",
            "an id must be 1 to 256 bytes long, without control characters";
        /// The policy does not have the actor's role.
        ActorRole = "access.actor_role", "the policy does not have the actor's role";
        /// The acting key is not valid at this time.
        ActorInvalid = "access.actor_invalid", "the acting key is not valid at this time";
        /// The actor's role may not take this action.
        ActorAction = "access.actor_action", "the actor's role may not take this action";
        /// The key has a different owner than the actor, or the actor is limited to its owner's
        /// permissions and the key is not.
        ActorOwner = "access.actor_owner",
            "the actor may only act on keys of the same owner, and a key with the authority owner \
             only on keys with this authority";
        /// The key belongs to another app, organization or environment than the acting key, or its
        /// environment is unknown.
        ActorApp = "access.actor_app",
            "a key may only act on keys of its own app, organization and environment";
        /// The actor may not issue or change keys of this scope.
        ActorScope = "access.actor_scope", "the actor may not issue or change keys of this scope";
        /// The key allows an operation that the acting key does not allow.
        ActorOperations = "access.actor_operations",
            "a key may only act on keys whose operations it also allows";
        /// The key allows a queue that the acting key does not allow.
        ActorQueues = "access.actor_queues",
            "a key may only act on keys whose queues it also allows";
        /// The key allows an address that the acting key does not allow.
        ActorNetworks = "access.actor_networks",
            "a key may only act on keys whose networks it also allows";
        /// The key expires later than the acting key.
        ActorExpiry = "access.actor_expiry",
            "a key may only act on keys that expire no later than itself";
        /// The key does not have all limits of the acting key, or its limits count the requests of
        /// another owner. Or the change adds a limit of the owner or the organization, and the
        /// acting key does not have this limit.
        ActorLimits = "access.actor_limits",
            "a key may only act on keys that have all limits of the acting key, unchanged and for the same owner, and the acting key may add a limit of the owner or the organization only if it has that limit itself";
        /// The policy does not allow this expiry.
        PolicyExpiry = "access.policy_expiry",
            "the policy does not allow this expiry: choose one that it offers";
        /// The policy requires a name, or only allows shorter names.
        PolicyName = "access.policy_name",
            "the policy requires a name, or does not allow one this long: choose another name";
        /// The policy requires that a key is restricted to networks.
        PolicyNetworks = "access.policy_networks",
            "the policy requires that keys are restricted to networks: list some, but not all addresses";
        /// The policy limits the number of keys, and the number of keys that exist was not passed.
        PolicyKeyCount = "access.policy_key_count",
            "the policy limits the number of keys: pass the number of keys that exist";
        /// The maximum number of keys that the policy allows already exists.
        PolicyMaxKeys = "access.policy_max_keys",
            "the policy does not allow another key: revoke or delete one first";
        /// The policy does not allow such a long grace period.
        PolicyGrace = "access.policy_grace",
            "the policy does not allow such a long grace period: choose a shorter one";
        /// The key contains no id and the caller passed none, or the id of the new record would be
        /// that of the old record.
        IdRequired = "access.id_required",
            "the new record needs an id of its own: pass one that no other record has";
        /// The record has no digest with this index.
        UnknownDigest = "access.unknown_digest",
            "the record has no digest with this index: pass the one that find_digest returned";
        /// The key has already been revoked.
        AlreadyRevoked = "access.already_revoked",
            "this key has been revoked for good: reissue it instead";
        /// The key has already expired.
        AlreadyExpired = "access.already_expired", "this key has expired: reissue it instead";
        /// The key is neither revoked nor expired.
        NotEnded = "access.not_ended",
            "only a revoked or expired key is reissued: rotate this one instead";
        /// The record already has this key, or a key with the same key id: the random bytes were
        /// used before.
        ReusedEntropy = "access.reused_entropy",
            "the record has this key or a key with this key id: pass new random bytes";
        /// The operation would not change the record.
        Unchanged = "access.unchanged", "the record already has this value: nothing to change";
        /// The change is based on another version of the stored record, or on another record.
        VersionConflict = "access.version_conflict",
            "the record was changed in the meantime: read it again, and repeat the operation";
        /// The version of a record is already the largest possible one.
        TooManyChanges = "access.too_many_changes",
            "the version of this record cannot be increased: reissue the key";
        /// A time that was passed, or that last uses contain, is before 1973-03-03.
        TimeInSeconds = "access.time_in_seconds",
            "the time is before 1973-03-03: it was probably made from seconds instead of milliseconds";
        /// The name of a limit is empty, too long, or contains a character that is not a letter, a
        /// digit, `.`, `_` or `-`.
        MalformedLimitName = "access.malformed_limit_name",
            "the name of a limit must be 1 to 64 letters, digits, dots, underscores or hyphens";
        /// A number in a limit is out of range, or the bucket of a rate would take more than 366
        /// days to fill.
        MalformedLimit = "access.malformed_limit",
            "number out of range: units and burst must be from 1 to 1000000000, cost from 1 to burst (to units for a quota), per_seconds from 1 to 31622400, day from 1 to 31 and only for a month, and an empty bucket must fill within 366 days";
        /// A limit has neither a rate nor a quota, or it has both.
        LimitRule = "access.limit_rule", "a limit needs either a rate or a quota: specify one of them";
        /// A record has more than 16 limits, or more than 16 were passed for one request.
        TooManyLimits = "access.too_many_limits",
            "too many limits: a key or a request may have at most 16; remove some";
        /// Two limits of one record or request have the same name.
        DuplicateLimit = "access.duplicate_limit",
            "two limits have the same name: give each limit a name of its own";
        /// An audit chain has no HMAC key.
        NoAuditKey = "access.no_audit_key", "an audit chain needs an HMAC key: pass at least one";
        /// An audit chain has more than 64 HMAC keys.
        TooManyAuditKeys = "access.too_many_audit_keys",
            "an audit chain may have at most 64 HMAC keys: verify older entries separately";
        /// Two HMAC keys of an audit chain have the same id.
        DuplicateAuditKey = "access.duplicate_audit_key",
            "two HMAC keys have the same id: give each key an id of its own";
        /// The secret of an HMAC key of an audit chain is shorter than 32 bytes.
        AuditSecretTooShort = "access.audit_secret_too_short",
            "the secret of an audit key must be at least 32 bytes long: generate random bytes";
        /// Fewer than 16 random bytes were passed for the salt of an audit entry.
        SaltTooShort = "access.salt_too_short",
            "too little entropy for the salt of an audit entry: pass at least 16 random bytes";
        /// The payload of an audit entry is longer than 1 MiB.
        PayloadTooLarge = "access.payload_too_large",
            "the payload of an audit entry may be at most 1048576 bytes long";
        /// The number of an audit entry is already the largest possible one.
        TooManyEntries = "access.too_many_entries",
            "the number of the entry cannot be increased: start a chain with another writer";
        /// A hash or a salt of an audit entry does not have the right length, or is not base64url.
        MalformedHash = "access.malformed_hash",
            "invalid hash or salt: expected base64url without padding, 43 characters for a hash and 22 for a salt";
        /// The string is not a checkpoint of an audit log.
        MalformedCheckpoint = "access.malformed_checkpoint",
            "invalid checkpoint: expected the string that Keyrail printed, such as 0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:gateway-1";
        /// A usage counter has more than 1,024 operations.
        TooManyOperations = "access.too_many_operations",
            "a usage counter may have at most 1024 operations: omit some, and their requests are \
             counted under the name other";
        /// A usage has more than 4,000,000 counts and epochs.
        TooMuchUsage = "access.too_much_usage",
            "a usage may have at most 4000000 counts and epochs: close or remove days, or store a usage for each organization";
        /// A day in a usage is not a date from 1973-03-03 to 9999-12-31.
        MalformedDay = "access.malformed_day",
            "invalid day: expected a date after 1973-03-02, such as 2026-12-01";
        /// A count in a usage is not from 1 to 2^53 - 1.
        MalformedCount = "access.malformed_count",
            "a count must be from 1 to 9007199254740991: omit counts of 0";
        /// A list in a usage has two items for the same thing: in `open`, for the same day and
        /// epoch; in `closed`, for the same day; in `epochs`, for the same epoch; in `counts`, for
        /// the same record, operation and outcome. Or a day is in both `open` and `closed`.
        DuplicateUsage = "access.duplicate_usage",
            "this was counted before: merge usage with Keyrail, not by joining lists";
        /// Last uses have more than 16 digests.
        TooManyLastUses = "access.too_many_last_uses",
            "last uses may have at most 16 digests: remove those that the record no longer has";
        /// Last uses have two times for a digest.
        DuplicateLastUse = "access.duplicate_last_use",
            "the digest has a time already: keep the later one";
    }
    of {
        /// An error of the new key: see [`keyrail_key`].
        Key(keyrail_key::ErrorKind);
    }
}

impl ErrorKind {
    /// The kinds of a wrong `schema`: one that is too new, and one that no release has written.
    pub(crate) const OF_SCHEMA: (Self, Self) = (Self::NewerSchema, Self::MalformedNumber);
}
