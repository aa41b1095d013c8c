//! The errors of keys, formats, digests and peppers.

use crate::environments::Environments;

/// An error of this crate: its kind, and its offset in the input, in bytes.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of this crate's errors.
    pub enum ErrorKind {
        /// A key does not start with its format's prefix and the separator after the prefix.
        Prefix = "key.prefix",
            "missing prefix: the key does not start with its format's prefix and separator; is it a key of another service?";
        /// The environment is missing, is not one of the format's environments, or was passed for a
        /// format that has none. The message lists the format's environments.
        Environment(Environments) = "key.environment", "unknown environment: {0}";
        /// A key of a foreign format is empty.
        Empty = "key.empty", "a key must have at least one character";
        /// A key is shorter or longer than its format allows.
        Length = "key.length",
            "wrong length for a key of this format: was it truncated, or copied with surrounding characters?";
        /// A key contains a character that its format does not allow at this position.
        Character = "key.character", "unexpected character for a key of this format";
        /// The checksum does not match the characters before it.
        Checksum = "key.checksum", "the checksum does not match: the key was mistyped or truncated";
        /// Fewer bytes of entropy were passed than a key needs.
        TooLittleEntropy = "key.too_little_entropy",
            "too few random bytes: a key needs at least 32 bytes from a secure random source";
        /// Only the platform that issues keys of this format can generate them. This applies to
        /// every foreign format except `hex40`.
        NotGenerated = "key.not_generated",
            "keys of this format can be generated only by their platform";
        /// The keys of a format have no shape that a regular expression could match.
        NoPattern = "key.no_pattern",
            "keys of this format have no shape that a pattern could match";
        /// A declared prefix is empty.
        EmptyPrefix = "key.empty_prefix",
            "the prefix is empty: expected 1 to 32 letters, digits and -._~+/; for keys without a \
             prefix, omit the prefix and specify a name";
        /// A declared prefix contains a non-ASCII character.
        NonAsciiPrefix = "key.non_ascii_prefix",
            "a prefix must be ASCII: 1 to 32 letters, digits and -._~+/";
        /// A declared prefix is too long, or contains an ASCII character that is not allowed.
        MalformedPrefix = "key.malformed_prefix",
            "a prefix must be 1 to 32 letters, digits and -._~+/";
        /// The name of a format is malformed.
        MalformedFormatName = "key.malformed_format_name",
            "the name of a format (by default its prefix) must be 1 to 64 letters, digits, - and _";
        /// A format has neither a prefix nor a name.
        NoFormatName = "key.no_format_name",
            "a format without a prefix needs a name: specify one";
        /// The list of environments is empty.
        NoEnvironments = "key.no_environments",
            "the list of environments is empty: name one, or omit the list";
        /// A declaration has too many environments.
        TooManyEnvironments = "key.too_many_environments",
            "a format may have at most 32 environments";
        /// The name of an environment is malformed.
        MalformedEnvironment = "key.malformed_environment",
            "an environment must be 1 to 32 letters, digits and -._~+/";
        /// Two environments are the same.
        DuplicateEnvironment = "key.duplicate_environment",
            "duplicate environment: keep one";
        /// An environment contains the separator that follows it, or two environments could be read
        /// from the same key.
        AmbiguousEnvironment = "key.ambiguous_environment",
            "ambiguous environment: it contains the separator, or this environment and another one could be read from the same key";
        /// A separator is too long, or contains a character that is not allowed.
        MalformedSeparator = "key.malformed_separator",
            "a separator may be at most 8 letters, digits and -._~+/";
        /// A declaration has no segment.
        NoSegments = "key.no_segments", "a format needs at least one segment";
        /// A declaration has too many segments.
        TooManySegments = "key.too_many_segments", "a format may have at most 16 segments";
        /// The name of a segment is malformed.
        MalformedSegmentName = "key.malformed_segment_name",
            "the name of a segment must be 1 to 64 letters, digits, - and _";
        /// Two segments have the same name.
        DuplicateSegment = "key.duplicate_segment", "duplicate segment name: rename one of them";
        /// A segment's length is out of range, or its minimum length is greater than its maximum.
        SegmentLength = "key.segment_length",
            "a segment must be 1 to 512 characters long, and min must not be greater than max";
        /// A custom alphabet is malformed.
        MalformedAlphabet = "key.malformed_alphabet",
            "an alphabet must be two or more different characters: letters, digits and -._~+/";
        /// The name of an alphabet is unknown.
        UnknownAlphabet = "key.unknown_alphabet",
            "unknown alphabet: expected hex, base32, base58, base62, base64url, digits, or an object with \"characters\"";
        /// The alphabet of a segment of variable length contains the first character of an
        /// adjacent separator.
        SeparatorInAlphabet = "key.separator_in_alphabet",
            "a separator next to this segment starts with a character of its alphabet: use another separator, or a fixed length";
        /// The end of a segment of variable length is ambiguous.
        AmbiguousSegments = "key.ambiguous_segments",
            "ambiguous end of this segment: put a separator after it, or use only fixed lengths";
        /// A declaration's secret is too short to be safe.
        TooLittleSecret = "key.too_little_secret",
            "the secret segments have less than 96 bits of entropy at their minimum lengths: make them longer";
        /// A key of the format could be longer than 512 bytes.
        FormatTooLong = "key.format_too_long",
            "a key of this format could be longer than 512 bytes: make its parts shorter";
        /// A checksum's length is out of range, or is specified for an algorithm whose length is
        /// fixed.
        MalformedChecksum = "key.malformed_checksum",
            "only sha256 may have a length, from 4 to 64";
        /// The name of a checksum is unknown.
        UnknownChecksum = "key.unknown_checksum",
            "unknown checksum: expected \"none\", \"crc32\", \"crc32_body\", \"sha256\", or an object with an algorithm";
        /// The segment that digests are computed from does not exist, is public, or is too short to
        /// be safe.
        DigestSegment = "key.digest_segment",
            "digest_segment must be the name of a secret segment that has at least 96 bits of entropy at its minimum length";
        /// No built-in format has this name.
        UnknownFormat = "key.unknown_format",
            "unknown built-in format: expected one of keyrail, github, hex40, jwt, vchatcloud, opaque";
        /// Two formats in a set have the same name.
        DuplicateFormat = "key.duplicate_format", "duplicate format name: rename one of them";
        /// A string could be a key of two formats in a set.
        AmbiguousFormats = "key.ambiguous_formats",
            "a string could be a key of this format and of another one: use different prefixes";
        /// Comparing the formats in a set would take too many steps.
        SetTooComplex = "key.set_too_complex",
            "these formats take too long to compare: use different prefixes, fewer environments or fixed lengths";
        /// A set has too many formats.
        TooManyFormats = "key.too_many_formats", "a set may have at most 1,000 formats";
        /// A digest does not start with the name of a known algorithm and a colon.
        UnknownAlgorithm = "key.unknown_algorithm",
            "unknown algorithm: a digest must start with sha256:, hmac-sha256:, foreign-sha256:, foreign-sha512: or salted-sha256:, in lower case";
        /// The value of a digest is malformed.
        MalformedDigest = "key.malformed_digest",
            "invalid hash: a digest has 43 characters of base64url without padding; a foreign digest has 64 (SHA-256) or 128 (SHA-512) hexadecimal digits; a hash that is imported may also have 43 or 86 characters of base64, with or without padding";
        /// The salt of a digest is empty, longer than 128 bytes, or not base64url, or its position
        /// is neither `before` nor `after`.
        MalformedSalt = "key.malformed_salt",
            "invalid salt: a salt has 1 to 128 bytes; in a digest, it follows before: or after: and is written in base64url without padding";
        /// A string is the hash of a slow function for passwords, such as bcrypt, scrypt or Argon2.
        PasswordHash = "key.password_hash",
            "this is a hash for passwords, such as bcrypt or Argon2; a random key cannot be guessed, so a fast hash is enough: let the old system verify the key when it is next used, then store its SHA-256";
        /// A string has less than 96 bits of estimated entropy, which is too little for a digest.
        TooWeak = "key.too_weak",
            "this string has less than 96 bits of entropy, so a fast hash does not protect it: generate keys at random, and hash passwords with a slow function such as Argon2id";
        /// The number of characters that a mask shows at its start or its end is not from 0 to 4.
        MaskPolicy = "key.mask_policy",
            "a mask may show 0 to 4 characters at the start and 0 to 4 at the end";
        /// A pepper's id is malformed.
        MalformedPepperId = "key.malformed_pepper_id",
            "the id of a pepper must be 1 to 64 letters, digits, hyphens and underscores";
        /// A pepper's secret is too short.
        PepperTooShort = "key.pepper_too_short",
            "the secret of a pepper must be at least 16 bytes long";
        /// A digest needs a pepper, and none was passed.
        MissingPepper = "key.missing_pepper",
            "this digest was made with a pepper: pass the pepper with the id in the digest";
        /// A digest needs a pepper, and a pepper with another id was passed.
        OtherPepper = "key.other_pepper",
            "this digest was made with another pepper: pass the pepper with the id in the digest";
    }
}
