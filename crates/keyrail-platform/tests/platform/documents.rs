//! Documents of custom platforms, and their faults.

use keyrail_platform::{BodyKind, Platform};

/// Returns a document with these `operations`.
fn document(operations: &str) -> String {
    format!(
        r#"{{"version": 1, "name": "acme", "base": "https://{{region}}.acme.example/v1",
             "schemes": {{"server": {{"slots": [{{"header": "x-acme", "holds": "key"}}]}}}},
             "operations": {operations}}}"#
    )
}

fn faults(text: &str) -> Vec<(&'static str, String)> {
    let error = Platform::from_json(text).unwrap_err();
    error.faults().iter().map(|fault| (fault.code(), fault.pointer().to_string())).collect()
}

fn operation_faults(operations: &str) -> Vec<(&'static str, String)> {
    faults(&document(operations))
}

#[test]
fn an_operation_has_the_values_of_its_document() {
    let platform = Platform::from_json(&document(
        r#"[{"name": "room.get", "method": "PATCH", "path": "rooms/{room}/", "access": "write",
             "body": "form", "queue": true, "scheme": "server"}, {"name": "a.get", "access": "read"}]"#,
    ))
    .unwrap();
    let operation = platform.operation("room.get").unwrap();
    assert_eq!((operation.method(), operation.path()), (Some("PATCH"), Some("rooms/{room}/")));
    assert_eq!((operation.access().as_str(), operation.body()), ("write", BodyKind::Form));
    assert_eq!((operation.uses_queue(), operation.scheme()), (true, Some("server")));
    assert_eq!(operation.variables().collect::<Vec<_>>(), ["region", "room"]);
    assert_eq!(platform.scheme_of(operation), platform.scheme());

    let bare = platform.operation("a.get").unwrap();
    assert_eq!((bare.method(), bare.path(), bare.body()), (None, None, BodyKind::None));
    assert!(!bare.uses_queue());
    assert_eq!(
        bare.variables().collect::<Vec<_>>(),
        ["region"],
        "an operation without a path lacks the variables of the base"
    );
}

#[test]
fn the_vchatcloud_token_operation_has_its_own_scheme() {
    let platform = Platform::get("vchatcloud").unwrap();
    let operation = platform.operation("token.issue").unwrap();
    let names: Vec<_> = platform.scheme_of(operation).header_names().collect();
    assert_eq!(names, ["API_KEY"]);
    let names: Vec<_> = platform.scheme().header_names().collect();
    assert_eq!(names, ["API_KEY", "X-AUTH-TOKEN"]);
}

#[test]
fn an_invalid_operation_path_is_rejected() {
    for (path, code) in [
        ("", "platform.malformed_path"),
        ("/rooms", "platform.malformed_path"),
        ("a//b", "platform.malformed_path"),
        ("../rooms", "url.dot_segment"),
        ("rooms/%2e%2e", "url.dot_segment"),
        ("rooms?q=1", "url.query"),
        ("rooms#a", "url.fragment"),
        ("rooms/{+room}", "url.unsupported_operator"),
        ("rooms/{room", "url.malformed_template"),
        ("räume", "url.non_ascii"),
    ] {
        let list = format!(r#"[{{"name": "a", "path": "{path}", "access": "read"}}]"#);
        assert_eq!(operation_faults(&list), [(code, "/operations/0/path".into())], "{path}");
    }
    let list = r#"[{"name": "a", "path": "rooms/..", "access": "read"}]"#;
    let error = Platform::from_json(&document(list)).unwrap_err();
    assert!(error.faults()[0].message().ends_with("(at byte 6)"), "{error}");
}

#[test]
fn every_fault_is_listed_with_its_pointer() {
    let list = r#"[{"access": "read"}, {"name": "a", "access": "read"},
        {"name": "a", "access": "owner"}, {"name": "a", "access": "read", "scheme": "client"},
        {"name": "b", "access": "read", "method": "get", "body": "xml", "paht": "x"}]"#;
    assert_eq!(
        operation_faults(list),
        [
            ("config.missing_member", "/operations/0".into()),
            ("config.unknown_value", "/operations/2/access".into()),
            ("config.unknown_value", "/operations/4/method".into()),
            ("config.unknown_value", "/operations/4/body".into()),
            ("config.unknown_member", "/operations/4".into()),
            ("platform.duplicate_operation", "/operations/3/name".into()),
            ("platform.unknown_scheme", "/operations/3/scheme".into()),
        ]
    );
}

#[test]
fn name_base_schemes_and_operations_are_required() {
    assert_eq!(faults("{}"), vec![("config.missing_member", String::new()); 4]);
    let text = r#"{"name": "a", "base": "http://a/", "schemes": {}, "operations": []}"#;
    assert_eq!(
        faults(text),
        [("url.scheme", "/base".into()), ("platform.no_scheme", "/schemes".into())]
    );
    let text = r#"{"name": "a", "base": "https://a/", "accept": "a\nb",
        "schemes": {"s": {"slots": []}}, "operations": []}"#;
    let codes: Vec<_> = faults(text).into_iter().collect();
    assert_eq!(codes[0], ("header.malformed_value", "/accept".into()));
    assert!(codes[1].0.starts_with("header.") && codes[1].1.starts_with("/schemes/s"), "{codes:?}");
}

#[test]
fn an_invalid_scheme_is_still_known_by_its_name() {
    let text = r#"{"name": "a", "base": "https://a/", "schemes": {"s": {"slots": 1}},
        "operations": [{"name": "a", "access": "read", "scheme": "s"}]}"#;
    assert!(faults(text).iter().all(|(code, _)| *code != "platform.unknown_scheme"));
}

#[test]
fn values_of_a_part_without_a_shape_are_never_unusual() {
    let vchatcloud = Platform::get("vchatcloud").unwrap();
    let key = "abcdef-ABCDEF-012345-a1b2c3-20240101000000";
    assert_eq!(key.len(), 42);
    assert!(!vchatcloud.is_unusual("key", key));
    assert!(vchatcloud.is_unusual("key", "abcdef"));
    assert!(!vchatcloud.is_unusual("room_id", "abcdefghij-a1b2c3d4e5-20240101000000"));
    assert!(!vchatcloud.is_unusual("client_key", "a1b2c3d4e5"));
    assert!(!vchatcloud.is_unusual("client_key", "8f14e45f-ceea-467f-a0e6-d4a1c5b9e0f2"));
    assert!(!vchatcloud.is_unusual("app_id", "anything"));
    let sceyt = Platform::get("sceyt").unwrap();
    assert!(!sceyt.is_unusual("key", "anything"), "a part without a shape is reported as unusual");

    let mehery = Platform::get("mehery").unwrap();
    assert!(!mehery.is_unusual("key", "whatever it is"));
    assert!(!mehery.is_unusual("channel_id", "wa360:919876543210"));
    assert!(mehery.is_unusual("channel_id", "wa360"));
}

#[test]
fn every_invalid_limit_and_shape_is_a_fault_with_its_pointer() {
    let list = r#"[{"name": "a", "access": "read", "body": "form",
        "limits": {"a": 0, "b": 70000, "c/d": -1, "e": 1}}]"#;
    assert_eq!(
        operation_faults(list),
        [
            ("platform.malformed_limit", "/operations/0/limits/a".into()),
            ("platform.malformed_limit", "/operations/0/limits/b".into()),
            ("platform.malformed_limit", "/operations/0/limits/c~1d".into()),
        ]
    );
    let with_shapes = |shapes: &str| {
        let document = document("[]");
        faults(&format!(r#"{}, "shapes": {shapes}}}"#, document.strip_suffix('}').unwrap()))
    };
    assert_eq!(
        with_shapes(
            r#"{"a": [], "key": [
                {"groups": [{"characters": "hex", "length": 0}, {"characters": "hex"}]},
                {"groups": []}]}"#
        ),
        [
            ("platform.malformed_shape", "/shapes/key/0/groups/0/length".into()),
            ("platform.malformed_shape", "/shapes/key/0".into()),
            ("platform.malformed_shape", "/shapes/key/1/groups".into()),
            ("platform.no_shape", "/shapes/a".into()),
        ]
    );
    let faulty = [("config.wrong_type", "/shapes/key/0".into())];
    assert_eq!(
        with_shapes(r#"{"key": [7]}"#),
        faulty,
        "a list whose only shape is invalid is also reported as empty"
    );
}

#[test]
fn the_base_and_its_variables_are_returned() {
    let platform = Platform::from_json(&document("[]")).unwrap();
    assert_eq!(platform.base(), "https://{region}.acme.example/v1");
    assert_eq!(platform.variables().collect::<Vec<_>>(), ["region"]);
    let base = platform.base_url(&[("region", "eu")]).unwrap();
    assert_eq!(base.as_str(), "https://eu.acme.example/v1/");
}

#[test]
fn a_built_in_document_can_be_modified_and_parsed() {
    for name in Platform::names() {
        let document = Platform::document(name).unwrap();
        assert_eq!(Platform::from_json(document).unwrap(), Platform::get(name).unwrap());
    }
    let document = Platform::document("azeer").unwrap();
    let modified = document.replace("https://", "https://proxy.example/");
    assert_ne!(modified, document);
    assert!(Platform::from_json(&modified).unwrap().base().starts_with("https://proxy.example/"));
    assert_eq!(Platform::document("acme").unwrap_err().code(), "platform.unknown");
}
