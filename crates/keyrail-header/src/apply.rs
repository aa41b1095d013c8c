//! Writing credentials into the headers that a vendor documents.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::{HeaderValue, MAX_HEADER_VALUE, Secret};

use crate::slot::{CredentialPart, Slot};
use crate::value::{ValuePart, is_word};
use crate::{Credentials, Error, ErrorKind, Scheme};

impl Scheme {
    /// Returns the headers that contain the credentials, in the scheme's first form. The key's
    /// header is first; the others follow in the scheme's order. The values of keys and tokens are
    /// sensitive.
    ///
    /// A part for which this form has no slot is not written. [`extract`](Self::extract) can always
    /// read the written headers.
    ///
    /// # Errors
    ///
    /// `header.missing` for a part that the form requires and the credentials lack. The other
    /// errors have the offset in the part:
    ///
    /// - `header.empty`, `header.white_space`, `header.list`, `header.quote`, `header.control`,
    ///   `header.obs_fold`, `header.non_ascii`.
    /// - `header.token68` if the scheme requires a token68 and the part is not one.
    /// - `header.unknown_scheme` if the header has no scheme word and the part is itself a scheme
    ///   word.
    /// - `header.too_long` if the part is too long together with its scheme word.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_core::Secret;
    /// use keyrail_header::{Credentials, Scheme};
    /// let headers = Scheme::bearer().apply(&Credentials::new(Secret::new("k-1")))?;
    /// let [(name, value)] = headers.as_slice() else { panic!() };
    /// assert_eq!((name.as_str(), value.reveal()), ("Authorization", "Bearer k-1"));
    /// assert_eq!(format!("{value:?}"), "••••••••");
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn apply(&self, credentials: &Credentials) -> Result<Vec<(String, HeaderValue)>, Error> {
        let mut headers = Vec::with_capacity(self.written.others.len() + 3);
        for slot in self.written.slots() {
            let part = match slot.holds {
                CredentialPart::Key => Some(credentials.key().reveal()),
                CredentialPart::Token => credentials.token().map(Secret::reveal),
                CredentialPart::AppId => credentials.app_id(),
            };
            match part {
                Some(part) => headers.push((slot.header.clone(), self.write(slot, part)?)),
                None if slot.optional => {}
                None => return Err(Error::new(ErrorKind::Missing).in_header(&slot.header)),
            }
        }
        Ok(headers)
    }

    fn write(&self, slot: &Slot, part: &str) -> Result<HeaderValue, Error> {
        let part = ValuePart::of_part(&slot.header, part.as_bytes())?.check_token68(slot)?.as_str();
        let text = match &slot.word {
            Some(word) => [word, " ", part].concat(),
            None if is_word(part, slot, self) => {
                return Err(Error::at(ErrorKind::UnknownScheme, 0).in_header(&slot.header));
            }
            None => part.into(),
        };
        let value = match slot.holds {
            CredentialPart::Key | CredentialPart::Token => HeaderValue::sensitive(text),
            CredentialPart::AppId => HeaderValue::new(text),
        };
        // The part is printable, so only the length can still be wrong.
        let before = slot.word.as_ref().map_or(0, |word| word.len() + 1);
        let end = MAX_HEADER_VALUE.saturating_sub(before);
        value.map_err(|_| Error::at(ErrorKind::TooLong, end).in_header(&slot.header))
    }
}
