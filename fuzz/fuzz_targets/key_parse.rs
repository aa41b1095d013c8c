//! Parsing keys: a generated key is parsed, a rejection has a valid offset, and a changed key
//! with a checksum is rejected.
//!
//! Input: a line with the number of a format, a line with the offset of a change to a
//! generated key, a line with the new character, then a text that every format tries to parse.

#![no_main]

use std::sync::LazyLock;

use keyrail_key::{Hint, KeyFormat, KeyFormatSet};
use libfuzzer_sys::fuzz_target;

static FORMATS: LazyLock<Vec<KeyFormat>> = LazyLock::new(|| {
    let declared = [
        r#"{"prefix": "acme", "environments": ["live", "live2"], "checksum": "crc32",
            "segments": [{"name": "id", "alphabet": "hex", "length": {"min": 4, "max": 9}, "secret": false},
                         {"name": "secret", "alphabet": "base58", "length": {"min": 20, "max": 27}}]}"#,
        r#"{"prefix": "p", "separator": "", "checksum": {"algorithm": "sha256", "separator": "."},
            "segments": [{"name": "id", "alphabet": "digits", "length": {"min": 2, "max": 5}, "secret": false},
                         {"name": "secret", "alphabet": "base64url", "length": 24}]}"#,
    ];
    let declared = declared.map(|json| KeyFormat::from_json(json).unwrap());
    let names = ["keyrail", "github", "hex40", "jwt", "vchatcloud", "opaque"];
    declared.into_iter().chain(names.map(|name| KeyFormat::built_in(name).unwrap())).collect()
});

static SET: LazyLock<KeyFormatSet> =
    LazyLock::new(|| KeyFormatSet::new(FORMATS.iter().cloned()).unwrap());

fuzz_target!(|data: &[u8]| {
    let input = String::from_utf8_lossy(data);
    let mut lines = input.splitn(4, '\n');
    let (number, at, new) = (lines.next(), lines.next(), lines.next());
    let text = lines.next().unwrap_or_default();

    for format in FORMATS.iter() {
        check_parse(format, text);
    }
    check_set(text);

    let number: usize = number.and_then(|line| line.parse().ok()).unwrap_or_default();
    let at: usize = at.and_then(|line| line.parse().ok()).unwrap_or_default();
    let Some(format) = FORMATS.get(number) else { return };
    check_change(format, data, at, new.unwrap_or_default());
});

fn check_parse(format: &KeyFormat, text: &str) {
    match (format.parse_ref(text), format.parse(text)) {
        (Ok(read), Ok(key)) => {
            assert_eq!((read.reveal(), key.reveal()), (text, text));
            assert_eq!((read.id(), read.environment()), (key.id(), key.environment()));
            assert_ne!(format.hint(text), Hint::Impossible);
            assert!(read.id().is_none_or(|id| text.contains(id)));
            let environment = read.environment();
            assert!(environment.is_none_or(|name| format.environments().any(|it| it == name)));
            assert_eq!(format!("{read:?}"), format!("ParsedKey({key})"));
        }
        (Err(read), Err(key)) => {
            assert_eq!((read.code(), read.offset()), (key.code(), key.offset()));
            assert!(read.offset().unwrap() <= text.len());
            assert_eq!(format.hint(text), Hint::Impossible);
            // If the text before an invalid character is rejected, the offset of that rejection
            // is within this text.
            if read.code() == "key.character" {
                let cut = &text[..read.offset().unwrap()];
                let error = format.parse_ref(cut).err();
                assert!(error.is_none_or(|error| error.offset().unwrap() <= cut.len()));
            }
        }
        _ => panic!("parse and parse_ref disagree"),
    }
}

fn check_set(text: &str) {
    let readers: Vec<_> = FORMATS
        .iter()
        .filter(|format| !format.is_foreign() && format.parse_ref(text).is_ok())
        .collect();
    assert!(readers.len() <= 1, "the string is a key of several formats");
    let read = SET.parse_ref(text);
    if let Some(format) = readers.first() {
        assert_eq!(read.unwrap().format(), format.name());
    } else if let Ok(read) = read {
        assert!(FORMATS.iter().any(|format| format.is_foreign() && format.name() == read.format()));
    }
}

/// Checks that a generated key is parsed, and rejected after a change of one character.
fn check_change(format: &KeyFormat, data: &[u8], at: usize, new: &str) {
    let mut entropy = data.to_vec();
    entropy.resize(entropy.len().max(32), 0);
    let names: Vec<&str> = format.environments().collect();
    let environment = names.get(at % names.len().max(1)).copied();
    let Ok(key) = format.generate(environment, &entropy) else { return };
    let text = key.reveal();
    assert_eq!(format.parse(text).unwrap(), key);
    assert_eq!(format.hint(text), Hint::Fits);
    let (Some(new), at) = (new.chars().next(), at % text.len()) else { return };
    let mut changed = text.to_owned();
    changed.replace_range(at..=at, new.encode_utf8(&mut [0; 4]));
    // Only one change in 2^32 keeps the truncated SHA-256 checksum valid, so a fuzzer will not find
    // one.
    if changed != text && !format.is_foreign() {
        let error = format.parse(&changed).unwrap_err();
        assert!(error.offset().unwrap() <= changed.len());
    }
}
