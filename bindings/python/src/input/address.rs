//! IP addresses as arguments.

use std::net::IpAddr;

use keyrail::parse_address;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use super::text::Text;
use crate::error;

/// An address, from a `str` or an object of the module `ipaddress`.
pub(crate) struct Address(pub(crate) IpAddr);

impl<'a, 'py> FromPyObject<'a, 'py> for Address {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        if object.hasattr("packed")? {
            return object.extract().map(Self);
        }
        let text: Text = object.extract()?;
        parse_address(&text).map(Self).map_err(|_| {
            let message = "invalid IP address: expected e.g. 203.0.113.7 or 2001:db8::1";
            error::invalid_argument(py, "KeyrailError", "network.malformed", message)
        })
    }
}

/// A client's address, or the error if it cannot be parsed. The error is not raised here: some ASGI
/// test clients pass a name, which must be rejected only if an address is required.
pub(crate) struct ClientAddress(pub(crate) PyResult<IpAddr>);

impl<'a, 'py> FromPyObject<'a, 'py> for ClientAddress {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        match object.extract::<Address>() {
            Err(failed) if failed.is_instance_of::<PyTypeError>(object.py()) => Err(failed),
            parsed => Ok(Self(parsed.map(|address| address.0))),
        }
    }
}
