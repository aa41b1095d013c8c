//! Times: the argument `now`, and the `datetime` of a result.

use keyrail::Timestamp;
use pyo3::prelude::*;
use pyo3::types::IntoPyDict;

use crate::boundary::call;
use crate::error;
use crate::input::saturating_int;

/// A time, from an aware `datetime` or from an `int` of Unix milliseconds. A `datetime` is rounded
/// down to milliseconds.
pub(crate) struct Now(pub(crate) Timestamp);

impl<'a, 'py> FromPyObject<'a, 'py> for Now {
    type Error = PyErr;

    fn extract(object: Borrowed<'a, 'py, PyAny>) -> PyResult<Self> {
        let py = object.py();
        let millis = match millis_of_datetime(&object)? {
            Some(millis) => millis,
            None => saturating_int(object)?,
        };
        call(py, || Timestamp::from_millis(millis)).map(Self)
    }
}

/// Returns the Unix milliseconds of a `datetime`, or `None` for anything else.
///
/// A naive `datetime` is an error, because its time zone is not known.
fn millis_of_datetime(object: &Bound<'_, PyAny>) -> PyResult<Option<i64>> {
    let py = object.py();
    let module = py.import("datetime")?;
    let class = module.getattr("datetime")?;
    if !object.is_instance(&class)? {
        return Ok(None);
    }
    if object.call_method0("utcoffset")?.is_none() {
        let message = "a datetime without a time zone is ambiguous: pass an aware one, such as \
            datetime.now(timezone.utc)";
        return Err(error::invalid_argument(py, "KeyrailError", "time.naive", message));
    }
    let utc = module.getattr("timezone")?.getattr("utc")?;
    let epoch = class.call1((1970, 1, 1, 0, 0, 0, 0, utc))?;
    let elapsed = object.call_method1("__sub__", (epoch,))?;
    let part = |name: &str| elapsed.getattr(name)?.extract::<i64>();
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
    let millis = [("milliseconds", time.as_millis())].into_py_dict(py)?;
    let elapsed = module.getattr("timedelta")?.call((), Some(&millis))?;
    epoch.call_method1("__add__", (elapsed,)).map(Some)
}
