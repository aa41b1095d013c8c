//! The schemes of vendors.
//!
//! Each file contains the facts of the vendor's documentation.

use super::Scheme;
use super::declared::read_built_in;
use crate::{Error, ErrorKind};

/// Names and documents, in alphabetical order.
const SCHEMES: [(&str, &str); 13] = [
    ("adcp", include_str!("../../webhooks/adcp.json")),
    ("discord", include_str!("../../webhooks/discord.json")),
    ("github", include_str!("../../webhooks/github.json")),
    ("hubspot", include_str!("../../webhooks/hubspot.json")),
    ("line", include_str!("../../webhooks/line.json")),
    ("mehery", include_str!("../../webhooks/mehery.json")),
    ("meta", include_str!("../../webhooks/meta.json")),
    ("shopify", include_str!("../../webhooks/shopify.json")),
    ("slack", include_str!("../../webhooks/slack.json")),
    ("stripe", include_str!("../../webhooks/stripe.json")),
    ("telegram", include_str!("../../webhooks/telegram.json")),
    ("twilio", include_str!("../../webhooks/twilio.json")),
    ("zoom", include_str!("../../webhooks/zoom.json")),
];

/// Vendors whose signatures a scheme cannot describe.
const UNSUPPORTED: [&str; 3] = ["jwt", "paypal", "sns"];

impl Scheme {
    /// Returns the scheme of a vendor: `adcp` (the HMAC of the Ad Context Protocol), `discord`,
    /// `github`, `hubspot` (version 3), `line`, `mehery`, `meta`, `shopify`, `slack`, `stripe`,
    /// `telegram`, `twilio` or `zoom`.
    ///
    /// Some vendors sign parts without a separator between them, which a scheme of your own may not
    /// do.
    ///
    /// Discord expects the status 401 if a signature is invalid. Twilio may sign the URL with its
    /// default port: if the verification fails, try the URL with `:443` after the host, too.
    ///
    /// # Errors
    ///
    /// `webhook.unknown_scheme`; `webhook.unsupported_scheme` for `paypal`, `sns` and `jwt`, whose
    /// signatures need certificates or tokens.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::{Secret, Timestamp};
    /// use keyrail_webhook::{Scheme, SignedRequest};
    /// let signature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    /// let request = SignedRequest {
    ///     method: "POST",
    ///     url: "https://desk.example/hook",
    ///     headers: &[("X-Hub-Signature-256", signature)],
    ///     body: b"Hello, World!",
    /// };
    /// let (secret, now) = (Secret::new("It's a Secret to Everybody"), Timestamp::MAX);
    /// let verified = Scheme::named("github")?.verify(&[secret], &request, now)?;
    /// assert_eq!(verified.covered(), ["body"]);
    /// # Ok::<(), keyrail_webhook::Error>(())
    /// ```
    pub fn named(name: &str) -> Result<Self, Error> {
        if UNSUPPORTED.contains(&name) {
            return Err(ErrorKind::UnsupportedScheme.into());
        }
        let document = Self::document(name)?;
        // This cannot fail: a test reads every scheme.
        read_built_in(document).map(Self).ok_or_else(|| ErrorKind::UnknownScheme.into())
    }

    /// Returns the JSON document of a vendor's scheme.
    ///
    /// # Errors
    ///
    /// `webhook.unknown_scheme`.
    pub fn document(name: &str) -> Result<&'static str, Error> {
        let found = SCHEMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, document)| *document).ok_or_else(|| ErrorKind::UnknownScheme.into())
    }

    /// Returns the names of the vendors whose schemes are built in.
    pub fn names() -> [&'static str; 13] {
        SCHEMES.map(|(name, _)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_scheme_can_be_read() {
        for (name, document) in SCHEMES {
            assert!(read_built_in(document).is_some(), "{name}");
        }
        assert!(Scheme::names().is_sorted());
    }
}
