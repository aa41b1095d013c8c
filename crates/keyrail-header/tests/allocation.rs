//! Tests that extracting credentials allocates memory only for the secrets.

use allocation_counter::measure;
use keyrail_header::Scheme;

/// Headers that the schemes ignore.
const OTHER_HEADERS: [(&str, &str); 11] = [
    ("Host", "api.example"),
    ("User-Agent", "curl/8.5.0"),
    ("Accept", "application/json"),
    ("Accept-Encoding", "gzip, deflate, br"),
    ("Accept-Language", "en"),
    ("Content-Type", "application/json"),
    ("Content-Length", "117"),
    ("X-Request-Id", "7b0e7c1e-5a54-4a55-9d02-3ff0e6f6a0e5"),
    ("X-Forwarded-For", "203.0.113.7"),
    ("X-Forwarded-Proto", "https"),
    ("Connection", "keep-alive"),
];

/// Returns whether credentials are extracted from these headers and [`OTHER_HEADERS`], and the
/// number of allocations.
fn extract(scheme: &Scheme, headers: &[(&'static str, &'static str)]) -> (bool, u64) {
    let headers: Vec<_> = OTHER_HEADERS.iter().chain(headers).copied().collect();
    let mut result = None;
    let info = measure(|| result = Some(scheme.extract(&headers)));
    (result.is_some_and(|result| result.is_ok()), info.count_total)
}

#[test]
fn extracting_a_key_among_twelve_headers_allocates_once() {
    let bearer = ("Authorization", "Bearer kr_live_8f3k2m9q1x7c_0123456789ABCDEFGHIJ");
    assert_eq!(extract(&Scheme::bearer(), &[bearer]), (true, 1));
    let bare = Scheme::any_of([Scheme::bearer(), Scheme::bare_authorization()]).unwrap();
    assert_eq!(extract(&bare, &[("authorization", "k-1")]), (true, 1));
    assert_eq!(extract(&Scheme::x_api_key(), &[("X-Api-Key", " k-1 ")]), (true, 1));
}

#[test]
fn extracting_a_pair_allocates_twice() {
    let pair = Scheme::pair("API_KEY", "X-AUTH-TOKEN").unwrap();
    let headers = [("api_key", "k-1"), ("x-auth-token", "t-1")];
    assert_eq!(extract(&pair, &headers), (true, 2));
}

#[test]
fn a_scheme_with_many_header_names_allocates_once() {
    let many = (0..16).map(|at| Scheme::header(&format!("x-{at}")).unwrap());
    assert_eq!(extract(&Scheme::any_of(many).unwrap(), &[("x-9", "k")]), (true, 1));
}

#[test]
fn a_rejection_allocates_only_the_header_name() {
    for value in ["Bearer a b", "Bearer a,b", "Bearer", "Basic YWJj", "Bearer \0", "Bearer é"] {
        let result = extract(&Scheme::bearer(), &[("Authorization", value)]);
        assert_eq!(result, (false, 1), "{value:?}");
    }
    assert_eq!(extract(&Scheme::bearer(), &[]), (false, 1));
}
