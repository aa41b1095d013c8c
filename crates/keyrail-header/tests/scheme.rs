//! Tests of the configuration of schemes, of challenges and of responses.

use keyrail_core::{MAX_HEADER_VALUE, Problem};
use keyrail_header::{Scheme, problem, render};

fn faults(text: &str) -> Vec<(&'static str, String)> {
    let error = Scheme::from_json(text).unwrap_err();
    error.faults().iter().map(|fault| (fault.code(), fault.pointer().into())).collect()
}

fn fault(text: &str) -> (&'static str, String) {
    let [fault] = faults(text).try_into().unwrap();
    fault
}

#[test]
fn built_in_schemes_equal_their_configuration() {
    let word = r#"{"slots": [{"header": "Authorization", "word": "x-api-key", "holds": "key"}]}"#;
    assert_eq!(Scheme::from_json(word).unwrap(), Scheme::authorization("x-api-key").unwrap());
    let pair = r#"{"version": 1, "slots": [{"header": "X-AUTH-TOKEN", "holds": "token"},
                                           {"header": "API_KEY", "holds": "key", "optional": false}]}"#;
    assert_eq!(Scheme::from_json(pair).unwrap(), Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap());
    assert_eq!(Scheme::header("x-api-key").unwrap(), Scheme::x_api_key());
}

#[test]
fn header_names_and_scheme_words_must_be_tokens() {
    for text in ["", "a b", "a:b", "é", "a\r\n", "a\"", "a,b", "a/b"] {
        assert_eq!(Scheme::header(text).unwrap_err().code(), "header.malformed_name", "{text:?}");
        assert_eq!(Scheme::pair("a", text).unwrap_err().code(), "header.malformed_name");
        assert_eq!(Scheme::authorization(text).unwrap_err().code(), "header.malformed_word");
    }
    assert!(Scheme::header(&"a".repeat(256)).is_ok());
    assert!(Scheme::header(&"a".repeat(257)).is_err());
}

#[test]
fn two_slots_cannot_share_a_header_or_a_part() {
    assert_eq!(Scheme::pair("x-key", "X_Key").unwrap_err().code(), "header.same_header");
    let header =
        r#"{"slots": [{"header": "a-b", "holds": "key"}, {"header": "A_B", "holds": "token"}]}"#;
    assert_eq!(fault(header), ("header.same_header", "/slots/1/header".into()));
    let part = r#"{"slots": [{"header": "a", "holds": "key"}, {"header": "b", "holds": "key"}]}"#;
    assert_eq!(fault(part), ("header.same_part", "/slots/1/holds".into()));
}

#[test]
fn every_form_must_have_a_required_key() {
    assert_eq!(fault(r#"{"slots": []}"#), ("header.no_key", "/slots".into()));
    let token = r#"{"slots": [{"header": "a", "holds": "key"}],
                    "lenient": [{"slots": [{"header": "b", "holds": "token"}]}]}"#;
    assert_eq!(fault(token), ("header.no_key", "/lenient/0/slots".into()));
    let optional = r#"{"slots": [{"header": "a", "holds": "key", "optional": true}]}"#;
    assert_eq!(fault(optional), ("header.optional_key", "/slots/0/optional".into()));
}

#[test]
fn a_header_must_hold_the_same_part_in_every_form() {
    let text = r#"{"slots": [{"header": "a", "holds": "key"}, {"header": "b-c", "holds": "token"}],
                   "lenient": [{"slots": [{"header": "d", "holds": "key"}]},
                               {"slots": [{"header": "B_C", "holds": "key"}]}]}"#;
    assert_eq!(fault(text), ("header.conflicting_part", "/lenient/1".into()));
}

#[test]
fn every_fault_is_listed_once() {
    let text = r#"{"slots": [{"header": "a b", "holds": "kee"}, 3, {"header": "a", "hold": "token"}],
                   "lenient": [{"slot": []}, {"slots": [{"header": "x", "holds": "key", "word": ""}]}]}"#;
    let expected = [
        ("header.malformed_name", "/slots/0/header"),
        ("config.unknown_value", "/slots/0/holds"),
        ("config.wrong_type", "/slots/1"),
        ("config.unknown_member", "/slots/2"),
        ("config.missing_member", "/slots/2"),
        ("config.unknown_member", "/lenient/0"),
        ("config.missing_member", "/lenient/0"),
        ("header.malformed_word", "/lenient/1/slots/0/word"),
    ];
    assert_eq!(faults(text), expected.map(|(code, pointer)| (code, pointer.into())));
}

#[test]
fn header_names_are_listed_once_and_documented_ones_first() {
    let text = r#"{"slots": [{"header": "b", "holds": "token"}, {"header": "a", "holds": "key"}],
                   "lenient": [{"slots": [{"header": "A", "holds": "key"}, {"header": "c", "holds": "app_id"}]}]}"#;
    let scheme = Scheme::from_json(text).unwrap();
    assert_eq!(scheme.header_names().collect::<Vec<_>>(), ["a", "b", "c"]);
}

#[test]
fn a_challenge_contains_the_scheme_and_the_quoted_realm() {
    let challenge = |scheme: Scheme, realm| scheme.challenge(realm).unwrap();
    assert_eq!(challenge(Scheme::authorization("Basic").unwrap(), ""), r#"Basic realm="""#);
    assert_eq!(challenge(Scheme::bearer(), r#"a\"b"#), r#"Bearer realm="a\\\"b""#);
    assert_eq!(challenge(Scheme::header("Authorization").unwrap(), "r"), r#"ApiKey realm="r""#);
    let custom = r#"{"slots": [{"header": "x-auth", "word": "Token", "holds": "key"}]}"#;
    assert_eq!(challenge(Scheme::from_json(custom).unwrap(), "r"), r#"ApiKey realm="r""#);
}

#[test]
fn control_and_non_ascii_characters_in_a_realm_are_rejected() {
    for (realm, code, offset) in [
        ("a\r\nb", "header.control", 1),
        ("\0", "header.control", 0),
        ("aé", "header.non_ascii", 1),
    ] {
        let error = Scheme::bearer().challenge(realm).unwrap_err();
        assert_eq!((error.code(), error.offset()), (code, Some(offset)));
    }
}

#[test]
fn a_challenge_is_limited_to_the_header_value_length() {
    let longest = "a".repeat(MAX_HEADER_VALUE - r#"Bearer realm="""#.len());
    assert_eq!(Scheme::bearer().challenge(&longest).unwrap().len(), MAX_HEADER_VALUE);
    for realm in [longest + "a", "a".repeat(9000), "\\".repeat(MAX_HEADER_VALUE / 2)] {
        let error = Scheme::bearer().challenge(&realm).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("header.too_long", Some(MAX_HEADER_VALUE)));
    }
}

#[test]
fn a_missing_credential_is_401_with_a_challenge() {
    let scheme = Scheme::bearer();
    let no_headers: [(&str, &str); 0] = [];
    let response = render(&problem(&scheme.extract(&no_headers).unwrap_err()), &scheme, "desk");
    let headers: Vec<_> =
        response.headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    let expected = [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("www-authenticate", r#"Bearer realm="desk""#),
    ];
    assert_eq!((response.status, headers.as_slice()), (401, expected.as_slice()));
    let body = String::from_utf8(response.body.unwrap()).unwrap();
    let expected = concat!(
        r#"{"type":"about:blank","title":"Unauthorized","status":401,"detail":"missing "#,
        r#"header: send it with the credential (header Authorization)","code":"header.missing"}"#,
    );
    assert_eq!(body, expected);
}

#[test]
fn a_malformed_credential_is_400_without_a_challenge() {
    let scheme = Scheme::x_api_key();
    for headers in [&[("x-api-key", "a,b")][..], &[("x-api-key", "a"), ("x_api_key", "a")]] {
        let response = render(&problem(&scheme.extract(headers).unwrap_err()), &scheme, "desk");
        assert_eq!((response.status, response.headers.len()), (400, 2));
    }
}

#[test]
fn a_401_has_a_challenge_even_with_an_invalid_realm() {
    let problem = Problem::new(401, "access.invalid_key", "\"\n").unwrap();
    let response = render(&problem, &Scheme::x_api_key(), "a\nb");
    assert_eq!(response.headers[2].1.reveal(), r#"ApiKey realm="""#);
    let body = String::from_utf8(response.body.unwrap()).unwrap();
    assert!(body.contains(r#""detail":"\"\n","code""#), "{body}");
}
