//! What can be wrong with a document, whatever it describes.

use alloc::string::String;

crate::error_kinds! {
    /// What can be wrong with a document, whatever it describes.
    pub enum ConfigErrorKind {
        /// The document is not JSON, or ends early. It is not read further.
        Syntax(usize) = "config.syntax", "invalid JSON from byte {0} on";
        /// The document is longer than [`MAX_DOCUMENT`](super::MAX_DOCUMENT).
        TooLarge = "config.too_large", "a document may be at most 1 GiB long";
        /// Arrays and objects are nested deeper than [`MAX_DEPTH`](super::MAX_DEPTH).
        TooDeep = "config.too_deep", "a document may be at most 160 levels deep";
        /// A value is of another type than is expected.
        WrongType(String) = "config.wrong_type", "this must be {0}";
        /// A string is not one of the words that are expected.
        UnknownValue(String) = "config.unknown_value", "unknown value: {0}";
        /// An object has a member that is not known.
        UnknownMember(String, String) = "config.unknown_member",
            "unknown member (the {0} of this object): {1}";
        /// An object has the same member twice.
        DuplicateMember = "config.duplicate_member", "duplicate member: keep one";
        /// A required member is absent.
        MissingMember(String) = "config.missing_member", "the member {0} is missing";
        /// A string cannot be an ID.
        MalformedId = "config.malformed_id",
            "a name is 1 to 256 bytes long and contains no control character";
        /// The document is of a version that this library does not read.
        UnsupportedVersion = "config.unsupported_version", "this library reads version 1 only";
    }
}
