//! Tests the schema of platforms. Each test document differs from a built-in platform in one value.

use keyrail::Document;
use keyrail::platform::Platform;
use serde_json::{Value, json};

fn built_in(name: &str) -> Value {
    serde_json::from_str(Platform::document(name).unwrap()).unwrap()
}

#[test]
fn every_built_in_platform_is_valid() {
    let schema = super::validator(Document::Platform);
    for name in Platform::names() {
        let errors: Vec<_> =
            schema.iter_errors(&built_in(name)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

/// Each case sets the value at a pointer of a valid document.
#[test]
fn the_schema_and_the_reader_reject_the_same_documents() {
    let schema = super::validator(Document::Platform);
    for (pointer, value, is_valid) in [
        ("/version", json!(1), true),
        ("/version", json!(2), false),
        ("/name", json!(""), false),
        ("/base", json!("http://a/"), false),
        ("/accept", json!(7), false),
        ("/schemes", json!({}), false),
        ("/schemes/pair/slots/0/holds", json!("kee"), false),
        ("/schemes/pair/slots/0/header", json!("a b"), false),
        ("/schemes/pair/slots/0/token68", json!(true), true),
        ("/schemes/pair/slots", json!([]), false),
        ("/schemes/pair/lenient", json!([{"slots": [{"header": "k", "holds": "key"}]}]), true),
        ("/schemes/pair/alternatives", json!([{}]), false),
        ("/shapes/key", json!([]), false),
        ("/shapes/key/0/separator", json!("--"), false),
        ("/shapes/key/0/groups", json!([]), false),
        ("/shapes/key/0/groups/0/length", json!(0), false),
        ("/scopes", json!([{"name": "read", "access": "read"}]), true),
        ("/scopes", json!([{"name": "read", "access": "all"}]), false),
        ("/expiry", json!({"never": true}), true),
        ("/expiry", json!({"days": [0]}), false),
        ("/expiry", json!({"weeks": 1}), false),
        ("/webhook", json!({"token_header": "x-verify-token", "events": ["a"]}), true),
        ("/webhook", json!({"token_header": "x verify"}), false),
        ("/webhook", json!({"events": [""]}), false),
        ("/response/success/at", json!("result_cd"), false),
        ("/response/success/is", json!(1.5), false),
        ("/response/success/is", json!("1"), true),
        ("/response/errors", json!([{"code": "1", "failure": "broken"}]), false),
        ("/response/errors", json!([{"code": 1, "failure": "server"}]), false),
        ("/response/pagination", json!({"next": "/links/next"}), true),
        ("/response/pagination", json!({"nxet": "/links/next"}), false),
        ("/token", json!({"operation": "token.issue"}), false),
        ("/token", json!({"operation": "token.issue", "body": "/a~2"}), false),
        ("/token", json!({"operation": "token.issue", "body": "/a~1"}), true),
        ("/operations/0/access", json!("admin"), true),
        ("/operations/0/access", json!("owner"), false),
        ("/operations/0/method", json!("get"), false),
        ("/operations/0/path", json!("/token"), false),
        ("/operations/0/body", json!("xml"), false),
        ("/operations/0/limits", json!({"notice": 100}), true),
        ("/operations/0/limits", json!({"notice": 65_536}), true),
        ("/operations/0/limits", json!({"notice": 65_537}), false),
        ("/operations/0/limits", json!({"notice": 0}), false),
        ("/operations/0/limits", json!({"notice": "100"}), false),
        ("/operations/0/limits", json!(["notice"]), false),
        ("/operations/0/base", json!("https://login.example/"), true),
        ("/operations/0/base", json!("login.example"), false),
        ("/operations/0/paht", json!("token"), false),
        ("/color", json!("red"), false),
    ] {
        let mut document = built_in("vchatcloud");
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        document.pointer_mut(parent).unwrap()[member] = value.clone();
        assert_eq!(schema.is_valid(&document), is_valid, "schema: {pointer} {value}");
        let read = Platform::from_json(&document.to_string());
        assert_eq!(read.is_ok(), is_valid, "reader: {pointer} {value} {read:?}");
    }
}
