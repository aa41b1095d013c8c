//! The invariants of token sessions, for random sequences of steps.

use keyrail_core::Secret;
use keyrail_platform::TokenPoll;
use proptest::prelude::*;

use super::{at, receive, session, token};

#[derive(Clone, Debug)]
enum Step {
    Poll(i64),
    Token(i64),
    Status(u16),
    NoResponse,
    Refused,
    Accepted,
    Reissue,
    RotateKey,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4000_i64).prop_map(Step::Poll),
        2 => (-10..20_000_i64).prop_map(Step::Token),
        1 => prop_oneof![Just(401), Just(429), Just(500)].prop_map(Step::Status),
        1 => Just(Step::NoResponse),
        1 => Just(Step::Refused),
        1 => Just(Step::Accepted),
        1 => Just(Step::Reissue),
        1 => Just(Step::RotateKey),
    ]
}

proptest! {
    /// There is never more than one pending request. A token is never used after its expiry, and
    /// never with a key other than the one it was issued for.
    #[test]
    fn the_session_invariants_hold_for_every_sequence_of_steps(steps in prop::collection::vec(step(), 0..60)) {
        let mut session = session();
        let (mut now, mut is_pending, mut keys) = (0, false, 1);
        let mut last_credentials = None;
        for (index, step) in steps.into_iter().enumerate() {
            match step {
                Step::Poll(later) => {
                    now += later;
                    match session.poll(at(now)) {
                        Ok(TokenPoll::Send(request)) => {
                            prop_assert!(!is_pending);
                            is_pending = true;
                            let key = request.headers[0].1.reveal().to_owned();
                            prop_assert_eq!(key, format!("k-{keys}"));
                        }
                        Ok(TokenPoll::Ready(credentials)) => {
                            prop_assert!(session.expires().unwrap() > at(now));
                            prop_assert_eq!(credentials.key().reveal(), format!("k-{keys}"));
                            last_credentials = Some(credentials);
                        }
                        Ok(TokenPoll::Waiting { until }) => {
                            prop_assert_eq!(until.is_none(), is_pending);
                            prop_assert!(until.is_none_or(|until| until > at(now)));
                        }
                        Err(error) => prop_assert!(error.code().ends_with("_refused")),
                    }
                }
                Step::Token(left) => {
                    let name = format!("{index}");
                    let received = receive(&mut session, &token(&name, now + left), now);
                    prop_assert_eq!(received == Err("platform.no_token_request"), !is_pending);
                    is_pending = false;
                }
                Step::Status(status) => {
                    let none: [(&str, &str); 0] = [];
                    let received = session.receive(status, &none, b"", at(now));
                    prop_assert!(received.is_err() || is_pending);
                    is_pending = false;
                }
                Step::NoResponse => {
                    prop_assert_eq!(session.on_no_response(at(now)).is_ok(), is_pending);
                    is_pending = false;
                }
                Step::Refused => {
                    if let Some(credentials) = &last_credentials {
                        let _ = session.refused(credentials);
                    }
                }
                Step::Accepted => {
                    if let Some(credentials) = &last_credentials {
                        session.accepted(credentials);
                    }
                }
                Step::Reissue => session.reissue(),
                Step::RotateKey => {
                    keys += 1;
                    session.rotate_key(Secret::new(format!("k-{keys}"))).unwrap();
                }
            }
        }
    }
}
