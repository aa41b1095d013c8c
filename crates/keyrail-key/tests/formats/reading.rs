//! Parsing keys of declared formats: the layout of a key, and the errors for invalid keys.

use keyrail_key::KeyFormat;

use super::declared::accepts;

#[test]
fn the_keyrail_format_can_be_declared_in_json() {
    let declared = KeyFormat::from_json(
        r#"{"version": 1, "name": "keyrail", "prefix": "kr", "environments": ["live", "test"],
            "segments": [{"name": "id", "alphabet": "base62", "length": 12, "secret": false},
                         {"name": "secret", "alphabet": "base62", "length": 27}],
            "checksum": "crc32"}"#,
    );
    let (declared, built_in) = (declared.unwrap(), KeyFormat::keyrail());
    assert_eq!(declared, built_in);
    let key = built_in.generate("test", &[9; 32]).unwrap();
    assert_eq!(declared.generate("test", &[9; 32]).unwrap(), key);
    assert_eq!(declared.parse(key.reveal()).unwrap(), key);
}

#[test]
fn a_custom_separator_of_the_first_segment_comes_right_before_it() {
    let segments = r#"
        [{"name": "id", "alphabet": "hex", "length": 4, "secret": false, "separator": "."},
         {"name": "secret", "alphabet": "hex", "length": 24}]"#;
    let with_environments = accepts(&[("environments", r#"["live"]"#), ("segments", segments)]);
    assert_eq!(with_environments.pattern().unwrap(), r"acme_live\.[0-9a-f]{4}_[0-9a-f]{24}");
    let without = accepts(&[("segments", segments)]);
    assert_eq!(without.pattern().unwrap(), r"acme\.[0-9a-f]{4}_[0-9a-f]{24}");
    let key = without.generate(None, &[1; 32]).unwrap();
    assert_eq!(key.id(), key.reveal().get(5..9));
}

/// Returns the format `acme_<id>-+<secret>.<checksum>`, all hexadecimal: an id of 2 to 4 digits,
/// a secret of 24 to 26 and a checksum of 8.
fn variable_format() -> KeyFormat {
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
fn a_key_of_variable_length_is_checked_from_left_to_right() {
    let format = variable_format();
    let secret = "0123456789abcdef01234567";
    let error_of = |text: &str| {
        let error = format.parse(text).expect_err(text);
        (error.code(), error.offset().unwrap())
    };
    // `SUM` was computed with `printf 'acme_abc-+0123456789abcdef01234567' | sha256sum`.
    let valid = format!("acme_abc-+{secret}.{SUM}");
    assert_eq!(format.parse(&valid).unwrap().id(), Some("abc"));
    // The shortest key has 5 + 2 + 2 + 24 + 1 + 8 = 42 characters, the longest 46.
    assert_eq!(error_of("acme_"), ("key.length", 5));
    assert_eq!(error_of(&valid[..41]), ("key.length", 41));
    assert_eq!(error_of(&format!("{valid}0000")), ("key.length", 46));
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
        assert_eq!(error_of(&text), (code, at), "{text}");
    }
}

/// The first eight digits of the SHA-256 of `acme_abc-+0123456789abcdef01234567`.
const SUM: &str = "7717b237";

#[test]
fn a_segment_without_a_separator_after_it_takes_the_remaining_characters() {
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
    let error_of = |text: String| {
        let error = format.parse(&text).unwrap_err();
        (error.code(), error.offset().unwrap())
    };
    assert_eq!(error_of(format!("acme_1{secret}")), ("key.length", 30));
    assert_eq!(error_of(format!("acme_12345{secret}")), ("key.length", 33));
    assert_eq!(error_of(format!("acme_12a{secret}")), ("key.character", 7));
    assert_eq!(error_of(format!("acme_123G{}", &secret[1..])), ("key.character", 8));
}

#[test]
fn an_environment_is_recognized_by_the_separator_after_it() {
    let format = accepts(&[("environments", r#"["live", "live2", "test"]"#)]);
    let secret = "0123456789abcdef0123456789abcdef";
    for name in ["live", "live2", "test"] {
        let key = format.parse(&format!("acme_{name}_{secret}")).unwrap();
        assert_eq!(key.environment(), Some(name));
    }
    let error_of = |text: String| {
        let error = format.parse(&text).unwrap_err();
        (error.code(), error.offset().unwrap())
    };
    assert_eq!(error_of(format!("acme_prod_{secret}")), ("key.environment", 5));
    assert_eq!(error_of("acme_".to_owned()), ("key.environment", 5));
    assert_eq!(error_of("acme".to_owned()), ("key.prefix", 0));
    assert_eq!(error_of(format!("acme_live2-{secret}")), ("key.character", 10));
    assert_eq!(error_of(format!("acme_livex{secret}")), ("key.character", 9));
}
