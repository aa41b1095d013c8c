//! The errors of topologies, contexts and serialized tables.

/// The error type of this crate: it has a kind, and contains no part of the input.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// The kinds of errors of topologies, contexts and serialized tables.
    ///
    /// The kinds of errors of conditions and messages are in
    /// [`FilterErrorKind`](crate::FilterErrorKind).
    #[derive(Copy)]
    pub enum ErrorKind {
        /// The topology does not declare the message's channel.
        UnknownChannel = "route.unknown_channel",
            "unknown channel: declare it under channels";
        /// A topology, or an argument of a call, names a queue that is not declared.
        UnknownQueue = "route.unknown_queue",
            "unknown queue: declare it under queues, or name one that is declared";
        /// A queue names an app that is not declared.
        UnknownApp = "route.unknown_app",
            "unknown app: declare it under apps, or name one that is declared";
        /// An app names a webhook that is not declared.
        UnknownWebhook = "route.unknown_webhook",
            "unknown webhook: declare it under webhooks, or name one that is declared";
        /// Two items of a section have the same ID.
        DuplicateId = "route.duplicate_id",
            "duplicate id: ids must be unique within a section";
        /// A list contains a name twice.
        DuplicateName = "route.duplicate_name", "duplicate name in the list: write each name only once";
        /// A chain of fallbacks leads back to the queue where it starts.
        FallbackCycle = "route.fallback_cycle",
            "this fallback leads back to its own queue: remove it from the list";
        /// A webhook subscribes to no event.
        NoEvents = "route.no_events",
            "a webhook needs at least one event pattern: write * for every event";
        /// A topology has more than 2000000 rules.
        TooManyRules = "route.too_many_rules", "a topology may have at most 2000000 rules";
        /// The ID of a session is malformed.
        MalformedSession = "route.malformed_session",
            "a session's id must be 1 to 256 bytes long and contain no control characters";
        /// In a rule, or in an item of `open` in a rule's `hours`, `until` is not later than
        /// `from`.
        EmptyWindow = "route.empty_window",
            "the value of until must be later than the value of from: split overnight hours into \
             two openings, one until 24:00 and one from 00:00";
        /// A time of day is malformed.
        MalformedTimeOfDay = "route.malformed_time_of_day",
            "invalid time of day: expected e.g. 09:00; the end of the day is 24:00";
        /// An offset from UTC is malformed.
        MalformedOffset = "route.malformed_offset",
            "invalid offset from UTC: expected Z or e.g. +05:30, at most 23:59";
        /// An `hours` object has both `offset` and `zone`.
        TwoClocks = "route.two_clocks", "hours have both an offset and a zone: keep one";
        /// A time zone is not in the IANA data of this build.
        UnknownZone = "route.unknown_zone",
            "unknown IANA time zone in this build: expected a name such as Europe/Berlin";
        /// A time zone is named, but this build has no zone data.
        NoZones = "route.no_zones",
            "this build has no zone data: enable the feature zones, or write an offset";
        /// An assignment names no team, no agent and no skill.
        EmptyAssignment = "route.empty_assignment",
            "an assignment must name a team, an agent or at least one skill";
        /// Bytes are not a serialized table, or were altered.
        MalformedBytes = "route.malformed_bytes",
            "these bytes are not a serialized table, or were altered: serialize the table again from its topology";
        /// Bytes are a table in another version of the format.
        UnsupportedBytes = "route.unsupported_bytes",
            "these bytes were written by another version of this library: serialize the table again with this version";
        /// A table has rules that apply at certain times, and no time was passed.
        TimeRequired = "route.time_required",
            "this table has rules that apply at certain times: pass the time";
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::ErrorKind;
    use crate::{MAX_NAME, MAX_RULES};

    #[test]
    fn error_messages_state_the_actual_limits() {
        let assert_states = |kind: ErrorKind, limit: &dyn ToString| {
            assert!(kind.to_string().contains(&limit.to_string()), "{kind}");
        };
        assert_states(ErrorKind::TooManyRules, &MAX_RULES);
        assert_states(ErrorKind::MalformedSession, &MAX_NAME);
    }
}
