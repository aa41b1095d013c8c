//! The codes of all errors, faults and denials. The reference page of the error codes is generated
//! from this list, and so are the constants in Swift and Kotlin.

use alloc::vec::Vec;

use keyrail_core::{ConfigErrorKind, KindInfo};

use crate::gateway::{DeploymentErrorKind, GatewayErrorKind};
use crate::{access, header, key, platform, route, url, webhook};

/// The codes of one topic.
#[doc(hidden)]
pub struct Codes {
    /// The topic of the codes, such as `URLs`.
    pub topic: &'static str,
    /// Each code with its message and its meaning.
    pub list: &'static [KindInfo],
}

/// Returns the codes of all errors, faults and denials.
#[doc(hidden)]
pub fn codes() -> Vec<Codes> {
    [
        ("Documents", ConfigErrorKind::LIST),
        ("Values", keyrail_core::ErrorKind::LIST),
        ("URLs", url::ErrorKind::LIST),
        ("Keys", key::ErrorKind::LIST),
        ("Headers", header::ErrorKind::LIST),
        ("Conditions and messages", route::FilterErrorKind::LIST),
        ("Routes", route::ErrorKind::LIST),
        ("Access", access::ErrorKind::LIST),
        ("Denials", access::DenialKind::LIST),
        ("Faults of an audit log", access::AuditFaultKind::LIST),
        ("Webhooks", webhook::ErrorKind::LIST),
        ("Platforms", platform::ErrorKind::LIST),
        ("Deployments", DeploymentErrorKind::LIST),
        ("Calls of a gateway", GatewayErrorKind::LIST),
    ]
    .map(|(topic, list)| Codes { topic, list })
    .into()
}
