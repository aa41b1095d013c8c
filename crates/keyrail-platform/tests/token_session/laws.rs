//! The laws of token sessions, on every way through one.

use keyrail_core::Secret;
use keyrail_platform::TokenPoll;
use proptest::prelude::*;

use super::{at, receive, session, token};

#[derive(Clone, Debug)]
enum Step {
    Poll(i64),
    Token(i64),
    Status(u16),
    Unanswered,
    Refused,
    Accepted,
    Reissue,
    Rekey,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..4000_i64).prop_map(Step::Poll),
        2 => (-10..20_000_i64).prop_map(Step::Token),
        1 => prop_oneof![Just(401), Just(429), Just(500)].prop_map(Step::Status),
        1 => Just(Step::Unanswered),
        1 => Just(Step::Refused),
        1 => Just(Step::Accepted),
        1 => Just(Step::Reissue),
        1 => Just(Step::Rekey),
    ]
}

proptest! {
    /// Whatever happens: never two requests at once, never a token beyond its
    /// expiry, never a token of another key.
    #[test]
    fn the_session_invariants_hold_for_every_sequence_of_steps(steps in prop::collection::vec(step(), 0..60)) {
        let mut session = session();
        let (mut now, mut under_way, mut keys) = (0, false, 1);
        let mut last = None;
        for (turn, step) in steps.into_iter().enumerate() {
            match step {
                Step::Poll(later) => {
                    now += later;
                    match session.poll(at(now)) {
                        Ok(TokenPoll::Send(request)) => {
                            prop_assert!(!under_way);
                            under_way = true;
                            let key = request.headers[0].1.reveal().to_owned();
                            prop_assert_eq!(key, format!("k-{keys}"));
                        }
                        Ok(TokenPoll::Ready(credentials)) => {
                            prop_assert!(session.expires().unwrap() > at(now));
                            prop_assert_eq!(credentials.key().reveal(), format!("k-{keys}"));
                            last = Some(credentials);
                        }
                        Ok(TokenPoll::Waiting { until }) => {
                            prop_assert_eq!(until.is_none(), under_way);
                            prop_assert!(until.is_none_or(|until| until > at(now)));
                        }
                        Err(error) => prop_assert!(error.code().ends_with("_refused")),
                    }
                }
                Step::Token(left) => {
                    let name = format!("{turn}");
                    let received = receive(&mut session, &token(&name, now + left), now);
                    prop_assert_eq!(received == Err("platform.no_token_request"), !under_way);
                    under_way = false;
                }
                Step::Status(status) => {
                    let none: [(&str, &str); 0] = [];
                    let received = session.receive(status, &none, b"", at(now));
                    prop_assert!(received.is_err() || under_way);
                    under_way = false;
                }
                Step::Unanswered => {
                    prop_assert_eq!(session.on_no_response(at(now)).is_ok(), under_way);
                    under_way = false;
                }
                Step::Refused => {
                    if let Some(credentials) = &last {
                        let _ = session.refused(credentials);
                    }
                }
                Step::Accepted => {
                    if let Some(credentials) = &last {
                        session.accepted(credentials);
                    }
                }
                Step::Reissue => session.reissue(),
                Step::Rekey => {
                    keys += 1;
                    session.rotate_key(Secret::new(format!("k-{keys}"))).unwrap();
                }
            }
        }
    }
}
