//! Checks how every platform reads responses and the tokens in them.
//!
//! Input: a line with a status, a space and the value of `Retry-After`, then a line with the value
//! of `X-AUTH-TOKEN`, then the body.

#![no_main]

use std::sync::LazyLock;

use keyrail_core::{Secret, Timestamp};
use keyrail_platform::{FailureKind, Outcome, Platform, TokenPoll, TokenSession};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use serde_json::value::RawValue;

const NOW: i64 = 1_793_491_200_000;
const OPERATIONS: [(&str, &str); 5] = [
    ("mehery", "message.send"),
    ("sceyt", "message.list"),
    ("azeer", "message.send"),
    ("vchatcloud", "room.list"),
    ("swellsign", "key.status"),
];

fuzz_target!(|data: &[u8]| {
    let mut parts = data.splitn(3, |byte| *byte == b'\n');
    let first = String::from_utf8_lossy(parts.next().unwrap_or_default()).into_owned();
    let (status, delay) = first.split_once(' ').unwrap_or((&first, ""));
    let status: u16 = status.parse().unwrap_or(200);
    let token = parts.next().unwrap_or_default();
    let body = parts.next().unwrap_or_default();
    let now = Timestamp::from_millis(NOW).unwrap();
    let headers: [(&str, &[u8]); 2] = [("retry-after", delay.as_bytes()), ("x-auth-token", token)];

    for (name, operation) in OPERATIONS {
        let platform = platform(name);
        let outcome = platform.read_response(operation, status, &headers, body, now);
        let Ok(outcome) = outcome else {
            assert!(!(100..=599).contains(&status));
            continue;
        };
        match outcome {
            Outcome::Ok(answer) => {
                assert!((200..=299).contains(&answer.status));
                check_success(name, body);
                if let Some(data) = answer.data {
                    assert!(serde_json::from_str::<&RawValue>(&data).is_ok());
                    assert!(String::from_utf8_lossy(body).contains(&data));
                }
            }
            Outcome::Failed(failure) => {
                assert_eq!(failure.status, status);
                if status == 401 {
                    assert_eq!(failure.kind, FailureKind::Unauthenticated);
                }
                assert!(failure.retry_after_ms.is_none_or(|delay| delay <= i64::MAX as u64));
            }
        }
    }

    let platform = platform("vchatcloud");
    let mut session = TokenSession::new(platform, Secret::new("k-1"), &[]).unwrap();
    assert!(matches!(session.poll(now), Ok(TokenPoll::Send(_))));
    match session.receive(status, &headers, body, now) {
        Ok(()) => {
            let expires = session.expires().expect("the session has a token, but no expiry");
            assert!(expires > now);
            let Ok(TokenPoll::Ready(credentials)) = session.poll(now) else { panic!("no token") };
            assert!(platform.scheme().apply(&credentials).is_ok());
        }
        Err(_) => {
            assert!(!matches!(session.poll(now), Ok(TokenPoll::Ready(_) | TokenPoll::Send(_))))
        }
    }
});

/// Returns a built-in platform. All built-in platforms are parsed only once.
fn platform(name: &str) -> &'static Platform {
    static ALL: LazyLock<Vec<Platform>> =
        LazyLock::new(|| Platform::names().map(|name| Platform::get(name).unwrap()).into());
    ALL.iter().find(|platform| platform.name() == name).unwrap()
}

/// Checks with `serde_json` that the envelope reports success.
fn check_success(platform: &str, body: &[u8]) {
    if body.trim_ascii().is_empty() {
        return;
    }
    let Ok(value) = serde_json::from_slice::<Value>(body) else { return };
    match platform {
        "azeer" => assert_eq!(value["success"], true),
        // In JSON, one number can be written in several ways, such as 1 and 1.0.
        "vchatcloud" => assert_eq!(value["result_cd"].as_f64(), Some(1.0)),
        _ => {}
    }
}
