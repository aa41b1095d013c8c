//! Every example of the five seed documents, `seed 000` to `seed 004` (see
//! `tests/vectors/README.md`): requests are built, and headers are parsed.

use keyrail_header::{Credentials, Variant};
use keyrail_platform::{Call, ExpiryPolicy, Platform};

use crate::{headers, key};

/// Seed 000: the full POST request to
/// `https://abcorp.mehery.io/xms/api/v1/message/send` with `x-api-key` and
/// `Accept: application/json`.
#[test]
fn seed_000_a_mehery_message_is_sent() {
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
fn seed_000_the_mehery_base_url_contains_the_domain() {
    let base = Platform::get("mehery").unwrap().base_url(&[("domain", "abcorp")]).unwrap();
    assert_eq!(base.as_str(), "https://abcorp.mehery.io/xms/");
}

/// Seed 000: the key is the same in every request of a client app, for every operation.
#[test]
fn seed_000_every_request_of_a_client_app_contains_its_key() {
    let credentials = key("your-api-key");
    let platform = Platform::get("mehery").unwrap();
    for operation in platform.operations() {
        let call = Call {
            variables: &[("domain", "abcorp")],
            credentials: Some(&credentials),
            ..Call::default()
        };
        let request = platform.request(operation.name(), &call).unwrap();
        assert!(request.url.starts_with("https://abcorp.mehery.io/xms/api/v1/"), "{request:?}");
        assert_eq!(headers(&request)[0], ("x-api-key", "your-api-key"));
        let read = platform.scheme().extract(&headers(&request)).unwrap();
        assert_eq!(read.key().reveal(), "your-api-key");
    }
}

/// Seed 001: the sample base URL.
#[test]
fn seed_001_the_sceyt_base_url_contains_host_and_app() {
    let variables = [("apiUrl", "api.example"), ("appId", "a1b2c3d4e5")];
    let base = Platform::get("sceyt").unwrap().base_url(&variables).unwrap();
    assert_eq!(base.as_str(), "https://api.example/v1/a1b2c3d4e5/");
}

/// Seed 001: `https://{{apiUrl}}/v1/{{appId}}/` and
/// the endpoint `application`, with an API key in the header.
#[test]
fn seed_001_the_sceyt_application_is_requested() {
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

/// Seed 001: channels, users and messages are managed below the same base.
#[test]
fn seed_001_sceyt_resources_are_below_the_base() {
    let credentials = key("k-1");
    let platform = Platform::get("sceyt").unwrap();
    for (operation, resource) in
        [("channel.list", "channels"), ("user.list", "users"), ("message.list_all", "messages")]
    {
        let call = Call {
            variables: &[("apiUrl", "api.example"), ("appId", "a1b2c3d4e5")],
            credentials: Some(&credentials),
            ..Call::default()
        };
        let request = platform.request(operation, &call).unwrap();
        assert_eq!(request.method, "GET");
        assert_eq!(request.url, format!("https://api.example/v1/a1b2c3d4e5/{resource}"));
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

/// Seed 002: the API key is in the Authorization header. The vendor's endpoint pages show the word
/// `Bearer` before it.
#[test]
fn seed_002_the_azeer_key_is_sent_in_authorization() {
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

/// Seed 002 shows its example request as an image, and lists the operations. An operation with a
/// published path is requested with the key in `Authorization`; an operation without one returns an
/// error.
#[test]
fn seed_002_every_operation_listed_by_azeer_is_known() {
    let credentials = key("k-1");
    let call = Call { credentials: Some(&credentials), ..Call::default() };
    let platform = Platform::get("azeer").unwrap();
    for (listed, operation, path) in [
        ("Create Agent", "agent.create", None),
        ("Update Agent", "agent.update", None),
        ("Get Agent Details", "agent.get", Some("agent")),
        ("Create Contact", "contact.create", Some("contact/create")),
        ("Create Bulk Contacts", "contact.create_bulk", None),
        ("Send Message", "message.send", Some("message/send")),
        ("Delete Message", "message.delete", None),
        ("Delete Bulk Messages", "message.delete_bulk", None),
        ("List all webhooks", "webhook.list", None),
        ("Get Webhook Details", "webhook.get", None),
        ("Create Webhook", "webhook.create", Some("webhook")),
        ("Delete Webhook", "webhook.delete", None),
        ("Create User Session", "session.create", None),
    ] {
        match (platform.request(operation, &call), path) {
            (Ok(request), Some(path)) => {
                assert_eq!(request.url, format!("https://api.mottasl.ai/v1/{path}"), "{listed}");
                assert_eq!(headers(&request), [("Authorization", "Bearer k-1")], "{listed}");
            }
            (Err(error), None) => assert_eq!(error.code(), "platform.unknown_path", "{listed}"),
            (result, _) => panic!("{listed}: {result:?}"),
        }
    }
}

/// Seed 002: keys never expire, and are read-only or read-write.
#[test]
fn seed_002_azeer_keys_never_expire_and_have_two_scopes() {
    let platform = Platform::get("azeer").unwrap();
    assert_eq!(platform.expiry(), Some(&ExpiryPolicy::Never));
    let may = |scope: &str, operation: &str| {
        let access = platform.operation(operation).unwrap().access();
        platform.scopes().find(|known| known.name() == scope).unwrap().allows(access)
    };
    assert!(may("read", "agent.get") && !may("read", "message.send"));
    assert!(may("read_write", "agent.get") && may("read_write", "message.send"));
}

/// Seed 003: `X-AUTH-TOKEN` and `API KEY` in the
/// headers of every request.
#[test]
fn seed_003_vchatcloud_users_are_listed_with_key_and_token() {
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

/// Seed 003: rooms are opened, modified and closed. Users are restricted and released. Notices and
/// custom messages are sent. A room id identifies the room, and a client key the user.
#[test]
fn seed_003_rooms_and_users_are_addressed_by_room_id_and_client_key() {
    let credentials = key("k-1").with_token(keyrail_core::Secret::new("t-1"));
    let platform = Platform::get("vchatcloud").unwrap();
    let room = [("roomId", "room-1")];
    let user = [("roomId", "room-1"), ("clientKey", "a1b2c3d4e5")];
    for (operation, variables, method, path) in [
        ("room.create", &[][..], "POST", "v2/rooms"),
        ("room.update", &room, "POST", "v2/rooms/room-1"),
        ("room.delete", &room, "DELETE", "v2/rooms/room-1"),
        ("mute.create", &user, "POST", "v1/mute/room-1/a1b2c3d4e5"),
        ("mute.update", &user, "PUT", "v1/mute/room-1/a1b2c3d4e5"),
        ("exile.create", &user, "POST", "v1/exiles/room-1/a1b2c3d4e5"),
        ("exile.update", &user, "PUT", "v1/exiles/room-1/a1b2c3d4e5"),
        ("notice.send", &room, "POST", "v1/notice/room-1"),
        ("custom.send", &room, "POST", "v1/custom/room-1"),
    ] {
        let call = Call { variables, credentials: Some(&credentials), ..Call::default() };
        let request = platform.request(operation, &call).unwrap();
        let url = format!("https://vchatcloud.com/openapi/{path}");
        let line = (request.method.as_str(), request.url.as_str());
        assert_eq!(line, (method, url.as_str()), "{operation}");
        let read = platform.scheme().extract(&headers(&request)).unwrap();
        assert_eq!(read, credentials, "{operation}");
    }
}

/// Seed 003: a reissued API key replaces the old one, whose token becomes invalid.
#[test]
fn seed_003_a_reissued_vchatcloud_key_replaces_the_old_one() {
    use keyrail_core::{Secret, Timestamp};
    use keyrail_platform::{TokenPoll, TokenSession};
    let token = "e30.eyJleHAiOjE3OTM1MDkyMDB9.c2ln"; // {"exp": 1793509200}: five hours later
    let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    let platform = Platform::get("vchatcloud").unwrap();
    let mut session = TokenSession::new(&platform, Secret::new("k-1"), &[]).unwrap();
    session.poll(now).unwrap();
    session.receive(200, &[("X-AUTH-TOKEN", token)], b"", now).unwrap();
    session.rotate_key(Secret::new("k-2")).unwrap();
    let TokenPoll::Send(request) = session.poll(now).unwrap() else { panic!("no request") };
    assert_eq!(headers(&request), [("API_KEY", "k-2")]);
}

/// Seed 003: the token request contains only the key.
#[test]
fn seed_003_the_vchatcloud_token_is_requested_with_only_the_key() {
    let credentials = key("k-1");
    let call = Call { credentials: Some(&credentials), ..Call::default() };
    let platform = Platform::get("vchatcloud").unwrap();
    let request = platform.request("token.issue", &call).unwrap();
    assert_eq!(
        (request.method.as_str(), request.url.as_str()),
        ("GET", "https://vchatcloud.com/openapi/token")
    );
    assert_eq!(headers(&request), [("API_KEY", "k-1")]);

    // An old token is not sent when the next one is requested.
    let credentials = credentials.with_token(keyrail_core::Secret::new("t-1"));
    let call = Call { credentials: Some(&credentials), ..Call::default() };
    assert_eq!(headers(&platform.request("token.issue", &call).unwrap()), [("API_KEY", "k-1")]);
}

/// Seed 003: the token is in an HTTP header of the response, and is sent in every later request. To
/// reissue the token, the same token request is sent again.
#[test]
fn seed_003_the_vchatcloud_token_is_sent_in_the_next_request() {
    use keyrail_core::{Secret, Timestamp};
    use keyrail_platform::{TokenPoll, TokenSession};
    // {"exp": 1793509200}: five hours later.
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
fn seed_004_the_swellsign_key_is_sent_after_the_word_x_api_key() {
    let platform = Platform::get("swellsign").unwrap();
    let line = ("Authorization", "x-api-key 3039ba033eb1410caa0a2227158d63c9d6502cd8");
    let read = platform.scheme().extract(&[line]).unwrap();
    assert_eq!(read.key().reveal(), "3039ba033eb1410caa0a2227158d63c9d6502cd8");
    assert!(!platform.is_unusual("key", read.key().reveal()));

    let applied = platform.scheme().apply(&read).unwrap();
    let [(name, value)] = applied.as_slice() else { panic!("expected one header") };
    assert_eq!((name.as_str(), value.reveal()), line);
}

/// Seed 004 shows its header three times: with a placeholder, with a shorter placeholder, and with
/// a key. Each header is parsed, and applying the result returns the same header.
#[test]
fn seed_004_each_example_line_round_trips() {
    let platform = Platform::get("swellsign").unwrap();
    for key in ["YOUR_API_KEY_HERE", "YOUR_KEY", "3039ba033eb1410caa0a2227158d63c9d6502cd8"] {
        let line = format!("x-api-key {key}");
        let read = platform.scheme().extract(&[("Authorization", &line)]).unwrap();
        assert_eq!((read.key().reveal(), read.variant()), (key, Variant::AsDocumented));
        let applied = platform.scheme().apply(&read).unwrap();
        let [(name, value)] = applied.as_slice() else { panic!("expected one header") };
        assert_eq!((name.as_str(), value.reveal()), ("Authorization", line.as_str()));
    }
}

/// Seed 004: keys expire after 30, 60 or 90 days or a custom time, all keys have the same
/// permissions, and requests use HTTPS.
#[test]
fn seed_004_swellsign_keys_expire_and_have_no_scopes() {
    let platform = Platform::get("swellsign").unwrap();
    let expiry = ExpiryPolicy::Chosen { days: vec![30, 60, 90], custom: true };
    assert_eq!((platform.expiry(), platform.scopes().count()), (Some(&expiry), 0));
    let base = platform.base_url(&[("host", "api.example")]).unwrap();
    assert_eq!(base.as_str(), "https://api.example/");
    assert!(platform.base_url(&[("host", "http://api.example")]).is_err());
}

/// Seed 004: the operations on keys and webhooks are known by name, but their paths are
/// not published.
#[test]
fn seed_004_every_operation_listed_by_swellsign_is_known() {
    let credentials = key(SWELLSIGN_KEY);
    let platform = Platform::get("swellsign").unwrap();
    for (listed, operation) in [
        ("Generate new API keys", "key.create"),
        ("View Key Status", "key.status"),
        ("Usage Statistics", "key.usage"),
        ("Activity Logs", "key.activity"),
        ("Instant Revocation", "key.revoke"),
        ("Set up webhook endpoints", "webhook.create"),
        ("Configure event notifications", "webhook.events"),
        ("Test webhook connections", "webhook.test"),
        ("Monitor webhook activity", "webhook.activity"),
    ] {
        let error = platform.request(operation, &swellsign_call(&credentials)).unwrap_err();
        assert_eq!(error.code(), "platform.unknown_path", "{listed}");
    }
}

/// Seed 004 contains no base URL and no path: a custom document adds them.
#[test]
fn seed_004_a_request_requires_a_custom_document() {
    let credentials = key(SWELLSIGN_KEY);
    let call = swellsign_call(&credentials);
    let platform = Platform::get("swellsign").unwrap();
    let error = platform.request("key.status", &call).unwrap_err();
    assert_eq!(error.code(), "platform.unknown_path");

    let custom = Platform::from_json(
        r#"{"name": "swellsign", "base": "https://{host}/",
            "schemes": {"organization": {"slots": [{"header": "Authorization", "word": "x-api-key", "holds": "key"}]}},
            "operations": [{"name": "key.status", "method": "GET", "path": "keys", "access": "read"}]}"#,
    )
    .unwrap();
    let request = custom.request("key.status", &call).unwrap();
    assert_eq!(request.url, "https://api.example/keys");
    assert_eq!(
        headers(&request),
        [("Authorization", "x-api-key 3039ba033eb1410caa0a2227158d63c9d6502cd8")]
    );
}

/// The key that seed 004 shows.
const SWELLSIGN_KEY: &str = "3039ba033eb1410caa0a2227158d63c9d6502cd8";

/// Returns a call to SwellSign at a host that the user specifies.
fn swellsign_call(credentials: &Credentials) -> Call<'_> {
    Call {
        variables: &[("host", "api.example")],
        credentials: Some(credentials),
        ..Call::default()
    }
}
