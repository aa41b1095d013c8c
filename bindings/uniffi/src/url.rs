//! URLs: encoding, templates, base URLs.

use keyrail::url;

use crate::error::FfiError;
use crate::pairs::{Pairs, strs};

/// See [`url::encode`].
#[uniffi::export]
pub fn url_encode(text: &str) -> String {
    url::encode(text).into_owned()
}

/// See [`url::decode`].
#[uniffi::export]
pub fn url_decode(text: &str) -> Result<String, FfiError> {
    Ok(url::decode(text)?.into_owned())
}

/// See [`url::encode_query`].
#[uniffi::export]
pub fn url_encode_query(pairs: Vec<String>) -> String {
    url::encode_query(&Pairs::new(pairs).as_slices())
}

/// See [`url::UrlTemplate`].
#[derive(Debug, uniffi::Object)]
pub struct FfiUrlTemplate(url::UrlTemplate);

#[uniffi::export]
impl FfiUrlTemplate {
    /// Reads a template.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Self, FfiError> {
        Ok(Self(url::UrlTemplate::parse(text)?))
    }

    /// The names of its variables.
    pub fn variables(&self) -> Vec<String> {
        self.0.variables().map(Into::into).collect()
    }

    /// The URL for these variables.
    pub fn expand(&self, variables: Vec<String>) -> Result<String, FfiError> {
        Ok(self.0.expand(&Pairs::new(variables).as_slices())?)
    }
}

/// See [`url::BaseUrl`].
#[derive(Debug, uniffi::Object)]
pub struct FfiBaseUrl(url::BaseUrl);

#[uniffi::export]
impl FfiBaseUrl {
    /// Reads a base URL.
    #[uniffi::constructor]
    pub fn new(text: &str, allow_loopback: bool) -> Result<Self, FfiError> {
        let url = if allow_loopback {
            url::BaseUrl::new_with_loopback(text)
        } else {
            url::BaseUrl::new(text)
        };
        Ok(Self(url?))
    }

    /// Makes a base URL from a template.
    #[uniffi::constructor]
    pub fn from_template(template: &str, variables: Vec<String>) -> Result<Self, FfiError> {
        let variables = Pairs::new(variables);
        Ok(Self(url::BaseUrl::from_template(template, &variables.as_slices())?))
    }

    /// The URL with these segments behind it.
    pub fn join(&self, segments: Vec<String>) -> Result<String, FfiError> {
        Ok(self.0.join(&strs(&segments))?)
    }

    /// The URL's text.
    pub fn text(&self) -> String {
        self.0.as_str().into()
    }
}
