//! Event patterns, which match names of events and operations.

use alloc::string::String;
use core::fmt;

use crate::{Error, ErrorKind};

/// The maximum length of a pattern, in bytes.
pub(crate) const MAX_PATTERN: usize = 256;

/// A pattern that matches names of events.
///
/// `*` matches every event. `message.*` matches every event whose name starts with `message.`
/// and has at least one more character. A pattern without a `*` matches only the event with
/// that name. A message without an event is matched only by `*`.
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
    /// The start of the name, including the dot before the `*`.
    Prefix(String),
    Exact(String),
}

impl EventPattern {
    /// Parses a pattern: one or more non-empty parts, separated by dots, with at most 256 bytes
    /// together. The last part may be `*`.
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
        let is_prefix = name.len() < text.len();
        // A `*` at the end must follow a dot.
        let parts = if is_prefix { name.strip_suffix('.') } else { Some(name) };
        let malformed = parts.is_none_or(|name| name.split('.').any(str::is_empty));
        if malformed || text.len() > MAX_PATTERN || name.chars().any(char::is_control) {
            return Err(ErrorKind::MalformedEventPattern.into());
        }
        Ok(Self(if is_prefix { Pattern::Prefix(name.into()) } else { Pattern::Exact(name.into()) }))
    }

    /// Returns whether the pattern is `*`, which matches all messages.
    pub const fn is_every(&self) -> bool {
        matches!(self.0, Pattern::Every)
    }

    /// Returns whether the pattern is a name, which matches only the event with that name.
    pub const fn is_name(&self) -> bool {
        matches!(self.0, Pattern::Exact(_))
    }

    /// Returns whether the pattern matches everything that `other` matches.
    ///
    /// ```
    /// # use keyrail_core::EventPattern;
    /// let pattern = |text| EventPattern::parse(text).unwrap();
    /// assert!(pattern("message.*").covers(&pattern("message.inbound.*")));
    /// assert!(!pattern("message.inbound").covers(&pattern("message.*")));
    /// ```
    pub fn covers(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Pattern::Every, _) => true,
            (_, Pattern::Every) => false,
            (Pattern::Prefix(start), Pattern::Prefix(longer)) => longer.starts_with(start.as_str()),
            (Pattern::Exact(_), Pattern::Prefix(_)) => false,
            (_, Pattern::Exact(name)) => self.matches(Some(name)),
        }
    }

    /// Returns whether the pattern matches the event with this name. Pass `None` for a message
    /// without an event.
    pub fn matches(&self, event: Option<&str>) -> bool {
        match (&self.0, event) {
            (Pattern::Every, _) => true,
            (_, None) => false,
            (Pattern::Prefix(start), Some(event)) => {
                event.len() > start.len() && event.starts_with(start.as_str())
            }
            (Pattern::Exact(name), Some(event)) => name == event,
        }
    }
}

impl fmt::Display for EventPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Pattern::Every => f.write_str("*"),
            Pattern::Prefix(start) => write!(f, "{start}*"),
            Pattern::Exact(name) => f.write_str(name),
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
    fn misplaced_wildcards_and_empty_parts_are_rejected() {
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
    fn a_pattern_matches_by_star_by_prefix_or_by_exact_name() {
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

    #[test]
    fn a_pattern_covers_patterns_that_match_a_subset_of_its_events() {
        let covers = |left: &str, right: &str| {
            let pattern = |text| EventPattern::parse(text).unwrap();
            pattern(left).covers(&pattern(right))
        };
        for (broad, narrow) in [("*", "a.*"), ("*", "a"), ("a.*", "a.b.*"), ("a.*", "a.b")] {
            assert!(covers(broad, narrow) && !covers(narrow, broad), "{broad} {narrow}");
        }
        for same in ["*", "a.*", "a.b"] {
            assert!(covers(same, same), "{same}");
        }
        for (left, right) in [("a.*", "ab.*"), ("a.*", "a"), ("a.b", "a.c"), ("a.b", "a.b.*")] {
            assert!(!covers(left, right) && !covers(right, left), "{left} {right}");
        }
    }
}
