//! The built-in platforms: those of five vendors, and `generic`, which belongs to no vendor.
//!
//! Each file contains only facts from the vendor's documentation and public clients. Some vendors
//! name a resource but not its methods. Sceyt says that its API is RESTful, so its operations that
//! read such a resource have the method `GET`. Azeer does not say so, and two of its operations
//! have a path but no method. SwellSign publishes no base URL: the user specifies its host. The
//! member `queue` is `true` for the operations that concern a queue or a session. For these
//! operations, the gateway checks whether the app may write to the queue.

use keyrail_core::config::expected;

use crate::{Error, ErrorKind, Platform};

/// Names and documents, in the order of `Platform::names`.
const PLATFORMS: [(&str, &str); 6] = [
    ("mehery", include_str!("../platforms/mehery.json")),
    ("sceyt", include_str!("../platforms/sceyt.json")),
    ("azeer", include_str!("../platforms/azeer.json")),
    ("vchatcloud", include_str!("../platforms/vchatcloud.json")),
    ("swellsign", include_str!("../platforms/swellsign.json")),
    ("generic", include_str!("../platforms/generic.json")),
];

impl Platform {
    /// Reads a built-in platform. Keep the result: the document is
    /// parsed on every call.
    ///
    /// # Errors
    ///
    /// `platform.unknown`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_platform::Platform;
    /// let sceyt = Platform::get("sceyt")?;
    /// assert_eq!(sceyt.schemes().map(|(name, _)| name).collect::<Vec<_>>(), ["server", "client"]);
    /// assert_eq!(Platform::get("Sceyt").unwrap_err().code(), "platform.unknown");
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn get(name: &str) -> Result<Self, Error> {
        let document = Self::document(name)?;
        // This cannot fail: a test parses every built-in document.
        Self::from_json(document).map_err(|_| unknown(name))
    }

    /// Returns the JSON document of a built-in platform.
    ///
    /// To adapt the document, change what differs in your deployment, and read the result with
    /// [`from_json`](Self::from_json). Keep the order of the schemes: the first one is the default.
    ///
    /// # Errors
    ///
    /// `platform.unknown`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_platform::Platform;
    /// let document = Platform::document("sceyt")?;
    /// let own = document.replace(r#""Platform-Api-Key""#, r#""x-proxy-key""#);
    /// let own = Platform::from_json(&own).unwrap();
    /// assert_eq!(own.scheme().header_names().collect::<Vec<_>>(), ["x-proxy-key"]);
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn document(name: &str) -> Result<&'static str, Error> {
        let built_in = PLATFORMS.iter().find(|(known, _)| *known == name);
        built_in.map(|(_, document)| *document).ok_or_else(|| unknown(name))
    }

    /// Returns the names of the platforms that are built in.
    pub fn names() -> [&'static str; 6] {
        PLATFORMS.map(|(name, _)| name)
    }
}

fn unknown(name: &str) -> Error {
    ErrorKind::Unknown(expected(name, &Platform::names())).into()
}

#[cfg(test)]
mod tests {
    use super::PLATFORMS;
    use crate::Platform;

    #[test]
    fn every_built_in_document_parses_and_has_the_expected_name() {
        for (name, document) in PLATFORMS {
            let platform = Platform::from_json(document).unwrap();
            assert_eq!(platform.name(), name);
        }
    }
}
