//! Operations: the requests that a platform accepts, by name.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Id, Pairs, json};
use keyrail_url::BaseUrlTemplate;

use crate::{Error, ErrorKind};

/// The access that a key needs for an operation. Each level includes the levels before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OperationAccess {
    /// The operation only reads.
    Read,
    /// The operation changes or sends something, or may do so.
    Write,
    /// The operation manages keys, webhooks or people.
    Admin,
}

impl OperationAccess {
    /// Returns `read`, `write` or `admin`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}

/// The kind of body that an operation takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BodyKind {
    /// No body.
    #[default]
    None,
    /// JSON, sent as `application/json`.
    Json,
    /// A form, sent as `application/x-www-form-urlencoded`.
    Form,
    /// A body of a type that the vendor does not publish: the caller passes
    /// its `content-type` as an extra header.
    Any,
}

impl BodyKind {
    /// Returns `none`, `json`, `form` or `any`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Json => "json",
            Self::Form => "form",
            Self::Any => "any",
        }
    }

    /// Returns the media type of the body, if it is known.
    pub const fn content_type(self) -> Option<&'static str> {
        match self {
            Self::Json => Some("application/json"),
            Self::Form => Some("application/x-www-form-urlencoded"),
            Self::None | Self::Any => None,
        }
    }
}

/// The highest limit that a document may set for the number of characters in a form field.
pub(crate) const MAX_FIELD: i64 = 65_536;

/// A request that a platform accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    name: String,
    method: Option<&'static str>,
    path: Option<String>,
    access: OperationAccess,
    body: BodyKind,
    limits: Vec<(String, usize)>,
    queue: bool,
    scheme: Option<String>,
    pub(crate) base: Option<BaseUrlTemplate>,
    /// The base and the path as one template; `None` if the path is not published.
    pub(crate) url: Option<BaseUrlTemplate>,
    /// The variables of `url`, or of the base if the path is not published.
    pub(crate) variables: Vec<String>,
}

impl Operation {
    /// Returns the name of the operation, such as `message.send`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the method of the operation in capitals, if the vendor publishes it.
    pub const fn method(&self) -> Option<&'static str> {
        self.method
    }

    /// Returns the path of the operation below the base URL, as the template that the document
    /// contains, if the vendor publishes it.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Returns the access that a key needs for the operation.
    pub const fn access(&self) -> OperationAccess {
        self.access
    }

    /// Returns the kind of body that the operation takes.
    pub const fn body(&self) -> BodyKind {
        self.body
    }

    /// Returns the form fields whose length the vendor limits, each with its maximum number of
    /// characters (Unicode code points, 1 to 65,536), in the order of the platform's document.
    pub fn limits(&self) -> impl Iterator<Item = (&str, usize)> {
        self.limits.iter().map(|(field, most)| (field.as_str(), *most))
    }

    /// Returns whether the operation concerns a queue or a session. If it does, the caller must
    /// check that the app may write to the queue.
    pub const fn uses_queue(&self) -> bool {
        self.queue
    }

    /// Returns the name of the operation's scheme, if it is not the platform's default.
    pub fn scheme(&self) -> Option<&str> {
        self.scheme.as_deref()
    }

    /// Returns the template of the operation's base URL, if it is not the platform's.
    pub fn base(&self) -> Option<&str> {
        self.base.as_ref().map(BaseUrlTemplate::as_str)
    }

    /// Returns the variables of the operation's URL, each once: those of the base URL, then those
    /// of the path. All of them are required. If the path is not published, only the variables of
    /// the base URL are listed.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(String::as_str)
    }
}

pub(crate) const METHODS: &[(&str, &str)] =
    &[("GET", "GET"), ("POST", "POST"), ("PUT", "PUT"), ("PATCH", "PATCH"), ("DELETE", "DELETE")];

pub(crate) const ACCESS: &[(&str, OperationAccess)] = &[
    ("read", OperationAccess::Read),
    ("write", OperationAccess::Write),
    ("admin", OperationAccess::Admin),
];

pub(crate) const BODIES: &[(&str, BodyKind)] = &[
    ("none", BodyKind::None),
    ("json", BodyKind::Json),
    ("form", BodyKind::Form),
    ("any", BodyKind::Any),
];

keyrail_core::config_object! {
    /// A request that the platform accepts.
    Operation (faults) {
        /// The name of the operation, such as `message.send`.
        required name: Id;
        /// The method, if the vendor publishes it.
        optional method: &'static str = choice(METHODS);
        /// The path relative to the base URL, as a template without a leading slash.
        optional path: String as json!({"pattern": "^[^/]"});
        /// The access that a key needs for the operation.
        required access: OperationAccess = choice(ACCESS);
        /// The kind of body that the operation takes. By default, `none`.
        optional body: BodyKind = choice(BODIES);
        /// The maximum number of characters of each form field that the vendor limits.
        optional limits: Pairs<i64> as json!({
            "additionalProperties": {"type": "integer", "minimum": 1, "maximum": MAX_FIELD},
        });
        /// Whether the operation concerns a queue or a session.
        optional queue: bool;
        /// The scheme, if it is not the platform's first one.
        optional scheme: String;
        /// The base URL, if it is not the platform's.
        optional base: BaseUrlTemplate;
    } => {
        let Pairs(limits) = limits.unwrap_or_default();
        for (field, _) in limits.iter().filter(|(_, most)| !(1..=MAX_FIELD).contains(most)) {
            let error = Error::new(ErrorKind::MalformedLimit);
            faults.at_member("limits", || faults.at_member(field, || faults.add_error(&error)));
        }
        let limit = |(field, most)| usize::try_from(most).ok().map(|most| (field, most));
        Some(Self {
            name: name?.into_string(),
            method,
            path,
            access: access?,
            body: body.unwrap_or_default(),
            limits: limits.into_iter().filter_map(limit).collect(),
            queue: queue.unwrap_or_default(),
            scheme,
            base,
            url: None,
            variables: Vec::new(),
        })
    }
}
