//! Headers: the names and values of a request or a response, in the shapes in
//! which Python's servers and clients hand them on.

use std::ops::Deref;

use keyrail::{HeaderText, Problem};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::error;
use crate::input::{Text, pairs, unicode};
use crate::secret::HeaderValue;

/// Headers, from a mapping, whose `items()` may name one several times, from
/// anything that gives pairs, or from the environ of WSGI (PEP 3333).
pub(crate) struct Headers {
    pairs: Vec<(Octets, Octets)>,
    /// They are of an environ, which makes one name of `-` and `_` and joins
    /// what came several times.
    folded: bool,
}

impl Headers {
    /// The same, where an environ hides how a name is spelled, with the
    /// spelling that is known.
    pub(crate) fn spelled<'n>(mut self, known: impl Iterator<Item = &'n str>) -> Self {
        if self.folded {
            let known: Vec<_> = known.map(|name| (unfolded(name), name)).collect();
            for (name, _) in &mut self.pairs {
                let meant = known.iter().find(|(folded, _)| folded.as_bytes() == name.as_ref());
                if let Some((_, spelling)) = meant {
                    *name = Octets::Own((*spelling).into());
                }
            }
        }
        self
    }

    /// Rejects a header of an environ that may have been joined: nobody knows
    /// which of the parts came under its own name.
    pub(crate) fn check_single(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let mut values = self
            .pairs
            .iter()
            .filter(|_| self.folded)
            .filter(|(given, _)| given.as_ref().eq_ignore_ascii_case(name.as_bytes()));
        let comma = |(_, value): &(_, Octets)| value.as_ref().iter().position(|byte| *byte == b',');
        let Some(at) = values.find_map(comma) else { return Ok(()) };
        let detail = "an environ does not tell which parts of a list a proxy wrote: trust a \
                      header that the proxy writes alone, or pass the pairs as they came";
        let problem = Problem::from_error(400, "header.list", detail);
        Err(error::in_header(py, error::refusal(py, "HeaderError", problem, at), name))
    }
}

impl Deref for Headers {
    type Target = [(Octets, Octets)];

    fn deref(&self) -> &[(Octets, Octets)] {
        &self.pairs
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Headers {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(dict) = given.cast::<PyDict>()
            && is_environ(&dict)?
        {
            return of_environ(&dict);
        }
        let pairs = pairs(given, |name, value| Ok((name.extract()?, value.extract()?)))?;
        Ok(Self { pairs, folded: false })
    }
}

/// The headers that a request is given, from a mapping or from anything that
/// gives pairs: a value is a text or a `keyrail.HeaderValue`.
#[derive(Default)]
pub(crate) struct ExtraHeaders(Vec<(Text, ExtraHeader)>);

enum ExtraHeader {
    Text(Text),
    Value(Py<HeaderValue>),
}

impl ExtraHeaders {
    pub(crate) fn as_texts(&self) -> Vec<(&str, HeaderText<'_>)> {
        self.0.iter().map(|(name, value)| (&**name, value.text())).collect()
    }
}

impl ExtraHeader {
    fn text(&self) -> HeaderText<'_> {
        match self {
            Self::Text(text) => HeaderText::from(&**text),
            Self::Value(value) => HeaderText::from(&value.get().0),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for ExtraHeaders {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let value = |value: &Bound<'py, PyAny>| match value.cast::<HeaderValue>() {
            Ok(value) => Ok(ExtraHeader::Value(value.to_owned().unbind())),
            Err(_) => value.extract().map(ExtraHeader::Text),
        };
        pairs(given, |name, given| Ok((name.extract()?, value(given)?))).map(Self)
    }
}

/// A header's name or value: a `str`, `bytes`, or a value of our own.
pub(crate) enum Octets {
    Text(Text),
    Bytes(PyBackedBytes),
    Value(Py<HeaderValue>),
    Own(String),
}

impl AsRef<[u8]> for Octets {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
            Self::Value(value) => value.get().reveal().as_bytes(),
            Self::Own(text) => text.as_bytes(),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Octets {
    type Error = PyErr;

    fn extract(given: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = given.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.to_owned().into()));
        }
        if let Ok(value) = given.cast::<HeaderValue>() {
            return Ok(Self::Value(value.to_owned().unbind()));
        }
        let text = given.cast::<PyString>()?;
        match unicode(&text)? {
            Some(_) => given.extract().map(Self::Text),
            None => octets(&text).map(Self::Bytes),
        }
    }
}

/// The bytes that a text with lone surrogates stands for: those that a server
/// or a client decoded with `surrogateescape` (PEP 383), or else UTF-8 as far
/// as it goes. Either way what is wrong is wrong at its own place, and only
/// for who looks at that header.
#[cold]
fn octets(text: &Bound<'_, PyString>) -> PyResult<PyBackedBytes> {
    // Of the type itself: a class derived from it may have another `encode`.
    let class = text.py().get_type::<PyString>();
    let encode = |errors| class.call_method1(intern!(text.py(), "encode"), (text, "utf-8", errors));
    let bytes = encode("surrogateescape").or_else(|_| encode("surrogatepass"))?;
    Ok(bytes.cast_into::<PyBytes>()?.into())
}

/// Whether a dictionary is the environ of a request, and no headers.
///
/// A stranger may name his headers as he likes, `REQUEST_METHOD` too, and a
/// proxy's word must not give way to his. So a name alone does not tell: a
/// value of `wsgi` that no header can have does, or that every name is one of
/// CGI, which `Host` and `Forwarded` are not.
fn is_environ(dict: &Bound<'_, PyDict>) -> PyResult<bool> {
    let py = dict.py();
    let method = dict.contains(intern!(py, "REQUEST_METHOD"))?;
    if !method && !dict.contains(intern!(py, "wsgi.version"))? {
        return Ok(false);
    }
    let mut all_cgi = true;
    for (name, value) in dict.iter() {
        let Ok(text) = name.cast::<PyString>() else { return Ok(false) };
        let Ok(name) = text.extract::<Text>() else {
            all_cgi = false;
            continue;
        };
        let of_wsgi = name.starts_with("wsgi.");
        if of_wsgi && !value.is_instance_of::<PyString>() && !value.is_instance_of::<PyBytes>() {
            return Ok(true);
        }
        all_cgi &= of_wsgi || is_cgi(&name);
    }
    Ok(method && all_cgi)
}

/// Whether it is named like a variable of CGI (RFC 3875, section 4.1).
fn is_cgi(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.contains('_') && name.bytes().all(letter)
}

fn of_environ(dict: &Bound<'_, PyDict>) -> PyResult<Headers> {
    let mut pairs = Vec::new();
    for (name, value) in dict.iter() {
        let Ok(name) = name.extract::<Text>() else { continue };
        let header = match &*name {
            "CONTENT_TYPE" | "CONTENT_LENGTH" => Some(&*name),
            name => name.strip_prefix("HTTP_"),
        };
        if let Some(header) = header {
            pairs.push((Octets::Own(unfolded(header)), value.extract()?));
        }
    }
    Ok(Headers { pairs, folded: true })
}

/// How most headers are spelled that an environ makes one name of.
fn unfolded(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}
