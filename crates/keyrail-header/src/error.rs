//! The errors of credentials' headers and of schemes.

/// An error of this crate: its kind, and the offset in the header's value.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The causes of this crate's errors.
    ///
    /// The error names the header: see [`Error::header`](keyrail_core::Error::header).
    #[derive(Copy)]
    pub enum ErrorKind {
        /// The header is missing, or the credentials lack the value for it.
        Missing = "header.missing", "missing header: send it with the credential";
        /// The header occurs more than once, even with equal values.
        Duplicate = "header.duplicate", "duplicate header: send it once";
        /// The request contains two spellings of one name, or two forms of the credential.
        Ambiguous = "header.ambiguous",
            "the request contains two forms of the same credential: send one";
        /// The value is a list.
        List = "header.list", "the header holds a comma: send one credential, not a list";
        /// The value starts with another authentication scheme than the expected one.
        UnknownScheme = "header.unknown_scheme",
            "unexpected authentication scheme in the header";
        /// The value is empty, or nothing follows the scheme word.
        Empty = "header.empty", "the header contains no credential: send one";
        /// There is white space inside the credential.
        WhiteSpace = "header.white_space",
            "the header holds white space inside the credential: remove it";
        /// There is a quotation mark in the credential.
        Quote = "header.quote",
            "the header holds a quotation mark: send the credential without quotes";
        /// There is a control byte in the value.
        Control = "header.control", "the header holds a control byte: remove it";
        /// There is a byte beyond ASCII in the value.
        NonAscii = "header.non_ascii", "the header holds a byte beyond ASCII: remove it";
        /// The value is longer than [`MAX_HEADER_VALUE`](keyrail_core::MAX_HEADER_VALUE).
        TooLong = "header.too_long", "the header is longer than 8192 bytes: shorten it";
        /// The value is folded over several lines (RFC 9112, section 5.2).
        ObsFold = "header.obs_fold",
            "the header is folded over several lines: write it on one";
        /// The value is not a token68 (RFC 9110, section 11.2), and the scheme asks
        /// for one.
        Token68 = "header.token68",
            "the header holds a credential that is no token68: letters, digits and -._~+/ with = at the end only";
        /// A proxy does not say from which address it got the request.
        UnknownHop = "header.unknown_hop",
            "the header has a hop whose address its proxy does not know";
        /// A proxy hides from which address it got the request.
        HiddenHop = "header.hidden_hop", "the header has a hop whose address its proxy hides";
        /// A hop is not an address.
        MalformedHop = "header.malformed_hop",
            "the header has a hop that is not an address: see what the proxy writes";
        /// There are more than [`MAX_HOPS`](crate::MAX_HOPS) hops up to the client.
        TooManyHops = "header.too_many_hops",
            "the header has more than 64 hops up to the client";
        /// A scheme's header name is not a token (RFC 9110, section 5.1).
        MalformedName = "header.malformed_name",
            "a header's name is 1 to 256 letters, digits, or characters of !#$%&'*+-.^_`|~";
        /// A scheme word is not a token (RFC 9110, section 11.1).
        MalformedWord = "header.malformed_word",
            "a scheme word is 1 to 256 letters, digits, or characters of !#$%&'*+-.^_`|~";
        /// A form of a scheme has no slot that holds the key.
        NoKey = "header.no_key", "one slot must hold the key";
        /// A form of a scheme has two slots for one part.
        SamePart = "header.same_part", "another slot holds this part already: give each part one slot";
        /// A form of a scheme has two slots in one header, or in two spellings of it.
        SameHeader = "header.same_header",
            "another slot uses this header already: give each slot its own";
        /// A header holds one part in one form and another in another form.
        ConflictingPart = "header.conflicting_part",
            "this header holds another part in another form: let it hold one part everywhere";
        /// The slot that holds the key is optional.
        OptionalKey = "header.optional_key", "the slot that holds the key cannot be optional";
        /// A set of alternatives is empty.
        NoAlternatives = "header.no_alternatives",
            "a set of alternatives holds at least one scheme: name one";
        /// A scheme has more than [`MAX_FORMS`](crate::MAX_FORMS) forms.
        TooManyForms = "header.too_many_forms",
            "a scheme may have at most 16 forms: the documented ones and the lenient ones";
    }
}

impl ErrorKind {
    /// Returns the status of the response: 401 if the credential is missing or of another
    /// authentication scheme, which counts as missing (RFC 6750, section 3.1); 400 if it is
    /// duplicate, ambiguous or malformed, or if the chain of proxies cannot be read; and 500
    /// for an error in the scheme itself, which no client can fix.
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
