//! The arguments of `keyrail.access.Record.authorize` and `authorize_batch`.

use std::net::IpAddr;

use keyrail::Timestamp;
use keyrail::access::{Access, AccessRequest, KeyRecord, LimitState};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

use crate::actor::Permissions;
use crate::boundary::call;
use crate::input::{ClientAddress, Now, Text, read_pairs, saturating_int};
use crate::limit::LimitStates;
use crate::quoted;

/// The arguments of `Record.authorize`.
pub(crate) struct Request<'py> {
    pub access: Access,
    pub now: Timestamp,
    pub ip: PyResult<Option<IpAddr>>,
    pub operation: Option<Text>,
    pub queue: Option<Text>,
    pub environment: Option<Text>,
    pub digest: Option<Index>,
    pub owner_permissions: Option<Bound<'py, Permissions>>,
    pub limits: Option<LimitStates>,
}

impl Request<'_> {
    /// Returns the error for an invalid address if the record restricts the networks.
    pub(crate) fn check(self, record: &KeyRecord) -> PyResult<Self> {
        match self.ip {
            Err(malformed) if record.allow_ips().is_some() => Err(malformed),
            parsed => Ok(Self { ip: Ok(parsed.ok().flatten()), ..self }),
        }
    }

    pub(crate) fn states(&self) -> Option<Vec<(&str, Option<LimitState>)>> {
        self.limits.as_ref().map(LimitStates::as_pairs)
    }

    pub(crate) fn as_core<'a>(
        &'a self,
        states: Option<&'a [(&'a str, Option<LimitState>)]>,
    ) -> AccessRequest<'a> {
        AccessRequest {
            ip: self.ip.as_ref().ok().copied().flatten(),
            operation: self.operation.as_deref(),
            queue: self.queue.as_deref(),
            environment: self.environment.as_deref(),
            digest: self.digest.as_ref().map(|index| index.0),
            owner_permissions: self
                .owner_permissions
                .as_ref()
                .map(|permissions| &permissions.get().0),
            limits: states,
            ..AccessRequest::new(self.access, self.now)
        }
    }
}

/// Reads the arguments from a mapping or an iterable of pairs.
impl<'a, 'py> FromPyObject<'a, 'py> for Request<'py> {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let pairs = read_pairs(object, |name, value| Ok((name.extract::<Text>()?, value.clone())))?;
        let names = [
            "access",
            "now",
            "ip",
            "operation",
            "queue",
            "environment",
            "digest",
            "owner_permissions",
            "limits",
        ];
        if let Some((unknown, _)) = pairs.iter().find(|(name, _)| !names.contains(&&**name)) {
            let unknown = quoted(py, unknown)?;
            return Err(PyTypeError::new_err(format!("a request has no argument {unknown}")));
        }
        let missing =
            |name: &str| PyTypeError::new_err(format!("a request needs the argument '{name}'"));
        let access: Text = argument(&pairs, "access")?.ok_or_else(|| missing("access"))?;
        let now: Now = argument(&pairs, "now")?.ok_or_else(|| missing("now"))?;
        let ip: Option<ClientAddress> = argument(&pairs, "ip")?;
        Ok(Self {
            access: call(py, || Access::parse(&access))?,
            now: now.0,
            ip: ip.map(|ip| ip.0).transpose(),
            operation: argument(&pairs, "operation")?,
            queue: argument(&pairs, "queue")?,
            environment: argument(&pairs, "environment")?,
            digest: argument(&pairs, "digest")?,
            owner_permissions: argument(&pairs, "owner_permissions")?,
            limits: argument(&pairs, "limits")?,
        })
    }
}

/// Returns the argument with this name, or `None` if it is absent or None.
fn argument<'py, T: for<'a> FromPyObject<'a, 'py>>(
    pairs: &[(Text, Bound<'py, PyAny>)],
    wanted: &str,
) -> PyResult<Option<T>> {
    let value = pairs.iter().rev().find(|(name, _)| &**name == wanted);
    let Some((_, value)) = value.filter(|(_, value)| !value.is_none()) else { return Ok(None) };
    let read: Result<T, PyErr> = value.extract().map_err(Into::into);
    read.map(Some).map_err(|failed| match failed.is_instance_of::<PyTypeError>(value.py()) {
        true => PyTypeError::new_err(format!("'{wanted}': {}", failed.value(value.py()))),
        false => failed,
    })
}

/// An index of a list. A negative or too large number becomes the largest index, which no list has.
pub(crate) struct Index(pub(crate) usize);

impl<'a, 'py> FromPyObject<'a, 'py> for Index {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        Ok(Self(usize::try_from(saturating_int(object)?).unwrap_or(usize::MAX)))
    }
}
