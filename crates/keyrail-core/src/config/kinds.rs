//! The kinds of errors that any document can have.

use alloc::string::String;

crate::error_kinds! {
    /// The kinds of errors that any document can have.
    pub enum ConfigErrorKind {
        /// The document is not JSON, or ends early. What follows this error is not read.
        Syntax(usize) = "config.syntax", "invalid JSON at byte {0}";
        /// The document is longer than 1 GiB.
        TooLarge = "config.too_large", "a document may be at most 1 GiB long";
        /// Arrays and objects are nested more than 160 levels deep.
        TooDeep = "config.too_deep", "a document may be nested at most 160 levels deep";
        /// A value does not have the expected type.
        WrongType(String) = "config.wrong_type", "this must be {0}";
        /// A string is not one of the expected words.
        UnknownValue(String) = "config.unknown_value", "unknown value: {0}";
        /// An object has an unknown member.
        UnknownMember(String, String) = "config.unknown_member",
            "unknown member (the {0} in this object): {1}";
        /// An object has the same member twice.
        DuplicateMember = "config.duplicate_member", "duplicate member: keep one";
        /// A required member is absent.
        MissingMember(String) = "config.missing_member", "the member {0} is missing";
        /// An ID or a name is empty, is longer than 256 bytes, or contains a control character.
        MalformedId = "config.malformed_id",
            "an id or a name must be 1 to 256 bytes long and contain no control characters";
        /// The document has a version that this library does not support.
        UnsupportedVersion = "config.unsupported_version",
            "unsupported version: this library reads only version 1";
    }
}
