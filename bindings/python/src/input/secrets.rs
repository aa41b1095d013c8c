//! Secrets as arguments.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::bytes::is_bytes;
use super::pairs::read_pairs;
use super::several::read_ordered;
use super::text::Text;
use crate::secret::Secret;

/// A secret, from a `keyrail.Secret` or a `str`.
pub(crate) struct SecretText(pub(crate) keyrail::Secret);

impl<'a, 'py> FromPyObject<'a, 'py> for SecretText {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if let Ok(secret) = object.cast::<Secret>() {
            return Ok(Self(secret.get().0.clone()));
        }
        let text: Text = object.extract()?;
        Ok(Self(keyrail::Secret::new(&*text)))
    }
}

/// One secret, or several of them.
pub(crate) struct SecretTexts(pub(crate) Vec<keyrail::Secret>);

impl<'a, 'py> FromPyObject<'a, 'py> for SecretTexts {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        if object.is_instance_of::<PyString>() || object.is_instance_of::<Secret>() {
            let SecretText(secret) = object.extract()?;
            return Ok(Self(vec![secret]));
        }
        if is_bytes(object) || !object.hasattr("__iter__")? {
            return Err(PyTypeError::new_err("pass a keyrail.Secret or a str, or a list of them"));
        }
        read_ordered(object, |item| item.extract().map(|SecretText(secret)| secret)).map(Self)
    }
}

/// Secrets by name. Each name has one secret or several.
pub(crate) struct NamedSecrets(pub(crate) keyrail::Secrets);

impl<'a, 'py> FromPyObject<'a, 'py> for NamedSecrets {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let named = read_pairs(object, |name, secrets| {
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
