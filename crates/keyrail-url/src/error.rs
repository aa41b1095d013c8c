//! What can be wrong with a URL, a template, or what is put into them.

use alloc::string::String;

use keyrail_core::Kind;

/// An error of this crate: a kind, and the byte offset in the text that was
/// given (for a variable's value or a segment: in that value or segment).
pub type Error = keyrail_core::Error<ErrorKind>;

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A `%` is not followed by two hexadecimal digits.
    #[error("a % must be followed by two hexadecimal digits: write a plain % as %25")]
    MalformedEscape,
    /// The decoded bytes are no UTF-8.
    #[error("the escapes decode to bytes that are no UTF-8 text")]
    InvalidUtf8,
    /// A template is longer than [`MAX_TEMPLATE`](crate::MAX_TEMPLATE).
    #[error("a template may be at most 8192 bytes long")]
    TemplateTooLong,
    /// A template uses an operator that RFC 6570 keeps for extensions, or a
    /// base URL's template uses any.
    #[error(
        "this operator is not supported: + # . / ; ? & are, and in a base URL plain variables alone, like {{name}}"
    )]
    UnsupportedOperator,
    /// A template breaks the grammar of RFC 6570.
    #[error(
        "this is no template: a variable is written {{name}}, with letters, digits, _, dots between them and %-escapes, and other text without spaces, quotes, <, >, \\, ^, `, | and lone braces"
    )]
    MalformedTemplate,
    /// The length of a prefix (`:3`) is out of range (RFC 6570, section 2.4.1).
    #[error(
        "the length of a prefix is a number from 1 to 9999 without leading zeros, like {{name:3}}"
    )]
    PrefixLength,
    /// A prefix (`:3`) is asked of a list or of pairs.
    #[error("a prefix can be taken of a text only: remove the :length, or give a text")]
    PrefixOfList,
    /// An own percent-encode set holds a character that none may keep.
    #[error("a set may keep visible ASCII characters other than % only")]
    MalformedSet,
    /// There is no percent-encode set of this name.
    #[error(
        "there is no such set: the names are unreserved, path_segment, path, query, fragment, userinfo, form and component"
    )]
    UnknownSet,
    /// One variable was given twice.
    #[error("a variable was given twice: give it once")]
    DuplicateVariable,
    /// A variable is missing; the field is its name.
    #[error("missing variable: give {0}")]
    MissingVariable(String),
    /// A variable was given that the template does not have; what it has
    /// instead stands here.
    #[error("unknown variable: {0}")]
    UnknownVariable(String),
    /// More variables were given than [`MAX_VARIABLES`](crate::MAX_VARIABLES).
    #[error("at most 4096 variables may be given at once")]
    TooManyVariables,
    /// A URL is longer than [`MAX_URL`](crate::MAX_URL).
    #[error("a URL may be at most 65536 bytes long")]
    TooLong,
    /// A base URL does not start with an allowed scheme.
    #[error(
        "a base URL starts with https:// (or, where loopback is allowed, http:// and a loopback host)"
    )]
    Scheme,
    /// A base URL holds a user name or a password.
    #[error("a base URL holds no user name and no password: remove what stands before the @")]
    Userinfo,
    /// A base URL has no host.
    #[error("the host is empty")]
    EmptyHost,
    /// A host is no name, no IPv4 address, and no IPv6 address in brackets.
    #[error(
        "this is no host: write a name of labels (letters, digits and inner hyphens, 63 bytes each, 253 in all), an IPv4 address, or an IPv6 address in brackets"
    )]
    MalformedHost,
    /// An IPv6 address stands without brackets.
    #[error("put IPv6 addresses in brackets, like [2001:db8::1]")]
    BareIpv6,
    /// A host ends with a dot.
    #[error("remove the trailing dot of the host")]
    TrailingDot,
    /// A host has a character outside ASCII.
    #[error(
        "write the host in Punycode (RFC 3492): xn--bcher-kva.example stands for bücher.example"
    )]
    NonAsciiHost,
    /// A value for one label of a host name is none.
    #[error("this is no label of a host name: write 1 to 63 letters, digits and inner hyphens")]
    MalformedLabel,
    /// A colon stands behind the host, and no port behind the colon.
    #[error("a colon without a port stands behind the host: is there a scheme twice?")]
    EmptyPort,
    /// A port is no number from 1 to 65535.
    #[error("a port is a number from 1 to 65535 without leading zeros")]
    MalformedPort,
    /// A base URL holds a query.
    #[error("a base URL holds no query: remove the ? and what follows")]
    Query,
    /// A base URL holds a fragment.
    #[error("a base URL holds no fragment: remove the # and what follows")]
    Fragment,
    /// A base URL holds a brace, as of a variable that was not expanded.
    #[error("a brace is left over in this URL: expand its template first")]
    LeftOverVariable,
    /// A tab, a line break, a NUL or another control character.
    #[error("control characters may not stand here")]
    ControlCharacter,
    /// A backslash, which some readers of URLs take for a slash.
    #[error("a backslash may not stand here")]
    Backslash,
    /// A base URL holds a character beyond ASCII.
    #[error("a base URL is ASCII: write the host in Punycode and percent-encode the path")]
    NonAscii,
    /// A path holds a character that must be escaped.
    #[error("this character may not stand in a path as it is: percent-encode it")]
    MalformedPath,
    /// A segment is `.` or `..`, plain or escaped.
    #[error(
        "a path segment may be neither . nor .., nor an escaped form of them; nor may a part of it \
         between slashes, plain or escaped"
    )]
    DotSegment,
    /// A segment is empty.
    #[error("a path segment may not be empty")]
    EmptySegment,
    /// A query would be one pair without a name and a value, which reads as no
    /// pair at all.
    #[error("a query of one pair needs a name or a value: omit the pair")]
    EmptyPair,
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::MalformedEscape => "url.malformed_escape",
            Self::InvalidUtf8 => "url.invalid_utf8",
            Self::TemplateTooLong => "url.template_too_long",
            Self::UnsupportedOperator => "url.unsupported_operator",
            Self::MalformedTemplate | Self::PrefixLength => "url.malformed_template",
            Self::PrefixOfList => "url.prefix_of_list",
            Self::MalformedSet => "url.malformed_set",
            Self::UnknownSet => "url.unknown_set",
            Self::DuplicateVariable => "url.duplicate_variable",
            Self::MissingVariable(_) => "url.missing_variable",
            Self::UnknownVariable(_) => "url.unknown_variable",
            Self::TooManyVariables => "url.too_many_variables",
            Self::TooLong => "url.too_long",
            Self::Scheme => "url.scheme",
            Self::Userinfo => "url.userinfo",
            Self::EmptyHost => "url.empty_host",
            Self::MalformedHost | Self::BareIpv6 | Self::TrailingDot => "url.malformed_host",
            Self::MalformedLabel => "url.malformed_label",
            Self::EmptyPort => "url.empty_port",
            Self::MalformedPort => "url.malformed_port",
            Self::Query => "url.query",
            Self::Fragment => "url.fragment",
            Self::LeftOverVariable => "url.left_over_variable",
            Self::ControlCharacter => "url.control_character",
            Self::Backslash => "url.backslash",
            Self::NonAscii | Self::NonAsciiHost => "url.non_ascii",
            Self::MalformedPath => "url.malformed_path",
            Self::DotSegment => "url.dot_segment",
            Self::EmptySegment => "url.empty_segment",
            Self::EmptyPair => "url.empty_pair",
        }
    }
}
