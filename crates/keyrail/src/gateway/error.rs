//! The errors of a deployment and of calls to its gateway.

use alloc::string::String;

keyrail_core::error_kinds! {
    /// The kinds of errors of calls to a gateway. A call with such an error returns no decision.
    #[derive(Copy)]
    pub enum GatewayErrorKind {
        /// The message's id is empty or longer than 256 bytes.
        MalformedMessageId = "gateway.malformed_message_id",
            "a message id must be 1 to 256 bytes long: pass the id that the channel assigned";
        /// More than 8 records were passed to a call.
        TooManyRecords = "gateway.too_many_records",
            "too many records: pass only those with the key's id or one of the key's digests, at most 8";
        /// The gateway has no endpoint for a webhook of its table: a bug in Keyrail.
        Internal = "gateway.internal",
            "internal error, nothing is delivered: please report this bug in Keyrail";
    }
}

keyrail_core::error_kinds! {
    /// The kinds of faults of a deployment and its secrets.
    pub enum DeploymentErrorKind {
        /// Two key records have the same ID.
        DuplicateId = "gateway.duplicate_id", "duplicate id: another key record has it";
        /// A key record names an app that the topology does not declare.
        UnknownApp = "gateway.unknown_app",
            "unknown app: the topology declares no app with this id";
        /// `peppers` names a pepper twice.
        DuplicatePepper = "gateway.duplicate_pepper", "duplicate pepper: keep one";
        /// A digest names a pepper that `peppers` does not name.
        UnknownPepper = "gateway.unknown_pepper",
            "the digest names a pepper that is not in peppers: add its id there";
        /// A deployment has more than 64 peppers.
        TooManyPeppers = "gateway.too_many_peppers",
            "too many peppers: at most 64 are allowed, because every key is hashed with each of them";
        /// More than one secret was passed for a pepper.
        SeveralPeppers = "gateway.several_peppers",
            "a pepper must have only one secret: use a new id for a new secret";
        /// A digest's `key_id` does not fit any format of the deployment.
        MalformedKeyId = "gateway.malformed_key_id",
            "this key id does not fit any format of this deployment: declare the format in formats, or omit key_id";
        /// Two digests have the same hash, or digests of two records have the same `key_id`.
        DuplicateKey = "gateway.duplicate_key",
            "duplicate digest: a hash may occur only once, and different records must not have digests with the same key id";
        /// A key is limited to a queue that its app does not have.
        UnknownQueue = "gateway.unknown_queue",
            "unknown queue: expected a queue of the key's app";
        /// Two keys share a limit of their owner or organization, but not the same rate or quota.
        LimitConflict = "gateway.limit_conflict",
            "another key shares this limit, with another rate or quota: use the same, or another name";
        /// A secret that the deployment needs was not passed.
        MissingSecret(String) = "gateway.missing_secret",
            "the secret {0} is missing: pass it with the deployment";
        /// A secret was passed that the deployment does not use.
        UnusedSecret = "gateway.unused_secret",
            "unused secret: expected webhook:<id> or pepper:<id> with an id of this deployment";
    }
}

impl From<GatewayErrorKind> for crate::Error {
    fn from(kind: GatewayErrorKind) -> Self {
        keyrail_core::Error::new(kind).into()
    }
}
