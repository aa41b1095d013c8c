//! Response traits: how a vendor's answers are read, as data.

use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    Checked, Faults, Id, Member, Number, Object, Read, Shape, Slot, read_shape, read_text,
};
use serde::Deserializer;
use serde::de::MapAccess;
use serde_json::value::RawValue;

use crate::error::add;
use crate::number::whole;
use crate::pointer::Pointer;
use crate::{ErrorKind, FailureKind};

/// The most places where a platform's answers may have their data: each is
/// looked for in every answer.
pub const MAX_DATA_PLACES: usize = 16;

/// What is known of a platform's answers.
///
/// As configuration, with JSON Pointers into the body:
/// `{"success": {"at": "/success", "is": true}, "code": "/code", "message":
/// "/message", "data": ["/data"], "errors": [{"code": "40400", "failure":
/// "not_found"}], "pagination": {"count": "/count", "next": "/links/next"}}`,
/// each where the vendor publishes it, and `data` at most [`MAX_DATA_PLACES`] long.
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
    /// What one of the vendor's error codes means.
    pub fn failure_of(&self, code: &str) -> Option<FailureKind> {
        self.errors.iter().find(|(known, _)| known == code).map(|(_, kind)| *kind)
    }

    /// All places that an answer is read at.
    pub(crate) fn pointers(&self) -> impl Iterator<Item = &Pointer> {
        let single = [self.success.as_ref().map(|success| &success.at), self.code.as_ref()];
        let pages = self.pagination.iter().flat_map(|pagination| {
            let Pagination { count, current, previous, next, first, last } = pagination;
            [count, current, previous, next, first, last]
        });
        single.into_iter().flatten().chain(&self.message).chain(&self.data).chain(pages.flatten())
    }

    /// The vendor's error codes, in the document's order.
    pub fn errors(&self) -> impl Iterator<Item = (&str, FailureKind)> {
        self.errors.iter().map(|(code, kind)| (code.as_str(), *kind))
    }
}

/// Where an answer says that all went well, and how.
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

/// A value that is no list and no object; a boolean is no number.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Scalar {
    Text(String),
    Boolean(bool),
    Integer(i64),
}

struct AnyScalar;

impl<'de> Shape<'de> for AnyScalar {
    type Value = Scalar;
    const EXPECTED: &'static str = "a text, a whole number, true or false";

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
                let message = format!("this must be {}", <Self as Shape<'de>>::EXPECTED);
                faults.add("config.wrong_type", message);
                None
            }
        }
    }
}

impl Read for Scalar {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_shape(AnyScalar, from, faults)
    }
}

impl Read for Pointer {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, Self::parse)
    }
}

/// Where an answer says what page it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pagination {
    pub(crate) count: Option<Pointer>,
    pub(crate) current: Option<Pointer>,
    pub(crate) previous: Option<Pointer>,
    pub(crate) next: Option<Pointer>,
    pub(crate) first: Option<Pointer>,
    pub(crate) last: Option<Pointer>,
}

/// What is gathered of the traits while they are read.
#[derive(Default)]
pub struct ResponseDraft {
    success: Slot<Success>,
    code: Slot<Pointer>,
    message: Slot<Pointer>,
    data: Slot<Vec<Checked<Pointer>>>,
    errors: Slot<Vec<Checked<KnownError>>>,
    pagination: Slot<Pagination>,
}

impl Object for ResponseTraits {
    type Draft = ResponseDraft;
    const MEMBERS: &'static [&'static str] =
        &["success", "code", "message", "data", "errors", "pagination"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut ResponseDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "success" => draft.success.read(value),
            "code" => draft.code.read(value),
            "message" => draft.message.read(value),
            "data" => draft.data.read(value),
            "errors" => draft.errors.read(value),
            "pagination" => draft.pagination.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: ResponseDraft, faults: &Faults) -> Option<Self> {
        let errors = draft.errors.optional().unwrap_or_default();
        let mut codes = BTreeSet::new();
        for (at, Checked(error)) in errors.iter().enumerate() {
            if error.as_ref().is_some_and(|error| !codes.insert(error.code.as_str())) {
                let error = ErrorKind::DuplicateCode.into();
                add(faults, format_args!("/errors/{at}/code"), &error);
            }
        }
        let errors = errors.into_iter().filter_map(|Checked(error)| error);
        let data = draft.data.optional().unwrap_or_default();
        if data.len() > MAX_DATA_PLACES {
            let error = ErrorKind::TooManyPointers.into();
            add(faults, format_args!("/data"), &error);
        }
        Some(Self {
            success: draft.success.optional(),
            code: draft.code.optional(),
            message: draft.message.optional(),
            data: data.into_iter().filter_map(|Checked(pointer)| pointer).collect(),
            pagination: draft.pagination.optional(),
            errors: errors.map(|error| (error.code, error.failure)).collect(),
        })
    }
}

/// One of the vendor's error codes, and what it means.
pub(crate) struct KnownError {
    code: String,
    failure: FailureKind,
}

/// What is gathered of an error while it is read.
#[derive(Default)]
pub(crate) struct KnownErrorDraft {
    code: Slot<Id>,
    failure: Slot<FailureKind>,
}

impl Object for KnownError {
    type Draft = KnownErrorDraft;
    const MEMBERS: &'static [&'static str] = &["code", "failure"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut KnownErrorDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "code" => draft.code.read(value)?,
            "failure" => draft.failure.set(value.choice(FailureKind::WORDS)?),
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: KnownErrorDraft, faults: &Faults) -> Option<Self> {
        let code = draft.code.required("code", faults);
        let failure = draft.failure.required("failure", faults);
        Some(Self { code: code?.into_string(), failure: failure? })
    }
}

/// What is gathered of a success while it is read.
#[derive(Default)]
pub(crate) struct SuccessDraft {
    at: Slot<Pointer>,
    is: Slot<Scalar>,
}

impl Object for Success {
    type Draft = SuccessDraft;
    const MEMBERS: &'static [&'static str] = &["at", "is"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut SuccessDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "at" => draft.at.read(value),
            "is" => draft.is.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: SuccessDraft, faults: &Faults) -> Option<Self> {
        let at = draft.at.required("at", faults);
        let is = draft.is.required("is", faults);
        Some(Self { at: at?, is: is? })
    }
}

/// What is gathered of a pagination while it is read.
#[derive(Default)]
pub(crate) struct PaginationDraft {
    count: Slot<Pointer>,
    current: Slot<Pointer>,
    previous: Slot<Pointer>,
    next: Slot<Pointer>,
    first: Slot<Pointer>,
    last: Slot<Pointer>,
}

impl Object for Pagination {
    type Draft = PaginationDraft;
    const MEMBERS: &'static [&'static str] =
        &["count", "current", "previous", "next", "first", "last"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut PaginationDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "count" => draft.count.read(value),
            "current" => draft.current.read(value),
            "previous" => draft.previous.read(value),
            "next" => draft.next.read(value),
            "first" => draft.first.read(value),
            "last" => draft.last.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: PaginationDraft, _: &Faults) -> Option<Self> {
        Some(Self {
            count: draft.count.optional(),
            current: draft.current.optional(),
            previous: draft.previous.optional(),
            next: draft.next.optional(),
            first: draft.first.optional(),
            last: draft.last.optional(),
        })
    }
}
