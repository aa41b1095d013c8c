//! The errors of key records, and of the names of scopes and accesses.

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
        /// A record's `expires_at` is not later than both its `created_at` and its `not_before`.
        NeverValid = "access.never_valid",
            "the key is never valid: expires_at must be later than created_at and not_before";
        /// A record's `schema` is newer than the ones that this release can read.
        NewerSchema = "access.newer_schema",
            "this record was written by a newer release of Keyrail: update Keyrail here";
        /// A name or a mask is empty, is too long, or contains a control or bidirectional
        /// formatting character.
        MalformedName = "access.malformed_name",
            "a name or a mask must be 1 to 128 characters long, without control and bidirectional formatting characters";
        /// A reason is too long, or contains a control or bidirectional formatting character.
        MalformedReason = "access.malformed_reason",
            "a reason must be at most 512 bytes long, without control and bidirectional formatting characters";
        /// A record's metadata is too large, has an empty name, or contains a control or
        /// bidirectional formatting character.
        MalformedMetadata = "access.malformed_metadata",
            "metadata may have at most 32 members, with names of 1 to 64 bytes and values of at most 512 bytes, without control and bidirectional formatting characters";
        /// A record's `schema` or `version` is out of range.
        MalformedNumber = "access.malformed_number",
            "number out of range: schema must be 1, and version must not be negative";
        /// The list of the days before an expiry on which alerts are due has more than 16 numbers,
        /// or one that is not from 0 to 3660.
        MalformedDays = "access.malformed_days",
            "the days before an expiry must be at most 16 numbers, each from 0 to 3660";
    }
}
