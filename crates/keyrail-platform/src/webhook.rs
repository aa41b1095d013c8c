//! Webhook traits: what a vendor says of the calls that it makes to yours.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Faults, Id, Member, Object, Slot};
use serde::de::MapAccess;

use crate::request::header_name;

/// What is known of a platform's calls to a webhook.
///
/// As configuration: `{"token_header": "x-verify-token", "types": [...],
/// "events": [...], "statuses": [...]}`, each where the vendor publishes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookTraits {
    token_header: Option<String>,
    types: Vec<String>,
    events: Vec<String>,
    statuses: Vec<String>,
}

impl WebhookTraits {
    /// The header in which a static verification token comes, if one was
    /// agreed on. It is no signature: it says nothing of the body.
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// use keyrail_platform::Platform;
    /// let mehery = Platform::get("mehery")?;
    /// let header = mehery.webhook().and_then(|webhook| webhook.token_header()).unwrap();
    /// let token = Scheme::header(header).unwrap().extract(&[("X-Verify-Token", "t-1")]).unwrap();
    /// assert_eq!(token.key().reveal(), "t-1");
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn token_header(&self) -> Option<&str> {
        self.token_header.as_deref()
    }

    /// The types of payload.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(String::as_str)
    }

    /// The names of events.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.events.iter().map(String::as_str)
    }

    /// The statuses that a message goes through.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.statuses.iter().map(String::as_str)
    }
}

/// What is gathered of the traits while they are read.
#[derive(Default)]
pub struct WebhookDraft {
    token_header: Slot<String>,
    types: Slot<Vec<Id>>,
    events: Slot<Vec<Id>>,
    statuses: Slot<Vec<Id>>,
}

impl Object for WebhookTraits {
    type Draft = WebhookDraft;
    const MEMBERS: &'static [&'static str] = &["token_header", "types", "events", "statuses"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut WebhookDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "token_header" => draft.token_header.set(value.parse(header_name)?),
            "types" => draft.types.read(value)?,
            "events" => draft.events.read(value)?,
            "statuses" => draft.statuses.read(value)?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: WebhookDraft, _: &Faults) -> Option<Self> {
        let names = |slot: Slot<Vec<Id>>| {
            slot.optional().unwrap_or_default().into_iter().map(Id::into_string).collect()
        };
        Some(Self {
            token_header: draft.token_header.optional(),
            types: names(draft.types),
            events: names(draft.events),
            statuses: names(draft.statuses),
        })
    }
}
