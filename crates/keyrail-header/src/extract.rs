//! Extraction: exactly one credential out of a request's headers.

use keyrail_core::{Secret, header_names_collide, is_same_header};

use crate::slot::{CredentialPart, Form, Slot};
use crate::value::Text;
use crate::{Credentials, Error, ErrorKind, Scheme};

impl Scheme {
    /// Reads the credentials from a request's headers. They are pairs of name and value in the
    /// order in which they were received, as bytes or strings.
    ///
    /// Names and scheme words compare without regard to case. White space
    /// around a value, and the spaces between word and key, are not part of
    /// it (RFC 9110, sections 5.5 and 11.4). Headers that the scheme does not
    /// name are ignored.
    ///
    /// # Errors
    ///
    /// Each with the header's name, and with the offset if it concerns a place in the value:
    /// `header.missing`; `header.duplicate` (even if the values are equal);
    /// `header.ambiguous` (two spellings of one name that differ by `-` and `_`, or two
    /// forms at once); `header.too_long`, `header.obs_fold`, `header.control`,
    /// `header.non_ascii`, `header.empty`, `header.unknown_scheme`, `header.list`,
    /// `header.white_space`, `header.quote`; `header.token68`, if the scheme requires one.
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
            let value = Text::of_field(&slot.header, raw)?;
            let part = match &slot.word {
                Some(word) => value.behind(word),
                None => value.bare(slot, self),
            };
            part.and_then(|part| part.as_asked(slot)).map(|part| Some(Secret::new(part.as_str())))
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

    /// The form that the headers are in.
    ///
    /// It must have a slot for every header of the scheme that came, so that
    /// two forms at once fit none. Among forms with their key in one header
    /// the scheme word decides, and no word fits last; then the first form
    /// none of whose headers is missing.
    fn choose<'a>(&self, find: impl Fn(&Slot) -> Option<&'a [u8]>) -> Result<&Form, Error> {
        let came = |slot: &Slot| find(slot).is_some();
        let candidates = || self.forms().filter(|form| came(&form.key));
        let Some(first) = candidates().next() else {
            return Err(missing(&self.written.key));
        };
        let stray = |form: &Form| {
            let mut slots = self.forms().flat_map(Form::slots);
            slots.find(|slot| came(slot) && !form.slots().any(|own| same(own, slot)))
        };
        let covering = || candidates().filter(|form| stray(form).is_none());
        let Some(shared) = covering().next() else {
            let slot = stray(first).unwrap_or(&first.key);
            return Err(Error::new(ErrorKind::Ambiguous).in_header(&slot.header));
        };
        let raw = find(&shared.key).unwrap_or_default();
        let value = Text::of_field(&shared.key.header, raw)?;
        let begins =
            |form: &Form| form.key.word.as_ref().is_some_and(|word| value.begins_with(word));
        let worded = covering().any(begins);
        let fits = |form: &Form| if worded { begins(form) } else { form.key.word.is_none() };
        let fitting = || covering().filter(|form| fits(form));
        let absent = |form: &Form| {
            form.others.iter().find(|slot| !slot.optional && !came(slot)).map(missing)
        };
        let whole = fitting().find(|form| absent(form).is_none());
        whole.ok_or_else(|| fitting().find_map(absent).unwrap_or_else(|| value.no_word()))
    }
}

/// Returns whether two slots are in one header.
fn same(a: &Slot, b: &Slot) -> bool {
    is_same_header(&a.header, &b.header)
}

fn missing(slot: &Slot) -> Error {
    Error::new(ErrorKind::Missing).in_header(&slot.header)
}

/// The value of the first header of this name.
fn find<'a, N: AsRef<[u8]>, V: AsRef<[u8]>>(headers: &'a [(N, V)], name: &str) -> Option<&'a [u8]> {
    let found = headers.iter().find(|(given, _)| is_same_header(given, name));
    found.map(|(_, value)| value.as_ref())
}

/// Rejects a header that came twice, or in two spellings.
fn check_single<N: AsRef<[u8]>, V>(headers: &[(N, V)], name: &str) -> Result<(), Error> {
    let alike = || {
        headers
            .iter()
            .map(|(given, _)| given.as_ref())
            .filter(|given| header_names_collide(given, name))
    };
    let came = alike().filter(|given| is_same_header(given, name)).count();
    match (came, alike().count() - came) {
        (0, _) | (1, 0) => Ok(()),
        (1, _) => Err(Error::new(ErrorKind::Ambiguous).in_header(name)),
        _ => Err(Error::new(ErrorKind::Duplicate).in_header(name)),
    }
}
