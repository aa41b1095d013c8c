//! Reads the conditions of rules from JSON.
//!
//! A condition is an object with exactly one member, its operator, as in the filter dialects of
//! CloudEvents Subscriptions, section 3.2.4.1. Unknown members and empty values are faults, and are
//! never ignored. In a test of an attribute, except `range`, `exists` and `cidr`, an operand may be
//! replaced by an object whose member `value` is the operand, and whose other members are options.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::config::{
    Faults, MemberSchemas, Members, Object, Pairs, Read, Schemas, Value, extend_schema, json,
    read_some, some_of,
};
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
        // An unknown operator is not counted, but has already added a fault.
        if count > 1 || (count == 0 && faults.count() == before) {
            faults.add_kind(ErrorKind::OneOperator);
        }
        Ok(condition)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Operators::schema(schemas)
    }
}

/// The members of a condition. A condition must have exactly one member.
#[derive(Default)]
struct Operators {
    count: usize,
    condition: Option<Condition>,
}

/// Declares how each operator is read.
macro_rules! operators {
    ($($(#[doc = $description:literal])* $name:literal: $value:ty => $condition:expr;)*) => {
        impl Object for Operators {
            const MEMBERS: &'static [&'static str] = &[$($name),*];

            fn name() -> String {
                "Condition".into()
            }

            fn read_members<'de, A: MapAccess<'de>>(
                members: Members<'_, '_, A>,
            ) -> Result<Option<Self>, A::Error> {
                let mut read = Self::default();
                members.read::<Self>(|name, member| {
                    read.count += 1;
                    read.condition = match name {
                        $($name => member.read::<$value>()?.map($condition),)*
                        _ => return member.skip(),
                    };
                    Ok(())
                })?;
                Ok(Some(read))
            }

            fn object_schema(schemas: &mut Schemas) -> Value {
                let mut members = MemberSchemas::new(false);
                $(
                    let schema = <$value>::schema(schemas);
                    members.add($name, "optional", concat!($($description),*), schema);
                )*
                let schema = members.finish("A condition, which has exactly one operator.");
                extend_schema(schema, json!({"minProperties": 1, "maxProperties": 1}))
            }
        }
    };
}

operators! {
    /// Each attribute is equal to the value given for it.
    "exact": Tests<operand::Exact> => Condition::from;
    /// Each attribute begins with the string given for it.
    "prefix": Tests<operand::Prefix> => Condition::from;
    /// Each attribute ends with the string given for it.
    "suffix": Tests<operand::Suffix> => Condition::from;
    /// Each attribute contains the string given for it.
    "contains": Tests<operand::Contains> => Condition::from;
    /// Each attribute is equal to one of the values given for it.
    "in": Attributes<Operands> => Condition::from;
    /// Each attribute matches the pattern given for it, in which `*` matches any characters.
    "wildcard": Tests<operand::Wildcard> => Condition::from;
    /// Each attribute is a number in the range given for it.
    "range": Tests<operand::Range> => Condition::from;
    /// Each attribute is present if `true` is given for it, and absent if `false` is given.
    "exists": Tests<operand::Exists> => Condition::from;
    /// Each attribute is an IP address in the network given for it.
    "cidr": Tests<operand::Cidr> => Condition::from;
    /// Each attribute is a subject that matches the pattern given for it, such as
    /// `orders.*.created`.
    "subject": Tests<operand::Subject> => Condition::from;
    /// All conditions are met.
    "all": Conditions => |Conditions(all)| Condition::All(all);
    /// At least one condition is met.
    "any": Conditions => |Conditions(any)| Condition::Any(any);
    /// The condition is not met.
    "not": Condition => |not| Condition::Not(Box::new(not));
}

struct Conditions(Vec<Condition>);

impl Read for Conditions {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let conditions = read_some(from, Vec::is_empty, ErrorKind::EmptyCondition, faults)?;
        Ok(conditions.map(Self))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        some_of(&Condition::schema(schemas))
    }
}

pub type Tests<O> = Attributes<Operand<O>>;

/// The operands of an operator that tests attributes, each with the name of its attribute.
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

    fn schema(schemas: &mut Schemas) -> Value {
        extend_schema(Pairs::<T>::schema(schemas), json!({"minProperties": 1}))
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
