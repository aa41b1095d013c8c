//! One error for callers that use several parts of the library.

use crate::gateway::GatewayErrorKind;
use crate::{ConfigError, access, header, key, platform, route, url, webhook};

/// Any error of the library, with its code, offset and message.
///
/// ```
/// let error = keyrail::Error::from(keyrail::url::decode("100%").unwrap_err());
/// assert_eq!((error.code(), error.offset()), ("url.malformed_escape", Some(3)));
/// ```
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
#[non_exhaustive]
pub enum Error {
    /// An error of [`url`].
    Url(#[from] url::Error),
    /// An error of [`key`].
    Key(#[from] key::Error),
    /// An error of [`header`].
    Header(#[from] header::Error),
    /// A denial of [`access`]: the key does not allow the request.
    Denied(#[from] access::Denial),
    /// An error of [`access`] other than a denial: an argument is invalid, or a policy rejects an
    /// operation on a key.
    Access(#[from] access::Error),
    /// An error of [`route`].
    Route(#[from] route::Error),
    /// An error of [`route`]: a message or condition is invalid.
    Filter(#[from] route::FilterError),
    /// An error of [`webhook`].
    Webhook(#[from] webhook::Error),
    /// An error of [`platform`].
    Platform(#[from] platform::Error),
    /// A configuration was rejected.
    Config(#[from] ConfigError),
    /// An error of a call to a [`Gateway`](crate::Gateway).
    Gateway(#[from] keyrail_core::Error<GatewayErrorKind>),
    /// A time, an address, a network, an event pattern, a header value, or the status or code of a
    /// [`Problem`](crate::Problem) is malformed or out of range.
    Value(#[from] keyrail_core::Error<keyrail_core::ErrorKind>),
}

impl Error {
    /// Returns the stable, dotted code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Url(error) => error.code(),
            Self::Key(error) => error.code(),
            Self::Header(error) => error.code(),
            Self::Denied(denial) => denial.code(),
            Self::Access(error) => error.code(),
            Self::Route(error) => error.code(),
            Self::Filter(error) => error.code(),
            Self::Webhook(error) => error.code(),
            Self::Platform(error) => error.code(),
            Self::Config(error) => error.code(),
            Self::Gateway(error) => error.code(),
            Self::Value(error) => error.code(),
        }
    }

    /// Returns the offset of the error, in bytes from the start of the input, if it is known.
    pub fn offset(&self) -> Option<usize> {
        match self {
            Self::Url(error) => error.offset(),
            Self::Key(error) => error.offset(),
            Self::Header(error) => error.offset(),
            Self::Denied(_) => None,
            Self::Access(error) => error.offset(),
            Self::Route(error) => error.offset(),
            Self::Filter(error) => error.offset(),
            Self::Webhook(error) => error.offset(),
            Self::Platform(error) => error.offset(),
            Self::Config(error) => error.offset(),
            Self::Gateway(error) => error.offset(),
            Self::Value(error) => error.offset(),
        }
    }

    /// Returns the name of the header that the error concerns, if any. The name is never taken from
    /// the input: a scheme's header is spelt as in the scheme.
    ///
    /// ```
    /// let none: [(&str, &str); 0] = [];
    /// let error = keyrail::header::Scheme::x_api_key().extract(&none).unwrap_err();
    /// assert_eq!(keyrail::Error::from(error).header(), Some("x-api-key"));
    /// ```
    pub fn header(&self) -> Option<&str> {
        match self {
            Self::Header(error) => error.header(),
            Self::Platform(error) => error.header(),
            Self::Webhook(error) => error.header(),
            _ => None,
        }
    }
}
