//! Extraction: reading exactly one credential from a request's headers.

use alloc::vec::Vec;

use keyrail_core::{Secret, header_names_collide, is_same_header};

use crate::slot::{CredentialPart, Form, Slot};
use crate::value::ValuePart;
use crate::{Credentials, Error, ErrorKind, Scheme};

impl Scheme {
    /// Reads the credentials from a request's headers. The headers are name-value pairs of bytes or
    /// strings, in the order in which they were received.
    ///
    /// Names and scheme words are compared without regard to case. White space around a value is
    /// ignored, and so are the spaces between a scheme word and the key (RFC 9110, sections 5.5 and
    /// 11.4). Headers that the scheme does not name are ignored.
    ///
    /// # Errors
    ///
    /// Each error has the header's name.
    ///
    /// - `header.missing`.
    /// - `header.duplicate`, even if the values are equal.
    /// - `header.ambiguous` for headers of two forms, or for two spellings of one name that differ
    ///   by `-` and `_`.
    /// - With the offset in the value: `header.too_long`, `header.obs_fold`, `header.control`,
    ///   `header.non_ascii`, `header.empty`, `header.unknown_scheme`, `header.list`,
    ///   `header.white_space`, `header.quote`, and `header.token68` if the scheme requires a
    ///   token68.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// let error = Scheme::bearer().extract(&[("Authorization", "Bearer a b")]).unwrap_err();
    /// assert_eq!((error.code(), error.offset()), ("header.white_space", Some(8)));
    /// assert_eq!(error.header(), Some("Authorization"));
    /// ```
    pub fn extract<N, V>(&self, headers: &[(N, V)]) -> Result<Credentials, Error>
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        match self.fast_path(headers.iter().map(|(name, value)| (name.as_ref(), value.as_ref()))) {
            Some(parts) => Ok(parts.into()),
            None => self.diagnose(headers),
        }
    }

    /// Returns the headers without those that may contain a credential of the scheme. Use the
    /// result for a request that is passed on to another server. The order stays the same.
    ///
    /// A header is removed if the scheme reads a header with this name. Names are compared without
    /// regard to case, and `-` and `_` are treated as equal, because some servers treat them so.
    /// Values are not checked, so a header that [`extract`](Self::extract) rejects is removed too.
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// let headers = [("Host", "a.example"), ("X-Api-Key", "secret"), ("x_api_key", "secret")];
    /// let rest = Scheme::x_api_key().strip_credentials(headers);
    /// assert_eq!(rest, [("Host", "a.example")]);
    /// ```
    pub fn strip_credentials<N: AsRef<[u8]>, V>(
        &self,
        headers: impl IntoIterator<Item = (N, V)>,
    ) -> Vec<(N, V)> {
        headers.into_iter().filter(|(name, _)| !self.may_read(name.as_ref())).collect()
    }

    /// Returns whether a header with this name is removed by
    /// [`strip_credentials`](Self::strip_credentials).
    #[doc(hidden)]
    pub fn may_read(&self, name: &[u8]) -> bool {
        self.header_names().any(|own| header_names_collide(own, name))
    }

    /// Extracts the credentials, or returns the error that says what is wrong.
    #[cold]
    pub(crate) fn diagnose<N, V>(&self, headers: &[(N, V)]) -> Result<Credentials, Error>
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        for name in self.header_names() {
            check_single(headers, name)?;
        }
        let find = |slot: &Slot| find(headers, &slot.header);
        let form = self.choose(find)?;
        let read = |slot: &Slot| -> Result<Option<Secret>, Error> {
            let Some(raw) = find(slot) else { return Ok(None) };
            let value = ValuePart::of_field(&slot.header, raw)?;
            let part = match &slot.word {
                Some(word) => value.after_word(word),
                None => value.bare(slot, self),
            };
            part.and_then(|part| part.check_token68(slot))
                .map(|part| Some(Secret::new(part.as_str())))
        };
        let key = read(&form.key)?.ok_or_else(|| missing(&form.key))?;
        let mut credentials = Credentials { variant: form.variant, ..Credentials::new(key) };
        for slot in &form.others {
            credentials = match (slot.holds, read(slot)?) {
                (CredentialPart::Token, Some(token)) => credentials.with_token(token),
                (CredentialPart::AppId, Some(id)) => credentials.with_app_id(id.reveal()),
                (_, None) | (CredentialPart::Key, _) => credentials,
            };
        }
        Ok(credentials)
    }

    /// Returns the form of the scheme in which the headers contain the credentials.
    ///
    /// The form must have a slot for every header of the scheme that is present. If the value of
    /// the key's header begins with the scheme word of a form, only forms with this word are
    /// considered. Otherwise, only forms without a scheme word are considered. Of the considered
    /// forms, the first one whose required headers are all present is returned.
    fn choose<'a>(&self, find: impl Fn(&Slot) -> Option<&'a [u8]>) -> Result<&Form, Error> {
        let is_present = |slot: &Slot| find(slot).is_some();
        let candidates = || self.forms().filter(|form| is_present(&form.key));
        let Some(first) = candidates().next() else {
            return Err(missing(&self.written.key));
        };
        let stray = |form: &Form| {
            let mut slots = self.forms().flat_map(Form::slots);
            slots.find(|slot| {
                is_present(slot) && !form.slots().any(|own| are_same_header(own, slot))
            })
        };
        let covering = || candidates().filter(|form| stray(form).is_none());
        let Some(first_covering) = covering().next() else {
            let slot = stray(first).unwrap_or(&first.key);
            return Err(Error::new(ErrorKind::Ambiguous).in_header(&slot.header));
        };
        let raw = find(&first_covering.key).unwrap_or_default();
        let value = ValuePart::of_field(&first_covering.key.header, raw)?;
        let has_word =
            |form: &Form| form.key.word.as_ref().is_some_and(|word| value.begins_with(word));
        let any_has_word = covering().any(has_word);
        let fits =
            |form: &Form| if any_has_word { has_word(form) } else { form.key.word.is_none() };
        let fitting = || covering().filter(|form| fits(form));
        let missing_part = |form: &Form| {
            form.others.iter().find(|slot| !slot.optional && !is_present(slot)).map(missing)
        };
        let complete = fitting().find(|form| missing_part(form).is_none());
        complete.ok_or_else(|| {
            fitting().find_map(missing_part).unwrap_or_else(|| value.unknown_scheme())
        })
    }
}

/// Returns whether two slots are in the same header.
fn are_same_header(a: &Slot, b: &Slot) -> bool {
    is_same_header(&a.header, &b.header)
}

fn missing(slot: &Slot) -> Error {
    Error::new(ErrorKind::Missing).in_header(&slot.header)
}

/// Returns the value of the first header with this name.
fn find<'a, N: AsRef<[u8]>, V: AsRef<[u8]>>(headers: &'a [(N, V)], name: &str) -> Option<&'a [u8]> {
    let found = headers.iter().find(|(given, _)| is_same_header(given, name));
    found.map(|(_, value)| value.as_ref())
}

/// Checks that a header occurs at most once, and in one spelling only.
fn check_single<N: AsRef<[u8]>, V>(headers: &[(N, V)], name: &str) -> Result<(), Error> {
    let colliding = || {
        headers
            .iter()
            .map(|(given, _)| given.as_ref())
            .filter(|given| header_names_collide(given, name))
    };
    let count = colliding().filter(|given| is_same_header(given, name)).count();
    match (count, colliding().count() - count) {
        (0, _) | (1, 0) => Ok(()),
        (1, _) => Err(Error::new(ErrorKind::Ambiguous).in_header(name)),
        _ => Err(Error::new(ErrorKind::Duplicate).in_header(name)),
    }
}
