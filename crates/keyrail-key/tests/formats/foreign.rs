//! Foreign formats: their shape is a hint, and never a reason to reject a key.

use keyrail_key::{ErrorKind, Hint, KeyFormat, MAX_FOREIGN_KEY};

fn foreign() -> [KeyFormat; 4] {
    [KeyFormat::hex40(), KeyFormat::jwt(), KeyFormat::vchatcloud(), KeyFormat::opaque()]
}

fn error_of(format: &KeyFormat, text: &str) -> (&'static str, Option<usize>) {
    let error = format.parse(text).unwrap_err();
    assert_eq!(format.hint(text), Hint::Impossible);
    (error.code(), error.offset())
}

#[test]
fn only_strings_that_cannot_be_keys_are_rejected() {
    for format in foreign() {
        assert_eq!(error_of(&format, ""), ("key.empty", Some(0)));
        for wrong in
            ["\t", "\n", "\r", "\0", "\x7f", " ", ",", "\"", "'", "é", "\u{a0}", "\u{2028}"]
        {
            for (before, after) in [("", ""), ("", "abc"), ("abc", ""), ("abc", "def")] {
                let text = format!("{before}{wrong}{after}");
                assert_eq!(error_of(&format, &text), ("key.character", Some(before.len())));
            }
        }
        let visible = (b'!'..=b'~').filter(|byte| !b",\"'".contains(byte)).map(char::from);
        let visible: String = visible.collect();
        assert_eq!(visible.len(), 91);
        assert_eq!(format.parse(&visible).unwrap().reveal(), visible);
    }
}

#[test]
fn the_length_limit_is_exact() {
    for format in foreign() {
        let longest = "a".repeat(MAX_FOREIGN_KEY);
        assert_eq!(format.parse_ref(&longest).unwrap().reveal(), longest);
        assert_eq!(error_of(&format, &(longest.clone() + "a")), ("key.length", Some(8192)));
        // Characters after the limit are not checked.
        assert_eq!(error_of(&format, &(longest + ",")), ("key.length", Some(8192)));
        let wrong = "a".repeat(MAX_FOREIGN_KEY - 1) + ",";
        assert_eq!(error_of(&format, &(wrong + "a")), ("key.character", Some(8191)));
    }
}

#[test]
fn keys_shaped_like_the_samples_fit_and_others_are_unusual() {
    let hex = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
    let upper = hex.to_uppercase();
    let mixed = hex.replace('f', "F");
    let longer = format!("{hex}0");
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc_-123";
    let vchatcloud = "a1B2c3-d4E5f6-g7H8i9-j0K1l2-20260131235959";
    for (format, fits, unusual) in [
        (
            KeyFormat::hex40(),
            vec![hex, &upper],
            vec![&hex[1..], &longer, &mixed, jwt, "x", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb1g"],
        ),
        (
            KeyFormat::jwt(),
            // `ewog` is the start of an object with a line break after the brace.
            vec![jwt, "eyJ.a.b", "ewogICJhbGciOiJub25lIn0.e30.c2ln"],
            vec![
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.",
                "eyJhbGciOiJIUzI1NiJ9..abc",
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0",
                "eyJ.a.b.c",
                "abc.def.ghi",
                "eyJ.a+.b",
                "eyJ.a.b=",
                hex,
            ],
        ),
        (
            KeyFormat::vchatcloud(),
            vec![vchatcloud],
            vec![
                &vchatcloud[1..],
                &vchatcloud[..41],
                "a1B2c3-d4E5f6-g7H8i9-j0K1l2-2026013123595x",
                "a1B2c3-d4E5f6-g7H8i9-20260131235959",
                "a1B2c3-d4E5f6-g7H8i9-j0K1l2-20260131235959-",
                "a1B2c3_d4E5f6_g7H8i9_j0K1l2_20260131235959",
                "a1B2c-3d4E5f6-g7H8i9-j0K1l2-20260131235959",
            ],
        ),
        (KeyFormat::opaque(), vec![hex, jwt, vchatcloud, "x", "p@ss:w0rd!"], vec![]),
    ] {
        for text in fits {
            assert_eq!(format.hint(text), Hint::Fits, "{text}");
            assert_eq!(format.parse(text).unwrap().format(), format.name());
        }
        for text in unusual {
            assert_eq!(format.hint(text), Hint::Unusual, "{text}");
            assert_eq!(format.parse_ref(text).unwrap().reveal(), text);
        }
    }
}

#[test]
fn a_non_foreign_format_has_no_unusual_keys() {
    for (format, key) in [
        (KeyFormat::keyrail(), "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr"),
        (KeyFormat::github("ghp").unwrap(), "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"),
    ] {
        assert_eq!(format.hint(key), Hint::Fits);
        assert_eq!(format.hint(&key[1..]), Hint::Impossible);
        assert_eq!(format.hint(&key.replace('7', "8")), Hint::Impossible);
    }
    assert_eq!(
        [Hint::Fits, Hint::Unusual, Hint::Impossible].map(Hint::as_str),
        ["fits", "unusual", "impossible"]
    );
}

#[test]
fn a_foreign_key_has_neither_id_nor_environment() {
    for format in foreign() {
        assert!(format.is_foreign());
        assert_eq!(format.environments().len(), 0);
        let key = format.parse("a.key.of-theirs").unwrap();
        assert_eq!((key.id(), key.environment(), key.segment("id")), (None, None, None));
        assert_eq!(key.to_string(), "••••••••");
        assert_eq!(format!("{:?}", format.parse_ref("abc").unwrap()), "ParsedKey(••••••••)");
    }
}

#[test]
fn hex40_is_the_only_foreign_format_that_generates_keys() {
    let key = KeyFormat::hex40().generate(None, &[7; 32]).unwrap();
    assert_eq!(KeyFormat::hex40().hint(key.reveal()), Hint::Fits);
    assert_eq!(key.reveal(), key.reveal().to_lowercase());
    let wrong = |format: &KeyFormat, environment: Option<&str>, entropy: &[u8]| {
        format.generate(environment, entropy).unwrap_err()
    };
    let error = wrong(&KeyFormat::hex40(), Some("live"), &[7; 32]);
    assert_eq!((error.code(), error.offset()), ("key.environment", None));
    assert_eq!(wrong(&KeyFormat::hex40(), None, &[7; 31]).code(), "key.too_little_entropy");
    for format in &foreign()[1..] {
        assert_eq!(wrong(format, None, &[7; 32]).kind(), &ErrorKind::NotGenerated);
    }
}

#[test]
fn the_built_in_formats_are_found_by_name() {
    for (name, expected) in [
        ("keyrail", "keyrail"),
        ("github", "ghp"),
        ("hex40", "hex40"),
        ("jwt", "jwt"),
        ("vchatcloud", "vchatcloud"),
        ("opaque", "opaque"),
    ] {
        assert_eq!(KeyFormat::built_in(name).unwrap().name(), expected);
    }
    assert_eq!(KeyFormat::built_in("Keyrail"), None);
    assert_eq!(KeyFormat::built_in(""), None);
}
