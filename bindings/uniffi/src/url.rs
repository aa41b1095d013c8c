//! URLs: encoding, queries, templates, base URLs.

use std::borrow::Cow;

use keyrail::url;

use crate::error::FfiError;
use crate::packed::{pack, unpack};
use crate::pairs::{Pairs, QueryPairs, borrowed_pairs, strs};

/// See [`url::encode`].
#[uniffi::export]
pub fn url_encode(text: &str) -> String {
    url::encode(text).into_owned()
}

/// See [`url::encode_with`].
#[uniffi::export]
pub fn url_encode_with(text: &str, set: &FfiEncodeSet) -> String {
    url::encode_with(text, &set.0).into_owned()
}

/// See [`url::encode_bytes`].
#[uniffi::export]
pub fn url_encode_bytes(bytes: &[u8]) -> String {
    url::encode_bytes(bytes).into_owned()
}

/// See [`url::encode_batch`]. Takes and returns packed strings.
#[uniffi::export]
pub fn url_encode_batch(packed: &[u8]) -> Vec<u8> {
    pack(&url::encode_batch(&unpack(packed)))
}

/// See [`url::decode`].
#[uniffi::export]
pub fn url_decode(text: &str) -> Result<String, FfiError> {
    Ok(url::decode(text)?.into_owned())
}

/// See [`url::decode_bytes`].
#[uniffi::export]
pub fn url_decode_bytes(text: &str) -> Result<Vec<u8>, FfiError> {
    Ok(url::decode_bytes(text)?.into_owned())
}

/// See [`url::decode_form`].
#[uniffi::export]
pub fn url_decode_form(text: &str) -> Result<String, FfiError> {
    Ok(url::decode_form(text)?.into_owned())
}

/// The results for the strings of a batch.
#[derive(Debug, uniffi::Record)]
pub struct FfiDecodedBatch {
    /// The decoded strings, packed. A rejected string is replaced by the empty string.
    pub packed: Vec<u8>,
    /// The errors of the strings that were rejected, in order.
    pub rejected: Vec<FfiRejected>,
}

/// The error of one string of a batch.
#[derive(Debug, uniffi::Record)]
pub struct FfiRejected {
    /// The index of the string.
    pub index: u32,
    /// The error.
    pub error: FfiError,
}

/// See [`url::decode_batch`]. Takes packed strings.
#[uniffi::export]
pub fn url_decode_batch(packed: &[u8]) -> FfiDecodedBatch {
    let mut rejected = Vec::new();
    let decoded = url::decode_batch(&unpack(packed)).into_iter().enumerate();
    let decoded = decoded.map(|(index, decoded)| {
        decoded.unwrap_or_else(|error| {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            rejected.push(FfiRejected { index, error: error.into() });
            String::new()
        })
    });
    let decoded: Vec<String> = decoded.collect();
    FfiDecodedBatch { packed: pack(&decoded), rejected }
}

/// See [`url::normalize`].
#[uniffi::export]
pub fn url_normalize(text: &str) -> String {
    url::normalize(text).into_owned()
}

/// See [`url::encode_query`]. The list alternates names and values.
#[uniffi::export]
pub fn url_encode_query(pairs: Vec<Option<String>>) -> Result<String, FfiError> {
    Ok(url::encode_query(&QueryPairs::new(pairs).as_slices())?)
}

/// See [`url::parse_query`]. The list alternates names and values.
#[uniffi::export]
pub fn url_parse_query(query: &str) -> Result<Vec<Option<String>>, FfiError> {
    let pairs = url::parse_query(query)?.into_iter();
    Ok(pairs
        .flat_map(|(name, value)| [Some(name), value].map(|text| text.map(Cow::into_owned)))
        .collect())
}

/// See [`url::EncodeSet`].
#[derive(Debug, uniffi::Object)]
pub struct FfiEncodeSet(url::EncodeSet);

#[uniffi::export]
impl FfiEncodeSet {
    /// Returns the set of the unreserved characters.
    #[uniffi::constructor]
    pub fn unreserved() -> Self {
        Self(url::EncodeSet::UNRESERVED.clone())
    }

    /// Returns the set for a path segment.
    #[uniffi::constructor]
    pub fn path_segment() -> Self {
        Self(url::EncodeSet::PATH_SEGMENT.clone())
    }

    /// Returns the set for a path.
    #[uniffi::constructor]
    pub fn path() -> Self {
        Self(url::EncodeSet::PATH.clone())
    }

    /// Returns the set for a query.
    #[uniffi::constructor]
    pub fn query() -> Self {
        Self(url::EncodeSet::QUERY.clone())
    }

    /// Returns the set for a fragment.
    #[uniffi::constructor]
    pub fn fragment() -> Self {
        Self(url::EncodeSet::FRAGMENT.clone())
    }

    /// Returns the set for a user name and password.
    #[uniffi::constructor]
    pub fn userinfo() -> Self {
        Self(url::EncodeSet::USERINFO.clone())
    }

    /// Returns the set for `application/x-www-form-urlencoded`.
    #[uniffi::constructor]
    pub fn form() -> Self {
        Self(url::EncodeSet::FORM.clone())
    }

    /// Returns the component percent-encode set of the WHATWG URL standard.
    #[uniffi::constructor]
    pub fn component() -> Self {
        Self(url::EncodeSet::COMPONENT.clone())
    }

    /// Returns the set with this name.
    #[uniffi::constructor]
    pub fn named(name: &str) -> Result<Self, FfiError> {
        Ok(Self(url::EncodeSet::named(name)?.clone()))
    }

    /// Creates a set that leaves the unreserved characters and the given ones unencoded.
    #[uniffi::constructor]
    pub fn keeping(characters: &str) -> Result<Self, FfiError> {
        Ok(Self(url::EncodeSet::keeping(characters)?))
    }
}

/// See [`url::TemplateValue`].
#[derive(uniffi::Enum)]
pub enum FfiTemplateValue {
    /// A string.
    Text {
        /// The string.
        text: String,
    },
    /// A list of strings. It is not called `List`, because that would hide Kotlin's `List`.
    Texts {
        /// The strings.
        texts: Vec<String>,
    },
    /// An associative array.
    Pairs {
        /// Alternating names and values.
        texts: Vec<String>,
    },
}

impl<'v> From<&'v FfiTemplateValue> for url::TemplateValue<'v> {
    fn from(value: &'v FfiTemplateValue) -> Self {
        match value {
            FfiTemplateValue::Text { text } => text.into(),
            FfiTemplateValue::Texts { texts } => strs(texts).into(),
            FfiTemplateValue::Pairs { texts } => borrowed_pairs(texts).collect(),
        }
    }
}

/// A variable of a template.
#[derive(uniffi::Record)]
pub struct FfiVariable {
    /// The name.
    pub name: String,
    /// The value.
    pub value: FfiTemplateValue,
}

fn borrowed_variables(variables: &[FfiVariable]) -> Vec<(&str, &FfiTemplateValue)> {
    variables.iter().map(|variable| (variable.name.as_str(), &variable.value)).collect()
}

/// See [`url::UrlTemplate`].
#[derive(Debug, uniffi::Object)]
pub struct FfiUrlTemplate(url::UrlTemplate);

#[uniffi::export]
impl FfiUrlTemplate {
    /// Parses a template.
    #[uniffi::constructor]
    pub fn new(text: &str) -> Result<Self, FfiError> {
        Ok(Self(url::UrlTemplate::parse(text)?))
    }

    /// Returns the names of the template's variables.
    pub fn variables(&self) -> Vec<String> {
        self.0.variables().map(Into::into).collect()
    }

    /// Expands the template with these variables.
    pub fn expand(&self, variables: Vec<FfiVariable>) -> Result<String, FfiError> {
        Ok(self.0.expand(&borrowed_variables(&variables))?)
    }

    /// Expands the template with these variables, which must be exactly the variables of the
    /// template.
    pub fn expand_strict(&self, variables: Vec<FfiVariable>) -> Result<String, FfiError> {
        Ok(self.0.expand_strict(&borrowed_variables(&variables))?)
    }
}

/// See [`url::BaseUrl`].
#[derive(Debug, uniffi::Object)]
pub struct FfiBaseUrl(pub(crate) url::BaseUrl);

#[uniffi::export]
impl FfiBaseUrl {
    /// Parses a base URL.
    #[uniffi::constructor]
    pub fn new(text: &str, allow_loopback: bool) -> Result<Self, FfiError> {
        let url = if allow_loopback {
            url::BaseUrl::new_with_loopback(text)
        } else {
            url::BaseUrl::new(text)
        };
        Ok(Self(url?))
    }

    /// Expands a template of a base URL.
    #[uniffi::constructor]
    pub fn from_template(template: &str, variables: Vec<String>) -> Result<Self, FfiError> {
        let variables = Pairs::new(variables);
        Ok(Self(url::BaseUrl::from_template(template, &variables.as_slices())?))
    }

    /// Appends segments to the path, and returns the URL as a string.
    pub fn join(&self, segments: Vec<String>) -> Result<String, FfiError> {
        Ok(self.0.join(&strs(&segments))?)
    }

    /// Returns the URL as a string.
    pub fn text(&self) -> String {
        self.0.as_str().into()
    }
}
