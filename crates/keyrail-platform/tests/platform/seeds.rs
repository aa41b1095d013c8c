//! Every example of the five seed documents, built and read.

use keyrail_header::Variant;
use keyrail_platform::{Call, Platform};

use crate::{headers, key};

/// Seed 000: the full POST request to
/// `https://abcorp.mehery.io/xms/api/v1/message/send` with `x-api-key` and
/// `Accept: application/json`.
#[test]
fn seed_000_meherys_message_is_sent() {
    let credentials = key("your-api-key");
    let call = Call {
        variables: &[("domain", "abcorp")],
        body: Some(b"{}"),
        credentials: Some(&credentials),
        ..Call::default()
    };
    let platform = Platform::get("mehery").unwrap();
    let request = platform.request("message.send", &call).unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.url, "https://abcorp.mehery.io/xms/api/v1/message/send");
    assert_eq!(
        headers(&request),
        [
            ("x-api-key", "your-api-key"),
            ("accept", "application/json"),
            ("content-type", "application/json"),
        ]
    );
    assert_eq!(request.body.as_deref(), Some(b"{}".as_slice()));

    let read = platform.scheme().extract(&headers(&request)).unwrap();
    assert_eq!(read.key().reveal(), "your-api-key");
}

/// Seed 000: the sample base path of the domain `abcorp`.
#[test]
fn seed_000_meherys_base_path_is_the_domains_own() {
    let base = Platform::get("mehery").unwrap().base_url(&[("domain", "abcorp")]).unwrap();
    assert_eq!(base.as_str(), "https://abcorp.mehery.io/xms/");
}

/// Seed 001: the sample base URL.
#[test]
fn seed_001_sceyts_base_url_has_host_and_app() {
    let variables = [("apiUrl", "api.example"), ("appId", "a1b2c3d4e5")];
    let base = Platform::get("sceyt").unwrap().base_url(&variables).unwrap();
    assert_eq!(base.as_str(), "https://api.example/v1/a1b2c3d4e5/");
}

/// Seed 001: `https://{{apiUrl}}/v1/{{appId}}/` and
/// the endpoint `application`, with an API key in the header.
#[test]
fn seed_001_sceyts_application_is_asked_for() {
    let credentials = key("k-1");
    let platform = Platform::get("sceyt").unwrap();
    for host in ["api.example", "https://api.example"] {
        let call = Call {
            variables: &[("apiUrl", host), ("appId", "a1b2c3d4e5")],
            credentials: Some(&credentials),
            ..Call::default()
        };
        let request = platform.request("application.get", &call).unwrap();
        assert_eq!(request.url, "https://api.example/v1/a1b2c3d4e5/application");
        assert_eq!(headers(&request), [("Platform-Api-Key", "k-1")]);
        assert_eq!(platform.scheme().extract(&headers(&request)).unwrap().key().reveal(), "k-1");
    }
}

/// Seed 001: `username_new*user` is encoded to
/// `username_new%2Auser`.
#[test]
fn seed_001_a_parameter_is_encoded_in_path_and_query() {
    let credentials = key("k-1");
    let call = Call {
        variables: &[("apiUrl", "api.example"), ("appId", "a1"), ("id", "username_new*user")],
        query: &[("user", "username_new*user")],
        credentials: Some(&credentials),
        ..Call::default()
    };
    let request = Platform::get("sceyt").unwrap().request("message.list", &call).unwrap();
    assert_eq!(
        request.url,
        "https://api.example/v1/a1/channels/username_new%2Auser/messages?user=username_new%2Auser"
    );
}

/// Seed 002: the API key in the Authorization header;
/// the vendor's endpoint pages say `Bearer`.
#[test]
fn seed_002_azeers_key_stands_in_authorization() {
    let credentials = key("k-1");
    let call = Call {
        query: &[("create", "true")],
        body: Some(b"{}"),
        credentials: Some(&credentials),
        ..Call::default()
    };
    let platform = Platform::get("azeer").unwrap();
    let request = platform.request("message.send", &call).unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.url, "https://api.mottasl.ai/v1/message/send?create=true");
    assert_eq!(
        headers(&request),
        [("Authorization", "Bearer k-1"), ("content-type", "application/json")]
    );

    let read = platform.scheme().extract(&headers(&request)).unwrap();
    assert_eq!((read.key().reveal(), read.variant()), ("k-1", Variant::AsDocumented));
    let read = platform.scheme().extract(&[("Authorization", "k-1")]).unwrap();
    assert_eq!((read.key().reveal(), read.variant()), ("k-1", Variant::Lenient));
}

/// Seed 003: `X-AUTH-TOKEN` and `API KEY` in the
/// headers of every request.
#[test]
fn seed_003_vchatclouds_users_are_listed_with_key_and_token() {
    let credentials = key("k-1").with_token(keyrail_core::Secret::new("t-1"));
    let call = Call {
        variables: &[("roomId", "room-1")],
        credentials: Some(&credentials),
        ..Call::default()
    };
    let platform = Platform::get("vchatcloud").unwrap();
    let request = platform.request("user.list", &call).unwrap();
    assert_eq!(request.method, "GET");
    assert_eq!(request.url, "https://vchatcloud.com/openapi/v1/users/room-1");
    assert_eq!(headers(&request), [("API_KEY", "k-1"), ("X-AUTH-TOKEN", "t-1")]);

    let read = platform.scheme().extract(&[("api_key", "k-1"), ("x-auth-token", "t-1")]).unwrap();
    assert_eq!(read, credentials);
}

/// Seed 003: the token is issued for the key alone.
#[test]
fn seed_003_vchatclouds_token_is_asked_for_with_the_key_alone() {
    let credentials = key("k-1");
    let call = Call { credentials: Some(&credentials), ..Call::default() };
    let platform = Platform::get("vchatcloud").unwrap();
    let request = platform.request("token.issue", &call).unwrap();
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        ("GET", "https://vchatcloud.com/openapi/token")
    );
    assert_eq!(headers(&request), [("API_KEY", "k-1")]);

    // An old token stays at home when the next one is asked for.
    let credentials = credentials.with_token(keyrail_core::Secret::new("t-1"));
    let call = Call { credentials: Some(&credentials), ..Call::default() };
    assert_eq!(headers(&platform.request("token.issue", &call).unwrap()), [("API_KEY", "k-1")]);
}

/// Seed 003: the token comes in the HTTP header of the answer, and goes into
/// every further request; issuing it anew is the same call.
#[test]
fn seed_003_vchatclouds_token_goes_from_the_answer_into_the_next_request() {
    use keyrail_core::{Secret, Timestamp};
    use keyrail_platform::{TokenPoll, TokenSession};
    // {"exp": 1793509200}: five hours on.
    let token = "e30.eyJleHAiOjE3OTM1MDkyMDB9.c2ln";
    let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    let platform = Platform::get("vchatcloud").unwrap();
    let mut session = TokenSession::new(&platform, Secret::new("k-1"), &[]).unwrap();
    let TokenPoll::Send(first) = session.poll(now).unwrap() else { panic!("no request") };
    session.receive(200, &[("X-AUTH-TOKEN", token)], b"", now).unwrap();
    let TokenPoll::Ready(credentials) = session.poll(now).unwrap() else { panic!("no token") };
    let call = Call {
        variables: &[("roomId", "room-1")],
        credentials: Some(&credentials),
        ..Call::default()
    };
    let request = platform.request("user.list", &call).unwrap();
    assert_eq!(headers(&request), [("API_KEY", "k-1"), ("X-AUTH-TOKEN", token)]);
    session.reissue();
    assert_eq!(session.poll(now).unwrap(), TokenPoll::Send(first));
}

/// Seed 004: `Authorization: x-api-key` and a key of
/// 40 hexadecimal digits.
#[test]
fn seed_004_swellsigns_key_stands_behind_its_own_word() {
    let platform = Platform::get("swellsign").unwrap();
    let line = ("Authorization", "x-api-key 3039ba033eb1410caa0a2227158d63c9d6502cd8");
    let read = platform.scheme().extract(&[line]).unwrap();
    assert_eq!(read.key().reveal(), "3039ba033eb1410caa0a2227158d63c9d6502cd8");
    assert!(!platform.is_unusual("key", read.key().reveal()));

    let applied = platform.scheme().apply(&read).unwrap();
    let [(name, value)] = applied.as_slice() else { panic!("one header") };
    assert_eq!((name.as_str(), value.reveal()), line);
}

/// Seed 004 names no base and no path: a document of
/// one's own adds them.
#[test]
fn seed_004_a_request_needs_the_users_own_document() {
    let credentials = key("3039ba033eb1410caa0a2227158d63c9d6502cd8");
    let call = Call {
        variables: &[("host", "api.example")],
        credentials: Some(&credentials),
        ..Call::default()
    };
    let platform = Platform::get("swellsign").unwrap();
    let error = platform.request("key.status", &call).unwrap_err();
    assert_eq!(error.code(), "platform.unknown_path");

    let own = Platform::from_json(
        r#"{"name": "swellsign", "base": "https://{host}/",
            "schemes": {"organization": {"slots": [{"header": "Authorization", "word": "x-api-key", "holds": "key"}]}},
            "operations": [{"name": "key.status", "method": "GET", "path": "keys", "access": "read"}]}"#,
    )
    .unwrap();
    let request = own.request("key.status", &call).unwrap();
    assert_eq!(request.url, "https://api.example/keys");
    assert_eq!(
        headers(&request),
        [("Authorization", "x-api-key 3039ba033eb1410caa0a2227158d63c9d6502cd8")]
    );
}
