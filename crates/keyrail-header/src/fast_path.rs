//! The fast path of extraction, for credentials without anything unusual.
//!
//! It makes one pass over the headers and one over each value. If anything is unusual, it returns
//! `None`, and [`Scheme::diagnose`] extracts the credentials or reports the error. A test checks
//! that the fast path and [`Scheme::diagnose`] agree. Without the fast path, extraction is nine
//! times slower (measured by `cargo xtask bench header`).

use alloc::string::String;

use keyrail_core::{MAX_HEADER_VALUE, Secret, header_names_collide, is_same_header};

use crate::slot::MAX_FORMS;
use crate::slot::{CredentialPart, Form, Slot};
use crate::value::{is_token68, is_visible, is_word};
use crate::{Credentials, Scheme, Variant};

/// A number of names that is enough for most schemes.
const FEW_NAMES: usize = 4;
/// The maximum number of names of any scheme: a form has at most one slot for each of the three
/// parts.
const MAX_NAMES: usize = 3 * MAX_FORMS;

/// The parts of credentials, borrowed from the headers: they are copied only when all are
/// valid.
pub(crate) struct Parts<'h> {
    key: &'h str,
    token: Option<&'h str>,
    app_id: Option<&'h str>,
    variant: Variant,
}

impl From<Parts<'_>> for Credentials {
    fn from(Parts { key, token, app_id, variant }: Parts<'_>) -> Self {
        let (token, app_id) = (token.map(Secret::new), app_id.map(String::from));
        Self { key: Secret::new(key), token, app_id, variant }
    }
}

impl Scheme {
    /// Returns the key and the token that [`extract`](Self::extract) reads, without a copy. Returns
    /// `None` if anything is unusual; then call `extract`, which may return an error.
    #[doc(hidden)]
    pub fn peek<'h, N, V>(&self, headers: &'h [(N, V)]) -> Option<(&'h str, Option<&'h str>)>
    where
        N: AsRef<[u8]>,
        V: AsRef<[u8]>,
    {
        let headers = headers.iter().map(|(name, value)| (name.as_ref(), value.as_ref()));
        self.fast_path(headers).map(|parts| (parts.key, parts.token))
    }

    /// Returns the parts that [`extract`](Self::extract) reads, or `None` if anything is unusual.
    pub(crate) fn fast_path<'h>(
        &self,
        headers: impl Iterator<Item = (&'h [u8], &'h [u8])>,
    ) -> Option<Parts<'h>> {
        self.fast_path_with(|values| self.gather(headers, values))
    }

    /// Returns the parts as [`fast_path`](Self::fast_path) does, from the headers that `gather`
    /// finds. For each of the scheme's names that is present, `gather` stores the header's value at
    /// the index of the name, and sets the bit of this index in its result. Its result is `None` if
    /// a name is present twice.
    pub(crate) fn fast_path_with<'h>(
        &self,
        gather: impl FnOnce(&mut [&'h [u8]]) -> Option<u64>,
    ) -> Option<Parts<'h>> {
        match self.names.len() {
            0..=FEW_NAMES => self.fast_path_sized::<FEW_NAMES>(gather),
            _ => self.fast_path_sized::<MAX_NAMES>(gather),
        }
    }

    fn gather<'h>(
        &self,
        headers: impl Iterator<Item = (&'h [u8], &'h [u8])>,
        values: &mut [&'h [u8]],
    ) -> Option<u64> {
        let mut present = 0;
        for (name, value) in headers {
            if self.lengths & bit(name.len()) == 0 {
                continue;
            }
            for (index, known) in self.names.iter().enumerate() {
                if is_same_header(name, known) && present & bit(index) == 0 {
                    present |= bit(index);
                    *values.get_mut(index)? = value;
                } else if header_names_collide(name, known) {
                    return None;
                }
            }
        }
        Some(present)
    }

    fn fast_path_sized<'h, const NAMES: usize>(
        &self,
        gather: impl FnOnce(&mut [&'h [u8]]) -> Option<u64>,
    ) -> Option<Parts<'h>> {
        let mut values: [&'h [u8]; NAMES] = [&[]; NAMES];
        let present = gather(&mut values)?;
        let part = |slot: &Slot| part(values.get(slot.index).copied().unwrap_or_default(), slot);
        let (form, key) = self.form_of(present, part)?;
        let mut parts = Parts {
            key: self.validated(key, &form.key)?,
            token: None,
            app_id: None,
            variant: form.variant,
        };
        for slot in form.others.iter().filter(|slot| present & bit(slot.index) != 0) {
            let text = self.validated(part(slot)?, slot);
            match slot.holds {
                CredentialPart::Token => parts.token = Some(text?),
                CredentialPart::AppId => parts.app_id = Some(text?),
                CredentialPart::Key => {}
            }
        }
        Some(parts)
    }

    /// Returns the key, and the form in which the headers contain the credentials. Of the forms
    /// that fit the present headers, the returned form is the first one whose scheme word is
    /// present. If no scheme word is present, it is the first form without a scheme word.
    fn form_of<'h>(
        &self,
        present: u64,
        part: impl Fn(&Slot) -> Option<&'h [u8]>,
    ) -> Option<(&Form, &'h [u8])> {
        let mut bare = None;
        for form in self.forms() {
            if present & !form.headers != 0 || form.required & !present != 0 {
                continue;
            }
            let found = part(&form.key).map(|part| (form, part));
            if found.is_some() && form.key.word.is_some() {
                return found;
            }
            bare = bare.or(found);
        }
        bare
    }

    /// Returns the content of a slot as a string, if it is valid.
    fn validated<'h>(&self, part: &'h [u8], slot: &Slot) -> Option<&'h str> {
        if part.is_empty() || !is_visible(part) {
            return None;
        }
        let text = core::str::from_utf8(part).ok()?;
        let fits = (!slot.token68 || is_token68(text))
            && (slot.word.is_some() || !slot.may_have_word || !is_word(text, slot, self));
        fits.then_some(text)
    }
}

/// Returns the bit that stands for a number in a set. The number is the index of a name in a scheme,
/// or the length of a name.
pub(crate) const fn bit(number: usize) -> u64 {
    1 << (number % 64)
}

/// Returns the content of a value, without the scheme word if the slot has one. Returns `None` if
/// the value is too long, or lacks the scheme word.
fn part<'h>(raw: &'h [u8], slot: &Slot) -> Option<&'h [u8]> {
    let value = trim(raw);
    match &slot.word {
        _ if raw.len() > MAX_HEADER_VALUE => None,
        Some(word) => after_word(value, word),
        None => Some(value),
    }
}

/// Returns the bytes after a scheme word and one or more spaces, or `None` if the value does not
/// begin with these.
fn after_word<'h>(value: &'h [u8], word: &str) -> Option<&'h [u8]> {
    let (start, rest) = value.split_at_checked(word.len())?;
    let word = word.as_bytes();
    // Most clients send the word as it is documented. An exact comparison is therefore tried first:
    // it is faster than folding the case of every byte.
    let is_word = start == word || start.eq_ignore_ascii_case(word);
    let mut part = rest.strip_prefix(b" ").filter(|_| is_word)?;
    while let Some(rest) = part.strip_prefix(b" ") {
        part = rest;
    }
    Some(part)
}

fn trim(mut value: &[u8]) -> &[u8] {
    while let [b' ' | b'\t', rest @ ..] = value {
        value = rest;
    }
    while let [rest @ .., b' ' | b'\t'] = value {
        value = rest;
    }
    value
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use crate::Scheme;

    fn schemes() -> Vec<Scheme> {
        let client = r#"{"slots": [{"header": "Authorization", "word": "Bearer", "holds": "key"},
            {"header": "app-id", "holds": "app_id", "optional": true}],
            "lenient": [{"slots": [{"header": "Authorization", "word": "Token", "holds": "key",
                                    "token68": true}]}]}"#;
        let bare_first = r#"{"slots": [{"header": "x-key", "holds": "key", "token68": true}],
            "lenient": [{"slots": [{"header": "x-key", "holds": "key"}]},
                        {"slots": [{"header": "x-key", "word": "a", "holds": "key"},
                                   {"header": "x_token", "holds": "token"}]},
                        {"slots": [{"header": "x-key", "word": "A", "holds": "key"}]}]}"#;
        let many = (0..16).map(|at| Scheme::header(&alloc::format!("x-{at}")).unwrap());
        alloc::vec![
            Scheme::x_api_key(),
            Scheme::bearer().with_token68(),
            Scheme::any_of([Scheme::bearer(), Scheme::bare_authorization()]).unwrap(),
            Scheme::any_of([Scheme::bare_authorization(), Scheme::x_api_key()]).unwrap(),
            Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap(),
            Scheme::from_json(client).unwrap(),
            Scheme::from_json(bare_first).unwrap(),
            Scheme::any_of(many).unwrap(),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]
        #[test]
        fn the_fast_path_agrees_with_diagnose(
            index in 0..8_usize,
            headers in prop::collection::vec(
                (
                    "(?i)authorization|x-api-key|x_api_key|api[_-]key|x-auth-token|app-id|x-key|x[-_]token|x-1[0-5]|host",
                    "[ \t]{0,1}(Bearer|Token|a|A|Basic|)[ ]{0,2}[a-c=:,\"' é\t]{0,4}[ ]{0,1}",
                ),
                0..4,
            ),
        ) {
            let scheme = &schemes()[index];
            let headers: Vec<(String, String)> = headers;
            let pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
            if let Some(parts) = scheme.fast_path(pairs) {
                prop_assert_eq!(scheme.diagnose(&headers).unwrap(), parts.into());
            }
        }
    }

    #[test]
    fn common_credentials_take_the_fast_path() {
        let is_fast = |scheme: &Scheme, headers: &[(&str, &str)]| {
            let mut pairs = headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes()));
            scheme.fast_path(&mut pairs).is_some()
        };
        let all = schemes();
        assert!(is_fast(&all[0], &[("host", "a"), ("X-API-KEY", " k ")]));
        assert!(is_fast(&all[1], &[("authorization", "bearer  a==")]));
        assert!(is_fast(&all[2], &[("authorization", "k")]));
        assert!(is_fast(&all[4], &[("x-auth-token", "t"), ("api_key", "k")]));
        assert!(is_fast(&all[5], &[("app-id", "a"), ("authorization", "Bearer k")]));
        assert!(is_fast(&all[7], &[("x-15", "k")]));
    }
}
