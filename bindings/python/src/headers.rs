//! Headers: the names and values of a request or a response, in the forms that Python's
//! servers and clients use.

use std::ops::Deref;

use keyrail::{HeaderText, Problem};
use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyString};

use crate::error;
use crate::input::{Text, read_pairs, unicode};
use crate::secret::HeaderValue;

/// Headers, read from a mapping (whose `items()` may contain a name more than once), from an
/// iterable of pairs, or from the environ of WSGI (PEP 3333).
pub(crate) struct Headers {
    pairs: Vec<(Octets, Octets)>,
    /// Whether the headers are from an environ, which does not distinguish `-` from `_` in names,
    /// and joins headers with the same name.
    is_environ: bool,
}

impl Headers {
    /// Replaces each name from an environ with the known name that matches it, if there is one. A
    /// variable such as `HTTP_X_API_KEY` does not show whether its header's name has `-` or `_`.
    pub(crate) fn with_known_names<'n>(mut self, known: impl Iterator<Item = &'n str>) -> Self {
        if self.is_environ {
            let known: Vec<_> = known.map(|name| (usual_name(name), name)).collect();
            for (name, _) in &mut self.pairs {
                let found = known.iter().find(|(usual, _)| usual.as_bytes() == name.as_ref());
                if let Some((_, known)) = found {
                    *name = Octets::Owned((*known).into());
                }
            }
        }
        self
    }

    /// Rejects a header of an environ if its value contains a comma: a part of the value could be
    /// from another header, whose name has `_` instead of `-`.
    pub(crate) fn check_single(&self, py: Python<'_>, name: &str) -> PyResult<()> {
        let mut values = self
            .pairs
            .iter()
            .filter(|_| self.is_environ)
            .filter(|(other, _)| other.as_ref().eq_ignore_ascii_case(name.as_bytes()));
        let comma = |(_, value): &(_, Octets)| value.as_ref().iter().position(|byte| *byte == b',');
        let Some(offset) = values.find_map(comma) else { return Ok(()) };
        let detail = "an environ does not show which parts of a list are from a proxy: trust a \
                      header that only the proxy writes, or pass the pairs as received";
        let problem = Problem::from_error(400, "header.list", detail);
        Err(error::with_header(py, error::rejection(py, "HeaderError", problem, offset), name))
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

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(dict) = object.cast::<PyDict>()
            && is_environ(&dict)?
        {
            return from_environ(&dict);
        }
        let pairs = read_pairs(object, |name, value| Ok((name.extract()?, value.extract()?)))?;
        Ok(Self { pairs, is_environ: false })
    }
}

/// Rejects the environ of WSGI, which contains the names of variables instead of the names of
/// headers.
pub(crate) fn reject_environ(object: &Bound<'_, PyAny>) -> PyResult<()> {
    match object.cast::<PyDict>() {
        Ok(dict) if is_environ(dict)? => Err(PyTypeError::new_err(
            "an environ of WSGI is not accepted here: pass the headers of the request to send",
        )),
        _ => Ok(()),
    }
}

/// The extra headers of a request, from a mapping or an iterable of pairs. A value is a `str` or
/// a `keyrail.HeaderValue`.
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

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let value = |value: &Bound<'py, PyAny>| match value.cast::<HeaderValue>() {
            Ok(value) => Ok(ExtraHeader::Value(value.to_owned().unbind())),
            Err(_) => value.extract().map(ExtraHeader::Text),
        };
        read_pairs(object, |name, header| Ok((name.extract()?, value(header)?))).map(Self)
    }
}

/// A header's name or value: a `str`, `bytes` or a `keyrail.HeaderValue`, or a name that replaces
/// the name of a variable in an environ.
pub(crate) enum Octets {
    Text(Text),
    Bytes(PyBackedBytes),
    Value(Py<HeaderValue>),
    Owned(String),
}

impl AsRef<[u8]> for Octets {
    fn as_ref(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Bytes(bytes) => bytes,
            Self::Value(value) => value.get().reveal().as_bytes(),
            Self::Owned(text) => text.as_bytes(),
        }
    }
}

impl<'a, 'py> FromPyObject<'a, 'py> for Octets {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(bytes) = object.cast::<PyBytes>() {
            return Ok(Self::Bytes(bytes.to_owned().into()));
        }
        if let Ok(value) = object.cast::<HeaderValue>() {
            return Ok(Self::Value(value.to_owned().unbind()));
        }
        let text = object.cast::<PyString>()?;
        match unicode(&text)? {
            Some(_) => object.extract().map(Self::Text),
            None => encoded(&text).map(Self::Bytes),
        }
    }
}

/// Returns the bytes of a string with lone surrogates: the bytes that a server or a client decoded
/// with `surrogateescape` (PEP 383) or, if that is not possible, UTF-8 in which the surrogates are
/// encoded as well. The core rejects the invalid bytes of a header, with their offset, only if it
/// reads the header.
#[cold]
fn encoded(text: &Bound<'_, PyString>) -> PyResult<PyBackedBytes> {
    // Calls the method of `str`, because a subclass may override it.
    let class = text.py().get_type::<PyString>();
    let encode = |errors| class.call_method1(intern!(text.py(), "encode"), (text, "utf-8", errors));
    let bytes = encode("surrogateescape").or_else(|_| encode("surrogatepass"))?;
    Ok(bytes.cast_into::<PyBytes>()?.into())
}

/// Returns whether a dictionary is the environ of a request, not headers.
///
/// A client can send a header of any name, even `REQUEST_METHOD`. If the headers were then read as
/// an environ, the client's `HTTP_X_FORWARDED_FOR` would replace the `X-Forwarded-For` that a proxy
/// wrote. So a single name does not prove that the dictionary is an environ. One of two conditions
/// must hold as well: a `wsgi.` variable has a value that no header can have, or every name looks
/// like the name of a CGI variable, unlike `Host` and `Forwarded`.
fn is_environ(dict: &Bound<'_, PyDict>) -> PyResult<bool> {
    let py = dict.py();
    let has_method = dict.contains(intern!(py, "REQUEST_METHOD"))?;
    if !has_method && !dict.contains(intern!(py, "wsgi.version"))? {
        return Ok(false);
    }
    let mut all_cgi = true;
    for (name, value) in dict.iter() {
        let Ok(text) = name.cast::<PyString>() else { return Ok(false) };
        let Ok(name) = text.extract::<Text>() else {
            all_cgi = false;
            continue;
        };
        let is_wsgi = name.starts_with("wsgi.");
        if is_wsgi && !value.is_instance_of::<PyString>() && !value.is_instance_of::<PyBytes>() {
            return Ok(true);
        }
        all_cgi &= is_wsgi || is_cgi(&name);
    }
    Ok(has_method && all_cgi)
}

/// Returns whether a name is like those of CGI variables (RFC 3875, section 4.1).
fn is_cgi(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.contains('_') && name.bytes().all(is_allowed)
}

fn from_environ(dict: &Bound<'_, PyDict>) -> PyResult<Headers> {
    let mut pairs = Vec::new();
    for (name, value) in dict.iter() {
        let Ok(name) = name.extract::<Text>() else { continue };
        let header = match &*name {
            "CONTENT_TYPE" | "CONTENT_LENGTH" => Some(&*name),
            name => name.strip_prefix("HTTP_"),
        };
        if let Some(header) = header {
            pairs.push((Octets::Owned(usual_name(header)), value.extract()?));
        }
    }
    Ok(Headers { pairs, is_environ: true })
}

/// Returns the usual spelling of a header in an environ: lower case, with `-` for `_`.
fn usual_name(name: &str) -> String {
    name.to_ascii_lowercase().replace('_', "-")
}
