//! The secrets of a deployment, which its document never contains.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::{Faults, Secret};

use super::error::DeploymentErrorKind;

/// Secrets by name. A name has a list of secrets, so that they can be rotated.
///
/// ```
/// use keyrail::{Secret, Secrets};
/// let secrets = Secrets::new()
///     .with("webhook:desk-hook", [Secret::new("whsec_...")])
///     .with("pepper:p1", [Secret::new("at least sixteen bytes")]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Secrets {
    named: BTreeMap<String, Vec<Secret>>,
}

impl Secrets {
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds secrets under a name, after the existing ones.
    #[must_use]
    pub fn with(
        mut self,
        name: impl Into<String>,
        secrets: impl IntoIterator<Item = Secret>,
    ) -> Self {
        self.named.entry(name.into()).or_default().extend(secrets);
        self
    }

    /// Removes and returns the secrets with a name. If there are none, adds a fault.
    pub(super) fn take(&mut self, name: &str, faults: &Faults) -> Option<Vec<Secret>> {
        let taken = self.named.remove(name).filter(|secrets| !secrets.is_empty());
        if taken.is_none() {
            faults.add_kind(DeploymentErrorKind::MissingSecret(name.into()));
        }
        taken
    }

    /// Adds a fault for every unused secret, so that a misspelt name is detected.
    pub(super) fn reject_unused(self, faults: &Faults) {
        for _ in self.named {
            faults.add_kind(DeploymentErrorKind::UnusedSecret);
        }
    }
}
