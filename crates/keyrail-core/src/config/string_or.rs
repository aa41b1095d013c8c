//! Values that are written either as a string or as an object.

use alloc::string::String;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::MapAccess;
use serde_json::{Value, json};

use super::object::ObjectVisitor;
use super::schema::{Schemas, any_of};
use super::visitor::{JsonVisitor, read_json};
use super::{Faults, Object, Read};

/// A value that is written either as a string or as an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StringOr<T> {
    /// A string.
    Text(String),
    /// An object.
    Object(T),
}

struct StringOrVisitor<T>(PhantomData<T>);

impl<'de, T: Object> JsonVisitor<'de> for StringOrVisitor<T> {
    type Value = StringOr<T>;
    const EXPECTED: &'static str = "a string or an object";

    fn text(self, text: &str, _: &Faults) -> Option<StringOr<T>> {
        Some(StringOr::Text(text.into()))
    }

    fn object<A: MapAccess<'de>>(
        self,
        object: A,
        faults: &Faults,
    ) -> Result<Option<StringOr<T>>, A::Error> {
        let value = ObjectVisitor::new().object(object, faults)?;
        Ok(value.map(StringOr::Object))
    }
}

impl<T: Object> Read for StringOr<T> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_json(StringOrVisitor(PhantomData), from, faults)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        any_of([json!({"type": "string"}), T::schema(schemas)])
    }
}
