//! Formats of keys, and sets of them. A key's text is taken over, so that it
//! is wiped here after the call.

use std::sync::Arc;

use keyrail::key::Hint;
use keyrail::{Secret, key};

use crate::error::FfiError;
use crate::key::FfiApiKey;
use crate::mirror::mirror_enum;

mirror_enum! { FfiHint of Hint { Fits, Unusual, Impossible } }

/// See [`key::KeyFormat`].
#[derive(Debug, PartialEq, Eq, uniffi::Object)]
#[uniffi::export(Debug, Eq)]
pub struct FfiKeyFormat(pub(crate) key::KeyFormat);

#[uniffi::export]
impl FfiKeyFormat {
    /// Keyrail's own format.
    #[uniffi::constructor]
    pub fn keyrail() -> Self {
        Self(key::KeyFormat::keyrail())
    }

    /// Tokens as GitHub makes them.
    #[uniffi::constructor]
    pub fn github(prefix: &str) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormat::github(prefix)?))
    }

    /// Forty hexadecimal digits.
    #[uniffi::constructor]
    pub fn hex40() -> Self {
        Self(key::KeyFormat::hex40())
    }

    /// A JSON Web Token, by its structure.
    #[uniffi::constructor]
    pub fn jwt() -> Self {
        Self(key::KeyFormat::jwt())
    }

    /// As in the samples of VChatCloud.
    #[uniffi::constructor]
    pub fn vchatcloud() -> Self {
        Self(key::KeyFormat::vchatcloud())
    }

    /// A key of which nothing is known.
    #[uniffi::constructor]
    pub fn opaque() -> Self {
        Self(key::KeyFormat::opaque())
    }

    /// The built-in format of a name.
    #[uniffi::constructor]
    pub fn built_in(name: &str) -> Result<Self, FfiError> {
        let format = key::KeyFormat::built_in(name);
        Ok(Self(format.ok_or(key::Error::from(key::ErrorKind::UnknownFormat))?))
    }

    /// Reads a declaration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormat::from_json(text)?))
    }

    /// The format's name.
    pub fn name(&self) -> String {
        self.0.name().into()
    }

    /// The environments that its keys may be for.
    pub fn environments(&self) -> Vec<String> {
        self.0.environments().map(Into::into).collect()
    }

    /// Whether only samples of it are known.
    pub fn is_foreign(&self) -> bool {
        self.0.is_foreign()
    }

    /// How many bytes of entropy a key takes at least.
    pub fn entropy_len(&self) -> u32 {
        u32::try_from(self.0.entropy_len()).unwrap_or(u32::MAX)
    }

    /// The bits that a key's secret carries at its shortest.
    pub fn entropy_bits(&self) -> f64 {
        self.0.entropy_bits()
    }

    /// Makes a key.
    pub fn generate(
        &self,
        environment: Option<String>,
        entropy: &[u8],
    ) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.generate(environment.as_deref(), entropy)?))
    }

    /// Reads a key.
    pub fn parse(&self, text: String) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.parse(Secret::new(text).reveal())?))
    }

    /// What a text looks like to this format.
    pub fn hint(&self, text: String) -> FfiHint {
        self.0.hint(Secret::new(text).reveal()).into()
    }

    /// A regular expression of its keys.
    pub fn pattern(&self) -> Result<String, FfiError> {
        Ok(self.0.pattern()?)
    }

    /// A rule for Gitleaks.
    pub fn gitleaks_rule(&self) -> Result<String, FfiError> {
        Ok(self.0.gitleaks_rule()?)
    }

    /// A pattern for GitHub's secret scanning.
    pub fn github_partner_pattern(&self) -> Result<String, FfiError> {
        Ok(self.0.github_partner_pattern()?)
    }
}

/// See [`key::KeyFormatSet`].
#[derive(Debug, uniffi::Object)]
pub struct FfiKeyFormatSet(key::KeyFormatSet);

#[uniffi::export]
impl FfiKeyFormatSet {
    /// A set of these formats.
    #[uniffi::constructor]
    pub fn new(formats: Vec<Arc<FfiKeyFormat>>) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormatSet::new(all(&formats))?))
    }

    /// Reads a set's configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormatSet::from_json(text)?))
    }

    /// The formats, in the order given.
    pub fn formats(&self) -> Vec<Arc<FfiKeyFormat>> {
        self.0.formats().iter().map(|format| Arc::new(FfiKeyFormat(format.clone()))).collect()
    }

    /// Parses a string as a key of one of the formats.
    pub fn parse(&self, text: String) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.parse(Secret::new(text).reveal())?))
    }
}

/// The formats of the objects; a clone of one is cheap.
pub(crate) fn all(formats: &[Arc<FfiKeyFormat>]) -> impl Iterator<Item = key::KeyFormat> {
    formats.iter().map(|format| format.0.clone())
}
