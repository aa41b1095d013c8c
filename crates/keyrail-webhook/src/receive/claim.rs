//! Claims: who processes a delivery, and until when.

use alloc::string::String;
use core::fmt;

use keyrail_core::config::{self, MAX_JSON_INTEGER, Writer};
use keyrail_core::{ConfigError, Timestamp};

use crate::time::{after, check_unit};
use crate::{Error, ErrorKind};

/// The version of the JSON format of a claim.
pub const CLAIM_SCHEMA: i64 = 1;

/// A lease on a delivery, and the record that it was processed.
///
/// Store it under the webhook (your name for the sender and the endpoint) and the [`id`](Self::id),
/// in place of the claim that you passed to [`Receiver::claim`](crate::Receiver::claim), but only
/// if the stored claim still has the [`version`](Self::version) of the one that you passed, or if
/// there is still none. Otherwise, another process was faster: read its claim, and claim again.
/// When the claim is stored, process the delivery, and store what [`finish`](Self::finish) returns,
/// or, if processing failed, [`release`](Self::release), in the same way. If another process has
/// claimed the delivery because the lease had ended, read its claim, and store what its
/// [`finish`](Self::finish) returns, unless it is finished, or processing failed. A claim that has
/// [expired](Self::expires_at) can be deleted.
#[derive(Clone, PartialEq, Eq)]
pub struct DeliveryClaim {
    pub(super) id: String,
    pub(super) version: u64,
    pub(super) timestamp: Option<Timestamp>,
    pub(super) state: ClaimState,
    pub(super) expires_at: Timestamp,
}

/// Whether a delivery is being processed, was processed, or could not be processed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimState {
    /// The delivery is being processed.
    Leased {
        /// The time from which on a repeated delivery is processed again.
        until: Timestamp,
    },
    /// The delivery was processed.
    Finished {
        /// When the processing ended.
        at: Timestamp,
    },
    /// Processing failed. A repeated delivery is processed again.
    Released {
        /// When the processing ended.
        at: Timestamp,
    },
}

/// Whether to process a delivery, and how to respond to it otherwise.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiveResult {
    /// Store this claim, and process the delivery. Respond with 204, or, if processing failed, with
    /// 500.
    Process(DeliveryClaim),
    /// The delivery was processed already. Respond with 200.
    Duplicate,
    /// The delivery is being processed. Respond with 409, so that the sender repeats it: nobody
    /// knows yet whether processing succeeds.
    Busy {
        /// The time from which on a repeated delivery is processed again.
        until: Timestamp,
    },
}

impl ReceiveResult {
    /// Returns the status of the response, or `None` if the delivery is to be processed first.
    pub const fn status(&self) -> Option<u16> {
        match self {
            Self::Process(_) => None,
            Self::Duplicate => Some(200),
            Self::Busy { .. } => Some(409),
        }
    }
}

impl DeliveryClaim {
    /// Reads a claim from JSON.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, `webhook.malformed_id`, `webhook.malformed_number`,
    /// `webhook.time_in_seconds`, and `webhook.malformed_state` if the members contradict each
    /// other. If a newer release wrote the claim, the only fault is `webhook.newer_schema`.
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        config::from_json(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a claim.
    pub fn json_schema() -> String {
        config::document_schema::<Self>("delivery-claim")
    }

    /// Returns the id of the delivery.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the version, which differs from that of every earlier claim of this id.
    pub const fn version(&self) -> u64 {
        self.version
    }

    /// Returns when the delivery was signed, or `None` if its scheme signs no time.
    pub const fn timestamp(&self) -> Option<Timestamp> {
        self.timestamp
    }

    /// Returns whether the delivery is being processed, was processed, or could not be processed.
    pub const fn state(&self) -> ClaimState {
        self.state
    }

    /// Returns the time after which the claim can be deleted.
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Returns the claim to store after the delivery was processed.
    ///
    /// # Errors
    ///
    /// `webhook.claim_ended` if the claim was finished already, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    pub fn finish(&self, now: Timestamp) -> Result<Self, Error> {
        match self.state {
            ClaimState::Finished { .. } => Err(ErrorKind::ClaimEnded.into()),
            ClaimState::Leased { .. } | ClaimState::Released { .. } => {
                self.ended(ClaimState::Finished { at: now }, now)
            }
        }
    }

    /// Returns the claim to store after processing failed. A repeated delivery is processed again
    /// if its timestamp is later than that of this claim, and otherwise rejected with
    /// `webhook.replayed`. If the scheme signs no timestamp, every repeated delivery is processed
    /// again, even one that an attacker replays.
    ///
    /// # Errors
    ///
    /// `webhook.claim_ended` if the claim was finished or released already, and
    /// `webhook.time_in_seconds` if `now` is before 1973-03-03, as a time in seconds would be.
    pub fn release(&self, now: Timestamp) -> Result<Self, Error> {
        match self.state {
            ClaimState::Leased { .. } => self.ended(ClaimState::Released { at: now }, now),
            ClaimState::Finished { .. } | ClaimState::Released { .. } => {
                Err(ErrorKind::ClaimEnded.into())
            }
        }
    }

    fn ended(&self, state: ClaimState, now: Timestamp) -> Result<Self, Error> {
        check_unit(now)?;
        let (ClaimState::Leased { until: from }
        | ClaimState::Finished { at: from }
        | ClaimState::Released { at: from }) = self.state;
        // If the processing took longer than the lease, the claim is kept for longer too.
        let kept_ms = self.expires_at.as_millis() - from.as_millis();
        let expires_at = self.expires_at.max(after(now, kept_ms));
        Ok(Self { version: self.next_version(), state, expires_at, ..self.clone() })
    }

    /// Returns the next version. It starts again at 0 after the largest number that JSON can
    /// represent.
    pub(super) const fn next_version(&self) -> u64 {
        (self.version + 1) % (MAX_JSON_INTEGER.unsigned_abs() + 1)
    }

    /// Returns the claim as JSON, on one line.
    pub fn to_json(&self) -> String {
        let mut json = Writer::new();
        json.raw("schema", CLAIM_SCHEMA);
        json.text("id", Some(&self.id));
        json.raw("version", self.version);
        json.text("timestamp", self.timestamp);
        match self.state {
            ClaimState::Leased { until } => json.text("leased_until", Some(until)),
            ClaimState::Finished { at } => json.text("finished_at", Some(at)),
            ClaimState::Released { at } => json.text("released_at", Some(at)),
        }
        json.text("expires_at", Some(self.expires_at));
        json.finish()
    }
}

impl fmt::Debug for DeliveryClaim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match self.state {
            ClaimState::Leased { .. } => "leased",
            ClaimState::Finished { .. } => "finished",
            ClaimState::Released { .. } => "released",
        };
        write!(f, "DeliveryClaim({:?}, {state})", self.id)
    }
}

keyrail_core::from_str! {
    DeliveryClaim: from_json, ConfigError;
}
