//! What can be wrong with a condition or a message.

use keyrail_core::Kind;

/// The error of this crate: a kind, and none of the input.
pub type Error = keyrail_core::Error<ErrorKind>;

/// What can be wrong with a condition or a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ErrorKind {
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
    /// The name of a message's channel cannot be one.
    #[error("a channel's id is 1 to 256 bytes long and holds no control character")]
    MalformedChannel,
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
    /// The texts of all conditions together are beyond what a table can hold.
    #[error(
        "the texts of all conditions are too long together (a table holds 4 GiB), or too many keywords end with one another"
    )]
    TooLarge,
    /// A number is not finite, or lies beyond [`MAX_INTEGER`](crate::MAX_INTEGER).
    #[error("a number must lie between -9007199254740992 and 9007199254740992: write a text")]
    NumberRange,
}

impl Kind for ErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::OneOperator => "route.one_operator",
            Self::EmptyCondition => "route.empty_condition",
            Self::EmptyValue => "route.empty_value",
            Self::TooDeep => "route.too_deep",
            Self::MalformedChannel => "route.malformed_channel",
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
            Self::TooLarge => "route.too_large",
            Self::NumberRange => "route.number_range",
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::ErrorKind;
    use crate::{
        MAX_ATTRIBUTE, MAX_ATTRIBUTES, MAX_CONDITION_DEPTH, MAX_INTEGER, MAX_NAME, MAX_STARS,
        MAX_WILDCARD,
    };

    #[test]
    fn the_sentences_say_the_limits_as_they_are() {
        let says = |kind: ErrorKind, limit: &dyn ToString| {
            assert!(kind.to_string().contains(&limit.to_string()), "{kind}");
        };
        says(ErrorKind::TooDeep, &MAX_CONDITION_DEPTH);
        says(ErrorKind::WildcardTooLong, &MAX_WILDCARD);
        says(ErrorKind::TooManyStars, &MAX_STARS);
        says(ErrorKind::MalformedName, &MAX_NAME);
        says(ErrorKind::MalformedChannel, &MAX_NAME);
        says(ErrorKind::TooManyAttributes, &MAX_ATTRIBUTES);
        says(ErrorKind::AttributeTooLong, &MAX_ATTRIBUTE);
        says(ErrorKind::NumberRange, &MAX_INTEGER);
    }
}
