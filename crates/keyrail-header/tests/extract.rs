//! Tests of `Scheme::extract`: the extracted credential or the error.

use keyrail_core::Secret;
use keyrail_header::{Credentials, Error, Scheme, Variant};

fn extract(scheme: &Scheme, headers: &[(&str, &str)]) -> Result<Credentials, Error> {
    scheme.extract(headers)
}

fn key(scheme: &Scheme, headers: &[(&str, &str)]) -> String {
    extract(scheme, headers).unwrap().key().reveal().into()
}

/// Returns the code, the offset and the header of the error.
fn error_of(scheme: &Scheme, headers: &[(&str, &str)]) -> (&'static str, Option<usize>, String) {
    let error = extract(scheme, headers).unwrap_err();
    (error.code(), error.offset(), error.header().unwrap_or_default().into())
}

/// Returns the error for a value of `x-api-key`.
fn api_key_error(text: &str) -> (&'static str, Option<usize>) {
    let (code, offset, _) = error_of(&Scheme::x_api_key(), &[("x-api-key", text)]);
    (code, offset)
}

/// Returns the error for a value of `Authorization` with the scheme word `Bearer`.
fn bearer_error(text: &str) -> (&'static str, Option<usize>) {
    let (code, offset, _) = error_of(&Scheme::bearer(), &[("Authorization", text)]);
    (code, offset)
}

fn bearer_or_bare() -> Scheme {
    Scheme::from_json(
        r#"{"slots": [{"header": "Authorization", "word": "Bearer", "holds": "key"}],
            "lenient": [{"slots": [{"header": "Authorization", "holds": "key"}]}]}"#,
    )
    .unwrap()
}

#[test]
fn header_names_and_scheme_words_ignore_case() {
    assert_eq!(key(&Scheme::x_api_key(), &[("X-API-KEY", "Ab")]), "Ab");
    assert_eq!(key(&Scheme::bearer(), &[("AUTHORIZATION", "bEARER Ab")]), "Ab");
}

#[test]
fn byte_headers_are_read_like_strings() {
    let headers: [(&[u8], Vec<u8>); 1] = [(b"x-api-key", b"k".to_vec())];
    assert_eq!(Scheme::x_api_key().extract(&headers).unwrap().key(), &Secret::new("k"));
}

#[test]
fn outer_white_space_and_spaces_after_the_scheme_word_are_trimmed() {
    assert_eq!(key(&Scheme::x_api_key(), &[("x-api-key", " \t k\t ")]), "k");
    assert_eq!(key(&Scheme::bearer(), &[("Authorization", "  Bearer   k ")]), "k");
}

#[test]
fn other_headers_are_ignored() {
    let headers = [("x-api-keys", "\0"), ("", ""), ("é", "é"), ("x-api-key", "k")];
    assert_eq!(key(&Scheme::x_api_key(), &headers), "k");
}

#[test]
fn a_header_name_in_another_spelling_does_not_match() {
    for name in ["x-api-key ", " x-api-key", "x_api_key", "x-api-key:", "x-api-key\0"] {
        let (code, offset, header) = error_of(&Scheme::x_api_key(), &[(name, "k")]);
        assert_eq!(
            (code, offset, header.as_str()),
            ("header.missing", None, "x-api-key"),
            "{name}"
        );
    }
}

#[test]
fn an_empty_header_list_is_a_missing_header() {
    assert_eq!(error_of(&Scheme::bearer(), &[]).0, "header.missing");
}

#[test]
fn a_repeated_header_is_a_duplicate_regardless_of_case_and_value() {
    for pair in [["k", "k"], ["k", "l"], ["k", ""], ["", "k"]] {
        let headers = [("X-Api-Key", pair[0]), ("x-api-key", pair[1])];
        assert_eq!(error_of(&Scheme::x_api_key(), &headers).0, "header.duplicate");
    }
}

#[test]
fn two_spellings_of_one_name_are_ambiguous() {
    for [first, second] in [["x-api-key", "x_api_key"], ["X_API-KEY", "X-Api-Key"]] {
        let headers = [(first, "k"), (second, "k")];
        assert_eq!(error_of(&Scheme::x_api_key(), &headers).0, "header.ambiguous");
    }
    let pair = Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap();
    let headers = [("API_KEY", "k"), ("x_auth_token", "t"), ("x-auth-token", "t")];
    assert_eq!(error_of(&pair, &headers), ("header.ambiguous", None, "X-AUTH-TOKEN".into()));
}

#[test]
fn two_forms_at_once_are_ambiguous() {
    let scheme = Scheme::from_json(
        r#"{"slots": [{"header": "x-api-key", "holds": "key"}],
            "lenient": [{"slots": [{"header": "Authorization", "word": "Bearer", "holds": "key"},
                                   {"header": "app-id", "holds": "app_id", "optional": true}]}]}"#,
    )
    .unwrap();
    let authorization = ("Authorization", "Bearer k");
    assert_eq!(extract(&scheme, &[authorization]).unwrap().variant(), Variant::Lenient);
    assert_eq!(error_of(&scheme, &[authorization, ("x-api-key", "k")]).0, "header.ambiguous");
    // `app-id` belongs to the other form only.
    let stray = error_of(&scheme, &[("x-api-key", "k"), ("app-id", "a")]);
    assert_eq!(stray, ("header.ambiguous", None, "app-id".into()));
}

#[test]
fn an_empty_value_is_rejected() {
    assert_eq!(api_key_error(""), ("header.empty", Some(0)));
    assert_eq!(api_key_error(" \t "), ("header.empty", Some(3)));
    assert_eq!(bearer_error("Bearer"), ("header.empty", Some(6)));
    assert_eq!(bearer_error(" Bearer  "), ("header.empty", Some(7)));
}

#[test]
fn control_characters_are_rejected_at_every_offset() {
    for (text, offset) in
        [("\0", 0), ("k\0", 1), ("k\r", 1), ("k\n", 1), ("k\r\n", 1), ("\x7fk", 0), ("k\x1b[", 1)]
    {
        assert_eq!(api_key_error(text), ("header.control", Some(offset)), "{text:?}");
    }
    assert_eq!(bearer_error("Basic\0"), ("header.control", Some(5)));
}

#[test]
fn obsolete_line_folding_is_rejected() {
    for (text, offset) in [("k\r\n l", 1), ("k\r\n\tl", 1), ("k\n l", 1), ("\r\n k", 0)] {
        assert_eq!(api_key_error(text), ("header.obs_fold", Some(offset)), "{text:?}");
    }
}

#[test]
fn an_injected_header_line_is_rejected_as_a_control_character() {
    assert_eq!(api_key_error("k\r\nx-api-key: l"), ("header.control", Some(1)));
}

#[test]
fn non_ascii_bytes_are_rejected_including_unicode_white_space() {
    for (text, offset) in [("ké", 1), ("k\u{a0}", 1), ("\u{200b}k", 0), ("\u{feff}k", 0), ("ｋ", 0)]
    {
        assert_eq!(api_key_error(text), ("header.non_ascii", Some(offset)), "{text:?}");
    }
    let raw: [(&str, &[u8]); 1] = [("x-api-key", b"k\xff")];
    let error = Scheme::x_api_key().extract(&raw).unwrap_err();
    assert_eq!((error.code(), error.offset()), ("header.non_ascii", Some(1)));
}

#[test]
fn lists_are_rejected_with_and_without_white_space() {
    for (text, offset) in [("a,b", 1), ("a, b", 1), ("a ,b", 2), ("a\t ,", 3), (",a", 0), (",", 0)]
    {
        assert_eq!(api_key_error(text), ("header.list", Some(offset)), "{text:?}");
    }
    for (text, offset) in
        [("Bearer a, Bearer b", 8), ("Bearer,a", 6), ("Bearer , a", 7), (",Bearer a", 0)]
    {
        assert_eq!(bearer_error(text), ("header.list", Some(offset)), "{text:?}");
    }
}

#[test]
fn inner_white_space_is_rejected() {
    for (text, offset) in [("a b", 1), ("a\tb", 1), (" a b", 2), ("a b,c", 1)] {
        assert_eq!(api_key_error(text), ("header.white_space", Some(offset)), "{text:?}");
    }
    for (text, offset) in
        [("Bearer a b", 8), ("Bearer\ta", 6), ("Bearer \ta", 7), ("Bearer Bearer a", 13)]
    {
        assert_eq!(bearer_error(text), ("header.white_space", Some(offset)), "{text:?}");
    }
}

#[test]
fn quotes_are_rejected() {
    for (text, offset) in [("\"k\"", 0), ("'k'", 0), ("k\"", 1), ("\"a,b\"", 0)] {
        assert_eq!(api_key_error(text), ("header.quote", Some(offset)), "{text:?}");
    }
    assert_eq!(bearer_error("Bearer \"k\""), ("header.quote", Some(7)));
    assert_eq!(bearer_error("Bearer token=\"k\""), ("header.quote", Some(13)));
    assert_eq!(bearer_error("\"Bearer k\""), ("header.quote", Some(0)));
}

#[test]
fn a_key_may_contain_every_other_visible_character() {
    let allowed: String = ('!'..='~').filter(|c| !",\"'".contains(*c)).collect();
    assert_eq!(key(&Scheme::x_api_key(), &[("x-api-key", &allowed)]), allowed);
    assert_eq!(key(&Scheme::bearer(), &[("authorization", &format!("Bearer {allowed}"))]), allowed);
}

#[test]
fn any_other_scheme_word_is_unknown() {
    for text in
        ["Basic a", "Basic", "k", "Bearerk", "Bearer:k", "Bearer=k", "Bearer-k k", "x-api-key k"]
    {
        assert_eq!(bearer_error(text), ("header.unknown_scheme", Some(0)), "{text}");
    }
    assert_eq!(bearer_error("  Basic a"), ("header.unknown_scheme", Some(2)));
}

#[test]
fn a_bare_key_is_read_if_the_scheme_allows_it() {
    let credentials = extract(&bearer_or_bare(), &[("Authorization", "k-1")]).unwrap();
    assert_eq!(credentials.key().reveal(), "k-1");
    assert_eq!(credentials.variant(), Variant::Lenient);
    let credentials = extract(&bearer_or_bare(), &[("Authorization", "bearer k-1")]).unwrap();
    assert_eq!(credentials.variant(), Variant::AsDocumented);
}

#[test]
fn a_scheme_word_is_rejected_as_a_bare_key() {
    let bare_error = |text| {
        let (code, offset, _) = error_of(&bearer_or_bare(), &[("Authorization", text)]);
        (code, offset)
    };
    for text in
        ["Basic", "DIGEST", "x-api-key", "token", "Basic abc", "Foo abc", "Basic\tabc", "a b"]
    {
        assert_eq!(bare_error(text), ("header.unknown_scheme", Some(0)), "{text}");
    }
    assert_eq!(bare_error("bearer"), ("header.empty", Some(6)));
    assert_eq!(bare_error("a, b"), ("header.list", Some(1)));
    assert_eq!(bare_error("Basic , b"), ("header.list", Some(6)));
    assert_eq!(bare_error("a== b"), ("header.white_space", Some(3)));
    assert_eq!(bare_error("\"a\""), ("header.quote", Some(0)));
    let bare = Scheme::header("authorization").unwrap();
    assert_eq!(error_of(&bare, &[("Authorization", "Bearer")]).0, "header.unknown_scheme");
}

#[test]
fn a_scheme_word_may_be_a_key_in_a_dedicated_header() {
    assert_eq!(key(&Scheme::x_api_key(), &[("x-api-key", "basic")]), "basic");
}

#[test]
fn a_pair_requires_both_parts() {
    let pair = Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap();
    let headers = [("x-auth-token", "t"), ("api_key", "k")];
    let credentials = extract(&pair, &headers).unwrap();
    assert_eq!(credentials.token().unwrap().reveal(), "t");
    assert_eq!(error_of(&pair, &headers[..1]), ("header.missing", None, "API_KEY".into()));
    assert_eq!(error_of(&pair, &headers[1..]), ("header.missing", None, "X-AUTH-TOKEN".into()));
    let malformed = [("x-auth-token", "a b"), ("api_key", "k")];
    assert_eq!(error_of(&pair, &malformed), ("header.white_space", Some(1), "X-AUTH-TOKEN".into()));
}

#[test]
fn an_optional_part_may_be_absent_but_not_malformed() {
    let scheme = Scheme::from_json(
        r#"{"slots": [{"header": "x-api-key", "holds": "key"},
                      {"header": "x-api-id", "holds": "app_id", "optional": true}]}"#,
    )
    .unwrap();
    assert_eq!(extract(&scheme, &[("x-api-key", "k")]).unwrap().app_id(), None);
    let both = [("x-api-key", "k"), ("X-Api-Id", "a1")];
    assert_eq!(extract(&scheme, &both).unwrap().app_id(), Some("a1"));
    let empty = [("x-api-key", "k"), ("x-api-id", "")];
    assert_eq!(error_of(&scheme, &empty), ("header.empty", Some(0), "x-api-id".into()));
    let duplicate = [("x-api-key", "k"), ("x-api-id", "a"), ("X-API-ID", "a")];
    assert_eq!(error_of(&scheme, &duplicate).0, "header.duplicate");
}

#[test]
fn the_form_whose_headers_are_all_present_is_read() {
    let scheme = Scheme::from_json(
        r#"{"slots": [{"header": "Authorization", "word": "Bearer", "holds": "key"},
                      {"header": "app-id", "holds": "app_id"}],
            "lenient": [{"slots": [{"header": "Authorization", "word": "Token", "holds": "key"}]}]}"#,
    )
    .unwrap();
    let bare = error_of(&scheme, &[("Authorization", "Bearer k")]);
    assert_eq!(bare, ("header.missing", None, "app-id".into()));
    let token = extract(&scheme, &[("Authorization", "Token k")]).unwrap();
    assert_eq!(token.variant(), Variant::Lenient);
}

#[test]
fn the_length_limit_is_exact() {
    let longest = "k".repeat(8192);
    assert_eq!(key(&Scheme::x_api_key(), &[("x-api-key", &longest)]), longest);
    assert_eq!(api_key_error(&format!("{longest}k")), ("header.too_long", Some(8192)));
    assert_eq!(api_key_error(&" ".repeat(8193)), ("header.too_long", Some(8192)));
}

#[test]
fn errors_contain_no_part_of_the_input() {
    for text in ["hunter2 hunter2", "hunter2,", "hunter2\"", "hunter2\0", "hunter2é"] {
        let error = extract(&bearer_or_bare(), &[("Authorization", text)]).unwrap_err();
        assert!(!format!("{error} {error:?} {:?}", error.kind()).contains("hunter2"));
    }
}
