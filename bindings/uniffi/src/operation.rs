//! Operations: the requests that a platform accepts.

use keyrail::platform::{BodyKind, Operation, OperationAccess};

use crate::mirror::mirror_enum;

mirror_enum! { FfiOperationAccess of OperationAccess { Read, Write, Admin } }

mirror_enum! { FfiBodyKind of BodyKind { Nothing = None, Json, Form, Any } }

/// See [`Operation::limits`].
#[derive(Debug, uniffi::Record)]
pub struct FfiFieldLimit {
    /// The field's name.
    pub field: String,
    /// The maximum number of characters.
    pub characters: u32,
}

/// See [`Operation`].
#[derive(Debug, uniffi::Record)]
pub struct FfiOperation {
    /// The name.
    pub name: String,
    /// The method.
    pub method: Option<String>,
    /// The path's template.
    pub path: Option<String>,
    /// The access that a key needs for the operation.
    pub access: FfiOperationAccess,
    /// The kind of body that the operation takes.
    pub body: FfiBodyKind,
    /// The form fields whose length the vendor limits.
    pub limits: Vec<FfiFieldLimit>,
    /// Whether the operation concerns a queue or a session.
    pub uses_queue: bool,
    /// The name of the operation's scheme, if it is not the platform's default.
    pub scheme: Option<String>,
    /// The template of the operation's base URL, if it is not the platform's.
    pub base: Option<String>,
    /// The variables of the operation's URL.
    pub variables: Vec<String>,
}

impl From<&Operation> for FfiOperation {
    fn from(operation: &Operation) -> Self {
        Self {
            name: operation.name().into(),
            method: operation.method().map(Into::into),
            path: operation.path().map(Into::into),
            access: operation.access().into(),
            body: operation.body().into(),
            limits: operation.limits().filter_map(limit).collect(),
            uses_queue: operation.uses_queue(),
            scheme: operation.scheme().map(Into::into),
            base: operation.base().map(Into::into),
            variables: operation.variables().map(Into::into).collect(),
        }
    }
}

/// Converts a limit. A platform's document allows only limits that fit a `u32`.
fn limit((field, maximum): (&str, usize)) -> Option<FfiFieldLimit> {
    let characters = u32::try_from(maximum).ok()?;
    Some(FfiFieldLimit { field: field.into(), characters })
}
