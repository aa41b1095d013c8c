//! The errors of a platform's document and of a request.

use alloc::format;
use alloc::string::String;
use core::fmt;

use keyrail_core::Faults;

/// An error of this crate: its kind and, if a value in a URL, a header or a form is invalid, the
/// byte offset in that value.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of this crate's errors.
    pub enum ErrorKind {
        /// No built-in platform has this name. The message suggests what to write instead.
        Unknown(String) = "platform.unknown",
            "unknown platform: {0}; for another platform, write a platform document";
        /// The platform has no such operation. The message suggests what to write instead.
        UnknownOperation(String) = "platform.unknown_operation", "unknown operation: {0}";
        /// The vendor does not publish the path of the operation.
        UnknownPath = "platform.unknown_path",
            "the vendor does not publish the path of this operation: specify it in a custom platform document";
        /// The vendor publishes the operation's path but not its method.
        UnknownMethod = "platform.unknown_method",
            "the vendor does not publish the method of this operation: specify it in a custom platform document";
        /// A variable is missing. The message names it.
        MissingVariable(String) = "platform.missing_variable", "missing variable: pass {0}";
        /// A variable was passed that the operation's URL does not have. The message suggests what
        /// to write instead.
        UnknownVariable(String) = "platform.unknown_variable", "unknown variable: {0}";
        /// The call has no credentials.
        MissingCredentials = "platform.missing_credentials",
            "missing credentials: every operation of a platform needs them";
        /// A body was passed to an operation that takes none.
        UnexpectedBody = "platform.unexpected_body", "this operation takes no body";
        /// A body was passed both as bytes and as a form.
        TwoBodies = "platform.two_bodies",
            "a request has only one body: pass bytes or a form, not both";
        /// A form was passed to an operation that takes JSON.
        WrongBody = "platform.wrong_body", "this operation takes JSON, not a form";
        /// A field of a form is longer than the vendor allows.
        FieldTooLong = "platform.field_too_long",
            "a field of the form is longer than the platform allows: shorten it";
        /// The call names a scheme other than the operation's own.
        FixedScheme = "platform.fixed_scheme",
            "this operation has its own scheme: do not pass another one";
        /// An extra header would contain a credential.
        CredentialHeader = "platform.credential_header",
            "an extra header may not contain a credential: pass it with the credentials";
        /// An extra header would control the framing of the request or its connection.
        FramingHeader = "platform.framing_header",
            "an extra header may not control the framing or the connection of the request: leave that to the HTTP client";
        /// An extra header is already in the request, perhaps in another spelling.
        DuplicateHeader = "platform.duplicate_header",
            "an extra header is already in the request: omit it";
        /// There are more than 256 extra headers.
        TooManyHeaders = "platform.too_many_headers",
            "a request may have at most 256 extra headers";
        /// The name of a header in a call or in a platform's document is not a token (RFC 9110).
        MalformedHeaderName = "platform.malformed_header_name",
            "a header's name must be 1 to 256 letters, digits and characters of !#$%&'*+-.^_`|~";
        /// A platform's document has no scheme.
        NoScheme = "platform.no_scheme",
            "a platform needs at least one scheme: the first one is the default";
        /// An operation or a call names a scheme that the platform does not have. The message
        /// suggests what to write instead.
        UnknownScheme(String) = "platform.unknown_scheme", "unknown scheme: {0}";
        /// Two operations have the same name.
        DuplicateOperation = "platform.duplicate_operation",
            "duplicate operation name: rename one of them";
        /// An operation's path is empty, starts with a slash or contains two slashes in a row.
        MalformedPath = "platform.malformed_path",
            "a path is relative to the base URL: it must not be empty, start with a slash or contain two slashes in a row";
        /// A shape has no group or too many groups, a group whose length is out of range, or a
        /// missing or invalid separator.
        MalformedShape = "platform.malformed_shape",
            "a shape must have 1 to 16 groups of 1 to 8192 characters and, if it has several groups, a separator of one visible ASCII character";
        /// The list of shapes of a part is empty.
        NoShape = "platform.no_shape",
            "a part needs at least one shape: omit the part if its shape is unknown";
        /// The limit of a form field is out of range.
        MalformedLimit = "platform.malformed_limit",
            "the limit of a form field must be from 1 to 65536 characters";
        /// Two scopes have the same name.
        DuplicateScope = "platform.duplicate_scope",
            "duplicate scope name: rename one of them";
        /// A platform's document lists an error code twice.
        DuplicateCode = "platform.duplicate_code", "duplicate error code: remove one of them";
        /// An expiry policy is empty or contradictory, or its days are out of range or not in
        /// ascending order.
        MalformedExpiry = "platform.malformed_expiry",
            "expected either the member never, or at least one of the members custom and days: the numbers in days must be from 1 to 36500, in ascending order";
        /// A string is not a JSON Pointer to a value below the root.
        MalformedPointer = "platform.malformed_pointer",
            "invalid JSON Pointer into the response: expected e.g. /data/token (RFC 6901)";
        /// A platform's document has more than 16 pointers to the data of a response.
        TooManyPointers = "platform.too_many_pointers",
            "data may have at most 16 pointers: the first one that finds a value is used";
        /// A platform's document does not specify where in the response the token is.
        NoTokenPlace = "platform.no_token_place",
            "specify where the token is: in a header, in the body, or in both";
        /// A response's status is not from 100 to 599.
        MalformedStatus = "platform.malformed_status", "a status must be a number from 100 to 599";
        /// The body of a response is longer than 16 MiB.
        ResponseTooLong = "platform.response_too_long", "a response may be at most 16 MiB long";
        /// The platform issues no tokens.
        NoToken = "platform.no_token",
            "this platform issues no tokens: its requests need only the key";
        /// The result of a token request was passed, but no token request is pending.
        NoTokenRequest = "platform.no_token_request", "no token request is pending: poll first";
        /// The platform answered a token request with a failure.
        TokenNotIssued = "platform.token_not_issued",
            "the platform issued no token: see the failure";
        /// The platform rejected the key when asked for a token.
        KeyRefused = "platform.key_refused",
            "the platform rejected the key when asked for a token: use another key";
        /// The platform rejected a token, and its replacement as well.
        TokenRefused = "platform.token_refused",
            "the platform rejected the token and its replacement: check the key, then reissue the token";
        /// A successful response to a token request contains no token.
        TokenMissing = "platform.token_missing",
            "the response contains no token in its header or its body";
        /// The token in the header differs from the one in the body.
        TokenAmbiguous = "platform.token_ambiguous",
            "the response contains one token in its header and another one in its body";
        /// A token is not a JSON Web Token (RFC 7519), or is longer than 8192 bytes.
        TokenMalformed = "platform.token_malformed",
            "the token is not a JSON Web Token of at most 8192 bytes";
        /// A token has no `exp`.
        TokenWithoutExpiry = "platform.token_without_expiry",
            "the token has no exp: its expiry is unknown";
        /// A token had expired when it was received.
        TokenExpired = "platform.token_expired",
            "the token had already expired when it was received: check the clocks";
        /// A token's `exp` is not a time in seconds within the next 366 days.
        TokenAbsurdExpiry = "platform.token_absurd_expiry",
            "the token's exp is not a time in seconds within the next 366 days";
    }
    of {
        /// A value in the URL is invalid.
        Url(keyrail_url::ErrorKind);
        /// The credentials do not fit the scheme.
        Header(keyrail_header::ErrorKind);
        /// The value of a header is invalid.
        Value(keyrail_core::ErrorKind);
    }
}

/// Adds an error as a fault below the current JSON path.
pub(crate) fn add(faults: &Faults, below: fmt::Arguments<'_>, error: &Error) {
    faults.add_below(below, error.code(), format!("{error}"));
}

/// Converts an error of the crate `keyrail-url`. Errors about variables become kinds of this crate.
pub(crate) fn url_error(error: &keyrail_url::Error) -> Error {
    match error.kind() {
        keyrail_url::ErrorKind::MissingVariable(name) => {
            ErrorKind::MissingVariable(name.clone()).into()
        }
        keyrail_url::ErrorKind::UnknownVariable(expected) => {
            ErrorKind::UnknownVariable(expected.clone()).into()
        }
        kind => error.with_kind(ErrorKind::Url(kind.clone())),
    }
}
