//! Messages as JSON.
//!
//! A message is first read in one pass, into a buffer that is reused for the next message. If this
//! fails, a second reader reads the message again and lists the faults. In that case, the second
//! reader decides whether the message is valid.

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

use crate::attributes::{Attribute, Attributes, Span, StoredValue, ValueRef};
use crate::message::{
    CHANNEL, EVENT, MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_INTEGER, add_at, check_name, in_range,
    is_name, read_number,
};
use crate::{ErrorKind, Message, Value};

/// A reader of messages, which reuses its buffer for the next message.
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
    /// The same as those of [`Message::from_json`].
    pub fn read(&mut self, text: &str) -> Result<&Message, ConfigError> {
        if !self.read_fast_path(text) {
            self.message = config::from_json(text)?;
        }
        Ok(&self.message)
    }

    /// Reads a message and returns it by value.
    ///
    /// # Errors
    ///
    /// The same as those of [`Message::from_json`].
    pub fn take(mut self, text: &str) -> Result<Message, ConfigError> {
        self.read(text)?;
        Ok(self.message)
    }

    /// Reads a message into the buffer. Returns `false` if this fails, which it does for every
    /// invalid message.
    fn read_fast_path(&mut self, text: &str) -> bool {
        let Message { attributes, channel, event } = &mut self.message;
        attributes.clear();
        if text.len() > MAX_DOCUMENT {
            return false;
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let whole = if text.len() <= MAX_COPIED_DOCUMENT { text } else { "" };
        attributes.write_whole(whole);
        let into = Buffers { attributes, whole };
        let Ok(found) = json.deserialize_map(into) else { return false };
        if json.end().is_err() || !attributes.finish() {
            return false;
        }
        let Some(channel_attribute) = found.channel else { return false };
        (*channel, *event) = (channel_attribute, found.event);
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

/// The maximum length of a document that is copied in one piece, including the syntax around its
/// strings. For a short document, this is faster than copying each string.
const MAX_COPIED_DOCUMENT: usize = 1024;

/// The buffers into which attributes are read.
struct Buffers<'a, 't> {
    attributes: &'a mut Attributes,
    /// The document if it was already copied in one piece, or else an empty string.
    whole: &'t str,
}

impl Buffers<'_, '_> {
    /// Stores a string that is a slice of the document, and copies it only if necessary.
    #[inline]
    fn store(&mut self, text: &str) -> Span {
        let span = self.attributes.span_of(text, self.whole);
        span.unwrap_or_else(|| self.attributes.write(text))
    }
}

/// The attributes that are needed by name.
#[derive(Default)]
struct NamedAttributes {
    channel: Option<Attribute>,
    event: Option<Attribute>,
}

impl<'de> Visitor<'de> for Buffers<'_, 'de> {
    type Value = NamedAttributes;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut object: A) -> Result<NamedAttributes, A::Error> {
        let mut found = NamedAttributes::default();
        while let Some(name) = object.next_key_seed(NameSeed(&mut self))? {
            if self.attributes.len() == MAX_ATTRIBUTES {
                return Err(A::Error::custom("count"));
            }
            let value = object.next_value_seed(ValueSeed(&mut self))?;
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
struct NameSeed<'a, 'b, 'de>(&'a mut Buffers<'b, 'de>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_, 'de> {
    type Value = Span;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Span, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for NameSeed<'_, '_, 'de> {
    type Value = Span;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<Span, E> {
        if is_name(text) { Ok(self.0.store(text)) } else { Err(E::custom("name")) }
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Span, E> {
        if is_name(text) { Ok(self.0.attributes.write(text)) } else { Err(E::custom("name")) }
    }
}

/// Reads an attribute's value.
struct ValueSeed<'a, 'b, 'de>(&'a mut Buffers<'b, 'de>);

impl<'de> DeserializeSeed<'de> for ValueSeed<'_, '_, 'de> {
    type Value = StoredValue;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<StoredValue, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_, '_, 'de> {
    type Value = StoredValue;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute")
    }

    fn visit_borrowed_str<E: serde::de::Error>(self, text: &'de str) -> Result<StoredValue, E> {
        if text.len() > MAX_ATTRIBUTE {
            return Err(E::custom("length"));
        }
        Ok(StoredValue::Text(self.0.store(text)))
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<StoredValue, E> {
        if text.len() > MAX_ATTRIBUTE {
            return Err(E::custom("length"));
        }
        Ok(StoredValue::Text(self.0.attributes.write(text)))
    }

    fn visit_bool<E>(self, value: bool) -> Result<StoredValue, E> {
        Ok(StoredValue::Boolean(value))
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<StoredValue, E> {
        if value.unsigned_abs() > MAX_INTEGER.unsigned_abs() {
            return Err(E::custom("number"));
        }
        Ok(StoredValue::Number(value as f64))
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<StoredValue, E> {
        self.visit_i64(i64::try_from(value).map_err(E::custom)?)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<StoredValue, E> {
        if !in_range(value) {
            return Err(E::custom("number"));
        }
        Ok(StoredValue::Number(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<StoredValue, A::Error> {
        let Self(Buffers { attributes, .. }) = self;
        let (first, mut bytes_left) = (attributes.part_count(), MAX_ATTRIBUTE + 1);
        while let Some(len) = list.next_element_seed(ListItemSeed(attributes))? {
            // The length of a list includes one byte between consecutive strings.
            let rest = bytes_left.checked_sub(len + 1);
            bytes_left = rest.ok_or_else(|| A::Error::custom("length"))?;
        }
        Ok(attributes.list(first))
    }
}

/// Reads a string of a list, and returns its length.
struct ListItemSeed<'a>(&'a mut Attributes);

impl<'de> DeserializeSeed<'de> for ListItemSeed<'_> {
    type Value = usize;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<usize, D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for ListItemSeed<'_> {
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
        let Some(Pairs(pairs)) = Pairs::<CheckedValue>::read(from, faults)? else {
            return Ok(None);
        };
        if pairs.len() > MAX_ATTRIBUTES {
            let kind = ErrorKind::TooManyAttributes;
            faults.add(kind.code(), format!("{kind}"));
            return Ok(None);
        }
        let mut channel = None;
        let mut attributes = Attributes::default();
        for (name, CheckedValue(value)) in pairs {
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
        extend_schema(Pairs::<CheckedValue>::schema(schemas), json!({"required": [CHANNEL]}))
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

/// The value of an attribute, or `None` if it is faulty.
struct CheckedValue(Option<Value>);

impl Read for CheckedValue {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        config::read_json(ValueVisitor, from, faults).map(|value| Some(Self(value)))
    }

    fn schema(_: &mut Schemas) -> Schema {
        json!({"type": ["string", "number", "boolean", "array"], "items": {"type": "string"}})
    }
}

struct ValueVisitor;

impl<'de> JsonVisitor<'de> for ValueVisitor {
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
