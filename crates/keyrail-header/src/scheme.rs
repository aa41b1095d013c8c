//! Schemes: where a platform's credentials stand in a request, as data.

use alloc::vec::Vec;

use keyrail_core::ConfigError;
use keyrail_core::config::{self, Faults, Maybe, Member, Object, Slot as Field};
use serde::de::MapAccess;

use crate::slot::{
    Form, Holds, Slot, SlotsField, add, alike, form, header_name, same_name, scheme_word,
};
use crate::{Error, ErrorKind, Variant};

/// Where credentials stand: the form that the vendor documents, which is the
/// one that is written, and the forms that are accepted besides when reading.
///
/// As configuration:
///
/// ```
/// use keyrail_header::{Scheme, Variant};
/// let scheme = Scheme::from_json(r#"{
///     "slots": [
///         {"header": "Authorization", "word": "Bearer", "holds": "key"},
///         {"header": "app-id", "holds": "app_id", "optional": true}
///     ],
///     "lenient": [{"slots": [{"header": "Authorization", "holds": "key"}]}]
/// }"#)?;
/// let credentials = scheme.extract(&[("authorization", "k-1")]).unwrap();
/// assert_eq!(credentials.variant(), Variant::Lenient);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
///
/// Each slot `holds` a `key`, a `token` or an `app_id`; `word` is the scheme
/// word before the value; exactly one slot of a form holds the key. A header
/// holds the same part in every form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    pub(crate) documented: Form,
    pub(crate) lenient: Vec<Form>,
}

impl Scheme {
    /// `x-api-key: KEY`.
    pub fn x_api_key() -> Self {
        Self::of(Form::new(Slot::new("x-api-key", Holds::Key)))
    }

    /// `Authorization: Bearer KEY` (RFC 6750, section 2.1).
    pub fn bearer() -> Self {
        Self::with_word("Bearer".into())
    }

    /// `Authorization: WORD KEY` (RFC 9110, section 11.6.2).
    ///
    /// Error: `header.malformed_word`.
    pub fn authorization(word: &str) -> Result<Self, Error> {
        scheme_word(word).map(Self::with_word)
    }

    /// `NAME: KEY`.
    ///
    /// Error: `header.malformed_name`.
    pub fn header(name: &str) -> Result<Self, Error> {
        Ok(Self::of(Form::new(Slot::new(header_name(name)?, Holds::Key))))
    }

    /// `KEY-HEADER: KEY` and `TOKEN-HEADER: TOKEN`, both required.
    ///
    /// Errors: `header.malformed_name`, and `header.same_header` for one name
    /// in two spellings.
    pub fn pair(key_header: &str, token_header: &str) -> Result<Self, Error> {
        let key = Slot::new(header_name(key_header)?, Holds::Key);
        let token = Slot::new(header_name(token_header)?, Holds::Token);
        if alike(key.header.as_bytes(), &token.header) {
            return Err(ErrorKind::SameHeader.into());
        }
        let mut form = Form::new(key);
        form.others.push(token);
        Ok(Self::of(form))
    }

    /// Reads a scheme from its configuration.
    ///
    /// Codes besides those of every configuration: `header.malformed_name`,
    /// `header.malformed_word`, `header.no_key`, `header.same_part`,
    /// `header.same_header`, `header.conflicting_part`, `header.optional_key`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// The names of all headers that the scheme reads, as the vendor spells
    /// them, each once: those of the documented form first.
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        let names =
            || self.forms().flat_map(|(form, _)| form.slots()).map(|slot| slot.header.as_str());
        names().enumerate().filter_map(move |(at, name)| {
            let repeated = names().take(at).any(|earlier| same_name(earlier.as_bytes(), name));
            (!repeated).then_some(name)
        })
    }

    /// The documented form, then the lenient ones in order.
    pub(crate) fn forms(&self) -> impl Iterator<Item = (&Form, Variant)> {
        let lenient = self.lenient.iter().map(|form| (form, Variant::Lenient));
        core::iter::once((&self.documented, Variant::AsDocumented)).chain(lenient)
    }

    const fn of(documented: Form) -> Self {
        Self { documented, lenient: Vec::new() }
    }

    fn with_word(word: alloc::string::String) -> Self {
        let mut slot = Slot::new("Authorization", Holds::Key);
        slot.word = Some(word);
        Self::of(Form::new(slot))
    }
}

/// What is gathered of a scheme while it is read.
#[derive(Default)]
pub struct SchemeDraft {
    slots: SlotsField,
    lenient: Field<Vec<Maybe<Form>>>,
}

impl Object for Scheme {
    type Draft = SchemeDraft;
    const MEMBERS: &'static [&'static str] = &["slots", "lenient"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut SchemeDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "slots" => draft.slots.read(value),
            "lenient" => draft.lenient.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: SchemeDraft, faults: &Faults) -> Option<Self> {
        let documented = form(draft.slots, faults);
        let lenient = draft.lenient.optional().unwrap_or_default();
        for (at, Maybe(form)) in lenient.iter().enumerate() {
            let earlier = || {
                let lenient = lenient.iter().take(at).filter_map(|Maybe(form)| form.as_ref());
                documented.iter().chain(lenient).flat_map(Form::slots)
            };
            let conflicts = |slot: &&Slot| {
                earlier().any(|other| {
                    other.holds != slot.holds && alike(other.header.as_bytes(), &slot.header)
                })
            };
            if form.iter().flat_map(Form::slots).any(|slot| conflicts(&slot)) {
                add(faults, format_args!("/lenient/{at}"), ErrorKind::ConflictingPart);
            }
        }
        let lenient = lenient.into_iter().filter_map(|Maybe(form)| form).collect();
        Some(Self { documented: documented?, lenient })
    }
}
