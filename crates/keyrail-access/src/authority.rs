//! Authority: whether a key is limited to what its owner may do.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::EventPattern;

use crate::Scope;

/// What limits a key: its record alone, or also the permissions of its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Authority {
    /// The key belongs to an organization. It may do everything that its record allows, regardless
    /// of its owner's permissions.
    #[default]
    Organization,
    /// The key inherits the permissions of its owner. It may do only what its record allows and its
    /// owner is also permitted to do at the time of the request. A user who loses a permission
    /// therefore cannot keep it by means of a key.
    Owner,
}

impl Authority {
    /// Each authority with its name.
    pub(crate) const WORDS: &[(&str, Self)] =
        &[("organization", Self::Organization), ("owner", Self::Owner)];

    /// Returns `organization` or `owner`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organization => "organization",
            Self::Owner => "owner",
        }
    }
}

/// What the owner of a key may do now: a scope, and optionally the operations and queues to which
/// the owner is limited.
///
/// ```
/// use keyrail_access::{Permissions, Scope};
/// let permissions = Permissions::new(Scope::ReadWrite).with_queues(["support".to_owned()]);
/// assert_eq!(permissions.scope(), Scope::ReadWrite);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    scope: Scope,
    operations: Option<Vec<EventPattern>>,
    queues: Option<Vec<String>>,
}

impl Permissions {
    /// Returns permissions for everything that a scope allows.
    pub const fn new(scope: Scope) -> Self {
        Self { scope, operations: None, queues: None }
    }

    /// Returns the same permissions, limited to these operations. An empty list allows no
    /// operation.
    #[must_use]
    pub fn with_operations(self, operations: impl IntoIterator<Item = EventPattern>) -> Self {
        Self { operations: Some(operations.into_iter().collect()), ..self }
    }

    /// Returns the same permissions, limited to these queues. An empty list allows no queue.
    #[must_use]
    pub fn with_queues(self, queues: impl IntoIterator<Item = String>) -> Self {
        Self { queues: Some(queues.into_iter().collect()), ..self }
    }

    /// Returns the scope.
    pub const fn scope(&self) -> Scope {
        self.scope
    }

    /// Returns the operations to which the permissions are limited.
    pub fn operations(&self) -> Option<&[EventPattern]> {
        self.operations.as_deref()
    }

    /// Returns the queues to which the permissions are limited.
    pub fn queues(&self) -> Option<&[String]> {
        self.queues.as_deref()
    }
}
