//! `keyrail.platform`.

use keyrail::platform::{self as core, Call};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};

use crate::boundary::{call, call_detached, call_sized, plain};
use crate::header::{Credentials, Scheme};
use crate::headers::{ExtraHeaders, Headers};
use crate::http::Request;
use crate::input::{Bytes, Document, Now, PAIR_COST, Pairs, ScalarPairs, Status, Text};
use crate::platform_traits::{ExpiryPolicy, KeyScope, TokenSpec, WebhookTraits};
use crate::quoted;
use crate::response::Outcome;
use crate::url::BaseUrl;

/// A messaging platform, described as data: its base URL, the headers that contain its credentials,
/// its operations, and other facts that the vendor publishes.
#[pyclass(frozen, module = "keyrail.platform")]
pub(crate) struct Platform(pub(crate) core::Platform);

#[pymethods]
impl Platform {
    /// Reads a built-in platform. See `keyrail.platform.get`.
    #[staticmethod]
    fn get(py: Python<'_>, name: Text) -> PyResult<Self> {
        call(py, || core::Platform::get(&name)).map(Self)
    }

    /// Returns the names of the platforms that are built in. See `keyrail.platform.names`.
    #[staticmethod]
    fn names(py: Python<'_>) -> PyResult<Vec<&'static str>> {
        plain(py, || core::Platform::names().to_vec())
    }

    /// Returns the JSON document of a built-in platform. See `keyrail.platform.document`.
    #[staticmethod]
    fn document(py: Python<'_>, name: Text) -> PyResult<&'static str> {
        call(py, || core::Platform::document(&name))
    }

    /// Reads a platform from its document. See `keyrail.platform.from_json`.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        call_sized(py, document.len(), || core::Platform::from_json(&document)).map(Self)
    }

    /// The platform's name.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The template of the platform's base URL, as the document contains it. An operation may have
    /// its own base URL.
    #[getter]
    fn base(&self) -> &str {
        self.0.base()
    }

    /// The variables of the platform's base URL, each once. All of them are required.
    /// `Operation.variables` contains the variables of an operation's whole URL.
    #[getter]
    fn variables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.variables().collect::<Vec<_>>())
    }

    /// Returns the base URL for these variables, which must be exactly those of its template. The
    /// variables are a mapping or pairs.
    ///
    /// Raises PlatformError: `platform.missing_variable`,
    /// `platform.unknown_variable`, and the codes of
    /// `keyrail.url.BaseUrl.from_template`.
    #[pyo3(
        signature = (variables = ScalarPairs::default()),
        text_signature = "($self, variables=())"
    )]
    fn base_url(&self, py: Python<'_>, variables: ScalarPairs) -> PyResult<BaseUrl> {
        call_detached(py, || self.0.base_url(&variables)).map(BaseUrl)
    }

    /// The default scheme.
    #[getter]
    fn scheme(&self) -> Scheme {
        Scheme(self.0.scheme().clone())
    }

    /// All schemes with their names, the default first. Examples of names are `server` and
    /// `client`.
    #[getter]
    fn schemes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let schemes = PyDict::new(py);
        for (name, scheme) in self.0.schemes() {
            schemes.set_item(name, Scheme(scheme.clone()))?;
        }
        Ok(schemes)
    }

    /// The names of all operations, such as `message.send`, in the order of the platform's
    /// document.
    #[getter]
    fn operations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let names: Vec<_> = self.0.operations().map(|operation| operation.name()).collect();
        PyList::new(py, names)
    }

    /// Returns the operation with this name.
    ///
    /// Raises PlatformError: `platform.unknown_operation`.
    fn operation(&self, py: Python<'_>, name: Text) -> PyResult<Operation> {
        call(py, || self.0.operation(&name).cloned()).map(Operation)
    }

    /// The scopes that the vendor gives to keys; empty if the vendor publishes none.
    #[getter]
    fn scopes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.scopes().cloned().map(KeyScope).collect::<Vec<_>>())
    }

    /// When the vendor's keys expire, if the document specifies it.
    #[getter]
    fn expiry(&self) -> Option<ExpiryPolicy> {
        self.0.expiry().cloned().map(ExpiryPolicy)
    }

    /// What is known of the vendor's calls to a webhook, if the vendor makes any.
    #[getter]
    fn webhook(&self) -> Option<WebhookTraits> {
        self.0.webhook().cloned().map(WebhookTraits)
    }

    /// How the vendor issues the token that a request needs in addition to the key, if it needs
    /// one. See `TokenSession`.
    #[getter]
    fn token(&self) -> Option<TokenSpec> {
        self.0.token().cloned().map(TokenSpec)
    }

    /// The vendor's error codes, each with the kind of failure that it means, in the document's
    /// order. The kinds are those of `Failure.kind`.
    #[getter]
    fn errors<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let errors = self.0.response().errors().map(|(code, kind)| (code, kind.as_str()));
        PyList::new(py, errors.collect::<Vec<_>>())
    }

    /// Returns the kind of failure that one of the vendor's error codes means, if the document
    /// lists the code.
    fn failure_of(&self, py: Python<'_>, code: Text) -> PyResult<Option<&'static str>> {
        plain(py, || self.0.response().failure_of(&code).map(core::FailureKind::as_str))
    }

    /// Returns whether a string has none of the shapes that the document lists for a part of the
    /// credentials, such as `key` or `app_id`. If the document lists no shape for the part, the
    /// result is `False`.
    ///
    /// Use it only to warn the person who typed the string: vendors change the shapes of their
    /// keys.
    fn is_unusual(&self, py: Python<'_>, part: Text, text: Text) -> PyResult<bool> {
        plain(py, || self.0.is_unusual(&part, &text))
    }

    /// Builds the request of an operation, but does not send it.
    ///
    /// `variables` are the variables of the base URL and the path. `query` is the query of the URL.
    /// `headers` are extra headers, which follow the headers that the platform requires. `form` is
    /// sent as the body. Each of these four arguments is a mapping or pairs. A header's value is a
    /// string or a `keyrail.HeaderValue`. The value is not printed if the HeaderValue is sensitive
    /// or the header has a credential's name. `scheme` is the name of the scheme to use instead of
    /// the platform's default; if the operation has its own scheme, no other is allowed.
    ///
    /// Raises PlatformError with one of these codes. For the operation:
    /// `platform.unknown_operation`, and `platform.unknown_path` or `platform.unknown_method` if
    /// the vendor does not publish its path or its method. For the URL:
    /// `platform.missing_variable`, `platform.unknown_variable`, and for an invalid value a code
    /// such as `url.dot_segment`. For the credentials: `platform.missing_credentials`,
    /// `platform.unknown_scheme`, `platform.fixed_scheme`, and the codes of `Scheme.apply`, such as
    /// `header.missing`. For the body: `platform.unexpected_body`, `platform.two_bodies`,
    /// `platform.wrong_body`, `platform.field_too_long`. For an extra header:
    /// `platform.credential_header`, `platform.framing_header` (`Connection`, `Content-Length`,
    /// `Host`, `Transfer-Encoding`), `platform.duplicate_header`, `platform.malformed_header_name`,
    /// `platform.too_many_headers` (over 256), `header.malformed_value`, `header.too_long`.
    #[pyo3(
        signature = (
            operation, *, variables = ScalarPairs::default(), query = Pairs::default(),
            headers = ExtraHeaders::default(), body = None, form = None, credentials = None,
            scheme = None
        ),
        text_signature = "($self, operation, *, variables=(), query=(), headers=(), body=None, \
                          form=None, credentials=None, scheme=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn request(
        &self,
        py: Python<'_>,
        operation: Text,
        variables: ScalarPairs,
        query: Pairs,
        headers: ExtraHeaders,
        body: Option<Bytes<'_>>,
        form: Option<Pairs>,
        credentials: Option<&Bound<'_, Credentials>>,
        scheme: Option<Text>,
    ) -> PyResult<Request> {
        let (variables, query, headers) =
            (variables.as_strs(), query.as_strs(), headers.as_texts());
        let form = form.as_ref().map(Pairs::as_strs);
        let arguments = Call {
            variables: &variables,
            query: &query,
            headers: &headers,
            body: body.as_deref(),
            form: form.as_deref(),
            credentials: credentials.map(|credentials| &credentials.get().0),
            scheme: scheme.as_deref(),
        };
        let length =
            variables.len() + query.len() + headers.len() + form.as_ref().map_or(0, Vec::len);
        let length = length * PAIR_COST + arguments.body.map_or(0, <[u8]>::len);
        call_sized(py, length, || self.0.request(&operation, &arguments)).map(Request)
    }

    /// Reads the response to an operation.
    ///
    /// The request succeeded if the status is 2xx. If the platform's bodies report success or
    /// failure, a 2xx status is not enough: the body must be empty or report success. The kind of a
    /// failure is determined by the vendor's error code if the platform's document lists that code,
    /// and otherwise by the status. `Failure.retry_after_ms` is read from `Retry-After`. If that
    /// header is a date, it is compared with `now`, which is an aware `datetime` or Unix
    /// milliseconds.
    ///
    /// `headers` may have any form that `keyrail.header.Scheme.extract` accepts.
    ///
    /// Raises PlatformError: `platform.unknown_operation`,
    /// `platform.malformed_status` (not 100 to 599),
    /// `platform.response_too_long` (over 16 MiB).
    #[pyo3(signature = (operation, *, status, headers, body, now))]
    fn read_response(
        &self,
        py: Python<'_>,
        operation: Text,
        status: Status,
        headers: Headers,
        body: Bytes<'_>,
        now: Now,
    ) -> PyResult<Outcome> {
        let body: &[u8] = &body;
        let read = || self.0.read_response(&operation, status.0, &headers, body, now.0);
        call_sized(py, body.len(), read).map(Outcome)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Platform({})", quoted(py, self.0.name())?))
    }
}

/// A request that a platform accepts.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct Operation(core::Operation);

#[pymethods]
impl Operation {
    /// The name of the operation, such as `message.send`.
    #[getter]
    fn name(&self) -> &str {
        self.0.name()
    }

    /// The method of the operation in capitals, if the vendor publishes it.
    #[getter]
    fn method(&self) -> Option<&str> {
        self.0.method()
    }

    /// The path of the operation below the base URL, as the template that the document contains, if
    /// the vendor publishes it.
    #[getter]
    fn path(&self) -> Option<&str> {
        self.0.path()
    }

    /// The access that a key needs for the operation. It is `read`, `write` or `admin`.
    #[getter]
    fn access(&self) -> &str {
        self.0.access().as_str()
    }

    /// The kind of body that the operation takes. It is `none`, `json`, `form` or `any`.
    #[getter]
    fn body(&self) -> &str {
        self.0.body().as_str()
    }

    /// The form fields whose length the vendor limits, each with its maximum number of characters
    /// (Unicode code points, 1 to 65,536), in the order of the platform's document.
    #[getter]
    fn limits<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.limits().collect::<Vec<_>>())
    }

    /// Whether the operation concerns a queue or a session. If it does, the caller must check that
    /// the app may write to the queue.
    #[getter]
    fn uses_queue(&self) -> bool {
        self.0.uses_queue()
    }

    /// The name of the operation's scheme, if it is not the platform's default.
    #[getter]
    fn scheme(&self) -> Option<&str> {
        self.0.scheme()
    }

    /// The template of the operation's base URL, if it is not the platform's.
    #[getter]
    fn base(&self) -> Option<&str> {
        self.0.base()
    }

    /// The variables of the operation's URL, each once: those of the base URL, then those of the
    /// path. All of them are required. If the path is not published, only the variables of the base
    /// URL are listed.
    #[getter]
    fn variables<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, self.0.variables().collect::<Vec<_>>())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("Operation(name={}, access='{}')", quoted(py, self.0.name())?, self.access()))
    }
}
