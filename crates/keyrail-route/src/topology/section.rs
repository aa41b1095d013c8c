//! Sections: the items of one kind in a topology, in the order of declaration and by id.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    Faults, Id, MemberState, Read, Schemas, Value, json, list_of, non_empty, read_some,
};
use keyrail_filter::sink::Sink;
use serde::Deserializer;

use crate::FilterErrorKind;

/// An item with an id that is unique in its section.
pub(crate) trait Declared {
    fn id(&self) -> &str;
}

/// The items of one kind in a topology, in the order of declaration and by id.
pub(crate) struct Section<T> {
    pub(crate) items: Vec<T>,
    /// Whether every id could be read. If not, an id that is not found may still be declared.
    pub(crate) complete: bool,
    /// By id: the index of the first item that has it.
    positions: BTreeMap<String, usize>,
}

impl<T> Section<T> {
    /// Returns the index of the first item with this id.
    pub(crate) fn position(&self, id: &str) -> Option<usize> {
        self.positions.get(id).copied()
    }

    /// Returns the [`position`](Self::position) of an id as a `u32`, the type of all indices in a
    /// table.
    pub(crate) fn index(&self, id: &str) -> Option<u32> {
        self.position(id).and_then(|position| u32::try_from(position).ok())
    }
}

impl<T: Declared> From<MemberState<Items<T>>> for Section<T> {
    fn from(state: MemberState<Items<T>>) -> Self {
        let faulty = matches!(state, MemberState::Faulty);
        let items = state.optional().map(|items| items.0).unwrap_or_default();
        let mut positions = BTreeMap::new();
        for (position, item) in items.iter().enumerate() {
            positions.entry(item.id().into()).or_insert(position);
        }
        let complete = !faulty && !positions.contains_key("");
        Self { items, complete, positions }
    }
}

/// The items of a section, each at its index in the document. An item that could not be read is
/// replaced by the default value.
pub(crate) struct Items<T>(pub(crate) Vec<T>);

impl<T: Read + Default> Read for Items<T> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let items = Vec::<Item<T>>::read(from, faults)?;
        Ok(items.map(|items| Self(items.into_iter().map(|Item(item)| item).collect())))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        list_of(&T::schema(schemas))
    }
}

pub(crate) struct Item<T>(pub(crate) T);

impl<T: Read + Default> Read for Item<T> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        T::read(from, faults).map(|item| Some(Self(item.unwrap_or_default())))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        T::schema(schemas)
    }
}

/// The id of an item that is declared elsewhere; empty if it could not be read.
pub(crate) struct Name(pub(crate) String);

impl Read for Name {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Id::read(from, faults).map(|id| Some(Self(id.map(Id::into_string).unwrap_or_default())))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Id::schema(schemas)
    }
}

/// Checks a list of names that was passed to a builder.
pub(crate) fn names(sink: &Sink<'_>, member: &str, names: &[String]) -> MemberState<Vec<Name>> {
    sink.member(member, |faults| {
        Some(sink.each(names, |name| {
            let id = Id::checked(name, faults).map(Id::into_string);
            Some(Name(id.unwrap_or_default()))
        }))
    })
}

/// A non-empty string.
pub(crate) struct Text(pub(crate) String);

impl Text {
    /// Returns the string, or adds a fault if it is empty.
    pub(crate) fn checked(text: &str, faults: &Faults) -> Option<Self> {
        non_empty(text.into(), String::is_empty, FilterErrorKind::EmptyValue, faults).map(Self)
    }
}

impl From<Text> for String {
    fn from(text: Text) -> Self {
        text.0
    }
}

impl Read for Text {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let text = read_some(from, String::is_empty, FilterErrorKind::EmptyValue, faults)?;
        Ok(text.map(Self))
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({"type": "string", "minLength": 1})
    }
}
