//! Scopes, which limit what a key may do, and the access that a request needs.

use crate::{Error, ErrorKind};

/// The permissions of a key. Each scope includes the scopes before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Read only.
    Read,
    /// Read and write.
    ReadWrite,
    /// Read, write, and administer keys, webhooks or people.
    Admin,
}

/// The access that a request needs; each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// To read.
    Read,
    /// To write: to send, create, change or delete.
    Write,
    /// To administer: to manage keys, webhooks or people.
    Admin,
}

impl Scope {
    /// Each scope with its name, the smallest first.
    pub(crate) const WORDS: &[(&str, Self)] =
        &[("read", Self::Read), ("read_write", Self::ReadWrite), ("admin", Self::Admin)];

    /// Every scope, the smallest first.
    pub const ALL: [Self; 3] = [Self::Read, Self::ReadWrite, Self::Admin];

    /// Parses `read`, `read_write` or `admin`, in lower case.
    ///
    /// # Errors
    ///
    /// `access.unknown_scope`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let found = Self::WORDS.iter().find(|(word, _)| *word == text);
        found.map(|(_, scope)| *scope).ok_or_else(|| ErrorKind::UnknownScope.into())
    }

    /// Returns `read`, `read_write` or `admin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::ReadWrite => "read_write",
            Self::Admin => "admin",
        }
    }

    /// Returns the highest access that this scope allows.
    pub const fn access(self) -> Access {
        match self {
            Self::Read => Access::Read,
            Self::ReadWrite => Access::Write,
            Self::Admin => Access::Admin,
        }
    }

    /// Returns whether this scope allows the access.
    ///
    /// ```
    /// use keyrail_access::{Access, Scope};
    /// assert!(Scope::ReadWrite.allows(Access::Read));
    /// assert!(!Scope::Read.allows(Access::Write));
    /// assert!(!Scope::ReadWrite.allows(Access::Admin));
    /// ```
    pub fn allows(self, access: Access) -> bool {
        access <= self.access()
    }
}

impl Access {
    /// Parses `read`, `write` or `admin`, in lower case.
    ///
    /// # Errors
    ///
    /// `access.unknown_access`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        match text {
            "read" => Ok(Self::Read),
            "write" => Ok(Self::Write),
            "admin" => Ok(Self::Admin),
            _ => Err(ErrorKind::UnknownAccess.into()),
        }
    }

    /// Returns `read`, `write` or `admin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

keyrail_core::from_str! {
    Scope: parse, Error;
    Access: parse, Error;
}

#[cfg(test)]
mod tests {
    use super::{Access, Scope};

    #[test]
    fn every_scope_and_access_name_round_trips() {
        for scope in Scope::ALL {
            assert_eq!(Scope::parse(scope.as_str()), Ok(scope));
        }
        for access in [Access::Read, Access::Write, Access::Admin] {
            assert_eq!(Access::parse(access.as_str()), Ok(access));
        }
    }

    #[test]
    fn unknown_scope_and_access_names_are_rejected() {
        for text in ["", "Read", "read ", "write_read", "Admin", "readwrite", "owner"] {
            assert_eq!(Scope::parse(text).unwrap_err().code(), "access.unknown_scope", "{text}");
            assert_eq!(Access::parse(text).unwrap_err().code(), "access.unknown_access", "{text}");
        }
    }

    #[test]
    fn each_scope_includes_the_previous_scopes() {
        let accesses = [Access::Read, Access::Write, Access::Admin];
        for (scope, allowed_count) in Scope::ALL.into_iter().zip(1..) {
            let allows = accesses.map(|access| scope.allows(access));
            assert_eq!(allows, [true, allowed_count > 1, allowed_count > 2], "{scope:?}");
        }
    }

    #[test]
    fn scope_and_access_names_are_not_interchangeable() {
        assert!(Scope::parse("write").is_err());
        assert!(Access::parse("read_write").is_err());
    }
}
