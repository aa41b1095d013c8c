//! Findings: the credentials that a redactor found, their positions, and how certain they
//! are.

use keyrail_key::KeyFormat;

/// A credential that a [`Redactor`](crate::Redactor) found.
///
/// A finding contains the position of the credential, but no part of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) kind: FindingKind,
    pub(crate) format: Option<KeyFormat>,
    pub(crate) confidence: Confidence,
}

impl Finding {
    /// Returns the start of the replaced range, in bytes from the start of the text.
    pub const fn start(&self) -> usize {
        self.start
    }

    /// Returns the end of the replaced range, in bytes from the start of the text.
    pub const fn end(&self) -> usize {
        self.end
    }

    /// Returns the kind of the credential, or of the text that contains it.
    pub const fn kind(&self) -> FindingKind {
        self.kind
    }

    /// Returns the name of the key's format, if the finding is a key of one of the redactor's
    /// formats.
    pub fn format(&self) -> Option<&str> {
        self.format.as_ref().map(KeyFormat::name)
    }

    /// Returns how certain it is that the finding is a credential.
    pub const fn confidence(&self) -> Confidence {
        self.confidence
    }
}

/// The kind of a credential, or of the text that contains it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FindingKind {
    /// A key of one of the redactor's formats, found by its prefix.
    Key,
    /// The value of a credential header.
    Header,
    /// The value of `Authorization` or `Proxy-Authorization`, or the credentials after
    /// the word `Bearer`.
    Authorization,
    /// The value of a JSON member or a setting that has the name of a credential.
    Member,
    /// The value of a URL's query parameter that has the name of a credential.
    Query,
    /// The password in a URL, or another credential in the URL's userinfo.
    Userinfo,
    /// The secret of a webhook, found by its prefix `whsec_` or `whsk_`.
    WebhookSecret,
    /// A JSON Web Token, signed or encrypted.
    Jwt,
    /// A private key in PEM.
    PrivateKey,
}

impl FindingKind {
    /// Returns the stable name of the kind, such as `webhook_secret`. The bindings use the same
    /// name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Header => "header",
            Self::Authorization => "authorization",
            Self::Member => "member",
            Self::Query => "query",
            Self::Userinfo => "userinfo",
            Self::WebhookSecret => "webhook_secret",
            Self::Jwt => "jwt",
            Self::PrivateKey => "private_key",
        }
    }
}

/// How certain it is that a finding is a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Confidence {
    /// It is a key of one of the redactor's formats, and its checksum is correct.
    Verified,
    /// It has the structure of a credential.
    Shaped,
    /// It is next to the name of a credential.
    Named,
}

impl Confidence {
    /// Returns the stable name, such as `verified`. The bindings use the same name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Verified => "verified",
            Self::Shaped => "shaped",
            Self::Named => "named",
        }
    }
}
