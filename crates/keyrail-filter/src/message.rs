//! Messages. A message is the input from a channel, represented as attributes.
//!
//! The attributes can come from an untrusted sender. Facts that only the caller knows are therefore
//! never read from a message; they are passed as the context of a routing call. The types of
//! attributes and their canonical forms follow CloudEvents 1.0, section "Type System", except that
//! numbers replace the integers of CloudEvents.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::{self, Write as _};

use keyrail_core::ConfigError;
use keyrail_core::config::{Faults, Number};

use crate::attributes::{Attribute, Attributes, ValueRef};
use crate::{Error, ErrorKind, MessageReader};

/// The maximum number of attributes in a message, including its channel.
pub const MAX_ATTRIBUTES: usize = 256;
/// The maximum length of an attribute's value, in bytes. The length of a list is the total length
/// of its strings, plus one byte between consecutive strings.
pub const MAX_ATTRIBUTE: usize = 64 * 1024;
/// The maximum length of the name of an attribute, in bytes.
pub const MAX_NAME: usize = 256;
/// The largest number that an attribute can have, 2^53. The smallest is -2^53. Beyond this range,
/// not every integer can be represented as a float.
pub const MAX_INTEGER: i64 = 1 << 53;

pub const CHANNEL: &str = "channel";
pub const EVENT: &str = "event";

/// The value of a message's attribute.
///
/// Its printed form shows the length of a string, not its content.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// A string. An empty string differs from a missing attribute.
    Text(String),
    /// A number: finite, and at most [`MAX_INTEGER`] away from zero.
    Number(f64),
    /// True or false; not a number.
    Boolean(bool),
    /// A list of strings. A test holds for the list if it holds for at least one of the strings.
    /// For an empty list, only `exists: true` holds.
    List(Vec<String>),
}

/// A message to route: its channel and its other attributes.
///
/// The channel is an attribute, named `channel`. The attribute `event`, if it is a string,
/// determines which webhooks receive the message. The attribute `sender` is part of the message's
/// ordering key. Any other name, such as `text`, has the meaning that the rules give it. `Debug`
/// shows only names and lengths.
///
/// ```
/// use keyrail_filter::{Message, Value};
/// let message = Message::new("wa-main")?
///     .with("event", "message.inbound")?
///     .with("attempt", Value::Number(2.0))?;
/// assert_eq!(message, Message::from_json(
///     r#"{"channel": "wa-main", "event": "message.inbound", "attempt": 2}"#,
/// ).unwrap());
/// # Ok::<(), keyrail_filter::Error>(())
/// ```
#[derive(Clone)]
pub struct Message {
    pub attributes: Attributes,
    /// `channel` and `event` are copies of their entries in `attributes`, because both are needed
    /// often.
    pub channel: Attribute,
    pub event: Option<Attribute>,
}

impl Message {
    /// Creates a message that arrived through this channel.
    ///
    /// # Errors
    ///
    /// `route.malformed_channel`, if the channel's id is empty, is longer than 256 bytes, or
    /// contains a control character.
    pub fn new(channel: impl Into<String>) -> Result<Self, Error> {
        let channel = channel.into();
        if !is_name(&channel) {
            return Err(ErrorKind::MalformedChannel.into());
        }
        let mut attributes = Attributes::default();
        attributes.insert(CHANNEL, &Value::Text(channel));
        Ok(Self::of(attributes))
    }

    /// Creates a message from these attributes, which must be
    /// [finished](Attributes::finish).
    pub fn of(attributes: Attributes) -> Self {
        let find = |name| attributes.find(name).copied();
        Self { channel: find(CHANNEL).unwrap_or_default(), event: find(EVENT), attributes }
    }

    /// Returns the message with another attribute.
    ///
    /// # Errors
    ///
    /// `route.malformed_name`, `route.duplicate_attribute`,
    /// `route.too_many_attributes`, `route.attribute_too_long`,
    /// `route.number_range`.
    pub fn with(mut self, name: impl Into<String>, value: impl Into<Value>) -> Result<Self, Error> {
        let (name, value) = (name.into(), value.into());
        check_name(&name)?;
        value.check()?;
        let is_full = self.attributes.len() >= MAX_ATTRIBUTES;
        if !is_full && self.attributes.insert(&name, &value) {
            return Ok(Self::of(self.attributes));
        }
        Err(match self.attributes.find(&name) {
            Some(_) => ErrorKind::DuplicateAttribute.into(),
            None => ErrorKind::TooManyAttributes.into(),
        })
    }

    /// Reads a message from a JSON object of its attributes, including `channel`.
    ///
    /// # Errors
    ///
    /// `config.too_large`, `config.syntax`, `config.too_deep`, `config.wrong_type`,
    /// `config.duplicate_member`, `config.missing_member`, and the errors of [`new`](Self::new) and
    /// [`with`](Self::with). Each fault has a JSON Pointer.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_filter::Message;
    /// let error = Message::from_json(r#"{"channel": "wa-main", "text": null}"#).unwrap_err();
    /// assert_eq!((error.code(), error.faults()[0].pointer()), ("config.wrong_type", "/text"));
    /// ```
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        MessageReader::new().take(text)
    }

    /// Returns the id of the channel through which the message arrived.
    pub fn channel(&self) -> &str {
        match self.attributes.value(&self.channel) {
            ValueRef::Text(channel) => channel,
            _ => "", // unreachable: the channel of every message is a string
        }
    }

    /// Returns the name of the message's event: the attribute `event`, if it is a string.
    pub fn event(&self) -> Option<&str> {
        match self.attributes.value(self.event.as_ref()?) {
            ValueRef::Text(event) => Some(event),
            _ => None,
        }
    }

    pub fn get(&self, name: &str) -> Option<ValueRef<'_>> {
        self.attributes.find(name).map(|attribute| self.attributes.value(attribute))
    }
}

impl PartialEq for Message {
    fn eq(&self, other: &Self) -> bool {
        self.attributes == other.attributes
    }
}

/// Adds a fault at a member of the object that is being read.
pub fn add_at(member: &str, code: &'static str, message: impl Into<String>, faults: &Faults) {
    faults.at_member(member, || faults.add(code, message));
}

/// Returns the number if it is in the range of an attribute; otherwise adds a fault.
pub fn read_number(value: Number, faults: &Faults) -> Option<f64> {
    let number = match value {
        // Checked as an integer, because 2^53 + 1 would be rounded to a valid float.
        Number::Integer(value) if value.unsigned_abs() <= MAX_INTEGER.unsigned_abs() => {
            Some(value as f64)
        }
        Number::Integer(_) | Number::Large(_) => None,
        Number::Float(value) => Some(value).filter(|value| in_range(*value)),
    };
    if number.is_none() {
        faults.add_error(&Error::new(ErrorKind::NumberRange));
    }
    number
}

pub fn in_range(number: f64) -> bool {
    number.abs() <= MAX_INTEGER as f64 // false for NaN
}

pub fn is_name(text: &str) -> bool {
    let is_plain = |byte: &u8| matches!(byte, b' '..=b'~');
    !text.is_empty()
        && text.len() <= MAX_NAME
        && (text.as_bytes().iter().all(is_plain) || !text.chars().any(char::is_control))
}

pub fn check_name(name: &str) -> Result<(), Error> {
    if is_name(name) { Ok(()) } else { Err(ErrorKind::MalformedName.into()) }
}

/// Returns the canonical form of a number: the shortest decimal digits that represent it, without
/// an exponent.
pub fn canonical_number(number: f64) -> String {
    let mut text = String::new();
    write_canonical_number(number, &mut text);
    text
}

/// Appends the canonical form of a number to `out`.
pub fn write_canonical_number(number: f64, out: &mut String) {
    let number = number + 0.0; // -0 + 0 = 0
    let _ = write!(out, "{number}"); // writing to a String cannot fail
}

/// Returns the canonical form of a boolean.
pub const fn canonical_boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

impl Value {
    pub fn check(&self) -> Result<(), Error> {
        match self {
            Self::Number(number) if !in_range(*number) => Err(ErrorKind::NumberRange.into()),
            Self::Number(_) | Self::Boolean(_) => Ok(()),
            Self::Text(_) | Self::List(_) if self.len() > MAX_ATTRIBUTE => {
                Err(ErrorKind::AttributeTooLong.into())
            }
            Self::Text(_) | Self::List(_) => Ok(()),
        }
    }

    /// Returns the length that [`MAX_ATTRIBUTE`] limits. A number or a boolean has length 0.
    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::List(texts) => {
                let bytes: usize = texts.iter().map(String::len).sum();
                bytes.saturating_add(texts.len().saturating_sub(1))
            }
            Self::Number(_) | Self::Boolean(_) => 0,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => ValueRef::Text(text).fmt(f),
            Self::Number(number) => ValueRef::Number(*number).fmt(f),
            Self::Boolean(value) => ValueRef::Boolean(*value).fmt(f),
            Self::List(texts) => print_list(texts.len(), f),
        }
    }
}

impl fmt::Debug for ValueRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => write!(f, "text of {} bytes", text.len()),
            Self::Number(_) => f.write_str("number"),
            Self::Boolean(_) => f.write_str("boolean"),
            Self::List(texts) => print_list(texts.iter().count(), f),
        }
    }
}

fn print_list(count: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "list of {count} texts")
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message ")?;
        let attributes = self.attributes.iter();
        let mut pairs: Vec<_> = attributes
            .map(|attribute| (self.attributes.name(attribute), self.attributes.value(attribute)))
            .collect();
        pairs.sort_unstable_by_key(|(name, _)| *name);
        f.debug_map().entries(pairs).finish()
    }
}

keyrail_core::from_str! {
    Message: from_json, ConfigError;
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};
    use alloc::{format, vec};

    use super::{
        MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_INTEGER, MAX_NAME, Message, Value, canonical_number,
    };

    fn message() -> Message {
        Message::new("wa").unwrap()
    }

    fn code(name: &str, value: impl Into<Value>) -> Option<&'static str> {
        message().with(name, value).err().map(|error| error.code())
    }

    fn faults(text: &str) -> String {
        let error = Message::from_json(text).unwrap_err();
        let faults = error.faults().iter().map(|f| format!("{} {}", f.code(), f.pointer()));
        faults.collect::<vec::Vec<_>>().join("; ")
    }

    #[test]
    fn the_limits_are_exact() {
        assert_eq!(code("text", "x".repeat(MAX_ATTRIBUTE)), None);
        assert_eq!(code("text", "x".repeat(MAX_ATTRIBUTE + 1)), Some("route.attribute_too_long"));
        let empty_strings = |count| Value::List(vec![String::new(); count]);
        assert_eq!(code("tags", empty_strings(MAX_ATTRIBUTE + 1)), None);
        assert_eq!(
            code("tags", empty_strings(MAX_ATTRIBUTE + 2)),
            Some("route.attribute_too_long")
        );
        assert_eq!(code(&"n".repeat(MAX_NAME), ""), None);
        assert_eq!(code(&"n".repeat(MAX_NAME + 1), ""), Some("route.malformed_name"));
        assert!(Message::new("n".repeat(MAX_NAME)).is_ok());
        let error = Message::new("n".repeat(MAX_NAME + 1)).unwrap_err();
        assert_eq!(error.code(), "route.malformed_channel");
    }

    #[test]
    fn the_channel_counts_as_an_attribute() {
        let full = (1..MAX_ATTRIBUTES)
            .fold(message(), |message, n| message.with(n.to_string(), "").unwrap());
        assert_eq!(
            full.clone().with("one more", "").unwrap_err().code(),
            "route.too_many_attributes"
        );
        assert_eq!(full.with("channel", "sms").unwrap_err().code(), "route.duplicate_attribute");
        let json_with_attributes = |count| {
            let attributes: String = (1..count).map(|n| format!(r#","{n}":"""#)).collect();
            format!(r#"{{"channel": "wa"{attributes}}}"#)
        };
        assert!(Message::from_json(&json_with_attributes(MAX_ATTRIBUTES)).is_ok());
        assert_eq!(faults(&json_with_attributes(MAX_ATTRIBUTES + 1)), "route.too_many_attributes ");
    }

    #[test]
    fn numbers_must_be_finite_and_in_range() {
        let largest = MAX_INTEGER as f64;
        for number in [0.0, -0.0, 0.5, largest, -largest] {
            assert_eq!(code("n", Value::Number(number)), None, "{number}");
        }
        for number in [f64::NAN, f64::INFINITY, -f64::INFINITY, largest + 2.0, -1e300] {
            assert_eq!(code("n", Value::Number(number)), Some("route.number_range"), "{number}");
        }
        let parse_with =
            |number: &str| Message::from_json(&format!(r#"{{"channel": "wa", "n": {number}}}"#));
        assert!(parse_with("9007199254740992").is_ok());
        for number in ["9007199254740993", "-9007199254740993", "18446744073709551615", "1e300"] {
            assert_eq!(parse_with(number).unwrap_err().code(), "route.number_range", "{number}");
        }
    }

    #[test]
    fn every_fault_of_a_message_is_listed_with_its_pointer() {
        assert_eq!(faults("{}"), "config.missing_member ");
        assert_eq!(faults(r#"{"channel": ["wa"]}"#), "config.wrong_type /channel");
        assert_eq!(faults(r#"{"channel": null}"#), "config.wrong_type /channel");
        assert_eq!(faults(r#"{"channel": ""}"#), "route.malformed_channel /channel");
        assert_eq!(
            faults(r#"{"channel": "wa", "a": {"b": 1}, "tags": ["x", 1], "": "", "a": 1}"#),
            "config.wrong_type /a; config.wrong_type /tags/1; config.duplicate_member /a; \
             route.malformed_name /"
        );
        assert_eq!(faults("[]"), "config.wrong_type ");
    }

    #[test]
    fn a_printed_message_shows_only_names_and_lengths() {
        let message = message()
            .with("text", "my card is 4111")
            .and_then(|message| message.with("tags", Value::List(vec!["vip".into()])))
            .and_then(|message| message.with("amount", Value::Number(4711.0)))
            .unwrap();
        let printed = format!("{message:?} {message:#?}");
        for hidden in ["4111", "vip", "4711"] {
            assert!(!printed.contains(hidden), "{printed}");
        }
        assert!(printed.contains("\"text\": text of 15 bytes"), "{printed}");
    }

    #[test]
    fn canonical_numbers_have_no_exponent_and_no_negative_zero() {
        for (number, expected) in [
            (1.0, "1"),
            (-0.0, "0"),
            (0.1, "0.1"),
            (-2.5, "-2.5"),
            (1e15, "1000000000000000"),
            (1e-7, "0.0000001"),
        ] {
            assert_eq!(canonical_number(number), expected);
        }
    }

    #[test]
    fn only_a_string_is_an_event() {
        assert_eq!(message().with("event", "a.b").unwrap().event(), Some("a.b"));
        assert_eq!(message().with("event", Value::Number(1.0)).unwrap().event(), None);
        assert_eq!(message().event(), None);
    }
}
