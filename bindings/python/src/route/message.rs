//! Messages: a mapping or pairs of attributes, as the core takes them.

use keyrail::route::{self as core, MAX_INTEGER, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::boundary::{call, call_detached};
use crate::input::{Text, pairs, saturated};

/// A message, from a mapping or pairs of attributes.
pub(crate) struct Message {
    pub(crate) message: core::Message,
    /// The bytes of its texts.
    pub(crate) length: usize,
}

const CHANNEL: &str = "channel";

/// A value as it was given.
enum Given {
    Value(Value),
    /// What can be no value: JSON that the core rejects alike.
    Faulty(String),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Message {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        let given = pairs(given, |name, value| Ok((name.extract::<Text>()?, attribute(value)?)))?;
        let is_channel = |name: &Text| &**name == CHANNEL;
        let channel = given.iter().find(|(name, _)| is_channel(name));
        let is_faulty = |(_, value): &(Text, Given)| matches!(value, Given::Faulty(_));
        let Some((_, Given::Value(Value::Text(channel)))) = channel else {
            return refused(py, given);
        };
        if given.iter().any(is_faulty) {
            return refused(py, given);
        }
        let channel = channel.clone();
        let length = given.iter().map(|(_, value)| value.len()).sum();
        let mut is_first = true;
        let message = call(py, || {
            let mut message = core::Message::new(channel)?;
            for (name, value) in given {
                let is_the_channel = is_first && is_channel(&name);
                is_first &= !is_the_channel;
                if let (Given::Value(value), false) = (value, is_the_channel) {
                    message = message.with(&*name, value)?;
                }
            }
            Ok::<_, core::FilterError>(message)
        });
        Ok(Self { message: message?, length })
    }
}

impl Given {
    /// The bytes of its texts.
    fn len(&self) -> usize {
        match self {
            Self::Value(Value::Text(text)) => text.len(),
            Self::Value(Value::List(texts)) => texts.iter().map(String::len).sum(),
            Self::Value(Value::Number(_) | Value::Boolean(_)) | Self::Faulty(_) => 0,
        }
    }
}

fn attribute(given: &Bound<'_, PyAny>) -> PyResult<Given> {
    Ok(Given::Value(if let Ok(boolean) = given.cast::<PyBool>() {
        Value::Boolean(boolean.is_true())
    } else if given.is_instance_of::<PyInt>() {
        // Beyond 2^53 an int may have no float of its own: the core rejects
        // what it would otherwise get rounded.
        let int = saturated(given.as_borrowed())?;
        let exact = int.unsigned_abs() <= MAX_INTEGER.unsigned_abs();
        Value::Number(if exact { int as f64 } else { f64::INFINITY })
    } else if given.is_instance_of::<PyFloat>() {
        Value::Number(given.extract()?)
    } else if given.is_instance_of::<PyString>() {
        Value::Text(given.extract::<Text>()?.to_string())
    } else if given.is_instance_of::<PyList>() || given.is_instance_of::<PyTuple>() {
        let items = given.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        let is_text = |item: &Bound<'_, PyAny>| item.is_instance_of::<PyString>();
        if !items.iter().all(is_text) {
            let items = items.iter().map(|item| if is_text(item) { "\"\"" } else { "null" });
            return Ok(Given::Faulty(format!("[{}]", items.collect::<Vec<_>>().join(","))));
        }
        let texts = items.iter().map(|item| Ok(item.extract::<Text>()?.to_string()));
        Value::List(texts.collect::<PyResult<_>>()?)
    } else {
        return Ok(Given::Faulty("null".into()));
    }))
}

/// What the core says of a message without a channel, or of one with values
/// that are neither text nor number nor boolean nor list of texts: every fault
/// of it, each with its place.
fn refused(py: Python<'_>, given: Vec<(Text, Given)>) -> PyResult<Message> {
    let dumps = py.import("json")?.getattr("dumps")?;
    let mut members = Vec::new();
    for (name, value) in given {
        let name: String = dumps.call1((&*name,))?.extract()?;
        let value = match value {
            Given::Faulty(json) => json,
            Given::Value(Value::Text(text)) => dumps.call1((text,))?.extract()?,
            Given::Value(Value::List(texts)) => dumps.call1((texts,))?.extract()?,
            Given::Value(Value::Boolean(value)) => value.to_string(),
            // JSON has no infinity and no NaN: this is as far out of range.
            Given::Value(Value::Number(number)) if !number.is_finite() => "1e300".into(),
            Given::Value(Value::Number(number)) => number.to_string(),
        };
        members.push(format!("{name}:{value}"));
    }
    let document = format!("{{{}}}", members.join(","));
    let message = call_detached(py, || core::Message::from_json(&document))?;
    Ok(Message { message, length: document.len() })
}
