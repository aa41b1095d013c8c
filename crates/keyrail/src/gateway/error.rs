//! What a host can get wrong when it calls a gateway.

use keyrail_core::Kind;

/// Why a gateway could not even decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GatewayErrorKind {
    /// The message's id is empty or longer than 256 bytes.
    #[error("a message id is 1 to 256 bytes long: pass the id that the channel gave the message")]
    MalformedMessageId,
    /// The gateway has no endpoint for a webhook of its table: a bug in Keyrail.
    #[error("internal error, nothing is delivered: please report this bug in Keyrail")]
    Internal,
}

impl Kind for GatewayErrorKind {
    fn code(&self) -> &'static str {
        match self {
            Self::MalformedMessageId => "gateway.malformed_message_id",
            Self::Internal => "gateway.internal",
        }
    }
}

impl From<GatewayErrorKind> for crate::Error {
    fn from(kind: GatewayErrorKind) -> Self {
        keyrail_core::Error::new(kind).into()
    }
}
