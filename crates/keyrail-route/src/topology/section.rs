//! Sections: what a topology declares of one kind, in order, and by id.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    Faults, Id, MemberState, Read, Schemas, Value, json, list_of, non_empty, read_some,
};
use keyrail_filter::sink::Sink;
use serde::Deserializer;

use crate::FilterErrorKind;

/// What has an id of its own in its section.
pub(crate) trait Declared {
    fn id(&self) -> &str;
}

/// What a topology declares of one kind, in order, and by id.
pub(crate) struct Section<T> {
    pub(crate) items: Vec<T>,
    /// Whether every id could be read, so that one not found is not there.
    pub(crate) complete: bool,
    /// Of each id the first place.
    places: BTreeMap<String, usize>,
}

impl<T> Section<T> {
    /// Where the id is declared first.
    pub(crate) fn place(&self, id: &str) -> Option<usize> {
        self.places.get(id).copied()
    }

    /// The same, as the table counts.
    pub(crate) fn index(&self, id: &str) -> Option<u32> {
        self.place(id).and_then(|place| u32::try_from(place).ok())
    }
}

impl<T: Declared> From<MemberState<Items<T>>> for Section<T> {
    fn from(slot: MemberState<Items<T>>) -> Self {
        let faulty = matches!(slot, MemberState::Faulty);
        let items = slot.optional().map(|items| items.0).unwrap_or_default();
        let mut places = BTreeMap::new();
        for (place, item) in items.iter().enumerate() {
            places.entry(item.id().into()).or_insert(place);
        }
        let complete = !faulty && !places.contains_key("");
        Self { items, complete, places }
    }
}

/// The items of a section, each at the place where it was written.
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

/// The id of something declared elsewhere; empty if it could not be read.
pub(crate) struct Name(pub(crate) String);

impl Read for Name {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Id::read(from, faults).map(|id| Some(Self(id.map(Id::into_string).unwrap_or_default())))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Id::schema(schemas)
    }
}

/// Checks a list of names that a builder was given.
pub(crate) fn names(sink: &Sink<'_>, member: &str, names: &[String]) -> MemberState<Vec<Name>> {
    sink.member(member, |faults| {
        Some(sink.each(names, |name| {
            let id = Id::checked(name, faults).map(Id::into_string);
            Some(Name(id.unwrap_or_default()))
        }))
    })
}

/// A text that is not empty.
pub(crate) struct Text(pub(crate) String);

impl Text {
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
