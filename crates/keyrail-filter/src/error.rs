//! The errors of conditions and messages.

/// The error type of this crate: it has a kind, and contains no part of the input.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of errors of conditions and messages.
    #[derive(Copy)]
    pub enum ErrorKind {
        /// A condition has no operator, or several.
        OneOperator = "route.one_operator",
            "a condition must have exactly one operator: combine several conditions with all or any";
        /// A list or an object that needs at least one item, such as the tests of an operator, is
        /// empty.
        EmptyCondition = "route.empty_condition",
            "this is empty: write at least one attribute, condition, value, bound, opening time or day";
        /// A condition's value, a webhook's URL or a name in an assignment is an empty string. This
        /// includes a condition's value that is empty after its normalization.
        EmptyValue = "route.empty_value", "this string must not be empty";
        /// A condition is nested more than 64 conditions deep.
        TooDeep = "route.too_deep", "a condition may be nested at most 64 conditions deep";
        /// The ID of a message's channel is malformed.
        MalformedChannel = "route.malformed_channel",
            "a channel's id must be 1 to 256 bytes long and contain no control characters";
        /// The name of an attribute is malformed.
        MalformedName = "route.malformed_name",
            "an attribute's name must be 1 to 256 bytes long and contain no control characters";
        /// A message has an attribute twice. `channel` is set when the message is created, so it
        /// cannot be added again.
        DuplicateAttribute = "route.duplicate_attribute",
            "duplicate attribute: a message may have each attribute only once";
        /// A message has more than 256 attributes, including its channel.
        TooManyAttributes = "route.too_many_attributes",
            "a message may have at most 256 attributes, including its channel";
        /// An attribute's value is longer than 65536 bytes.
        AttributeTooLong = "route.attribute_too_long",
            "an attribute's value may be at most 65536 bytes long";
        /// A wildcard is longer than 256 bytes.
        WildcardTooLong = "route.wildcard_too_long", "a wildcard may be at most 256 bytes long";
        /// A wildcard has more than 16 stars.
        TooManyStars = "route.too_many_stars", "a wildcard may have at most 16 stars";
        /// A wildcard's backslash escapes neither a star nor a backslash.
        MalformedWildcard = "route.malformed_wildcard",
            "in a wildcard, a backslash is allowed only before * or another backslash";
        /// A subject pattern has an empty token, a misplaced `*` or `>`, white space or a control
        /// character.
        MalformedSubject = "route.malformed_subject",
            "invalid subject pattern: expected non-empty tokens without white space, separated by dots; * must be a whole token, and > must be the last token";
        /// A range has two lower or two upper bounds.
        TwoBounds = "route.two_bounds",
            "a range may have only one lower bound (gt or gte) and one upper bound (lt or lte)";
        /// A range contains no number.
        EmptyRange = "route.empty_range",
            "empty range: the upper bound must be greater than the lower bound, or equal to it if both are inclusive (gte and lte)";
        /// The strings of all conditions together are too long for a table, or the table's index of
        /// keywords is too large.
        TooLarge = "route.too_large",
            "the conditions are too large: write fewer conditions, shorter strings (at most 4 GiB in total), or fewer keywords that end in another keyword";
        /// A number is less than -9007199254740992 (-2^53), greater than 9007199254740992 (2^53),
        /// or not finite.
        NumberRange = "route.number_range",
            "a number must be between -9007199254740992 and 9007199254740992: write other numbers as strings";
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
    fn error_messages_state_the_actual_limits() {
        let assert_contains = |kind: ErrorKind, limit: &dyn ToString| {
            assert!(kind.to_string().contains(&limit.to_string()), "{kind}");
        };
        assert_contains(ErrorKind::TooDeep, &MAX_CONDITION_DEPTH);
        assert_contains(ErrorKind::WildcardTooLong, &MAX_WILDCARD);
        assert_contains(ErrorKind::TooManyStars, &MAX_STARS);
        assert_contains(ErrorKind::MalformedName, &MAX_NAME);
        assert_contains(ErrorKind::MalformedChannel, &MAX_NAME);
        assert_contains(ErrorKind::TooManyAttributes, &MAX_ATTRIBUTES);
        assert_contains(ErrorKind::AttributeTooLong, &MAX_ATTRIBUTE);
        assert_contains(ErrorKind::NumberRange, &MAX_INTEGER);
    }
}
