//! `keyrail.route`: the table. The types of its results are in submodules.

mod change;
mod decision;
mod explanation;
mod finding;
mod message;

use keyrail::route::{Context, EXPLAINED_RULES, RouteTable};
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use self::change::as_value;
use crate::boundary::{call_detached, call_sized, plain, plain_detached, plain_sized};
use crate::error;
use crate::input::{Bytes, Document, Names, Now, Text, read_argument, saturating_int};
use crate::quoted;

pub(crate) use change::{Change, Mismatch};
pub(crate) use decision::{Assignment, Decision};
pub(crate) use explanation::{Explanation, Failure, RuleReport};
pub(crate) use finding::Finding;
pub(crate) use message::Message;

/// The number of bytes of a table's document that take as long to process as one byte of a message.
/// This ratio is used to estimate the time of a call.
const TABLE_BYTES_PER_MESSAGE_BYTE: usize = 16;

/// A checked topology of channels, queues, apps, webhooks and rules.
#[pyclass(frozen, module = "keyrail.route")]
pub(crate) struct Table {
    table: RouteTable,
    /// The length of the document or the binary form that the table was read from, in bytes.
    length: usize,
}

#[pymethods]
impl Table {
    /// Creates a table from a topology. The topology is JSON, or a mapping of the same form. Other
    /// Python threads can run during the call.
    ///
    /// The topology has these members, all of which are optional. `default_queue` is the id of a
    /// queue. Every other member is a list of objects. In the following list, the members of these
    /// objects are after the colon:
    ///
    /// - `channels`: `id`, `kind`, `queue`
    /// - `queues`: `id`, `app`, `fallback`
    /// - `apps`: `id`, `webhooks`, `disabled`
    /// - `webhooks`: `id`, `url`, `events`
    /// - `rules`: `id`, `when`, `queue`, `priority`, `assign`, `from`, `until`, `hours`,
    ///   `interrupts_session`
    /// - `default_queue`
    ///
    /// `keyrail.json_schema("topology")` describes each member.
    ///
    /// Raises ConfigError with the faults.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        let table = call_detached(py, || RouteTable::from_json(&document))?;
        Ok(Self { table, length: document.len() })
    }

    /// The content hash, in 64 hexadecimal digits. Documents with the same meaning have the same
    /// hash, even if their white space or the order of their members differs.
    #[getter]
    fn hash(&self) -> &str {
        self.table.hash()
    }

    /// Decides where the message goes. The first rule that matches chooses the queue. If no rule
    /// matches, the message goes to the channel's queue, or to the default queue if the channel has
    /// no queue. With a live session, only rules that interrupt sessions are considered. If none of
    /// them matches, the message goes to the session's queue.
    ///
    /// `message` is a mapping of attributes. `channel` is required. `event` determines which of the
    /// app's webhooks receive the message, and the ordering key depends on `sender`. Any other
    /// attribute, such as `text`, has the meaning that the rules give it. A value is a string, a
    /// number (from -2^53 to 2^53), a boolean or a list of strings.
    ///
    /// `now` is an aware `datetime` or Unix milliseconds. `session_queue` is the queue of the
    /// sender's live session. `unavailable` contains the queues that take no messages now.
    /// `session` is the id of the live session: all messages of a session have the same ordering
    /// key.
    ///
    /// Raises RouteError: `route.unknown_channel`, `route.unknown_queue`,
    /// `route.malformed_session`, and the codes of invalid attributes. If rules apply only at
    /// certain times and `now` is None, the code is `route.time_required`. Raises ConfigError if
    /// the channel is missing or a value has another type.
    #[pyo3(
        signature = (message, now = None, session_queue = None, unavailable = Names::default(), session = None),
        text_signature = "($self, message, now=None, session_queue=None, unavailable=(), session=None)"
    )]
    fn route(
        &self,
        py: Python<'_>,
        message: Message,
        now: Option<Now>,
        session_queue: Option<Text>,
        unavailable: Names,
        session: Option<Text>,
    ) -> PyResult<Decision> {
        let unavailable = unavailable.as_strs();
        let context = context(&now, &session_queue, &unavailable, &session);
        let Message { message, length } = &message;
        // In a large table many rules may have to be evaluated for a short message.
        let length = length + self.length / TABLE_BYTES_PER_MESSAGE_BYTE;
        call_sized(py, length, || self.table.route(message, &context)).map(Decision)
    }

    /// Decides where each message goes. The other arguments apply to all of them. `messages` is an
    /// iterable of messages. For a rejected message, the result contains the error that `route`
    /// would raise. Other Python threads can run during the call.
    #[pyo3(
        signature = (messages, now = None, session_queue = None, unavailable = Names::default(), session = None),
        text_signature = "($self, messages, now=None, session_queue=None, unavailable=(), session=None)"
    )]
    fn route_batch<'py>(
        &self,
        py: Python<'py>,
        messages: &Bound<'py, PyAny>,
        now: Option<Now>,
        session_queue: Option<Text>,
        unavailable: Names,
        session: Option<Text>,
    ) -> PyResult<Vec<Bound<'py, PyAny>>> {
        let unavailable = unavailable.as_strs();
        let context = context(&now, &session_queue, &unavailable, &session);
        let mut valid = Vec::new();
        let errors = read_argument("messages", messages, |item| match item.extract() {
            Ok(Message { message, .. }) => {
                valid.push(message);
                Ok(None)
            }
            Err(failed) => error::item_error(py, failed).map(Some),
        })?;
        let mut decisions =
            plain_detached(py, || self.table.route_batch(&valid, &context))?.into_iter();
        let item = |error: Option<PyErr>| match error {
            Some(error) => Ok(Some(error.into_value(py).into_bound(py).into_any())),
            None => decisions.next().map(|result| as_value(py, result)).transpose(),
        };
        errors.into_iter().map(item).filter_map(Result::transpose).collect()
    }

    /// Returns the decision of `route`, and why each of the first `limit` rules won or lost. The
    /// rule that won is always included. The other arguments are those of `route`. This call takes
    /// much longer than `route`. Other Python threads can run during the call.
    ///
    /// Raises what `route` raises.
    #[pyo3(
        signature = (
            message,
            limit = Limit(EXPLAINED_RULES),
            now = None,
            session_queue = None,
            unavailable = Names::default(),
            session = None
        ),
        text_signature = "($self, message, limit=20, now=None, session_queue=None, unavailable=(), session=None)"
    )]
    #[expect(clippy::too_many_arguments, reason = "they are named in Python")]
    fn explain(
        &self,
        py: Python<'_>,
        message: Message,
        limit: Limit,
        now: Option<Now>,
        session_queue: Option<Text>,
        unavailable: Names,
        session: Option<Text>,
    ) -> PyResult<Explanation> {
        let unavailable = unavailable.as_strs();
        let context = context(&now, &session_queue, &unavailable, &session);
        call_detached(py, || self.table.explain(&message.message, &context, limit.0))
            .map(Explanation)
    }

    /// Returns the suspicious parts of the topology: rules that cannot match, rules shadowed by
    /// others, overlaps, and dead ends. None of them is an error. Other Python threads can run
    /// during the call.
    ///
    /// There are no false positives. The check decides whether a rule ever wins. For tests of
    /// channels, of presence, of ranges, and of equality without options, the check can always
    /// decide this. For other tests, it usually can, for example if one pattern, subject or network
    /// matches everything that another one matches. If the check cannot decide, or would take too
    /// many steps, the finding is `route.undecided`.
    ///
    /// Two rules overlap if they have the same priority, test a common attribute, can both match a
    /// message that contains no lists, and send it to different queues. For each rule, at most
    /// eight overlaps with earlier rules are reported. Overlaps are searched for in a limited
    /// number of steps, so some may not be found.
    fn lint(&self, py: Python<'_>) -> PyResult<Vec<Finding>> {
        let findings = plain_detached(py, || self.table.lint())?;
        Ok(findings.into_iter().map(Finding).collect())
    }

    /// Routes the message of every fixture, and returns the fixtures with an unexpected result.
    /// Other Python threads can run during the call.
    ///
    /// `fixtures` is a list of objects, or JSON. Each fixture has the members `message` and
    /// `expect`, and optionally `now` (an RFC 3339 time), `session_queue` and `unavailable`, as in
    /// `route`. `expect` has at least one of the members `queue` and `rule`. The value of such a
    /// member is a string, or `null` if the decision must have no queue or no rule. A member that
    /// is absent is not checked.
    ///
    /// Raises ConfigError with the faults.
    fn verify(&self, py: Python<'_>, fixtures: Document) -> PyResult<Vec<Mismatch>> {
        let mismatches = call_detached(py, || self.table.verify(&fixtures))?;
        Ok(mismatches.into_iter().map(Mismatch).collect())
    }

    /// Returns the topology as a Mermaid flowchart: channels, rules in their order, queues, apps
    /// and webhooks. A dotted arrow is a fallback. Characters of an id that Mermaid could read as
    /// markup are written as numeric entities. Other Python threads can run during the call.
    fn diagram(&self, py: Python<'_>) -> PyResult<String> {
        plain_detached(py, || self.table.diagram())
    }

    /// Returns the path of the message as a Mermaid flowchart. The path starts with what chose the
    /// queue. After that come the queue that the message fell back from (if any), the queue that
    /// takes the message, the app of that queue, and the webhooks. For an unrouted message, the
    /// flowchart contains only the code of the reason.
    #[staticmethod]
    fn trace_diagram(py: Python<'_>, decision: &Bound<'_, Decision>) -> PyResult<String> {
        plain(py, || decision.get().0.trace_diagram())
    }

    /// Returns the table as bytes, for `from_bytes`. The same topology produces the same bytes on
    /// every platform. Other Python threads can run during the call.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &plain_detached(py, || self.table.to_bytes())?))
    }

    /// Loads a table from the bytes that `to_bytes` returned. They are `bytes`, a `bytearray` or a
    /// `memoryview`. The topology is not compiled again. The hash in the bytes detects corruption,
    /// not forgery: load bytes only from a source from which you would accept a topology. Other
    /// Python threads can run during the call.
    ///
    /// Raises RouteError: `route.unsupported_bytes` if the bytes are in another version of the
    /// format, `route.malformed_bytes` if they are not a table or were altered,
    /// `route.unknown_zone` if the table names a time zone that is not in the zone data of this
    /// build.
    #[staticmethod]
    fn from_bytes(data: Bytes<'_>) -> PyResult<Self> {
        let bytes = data.0.as_bytes();
        let table = call_detached(data.0.py(), || RouteTable::from_bytes(bytes))?;
        Ok(Self { table, length: bytes.len() })
    }

    /// Returns whether an app's key may write to a queue: true only for the app's own queues.
    fn may_write(&self, py: Python<'_>, app: Text, queue: Text) -> PyResult<bool> {
        plain(py, || self.table.may_write(&app, &queue))
    }

    /// Returns the app that takes a queue's messages. Returns None if the queue has no app or is
    /// not declared.
    fn queue_app(&self, py: Python<'_>, queue: Text) -> PyResult<Option<&str>> {
        plain(py, || self.table.queue_app(&queue))
    }

    /// Returns the URL of a webhook, as it was written. Returns None if the webhook is not
    /// declared.
    fn webhook_url(&self, py: Python<'_>, webhook: Text) -> PyResult<Option<&str>> {
        plain(py, || self.table.webhook_url(&webhook))
    }

    /// Returns the queues of an app, in the order of declaration.
    fn queues_of(&self, py: Python<'_>, app: Text) -> PyResult<Vec<String>> {
        plain_sized(py, self.length, || self.table.queues_of(&app).map(String::from).collect())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<keyrail.route.Table {}>", quoted(py, self.table.hash())?))
    }
}

/// Returns the samples for which `new` has a different result than `old`. A result is a decision or
/// an error. Decisions are compared without the table's hash. Other Python threads can run during
/// the call.
///
/// `samples` are messages, and the other arguments are those of `Table.route`. Raises what
/// `Table.route` raises for an invalid message.
#[pyfunction]
#[pyo3(
    signature = (old, new, samples, now = None, session_queue = None, unavailable = Names::default(), session = None),
    text_signature = "(old, new, samples, now=None, session_queue=None, unavailable=(), session=None)"
)]
pub(crate) fn diff<'py>(
    old: &Bound<'py, Table>,
    new: &Bound<'py, Table>,
    samples: &Bound<'py, PyAny>,
    now: Option<Now>,
    session_queue: Option<Text>,
    unavailable: Names,
    session: Option<Text>,
) -> PyResult<Vec<Change>> {
    let unavailable = unavailable.as_strs();
    let context = context(&now, &session_queue, &unavailable, &session);
    let read = |item: &Bound<'py, PyAny>| item.extract().map(|message: Message| message.message);
    let samples = read_argument("samples", samples, read)?;
    let (before, after) = (&old.get().table, &new.get().table);
    let changes = plain_detached(old.py(), || before.diff(after, &samples, &context))?;
    Ok(changes.into_iter().map(Change).collect())
}

/// Creates the core's context from the arguments.
fn context<'a>(
    now: &Option<Now>,
    session_queue: &'a Option<Text>,
    unavailable: &'a [&'a str],
    session: &'a Option<Text>,
) -> Context<'a> {
    let now = now.as_ref().map(|now| now.0);
    let (session_queue, session) = (session_queue.as_deref(), session.as_deref());
    Context { now, session_queue, session, unavailable }
}

/// The maximum number of rules that an explanation lists. A negative number becomes 0.
struct Limit(usize);

impl<'a, 'py> FromPyObject<'a, 'py> for Limit {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        saturating_int(object).map(|limit| Self(usize::try_from(limit).unwrap_or(0)))
    }
}
