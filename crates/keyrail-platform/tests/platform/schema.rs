//! The JSON Schema: it is current, it takes the five platforms, and what it
//! refuses is refused by the reader too.

use jsonschema::Validator;
use keyrail_platform::{Platform, json_schema};
use serde_json::{Value, json};

const SHIPPED: &str = include_str!("../../platform.schema.json");

fn schema() -> Validator {
    jsonschema::draft202012::new(&serde_json::from_str(SHIPPED).unwrap()).unwrap()
}

fn built_in(name: &str) -> Value {
    let document = match name {
        "mehery" => include_str!("../../platforms/mehery.json"),
        "sceyt" => include_str!("../../platforms/sceyt.json"),
        "azeer" => include_str!("../../platforms/azeer.json"),
        "vchatcloud" => include_str!("../../platforms/vchatcloud.json"),
        "swellsign" => include_str!("../../platforms/swellsign.json"),
        "generic" => include_str!("../../platforms/generic.json"),
        _ => panic!("{name}"),
    };
    serde_json::from_str(document).unwrap()
}

#[test]
fn the_shipped_file_is_current() {
    assert_eq!(SHIPPED, json_schema(), "write it anew: cargo xtask schema");
}

#[test]
fn it_is_a_sound_schema_itself() {
    let schema: Value = serde_json::from_str(SHIPPED).unwrap();
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
}

#[test]
fn every_platform_that_is_built_in_is_valid() {
    for name in Platform::names() {
        let errors: Vec<_> =
            schema().iter_errors(&built_in(name)).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    }
}

/// What is put at a pointer of a good document, and whether it stays good.
#[test]
fn the_schema_and_the_reader_refuse_alike() {
    let schema = schema();
    for (pointer, value, is_good) in [
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
        assert_eq!(schema.is_valid(&document), is_good, "schema: {pointer} {value}");
        let read = Platform::from_json(&document.to_string());
        assert_eq!(read.is_ok(), is_good, "reader: {pointer} {value} {read:?}");
    }
}
