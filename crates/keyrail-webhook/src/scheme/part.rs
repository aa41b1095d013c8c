//! The signed parts of a request.

use alloc::format;
use alloc::string::String;

use keyrail_core::is_token;

use super::place::is_pointer;
use crate::{Error, ErrorKind};

/// The maximum length of literal text in the signed content, in bytes.
const MAX_LITERAL: usize = 64;

/// A part of the signed content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Literal(String),
    Method,
    Url,
    Body,
    Timestamp,
    Id,
    /// The value of the header with this name, which is in lower case.
    Header(String),
    /// The value at this JSON Pointer in the body.
    Json(String),
    /// The parameters of a form in the body, sorted by name: names and values without separators.
    FormSorted,
}

impl Part {
    pub(super) fn parse(text: &str) -> Result<Self, Error> {
        let malformed = || ErrorKind::MalformedPart.into();
        let Some(name) = text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) else {
            let is_literal = (1..=MAX_LITERAL).contains(&text.len()) && !text.contains(['{', '}']);
            return if is_literal { Ok(Self::Literal(text.into())) } else { Err(malformed()) };
        };
        if let Some(header) = name.strip_prefix("header:") {
            let header = header.to_ascii_lowercase();
            return if is_token(&header) { Ok(Self::Header(header)) } else { Err(malformed()) };
        }
        if let Some(pointer) = name.strip_prefix("json:") {
            let is_valid = is_pointer(pointer);
            return if is_valid { Ok(Self::Json(pointer.into())) } else { Err(malformed()) };
        }
        Ok(match name {
            "method" => Self::Method,
            "url" => Self::Url,
            "body" => Self::Body,
            "timestamp" => Self::Timestamp,
            "id" => Self::Id,
            "form_sorted" => Self::FormSorted,
            _ => return Err(malformed()),
        })
    }

    /// Returns the name of the part of a request that a signature covers, or `None` for literal
    /// text.
    pub(super) fn name(&self) -> Option<String> {
        Some(match self {
            Self::Literal(_) => return None,
            Self::Method => "method".into(),
            Self::Url => "url".into(),
            Self::Body => "body".into(),
            Self::Timestamp => "timestamp".into(),
            Self::Id => "id".into(),
            Self::Header(name) => format!("header:{name}"),
            Self::Json(pointer) => format!("json:{pointer}"),
            Self::FormSorted => "form".into(),
        })
    }

    /// Returns whether the part is one of the request itself.
    pub(super) const fn is_of_request(&self) -> bool {
        !matches!(self, Self::Literal(_) | Self::Timestamp | Self::Id)
    }

    /// Returns whether the part may be long and contain anything.
    pub(super) const fn is_content(&self) -> bool {
        matches!(self, Self::Body | Self::FormSorted)
    }

    pub(super) const fn is_literal(&self) -> bool {
        matches!(self, Self::Literal(_))
    }
}
