//! The errors in URLs, in templates, and in the values that are inserted into them.

use alloc::string::String;

/// An error of this crate: a kind, and a byte offset in the input string. For an error in the value
/// of a variable or in a path segment, the offset is relative to the start of the value or segment.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of errors of this crate.
    pub enum ErrorKind {
        /// A `%` is not followed by two hexadecimal digits.
        MalformedEscape = "url.malformed_escape",
            "a % must be followed by two hexadecimal digits: write a plain % as %25";
        /// The decoded bytes are not UTF-8.
        InvalidUtf8 = "url.invalid_utf8", "the escapes decode to bytes that are not UTF-8";
        /// A template is longer than 8192 bytes.
        TemplateTooLong = "url.template_too_long", "a template may be at most 8192 bytes long";
        /// A template uses an operator that RFC 6570 reserves for extensions, or a base URL's
        /// template uses an operator, a modifier or a list of variables.
        UnsupportedOperator = "url.unsupported_operator",
            "this operator is not supported: use one of + # . / ; ? & (a base URL's template allows only plain variables, like {{name}})";
        /// A template breaks the grammar of RFC 6570.
        MalformedTemplate = "url.malformed_template",
            "invalid template: write a variable as {{name}}, with a name of letters, digits, _ and %-escapes, which single dots may separate; other text must not contain spaces, quotes, <, >, \\, ^, `, | or lone braces";
        /// The length of a prefix (`:3`) is out of range (RFC 6570, section 2.4.1).
        PrefixLength = "url.malformed_template",
            "the length of a prefix must be a number from 1 to 9999 without leading zeros, like {{name:3}}";
        /// A prefix (`:3`) is applied to a list or to pairs.
        PrefixOfList = "url.prefix_of_list",
            "a prefix requires a string value: remove the :length, or pass a string";
        /// A custom percent-encode set keeps a character that must be escaped.
        MalformedSet = "url.malformed_set",
            "a set may keep only visible ASCII characters, and not %";
        /// The name of a percent-encode set is unknown.
        UnknownSet = "url.unknown_set",
            "unknown set: expected one of unreserved, path_segment, path, query, fragment, userinfo, form, component";
        /// A variable was passed twice.
        DuplicateVariable = "url.duplicate_variable", "a variable was passed twice: pass it once";
        /// A variable is missing. The message names it.
        MissingVariable(String) = "url.missing_variable", "missing variable: pass {0}";
        /// A variable was passed that the template does not have. The message suggests what to
        /// write instead.
        UnknownVariable(String) = "url.unknown_variable", "unknown variable: {0}";
        /// More than 4096 variables were passed.
        TooManyVariables = "url.too_many_variables", "at most 4096 variables may be passed at once";
        /// A URL is longer than 65536 bytes.
        TooLong = "url.too_long", "a URL may be at most 65536 bytes long";
        /// A base URL does not start with an allowed scheme.
        Scheme = "url.scheme",
            "a base URL must start with https:// (or, where loopback is allowed, http:// and a loopback host)";
        /// A base URL contains a user name or a password.
        Userinfo = "url.userinfo",
            "a base URL must not contain a user name or a password: remove what precedes the @";
        /// A base URL has no host.
        EmptyHost = "url.empty_host", "the host is empty";
        /// A host is neither a valid name, nor an IPv4 address, nor an IPv6 address in brackets.
        MalformedHost = "url.malformed_host",
            "invalid host: expected a name of labels (letters, digits and hyphens, without a hyphen at either end, at most 63 bytes each and 253 in all), an IPv4 address, or an IPv6 address in brackets";
        /// An IPv6 address is not in brackets.
        BareIpv6 = "url.malformed_host", "put IPv6 addresses in brackets, like [2001:db8::1]";
        /// A host ends with a dot.
        TrailingDot = "url.malformed_host", "remove the trailing dot of the host";
        /// The host of a base URL contains a non-ASCII character.
        NonAsciiHost = "url.non_ascii",
            "write the host in Punycode (RFC 3492), like xn--bcher-kva.example for bücher.example";
        /// A value is not a valid label of a host name.
        MalformedLabel = "url.malformed_label",
            "invalid label of a host name: expected 1 to 63 letters, digits and hyphens, without a hyphen at either end";
        /// A colon follows the host, but no port follows the colon.
        EmptyPort = "url.empty_port",
            "missing port after the host's colon: does the URL have two schemes, like https://https://?";
        /// A port is not a number from 1 to 65535, or has leading zeros.
        MalformedPort = "url.malformed_port",
            "a port must be a number from 1 to 65535 without leading zeros";
        /// A base URL contains a query.
        Query = "url.query",
            "a base URL must not contain a query: remove the ? and all that follows it";
        /// A base URL contains a fragment.
        Fragment = "url.fragment",
            "a base URL must not contain a fragment: remove the # and all that follows it";
        /// A base URL contains a brace, probably because a variable was not expanded.
        LeftOverVariable = "url.left_over_variable",
            "this URL contains a brace: if it is a template, expand it first";
        /// A URL or a path segment contains a control character, such as a tab, a line break or a
        /// NUL.
        ControlCharacter = "url.control_character", "control characters are not allowed here";
        /// A URL or a path segment contains a backslash, which some URL parsers treat as a slash.
        Backslash = "url.backslash", "a backslash is not allowed here";
        /// A base URL, or the template of one, contains a non-ASCII character.
        NonAscii = "url.non_ascii",
            "a base URL must be ASCII: write the host in Punycode and percent-encode the path";
        /// A path contains a character that must be escaped.
        MalformedPath = "url.malformed_path",
            "this character is not allowed in a path: percent-encode it";
        /// A path segment, or a part of it between slashes, is `.` or `..`. Escaped dots and
        /// slashes count like plain ones.
        DotSegment = "url.dot_segment",
            "a path segment, or a part of it between slashes, must not be . or .., even if the dots or slashes are escaped";
        /// A path segment is empty.
        EmptySegment = "url.empty_segment", "a path segment may not be empty";
        /// A query would consist of one pair that has neither a name nor a value. Its encoding, the
        /// empty string, would be parsed as a query without pairs.
        EmptyPair = "url.empty_pair",
            "the only pair of a query must have a name or a value: omit an empty pair";
    }
}
