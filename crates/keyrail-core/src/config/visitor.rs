//! Visitors: the JSON types that a value may have, and how each type is read.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Value, json};

use super::ConfigErrorKind;
use super::fault::Step;
use super::schema::{Schemas, list_of, time_schema};
use super::{Faults, Read};
use crate::event::MAX_PATTERN;
use crate::{Error, EventPattern, Kind, Network, Timestamp};

/// A JSON number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Number {
    /// A whole number that fits `i64`.
    Integer(i64),
    /// A whole number above `i64::MAX`.
    Large(u64),
    /// A number with a fraction or an exponent, or beyond 64 bits.
    Float(f64),
}

/// Reads a JSON value with a function for each JSON type. A value of a type that the visitor does
/// not accept is a fault and is skipped.
pub trait JsonVisitor<'de>: Sized {
    /// The type of the value that the visitor returns.
    type Value;
    /// The expected type, as the fault's message names it, such as `a string`.
    const EXPECTED: &'static str;

    /// Reads a string.
    fn text(self, _text: &str, faults: &Faults) -> Option<Self::Value> {
        wrong_type(Self::EXPECTED, faults)
    }

    /// Reads a boolean.
    fn boolean(self, _value: bool, faults: &Faults) -> Option<Self::Value> {
        wrong_type(Self::EXPECTED, faults)
    }

    /// Reads a number.
    fn number(self, _value: Number, faults: &Faults) -> Option<Self::Value> {
        wrong_type(Self::EXPECTED, faults)
    }

    /// Reads `null`.
    fn null(self, faults: &Faults) -> Option<Self::Value> {
        wrong_type(Self::EXPECTED, faults)
    }

    /// Reads an array.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    fn list<A: SeqAccess<'de>>(
        self,
        list: A,
        faults: &Faults,
    ) -> Result<Option<Self::Value>, A::Error> {
        faults.hidden(|| Skip.list(list, faults))?;
        Ok(wrong_type(Self::EXPECTED, faults))
    }

    /// Reads an object.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    fn object<A: MapAccess<'de>>(
        self,
        object: A,
        faults: &Faults,
    ) -> Result<Option<Self::Value>, A::Error> {
        faults.hidden(|| Skip.object(object, faults))?;
        Ok(wrong_type(Self::EXPECTED, faults))
    }
}

/// Adds a fault for a value that does not have the expected type.
fn wrong_type<T>(expected: &str, faults: &Faults) -> Option<T> {
    faults.add_kind(ConfigErrorKind::WrongType(expected.into()));
    None
}

/// Reads one value with its visitor.
///
/// # Errors
///
/// The deserializer's error, if the syntax of the document is broken.
pub fn read_json<'de, S: JsonVisitor<'de>, D: Deserializer<'de>>(
    visitor: S,
    from: D,
    faults: &Faults,
) -> Result<Option<S::Value>, D::Error> {
    from.deserialize_any(SerdeVisitor { visitor, faults })
}

/// Reads one string and converts it to a value.
///
/// # Errors
///
/// The deserializer's error, if the syntax of the document is broken.
pub fn read_text<'de, D: Deserializer<'de>, T, K: Kind>(
    from: D,
    faults: &Faults,
    parse: impl FnOnce(&str) -> Result<T, Error<K>>,
) -> Result<Option<T>, D::Error> {
    read_json(ParsingVisitor(parse), from, faults)
}

/// Adapts a [`JsonVisitor`] to serde's [`Visitor`], and checks the nesting depth.
struct SerdeVisitor<'f, S> {
    visitor: S,
    faults: &'f Faults,
}

impl<'de, S: JsonVisitor<'de>> Visitor<'de> for SerdeVisitor<'_, S> {
    type Value = Option<S::Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(S::EXPECTED)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(self.visitor.boolean(value, self.faults))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(self.visitor.number(Number::Integer(value), self.faults))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        let number = i64::try_from(value).map_or(Number::Large(value), Number::Integer);
        Ok(self.visitor.number(number, self.faults))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(self.visitor.number(Number::Float(value), self.faults))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(self.visitor.text(text, self.faults))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(self.visitor.null(self.faults))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        self.faults.check_depth()?;
        self.visitor.list(list, self.faults)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        self.faults.check_depth()?;
        self.visitor.object(object, self.faults)
    }
}

/// A seed that reads a nested value and adds its faults to `faults`.
pub(super) struct Seed<'f, T> {
    faults: &'f Faults,
    value: PhantomData<T>,
}

impl<'f, T> Seed<'f, T> {
    pub(super) const fn new(faults: &'f Faults) -> Self {
        Self { faults, value: PhantomData }
    }
}

impl<'de, T: Read> DeserializeSeed<'de> for Seed<'_, T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<T>, D::Error> {
        T::read(from, self.faults)
    }
}

/// Skips any value, and reports the duplicate members in it.
pub(super) struct Skip;

impl<'de> JsonVisitor<'de> for Skip {
    type Value = Self;
    const EXPECTED: &'static str = "any value";

    fn text(self, _: &str, _: &Faults) -> Option<Self> {
        Some(self)
    }

    fn boolean(self, _: bool, _: &Faults) -> Option<Self> {
        Some(self)
    }

    fn number(self, _: Number, _: &Faults) -> Option<Self> {
        Some(self)
    }

    fn null(self, _: &Faults) -> Option<Self> {
        Some(self)
    }

    fn list<A: SeqAccess<'de>>(self, list: A, faults: &Faults) -> Result<Option<Self>, A::Error> {
        read_list(list, faults, |_: Self| ())?;
        Ok(Some(self))
    }

    fn object<A: MapAccess<'de>>(
        self,
        object: A,
        faults: &Faults,
    ) -> Result<Option<Self>, A::Error> {
        read_pairs(object, faults, |_, _: Self| ())?;
        Ok(Some(self))
    }
}

impl Read for Skip {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_json(Self, from, faults)
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({})
    }
}

struct ParsingVisitor<F>(F);

impl<'de, T, K: Kind, F: FnOnce(&str) -> Result<T, Error<K>>> JsonVisitor<'de>
    for ParsingVisitor<F>
{
    type Value = T;
    const EXPECTED: &'static str = "a string";

    fn text(self, text: &str, faults: &Faults) -> Option<T> {
        (self.0)(text).map_err(|error| faults.add_error(&error)).ok()
    }
}

/// The maximum length of an ID, in bytes.
const MAX_ID: usize = 256;

/// An identifier: a string of 1 to 256 bytes without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Id(String);

impl Id {
    /// Returns whether a string is a valid ID.
    pub fn is_valid(text: &str) -> bool {
        !text.is_empty() && text.len() <= MAX_ID && !text.chars().any(char::is_control)
    }

    /// Returns the string as an ID, or adds a fault if it is not a valid ID.
    pub fn checked(text: &str, faults: &Faults) -> Option<Self> {
        if !Self::is_valid(text) {
            faults.add_kind(ConfigErrorKind::MalformedId);
            return None;
        }
        Some(Self(text.into()))
    }

    /// Returns the string.
    pub fn into_string(self) -> String {
        self.0
    }
}

struct StringVisitor;

impl<'de> JsonVisitor<'de> for StringVisitor {
    type Value = String;
    const EXPECTED: &'static str = "a string";

    fn text(self, text: &str, _: &Faults) -> Option<String> {
        Some(text.into())
    }
}

struct IdVisitor;

impl<'de> JsonVisitor<'de> for IdVisitor {
    type Value = Id;
    const EXPECTED: &'static str = "a string";

    fn text(self, text: &str, faults: &Faults) -> Option<Id> {
        Id::checked(text, faults)
    }
}

struct BooleanVisitor;

impl<'de> JsonVisitor<'de> for BooleanVisitor {
    type Value = bool;
    const EXPECTED: &'static str = "true or false";

    fn boolean(self, value: bool, _: &Faults) -> Option<bool> {
        Some(value)
    }
}

struct IntegerVisitor;

impl<'de> JsonVisitor<'de> for IntegerVisitor {
    type Value = i64;
    const EXPECTED: &'static str = "a whole number without a decimal point";

    fn number(self, value: Number, faults: &Faults) -> Option<i64> {
        match value {
            Number::Integer(value) => Some(value),
            Number::Float(value) if value.abs() < 9e18 => {
                wrong_type(<Self as JsonVisitor<'de>>::EXPECTED, faults)
            }
            Number::Large(_) | Number::Float(_) => wrong_type(
                "a whole number from -9223372036854775808 to 9223372036854775807",
                faults,
            ),
        }
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Read> JsonVisitor<'de> for ListVisitor<T> {
    type Value = Vec<T>;
    const EXPECTED: &'static str = "an array";

    fn list<A: SeqAccess<'de>>(self, list: A, faults: &Faults) -> Result<Option<Vec<T>>, A::Error> {
        let mut items = Vec::new();
        read_list(list, faults, |item| items.push(item))?;
        Ok(Some(items))
    }
}

/// Reads a list and passes each item to `push` as soon as it is read, so that the
/// whole list is never stored. Faulty items are skipped.
///
/// # Errors
///
/// The deserializer's error, if the syntax of the document is broken.
pub fn read_each<'de, T: Read, D: Deserializer<'de>>(
    from: D,
    faults: &Faults,
    push: impl FnMut(T),
) -> Result<Option<()>, D::Error> {
    read_json(EachItemVisitor { push, item: PhantomData }, from, faults)
}

struct EachItemVisitor<T, F> {
    push: F,
    item: PhantomData<T>,
}

impl<'de, T: Read, F: FnMut(T)> JsonVisitor<'de> for EachItemVisitor<T, F> {
    type Value = ();
    const EXPECTED: &'static str = "an array";

    fn list<A: SeqAccess<'de>>(self, list: A, faults: &Faults) -> Result<Option<()>, A::Error> {
        read_list(list, faults, self.push).map(Some)
    }
}

/// Skips a list without repeating any of its content in faults.
///
/// # Errors
///
/// The deserializer's error, if the syntax of the document is broken.
pub fn skip_list<'de, A: SeqAccess<'de>>(list: A, faults: &Faults) -> Result<(), A::Error> {
    faults.hidden(|| Skip.list(list, faults)).map(|_| ())
}

fn read_list<'de, T: Read, A: SeqAccess<'de>>(
    mut list: A,
    faults: &Faults,
    mut push: impl FnMut(T),
) -> Result<(), A::Error> {
    for index in 0.. {
        let read = || list.next_element_seed(Seed::new(faults));
        match faults.within(Step::Index(index), read)? {
            Some(Some(item)) => push(item),
            Some(None) => {}
            None => break,
        }
    }
    Ok(())
}

/// The members of an object with arbitrary names, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pairs<T>(pub Vec<(String, T)>);

struct PairsVisitor<T>(PhantomData<T>);

impl<'de, T: Read> JsonVisitor<'de> for PairsVisitor<T> {
    type Value = Pairs<T>;
    const EXPECTED: &'static str = "an object";

    fn object<A: MapAccess<'de>>(
        self,
        object: A,
        faults: &Faults,
    ) -> Result<Option<Pairs<T>>, A::Error> {
        let mut pairs = Vec::new();
        read_pairs(object, faults, |name, value| pairs.push((name, value)))?;
        Ok(Some(Pairs(pairs)))
    }
}

fn read_pairs<'de, T: Read, A: MapAccess<'de>>(
    mut object: A,
    faults: &Faults,
    mut push: impl FnMut(String, T),
) -> Result<(), A::Error> {
    let mut seen = BTreeSet::new();
    while let Some(name) = object.next_key::<String>()? {
        let duplicate = !seen.insert(name.clone());
        let step = Step::named(&name);
        faults.within(step, || {
            if duplicate {
                faults.add_duplicate();
            }
            let value = object.next_value_seed(Seed::new(faults))?;
            if let (Some(value), false) = (value, duplicate) {
                push(name, value);
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// An item of a list, or `None` if the item is faulty. Faulty items are kept, so that
/// checks of the whole list report the right count and index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked<T>(pub Option<T>);

impl<T: Read> Read for Checked<T> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        T::read(from, faults).map(|value| Some(Self(value)))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        T::schema(schemas)
    }
}

macro_rules! read_by_visitor {
    ($(<$($t:ident: $bound:ident)?> $type:ty => $visitor:expr, |$schemas:ident| $schema:expr;)*) => {$(
        impl<$($t: $bound)?> Read for $type {
            fn read<'de, D: Deserializer<'de>>(
                from: D,
                faults: &Faults,
            ) -> Result<Option<Self>, D::Error> {
                read_json($visitor, from, faults)
            }

            fn schema($schemas: &mut Schemas) -> Value {
                $schema
            }
        }
    )*};
}

read_by_visitor! {
    <> String => StringVisitor, |_schemas| json!({"type": "string"});
    <> Id => IdVisitor, |_schemas| json!({
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_ID,
        "pattern": "^[^\\u0000-\\u001f\\u007f-\\u009f]*$",
    });
    <> bool => BooleanVisitor, |_schemas| json!({"type": "boolean"});
    <> i64 => IntegerVisitor, |_schemas| json!({"type": "integer"});
    <> Timestamp => ParsingVisitor(Timestamp::parse), |_schemas| time_schema();
    <> Network => ParsingVisitor(Network::parse), |_schemas| json!({
        "type": "string",
        "pattern": "^[0-9A-Fa-f:.]+(/[0-9]+)?$",
        "examples": ["192.0.2.0/24", "2001:db8::1"],
    });
    <> EventPattern => ParsingVisitor(EventPattern::parse), |_schemas| json!({
        "type": "string",
        "minLength": 1,
        "maxLength": MAX_PATTERN,
        "examples": ["message.received", "message.*", "*"],
    });
    <T: Read> Vec<T> => ListVisitor(PhantomData), |schemas| list_of(&T::schema(schemas));
    <T: Read> Pairs<T> => PairsVisitor(PhantomData), |schemas| json!({
        "type": "object",
        "additionalProperties": T::schema(schemas),
    });
}

/// Reads a value that must not be empty, such as a list, and adds a fault if it is empty.
///
/// # Errors
///
/// The deserializer's error, if the syntax of the document is broken.
pub fn read_some<'de, T: Read, D: Deserializer<'de>>(
    from: D,
    is_empty: impl FnOnce(&T) -> bool,
    kind: impl Kind,
    faults: &Faults,
) -> Result<Option<T>, D::Error> {
    let previous_count = faults.count();
    let value = T::read(from, faults)?;
    // If the value is empty only because all its items were faulty, no second fault is added.
    if faults.count() > previous_count {
        return Ok(value);
    }
    Ok(value.and_then(|value| non_empty(value, is_empty, kind, faults)))
}

/// Returns the value, or adds a fault of this kind and returns `None` if the value is empty.
pub fn non_empty<T>(
    value: T,
    is_empty: impl FnOnce(&T) -> bool,
    kind: impl Kind,
    faults: &Faults,
) -> Option<T> {
    if is_empty(&value) {
        faults.add_kind(kind);
        return None;
    }
    Some(value)
}
