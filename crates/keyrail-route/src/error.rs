//! What can be wrong with a topology, a message or a context.

use keyrail_core::Kind;

/// The error of this crate: a kind, and none of the input.
pub type Error = keyrail_core::Error<ErrorKind>;

/// What can be wrong with a topology, a message or a context.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A message comes from a channel that the topology does not declare.
    #[error("the message's channel is not declared: declare it under channels")]
    UnknownChannel,
    /// A queue is named, in a topology or a context, that is not declared.
    #[error("this queue is not declared: declare it under queues, or name one that is")]
    UnknownQueue,
    /// An app is named that is not declared.
    #[error("this app is not declared: declare it under apps, or name one that is")]
    UnknownApp,
    /// A webhook is named that is not declared.
    #[error("this webhook is not declared: declare it under webhooks, or name one that is")]
    UnknownWebhook,
    /// Two of one section have the same id.
    #[error("this id is declared before: give each of a section an id of its own")]
    DuplicateId,
    /// One list names the same thing twice.
    #[error("this stands in the list before: name it once")]
    DuplicateName,
    /// A fallback leads back to the queue where it starts.
    #[error("this fallback leads back to its own queue: take it out of the list")]
    FallbackCycle,
    /// A webhook asks for no event.
    #[error("a webhook needs at least one event pattern: write * for every event")]
    NoEvents,
    /// A condition has no operator, or several.
    #[error("a condition has exactly one operator: join several by all or any")]
    OneOperator,
    /// An operator has nothing to test.
    #[error("this is empty: give at least one attribute, condition, value, bound or opening")]
    EmptyCondition,
    /// A condition's value, or a webhook's URL, is an empty text.
    #[error("this text must not be empty")]
    EmptyValue,
    /// A condition is nested more than [`MAX_CONDITION_DEPTH`](crate::MAX_CONDITION_DEPTH) deep.
    #[error("a condition may be at most 64 conditions deep")]
    TooDeep,
    /// A topology has more than [`MAX_RULES`](crate::MAX_RULES) rules.
    #[error("a topology may have at most 2000000 rules")]
    TooManyRules,
    /// The name of a message's channel cannot be one.
    #[error("a channel's id is 1 to 256 bytes long and holds no control character")]
    MalformedChannel,
    /// The id of a session cannot be one.
    #[error("a session's id is 1 to 256 bytes long and holds no control character")]
    MalformedSession,
    /// The name of an attribute cannot be one.
    #[error("an attribute's name is 1 to 256 bytes long and holds no control character")]
    MalformedName,
    /// A message has an attribute twice; `channel` is one from the start.
    #[error("the message has this attribute already: give each once")]
    DuplicateAttribute,
    /// A message has more than [`MAX_ATTRIBUTES`](crate::MAX_ATTRIBUTES) attributes.
    #[error("a message may have at most 256 attributes, its channel among them")]
    TooManyAttributes,
    /// An attribute is longer than [`MAX_ATTRIBUTE`](crate::MAX_ATTRIBUTE).
    #[error("an attribute may be at most 65536 bytes long")]
    AttributeTooLong,
    /// A wildcard is longer than [`MAX_WILDCARD`](crate::MAX_WILDCARD).
    #[error("a wildcard may be at most 256 bytes long")]
    WildcardTooLong,
    /// A wildcard has more than [`MAX_STARS`](crate::MAX_STARS) stars.
    #[error("a wildcard may have at most 16 stars")]
    TooManyStars,
    /// A wildcard's backslash escapes neither a star nor a backslash.
    #[error("in a wildcard, a backslash may only stand before * or another backslash")]
    MalformedWildcard,
    /// A subject has an empty token, or `*` or `>` where none may stand.
    #[error(
        "a subject is tokens joined by dots, none empty: * is one whole token, > the last of all"
    )]
    MalformedSubject,
    /// A range has two lower or two upper bounds.
    #[error("a range has one lower and one upper bound at most: write gt or gte, lt or lte")]
    TwoBounds,
    /// No number lies in a range.
    #[error(
        "no number lies in this range: its upper bound must be larger, or both include one number"
    )]
    EmptyRange,
    /// A rule's window, or an opening in it, ends before it starts.
    #[error(
        "until must be later than from: split hours that run overnight at 24:00, into two openings"
    )]
    EmptyWindow,
    /// A time of the day is not written as such.
    #[error("a time of the day is written like 09:00, and the end of the day 24:00")]
    MalformedTimeOfDay,
    /// An offset from UTC is not written as such.
    #[error("an offset from UTC is written like +05:30, at most 23:59, or Z")]
    MalformedOffset,
    /// Hours are in an offset and in a zone.
    #[error("hours are in an offset or in a zone: write one of the two")]
    TwoClocks,
    /// A zone is named that IANA's data does not have.
    #[error("this is no IANA zone that this build knows: write a name such as Europe/Berlin")]
    UnknownZone,
    /// A zone is named, and this build ships no data of zones.
    #[error("this build has no zone data: build it with the feature zones, or write an offset")]
    NoZones,
    /// An assignment says nothing.
    #[error("an assignment names a team, an agent or at least one skill")]
    EmptyAssignment,
    /// The texts of all conditions together are beyond what a table can hold.
    #[error(
        "the texts of all conditions are too long together (a table holds 4 GiB), or too many keywords end with one another"
    )]
    TooLarge,
    /// Bytes are no table, or not as they were made.
    #[error("these bytes are no table as it was written: write it again from its topology")]
    MalformedBytes,
    /// Bytes are a table of another version of this library.
    #[error("another version of this library wrote these bytes: write them again with this one")]
    UnsupportedBytes,
    /// A table has rules that hold at certain times, and no time is given.
    #[error("this table has rules that hold at certain times: say what time it is")]
    TimeRequired,
    /// A number is not finite, or lies beyond [`MAX_INTEGER`](crate::MAX_INTEGER).
    #[error("a number must lie between -9007199254740992 and 9007199254740992: write a text")]
    NumberRange,
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownChannel => "route.unknown_channel",
            Self::UnknownQueue => "route.unknown_queue",
            Self::UnknownApp => "route.unknown_app",
            Self::UnknownWebhook => "route.unknown_webhook",
            Self::DuplicateId => "route.duplicate_id",
            Self::DuplicateName => "route.duplicate_name",
            Self::FallbackCycle => "route.fallback_cycle",
            Self::NoEvents => "route.no_events",
            Self::OneOperator => "route.one_operator",
            Self::EmptyCondition => "route.empty_condition",
            Self::EmptyValue => "route.empty_value",
            Self::TooDeep => "route.too_deep",
            Self::TooManyRules => "route.too_many_rules",
            Self::MalformedChannel => "route.malformed_channel",
            Self::MalformedSession => "route.malformed_session",
            Self::MalformedName => "route.malformed_name",
            Self::DuplicateAttribute => "route.duplicate_attribute",
            Self::TooManyAttributes => "route.too_many_attributes",
            Self::AttributeTooLong => "route.attribute_too_long",
            Self::WildcardTooLong => "route.wildcard_too_long",
            Self::TooManyStars => "route.too_many_stars",
            Self::MalformedWildcard => "route.malformed_wildcard",
            Self::MalformedSubject => "route.malformed_subject",
            Self::TwoBounds => "route.two_bounds",
            Self::EmptyRange => "route.empty_range",
            Self::EmptyWindow => "route.empty_window",
            Self::MalformedTimeOfDay => "route.malformed_time_of_day",
            Self::MalformedOffset => "route.malformed_offset",
            Self::TwoClocks => "route.two_clocks",
            Self::UnknownZone => "route.unknown_zone",
            Self::NoZones => "route.no_zones",
            Self::EmptyAssignment => "route.empty_assignment",
            Self::TooLarge => "route.too_large",
            Self::MalformedBytes => "route.malformed_bytes",
            Self::UnsupportedBytes => "route.unsupported_bytes",
            Self::TimeRequired => "route.time_required",
            Self::NumberRange => "route.number_range",
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::ErrorKind;
    use crate::{
        MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_CONDITION_DEPTH, MAX_INTEGER, MAX_NAME, MAX_RULES,
        MAX_STARS, MAX_WILDCARD,
    };

    #[test]
    fn the_sentences_say_the_limits_as_they_are() {
        let says = |kind: ErrorKind, limit: &dyn ToString| {
            assert!(kind.to_string().contains(&limit.to_string()), "{kind}");
        };
        says(ErrorKind::TooDeep, &MAX_CONDITION_DEPTH);
        says(ErrorKind::WildcardTooLong, &MAX_WILDCARD);
        says(ErrorKind::TooManyStars, &MAX_STARS);
        says(ErrorKind::TooManyRules, &MAX_RULES);
        says(ErrorKind::MalformedName, &MAX_NAME);
        says(ErrorKind::MalformedChannel, &MAX_NAME);
        says(ErrorKind::MalformedSession, &MAX_NAME);
        says(ErrorKind::TooManyAttributes, &MAX_ATTRIBUTES);
        says(ErrorKind::AttributeTooLong, &MAX_ATTRIBUTE);
        says(ErrorKind::NumberRange, &MAX_INTEGER);
    }
}
