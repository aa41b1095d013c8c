//! Arguments: what Python may pass where the core takes text, pairs, secrets,
//! times, statuses and addresses.

use std::net::IpAddr;
use std::ops::Deref;

use keyrail::url::{QueryValue, TemplateValue};
use keyrail::{Timestamp, parse_address};
use pyo3::exceptions::{
    PyOverflowError, PyRecursionError, PyTypeError, PyUnicodeEncodeError, PyValueError,
};
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedStr;
use pyo3::types::{
    IntoPyDict, PyBool, PyByteArray, PyBytes, PyDict, PyFloat, PyFrozenSet, PyInt, PyList,
    PyMapping, PyMemoryView, PySequence, PySet, PyString, PyTuple,
};

use crate::boundary::call;
use crate::error;
use crate::secret::Secret;

/// The text of a `str`, where Python keeps it.
#[inline]
pub(crate) fn utf8<'t>(text: &'t Bound<'_, PyString>) -> PyResult<&'t str> {
    unicode(text)?.ok_or_else(|| lone_surrogate(text.py(), "KeyrailError"))
}

/// `utf8`; none where there is a lone surrogate, which UTF-8 cannot hold.
#[inline]
pub(crate) fn unicode<'t>(text: &'t Bound<'_, PyString>) -> PyResult<Option<&'t str>> {
    match text.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(failed) if failed.is_instance_of::<PyUnicodeEncodeError>(text.py()) => Ok(None),
        Err(failed) => Err(failed),
    }
}

/// The exception for a text with a lone surrogate: Python's own would carry
/// the whole text with it.
#[cold]
pub(crate) fn lone_surrogate(py: Python<'_>, class: &str) -> PyErr {
    let message = "a text holds a lone surrogate: it must be valid Unicode";
    error::argument(py, class, "text.lone_surrogate", message)
}

/// A `str`, read where Python keeps it.
pub(crate) struct Text(PyBackedStr);

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Text {
    fn as_ref(&self) -> &str {
        self
    }
}

impl QueryValue for Text {
    fn query_value(&self) -> Option<&str> {
        Some(self)
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Text {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let text = given.cast::<PyString>()?;
        utf8(&text)?;
        PyBackedStr::try_from(text.to_owned()).map(Self)
    }
}

/// A configuration document: JSON as `str`, `bytes`, `bytearray` or `memoryview`, or a
/// mapping or sequence, which is written as JSON.
pub(crate) struct Document(PyBackedStr);

impl Deref for Document {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Document {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        if given.is_instance_of::<PyString>() {
            return given.extract().map(|Text(text)| Self(text));
        }
        if let Ok(bytes) = given.extract::<Bytes<'_>>() {
            let text = core::str::from_utf8(&bytes).map_err(|invalid| {
                let at = invalid.valid_up_to();
                let message = format!("invalid UTF-8 at byte {at}: JSON is UTF-8 (RFC 8259)");
                error::argument(py, "ConfigError", "config.syntax", &message)
            })?;
            return PyBackedStr::try_from(PyString::new(py, text)).map(Self);
        }
        if is_container(&given)? {
            let options = [("ensure_ascii", false), ("allow_nan", false)].into_py_dict(py)?;
            options.set_item("default", wrap_pyfunction!(plain_container, py)?)?;
            let written = py.import("json")?.call_method("dumps", (given,), Some(&options));
            let text = written.map_err(|failed| unwritable(py, failed))?;
            let text = text.cast_into::<PyString>()?;
            utf8(&text)?;
            return PyBackedStr::try_from(text).map(Self);
        }
        let message = "expected JSON as str or bytes, a mapping or a sequence";
        Err(PyTypeError::new_err(message))
    }
}

/// Returns the error of a mapping or a sequence that JSON cannot hold.
fn unwritable(py: Python<'_>, failed: PyErr) -> PyErr {
    if failed.is_instance_of::<PyRecursionError>(py) {
        let message = "this configuration is nested too deeply";
        return error::argument(py, "ConfigError", "config.too_deep", message);
    }
    if failed.is_instance_of::<PyValueError>(py) {
        let message = "this configuration holds itself, NaN or an infinity, which JSON cannot hold";
        return error::argument(py, "ConfigError", "config.syntax", message);
    }
    failed
}

fn is_container(given: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(given.cast::<PyMapping>().is_ok() || given.cast::<PySequence>().is_ok())
}

/// Returns a mapping as a `dict` and a sequence as a `list`, for what `json` does not know.
#[pyfunction]
fn plain_container<'py>(given: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = given.py();
    if given.cast::<PyMapping>().is_ok() {
        return py.get_type::<PyDict>().call1((given,));
    }
    if given.cast::<PySequence>().is_ok() && !given.is_instance_of::<PyBytes>() {
        return py.get_type::<PyList>().call1((given,));
    }
    Err(PyTypeError::new_err("a configuration holds mappings, sequences, str, numbers, bool, None"))
}

/// Bytes: those of `bytes`, and a copy of a `bytearray`'s or a `memoryview`'s.
pub(crate) struct Bytes<'py>(pub(crate) Bound<'py, PyBytes>);

impl Deref for Bytes<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Bytes<'py> {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(array) = given.cast::<PyByteArray>() {
            return Ok(Self(PyBytes::new(given.py(), &array.to_vec())));
        }
        if given.is_instance_of::<PyMemoryView>() {
            return Ok(Self(given.call_method0("tobytes")?.cast_into()?));
        }
        Ok(Self(given.cast::<PyBytes>()?.to_owned()))
    }
}

/// Several texts, from anything that can be walked but a single text.
#[derive(Default)]
pub(crate) struct Texts(Vec<Text>);

impl Deref for Texts {
    type Target = [Text];

    fn deref(&self) -> &[Text] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Texts {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        several(given, |item| item.extract()).map(Self)
    }
}

/// Strings whose order has no meaning: a set is accepted, too.
#[derive(Default)]
pub(crate) struct Names(Vec<Text>);

impl Names {
    pub(crate) fn as_strs(&self) -> Vec<&str> {
        self.0.iter().map(Deref::deref).collect()
    }
}

impl Deref for Names {
    type Target = [Text];

    fn deref(&self) -> &[Text] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Names {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        unordered(given, |item| item.extract()).map(Self)
    }
}

/// What a pair costs beside its bytes, in bytes.
pub(crate) const PAIR: usize = 16;

/// Names and values, from a mapping or from anything that gives pairs.
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

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        pairs(given, |name, value| Ok((name.extract()?, value.extract()?))).map(Self)
    }
}

/// The pairs of a query, from a mapping or from anything that gives pairs; a
/// value is None where the `=` is missing.
pub(crate) struct QueryPairs(Vec<(Text, Option<Text>)>);

impl Deref for QueryPairs {
    type Target = [(Text, Option<Text>)];

    fn deref(&self) -> &[(Text, Option<Text>)] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for QueryPairs {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        pairs(given, |name, value| Ok((name.extract()?, value.extract()?))).map(Self)
    }
}

/// The variables of a base URL, from a mapping or from anything that gives
/// pairs: a value is a text or a number, and None counts as not given.
#[derive(Default)]
pub(crate) struct Plain(Vec<(Text, Text)>);

impl Plain {
    pub(crate) fn as_strs(&self) -> Vec<(&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value)).collect()
    }
}

impl Deref for Plain {
    type Target = [(Text, Text)];

    fn deref(&self) -> &[(Text, Text)] {
        &self.0
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Plain {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let given = pairs(given, |name, value| Ok((name.extract()?, scalar(value)?)))?;
        Ok(Self(given.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()))
    }
}

/// Returns the string of a variable: a `str` unchanged, a number in decimal, and `None`
/// for None.
fn scalar(given: &Bound<'_, PyAny>) -> PyResult<Option<Text>> {
    if given.is_none() {
        return Ok(None);
    }
    if given.is_instance_of::<PyInt>() && !given.is_instance_of::<PyBool>() {
        // Of the type itself: a class derived from it may have another text.
        let digits = given.py().get_type::<PyInt>().call_method1("__repr__", (given,))?;
        return digits.extract().map(Some);
    }
    if let Ok(float) = given.cast::<PyFloat>() {
        let number: f64 = float.extract()?;
        if !number.is_finite() {
            return Err(PyValueError::new_err("a variable may be a finite number only"));
        }
        let text = PyString::new(given.py(), &number.to_string());
        return text.into_any().extract().map(Some);
    }
    match given.extract() {
        Ok(text) => Ok(Some(text)),
        Err(failed) if failed.is_instance_of::<PyTypeError>(given.py()) => {
            Err(PyTypeError::new_err("a variable is a str, a number or None"))
        }
        Err(failed) => Err(failed),
    }
}

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

/// A secret, from a `keyrail.Secret` or a `str`.
pub(crate) struct SecretText(pub(crate) keyrail::Secret);

impl<'a, 'py> FromPyObject<'a, 'py> for SecretText {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(secret) = given.cast::<Secret>() {
            return Ok(Self(secret.get().0.clone()));
        }
        let text: Text = given.extract()?;
        Ok(Self(keyrail::Secret::new(&*text)))
    }
}

/// One secret, or several of them.
pub(crate) struct SecretTexts(pub(crate) Vec<keyrail::Secret>);

impl<'a, 'py> FromPyObject<'a, 'py> for SecretTexts {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if given.is_instance_of::<PyString>() || given.is_instance_of::<Secret>() {
            let SecretText(secret) = given.extract()?;
            return Ok(Self(vec![secret]));
        }
        if is_bytes(given) || !given.hasattr("__iter__")? {
            return Err(PyTypeError::new_err("pass a keyrail.Secret or a str, or a list of them"));
        }
        several(given, |item| item.extract().map(|SecretText(secret)| secret)).map(Self)
    }
}

/// Secrets by name, each one or several.
pub(crate) struct NamedSecrets(pub(crate) keyrail::Secrets);

impl<'a, 'py> FromPyObject<'a, 'py> for NamedSecrets {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let named = pairs(given, |name, secrets| {
            Ok((name.extract::<Text>()?, secrets.extract::<SecretTexts>()?))
        })?;
        let none = keyrail::Secrets::new();
        Ok(Self(
            named
                .into_iter()
                .fold(none, |all, (name, SecretTexts(secrets))| all.with(&*name, secrets)),
        ))
    }
}

/// A time, from an aware `datetime` or an `int` of Unix milliseconds. What is below a
/// millisecond is cut off.
pub(crate) struct Now(pub(crate) Timestamp);

impl<'a, 'py> FromPyObject<'a, 'py> for Now {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        let millis = match millis_of_datetime(&given)? {
            Some(millis) => millis,
            None => saturated(given)?,
        };
        call(py, || Timestamp::from_millis(millis)).map(Self)
    }
}

/// Returns the Unix milliseconds of a `datetime`, or `None` for anything else.
///
/// A naive one is an error, because it may mean any zone.
fn millis_of_datetime(given: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = given.py();
    let module = py.import("datetime")?;
    let class = module.getattr("datetime")?;
    if !given.is_instance(&class)? {
        return Ok(None);
    }
    if given.call_method0("utcoffset")?.is_none() {
        let message = "a datetime without a time zone may be any time: give an aware one, such as \
            datetime.now(timezone.utc)";
        return Err(error::argument(py, "KeyrailError", "time.naive", message));
    }
    let utc = module.getattr("timezone")?.getattr("utc")?;
    let epoch = class.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
    let since = given.call_method1("__sub__", (epoch,))?;
    let part = |name: &str| since.getattr(name)?.extract::<i64>();
    let (days, seconds, micros) = (part("days")?, part("seconds")?, part("microseconds")?);
    Ok(Some((days * 86_400 + seconds) * 1_000 + micros / 1_000))
}

/// Returns a time as an aware `datetime` in UTC.
pub(crate) fn datetime(
    py: Python<'_>,
    time: Option<Timestamp>,
) -> PyResult<Option<Bound<'_, PyAny>>> {
    let Some(time) = time else { return Ok(None) };
    let module = py.import("datetime")?;
    let utc = module.getattr("timezone")?.getattr("utc")?;
    let epoch = module.getattr("datetime")?.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
    let since = [("milliseconds", time.as_millis())].into_py_dict(py)?;
    let since = module.getattr("timedelta")?.call((), Some(&since))?;
    epoch.call_method1("__add__", (since,)).map(Some)
}

/// A response's status, from an `int`; what is beyond 16 bits is none, and
/// stays none.
pub(crate) struct Status(pub(crate) u16);

impl<'a, 'py> FromPyObject<'a, 'py> for Status {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        saturated(given).map(|status| Self(u16::try_from(status).unwrap_or(u16::MAX)))
    }
}

/// An address, from a `str` or an object of the module `ipaddress`.
pub(crate) struct Address(pub(crate) IpAddr);

impl<'a, 'py> FromPyObject<'a, 'py> for Address {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = given.py();
        if given.hasattr("packed")? {
            return given.extract().map(Self);
        }
        let text: Text = given.extract()?;
        parse_address(&text).map(Self).map_err(|_| {
            let message = "invalid IP address: expected e.g. 203.0.113.7 or 2001:db8::1";
            error::argument(py, "KeyrailError", "network.malformed", message)
        })
    }
}

/// A client's address, or the error of one that cannot be parsed: some ASGI test clients
/// send a name, which matters only if an address is required.
pub(crate) struct ClientAddress(pub(crate) PyResult<IpAddr>);

impl<'a, 'py> FromPyObject<'a, 'py> for ClientAddress {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match given.extract::<Address>() {
            Err(failed) if failed.is_instance_of::<PyTypeError>(given.py()) => Err(failed),
            read => Ok(Self(read.map(|address| address.0))),
        }
    }
}

/// An `int`, and no `bool`; what is beyond 64 bits becomes the nearest within.
pub(crate) fn saturated(given: Borrowed<'_, '_, PyAny>) -> PyResult<i64> {
    let py = given.py();
    if given.is_instance_of::<PyBool>() {
        return Err(PyTypeError::new_err("'bool' object cannot stand for an 'int'"));
    }
    let number = given.cast::<PyInt>()?;
    match number.extract() {
        Err(failed) if PyErr::is_instance_of::<PyOverflowError>(&failed, py) => {
            Ok(if number.lt(0)? { i64::MIN } else { i64::MAX })
        }
        extracted => extracted,
    }
}

/// Walks a mapping's items, or an iterable of pairs.
pub(crate) fn pairs<'py, T>(
    given: Borrowed<'_, 'py, PyAny>,
    read: impl Fn(&Bound<'py, PyAny>, &Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let items = match given.getattr_opt("items")? {
        Some(items) => items.call0()?,
        None => given.to_owned(),
    };
    let not_a_pair = || PyTypeError::new_err("a pair is a tuple or list of a name and a value");
    refuse_set(items.as_borrowed())?;
    let mut all = Vec::new();
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
        all.push(read(&name, &value)?);
    }
    Ok(all)
}

/// Reads an iterable other than a string, bytes or a set.
pub(crate) fn several<'py, T>(
    given: Borrowed<'_, 'py, PyAny>,
    read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    refuse_set(given)?;
    unordered(given, read)
}

/// Reads an iterable other than a string or bytes; sets are allowed.
fn unordered<'py, T>(
    given: Borrowed<'_, 'py, PyAny>,
    mut read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    const MESSAGE: &str = "several are asked for: pass a list of them";
    if given.is_instance_of::<PyString>() || is_bytes(given) {
        return Err(PyTypeError::new_err(MESSAGE));
    }
    let iterator = given.try_iter().map_err(|failed| with_message(failed, given.py(), MESSAGE))?;
    iterator.map(|item| read(&item?)).collect()
}

/// Walks an argument that a function takes as it is, and names it in a
/// TypeError, as PyO3 does with the others.
pub(crate) fn several_of<'py, T>(
    argument: &str,
    given: &Bound<'py, PyAny>,
    mut read: impl FnMut(&Bound<'py, PyAny>) -> PyResult<T>,
) -> PyResult<Vec<T>> {
    let py = given.py();
    let mut index = 0_usize;
    let mut is_item = false;
    let walked = several(given.as_borrowed(), |item| {
        let item = read(item);
        is_item = item.is_err();
        index += usize::from(!is_item);
        item
    });
    walked.map_err(|failed| match failed.is_instance_of::<PyTypeError>(py) {
        true if is_item => PyTypeError::new_err(format!(
            "argument '{argument}', item {index}: {}",
            failed.value(py)
        )),
        true => PyTypeError::new_err(format!("argument '{argument}': {}", failed.value(py))),
        false => failed,
    })
}

/// Whether this is a `bytes`, a `bytearray` or a `memoryview`, which would be
/// walked as numbers.
fn is_bytes(given: Borrowed<'_, '_, PyAny>) -> bool {
    given.is_instance_of::<PyBytes>()
        || given.is_instance_of::<PyByteArray>()
        || given.is_instance_of::<PyMemoryView>()
}

/// Rejects a set, whose order varies between runs.
fn refuse_set(given: Borrowed<'_, '_, PyAny>) -> PyResult<()> {
    if given.is_instance_of::<PySet>() || given.is_instance_of::<PyFrozenSet>() {
        return Err(PyTypeError::new_err("a set has no order: pass a list or a tuple"));
    }
    Ok(())
}

/// Replaces the message of a TypeError; returns other errors unchanged.
fn with_message(failed: PyErr, py: Python<'_>, message: &'static str) -> PyErr {
    match failed.is_instance_of::<PyTypeError>(py) {
        true => PyTypeError::new_err(message),
        false => failed,
    }
}
