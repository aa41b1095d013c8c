//! Declarations: the code and the pointer of each fault, and values at and beyond each limit. The
//! faults of segments are in `segments.rs`.

use keyrail_key::{Alphabet, Checksum, KeyFormat, Lengths, Segment};

use super::declared::{accepts, check, faults, quoted, segment};

#[test]
fn omitted_members_have_defaults() {
    let short = accepts(&[]);
    let long = accepts(&[
        ("version", "1"),
        ("name", r#""acme""#),
        ("separator", r#""_""#),
        (
            "segments",
            r#"[{"name": "secret", "alphabet": "hex", "length": {"min": 32, "max": 32}, "secret": true}]"#,
        ),
        ("checksum", r#""none""#),
    ]);
    assert_eq!(short, long);
    assert_eq!(short.name(), "acme");
    assert_eq!(short.environments().len(), 0);
    assert_eq!(
        accepts(&[("checksum", r#""sha256""#)]).pattern().unwrap(),
        "acme_[0-9a-f]{32}[0-9a-f]{8}"
    );
    let named = accepts(&[("name", r#""other""#), ("environments", r#"["b", "a"]"#)]);
    assert_eq!(named.name(), "other");
    assert_eq!(named.environments().collect::<Vec<_>>(), ["b", "a"]);
}

#[test]
fn a_prefix_is_1_to_32_allowed_characters() {
    for (prefix, code) in [
        ("", "key.empty_prefix"),
        ("é", "key.non_ascii_prefix"),
        ("a b", "key.malformed_prefix"),
        ("a,b", "key.malformed_prefix"),
        ("a=b", "key.malformed_prefix"),
        (&"a".repeat(33), "key.malformed_prefix"),
    ] {
        check(&[("prefix", &quoted(prefix))], code, "/prefix");
        assert_eq!(KeyFormat::github(prefix).unwrap_err().code(), code);
    }
    accepts(&[("prefix", &quoted(&"a".repeat(32)))]);
    accepts(&[("prefix", r#""a-._~+/9""#), ("name", r#""a""#)]);
    // The prefix is the default name. A prefix may contain characters that are not allowed in a
    // name, such as a dot.
    check(&[("prefix", r#""a.b""#)], "key.malformed_format_name", "/prefix");
}

#[test]
fn a_name_is_1_to_64_letters_digits_hyphens_and_underscores() {
    for name in ["", "a.b", "a b", "é", &"a".repeat(65)] {
        check(&[("name", &quoted(name))], "key.malformed_format_name", "/name");
        let first = format!(r#""name": "{name}", "alphabet": "hex", "length": 1"#);
        check(&[("segments", &segment(&first))], "key.malformed_segment_name", "/segments/0/name");
    }
    let longest = "a-_9".repeat(16);
    accepts(&[("name", &quoted(&longest))]);
    accepts(&[(
        "segments",
        &segment(&format!(r#""name": "{longest}", "alphabet": "hex", "length": 1"#)),
    )]);
}

#[test]
fn environments_are_1_to_32_names_of_1_to_32_characters() {
    let list = |names: &[&str]| format!("{names:?}");
    check(&[("environments", "[]")], "key.no_environments", "/environments");
    for name in ["", "é", "a b", &"a".repeat(33)] {
        check(
            &[("environments", &list(&["x", name]))],
            "key.malformed_environment",
            "/environments/1",
        );
    }
    accepts(&[("environments", &list(&[&"a".repeat(32)]))]);
    check(
        &[("environments", &list(&["a", "b", "a"]))],
        "key.duplicate_environment",
        "/environments/2",
    );
    let many: Vec<String> = (10..43).map(|number| format!("e{number}")).collect();
    accepts(&[("environments", &format!("{:?}", &many[..32]))]);
    check(&[("environments", &format!("{many:?}"))], "key.too_many_environments", "/environments");
}

#[test]
fn the_end_of_an_environment_must_be_unambiguous() {
    let check = |separator: &str, names: &[&str], at: usize| {
        check(
            &[("separator", &quoted(separator)), ("environments", &format!("{names:?}"))],
            "key.ambiguous_environment",
            &format!("/environments/{at}"),
        );
    };
    check("_", &["live", "a_b"], 1);
    check("_", &["live_", "test"], 0);
    check("--", &["a--b"], 0);
    check("", &["live", "test", "live2"], 2);
    check("", &["live2", "live"], 1);
    // With the separator, the environments are `a__` and `a___`, and the first is a prefix of the
    // second.
    check("__", &["a", "a_"], 1);
    accepts(&[("separator", r#""__""#), ("environments", r#"["a", "_a", "a_b"]"#)]);
    accepts(&[("environments", r#"["live", "live2"]"#)]);
    // The separator of the first segment is also the separator after the environment.
    let segments = r#"[{"name": "s", "alphabet": "hex", "length": 32, "separator": ""}]"#;
    super::declared::check(
        &[("environments", r#"["live", "live2"]"#), ("segments", segments)],
        "key.ambiguous_environment",
        "/environments/1",
    );
}

#[test]
fn a_separator_is_at_most_8_allowed_characters() {
    for wrong in ["é", " ", "=", "_________"] {
        check(&[("separator", &quoted(wrong))], "key.malformed_separator", "/separator");
        let first =
            format!(r#""name": "a", "alphabet": "hex", "length": 1, "separator": "{wrong}""#);
        check(
            &[("segments", &segment(&first))],
            "key.malformed_separator",
            "/segments/0/separator",
        );
        let checksum = format!(r#"{{"algorithm": "crc32", "separator": "{wrong}"}}"#);
        check(&[("checksum", &checksum)], "key.malformed_separator", "/checksum/separator");
    }
    for right in ["", "________", "-._~+/aB"] {
        accepts(&[("separator", &quoted(right))]);
    }
}

#[test]
fn a_checksum_must_be_known_and_only_sha256_has_a_length() {
    for unknown in ["\"\"", "\"CRC32\"", "\"md5\""] {
        check(&[("checksum", unknown)], "key.unknown_checksum", "/checksum");
        let object = format!(r#"{{"algorithm": {unknown}}}"#);
        check(&[("checksum", &object)], "key.unknown_checksum", "/checksum/algorithm");
    }
    check(
        &[("checksum", r#"{"algorithm": "none"}"#)],
        "key.unknown_checksum",
        "/checksum/algorithm",
    );
    check(&[("checksum", "{}")], "config.missing_member", "/checksum");
    check(&[("checksum", "null")], "config.wrong_type", "/checksum");
    for (algorithm, length) in
        [("sha256", "3"), ("sha256", "65"), ("sha256", "-8"), ("crc32", "6"), ("crc32_body", "8")]
    {
        let object = format!(r#"{{"algorithm": "{algorithm}", "length": {length}}}"#);
        check(&[("checksum", &object)], "key.malformed_checksum", "/checksum/length");
    }
    for length in [4, 64] {
        let object = format!(r#"{{"algorithm": "sha256", "length": {length}}}"#);
        let pattern = format!("acme_[0-9a-f]{{32}}[0-9a-f]{{{length}}}");
        assert_eq!(accepts(&[("checksum", &object)]).pattern().unwrap(), pattern);
    }
}

#[test]
fn all_faults_are_listed_at_once() {
    let json = r#"{"prefix": "", "name": "a b", "environments": ["live", "é", "live"], "colour": 1,
                   "segments": [{"name": "a", "alphabet": "hax", "length": 0, "secret": 1},
                                {"alphabet": "hex"}], "checksum": "md5"}"#;
    let expected = [
        ("key.empty_prefix", "/prefix"),
        ("key.malformed_format_name", "/name"),
        ("key.malformed_environment", "/environments/1"),
        ("config.unknown_member", ""),
        ("key.unknown_alphabet", "/segments/0/alphabet"),
        ("key.segment_length", "/segments/0/length"),
        ("config.wrong_type", "/segments/0/secret"),
        ("config.missing_member", "/segments/1"),
        ("config.missing_member", "/segments/1"),
        ("key.unknown_checksum", "/checksum"),
        ("key.duplicate_environment", "/environments/2"),
    ];
    assert_eq!(faults(json), expected.map(|(code, pointer)| (code, pointer.to_owned())));
    let expected = [("config.missing_member", ""), ("key.no_format_name", "")];
    assert_eq!(faults("{}"), expected.map(|(code, pointer)| (code, pointer.to_owned())));
}

#[test]
fn a_fault_does_not_repeat_the_input() {
    let error = KeyFormat::from_json(
        r#"{"prefix": "whisper whisper", "segments": [{"name": "whisper!", "alphabet": "whisper",
            "length": "whisper"}], "checksum": "whisper", "whisper": "whisper"}"#,
    )
    .unwrap_err();
    assert_eq!(error.faults().len(), 6);
    assert!(!format!("{error} {error:?}").contains("whisper"));
}

#[test]
fn the_builder_rejects_invalid_declarations_with_the_same_codes() {
    let builder = || KeyFormat::builder("acme");
    let secret = || Segment::secret("secret", Alphabet::HEX, 32);
    let valid = || builder().segment(secret());
    assert!(valid().build().is_ok());
    for (builder, code) in [
        (KeyFormat::builder("").segment(secret()), "key.empty_prefix"),
        (KeyFormat::builder("é").segment(secret()), "key.non_ascii_prefix"),
        (KeyFormat::builder("a b").segment(secret()), "key.malformed_prefix"),
        (KeyFormat::builder("a.b").segment(secret()), "key.malformed_format_name"),
        (valid().name(""), "key.malformed_format_name"),
        (valid().environments([""; 0]), "key.no_environments"),
        (valid().environments((0..33).map(|name| format!("e{name}"))), "key.too_many_environments"),
        (valid().environments(["a b"]), "key.malformed_environment"),
        (valid().environments(["a", "a"]), "key.duplicate_environment"),
        (valid().environments(["a_b"]), "key.ambiguous_environment"),
        (valid().separator("_________"), "key.malformed_separator"),
        (builder(), "key.no_segments"),
        (builder().segment(Segment::secret("", Alphabet::HEX, 32)), "key.malformed_segment_name"),
        (valid().segment(secret()), "key.duplicate_segment"),
        (builder().segment(Segment::secret("a", Alphabet::HEX, 0)), "key.segment_length"),
        (builder().segment(Segment::secret("a", Alphabet::HEX, 513)), "key.segment_length"),
        (builder().segment(Segment::secret("a", Alphabet::HEX, usize::MAX)), "key.segment_length"),
        (
            builder().segment(Segment::secret("a", Alphabet::HEX, 40..=usize::MAX)),
            "key.segment_length",
        ),
        (
            builder().segment(Segment::secret("a", Alphabet::BASE64URL, 30..=40)),
            "key.separator_in_alphabet",
        ),
        (
            builder()
                .segment(Segment::secret("a", Alphabet::HEX, 30..=40))
                .segment(Segment::secret("b", Alphabet::HEX, 30..=40).separated_by("")),
            "key.ambiguous_segments",
        ),
        (builder().segment(Segment::secret("a", Alphabet::HEX, 23)), "key.too_little_secret"),
        (builder().segment(Segment::public("a", Alphabet::HEX, 40)), "key.too_little_secret"),
        (builder().segment(Segment::secret("a", Alphabet::HEX, 512)), "key.format_too_long"),
        (valid().checksum(Checksum::sha256(3)), "key.malformed_checksum"),
        (valid().checksum(Checksum::sha256(usize::MAX)), "key.malformed_checksum"),
        (valid().checksum(Checksum::crc32().separated_by("=")), "key.malformed_separator"),
    ] {
        assert_eq!(builder.build().unwrap_err().code(), code);
    }
    let many = (0..17).fold(builder(), |builder, index| {
        builder.segment(Segment::secret(&format!("s{index}"), Alphabet::HEX, 8))
    });
    assert_eq!(many.build().unwrap_err().code(), "key.too_many_segments");
    assert_eq!(Lengths::from(3), Lengths::from(3..=3));
}
