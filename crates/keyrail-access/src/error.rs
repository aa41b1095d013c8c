//! What can be wrong with a key record, or with a word of this crate.

use keyrail_core::Kind;

/// An error of this crate: its kind, and the place in the input.
pub type Error = keyrail_core::Error<ErrorKind>;

/// The causes of this crate's errors.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The access is unknown.
    #[error("unknown access: expected one of read, write, admin")]
    UnknownAccess,
    /// The scope is unknown.
    #[error("unknown scope: expected one of read, read_write, admin")]
    UnknownScope,
    /// A record has no digest.
    #[error("a key record needs at least one digest")]
    NoDigest,
    /// A record's list of networks is empty.
    #[error(
        "no address is allowed: list a network, or leave the member out to allow every address"
    )]
    NoNetwork,
    /// A record expires before, or as soon as, it is created or becomes valid.
    #[error("the key is never valid: expires_at must be later than created_at and not_before")]
    NeverValid,
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownAccess => "access.unknown_access",
            Self::UnknownScope => "access.unknown_scope",
            Self::NoDigest => "access.no_digest",
            Self::NoNetwork => "access.no_network",
            Self::NeverValid => "access.never_valid",
        }
    }
}
