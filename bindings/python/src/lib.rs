//! The native module of the Python package `keyrail`: it converts the arguments, calls the core,
//! and converts the results. Each class is in a file that is named after the Python module of the
//! class, or after the concept that the class represents.

mod access;
mod access_request;
mod actor;
mod alert;
mod audit;
mod audit_log;
mod boundary;
mod change;
mod client_ip;
mod delivery;
mod document;
mod endpoint;
mod error;
mod gateway;
mod header;
mod headers;
mod http;
mod input;
mod key;
mod last_use;
mod limit;
mod platform;
mod platform_traits;
mod policy;
mod receive;
mod redact;
mod response;
mod route;
mod secret;
mod token_session;
mod url;
mod usage;
mod webhook;
mod webhook_scheme;

use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::PyString;

/// The native part of Keyrail: import `keyrail`, not this.
#[pymodule]
mod _keyrail {
    use pyo3::prelude::*;

    #[pymodule_export]
    use crate::access::{Author, Grant, KeyDigest, Record, Revocation, peppers_in_use};
    #[pymodule_export]
    use crate::actor::{Actor, Permissions};
    #[pymodule_export]
    use crate::alert::{ExpiryAlert, expiry_alerts};
    #[pymodule_export]
    use crate::audit::AuditEvent;
    #[pymodule_export]
    use crate::audit_log::{AuditChain, AuditEntry, AuditFault, AuditReport, Checkpoint};
    #[pymodule_export]
    use crate::change::{Issued, KeyEvent};
    #[pymodule_export]
    use crate::client_ip::{Trust, client_ip};
    #[pymodule_export]
    use crate::delivery::{DeliveryFailure, DeliveryOutcome, DeliveryState, RetryPolicy, Settled};
    #[pymodule_export]
    use crate::document::json_schema;
    #[pymodule_export]
    use crate::endpoint::{EndpointActivity, EndpointHealth, HealthChange, HealthPolicy};
    #[pymodule_export]
    use crate::gateway::{Delivery, Gateway, Identity, Inbound, Outbound};
    #[pymodule_export]
    use crate::header::{Credentials, Scheme, render};
    #[pymodule_export]
    use crate::http::{Problem, Request, Response};
    #[pymodule_export]
    use crate::key::{ApiKey, Digest, Format, FormatSet, MaskPolicy, Pepper};
    #[pymodule_export]
    use crate::last_use::{LastUses, UnusedAlert, touch, unused_alerts};
    #[pymodule_export]
    use crate::limit::{Consumption, Limit, LimitOutcome, LimitState, Quota, Rate, consume};
    #[pymodule_export]
    use crate::platform::{Operation, Platform};
    #[pymodule_export]
    use crate::platform_traits::{ExpiryPolicy, KeyScope, TokenSpec, WebhookTraits};
    #[pymodule_export]
    use crate::policy::Policy;
    #[pymodule_export]
    use crate::receive::{DeliveryClaim, ReceivePolicy, ReceiveResult, Receiver};
    #[pymodule_export]
    use crate::redact::{Finding, RedactByteStream, RedactStream, Redactor};
    #[pymodule_export]
    use crate::response::{Answer, Failure, Outcome, Page};
    #[pymodule_export]
    use crate::route::{
        Assignment, Change, Decision, Explanation, Mismatch, RuleReport, Table, diff,
    };
    #[pymodule_export]
    use crate::secret::{HeaderValue, Secret};
    #[pymodule_export]
    use crate::token_session::{TokenPoll, TokenSession};
    #[pymodule_export]
    use crate::url::{
        BaseUrl, EncodeSet, Template, decode, decode_batch, decode_bytes, decode_form, encode,
        encode_batch, encode_bytes, encode_query, normalize, parse_query,
    };
    #[pymodule_export]
    use crate::usage::{Usage, UsageCount, UsageCounter};
    #[pymodule_export]
    use crate::webhook::{
        Signer, Verified, Verifier, check_target, generate_private_key, generate_secret,
        is_public_address, public_key,
    };
    #[pymodule_export]
    use crate::webhook_scheme::VerifiedRequest;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        crate::boundary::install_panic_hook();
        // In this module, `Finding` is the class of `keyrail.redact`, `Failure` is the class of
        // `keyrail.platform`, `Change` is the class of `keyrail.route`, and `Scheme` is the class of
        // `keyrail.header`. So the other classes with these names are renamed here.
        module.add("KeyChange", module.py().get_type::<crate::change::Change>())?;
        module.add("WebhookScheme", module.py().get_type::<crate::webhook_scheme::Scheme>())?;
        module.add("RouteFinding", module.py().get_type::<crate::route::Finding>())?;
        module.add("RouteFailure", module.py().get_type::<crate::route::Failure>())?;
        #[cfg(debug_assertions)]
        module.setattr("_panic", wrap_pyfunction!(crate::panic, module)?)?;
        Ok(())
    }
}

/// Returns a string as a Python literal.
fn quoted(py: Python<'_>, text: &str) -> PyResult<String> {
    Ok(PyString::new(py, text).repr()?.to_string())
}

/// Returns a string as a Python literal, or `None`.
fn quoted_or_none(py: Python<'_>, text: Option<&str>) -> PyResult<String> {
    text.map_or_else(|| Ok("None".into()), |text| quoted(py, text))
}

/// Returns the result of converting a string: the same object if the conversion did not change the
/// string, otherwise a new `str`. An instance of a subclass of `str` is never returned, because it
/// could print as something else.
#[inline]
fn same_or_new<'py>(text: &Bound<'py, PyString>, new: Cow<'_, str>) -> Bound<'py, PyString> {
    match new {
        Cow::Borrowed(_) if text.is_exact_instance_of::<PyString>() => text.clone(),
        new => PyString::new(text.py(), &new),
    }
}

/// Panics inside a call into the core. This function exists only in debug builds, for the tests.
#[cfg(debug_assertions)]
#[pyfunction(name = "_panic")]
fn panic(py: Python<'_>, detached: bool) -> PyResult<()> {
    fn defect() -> Result<(), keyrail::Error> {
        panic!("a text that must not show")
    }
    if detached { boundary::call_detached(py, defect) } else { boundary::call(py, defect) }
}
