//! Challenges: what `WWW-Authenticate` asks for (RFC 9110, section 11.6.1).

use alloc::string::String;

use crate::value::legible;
use crate::{Error, Scheme};

/// The word of a challenge for a key that no scheme word stands before.
const NO_WORD: &str = "ApiKey";

impl Scheme {
    /// The value of `WWW-Authenticate` that asks for a credential of this
    /// scheme: the scheme word of `Authorization`, or `ApiKey` where the key
    /// stands in a header of its own or bare; then the realm as a quoted
    /// string (RFC 9110, sections 5.6.4 and 11.5).
    ///
    /// It says nothing of what was wrong: a request without a credential gets
    /// no error code (RFC 6750, section 3.1), and a body says the rest.
    ///
    /// Errors, with the offset in the realm: `header.control`,
    /// `header.obs_fold`, `header.non_ascii`, `header.too_long`.
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// assert_eq!(Scheme::bearer().challenge("desk")?, r#"Bearer realm="desk""#);
    /// assert_eq!(Scheme::x_api_key().challenge(r#"a "b""#)?, r#"ApiKey realm="a \"b\"""#);
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn challenge(&self, realm: &str) -> Result<String, Error> {
        const HEADER: &str = "WWW-Authenticate";
        let key = &self.documented.key;
        let word = key.word.as_deref().filter(|_| key.is_authorization()).unwrap_or(NO_WORD);
        let mut challenge = String::from(word);
        challenge.push_str(" realm=\"");
        for character in legible(HEADER, realm.as_bytes())?.chars() {
            if matches!(character, '"' | '\\') {
                challenge.push('\\');
            }
            challenge.push(character);
        }
        challenge.push('"');
        legible(HEADER, challenge.as_bytes())?;
        Ok(challenge)
    }
}
