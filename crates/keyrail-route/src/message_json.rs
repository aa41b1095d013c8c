//! Messages as JSON.
//!
//! A message that is as it should be is read in one go, into room that is kept
//! from one to the next. As soon as anything is not, it is read again, by what
//! lists every fault: only that says what a message may be.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::config::{self, Faults, MAX_DOCUMENT, Number, Pairs, Read, Shape};
use keyrail_core::{ConfigError, Kind as _};
use serde::Deserializer;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use crate::message::{
    Attribute, CHANNEL, MAX_ATTRIBUTES, MAX_INTEGER, add_at, check_name, in_range, is_name,
    read_number,
};
use crate::{ErrorKind, Message, Value};

/// Reads messages, one after the other, in room that it keeps.
///
/// ```
/// use keyrail_route::MessageReader;
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
    spare: Vec<Attribute>,
}

impl MessageReader {
    /// No room as yet.
    pub fn new() -> Self {
        Self { message: Message::of(Vec::new()), spare: Vec::new() }
    }

    /// Reads a message: an object of attributes, `channel` among them. The
    /// errors are those of [`Message::from_json`].
    pub fn read(&mut self, text: &str) -> Result<&Message, ConfigError> {
        if !self.read_sound(text) {
            self.message = config::from_json(text)?;
        }
        Ok(&self.message)
    }

    /// Reads a message and gives it away.
    pub(crate) fn take(mut self, text: &str) -> Result<Message, ConfigError> {
        self.read(text)?;
        Ok(self.message)
    }

    /// Reads a message that is as it should be; says no, if it is not.
    fn read_sound(&mut self, text: &str) -> bool {
        let attributes = &mut self.message.attributes;
        self.spare.append(attributes);
        let mut json = serde_json::Deserializer::from_str(text);
        let into = Sound { attributes, spare: &mut self.spare };
        let is_read =
            text.len() <= MAX_DOCUMENT && json.deserialize_map(into).is_ok() && json.end().is_ok();
        if !is_read || attributes.len() > MAX_ATTRIBUTES {
            return false;
        }
        attributes.sort_unstable_by(|a, b| a.name.cmp(&b.name));
        let mut pairs = attributes.iter().zip(attributes.iter().skip(1));
        if pairs.any(|(a, b)| a.name == b.name) {
            return false;
        }
        attributes.iter_mut().for_each(Attribute::hash);
        self.message.find_places();
        let channel = self.message.attributes.get(self.message.channel_place);
        channel.is_some_and(|channel| {
            channel.name == CHANNEL
                && matches!(&channel.value, Value::Text(channel) if is_name(channel))
        })
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

/// Where attributes are read into.
struct Sound<'a> {
    attributes: &'a mut Vec<Attribute>,
    spare: &'a mut Vec<Attribute>,
}

impl<'de> Visitor<'de> for Sound<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a message")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<(), A::Error> {
        loop {
            let spare = self.spare.pop();
            let mut attribute =
                spare.unwrap_or_else(|| Attribute::new(String::new(), Value::Boolean(false)));
            let Some(()) = object.next_key_seed(Into(&mut attribute.name))? else {
                self.spare.push(attribute);
                return Ok(());
            };
            if !is_name(&attribute.name) {
                return Err(A::Error::custom("name"));
            }
            object.next_value_seed(IntoValue(&mut attribute.value))?;
            if attribute.value.check().is_err() {
                return Err(A::Error::custom("value"));
            }
            self.attributes.push(attribute);
        }
    }
}

/// Reads a text into another one's room.
struct Into<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for Into<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Into<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.0.clear();
        self.0.push_str(text);
        Ok(())
    }
}

/// Reads a value into another one's room.
struct IntoValue<'a>(&'a mut Value);

impl<'de> DeserializeSeed<'de> for IntoValue<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for IntoValue<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an attribute")
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        if let Value::Text(room) = self.0 {
            room.clear();
            room.push_str(text);
        } else {
            *self.0 = Value::Text(text.into());
        }
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        *self.0 = Value::Boolean(value);
        Ok(())
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<(), E> {
        if value.unsigned_abs() > MAX_INTEGER.unsigned_abs() {
            return Err(E::custom("number"));
        }
        *self.0 = Value::Number(value as f64);
        Ok(())
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<(), E> {
        self.visit_i64(i64::try_from(value).map_err(E::custom)?)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<(), E> {
        if !in_range(value) {
            return Err(E::custom("number"));
        }
        *self.0 = Value::Number(value);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        let mut texts = Vec::new();
        let mut text = String::new();
        while let Some(()) = list.next_element_seed(Into(&mut text))? {
            texts.push(core::mem::take(&mut text));
        }
        *self.0 = Value::List(texts);
        Ok(())
    }
}

impl Read for Message {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let before = faults.count();
        let Some(Pairs(pairs)) = Pairs::<Written>::read(from, faults)? else { return Ok(None) };
        if pairs.len() > MAX_ATTRIBUTES {
            let kind = ErrorKind::TooManyAttributes;
            faults.add(kind.code(), format!("{kind}"));
        }
        let mut channel = None;
        let mut attributes = BTreeMap::new();
        for (name, Written(value)) in pairs {
            if name == CHANNEL {
                channel = Some(value.as_ref().map(|value| read_channel(value, faults)));
            } else if let Err(error) = check_name(&name) {
                add_at(&name, error.code(), format!("{error}"), faults);
            }
            if let Some(value) = value {
                attributes.insert(name, value);
            }
        }
        let Some(channel) = channel else {
            faults.add("config.missing_member", "the member channel is missing");
            return Ok(None);
        };
        let channel = channel.flatten().filter(|_| faults.count() == before);
        let attributes = attributes.into_iter().map(|(name, value)| Attribute::new(name, value));
        Ok(channel.map(|()| Self::of(attributes.collect())))
    }
}

fn read_channel(value: &Value, faults: &Faults) -> Option<()> {
    let Value::Text(channel) = value else {
        add_at(CHANNEL, "config.wrong_type", "this must be a text", faults);
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
        config::read_shape(WrittenValue, from, faults).map(|value| Some(Self(value)))
    }
}

struct WrittenValue;

impl<'de> Shape<'de> for WrittenValue {
    type Value = Value;
    const EXPECTED: &'static str = "a text, a number, true or false, or a list of texts";

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
    fn both_ways_of_reading_agree() {
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
