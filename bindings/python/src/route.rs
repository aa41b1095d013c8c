//! `keyrail.route`.

use keyrail::route::{self as core, Context, MAX_INTEGER, RouteTable, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::boundary::{call, call_detached, plain};
use crate::input::{Millis, Text, Texts, pairs, saturated};
use crate::quoted;

/// A topology of channels, queues, apps, webhooks and rules, checked whole.
#[pyclass(frozen, module = "keyrail.route")]
pub(crate) struct Table(RouteTable);

#[pymethods]
impl Table {
    /// Reads a topology from its configuration, a JSON text. Other threads
    /// run meanwhile.
    ///
    /// Raises ConfigError with every fault.
    #[staticmethod]
    fn from_json(py: Python<'_>, text: Text) -> PyResult<Self> {
        call_detached(py, || RouteTable::from_json(&text)).map(Self)
    }

    /// The hash of what the topology says, in hexadecimal digits.
    #[getter]
    fn hash(&self) -> &str {
        self.0.hash()
    }

    /// Where a message goes: the live session's queue, else that of the first
    /// rule that matches, else the channel's, else the default one.
    ///
    /// `message` is a mapping of attributes, `channel` among them; a value is
    /// a text, a number (at most 2^53 from zero), a boolean or a list of
    /// texts. `now_ms` is Unix milliseconds, `session_queue` the queue of the
    /// sender's live session, `unavailable` the queues that take nothing now.
    ///
    /// Raises RouteError: `route.unknown_channel`, `route.unknown_queue`, and
    /// the codes of attributes that no message may have; ConfigError where
    /// the channel is missing or a value is of no such type.
    #[pyo3(
        signature = (message, now_ms = None, session_queue = None, unavailable = Texts::default()),
        text_signature = "($self, message, now_ms=None, session_queue=None, unavailable=())"
    )]
    fn route(
        &self,
        py: Python<'_>,
        message: Message,
        now_ms: Option<Millis>,
        session_queue: Option<Text>,
        unavailable: Texts,
    ) -> PyResult<Decision> {
        let unavailable = unavailable.as_strs();
        let context = Context {
            now: now_ms.map(|now| now.0),
            session_queue: session_queue.as_deref(),
            unavailable: &unavailable,
        };
        call(py, || self.0.route(&message.0, &context)).map(Decision)
    }

    /// Whether the queue is the app's own.
    fn may_write(&self, py: Python<'_>, app: Text, queue: Text) -> PyResult<bool> {
        plain(py, || self.0.may_write(&app, &queue))
    }

    /// The app's queues, in the order of the topology.
    fn queues_of(&self, py: Python<'_>, app: Text) -> PyResult<Vec<String>> {
        plain(py, || self.0.queues_of(&app).map(String::from).collect())
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        Ok(format!("<keyrail.route.Table {}>", quoted(py, self.0.hash())?))
    }
}

/// Where a message goes, and why.
#[pyclass(frozen, eq, module = "keyrail.route")]
#[derive(PartialEq)]
pub(crate) struct Decision(pub(crate) core::Decision);

#[pymethods]
impl Decision {
    /// `routed`, `held` or `unrouted`.
    #[getter]
    fn kind(&self) -> &str {
        self.0.kind.as_str()
    }

    /// The queue, or None where nothing names one.
    #[getter]
    fn queue(&self) -> Option<&str> {
        self.0.queue.as_deref()
    }

    /// The queue's app, or None.
    #[getter]
    fn app(&self) -> Option<&str> {
        self.0.app.as_deref()
    }

    /// The ids of the webhooks to deliver to, in order.
    #[getter]
    fn webhooks<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        PyList::new(py, &self.0.webhooks)
    }

    /// The id of the rule that decided, or None.
    #[getter]
    fn rule(&self) -> Option<&str> {
        self.0.rule.as_deref()
    }

    /// What chose the queue: `rule`, `session`, `channel`, `default`, or None.
    #[getter]
    fn by(&self) -> Option<&str> {
        self.0.by.map(core::By::as_str)
    }

    /// The queue that was chosen first, where it was unavailable, or None.
    #[getter]
    fn fell_back_from(&self) -> Option<&str> {
        self.0.fell_back_from.as_deref()
    }

    /// The reason, a sentence for a person.
    #[getter]
    fn reason(&self, py: Python<'_>) -> PyResult<String> {
        plain(py, || self.0.reason.to_string())
    }

    /// The reason's stable, dotted code.
    #[getter]
    fn code(&self) -> &str {
        self.0.reason.code()
    }

    /// The hash of the table that decided.
    #[getter]
    fn table(&self) -> &str {
        &self.0.table
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let queue = match self.queue() {
            Some(queue) => quoted(py, queue)?,
            None => "None".into(),
        };
        Ok(format!("Decision(kind='{}', queue={queue}, code='{}')", self.kind(), self.code()))
    }
}

/// A message, from a mapping or pairs of attributes.
pub(crate) struct Message(pub(crate) core::Message);

const CHANNEL: &str = "channel";

impl<'a, 'py> FromPyObject<'a, 'py> for Message {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        let mut channel = None;
        let mut attributes = Vec::new();
        for (name, value) in
            pairs(given, |name, value| Ok((name.extract::<Text>()?, attribute(value)?)))?
        {
            match value {
                Some(Value::Text(text)) if &*name == CHANNEL && channel.is_none() => {
                    channel = Some(text);
                }
                Some(value) if &*name != CHANNEL || channel.is_some() => {
                    attributes.push((name, value));
                }
                _ => return refused(py, Some(&name)),
            }
        }
        let Some(channel) = channel else { return refused(py, None) };
        let message = call(py, || {
            let message = core::Message::new(channel)?;
            attributes
                .into_iter()
                .try_fold(message, |message, (name, value)| message.with(&*name, value))
        });
        message.map(Self)
    }
}

/// An attribute's value; nothing for an object that can be none.
fn attribute(given: &Bound<'_, PyAny>) -> PyResult<Option<Value>> {
    if let Ok(boolean) = given.cast::<PyBool>() {
        return Ok(Some(Value::Boolean(boolean.is_true())));
    }
    if given.is_instance_of::<PyInt>() {
        // Beyond 2^53 an int may have no float of its own: the core refuses
        // what it would otherwise get rounded.
        let int = saturated(given.as_borrowed())?;
        let exact = int.unsigned_abs() <= MAX_INTEGER.unsigned_abs();
        return Ok(Some(Value::Number(if exact { int as f64 } else { f64::INFINITY })));
    }
    if given.is_instance_of::<PyFloat>() {
        return Ok(Some(Value::Number(given.extract()?)));
    }
    if given.is_instance_of::<PyString>() {
        return Ok(Some(Value::Text(given.extract::<Text>()?.to_string())));
    }
    if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
        let items = given.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        if items.iter().all(|item| item.is_instance_of::<PyString>()) {
            let texts = items.iter().map(|item| Ok(item.extract::<Text>()?.to_string()));
            return texts.collect::<PyResult<_>>().map(|texts| Some(Value::List(texts)));
        }
    }
    Ok(None)
}

/// What the core says of a message without a channel, or of one with an
/// attribute that is neither text nor number nor boolean nor list of texts.
fn refused(py: Python<'_>, attribute: Option<&str>) -> PyResult<Message> {
    let document = match attribute {
        None => "{}".into(),
        Some(CHANNEL) => r#"{"channel": null}"#.into(),
        Some(name) => {
            let name = py.import("json")?.call_method1("dumps", (name,))?;
            format!(r#"{{"channel": "-", {name}: null}}"#)
        }
    };
    call(py, || core::Message::from_json(&document)).map(Message)
}
