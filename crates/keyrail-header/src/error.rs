//! What can be wrong with a credential's header, or with a scheme.

use alloc::string::String;

use keyrail_core::Kind;

/// An error of this crate: its kind, and the place in the header's value.
pub type Error = keyrail_core::Error<ErrorKind>;

/// The causes of this crate's errors.
///
/// Where a kind names a header, it is the name as the scheme spells it, never
/// a piece of what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The header did not come, or the credentials lack the part for it.
    #[error("the header {header} is missing: send it with the credential")]
    Missing {
        /// The header's name.
        header: String,
    },
    /// The header came more than once, be it with equal values.
    #[error("the header {header} came more than once: send it once")]
    Duplicate {
        /// The header's name.
        header: String,
    },
    /// Two spellings of one name came, or two forms of the credential.
    #[error("the header {header} came beside another form of the same credential: send one form")]
    Ambiguous {
        /// The header's name.
        header: String,
    },
    /// The value is a list.
    #[error("the header {header} holds a comma: send one credential, not a list")]
    List {
        /// The header's name.
        header: String,
    },
    /// The value begins with another scheme word than the one asked for.
    #[error("the header {header} does not name the authentication scheme that is asked for")]
    UnknownScheme {
        /// The header's name.
        header: String,
    },
    /// There is nothing in the value, or nothing behind the scheme word.
    #[error("the header {header} holds no credential: write one")]
    Empty {
        /// The header's name.
        header: String,
    },
    /// There is white space inside the credential.
    #[error("the header {header} holds white space inside the credential: remove it")]
    WhiteSpace {
        /// The header's name.
        header: String,
    },
    /// There is a quotation mark in the credential.
    #[error("the header {header} holds a quotation mark: send the credential without quotes")]
    Quote {
        /// The header's name.
        header: String,
    },
    /// There is a control byte in the value.
    #[error("the header {header} holds a control byte: remove it")]
    Control {
        /// The header's name.
        header: String,
    },
    /// There is a byte beyond ASCII in the value.
    #[error("the header {header} holds a byte beyond ASCII: remove it")]
    NonAscii {
        /// The header's name.
        header: String,
    },
    /// The value is longer than [`MAX_HEADER_VALUE`](keyrail_core::MAX_HEADER_VALUE).
    #[error("the header {header} is longer than 8192 bytes: shorten it")]
    TooLong {
        /// The header's name.
        header: String,
    },
    /// The value is folded over several lines (RFC 9112, section 5.2).
    #[error("the header {header} is folded over several lines: write it on one")]
    ObsFold {
        /// The header's name.
        header: String,
    },
    /// The value is no token68 (RFC 9110, section 11.2), and the scheme asks
    /// for one.
    #[error(
        "the header {header} holds a credential that is no token68: \
         letters, digits and -._~+/ with = at the end only"
    )]
    Token68 {
        /// The header's name.
        header: String,
    },
    /// A proxy does not say whom it got the request from.
    #[error("the header {header} has a hop whose address its proxy does not know")]
    UnknownHop {
        /// The header's name.
        header: String,
    },
    /// A proxy hides whom it got the request from.
    #[error("the header {header} has a hop whose address its proxy hides")]
    HiddenHop {
        /// The header's name.
        header: String,
    },
    /// A hop is no address.
    #[error("the header {header} has a hop that is no address: see what the proxy writes")]
    MalformedHop {
        /// The header's name.
        header: String,
    },
    /// There are more than [`MAX_HOPS`](crate::MAX_HOPS) hops up to the client.
    #[error("the header {header} has more than 64 hops up to the client")]
    TooManyHops {
        /// The header's name.
        header: String,
    },
    /// A scheme's header name is no token (RFC 9110, section 5.1).
    #[error("a header's name is 1 to 256 letters, digits, or characters of !#$%&'*+-.^_`|~")]
    MalformedName,
    /// A scheme word is no token (RFC 9110, section 11.1).
    #[error("a scheme word is 1 to 256 letters, digits, or characters of !#$%&'*+-.^_`|~")]
    MalformedWord,
    /// A form of a scheme has no slot that holds the key.
    #[error("one slot must hold the key")]
    NoKey,
    /// A form of a scheme has two slots for one part.
    #[error("another slot holds this part already: give each part one slot")]
    SamePart,
    /// A form of a scheme has two slots in one header, or in two spellings of it.
    #[error("another slot stands in this header already: give each slot its own")]
    SameHeader,
    /// A header holds one part in one form and another in another form.
    #[error("this header holds another part in another form: let it hold one part everywhere")]
    ConflictingPart,
    /// The slot that holds the key is optional.
    #[error("the slot that holds the key cannot be optional")]
    OptionalKey,
    /// A set of alternatives is empty.
    #[error("a set of alternatives holds at least one scheme: name one")]
    NoAlternatives,
    /// A scheme has more than [`MAX_FORMS`](crate::MAX_FORMS) forms.
    #[error("a scheme may have at most 16 forms: the documented ones and the lenient ones")]
    TooManyForms,
}

impl ErrorKind {
    /// The header that is meant, as the scheme spells it.
    pub fn header(&self) -> Option<&str> {
        match self {
            Self::Missing { header }
            | Self::Duplicate { header }
            | Self::Ambiguous { header }
            | Self::List { header }
            | Self::UnknownScheme { header }
            | Self::Empty { header }
            | Self::WhiteSpace { header }
            | Self::Quote { header }
            | Self::Control { header }
            | Self::NonAscii { header }
            | Self::TooLong { header }
            | Self::ObsFold { header }
            | Self::Token68 { header }
            | Self::UnknownHop { header }
            | Self::HiddenHop { header }
            | Self::MalformedHop { header }
            | Self::TooManyHops { header } => Some(header),
            Self::MalformedName
            | Self::MalformedWord
            | Self::NoKey
            | Self::SamePart
            | Self::SameHeader
            | Self::ConflictingPart
            | Self::OptionalKey
            | Self::NoAlternatives
            | Self::TooManyForms => None,
        }
    }

    /// The status of the answer: 401 where the credential is missing or of
    /// another authentication scheme, which is the same (RFC 6750, section
    /// 3.1), 400 where it is duplicate, ambiguous or malformed, or the chain of
    /// proxies cannot be read, and 500 for a fault of the scheme itself, which
    /// no client can mend.
    pub fn status(&self) -> u16 {
        match self {
            Self::Missing { .. } | Self::UnknownScheme { .. } => 401,
            kind if kind.header().is_some() => 400,
            _ => 500,
        }
    }
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "header.missing",
            Self::Duplicate { .. } => "header.duplicate",
            Self::Ambiguous { .. } => "header.ambiguous",
            Self::List { .. } => "header.list",
            Self::UnknownScheme { .. } => "header.unknown_scheme",
            Self::Empty { .. } => "header.empty",
            Self::WhiteSpace { .. } => "header.white_space",
            Self::Quote { .. } => "header.quote",
            Self::Control { .. } => "header.control",
            Self::NonAscii { .. } => "header.non_ascii",
            Self::TooLong { .. } => "header.too_long",
            Self::ObsFold { .. } => "header.obs_fold",
            Self::Token68 { .. } => "header.token68",
            Self::UnknownHop { .. } => "header.unknown_hop",
            Self::HiddenHop { .. } => "header.hidden_hop",
            Self::MalformedHop { .. } => "header.malformed_hop",
            Self::TooManyHops { .. } => "header.too_many_hops",
            Self::MalformedName => "header.malformed_name",
            Self::MalformedWord => "header.malformed_word",
            Self::NoKey => "header.no_key",
            Self::SamePart => "header.same_part",
            Self::SameHeader => "header.same_header",
            Self::ConflictingPart => "header.conflicting_part",
            Self::OptionalKey => "header.optional_key",
            Self::NoAlternatives => "header.no_alternatives",
            Self::TooManyForms => "header.too_many_forms",
        }
    }
}
