//! Finds one value in a JSON text, without building a tree of it.

use alloc::string::{String, ToString as _};
use core::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// What is at a JSON Pointer.
pub(super) enum Found {
    /// A string, or an integer as its digits.
    Text(String),
    /// Nothing, or a value that is neither a string nor an integer of 64 bits.
    Nothing,
    /// An object on the way contains the member more than once. Programs differ in which one they
    /// read.
    Duplicate,
}

/// Finds the value at a JSON Pointer (RFC 6901). Returns `None` if the text is not JSON. Only the
/// syntax of other values is read.
pub(super) fn find(json: &[u8], pointer: &str) -> Option<Found> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let found = Pointer(pointer).deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(found)
}

/// The rest of a JSON Pointer.
#[derive(Clone, Copy)]
struct Pointer<'p>(&'p str);

impl Pointer<'_> {
    /// Returns the next step and the rest, or `None` at the end.
    fn step(&self) -> Option<(String, Self)> {
        let rest = self.0.strip_prefix('/')?;
        let end = rest.find('/').unwrap_or(rest.len());
        let (step, rest) = rest.split_at_checked(end)?;
        Some((step.replace("~1", "/").replace("~0", "~"), Pointer(rest)))
    }

    /// Returns the result for a value that is not an object or a list.
    fn of_text(&self, text: impl FnOnce() -> String) -> Found {
        if self.0.is_empty() { Found::Text(text()) } else { Found::Nothing }
    }
}

impl<'de> DeserializeSeed<'de> for Pointer<'_> {
    type Value = Found;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Found, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Pointer<'_> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Found, E> {
        Ok(self.of_text(|| text.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Found, E> {
        Ok(self.of_text(|| number.to_string()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Found, E> {
        Ok(self.of_text(|| number.to_string()))
    }

    fn visit_f64<E>(self, _: f64) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_unit<E>(self) -> Result<Found, E> {
        Ok(Found::Nothing)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Found, A::Error> {
        let step = self.step();
        let mut found = None;
        while let Some(name) = members.next_key::<String>()? {
            match &step {
                Some((step, rest)) if *step == name => {
                    let value = members.next_value_seed(*rest)?;
                    found = Some(if found.is_some() { Found::Duplicate } else { value });
                }
                _ => drop(members.next_value::<IgnoredAny>()?),
            }
        }
        Ok(found.unwrap_or(Found::Nothing))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Found, A::Error> {
        let step = self.step();
        // An index has no leading zeros (RFC 6901, section 4).
        let index = step.as_ref().and_then(|(step, rest)| {
            let index: usize = step.parse().ok()?;
            (index.to_string() == *step).then_some((index, *rest))
        });
        let mut found = Found::Nothing;
        for position in 0.. {
            match index.filter(|(index, _)| *index == position) {
                Some((_, rest)) => match items.next_element_seed(rest)? {
                    Some(value) => found = value,
                    None => break,
                },
                None if items.next_element::<IgnoredAny>()?.is_none() => break,
                None => {}
            }
        }
        Ok(found)
    }
}
