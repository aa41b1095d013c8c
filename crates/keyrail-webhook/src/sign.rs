//! Signing: creates the three headers of a delivery.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use keyrail_core::{HeaderValue, MASK, Secret, Timestamp};

use crate::content::{Content, HeaderNames, check_id};
use crate::secret::SigningKey;
use crate::{Error, ErrorKind};

/// Signs deliveries with the secret of a webhook, or with several secrets while they are rotated.
///
/// ```
/// use keyrail_core::{Secret, Timestamp};
/// use keyrail_webhook::Signer;
/// let signer = Signer::new(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))?;
/// let time = Timestamp::from_millis(1_614_265_330_000).unwrap();
/// let headers = signer.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", time, br#"{"test": 2432232314}"#)?;
/// let [_, _, (name, value)] = headers.as_slice() else { unreachable!() };
/// assert_eq!(name, "webhook-signature");
/// assert_eq!(value.reveal(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
#[derive(Clone)]
pub struct Signer {
    keys: Vec<SigningKey>,
    names: HeaderNames,
}

impl Signer {
    /// Creates a signer with one secret.
    ///
    /// # Errors
    ///
    /// `webhook.malformed_secret`, `webhook.secret_length`, `webhook.key_mismatch`,
    /// `webhook.public_key`, and `webhook.no_ed25519` without the feature `ed25519`.
    pub fn new(secret: &Secret) -> Result<Self, Error> {
        Self::with_secrets(core::slice::from_ref(secret))
    }

    /// Creates a signer with 1 to [`MAX_SECRETS`](crate::MAX_SECRETS) secrets: each produces one
    /// signature, in the same order. A secret with `whsec_` produces a signature of version `v1`,
    /// and a private key with `whsk_` one of version `v1a`.
    ///
    /// # Errors
    ///
    /// `webhook.no_secret`, `webhook.too_many_secrets`, and those of
    /// [`new`](Self::new).
    pub fn with_secrets(secrets: &[Secret]) -> Result<Self, Error> {
        Ok(Self { keys: SigningKey::all(secrets)?, names: HeaderNames::default() })
    }

    /// Returns this signer with other names of the headers.
    #[must_use]
    pub fn with_header_names(self, names: HeaderNames) -> Self {
        Self { names, ..self }
    }

    /// Returns the headers `webhook-id`, `webhook-timestamp` (in whole seconds, rounded down)
    /// and `webhook-signature`, in this order, or those of the chosen header names.
    ///
    /// The id identifies the message, and is the same on every attempt; the timestamp is the time
    /// of the attempt. The body must be sent byte for byte as it was signed.
    ///
    /// # Errors
    ///
    /// `webhook.malformed_id`, and `webhook.malformed_timestamp` for a
    /// time before 1970.
    pub fn sign(
        &self,
        id: &str,
        timestamp: Timestamp,
        body: &[u8],
    ) -> Result<Vec<(String, HeaderValue)>, Error> {
        check_id(id.as_bytes())?;
        let seconds = timestamp.as_seconds();
        if seconds < 0 {
            return Err(ErrorKind::MalformedTimestamp.into());
        }
        let seconds = seconds.to_string();
        let content = Content { id, timestamp: &seconds, body };
        let signature = |key: &SigningKey| {
            let value = match key {
                SigningKey::Hmac(key) => STANDARD.encode(key.sign(&content)),
                SigningKey::Ed25519(key) => STANDARD.encode(key.sign(&content)),
            };
            format!("{},{value}", key.version().as_str())
        };
        let signatures: Vec<String> = self.keys.iter().map(signature).collect();
        let names = self.names;
        Ok(Vec::from([
            header(names.id(), id.into(), ErrorKind::MalformedId)?,
            header(names.timestamp(), seconds, ErrorKind::MalformedTimestamp)?,
            header(names.signature(), signatures.join(" "), ErrorKind::MalformedSignature)?,
        ]))
    }
}

/// Returns a header, or an error of this kind if the value is invalid.
fn header(name: &str, value: String, kind: ErrorKind) -> Result<(String, HeaderValue), Error> {
    let value = HeaderValue::new(value).map_err(|_| kind)?;
    Ok((name.into(), value))
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({MASK})")
    }
}
