//! The behaviour of token sessions, step by step.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyrail_core::{Request, Secret, Timestamp};
use keyrail_header::Credentials;
use keyrail_platform::{FailureKind, Platform, TokenPoll, TokenSession};

mod laws;

/// 2026-11-01T00:00:00Z, in seconds.
const START: i64 = 1_793_491_200;
const HOUR: i64 = 3600;

/// Returns the time this many seconds after the start.
fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis((START + seconds) * 1000).unwrap()
}

/// Returns a token that expires this many seconds after the start.
fn token(name: &str, expiry: i64) -> String {
    let claims = format!(r#"{{"jti": "{name}", "exp": {}}}"#, START + expiry);
    format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
}

fn session() -> TokenSession {
    TokenSession::new(&Platform::get("vchatcloud").unwrap(), Secret::new("k-1"), &[]).unwrap()
}

fn next_request(session: &mut TokenSession, seconds: i64) -> Request {
    match session.poll(at(seconds)).unwrap() {
        TokenPoll::Send(request) => request,
        other => panic!("{other:?}"),
    }
}

fn next_credentials(session: &mut TokenSession, seconds: i64) -> Credentials {
    match session.poll(at(seconds)).unwrap() {
        TokenPoll::Ready(credentials) => credentials,
        other => panic!("{other:?}"),
    }
}

fn wait_until(session: &mut TokenSession, seconds: i64) -> Option<i64> {
    match session.poll(at(seconds)).unwrap() {
        TokenPoll::Waiting { until } => until.map(|until| until.as_seconds() - START),
        other => panic!("{other:?}"),
    }
}

fn receive(session: &mut TokenSession, token: &str, seconds: i64) -> Result<(), &'static str> {
    let headers = [("x-auth-token", token)];
    session.receive(200, &headers, b"", at(seconds)).map_err(|error| error.code())
}

fn receive_body(session: &mut TokenSession, status: u16, body: &str) -> Result<(), &'static str> {
    let none: [(&str, &str); 0] = [];
    session.receive(status, &none, body.as_bytes(), at(0)).map_err(|error| error.code())
}

fn token_name(credentials: &Credentials) -> String {
    let token = credentials.token().unwrap().reveal();
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
    claims["jti"].as_str().unwrap().into()
}

/// Returns a session with a token `a` that is valid for five hours.
fn session_with_token() -> TokenSession {
    let mut session = session();
    next_request(&mut session, 0);
    receive(&mut session, &token("a", 5 * HOUR), 0).unwrap();
    session
}

#[test]
fn the_token_is_requested_with_only_the_key() {
    let request = next_request(&mut session(), 0);
    assert_eq!((request.method.as_str(), request.body), ("GET", None));
    let headers: Vec<_> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    assert_eq!(headers, [("API_KEY", "k-1")]);
}

#[test]
fn only_one_request_is_pending_at_a_time() {
    let mut session = session();
    next_request(&mut session, 0);
    assert_eq!(wait_until(&mut session, 0), None);
    assert_eq!(wait_until(&mut session, 100 * HOUR), None);
}

#[test]
fn the_token_is_read_from_the_header_or_the_body() {
    let issued = token("a", HOUR);
    let body = format!(r#"{{"result_cd": 1, "data": {{"X-AUTH-TOKEN": "{issued}"}}}}"#);
    for (headers, body) in [
        (vec![("X-Auth-Token", issued.as_str())], ""),
        (vec![], body.as_str()),
        (vec![("X-Auth-Token", issued.as_str())], body.as_str()),
    ] {
        let mut session = session();
        next_request(&mut session, 0);
        session.receive(200, &headers, body.as_bytes(), at(0)).unwrap();
        let credentials = next_credentials(&mut session, 0);
        assert_eq!(credentials.key().reveal(), "k-1");
        assert_eq!(credentials.token().unwrap().reveal(), issued);
        assert_eq!(session.expires(), Some(at(HOUR)));
    }
}

#[test]
fn a_token_in_the_header_requires_no_envelope_in_the_body() {
    let issued = token("a", HOUR);
    for (status, body, is_taken) in [
        (200, "issued", true),
        (200, "<html>", true),
        (201, "{}", true),
        (200, r#"{"token": 1}"#, true),
        (200, r#"{"result_cd": 0}"#, false),
        (200, r#"{"result_cd": null}"#, false),
        (200, r#"{"result_cd": 1, "result_cd": 0}"#, false),
        (302, "", false),
        (500, "{}", false),
    ] {
        let mut session = session();
        next_request(&mut session, 0);
        let headers = [("X-AUTH-TOKEN", issued.as_str())];
        let received = session.receive(status, &headers, body.as_bytes(), at(0));
        assert_eq!(received.is_ok(), is_taken, "{status} {body}");
        match is_taken {
            true => assert_eq!(next_credentials(&mut session, 0).token().unwrap().reveal(), issued),
            false => assert_eq!(received.unwrap_err().code(), "platform.token_not_issued"),
        }
    }
    let mut session = session();
    next_request(&mut session, 0);
    let malformed = [("X-AUTH-TOKEN", "a b")];
    let error = session.receive(200, &malformed, b"issued", at(0)).unwrap_err();
    assert_eq!(error.code(), "header.white_space");
}

#[test]
fn different_tokens_in_header_and_body_are_rejected() {
    let body = format!(r#"{{"result_cd": 1, "data": {{"X-AUTH-TOKEN": "{}"}}}}"#, token("b", HOUR));
    let mut session = session();
    next_request(&mut session, 0);
    let headers = [("X-AUTH-TOKEN", token("a", HOUR))];
    let error = session.receive(200, &headers, body.as_bytes(), at(0)).unwrap_err();
    assert_eq!(error.code(), "platform.token_ambiguous");
}

#[test]
fn a_response_without_a_valid_token_is_an_error_and_the_request_is_retried_later() {
    let without = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode("{}"));
    for (token, code) in [
        (without, "platform.token_without_expiry"),
        (token("a", 0), "platform.token_expired"),
        (token("a", -HOUR), "platform.token_expired"),
        (token("a", 367 * 24 * HOUR), "platform.token_absurd_expiry"),
        (token("a", START * 999), "platform.token_absurd_expiry"),
        ("opaque".into(), "platform.token_malformed"),
        ("a b".into(), "header.white_space"),
        (String::new(), "header.empty"),
    ] {
        let mut session = session();
        next_request(&mut session, 0);
        assert_eq!(receive(&mut session, &token, 0), Err(code), "{token}");
        assert_eq!(wait_until(&mut session, 4), Some(5));
        next_request(&mut session, 5);
    }
    for (body, code) in [
        ("", "platform.token_missing"),
        (r#"{"result_cd": 1, "data": {}}"#, "platform.token_missing"),
        (r#"{"result_cd": 1, "data": {"X-AUTH-TOKEN": null}}"#, "platform.token_missing"),
        (r#"{"result_cd": 0}"#, "platform.token_not_issued"),
        ("<html>", "platform.token_not_issued"),
    ] {
        let mut session = session();
        next_request(&mut session, 0);
        assert_eq!(receive_body(&mut session, 200, body), Err(code), "{body}");
    }
}

#[test]
fn a_duplicate_token_header_is_rejected() {
    let mut session = session();
    next_request(&mut session, 0);
    let issued = token("a", HOUR);
    let headers = [("X-AUTH-TOKEN", issued.as_str()), ("x-auth-token", issued.as_str())];
    let error = session.receive(200, &headers, b"", at(0)).unwrap_err();
    assert_eq!(error.code(), "header.duplicate");
}

#[test]
fn a_token_is_renewed_before_its_expiry_and_used_meanwhile() {
    let mut session = session_with_token();
    let renewal = 5 * HOUR - 300;
    assert_eq!(token_name(&next_credentials(&mut session, renewal - 1)), "a");
    next_request(&mut session, renewal);
    assert_eq!(token_name(&next_credentials(&mut session, renewal)), "a");
    receive(&mut session, &token("b", 10 * HOUR), renewal + 1).unwrap();
    assert_eq!(token_name(&next_credentials(&mut session, renewal + 1)), "b");
}

#[test]
fn a_short_lived_token_is_renewed_at_nine_tenths_of_its_lifetime() {
    let mut session = session();
    next_request(&mut session, 0);
    receive(&mut session, &token("a", 100), 0).unwrap();
    next_credentials(&mut session, 89);
    next_request(&mut session, 90);
}

#[test]
fn a_token_is_expired_at_exactly_its_expiry() {
    let mut session = session_with_token();
    next_request(&mut session, 5 * HOUR - 1);
    next_credentials(&mut session, 5 * HOUR - 1);
    assert_eq!(wait_until(&mut session, 5 * HOUR), None);
    assert_eq!(session.expires(), None);
}

#[test]
fn a_failed_renewal_keeps_the_old_token() {
    let mut session = session_with_token();
    let renewal = 5 * HOUR - 300;
    next_request(&mut session, renewal);
    let wait = [("Retry-After", "60")];
    let error = session.receive(503, &wait, b"", at(renewal)).unwrap_err();
    assert_eq!(error.code(), "platform.token_not_issued");
    let failure = session.failure().unwrap();
    assert_eq!((failure.kind, failure.status), (FailureKind::Server, 503));
    assert_eq!(token_name(&next_credentials(&mut session, renewal + 59)), "a");
    next_request(&mut session, renewal + 60);
    session.on_no_response(at(renewal + 61)).unwrap();
    assert_eq!(token_name(&next_credentials(&mut session, renewal + 65)), "a");
    next_request(&mut session, renewal + 66);
    receive(&mut session, &token("b", 10 * HOUR), renewal + 66).unwrap();
    assert_eq!(session.failure(), None);
    assert_eq!(token_name(&next_credentials(&mut session, renewal + 66)), "b");
}

#[test]
fn a_short_retry_after_is_raised_to_the_minimum_delay() {
    for wait in ["0", "1", "Sun, 06 Nov 1994 08:49:37 GMT"] {
        let mut session = session();
        next_request(&mut session, 0);
        assert!(session.receive(503, &[("Retry-After", wait)], b"", at(0)).is_err());
        assert_eq!(wait_until(&mut session, 0), Some(5), "{wait}");
    }
}

#[test]
fn a_huge_retry_after_is_limited_to_a_year() {
    let mut session = session();
    next_request(&mut session, 0);
    let wait = [("Retry-After", "99999999999999999999")];
    assert!(session.receive(429, &wait, b"", at(0)).is_err());
    assert_eq!(wait_until(&mut session, 0), Some(366 * 24 * HOUR));
}

#[test]
fn a_rejected_key_stops_the_session_until_the_key_is_rotated() {
    for status in [401, 403] {
        let mut session = session();
        next_request(&mut session, 0);
        assert_eq!(receive_body(&mut session, status, ""), Err("platform.key_refused"));
        assert_eq!(session.poll(at(HOUR)).unwrap_err().code(), "platform.key_refused");
        session.rotate_key(Secret::new("k-2")).unwrap();
        assert_eq!(next_request(&mut session, 0).headers[0].1.reveal(), "k-2");
    }
}

#[test]
fn a_key_rejected_on_renewal_leaves_the_old_token_in_use() {
    let mut session = session_with_token();
    let renewal = 5 * HOUR - 300;
    next_request(&mut session, renewal);
    assert_eq!(receive_body(&mut session, 401, ""), Err("platform.key_refused"));
    assert_eq!(session.expires(), Some(at(5 * HOUR)));
    assert_eq!(token_name(&next_credentials(&mut session, renewal)), "a");
    assert_eq!(
        token_name(&next_credentials(&mut session, 5 * HOUR - 1)),
        "a",
        "a renewal was sent"
    );
    assert_eq!(session.poll(at(5 * HOUR)).unwrap_err().code(), "platform.key_refused");
    session.reissue();
    next_request(&mut session, 5 * HOUR);
}

#[test]
fn a_rejected_key_remains_the_reported_error_when_its_token_is_rejected() {
    let mut session = session_with_token();
    next_request(&mut session, 5 * HOUR - 300);
    assert_eq!(receive_body(&mut session, 403, ""), Err("platform.key_refused"));
    let first = next_credentials(&mut session, 5 * HOUR - 300);
    session.refused(&first).unwrap();
    let error = session.poll(at(5 * HOUR - 299)).unwrap_err();
    assert_eq!(error.code(), "platform.key_refused");
}

#[test]
fn a_rejected_token_is_replaced_only_once() {
    let mut session = session_with_token();
    let first = next_credentials(&mut session, 1);
    session.refused(&first).unwrap();
    next_request(&mut session, 1);
    receive(&mut session, &token("b", 5 * HOUR), 1).unwrap();
    let second = next_credentials(&mut session, 1);
    assert_eq!(token_name(&second), "b");

    // A late rejection of the first token has no effect.
    session.refused(&first).unwrap();
    assert_eq!(token_name(&next_credentials(&mut session, 1)), "b");

    assert_eq!(session.refused(&second).unwrap_err().code(), "platform.token_refused");
    assert_eq!(session.poll(at(2)).unwrap_err().code(), "platform.token_refused");
    session.reissue();
    next_request(&mut session, 2);
}

#[test]
fn an_accepted_token_is_replaced_if_it_is_rejected_later() {
    let mut session = session_with_token();
    let first = next_credentials(&mut session, 1);
    session.refused(&first).unwrap();
    next_request(&mut session, 1);
    receive(&mut session, &token("b", 5 * HOUR), 1).unwrap();
    let second = next_credentials(&mut session, 1);
    session.accepted(&second);
    session.refused(&second).unwrap();
    next_request(&mut session, 2);
}

#[test]
fn a_rejection_is_remembered_through_failed_token_requests() {
    let mut session = session_with_token();
    let first = next_credentials(&mut session, 1);
    session.refused(&first).unwrap();
    next_request(&mut session, 1);
    assert_eq!(receive_body(&mut session, 500, ""), Err("platform.token_not_issued"));
    next_request(&mut session, 5);
    session.on_no_response(at(5)).unwrap();
    next_request(&mut session, 10);
    receive(&mut session, &token("b", 5 * HOUR), 10).unwrap();
    let second = next_credentials(&mut session, 10);
    assert!(session.refused(&second).is_err());
}

#[test]
fn a_token_rejected_during_a_renewal_is_replaced_by_the_renewal() {
    let mut session = session_with_token();
    let renewal = 5 * HOUR - 300;
    let first = next_credentials(&mut session, 1);
    next_request(&mut session, renewal);
    session.refused(&first).unwrap();
    assert_eq!(wait_until(&mut session, renewal), None);
    receive(&mut session, &token("b", 10 * HOUR), renewal).unwrap();
    let second = next_credentials(&mut session, renewal);
    assert_eq!(session.refused(&second).unwrap_err().code(), "platform.token_refused");
}

#[test]
fn a_failed_session_accepts_no_other_token() {
    let mut session = session_with_token();
    let first = next_credentials(&mut session, 1);
    session.refused(&first).unwrap();
    next_request(&mut session, 1);
    receive(&mut session, &token("b", 5 * HOUR), 1).unwrap();
    let second = next_credentials(&mut session, 1);
    let renewal = 5 * HOUR - 300;
    next_request(&mut session, renewal);
    assert!(session.refused(&second).is_err());
    receive(&mut session, &token("c", 10 * HOUR), renewal).unwrap();
    assert_eq!(session.expires(), None);
    assert_eq!(session.poll(at(renewal)).unwrap_err().code(), "platform.token_refused");
}

#[test]
fn a_reissued_token_is_replaced_if_it_is_rejected() {
    let mut session = session_with_token();
    let first = next_credentials(&mut session, 1);
    session.refused(&first).unwrap();
    next_request(&mut session, 1);
    session.reissue();
    receive(&mut session, &token("b", 5 * HOUR), 1).unwrap();
    let second = next_credentials(&mut session, 1);
    session.refused(&second).unwrap();
    next_request(&mut session, 2);
}

#[test]
fn a_token_is_reissued_on_demand() {
    let mut session = session_with_token();
    session.reissue();
    next_request(&mut session, 1);
    session.reissue();
    assert_eq!(wait_until(&mut session, 1), None, "the session does not wait for the response");
    receive(&mut session, &token("b", 5 * HOUR), 1).unwrap();
    assert_eq!(token_name(&next_credentials(&mut session, 1)), "b");
}

#[test]
fn rotating_the_key_discards_the_token_and_the_pending_response() {
    let mut session = session_with_token();
    session.rotate_key(Secret::new("k-2")).unwrap();
    assert_eq!(session.expires(), None);
    assert_eq!(next_request(&mut session, 1).headers[0].1.reveal(), "k-2");
    session.rotate_key(Secret::new("k-3")).unwrap();
    assert_eq!(wait_until(&mut session, 1), None, "the session does not wait for the old response");
    receive(&mut session, &token("of k-2", 5 * HOUR), 2).unwrap();
    assert_eq!(session.expires(), None);
    assert_eq!(next_request(&mut session, 2).headers[0].1.reveal(), "k-3");

    assert_eq!(session.rotate_key(Secret::new("a b")).unwrap_err().code(), "header.white_space");
    receive(&mut session, &token("of k-3", 5 * HOUR), 2).unwrap();
    assert_eq!(next_credentials(&mut session, 2).key().reveal(), "k-3");
}

#[test]
fn an_unrequested_response_is_rejected() {
    let mut session = session();
    assert_eq!(receive(&mut session, &token("a", HOUR), 0), Err("platform.no_token_request"));
    assert_eq!(session.on_no_response(at(0)).unwrap_err().code(), "platform.no_token_request");
    let mut session = session_with_token();
    assert_eq!(receive(&mut session, &token("b", HOUR), 0), Err("platform.no_token_request"));
    assert_eq!(token_name(&next_credentials(&mut session, 0)), "a");
}

#[test]
fn a_session_requires_a_token_operation_and_valid_arguments() {
    let code = |platform: &str, key: &str, variables: &[(&str, &str)]| {
        let platform = Platform::get(platform).unwrap();
        TokenSession::new(&platform, Secret::new(key), variables).unwrap_err().code()
    };
    assert_eq!(code("mehery", "k", &[]), "platform.no_token");
    assert_eq!(code("vchatcloud", "", &[]), "header.empty");
    assert_eq!(code("vchatcloud", "k", &[("room", "r")]), "platform.unknown_variable");
}

#[test]
fn no_secret_is_printed() {
    let mut session =
        TokenSession::new(&Platform::get("vchatcloud").unwrap(), Secret::new("s3cr3t"), &[])
            .unwrap();
    let request = session.poll(at(0)).unwrap();
    let token = token("s3cr3t", HOUR);
    receive(&mut session, &token, 0).unwrap();
    let printed = format!("{session:?} {request:?} {:?}", session.poll(at(0)).unwrap());
    assert!(!printed.contains("s3cr3t") && !printed.contains(&token), "{printed}");
}
