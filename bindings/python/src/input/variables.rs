//! The variables of a template.

use std::ops::Deref;

use keyrail::url::TemplateValue;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyList, PyString, PyTuple};

use super::bytes::is_bytes;
use super::pairs::{PAIR, Plain, pairs};
use super::several::several;
use super::text::{Text, scalar};

/// The variables of a template, from a mapping or from anything that gives
/// pairs; None counts as not given.
pub(crate) struct Variables(Vec<(Text, Value)>);

impl Variables {
    /// The bytes of names and values.
    pub(crate) fn len(&self) -> usize {
        let pair = |(name, text): &(Text, Text)| name.len() + text.len() + PAIR;
        let value = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::List(list) => list.iter().map(|text| text.len() + PAIR).sum(),
            Value::Pairs(pairs) => pairs.iter().map(pair).sum(),
        };
        self.0.iter().map(|(name, it)| name.len() + value(it) + PAIR).sum()
    }

    /// As the core takes them, without a copy.
    pub(crate) fn as_values(&self) -> Vec<(&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value)).collect()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Variables {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let read = |value: &Bound<'py, PyAny>| match value.is_none() {
            true => Ok(None),
            false => value.extract().map(Some),
        };
        let given = pairs(given, |name, value| Ok((name.extract()?, read(value)?)))?;
        Ok(Self(given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()))
    }
}

/// What a variable stands for: a `str` or a number, a list of them, or an
/// associative array as a mapping or as pairs. None counts as not given, also
/// within.
pub(crate) enum Value {
    Text(Text),
    List(Vec<Text>),
    Pairs(Vec<(Text, Text)>),
}

impl<'v> From<&'v Value> for TemplateValue<'v> {
    fn from(value: &'v Value) -> Self {
        match value {
            Value::Text(text) => (&**text).into(),
            Value::List(list) => list.iter().map(Deref::deref).collect::<Vec<_>>().into(),
            Value::Pairs(pairs) => pairs.iter().map(|(name, text)| (&**name, &**text)).collect(),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Value {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let is_number = given.is_instance_of::<PyInt>() || given.is_instance_of::<PyFloat>();
        if (given.is_instance_of::<PyString>() || is_number)
            && let Some(text) = scalar(&given)?
        {
            return Ok(Self::Text(text));
        }
        if given.hasattr("items")? {
            let Plain(pairs) = given.extract()?;
            return Ok(Self::Pairs(pairs));
        }
        if is_bytes(given) || !given.hasattr("__iter__")? {
            return Err(PyTypeError::new_err(
                "a variable is a str, a number, a list of these, a mapping or None",
            ));
        }
        // Walked once, as it may be an iterator: the first item tells.
        let items = PyList::new(given.py(), several(given, |item| Ok(item.clone()))?)?;
        let is_pair = |item: &Bound<'_, PyAny>| {
            item.is_instance_of::<PyTuple>() || item.is_instance_of::<PyList>()
        };
        if items.iter().next().is_some_and(|item| is_pair(&item)) {
            return items.extract().map(|Plain(pairs)| Self::Pairs(pairs));
        }
        let list = several(items.as_any().as_borrowed(), scalar)?;
        Ok(Self::List(list.into_iter().flatten().collect()))
    }
}
