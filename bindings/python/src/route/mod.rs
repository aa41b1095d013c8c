//! `keyrail.route`: the table; what it says of messages and of itself in the
//! files beside.

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
use crate::input::{Bytes, Document, Names, Now, Text, saturated, several_of};
use crate::quoted;

pub(crate) use change::{Change, Mismatch};
pub(crate) use decision::{Assignment, Decision};
pub(crate) use explanation::{Explanation, Failure, RuleReport};
pub(crate) use finding::Finding;
pub(crate) use message::Message;

/// How many bytes of a table's document count as one byte of a message, where the
/// time of routing is estimated.
const TABLE_BYTES_PER_MESSAGE_BYTE: usize = 16;

/// A topology of channels, queues, apps, webhooks and rules, checked whole.
#[pyclass(frozen, module = "keyrail.route")]
pub(crate) struct Table {
    table: RouteTable,
    /// The bytes that it was read from.
    length: usize,
}

#[pymethods]
impl Table {
    /// Creates a table from a topology. The topology is JSON, or a mapping of the same form.
    /// Other threads run meanwhile.
    ///
    /// Raises ConfigError with every fault.
    #[staticmethod]
    fn from_json(py: Python<'_>, document: Document) -> PyResult<Self> {
        let table = call_detached(py, || RouteTable::from_json(&document))?;
        Ok(Self { table, length: document.len() })
    }

    /// The content hash, in 64 hexadecimal digits: the same for documents of the same meaning,
    /// whatever their white space and order of members.
    #[getter]
    fn hash(&self) -> &str {
        self.table.hash()
    }

    /// Decides where the message goes. With a live session: the queue of the first rule that
    /// matches and interrupts sessions, else the session's. Without one: that of the first rule
    /// that matches, else the channel's, else the default one.
    ///
    /// `message` is a mapping of attributes, `channel` among them; a value is
    /// a text, a number (at most 2^53 from zero), a boolean or a list of
    /// texts. `now` is an aware `datetime` or Unix milliseconds, `session_queue` the queue of the
    /// sender's live session, `unavailable` the queues that take nothing now,
    /// `session` the live session's id, whose messages have one ordering key.
    ///
    /// Raises RouteError: `route.unknown_channel`, `route.unknown_queue`,
    /// `route.malformed_session`, `route.time_required` where rules hold at
    /// certain times and `now` is None, and the codes of attributes that no
    /// message may have; ConfigError where the channel is missing or a value is
    /// of no such type.
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

    /// Decides where each message goes, all of them in the same context. `messages` is a list;
    /// where a message is rejected, the error that `route` would raise is in its place. Other
    /// threads run meanwhile.
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
        let mut sound = Vec::new();
        let refusals = several_of("messages", messages, |item| match item.extract() {
            Ok(Message { message, .. }) => {
                sound.push(message);
                Ok(None)
            }
            Err(failed) => error::of_item(py, failed).map(Some),
        })?;
        let mut decided =
            plain_detached(py, || self.table.route_batch(&sound, &context))?.into_iter();
        let item = |refusal: Option<PyErr>| match refusal {
            Some(refusal) => Ok(Some(refusal.into_value(py).into_bound(py).into_any())),
            None => decided.next().map(|decided| as_value(py, decided)).transpose(),
        };
        refusals.into_iter().map(item).filter_map(Result::transpose).collect()
    }

    /// Returns what `route` decides, and why each of the first `limit` rules won or lost. The
    /// rule that won is always included. `message` and the rest are as `route` takes them. It
    /// costs much more than `route`; other threads run meanwhile.
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

    /// Returns what is suspicious: rules that cannot match or that others shadow, overlaps, and
    /// dead ends. None of it is an error. Other threads run meanwhile.
    ///
    /// Reports no false positives. Whether a rule ever wins is decided exactly
    /// for tests of channels, presence, ranges and, without options,
    /// equality; of parts of texts, where one pattern, subject or network lies
    /// in another. Else, and where it would take too many steps, it is
    /// `route.undecided`. An overlap is of two rules of one priority that look
    /// at an attribute alike, can match one message of single values, and send
    /// it to different queues; of the rules before a rule the first eight are
    /// named, and some may not be seen where it would take too many steps.
    fn lint(&self, py: Python<'_>) -> PyResult<Vec<Finding>> {
        let findings = plain_detached(py, || self.table.lint())?;
        Ok(findings.into_iter().map(Finding).collect())
    }

    /// Routes the message of every fixture, and returns those with an unexpected decision.
    /// Other threads run meanwhile.
    ///
    /// `fixtures` is a list of objects, or JSON: `message`; `expect`, with
    /// `queue` and `rule`, each a text, or `null` where there must be none, or
    /// left out; and where it matters `now` (a time as in RFC 3339),
    /// `session_queue` and `unavailable`.
    ///
    /// Raises ConfigError with every fault.
    fn verify(&self, py: Python<'_>, fixtures: Document) -> PyResult<Vec<Mismatch>> {
        let mismatches = call_detached(py, || self.table.verify(&fixtures))?;
        Ok(mismatches.into_iter().map(Mismatch).collect())
    }

    /// Returns the topology as a Mermaid flowchart: channels, rules in their order,
    /// queues, apps and webhooks. A dotted arrow is a fallback. What Mermaid
    /// could take for markup in an id is written as a numeric entity. Other
    /// threads run meanwhile.
    fn diagram(&self, py: Python<'_>) -> PyResult<String> {
        plain_detached(py, || self.table.diagram())
    }

    /// Returns the path of the message as a Mermaid flowchart: what chose the queue,
    /// the queue that it fell back from, the queue, its app, the webhooks.
    #[staticmethod]
    fn trace_diagram(py: Python<'_>, decision: &Bound<'_, Decision>) -> PyResult<String> {
        plain(py, || decision.get().0.trace_diagram())
    }

    /// Returns the table as bytes, for `from_bytes`. The same topology produces the same bytes
    /// on every platform. Other threads run meanwhile.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        Ok(PyBytes::new(py, &plain_detached(py, || self.table.to_bytes())?))
    }

    /// Loads a table from the bytes that `to_bytes` made. They are `bytes`, a `bytearray` or a
    /// `memoryview`, and are not compiled again. Their content is checked, not their origin:
    /// load only what you would trust as a topology. Other threads run meanwhile.
    ///
    /// Raises RouteError: `route.unsupported_bytes` where another version of
    /// Keyrail made them, `route.malformed_bytes` where they are not as they
    /// were made.
    #[staticmethod]
    fn from_bytes(data: Bytes<'_>) -> PyResult<Self> {
        let given = data.0.as_bytes();
        let table = call_detached(data.0.py(), || RouteTable::from_bytes(given))?;
        Ok(Self { table, length: given.len() })
    }

    /// Returns whether an app's key may reply and push to a queue: only to the app's own.
    fn may_write(&self, py: Python<'_>, app: Text, queue: Text) -> PyResult<bool> {
        plain(py, || self.table.may_write(&app, &queue))
    }

    /// Returns the app that takes a queue's messages. Returns None if no app does.
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

/// Returns the samples for which `new` decides differently from `old`: another queue,
/// app or webhook, another rule or assignment, another reason. Other threads
/// run meanwhile.
///
/// `samples` are messages, and the rest is as `Table.route` takes it; it
/// raises what `Table.route` raises of a message that cannot be one.
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
    let read = |item: &Bound<'py, PyAny>| item.extract().map(|given: Message| given.message);
    let samples = several_of("samples", samples, read)?;
    let (before, after) = (&old.get().table, &new.get().table);
    let changes = plain_detached(old.py(), || before.diff(after, &samples, &context))?;
    Ok(changes.into_iter().map(Change).collect())
}

/// What the host knows, as the core takes it.
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

/// How many rules an explanation lists; less than none is none.
struct Limit(usize);

impl<'a, 'py> FromPyObject<'a, 'py> for Limit {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        saturated(given).map(|limit| Self(usize::try_from(limit).unwrap_or(0)))
    }
}
