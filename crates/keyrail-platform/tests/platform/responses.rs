//! Responses: success, the kinds of failures, and how long to wait before a retry.

use keyrail_core::Timestamp;
use keyrail_platform::{Answer, Failure, FailureKind, MAX_RESPONSE, Outcome, Platform};
use proptest::prelude::*;

fn now() -> Timestamp {
    Timestamp::parse("2026-11-01T00:00:00Z").unwrap()
}

/// An operation of each platform.
const OPERATIONS: [(&str, &str); 5] = [
    ("mehery", "message.send"),
    ("sceyt", "message.list"),
    ("azeer", "message.send"),
    ("vchatcloud", "room.list"),
    ("swellsign", "key.status"),
];

fn read(platform: &str, status: u16, headers: &[(&str, &str)], body: &str) -> Outcome {
    let (_, operation) = OPERATIONS.iter().find(|(name, _)| *name == platform).unwrap();
    let platform = Platform::get(platform).unwrap();
    platform.read_response(operation, status, headers, body.as_bytes(), now()).unwrap()
}

fn answer_of(platform: &str, body: &str) -> Answer {
    read(platform, 200, &[], body).into_result().unwrap()
}

fn failure_of(platform: &str, status: u16, body: &str) -> Failure {
    read(platform, status, &[], body).into_result().unwrap_err()
}

#[test]
fn a_status_means_the_same_on_every_platform() {
    for (status, kind) in [
        (400, FailureKind::Invalid),
        (401, FailureKind::Unauthenticated),
        (403, FailureKind::Forbidden),
        (404, FailureKind::NotFound),
        (405, FailureKind::Invalid),
        (408, FailureKind::Server),
        (409, FailureKind::Invalid),
        (410, FailureKind::NotFound),
        (422, FailureKind::Invalid),
        (429, FailureKind::RateLimited),
        (500, FailureKind::Server),
        (503, FailureKind::Server),
        (100, FailureKind::Server),
        (301, FailureKind::Server),
        (304, FailureKind::Server),
    ] {
        for (platform, _) in OPERATIONS {
            for body in ["", "<html>", "{}", "[]", "null"] {
                let failure = failure_of(platform, status, body);
                assert_eq!((failure.kind, failure.status), (kind, status), "{platform} {body}");
            }
        }
    }
}

#[test]
fn the_azeer_envelope_is_unwrapped() {
    let answer =
        answer_of("azeer", r#" {"data": {"b": 1, "a": [2.50]}, "message": "ok", "success": true}"#);
    assert_eq!(answer.data.as_deref(), Some(r#"{"b": 1, "a": [2.50]}"#));
    assert_eq!((answer.status, answer.message.as_deref()), (200, Some("ok")));
    assert_eq!(answer_of("azeer", r#"{"data": null, "success": true}"#).data, None);
    assert_eq!(answer_of("azeer", " \r\n").data, None);
}

#[test]
fn a_2xx_with_an_error_body_is_a_failure() {
    let failure = failure_of("azeer", 200, r#"{"data": null, "message": "no", "success": false}"#);
    assert_eq!((failure.kind, failure.message.as_deref()), (FailureKind::Invalid, Some("no")));
    let failure =
        failure_of("vchatcloud", 200, r#"{"result_cd": 0, "result_msg": "no such room"}"#);
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Invalid, Some("0")));
    assert_eq!(failure.message.as_deref(), Some("no such room"));
}

#[test]
fn a_2xx_with_an_unexpected_body_is_a_server_failure() {
    for body in [
        "{}",
        "[]",
        "ok",
        "{",
        "true",
        r#"{"result_cd": 1, "result_cd": 0}"#,
        r#"{"result_cd": 1} x"#,
        "{\"result_cd\": 1, \"a\": \"\u{0}\"}",
    ] {
        assert_eq!(failure_of("vchatcloud", 200, body).kind, FailureKind::Server, "{body}");
    }
}

#[test]
fn a_success_value_of_another_type_is_a_failure() {
    for value in ["\"1\"", "true", "1.5", "10", "[1]", "null", "{}"] {
        let body = format!(r#"{{"result_cd": {value}}}"#);
        assert_eq!(failure_of("vchatcloud", 200, &body).kind, FailureKind::Invalid, "{value}");
    }
    for value in ["1", "\"true\"", "null"] {
        let body = format!(r#"{{"success": {value}}}"#);
        assert_eq!(failure_of("azeer", 200, &body).kind, FailureKind::Invalid, "{value}");
    }
}

#[test]
fn a_number_matches_in_any_notation() {
    for value in ["1", "1.0", "1e0", "10E-1"] {
        answer_of("vchatcloud", &format!(r#"{{"result_cd": {value}}}"#));
    }
}

#[test]
fn the_vchatcloud_data_is_in_list_or_data() {
    assert_eq!(
        answer_of("vchatcloud", r#"{"result_cd":1,"list":[1]}"#).data.as_deref(),
        Some("[1]")
    );
    assert_eq!(answer_of("vchatcloud", r#"{"result_cd":1,"data":{}}"#).data.as_deref(), Some("{}"));
    assert_eq!(answer_of("vchatcloud", r#"{"result_cd":1}"#).data, None);
}

#[test]
fn without_an_envelope_the_whole_body_is_the_data() {
    let answer = answer_of("mehery", " [1, 2] ");
    assert_eq!(answer.data.as_deref(), Some("[1, 2]"));
    assert_eq!(answer_of("mehery", "plain").data, None);
    assert_eq!(answer_of("swellsign", "{}").data.as_deref(), Some("{}"));
}

#[test]
fn sceyt_pages_are_parsed() {
    let body = r#"{"count": 41, "links": {"current": "/a?page=2", "previews": "/a?page=1",
        "next": 3, "first": null}, "users": []}"#;
    let page = answer_of("sceyt", body).page.unwrap();
    assert_eq!((page.count, page.current.as_deref()), (Some(41), Some("/a?page=2")));
    assert_eq!((page.previous.as_deref(), page.next.as_deref()), (Some("/a?page=1"), Some("3")));
    assert_eq!((page.first, page.last), (None, None));
    assert_eq!(answer_of("sceyt", r#"{"users": []}"#).page, None);
    assert_eq!(answer_of("mehery", body).page, None);
}

#[test]
fn a_known_error_code_overrides_the_status() {
    // Sceyt does not publish where the code is, so a custom document specifies it.
    let custom = r#"{"name": "sceyt", "base": "https://{apiUrl}/v1/",
        "schemes": {"server": {"slots": [{"header": "Platform-Api-Key", "holds": "key"}]}},
        "operations": [{"name": "a.get", "access": "read"}],
        "response": {"code": "/error/code", "message": "/error/message",
                     "errors": [{"code": "42900", "failure": "rate_limited"}]}}"#;
    let platform = Platform::from_json(custom).unwrap();
    let read = |body: &str| {
        let none: [(&str, &str); 0] = [];
        platform.read_response("a.get", 400, &none, body.as_bytes(), now()).unwrap()
    };
    let failure =
        read(r#"{"error": {"code": 42900, "message": "slow"}}"#).into_result().unwrap_err();
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::RateLimited, Some("42900")));
    let failure = read(r#"{"error": {"code": "4290"}}"#).into_result().unwrap_err();
    assert_eq!((failure.kind, failure.code.as_deref()), (FailureKind::Invalid, Some("4290")));
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let delay = |headers: &[(&str, &str)]| match read("mehery", 429, headers, "") {
        Outcome::Failed(failure) => failure.retry_after_ms,
        Outcome::Ok(_) => panic!("a 429 was read as a success"),
    };
    for (value, expected) in [
        ("120", Some(120_000)),
        ("0", Some(0)),
        (" 7\t", Some(7_000)),
        ("Sun, 01 Nov 2026 00:02:00 GMT", Some(120_000)),
        ("Sunday, 01-Nov-26 00:02:00 GMT", Some(120_000)),
        ("Sun Nov  1 00:02:00 2026", Some(120_000)),
        ("Sun, 01 Nov 2026 00:00:00 GMT", Some(0)),
        ("Sat, 31 Oct 2026 23:59:59 GMT", Some(0)),
        ("99999999999999999999999", Some(i64::MAX.unsigned_abs())),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("+1", None),
        ("soon", None),
        ("１", None),
    ] {
        assert_eq!(delay(&[("retry-AFTER", value)]), expected, "{value}");
    }
    assert_eq!(delay(&[("Retry-After", "1"), ("retry-after", "1")]), None);
    assert_eq!(delay(&[]), None);
}

#[test]
fn an_invalid_response_is_an_error() {
    let platform = Platform::get("mehery").unwrap();
    let none: [(&str, &str); 0] = [];
    let code = |operation: &str, status, body: &[u8]| {
        platform.read_response(operation, status, &none, body, now()).unwrap_err().code()
    };
    assert_eq!(code("message.fly", 200, b""), "platform.unknown_operation");
    assert_eq!(code("message.send", 99, b""), "platform.malformed_status");
    assert_eq!(code("message.send", 600, b""), "platform.malformed_status");
    let long = vec![b' '; MAX_RESPONSE + 1];
    assert_eq!(code("message.send", 200, &long), "platform.response_too_long");
    assert!(platform.read_response("message.send", 200, &none, &long[1..], now()).is_ok());
}

#[test]
fn a_deeply_nested_body_is_parsed_without_recursion() {
    let deep = format!("{}{}", "[".repeat(1_000_000), "]".repeat(1_000_000));
    let body = format!(r#"{{"x": {deep}, "result_cd": 1, "data": {deep}}}"#);
    assert_eq!(answer_of("vchatcloud", &body).data.unwrap().len(), deep.len());
}

#[test]
fn no_part_of_the_body_is_printed() {
    let body = r#"{"result_cd": 9, "result_msg": "s3cr3t", "data": "s3cr3t"}"#;
    let printed =
        format!("{:?} {}", read("vchatcloud", 200, &[], body), failure_of("vchatcloud", 200, body));
    assert!(!printed.contains("s3cr3t"), "{printed}");
    let printed = format!("{:?}", answer_of("azeer", r#"{"data": "s3cr3t", "success": true}"#));
    assert!(!printed.contains("s3cr3t"), "{printed}");
}

proptest! {
    #[test]
    fn reading_never_panics_and_only_a_2xx_succeeds(
        status in 100_u16..600,
        body in prop_oneof![
            "[\\[\\]{}:,\"a-z0-9 \\\\]{0,40}",
            Just(r#"{"success":true,"result_cd":1,"data":1}"#.to_string()),
        ],
        delay in "[0-9a-zA-Z ,:-]{0,30}",
    ) {
        for (platform, _) in OPERATIONS {
            let outcome = read(platform, status, &[("retry-after", &delay)], &body);
            if let Outcome::Ok(answer) = outcome {
                prop_assert!((200..300).contains(&answer.status));
            }
        }
    }
}
