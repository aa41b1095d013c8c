//! JSON Pointers (RFC 6901) into a vendor's response.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::{Error, ErrorKind};

/// A JSON Pointer that only goes through objects: a pointer into an array finds nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pointer(Vec<String>);

/// The error for a duplicate member on the path: neither of its values is used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Duplicate;

/// The value that a pointer finds, if any, as unparsed JSON.
type Found<'a> = Result<Option<&'a RawValue>, Duplicate>;

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

    /// Returns a pointer to a member of the root.
    pub(crate) fn member(name: &str) -> Self {
        Self(Vec::from([name.into()]))
    }

    /// Returns the name of the first member on the path.
    pub(crate) fn start(&self) -> &str {
        self.0.first().map_or("", String::as_str)
    }

    /// Returns the value that the pointer finds below this root.
    pub(crate) fn find<'a>(&self, root: &'a RawValue) -> Found<'a> {
        self.find_in(&Members::read(root, [self.start()]))
    }

    /// Returns the value that the pointer finds in an object whose members were already read. The
    /// member with the name [`start`](Self::start) must be one of those that were requested.
    pub(crate) fn find_in<'a>(&self, root: &Members<'_, 'a>) -> Found<'a> {
        let mut found = root.get(self.start());
        for name in self.0.iter().skip(1) {
            let Some(value) = found? else { return Ok(None) };
            found = Members::read(value, [name.as_str()]).get(name);
        }
        found
    }
}

/// The requested members of an object, found in one pass over the object. A value that is not an
/// object has no members.
pub(crate) struct Members<'n, 'a>(Vec<(&'n str, Found<'a>)>);

impl<'n, 'a> Members<'n, 'a> {
    pub(crate) fn read(object: &'a RawValue, names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut members: Vec<(&str, Found<'_>)> = Vec::new();
        for name in names {
            if !members.iter().any(|(known, _)| *known == name) {
                members.push((name, Ok(None)));
            }
        }
        if object.get().starts_with('{') {
            let mut json = serde_json::Deserializer::from_str(object.get());
            json.disable_recursion_limit(); // other members are skipped without recursion
            // The JSON is known to be valid, so the only possible error is a name with an unpaired
            // surrogate. The members after that name were not read, so any of the requested members
            // may be a duplicate.
            if json.deserialize_map(MemberVisitor(&mut members)).is_err() {
                members.iter_mut().for_each(|(_, found)| *found = Err(Duplicate));
            }
        }
        Self(members)
    }

    fn get(&self, name: &str) -> Found<'a> {
        self.0.iter().find(|(known, _)| *known == name).map_or(Ok(None), |(_, found)| *found)
    }
}

struct MemberVisitor<'m, 'n, 'a>(&'m mut Vec<(&'n str, Found<'a>)>);

impl<'de> Visitor<'de> for MemberVisitor<'_, '_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        while let Some(name) = object.next_key::<Cow<'_, str>>()? {
            let Some((_, found)) = self.0.iter_mut().find(|(known, _)| name == *known) else {
                object.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = object.next_value()?;
            *found = if matches!(found, Ok(None)) { Ok(Some(value)) } else { Err(Duplicate) };
        }
        Ok(())
    }
}

/// Converts a JSON string, number or boolean to a string. Returns `None` for any other value.
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

    use super::{Members, Pointer, scalar};

    fn find(pointer: &str, text: &str) -> Option<String> {
        let root: &RawValue = serde_json::from_str(text).unwrap();
        Pointer::parse(pointer).unwrap().find(root).unwrap().map(|value| value.get().into())
    }

    #[test]
    fn a_pointer_traverses_objects_by_unescaped_names() {
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
    fn a_duplicate_member_is_an_error() {
        let root: &RawValue = serde_json::from_str(r#"{"a": 1, "\u0061": 2}"#).unwrap();
        assert!(Pointer::parse("/a").unwrap().find(root).is_err());
        assert!(Pointer::parse("/b").unwrap().find(root).unwrap().is_none());
    }

    #[test]
    fn several_pointers_are_resolved_in_one_pass() {
        let text = r#"{"a": 1, "b": {"c": 2}, "d": 3, "d": 4, "e": 5}"#;
        let root: &RawValue = serde_json::from_str(text).unwrap();
        let pointers = ["/a", "/b", "/b/c", "/d", "/f"].map(|text| Pointer::parse(text).unwrap());
        let members = Members::read(root, pointers.iter().map(Pointer::start));
        let [a, b, c, d, f] = pointers.each_ref().map(|pointer| pointer.find_in(&members));
        assert_eq!(a.unwrap().unwrap().get(), "1");
        assert_eq!(b.unwrap().unwrap().get(), r#"{"c": 2}"#);
        assert_eq!(c.unwrap().unwrap().get(), "2");
        assert!(d.is_err() && f.unwrap().is_none());
    }

    #[test]
    fn malformed_pointers_are_rejected_at_their_offset() {
        for (text, offset) in [("", 0), ("a", 0), ("/a~", 1), ("/a/b~2", 3), ("#/a", 0)] {
            let error = Pointer::parse(text).unwrap_err();
            assert_eq!(
                (error.code(), error.offset()),
                ("platform.malformed_pointer", Some(offset))
            );
        }
    }

    #[test]
    fn strings_numbers_and_booleans_become_strings() {
        let text = |json: &str| scalar(serde_json::from_str(json).unwrap());
        assert_eq!(text(r#""a\u00e9""#).as_deref(), Some("aé"));
        assert_eq!(text("40000").as_deref(), Some("40000"));
        assert_eq!(text("true").as_deref(), Some("true"));
        for json in ["null", "[]", "{}"] {
            assert_eq!(text(json), None, "{json}");
        }
    }
}
