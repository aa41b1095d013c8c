//! `keyrail::platform` against `format!`, which builds the same strings without checks: the
//! method, URL, headers and body of one request per platform. MeherY's request is also compared
//! with the crate `url`, which only parses and joins the request's URL.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use keyrail::Secret;
use keyrail::header::Credentials;
use keyrail::platform::{Call, Platform};

const KEY: &str = "0f1e2d3c4b5a6978";
const TOKEN: &str = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3OTM1MDkyMDB9.c2lnbmF0dXJl";

/// A request as plain strings.
type Plain = (String, String, Vec<(String, String)>, Option<Vec<u8>>);

struct Case {
    platform: &'static str,
    operation: &'static str,
    variables: &'static [(&'static str, &'static str)],
    query: &'static [(&'static str, &'static str)],
    body: Option<&'static [u8]>,
    plain: fn() -> Plain,
}

fn owned<const N: usize>(headers: [(&str, String); N]) -> Vec<(String, String)> {
    headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

const JSON: &str = "application/json";

/// A custom document, because SwellSign publishes no path.
const SWELLSIGN: &str = r#"{"name": "swellsign", "base": "https://{host}/",
    "schemes": {"organization": {"slots": [{"header": "Authorization", "word": "x-api-key", "holds": "key"}]}},
    "operations": [{"name": "key.status", "method": "GET", "path": "keys", "access": "read"}]}"#;

const CASES: [Case; 5] = [
    Case {
        platform: "mehery",
        operation: "message.send",
        variables: &[("domain", "abcorp")],
        query: &[],
        body: Some(b"{}"),
        plain: || {
            let (domain, key) = black_box(("abcorp", KEY));
            (
                "POST".to_owned(),
                format!("https://{domain}.mehery.io/xms/api/v1/message/send"),
                owned([
                    ("x-api-key", key.to_owned()),
                    ("accept", JSON.to_owned()),
                    ("content-type", JSON.to_owned()),
                ]),
                Some(b"{}".to_vec()),
            )
        },
    },
    Case {
        platform: "sceyt",
        operation: "message.list",
        variables: &[("apiUrl", "api.example"), ("appId", "8lwox2ge93"), ("id", "c-1")],
        query: &[("limit", "20")],
        body: None,
        plain: || {
            let (host, app, id, limit, key) =
                black_box(("api.example", "8lwox2ge93", "c-1", "20", KEY));
            (
                "GET".to_owned(),
                format!("https://{host}/v1/{app}/channels/{id}/messages?limit={limit}"),
                owned([("Platform-Api-Key", key.to_owned())]),
                None,
            )
        },
    },
    Case {
        platform: "azeer",
        operation: "message.send",
        variables: &[],
        query: &[("create", "true")],
        body: Some(b"{}"),
        plain: || {
            let (create, key) = black_box(("true", KEY));
            (
                "POST".to_owned(),
                format!("https://api.mottasl.ai/v1/message/send?create={create}"),
                owned([
                    ("Authorization", format!("Bearer {key}")),
                    ("content-type", JSON.to_owned()),
                ]),
                Some(b"{}".to_vec()),
            )
        },
    },
    Case {
        platform: "vchatcloud",
        operation: "user.list",
        variables: &[("roomId", "abcdefghij-a1b2c3d4e5-20240101000000")],
        query: &[],
        body: None,
        plain: || {
            let (room, key, token) =
                black_box(("abcdefghij-a1b2c3d4e5-20240101000000", KEY, TOKEN));
            (
                "GET".to_owned(),
                format!("https://vchatcloud.com/openapi/v1/users/{room}"),
                owned([("API_KEY", key.to_owned()), ("X-AUTH-TOKEN", token.to_owned())]),
                None,
            )
        },
    },
    Case {
        platform: "swellsign",
        operation: "key.status",
        variables: &[("host", "api.example")],
        query: &[],
        body: None,
        plain: || {
            let (host, key) = black_box(("api.example", KEY));
            (
                "GET".to_owned(),
                format!("https://{host}/keys"),
                owned([("Authorization", format!("x-api-key {key}"))]),
                None,
            )
        },
    },
];

fn request(c: &mut Criterion) {
    let credentials = Credentials::new(Secret::new(KEY)).with_token(Secret::new(TOKEN));
    let mut group = c.benchmark_group("platform/request");
    for case in &CASES {
        let platform = match case.platform {
            "swellsign" => Platform::from_json(SWELLSIGN).expect("a valid document"),
            name => Platform::get(name).expect("a built-in platform"),
        };
        let call = Call {
            variables: case.variables,
            query: case.query,
            body: case.body,
            credentials: Some(&credentials),
            ..Call::default()
        };
        let request = platform.request(case.operation, &call).expect("built");
        let headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), value.reveal().to_owned()))
            .collect();
        assert_eq!((request.method, request.url, headers, request.body), (case.plain)());

        group.bench_function(BenchmarkId::new("keyrail", case.platform), |b| {
            b.iter(|| {
                platform.request(black_box(case.operation), black_box(&call)).expect("built")
            });
        });
        group.bench_function(BenchmarkId::new("format", case.platform), |b| {
            b.iter(|| (case.plain)());
        });
    }
    group.bench_function(BenchmarkId::new("url", "mehery"), |b| {
        b.iter(|| {
            let domain = black_box("abcorp");
            let base =
                url::Url::parse(&format!("https://{domain}.mehery.io/xms/")).expect("a valid URL");
            base.join("api/v1/message/send").expect("a valid URL").as_str().len()
        });
    });
}

criterion_group!(benches, request);
criterion_main!(benches);
