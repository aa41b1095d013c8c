//! What can be wrong with a topology, a context or the bytes of a table.

use keyrail_core::Kind;

/// The error of this crate: a kind, and none of the input.
pub type Error = keyrail_core::Error<ErrorKind>;

/// What can be wrong with a topology, a context or the bytes of a table.
///
/// Conditions and messages have kinds of their own: [`FilterErrorKind`](crate::FilterErrorKind).
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
    /// A topology has more than [`MAX_RULES`](crate::MAX_RULES) rules.
    #[error("a topology may have at most 2000000 rules")]
    TooManyRules,
    /// The id of a session cannot be one.
    #[error("a session's id is 1 to 256 bytes long and holds no control character")]
    MalformedSession,
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
    /// Bytes are no table, or not as they were made.
    #[error("these bytes are no table as it was written: write it again from its topology")]
    MalformedBytes,
    /// Bytes are a table of another version of this library.
    #[error("another version of this library wrote these bytes: write them again with this one")]
    UnsupportedBytes,
    /// A table has rules that hold at certain times, and no time is given.
    #[error("this table has rules that hold at certain times: say what time it is")]
    TimeRequired,
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
            Self::TooManyRules => "route.too_many_rules",
            Self::MalformedSession => "route.malformed_session",
            Self::EmptyWindow => "route.empty_window",
            Self::MalformedTimeOfDay => "route.malformed_time_of_day",
            Self::MalformedOffset => "route.malformed_offset",
            Self::TwoClocks => "route.two_clocks",
            Self::UnknownZone => "route.unknown_zone",
            Self::NoZones => "route.no_zones",
            Self::EmptyAssignment => "route.empty_assignment",
            Self::MalformedBytes => "route.malformed_bytes",
            Self::UnsupportedBytes => "route.unsupported_bytes",
            Self::TimeRequired => "route.time_required",
        }
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
