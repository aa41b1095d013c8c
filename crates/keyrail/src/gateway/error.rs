//! What a host can get wrong when it calls a gateway.

keyrail_core::error_kinds! {
    /// Why a gateway could not even decide.
    #[derive(Copy)]
    pub enum GatewayErrorKind {
        /// The message's id is empty or longer than 256 bytes.
        MalformedMessageId = "gateway.malformed_message_id",
            "a message id is 1 to 256 bytes long: pass the id that the channel gave the message";
        /// The gateway has no endpoint for a webhook of its table: a bug in Keyrail.
        Internal = "gateway.internal",
            "internal error, nothing is delivered: please report this bug in Keyrail";
    }
}

impl From<GatewayErrorKind> for crate::Error {
    fn from(kind: GatewayErrorKind) -> Self {
        keyrail_core::Error::new(kind).into()
    }
}
