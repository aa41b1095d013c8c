//! The facts that the vendors publish about their keys, webhooks and responses, and the
//! faults of documents with invalid facts.

use keyrail_platform::{ExpiryPolicy, FailureKind, OperationAccess, Platform};

fn faults(member: &str) -> Vec<(&'static str, String)> {
    let text = format!(
        r#"{{"name": "acme", "base": "https://acme.example/",
             "schemes": {{"server": {{"slots": [{{"header": "x-acme", "holds": "key"}}]}}}},
             "operations": [{{"name": "a.get", "access": "read"}}], {member}}}"#
    );
    let error = Platform::from_json(&text).unwrap_err();
    error.faults().iter().map(|fault| (fault.code(), fault.pointer().to_string())).collect()
}

#[test]
fn azeer_keys_have_two_scopes_and_never_expire() {
    let azeer = Platform::get("azeer").unwrap();
    let scopes: Vec<_> = azeer.scopes().map(|s| (s.name(), s.access())).collect();
    assert_eq!(scopes, [("read", OperationAccess::Read), ("read_write", OperationAccess::Admin)]);
    assert_eq!(azeer.expiry(), Some(&ExpiryPolicy::Never));
    assert!(azeer.operations().all(|o| azeer.scopes().any(|scope| scope.allows(o.access()))));
}

#[test]
fn swellsign_keys_have_a_chosen_expiry() {
    let swellsign = Platform::get("swellsign").unwrap();
    let expiry = ExpiryPolicy::Chosen { days: vec![30, 60, 90], custom: true };
    assert_eq!(swellsign.expiry(), Some(&expiry));
    assert_eq!(swellsign.scopes().count(), 0, "the document has a scope");
}

#[test]
fn unpublished_facts_are_absent() {
    for name in ["mehery", "sceyt", "vchatcloud"] {
        let platform = Platform::get(name).unwrap();
        assert_eq!((platform.expiry(), platform.scopes().count()), (None, 0), "{name}");
    }
    for name in ["sceyt", "vchatcloud", "swellsign"] {
        assert_eq!(Platform::get(name).unwrap().webhook(), None, "{name}");
    }
}

#[test]
fn the_mehery_webhook_has_a_static_token_and_named_events() {
    let mehery = Platform::get("mehery").unwrap();
    let webhook = mehery.webhook().unwrap();
    assert_eq!(webhook.token_header(), Some("x-verify-token"));
    assert_eq!(webhook.types().collect::<Vec<_>>(), ["messages", "actions", "events", "statuses"]);
    assert_eq!(webhook.events().count(), 12);
    assert!(webhook.events().any(|event| event == "SESSION_ROUTED"));
    assert_eq!(webhook.statuses().collect::<Vec<_>>(), ["READ", "DLVRD", "SENT", "FAILD", "DELTD"]);
}

#[test]
fn the_azeer_webhook_has_events_and_no_known_token() {
    let azeer = Platform::get("azeer").unwrap();
    let webhook = azeer.webhook().unwrap();
    assert_eq!((webhook.token_header(), webhook.events().count()), (None, 11));
    assert!(webhook.events().any(|event| event == "message_status_changed"));
}

#[test]
fn sceyt_error_codes_map_to_failure_kinds() {
    let sceyt = Platform::get("sceyt").unwrap();
    for (code, kind) in [
        ("40000", FailureKind::Invalid),
        ("1020", FailureKind::Unauthenticated),
        ("1021", FailureKind::Unauthenticated),
        ("1302", FailureKind::Unauthenticated),
        ("40103", FailureKind::Unauthenticated),
        ("40105", FailureKind::Forbidden),
        ("40106", FailureKind::Forbidden),
        ("40301", FailureKind::Forbidden),
        ("40400", FailureKind::NotFound),
        ("42900", FailureKind::RateLimited),
    ] {
        assert_eq!(sceyt.response().failure_of(code), Some(kind), "{code}");
    }
    assert_eq!(sceyt.response().errors().count(), 10);
    assert_eq!(sceyt.response().failure_of("40"), None);
}

#[test]
fn the_vchatcloud_token_is_issued_by_an_operation() {
    let vchatcloud = Platform::get("vchatcloud").unwrap();
    let token = vchatcloud.token().unwrap();
    assert_eq!((token.operation(), token.header()), ("token.issue", Some("X-AUTH-TOKEN")));
    for name in ["mehery", "sceyt", "azeer", "swellsign"] {
        assert_eq!(Platform::get(name).unwrap().token(), None, "{name}");
    }
}

#[test]
fn access_levels_are_ordered() {
    assert!(OperationAccess::Read < OperationAccess::Write);
    assert!(OperationAccess::Write < OperationAccess::Admin);
    let mehery = Platform::get("mehery").unwrap();
    assert_eq!(mehery.operation("config.webhook").unwrap().access().as_str(), "admin");
}

#[test]
fn an_operation_may_have_its_own_base() {
    let text = r#"{"name": "acme", "base": "https://{region}.acme.example/v1/",
        "schemes": {"server": {"slots": [{"header": "x-acme", "holds": "key"}]}},
        "operations": [{"name": "login", "method": "POST", "path": "login", "access": "write",
                        "base": "https://{tenant}.login.example"}]}"#;
    let platform = Platform::from_json(text).unwrap();
    let operation = platform.operation("login").unwrap();
    assert_eq!(operation.base(), Some("https://{tenant}.login.example"));
    assert_eq!(operation.variables().collect::<Vec<_>>(), ["tenant"]);
    let credentials = crate::key("k");
    let call = keyrail_platform::Call {
        variables: &[("tenant", "t1")],
        credentials: Some(&credentials),
        ..Default::default()
    };
    let request = platform.request("login", &call).unwrap();
    assert_eq!(request.url, "https://t1.login.example/login");
}

#[test]
fn faults_in_facts_have_pointers() {
    for (member, code, pointer) in [
        (r#""expiry": {}"#, "platform.malformed_expiry", "/expiry"),
        (r#""expiry": {"never": false}"#, "platform.malformed_expiry", "/expiry"),
        (r#""expiry": {"never": true, "custom": true}"#, "platform.malformed_expiry", "/expiry"),
        (r#""expiry": {"days": [60, 30]}"#, "platform.malformed_expiry", "/expiry/days/1"),
        (r#""expiry": {"days": [30, 30]}"#, "platform.malformed_expiry", "/expiry/days/1"),
        (r#""expiry": {"days": [36501]}"#, "platform.malformed_expiry", "/expiry/days/0"),
        (r#""expiry": {"days": 30}"#, "config.wrong_type", "/expiry/days"),
        (r#""expiry": {"days": [true, 30]}"#, "config.wrong_type", "/expiry/days/0"),
        (
            r#""webhook": {"token_header": "a b"}"#,
            "platform.malformed_header_name",
            "/webhook/token_header",
        ),
        (r#""response": {"code": "code"}"#, "platform.malformed_pointer", "/response/code"),
        (r#""response": {"data": ["/a", ""]}"#, "platform.malformed_pointer", "/response/data/1"),
        (r#""response": {"success": {"at": "/a"}}"#, "config.missing_member", "/response/success"),
        (
            r#""response": {"success": {"at": "/a", "is": null}}"#,
            "config.wrong_type",
            "/response/success/is",
        ),
        (r#""token": {"operation": "a.get"}"#, "platform.no_token_place", "/token"),
        (
            r#""token": {"operation": "a.put", "header": "t"}"#,
            "platform.unknown_operation",
            "/token/operation",
        ),
    ] {
        assert_eq!(faults(member), [(code, pointer.into())], "{member}");
    }
    assert_eq!(
        faults(r#""expiry": {"days": [90, 30, 0, 91]}"#),
        [
            ("platform.malformed_expiry", "/expiry/days/1".into()),
            ("platform.malformed_expiry", "/expiry/days/2".into()),
        ]
    );
    let repeated = r#""scopes": [{"name": "a", "access": "read"}, {"name": "a", "access": "write"}],
        "response": {"errors": [{"code": "1", "failure": "server"}, {"code": "1", "failure": "invalid"}]}"#;
    assert_eq!(
        faults(repeated),
        [
            ("platform.duplicate_code", "/response/errors/1/code".into()),
            ("platform.duplicate_scope", "/scopes/1/name".into()),
        ]
    );
}
