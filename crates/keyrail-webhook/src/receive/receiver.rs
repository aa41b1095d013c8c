//! Receivers of Standard Webhooks.

use core::fmt;

use keyrail_core::{MASK, Timestamp};

use super::claim::{DeliveryClaim, ReceiveResult};
use super::policy::ReceivePolicy;
use crate::{Error, ErrorKind, Verified, Verifier};

/// Receives the deliveries of Standard Webhooks: verifies them, and decides which ones to process.
///
/// A sender repeats a delivery until it gets a response with a status from 200 to 299, so a
/// receiver must expect the same delivery more than once, and at the same time. Store a
/// [`DeliveryClaim`] for each id of each webhook, for example in a table whose primary key consists
/// of both: different senders, or different endpoints of one sender, may have the same ids.
///
/// 1. [`verify`](Self::verify) the request.
/// 2. Read the claim that is stored for the id, and [`claim`](Self::claim) the delivery.
/// 3. If the result is [`Process`](ReceiveResult::Process), store the new claim as
///    [`DeliveryClaim`] describes, process the delivery, and store the result of
///    [`finish`](DeliveryClaim::finish) or [`release`](DeliveryClaim::release). Otherwise, respond
///    with the result's [status](ReceiveResult::status).
///
/// If the claim cannot be stored, for example because the store is full, respond with 503, and do
/// not process the delivery: it could be processed twice. Process the delivery and store the
/// finished claim in one transaction, if you can. Otherwise, if a process stops in between, the
/// delivery is processed again.
///
/// ```
/// use keyrail_core::{Secret, Timestamp};
/// use keyrail_webhook::{ReceivePolicy, ReceiveResult, Receiver, Signer, Verifier};
/// let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
/// let now = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
/// let headers = Signer::new(&secret)?.sign("msg_1", now, b"{}")?;
/// let headers: Vec<_> = headers.iter().map(|(name, value)| (name, value.reveal())).collect();
///
/// let receiver = Receiver::new(Verifier::new(&[secret])?, ReceivePolicy::standard())?;
/// let verified = receiver.verify(&headers, b"{}", now)?;
/// let ReceiveResult::Process(claim) = receiver.claim(&verified, None, now)? else { panic!() };
/// let stored = claim.finish(now)?;
/// let again = receiver.claim(&verified, Some(&stored), now)?;
/// assert_eq!(again, ReceiveResult::Duplicate);
/// # Ok::<(), keyrail_webhook::Error>(())
/// ```
#[derive(Clone)]
pub struct Receiver {
    verifier: Verifier,
    policy: ReceivePolicy,
}

impl Receiver {
    /// Creates a receiver.
    ///
    /// # Errors
    ///
    /// `webhook.replay_window` if the policy remembers a delivery for less than twice the
    /// verifier's tolerance. A delivery could be replayed after it was forgotten. If it is
    /// remembered for less time than the sender repeats it, a late repeat is processed again.
    pub fn new(verifier: Verifier, policy: ReceivePolicy) -> Result<Self, Error> {
        if i64::from(policy.remember_seconds()) * 1000 < 2 * verifier.tolerance_ms() {
            return Err(ErrorKind::ReplayWindow.into());
        }
        Ok(Self { verifier, policy })
    }

    /// Verifies a delivery: see [`Verifier::verify`].
    ///
    /// # Errors
    ///
    /// Those of [`Verifier::verify`].
    pub fn verify<N: AsRef<[u8]>, V: AsRef<[u8]>>(
        &self,
        headers: &[(N, V)],
        body: &[u8],
        now: Timestamp,
    ) -> Result<Verified, Error> {
        self.verifier.verify(headers, body, now)
    }

    /// Claims a verified delivery: returns whether to process it. `stored` is the claim that you
    /// have stored for its id, if any.
    ///
    /// # Errors
    ///
    /// `webhook.replayed` if the delivery was claimed before, its lease has ended or its processing
    /// failed, and its timestamp is not later than that of the claim; `webhook.other_claim` if
    /// `stored` is for another id, and `webhook.time_in_seconds` if `now` is before 1973-03-03, as
    /// a time in seconds would be.
    pub fn claim(
        &self,
        verified: &Verified,
        stored: Option<&DeliveryClaim>,
        now: Timestamp,
    ) -> Result<ReceiveResult, Error> {
        self.policy.claim(&verified.id, Some(verified.timestamp), stored, now)
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Receiver({MASK})")
    }
}
