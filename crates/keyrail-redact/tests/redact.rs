//! Examples of text that the redactor replaces, and of text that it leaves unchanged.

use std::borrow::Cow;

use keyrail_key::KeyFormat;
use keyrail_redact::{
    CREDENTIAL_HEADERS, CREDENTIAL_NAMES, Confidence, FindingKind, REDACT_WINDOW, Redactor,
};

/// The key that `tests/vectors/key_reference.py` generates from 32 zero bytes.
const KEY: &str = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";
const MASKED: &str = "kr_live_aLmC4Qopbu0c_••••••••";
/// The token of RFC 7515, appendix A.1, without line breaks.
const JWT: &str = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

fn redactor() -> Redactor {
    Redactor::new([KeyFormat::keyrail(), KeyFormat::hex40(), KeyFormat::jwt()]).unwrap()
}

/// Checks the redacted text of each case, for the whole text and for a stream. `KEY` and `MASKED`
/// stand for a key and its mask.
fn check(cases: &[(&str, &str)]) {
    let redactor = redactor();
    for (text, want) in cases {
        let text = text.replace("KEY", KEY);
        let want = want.replace("MASKED", MASKED);
        assert_eq!(redactor.redact(&text), want, "{text}");
        assert_eq!(redactor.redact(&want), want, "redacted twice: {text}");
        let mut stream = redactor.stream();
        let mut out: Vec<u8> = text.bytes().flat_map(|byte| stream.push([byte])).collect();
        out.extend(stream.finish());
        assert_eq!(String::from_utf8_lossy(&out), want, "byte by byte: {text}");
    }
}

/// Checks that nothing is found in the texts, and that they are returned unchanged.
fn check_unchanged(texts: &[&str]) {
    let cases: Vec<_> = texts.iter().map(|text| (*text, *text)).collect();
    check(&cases);
    for text in texts {
        let text = text.replace("KEY", KEY);
        let text = text.as_str();
        assert!(redactor().find(text).is_empty(), "{text}");
        assert!(matches!(redactor().redact(text), Cow::Borrowed(_)), "{text}");
    }
}

#[test]
fn a_key_is_found_in_every_position() {
    check(&[
        ("KEY", "MASKED"),
        ("the key KEY was used", "the key MASKED was used"),
        ("(KEY)", "(MASKED)"),
        ("<KEY>", "<MASKED>"),
        ("xKEY", "xMASKED"),
        ("KEY.", "MASKED."),
        ("KEY, KEY", "MASKED, MASKED"),
        (r"\nKEY\n", r"\nMASKED\n"),
        ("%20KEY%20", "%20MASKED%20"),
        ("ключ KEY—", "ключ MASKED—"),
    ]);
}

#[test]
fn a_token_that_is_not_a_valid_key_is_redacted_to_its_end() {
    check(&[
        ("KEYx next", "•••••••• next"),
        ("KEY-x.y~z+a/b=c next", "•••••••• next"),
        ("https://h/KEY/next?a=b", "https://h/••••••••?a=b"),
        ("kr_live_aLmC4Qopbu0c_hE5vBAJ7M", "••••••••"),
        ("kr_live_aLmC4Qop", "••••••••"),
        ("kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgs", "••••••••"),
        ("kr_prod_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr", "••••••••"),
        ("••••••••KEY", "••••••••MASKED"),
        ("KEY••••••••", "••••••••"),
        ("kr_live_••••••••realsecret", "••••••••"),
    ]);
    check_unchanged(&["kr_live_", "kr_live_short", "kr_name", "kr_some_table_name", "KR_LIVE_X"]);
}

#[test]
fn an_escaped_key_is_found() {
    check(&[
        ("kr%5Flive%5FaLmC4Qopbu0c%5FhE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr&a", "MASKED&a"),
        ("kr%255flive%255faLmC4Qopbu0c%255fhE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr", "MASKED"),
        (r"kr\u005flive\u005faLmC4Qopbu0c\u005fhE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr", "MASKED"),
        (r"kr_live_aLmC4Qopbu0c\/hE5vBAJ7M x", "•••••••• x"),
        ("KEY%26next", "MASKED%26next"),
        ("KEY%0Anext", "MASKED%0Anext"),
    ]);
}

#[test]
fn all_credential_headers_are_redacted_in_both_spellings() {
    for name in CREDENTIAL_HEADERS.iter().filter(|name| !name.contains("cookie")) {
        for name in [name.to_string(), name.to_ascii_uppercase().replace('-', "_")] {
            for separator in [": ", ":", "=", " = "] {
                let text = format!("a {name}{separator}0123456789abcdef b");
                let want = format!("a {name}{separator}••••••••");
                let redacted = redactor().redact(&text).into_owned();
                assert!(redacted.starts_with(&want), "{redacted}");
            }
        }
    }
}

#[test]
fn values_of_all_credential_names_are_redacted() {
    for name in CREDENTIAL_NAMES.iter().filter(|name| !name.contains("cookie")) {
        check(&[
            (&format!(r#"{{"{name}": "hunter2!,;&"}}"#), &format!(r#"{{"{name}": "••••••••"}}"#)),
            (&format!("my.{name}=hunter2"), &format!("my.{name}=••••••••")),
        ]);
    }
}

#[test]
fn an_unquoted_value_ends_before_the_next_delimiter() {
    check(&[
        ("x-api-key: abc\r\naccept: x", "x-api-key: ••••••••\r\naccept: x"),
        ("x-api-key: abc, accept: x", "x-api-key: ••••••••, accept: x"),
        ("x-api-key: abc accept: x", "x-api-key: •••••••• accept: x"),
        ("-H 'x-api-key: abc' -v", "-H 'x-api-key: ••••••••' -v"),
        (r#"-H "x-api-key: abc" -v"#, r#"-H "x-api-key: ••••••••" -v"#),
        ("{token=abc}", "{token=••••••••}"),
        ("f(token=abc)", "f(token=••••••••)"),
        ("[token=abc]", "[token=••••••••]"),
        ("token=abc;b", "token=••••••••;b"),
        ("token=a(b)c)", "token=••••••••)"),
        ("<a token=abc>", "<a token=••••••••>"),
        ("token: abc.", "token: ••••••••."),
        ("token=a:b=c#d/e@f%g", "token=••••••••"),
        ("password=пароль", "password=••••••••"),
        (r#"{"m":"token: abc\nnext"}"#, r#"{"m":"token: ••••••••\nnext"}"#),
        (r#"{"u":"?token=abc\u0026next=1"}"#, r#"{"u":"?token=••••••••\u0026next=1"}"#),
        (r#""?token=abc\" d"#, r#""?token=••••••••\" d"#),
        ("token=\nabc", "token=\nabc"),
        ("token == abc", "token == ••••••••"),
        (":token => abc", ":token => ••••••••"),
        ("token := abc", "token := ••••••••"),
    ]);
}

#[test]
fn a_quoted_value_ends_at_its_closing_quote() {
    check(&[
        (r#"{"api_key": "a b,c"}"#, r#"{"api_key": "••••••••"}"#),
        (r#"{"api_key":"a\"b\\","x":1}"#, r#"{"api_key":"••••••••","x":1}"#),
        ("{'x-api-key': 'v w'}", "{'x-api-key': '••••••••'}"),
        ("{b'x-api-key': b'v'}", "{b'x-api-key': b'••••••••'}"),
        (r#"{"api_key" : 12345678}"#, r#"{"api_key" : "••••••••"}"#),
        (r#""{\"api_key\": \"a\\\"b\"}""#, r#""{\"api_key\": \"••••••••\"}""#),
        (r#"\\\"token\\\":\\\"a\\\\\\\"b\\\""#, r#"\\\"token\\\":\\\"••••••••\\\""#),
        (r"\u0022token\u0022:\u0022abc\u0022}", r"\u0022token\u0022:\u0022••••••••\u0022}"),
        (r"\x22token\x22:\x22abc\x22}", r"\x22token\x22:\x22••••••••\x22}"),
        (r#"token\u003d\"abc\""#, r#"token\u003d\"••••••••\""#),
        ("%22token%22%3A%22a%20b%22%7D", "%22token%22%3A%22••••••••%22%7D"),
        (r#"headers["x-api-key"] = "abc""#, r#"headers["x-api-key"] = "••••••••""#),
        ("password: \"abc\nnext", "password: \"••••••••\nnext"),
        ("password='it''s', a='b'", "password='••••••••', a='b'"),
        (r#"password="a\\""b""#, r#"password="••••••••""#),
        ("password = \"\"\"abc\"\"\"", "password = \"\"\"••••••••\"\"\""),
        (r#"password="" a="b""#, r#"password="" a="b""#),
        (r#"password: Some("abc")"#, r#"password: Some("••••••••")"#),
        (r#"key: ApiKey, secret: S::new("abc")"#, r#"key: ApiKey, secret: S::new("••••••••")"#),
    ]);
}

#[test]
fn lists_of_values_are_fully_redacted() {
    check(&[
        (
            r#"{"api_keys": ["a", "b"], "c": 1}"#,
            r#"{"api_keys": ["••••••••", "••••••••"], "c": 1}"#,
        ),
        (
            "\"secrets\": [\n  \"a\",\n  \"b\"\n]",
            "\"secrets\": [\n  \"••••••••\",\n  \"••••••••\"\n]",
        ),
        (
            r#"{"tokens": 5, "secrets": ["a", null, "b"], "c": "d"}"#,
            r#"{"tokens": 5, "secrets": ["••••••••", null, "••••••••"], "c": "d"}"#,
        ),
        ("map[X-Api-Key:[a b] Accept:[c]]", "map[X-Api-Key:[••••••••] Accept:[c]]"),
        (
            r#"{"Authorization": ["Bearer a", "Bearer b"]}"#,
            r#"{"Authorization": ["Bearer ••••••••", "Bearer ••••••••"]}"#,
        ),
    ]);
}

#[test]
fn pairs_in_a_header_list_are_found() {
    check(&[
        (r#"[("x-api-key", "v"), ("a", "b")]"#, r#"[("x-api-key", "••••••••"), ("a", "b")]"#),
        (r#"[["x-api-key","v"]]"#, r#"[["x-api-key","••••••••"]]"#),
        ("[(b'X-Api-Key', b'v')]", "[(b'X-Api-Key', b'••••••••')]"),
        (
            "['Host', 'h', 'Authorization', 'Bearer v']",
            "['Host', 'h', 'Authorization', 'Bearer ••••••••']",
        ),
        (r#"[[\"x-api-key\",\"v\"]]"#, r#"[[\"x-api-key\",\"••••••••\"]]"#),
    ]);
    check_unchanged(&[
        r#"["accept", "x-api-key", "authorization", "app-id"]"#,
        r#"("user", "password")"#,
        r#"("user", "password", "value")"#,
        r#"{"grant_type": "password", "user": "a"}"#,
        r#"{"name": "db password", "value": "a"}"#,
    ]);
}

#[test]
fn a_json_colon_may_have_line_breaks_on_both_sides() {
    check(&[
        ("{\"api_key\":\n  \"v w\"}", "{\"api_key\":\n  \"••••••••\"}"),
        ("{\"api_key\":\r\n\t\"v\", \"a\": 1}", "{\"api_key\":\r\n\t\"••••••••\", \"a\": 1}"),
        ("{\"api_key\"\n  : \"v\"}", "{\"api_key\"\n  : \"••••••••\"}"),
        ("{\"api_key\"\r\n:\r\n\"v\"}", "{\"api_key\"\r\n:\r\n\"••••••••\"}"),
        ("{'password'\n:'v'}", "{'password'\n:'••••••••'}"),
        ("{\"Authorization\":\n\"Bearer v\"}", "{\"Authorization\":\n\"Bearer ••••••••\"}"),
        ("\"token\":\n\"it ends here", "\"token\":\n\"••••••••"),
        ("\"token\":\n\"KEY\"", "\"token\":\n\"MASKED\""),
        // JSON inside JSON, and JSON in a query parameter.
        (r#""{\"token\":\n \"v\"}""#, r#""{\"token\":\n \"••••••••\"}""#),
        (r#""{\"token\"\n:\"v\"}""#, r#""{\"token\"\n:\"••••••••\"}""#),
        (r#""{\"token\"\r\n\t: \"v\"}""#, r#""{\"token\"\r\n\t: \"••••••••\"}""#),
        (r#"\\\"token\\\":\\n\\\"v\\\""#, r#"\\\"token\\\":\\n\\\"••••••••\\\""#),
        ("%22token%22%0A%3A%0A%22v%22%7D", "%22token%22%0A%3A%0A%22••••••••%22%7D"),
        // A string with white space is not a name, and neither is a string before two colons.
        ("token:\n\"a b\": c", "token:\n\"••••••••\": c"),
        ("token =\n  'v'::text", "token =\n  '••••••••'::text"),
    ]);
}

#[test]
fn a_list_may_begin_on_the_next_line() {
    check(&[
        (
            "{\"api_keys\":\n [\n \"a\",\n \"b\"]}",
            "{\"api_keys\":\n [\n \"••••••••\",\n \"••••••••\"]}",
        ),
        ("\"secrets\"\n:\n[[\n\"a\"]]", "\"secrets\"\n:\n[[\n\"••••••••\"]]"),
        ("\"secrets\": [\n [\n \"a\"\n ]\n]", "\"secrets\": [\n [\n \"••••••••\"\n ]\n]"),
        ("password = (\n    \"a\"\n)", "password = (\n    \"••••••••\"\n)"),
        (
            "[\"\", \"secrets\": [\"a\",\n null,\n \"b\"]",
            "[\"\", \"secrets\": [\"••••••••\",\n null,\n \"••••••••\"]",
        ),
        (
            r#""{\"secrets\": [\n \"a\",\n \"b\"\n]}""#,
            r#""{\"secrets\": [\n \"••••••••\",\n \"••••••••\"\n]}""#,
        ),
        // A truncated list extends neither over a name nor over a line without quotes.
        ("\"secrets\": [\"a\",\nHost: h", "\"secrets\": [\"••••••••\",\nHost: h"),
        (
            "\"secrets\": [\"a\",\n\"token\":\n\"b\"",
            "\"secrets\": [\"••••••••\",\n\"token\":\n\"••••••••\"",
        ),
        (
            "\"secrets\": [\"a\",\n{\"token\":\n\"b\"}",
            "\"secrets\": [\"••••••••\",\n{\"token\":\n\"••••••••\"}",
        ),
        ("\"secrets\": [\"a\",\n \"b\nc", "\"secrets\": [\"••••••••\",\n \"••••••••\nc"),
        ("\"secrets\": [\"\", \"b\"]", "\"secrets\": [\"\", \"••••••••\"]"),
    ]);
}

#[test]
fn the_parts_of_a_pair_may_be_on_separate_lines() {
    check(&[
        (
            "{\"name\":\n\"x-api-key\"\n,\n\"value\"\n:\n\"v\"}",
            "{\"name\":\n\"x-api-key\"\n,\n\"value\"\n:\n\"••••••••\"}",
        ),
        ("[\n\"x-api-key\" ,\n\"v\"\n]", "[\n\"x-api-key\" ,\n\"••••••••\"\n]"),
        (
            r#"{"name": "DB_PASSWORD", "value": "v"}, {"name": "a", "value": "b"}"#,
            r#"{"name": "DB_PASSWORD", "value": "••••••••"}, {"name": "a", "value": "b"}"#,
        ),
        (r#"[\"x-api-key\"\n,\"v\"]"#, r#"[\"x-api-key\"\n,\"••••••••\"]"#),
    ]);
}

#[test]
fn a_name_on_the_next_line_is_not_a_value() {
    check(&[
        ("x-api-key:\n\"token\": \"v\"", "x-api-key:\n\"token\": \"••••••••\""),
        ("\"a token\":\n\"api_key\"\n:\n\"v\"", "\"a token\":\n\"api_key\"\n:\n\"••••••••\""),
        (
            "Authorization: [\n[(b'x-api-key', b'v')]",
            "Authorization: [\n[(b'x-api-key', b'••••••••')]",
        ),
        ("token:\n'db.password'='v'", "token:\n'db.password'='••••••••'"),
        ("token=\n[\"password\"] = \"v\"", "token=\n[\"password\"] = \"••••••••\""),
        ("token:\n(\"x-api-key\", \"v\")", "token:\n(\"x-api-key\", \"••••••••\")"),
        ("token%3A%0A%22password%22%3A%22v%22", "token%3A%0A%22password%22%3A%22••••••••%22"),
    ]);
    check_unchanged(&[
        "x-api-key:\r\nHost: h",
        "\"token\":\nbare",
        "\"token\":\n\"no quote closes\nthis",
        "\"token\":\n{\"a\": \"b\"}",
        "\"token\":\n\"\"",
        "x-api-key\n: v",
        "\"token\"\n=====",
        // The quote after the line break closes the string that contains the line break. It does
        // not open a value.
        r#"{"m": "x-api-key:\r\n", "a": "b"}"#,
        r#"{"m": "token:\n", "a": "b", "c": "d"}"#,
        "?a=token%3A%0A\" b \"",
    ]);
}

#[test]
fn only_the_scheme_of_an_authorization_header_remains() {
    check(&[
        ("Authorization: Bearer abc\r\n", "Authorization: Bearer ••••••••\r\n"),
        ("authorization:bearer abc", "authorization:bearer ••••••••"),
        ("Authorization: x-api-key KEY", "Authorization: x-api-key MASKED"),
        ("Authorization: KEY", "Authorization: MASKED"),
        ("Authorization: abc def", "Authorization: ••••••••"),
        ("Authorization: Basic YTpi= x", "Authorization: Basic •••••••• x"),
        ("Authorization: Bearer a, Accept: b", "Authorization: Bearer ••••••••, Accept: b"),
        ("Authorization: Strange a b, Accept: b", "Authorization: ••••••••, Accept: b"),
        ("Authorization: x-api-key a, x-api-key b", "Authorization: x-api-key ••••••••"),
        (
            "Authorization: Digest username=\"u\", response=\"r\"\r\nA: b",
            "Authorization: Digest ••••••••\r\nA: b",
        ),
        (
            r#"-H "Authorization: Digest username=\"u\", response=\"r\"" -v"#,
            r#"-H "Authorization: Digest ••••••••" -v"#,
        ),
        (r#"-H "Authorization: Bearer YWI=" -v"#, r#"-H "Authorization: Bearer ••••••••" -v"#),
        (r#"{"Authorization": "Token token=\"a\""}"#, r#"{"Authorization": "Token ••••••••"}"#),
        ("Authorization: Bearer \"a b\", Accept: b", "Authorization: Bearer ••••••••, Accept: b"),
        ("'Authorization: Bearer \"a b\"' -v", "'Authorization: Bearer ••••••••' -v"),
        ("X-Auth-Token: Bearer 'a b'", "X-Auth-Token: Bearer '••••••••'"),
        ("Proxy-Authorization: Basic YTpi", "Proxy-Authorization: Basic ••••••••"),
        ("Authorization%3A%20Bearer%20abc%0D%0A", "Authorization%3A%20Bearer%20••••••••%0D%0A"),
        ("?authorization=Bearer%20abc&b=c", "?authorization=••••••••&b=c"),
        ("sent Bearer 0123456789abcdef to", "sent Bearer •••••••• to"),
        ("Bearer%200123456789abcdef", "Bearer%20••••••••"),
    ]);
    check_unchanged(&[
        "Authorization: Bearer",
        r#"-H "Authorization: Bearer " -v"#,
        r#"["Authorization: Bearer ", "a"]"#,
        "a Bearer of news",
        r#"WWW-Authenticate: Bearer error_description="x""#,
        "forbearer 0123456789abcdef",
    ]);
}

#[test]
fn cookies_are_redacted_to_the_end_of_the_line() {
    check(&[
        ("Cookie: a=b; c=d\r\nA: b", "Cookie: ••••••••\r\nA: b"),
        ("Set-Cookie: a=b; Path=/; HttpOnly", "Set-Cookie: ••••••••"),
        ("-H 'cookie: a=b; c=d' -v", "-H 'cookie: ••••••••' -v"),
        (r#"{"cookie": "a=b; c=d"}"#, r#"{"cookie": "••••••••"}"#),
    ]);
}

#[test]
fn a_query_parameter_ends_at_the_next_one() {
    check(&[
        ("GET /?token=abc&a=b HTTP/1.1", "GET /?token=••••••••&a=b HTTP/1.1"),
        ("/?a=b&api_key=c", "/?a=b&api_key=••••••••"),
        ("?u=%3Fapi_key%3Dvalue%26next", "?u=%3Fapi_key%3D••••••••%26next"),
        ("api_key%253Dvalue%2526next", "api_key%253D••••••••%2526next"),
        ("x-api-key%3A%20value%0D%0Anext", "x-api-key%3A%20••••••••%0D%0Anext"),
        ("user%5Bpassword%5D=abc&a=b", "user%5Bpassword%5D=••••••••&a=b"),
        ("user[password]=abc&a=b", "user[password]=••••••••&a=b"),
    ]);
}

#[test]
fn passwords_in_urls_are_redacted_and_short_user_names_remain() {
    check(&[
        ("https://user:pass@host/p", "https://user:••••••••@host/p"),
        ("https://token@host/p", "https://••••••••@host/p"),
        ("https://token:@host/p", "https://••••••••:@host/p"),
        ("https://a:b@c@host", "https://a:••••••••@host"),
        ("https://0123456789abcdef0123:x@host", "https://••••••••@host"),
        ("https://KEY@host", "https://MASKED@host"),
        (r"https:\/\/user:pass@host\/p", r"https:\/\/user:••••••••@host\/p"),
        ("u=https%3A%2F%2Fuser%3Apass%40host%2Fp", "u=https%3A%2F%2Fuser%3A••••••••%40host%2Fp"),
        ("postgres://u:p%40w@h/db", "postgres://u:••••••••@h/db"),
    ]);
    check_unchanged(&[
        "https://host:80/a@b",
        "https://host?a@b",
        "mailto:a@b.c",
        "https://host",
        "a:// b@c",
    ]);
}

#[test]
fn webhook_secrets_and_jwts_are_found_without_a_name() {
    check(&[
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw x", "•••••••• x"),
        ("'whsk_MfKQ9r8GKY=='", "'••••••••'"),
    ]);
    let redactor = redactor();
    assert_eq!(redactor.redact(&format!("a {JWT} b")), "a •••••••• b");
    assert_eq!(redactor.redact(&format!("/{JWT}.")), "/••••••••.");
    let encrypted = "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..iv.text.tag";
    assert_eq!(redactor.redact(encrypted), "••••••••");
    check_unchanged(&[
        "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "com.KeyJsonSerializerBean.a.b.c",
        "whsec_",
    ]);
}

#[test]
fn private_keys_are_fully_redacted_in_every_form() {
    let body = "MIICdgIBADANBgkqhkiG9w0BAQEFAASC\nAmAwggJcAgEAAoGBAKj34GkxFhD90vcN\nLYLInFEX6Ppy";
    let key = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----");
    let redactor = redactor();
    let check = |text: &str, want: &str| {
        assert_eq!(redactor.redact(text), want, "{text}");
        assert_eq!(redactor.redact(want), want, "redacted twice: {text}");
    };
    check(&format!("a\n{key}\nb"), "a\n••••••••\nb");
    let ec = key.replace("PRIVATE", "EC PRIVATE");
    check(&format!("{ec}{ec}"), "••••••••••••••••");
    let json = key.replace('\n', "\\n");
    check(&format!(r#"{{"k": "{json}\n"}}"#), r#"{"k": "••••••••\n"}"#);
    check(&format!(r#"{{"private_key": "{json}\n"}}"#), r#"{"private_key": "••••••••"}"#);
    check(&format!("private_key: {key}\nb"), "private_key: ••••••••\nb");
    check(&format!("KEY=\"{key}\"\nb"), "KEY=\"••••••••\"\nb");
    check(&format!("PRIVATE_KEY=\"{key}\"\nb"), "PRIVATE_KEY=\"••••••••\"\nb");
    let (cut, _) = key.split_once("\n-----END").unwrap();
    check(cut, "••••••••");
    check(&format!("{cut}\n{{\"a\": 1}}"), "••••••••\n{\"a\": 1}");
    check(&format!("{cut}\npassword='a b'"), "••••••••\npassword='••••••••'");
    check("-----BEGIN PRIVATE KEY-----\npassword='a b'", "••••••••\npassword='••••••••'");
    let query = key.replace(' ', "+").replace('\n', "%0A");
    check(&format!("k={query}&a=b"), "k=••••••••&a=b");
    let armored = key.replace("PRIVATE KEY", "PGP PRIVATE KEY BLOCK");
    check(&armored, "••••••••");
    let public = key.replace("PRIVATE", "PUBLIC");
    check(&public, &public);
    check("the line -----BEGIN PRIVATE KEY----- opens it", "the line •••••••• opens it");
}

#[test]
fn a_key_without_a_prefix_is_redacted_only_after_a_name() {
    let commit = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
    check_unchanged(&[commit, &format!("commit {commit}"), "5f0c2b5e-8a51-4c5b-9d3e-7a0b1c2d3e4f"]);
    check(&[(&format!("Authorization: x-api-key {commit}"), "Authorization: x-api-key ••••••••")]);
}

#[test]
fn complete_masks_are_left_unchanged() {
    check_unchanged(&[
        "x-api-key: ••••••••",
        "x-api-key: ********, a",
        r#"{"token": "••••••••"}"#,
        "Authorization: Bearer ••••••••",
        "kr_live_8f3k2m9q1x7c_••••••••.",
        "api_key=kr_live_8f3k2m9q1x7c_********&a",
        "https://u:••••••••@h/",
    ]);
    check(&[
        ("token: ••••••••realsecret", "token: ••••••••"),
        ("token: realsecret••••••••", "token: ••••••••"),
        ("token=••••••••,realsecret", "token=••••••••,realsecret"),
    ]);
}

#[test]
fn a_string_without_secrets_is_unchanged() {
    check_unchanged(&[
        "",
        "203.0.113.7 - - [10/Jul/2026:13:55:36 +0000] \"GET /a/b?page=2&sort=name HTTP/1.1\" 200 2326 \"https://example.com/start\" \"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)\"",
        r#"{"token": null, "secret": "", "password": false, "key": "a", "max_tokens": 100}"#,
        "let x = token::parse();",
        r#"{"token": {"expires": 5}}"#,
        "-----BEGIN CERTIFICATE-----\nMIICdgIBADANBgkqhkiG9w0BAQEFAASC\n-----END CERTIFICATE-----",
        "webhook-signature: v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=",
        "https://example.com/a:b//c",
    ]);
}

#[test]
fn findings_have_offsets_kind_format_and_confidence() {
    let redactor = redactor();
    let text = format!("a {KEY} x-api-key: {KEY} token={} ?token=b c {JWT}", &KEY[..50]);
    let found: Vec<_> = redactor
        .find(&text)
        .iter()
        .map(|found| {
            let length = found.end() - found.start();
            let format = found.format().map(str::to_owned);
            (found.start(), length, found.kind(), format, found.confidence())
        })
        .collect();
    let format = |name: &str| Some(name.to_owned());
    let value = 2 + KEY.len() + " x-api-key: ".len();
    let member = value + KEY.len() + " token=".len();
    let query = member + 50 + " ?token=".len();
    assert_eq!(
        found,
        [
            (2, KEY.len(), FindingKind::Key, format("keyrail"), Confidence::Verified),
            (value, KEY.len(), FindingKind::Header, format("keyrail"), Confidence::Verified),
            (member, 50, FindingKind::Member, None, Confidence::Named),
            (query, 1, FindingKind::Query, None, Confidence::Named),
            (query + 4, JWT.len(), FindingKind::Jwt, format("jwt"), Confidence::Shaped),
        ]
    );
}

#[test]
fn the_mask_can_be_ascii() {
    let redactor = redactor().with_ascii_mask();
    let text = format!("{KEY} token=abc");
    let want = "kr_live_aLmC4Qopbu0c_******** token=********";
    assert_eq!(redactor.redact(&text), want);
    assert_eq!(redactor.redact(want), want);
    assert_eq!(self::redactor().redact(want), want);
}

#[test]
fn bytes_need_not_be_utf8() {
    let redactor = redactor();
    let redacted = redactor.redact_bytes(b"\xff token=\xfe\xfd \xff");
    assert_eq!(&*redacted, [b"\xff token=", "••••••••".as_bytes(), b" \xff"].concat());
    assert!(matches!(redactor.redact_bytes(b"\xff\xfe"), Cow::Borrowed(_)));
    assert_eq!(redactor.find_bytes(b"\xff token=a")[0].start(), 8);
}

#[test]
fn each_item_of_a_batch_is_redacted() {
    assert_eq!(redactor().redact_batch(&["a", "token=b"]), ["a", "token=••••••••"]);
}

#[test]
fn values_around_the_window_length_are_redacted() {
    let redactor = redactor();
    for length in [REDACT_WINDOW - 1, REDACT_WINDOW, REDACT_WINDOW + 1, 3 * REDACT_WINDOW] {
        let long = "a".repeat(length);
        for (before, after) in [
            ("token=", "&b"),
            ("\"token\": \"", "\", \"b\""),
            ("Authorization: Strange ", "\nb"),
            ("kr_live_", " b"),
            ("Bearer ", " b"),
        ] {
            let text = format!("{before}{long}{after}");
            let redacted = redactor.redact(&text);
            assert!(redacted.ends_with(&format!("••••••••{after}")), "{before} {length}");
            assert!(!redacted.contains("aaaa"), "{before} {length}");
            assert_eq!(redactor.redact(&redacted), redacted);
            let mut stream = redactor.stream();
            let mut out: Vec<u8> =
                text.as_bytes().chunks(1000).flat_map(|chunk| stream.push(chunk)).collect();
            out.extend(stream.finish());
            assert_eq!(out, redacted.as_bytes(), "{before} {length}");
        }
    }
    // An authority and a JSON Web Token that do not end within the window are redacted too.
    let long = "a".repeat(REDACT_WINDOW + 1);
    assert_eq!(redactor.redact(&format!("https://{long}/b")), "https://••••••••/b");
    let header = "eyJ0eXAiOiJKV1Qi";
    assert_eq!(redactor.redact(&format!("{header}{long} b")), "•••••••• b");
    assert_eq!(redactor.redact(&format!("{header} b")), format!("{header} b"));
}

#[test]
fn a_stream_returns_complete_lines_immediately() {
    let mut stream = redactor().stream();
    assert_eq!(stream.push_text("GET / HTTP/1.1\n"), "GET / HTTP/1.1\n");
    assert_eq!(stream.push_text("x-api-key: abc\n"), "x-api-key: ••••••••\n");
    assert_eq!(stream.push_text("é"), "é");
    assert_eq!(stream.push("é".as_bytes().split_at(1).0), b"");
    assert_eq!(stream.push("é".as_bytes().split_at(1).1), "é".as_bytes());
    assert_eq!(stream.finish_text(), "");
}
