//! Key formats and sets of them. A key is passed by value, so that it is wiped here after
//! the call.

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
    /// Returns Keyrail's own format.
    #[uniffi::constructor]
    pub fn keyrail() -> Self {
        Self(key::KeyFormat::keyrail())
    }

    /// Returns the format of GitHub's tokens.
    #[uniffi::constructor]
    pub fn github(prefix: &str) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormat::github(prefix)?))
    }

    /// Returns the format of forty hexadecimal digits.
    #[uniffi::constructor]
    pub fn hex40() -> Self {
        Self(key::KeyFormat::hex40())
    }

    /// Returns the format of JSON Web Tokens.
    #[uniffi::constructor]
    pub fn jwt() -> Self {
        Self(key::KeyFormat::jwt())
    }

    /// Returns the format of VChatCloud's samples.
    #[uniffi::constructor]
    pub fn vchatcloud() -> Self {
        Self(key::KeyFormat::vchatcloud())
    }

    /// Returns the format of keys about which nothing is known.
    #[uniffi::constructor]
    pub fn opaque() -> Self {
        Self(key::KeyFormat::opaque())
    }

    /// Returns the built-in format with this name.
    #[uniffi::constructor]
    pub fn built_in(name: &str) -> Result<Self, FfiError> {
        let format = key::KeyFormat::built_in(name);
        Ok(Self(format.ok_or(key::Error::from(key::ErrorKind::UnknownFormat))?))
    }

    /// Reads a format from its declaration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormat::from_json(text)?))
    }

    /// Returns the format's name.
    pub fn name(&self) -> String {
        self.0.name().into()
    }

    /// Returns the environments of the format, in order.
    pub fn environments(&self) -> Vec<String> {
        self.0.environments().map(Into::into).collect()
    }

    /// Returns whether the format is foreign: it belongs to another system.
    pub fn is_foreign(&self) -> bool {
        self.0.is_foreign()
    }

    /// Returns the minimum number of bytes of entropy that `generate` needs.
    pub fn entropy_len(&self) -> u32 {
        u32::try_from(self.0.entropy_len()).unwrap_or(u32::MAX)
    }

    /// Returns the bits of entropy in the secret of the format's shortest key.
    pub fn entropy_bits(&self) -> f64 {
        self.0.entropy_bits()
    }

    /// Generates a key.
    pub fn generate(
        &self,
        environment: Option<String>,
        entropy: &[u8],
    ) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.generate(environment.as_deref(), entropy)?))
    }

    /// Parses a string as a key of this format.
    pub fn parse(&self, text: String) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.parse(Secret::new(text).reveal())?))
    }

    /// Returns whether a string looks like a key of this format.
    pub fn hint(&self, text: String) -> FfiHint {
        self.0.hint(Secret::new(text).reveal()).into()
    }

    /// Returns a regular expression that matches the keys of this format.
    pub fn pattern(&self) -> Result<String, FfiError> {
        Ok(self.0.pattern()?)
    }

    /// Returns a rule for gitleaks.
    pub fn gitleaks_rule(&self) -> Result<String, FfiError> {
        Ok(self.0.gitleaks_rule()?)
    }

    /// Returns a partner pattern for GitHub's secret scanning.
    pub fn github_partner_pattern(&self) -> Result<String, FfiError> {
        Ok(self.0.github_partner_pattern()?)
    }
}

/// See [`key::KeyFormatSet`].
#[derive(Debug, uniffi::Object)]
pub struct FfiKeyFormatSet(key::KeyFormatSet);

#[uniffi::export]
impl FfiKeyFormatSet {
    /// Creates a set of the given formats.
    #[uniffi::constructor]
    pub fn new(formats: Vec<Arc<FfiKeyFormat>>) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormatSet::new(clone_all(&formats))?))
    }

    /// Reads a set from its configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(key::KeyFormatSet::from_json(text)?))
    }

    /// Returns the formats, in the order given.
    pub fn formats(&self) -> Vec<Arc<FfiKeyFormat>> {
        self.0.formats().iter().map(|format| Arc::new(FfiKeyFormat(format.clone()))).collect()
    }

    /// Parses a string as a key of one of the formats.
    pub fn parse(&self, text: String) -> Result<FfiApiKey, FfiError> {
        Ok(FfiApiKey(self.0.parse(Secret::new(text).reveal())?))
    }
}

/// Returns the core's formats. Cloning one is cheap.
pub(crate) fn clone_all(formats: &[Arc<FfiKeyFormat>]) -> impl Iterator<Item = key::KeyFormat> {
    formats.iter().map(|format| format.0.clone())
}
