//! What can be wrong with a key, a digest, a pepper or entropy.

/// An error of this crate: a kind, and where it was met, in bytes from the
/// start of the text that was given.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// What can be wrong.
    pub enum ErrorKind {
        /// A key does not begin with its format's prefix.
        Prefix = "key.prefix",
            "a key of this format begins with its prefix: is this a key of another service?";
        /// The key's environment is unknown to the format.
        Environment = "key.environment", "unknown environment: expected one of the format's environments";
        /// A key is empty.
        Empty = "key.empty", "a key holds at least one character";
        /// A key is shorter or longer than its format's keys.
        Length = "key.length",
            "a key of this format has another length: was it cut off, or copied with more?";
        /// A character is where the format has another kind of character.
        Character = "key.character", "a key of this format has no such character here";
        /// The checksum does not match the characters before it.
        Checksum = "key.checksum", "the checksum does not match: the key was mistyped or truncated";
        /// There is less entropy than a key needs.
        TooLittleEntropy = "key.too_little_entropy",
            "a key needs at least 32 bytes from a random source";
        /// Keys of a foreign format are made by their platform.
        NotGenerated = "key.not_generated", "keys of this format are made by their platform";
        /// A format has no shape that a regular expression could look for.
        NoPattern = "key.no_pattern", "this format has no shape to look for";
        /// A declared prefix is empty.
        EmptyPrefix = "key.empty_prefix", "a prefix is needed: 1 to 32 letters, digits and -._~+/";
        /// A declared prefix holds a character beyond ASCII.
        NonAsciiPrefix = "key.non_ascii_prefix",
            "a prefix is ASCII: 1 to 32 letters, digits and -._~+/";
        /// A declared prefix is too long, or holds another character.
        MalformedPrefix = "key.malformed_prefix", "a prefix is 1 to 32 letters, digits and -._~+/";
        /// The name of a format is malformed.
        MalformedFormatName = "key.malformed_format_name",
            "the name of a format, its prefix if none is given, is 1 to 64 letters, digits, - and _";
        /// A declaration has a list of environments, and none in it.
        NoEnvironments = "key.no_environments", "name an environment, or leave the list away";
        /// A declaration has too many environments.
        TooManyEnvironments = "key.too_many_environments", "a format has at most 32 environments";
        /// The name of an environment is malformed.
        MalformedEnvironment = "key.malformed_environment",
            "an environment is 1 to 32 letters, digits and -._~+/";
        /// Duplicate environment.
        DuplicateEnvironment = "key.duplicate_environment",
            "duplicate environment: keep one";
        /// Where an environment ends is not certain.
        AmbiguousEnvironment = "key.ambiguous_environment",
            "where this environment ends is not certain: it holds the separator, or one of two begins with the other";
        /// A separator is too long, or holds another character.
        MalformedSeparator = "key.malformed_separator",
            "a separator is at most 8 letters, digits and -._~+/";
        /// A declaration has no segment.
        NoSegments = "key.no_segments", "a format has at least one segment";
        /// A declaration has too many segments.
        TooManySegments = "key.too_many_segments", "a format has at most 16 segments";
        /// The name of a segment is malformed.
        MalformedSegmentName = "key.malformed_segment_name",
            "the name of a segment is 1 to 64 letters, digits, - and _";
        /// Two segments have one name.
        DuplicateSegment = "key.duplicate_segment", "two segments have this name";
        /// The length of a segment is out of range, or its range is empty.
        SegmentLength = "key.segment_length",
            "a segment is 1 to 512 characters long, and min is not above max";
        /// An alphabet of your own is malformed.
        MalformedAlphabet = "key.malformed_alphabet",
            "an alphabet is two or more different characters: letters, digits and -._~+/";
        /// An alphabet's name is not known.
        UnknownAlphabet = "key.unknown_alphabet",
            "an alphabet is hex, base32, base58, base62, base64url, digits, or an object with characters";
        /// A segment of variable length holds what a separator beside it begins with.
        SeparatorInAlphabet = "key.separator_in_alphabet",
            "the separator beside this segment of variable length begins with a character of its alphabet";
        /// Where a segment of variable length ends is not certain.
        AmbiguousSegments = "key.ambiguous_segments",
            "where this segment ends is not certain: let a separator follow, or fixed lengths alone";
        /// A declaration's secret is too short to be safe.
        TooLittleSecret = "key.too_little_secret",
            "the secret segments hold under 96 bits at their shortest: make them longer";
        /// A format's keys could be too long.
        FormatTooLong = "key.format_too_long", "a key of this format could be longer than 512 bytes";
        /// A checksum's length is out of range, or given where it is fixed.
        MalformedChecksum = "key.malformed_checksum",
            "only sha256 takes a length, of 4 to 64";
        /// A checksum's name is not known.
        UnknownChecksum = "key.unknown_checksum",
            "a checksum is none, crc32, crc32_body, sha256, or an object with the algorithm of one";
        /// The name is not that of a built-in format.
        UnknownFormat = "key.unknown_format",
            "a built-in format is keyrail, github, hex40, jwt, vchatcloud or opaque";
        /// Two formats of a set have one name.
        DuplicateFormat = "key.duplicate_format", "two formats of this set have one name";
        /// One text could be a key of two formats of a set.
        AmbiguousFormats = "key.ambiguous_formats",
            "one text could be a key of this format and of another of the set: give them other prefixes";
        /// The formats of a set take too many steps to compare.
        SetTooComplex = "key.set_too_complex",
            "these formats take too long to tell apart: give them prefixes that differ, fewer environments or fixed lengths";
        /// A set has too many formats.
        TooManyFormats = "key.too_many_formats", "a set has at most 1,000 formats";
        /// A digest names no algorithm that is known.
        UnknownAlgorithm = "key.unknown_algorithm",
            "a digest begins with sha256:, hmac-sha256:, foreign-sha256: or foreign-sha512:, in lower case";
        /// What follows a digest's algorithm is malformed.
        MalformedDigest = "key.malformed_digest",
            "the value of a digest is 43 characters of base64url without padding; of one that another system made, 64 or 128 hexadecimal digits";
        /// A text is too weak for a digest: its characters hold under 96 bits.
        TooWeak = "key.too_weak",
            "this text holds under 96 bits: a fast hash does not protect it. Make keys at random; store passwords under a slow hash, such as Argon2id";
        /// A mask would show more than 4 characters at an end.
        MaskPolicy = "key.mask_policy",
            "a mask shows at most 4 characters at the start and 4 at the end";
        /// A pepper's id is malformed.
        MalformedPepperId = "key.malformed_pepper_id",
            "the id of a pepper is 1 to 64 letters, digits, hyphens and underscores";
        /// A pepper's secret is too short.
        PepperTooShort = "key.pepper_too_short",
            "the secret of a pepper must be at least 16 bytes long";
        /// A digest was made with a pepper, and none was given.
        MissingPepper = "key.missing_pepper",
            "this digest was made with a pepper: give the pepper of that id";
        /// A digest was made with a pepper of another id than the one given.
        OtherPepper = "key.other_pepper",
            "this digest was made with another pepper: give the pepper of that id";
    }
}
