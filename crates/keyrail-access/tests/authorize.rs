//! Behaviour of `KeyRecord::authorize`: every boundary, and the order of the checks.

use std::error::Error;
use std::net::IpAddr;

use keyrail_access::{Access, AccessRequest, Denial, Grant, KeyRecord, LimitState, Scope, consume};
use keyrail_core::Timestamp;
use proptest::prelude::*;

/// 2026-11-01T00:00:00Z
const START: i64 = 1_793_491_200_000;

fn time(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

fn record(members: &str) -> KeyRecord {
    let text = format!(
        r#"{{"id": "k", "app": "desk", {members}
            "digests": [{{"digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}}]}}"#
    );
    KeyRecord::from_json(&text).unwrap()
}

fn read_only(members: &str) -> KeyRecord {
    record(&format!(r#""scope": "read", {members}"#))
}

fn request(access: Access) -> AccessRequest<'static> {
    AccessRequest::new(access, time(START))
}

fn code(result: Result<Grant, Denial>) -> &'static str {
    result.map_or_else(|denial| denial.code(), |_| "granted")
}

fn code_at(record: &KeyRecord, millis: i64) -> &'static str {
    code(record.authorize(&AccessRequest::new(Access::Read, time(millis))))
}

fn code_from(record: &KeyRecord, ip: &str) -> &'static str {
    let ip = Some(ip.parse::<IpAddr>().unwrap());
    code(record.authorize(&AccessRequest { ip, ..request(Access::Read) }))
}

#[test]
fn a_grant_contains_the_record_app_and_scope() {
    let record = record(r#""scope": "read_write","#);
    let grant = record.authorize(&request(Access::Write)).unwrap();
    assert_eq!((grant.record(), grant.app(), grant.scope()), ("k", "desk", Scope::ReadWrite));
}

#[test]
fn a_key_is_expired_at_exactly_expires_at() {
    let record = read_only(r#""expires_at": "2026-11-01T00:00:00Z","#);
    assert_eq!(code_at(&record, START - 1), "granted");
    assert_eq!(code_at(&record, START), "access.expired");
    assert_eq!(code_at(&record, START + 1), "access.expired");
}

#[test]
fn a_key_is_valid_at_exactly_not_before() {
    let record = read_only(r#""not_before": "2026-11-01T00:00:00Z","#);
    assert_eq!(code_at(&record, START - 1), "access.not_yet_valid");
    assert_eq!(code_at(&record, START), "granted");
}

#[test]
fn a_revoked_key_is_rejected_at_any_time() {
    let record = read_only(r#""revoked": {"at": "2026-11-01T00:00:00Z"},"#);
    for millis in [0, START - 1, START, i64::pow(10, 14)] {
        assert_eq!(code_at(&record, millis), "access.revoked", "{millis}");
    }
}

#[test]
fn an_index_without_a_digest_is_rejected() {
    let authorize =
        |digest| read_only("").authorize(&AccessRequest { digest, ..request(Access::Read) });
    assert_eq!(code(authorize(Some(0))), "granted");
    assert_eq!(code(authorize(Some(1))), "access.invalid_key");
}

#[test]
fn created_at_does_not_affect_authorization() {
    assert_eq!(
        code_at(&read_only(r#""created_at": "2026-11-01T00:00:00Z","#), START - 1),
        "granted"
    );
}

#[test]
fn times_before_1970_are_supported() {
    let record = read_only(r#""expires_at": "1969-12-31T23:59:59Z","#);
    assert_eq!(code_at(&record, -1001), "granted");
    assert_eq!(code_at(&record, -1000), "access.expired");
}

#[test]
fn a_network_includes_its_first_and_last_address() {
    let record = read_only(r#""allow_ips": ["198.51.100.7", "203.0.113.0/24", "2001:db8::/32"],"#);
    for ip in ["203.0.113.0", "203.0.113.255", "198.51.100.7", "2001:db8::", "2001:db8:ffff::1"] {
        assert_eq!(code_from(&record, ip), "granted", "{ip}");
    }
    for ip in ["203.0.112.255", "203.0.114.0", "198.51.100.8", "2001:db9::", "::1", "0.0.0.0"] {
        assert_eq!(code_from(&record, ip), "access.network", "{ip}");
    }
}

#[test]
fn an_ipv4_mapped_address_matches_as_its_ipv4_address() {
    let record = read_only(r#""allow_ips": ["203.0.113.0/24"],"#);
    assert_eq!(code_from(&record, "::ffff:203.0.113.7"), "granted");
    // Other forms of IPv6 addresses also contain an IPv4 address (IPv4-compatible, NAT64, 6to4),
    // but are not treated as IPv4 addresses.
    for ip in ["::203.0.113.7", "64:ff9b::203.0.113.7", "2002:cb00:7107::"] {
        assert_eq!(code_from(&record, ip), "access.network", "{ip}");
    }
}

#[test]
fn only_a_key_with_allowed_networks_requires_an_address() {
    assert_eq!(
        code_at(&read_only(r#""allow_ips": ["0.0.0.0/0", "::/0"],"#), START),
        "access.address_unknown"
    );
    assert_eq!(code_from(&read_only(""), "192.0.2.1"), "granted");
}

#[test]
fn a_read_only_key_cannot_write() {
    let denial = read_only("").authorize(&request(Access::Write)).unwrap_err();
    assert_eq!((denial.code(), denial.problem().status()), ("access.scope", 403));
    let writer = record(r#""scope": "read_write","#);
    assert!(writer.authorize(&request(Access::Read)).is_ok());
}

#[test]
fn a_denial_reports_the_first_failed_check() {
    let members = [
        (r#""revoked": {"at": "2026-11-01T00:00:00Z"},"#, "access.revoked"),
        (r#""enabled": false,"#, "access.disabled"),
        (r#""not_before": "2026-11-01T00:00:00.001Z","#, "access.not_yet_valid"),
        (r#""environment": "test","#, "access.environment"),
        (r#""allow_ips": ["192.0.2.1"],"#, "access.address_unknown"),
        ("", "access.scope"),
    ];
    let live = AccessRequest { environment: Some("live"), ..request(Access::Write) };
    for first in 0..members.len() {
        let rest = &members[first..];
        let text: String = rest.iter().map(|(text, _)| *text).collect();
        assert_eq!(code(read_only(&text).authorize(&live)), rest[0].1);
    }
    let expired = read_only(r#""expires_at": "2026-11-01T00:00:00Z", "environment": "test","#);
    assert_eq!(code(expired.authorize(&live)), "access.expired");
    let narrow = record(r#""scope": "admin", "operations": ["contact.get"], "queues": ["sales"],"#);
    let call = AccessRequest { operation: Some("message.send"), queue: Some("support"), ..live };
    assert_eq!(code(narrow.authorize(&call)), "access.operation");
    let call = AccessRequest { operation: Some("contact.get"), ..call };
    assert_eq!(code(narrow.authorize(&call)), "access.queue");
    assert_eq!(code(narrow.authorize(&AccessRequest { queue: Some("sales"), ..call })), "granted");
}

#[test]
fn a_denial_is_an_error_with_a_message() {
    let denial = read_only("").authorize(&request(Access::Write)).unwrap_err();
    let error: &dyn Error = &denial;
    assert!(!error.to_string().is_empty());
    assert_eq!(denial.problem().detail(), error.to_string());
}

proptest! {
    #[test]
    fn a_key_is_granted_only_within_its_validity_period(
        start in -1000..1000_i64, length in 1..1000_i64, now in -2500..2500_i64,
    ) {
        let (begin, end) = (time(START + start), time(START + start + length));
        let record = read_only(&format!(r#""not_before": "{begin}", "expires_at": "{end}","#));
        let granted = code_at(&record, START + now) == "granted";
        prop_assert_eq!(granted, (start..start + length).contains(&now));
    }
}

/// Returns a record with a rate of one request per second and a daily quota of 100 requests.
fn limited() -> KeyRecord {
    read_only(
        r#""owner": "u_17", "limits": [
            {"name": "burst", "rate": {"units": 60, "per_seconds": 60, "burst": 1}},
            {"name": "daily", "of": "owner", "quota": {"units": 100, "per": "day"}}
        ],"#,
    )
}

#[test]
fn a_denial_because_of_a_limit_has_a_problem_with_the_limits_and_header_fields() {
    let states = [
        ("key/burst/k", Some(LimitState { at: START + 1000, count: 0 })),
        ("owner/daily/u_17", None),
    ];
    let request = AccessRequest { limits: Some(&states), ..request(Access::Read) };
    let denial = limited().authorize(&request).unwrap_err();
    let problem = denial.problem();
    assert_eq!((problem.status(), problem.code()), (429, "access.rate"));
    assert_eq!(problem.violated_policies(), ["burst"]);
    let response = problem.response();
    let header = |name: &str| {
        let found = response.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.reveal().to_owned())
    };
    assert_eq!(header("retry-after").as_deref(), Some("1"));
    assert_eq!(
        header("ratelimit-policy").as_deref(),
        Some(r#""burst";q=60;w=60, "daily";q=100;w=86400"#)
    );
    assert_eq!(header("ratelimit").as_deref(), Some(r#""burst";r=0;t=1, "daily";r=100"#));
    let body = String::from_utf8(response.body.unwrap()).unwrap();
    let start = r#"{"type":"https://iana.org/assignments/http-problem-types#quota-exceeded","title":"Request cannot be satisfied as assigned quota has been exceeded","status":429,"#;
    assert!(body.starts_with(start), "{body}");
    assert!(body.ends_with(r#","code":"access.rate","violated-policies":["burst"]}"#), "{body}");
}

#[test]
fn different_states_of_one_limit_are_treated_as_missing() {
    let full = Some(LimitState { at: START + 1000, count: 0 });
    for states in [[None, full], [full, None]] {
        let states = states.map(|state| ("key/burst/k", state));
        let states = [states[0], states[1], ("owner/daily/u_17", None)];
        let request = AccessRequest { limits: Some(&states), ..request(Access::Read) };
        assert_eq!(code(limited().authorize(&request)), "access.limits_unknown");
    }
    let same = [("key/burst/k", None), ("key/burst/k", None), ("owner/daily/u_17", None)];
    let request = AccessRequest { limits: Some(&same), ..request(Access::Read) };
    assert_eq!(code(limited().authorize(&request)), "granted");
}

#[test]
fn different_states_of_one_limit_are_treated_as_missing_in_a_batch() {
    let empty = [("key/burst/k", None), ("owner/daily/u_17", None)];
    let full = Some(LimitState { at: START + 1000, count: 0 });
    let two = [("key/burst/k", None), ("key/burst/k", full), ("owner/daily/u_17", None)];
    let requests = [&empty[..], &two[..]]
        .map(|states| AccessRequest { limits: Some(states), ..request(Access::Read) });
    let codes: Vec<_> = limited().authorize_batch(&requests).into_iter().map(code).collect();
    assert_eq!(codes, ["granted", "access.limits_unknown"]);
}

#[test]
fn a_denied_request_replaces_a_state_that_is_too_far_in_the_future() {
    let ahead = LimitState { at: START + 3_600_000, count: 0 };
    let states = [("key/burst/k", Some(ahead)), ("owner/daily/u_17", None)];
    let request = AccessRequest { limits: Some(&states), ..request(Access::Read) };
    let denial = limited().authorize(&request).unwrap_err();
    let new: Vec<_> =
        denial.consumption().unwrap().limits().iter().map(|it| it.new_state()).collect();
    assert_eq!(new, [Some(LimitState { at: START + 1000, count: 0 }), None]);
}

proptest! {
    #[test]
    fn a_batch_has_the_results_of_single_calls_that_pass_on_the_new_states(
        requests in prop::collection::vec((0..3_usize, -2000..5000_i64), 0..12),
        burst in prop::option::of((START - 5000..START + 5000, 0..60_i64)),
        daily in prop::option::of(90..=101_i64),
    ) {
        let record = limited();
        let ids = record.limit_ids();
        let first = [
            burst.map(|(at, count)| LimitState { at, count }),
            daily.map(|count| LimitState { at: START, count }),
        ];
        let stored: Vec<_> = ids.iter().map(String::as_str).zip(first).collect();
        let access = [Access::Read, Access::Write, Access::Admin];
        let requests: Vec<_> = requests
            .into_iter()
            .map(|(index, offset)| AccessRequest {
                limits: Some(&stored),
                ..AccessRequest { now: time(START + offset), ..request(access[index]) }
            })
            .collect();
        let results = record.authorize_batch(&requests);
        prop_assert_eq!(results.len(), requests.len());
        let mut current = first;
        for (request, result) in requests.iter().zip(&results) {
            let states: Vec<_> = ids.iter().map(String::as_str).zip(current).collect();
            let alone = record.authorize(&AccessRequest { limits: Some(&states), ..*request });
            prop_assert_eq!(&alone, result);
            let consumption = match &alone {
                Ok(grant) => grant.consumption(),
                Err(denial) => denial.consumption(),
            };
            for (state, outcome) in current.iter_mut().zip(consumption.map_or(&[][..], |it| it.limits())) {
                *state = outcome.new_state().or(*state);
            }
        }
    }

    #[test]
    fn authorize_decides_like_consume_with_the_same_limits(
        burst in prop::option::of((START - 5000..START + 5000, 0..60_i64)),
        daily in prop::option::of(0..=101_i64),
    ) {
        let record = limited();
        let burst = burst.map(|(at, count)| LimitState { at, count });
        let daily = daily.map(|count| LimitState { at: START, count });
        let alone: Vec<_> = record.limits().iter().zip([burst, daily]).collect();
        let alone = consume(&alone, time(START)).unwrap();
        let ids = record.limit_ids();
        let states = ids.iter().map(String::as_str).zip([burst, daily]);
        let states: Vec<_> = states.collect();
        let result = record.authorize(&AccessRequest { limits: Some(&states), ..request(Access::Read) });
        prop_assert_eq!(result.is_ok(), alone.is_allowed());
        let consumption = match &result {
            Ok(grant) => grant.consumption(),
            Err(denial) => denial.consumption(),
        };
        let consumption = consumption.unwrap();
        prop_assert_eq!(consumption.headers(), alone.headers());
        for ((one, other), id) in consumption.limits().iter().zip(alone.limits()).zip(&ids) {
            prop_assert_eq!(one.id(), Some(id.as_str()));
            prop_assert_eq!(other.id(), None);
            prop_assert_eq!(one.new_state(), other.new_state());
            prop_assert_eq!(one.old_state(), other.old_state());
        }
    }
}
