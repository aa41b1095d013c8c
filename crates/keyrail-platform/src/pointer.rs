//! Pointers: where in a vendor's JSON answer something stands (RFC 6901).

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Error, ErrorKind};

/// A JSON Pointer through objects; one that goes through an array finds
/// nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pointer(Vec<String>);

/// A member on the way stands there twice, so that none of them counts.
#[derive(Debug)]
pub(crate) struct Doubled;

impl Pointer {
    pub(crate) fn parse(text: &str) -> Result<Self, Error> {
        let mut parts = text.split('/');
        if parts.next() != Some("") || text.is_empty() {
            return Err(Error::at(ErrorKind::MalformedPointer, 0));
        }
        let mut start = 1;
        let mut names = Vec::new();
        for part in parts {
            let mut pieces = part.split('~');
            let mut name = String::from(pieces.next().unwrap_or_default());
            for piece in pieces {
                let (escaped, rest) = match (piece.strip_prefix('0'), piece.strip_prefix('1')) {
                    (Some(rest), _) => ('~', rest),
                    (_, Some(rest)) => ('/', rest),
                    _ => return Err(Error::at(ErrorKind::MalformedPointer, start)),
                };
                name.push(escaped);
                name.push_str(rest);
            }
            start += part.len() + 1;
            names.push(name);
        }
        Ok(Self(names))
    }

    /// To a member of the root.
    pub(crate) fn member(name: &str) -> Self {
        Self(Vec::from([name.into()]))
    }

    /// What stands there, as it was written.
    pub(crate) fn find<'a>(&self, root: &'a RawValue) -> Result<Option<&'a RawValue>, Doubled> {
        let mut value = root;
        for name in &self.0 {
            match member(value, name)? {
                Some(found) => value = found,
                None => return Ok(None),
            }
        }
        Ok(Some(value))
    }
}

fn member<'a>(object: &'a RawValue, name: &str) -> Result<Option<&'a RawValue>, Doubled> {
    if !object.get().starts_with('{') {
        return Ok(None);
    }
    // The text is sound JSON already: the one fault left is a second member.
    let mut json = serde_json::Deserializer::from_str(object.get());
    json.disable_recursion_limit(); // what is not looked for is skipped without recursion
    json.deserialize_map(Find(name)).map_err(|_| Doubled)
}

struct Find<'n>(&'n str);

impl<'de> Visitor<'de> for Find<'_> {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(name) = object.next_key::<Cow<'_, str>>()? {
            if name != self.0 {
                object.next_value::<IgnoredAny>()?;
            } else if found.is_some() {
                return Err(serde::de::Error::custom("doubled"));
            } else {
                found = Some(object.next_value()?);
            }
        }
        Ok(found)
    }
}

/// A text, number or boolean as text; nothing for anything else.
pub(crate) fn scalar(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first()? {
        b'"' => serde_json::from_str(value.get()).ok(),
        b'{' | b'[' | b'n' => None,
        _ => Some(value.get().into()),
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use serde_json::value::RawValue;

    use super::{Pointer, scalar};

    fn find(pointer: &str, text: &str) -> Option<String> {
        let root: &RawValue = serde_json::from_str(text).unwrap();
        Pointer::parse(pointer).unwrap().find(root).unwrap().map(|value| value.get().into())
    }

    #[test]
    fn goes_down_objects_by_unescaped_names() {
        let text = r#" {"a": {"b/c": 1, "~": [2], "": 3}, "d": null} "#;
        assert_eq!(find("/a/b~1c", text).unwrap(), "1");
        assert_eq!(find("/a/~0", text).unwrap(), "[2]");
        assert_eq!(find("/a/", text).unwrap(), "3");
        assert_eq!(find("/d", text).unwrap(), "null");
        for nothing in ["/b", "/a/b", "/d/a", "/a/~0/0"] {
            assert_eq!(find(nothing, text), None, "{nothing}");
        }
    }

    #[test]
    fn a_member_that_stands_there_twice_is_none() {
        let root: &RawValue = serde_json::from_str(r#"{"a": 1, "\u0061": 2}"#).unwrap();
        assert!(Pointer::parse("/a").unwrap().find(root).is_err());
        assert!(Pointer::parse("/b").unwrap().find(root).unwrap().is_none());
    }

    #[test]
    fn malformed_pointers_are_refused_at_their_place() {
        for (text, offset) in [("", 0), ("a", 0), ("/a~", 1), ("/a/b~2", 3), ("#/a", 0)] {
            let error = Pointer::parse(text).unwrap_err();
            assert_eq!(
                (error.code(), error.offset()),
                ("platform.malformed_pointer", Some(offset))
            );
        }
    }

    #[test]
    fn scalars_are_texts_as_they_were_written() {
        let text = |json: &str| scalar(serde_json::from_str(json).unwrap());
        assert_eq!(text(r#""a\u00e9""#).as_deref(), Some("aé"));
        assert_eq!(text("40000").as_deref(), Some("40000"));
        assert_eq!(text("true").as_deref(), Some("true"));
        for json in ["null", "[]", "{}"] {
            assert_eq!(text(json), None, "{json}");
        }
    }
}
