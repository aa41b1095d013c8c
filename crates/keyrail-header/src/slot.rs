//! Slots. A slot is one header of a scheme, with the part of the credentials that it contains.
//!
//! Header names and scheme words are tokens (RFC 9110, sections 5.1 and 11.1).

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Checked, Faults, Value, json, token_schema};
use keyrail_core::{header_names_collide, is_token};

use crate::{Error, ErrorKind, Variant};

/// The maximum number of forms of a scheme, documented and lenient ones together.
pub const MAX_FORMS: usize = 16;

/// The part of the credentials that a slot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CredentialPart {
    Key,
    Token,
    AppId,
}

pub(crate) const HOLDS: &[(&str, CredentialPart)] = &[
    ("key", CredentialPart::Key),
    ("token", CredentialPart::Token),
    ("app_id", CredentialPart::AppId),
];

/// One header, the part of the credentials in it, and the scheme word before that part, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Slot {
    /// The name of the header, as the vendor spells it.
    pub(crate) header: String,
    pub(crate) holds: CredentialPart,
    pub(crate) word: Option<String>,
    pub(crate) optional: bool,
    /// Whether the value must be a token68 (RFC 9110, section 11.2).
    pub(crate) token68: bool,
    /// The index of the header among the header names of the scheme.
    pub(crate) index: usize,
    /// Whether values of the header may begin with a scheme word. If so, a scheme word alone
    /// is not a credential.
    pub(crate) may_have_word: bool,
}

impl Slot {
    pub(crate) fn new(header: impl Into<String>, holds: CredentialPart) -> Self {
        Self {
            header: header.into(),
            holds,
            word: None,
            optional: false,
            token68: false,
            index: 0,
            may_have_word: false,
        }
    }

    /// Returns whether the header is `Authorization` or `Proxy-Authorization`, whose values begin
    /// with a scheme word (RFC 9110, sections 11.6.2 and 11.7.2).
    pub(crate) fn is_authorization(&self) -> bool {
        ["authorization", "proxy-authorization"]
            .iter()
            .any(|name| self.header.eq_ignore_ascii_case(name))
    }
}

/// The slots of one form of the credentials. Exactly one slot holds the key, and no two slots
/// hold the same part or are in the same header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Form {
    pub(crate) key: Slot,
    pub(crate) others: Vec<Slot>,
    pub(crate) variant: Variant,
    /// For each header name of the scheme, a bit: whether the form has a slot for this header.
    pub(crate) headers: u64,
    /// For each header name of the scheme, a bit: whether the form requires this header.
    pub(crate) required: u64,
}

impl Form {
    pub(crate) const fn new(key: Slot) -> Self {
        Self { key, others: Vec::new(), variant: Variant::AsDocumented, headers: 0, required: 0 }
    }

    /// Returns the form, marked as lenient: accepted although it is not documented.
    pub(crate) const fn lenient(mut self) -> Self {
        self.variant = Variant::Lenient;
        self
    }

    /// Returns the slots: first the slot of the key, then the other slots in the declared order.
    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        core::iter::once(&self.key).chain(&self.others)
    }

    pub(crate) fn slots_mut(&mut self) -> impl Iterator<Item = &mut Slot> {
        core::iter::once(&mut self.key).chain(&mut self.others)
    }

    /// Returns whether a header holds different parts in the two forms.
    pub(crate) fn conflicts(&self, other: &Self) -> bool {
        let conflict =
            |a: &Slot, b: &Slot| a.holds != b.holds && header_names_collide(&a.header, &b.header);
        self.slots().any(|slot| other.slots().any(|other| conflict(slot, other)))
    }
}

pub(crate) fn header_name(text: &str) -> Result<String, Error> {
    if is_token(text) { Ok(text.into()) } else { Err(ErrorKind::MalformedName.into()) }
}

pub(crate) fn scheme_word(text: &str) -> Result<String, Error> {
    if is_token(text) { Ok(text.into()) } else { Err(ErrorKind::MalformedWord.into()) }
}

keyrail_core::config_object! {
    /// A header, and the part of the credential that it contains.
    Slot (faults) {
        /// The name of the header.
        required header: String = parse(header_name, token_schema());
        /// The part of the credential that the header contains.
        required holds: CredentialPart = choice(HOLDS);
        /// The scheme word before the value, such as `Bearer`.
        optional word: String = parse(scheme_word, token_schema());
        /// Whether the header may be absent.
        optional optional: bool;
        /// Whether the value must be a token68 (RFC 9110, section 11.2).
        optional token68: bool;
    } => {
        let optional = optional.unwrap_or_default();
        if optional && holds == Some(CredentialPart::Key) {
            add(faults, format_args!("/optional"), ErrorKind::OptionalKey);
        }
        Some(Self {
            header: header?,
            holds: holds?,
            word,
            optional,
            token68: token68.unwrap_or_default(),
            index: 0,
            may_have_word: false,
        })
    }
}

/// The member `slots` of a form, as it was read.
pub(crate) type Slots = Vec<Checked<Slot>>;

/// Returns the minimum and the maximum number of slots of a form, as a part of the schema.
pub(crate) fn slots_limits() -> Value {
    json!({"minItems": 1, "maxItems": HOLDS.len()})
}

/// The number of different parts that slots can hold.
const PARTS: usize = 3;

/// Creates a form from its slots, and checks the slots against each other. Returns `None` if no
/// slot holds the key.
pub(crate) fn form(slots: Slots, faults: &Faults) -> Option<Form> {
    let valid =
        || slots.iter().enumerate().filter_map(|(at, Checked(slot))| Some((at, slot.as_ref()?)));
    for (at, slot) in valid() {
        // There are only three parts, so among any four slots, two hold the same part. Each slot is
        // therefore compared only with the first three slots. This takes linear time, and finds a
        // duplicate if there is one.
        let mut before = valid().take_while(|(other, _)| *other < at).take(PARTS);
        if before.clone().any(|(_, other)| other.holds == slot.holds) {
            add(faults, format_args!("/slots/{at}/holds"), ErrorKind::SamePart);
        }
        if before.any(|(_, other)| header_names_collide(&other.header, &slot.header)) {
            add(faults, format_args!("/slots/{at}/header"), ErrorKind::SameHeader);
        }
    }
    let has_invalid = slots.iter().any(|Checked(slot)| slot.is_none());
    let (mut keys, others): (Vec<_>, Vec<_>) = slots
        .into_iter()
        .filter_map(|Checked(slot)| slot)
        .partition(|slot| slot.holds == CredentialPart::Key);
    let key = keys.pop();
    if key.is_none() && !has_invalid {
        add(faults, format_args!("/slots"), ErrorKind::NoKey);
    }
    Some(Form { others, ..Form::new(key?) })
}

/// Adds a fault with one of this crate's error kinds, at a pointer relative to the current one.
pub(crate) fn add(faults: &Faults, below: core::fmt::Arguments<'_>, kind: ErrorKind) {
    let error = Error::new(kind);
    faults.add_below(below, error.code(), format!("{error}"));
}

keyrail_core::config_object! {
    /// Another form in which a request can contain the credential.
    Form (faults) {
        /// The headers, one of which contains the key.
        required slots: Slots as slots_limits();
    } => {
        form(slots?, faults)
    }
}
