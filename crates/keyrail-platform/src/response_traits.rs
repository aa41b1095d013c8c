//! Response traits: data that describes how to read a vendor's responses.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    Checked, Faults, Id, JsonVisitor, Number, Read, Schemas, Value, json, read_json, read_text,
    text_schema,
};
use serde::Deserializer;
use serde_json::value::RawValue;

use crate::error::add;
use crate::number::whole;
use crate::pointer::Pointer;
use crate::{ErrorKind, FailureKind};

/// The maximum number of pointers to the data in a platform's responses. Each pointer is resolved
/// in every response.
pub const MAX_DATA_PLACES: usize = 16;

/// The published properties of a platform's responses.
///
/// As configuration, with JSON Pointers into the body:
/// `{"success": {"at": "/success", "is": true}, "code": "/code", "message":
/// "/message", "data": ["/data"], "errors": [{"code": "40400", "failure":
/// "not_found"}], "pagination": {"count": "/count", "next": "/links/next"}}`.
/// A member is omitted if the vendor does not publish the value. `data` has at most
/// [`MAX_DATA_PLACES`] items.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ResponseTraits {
    pub(crate) success: Option<Success>,
    pub(crate) code: Option<Pointer>,
    pub(crate) message: Option<Pointer>,
    pub(crate) data: Vec<Pointer>,
    pub(crate) pagination: Option<Pagination>,
    errors: Vec<(String, FailureKind)>,
}

impl ResponseTraits {
    /// Returns the kind of failure that one of the vendor's error codes means, if the document
    /// lists the code.
    pub fn failure_of(&self, code: &str) -> Option<FailureKind> {
        self.errors.iter().find(|(known, _)| known == code).map(|(_, kind)| *kind)
    }

    /// Returns all pointers into the body of a response.
    pub(crate) fn pointers(&self) -> impl Iterator<Item = &Pointer> {
        let single = [self.success.as_ref().map(|success| &success.at), self.code.as_ref()];
        let pages = self.pagination.iter().flat_map(|pagination| {
            let Pagination { count, current, previous, next, first, last } = pagination;
            [count, current, previous, next, first, last]
        });
        single.into_iter().flatten().chain(&self.message).chain(&self.data).chain(pages.flatten())
    }

    /// Returns the vendor's error codes, each with the kind of failure that it means, in the
    /// document's order.
    pub fn errors(&self) -> impl Iterator<Item = (&str, FailureKind)> {
        self.errors.iter().map(|(code, kind)| (code.as_str(), *kind))
    }
}

/// The value by which the body of a response reports success, and the pointer to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Success {
    pub(crate) at: Pointer,
    is: Scalar,
}

impl Success {
    pub(crate) fn is(&self, value: &RawValue) -> bool {
        match &self.is {
            Scalar::Text(text) => {
                serde_json::from_str::<String>(value.get()).is_ok_and(|it| it == *text)
            }
            Scalar::Boolean(boolean) => {
                serde_json::from_str(value.get()).is_ok_and(|it: bool| it == *boolean)
            }
            Scalar::Integer(integer) => whole(value.get()) == Some(*integer),
        }
    }
}

/// A string, a boolean or a whole number. A boolean never equals a number.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scalar {
    Text(String),
    Boolean(bool),
    Integer(i64),
}

struct AnyScalar;

impl<'de> JsonVisitor<'de> for AnyScalar {
    type Value = Scalar;
    const EXPECTED: &'static str = "a string, a whole number, true or false";

    fn text(self, text: &str, _: &Faults) -> Option<Scalar> {
        Some(Scalar::Text(text.into()))
    }

    fn boolean(self, value: bool, _: &Faults) -> Option<Scalar> {
        Some(Scalar::Boolean(value))
    }

    fn number(self, value: Number, faults: &Faults) -> Option<Scalar> {
        match value {
            Number::Integer(value) => Some(Scalar::Integer(value)),
            Number::Large(_) | Number::Float(_) => {
                let message = format!("this must be {}", <Self as JsonVisitor<'de>>::EXPECTED);
                faults.add("config.wrong_type", message);
                None
            }
        }
    }
}

impl Read for Scalar {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_json(AnyScalar, from, faults)
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({"type": ["string", "boolean", "integer"]})
    }
}

impl Read for Pointer {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, Self::parse)
    }

    /// Returns the schema of a JSON Pointer (RFC 6901, section 3), except the empty pointer, which
    /// points to the root.
    fn schema(_: &mut Schemas) -> Value {
        text_schema("^(/([^/~]|~[01])*)+$")
    }
}

/// The pointers to the pagination values of a response.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pagination {
    pub(crate) count: Option<Pointer>,
    pub(crate) current: Option<Pointer>,
    pub(crate) previous: Option<Pointer>,
    pub(crate) next: Option<Pointer>,
    pub(crate) first: Option<Pointer>,
    pub(crate) last: Option<Pointer>,
}

keyrail_core::config_object! {
    /// How the vendor's responses are read. Pointers are JSON Pointers into the body.
    ResponseTraits (faults) {
        /// The value by which a response reports success.
        optional success: Success;
        /// The pointer to the vendor's error code.
        optional code: Pointer;
        /// The pointer to the vendor's message.
        optional message: Pointer;
        /// The pointers to the data, at most 16; the first that finds a value other than null is
        /// used.
        optional data: Vec<Checked<Pointer>> as json!({"maxItems": MAX_DATA_PLACES});
        /// The vendor's error codes, each with the kind of failure that it means.
        optional errors: Vec<Checked<KnownError>>;
        /// The pointers to the pagination values of a response.
        optional pagination: Pagination;
    } => {
        let errors = errors.unwrap_or_default();
        let mut codes = BTreeSet::new();
        for (at, Checked(error)) in errors.iter().enumerate() {
            if error.as_ref().is_some_and(|error| !codes.insert(error.code.as_str())) {
                let error = ErrorKind::DuplicateCode.into();
                add(faults, format_args!("/errors/{at}/code"), &error);
            }
        }
        let errors = errors.into_iter().filter_map(|Checked(error)| error);
        let data = data.unwrap_or_default();
        if data.len() > MAX_DATA_PLACES {
            let error = ErrorKind::TooManyPointers.into();
            add(faults, format_args!("/data"), &error);
        }
        Some(Self {
            success,
            code,
            message,
            data: data.into_iter().filter_map(|Checked(pointer)| pointer).collect(),
            pagination,
            errors: errors.map(|error| (error.code, error.failure)).collect(),
        })
    }
}

/// One of the vendor's error codes, and the kind of failure that it means.
pub(crate) struct KnownError {
    code: String,
    failure: FailureKind,
}

keyrail_core::config_object! {
    /// One of the vendor's error codes.
    KnownError (faults) {
        /// The code.
        required code: Id;
        /// The kind of failure that it means.
        required failure: FailureKind = choice(FailureKind::WORDS);
    } => {
        Some(Self { code: code?.into_string(), failure: failure? })
    }
}

keyrail_core::config_object! {
    /// The value by which a response reports success.
    Success (faults) {
        /// The pointer to the value.
        required at: Pointer;
        /// The value that means success.
        required is: Scalar;
    } => {
        Some(Self { at: at?, is: is? })
    }
}

keyrail_core::config_object! {
    /// The pointers to the pagination values of a response.
    Pagination (faults) {
        /// The pointer to the total number of items.
        optional count: Pointer;
        /// The pointer to the number or the URL of this page.
        optional current: Pointer;
        /// The pointer to the number or the URL of the previous page.
        optional previous: Pointer;
        /// The pointer to the number or the URL of the next page.
        optional next: Pointer;
        /// The pointer to the number or the URL of the first page.
        optional first: Pointer;
        /// The pointer to the number or the URL of the last page.
        optional last: Pointer;
    } => {
        Some(Self { count, current, previous, next, first, last })
    }
}
