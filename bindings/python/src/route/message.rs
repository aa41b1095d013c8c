//! Messages as arguments: a mapping of attributes, or name-value pairs.

use keyrail::route::{self as core, MAX_INTEGER, Value};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyList, PyString, PyTuple};

use crate::boundary::{call, call_detached};
use crate::input::{Text, read_pairs, saturating_int};

/// A message that is read from a mapping of attributes, or from name-value pairs.
pub(crate) struct Message {
    pub(crate) message: core::Message,
    /// The number of bytes of the message's strings, from which the time of a call is estimated.
    pub(crate) length: usize,
}

const CHANNEL: &str = "channel";

/// The value of an attribute.
enum AttributeValue {
    Valid(Value),
    /// JSON that stands for a Python object of an unsupported type. The core rejects it.
    Invalid(String),
}

impl<'a, 'py> FromPyObject<'a, 'py> for Message {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let attributes =
            read_pairs(object, |name, value| Ok((name.extract::<Text>()?, attribute(value)?)))?;
        let is_channel = |name: &Text| &**name == CHANNEL;
        let channel = attributes.iter().find(|(name, _)| is_channel(name));
        let is_invalid =
            |(_, value): &(Text, AttributeValue)| matches!(value, AttributeValue::Invalid(_));
        let Some((_, AttributeValue::Valid(Value::Text(channel)))) = channel else {
            return reject(py, attributes);
        };
        if attributes.iter().any(is_invalid) {
            return reject(py, attributes);
        }
        let channel = channel.clone();
        let length = attributes.iter().map(|(_, value)| value.len()).sum();
        let mut is_first = true;
        let message = call(py, || {
            let mut message = core::Message::new(channel)?;
            for (name, value) in attributes {
                let is_used = is_first && is_channel(&name);
                is_first &= !is_used;
                if let (AttributeValue::Valid(value), false) = (value, is_used) {
                    message = message.with(&*name, value)?;
                }
            }
            Ok::<_, core::FilterError>(message)
        });
        Ok(Self { message: message?, length })
    }
}

impl AttributeValue {
    /// Returns the number of bytes of the value's strings.
    fn len(&self) -> usize {
        match self {
            Self::Valid(Value::Text(text)) => text.len(),
            Self::Valid(Value::List(texts)) => texts.iter().map(String::len).sum(),
            Self::Valid(Value::Number(_) | Value::Boolean(_)) | Self::Invalid(_) => 0,
        }
    }
}

fn attribute(object: &Bound<'_, PyAny>) -> PyResult<AttributeValue> {
    Ok(AttributeValue::Valid(if let Ok(boolean) = object.cast::<PyBool>() {
        Value::Boolean(boolean.is_true())
    } else if object.is_instance_of::<PyInt>() {
        // A float cannot represent every int beyond 2^53 exactly, and rounding could move such an
        // int into the range that the core accepts. So every int beyond 2^53 becomes infinity,
        // which the core rejects.
        let int = saturating_int(object.as_borrowed())?;
        let exact = int.unsigned_abs() <= MAX_INTEGER.unsigned_abs();
        Value::Number(if exact { int as f64 } else { f64::INFINITY })
    } else if object.is_instance_of::<PyFloat>() {
        Value::Number(object.extract()?)
    } else if object.is_instance_of::<PyString>() {
        Value::Text(object.extract::<Text>()?.to_string())
    } else if object.is_instance_of::<PyList>() || object.is_instance_of::<PyTuple>() {
        let items = object.try_iter()?.collect::<PyResult<Vec<_>>>()?;
        let is_text = |item: &Bound<'_, PyAny>| item.is_instance_of::<PyString>();
        if !items.iter().all(is_text) {
            let items = items.iter().map(|item| if is_text(item) { "\"\"" } else { "null" });
            let json = format!("[{}]", items.collect::<Vec<_>>().join(","));
            return Ok(AttributeValue::Invalid(json));
        }
        let texts = items.iter().map(|item| Ok(item.extract::<Text>()?.to_string()));
        Value::List(texts.collect::<PyResult<_>>()?)
    } else {
        return Ok(AttributeValue::Invalid("null".into()));
    }))
}

/// Returns the core's error for an invalid message. The message has no channel, or one of its
/// values is not a string, a number, a boolean or a list of strings. The message is converted to
/// JSON, so that the error lists each fault with its JSON Pointer.
fn reject(py: Python<'_>, attributes: Vec<(Text, AttributeValue)>) -> PyResult<Message> {
    let dumps = py.import("json")?.getattr("dumps")?;
    let mut members = Vec::new();
    for (name, value) in attributes {
        let name: String = dumps.call1((&*name,))?.extract()?;
        let value = match value {
            AttributeValue::Invalid(json) => json,
            AttributeValue::Valid(Value::Text(text)) => dumps.call1((text,))?.extract()?,
            AttributeValue::Valid(Value::List(texts)) => dumps.call1((texts,))?.extract()?,
            AttributeValue::Valid(Value::Boolean(value)) => value.to_string(),
            // JSON has neither infinity nor NaN. `1e300` replaces them, because it is out of range
            // as well.
            AttributeValue::Valid(Value::Number(number)) if !number.is_finite() => "1e300".into(),
            AttributeValue::Valid(Value::Number(number)) => number.to_string(),
        };
        members.push(format!("{name}:{value}"));
    }
    let document = format!("{{{}}}", members.join(","));
    let message = call_detached(py, || core::Message::from_json(&document))?;
    Ok(Message { message, length: document.len() })
}
