//! Sets: a string is a key of at most one format.

use keyrail_key::{KeyFormat, KeyFormatSet, MAX_FORMATS};

fn declared(name: &str, prefix: &str, alphabet: &str, length: &str) -> KeyFormat {
    let json = format!(
        r#"{{"name": "{name}", "prefix": "{prefix}", "separator": "-",
            "segments": [{{"name": "secret", "alphabet": "{alphabet}", "length": {length}}}]}}"#
    );
    KeyFormat::from_json(&json).unwrap()
}

fn code(formats: &[KeyFormat]) -> &'static str {
    KeyFormatSet::new(formats.iter().cloned()).map_or_else(|error| error.code(), |_| "valid")
}

#[test]
fn two_formats_that_one_string_could_match_are_rejected() {
    let one = declared("one", "a", "hex", "32");
    for (other, expected) in [
        (declared("other", "a", "hex", "32"), "key.ambiguous_formats"),
        (declared("other", "a", "base62", "32"), "key.ambiguous_formats"),
        (declared("other", "a", "digits", r#"{"min": 30, "max": 40}"#), "key.ambiguous_formats"),
        (declared("other", "a", "hex", "33"), "valid"),
        (declared("other", "a", "hex", r#"{"min": 33, "max": 40}"#), "valid"),
        (declared("other", "b", "hex", "32"), "valid"),
        (declared("one", "b", "hex", "32"), "key.duplicate_format"),
    ] {
        assert_eq!(code(&[one.clone(), other.clone()]), expected);
        assert_eq!(code(&[other, one.clone()]), expected);
    }
}

#[test]
fn checksum_algorithms_do_not_distinguish_formats_but_characters_do() {
    let format_with = |name: &str, length: usize, checksum: &str| {
        let json = format!(
            r#"{{"name": "{name}", "prefix": "a", "checksum": {checksum},
                "segments": [{{"name": "s", "alphabet": "base62", "length": {length}}}]}}"#
        );
        KeyFormat::from_json(&json).unwrap()
    };
    let crc = format_with("one", 30, r#""crc32""#);
    assert_eq!(
        code(&[crc.clone(), format_with("two", 30, r#""crc32_body""#)]),
        "key.ambiguous_formats"
    );
    assert_eq!(code(&[crc.clone(), format_with("two", 36, r#""none""#)]), "key.ambiguous_formats");
    assert_eq!(
        code(&[crc.clone(), format_with("two", 28, r#""sha256""#)]),
        "key.ambiguous_formats"
    );
    let dotted = r#"{"algorithm": "sha256", "length": 5, "separator": "."}"#;
    assert_eq!(code(&[crc, format_with("two", 30, dotted)]), "valid");
}

#[test]
fn environments_and_prefixes_distinguish_formats() {
    let format_with = |name: &str, prefix: &str, environments: &str, length: usize| {
        let json = format!(
            r#"{{"name": "{name}", "prefix": "{prefix}", "environments": {environments},
                "segments": [{{"name": "s", "alphabet": "base64url", "length": {length}}}]}}"#
        );
        KeyFormat::from_json(&json).unwrap()
    };
    let one = format_with("one", "a", r#"["live", "test"]"#, 30);
    assert_eq!(code(&[one.clone(), format_with("two", "a", r#"["prod"]"#, 30)]), "valid");
    assert_eq!(
        code(&[one.clone(), format_with("two", "a", r#"["test"]"#, 30)]),
        "key.ambiguous_formats"
    );
    // Keys of both can start with `a_live_`, and the rest can be the same.
    assert_eq!(
        code(&[one.clone(), format_with("two", "a_live", r#"["b"]"#, 28)]),
        "key.ambiguous_formats"
    );
    assert_eq!(code(&[one, format_with("two", "a_live", r#"["b"]"#, 29)]), "valid");
}

#[test]
fn foreign_formats_conflict_only_with_formats_of_the_same_name() {
    let foreign =
        [KeyFormat::hex40(), KeyFormat::jwt(), KeyFormat::vchatcloud(), KeyFormat::opaque()];
    let mut formats = foreign.to_vec();
    formats.push(KeyFormat::keyrail());
    assert_eq!(code(&formats), "valid");
    for format in foreign {
        assert_eq!(code(&[format.clone(), format]), "key.duplicate_format");
    }
    // In a set, a declared format cannot have the name of a foreign one.
    assert_eq!(
        code(&[KeyFormat::jwt(), declared("jwt", "a", "hex", "32")]),
        "key.duplicate_format"
    );
}

#[test]
fn a_string_is_parsed_by_the_format_that_it_matches() {
    let set = KeyFormatSet::new([
        KeyFormat::opaque(),
        KeyFormat::hex40(),
        KeyFormat::keyrail(),
        KeyFormat::github("ghp").unwrap(),
    ]);
    let set = set.unwrap();
    let key = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";
    assert_eq!(set.parse(key).unwrap().format(), "keyrail");
    assert_eq!(set.parse("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").unwrap().format(), "ghp");
    // `opaque` is the first foreign format, and every string that it accepts has its shape.
    assert_eq!(
        set.parse_ref("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12").unwrap().format(),
        "opaque"
    );
    // A string that starts with the head of a declared format but does not match it is an invalid
    // key of that format, not an opaque key.
    assert_eq!(set.parse(&key[..53]).unwrap_err().code(), "key.length");
    assert_eq!(set.parse("ghp_").unwrap_err().offset(), Some(4));
    assert_eq!(set.parse("a b").unwrap_err().code(), "key.character");
}

#[test]
fn if_no_foreign_format_fits_the_first_one_is_used() {
    let set = KeyFormatSet::new([KeyFormat::hex40(), KeyFormat::jwt(), KeyFormat::vchatcloud()]);
    let set = set.unwrap();
    for (text, format) in [
        ("eyJ.a.b", "jwt"),
        ("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "hex40"),
        ("a1B2c3-d4E5f6-g7H8i9-j0K1l2-20260131235959", "vchatcloud"),
        ("whatever", "hex40"),
    ] {
        assert_eq!(set.parse(text).unwrap().format(), format);
    }
    assert_eq!(set.parse("").unwrap_err().code(), "key.empty");
}

#[test]
fn the_error_comes_from_the_format_that_parsed_furthest() {
    let set = KeyFormatSet::new([
        declared("short", "a", "hex", "30"),
        declared("long", "a", "hex", "40"),
        declared("other", "b", "hex", "30"),
    ]);
    let set = set.unwrap();
    let error_of = |text: &str| {
        let error = set.parse(text).unwrap_err();
        (error.code(), error.offset().unwrap())
    };
    // The string has the length of a key of `long`, so the error is about the character, not the
    // length.
    assert_eq!(error_of(&format!("a-x{}", "0".repeat(39))), ("key.character", 2));
    assert_eq!(error_of(&format!("a-{}", "0".repeat(35))), ("key.length", 37));
    assert_eq!(error_of(&format!("b-{}", "0".repeat(35))), ("key.length", 32));
    assert_eq!(error_of("c-"), ("key.prefix", 0));
    let empty = KeyFormatSet::new([]).unwrap();
    assert_eq!(empty.parse("a").unwrap_err().code(), "key.prefix");
}

#[test]
fn a_set_has_at_most_a_thousand_formats() {
    let formats = |count: usize| {
        (0..count).map(|index| declared(&format!("f{index}"), &format!("p{index}"), "hex", "32"))
    };
    let set = KeyFormatSet::new(formats(MAX_FORMATS)).unwrap();
    assert_eq!(set.formats().len(), 1_000);
    let error = KeyFormatSet::new(formats(MAX_FORMATS + 1)).unwrap_err();
    assert_eq!(error.code(), "key.too_many_formats");
}

#[test]
fn hundreds_of_formats_with_the_same_prefix_are_accepted() {
    // Each format has three segments. Any two formats differ in the alphabet of at least one
    // segment, and different alphabets have no character in common.
    let alphabets =
        ["0123", "4567", "89ab", "cdef", "ghij", "klmn", "opqr", "stuv", "wxyz", "ABCD"];
    let formats = (0..300_usize).map(|index| {
        let segment = |name: &str, position: usize, length: &str| {
            let characters = alphabets[index / 10_usize.pow(position as u32) % 10];
            format!(r#"{{"name": "{name}", "alphabet": {{"characters": "{characters}"}}, "length": {length}}}"#)
        };
        let json = format!(
            r#"{{"name": "f{index}", "prefix": "a", "segments": [{}, {}, {}]}}"#,
            segment("a", 0, r#"{"min": 20, "max": 50}"#),
            segment("b", 1, r#"{"min": 20, "max": 50}"#),
            segment("c", 2, r#"{"min": 20, "max": 50}"#)
        );
        KeyFormat::from_json(&json).unwrap()
    });
    assert_eq!(KeyFormatSet::new(formats).unwrap().formats().len(), 300);
}

#[test]
fn a_set_in_json_lists_every_fault_with_its_pointer() {
    let acme =
        r#"{"prefix": "acme", "segments": [{"name": "s", "alphabet": "hex", "length": 32}]}"#;
    let also = acme.replace(r#"{"prefix""#, r#"{"name": "also", "prefix""#);
    let set = KeyFormatSet::from_json(&format!(
        r#"{{"version": 1, "formats": ["keyrail", {acme}, "github", "opaque"]}}"#
    ));
    let names: Vec<_> =
        set.unwrap().formats().iter().map(|format| format.name().to_owned()).collect();
    assert_eq!(names, ["keyrail", "acme", "ghp", "opaque"]);

    let faults = |json: &str| -> Vec<(&'static str, String)> {
        let error = KeyFormatSet::from_json(json).unwrap_err();
        error.faults().iter().map(|fault| (fault.code(), fault.pointer().to_owned())).collect()
    };
    assert_eq!(
        faults(&format!(r#"{{"formats": [{acme}, "keyrail", {also}, "keyrail"]}}"#)),
        [
            ("key.ambiguous_formats", "/formats/2".to_owned()),
            ("key.duplicate_format", "/formats/3".to_owned())
        ]
    );
    assert_eq!(
        faults(r#"{"formats": ["kr", {"prefix": "", "segments": []}, 7]}"#),
        [
            ("key.unknown_format", "/formats/0".to_owned()),
            ("key.empty_prefix", "/formats/1/prefix".to_owned()),
            ("key.no_segments", "/formats/1/segments".to_owned()),
            ("config.wrong_type", "/formats/2".to_owned())
        ]
    );
    assert_eq!(faults("{}"), [("config.missing_member", String::new())]);
    let many = vec![r#""opaque""#; MAX_FORMATS + 1].join(",");
    assert_eq!(
        faults(&format!(r#"{{"formats": [{many}]}}"#)),
        [("key.too_many_formats", "/formats".to_owned())]
    );
    assert_eq!(KeyFormatSet::from_json(r#"{"formats": []}"#).unwrap().formats().len(), 0);
}
