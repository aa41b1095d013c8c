//! Name-value pairs, from a mapping or an iterable of pairs.

use std::ops::Deref;

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyTuple};

use super::several::{reject_set, with_message};
use super::text::{Text, scalar};

/// The cost of a pair, in bytes. It is added to the lengths of the pair's strings to estimate how
/// long a call takes.
pub(crate) const PAIR_COST: usize = 16;

/// Names and values, from a mapping or an iterable of pairs.
#[derive(Default)]
pub(crate) struct Pairs(Vec<(Text, Text)>);

impl Pairs {
    pub(crate) fn as_strs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value)).collect()
    }
}

impl Deref for Pairs {
    type Target = [(Text, Text)];

    fn deref(&self) -> &[(Text, Text)] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Pairs {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        read_pairs(object, |name, value| Ok((name.extract()?, value.extract()?))).map(Self)
    }
}

/// The pairs of a query, from a mapping or an iterable of pairs. A pair whose value is `None` is
/// written without `=`.
pub(crate) struct QueryPairs(Vec<(Text, Option<Text>)>);

impl Deref for QueryPairs {
    type Target = [(Text, Option<Text>)];

    fn deref(&self) -> &[(Text, Option<Text>)] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for QueryPairs {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        read_pairs(object, |name, value| Ok((name.extract()?, value.extract()?))).map(Self)
    }
}

/// The variables of a base URL, from a mapping or an iterable of pairs. A value is a `str` or a
/// number; None is treated as a missing variable.
#[derive(Default)]
pub(crate) struct ScalarPairs(pub(super) Vec<(Text, Text)>);

impl ScalarPairs {
    pub(crate) fn as_strs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value)).collect()
    }
}

impl Deref for ScalarPairs {
    type Target = [(Text, Text)];

    fn deref(&self) -> &[(Text, Text)] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for ScalarPairs {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let pairs = read_pairs(object, |name, value| Ok((name.extract()?, scalar(value)?)))?;
        Ok(Self(pairs.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()))
    }
}

/// Reads a mapping's items, or an iterable of pairs.
pub(crate) fn read_pairs<'py, T>(
    object: Borrowed<'_, 'py, PyAny>,
    read: impl Fn(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let items = match object.getattr_opt("items")? {
        Some(items) => items.call0()?,
        None => object.to_owned(),
    };
    let not_a_pair = || PyTypeError::new_err("a pair is a tuple or list of a name and a value");
    reject_set(items.as_borrowed())?;
    let mut pairs = Vec::new();
    let iterator = items.try_iter().map_err(|failed| {
        let message = "expected a mapping, or pairs of a name and a value";
        with_message(failed, items.py(), message)
    })?;
    for item in iterator {
        let item = item?;
        let pair = match item.cast::<PyList>() {
            Ok(list) => list.to_tuple(),
            Err(_) => item.cast_into::<PyTuple>().map_err(|_| not_a_pair())?,
        };
        let (name, value) = pair.extract().map_err(|_| not_a_pair())?;
        pairs.push(read(&name, &value)?);
    }
    Ok(pairs)
}
