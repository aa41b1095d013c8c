//! The errors of this crate.

use keyrail_core::Problem;

/// An error of this crate: its kind, and its offset in bytes in the
/// secret, id, header value or URL that it concerns.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of this crate's errors.
    pub enum ErrorKind {
        /// A secret is not `whsec_`, `whsk_` or `whpk_`, followed by base64.
        MalformedSecret = "webhook.malformed_secret",
            "invalid webhook secret: expected whsec_ (or, for Ed25519, whsk_ or whpk_) followed by base64 (a secret that you choose yourself must also have this form)";
        /// A secret decodes to too few or too many bytes.
        SecretLength = "webhook.secret_length",
            "a webhook secret must have 24 to 64 bytes, which are 32 to 86 characters of base64; a private key with whsk_ has 32 or 64 bytes, and a public key with whpk_ has 32";
        /// The public key at the end of a private key does not belong to its seed.
        KeyMismatch = "webhook.key_mismatch",
            "the last 32 bytes of a whsk_ key of 64 bytes must be the public key of the first 32: copy the key again, or use its first 32 bytes alone";
        /// A public key is not the canonical encoding of a point on the curve, or has a small order.
        InvalidPublicKey = "webhook.invalid_public_key",
            "the whpk_ key is not a valid Ed25519 public key: copy it from the sender again";
        /// A public key was passed to a signer.
        PublicKey = "webhook.public_key",
            "a signer needs a private key (whsk_), not a public one (whpk_)";
        /// A private key was passed to a verifier.
        PrivateKey = "webhook.private_key",
            "a verifier needs a public key (whpk_): only the sender may have the private one (whsk_)";
        /// A private key is needed, but a secret of another kind was passed.
        NotPrivateKey = "webhook.not_private_key",
            "expected a private key (whsk_), not a secret (whsec_) or a public key (whpk_)";
        /// This build does not include Ed25519.
        NoEd25519 = "webhook.no_ed25519",
            "this build has no Ed25519: enable the feature ed25519, or use a secret with whsec_";
        /// Fewer than 32 random bytes were passed.
        TooLittleEntropy = "webhook.too_little_entropy",
            "pass at least 32 random bytes from the operating system";
        /// No secret was passed.
        NoSecret = "webhook.no_secret", "pass at least one webhook secret";
        /// More than 5 secrets were passed.
        TooManySecrets = "webhook.too_many_secrets",
            "at most 5 webhook secrets may be in use at once";
        /// The names of the headers are neither `standard` nor `svix`.
        UnknownHeaderNames = "webhook.unknown_header_names",
            "unknown header names: expected standard or svix";
        /// A header is missing.
        MissingHeader = "webhook.missing_header", "a header is missing";
        /// A header occurs more than once.
        DuplicateHeader = "webhook.duplicate_header", "duplicate header: send it once";
        /// A message's id is empty, is too long, or contains a character that is not allowed.
        MalformedId = "webhook.malformed_id",
            "a message id must be 1 to 256 visible ASCII characters, without dots";
        /// A timestamp is not a number of seconds, or is before 1970 or after 9999.
        MalformedTimestamp = "webhook.malformed_timestamp",
            "a webhook timestamp must consist of digits: the seconds (not milliseconds) since 1970, up to the year 9999";
        /// A timestamp is further in the past than the tolerance allows.
        TooOld = "webhook.too_old",
            "the message was signed too long ago: was it replayed, or is a clock wrong?";
        /// The time was probably passed to the signer in seconds instead of milliseconds.
        SignedInSeconds = "webhook.too_old",
            "the signature is decades old: the time was probably passed to the signer in seconds instead of milliseconds";
        /// A timestamp is further in the future than the tolerance allows.
        TooNew = "webhook.too_new",
            "the message was signed too far in the future: is a clock wrong?";
        /// The current time was probably passed in seconds instead of milliseconds.
        NowInSeconds = "webhook.too_new",
            "the current time is decades before the signature: pass it in milliseconds, not seconds";
        /// The timestamp is probably in milliseconds instead of seconds.
        TimestampInMillis = "webhook.too_new",
            "the timestamp is millennia in the future: expected seconds, not milliseconds";
        /// A signature is malformed, and no other signature of the header is valid.
        MalformedSignature = "webhook.malformed_signature",
            "a signature header must be a list of v1,<32 bytes in base64> or v1a,<64 bytes in base64>, separated by single spaces";
        /// The signature header contains more than 16 signatures.
        TooManySignatures = "webhook.too_many_signatures",
            "a signature header may contain at most 16 signatures";
        /// The signature header contains no signature of the version that the secrets require.
        UnknownVersion = "webhook.unknown_version",
            "the signature header contains no signature of the required version: v1a if a secret is a public key (whpk_), otherwise v1";
        /// No signature matches.
        WrongSignature = "webhook.wrong_signature",
            "no signature matches: check the secret, and verify exactly the bytes of the body that were received";
        /// A webhook URL is longer than 8192 bytes.
        TargetTooLong = "webhook.target_too_long", "a webhook URL may be at most 8192 bytes long";
        /// A webhook URL does not start with `https://` or, where loopback is allowed, with
        /// `http://` and a loopback host.
        TargetScheme = "webhook.target_scheme",
            "a webhook URL must start with https:// (or, where loopback is allowed, http:// and a loopback host)";
        /// The path or the query of a webhook URL contains a character that must be escaped, or an
        /// invalid escape.
        MalformedTarget = "webhook.target_malformed",
            "invalid webhook URL: percent-encode the characters that RFC 3986 does not allow";
        /// A webhook URL contains a user name or a password.
        TargetUserinfo = "webhook.target_userinfo",
            "a webhook URL must not contain a user name or a password: remove what precedes the @";
        /// A webhook URL has a fragment.
        TargetFragment = "webhook.target_fragment",
            "a webhook URL must not contain a fragment: remove the # and all that follows it";
        /// The host of a webhook URL is missing or malformed.
        TargetHost = "webhook.target_host",
            "the host must be a domain name whose labels consist of letters, digits and hyphens, without a hyphen at either end, an IPv4 address of four plain decimal numbers, or an IPv6 address in brackets";
        /// The host of a webhook URL is an IPv6 address without brackets.
        TargetBareIpv6 = "webhook.target_host",
            "put IPv6 addresses in brackets, like [2001:db8::1]";
        /// The host of a webhook URL ends with a dot.
        TargetTrailingDot = "webhook.target_host", "remove the trailing dot of the host";
        /// The host of a webhook URL contains a non-ASCII character.
        TargetNonAscii = "webhook.target_host",
            "write the host in Punycode (RFC 3492), like xn--bcher-kva.example for bücher.example";
        /// The path of a webhook URL contains a dot segment (`.` or `..`), plain or escaped.
        TargetDotSegment = "webhook.target_malformed",
            "the path of a webhook URL must not have a segment . or .., even if escaped: URL parsers treat them differently";
        /// The port of a webhook URL is not a number from 1 to 65535, or has leading zeros.
        TargetPort = "webhook.target_port",
            "a port must be a number from 1 to 65535 without leading zeros";
        /// The host of a webhook URL is not public.
        TargetPrivate = "webhook.target_private",
            "a webhook URL must have a public host: this one is private, local or reserved";
        /// No scheme with this name is built in.
        UnknownScheme = "webhook.unknown_scheme",
            "no scheme with this name is built in: Scheme.names() lists them";
        /// The vendor's signatures cannot be described by a scheme.
        UnsupportedScheme = "webhook.unsupported_scheme",
            "these signatures need certificates or tokens: verify them with the vendor's own library";
        /// A place of a scheme is malformed, or a value has no place or several.
        MalformedPlace = "webhook.malformed_place",
            "a value must be in exactly one of header, query and json, with at most 64 visible ASCII characters in its prefix and in each name, and with a space, comma, semicolon or vertical bar as separator; two values in one place must be pairs with different names";
        /// A signed part is neither a known part nor literal text.
        MalformedPart = "webhook.malformed_part",
            "expected literal text without braces, at most 64 bytes long, or in braces: method, url, body, timestamp, id, form_sorted, header: and a name, or json: and a pointer";
        /// The value of `url_unescape` contains a character that must stay escaped.
        MalformedUnescape = "webhook.malformed_unescape",
            "url_unescape may contain only the characters :/?@!$'()*,;";
        /// A separator ends as it begins, or may occur in the URL or the timestamp before it.
        AmbiguousSeparator = "webhook.ambiguous_separator",
            "a separator must not begin and end with the same characters, like -- does, and after the URL or the timestamp it must contain a character that these cannot contain: for example, a line feed";
        /// The body or the form is followed by more than one other part.
        ContentNotLast = "webhook.content_not_last",
            "put the body or the form last, or before one separator and one other part";
        /// Two signed parts follow each other without literal text between them.
        NoSeparator = "webhook.no_separator",
            "put literal text between the two parts: otherwise, one request could be read as another with the same signature";
        /// A scheme signs nothing but literal text, the timestamp and the id.
        NoPart = "webhook.no_part",
            "list the signed parts: at least one part of the request, such as the body";
        /// A scheme has more than 16 signed parts.
        TooManyParts = "webhook.too_many_parts", "a scheme may have at most 16 signed parts";
        /// A scheme signs a timestamp or an id, but does not declare its place.
        UndeclaredValue = "webhook.undeclared_value",
            "this value is signed, so declare its place in the request";
        /// The timestamp of a scheme is not signed.
        UnsignedTimestamp = "webhook.unsigned_timestamp",
            "add the timestamp to the signed parts, or remove timestamp: anyone could change it";
        /// A member of a scheme does not fit its algorithm.
        UnsuitableMember = "webhook.unsuitable_member",
            "a static signature has the encoding text, and no signed parts, key_encoding, tolerance_seconds, url_unescape or body_digest; any other has hex or base64; body_digest needs the URL among the signed parts";
        /// The tolerance of a scheme is not from 1 to 86400 seconds.
        MalformedTolerance = "webhook.malformed_tolerance",
            "a tolerance must be from 1 to 86400 seconds";
        /// A secret of a scheme is empty, is longer than 1024 bytes, or is not written as the scheme
        /// says.
        MalformedSchemeSecret = "webhook.malformed_scheme_secret",
            "the secret must not be empty or longer than 1024 bytes, and must be written as key_encoding says";
        /// A request cannot be signed, because its signature or timestamp is not in a header.
        CannotSign = "webhook.cannot_sign",
            "only signatures and timestamps in headers can be added to a request";
        /// A request has no signature of the scheme.
        MissingSignature = "webhook.missing_signature",
            "the request has no signature of this scheme: check the vendor, the header and its prefix";
        /// A request has no timestamp.
        MissingTimestamp = "webhook.missing_timestamp",
            "the request has no timestamp of this scheme";
        /// A signed part is missing in a request.
        MissingPart = "webhook.missing_part", "a signed part is missing in the request";
        /// A value on which the signature depends occurs more than once in a request.
        DuplicateValue = "webhook.duplicate_value",
            "a value on which the signature depends occurs more than once in the request";
        /// A signed part contains the literal text that separates it from another part.
        AmbiguousPart = "webhook.ambiguous_part",
            "a signed part contains the text that separates it from another part, so the signature does not say where it ends";
        /// A signature is not written as its scheme says.
        SchemeSignature = "webhook.malformed_signature",
            "the signature is not written as the scheme says: in hexadecimal digits or in base64";
        /// A timestamp is not written as its scheme says.
        SchemeTimestamp = "webhook.malformed_timestamp",
            "the timestamp is not written as the scheme says: as a number of seconds or milliseconds without leading zeros, or as an RFC 3339 time, from 1970 to 9999";
        /// A vendor's public key is not a valid Ed25519 public key.
        SchemePublicKey = "webhook.invalid_public_key",
            "this is not a valid Ed25519 public key: copy it from the vendor again";
        /// The body of a request is not the JSON or the form that the scheme reads.
        MalformedBody = "webhook.malformed_body",
            "the body is not valid JSON, or not a valid form with at most 1000 parameters: pass it byte for byte as it was received";
        /// The query of a request's URL contains a malformed escape.
        MalformedUrl = "webhook.malformed_url",
            "the query of the URL contains a malformed escape";
        /// The URL of a request is empty, but the scheme signs it.
        MissingUrl = "webhook.missing_url",
            "pass the whole URL to which the request was sent, with its query";
        /// A policy has both a list of delays and an exponential schedule.
        TwoSchedules = "webhook.two_schedules",
            "a policy must have delays_seconds or exponential, not both";
        /// A delay of a policy is not from 1 to 604800 seconds, or the maximum delay is less than the
        /// first one.
        MalformedDelay = "webhook.malformed_delay",
            "a delay must be from 1 to 604800 seconds, and max_seconds must not be less than first_seconds";
        /// The factor of an exponential schedule is not from 2 to 10.
        MalformedFactor = "webhook.malformed_factor", "a factor must be from 2 to 10";
        /// A policy does not allow 1 to 64 attempts.
        MalformedAttempts = "webhook.malformed_attempts",
            "a policy must allow 1 to 64 attempts, which is 0 to 63 delays";
        /// A jitter is not from 0 to 1, or the jitter of a policy is not from 0 to 100 percent.
        MalformedJitter = "webhook.malformed_jitter",
            "jitter must be a number from 0 to 1, and jitter_percent an integer from 0 to 100";
        /// The deadline of a policy is not from 1 to 86400000 seconds, or is before the first retry.
        MalformedDeadline = "webhook.malformed_deadline",
            "a deadline must be from 1 to 86400000 seconds, and must not be before the first retry";
        /// The reason for a missing response is unknown.
        UnknownNoResponse = "webhook.unknown_no_response",
            "unknown reason: expected timeout, dns, connection or tls";
        /// The reason for giving up a delivery is unknown.
        UnknownGiveUp = "webhook.unknown_give_up",
            "unknown reason: expected endpoint_disabled, target_rejected or canceled";
        /// The id of an endpoint is not a string of 1 to 256 bytes without control characters.
        MalformedEndpoint = "webhook.malformed_endpoint",
            "the id of an endpoint must be 1 to 256 bytes long, without control characters";
        /// A delivery was delivered or given up already.
        DeliveryEnded = "webhook.delivery_ended",
            "this delivery was already delivered or given up: read its state again, and make no attempt";
        /// A number of a health policy is out of range, or `disable_after_seconds` is less than
        /// `warn_after_seconds`.
        MalformedHealthPolicy = "webhook.malformed_health_policy",
            "warn_after_seconds and disable_after_seconds must be from 1 to 86400000, and disable_after_dead from 1 to 1000000; disable_after_seconds must not be less than warn_after_seconds";
        /// A delivery to one endpoint was passed to the health of another one.
        OtherEndpoint = "webhook.other_endpoint",
            "the delivery is for another endpoint: pass the health of the endpoint that the delivery names";
        /// A number of a receive policy is out of range, or `remember_seconds` is less than
        /// `lease_seconds`.
        MalformedReceivePolicy = "webhook.malformed_receive_policy",
            "lease_seconds must be from 1 to 86400, and remember_seconds from 1 to 86400000; remember_seconds must not be less than lease_seconds";
        /// A receiver would remember a delivery for less than twice the tolerance.
        ReplayWindow = "webhook.replay_window",
            "a receiver must remember a delivery for at least twice the verifier's tolerance: increase remember_seconds, or decrease the tolerance";
        /// A delivery was claimed before, was not processed, and its timestamp is not later than that
        /// of the claim.
        Replayed = "webhook.replayed",
            "replayed delivery: its timestamp is not later than that of an earlier one with this id, so the sender must sign it again when it repeats it";
        /// A claim for one delivery was passed with another delivery.
        OtherClaim = "webhook.other_claim",
            "the stored claim is for another delivery: read the claim that is stored for the id of this one";
        /// A claim was finished already, or was released and is released again.
        ClaimEnded = "webhook.claim_ended",
            "this claim has ended already: read the stored claim again";
        /// A time is before 1973-03-03, and was probably passed in seconds instead of milliseconds.
        TimeInSeconds = "webhook.time_in_seconds",
            "the time is before 1973-03-03: pass it in milliseconds, not seconds";
        /// The `schema` of a document is newer than the ones that this release can read.
        NewerSchema = "webhook.newer_schema",
            "this document was written by a newer release of Keyrail: update Keyrail here";
        /// A number in a stored document is out of range.
        MalformedNumber = "webhook.malformed_number",
            "the number is out of range: store documents as Keyrail writes them";
        /// The members of a stored document contradict each other.
        MalformedState = "webhook.malformed_state",
            "the members of this document contradict each other: store documents as Keyrail writes them";
    }
}

/// Returns the problem for a rejected delivery or webhook URL.
///
/// Its status is 400 for a rejected webhook URL, and for a request with a header, a signed part or a
/// body that is missing, duplicated or malformed. It is 403 if the delivery is too old, is too new, is
/// replayed or has no valid signature, and 500 for an error on the receiver's side, such as a malformed
/// secret or a current time in seconds.
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
    Problem::from_error(error.kind().status(), error.code(), error)
}

impl ErrorKind {
    /// The kinds of a wrong `schema`: one that is too new, and one that no release has written.
    pub(crate) const OF_SCHEMA: (Self, Self) = (Self::NewerSchema, Self::MalformedNumber);

    /// Returns the HTTP status of the response (RFC 9110, section 15.5).
    const fn status(&self) -> u16 {
        match self {
            Self::MissingHeader
            | Self::DuplicateHeader
            | Self::MissingSignature
            | Self::MissingTimestamp
            | Self::MissingPart
            | Self::DuplicateValue
            | Self::AmbiguousPart
            | Self::MalformedBody
            | Self::MalformedUrl
            | Self::SchemeSignature
            | Self::SchemeTimestamp
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
            | Self::WrongSignature
            | Self::Replayed => 403,
            _ => 500,
        }
    }
}
