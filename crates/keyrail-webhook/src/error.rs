//! What can be wrong with a webhook's secret, headers or target.

use alloc::string::ToString;

use keyrail_core::{Kind, Problem};

/// An error of this crate: a kind, and where it was met, in bytes from the
/// start of the secret, id, header value or URL that it concerns.
pub type Error = keyrail_core::Error<ErrorKind>;

/// What can be wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A secret is no `whsec_` with base64 behind it.
    #[error(
        "malformed webhook secret: expected whsec_ followed by 24 to 64 bytes in base64; pass a secret without whsec_ to standard_secret (Rust) or Secret.standard"
    )]
    MalformedSecret,
    /// A secret decodes to too few or too many bytes.
    #[error("a webhook secret holds 24 to 64 bytes, which are 32 to 86 characters of base64")]
    SecretLength,
    /// No secret was given.
    #[error("give at least one webhook secret")]
    NoSecret,
    /// More secrets were given than signatures may stand in a header.
    #[error("at most 16 webhook secrets may be in use at once")]
    TooManySecrets,
    /// A header is missing; its name stands here.
    #[error("the header {0} is missing")]
    MissingHeader(&'static str),
    /// A header stands there more than once; its name stands here.
    #[error("the header {0} stands there more than once")]
    DuplicateHeader(&'static str),
    /// An id is empty, too long, or holds what it must not.
    #[error("a message id is 1 to 256 bytes of visible ASCII without dots")]
    MalformedId,
    /// A timestamp is no number of seconds, or lies before 1970 or after 9999.
    #[error(
        "a webhook timestamp is written in digits: the seconds (not milliseconds) since 1970, up to the year 9999"
    )]
    MalformedTimestamp,
    /// A timestamp lies further in the past than the tolerance allows.
    #[error("the message was signed too long ago: was it replayed, or is a clock wrong?")]
    TooOld,
    /// The signer's time seems to have been in seconds.
    #[error(
        "the signature is decades old: the signer probably passed seconds, where milliseconds are expected"
    )]
    SignedInSeconds,
    /// A timestamp lies further in the future than the tolerance allows.
    #[error("the message was signed too far in the future: is a clock wrong?")]
    TooNew,
    /// The time of verifying seems to be in seconds.
    #[error("now is decades before the signature: expected milliseconds, not seconds")]
    NowInSeconds,
    /// The timestamp seems to be in milliseconds.
    #[error("the timestamp is millennia ahead: expected seconds, not milliseconds")]
    TimestampInMillis,
    /// The signature header is no list of versions and values.
    #[error("a signature header is a list, parted by single spaces, of v1,<32 bytes in base64>")]
    MalformedSignature,
    /// The signature header holds too many signatures.
    #[error("a signature header holds at most 16 signatures")]
    TooManySignatures,
    /// The signature header holds no signature of a version that is known.
    #[error("the signature header holds no signature of version v1")]
    UnknownVersion,
    /// No signature fits.
    #[error(
        "no signature fits: check the secret, and that the body is verified byte for byte as it came"
    )]
    WrongSignature,
    /// A target is longer than [`MAX_TARGET`](crate::MAX_TARGET).
    #[error("a webhook URL may be at most 8192 bytes long")]
    TargetTooLong,
    /// A target has a scheme that is not allowed for its host.
    #[error(
        "a webhook URL begins with https:// (http:// only to a loopback host, where loopback is allowed)"
    )]
    TargetScheme,
    /// A target is no URL in its canonical spelling.
    #[error("this is no webhook URL: write other characters than those of RFC 3986 as %-escapes")]
    MalformedTarget,
    /// A target holds a user name or a password.
    #[error("a webhook URL holds no user name and no password: remove what stands before the @")]
    TargetUserinfo,
    /// A target has a fragment.
    #[error("a webhook URL has no fragment: remove the # and what follows it")]
    TargetFragment,
    /// A target's host is missing or malformed.
    #[error(
        "the host must be a full name of letters, digits and inner hyphens, an IPv4 address of four plain decimal numbers, or an IPv6 address in brackets"
    )]
    TargetHost,
    /// A target's host is an IPv6 address without brackets.
    #[error("put IPv6 addresses in brackets, like [2001:db8::1]")]
    TargetBareIpv6,
    /// A target's host ends with a dot.
    #[error("the host ends with a dot: end it with its last label")]
    TargetTrailingDot,
    /// A target's host has a character outside ASCII.
    #[error(
        "write the host in Punycode (RFC 3492): xn--bcher-kva.example stands for bücher.example"
    )]
    TargetNonAscii,
    /// A target's path has a dot segment, plain or escaped.
    #[error(
        "a webhook URL has no . or .. between slashes, plain or escaped: URL parsers read them differently"
    )]
    TargetDotSegment,
    /// A target's port is malformed.
    #[error("a port is a number from 1 to 65535 without leading zeros")]
    TargetPort,
    /// A target is not on the public internet.
    #[error("a webhook URL must lead to a public host: this one is private, local or reserved")]
    TargetPrivate,
}

/// Returns what to answer to a delivery that is rejected, or to a URL that a
/// customer registers: 400 where a header is missing, duplicate or malformed or
/// the URL is refused, 403 where the delivery is too old, too new
/// or signed by somebody else; 500 for a fault of the receiver's own, such as a
/// malformed secret.
///
/// ```
/// use keyrail_core::{Secret, Timestamp};
/// use keyrail_webhook::{Verifier, problem};
/// let verifier = Verifier::new(&[Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])?;
/// let none: [(&str, &str); 0] = [];
/// let now = Timestamp::from_millis(1_793_491_200_000).unwrap();
/// let response = problem(&verifier.verify(&none, b"{}", now).unwrap_err()).response();
/// assert_eq!(response.status, 400);
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
pub fn problem(error: &Error) -> Problem {
    Problem {
        status: error.kind().status(),
        code: error.code().into(),
        detail: error.to_string(),
        scope: None,
    }
}

impl ErrorKind {
    /// The status of the answer (RFC 9110, section 15.5).
    const fn status(&self) -> u16 {
        match self {
            Self::MissingHeader(_)
            | Self::DuplicateHeader(_)
            | Self::MalformedId
            | Self::MalformedTimestamp
            | Self::MalformedSignature
            | Self::TooManySignatures
            | Self::TargetTooLong
            | Self::TargetScheme
            | Self::MalformedTarget
            | Self::TargetUserinfo
            | Self::TargetFragment
            | Self::TargetHost
            | Self::TargetBareIpv6
            | Self::TargetTrailingDot
            | Self::TargetNonAscii
            | Self::TargetDotSegment
            | Self::TargetPort
            | Self::TargetPrivate => 400,
            Self::TooOld
            | Self::SignedInSeconds
            | Self::TooNew
            | Self::TimestampInMillis
            | Self::UnknownVersion
            | Self::WrongSignature => 403,
            _ => 500,
        }
    }
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::MalformedSecret => "webhook.malformed_secret",
            Self::SecretLength => "webhook.secret_length",
            Self::NoSecret => "webhook.no_secret",
            Self::TooManySecrets => "webhook.too_many_secrets",
            Self::MissingHeader(_) => "webhook.missing_header",
            Self::DuplicateHeader(_) => "webhook.duplicate_header",
            Self::MalformedId => "webhook.malformed_id",
            Self::MalformedTimestamp => "webhook.malformed_timestamp",
            Self::TooOld | Self::SignedInSeconds => "webhook.too_old",
            Self::TooNew | Self::NowInSeconds | Self::TimestampInMillis => "webhook.too_new",
            Self::MalformedSignature => "webhook.malformed_signature",
            Self::TooManySignatures => "webhook.too_many_signatures",
            Self::UnknownVersion => "webhook.unknown_version",
            Self::WrongSignature => "webhook.wrong_signature",
            Self::TargetTooLong => "webhook.target_too_long",
            Self::TargetScheme => "webhook.target_scheme",
            Self::MalformedTarget | Self::TargetDotSegment => "webhook.target_malformed",
            Self::TargetUserinfo => "webhook.target_userinfo",
            Self::TargetFragment => "webhook.target_fragment",
            Self::TargetHost
            | Self::TargetBareIpv6
            | Self::TargetTrailingDot
            | Self::TargetNonAscii => "webhook.target_host",
            Self::TargetPort => "webhook.target_port",
            Self::TargetPrivate => "webhook.target_private",
        }
    }
}
