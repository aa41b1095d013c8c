//! What can be wrong with a key, a digest, a pepper or entropy.

use keyrail_core::Kind;

/// An error of this crate: a kind, and where it was met, in bytes from the
/// start of the text that was given.
pub type Error = keyrail_core::Error<ErrorKind>;

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A key does not begin with its format's prefix.
    #[error("a key of this format begins with kr_: is this a key of another service?")]
    Prefix,
    /// A key's environment is none of the format's.
    #[error("the environment of a key is live or test")]
    Environment,
    /// A key is shorter or longer than its format's keys.
    #[error(
        "a key of this format is 54 bytes long: was it cut off, or copied with something else?"
    )]
    Length,
    /// A character stands where the format has another kind of character.
    #[error("a key of this format holds letters and digits, with _ between its parts only")]
    Character,
    /// The checksum does not fit what stands before it.
    #[error("the checksum does not fit: the key was mistyped or cut together")]
    Checksum,
    /// There is less entropy than a key needs.
    #[error("a key needs at least 32 bytes from a random source")]
    TooLittleEntropy,
    /// A digest names no algorithm that is known.
    #[error("a digest begins with sha256: or hmac-sha256:")]
    UnknownAlgorithm,
    /// What follows a digest's algorithm is malformed.
    #[error("the value of a digest is 43 characters of base64url without padding")]
    MalformedDigest,
    /// A pepper's id is malformed.
    #[error("the id of a pepper is 1 to 64 letters, digits, hyphens and underscores")]
    MalformedPepperId,
    /// A pepper's secret is too short.
    #[error("the secret of a pepper must be at least 16 bytes long")]
    PepperTooShort,
    /// A digest was made with a pepper, and none was given.
    #[error("this digest was made with a pepper: give the pepper of that id")]
    MissingPepper,
    /// A digest was made with a pepper of another id than the one given.
    #[error("this digest was made with another pepper: give the pepper of that id")]
    OtherPepper,
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::Prefix => "key.prefix",
            Self::Environment => "key.environment",
            Self::Length => "key.length",
            Self::Character => "key.character",
            Self::Checksum => "key.checksum",
            Self::TooLittleEntropy => "key.too_little_entropy",
            Self::UnknownAlgorithm => "key.unknown_algorithm",
            Self::MalformedDigest => "key.malformed_digest",
            Self::MalformedPepperId => "key.malformed_pepper_id",
            Self::PepperTooShort => "key.pepper_too_short",
            Self::MissingPepper => "key.missing_pepper",
            Self::OtherPepper => "key.other_pepper",
        }
    }
}
