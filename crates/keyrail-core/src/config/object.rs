//! Objects with known members: each member occurs at most once, and no others are allowed.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;
use core::marker::PhantomData;

use serde::Deserializer;
use serde::de::MapAccess;
use serde_json::Value;

use super::ConfigErrorKind;
use super::fault::Step;
use super::schema::{Schemas, short_name};
use super::suggest::{Ordinal, expected};
use super::visitor::{JsonVisitor, Seed, Skip, read_json};
use super::{Faults, Read};
use crate::{Error, Kind};

/// A value that is written as an object of known members. The macro
/// [`config_object!`](crate::config_object) implements this trait.
///
/// The document's root may also have `"version": 1` and `"$schema"`.
pub trait Object: Sized {
    /// The names of all members, at most 62.
    const MEMBERS: &'static [&'static str];
    /// Whether the object may have `version` and `$schema` even if it is nested in another
    /// document.
    const IS_DOCUMENT: bool = false;

    /// Returns the name of the object's definition in a JSON Schema.
    fn name() -> String {
        short_name(type_name::<Self>()).into()
    }

    /// Reads all members, and creates the value from them.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    fn read_members<'de, A: MapAccess<'de>>(
        members: Members<'_, '_, A>,
    ) -> Result<Option<Self>, A::Error>;

    /// Returns the JSON Schema of the object.
    fn object_schema(schemas: &mut Schemas) -> Value;
}

impl<T: Object> Read for T {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_json(ObjectVisitor::<T>::new(), from, faults)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        schemas.define::<T>(&T::name(), T::object_schema)
    }
}

/// The value of a member, not yet read.
pub struct Member<'a, 'f, A> {
    object: &'a mut A,
    faults: &'f Faults,
}

impl<'de, A: MapAccess<'de>> Member<'_, '_, A> {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    pub fn read<T: Read>(self) -> Result<Option<T>, A::Error> {
        self.object.next_value_seed(Seed::new(self.faults))
    }

    /// Reads a string and converts it to a value.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    pub fn parse<T, K: Kind>(
        self,
        parse: impl FnOnce(&str) -> Result<T, Error<K>>,
    ) -> Result<Option<T>, A::Error> {
        let faults = self.faults;
        let text: Option<String> = self.read()?;
        Ok(text.and_then(|text| parse(&text).map_err(|error| faults.add_error(&error)).ok()))
    }

    /// Reads a string that must be one of the given words.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    pub fn choice<T: Copy>(self, choices: &[(&'static str, T)]) -> Result<Option<T>, A::Error> {
        let faults = self.faults;
        let Some(text) = self.read::<String>()? else { return Ok(None) };
        let chosen = choices.iter().find(|(word, _)| *word == text);
        if chosen.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            faults.add_kind(ConfigErrorKind::UnknownValue(expected(&text, &words)));
        }
        Ok(chosen.map(|(_, value)| *value))
    }

    /// Skips the value.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    pub fn skip(self) -> Result<(), A::Error> {
        self.read::<Skip>().map(|_| ())
    }
}

/// The state of a member: absent, faulty, or read.
#[derive(Clone, Debug, Default)]
pub enum MemberState<T> {
    /// The object does not contain the member.
    #[default]
    Absent,
    /// The object has the member, and a fault was added for it.
    Faulty,
    /// The member's value.
    Read(T),
}

impl<T> MemberState<T> {
    /// Stores the result of reading; `None` means that a fault was added.
    pub fn set(&mut self, value: Option<T>) {
        *self = value.map_or(Self::Faulty, Self::Read);
    }

    /// Returns the value of a required member, or `None` if the member is absent or faulty. Adds a
    /// fault if the member is absent.
    pub fn required(self, name: &str, faults: &Faults) -> Option<T> {
        if matches!(self, Self::Absent) {
            faults.add_kind(ConfigErrorKind::MissingMember(name.into()));
        }
        self.optional()
    }

    /// Returns `Some(Some(value))` if the member was read, `Some(None)` if it is absent, or `None`
    /// if it is faulty.
    pub fn sound(self) -> Option<Option<T>> {
        match self {
            Self::Absent => Some(None),
            Self::Faulty => None,
            Self::Read(value) => Some(Some(value)),
        }
    }

    /// Returns whether a fault was added for the member.
    pub const fn is_faulty(&self) -> bool {
        matches!(self, Self::Faulty)
    }

    /// Returns whether the member is absent.
    pub const fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }

    /// Returns the value of a member, or `None` if the member is absent or faulty.
    pub fn optional(self) -> Option<T> {
        match self {
            Self::Read(value) => Some(value),
            Self::Absent | Self::Faulty => None,
        }
    }
}

impl<T: Read> MemberState<T> {
    /// Reads the member and stores its value.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    pub fn read<'de, A: MapAccess<'de>>(
        &mut self,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        self.set(value.read()?);
        Ok(())
    }
}

/// The members of an object, not yet read.
pub struct Members<'a, 'f, A> {
    object: &'a mut A,
    faults: &'f Faults,
}

impl<'de, 'f, A: MapAccess<'de>> Members<'_, 'f, A> {
    /// Returns the list to which the document's faults are added.
    pub const fn faults(&self) -> &'f Faults {
        self.faults
    }

    /// Reads all members, and calls `member` for each member that is in [`Object::MEMBERS`] of
    /// `T` and is not a duplicate.
    ///
    /// # Errors
    ///
    /// The deserializer's error, if the syntax of the document is broken.
    pub fn read<T: Object>(
        self,
        mut member: impl FnMut(&'static str, Member<'_, '_, A>) -> Result<(), A::Error>,
    ) -> Result<(), A::Error> {
        let Self { object, faults } = self;
        let mut seen: u64 = 0;
        let is_document = T::IS_DOCUMENT || faults.depth() == 0;
        let mut position = 0_usize;
        while let Some(key) = object.next_key::<Cow<'_, str>>()? {
            position += 1;
            let known = T::MEMBERS.iter().enumerate().find(|(_, name)| ***name == *key);
            match known {
                Some((index, name)) => {
                    let bit = 1_u64 << (index % 62);
                    let duplicate = seen & bit != 0;
                    seen |= bit;
                    faults.within(Step::Member(Cow::Borrowed(name)), || {
                        let value = Member { object: &mut *object, faults };
                        if duplicate {
                            faults.add_duplicate();
                            return value.skip();
                        }
                        member(name, value)
                    })?;
                }
                None if is_document && ["version", "$schema"].contains(&&*key) => {
                    let (name, bit) = if *key == *"version" {
                        ("version", VERSION_BIT)
                    } else {
                        ("$schema", SCHEMA_BIT)
                    };
                    faults.within(Step::Member(Cow::Borrowed(name)), || {
                        if seen & bit != 0 {
                            faults.add_duplicate();
                        }
                        seen |= bit;
                        read_document_member(name, Member { object: &mut *object, faults })
                    })?;
                }
                None => {
                    let hint = expected(&key, T::MEMBERS);
                    let position = format!("{}", Ordinal(position));
                    faults.add_kind(ConfigErrorKind::UnknownMember(position, hint));
                    faults.hidden(|| Member { object: &mut *object, faults }.skip())?;
                }
            }
        }
        Ok(())
    }
}

pub(super) struct ObjectVisitor<T>(PhantomData<T>);

impl<T> ObjectVisitor<T> {
    pub(super) const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<'de, T: Object> JsonVisitor<'de> for ObjectVisitor<T> {
    type Value = T;
    const EXPECTED: &'static str = "an object";

    fn object<A: MapAccess<'de>>(
        self,
        mut object: A,
        faults: &Faults,
    ) -> Result<Option<T>, A::Error> {
        T::read_members(Members { object: &mut object, faults })
    }
}

/// The bits of `version` and `$schema` in the set of members seen. The lower 62 bits are for the
/// members in [`Object::MEMBERS`].
const VERSION_BIT: u64 = 1 << 62;
const SCHEMA_BIT: u64 = 1 << 63;

/// Reads `version` or `$schema`.
fn read_document_member<'de, A: MapAccess<'de>>(
    name: &str,
    member: Member<'_, '_, A>,
) -> Result<(), A::Error> {
    let faults = member.faults;
    if name == "$schema" {
        return member.read::<String>().map(|_| ());
    }
    if member.read::<i64>()?.is_some_and(|version| version != 1) {
        faults.add_kind(ConfigErrorKind::UnsupportedVersion);
    }
    Ok(())
}
