//! Token traits: how a platform gives out the token that its keys need.

use alloc::string::String;

use keyrail_core::config::{Faults, Id, Member, Object, Slot};
use serde::de::MapAccess;

use crate::pointer::Pointer;
use crate::request::header_name;
use crate::{Error, ErrorKind};

/// Which operation gives out a token, and where in the answer it stands.
///
/// As configuration: `{"operation": "token.issue", "header": "X-AUTH-TOKEN",
/// "body": "/data/X-AUTH-TOKEN"}`; one of `header` and `body` may be left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenSpec {
    operation: String,
    header: Option<String>,
    pub(crate) body: Option<Pointer>,
}

impl TokenSpec {
    /// The operation that gives out a token.
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The header in which it comes, where it comes in one.
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }
}

/// What is gathered of the traits while they are read.
#[derive(Default)]
pub struct TokenDraft {
    operation: Slot<Id>,
    header: Slot<String>,
    body: Slot<Pointer>,
}

impl Object for TokenSpec {
    type Draft = TokenDraft;
    const MEMBERS: &'static [&'static str] = &["operation", "header", "body"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut TokenDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "operation" => draft.operation.read(value)?,
            "header" => draft.header.set(value.parse(header_name)?),
            "body" => draft.body.read(value)?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: TokenDraft, faults: &Faults) -> Option<Self> {
        let operation = draft.operation.required("operation", faults);
        if let (Slot::Absent, Slot::Absent) = (&draft.header, &draft.body) {
            faults.add_error(&Error::new(ErrorKind::NoTokenPlace));
        }
        let (header, body) = (draft.header.optional(), draft.body.optional());
        Some(Self { operation: operation?.into_string(), header, body })
    }
}
