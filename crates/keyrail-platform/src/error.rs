//! What can be wrong with a platform's document, or with a call of it.

use alloc::format;
use alloc::string::String;
use core::fmt;

use keyrail_core::{Faults, Kind};

/// An error of this crate: a kind, and for a value that went into the URL, a
/// header or a form the byte offset in that value.
pub type Error = keyrail_core::Error<ErrorKind>;

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// No platform of this name is built in; the field suggests what to write instead.
    #[error("unknown platform: {0}; read the document of another one with from_json")]
    Unknown(String),
    /// The platform has no such operation; the field suggests what to write instead.
    #[error("unknown operation: {0}")]
    UnknownOperation(String),
    /// The operation is there by name only, for the vendor publishes no path.
    #[error(
        "the vendor does not publish the path of this operation: give it in a platform document of your own"
    )]
    UnknownPath,
    /// The vendor publishes the operation's path and not its method.
    #[error(
        "the vendor does not publish the method of this operation: give it in a platform document of your own"
    )]
    UnknownMethod,
    /// A variable is missing; the field is its name.
    #[error("missing variable: give {0}")]
    MissingVariable(String),
    /// A variable was given that the operation's URL does not have; what it has
    /// instead stands here.
    #[error("unknown variable: {0}")]
    UnknownVariable(String),
    /// The call has no credentials.
    #[error("every operation of a platform needs credentials: give them")]
    MissingCredentials,
    /// A body was given to an operation that takes none.
    #[error("this operation takes no body")]
    UnexpectedBody,
    /// A body was given both in bytes and as a form.
    #[error("a request has one body: give it in bytes or as a form, not both")]
    TwoBodies,
    /// A form was given to an operation that takes JSON.
    #[error("this operation takes JSON, not a form")]
    WrongBody,
    /// A field of a form is longer than the vendor allows.
    #[error("a field of the form is longer than the platform allows: shorten it")]
    FieldTooLong,
    /// Another scheme was asked for than the operation's own.
    #[error("this operation has a scheme of its own: name no other")]
    FixedScheme,
    /// An extra header would carry a credential.
    #[error("an extra header may not carry a credential: give it with the credentials")]
    CredentialHeader,
    /// An extra header would frame the request or its connection.
    #[error("an extra header may not frame the request: leave it to what sends it")]
    FramingHeader,
    /// An extra header stands in the request already.
    #[error("an extra header stands in the request already: leave it out")]
    DuplicateHeader,
    /// There are more extra headers than [`MAX_HEADERS`](crate::MAX_HEADERS).
    #[error("a request may have at most 256 extra headers")]
    TooManyHeaders,
    /// An extra header's name is no token of RFC 9110.
    #[error("a header's name is 1 to 256 letters, digits and characters of !#$%&'*+-.^_`|~")]
    MalformedHeaderName,
    /// A platform's document has no scheme.
    #[error("a platform needs at least one scheme: the first one is the default")]
    NoScheme,
    /// An operation or a call names a scheme that the document does not have; the field
    /// suggests what to write instead.
    #[error("unknown scheme: {0}")]
    UnknownScheme(String),
    /// Two operations have one name.
    #[error("an operation of this name stands before: rename one of them")]
    DuplicateOperation,
    /// An operation's path is empty, begins with a slash or holds two in a row.
    #[error(
        "a path goes on from the base: it is not empty, does not begin with a slash and holds no two in a row"
    )]
    MalformedPath,
    /// A shape cannot fit any text, or has a separator that is none.
    #[error(
        "a shape has 1 to 16 groups of 1 to 8192 characters, and between several of them a separator of one visible ASCII character"
    )]
    MalformedShape,
    /// A part has a list of shapes, and none in it.
    #[error("a part has one shape or more: leave it out where no sample is known")]
    NoShape,
    /// A limit of a form's field is none.
    #[error("a field of a form may be limited to 1 to 65536 characters")]
    MalformedLimit,
    /// Two scopes have one name.
    #[error("a scope of this name stands before: rename one of them")]
    DuplicateScope,
    /// Two error codes are the same.
    #[error("this error code stands before: keep one")]
    DuplicateCode,
    /// An expiry policy says nothing, or two things at once.
    #[error(
        "keys expire never, or after days of 1 to 36500 in ascending order or a custom time, not both"
    )]
    MalformedExpiry,
    /// A text is no JSON Pointer below the root.
    #[error("this is no JSON Pointer into the answer: write it like /data/token (RFC 6901)")]
    MalformedPointer,
    /// A document has more than [`MAX_DATA_PLACES`](crate::MAX_DATA_PLACES) pointers
    /// to the data of an answer.
    #[error("at most 16 pointers may say where the data is: the first that is found counts")]
    TooManyPointers,
    /// A document does not say where in the answer the token stands.
    #[error("say where the token stands: in a header, in the body, or in both")]
    NoTokenPlace,
    /// A status is none.
    #[error("a status is a number from 100 to 599")]
    MalformedStatus,
    /// The body of an answer is longer than [`MAX_RESPONSE`](crate::MAX_RESPONSE).
    #[error("an answer of more than 16 MiB is not read")]
    ResponseTooLong,
    /// This platform gives out no token.
    #[error("this platform gives out no token: its key is enough")]
    NoToken,
    /// Nothing was asked for that an answer could be to.
    #[error("no request for a token is under way: poll first")]
    NoTokenRequest,
    /// The platform gave no token.
    #[error("the platform gave no token: the failure says why")]
    TokenNotIssued,
    /// The platform refused the key when it was asked for a token.
    #[error("the platform refused the key when it was asked for a token: give another key")]
    KeyRefused,
    /// The platform refused a token, and the next one as well.
    #[error(
        "the platform refused the token, and the next one as well: check the key, then ask anew"
    )]
    TokenRefused,
    /// An answer that should hold a token holds none.
    #[error("the answer holds no token, neither in its header nor in its body")]
    TokenMissing,
    /// The token in the header is not the one in the body.
    #[error("the answer holds one token in its header and another one in its body")]
    TokenAmbiguous,
    /// A token is no JSON Web Token (RFC 7519).
    #[error("the token is no JSON Web Token of at most 8192 bytes")]
    TokenMalformed,
    /// A token has no `exp`.
    #[error("the token does not say when it expires: it has no exp")]
    TokenWithoutExpiry,
    /// A token was expired when it came.
    #[error("the token was expired when it came: compare the clocks")]
    TokenExpired,
    /// A token's `exp` is no time in seconds of the next 366 days.
    #[error("the token's exp is no time in seconds of the next 366 days")]
    TokenAbsurdExpiry,
    /// What went into the URL is wrong.
    #[error(transparent)]
    Url(keyrail_url::ErrorKind),
    /// The credentials do not fit the scheme.
    #[error(transparent)]
    Header(keyrail_header::ErrorKind),
    /// The value of a header is wrong.
    #[error(transparent)]
    Value(keyrail_core::ErrorKind),
}

impl ErrorKind {
    /// The header that is meant, as the scheme spells it, where the credentials
    /// or what came back do not fit it.
    pub fn header(&self) -> Option<&str> {
        match self {
            Self::Header(kind) => kind.header(),
            _ => None,
        }
    }
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::Unknown(_) => "platform.unknown",
            Self::UnknownOperation(_) => "platform.unknown_operation",
            Self::UnknownPath => "platform.unknown_path",
            Self::UnknownMethod => "platform.unknown_method",
            Self::MissingVariable(_) => "platform.missing_variable",
            Self::UnknownVariable(_) => "platform.unknown_variable",
            Self::MissingCredentials => "platform.missing_credentials",
            Self::UnexpectedBody => "platform.unexpected_body",
            Self::TwoBodies => "platform.two_bodies",
            Self::WrongBody => "platform.wrong_body",
            Self::FieldTooLong => "platform.field_too_long",
            Self::FixedScheme => "platform.fixed_scheme",
            Self::CredentialHeader => "platform.credential_header",
            Self::FramingHeader => "platform.framing_header",
            Self::DuplicateHeader => "platform.duplicate_header",
            Self::TooManyHeaders => "platform.too_many_headers",
            Self::MalformedHeaderName => "platform.malformed_header_name",
            Self::NoScheme => "platform.no_scheme",
            Self::UnknownScheme(_) => "platform.unknown_scheme",
            Self::DuplicateOperation => "platform.duplicate_operation",
            Self::MalformedPath => "platform.malformed_path",
            Self::MalformedShape => "platform.malformed_shape",
            Self::NoShape => "platform.no_shape",
            Self::MalformedLimit => "platform.malformed_limit",
            Self::DuplicateScope => "platform.duplicate_scope",
            Self::DuplicateCode => "platform.duplicate_code",
            Self::MalformedExpiry => "platform.malformed_expiry",
            Self::MalformedPointer => "platform.malformed_pointer",
            Self::TooManyPointers => "platform.too_many_pointers",
            Self::NoTokenPlace => "platform.no_token_place",
            Self::MalformedStatus => "platform.malformed_status",
            Self::ResponseTooLong => "platform.response_too_long",
            Self::NoToken => "platform.no_token",
            Self::NoTokenRequest => "platform.no_token_request",
            Self::TokenNotIssued => "platform.token_not_issued",
            Self::KeyRefused => "platform.key_refused",
            Self::TokenRefused => "platform.token_refused",
            Self::TokenMissing => "platform.token_missing",
            Self::TokenAmbiguous => "platform.token_ambiguous",
            Self::TokenMalformed => "platform.token_malformed",
            Self::TokenWithoutExpiry => "platform.token_without_expiry",
            Self::TokenExpired => "platform.token_expired",
            Self::TokenAbsurdExpiry => "platform.token_absurd_expiry",
            Self::Url(kind) => kind.code(),
            Self::Header(kind) => kind.code(),
            Self::Value(kind) => kind.code(),
        }
    }
}

/// Adds an error as a fault below the place where reading is.
pub(crate) fn add(faults: &Faults, below: fmt::Arguments<'_>, error: &Error) {
    faults.add_below(below, error.code(), format!("{error}"));
}

/// Carries an error of another crate over, with its offset.
pub(crate) fn carry<K: Kind>(error: &keyrail_core::Error<K>, kind: ErrorKind) -> Error {
    match error.offset() {
        Some(offset) => Error::at(kind, offset),
        None => Error::new(kind),
    }
}

/// An error of the URL: variables are named as a call of this crate knows them.
pub(crate) fn url_error(error: &keyrail_url::Error) -> Error {
    match error.kind() {
        keyrail_url::ErrorKind::MissingVariable(name) => {
            ErrorKind::MissingVariable(name.clone()).into()
        }
        keyrail_url::ErrorKind::UnknownVariable(expected) => {
            ErrorKind::UnknownVariable(expected.clone()).into()
        }
        kind => carry(error, ErrorKind::Url(kind.clone())),
    }
}
