//! Requests: the method and URL of every operation, and the calls that are rejected.

use keyrail_core::{HeaderText, HeaderValue, Secret};
use keyrail_header::Credentials;
use keyrail_platform::{Call, OperationAccess, Platform};
use proptest::prelude::*;

use crate::{headers, key};

/// The method and URL of every operation that can be requested, in the vendor's spelling,
/// with `x` for every variable.
#[test]
fn every_published_operation_has_its_method_and_url() {
    let expected = [
        ("mehery", "message.send", "POST https://x.mehery.io/xms/api/v1/message/send"),
        ("mehery", "message.push", "POST https://x.mehery.io/xms/api/v1/message/push"),
        ("mehery", "config.webhook", "POST https://x.mehery.io/xms/api/v1/config/webhook"),
        ("mehery", "config.channels", "GET https://x.mehery.io/xms/api/v1/config/channels"),
        ("mehery", "config.templates", "GET https://x.mehery.io/xms/api/v1/config/tmpl/hsm"),
        ("mehery", "config.variables", "GET https://x.mehery.io/xms/api/v1/config/global/vars"),
        ("mehery", "session.routing", "POST https://x.mehery.io/xms/api/v1/session/routing"),
        ("mehery", "session.close", "POST https://x.mehery.io/xms/api/v1/session/close"),
        ("mehery", "session.resolve", "POST https://x.mehery.io/xms/api/v1/session/resolve"),
        ("mehery", "session.messages", "POST https://x.mehery.io/xms/api/v1/session/messages"),
        ("mehery", "contact.language", "POST https://x.mehery.io/xms/api/v1/contact/prefs/lang"),
        ("mehery", "contact.lookup", "GET https://x.mehery.io/xms/api/v1/contact/looup"),
        ("mehery", "campaign.create", "POST https://x.mehery.io/xms/api/v1/create/campaign"),
        ("mehery", "campaign.view", "GET https://x.mehery.io/xms/api/v1/view/campaign"),
        ("sceyt", "application.get", "GET https://x/v1/x/application"),
        ("sceyt", "channel.list", "GET https://x/v1/x/channels"),
        ("sceyt", "user.list", "GET https://x/v1/x/users"),
        ("sceyt", "role.list", "GET https://x/v1/x/roles"),
        ("sceyt", "message.list_all", "GET https://x/v1/x/messages"),
        ("sceyt", "message.list", "GET https://x/v1/x/channels/x/messages"),
        ("sceyt", "message.send", "POST https://x/v1/x/channels/x/messages"),
        ("sceyt", "message.delete", "DELETE https://x/v1/x/channels/x/messages/x"),
        ("sceyt", "typing.start", "POST https://x/v1/x/channels/x/start-typing"),
        ("sceyt", "file.upload", "POST https://x/v1/x/files"),
        ("sceyt", "file.get", "GET https://x/v1/x/files/x"),
        ("sceyt", "file.delete", "DELETE https://x/v1/x/files/x"),
        ("azeer", "agent.get", "GET https://api.mottasl.ai/v1/agent"),
        ("azeer", "contact.create", "POST https://api.mottasl.ai/v1/contact/create"),
        ("azeer", "tag.create", "POST https://api.mottasl.ai/v1/tags"),
        ("azeer", "message.send", "POST https://api.mottasl.ai/v1/message/send"),
        ("azeer", "webhook.create", "POST https://api.mottasl.ai/v1/webhook"),
        ("vchatcloud", "token.issue", "GET https://vchatcloud.com/openapi/token"),
        ("vchatcloud", "room.list", "GET https://vchatcloud.com/openapi/v2/rooms"),
        ("vchatcloud", "room.create", "POST https://vchatcloud.com/openapi/v2/rooms"),
        ("vchatcloud", "room.get", "GET https://vchatcloud.com/openapi/v2/rooms/x"),
        ("vchatcloud", "room.update", "POST https://vchatcloud.com/openapi/v2/rooms/x"),
        ("vchatcloud", "room.delete", "DELETE https://vchatcloud.com/openapi/v2/rooms/x"),
        ("vchatcloud", "user.list", "GET https://vchatcloud.com/openapi/v1/users/x"),
        ("vchatcloud", "exile.list", "GET https://vchatcloud.com/openapi/v1/exiles/x"),
        ("vchatcloud", "exile.create", "POST https://vchatcloud.com/openapi/v1/exiles/x/x"),
        ("vchatcloud", "exile.update", "PUT https://vchatcloud.com/openapi/v1/exiles/x/x"),
        ("vchatcloud", "mute.list", "GET https://vchatcloud.com/openapi/v1/mute/x"),
        ("vchatcloud", "mute.create", "POST https://vchatcloud.com/openapi/v1/mute/x/x"),
        ("vchatcloud", "mute.update", "PUT https://vchatcloud.com/openapi/v1/mute/x/x"),
        ("vchatcloud", "notice.send", "POST https://vchatcloud.com/openapi/v1/notice/x"),
        ("vchatcloud", "custom.send", "POST https://vchatcloud.com/openapi/v1/custom/x"),
    ];
    let credentials = key("k").with_token(Secret::new("t"));
    let mut built = Vec::new();
    for name in Platform::names() {
        let platform = Platform::get(name).unwrap();
        for operation in
            platform.operations().filter(|o| o.path().is_some() && o.method().is_some())
        {
            let variables: Vec<_> = operation.variables().map(|name| (name, "x")).collect();
            let call =
                Call { variables: &variables, credentials: Some(&credentials), ..Call::default() };
            let request = platform.request(operation.name(), &call).unwrap();
            built.push((
                name,
                operation.name().to_string(),
                format!("{} {}", request.method, request.url),
            ));
        }
    }
    let built: Vec<_> = built
        .iter()
        .map(|(platform, name, line)| (*platform, name.as_str(), line.as_str()))
        .collect();
    assert_eq!(built, expected);
}

#[test]
fn unpublished_operations_are_known_by_name_and_rejected() {
    let credentials = key("k");
    let call = Call { credentials: Some(&credentials), ..Call::default() };
    let azeer = Platform::get("azeer").unwrap();
    for name in [
        "agent.create",
        "agent.update",
        "contact.create_bulk",
        "message.delete",
        "message.delete_bulk",
        "webhook.list",
        "webhook.get",
        "webhook.delete",
        "session.create",
    ] {
        let error = azeer.request(name, &call).unwrap_err();
        assert_eq!(error.code(), "platform.unknown_path", "{name}");
    }
    for name in ["contact.assign", "contact.tags"] {
        let error = azeer.request(name, &call).unwrap_err();
        assert_eq!(error.code(), "platform.unknown_method", "{name}");
    }
    let swellsign = Platform::get("swellsign").unwrap();
    assert!(swellsign.operations().all(|operation| operation.path().is_none()));
}

#[test]
fn operations_that_change_something_require_write_access() {
    for name in Platform::names() {
        let platform = Platform::get(name).unwrap();
        for operation in platform.operations() {
            let writes = operation.access() != OperationAccess::Read;
            if let Some(method) = operation.method() {
                assert_eq!(writes, method != "GET", "{name} {}", operation.name());
            }
            assert!(writes || !operation.uses_queue(), "{name} {}", operation.name());
        }
    }
}

#[test]
fn message_and_session_operations_use_queues() {
    let mehery = Platform::get("mehery").unwrap();
    let using: Vec<_> =
        mehery.operations().filter(|o| o.uses_queue()).map(|o| o.name().to_string()).collect();
    assert_eq!(
        using,
        [
            "message.send",
            "message.push",
            "session.routing",
            "session.close",
            "session.resolve",
            "session.messages"
        ]
    );
}

fn rejection(platform: &str, operation: &str, call: &Call<'_>) -> (&'static str, Option<usize>) {
    let error = Platform::get(platform).unwrap().request(operation, call).unwrap_err();
    (error.code(), error.offset())
}

/// Returns a valid call of MeherY's `message.send`.
fn valid_call(credentials: &Credentials) -> Call<'_> {
    Call { variables: &[("domain", "abcorp")], credentials: Some(credentials), ..Call::default() }
}

#[test]
fn a_given_app_id_is_sent() {
    let credentials = key("k").with_app_id("a");
    let request = Platform::get("mehery")
        .unwrap()
        .request("config.channels", &valid_call(&credentials))
        .unwrap();
    assert_eq!(
        headers(&request),
        [("x-api-key", "k"), ("x-api-id", "a"), ("accept", "application/json")]
    );
}

#[test]
fn extra_headers_come_last_in_the_given_order() {
    let credentials = key("k");
    let call = Call {
        headers: &[("X-Trace", "2".into()), ("idempotency-key", "1".into())],
        body: Some(b"{}"),
        ..valid_call(&credentials)
    };
    let request = Platform::get("mehery").unwrap().request("message.send", &call).unwrap();
    let names: Vec<_> = headers(&request).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["x-api-key", "accept", "content-type", "X-Trace", "idempotency-key"]);
}

#[test]
fn bodies_are_sent_with_their_content_type() {
    let credentials = key("k").with_token(Secret::new("t"));
    let platform = Platform::get("vchatcloud").unwrap();
    let form = Call {
        variables: &[("roomId", "r")],
        body: Some(b"nickName=a&notice=b"),
        credentials: Some(&credentials),
        ..Call::default()
    };
    let request = platform.request("notice.send", &form).unwrap();
    assert!(headers(&request).contains(&("content-type", "application/x-www-form-urlencoded")));

    // If the type is not published, the caller specifies it.
    let custom = Call { headers: &[("Content-Type", "text/plain".into())], ..form };
    let request = platform.request("custom.send", &custom).unwrap();
    assert_eq!(headers(&request).last(), Some(&("Content-Type", "text/plain")));
    let error = platform.request("notice.send", &custom).unwrap_err();
    assert_eq!(error.code(), "platform.duplicate_header");
}

#[test]
fn a_form_body_is_form_urlencoded() {
    let credentials = key("k").with_token(Secret::new("t"));
    let vchatcloud = Platform::get("vchatcloud").unwrap();
    let call = Call {
        variables: &[("roomId", "r")],
        form: Some(&[("nickName", "a b&c"), ("notice", "é=+*~"), ("notice", "")]),
        credentials: Some(&credentials),
        ..Call::default()
    };
    let request = vchatcloud.request("notice.send", &call).unwrap();
    let body = b"nickName=a+b%26c&notice=%C3%A9%3D%2B*%7E&notice=";
    assert_eq!(request.body.as_deref(), Some(body.as_slice()));
    assert!(headers(&request).contains(&("content-type", "application/x-www-form-urlencoded")));

    // If the vendor does not publish the type of the body, a form is still sent as a form.
    let request = vchatcloud.request("custom.send", &call).unwrap();
    assert!(headers(&request).contains(&("content-type", "application/x-www-form-urlencoded")));
    let empty = Call { form: Some(&[]), ..call };
    assert_eq!(vchatcloud.request("notice.send", &empty).unwrap().body.as_deref(), Some(&b""[..]));
}

#[test]
fn field_length_limits_count_characters_and_are_exact() {
    let credentials = key("k").with_token(Secret::new("t"));
    let send = |name: &str, value: &str| {
        let form = [(name, value)];
        let call =
            Call { variables: &[("roomId", "r")], form: Some(&form), ..valid_call(&credentials) };
        let request = Platform::get("vchatcloud").unwrap().request("notice.send", &call);
        request.map_err(|error| (error.code(), error.offset()))
    };
    for (name, most) in [("nickName", 50), ("notice", 100)] {
        for (letter, width) in [("a", 1), ("가", 3), ("😀", 4)] {
            assert!(send(name, &letter.repeat(most)).is_ok(), "{name} {letter}");
            let rejection = send(name, &letter.repeat(most + 1)).unwrap_err();
            assert_eq!(
                rejection,
                ("platform.field_too_long", Some(most * width)),
                "{name} {letter}"
            );
        }
    }
    assert!(send("nickname", &"a".repeat(51)).is_ok(), "a field without a limit was rejected");
    let encoded = [b"notice=".as_slice(), "a".repeat(101).as_bytes()].concat();
    let call =
        Call { variables: &[("roomId", "r")], body: Some(&encoded), ..valid_call(&credentials) };
    assert!(Platform::get("vchatcloud").unwrap().request("notice.send", &call).is_ok());
}

#[test]
fn two_bodies_and_a_body_of_the_wrong_kind_are_rejected() {
    let credentials = key("k").with_token(Secret::new("t"));
    let form = Call { form: Some(&[("a", "b")]), ..valid_call(&credentials) };
    assert_eq!(rejection("mehery", "message.send", &form).0, "platform.wrong_body");
    assert_eq!(rejection("mehery", "config.channels", &form).0, "platform.unexpected_body");
    let both = Call { body: Some(b"a=b"), variables: &[("roomId", "r")], ..form };
    assert_eq!(rejection("vchatcloud", "notice.send", &both).0, "platform.two_bodies");
}

#[test]
fn a_call_may_select_another_scheme() {
    let sceyt = Platform::get("sceyt").unwrap();
    let credentials = key("h.p.s").with_app_id("8lwox2ge93");
    let call = Call {
        variables: &[("apiUrl", "api.example"), ("appId", "8lwox2ge93")],
        credentials: Some(&credentials),
        scheme: Some("client"),
        ..Call::default()
    };
    let request = sceyt.request("user.list", &call).unwrap();
    assert_eq!(headers(&request), [("Authorization", "Bearer h.p.s"), ("app-id", "8lwox2ge93")]);
    let server = Call { scheme: Some("server"), ..call };
    assert_eq!(
        headers(&sceyt.request("user.list", &server).unwrap()),
        [("Platform-Api-Key", "h.p.s")]
    );
    let unknown = Call { scheme: Some("Client"), ..call };
    assert_eq!(rejection("sceyt", "user.list", &unknown).0, "platform.unknown_scheme");
    let alone = key("h.p.s");
    let without = Call { credentials: Some(&alone), ..call };
    assert_eq!(rejection("sceyt", "user.list", &without).0, "header.missing");
}

#[test]
fn an_operation_with_a_fixed_scheme_accepts_no_other() {
    let credentials = key("k").with_token(Secret::new("t"));
    let call = Call { credentials: Some(&credentials), scheme: Some("pair"), ..Call::default() };
    assert_eq!(rejection("vchatcloud", "token.issue", &call).0, "platform.fixed_scheme");
    let own = Call { scheme: Some("token"), ..call };
    assert!(Platform::get("vchatcloud").unwrap().request("token.issue", &own).is_ok());
}

#[test]
fn missing_unknown_duplicate_and_invalid_variables_are_rejected() {
    let credentials = key("k");
    let call = valid_call(&credentials);
    let with = |variables| Call { variables, ..call };
    for (variables, expected) in [
        (&[][..], ("platform.missing_variable", None)),
        (&[("domain", "a"), ("room", "b")], ("platform.unknown_variable", None)),
        (&[("domain", "a"), ("domain", "a")], ("url.duplicate_variable", None)),
        (&[("domain", "a.b")], ("url.malformed_label", Some(1))),
    ] {
        assert_eq!(rejection("mehery", "message.send", &with(variables)), expected);
    }
}

#[test]
fn a_room_id_cannot_reach_another_resource() {
    let credentials = key("k").with_token(Secret::new("t"));
    for (id, expected) in [
        ("", ("url.empty_segment", Some(0))),
        (".", ("url.dot_segment", Some(0))),
        ("..", ("url.dot_segment", Some(0))),
        ("%2e%2E", ("url.dot_segment", Some(0))),
        ("a\\b", ("url.backslash", Some(1))),
        ("a\r\nb", ("url.control_character", Some(1))),
    ] {
        let variables = [("roomId", id)];
        let call =
            Call { variables: &variables, credentials: Some(&credentials), ..Call::default() };
        assert_eq!(rejection("vchatcloud", "room.delete", &call), expected, "{id:?}");
    }
}

#[test]
fn credentials_are_required_and_must_match_the_scheme() {
    let call = Call { variables: &[("roomId", "r")], ..Call::default() };
    let expected = ("platform.missing_credentials", None);
    assert_eq!(rejection("vchatcloud", "room.get", &call), expected);
    let alone = key("k");
    let call = Call { credentials: Some(&alone), ..call };
    assert_eq!(rejection("vchatcloud", "room.get", &call).0, "header.missing");
    let broken = key("a\r\nb").with_token(Secret::new("t"));
    let call = Call { credentials: Some(&broken), ..call };
    assert!(rejection("vchatcloud", "room.get", &call).0.starts_with("header."));
}

#[test]
fn an_operation_that_takes_no_body_rejects_a_body() {
    let credentials = key("k");
    let call = Call { body: Some(b""), ..valid_call(&credentials) };
    assert_eq!(rejection("mehery", "config.channels", &call), ("platform.unexpected_body", None));
}

#[test]
fn forbidden_duplicate_and_malformed_extra_headers_are_rejected() {
    let credentials = key("k");
    for (name, value, code) in [
        ("X-Api-Key", "a", "platform.credential_header"),
        ("x_api_key", "a", "platform.credential_header"),
        ("Authorization", "a", "platform.credential_header"),
        ("cookie", "a", "platform.credential_header"),
        ("x-api-id", "a", "platform.credential_header"),
        ("host", "other.example", "platform.framing_header"),
        ("Content-Length", "0", "platform.framing_header"),
        ("content_length", "0", "platform.framing_header"),
        ("TRANSFER-ENCODING", "chunked", "platform.framing_header"),
        ("Connection", "x-api-key", "platform.framing_header"),
        ("ACCEPT", "a", "platform.duplicate_header"),
        ("", "a", "platform.malformed_header_name"),
        ("a b", "a", "platform.malformed_header_name"),
        ("a:", "a", "platform.malformed_header_name"),
        ("ä", "a", "platform.malformed_header_name"),
        ("x-note", "a\r\nx-api-key: b", "header.malformed_value"),
        ("x-note", "a\0", "header.malformed_value"),
    ] {
        let extra = [(name, value.into())];
        let call = Call { headers: &extra, ..valid_call(&credentials) };
        assert_eq!(rejection("mehery", "message.send", &call).0, code, "{name:?}");
    }
    let call = Call {
        headers: &[("x-note", "a".into()), ("X_Note", "b".into())],
        ..valid_call(&credentials)
    };
    assert_eq!(rejection("mehery", "message.send", &call).0, "platform.duplicate_header");
}

#[test]
fn an_extra_header_is_sensitive_because_of_its_value_or_its_name() {
    let (credentials, value) = (key("k"), HeaderValue::sensitive("s3cr3t").unwrap());
    for (name, text) in [
        ("x-signature", HeaderText::from(&value)),
        ("private-token", "s3cr3t".into()),
        ("X-Amz-Security-Token", "s3cr3t".into()),
        ("password", "s3cr3t".into()),
    ] {
        let call = Call { headers: &[(name, text)], ..valid_call(&credentials) };
        let request = Platform::get("mehery").unwrap().request("message.send", &call).unwrap();
        let (last, value) = request.headers.last().unwrap();
        assert_eq!((last.as_str(), value.reveal(), value.is_sensitive()), (name, "s3cr3t", true));
        assert!(!format!("{call:?} {request:?}").contains("s3cr3t"));
    }
}

#[test]
fn extra_headers_cannot_be_credential_headers_of_a_custom_platform() {
    let platform = Platform::from_json(
        r#"{"name": "acme", "base": "https://acme.example/",
            "schemes": {"server": {"slots": [{"header": "x-acme", "holds": "key"}]}},
            "webhook": {"token_header": "x-acme-verify"},
            "token": {"operation": "a.get", "header": "x-acme-session"},
            "operations": [{"name": "a.get", "method": "GET", "path": "a", "access": "read"}]}"#,
    )
    .unwrap();
    let credentials = key("k");
    for name in ["X_Acme", "X-Acme-Session", "x_acme_verify"] {
        let extra = [(name, "a".into())];
        let call = Call { headers: &extra, credentials: Some(&credentials), ..Call::default() };
        let error = platform.request("a.get", &call).unwrap_err();
        assert_eq!(error.code(), "platform.credential_header", "{name}");
    }
}

#[test]
fn the_limits_of_header_names_and_urls_are_exact() {
    let credentials = key("k");
    for (length, is_valid) in [(256, true), (257, false)] {
        let name = "a".repeat(length);
        let extra = [(name.as_str(), "b".into())];
        let call = Call { headers: &extra, ..valid_call(&credentials) };
        let request = Platform::get("mehery").unwrap().request("message.send", &call);
        assert_eq!(request.is_ok(), is_valid, "{length}");
    }
    // "https://api.mottasl.ai/v1/agent" and "?q=" are 31 and 3 bytes long.
    for (length, is_valid) in [(65536 - 34, true), (65536 - 33, false)] {
        let value = "a".repeat(length);
        let query = [("q", value.as_str())];
        let call = Call { query: &query, credentials: Some(&credentials), ..Call::default() };
        let request = Platform::get("azeer").unwrap().request("agent.get", &call);
        assert_eq!(request.is_ok(), is_valid, "{length}");
        if let Err(error) = request {
            assert_eq!(error.code(), "url.too_long");
        }
    }
}

#[test]
fn unknown_platforms_and_operations_are_rejected() {
    let credentials = key("k");
    assert_eq!(Platform::get("acme").unwrap_err().code(), "platform.unknown");
    let rejection = rejection("mehery", "message.fly", &valid_call(&credentials));
    assert_eq!(rejection, ("platform.unknown_operation", None));
}

#[test]
fn no_secret_is_printed() {
    let credentials = key("s3cr3t").with_token(Secret::new("s3cr3t"));
    let call = Call {
        variables: &[("domain", "abcorp")],
        query: &[("q", "s3cr3t")],
        headers: &[],
        body: Some(b"s3cr3t"),
        form: Some(&[("a", "s3cr3t")]),
        credentials: Some(&credentials),
        scheme: None,
    };
    let printed = format!("{call:?} {call:#?}");
    assert!(!printed.contains("s3cr3t"), "{printed}");
    let call = Call { form: None, ..call };
    let request = Platform::get("mehery").unwrap().request("message.send", &call).unwrap();
    for printed in [format!("{call:?}"), format!("{call:#?}"), format!("{request:?}")] {
        assert!(!printed.contains("s3cr3t"), "{printed}");
    }
}

proptest! {
    #[test]
    fn no_variable_changes_another_part_of_the_url(id in any::<String>(), message in any::<String>()) {
        let credentials = key("k");
        let variables = [("apiUrl", "api.example"), ("appId", "a"), ("id", &id), ("messageId", &message)];
        let call = Call { variables: &variables, credentials: Some(&credentials), ..Call::default() };
        if let Ok(request) = Platform::get("sceyt").unwrap().request("message.delete", &call) {
            let path = request.url.strip_prefix("https://api.example/v1/a/channels/").unwrap();
            let segments: Vec<_> = path.split('/').collect();
            let [first, "messages", last] = segments.as_slice() else { panic!("{path}") };
            prop_assert_eq!(keyrail_url::decode(first).unwrap(), id);
            prop_assert_eq!(keyrail_url::decode(last).unwrap(), message);
        }
    }
}
