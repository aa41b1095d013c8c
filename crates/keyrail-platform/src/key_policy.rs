//! What a vendor says of its keys: which scopes they have, when they expire.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Checked, Faults, Id, Member, Object, Slot};
use serde::de::MapAccess;

use crate::error::add;
use crate::operation::ACCESS;
use crate::{Error, ErrorKind, OperationAccess};

/// The longest lifetime of a key that a document may name, in days.
pub(crate) const MAX_DAYS: i64 = 36_500;

/// A scope that the vendor gives to keys.
///
/// As configuration: `{"name": "read", "access": "read"}`, where `access` is
/// the most that a key of it may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyScope {
    pub(crate) name: String,
    access: OperationAccess,
}

impl KeyScope {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The most that a key of it may do.
    pub const fn access(&self) -> OperationAccess {
        self.access
    }

    /// Whether a key of it may ask for an operation of this access.
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

/// What is gathered of a scope while it is read.
#[derive(Default)]
pub struct KeyScopeDraft {
    name: Slot<Id>,
    access: Slot<OperationAccess>,
}

impl Object for KeyScope {
    type Draft = KeyScopeDraft;
    const MEMBERS: &'static [&'static str] = &["name", "access"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut KeyScopeDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "name" => draft.name.read(value)?,
            "access" => draft.access.set(value.choice(ACCESS)?),
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: KeyScopeDraft, faults: &Faults) -> Option<Self> {
        let name = draft.name.required("name", faults);
        let access = draft.access.required("access", faults);
        Some(Self { name: name?.into_string(), access: access? })
    }
}

/// When the vendor's keys expire.
///
/// As configuration: `{"never": true}`, or `{"days": [30, 60, 90], "custom":
/// true}`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpiryPolicy {
    /// A key is good until it is revoked.
    Never,
    /// A key expires after a time that is chosen when it is made.
    Chosen {
        /// The times that the vendor offers, in days, 1 to 36,500.
        days: Vec<u32>,
        /// Whether any other time may be chosen too.
        custom: bool,
    },
}

/// What is gathered of a policy while it is read.
#[derive(Default)]
pub struct ExpiryDraft {
    never: Slot<bool>,
    days: Slot<Vec<Checked<i64>>>,
    custom: Slot<bool>,
}

impl Object for ExpiryPolicy {
    type Draft = ExpiryDraft;
    const MEMBERS: &'static [&'static str] = &["never", "days", "custom"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut ExpiryDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "never" => draft.never.read(value),
            "days" => draft.days.read(value),
            "custom" => draft.custom.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: ExpiryDraft, faults: &Faults) -> Option<Self> {
        let is_whole = !matches!(
            (&draft.never, &draft.days, &draft.custom),
            (Slot::Faulty, ..) | (_, Slot::Faulty, _) | (.., Slot::Faulty)
        );
        let never = draft.never.optional().unwrap_or_default();
        let days = draft.days.optional().unwrap_or_default();
        let custom = draft.custom.optional().unwrap_or_default();
        let chosen = custom || !days.is_empty();
        if is_whole && never == chosen {
            faults.add_error(&Error::new(ErrorKind::MalformedExpiry));
        }
        let days = ascending(days, faults);
        Some(if never { Self::Never } else { Self::Chosen { days, custom } })
    }
}

/// The days, each in range and more than those before it.
fn ascending(list: Vec<Checked<i64>>, faults: &Faults) -> Vec<u32> {
    let mut most = 0;
    let mut days = Vec::with_capacity(list.len());
    for (at, Checked(day)) in list.into_iter().enumerate() {
        let Some(day) = day else { continue };
        match u32::try_from(day) {
            Ok(day) if day > most && i64::from(day) <= MAX_DAYS => {
                most = day;
                days.push(day);
            }
            _ => add(faults, format_args!("/days/{at}"), &ErrorKind::MalformedExpiry.into()),
        }
    }
    days
}
