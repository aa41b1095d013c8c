//! Messages: a mapping or pairs of attributes, as the core takes them.

use keyrail::route::{self as core, MAX_INTEGER, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::boundary::call;
use crate::input::{Text, pairs, saturated};

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
