//! Behaviour of key records: reading them, and comparing a string with the key.

use keyrail_access::{KeyRecord, Scope};
use keyrail_core::Secret;
use keyrail_key::Pepper;

/// SHA-256 of `abc` (FIPS 180-4, example B.1).
const ABC: &str = "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
/// SHA-256 of `new`, computed with Python's hashlib.
const NEW: &str = "sha256:EVB6Di9eadXfpApiob17buV-a82FxnybhDGzb_8hxDc";
/// HMAC-SHA-256 of `abc` with the key `0123456789abcdef`, computed with Python's hmac.
const PEPPERED: &str = "hmac-sha256:p1:vKqShDJHvCWAgNKCS93rpK-xvWG0aIymX2CiFOHZdZ4";

fn record(digests: &[&str]) -> KeyRecord {
    let digests: Vec<_> = digests.iter().map(|d| format!(r#"{{"digest": "{d}"}}"#)).collect();
    let text = format!(
        r#"{{"id": "k", "app": "desk", "scope": "read", "digests": [{}]}}"#,
        digests.join(",")
    );
    KeyRecord::from_json(&text).unwrap()
}

fn pepper(id: &str) -> Pepper {
    Pepper::new(id, Secret::new("0123456789abcdef")).unwrap()
}

/// Returns the faults of a record with a valid id, app and scope, and these members.
fn faults(members: &str) -> Vec<(&'static str, String)> {
    let text = format!(r#"{{"id": "k", "app": "desk", "scope": "read", {members}}}"#);
    let error = KeyRecord::from_json(&text).unwrap_err();
    error.faults().iter().map(|fault| (fault.code(), fault.pointer().into())).collect()
}

#[test]
fn a_record_returns_the_values_of_its_document() {
    let text = format!(
        r#"{{"version": 1, "id": "k", "app": "desk", "scope": "read_write",
            "digests": [{{"key_id": "8f3k", "digest": "{ABC}"}}, {{"digest": "{PEPPERED}"}}],
            "created_at": "1970-01-01T00:00:01Z", "not_before": "1970-01-01T00:00:02Z",
            "expires_at": "1970-01-01T01:00:03+01:00", "expires_set_at": "1970-01-01T00:00:00Z",
            "revoked": {{"at": "1970-01-01T00:00:04Z", "by": "u_9", "reason": "leaked"}},
            "allow_ips": ["203.0.113.0/24", "2001:db8::1"]}}"#
    );
    let record = KeyRecord::from_json(&text).unwrap();
    assert_eq!((record.id(), record.app(), record.scope()), ("k", "desk", Scope::ReadWrite));
    let times =
        [record.expires_set_at(), record.created_at(), record.not_before(), record.expires_at()];
    assert_eq!(times.map(|time| time.unwrap().as_millis()), [0, 1000, 2000, 3000]);
    let revoked = record.revoked().unwrap();
    assert_eq!((revoked.at().as_millis(), revoked.by()), (4000, Some("u_9")));
    assert_eq!((revoked.reason(), record.version()), (Some("leaked"), 1));
    let digests = record.digests();
    assert_eq!((digests[0].key_id(), digests[1].key_id()), (Some("8f3k"), None));
    assert_eq!(digests[0].digest().to_string(), ABC);
    assert_eq!(record.allow_ips().unwrap().len(), 2);
}

#[test]
fn a_key_may_match_any_of_the_digests() {
    let record = record(&[ABC, NEW]);
    assert!(record.matches("abc", &[]) && record.matches("new", &[]));
    for text in ["", "abcd", "ABC", "abc\0"] {
        assert!(!record.matches(text, &[]), "{text:?}");
    }
}

#[test]
fn a_peppered_digest_needs_its_own_pepper() {
    let record = record(&[PEPPERED]);
    assert!(record.matches("abc", &[pepper("p0"), pepper("p1")]));
    assert!(!record.matches("abc", &[pepper("p0")]));
    assert!(!record.matches("abc", &[]));
    assert!(!record.matches("new", &[pepper("p1")]));
}

#[test]
fn an_imported_hash_matches_its_key() {
    // SHA-256 and SHA-512 of `abc`: FIPS 180-4, B.1 and C.1.
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    let sha512 = concat!(
        "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a",
        "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    );
    for digest in [format!("foreign-sha256:{sha256}"), format!("foreign-sha512:{sha512}")] {
        let record = record(&[&digest]);
        assert!(record.digests()[0].digest().is_foreign());
        assert_eq!(record.digests()[0].digest().to_string(), digest);
        assert!(record.matches("abc", &[]) && record.matches("abc", &[pepper("p1")]));
        assert!(!record.matches("abd", &[]));
        assert!(self::record(&[NEW, &digest]).matches("abc", &[]));
    }
}

#[test]
fn a_missing_pepper_does_not_prevent_matching_another_digest() {
    assert!(record(&[PEPPERED, ABC]).matches("abc", &[]));
}

#[test]
fn a_missing_network_list_and_an_empty_one_differ() {
    assert_eq!(record(&[ABC]).allow_ips(), None);
    let empty = format!(r#""digests": [{{"digest": "{ABC}"}}], "allow_ips": []"#);
    assert_eq!(faults(&empty), [("access.no_network", "/allow_ips".into())]);
    let null = format!(r#""digests": [{{"digest": "{ABC}"}}], "allow_ips": null"#);
    assert_eq!(faults(&null), [("config.wrong_type", "/allow_ips".into())]);
}

#[test]
fn a_record_without_a_digest_is_rejected() {
    assert_eq!(faults(r#""digests": []"#), [("access.no_digest", "/digests".into())]);
    assert_eq!(
        faults(r#""created_at": "1970-01-01T00:00:01Z""#),
        [("config.missing_member", "".into())]
    );
}

#[test]
fn an_invalid_item_does_not_make_a_list_count_as_empty() {
    let text = r#""digests": [7, {"digest": "md5:x"}, {"digest": "foreign-sha256:x"}],
        "allow_ips": ["10.0.0.1/8"]"#;
    let expected = [
        ("config.wrong_type", "/digests/0"),
        ("key.unknown_algorithm", "/digests/1/digest"),
        ("key.malformed_digest", "/digests/2/digest"),
        ("network.host_bits", "/allow_ips/0"),
    ];
    assert_eq!(faults(text), expected.map(|(code, pointer)| (code, pointer.into())));
}

#[test]
fn a_key_must_be_valid_for_at_least_one_millisecond() {
    let text = |end: &str| {
        format!(
            r#"{{"id": "k", "app": "desk", "scope": "read", "digests": [{{"digest": "{ABC}"}}],
                "not_before": "2026-11-01T00:00:00Z", "expires_at": "{end}"}}"#
        )
    };
    for end in ["2026-11-01T00:00:00Z", "2026-10-31T23:59:59.999Z", "2026-11-01T00:00:00.000999Z"] {
        let error = KeyRecord::from_json(&text(end)).unwrap_err();
        assert_eq!(error.faults()[0].pointer(), "/expires_at");
        assert_eq!(error.code(), "access.never_valid", "{end}");
    }
    assert!(KeyRecord::from_json(&text("2026-11-01T00:00:00.001Z")).is_ok());
}

#[test]
fn every_fault_is_listed() {
    let text = r#"{"id": "", "scope": "write", "digests": {}, "expires_at": 1, "expire_at": "x"}"#;
    let error = KeyRecord::from_json(text).unwrap_err();
    let found: Vec<_> =
        error.faults().iter().map(|fault| (fault.code(), fault.pointer())).collect();
    let expected = [
        ("config.malformed_id", "/id"),
        ("config.unknown_value", "/scope"),
        ("config.wrong_type", "/digests"),
        ("config.wrong_type", "/expires_at"),
        ("config.unknown_member", ""),
        ("config.missing_member", ""),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_written_record_is_read_as_the_same_record() {
    let text = format!(
        r#"{{"id": "r_1", "app": "desk", "organization": "acme", "environment": "live",
            "owner": "u_17", "name": "Büro \"A\"", "scope": "admin", "operations": ["*", "a.*", "b"],
            "queues": ["support"], "digests": [{{"key_id": "8f3k", "digest": "{ABC}",
            "display": "kr_••••", "created_at": "2026-11-01T00:00:00.001Z",
            "valid_until": "2026-12-01T00:00:00Z"}}], "display": "kr_••••",
            "created_by": {{"id": "u_17", "role": "org_admin"}}, "expires_at": "never",
            "enabled": false, "metadata": {{"b": "1", "a": "2"}}, "version": 9}}"#
    );
    let record = KeyRecord::from_json(&text).unwrap();
    let json = record.to_json();
    assert_eq!(KeyRecord::from_json(&json).unwrap(), record);
    // The members of metadata are sorted by name.
    assert!(!json.contains('\n') && json.contains(r#""metadata":{"a":"2","b":"1"}"#), "{json}");
}
