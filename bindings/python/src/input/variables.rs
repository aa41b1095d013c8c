//! The variables of a URI template as an argument.

use std::ops::Deref;

use keyrail::url::TemplateValue;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyList, PyString, PyTuple};

use super::bytes::is_bytes;
use super::pairs::{PAIR_COST, ScalarPairs, read_pairs};
use super::several::read_ordered;
use super::text::{Text, scalar};

/// The variables of a template, from a mapping or an iterable of pairs. None is treated as a
/// missing variable.
pub(crate) struct Variables(Vec<(Text, Value)>);

impl Variables {
    /// Returns the number of bytes of the names and values, plus [`PAIR_COST`] for each variable,
    /// list item and pair, to estimate how long a call takes.
    pub(crate) fn len(&self) -> usize {
        let pair = |(name, text): &(Text, Text)| name.len() + text.len() + PAIR_COST;
        let value = |value: &Value| match value {
            Value::Text(text) => text.len(),
            Value::List(list) => list.iter().map(|text| text.len() + PAIR_COST).sum(),
            Value::Pairs(pairs) => pairs.iter().map(pair).sum(),
        };
        self.0.iter().map(|(name, it)| name.len() + value(it) + PAIR_COST).sum()
    }

    /// Borrows the variables as arguments of the core.
    pub(crate) fn as_values(&self) -> Vec<(&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value)).collect()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Variables {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let read = |value: &Bound<'py, PyAny>| match value.is_none() {
            true => Ok(None),
            false => value.extract().map(Some),
        };
        let pairs = read_pairs(object, |name, value| Ok((name.extract()?, read(value)?)))?;
        Ok(Self(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()))
    }
}

/// The value of a variable: a `str` or a number, a list of these, or an associative array as a
/// mapping or pairs. A None in a list or an associative array is omitted.
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

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let is_number = object.is_instance_of::<PyInt>() || object.is_instance_of::<PyFloat>();
        if (object.is_instance_of::<PyString>() || is_number)
            && let Some(text) = scalar(&object)?
        {
            return Ok(Self::Text(text));
        }
        if object.hasattr("items")? {
            let ScalarPairs(pairs) = object.extract()?;
            return Ok(Self::Pairs(pairs));
        }
        if is_bytes(object) || !object.hasattr("__iter__")? {
            return Err(PyTypeError::new_err(
                "a variable is a str, a number, a list of these, a mapping or None",
            ));
        }
        // An iterator can be read only once, so its items are collected before they are examined.
        // The first item decides whether all items are pairs.
        let items = PyList::new(object.py(), read_ordered(object, |item| Ok(item.clone()))?)?;
        let is_pair = |item: &Bound<'_, PyAny>| {
            item.is_instance_of::<PyTuple>() || item.is_instance_of::<PyList>()
        };
        if items.iter().next().is_some_and(|item| is_pair(&item)) {
            return items.extract().map(|ScalarPairs(pairs)| Self::Pairs(pairs));
        }
        let list = read_ordered(items.as_any().as_borrowed(), scalar)?;
        Ok(Self::List(list.into_iter().flatten().collect()))
    }
}
