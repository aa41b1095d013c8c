//! Actions: what a person, a key or the library can do with a key.

/// An action on a key. [`as_str`](Self::as_str) returns its name, which policies and events use.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Issue a new key.
    Issue,
    /// Issue a key in place of a revoked or expired one.
    Reissue,
    /// Replace a key by a new one.
    Rotate,
    /// Revoke a key for good.
    Revoke,
    /// Disable a key until it is enabled again.
    Disable,
    /// Enable a disabled key.
    Enable,
    /// Change or remove the name.
    Rename,
    /// Change the scope.
    SetScope,
    /// Change the operations to which the key is limited.
    SetOperations,
    /// Change the queues to which the key is limited.
    SetQueues,
    /// Change the networks to which the key is restricted.
    SetNetworks,
    /// Change when the key expires.
    SetExpiry,
    /// Replace the limits that each request consumes.
    SetLimits,
    /// Replace the metadata.
    SetMetadata,
    /// Add a digest with the current pepper when a key is used. The library does this itself, so no
    /// role includes this action.
    Upgrade,
}

impl Action {
    /// Each action that a role may have, with its name.
    pub(crate) const WORDS: &[(&str, Self)] = &[
        ("issue", Self::Issue),
        ("reissue", Self::Reissue),
        ("rotate", Self::Rotate),
        ("revoke", Self::Revoke),
        ("disable", Self::Disable),
        ("enable", Self::Enable),
        ("rename", Self::Rename),
        ("set_scope", Self::SetScope),
        ("set_operations", Self::SetOperations),
        ("set_queues", Self::SetQueues),
        ("set_networks", Self::SetNetworks),
        ("set_expiry", Self::SetExpiry),
        ("set_limits", Self::SetLimits),
        ("set_metadata", Self::SetMetadata),
    ];

    /// Returns the name, such as `set_scope`.
    pub fn as_str(self) -> &'static str {
        let word = Self::WORDS.iter().find(|(_, action)| *action == self);
        word.map_or("upgrade", |(word, _)| word)
    }
}
