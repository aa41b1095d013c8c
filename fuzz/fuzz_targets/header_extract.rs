//! Checks the results of extracting credentials from headers, and a round trip: written
//! credentials are extracted again.
//!
//! Input: lines. The first selects a scheme; each other line is a header, with its name and
//! its value separated by the first colon. In a value, `\n` stands for a line feed.

#![no_main]

use keyrail_header::{Scheme, Variant, problem, render};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut lines = data.split(|byte| *byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let schemes = schemes();
    let number = first
        .iter()
        .fold(0_usize, |sum, byte| sum.wrapping_mul(10).wrapping_add(usize::from(*byte)));
    let scheme = &schemes[number % schemes.len()];
    let headers: Vec<(Vec<u8>, Vec<u8>)> = lines
        .take(64)
        .map(|line| {
            let colon = line.iter().position(|byte| *byte == b':').unwrap_or(line.len());
            let value = line.get(colon + 1..).unwrap_or_default();
            (line[..colon].to_vec(), with_line_feeds(value))
        })
        .collect();

    let read = match scheme.extract(&headers) {
        Ok(read) => read,
        Err(error) => {
            assert!(error.code().starts_with("header."), "{error:?}");
            let header = error.header().expect("the rejection names no header");
            assert!(scheme.header_names().any(|name| name == header));
            if let Some(offset) = error.offset() {
                let values = headers.iter().filter(|(name, _)| has_name(name, header));
                assert!(values.clone().any(|(_, value)| offset <= value.len()));
            }
            let problem = problem(&error);
            assert!([400, 401].contains(&problem.status()));
            let response = render(&problem, scheme, "fuzz");
            let has_challenge = response.headers.iter().any(|(name, _)| name == "www-authenticate");
            assert_eq!(has_challenge, problem.status() == 401);
            return;
        }
    };

    // Each header name occurs at most once. Each part of the credentials is valid, and occurs in a
    // header's value.
    for name in scheme.header_names() {
        assert!(headers.iter().filter(|(given, _)| has_name(given, name)).count() <= 1);
    }
    let app_id = read.app_id().map(str::as_bytes);
    let parts = [Some(read.key().reveal_bytes()), read.token().map(|t| t.reveal_bytes()), app_id];
    for part in parts.into_iter().flatten() {
        assert!(!part.is_empty() && part.len() <= 8192);
        assert!(part.iter().all(|byte| byte.is_ascii_graphic() && !b",\"'".contains(byte)));
        assert!(headers.iter().any(|(_, value)| value.windows(part.len()).any(|it| it == part)));
    }
    // Written credentials are extracted again, with the same key.
    let written = match scheme.apply(&read) {
        Ok(written) => written,
        // Credentials are written in the scheme's first form. With its scheme word, the value may
        // be too long. Credentials that were extracted in another form may lack a part that the
        // first form requires, need not be a token68, or may be a scheme word themselves.
        Err(error) => {
            let code = error.code();
            assert!(
                ["header.too_long", "header.missing", "header.token68"].contains(&code)
                    || code == "header.unknown_scheme",
                "{error:?}"
            );
            return;
        }
    };
    let written: Vec<(String, String)> =
        written.into_iter().map(|(name, value)| (name, value.reveal().to_owned())).collect();
    let again = scheme.extract(&written).expect("written credentials were rejected");
    assert_eq!(again.key(), read.key());
    if scheme.challenge("").expect("an empty realm was rejected") != "ApiKey realm=\"\"" {
        assert_eq!(again.variant(), Variant::AsDocumented);
    }
});

fn schemes() -> Vec<Scheme> {
    let client = r#"{"slots": [{"header": "Authorization", "word": "Bearer", "holds": "key"},
                               {"header": "app-id", "holds": "app_id", "optional": true}]}"#;
    let custom = r#"{"slots": [{"header": "x-key", "word": "Foo", "holds": "key", "token68": true},
                            {"header": "x_token", "holds": "token", "optional": true}],
                  "alternatives": [{"slots": [{"header": "x-key", "holds": "key"}]}],
                  "lenient": [{"slots": [{"header": "Authorization", "holds": "key"}]}]}"#;
    vec![
        Scheme::x_api_key(),
        Scheme::bearer(),
        Scheme::bearer().with_token68(),
        Scheme::authorization("x-api-key").unwrap(),
        Scheme::any_of([Scheme::bearer(), Scheme::bare_authorization()]).unwrap(),
        Scheme::any_of([Scheme::bearer(), Scheme::x_api_key()]).unwrap(),
        Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap(),
        Scheme::bare_authorization(),
        Scheme::from_json(client).unwrap(),
        Scheme::from_json(custom).unwrap(),
    ]
}

fn has_name(given: &[u8], name: &str) -> bool {
    given.eq_ignore_ascii_case(name.as_bytes())
}

fn with_line_feeds(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut bytes = value.iter().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' if bytes.next_if(|next| **next == b'n').is_some() => out.push(b'\n'),
            byte => out.push(*byte),
        }
    }
    out
}
