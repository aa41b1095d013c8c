//! Times: what Python may pass as `now`, and the `datetime` of a result.

use keyrail::Timestamp;
use pyo3::prelude::*;
use pyo3::types::IntoPyDict;

use crate::boundary::call;
use crate::error;
use crate::input::saturated;

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
