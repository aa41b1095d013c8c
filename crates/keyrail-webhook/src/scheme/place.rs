//! Places: where a signature, a timestamp or an id is in a request.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use keyrail_core::Timestamp;

use crate::{Error, ErrorKind};

/// Where a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In the header with this name, which is in lower case.
    Header(String),
    /// In the parameter of the URL's query with this name.
    Query(String),
    /// At this JSON Pointer in the body.
    Json(String),
}

/// Where a value is, and what surrounds it there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) place: Place,
    pub(super) prefix: String,
    /// The name of the pair whose value it is.
    pub(super) pair: Option<String>,
    /// What separates the items, if the place contains a list.
    pub(super) list: Option<char>,
}

impl Value {
    /// Returns the values in a text, at most `max`, or `None` if the text has more items.
    pub(super) fn read<'t>(&self, text: &'t str, max: usize) -> Option<Vec<&'t str>> {
        let items: Vec<&str> = match self.list {
            Some(separator) => text.split(separator).take(max + 1).collect(),
            None => Vec::from([text]),
        };
        if items.len() > max {
            return None;
        }
        let value = |item: &'t str| {
            let item = if self.list.is_some() { item.trim_matches([' ', '\t']) } else { item };
            let item = match &self.pair {
                Some(name) => item.split_once('=').filter(|(other, _)| other == name)?.1,
                None => item,
            };
            item.strip_prefix(&*self.prefix)
        };
        Some(items.into_iter().filter_map(value).collect())
    }

    /// Returns the text of a value as it is written at its place.
    pub(super) fn format(&self, value: &str) -> String {
        match &self.pair {
            Some(name) => format!("{name}={}{value}", self.prefix),
            None => format!("{}{value}", self.prefix),
        }
    }

    /// Returns whether two values cannot be told apart, because both are in the same place, but are
    /// not pairs with different names in the same list.
    pub(super) fn collides_with(&self, other: &Self) -> bool {
        let are_pairs = self.pair.is_some() && other.pair.is_some() && self.pair != other.pair;
        self.place == other.place && !(are_pairs && self.list == other.list)
    }

    /// Returns what separates the items of a list.
    pub(super) fn separator(&self) -> char {
        self.list.unwrap_or(',')
    }
}

/// The unit of a timestamp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Seconds,
    Milliseconds,
    Rfc3339,
}

impl Unit {
    pub(super) const WORDS: &'static [(&'static str, Self)] = &[
        ("seconds", Self::Seconds),
        ("milliseconds", Self::Milliseconds),
        ("rfc3339", Self::Rfc3339),
    ];

    pub(super) fn parse(self, text: &str) -> Result<Timestamp, Error> {
        if matches!(self, Self::Rfc3339) {
            return Timestamp::parse(text).map_err(|_| ErrorKind::SchemeTimestamp.into());
        }
        if let Some(at) = text.bytes().position(|byte| !byte.is_ascii_digit()) {
            return Err(Error::at(ErrorKind::SchemeTimestamp, at));
        }
        // With leading zeros, a timestamp could be longer, and a part before it shorter.
        let has_zeros = text.len() > 1 && text.starts_with('0');
        let text = if has_zeros { "" } else { text };
        let factor = if matches!(self, Self::Seconds) { 1000 } else { 1 };
        let millis = text.parse::<i64>().ok().and_then(|number| number.checked_mul(factor));
        let time = millis.and_then(|millis| Timestamp::from_millis(millis).ok());
        time.ok_or(Error::at(ErrorKind::SchemeTimestamp, 0))
    }

    pub(super) fn format(self, time: Timestamp) -> Result<String, Error> {
        if time.as_millis() < 0 {
            return Err(ErrorKind::SchemeTimestamp.into());
        }
        Ok(match self {
            Self::Seconds => time.as_seconds().to_string(),
            Self::Milliseconds => time.as_millis().to_string(),
            Self::Rfc3339 => time.to_rfc3339(),
        })
    }
}

/// Returns whether a text is a JSON Pointer (RFC 6901) to a value inside a document.
pub(super) fn is_pointer(text: &str) -> bool {
    let escapes = text.split('~').skip(1);
    text.starts_with('/')
        && text.len() <= 256
        && escapes.into_iter().all(|rest| rest.starts_with(['0', '1']))
        && !text.contains(['{', '}'])
}
