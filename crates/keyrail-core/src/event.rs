//! Event patterns: which events a webhook asks for.

use alloc::string::String;
use core::fmt;

use crate::{Error, ErrorKind};

/// A pattern over event names.
///
/// `*` alone matches every event, `message.*` every event below `message.` at any
/// depth, and anything else only that exact name. A message without an event matches
/// `*` only.
///
/// ```
/// use keyrail_core::EventPattern;
/// let pattern = EventPattern::parse("message.*")?;
/// assert!(pattern.matches(Some("message.inbound.text")));
/// assert!(!pattern.matches(Some("message")));
/// assert!(!pattern.matches(None));
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventPattern(Pattern);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Every,
    /// With its closing dot.
    Below(String),
    Exactly(String),
}

impl EventPattern {
    /// Parses a pattern: non-empty parts separated by dots, or `*` alone or as the last
    /// part.
    ///
    /// # Errors
    ///
    /// `event.malformed_pattern`.
    pub fn parse(text: &str) -> Result<Self, Error<ErrorKind>> {
        if text == "*" {
            return Ok(Self(Pattern::Every));
        }
        let name = text.strip_suffix('*').unwrap_or(text);
        if let Some(at) = name.find('*') {
            return Err(Error::at(ErrorKind::MalformedEventPattern, at));
        }
        let below = name.len() < text.len();
        // A pattern below a name ends with the dot before the star.
        let whole = if below { name.strip_suffix('.') } else { Some(name) };
        let malformed = whole.is_none_or(|name| name.split('.').any(str::is_empty));
        if malformed || name.chars().any(char::is_control) {
            return Err(ErrorKind::MalformedEventPattern.into());
        }
        Ok(Self(if below { Pattern::Below(name.into()) } else { Pattern::Exactly(name.into()) }))
    }

    /// Returns whether it is `*`, which matches all messages.
    pub const fn is_every(&self) -> bool {
        matches!(self.0, Pattern::Every)
    }

    /// Returns whether an event of this name, or a message without an event, matches.
    pub fn matches(&self, event: Option<&str>) -> bool {
        match (&self.0, event) {
            (Pattern::Every, _) => true,
            (_, None) => false,
            (Pattern::Below(start), Some(event)) => {
                event.len() > start.len() && event.starts_with(start.as_str())
            }
            (Pattern::Exactly(name), Some(event)) => name == event,
        }
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pattern::Every => f.write_str("*"),
            Pattern::Below(start) => write!(f, "{start}*"),
            Pattern::Exactly(name) => f.write_str(name),
        }
    }
}

crate::from_str! {
    EventPattern: parse, Error<ErrorKind>;
}

#[cfg(test)]
mod tests {
    use super::EventPattern;

    #[test]
    fn rejects_misplaced_wildcards_and_empty_segments() {
        for text in [
            "",
            "a*b",
            "message*",
            "*.message",
            ".*",
            "**",
            "a.*.*",
            "message.",
            ".message",
            "message..inbound",
            "message..*",
            "..*",
            ".",
        ] {
            assert!(EventPattern::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn matches_every_event_a_prefix_or_an_exact_name() {
        let matches = |pattern: &str, event| EventPattern::parse(pattern).unwrap().matches(event);
        assert!(EventPattern::parse("*").unwrap().is_every());
        assert!(!EventPattern::parse("a.*").unwrap().is_every());
        assert!(matches("*", None));
        assert!(matches("*", Some("anything")));
        assert!(matches("message.*", Some("message.in")));
        assert!(!matches("message.*", Some("message.")));
        assert!(!matches("message.*", Some("messages.in")));
        assert!(matches("MESSAGE_INBOUND", Some("MESSAGE_INBOUND")));
        assert!(!matches("MESSAGE_INBOUND", Some("message_inbound")));
    }
}
