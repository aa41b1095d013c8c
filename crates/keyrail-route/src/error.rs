//! What can be wrong with a topology, a context or the bytes of a table.

/// The error of this crate: a kind, and none of the input.
pub type Error = keyrail_core::Error<ErrorKind>;

keyrail_core::error_kinds! {
    /// What can be wrong with a topology, a context or the bytes of a table.
    ///
    /// Conditions and messages have kinds of their own: [`FilterErrorKind`](crate::FilterErrorKind).
    #[derive(Copy)]
    pub enum ErrorKind {
        /// A message comes from a channel that the topology does not declare.
        UnknownChannel = "route.unknown_channel",
            "the message's channel is not declared: declare it under channels";
        /// A queue is named, in a topology or a context, that is not declared.
        UnknownQueue = "route.unknown_queue",
            "this queue is not declared: declare it under queues, or name one that is";
        /// An app is named that is not declared.
        UnknownApp = "route.unknown_app",
            "this app is not declared: declare it under apps, or name one that is";
        /// A webhook is named that is not declared.
        UnknownWebhook = "route.unknown_webhook",
            "this webhook is not declared: declare it under webhooks, or name one that is";
        /// Two of one section have the same id.
        DuplicateId = "route.duplicate_id",
            "this id is declared before: give each of a section an id of its own";
        /// One list names the same thing twice.
        DuplicateName = "route.duplicate_name", "duplicate name in the list: name it once";
        /// A fallback leads back to the queue where it starts.
        FallbackCycle = "route.fallback_cycle",
            "this fallback leads back to its own queue: take it out of the list";
        /// A webhook asks for no event.
        NoEvents = "route.no_events",
            "a webhook needs at least one event pattern: write * for every event";
        /// A topology has more than [`MAX_RULES`](crate::MAX_RULES) rules.
        TooManyRules = "route.too_many_rules", "a topology may have at most 2000000 rules";
        /// The id of a session cannot be one.
        MalformedSession = "route.malformed_session",
            "a session's id is 1 to 256 bytes long and holds no control character";
        /// A rule's window, or an opening in it, ends before it starts.
        EmptyWindow = "route.empty_window",
            "until must be later than from: split hours that run overnight at 24:00, into two openings";
        /// A time of the day is not written as such.
        MalformedTimeOfDay = "route.malformed_time_of_day",
            "a time of the day is written like 09:00, and the end of the day 24:00";
        /// An offset from UTC is not written as such.
        MalformedOffset = "route.malformed_offset",
            "an offset from UTC is written like +05:30, at most 23:59, or Z";
        /// Hours are in an offset and in a zone.
        TwoClocks = "route.two_clocks", "hours are in an offset or in a zone: write one of the two";
        /// A zone is named that IANA's data does not have.
        UnknownZone = "route.unknown_zone",
            "unknown IANA time zone in this build: expected a name such as Europe/Berlin";
        /// A zone is named, and this build ships no data of zones.
        NoZones = "route.no_zones",
            "this build has no zone data: build it with the feature zones, or write an offset";
        /// An assignment says nothing.
        EmptyAssignment = "route.empty_assignment",
            "an assignment names a team, an agent or at least one skill";
        /// Bytes are no table, or not as they were made.
        MalformedBytes = "route.malformed_bytes",
            "these bytes are no table as it was written: write it again from its topology";
        /// Bytes are a table of another version of this library.
        UnsupportedBytes = "route.unsupported_bytes",
            "another version of this library wrote these bytes: write them again with this one";
        /// A table has rules that hold at certain times, and no time is given.
        TimeRequired = "route.time_required",
            "this table has rules that hold at certain times: say what time it is";
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::ErrorKind;
    use crate::{MAX_NAME, MAX_RULES};

    #[test]
    fn the_sentences_say_the_limits_as_they_are() {
        let says = |kind: ErrorKind, limit: &dyn ToString| {
            assert!(kind.to_string().contains(&limit.to_string()), "{kind}");
        };
        says(ErrorKind::TooManyRules, &MAX_RULES);
        says(ErrorKind::MalformedSession, &MAX_NAME);
    }
}
