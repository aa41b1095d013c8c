//! Tests of `Scheme::apply`, and of `extract` on the headers that `apply` writes.

use keyrail_core::Secret;
use keyrail_header::{Credentials, Error, Scheme, Variant};
use proptest::prelude::*;

fn key(text: &str) -> Credentials {
    Credentials::new(Secret::new(text))
}

fn apply(scheme: &Scheme, credentials: &Credentials) -> Result<Vec<(String, String)>, Error> {
    let headers = scheme.apply(credentials)?;
    Ok(headers.into_iter().map(|(name, value)| (name, value.reveal().into())).collect())
}

fn error_of(scheme: &Scheme, credentials: &Credentials) -> (&'static str, Option<usize>) {
    let error = apply(scheme, credentials).unwrap_err();
    (error.code(), error.offset())
}

fn client() -> Scheme {
    Scheme::from_json(
        r#"{"slots": [{"header": "app-id", "holds": "app_id"},
                      {"header": "Authorization", "word": "Bearer", "holds": "key"}]}"#,
    )
    .unwrap()
}

fn schemes() -> Vec<Scheme> {
    let bare_or_foo = r#"{"slots": [{"header": "authorization", "holds": "key"}],
        "lenient": [{"slots": [{"header": "Authorization", "word": "Foo", "holds": "key"}]}]}"#;
    let token_or_bare = r#"{"slots": [{"header": "x-key", "word": "Foo", "holds": "key"},
                                      {"header": "x-token", "holds": "token", "optional": true}],
        "lenient": [{"slots": [{"header": "x-key", "holds": "key"}]}]}"#;
    vec![
        Scheme::x_api_key(),
        Scheme::bearer(),
        Scheme::authorization("x-api-key").unwrap(),
        Scheme::header("authorization").unwrap(),
        Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap(),
        client(),
        Scheme::from_json(bare_or_foo).unwrap(),
        Scheme::from_json(token_or_bare).unwrap(),
        Scheme::bearer().with_token68(),
        Scheme::any_of([Scheme::bearer(), Scheme::bare_authorization()]).unwrap(),
        Scheme::any_of([Scheme::x_api_key(), Scheme::bearer()]).unwrap(),
    ]
}

#[test]
fn the_key_header_comes_first_in_its_documented_spelling() {
    let headers = apply(&client(), &key("k").with_app_id("a1")).unwrap();
    let expected = [("Authorization", "Bearer k"), ("app-id", "a1")];
    assert_eq!(headers, expected.map(|(name, value)| (name.into(), value.into())));
}

#[test]
fn keys_and_tokens_are_sensitive_and_app_ids_are_not() {
    let pair = Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap();
    let credentials = key("hunter2").with_token(Secret::new("hunter2"));
    let headers = pair.apply(&credentials).unwrap();
    assert!(headers.iter().all(|(_, value)| value.is_sensitive()));
    assert!(!format!("{headers:?} {credentials:?}").contains("hunter2"));
    let headers = client().apply(&key("k").with_app_id("a1")).unwrap();
    assert_eq!(
        headers.iter().map(|(_, value)| value.is_sensitive()).collect::<Vec<_>>(),
        [true, false]
    );
}

#[test]
fn a_missing_required_part_is_rejected() {
    let error = client().apply(&key("k")).unwrap_err();
    assert_eq!((error.code(), error.header()), ("header.missing", Some("app-id")));
    let pair = Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap();
    assert_eq!(error_of(&pair, &key("k")), ("header.missing", None));
}

#[test]
fn a_part_without_a_slot_is_not_written() {
    let headers = apply(&Scheme::x_api_key(), &key("k").with_token(Secret::new("t"))).unwrap();
    assert_eq!(headers, [("x-api-key".into(), "k".into())]);
}

#[test]
fn malformed_values_are_rejected_at_their_offset() {
    for (text, code, offset) in [
        ("", "header.empty", 0),
        ("k\r\nx: y", "header.control", 1),
        ("k\n", "header.control", 1),
        ("k\0", "header.control", 1),
        ("k\r\n y", "header.obs_fold", 1),
        (" k", "header.white_space", 0),
        ("k ", "header.white_space", 1),
        ("k l", "header.white_space", 1),
        ("k,l", "header.list", 1),
        ("\"k\"", "header.quote", 0),
        ("ké", "header.non_ascii", 1),
    ] {
        assert_eq!(error_of(&Scheme::bearer(), &key(text)), (code, Some(offset)), "{text:?}");
        let app_id = key("k").with_app_id(text);
        assert_eq!(error_of(&client(), &app_id), (code, Some(offset)), "{text:?}");
    }
}

#[test]
fn a_bare_key_equal_to_a_scheme_word_is_rejected() {
    let bare = Scheme::header("Authorization").unwrap();
    assert_eq!(error_of(&bare, &key("basic")), ("header.unknown_scheme", Some(0)));
}

#[test]
fn the_length_limit_includes_the_scheme_word() {
    assert!(apply(&Scheme::x_api_key(), &key(&"k".repeat(8192))).is_ok());
    assert!(apply(&Scheme::bearer(), &key(&"k".repeat(8185))).is_ok());
    let long = key(&"k".repeat(8186));
    assert_eq!(error_of(&Scheme::bearer(), &long), ("header.too_long", Some(8185)));
}

proptest! {
    #[test]
    fn applied_credentials_are_extracted_unchanged(
        index in 0..11_usize,
        key in "[!-~]{1,12}|(?i:foo|bearer|basic|token)",
        part in "[!-~]{1,12}",
    ) {
        let scheme = &schemes()[index];
        let full = Credentials::new(Secret::new(key.as_str()))
            .with_token(Secret::new(part.as_str()))
            .with_app_id(part.as_str());
        let Ok(headers) = apply(scheme, &full) else { return Ok(()) };
        let extracted = scheme.extract(&headers).unwrap();
        prop_assert_eq!(extracted.key().reveal(), key);
        prop_assert!(extracted.token().is_none_or(|token| token.reveal() == part));
        prop_assert!(extracted.app_id().is_none_or(|id| id == part));
        prop_assert_eq!(extracted.variant(), Variant::AsDocumented);
        prop_assert_eq!(apply(scheme, &extracted).unwrap(), headers);
    }

    #[test]
    fn extracted_values_contain_only_allowed_characters(
        index in 0..11_usize,
        values in prop::collection::vec(prop::collection::vec(prop_oneof![
            any::<u8>(), Just(b' '), Just(b'\t'), Just(b','), Just(b'"'), b'a'..=b'z',
        ], 0..12), 3),
        word in prop_oneof![Just(""), Just("Bearer "), Just("foo  "), Just("x-api-key ")],
    ) {
        let scheme = &schemes()[index];
        let names: Vec<&str> = scheme.header_names().collect();
        let headers: Vec<(&str, Vec<u8>)> = names
            .into_iter()
            .zip(values)
            .map(|(name, value)| (name, [word.as_bytes(), &value].concat()))
            .collect();
        if let Ok(extracted) = scheme.extract(&headers) {
            let is_valid = |text: &str| {
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic() && !b",\"'".contains(&b))
            };
            prop_assert!(is_valid(extracted.key().reveal()));
            prop_assert!(extracted.token().is_none_or(|token| is_valid(token.reveal())));
            prop_assert!(extracted.app_id().is_none_or(is_valid));
        }
    }
}
