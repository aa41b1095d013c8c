//! Schemes: declarations of the headers that contain a platform's credentials.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{self, Checked, json};
use keyrail_core::{ConfigError, header_names_collide, is_same_header};

use crate::fast_path::bit;
use crate::slot::{
    CredentialPart, Form, MAX_FORMS, Slot, Slots, add, form, header_name, scheme_word, slots_limits,
};
use crate::{Error, ErrorKind};

/// The forms in which a request can contain credentials. A scheme writes its first form. It reads
/// this form, other documented forms, and undocumented (lenient) forms.
///
/// As configuration:
///
/// ```
/// use keyrail_header::{Scheme, Variant};
/// let scheme = Scheme::from_json(r#"{
///     "slots": [
///         {"header": "Authorization", "word": "Bearer", "holds": "key", "token68": true},
///         {"header": "app-id", "holds": "app_id", "optional": true}
///     ],
///     "alternatives": [{"slots": [{"header": "x-api-key", "holds": "key"}]}],
///     "lenient": [{"slots": [{"header": "Authorization", "holds": "key"}]}]
/// }"#)?;
/// let credentials = scheme.extract(&[("authorization", "k-1")]).unwrap();
/// assert_eq!(credentials.variant(), Variant::Lenient);
/// let credentials = scheme.extract(&[("x-api-key", "k-1")]).unwrap();
/// assert_eq!(credentials.variant(), Variant::AsDocumented);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
///
/// Each slot `holds` a `key`, a `token` or an `app_id`. `word` is the scheme word before the value.
/// `token68` requires the value to be a token68 (RFC 9110, section 11.2). Exactly one slot of a
/// form holds the key. A header must hold the same part in every form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scheme {
    /// The form that is written.
    pub(crate) written: Form,
    /// The other forms that are read, in order.
    pub(crate) others: Vec<Form>,
    /// The names of all headers, each once.
    pub(crate) names: Vec<String>,
    /// A bit for the length of each name, modulo 64.
    pub(crate) lengths: u64,
    /// The names, parsed for look-ups in a header map; a string would be parsed at every
    /// look-up. Parsing cannot fail, because the names are tokens.
    #[cfg(feature = "http")]
    pub(crate) map_names: Option<Vec<http::HeaderName>>,
    /// Whether any name contains `-` or `_`, and so has another spelling.
    #[cfg(feature = "http")]
    pub(crate) has_dash: bool,
}

impl Scheme {
    /// Returns the scheme `x-api-key: KEY`.
    pub fn x_api_key() -> Self {
        Self::of(Form::new(Slot::new("x-api-key", CredentialPart::Key)))
    }

    /// Returns the scheme `Authorization: Bearer KEY` (RFC 6750, section 2.1).
    ///
    /// A key need not be a token68, because some vendors' keys are not. To require one, add
    /// [`with_token68`](Self::with_token68).
    pub fn bearer() -> Self {
        Self::with_word("Bearer".into())
    }

    /// Returns the scheme `Authorization: WORD KEY` (RFC 9110, section 11.6.2).
    ///
    /// # Errors
    ///
    /// `header.malformed_word`.
    pub fn authorization(word: &str) -> Result<Self, Error> {
        scheme_word(word).map(Self::with_word)
    }

    /// Returns the scheme `Authorization: KEY`, without a scheme word.
    ///
    /// RFC 9110, section 11.6.2, does not define this form, so credentials that are read from it
    /// count as lenient. A value that is only a known scheme word, such as `Basic`, is rejected
    /// with `header.unknown_scheme`, and so is a scheme word with a credential after it. Put this
    /// scheme last in [`any_of`](Self::any_of).
    ///
    /// ```
    /// use keyrail_header::{Scheme, Variant};
    /// let scheme = Scheme::any_of([Scheme::bearer(), Scheme::bare_authorization()])?;
    /// let credentials = scheme.extract(&[("Authorization", "k-1")])?;
    /// assert_eq!(credentials.variant(), Variant::Lenient);
    /// let error = scheme.extract(&[("Authorization", "Digest")]).unwrap_err();
    /// assert_eq!(error.code(), "header.unknown_scheme");
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn bare_authorization() -> Self {
        Self::of(Form::new(Slot::new("Authorization", CredentialPart::Key)).lenient())
    }

    /// Returns the scheme `NAME: KEY`.
    ///
    /// # Errors
    ///
    /// `header.malformed_name`.
    pub fn header(name: &str) -> Result<Self, Error> {
        Ok(Self::of(Form::new(Slot::new(header_name(name)?, CredentialPart::Key))))
    }

    /// Returns the scheme of two required headers, `KEY-HEADER: KEY` and `TOKEN-HEADER: TOKEN`.
    ///
    /// Many proxies drop headers whose names contain an underscore, such as VChatCloud's `API_KEY`:
    /// configure your proxy to pass these headers on.
    ///
    /// # Errors
    ///
    /// `header.malformed_name`, and `header.same_header` if the names are equal or differ only by
    /// case or by `-` and `_`.
    pub fn pair(key_header: &str, token_header: &str) -> Result<Self, Error> {
        let key = Slot::new(header_name(key_header)?, CredentialPart::Key);
        let token = Slot::new(header_name(token_header)?, CredentialPart::Token);
        if header_names_collide(&key.header, &token.header) {
            return Err(ErrorKind::SameHeader.into());
        }
        let mut form = Form::new(key);
        form.others.push(token);
        Ok(Self::of(form))
    }

    /// Returns a scheme that accepts credentials in any one of these schemes. A request that uses
    /// two of them at once is rejected with `header.ambiguous`. Credentials are written in the
    /// first scheme. Documented forms stay documented, and lenient forms stay lenient.
    ///
    /// # Errors
    ///
    /// `header.no_alternatives`, `header.too_many_forms`, and `header.conflicting_part` if a header
    /// contains different parts, such as the key and the token, in two alternatives.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// let scheme = Scheme::any_of([Scheme::x_api_key(), Scheme::bearer()])?;
    /// assert_eq!(scheme.extract(&[("Authorization", "Bearer k-1")])?.key().reveal(), "k-1");
    /// let both = [("Authorization", "Bearer k-1"), ("x-api-key", "k-1")];
    /// assert_eq!(scheme.extract(&both).unwrap_err().code(), "header.ambiguous");
    /// # Ok::<(), keyrail_header::Error>(())
    /// ```
    pub fn any_of(schemes: impl IntoIterator<Item = Self>) -> Result<Self, Error> {
        let mut schemes = schemes.into_iter();
        let Self { written, others, .. } = schemes.next().ok_or(ErrorKind::NoAlternatives)?;
        let mut forms = others;
        for scheme in schemes {
            for form in core::iter::once(scheme.written).chain(scheme.others) {
                let mut earlier = core::iter::once(&written).chain(&forms);
                if earlier.any(|earlier| earlier.conflicts(&form)) {
                    return Err(ErrorKind::ConflictingPart.into());
                }
                if forms.len() + 1 == MAX_FORMS {
                    return Err(ErrorKind::TooManyForms.into());
                }
                forms.push(form);
            }
        }
        Ok(Self::new(written, forms))
    }

    /// Returns the scheme, changed to require that each key and token is a token68 (RFC 9110,
    /// section 11.2; called b64token in RFC 6750). A token68 consists of letters, digits and
    /// `-._~+/`, with `=` only at the end. Anything else is rejected with `header.token68`.
    ///
    /// ```
    /// use keyrail_header::Scheme;
    /// let scheme = Scheme::bearer().with_token68();
    /// assert!(scheme.extract(&[("Authorization", "Bearer a.b-c==")]).is_ok());
    /// let error = scheme.extract(&[("Authorization", "Bearer a=b")]).unwrap_err();
    /// assert_eq!((error.code(), error.offset()), ("header.token68", Some(9)));
    /// ```
    #[must_use]
    pub fn with_token68(mut self) -> Self {
        let forms = core::iter::once(&mut self.written).chain(&mut self.others);
        for slot in forms.flat_map(Form::slots_mut) {
            slot.token68 = slot.holds != CredentialPart::AppId;
        }
        self
    }

    /// Reads a scheme from its configuration.
    ///
    /// # Errors
    ///
    /// The errors that any configuration can have, and `header.malformed_name`,
    /// `header.malformed_word`, `header.no_key`, `header.same_part`, `header.same_header`,
    /// `header.conflicting_part`, `header.optional_key`, `header.too_many_forms`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a scheme's configuration.
    ///
    /// The schema accepts every configuration that [`from_json`](Self::from_json) accepts. Only
    /// `from_json` checks what a schema cannot express, for example that exactly one header of each
    /// form holds the key, or that no two forms conflict.
    ///
    /// ```
    /// let schema = keyrail_header::Scheme::json_schema();
    /// assert!(schema.contains("token68"));
    /// ```
    pub fn json_schema() -> String {
        config::document_schema::<Self>("scheme")
    }

    /// Returns the names of all headers that the scheme reads, as the vendor spells them, each
    /// once. The names of the form that is written are first.
    pub fn header_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Returns the form that is written, then the others in order.
    pub(crate) fn forms(&self) -> impl Iterator<Item = &Form> {
        core::iter::once(&self.written).chain(&self.others)
    }

    /// Creates a scheme. Collects the header names of all forms, and sets the index of each slot's
    /// name.
    fn new(mut written: Form, mut others: Vec<Form>) -> Self {
        let mut names: Vec<String> = Vec::new();
        let mut with_words = 0;
        for form in core::iter::once(&mut written).chain(&mut others) {
            let (mut headers, mut required) = (0, 0);
            for slot in form.slots_mut() {
                let known = names.iter().position(|name| is_same_header(name, &slot.header));
                slot.index = known.unwrap_or(names.len());
                if known.is_none() {
                    names.push(slot.header.clone());
                }
                headers |= bit(slot.index);
                if !slot.optional {
                    required |= bit(slot.index);
                }
                if slot.word.is_some() || slot.is_authorization() {
                    with_words |= bit(slot.index);
                }
            }
            (form.headers, form.required) = (headers, required);
        }
        for form in core::iter::once(&mut written).chain(&mut others) {
            for slot in form.slots_mut() {
                slot.may_have_word = with_words & bit(slot.index) != 0;
            }
        }
        let lengths = names.iter().fold(0, |lengths, name| lengths | bit(name.len()));
        #[cfg(feature = "http")]
        let map_names = names.iter().map(|name| name.parse().ok()).collect();
        #[cfg(feature = "http")]
        let has_dash = names.iter().any(|name| name.contains(['-', '_']));
        Self {
            written,
            others,
            names,
            lengths,
            #[cfg(feature = "http")]
            map_names,
            #[cfg(feature = "http")]
            has_dash,
        }
    }

    fn of(written: Form) -> Self {
        Self::new(written, Vec::new())
    }

    fn with_word(word: String) -> Self {
        let mut slot = Slot::new("Authorization", CredentialPart::Key);
        slot.word = Some(word);
        Self::of(Form::new(slot))
    }
}

keyrail_core::config_object! {
    /// The forms in which a request can contain a credential.
    document Scheme (faults) {
        /// The headers, one of which contains the key.
        required slots: Slots as slots_limits();
        /// Other forms that the vendor documents.
        optional alternatives: Vec<Checked<Form>> as json!({"maxItems": MAX_FORMS - 1});
        /// Other forms that are accepted although the vendor does not document them.
        optional lenient: Vec<Checked<Form>> as json!({"maxItems": MAX_FORMS - 1});
    } => {
        let written = slots.and_then(|slots| form(slots, faults));
        let mut others: Vec<Form> = Vec::new();
        let lists = [
            ("alternatives", alternatives.unwrap_or_default()),
            ("lenient", lenient.unwrap_or_default()),
        ];
        let count: usize = lists.iter().map(|(_, list)| list.len()).sum();
        if count >= MAX_FORMS {
            add(faults, format_args!(""), ErrorKind::TooManyForms);
            return None;
        }
        for (member, list) in lists {
            for (at, Checked(form)) in list.into_iter().enumerate() {
                let Some(form) = form else { continue };
                let mut earlier = written.iter().chain(&others);
                if earlier.any(|earlier| earlier.conflicts(&form)) {
                    add(faults, format_args!("/{member}/{at}"), ErrorKind::ConflictingPart);
                }
                others.push(if member == "lenient" { form.lenient() } else { form });
            }
        }
        Some(Self::new(written?, others))
    }
}

keyrail_core::from_str! {
    Scheme: from_json, ConfigError;
}
