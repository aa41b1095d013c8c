//! Scopes: what a key may do, and what a request asks to do.

use crate::{Error, ErrorKind};

/// What a key may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Read only.
    Read,
    /// Read and write.
    ReadWrite,
}

/// What a request asks to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// To read.
    Read,
    /// To write: to send, create, change or delete.
    Write,
}

impl Scope {
    /// Each scope by its word.
    pub(crate) const WORDS: &[(&str, Self)] =
        &[("read", Self::Read), ("read_write", Self::ReadWrite)];

    /// Reads `read` or `read_write`, in lower case.
    ///
    /// Error: `access.unknown_scope`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let found = Self::WORDS.iter().find(|(word, _)| *word == text);
        found.map(|(_, scope)| *scope).ok_or_else(|| ErrorKind::UnknownScope.into())
    }

    /// `read` or `read_write`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read_write",
        }
    }

    /// Whether a key of this scope may do that.
    ///
    /// ```
    /// use keyrail_access::{Access, Scope};
    /// assert!(Scope::ReadWrite.allows(Access::Read));
    /// assert!(!Scope::Read.allows(Access::Write));
    /// ```
    pub const fn allows(self, access: Access) -> bool {
        match access {
            Access::Read => true,
            Access::Write => matches!(self, Self::ReadWrite),
        }
    }
}

impl Access {
    /// Reads `read` or `write`, in lower case.
    ///
    /// Error: `access.unknown_access`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "read" => Ok(Self::Read),
            "write" => Ok(Self::Write),
            _ => Err(ErrorKind::UnknownAccess.into()),
        }
    }

    /// `read` or `write`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Access, Scope};

    #[test]
    fn every_word_is_read_back() {
        for scope in [Scope::Read, Scope::ReadWrite] {
            assert_eq!(Scope::parse(scope.as_str()), Ok(scope));
        }
        for access in [Access::Read, Access::Write] {
            assert_eq!(Access::parse(access.as_str()), Ok(access));
        }
    }

    #[test]
    fn other_words_are_refused() {
        for text in ["", "Read", "read ", "write_read", "admin", "readwrite"] {
            assert_eq!(Scope::parse(text).unwrap_err().code(), "access.unknown_scope", "{text}");
            assert_eq!(Access::parse(text).unwrap_err().code(), "access.unknown_access", "{text}");
        }
    }

    #[test]
    fn a_scope_is_no_access_and_an_access_no_scope() {
        assert!(Scope::parse("write").is_err());
        assert!(Access::parse("read_write").is_err());
    }
}
