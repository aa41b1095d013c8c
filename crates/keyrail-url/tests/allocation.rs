//! Checks how much memory is allocated. This is a separate test program, because it replaces the
//! global allocator with one that counts allocations.

use allocation_counter::measure;
use keyrail_url::{
    EncodeSet, MAX_URL, TemplateValue, UrlTemplate, decode, decode_bytes, decode_form, encode,
    encode_bytes, encode_into, encode_with, normalize,
};

fn count_allocations(operation: impl FnOnce()) -> u64 {
    measure(operation).count_total
}

/// Returns strings that need no escapes. Some lengths are close to a multiple of 32 bytes, the
/// block size of the encoder.
fn unescaped_strings() -> impl Iterator<Item = String> {
    [0, 1, 15, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1024]
        .into_iter()
        .map(|length| "a~".repeat(length))
}

#[test]
fn unchanged_input_allocates_nothing() {
    for text in unescaped_strings() {
        let count = count_allocations(|| {
            assert_eq!(encode(&text), text);
            assert_eq!(encode_bytes(text.as_bytes()), text);
            assert_eq!(encode_with(&text, EncodeSet::PATH), text);
            assert_eq!(decode(&text).unwrap(), text);
            assert_eq!(decode_form(&text).unwrap(), text);
            assert_eq!(decode_bytes(&text).unwrap(), text.as_bytes());
            assert_eq!(normalize(&text), text);
        });
        assert_eq!(count, 0, "{} bytes", text.len());
    }
}

#[test]
fn normalizing_normalized_escapes_allocates_nothing() {
    assert_eq!(count_allocations(|| assert_eq!(normalize("a%20%C3%A9"), "a%20%C3%A9")), 0);
}

#[test]
fn encoding_into_a_large_enough_buffer_allocates_nothing() {
    for unescaped in unescaped_strings() {
        for text in [
            unescaped.clone(),
            format!("{unescaped}/"),
            format!("é{unescaped} "),
            "€".repeat(unescaped.len()),
        ] {
            let mut out = String::with_capacity(3 * text.len());
            assert_eq!(
                count_allocations(|| encode_into(&text, &mut out)),
                0,
                "{} bytes",
                text.len()
            );
            assert_eq!(out, encode(&text));
        }
    }
}

#[test]
fn a_short_string_is_encoded_or_decoded_with_one_allocation() {
    assert_eq!(count_allocations(|| drop(encode("username_new*user"))), 1);
    assert_eq!(count_allocations(|| drop(decode("username_new%2Auser"))), 1);
}

#[test]
fn rejecting_malformed_input_keeps_no_memory() {
    assert_eq!(measure(|| assert!(decode("a%zz").is_err())).bytes_current, 0);
}

#[test]
fn expansion_beyond_the_limit_stops_early() {
    let template = UrlTemplate::parse(&format!("{{{}a}}", "a,".repeat(4000))).unwrap();
    let value = "é".repeat(MAX_URL);
    let allocated = measure(|| {
        let error = template.expand(&[("a", value.as_str())]).unwrap_err();
        assert_eq!(error.code(), "url.too_long");
    });
    assert!(allocated.bytes_max < 16 * MAX_URL as u64, "{} bytes", allocated.bytes_max);
}

#[test]
fn expansion_of_an_exploded_value_with_a_long_name_stops_early() {
    let name = "a".repeat(8000);
    let list = TemplateValue::from(vec![""; 100_000]);
    let pairs = TemplateValue::Pairs(vec![("".into(), "".into()); 100_000]);
    for expression in [format!("{{?{name}*}}"), format!("{{;{name}*}}"), format!("{{{name}*}}")] {
        let template = UrlTemplate::parse(&expression).unwrap();
        for value in [&list, &pairs] {
            let variables = [(name.as_str(), value.clone())];
            let allocated = measure(|| drop(template.expand(&variables))).bytes_max;
            // The values themselves are copied once: 100,000 `Cow<str>` of 24 bytes each, or
            // 100,000 pairs of 48 bytes each.
            assert!(allocated < 8 << 20, "{allocated} bytes");
        }
    }
}
