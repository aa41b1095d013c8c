//! Credentials: the key and the other parts that a scheme's headers contain.

use alloc::string::String;

use keyrail_core::Secret;

/// A key, and the token and app id that some platforms also require.
///
/// `Debug` prints neither the key nor the token.
///
/// ```
/// use keyrail_core::Secret;
/// use keyrail_header::Credentials;
/// let credentials = Credentials::new(Secret::new("k-1")).with_token(Secret::new("t-1"));
/// assert_eq!(credentials.token().map(Secret::reveal), Some("t-1"));
/// assert!(!format!("{credentials:?}").contains("-1"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    pub(crate) key: Secret,
    pub(crate) token: Option<Secret>,
    pub(crate) app_id: Option<String>,
    pub(crate) variant: Variant,
}

/// Whether credentials were read from a documented or a lenient form of a scheme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Variant {
    /// A form that the vendor documents. Credentials that were not read from headers have this
    /// variant too.
    #[default]
    AsDocumented,
    /// One of the undocumented forms that are also accepted.
    Lenient,
}

impl Variant {
    /// Returns `as_documented` or `lenient`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::AsDocumented => "as_documented",
            Self::Lenient => "lenient",
        }
    }
}

impl Credentials {
    /// Creates credentials that contain only a key.
    pub const fn new(key: Secret) -> Self {
        Self { key, token: None, app_id: None, variant: Variant::AsDocumented }
    }

    /// Returns the credentials with a token added.
    #[must_use]
    pub fn with_token(mut self, token: Secret) -> Self {
        self.token = Some(token);
        self
    }

    /// Returns the credentials with an app's id added. The id is not a secret.
    #[must_use]
    pub fn with_app_id(mut self, app_id: impl Into<String>) -> Self {
        self.app_id = Some(app_id.into());
        self
    }

    /// Returns the key.
    pub const fn key(&self) -> &Secret {
        &self.key
    }

    /// Returns the token, if there is one.
    pub const fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// Returns the app's id, if there is one.
    pub fn app_id(&self) -> Option<&str> {
        self.app_id.as_deref()
    }

    /// Returns whether the credentials were read from a documented or a lenient form of the scheme.
    pub const fn variant(&self) -> Variant {
        self.variant
    }
}
