//! Dialects: how a rule's conditions are written.
//!
//! A condition is an object with exactly one member, its operator, as in the
//! filter dialects of CloudEvents Subscriptions 3.2.4.1. What is not known, or
//! empty, is a fault; nothing is skipped.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{Faults, Member, Number, Object, Pairs, Read, Shape, read_shape};
use serde::Deserializer;
use serde::de::MapAccess;

use crate::ErrorKind;
use crate::condition::{Condition, Operator, Test};
use crate::message::{add_at, canonical_boolean, canonical_number, check_name, read_number};
use crate::topology::{Text, add, read_some};

impl Read for Condition {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let before = faults.count();
        let Some(Operators { count, condition }) = Operators::read(from, faults)? else {
            return Ok(None);
        };
        // An operator that is not known was one all the same: one fault will do.
        if count > 1 || (count == 0 && faults.count() == before) {
            add(ErrorKind::OneOperator, faults);
        }
        Ok(condition)
    }
}

/// The members of a condition: one of them is right.
#[derive(Default)]
struct Operators {
    count: usize,
    condition: Option<Condition>,
}

impl Object for Operators {
    type Draft = Self;
    const MEMBERS: &'static [&'static str] = &["exact", "prefix", "contains", "all", "any", "not"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut Self,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        draft.count += 1;
        draft.condition = match name {
            "exact" => value.read::<Tests<Canonical>>()?.map(|tests| tests.of(Operator::Exact)),
            "prefix" => value.read::<Tests<Text>>()?.map(|tests| tests.of(Operator::Prefix)),
            "contains" => value.read::<Tests<Text>>()?.map(|tests| tests.of(Operator::Contains)),
            "all" => value.read::<Conditions>()?.map(|Conditions(all)| Condition::All(all)),
            "any" => value.read::<Conditions>()?.map(|Conditions(any)| Condition::Any(any)),
            "not" => value.read::<Condition>()?.map(|not| Condition::Not(Box::new(not))),
            _ => return value.skip(),
        };
        Ok(())
    }

    fn finish(draft: Self, _: &Faults) -> Option<Self> {
        Some(draft)
    }
}

struct Conditions(Vec<Condition>);

impl Read for Conditions {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let conditions = read_some(from, Vec::is_empty, ErrorKind::EmptyCondition, faults)?;
        Ok(conditions.map(Self))
    }
}

/// What stands in `exact`, `prefix` or `contains`: operands by attribute.
struct Tests<T>(Vec<(String, T)>);

impl<T: Into<String>> Tests<T> {
    fn of(self, operator: Operator) -> Condition {
        let test = |(attribute, operand): (String, T)| Test { attribute, operand: operand.into() };
        Condition::Tests(operator, self.0.into_iter().map(test).collect())
    }
}

impl<T: Read> Read for Tests<T> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let is_empty = |pairs: &Pairs<T>| pairs.0.is_empty();
        let pairs = read_some(from, is_empty, ErrorKind::EmptyCondition, faults)?;
        let Some(Pairs(tests)) = pairs else { return Ok(None) };
        for (attribute, _) in &tests {
            if let Err(error) = check_name(attribute) {
                add_at(attribute, error.code(), format!("{error}"), faults);
            }
        }
        Ok(Some(Self(tests)))
    }
}

/// A text that is not empty, or the canonical form of a number or boolean.
struct Canonical(String);

impl From<Canonical> for String {
    fn from(canonical: Canonical) -> Self {
        canonical.0
    }
}

impl Read for Canonical {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(read_shape(Operand, from, faults)?.map(Self))
    }
}

struct Operand;

impl<'de> Shape<'de> for Operand {
    type Value = String;
    const EXPECTED: &'static str = "a text, a number, or true or false";

    fn text(self, text: &str, faults: &Faults) -> Option<String> {
        if text.is_empty() {
            add(ErrorKind::EmptyValue, faults);
            return None;
        }
        Some(text.into())
    }

    fn boolean(self, value: bool, _: &Faults) -> Option<String> {
        Some(canonical_boolean(value).into())
    }

    fn number(self, value: Number, faults: &Faults) -> Option<String> {
        read_number(value, faults).map(canonical_number)
    }
}
