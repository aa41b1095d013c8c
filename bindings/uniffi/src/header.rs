//! Headers: schemes, credentials, header values.

use std::sync::Arc;

use keyrail::header::{ChallengeError, Credentials, Scheme, Variant};
use keyrail::{HeaderValue, Secret};

use crate::error::FfiError;
use crate::mirror::mirror_enum;
use crate::pairs::Pairs;
use crate::secret::FfiSecret;

/// A header's value: a string if it may be printed, otherwise a secret.
#[derive(Debug, uniffi::Enum)]
pub enum FfiHeaderValue {
    /// A value that may be printed.
    Plain {
        /// The value.
        text: String,
    },
    /// A value that must not be printed.
    Sensitive {
        /// The value.
        secret: Arc<FfiSecret>,
    },
}

impl From<&HeaderValue> for FfiHeaderValue {
    fn from(value: &HeaderValue) -> Self {
        if value.is_sensitive() {
            Self::Sensitive { secret: Arc::new(FfiSecret(Secret::new(value.reveal()))) }
        } else {
            Self::Plain { text: value.reveal().into() }
        }
    }
}

/// Creates a header's value from a text, and checks the text.
#[uniffi::export]
pub fn header_value(text: String, sensitive: bool) -> Result<FfiHeaderValue, FfiError> {
    let value = if sensitive { HeaderValue::sensitive(text) } else { HeaderValue::new(text) };
    Ok(FfiHeaderValue::from(&value?))
}

/// A header to send.
#[derive(Debug, uniffi::Record)]
pub struct FfiHeader {
    /// The name.
    pub name: String,
    /// The value.
    pub value: FfiHeaderValue,
}

pub(crate) fn headers(pairs: &[(String, HeaderValue)]) -> Vec<FfiHeader> {
    let header = |(name, value): &(String, HeaderValue)| FfiHeader {
        name: name.clone(),
        value: value.into(),
    };
    pairs.iter().map(header).collect()
}

mirror_enum! { FfiVariant of Variant { AsDocumented, Lenient } }

/// See [`Credentials`].
#[derive(Debug, uniffi::Object)]
#[uniffi::export(Debug)]
pub struct FfiCredentials(pub(crate) Credentials);

#[uniffi::export]
impl FfiCredentials {
    /// Creates credentials from their parts.
    #[uniffi::constructor]
    pub fn new(key: &FfiSecret, token: Option<Arc<FfiSecret>>, app_id: Option<String>) -> Self {
        let mut credentials = Credentials::new(key.0.clone());
        if let Some(token) = token {
            credentials = credentials.with_token(token.0.clone());
        }
        if let Some(app_id) = app_id {
            credentials = credentials.with_app_id(app_id);
        }
        Self(credentials)
    }

    /// Returns the key.
    pub fn key(&self) -> Arc<FfiSecret> {
        FfiSecret::arc(self.0.key())
    }

    /// Returns the token, if there is one.
    pub fn token(&self) -> Option<Arc<FfiSecret>> {
        self.0.token().map(FfiSecret::arc)
    }

    /// Returns the app's id, if there is one.
    pub fn app_id(&self) -> Option<String> {
        self.0.app_id().map(Into::into)
    }

    /// Returns whether the credentials were read from a documented or a lenient form of the scheme.
    pub fn variant(&self) -> FfiVariant {
        match self.0.variant() {
            Variant::AsDocumented => FfiVariant::AsDocumented,
            Variant::Lenient => FfiVariant::Lenient,
        }
    }
}

mirror_enum! { FfiChallengeError of ChallengeError { InvalidRequest, InvalidToken, InsufficientScope } }

/// See [`Scheme`].
#[derive(Debug, uniffi::Object)]
pub struct FfiScheme(pub(crate) Scheme);

#[uniffi::export]
impl FfiScheme {
    /// Returns the scheme `x-api-key: KEY`.
    #[uniffi::constructor]
    pub fn x_api_key() -> Self {
        Self(Scheme::x_api_key())
    }

    /// Returns the scheme `Authorization: Bearer KEY`.
    #[uniffi::constructor]
    pub fn bearer() -> Self {
        Self(Scheme::bearer())
    }

    /// Returns the scheme `Authorization: WORD KEY`.
    #[uniffi::constructor]
    pub fn authorization(word: &str) -> Result<Self, FfiError> {
        Ok(Self(Scheme::authorization(word)?))
    }

    /// Returns the scheme `Authorization: KEY`.
    #[uniffi::constructor]
    pub fn bare_authorization() -> Self {
        Self(Scheme::bare_authorization())
    }

    /// Returns the scheme `NAME: KEY`.
    #[uniffi::constructor]
    pub fn header(name: &str) -> Result<Self, FfiError> {
        Ok(Self(Scheme::header(name)?))
    }

    /// Returns a scheme with one header for the key and one for the token.
    #[uniffi::constructor]
    pub fn pair(key_header: &str, token_header: &str) -> Result<Self, FfiError> {
        Ok(Self(Scheme::pair(key_header, token_header)?))
    }

    /// Returns a scheme of alternatives.
    #[uniffi::constructor]
    pub fn any_of(schemes: Vec<Arc<FfiScheme>>) -> Result<Self, FfiError> {
        Ok(Self(Scheme::any_of(schemes.iter().map(|scheme| scheme.0.clone()))?))
    }

    /// Reads a scheme from its configuration.
    #[uniffi::constructor]
    pub fn from_json(text: &str) -> Result<Self, FfiError> {
        Ok(Self(Scheme::from_json(text)?))
    }

    /// Returns the scheme with the added requirement that each key and token is a token68 (RFC
    /// 9110, section 11.2).
    pub fn with_token68(&self) -> Self {
        Self(self.0.clone().with_token68())
    }

    /// Reads the credentials from a request's headers.
    pub fn extract(&self, headers: Vec<String>) -> Result<FfiCredentials, FfiError> {
        let headers = Pairs::new(headers);
        Ok(FfiCredentials(self.0.extract(&headers.as_slices())?))
    }

    /// Returns for each of these header names whether such a header may contain a credential of the
    /// scheme.
    pub fn may_read(&self, names: Vec<String>) -> Vec<bool> {
        names.iter().map(|name| self.0.may_read(name.as_bytes())).collect()
    }

    /// Returns the headers that contain the credentials.
    pub fn apply(&self, credentials: &FfiCredentials) -> Result<Vec<FfiHeader>, FfiError> {
        Ok(headers(&self.0.apply(&credentials.0)?))
    }

    /// Returns the value of `WWW-Authenticate`. A `Bearer` challenge names the error, if one is
    /// passed.
    pub fn challenge(
        &self,
        realm: &str,
        error: Option<FfiChallengeError>,
    ) -> Result<String, FfiError> {
        Ok(match error {
            Some(error) => self.0.challenge_with(realm, error.into())?,
            None => self.0.challenge(realm)?,
        })
    }
}
