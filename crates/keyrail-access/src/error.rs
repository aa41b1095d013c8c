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
        /// The list of networks of a record is empty.
        NoNetwork = "access.no_network",
            "an empty list allows no address: list a network, or omit the member to allow every address";
        /// A record's `expires_at` is not later than its `created_at` and `not_before`.
        NeverValid = "access.never_valid",
            "the key is never valid: expires_at must be later than created_at and not_before";
    }
}
