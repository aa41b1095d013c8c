//! Checks round trips: from a query to pairs and back, and from pairs to a query and back.
//!
//! Input: a query. The same input is also read as pairs, one per line. A tab separates the name
//! from the value. A line without a tab is a name without a value.

#![no_main]

use keyrail_url::{decode, encode_query, normalize, parse_query};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    check_parsing(&text);
    check_writing(&text);
});

fn check_parsing(query: &str) {
    let parsed = parse_query(query);
    let parts: Vec<(&str, Option<&str>)> = match query {
        "" => Vec::new(),
        _ => query.split('&').map(split).collect(),
    };
    match parsed {
        Ok(pairs) => {
            let read = parts.iter().map(|(name, value)| {
                (decode(name).unwrap(), value.map(|value| decode(value).unwrap()))
            });
            assert_eq!(pairs, read.collect::<Vec<_>>());
            let normal: Vec<String> = parts
                .iter()
                .map(|(name, value)| match value {
                    Some(value) => format!("{}={}", normalize(name), normalize(value)),
                    None => normalize(name).into_owned(),
                })
                .collect();
            let written = encode_query(&pairs).unwrap();
            assert_eq!(written, normal.join("&"));
            assert_eq!(parse_query(&written).unwrap(), pairs);
        }
        Err(error) => {
            let (valid, invalid) = query.split_at(error.offset().unwrap());
            assert!(invalid.starts_with('%'), "there is no escape at the offset");
            // The names and values before the invalid one are valid.
            let pair = valid.rfind('&').unwrap_or(0);
            let before = valid[pair..].find('=').map_or(pair, |equals| pair + equals);
            assert!(parse_query(&valid[..before]).is_ok());
        }
    }
}

fn check_writing(lines: &str) {
    let pairs: Vec<(&str, Option<&str>)> = lines
        .split('\n')
        .map(|line| line.split_once('\t').map_or((line, None), |(name, value)| (name, Some(value))))
        .collect();
    // A single pair with an empty name and no value would be parsed as no pair.
    let Ok(query) = encode_query(&pairs) else {
        assert_eq!(pairs, [("", None)]);
        return;
    };
    let parsed = parse_query(&query).unwrap();
    let read: Vec<_> =
        parsed.iter().map(|(name, value)| (name.as_ref(), value.as_deref())).collect();
    assert_eq!(read, pairs);
}

fn split(pair: &str) -> (&str, Option<&str>) {
    pair.split_once('=').map_or((pair, None), |(name, value)| (name, Some(value)))
}
