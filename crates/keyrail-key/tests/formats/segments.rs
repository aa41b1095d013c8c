//! Segments: the code and the pointer of each fault, and values at and beyond each limit.

use keyrail_key::{Alphabet, KeyFormat};

use super::declared::{accepts, check, declaration_with, faults, quoted, segment};

#[test]
fn a_format_has_1_to_16_segments_with_unique_names() {
    check(&[("segments", "[]")], "key.no_segments", "/segments");
    let segments = |count: usize| {
        let segment = |index| format!(r#"{{"name": "s{index}", "alphabet": "hex", "length": 30}}"#);
        format!("[{}]", (0..count).map(segment).collect::<Vec<_>>().join(", "))
    };
    accepts(&[("segments", &segments(16))]);
    let too_many = declaration_with(&[("segments", &segments(17))]);
    assert_eq!(faults(&too_many)[0], ("key.too_many_segments", "/segments".to_owned()));
    check(
        &[("segments", &segment(r#""name": "secret", "alphabet": "hex", "length": 1"#))],
        "key.duplicate_segment",
        "/segments/1/name",
    );
}

#[test]
fn a_segment_is_1_to_512_characters_long() {
    for length in [
        "0",
        "-1",
        "513",
        "18446744073709551615",
        r#"{"min": 0, "max": 4}"#,
        r#"{"min": 4, "max": 3}"#,
        r#"{"min": 1, "max": 513}"#,
        r#"{"min": -9223372036854775808, "max": 9223372036854775807}"#,
    ] {
        let first = format!(r#""name": "a", "alphabet": "hex", "length": {length}"#);
        check(&[("segments", &segment(&first))], "key.segment_length", "/segments/0/length");
    }
    for (length, code, pointer) in [
        ("1.0", "config.wrong_type", "/segments/0/length"),
        ("\"1\"", "config.wrong_type", "/segments/0/length"),
        ("{}", "config.missing_member", "/segments/0/length"),
        (r#"{"min": 1, "max": 2, "mox": 3}"#, "config.unknown_member", "/segments/0/length"),
        (r#"{"min": "1", "max": 2}"#, "config.wrong_type", "/segments/0/length/min"),
    ] {
        let first = format!(r#""name": "a", "alphabet": "hex", "length": {length}"#);
        assert_eq!(
            faults(&declaration_with(&[("segments", &segment(&first))]))[0],
            (code, pointer.to_owned())
        );
    }
    // The prefix and the separator have 1 character each, so 510 are left for the segment.
    let segments =
        |length: usize| format!(r#"[{{"name": "a", "alphabet": "hex", "length": {length}}}]"#);
    accepts(&[("prefix", r#""a""#), ("segments", &segments(510))]);
    check(&[("prefix", r#""a""#), ("segments", &segments(511))], "key.format_too_long", "");
    check(&[("prefix", r#""a""#), ("segments", &segments(512))], "key.format_too_long", "");
}

#[test]
fn the_length_limit_includes_the_longest_environment_and_the_checksum() {
    // Without the segment, the longest key has 17 characters: prefix 1, separator 1, environment 7,
    // separator 1, separator of the checksum 1, checksum 6.
    let segments = |length: usize| {
        format!(r#"[{{"name": "a", "alphabet": "hex", "length": {{"min": 30, "max": {length}}}}}]"#)
    };
    let declared = |length: usize| {
        declaration_with(&[
            ("prefix", r#""a""#),
            ("environments", r#"["four", "seven77"]"#),
            ("segments", &segments(length)),
            ("checksum", r#"{"algorithm": "crc32", "separator": "."}"#),
        ])
    };
    KeyFormat::from_json(&declared(512 - 17)).unwrap();
    assert_eq!(faults(&declared(512 - 16)), [("key.format_too_long", String::new())]);
}

#[test]
fn an_alphabet_is_a_known_name_or_at_least_two_characters_without_repeats() {
    let declared =
        |alphabet: &str| segment(&format!(r#""name": "a", "alphabet": {alphabet}, "length": 1"#));
    for unknown in ["\"\"", "\"Hex\"", "\"base64\""] {
        check(&[("segments", &declared(unknown))], "key.unknown_alphabet", "/segments/0/alphabet");
    }
    for malformed in ["", "a", "aa", "aba", "ab=", "a é", "a,"] {
        let object = format!(r#"{{"characters": "{malformed}"}}"#);
        check(
            &[("segments", &declared(&object))],
            "key.malformed_alphabet",
            "/segments/0/alphabet",
        );
        assert_eq!(Alphabet::of(malformed).unwrap_err().code(), "key.malformed_alphabet");
    }
    check(&[("segments", &declared("{}"))], "config.missing_member", "/segments/0/alphabet");
    for valid in ["ab", "-._~+/", "zyx"] {
        accepts(&[("segments", &declared(&format!(r#"{{"characters": "{valid}"}}"#)))]);
    }
    for (name, symbols) in [
        ("hex", "0123456789abcdef"),
        ("base32", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
        ("base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
        ("base62", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        ("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        ("digits", "0123456789"),
    ] {
        let custom =
            accepts(&[("segments", &declared(&format!(r#"{{"characters": "{symbols}"}}"#)))]);
        assert_eq!(accepts(&[("segments", &declared(&quoted(name)))]), custom);
    }
}

#[test]
fn the_end_of_a_segment_must_be_unambiguous() {
    let list = |first: &str, second: &str| {
        format!(
            r#"[{{"name": "a", "alphabet": {first}}}, {{"name": "b", "alphabet": {second}}},
                {{"name": "secret", "alphabet": "hex", "length": 32}}]"#
        )
    };
    let variable = r#""base64url", "length": {"min": 1, "max": 9}"#;
    let hex = r#""hex", "length": {"min": 1, "max": 9}"#;
    let fixed = r#""base64url", "length": 9"#;
    // `_` is in the alphabet `base64url`, so it is rejected as the separator before or after a
    // segment of variable length.
    check(&[("segments", &list(variable, fixed))], "key.separator_in_alphabet", "/segments/0");
    check(&[("segments", &list(fixed, variable))], "key.separator_in_alphabet", "/segments/1");
    accepts(&[("segments", &list(fixed, fixed))]);
    accepts(&[("segments", &list(hex, hex))]);
    accepts(&[("separator", r#"".""#), ("segments", &list(variable, variable))]);
    // Only the first character of the separator matters.
    accepts(&[("separator", r#""._""#), ("segments", &list(variable, variable))]);
    // The separator after the prefix, the one after the environment and the one before the checksum
    // are checked too.
    let last = r#"[{"name": "a", "alphabet": "hex", "length": {"min": 32, "max": 40}}]"#;
    for members in [
        &[("separator", r#""a""#), ("segments", last)][..],
        &[("separator", r#""a""#), ("environments", r#"["x"]"#), ("segments", last)],
        &[("segments", last), ("checksum", r#"{"algorithm": "crc32", "separator": "a"}"#)],
    ] {
        check(members, "key.separator_in_alphabet", "/segments/0");
    }
    // A segment of variable length without a separator after it must be the last segment of
    // variable length.
    let joined = format!(r#"{hex}, "separator": """#);
    check(&[("segments", &list(hex, &joined))], "key.ambiguous_segments", "/segments/0");
    let joined_fixed = format!(r#"{fixed}, "separator": """#);
    accepts(&[("segments", &list(hex, &joined_fixed))]);
    check(
        &[("separator", r#""""#), ("segments", &list(hex, hex))],
        "key.ambiguous_segments",
        "/segments/0",
    );
}

#[test]
fn the_shortest_secret_must_have_96_bits() {
    let declared = |alphabet: &str, length: usize| {
        let length = format!(r#"{{"min": {length}, "max": 300}}"#);
        format!(r#"[{{"name": "a", "alphabet": {alphabet}, "length": {length}}}]"#)
    };
    // The minimum length for an alphabet of n characters is ceil(96 / log2(n)).
    for (alphabet, min_length) in [
        (r#"{"characters": "01"}"#, 96),
        (r#"{"characters": "012"}"#, 61),
        (r#""digits""#, 29),
        (r#""hex""#, 24),
        (r#""base32""#, 20),
        (r#""base58""#, 17),
        (r#""base62""#, 17),
        (r#""base64url""#, 16),
    ] {
        let separator = ("separator", r#"".""#);
        accepts(&[separator, ("segments", &declared(alphabet, min_length))]);
        check(
            &[separator, ("segments", &declared(alphabet, min_length - 1))],
            "key.too_little_secret",
            "/segments",
        );
    }
    // Public segments do not count, and the bits of all secret segments are added.
    let parts = |secret: bool, length: usize| {
        format!(
            r#"[{{"name": "a", "alphabet": "hex", "length": 12, "secret": {secret}}},
                {{"name": "b", "alphabet": "hex", "length": {length}}}]"#
        )
    };
    accepts(&[("segments", &parts(true, 12))]);
    check(&[("segments", &parts(true, 11))], "key.too_little_secret", "/segments");
    check(&[("segments", &parts(false, 12))], "key.too_little_secret", "/segments");
    check(&[("segments", &parts(false, 23))], "key.too_little_secret", "/segments");
}
