//! Tests of alternatives, of bare `Authorization` headers, of token68, and of the status and the
//! challenge of the response to a rejected request.

use keyrail_core::{Problem, Secret};
use keyrail_header::{ChallengeError, Credentials, MAX_FORMS, Scheme, Variant, problem, render};

fn code(scheme: &Scheme, headers: &[(&str, &str)]) -> (&'static str, Option<usize>) {
    let error = scheme.extract(headers).unwrap_err();
    (error.code(), error.offset())
}

fn bearer_or_key() -> Scheme {
    Scheme::any_of([Scheme::bearer(), Scheme::x_api_key()]).unwrap()
}

#[test]
fn every_alternative_is_read_and_the_first_is_written() {
    let scheme = bearer_or_key();
    for headers in [[("x-api-key", "k")], [("authorization", "bearer k")]] {
        let credentials = scheme.extract(&headers).unwrap();
        assert_eq!(
            (credentials.key().reveal(), credentials.variant()),
            ("k", Variant::AsDocumented)
        );
    }
    let written = scheme.apply(&Credentials::new(Secret::new("k"))).unwrap();
    assert_eq!((written[0].0.as_str(), written[0].1.reveal()), ("Authorization", "Bearer k"));
}

#[test]
fn two_alternatives_at_once_are_ambiguous_even_if_one_is_malformed() {
    for [bearer, key] in [["Bearer k", "k"], ["Basic k", "k"], ["Bearer k", ""], ["", ""]] {
        let headers = [("Authorization", bearer), ("x-api-key", key)];
        assert_eq!(code(&bearer_or_key(), &headers).0, "header.ambiguous", "{headers:?}");
    }
    assert_eq!(code(&bearer_or_key(), &[("host", "a")]).0, "header.missing");
}

#[test]
fn from_json_and_any_of_build_the_same_scheme() {
    let text = r#"{"slots": [{"header": "Authorization", "word": "Bearer", "holds": "key"}],
        "alternatives": [{"slots": [{"header": "x-api-key", "holds": "key"}]}],
        "lenient": [{"slots": [{"header": "Authorization", "holds": "key"}]}]}"#;
    let set = [Scheme::bearer(), Scheme::x_api_key(), Scheme::bare_authorization()];
    assert_eq!(Scheme::from_json(text).unwrap(), Scheme::any_of(set).unwrap());
}

#[test]
fn empty_and_conflicting_sets_are_rejected() {
    assert_eq!(Scheme::any_of([]).unwrap_err().code(), "header.no_alternatives");
    let pair = Scheme::pair("a", "x-api-key").unwrap();
    let error = Scheme::any_of([Scheme::x_api_key(), pair]).unwrap_err();
    assert_eq!(error.code(), "header.conflicting_part");
}

#[test]
fn the_limit_of_forms_is_exact() {
    let header = |at| Scheme::header(&format!("x-{at}")).unwrap();
    assert!(Scheme::any_of((0..MAX_FORMS).map(header)).is_ok());
    let error = Scheme::any_of((0..=MAX_FORMS).map(header)).unwrap_err();
    assert_eq!(error.code(), "header.too_many_forms");

    let form = r#"{"slots": [{"header": "a", "holds": "key"}]}"#;
    for (count, is_valid) in [(MAX_FORMS - 1, true), (MAX_FORMS, false)] {
        let list = vec![form; count].join(",");
        let text =
            format!(r#"{{"slots": [{{"header": "a", "holds": "key"}}], "lenient": [{list}]}}"#);
        match Scheme::from_json(&text) {
            Ok(_) => assert!(is_valid),
            Err(error) => assert_eq!((is_valid, error.code()), (false, "header.too_many_forms")),
        }
    }
}

#[test]
fn a_bare_authorization_is_lenient_and_rejects_scheme_words() {
    let scheme = Scheme::bare_authorization();
    let credentials = scheme.extract(&[("Authorization", " k-1 ")]).unwrap();
    assert_eq!((credentials.key().reveal(), credentials.variant()), ("k-1", Variant::Lenient));
    for text in ["Basic", "BEARER", "Bearer k", "Foo k", "x-api-key"] {
        assert_eq!(code(&scheme, &[("Authorization", text)]).0, "header.unknown_scheme", "{text}");
    }
    assert_eq!(scheme.challenge("r").unwrap(), r#"ApiKey realm="r""#);
}

#[test]
fn token68_syntax_is_checked_if_the_scheme_requires_it() {
    let scheme = Scheme::bearer().with_token68();
    for valid in ["a", "-._~+/09azAZ", "a=", "a=========", "eyJ.eyJ.sig"] {
        assert!(scheme.extract(&[("Authorization", format!("Bearer {valid}"))]).is_ok(), "{valid}");
    }
    for (text, offset) in
        [("=", 7), ("==a", 7), ("a=b", 9), ("a==b", 10), ("a:b", 8), ("a(", 8), ("!", 7)]
    {
        let found = code(&scheme, &[("Authorization", &format!("Bearer {text}"))]);
        assert_eq!(found, ("header.token68", Some(offset)), "{text}");
        let error = scheme.apply(&Credentials::new(Secret::new(text))).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("header.token68", Some(offset - 7)));
        assert!(Scheme::bearer().apply(&Credentials::new(Secret::new(text))).is_ok());
    }
    // Errors that do not depend on token68 are reported first.
    assert_eq!(code(&scheme, &[("Authorization", "Bearer a:b c")]).0, "header.white_space");
}

#[test]
fn token68_may_be_required_for_a_single_slot() {
    let text = r#"{"slots": [{"header": "a", "holds": "key"},
                             {"header": "b", "holds": "token", "token68": true}]}"#;
    let scheme = Scheme::from_json(text).unwrap();
    assert!(scheme.extract(&[("a", "k:"), ("b", "t")]).is_ok());
    assert_eq!(code(&scheme, &[("a", "k"), ("b", "t:")]), ("header.token68", Some(1)));
}

#[test]
fn a_challenge_lists_every_documented_scheme_once() {
    let challenge = |schemes: Vec<Scheme>| Scheme::any_of(schemes).unwrap().challenge("r").unwrap();
    assert_eq!(
        challenge(vec![Scheme::bearer(), Scheme::x_api_key()]),
        r#"Bearer realm="r", ApiKey realm="r""#
    );
    let single = challenge(vec![Scheme::x_api_key(), Scheme::header("a").unwrap()]);
    assert_eq!(single, r#"ApiKey realm="r""#);
    let single = challenge(vec![Scheme::bearer(), Scheme::bare_authorization()]);
    assert_eq!(single, r#"Bearer realm="r""#);
}

#[test]
fn only_the_bearer_challenge_has_an_error() {
    let bearer = bearer_or_key().challenge_with("r", ChallengeError::InvalidToken).unwrap();
    assert_eq!(bearer, r#"Bearer realm="r", error="invalid_token", ApiKey realm="r""#);
    for (error, word) in [
        (ChallengeError::InvalidRequest, "invalid_request"),
        (ChallengeError::InsufficientScope, "insufficient_scope"),
    ] {
        let challenge = Scheme::bearer().challenge_with("", error).unwrap();
        assert_eq!(challenge, format!(r#"Bearer realm="", error="{word}""#));
    }
}

fn status_and_challenge(problem: &Problem) -> (u16, Option<String>) {
    let response = render(problem, &Scheme::bearer(), "desk");
    let challenge = response.headers.iter().find(|(name, _)| name == "www-authenticate");
    (response.status, challenge.map(|(_, value)| value.reveal().into()))
}

#[test]
fn only_a_wrong_credential_gets_a_401_with_an_error() {
    let plain = Some(r#"Bearer realm="desk""#.to_owned());
    for headers in [&[][..], &[("Authorization", "Basic YWJj")], &[("x-api-key", "k")]] {
        let problem = problem(&Scheme::bearer().extract(headers).unwrap_err());
        assert_eq!(status_and_challenge(&problem), (401, plain.clone()));
    }
    let wrong = Problem::new(401, "access.invalid_key", "no").unwrap();
    let with_error = r#"Bearer realm="desk", error="invalid_token""#.to_owned();
    assert_eq!(status_and_challenge(&wrong), (401, Some(with_error)));
}

#[test]
fn status_400_403_and_429_have_no_challenge() {
    for value in ["Bearer a b", "Bearer a,b", "Bearer", "Bearer \"a\"", "Bearer a\0"] {
        let error = Scheme::bearer().extract(&[("Authorization", value)]).unwrap_err();
        assert_eq!(status_and_challenge(&problem(&error)), (400, None), "{value}");
    }
    for status in [403, 429] {
        let problem = Problem::new(status, "access.refused", "").unwrap();
        assert_eq!(status_and_challenge(&problem), (status, None));
    }
}
