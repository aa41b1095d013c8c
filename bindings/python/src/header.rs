//! `keyrail.header`.

use keyrail::header as core;
use pyo3::prelude::*;

use crate::boundary::{call, call_sized, plain};
use crate::error::{self, unpicklable};
use crate::headers::{Headers, Octets, reject_environ};
use crate::http::{Problem, Response};
use crate::input::{Document, SecretText, Text, read_argument, read_pairs};
use crate::quoted;
use crate::secret::{HeaderValue, Secret};

/// The forms in which a request can contain credentials. A scheme writes its first form. It reads
/// this form, other documented forms, and undocumented (lenient) forms.
#[pyclass(frozen, eq, module = "keyrail.header")]
#[derive(PartialEq)]
pub(crate) struct Scheme(pub(crate) core::Scheme);

#[pymethods]
impl Scheme {
    /// Returns the scheme `x-api-key: KEY`.
    #[staticmethod]
    fn x_api_key() -> Self {
        Self(core::Scheme::x_api_key())
    }

    /// Returns the scheme `Authorization: Bearer KEY` (RFC 6750, section 2.1).
    #[staticmethod]
    fn bearer() -> Self {
        Self(core::Scheme::bearer())
    }

    /// Returns the scheme `Authorization: WORD KEY` (RFC 9110, section 11.6.2).
    ///
    /// Raises HeaderError: `header.malformed_word`.
    #[staticmethod]
    fn authorization(py: Python<'_>, word: Text) -> PyResult<Self> {
        call(py, || core::Scheme::authorization(&word)).map(Self)
    }

    /// Returns the scheme `Authorization: KEY`, without a scheme word.
    ///
    /// RFC 9110 does not define this form, so credentials that are read from it are `lenient`. A
    /// value that is only a known scheme word, such as `Basic`, is rejected with
    /// `header.unknown_scheme`, and so is a scheme word with a credential after it. Put this scheme
    /// last in `any_of`.
    #[staticmethod]
    fn bare_authorization() -> Self {
        Self(core::Scheme::bare_authorization())
    }

    /// Returns the scheme `NAME: KEY`.
    ///
    /// Raises HeaderError: `header.malformed_name`.
    #[staticmethod]
    fn header(py: Python<'_>, name: Text) -> PyResult<Self> {
        call(py, || core::Scheme::header(&name)).map(Self)
    }

    /// Returns the scheme of two required headers, `KEY-HEADER: KEY` and `TOKEN-HEADER: TOKEN`.
    ///
    /// Many proxies drop headers whose names contain an underscore, such as VChatCloud's `API_KEY`:
    /// configure your proxy to pass these headers on.
    ///
    /// Raises HeaderError: `header.malformed_name`, `header.same_header`.
    #[staticmethod]
    fn pair(py: Python<'_>, key_header: Text, token_header: Text) -> PyResult<Self> {
        call(py, || core::Scheme::pair(&key_header, &token_header)).map(Self)
    }

    /// Returns a scheme that accepts credentials in any one of these schemes. A request that uses
    /// two of them at once is rejected with `header.ambiguous`. Credentials are written in the
    /// first scheme.
    ///
    /// Raises HeaderError: `header.no_alternatives`, `header.too_many_forms`,
    /// `header.conflicting_part`.
    #[staticmethod]
    fn any_of(py: Python<'_>, schemes: &Bound<'_, PyAny>) -> PyResult<Self> {
        let schemes =
            read_argument("schemes", schemes, |scheme| Ok(scheme.cast::<Self>()?.get().0.clone()))?;
        call(py, || core::Scheme::any_of(schemes)).map(Self)
    }

    /// Returns the scheme, changed to require that each key and token is a token68 (RFC 9110,
    /// section 11.2; called b64token in RFC 6750). A token68 consists of letters, digits and
    /// `-._~+/`, with `=` only at the end. Anything else is rejected with `header.token68`.
    fn with_token68(&self, py: Python<'_>) -> PyResult<Self> {
        plain(py, || self.0.clone().with_token68()).map(Self)
    }

    /// Reads a scheme from its configuration. The configuration is JSON, or a mapping of the
    /// same form.
    ///
    /// The member `slots` is a list of 1 to 3 headers as the vendor documents them. The members
    /// `alternatives` and `lenient` are lists of other forms, each with `slots` of its own. The
    /// vendor documents the forms in `alternatives`, but not those in `lenient`. A slot has
    /// `header` (the name of the header) and `holds` (`key`, `token` or `app_id`). It may have
    /// `word` (the scheme word before the credential), `optional` and `token68`.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Scheme::from_json(&document)).map(Self)
    }

    /// Reads the credentials from a request's headers. Each header of the scheme may occur only
    /// once, and all of the scheme's headers in the request must belong to the same form. Header
    /// names and scheme words are compared without regard to case.
    ///
    /// `headers` is a mapping, an iterable of pairs such as ASGI's list, or the environ of WSGI.
    /// Names and values are `str` or `bytes`. A header counts as duplicate if two names of a
    /// mapping differ only in case, or if `items()` yields its name more than once. An environ
    /// joins duplicate headers with a comma, which no credential contains. It also does not
    /// distinguish `API-KEY` from `API_KEY`: configure the server to drop every header that has an
    /// underscore in its name and is not used by the scheme. A mapping that a framework creates
    /// from an environ spells every name with `-`; if the scheme has a name with `_`, pass the
    /// environ itself. A `str` with lone surrogates is treated as the bytes that it was decoded
    /// from (PEP 383). These bytes are rejected with `header.non_ascii` in a header of the scheme,
    /// and ignored in any other header.
    ///
    /// Raises HeaderError: `header.missing`, `header.duplicate`, `header.ambiguous`. The following
    /// errors have the offset in the header's value: `header.list`, `header.unknown_scheme`,
    /// `header.empty`, `header.white_space`, `header.token68` and others.
    fn extract(&self, py: Python<'_>, headers: Headers) -> PyResult<Credentials> {
        let headers = headers.with_known_names(self.0.header_names());
        call(py, || self.0.extract(&headers)).map(Credentials)
    }

    /// Returns the headers without those that may contain a credential of the scheme. Use the
    /// result for a request that is passed on to another server. The order stays the same.
    ///
    /// A header is removed if the scheme reads a header with this name. Names are compared without
    /// regard to case, and `-` and `_` are treated as equal, because some servers treat them so.
    /// Values are not checked, so a header that `extract` rejects is removed too. `headers` is a
    /// mapping or an iterable of pairs; the names and values are returned as they are. An environ
    /// of WSGI is not accepted, because it is never passed on.
    fn strip_credentials<'py>(
        &self,
        headers: &Bound<'py, PyAny>,
    ) -> PyResult<Vec<(Bound<'py, PyAny>, Bound<'py, PyAny>)>> {
        reject_environ(headers)?;
        let mut rest = read_pairs(headers.as_borrowed(), |name, value| {
            let may_read = self.0.may_read(name.extract::<Octets>()?.as_ref());
            Ok((!may_read).then(|| (name.clone(), value.clone())))
        })?;
        Ok(rest.drain(..).flatten().collect())
    }

    /// Returns the headers that contain the credentials, in the scheme's first form. The key's
    /// header is first; the others follow in the scheme's order. Each header is a name and a
    /// HeaderValue; the values of keys and tokens are sensitive.
    ///
    /// Raises HeaderError: `header.missing` if the credentials lack a part that the form requires.
    /// If a part cannot be written in a header, raises HeaderError with the code of the fault and
    /// its offset in the part.
    fn apply(
        &self,
        py: Python<'_>,
        credentials: &Bound<'_, Credentials>,
    ) -> PyResult<Vec<(String, HeaderValue)>> {
        let headers = call(py, || self.0.apply(&credentials.get().0))?;
        Ok(headers.into_iter().map(|(name, value)| (name, HeaderValue(value))).collect())
    }

    /// Returns the value of `WWW-Authenticate` that asks for a credential of this scheme. The value
    /// consists of a scheme word and the realm as a quoted string (RFC 9110, sections 5.6.4 and
    /// 11.5). If the key is in `Authorization` after a scheme word, the challenge begins with that
    /// word; otherwise it begins with `ApiKey`. A scheme can have several documented forms with
    /// different scheme words. In that case, the value is a list of challenges, one for each scheme
    /// word. A response with status 401 must contain this header (RFC 9110, section 11.6.1).
    ///
    /// If `error` is passed, a `Bearer` challenge contains it (RFC 6750, section 3.1). Pass
    /// `invalid_request` for a response with the status 400, `insufficient_scope` for 403, and
    /// `invalid_token` for a 401 to a request with a credential.
    ///
    /// Raises HeaderError: `header.control`, `header.non_ascii` and others; `header.unknown_error`
    /// for an unknown `error`.
    #[pyo3(signature = (realm, error = None))]
    fn challenge(
        &self,
        py: Python<'_>,
        realm: Text,
        error: Option<ChallengeError>,
    ) -> PyResult<String> {
        call(py, || match error {
            Some(error) => self.0.challenge_with(&realm, error.0),
            None => self.0.challenge(&realm),
        })
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let names = plain(py, || self.0.header_names().map(String::from).collect::<Vec<_>>())?;
        Ok(format!("Scheme({})", quoted(py, &names.join(", "))?))
    }
}

/// The error that a challenge names, read from its code.
struct ChallengeError(core::ChallengeError);

impl<'a, 'py> FromPyObject<'a, 'py> for ChallengeError {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        use core::ChallengeError::{InsufficientScope, InvalidRequest, InvalidToken};
        let word: Text = object.extract()?;
        let mut known = [InvalidRequest, InvalidToken, InsufficientScope].into_iter();
        known.find(|error| error.as_str() == &*word).map(Self).ok_or_else(|| {
            let message = "error must be invalid_request, invalid_token or insufficient_scope";
            error::invalid_argument(object.py(), "HeaderError", "header.unknown_error", message)
        })
    }
}

/// A key, and the token and app id that some platforms also require. `key` and `token` are each a
/// string or a Secret. Both are masked when they are printed.
#[pyclass(frozen, eq, module = "keyrail.header")]
#[derive(PartialEq)]
pub(crate) struct Credentials(pub(crate) core::Credentials);

#[pymethods]
impl Credentials {
    #[new]
    #[pyo3(signature = (key, token = None, app_id = None))]
    fn new(key: SecretText, token: Option<SecretText>, app_id: Option<Text>) -> Self {
        let mut credentials = core::Credentials::new(key.0);
        if let Some(token) = token {
            credentials = credentials.with_token(token.0);
        }
        if let Some(app_id) = app_id {
            credentials = credentials.with_app_id(&*app_id);
        }
        Self(credentials)
    }

    /// The key.
    #[getter]
    fn key(&self) -> Secret {
        Secret(self.0.key().clone())
    }

    /// The token, if there is one.
    #[getter]
    fn token(&self) -> Option<Secret> {
        self.0.token().cloned().map(Secret)
    }

    /// The app's id, if there is one. It is not a secret.
    #[getter]
    fn app_id(&self) -> Option<&str> {
        self.0.app_id()
    }

    /// Whether the credentials were read from a documented or a lenient form of the scheme. It is
    /// `as_documented` or `lenient`.
    #[getter]
    fn variant(&self) -> &str {
        self.0.variant().as_str()
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let token = if self.0.token().is_some() { keyrail::MASK } else { "None" };
        let app_id = match self.0.app_id() {
            Some(app_id) => quoted(py, app_id)?,
            None => "None".into(),
        };
        Ok(format!("Credentials(key={}, token={token}, app_id={app_id})", keyrail::MASK))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// Returns the response for a problem, as `Problem.response` does, with the scheme's challenge if
/// the status is 401. A 403 also has a challenge if the scheme is `Bearer` and the problem names
/// the required scope. The body is `application/problem+json` (RFC 9457), and caches must not store
/// the response. The `Bearer` challenge of a 401 names an error, unless the problem's code is
/// `header.missing` or `header.unknown_scheme`. With either of these codes, the request has no
/// credential of the scheme. A realm that `Scheme.challenge` rejects is replaced by an empty realm.
#[pyfunction]
pub(crate) fn render(
    py: Python<'_>,
    problem: &Bound<'_, Problem>,
    scheme: &Bound<'_, Scheme>,
    realm: Text,
) -> PyResult<Response> {
    plain(py, || core::render(&problem.get().0, &scheme.get().0, &realm)).map(Response)
}
