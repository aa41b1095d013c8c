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
    #[error("a key of this format begins with its prefix: is this a key of another service?")]
    Prefix,
    /// A key's environment is none of the format's.
    #[error("this is none of the format's environments")]
    Environment,
    /// A key is empty.
    #[error("a key holds at least one character")]
    Empty,
    /// A key is shorter or longer than its format's keys.
    #[error("a key of this format has another length: was it cut off, or copied with more?")]
    Length,
    /// A character stands where the format has another kind of character.
    #[error("a key of this format has no such character here")]
    Character,
    /// The checksum does not fit what stands before it.
    #[error("the checksum does not fit: the key was mistyped or cut together")]
    Checksum,
    /// There is less entropy than a key needs.
    #[error("a key needs at least 32 bytes from a random source")]
    TooLittleEntropy,
    /// Keys of a foreign format are made by their platform.
    #[error("keys of this format are made by their platform")]
    NotGenerated,
    /// A format has no shape that a regular expression could look for.
    #[error("this format has no shape to look for")]
    NoPattern,
    /// A declared prefix is empty.
    #[error("a prefix is needed: 1 to 32 letters, digits and -._~+/")]
    EmptyPrefix,
    /// A declared prefix holds a character beyond ASCII.
    #[error("a prefix is ASCII: 1 to 32 letters, digits and -._~+/")]
    NonAsciiPrefix,
    /// A declared prefix is too long, or holds another character.
    #[error("a prefix is 1 to 32 letters, digits and -._~+/")]
    MalformedPrefix,
    /// The name of a format is malformed.
    #[error(
        "the name of a format, its prefix if none is given, is 1 to 64 letters, digits, - and _"
    )]
    MalformedFormatName,
    /// A declaration has a list of environments, and none in it.
    #[error("name an environment, or leave the list away")]
    NoEnvironments,
    /// A declaration has too many environments.
    #[error("a format has at most 32 environments")]
    TooManyEnvironments,
    /// The name of an environment is malformed.
    #[error("an environment is 1 to 32 letters, digits and -._~+/")]
    MalformedEnvironment,
    /// An environment stands in the list twice.
    #[error("this environment stands here twice: keep one")]
    DuplicateEnvironment,
    /// Where an environment ends is not certain.
    #[error(
        "where this environment ends is not certain: it holds the separator, \
         or one of two begins with the other"
    )]
    AmbiguousEnvironment,
    /// A separator is too long, or holds another character.
    #[error("a separator is at most 8 letters, digits and -._~+/")]
    MalformedSeparator,
    /// A declaration has no segment.
    #[error("a format has at least one segment")]
    NoSegments,
    /// A declaration has too many segments.
    #[error("a format has at most 16 segments")]
    TooManySegments,
    /// The name of a segment is malformed.
    #[error("the name of a segment is 1 to 64 letters, digits, - and _")]
    MalformedSegmentName,
    /// Two segments have one name.
    #[error("two segments have this name")]
    DuplicateSegment,
    /// The length of a segment is out of range, or its range is empty.
    #[error("a segment is 1 to 512 characters long, and min is not above max")]
    SegmentLength,
    /// An alphabet of one's own is malformed.
    #[error("an alphabet is two or more different characters: letters, digits and -._~+/")]
    MalformedAlphabet,
    /// An alphabet's name is not known.
    #[error(
        "an alphabet is hex, base32, base58, base62, base64url, digits, \
         or an object with characters"
    )]
    UnknownAlphabet,
    /// A segment of variable length holds what a separator beside it begins with.
    #[error(
        "the separator beside this segment of variable length begins with \
         a character of its alphabet"
    )]
    SeparatorInAlphabet,
    /// Where a segment of variable length ends is not certain.
    #[error(
        "where this segment ends is not certain: let a separator follow, or fixed lengths alone"
    )]
    AmbiguousSegments,
    /// A declaration's secret is too short to be safe.
    #[error("the secret segments hold under 96 bits at their shortest: make them longer")]
    TooLittleSecret,
    /// A format's keys could be too long.
    #[error("a key of this format could be longer than 512 bytes")]
    FormatTooLong,
    /// A checksum's length is out of range, or given where it is fixed.
    #[error("only sha256 has a length of one's own, of 4 to 64")]
    MalformedChecksum,
    /// A checksum's name is not known.
    #[error(
        "a checksum is none, crc32, crc32_body, sha256, or an object with the algorithm of one"
    )]
    UnknownChecksum,
    /// A format's name is none of the built-in ones.
    #[error("a built-in format is keyrail, github, hex40, jwt, vchatcloud or opaque")]
    UnknownFormat,
    /// Two formats of a set have one name.
    #[error("two formats of this set have one name")]
    DuplicateFormat,
    /// One text could be a key of two formats of a set.
    #[error(
        "one text could be a key of this format and of another of the set: give them other prefixes"
    )]
    AmbiguousFormats,
    /// The formats of a set take too many steps to compare.
    #[error(
        "these formats take too long to tell apart: give them prefixes that differ, fewer environments or fixed lengths"
    )]
    SetTooComplex,
    /// A set has too many formats.
    #[error("a set has at most 1,000 formats")]
    TooManyFormats,
    /// A digest names no algorithm that is known.
    #[error(
        "a digest begins with sha256:, hmac-sha256:, foreign-sha256: or foreign-sha512:, \
         in lower case"
    )]
    UnknownAlgorithm,
    /// What follows a digest's algorithm is malformed.
    #[error(
        "the value of a digest is 43 characters of base64url without padding; \
         of one that another system made, 64 or 128 hexadecimal digits"
    )]
    MalformedDigest,
    /// A text is too weak for a digest: its characters hold under 96 bits.
    #[error(
        "this text holds under 96 bits: a fast hash does not protect it. Make keys at random; \
         store passwords under a slow hash, such as Argon2id"
    )]
    TooWeak,
    /// A mask would show more than 4 characters at an end.
    #[error("a mask shows at most 4 characters at the start and 4 at the end")]
    MaskPolicy,
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
            Self::Empty => "key.empty",
            Self::Length => "key.length",
            Self::Character => "key.character",
            Self::Checksum => "key.checksum",
            Self::TooLittleEntropy => "key.too_little_entropy",
            Self::NotGenerated => "key.not_generated",
            Self::NoPattern => "key.no_pattern",
            Self::EmptyPrefix => "key.empty_prefix",
            Self::NonAsciiPrefix => "key.non_ascii_prefix",
            Self::MalformedPrefix => "key.malformed_prefix",
            Self::MalformedFormatName => "key.malformed_format_name",
            Self::NoEnvironments => "key.no_environments",
            Self::TooManyEnvironments => "key.too_many_environments",
            Self::MalformedEnvironment => "key.malformed_environment",
            Self::DuplicateEnvironment => "key.duplicate_environment",
            Self::AmbiguousEnvironment => "key.ambiguous_environment",
            Self::MalformedSeparator => "key.malformed_separator",
            Self::NoSegments => "key.no_segments",
            Self::TooManySegments => "key.too_many_segments",
            Self::MalformedSegmentName => "key.malformed_segment_name",
            Self::DuplicateSegment => "key.duplicate_segment",
            Self::SegmentLength => "key.segment_length",
            Self::MalformedAlphabet => "key.malformed_alphabet",
            Self::UnknownAlphabet => "key.unknown_alphabet",
            Self::SeparatorInAlphabet => "key.separator_in_alphabet",
            Self::AmbiguousSegments => "key.ambiguous_segments",
            Self::TooLittleSecret => "key.too_little_secret",
            Self::FormatTooLong => "key.format_too_long",
            Self::MalformedChecksum => "key.malformed_checksum",
            Self::UnknownChecksum => "key.unknown_checksum",
            Self::UnknownFormat => "key.unknown_format",
            Self::DuplicateFormat => "key.duplicate_format",
            Self::AmbiguousFormats => "key.ambiguous_formats",
            Self::SetTooComplex => "key.set_too_complex",
            Self::TooManyFormats => "key.too_many_formats",
            Self::UnknownAlgorithm => "key.unknown_algorithm",
            Self::MalformedDigest => "key.malformed_digest",
            Self::TooWeak => "key.too_weak",
            Self::MaskPolicy => "key.mask_policy",
            Self::MalformedPepperId => "key.malformed_pepper_id",
            Self::PepperTooShort => "key.pepper_too_short",
            Self::MissingPepper => "key.missing_pepper",
            Self::OtherPepper => "key.other_pepper",
        }
    }
}
