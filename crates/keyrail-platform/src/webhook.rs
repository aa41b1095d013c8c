//! Webhook traits: what a vendor publishes about its calls to your webhook.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Id, token_schema};

use crate::request::header_name;

/// The published properties of a platform's calls to a webhook.
///
/// As configuration:
/// `{"token_header": "x-verify-token", "types": [...], "events": [...], "statuses": [...]}`. A
/// member is omitted if the vendor does not publish the value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WebhookTraits {
    token_header: Option<String>,
    types: Vec<String>,
    events: Vec<String>,
    statuses: Vec<String>,
}

impl WebhookTraits {
    /// Returns the header that contains a static verification token, if the vendor sends one. The
    /// token is not a signature: it does not authenticate the body.
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

    /// Returns the types of payload.
    pub fn types(&self) -> impl Iterator<Item = &str> {
        self.types.iter().map(String::as_str)
    }

    /// Returns the names of events.
    pub fn events(&self) -> impl Iterator<Item = &str> {
        self.events.iter().map(String::as_str)
    }

    /// Returns the statuses that a message goes through.
    pub fn statuses(&self) -> impl Iterator<Item = &str> {
        self.statuses.iter().map(String::as_str)
    }
}

keyrail_core::config_object! {
    /// The published properties of the vendor's calls to a webhook.
    WebhookTraits (faults) {
        /// The header that contains a static verification token.
        optional token_header: String = parse(header_name, token_schema());
        /// The types of payloads.
        optional types: Vec<Id>;
        /// The names of events.
        optional events: Vec<Id>;
        /// The statuses that a message can have.
        optional statuses: Vec<Id>;
    } => {
        let names = |ids: Option<Vec<Id>>| {
            ids.unwrap_or_default().into_iter().map(Id::into_string).collect()
        };
        let (types, events, statuses) = (names(types), names(events), names(statuses));
        Some(Self { token_header, types, events, statuses })
    }
}
