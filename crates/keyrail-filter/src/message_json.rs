//! Messages as JSON.
//!
//! A valid message is read in one pass, into a buffer that is reused for the next. An
//! invalid one is read again, by the reader that lists every fault: only that reader
//! defines what a message may be.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::{
    self, Faults, JsonVisitor, MAX_DOCUMENT, Number, Pairs, Read, Schemas, Value as Schema,
    extend_schema, json,
};
use keyrail_core::{ConfigError, Kind as _};
use serde::Deserializer;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use crate::attributes::{Attribute, Attributes, Kept, Span, ValueRef};
use crate::message::{
    CHANNEL, EVENT, MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_INTEGER, add_at, check_name, in_range,
    is_name, read_number,
};
use crate::{ErrorKind, Message, Value};

/// Reads messages, one after the other, into a buffer that it reuses.
///
/// ```
/// use keyrail_filter::MessageReader;
/// let mut reader = MessageReader::new();
/// for text in [r#"{"channel": "sms", "text": "a"}"#, r#"{"channel": "fax"}"#] {
///     let message = reader.read(text)?;
///     assert!(!message.channel().is_empty());
/// }
/// assert_eq!(reader.read("{}").unwrap_err().code(), "config.missing_member");
/// # Ok::<(), keyrail_core::ConfigError>(())
/// ```
pub struct MessageReader {
    message: Message,
}

impl MessageReader {
    /// Creates a reader with an empty buffer.
    pub fn new() -> Self {
        Self { message: Message::of(Attributes::default()) }
    }

    /// Reads a message from a JSON object of its attributes, including `channel`.
    ///
    /// # Errors
    ///
    /// As [`Message::from_json`].
    pub fn read(&mut self, text: &str) -> Result<&Message, ConfigError> {
        if !self.read_fast_path(text) {
            self.message = config::from_json(text)?;
        }
        Ok(&self.message)
    }

    /// Reads a message and returns ownership of it.
    ///
    /// # Errors
    ///
    /// As [`Message::from_json`].
    pub fn take(mut self, text: &str) -> Result<Message, ConfigError> {
        self.read(text)?;
        Ok(self.message)
    }

    /// Reads a valid message. Returns `false` for any other.
    fn read_fast_path(&mut self, text: &str) -> bool {
        let Message { attributes, channel, event } = &mut self.message;
        attributes.clear();
        if text.len() > MAX_DOCUMENT {
            return false;
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let whole = if text.len() <= WHOLE { text } else { "" };
        attributes.write_whole(whole);
        let into = Buffers { attributes, whole };
        let Ok(found) = json.deserialize_map(into) else { return false };
        if json.end().is_err() || !attributes.finish() {
            return false;
        }
        let Some(of_message) = found.channel else { return false };
        (*channel, *event) = (of_message, found.event);
        matches!(attributes.value(channel), ValueRef::Text(channel) if is_name(channel))
    }
}

impl Default for MessageReader {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MessageReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MessageReader").finish_non_exhaustive()
    }
}

/// A document of up to so many bytes is kept whole, with the marks around its
/// strings: that is faster than writing each string by itself.
const WHOLE: usize = 1024;

/// Where attributes are read into.
struct Buffers<'a, 't> {
    attributes: &'a mut Attributes,
    /// What is written there already of the document: all of it, or nothing.
    whole: &'t str,
}

impl Buffers<'_, '_> {
    /// A text that is in the document as it is.
    #[inline]
    fn keep(&mut self, text: &str) -> Span {
        let span = self.attributes.span_of(text, self.whole);
        span.unwrap_or_else(|| self.attributes.write(text))
    }
}

/// The attributes that are asked for by name.
#[derive(Default)]
struct Found {
    channel: Option<Attribute>,
    event: Option<Attribute>,
}

impl<'de> Visitor<'de> for Buffers<'_, 'de> {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<Found, A::Error> {
        let mut found = Found::default();
        while let Some(name) = object.next_key_seed(IntoName(&mut self))? {
            if self.attributes.len() == MAX_ATTRIBUTES {
                return Err(A::Error::custom("count"));
            }
            let value = object.next_value_seed(IntoValue(&mut self))?;
            let attribute = self.attributes.push(name, value);
            match self.attributes.name_bytes(&attribute) {
                name if name == CHANNEL.as_bytes() => found.channel = Some(attribute),
                name if name == EVENT.as_bytes() => found.event = Some(attribute),
                _ => {}
            }
        }
        Ok(found)
    }
}

/// Reads an attribute's name.
struct IntoName<'a, 'b, 'de>(&'a mut Buffers<'b, 'de>);

impl<'de> DeserializeSeed<'de> for IntoName<'_, '_, 'de> {
    type Value = Span;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Span, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for IntoName<'_, '_, 'de> {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Span, E> {
        if is_name(text) { Ok(self.0.keep(text)) } else { Err(E::custom("name")) }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
        if is_name(text) { Ok(self.0.attributes.write(text)) } else { Err(E::custom("name")) }
    }
}

/// Reads an attribute's value.
struct IntoValue<'a, 'b, 'de>(&'a mut Buffers<'b, 'de>);

impl<'de> DeserializeSeed<'de> for IntoValue<'_, '_, 'de> {
    type Value = Kept;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Kept, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for IntoValue<'_, '_, 'de> {
    type Value = Kept;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Kept, E> {
        if text.len() > MAX_ATTRIBUTE {
            return Err(E::custom("length"));
        }
        Ok(Kept::Text(self.0.keep(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Kept, E> {
        if text.len() > MAX_ATTRIBUTE {
            return Err(E::custom("length"));
        }
        Ok(Kept::Text(self.0.attributes.write(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kept, E> {
        Ok(Kept::Boolean(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Kept, E> {
        if value.unsigned_abs() > MAX_INTEGER.unsigned_abs() {
            return Err(E::custom("number"));
        }
        Ok(Kept::Number(value as f64))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Kept, E> {
        self.visit_i64(i64::try_from(value).map_err(E::custom)?)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Kept, E> {
        if !in_range(value) {
            return Err(E::custom("number"));
        }
        Ok(Kept::Number(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Kept, A::Error> {
        let Self(Buffers { attributes, .. }) = self;
        let (first, mut buffers) = (attributes.part_count(), MAX_ATTRIBUTE + 1);
        while let Some(len) = list.next_element_seed(IntoPart(attributes))? {
            // With one byte between each two.
            let left = buffers.checked_sub(len + 1);
            buffers = left.ok_or_else(|| A::Error::custom("length"))?;
        }
        Ok(attributes.list(first))
    }
}

/// Reads a text of a list, and says how long it is.
struct IntoPart<'a>(&'a mut Attributes);

impl<'de> DeserializeSeed<'de> for IntoPart<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<usize, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for IntoPart<'_> {
    type Value = usize;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<usize, E> {
        self.0.write_part(text);
        Ok(text.len())
    }
}

impl Read for Message {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let before = faults.count();
        let Some(Pairs(pairs)) = Pairs::<Written>::read(from, faults)? else { return Ok(None) };
        if pairs.len() > MAX_ATTRIBUTES {
            let kind = ErrorKind::TooManyAttributes;
            faults.add(kind.code(), format!("{kind}"));
            return Ok(None);
        }
        let mut channel = None;
        let mut attributes = Attributes::default();
        for (name, Written(value)) in pairs {
            if name == CHANNEL {
                channel = Some(value.as_ref().map(|value| read_channel(value, faults)));
            } else if let Err(error) = check_name(&name) {
                add_at(&name, error.code(), format!("{error}"), faults);
            }
            if let Some(value) = value {
                attributes.insert(&name, &value);
            }
        }
        let Some(channel) = channel else {
            faults.add("config.missing_member", "the member channel is missing");
            return Ok(None);
        };
        let channel = channel.flatten().filter(|_| faults.count() == before);
        Ok(channel.map(|()| Self::of(attributes)))
    }

    fn schema(schemas: &mut Schemas) -> Schema {
        extend_schema(Pairs::<Written>::schema(schemas), json!({"required": [CHANNEL]}))
    }
}

fn read_channel(value: &Value, faults: &Faults) -> Option<()> {
    let Value::Text(channel) = value else {
        add_at(CHANNEL, "config.wrong_type", "this must be a string", faults);
        return None;
    };
    if !is_name(channel) {
        let kind = ErrorKind::MalformedChannel;
        add_at(CHANNEL, kind.code(), format!("{kind}"), faults);
        return None;
    }
    Some(())
}

/// An attribute as it was written; nothing, if it was faulty.
struct Written(Option<Value>);

impl Read for Written {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        config::read_json(WrittenValue, from, faults).map(|value| Some(Self(value)))
    }

    fn schema(_: &mut Schemas) -> Schema {
        json!({"type": ["string", "number", "boolean", "array"], "items": {"type": "string"}})
    }
}

struct WrittenValue;

impl<'de> JsonVisitor<'de> for WrittenValue {
    type Value = Value;
    const EXPECTED: &'static str = "a string, a number, true or false, or an array of strings";

    fn text(self, text: &str, faults: &Faults) -> Option<Value> {
        checked(Value::Text(text.into()), faults)
    }

    fn boolean(self, value: bool, _: &Faults) -> Option<Value> {
        Some(Value::Boolean(value))
    }

    fn number(self, value: Number, faults: &Faults) -> Option<Value> {
        read_number(value, faults).map(Value::Number)
    }

    fn list<A: SeqAccess<'de>>(self, list: A, faults: &Faults) -> Result<Option<Value>, A::Error> {
        let texts = Vec::<String>::read(SeqAccessDeserializer::new(list), faults)?;
        Ok(texts.and_then(|texts| checked(Value::List(texts), faults)))
    }
}

fn checked(value: Value, faults: &Faults) -> Option<Value> {
    value.check().map_err(|error| faults.add_error(&error)).ok()?;
    Some(value)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use keyrail_core::config;

    use super::MessageReader;
    use crate::Message;

    #[test]
    fn the_message_reader_agrees_with_from_json() {
        let mut reader = MessageReader::new();
        let values = [
            "1",
            "-0.0",
            "9007199254740993",
            "-9007199254740992",
            "1e300",
            "18446744073709551615",
            "true",
            "null",
            "\"\"",
            "\"a\\u00e9\"",
            "[]",
            "[\"a\", \"\"]",
            "[1]",
            "{}",
            "[[]]",
            "\"\\ud800\"",
            "1 2",
            "",
        ];
        for name in ["text", "channel", "event", "", "\\n", "a\\u0000"] {
            for value in values {
                for text in [
                    alloc::format!("{{\"channel\": \"c\", \"{name}\": {value}}}"),
                    alloc::format!("{{\"{name}\": {value}, \"event\": \"e\"}}"),
                    alloc::format!("{{\"{name}\": {value}, \"channel\": \"c\"}} x"),
                    alloc::format!("[{{\"channel\": {value}}}]"),
                    String::from(value),
                ] {
                    let expected = config::from_json::<Message>(&text);
                    assert_eq!(reader.read(&text).cloned(), expected, "{text}");
                    assert_eq!(Message::from_json(&text), expected, "{text}");
                }
            }
        }
    }
}
