//! Declarations: each fault has its code and its place, and each limit holds
//! on both sides.

use keyrail_key::{Alphabet, Checksum, KeyFormat, Lengths, Segment};

/// A sound declaration with a member put in place of another of its name.
fn with(members: &[(&str, &str)]) -> String {
    let mut document = vec![
        ("prefix", r#""acme""#),
        ("segments", r#"[{"name": "secret", "alphabet": "hex", "length": 32}]"#),
    ];
    for member in members {
        document.retain(|(name, _)| name != &member.0);
        document.push(*member);
    }
    let members: Vec<_> =
        document.iter().map(|(name, value)| format!(r#""{name}": {value}"#)).collect();
    format!("{{{}}}", members.join(", "))
}

fn faults(json: &str) -> Vec<(&'static str, String)> {
    let error = KeyFormat::from_json(json).expect_err(json);
    error.faults().iter().map(|fault| (fault.code(), fault.pointer().to_owned())).collect()
}

fn check(members: &[(&str, &str)], code: &str, pointer: &str) {
    let json = with(members);
    assert_eq!(faults(&json), [(code, pointer.to_owned())] as [(&str, String); 1], "{json}");
}

fn accepts(members: &[(&str, &str)]) -> KeyFormat {
    let json = with(members);
    KeyFormat::from_json(&json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn segment(members: &str) -> String {
    format!(r#"[{{{members}}}, {{"name": "secret", "alphabet": "hex", "length": 32}}]"#)
}

fn text(text: &str) -> String {
    format!("\"{text}\"")
}

#[test]
fn what_is_left_away_has_its_default() {
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
        check(&[("prefix", &text(prefix))], code, "/prefix");
        assert_eq!(KeyFormat::github(prefix).unwrap_err().code(), code);
    }
    accepts(&[("prefix", &text(&"a".repeat(32)))]);
    accepts(&[("prefix", r#""a-._~+/9""#), ("name", r#""a""#)]);
    // The name is the prefix where none is given, and has other characters.
    check(&[("prefix", r#""a.b""#)], "key.malformed_format_name", "/prefix");
}

#[test]
fn a_name_is_1_to_64_letters_digits_hyphens_and_underscores() {
    for name in ["", "a.b", "a b", "é", &"a".repeat(65)] {
        check(&[("name", &text(name))], "key.malformed_format_name", "/name");
        let first = format!(r#""name": "{name}", "alphabet": "hex", "length": 1"#);
        check(&[("segments", &segment(&first))], "key.malformed_segment_name", "/segments/0/name");
    }
    let longest = "a-_9".repeat(16);
    accepts(&[("name", &text(&longest))]);
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
fn where_an_environment_ends_must_be_certain() {
    let check = |separator: &str, names: &[&str], at: usize| {
        check(
            &[("separator", &text(separator)), ("environments", &format!("{names:?}"))],
            "key.ambiguous_environment",
            &format!("/environments/{at}"),
        );
    };
    check("_", &["live", "a_b"], 1);
    check("_", &["live_", "test"], 0);
    check("--", &["a--b"], 0);
    check("", &["live", "test", "live2"], 2);
    check("", &["live2", "live"], 1);
    // `a__` begins `a___`.
    check("__", &["a", "a_"], 1);
    accepts(&[("separator", r#""__""#), ("environments", r#"["a", "_a", "a_b"]"#)]);
    accepts(&[("environments", r#"["live", "live2"]"#)]);
    // The first segment's own separator is what follows the environment.
    let own = r#"[{"name": "s", "alphabet": "hex", "length": 32, "separator": ""}]"#;
    super::declarations::check(
        &[("environments", r#"["live", "live2"]"#), ("segments", own)],
        "key.ambiguous_environment",
        "/environments/1",
    );
}

#[test]
fn a_separator_is_at_most_8_allowed_characters() {
    for wrong in ["é", " ", "=", "_________"] {
        check(&[("separator", &text(wrong))], "key.malformed_separator", "/separator");
        let own = format!(r#""name": "a", "alphabet": "hex", "length": 1, "separator": "{wrong}""#);
        check(&[("segments", &segment(&own))], "key.malformed_separator", "/segments/0/separator");
        let checksum = format!(r#"{{"algorithm": "crc32", "separator": "{wrong}"}}"#);
        check(&[("checksum", &checksum)], "key.malformed_separator", "/checksum/separator");
    }
    for right in ["", "________", "-._~+/aB"] {
        accepts(&[("separator", &text(right))]);
    }
}

#[test]
fn segments_are_1_to_16_and_of_different_names() {
    check(&[("segments", "[]")], "key.no_segments", "/segments");
    let segments = |count: usize| {
        let one = |index| format!(r#"{{"name": "s{index}", "alphabet": "hex", "length": 30}}"#);
        format!("[{}]", (0..count).map(one).collect::<Vec<_>>().join(", "))
    };
    accepts(&[("segments", &segments(16))]);
    let too_many = with(&[("segments", &segments(17))]);
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
        assert_eq!(faults(&with(&[("segments", &segment(&first))]))[0], (code, pointer.to_owned()));
    }
    // 2 and 510 with a prefix and a separator of a character each.
    let members =
        |length: usize| format!(r#"[{{"name": "a", "alphabet": "hex", "length": {length}}}]"#);
    accepts(&[("prefix", r#""a""#), ("segments", &members(510))]);
    check(&[("prefix", r#""a""#), ("segments", &members(511))], "key.format_too_long", "");
    check(&[("prefix", r#""a""#), ("segments", &members(512))], "key.format_too_long", "");
}

#[test]
fn the_longest_key_counts_the_longest_environment_and_the_checksum() {
    // 1 + 1 + environment + 1 + segment + 1 + 6.
    let members = |length: usize| {
        format!(r#"[{{"name": "a", "alphabet": "hex", "length": {{"min": 30, "max": {length}}}}}]"#)
    };
    let with = |length: usize| {
        with(&[
            ("prefix", r#""a""#),
            ("environments", r#"["four", "seven77"]"#),
            ("segments", &members(length)),
            ("checksum", r#"{"algorithm": "crc32", "separator": "."}"#),
        ])
    };
    KeyFormat::from_json(&with(512 - 17)).unwrap();
    assert_eq!(faults(&with(512 - 16)), [("key.format_too_long", String::new())]);
}

#[test]
fn an_alphabet_is_known_or_two_or_more_different_allowed_characters() {
    let declared =
        |alphabet: &str| segment(&format!(r#""name": "a", "alphabet": {alphabet}, "length": 1"#));
    for unknown in ["\"\"", "\"Hex\"", "\"base64\""] {
        check(&[("segments", &declared(unknown))], "key.unknown_alphabet", "/segments/0/alphabet");
    }
    for malformed in ["", "a", "aa", "aba", "ab=", "a é", "a,"] {
        let own = format!(r#"{{"characters": "{malformed}"}}"#);
        check(&[("segments", &declared(&own))], "key.malformed_alphabet", "/segments/0/alphabet");
        assert_eq!(Alphabet::of(malformed).unwrap_err().code(), "key.malformed_alphabet");
    }
    check(&[("segments", &declared("{}"))], "config.missing_member", "/segments/0/alphabet");
    for right in ["ab", "-._~+/", "zyx"] {
        accepts(&[("segments", &declared(&format!(r#"{{"characters": "{right}"}}"#)))]);
    }
    for (name, symbols) in [
        ("hex", "0123456789abcdef"),
        ("base32", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
        ("base58", "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
        ("base62", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
        ("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"),
        ("digits", "0123456789"),
    ] {
        let own = accepts(&[("segments", &declared(&format!(r#"{{"characters": "{symbols}"}}"#)))]);
        assert_eq!(accepts(&[("segments", &declared(&text(name)))]), own);
    }
}

#[test]
fn where_a_segment_ends_must_be_certain() {
    let list = |first: &str, second: &str| {
        format!(
            r#"[{{"name": "a", "alphabet": {first}}}, {{"name": "b", "alphabet": {second}}},
                {{"name": "secret", "alphabet": "hex", "length": 32}}]"#
        )
    };
    let variable = r#""base64url", "length": {"min": 1, "max": 9}"#;
    let hex = r#""hex", "length": {"min": 1, "max": 9}"#;
    let fixed = r#""base64url", "length": 9"#;
    // `_` is of base64url: after it, before it, and both.
    check(&[("segments", &list(variable, fixed))], "key.separator_in_alphabet", "/segments/0");
    check(&[("segments", &list(fixed, variable))], "key.separator_in_alphabet", "/segments/1");
    accepts(&[("segments", &list(fixed, fixed))]);
    accepts(&[("segments", &list(hex, hex))]);
    accepts(&[("separator", r#"".""#), ("segments", &list(variable, variable))]);
    // What the separator goes on with is of no matter.
    accepts(&[("separator", r#""._""#), ("segments", &list(variable, variable))]);
    // The environment's, the prefix's and the checksum's separators are beside it too.
    let last = r#"[{"name": "a", "alphabet": "hex", "length": {"min": 32, "max": 40}}]"#;
    for members in [
        &[("separator", r#""a""#), ("segments", last)][..],
        &[("separator", r#""a""#), ("environments", r#"["x"]"#), ("segments", last)],
        &[("segments", last), ("checksum", r#"{"algorithm": "crc32", "separator": "a"}"#)],
    ] {
        check(members, "key.separator_in_alphabet", "/segments/0");
    }
    // Without a separator, one segment alone may vary.
    let bare = format!(r#"{hex}, "separator": """#);
    check(&[("segments", &list(hex, &bare))], "key.ambiguous_segments", "/segments/0");
    let bare_fixed = format!(r#"{fixed}, "separator": """#);
    accepts(&[("segments", &list(hex, &bare_fixed))]);
    check(
        &[("separator", r#""""#), ("segments", &list(hex, hex))],
        "key.ambiguous_segments",
        "/segments/0",
    );
}

#[test]
fn a_secret_has_96_bits_at_its_shortest() {
    let declared = |alphabet: &str, length: usize| {
        let length = format!(r#"{{"min": {length}, "max": 300}}"#);
        format!(r#"[{{"name": "a", "alphabet": {alphabet}, "length": {length}}}]"#)
    };
    // ceil(96 / log2(n)), but for 2, 16 and 32, where it is even.
    for (alphabet, least) in [
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
        accepts(&[separator, ("segments", &declared(alphabet, least))]);
        check(
            &[separator, ("segments", &declared(alphabet, least - 1))],
            "key.too_little_secret",
            "/segments",
        );
    }
    // What may be seen is no secret, and secrets add up.
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

#[test]
fn a_checksum_is_known_and_only_sha256_has_a_length() {
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
    assert_eq!(
        faults("{}"),
        [("config.missing_member", String::new()), ("config.missing_member", String::new())]
    );
}

#[test]
fn a_fault_shows_nothing_of_what_was_written() {
    let error = KeyFormat::from_json(
        r#"{"prefix": "whisper whisper", "segments": [{"name": "whisper!", "alphabet": "whisper",
            "length": "whisper"}], "checksum": "whisper", "whisper": "whisper"}"#,
    )
    .unwrap_err();
    assert_eq!(error.faults().len(), 6);
    assert!(!format!("{error} {error:?}").contains("whisper"));
}

#[test]
fn the_builder_refuses_the_same() {
    let builder = || KeyFormat::builder("acme");
    let secret = || Segment::secret("secret", Alphabet::HEX, 32);
    let sound = || builder().segment(secret());
    assert!(sound().build().is_ok());
    for (builder, code) in [
        (KeyFormat::builder("").segment(secret()), "key.empty_prefix"),
        (KeyFormat::builder("é").segment(secret()), "key.non_ascii_prefix"),
        (KeyFormat::builder("a b").segment(secret()), "key.malformed_prefix"),
        (KeyFormat::builder("a.b").segment(secret()), "key.malformed_format_name"),
        (sound().name(""), "key.malformed_format_name"),
        (sound().environments([""; 0]), "key.no_environments"),
        (sound().environments((0..33).map(|name| format!("e{name}"))), "key.too_many_environments"),
        (sound().environments(["a b"]), "key.malformed_environment"),
        (sound().environments(["a", "a"]), "key.duplicate_environment"),
        (sound().environments(["a_b"]), "key.ambiguous_environment"),
        (sound().separator("_________"), "key.malformed_separator"),
        (builder(), "key.no_segments"),
        (builder().segment(Segment::secret("", Alphabet::HEX, 32)), "key.malformed_segment_name"),
        (sound().segment(secret()), "key.duplicate_segment"),
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
        (sound().checksum(Checksum::sha256(3)), "key.malformed_checksum"),
        (sound().checksum(Checksum::sha256(usize::MAX)), "key.malformed_checksum"),
        (sound().checksum(Checksum::crc32().separated_by("=")), "key.malformed_separator"),
    ] {
        assert_eq!(builder.build().unwrap_err().code(), code);
    }
    let many = (0..17).fold(builder(), |builder, index| {
        builder.segment(Segment::secret(&format!("s{index}"), Alphabet::HEX, 8))
    });
    assert_eq!(many.build().unwrap_err().code(), "key.too_many_segments");
    assert_eq!(Lengths::from(3), Lengths::from(3..=3));
}

#[test]
fn a_declared_format_has_the_layout_that_keyrails_own_has() {
    let declared = KeyFormat::from_json(
        r#"{"version": 1, "name": "keyrail", "prefix": "kr", "environments": ["live", "test"],
            "segments": [{"name": "id", "alphabet": "base62", "length": 12, "secret": false},
                         {"name": "secret", "alphabet": "base62", "length": 27}],
            "checksum": "crc32"}"#,
    );
    let (declared, own) = (declared.unwrap(), KeyFormat::keyrail());
    assert_eq!(declared, own);
    let key = own.generate("test", &[9; 32]).unwrap();
    assert_eq!(declared.generate("test", &[9; 32]).unwrap(), key);
    assert_eq!(declared.parse(key.reveal()).unwrap(), key);
}

#[test]
fn a_separator_of_the_first_segments_own_stands_right_before_it() {
    let own = r#"[{"name": "id", "alphabet": "hex", "length": 4, "secret": false, "separator": "."},
                  {"name": "secret", "alphabet": "hex", "length": 24}]"#;
    let with_environments = accepts(&[("environments", r#"["live"]"#), ("segments", own)]);
    assert_eq!(with_environments.pattern().unwrap(), r"acme_live\.[0-9a-f]{4}_[0-9a-f]{24}");
    let without = accepts(&[("segments", own)]);
    assert_eq!(without.pattern().unwrap(), r"acme\.[0-9a-f]{4}_[0-9a-f]{24}");
    let key = without.generate(None, &[1; 32]).unwrap();
    assert_eq!(key.id(), key.reveal().get(5..9));
}

/// `acme_<id 2 to 4 of hex>-<secret 24 to 26 of hex>.<8 of hex>`
fn variable() -> KeyFormat {
    accepts(&[
        (
            "segments",
            r#"[{"name": "id", "alphabet": "hex", "length": {"min": 2, "max": 4}, "secret": false},
                {"name": "secret", "alphabet": "hex", "length": {"min": 24, "max": 26}, "separator": "-+"}]"#,
        ),
        ("checksum", r#"{"algorithm": "sha256", "separator": "."}"#),
    ])
}

#[test]
fn a_key_of_variable_length_is_judged_from_left_to_right() {
    let format = variable();
    let secret = "0123456789abcdef01234567";
    let refusal = |text: &str| {
        let error = format.parse(text).expect_err(text);
        (error.code(), error.offset().unwrap())
    };
    // By `printf 'acme_abc-+0123456789abcdef01234567' | sha256sum`.
    let right = format!("acme_abc-+{secret}.CHECK");
    let right = right.replace("CHECK", SUM);
    assert_eq!(format.parse(&right).unwrap().id(), Some("abc"));
    // Shortest: 5 + 2 + 2 + 24 + 1 + 8 = 42; longest 46.
    assert_eq!(refusal("acme_"), ("key.length", 5));
    assert_eq!(refusal(&right[..41]), ("key.length", 41));
    assert_eq!(refusal(&format!("{right}0000")), ("key.length", 46));
    for (text, code, at) in [
        (format!("acme_a-+{secret}00.{SUM}"), "key.length", 6),
        (format!("acme_-+{secret}00.{SUM}"), "key.length", 5),
        (format!("acme_abcde-+{secret}.{SUM}"), "key.length", 9),
        (format!("acme_abG-+{secret}.{SUM}"), "key.character", 7),
        (format!("acme_abcdG+{secret}.{SUM}"), "key.character", 9),
        (format!("acme_abc--{secret}.{SUM}"), "key.character", 9),
        (format!("acme_abc-+{}.{SUM}0", &secret[1..]), "key.length", 33),
        (format!("acme_ab-+{secret}012.{SUM}"), "key.length", 35),
        (format!("acme_abc-+{secret}-{SUM}"), "key.character", 34),
        (format!("acme_abc-+{secret}.0000000G"), "key.character", 42),
        (format!("acme_abc-+{secret}.00000000"), "key.checksum", 35),
        (format!("acme_abc-+{secret}.{SUM}0"), "key.length", 43),
        (format!("acme_abcd-+{secret}.{}", &SUM[1..]), "key.length", 43),
        (format!("acme_{}", "a".repeat(37)), "key.length", 9),
        (format!("acme_abc-+{secret}é{}", &SUM[1..]), "key.character", 34),
    ] {
        assert_eq!(refusal(&text), (code, at), "{text}");
    }
}

/// The first eight digits of the SHA-256 above.
const SUM: &str = "7717b237";

#[test]
fn a_segment_without_a_separator_takes_what_the_others_leave() {
    let format = accepts(&[(
        "segments",
        r#"[{"name": "id", "alphabet": "digits", "length": {"min": 2, "max": 4}, "secret": false},
                {"name": "secret", "alphabet": "hex", "length": 24, "separator": ""}]"#,
    )]);
    let secret = "0123456789abcdef01234567";
    for id in ["12", "123", "1234"] {
        let text = format!("acme_{id}{secret}");
        assert_eq!(format.parse(&text).unwrap().id(), Some(id));
    }
    let refusal = |text: String| {
        let error = format.parse(&text).unwrap_err();
        (error.code(), error.offset().unwrap())
    };
    assert_eq!(refusal(format!("acme_1{secret}")), ("key.length", 30));
    assert_eq!(refusal(format!("acme_12345{secret}")), ("key.length", 33));
    assert_eq!(refusal(format!("acme_12a{secret}")), ("key.character", 7));
    assert_eq!(refusal(format!("acme_123G{}", &secret[1..])), ("key.character", 8));
}

#[test]
fn an_environment_is_known_by_the_separator_behind_it() {
    let format = accepts(&[("environments", r#"["live", "live2", "test"]"#)]);
    let secret = "0123456789abcdef0123456789abcdef";
    for name in ["live", "live2", "test"] {
        let key = format.parse(&format!("acme_{name}_{secret}")).unwrap();
        assert_eq!(key.environment(), Some(name));
    }
    let refusal = |text: String| {
        let error = format.parse(&text).unwrap_err();
        (error.code(), error.offset().unwrap())
    };
    assert_eq!(refusal(format!("acme_prod_{secret}")), ("key.environment", 5));
    assert_eq!(refusal("acme_".to_owned()), ("key.environment", 5));
    assert_eq!(refusal("acme".to_owned()), ("key.prefix", 0));
    assert_eq!(refusal(format!("acme_live2-{secret}")), ("key.character", 10));
    assert_eq!(refusal(format!("acme_livex{secret}")), ("key.character", 9));
}
