//! Parsing an invalid key allocates nothing, so a flood of invalid keys costs a server no
//! memory. This is a separate test program, because it replaces the allocator with a counting one.

use allocation_counter::measure;
use keyrail_key::{Hint, KeyFormat, KeyFormatSet};

fn allocations(run: impl FnOnce()) -> u64 {
    measure(run).count_total
}

/// Returns a key and strings that differ a little from it: truncated, extended and changed.
fn near_misses(key: &str) -> Vec<String> {
    let mut texts = vec![String::new(), key.to_owned(), format!("{key}0"), format!("x{key}")];
    for at in 0..key.len() {
        texts.push(key[..at].to_owned());
        for replacement in ["*", "_", "0", "é"] {
            texts.push(format!("{}{replacement}{}", &key[..at], &key[at + 1..]));
        }
    }
    texts
}

#[test]
fn parsing_allocates_once_for_a_valid_key_and_never_for_an_invalid_one() {
    let variable = KeyFormat::from_json(
        r#"{"prefix": "acme", "environments": ["live", "test"], "checksum": "sha256",
            "segments": [{"name": "id", "alphabet": "hex", "length": {"min": 4, "max": 9}, "secret": false},
                         {"name": "secret", "alphabet": {"characters": "abc.-"}, "length": 60}]}"#,
    );
    let formats = [
        KeyFormat::keyrail(),
        KeyFormat::github("ghp").unwrap(),
        variable.unwrap(),
        KeyFormat::hex40(),
    ];
    let set = KeyFormatSet::new(formats[..3].to_vec()).unwrap();
    for format in formats {
        let environment = format.environments().next().map(str::to_owned);
        let key = format.generate(environment.as_deref(), &[7; 32]).unwrap();
        for text in near_misses(key.reveal()) {
            let is_valid = format.parse_ref(&text).is_ok();
            assert_eq!(allocations(|| drop(format.parse(&text))), u64::from(is_valid), "{text}");
            assert_eq!(allocations(|| drop(format.parse_ref(&text))), 0, "{text}");
            assert_eq!(
                allocations(|| assert_eq!(format.hint(&text) == Hint::Impossible, !is_valid)),
                0,
                "{text}"
            );
            assert_eq!(allocations(|| drop(set.parse_ref(&text))), 0, "{text}");
        }
        let parsed = format.parse_ref(key.reveal()).unwrap();
        let read_id = || assert_eq!(parsed.id(), parsed.segment("id").or(parsed.id()));
        assert_eq!(allocations(read_id), 0);
    }
}

#[test]
fn parsing_a_foreign_key_by_reference_allocates_nothing() {
    for format in [KeyFormat::jwt(), KeyFormat::vchatcloud(), KeyFormat::opaque()] {
        for text in ["eyJ.a.b", "a b", "", "whatever", &"a".repeat(9000)] {
            assert_eq!(allocations(|| drop(format.parse_ref(text))), 0);
            let is_valid = format.parse_ref(text).is_ok();
            assert_eq!(allocations(|| drop(format.parse(text))), u64::from(is_valid));
        }
    }
}
