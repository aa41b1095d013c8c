//! Reading a wrong key allocates nothing: who floods a server with nonsense
//! costs it no memory. A program of its own, for its allocator counts.

use allocation_counter::measure;
use keyrail_key::{Hint, KeyFormat, KeyFormatSet};

fn allocations(run: impl FnOnce()) -> u64 {
    measure(run).count_total
}

/// A key and near misses of it, by cutting, adding and changing.
fn near(right: &str) -> Vec<String> {
    let mut texts = vec![String::new(), right.to_owned(), format!("{right}0"), format!("x{right}")];
    for at in 0..right.len() {
        texts.push(right[..at].to_owned());
        for put in ["*", "_", "0", "é"] {
            texts.push(format!("{}{put}{}", &right[..at], &right[at + 1..]));
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
        for text in near(key.reveal()) {
            let fits = format.parse_ref(&text).is_ok();
            assert_eq!(allocations(|| drop(format.parse(&text))), u64::from(fits), "{text}");
            assert_eq!(allocations(|| drop(format.parse_ref(&text))), 0, "{text}");
            assert_eq!(
                allocations(|| assert_eq!(format.hint(&text) == Hint::Impossible, !fits)),
                0,
                "{text}"
            );
            assert_eq!(allocations(|| drop(set.parse_ref(&text))), 0, "{text}");
        }
        let read = format.parse_ref(key.reveal()).unwrap();
        let looks = || assert_eq!(read.id(), read.segment("id").or(read.id()));
        assert_eq!(allocations(looks), 0);
    }
}

#[test]
fn parsing_a_foreign_key_by_reference_allocates_nothing() {
    for format in [KeyFormat::jwt(), KeyFormat::vchatcloud(), KeyFormat::opaque()] {
        for text in ["eyJ.a.b", "a b", "", "whatever", &"a".repeat(9000)] {
            assert_eq!(allocations(|| drop(format.parse_ref(text))), 0);
            let fits = format.parse_ref(text).is_ok();
            assert_eq!(allocations(|| drop(format.parse(text))), u64::from(fits));
        }
    }
}
