//! The errors of key records, and of the names of scopes and accesses.

/// An error of this crate: its kind, and the position in the input if it is known.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of this crate's errors.
    pub enum ErrorKind {
        /// The access is unknown.
        UnknownAccess = "access.unknown_access",
            "unknown access: expected one of read, write, admin";
        /// The scope is unknown.
        UnknownScope = "access.unknown_scope",
            "unknown scope: expected one of read, read_write, admin";
        /// A record has no digest.
        NoDigest = "access.no_digest", "a key record needs at least one digest";
        /// A record has more digests than it may.
        TooManyDigests = "access.too_many_digests",
            "a key record may have digests of at most 3 key ids, 2 of each: remove those that are no longer valid";
        /// The list of operations of a record is empty.
        NoOperation = "access.no_operation",
            "an empty list allows no operation: list an operation, or omit the member to allow all that the scope allows";
        /// The list of queues of a record is empty.
        NoQueue = "access.no_queue",
            "an empty list allows no queue: list a queue, or omit the member to allow every queue of the app";
        /// The list of networks of a record is empty.
        NoNetwork = "access.no_network",
            "an empty list allows no address: list a network, or omit the member to allow every address";
        /// A list of a record has more than [`MAX_ITEMS`](crate::MAX_ITEMS) items.
        TooManyItems = "access.too_many_items",
            "too many items: a list may have at most 1024; use a pattern or a larger network";
        /// A record's `expires_at` is not later than its `created_at` and `not_before`.
        NeverValid = "access.never_valid",
            "the key is never valid: expires_at must be later than created_at and not_before";
        /// A record was written in a newer form than this release reads.
        NewerSchema = "access.newer_schema",
            "this record was written by a newer release: update this one before it reads the record";
        /// A name or a mask is empty, too long, or contains a character that is not displayed.
        MalformedName = "access.malformed_name",
            "a name must be 1 to 128 characters long, without control and bidirectional formatting characters";
        /// A reason is too long, or contains a character that is not displayed.
        MalformedReason = "access.malformed_reason",
            "a reason must be at most 512 bytes long, without control and bidirectional formatting characters";
        /// A record's metadata is too large, or contains a character that is not displayed.
        MalformedMetadata = "access.malformed_metadata",
            "metadata may have at most 32 members, with names of 1 to 64 bytes and values of at most 512 bytes, without control and bidirectional formatting characters";
        /// A record's `schema` or `version` is out of range.
        MalformedNumber = "access.malformed_number",
            "number out of range: schema must be 1, and version must not be negative";
        /// There are too many numbers of days before an expiry, or one is out of range.
        MalformedDays = "access.malformed_days",
            "at most 16 numbers of days before the expiry are allowed, each from 0 to 3660";
    }
}
