//! Platforms: each is read from one JSON document.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    self, Checked, Faults, Id, Pairs, Read, Schemas, Value, expected, json, some_of,
};
use keyrail_core::{ConfigError, HeaderValue, MAX_HEADER_VALUE};
use keyrail_header::Scheme;
use keyrail_url::{BaseUrl, BaseUrlTemplate};
use serde::Deserializer;

use crate::error::{add, url_error};
use crate::request::header_value;
use crate::{
    Error, ErrorKind, ExpiryPolicy, KeyScope, Operation, ResponseTraits, Shape, TokenSpec,
    WebhookTraits,
};

/// A messaging platform: its base URL, its operations and its credentials.
///
/// As configuration:
///
/// ```
/// use keyrail_platform::Platform;
/// let platform = Platform::from_json(r#"{
///     "name": "acme",
///     "base": "https://{region}.api.acme.example/v1/",
///     "accept": "application/json",
///     "schemes": {"server": {"slots": [{"header": "x-acme-key", "holds": "key"}]}},
///     "shapes": {"key": [{"groups": [{"characters": "hex", "length": 32}]}]},
///     "operations": [
///         {"name": "message.send", "method": "POST", "path": "rooms/{room}/messages",
///          "access": "write", "body": "json", "queue": true}
///     ]
/// }"#)?;
/// let operation = platform.operation("message.send").unwrap();
/// assert_eq!(operation.variables().collect::<Vec<_>>(), ["region", "room"]);
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
///
/// Members of the document, of which `name`, `base`, `schemes` and `operations` are required:
///
/// - `base` is a [`BaseUrlTemplate`].
/// - `schemes` contains schemes by name. The first one is the default.
/// - `accept` is the value of the header `Accept`, if the vendor requires it in every request.
/// - `shapes` names parts of the credentials, such as `key` or `app_id`, and contains at least one
///   shape for each of them. [`is_unusual`](Self::is_unusual) uses these shapes.
/// - `scopes` ([`KeyScope`]), `expiry` ([`ExpiryPolicy`]), `webhook` ([`WebhookTraits`]),
///   `response` ([`ResponseTraits`]) and `token` ([`TokenSpec`]) describe what else the vendor
///   publishes.
///
/// Members of an operation, of which `name` and `access` are required:
///
/// - `method` and `path` are omitted if the vendor does not publish them.
/// - `access` is `read`, `write` or `admin`.
/// - `body` is `none` (the default), `json`, `form` or `any`. `limits` specifies how many
///   characters the fields of a form may have.
/// - `scheme` and `base` are omitted if they are those of the platform.
/// - `queue` is `true` if the operation concerns a queue or a session; the default is `false`.
///
/// No other member is allowed. [`json_schema`](Self::json_schema) describes all members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Platform {
    name: String,
    base: BaseUrlTemplate,
    pub(crate) accept: Option<HeaderValue>,
    default: (String, Scheme),
    others: Vec<(String, Scheme)>,
    shapes: Vec<(String, Vec<Shape>)>,
    scopes: Vec<KeyScope>,
    expiry: Option<ExpiryPolicy>,
    webhook: Option<WebhookTraits>,
    response: ResponseTraits,
    token: Option<TokenSpec>,
    operations: Vec<Operation>,
}

impl Platform {
    /// Reads a platform from its document.
    ///
    /// # Errors
    ///
    /// - The errors of every configuration, of a scheme, of a base URL's template, and of a
    ///   header's value (for `accept`).
    /// - `platform.no_scheme`, `platform.unknown_scheme`, `platform.duplicate_operation`,
    ///   `platform.malformed_path`, `platform.malformed_shape`, `platform.no_shape`,
    ///   `platform.malformed_limit`, `platform.duplicate_scope`, `platform.duplicate_code`,
    ///   `platform.malformed_expiry`, `platform.malformed_pointer`, `platform.too_many_pointers`,
    ///   `platform.malformed_header_name`, `platform.no_token_place`.
    /// - `platform.unknown_operation` if the operation that issues the token does not exist.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a platform's document.
    ///
    /// The schema accepts every document that [`from_json`](Self::from_json) accepts. Only
    /// `from_json` checks what a schema cannot express, such as names that must be known or unique.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("platform")
    }

    /// Returns the platform's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the template of the platform's base URL, as the document contains it. An operation
    /// may have [its own base URL](Operation::base).
    pub fn base(&self) -> &str {
        self.base.as_str()
    }

    /// Returns the variables of the platform's base URL, each once. All of them are required.
    /// [`Operation::variables`] returns the variables of an operation's whole URL.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.base.variables()
    }

    /// Returns the base URL for these variables, which must be exactly those of its template.
    ///
    /// # Errors
    ///
    /// `platform.missing_variable`, `platform.unknown_variable`, and
    /// those of [`BaseUrlTemplate::expand`].
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_platform::Platform;
    /// let swellsign = Platform::get("swellsign")?;
    /// assert_eq!(swellsign.variables().collect::<Vec<_>>(), ["host"]);
    /// let base = swellsign.base_url(&[("host", "api.example")])?;
    /// assert_eq!(base.as_str(), "https://api.example/");
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn base_url<N: AsRef<str>, V: AsRef<str>>(
        &self,
        variables: &[(N, V)],
    ) -> Result<BaseUrl, Error> {
        self.base.expand(variables).map_err(|error| url_error(&error))
    }

    /// Returns the default scheme.
    pub const fn scheme(&self) -> &Scheme {
        &self.default.1
    }

    /// Returns all schemes with their names, the default first.
    pub fn schemes(&self) -> impl Iterator<Item = (&str, &Scheme)> {
        let all = core::iter::once(&self.default).chain(&self.others);
        all.map(|(name, scheme)| (name.as_str(), scheme))
    }

    /// Returns the scheme of an operation.
    pub fn scheme_of(&self, operation: &Operation) -> &Scheme {
        let named = |name: &str| self.schemes().find(|(known, _)| *known == name);
        operation.scheme().and_then(named).map_or(self.scheme(), |(_, scheme)| scheme)
    }

    /// Returns all operations, in the document's order.
    pub fn operations(&self) -> impl Iterator<Item = &Operation> {
        self.operations.iter()
    }

    /// Returns the operation with this name.
    ///
    /// # Errors
    ///
    /// `platform.unknown_operation`.
    pub fn operation(&self, name: &str) -> Result<&Operation, Error> {
        let operation = self.operations.iter().find(|operation| operation.name() == name);
        operation.ok_or_else(|| unknown_operation(&self.operations, name))
    }

    /// Returns the scopes that the vendor gives to keys; empty if the vendor publishes none.
    pub fn scopes(&self) -> impl Iterator<Item = &KeyScope> {
        self.scopes.iter()
    }

    /// Returns when the vendor's keys expire, if the document specifies it.
    pub const fn expiry(&self) -> Option<&ExpiryPolicy> {
        self.expiry.as_ref()
    }

    /// Returns what is known of the vendor's calls to a webhook, if the vendor makes any.
    pub const fn webhook(&self) -> Option<&WebhookTraits> {
        self.webhook.as_ref()
    }

    /// Returns what is known of the vendor's responses.
    pub const fn response(&self) -> &ResponseTraits {
        &self.response
    }

    /// Returns how the vendor issues the token that a request needs in addition to the key, if it
    /// needs one. See [`TokenSession`](crate::TokenSession).
    pub const fn token(&self) -> Option<&TokenSpec> {
        self.token.as_ref()
    }

    /// Returns whether a string has none of the shapes that the document lists for a part of the
    /// credentials, such as `key` or `app_id`. If the document lists no shape for the part, the
    /// result is `false`.
    ///
    /// Use it only to warn the person who typed the string: vendors change the shapes of their
    /// keys.
    ///
    /// ```
    /// use keyrail_platform::Platform;
    /// let platform = Platform::get("swellsign")?;
    /// assert!(!platform.is_unusual("key", "3039ba033eb1410caa0a2227158d63c9d6502cd8"));
    /// assert!(platform.is_unusual("key", "3039ba03"));
    /// # Ok::<(), keyrail_platform::Error>(())
    /// ```
    pub fn is_unusual(&self, part: &str, text: &str) -> bool {
        let shapes = self.shapes.iter().find(|(known, _)| known == part);
        shapes.is_some_and(|(_, shapes)| !shapes.iter().any(|shape| shape.fits(text)))
    }
}

keyrail_core::config_object! {
    /// A messaging platform: the base URL of its API, the schemes that authenticate requests,
    /// and its operations.
    document Platform (faults) {
        /// The name of the platform.
        required name: Id;
        /// The base URL as a template, such as `https://{region}.api.acme.example/v1/`.
        required base: BaseUrlTemplate;
        /// The value of the header `Accept` in every request.
        optional accept: HeaderValue = parse(header_value, json!({"type": "string", "maxLength": MAX_HEADER_VALUE}));
        /// The schemes by which requests are authenticated; the first one is the default.
        required schemes: Pairs<Checked<Scheme>> as json!({"minProperties": 1});
        /// The shapes of keys and ids in the vendor's samples.
        optional shapes: Pairs<Shapes>;
        /// The scopes that the vendor's keys can have.
        optional scopes: Vec<Checked<KeyScope>>;
        /// When the vendor's keys expire.
        optional expiry: ExpiryPolicy;
        /// The published properties of the vendor's calls to a webhook.
        optional webhook: WebhookTraits;
        /// How the vendor's responses are read.
        optional response: ResponseTraits;
        /// The operation that issues the token that requests need besides the key.
        optional token: TokenSpec;
        /// The requests that the platform accepts.
        required operations: Vec<Checked<Operation>>;
    } => {
        if schemes.as_ref().is_some_and(|Pairs(schemes)| schemes.is_empty()) {
            add(faults, format_args!("/schemes"), &ErrorKind::NoScheme.into());
        }
        let known = schemes.as_ref().map(|Pairs(schemes)| schemes.as_slice());
        let operations =
            operations.map(|list| finish_operations(list, base.as_ref(), known, faults));
        let scopes = finish_scopes(scopes.unwrap_or_default(), faults);
        let shapes = finish_shapes(shapes.unwrap_or_default().0, faults);
        if let (Some(token), Some(known)) = (&token, &operations)
            && known.iter().all(|known| known.name() != token.operation())
        {
            let error = unknown_operation(known, token.operation());
            add(faults, format_args!("/token/operation"), &error);
        }
        let mut schemes = schemes?
            .0
            .into_iter()
            .filter_map(|(name, Checked(scheme))| scheme.map(|scheme| (name, scheme)));
        Some(Self {
            name: name?.into_string(),
            base: base?,
            accept,
            default: schemes.next()?,
            others: schemes.collect(),
            shapes,
            scopes,
            expiry,
            webhook,
            response: response.unwrap_or_default(),
            token,
            operations: operations?,
        })
    }
}

fn unknown_operation(operations: &[Operation], name: &str) -> Error {
    let known: Vec<&str> = operations.iter().map(Operation::name).collect();
    ErrorKind::UnknownOperation(expected(name, &known)).into()
}

/// Checks the operations against each other and against the schemes, and joins the base and
/// each path. Faults are found even if the platform's base is invalid.
fn finish_operations(
    list: Vec<Checked<Operation>>,
    base: Option<&BaseUrlTemplate>,
    schemes: Option<&[(String, Checked<Scheme>)]>,
    faults: &Faults,
) -> Vec<Operation> {
    let schemes: Option<BTreeSet<&str>> =
        schemes.map(|all| all.iter().map(|(name, _)| name.as_str()).collect());
    let mut names = BTreeSet::new();
    let mut operations = Vec::with_capacity(list.len());
    for (index, Checked(operation)) in list.into_iter().enumerate() {
        let Some(mut operation) = operation else { continue };
        if !names.insert(operation.name().to_owned()) {
            let error = ErrorKind::DuplicateOperation.into();
            add(faults, format_args!("/operations/{index}/name"), &error);
        }
        let is_known = |name: &str| schemes.as_ref().is_none_or(|all| all.contains(name));
        if let Some(name) = operation.scheme().filter(|name| !is_known(name)) {
            let known: Vec<&str> = schemes.iter().flatten().copied().collect();
            let error = ErrorKind::UnknownScheme(expected(name, &known)).into();
            add(faults, format_args!("/operations/{index}/scheme"), &error);
        }
        let own_base = operation.base.as_ref().or(base);
        let start = own_base.map_or("https://x/", BaseUrlTemplate::as_str);
        match operation.path().map(|path| join(start, path)).transpose() {
            Ok(url) => {
                let template = url.as_ref().or(own_base);
                let variables = template.into_iter().flat_map(BaseUrlTemplate::variables);
                operation.variables = variables.map(String::from).collect();
                operation.url = url;
            }
            Err(error) => add(faults, format_args!("/operations/{index}/path"), &error),
        }
        operations.push(operation);
    }
    operations
}

/// The shapes of a part.
#[derive(Default)]
struct Shapes(Vec<Checked<Shape>>);

impl Read for Shapes {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(Vec::read(from, faults)?.map(Self))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        some_of(&Shape::schema(schemas))
    }
}

/// Returns the valid shapes of each part, and checks that each part has at least one shape.
fn finish_shapes(parts: Vec<(String, Shapes)>, faults: &Faults) -> Vec<(String, Vec<Shape>)> {
    for (part, _) in parts.iter().filter(|(_, Shapes(shapes))| shapes.is_empty()) {
        let error = Error::new(ErrorKind::NoShape);
        faults.at_member("shapes", || faults.at_member(part, || faults.add_error(&error)));
    }
    let valid = |Shapes(shapes): Shapes| shapes.into_iter().filter_map(|Checked(shape)| shape);
    parts.into_iter().map(|(part, shapes)| (part, valid(shapes).collect())).collect()
}

/// Returns the valid scopes, and checks that their names are unique.
fn finish_scopes(list: Vec<Checked<KeyScope>>, faults: &Faults) -> Vec<KeyScope> {
    let mut names = BTreeSet::new();
    for (index, Checked(scope)) in list.iter().enumerate() {
        if scope.as_ref().is_some_and(|scope| !names.insert(scope.name())) {
            let error = ErrorKind::DuplicateScope.into();
            add(faults, format_args!("/scopes/{index}/name"), &error);
        }
    }
    list.into_iter().filter_map(|Checked(scope)| scope).collect()
}

/// Joins the base and a path into one template, so that each variable in the path is checked by its
/// position in the URL. The offset of an error is an offset in the path.
fn join(base: &str, path: &str) -> Result<BaseUrlTemplate, Error> {
    if path.is_empty() || path.starts_with('/') {
        return Err(Error::at(ErrorKind::MalformedPath, 0));
    }
    if let Some(at) = path.find("//") {
        return Err(Error::at(ErrorKind::MalformedPath, at));
    }
    let mut url = base.to_owned();
    if !url.ends_with('/') {
        url.push('/');
    }
    let start = url.len();
    url.push_str(path);
    BaseUrlTemplate::parse(&url).map_err(|error| {
        let kind = url_error(&error).kind().clone();
        Error::at(kind, error.offset().unwrap_or(start).saturating_sub(start))
    })
}

keyrail_core::from_str! {
    Platform: from_json, ConfigError;
}
