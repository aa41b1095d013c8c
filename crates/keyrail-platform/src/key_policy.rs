//! What a vendor publishes about its keys: their scopes and when they expire.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Checked, Faults, Id, json};

use crate::error::add;
use crate::operation::ACCESS;
use crate::{Error, ErrorKind, OperationAccess};

/// The longest lifetime of a key that a document may specify, in days.
pub(crate) const MAX_DAYS: i64 = 36_500;

/// A scope that the vendor gives to keys.
///
/// As configuration: `{"name": "read", "access": "read"}`, where `access` is
/// the highest access of a key with this scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyScope {
    pub(crate) name: String,
    access: OperationAccess,
}

impl KeyScope {
    /// Returns the name of the scope.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the highest access of a key with this scope.
    pub const fn access(&self) -> OperationAccess {
        self.access
    }

    /// Returns whether a key with this scope may use an operation that needs this access.
    ///
    /// ```
    /// use keyrail_platform::{OperationAccess, Platform};
    /// let azeer = Platform::get("azeer")?;
    /// let read = azeer.scopes().find(|scope| scope.name() == "read").unwrap();
    /// assert!(read.allows(OperationAccess::Read) && !read.allows(OperationAccess::Write));
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn allows(&self, access: OperationAccess) -> bool {
        access <= self.access
    }
}

keyrail_core::config_object! {
    /// A scope that a key of the vendor can have.
    KeyScope (faults) {
        /// The vendor's name for the scope.
        required name: Id;
        /// The highest access of a key with the scope.
        required access: OperationAccess = choice(ACCESS);
    } => {
        Some(Self { name: name?.into_string(), access: access? })
    }
}

/// When the vendor's keys expire.
///
/// As configuration: `{"never": true}`, or `{"days": [30, 60, 90], "custom":
/// true}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExpiryPolicy {
    /// A key is valid until it is revoked.
    Never,
    /// A key expires after a lifetime that is chosen when the key is created.
    Chosen {
        /// The lifetimes that the vendor offers, in days, 1 to 36,500.
        days: Vec<u32>,
        /// Whether any other lifetime may be chosen too.
        custom: bool,
    },
}

keyrail_core::config_object! {
    /// When the vendor's keys expire: never, or after a chosen lifetime.
    ExpiryPolicy (faults) {
        /// Whether keys never expire.
        state never: bool;
        /// The lifetimes that the vendor offers, in days, in ascending order.
        state days: Vec<Checked<i64>> as json!({
            "items": {"type": "integer", "minimum": 1, "maximum": MAX_DAYS},
        });
        /// Whether any other lifetime may be chosen too.
        state custom: bool;
    } => {
        let is_readable = !(never.is_faulty() || days.is_faulty() || custom.is_faulty());
        let never = never.optional().unwrap_or_default();
        let days = days.optional().unwrap_or_default();
        let custom = custom.optional().unwrap_or_default();
        let chosen = custom || !days.is_empty();
        if is_readable && never == chosen {
            faults.add_error(&Error::new(ErrorKind::MalformedExpiry));
        }
        let days = ascending(days, faults);
        Some(if never { Self::Never } else { Self::Chosen { days, custom } })
    }
}

/// Returns the numbers of days that are in range and in ascending order. Adds a fault for each
/// other number.
fn ascending(list: Vec<Checked<i64>>, faults: &Faults) -> Vec<u32> {
    let mut longest = 0;
    let mut days = Vec::with_capacity(list.len());
    for (at, Checked(day)) in list.into_iter().enumerate() {
        let Some(day) = day else { continue };
        match u32::try_from(day) {
            Ok(day) if day > longest && i64::from(day) <= MAX_DAYS => {
                longest = day;
                days.push(day);
            }
            _ => add(faults, format_args!("/days/{at}"), &ErrorKind::MalformedExpiry.into()),
        }
    }
    days
}
