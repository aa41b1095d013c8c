//! Dialects: how a rule's conditions are written.
//!
//! A condition is an object with exactly one member, its operator, as in the
//! filter dialects of CloudEvents Subscriptions 3.2.4.1. What is not known, or
//! empty, is a fault; nothing is skipped. Where a text stands as an operand,
//! an object may stand with the text as `value` and options beside it.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::read_some;
use keyrail_core::config::{Faults, Member, Object, Pairs, Read};
use serde::Deserializer;
use serde::de::MapAccess;

use crate::ErrorKind;
use crate::condition::operand::{self, Operand, Operands};
use crate::condition::{Condition, OneOf, Test};
use crate::message::{add_at, check_name};

impl Read for Condition {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let before = faults.count();
        let Some(Operators { count, condition }) = Operators::read(from, faults)? else {
            return Ok(None);
        };
        // An operator that is not known was one all the same: one fault will do.
        if count > 1 || (count == 0 && faults.count() == before) {
            faults.add_kind(ErrorKind::OneOperator);
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
    const MEMBERS: &'static [&'static str] = &[
        "exact", "prefix", "suffix", "contains", "in", "wildcard", "range", "exists", "cidr",
        "subject", "all", "any", "not",
    ];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut Self,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        draft.count += 1;
        draft.condition = match name {
            "exact" => value.read::<Tests<operand::Exact>>()?.map(Condition::from),
            "prefix" => value.read::<Tests<operand::Prefix>>()?.map(Condition::from),
            "suffix" => value.read::<Tests<operand::Suffix>>()?.map(Condition::from),
            "contains" => value.read::<Tests<operand::Contains>>()?.map(Condition::from),
            "wildcard" => value.read::<Tests<operand::Wildcard>>()?.map(Condition::from),
            "range" => value.read::<Tests<operand::Range>>()?.map(Condition::from),
            "exists" => value.read::<Tests<operand::Exists>>()?.map(Condition::from),
            "cidr" => value.read::<Tests<operand::Cidr>>()?.map(Condition::from),
            "subject" => value.read::<Tests<operand::Subject>>()?.map(Condition::from),
            "in" => value.read::<Attributes<Operands>>()?.map(Condition::from),
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

pub type Tests<O> = Attributes<Operand<O>>;

/// What stands in an operator that tests attributes: operands by attribute.
pub struct Attributes<T>(pub Vec<(String, T)>);

impl<T: Read> Read for Attributes<T> {
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

impl<O> From<Tests<O>> for Condition {
    fn from(Attributes(tests): Tests<O>) -> Self {
        let test = |(attribute, operand): (String, Operand<O>)| {
            let Operand { kind, normalization, text, .. } = operand;
            Test { attribute, kind, normalization, operand: text }
        };
        Self::Tests(tests.into_iter().map(test).collect())
    }
}

impl From<Attributes<Operands>> for Condition {
    fn from(Attributes(tests): Attributes<Operands>) -> Self {
        let one_of = |(attribute, Operands { normalization, texts })| OneOf {
            attribute,
            normalization,
            operands: texts,
        };
        Self::In(tests.into_iter().map(one_of).collect())
    }
}
