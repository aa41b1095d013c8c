//! `keyrail.platform`: the outcome of a request. The vendor's response may contain a secret or
//! repeat the request, so the printed forms of the types leave out its content.

use keyrail::platform as core;
use pyo3::prelude::*;

use crate::boundary::plain;
use crate::error::unpicklable;

/// The outcome of a request: an answer if it succeeded, a failure if not.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct Outcome(pub(crate) core::Outcome);

#[pymethods]
impl Outcome {
    /// Whether the request succeeded.
    #[getter]
    fn ok(&self) -> bool {
        matches!(self.0, core::Outcome::Ok(_))
    }

    /// The platform's answer, or None if the request failed.
    #[getter]
    fn answer(&self) -> Option<Answer> {
        match &self.0 {
            core::Outcome::Ok(answer) => Some(Answer(answer.clone())),
            core::Outcome::Failed(_) => None,
        }
    }

    /// Why the request failed, or None.
    #[getter]
    fn failure(&self) -> Option<Failure> {
        match &self.0 {
            core::Outcome::Ok(_) => None,
            core::Outcome::Failed(failure) => Some(Failure(failure.clone())),
        }
    }

    fn __repr__(&self) -> String {
        match &self.0 {
            core::Outcome::Ok(answer) => format!("Outcome({})", printed_answer(answer)),
            core::Outcome::Failed(failure) => format!("Outcome({})", printed_failure(failure)),
        }
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The response to a request that succeeded. Its content is not printed.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct Answer(core::Answer);

#[pymethods]
impl Answer {
    /// The status of the response, 200 to 299.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status
    }

    /// The requested data, as the vendor's unchanged JSON. If the platform's responses wrap the
    /// data in an envelope, the envelope is left out. Otherwise the data is the whole body. The
    /// value is None if there is no data or the body is not JSON.
    #[getter]
    fn data(&self) -> Option<&str> {
        self.0.data.as_deref()
    }

    /// The vendor's own message, if the response has one.
    #[getter]
    fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// The pagination values of the response, if the platform paginates and the response has any.
    #[getter]
    fn page(&self) -> Option<Page> {
        self.0.page.clone().map(Page)
    }

    fn __repr__(&self) -> String {
        printed_answer(&self.0)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// The pagination values of a response. All values except the count are the vendor's own strings.
/// Each is None if the response does not contain it. The strings are not printed.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct Page(core::Page);

#[pymethods]
impl Page {
    /// The total number of items.
    #[getter]
    fn count(&self) -> Option<u64> {
        self.0.count
    }

    /// The vendor's value for this page, such as its number or a link.
    #[getter]
    fn current(&self) -> Option<&str> {
        self.0.current.as_deref()
    }

    /// The vendor's value for the previous page.
    #[getter]
    fn previous(&self) -> Option<&str> {
        self.0.previous.as_deref()
    }

    /// The vendor's value for the next page.
    #[getter]
    fn next(&self) -> Option<&str> {
        self.0.next.as_deref()
    }

    /// The vendor's value for the first page.
    #[getter]
    fn first(&self) -> Option<&str> {
        self.0.first.as_deref()
    }

    /// The vendor's value for the last page.
    #[getter]
    fn last(&self) -> Option<&str> {
        self.0.last.as_deref()
    }

    fn __repr__(&self) -> String {
        let page = &self.0;
        let all = [
            ("current", &page.current),
            ("previous", &page.previous),
            ("next", &page.next),
            ("first", &page.first),
            ("last", &page.last),
        ];
        let count = page.count.map(|count| format!("count={count}"));
        let links = all.into_iter().filter_map(|(name, link)| {
            link.as_deref().map(|link| format!("{name}={}", printed_length(Some(link))))
        });
        format!("Page({})", count.into_iter().chain(links).collect::<Vec<_>>().join(", "))
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

/// Why a request to a platform failed. `str` describes it in Keyrail's words. The vendor's code and
/// message are not printed.
#[pyclass(frozen, eq, module = "keyrail.platform")]
#[derive(PartialEq)]
pub(crate) struct Failure(pub(crate) core::Failure);

#[pymethods]
impl Failure {
    /// The kind of failure, in the same terms for every platform. It is `unauthenticated`,
    /// `forbidden`, `not_found`, `rate_limited`, `invalid` or `server`.
    #[getter]
    fn kind(&self) -> &str {
        self.0.kind.as_str()
    }

    /// The status of the response, 100 to 599.
    #[getter]
    fn status(&self) -> u16 {
        self.0.status
    }

    /// The vendor's own error code, if the response has one.
    #[getter]
    fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// The vendor's own message, if the response has one.
    #[getter]
    fn message(&self) -> Option<&str> {
        self.0.message.as_deref()
    }

    /// How long to wait before the next request, in milliseconds, if the response specifies it
    /// (`Retry-After`, RFC 9110, section 10.2.3).
    #[getter]
    fn retry_after_ms(&self) -> Option<u64> {
        self.0.retry_after_ms
    }

    fn __str__(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.to_string())
    }

    fn __repr__(&self) -> String {
        printed_failure(&self.0)
    }

    fn __reduce_ex__(&self, _protocol: &Bound<'_, PyAny>) -> PyResult<()> {
        unpicklable()
    }
}

fn printed_answer(answer: &core::Answer) -> String {
    let (data, message) =
        (printed_length(answer.data.as_deref()), printed_length(answer.message.as_deref()));
    format!("Answer(status={}, data={data}, message={message})", answer.status)
}

fn printed_failure(failure: &core::Failure) -> String {
    let (kind, status) = (failure.kind.as_str(), failure.status);
    let (code, message) =
        (printed_length(failure.code.as_deref()), printed_length(failure.message.as_deref()));
    let delay = failure.retry_after_ms.map_or("None".into(), |delay| delay.to_string());
    format!(
        "Failure(kind='{kind}', status={status}, code={code}, message={message}, \
         retry_after_ms={delay})"
    )
}

/// Returns the length of a string, which is printed instead of the string.
pub(crate) fn printed_length(text: Option<&str>) -> String {
    text.map_or("None".into(), |text| format!("<{} bytes>", text.len()))
}
