//! Operands: the values that attributes are compared with, and how they are read from JSON.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::any::type_name;
use core::marker::PhantomData;

use keyrail_core::Network;
use keyrail_core::config::{
    Checked, Faults, JsonVisitor, MemberSchemas, MemberState, Members, Number, Object, Read,
    Schemas, Value, any_of, json, read_json, read_some, skip_list, some_of,
};
use serde::Deserializer;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess};

use crate::condition::Kind;
use crate::interval::{End, Interval};
use crate::message::{canonical_boolean, canonical_number, read_number};
use crate::normalization::Normalization;
use crate::{ErrorKind, subject, wildcard};

/// An operator that tests attributes.
pub trait Operator: Sized {
    const EXPECTED: &'static str;
    /// The members of an operand with options.
    const OPTIONS: &'static [&'static str] = &["value", "ignore_case", "normalize"];
    const KIND: Kind;

    /// Returns a string as an operand, or adds a fault.
    fn text(text: String, normalization: Normalization, faults: &Faults) -> Option<String> {
        not_empty(normalization.apply_to(text), faults)
    }

    /// Returns the canonical form of a number or boolean as an operand, or adds a fault.
    fn canonical(_text: String, faults: &Faults) -> Option<String> {
        wrong_type(Self::EXPECTED, faults)
    }
}

fn not_empty(text: String, faults: &Faults) -> Option<String> {
    if text.is_empty() {
        faults.add_kind(ErrorKind::EmptyValue);
        return None;
    }
    Some(text)
}

fn wrong_type<T>(expected: &str, faults: &Faults) -> Option<T> {
    faults.add("config.wrong_type", format!("this must be {expected}"));
    None
}

pub struct Exact;
pub struct Prefix;
pub struct Suffix;
pub struct Contains;
pub struct Wildcard;
pub struct Range;
pub struct Exists;
pub struct Cidr;
pub struct Subject;

const STRING_OR_OPTIONS: &str = "a string, or an object with a string as its member value";

impl Operator for Exact {
    const EXPECTED: &'static str = "a string, a number, or true or false";
    const KIND: Kind = Kind::Exact;

    fn canonical(text: String, _: &Faults) -> Option<String> {
        Some(text)
    }
}

impl Operator for Prefix {
    const EXPECTED: &'static str = STRING_OR_OPTIONS;
    const KIND: Kind = Kind::Prefix;
}

impl Operator for Suffix {
    const EXPECTED: &'static str = STRING_OR_OPTIONS;
    const KIND: Kind = Kind::Suffix;
}

impl Operator for Contains {
    const EXPECTED: &'static str = STRING_OR_OPTIONS;
    const OPTIONS: &'static [&'static str] = &["value", "ignore_case", "normalize", "word"];
    const KIND: Kind = Kind::Contains;
}

impl Operator for Wildcard {
    const EXPECTED: &'static str = STRING_OR_OPTIONS;
    const KIND: Kind = Kind::Wildcard;

    fn text(text: String, normalization: Normalization, faults: &Faults) -> Option<String> {
        wildcard::parse(&text, normalization).map_err(|kind| faults.add_kind(kind)).ok()
    }
}

impl Operator for Subject {
    const EXPECTED: &'static str = STRING_OR_OPTIONS;
    const KIND: Kind = Kind::Subject;

    fn text(text: String, normalization: Normalization, faults: &Faults) -> Option<String> {
        let text = not_empty(text, faults)?;
        subject::parse(&text, normalization).map_err(|kind| faults.add_kind(kind)).ok()
    }
}

/// An operand, as a string in the form that the operator's tests use.
pub struct Operand<O> {
    pub kind: Kind,
    pub normalization: Normalization,
    pub text: String,
    operator: PhantomData<O>,
}

impl<O> Operand<O> {
    fn new(kind: Kind, normalization: Normalization, text: String) -> Self {
        Self { kind, normalization, text, operator: PhantomData }
    }
}

/// An operand in the form in which it was read.
pub enum RawOperand<O> {
    /// A string, before its options are applied.
    Text(String, PhantomData<O>),
    /// The canonical form of a number or a boolean, before its options are applied.
    Canonical(String),
    /// An operand that was read from an object with options. The options are already applied.
    WithOptions(Operand<O>),
}

impl<O: Operator> RawOperand<O> {
    /// Returns the operand for a string that is an item of a list, or the `value` of an object with
    /// options. Adds a fault if the string is empty.
    pub fn non_empty_text(text: &str, faults: &Faults) -> Option<Self> {
        not_empty(text.into(), faults).map(|text| Self::Text(text, PhantomData))
    }

    /// Returns a string as an operand.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into(), PhantomData)
    }

    pub fn boolean(value: bool) -> Self {
        Self::Canonical(canonical_boolean(value).into())
    }

    pub fn number(value: Number, faults: &Faults) -> Option<Self> {
        if !matches!(O::KIND, Kind::Exact) {
            return wrong_type(O::EXPECTED, faults);
        }
        read_number(value, faults).map(|number| Self::Canonical(canonical_number(number)))
    }

    pub fn finish(
        self,
        normalization: Normalization,
        word: bool,
        faults: &Faults,
    ) -> Option<Operand<O>> {
        let tokens = normalization.normalize && matches!(O::KIND, Kind::Subject);
        let normalization = Normalization { tokens, ..normalization };
        let text = match self {
            Self::WithOptions(operand) => return Some(operand),
            Self::Text(text, _) => O::text(text, normalization, faults)?,
            Self::Canonical(text) => normalization.apply_to(O::canonical(text, faults)?),
        };
        Some(Operand::new(if word { Kind::Word } else { O::KIND }, normalization, text))
    }
}

macro_rules! text_operand {
    ($($operator:ty)*) => {$(
        impl Read for Operand<$operator> {
            fn read<'de, D: Deserializer<'de>>(
                from: D,
                faults: &Faults,
            ) -> Result<Option<Self>, D::Error> {
                let raw = read_json(OperandVisitor::<$operator>(PhantomData), from, faults)?;
                Ok(raw.and_then(|raw| raw.finish(Normalization::default(), false, faults)))
            }

            fn schema(schemas: &mut Schemas) -> Value {
                let options = Options::<$operator, Plain<$operator>>::schema(schemas);
                any_of([plain_schema::<$operator>(), options])
            }
        }
    )*};
}

text_operand! { Exact Prefix Suffix Contains Wildcard Subject }

struct OperandVisitor<O>(PhantomData<O>);

impl<'de, O: Operator> JsonVisitor<'de> for OperandVisitor<O> {
    type Value = RawOperand<O>;
    const EXPECTED: &'static str = O::EXPECTED;

    fn text(self, text: &str, _: &Faults) -> Option<RawOperand<O>> {
        Some(RawOperand::text(text))
    }

    fn boolean(self, value: bool, _: &Faults) -> Option<RawOperand<O>> {
        Some(RawOperand::boolean(value))
    }

    fn number(self, value: Number, faults: &Faults) -> Option<RawOperand<O>> {
        RawOperand::number(value, faults)
    }

    fn list<A: SeqAccess<'de>>(
        self,
        list: A,
        faults: &Faults,
    ) -> Result<Option<RawOperand<O>>, A::Error> {
        skip_list(list, faults)?;
        let hint = if matches!(O::KIND, Kind::Exact) {
            "; to allow several values, use the in operator"
        } else {
            ""
        };
        faults.add("config.wrong_type", format!("this must be {}{hint}", O::EXPECTED));
        Ok(None)
    }

    fn object<A: MapAccess<'de>>(
        self,
        object: A,
        faults: &Faults,
    ) -> Result<Option<RawOperand<O>>, A::Error> {
        let options = Options::<O, Plain<O>>::read(MapAccessDeserializer::new(object), faults)?;
        Ok(options.and_then(|options| {
            let finish = || options.value.0.finish(options.normalization, options.word, faults);
            Some(RawOperand::WithOptions(faults.at_member("value", finish)?))
        }))
    }
}

fn plain_schema<O: Operator>() -> Value {
    match O::KIND {
        Kind::Exact => json!({"type": ["string", "number", "boolean"]}),
        _ => json!({"type": "string"}),
    }
}

/// An operand without options.
struct Plain<O>(RawOperand<O>);

impl<O: Operator> Read for Plain<O> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(read_json(PlainVisitor::<O>(PhantomData), from, faults)?.map(Self))
    }

    fn schema(_: &mut Schemas) -> Value {
        plain_schema::<O>()
    }
}

struct PlainVisitor<O>(PhantomData<O>);

impl<'de, O: Operator> JsonVisitor<'de> for PlainVisitor<O> {
    type Value = RawOperand<O>;
    const EXPECTED: &'static str = match O::KIND {
        Kind::Exact => O::EXPECTED,
        _ => "a string",
    };

    fn text(self, text: &str, faults: &Faults) -> Option<RawOperand<O>> {
        RawOperand::non_empty_text(text, faults)
    }

    fn boolean(self, value: bool, faults: &Faults) -> Option<RawOperand<O>> {
        if !matches!(O::KIND, Kind::Exact) {
            return wrong_type(Self::EXPECTED, faults);
        }
        Some(RawOperand::boolean(value))
    }

    fn number(self, value: Number, faults: &Faults) -> Option<RawOperand<O>> {
        if !matches!(O::KIND, Kind::Exact) {
            return wrong_type(Self::EXPECTED, faults);
        }
        RawOperand::number(value, faults)
    }
}

/// The value of an operand and its options.
struct Options<O, V> {
    value: V,
    normalization: Normalization,
    word: bool,
    operator: PhantomData<O>,
}

impl<O: Operator, V: Read> Object for Options<O, V> {
    const MEMBERS: &'static [&'static str] = O::OPTIONS;

    fn name() -> String {
        match type_name::<V>() == type_name::<ExactList>() {
            true => "InOptions".into(),
            false => format!("{:?}Options", O::KIND),
        }
    }

    fn read_members<'de, A: MapAccess<'de>>(
        members: Members<'_, '_, A>,
    ) -> Result<Option<Self>, A::Error> {
        let faults = members.faults();
        let mut text = MemberState::Absent;
        let (mut ignore_case, mut normalize, mut word) = (None, None, None);
        members.read::<Self>(|name, member| {
            match name {
                "value" => text.read(member)?,
                "ignore_case" => ignore_case = member.read::<bool>()?,
                "normalize" => normalize = member.read::<bool>()?,
                "word" => word = member.read::<bool>()?,
                _ => member.skip()?,
            }
            Ok(())
        })?;
        let normalization = Normalization {
            ignore_case: ignore_case.unwrap_or_default(),
            normalize: normalize.unwrap_or_default(),
            tokens: false,
        };
        let word = word.unwrap_or_default();
        let value = text.required("value", faults);
        Ok(value.map(|value| Self { value, normalization, word, operator: PhantomData }))
    }

    fn object_schema(schemas: &mut Schemas) -> Value {
        let mut members = MemberSchemas::new(false);
        for name in O::OPTIONS {
            let (presence, description) = match *name {
                "value" => ("required", "What the attribute is compared with."),
                "ignore_case" => ("optional", "Whether the comparison ignores case."),
                "normalize" => (
                    "optional",
                    "Whether the attribute and the value are normalized before they are compared.",
                ),
                _ => ("optional", "Whether the value must be a whole word of the attribute."),
            };
            let schema = if *name == "value" { V::schema(schemas) } else { bool::schema(schemas) };
            members.add(name, presence, description, schema);
        }
        members.finish("A value with options.")
    }
}

/// The choices of `in` for an attribute: a list of operands of `exact`.
pub struct Operands {
    pub normalization: Normalization,
    pub texts: Vec<String>,
}

impl Read for Operands {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_json(OperandsVisitor, from, faults)
    }

    fn schema(schemas: &mut Schemas) -> Value {
        any_of([ExactList::schema(schemas), Options::<Exact, ExactList>::schema(schemas)])
    }
}

struct OperandsVisitor;

impl<'de> JsonVisitor<'de> for OperandsVisitor {
    type Value = Operands;
    const EXPECTED: &'static str = "an array, or an object with an array as its member value";

    fn list<A: SeqAccess<'de>>(
        self,
        list: A,
        faults: &Faults,
    ) -> Result<Option<Operands>, A::Error> {
        let list = ExactList::read(SeqAccessDeserializer::new(list), faults)?;
        Ok(list.and_then(|list| list.finish(Normalization::default(), faults)))
    }

    fn object<A: MapAccess<'de>>(
        self,
        object: A,
        faults: &Faults,
    ) -> Result<Option<Operands>, A::Error> {
        let from = MapAccessDeserializer::new(object);
        let options = Options::<Exact, ExactList>::read(from, faults)?;
        Ok(options.and_then(|options| {
            faults.at_member("value", || options.value.finish(options.normalization, faults))
        }))
    }
}

/// A list of operands of `exact`. A faulty operand stays in the list, so that the faults of the
/// operands after it have the right index.
pub struct ExactList(Vec<Checked<Plain<Exact>>>);

impl Read for ExactList {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let list = read_some(from, Vec::is_empty, ErrorKind::EmptyCondition, faults)?;
        Ok(list.map(Self))
    }

    fn schema(_: &mut Schemas) -> Value {
        some_of(&plain_schema::<Exact>())
    }
}

impl ExactList {
    pub fn of(list: impl Iterator<Item = Option<RawOperand<Exact>>>) -> Self {
        Self(list.map(|raw| Checked(raw.map(Plain))).collect())
    }

    pub fn finish(self, normalization: Normalization, faults: &Faults) -> Option<Operands> {
        let mut texts = Vec::with_capacity(self.0.len());
        for (index, Checked(raw)) in self.0.into_iter().enumerate() {
            let Some(Plain(raw)) = raw else { continue };
            let operand = faults.at_index(index, || raw.finish(normalization, false, faults));
            texts.extend(operand.map(|operand| operand.text));
        }
        Some(Operands { normalization, texts })
    }
}

impl Read for Operand<Cidr> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(Network::read(from, faults)?.map(Self::from))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Network::schema(schemas)
    }
}

impl From<Network> for Operand<Cidr> {
    fn from(network: Network) -> Self {
        Self::new(Kind::Cidr, Normalization::default(), format!("{network}"))
    }
}

impl Read for Operand<Exists> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(bool::read(from, faults)?.map(Self::from))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        bool::schema(schemas)
    }
}

impl From<bool> for Operand<Exists> {
    fn from(exists: bool) -> Self {
        let kind = if exists { Kind::Exists } else { Kind::Missing };
        Self::new(kind, Normalization::default(), String::new())
    }
}

impl Read for Operand<Range> {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(Interval::read(from, faults)?.map(Self::from))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        Interval::schema(schemas)
    }
}

impl From<Interval> for Operand<Range> {
    fn from(interval: Interval) -> Self {
        Self::new(Kind::Range, Normalization::default(), interval.to_operand())
    }
}

pub struct Bound(f64);

impl Bound {
    pub fn checked(number: Number, faults: &Faults) -> Option<Self> {
        read_number(number, faults).map(|number| Self(number + 0.0)) // -0 + 0 = 0
    }
}

impl Read for Bound {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_json(BoundVisitor, from, faults)
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({"type": "number"})
    }
}

struct BoundVisitor;

impl<'de> JsonVisitor<'de> for BoundVisitor {
    type Value = Bound;
    const EXPECTED: &'static str = "a number";

    fn number(self, value: Number, faults: &Faults) -> Option<Bound> {
        Bound::checked(value, faults)
    }
}

keyrail_core::config_object! {
    /// A range of numbers, with at least one bound, and at most one on each side.
    pub Interval (faults) {
        /// The number is greater than this.
        state gt: Bound;
        /// The number is greater than or equal to this.
        state gte: Bound;
        /// The number is less than this.
        state lt: Bound;
        /// The number is less than or equal to this.
        state lte: Bound;
    } => {
        if [&gt, &gte, &lt, &lte].into_iter().all(MemberState::is_absent) {
            faults.add_kind(ErrorKind::EmptyCondition);
            return None;
        }
        if !(gt.is_absent() || gte.is_absent()) || !(lt.is_absent() || lte.is_absent()) {
            faults.add_kind(ErrorKind::TwoBounds);
            return None;
        }
        let end =
            |open: MemberState<Bound>, closed: MemberState<Bound>| match (open.optional(), closed.optional()) {
                (Some(Bound(number)), _) => Some(End { number, closed: false }),
                (None, Some(Bound(number))) => Some(End { number, closed: true }),
                (None, None) => None,
            };
        let interval = Self { low: end(gt, gte), high: end(lt, lte) };
        if interval.is_empty() {
            faults.add_kind(ErrorKind::EmptyRange);
        }
        Some(interval)
    } as json!({"minProperties": 1})
}
