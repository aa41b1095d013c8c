//! The errors of this crate: in the headers of requests, and in schemes.

/// An error of this crate: its kind, and the offset in the header's value.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of this crate's errors.
    ///
    /// The error names the header: see [`Error::header`](keyrail_core::Error::header).
    #[derive(Copy)]
    pub enum ErrorKind {
        /// A header is missing, or the credentials lack the value for it.
        Missing = "header.missing", "missing header: send it with the credential";
        /// A header occurs more than once, even if the values are equal.
        Duplicate = "header.duplicate", "duplicate header: send it once";
        /// The request contains two forms of the credential, or two spellings of a header's name,
        /// one with `-` and one with `_`.
        Ambiguous = "header.ambiguous",
            "the request contains two forms of the credential, or this header in two spellings (with - and with _): send one";
        /// The value is a list.
        List = "header.list", "the header contains a comma: send one credential, not a list";
        /// The value starts with an authentication scheme other than the expected one.
        UnknownScheme = "header.unknown_scheme",
            "unexpected authentication scheme in the header: send the one that this API expects";
        /// The value is empty, or nothing follows the scheme word.
        Empty = "header.empty", "the header contains no credential: send one";
        /// The credential contains white space.
        WhiteSpace = "header.white_space",
            "the credential in the header contains white space: remove it";
        /// The credential contains a quotation mark.
        Quote = "header.quote",
            "the header contains a quotation mark: send the credential without quotes";
        /// The value contains a control character.
        Control = "header.control", "the header contains a control character: remove it";
        /// The value contains a non-ASCII byte.
        NonAscii = "header.non_ascii", "the header contains a non-ASCII byte: remove it";
        /// A header value is longer than 8192 bytes.
        TooLong = "header.too_long", "the header is longer than 8192 bytes: shorten it";
        /// The value is folded over several lines (RFC 9112, section 5.2).
        ObsFold = "header.obs_fold",
            "the header is folded over several lines: send it on one line";
        /// The value is not a token68 (RFC 9110, section 11.2), and the scheme requires
        /// one.
        Token68 = "header.token68",
            "the credential in the header is not a token68: it may contain only letters, digits and -._~+/, and = only at the end";
        /// A hop (an entry of a header such as `X-Forwarded-For`) has no address, or is `unknown`.
        UnknownHop = "header.unknown_hop",
            "the header contains a hop whose address is unknown: configure the proxy that wrote it to report the address";
        /// A proxy replaced the address of a hop by an obfuscated identifier (RFC 7239,
        /// section 6.3).
        HiddenHop = "header.hidden_hop",
            "the header contains a hop with an obfuscated identifier: configure the proxy that wrote it to report the address";
        /// A hop is not an IP address.
        MalformedHop = "header.malformed_hop",
            "the header contains a hop that is not an IP address: check what the proxy writes";
        /// The client is not among the last 64 hops in the header.
        TooManyHops = "header.too_many_hops",
            "the client is not among the last 64 hops in the header: check the trusted networks";
        /// A scheme's header name is not a token (RFC 9110, section 5.1).
        MalformedName = "header.malformed_name",
            "a header's name must be 1 to 256 letters, digits and characters of !#$%&'*+-.^_`|~";
        /// A scheme word is not a token (RFC 9110, section 11.1).
        MalformedWord = "header.malformed_word",
            "a scheme word must be 1 to 256 letters, digits and characters of !#$%&'*+-.^_`|~";
        /// A form of a scheme has no slot that holds the key.
        NoKey = "header.no_key", "no slot holds the key: the member holds must be key in one slot";
        /// A form of a scheme has two slots that hold the same part.
        SamePart = "header.same_part",
            "another slot already holds this part: use one slot for each part";
        /// A form of a scheme has two slots in one header, or in two spellings of one header's
        /// name.
        SameHeader = "header.same_header",
            "another slot already uses this header: use a different header for each slot";
        /// A header holds one part (such as the key) in one form of a scheme, and another part in
        /// another form.
        ConflictingPart = "header.conflicting_part",
            "this header holds another part in another form: it must hold the same part in all forms";
        /// The slot that holds the key is optional.
        OptionalKey = "header.optional_key", "the slot that holds the key cannot be optional";
        /// A set of alternatives is empty.
        NoAlternatives = "header.no_alternatives",
            "a set of alternatives needs at least one scheme";
        /// A scheme has more than 16 forms.
        TooManyForms = "header.too_many_forms",
            "a scheme may have at most 16 forms, including alternatives and lenient ones";
    }
}

impl ErrorKind {
    /// Returns the status of the response:
    ///
    /// - 401 if the credential is missing or has another authentication scheme, which counts as
    ///   missing (RFC 6750, section 3.1);
    /// - 400 if the credential is duplicate, ambiguous or malformed, or if the chain of proxies
    ///   cannot be read;
    /// - 500 for an error in the scheme itself, which no client can fix.
    pub const fn status(self) -> u16 {
        match self {
            Self::Missing | Self::UnknownScheme => 401,
            Self::Duplicate
            | Self::Ambiguous
            | Self::List
            | Self::Empty
            | Self::WhiteSpace
            | Self::Quote
            | Self::Control
            | Self::NonAscii
            | Self::TooLong
            | Self::ObsFold
            | Self::Token68
            | Self::UnknownHop
            | Self::HiddenHop
            | Self::MalformedHop
            | Self::TooManyHops => 400,
            Self::MalformedName
            | Self::MalformedWord
            | Self::NoKey
            | Self::SamePart
            | Self::SameHeader
            | Self::ConflictingPart
            | Self::OptionalKey
            | Self::NoAlternatives
            | Self::TooManyForms => 500,
        }
    }
}
