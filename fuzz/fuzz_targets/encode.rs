//! Compares encoding with its definition, byte by byte. Also compares the results of all encoding
//! functions with each other.
//!
//! Input: a line with the characters of a custom set, then the bytes.

#![no_main]

use std::borrow::Cow;

use keyrail_url::{
    EncodeSet, decode, decode_bytes, decode_form, encode, encode_batch, encode_bytes, encode_into,
    encode_with, normalize,
};
use libfuzzer_sys::fuzz_target;

/// The names of the sets, and the marks that each set keeps besides letters and digits
/// (RFC 3986; WHATWG URL standard for the form and component sets).
const SETS: [(&str, &str); 8] = [
    ("unreserved", "-._~"),
    ("path_segment", "-._~!$&'()*+,;=:@"),
    ("path", "-._~!$&'()*+,;=:@/"),
    ("query", "-._~!$&'()*+,;=:@/?"),
    ("fragment", "-._~!$&'()*+,;=:@/?"),
    ("userinfo", "-._~!$&'()*+,;=:"),
    ("form", "*-._"),
    ("component", "-_.!~*'()"),
];

fuzz_target!(|data: &[u8]| {
    let line = data.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (characters, bytes) = data.split_at(line);
    let bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);

    let encoded = encode_bytes(bytes);
    assert_eq!(encoded, reference(bytes, "-._~", "%20"));
    assert_eq!(decode_bytes(&encoded).unwrap(), bytes);
    assert_eq!(matches!(encoded, Cow::Borrowed(_)), encoded.as_bytes() == bytes);

    let Ok(text) = std::str::from_utf8(bytes) else { return };
    assert_eq!(encode(text), encoded);
    assert_eq!(encode_batch(&[text, text]), [encoded.as_ref(), encoded.as_ref()]);
    let mut buffer = String::from("é/");
    encode_into(text, &mut buffer);
    assert_eq!(buffer.strip_prefix("é/"), Some(encoded.as_ref()));
    assert_eq!(decode(&encoded).unwrap(), text);

    for (name, marks) in SETS {
        let set = EncodeSet::named(name).unwrap();
        let space = if name == "form" { "+" } else { "%20" };
        let encoded = encode_with(text, set);
        assert_eq!(encoded, reference(bytes, marks, space), "{name}");
        let decoded = if name == "form" { decode_form(&encoded) } else { decode(&encoded) };
        assert_eq!(decoded.unwrap(), text, "{name}");
    }

    check_custom_set(characters, text);

    let normal = normalize(text);
    assert_eq!(normalize(&normal), normal);
    assert_eq!(normalize(&encoded), encoded);
    assert_eq!(matches!(normal, Cow::Borrowed(_)), normal == text);
    // Normalizing well-formed text does not change the decoded bytes.
    if let Ok(decoded) = decode_bytes(text) {
        assert_eq!(normal, encode_bytes(&decoded));
    }
    assert!(decode_bytes(&normal).is_ok());
});

fn check_custom_set(characters: &[u8], text: &str) {
    let Ok(characters) = std::str::from_utf8(characters) else { return };
    let is_invalid = |character: char| !character.is_ascii_graphic() || character == '%';
    match EncodeSet::keeping(characters) {
        Ok(set) => {
            assert!(!characters.contains(is_invalid));
            let encoded = encode_with(text, &set);
            let marks = format!("-._~{characters}");
            assert_eq!(encoded, reference(text.as_bytes(), &marks, "%20"));
            assert_eq!(decode(&encoded).unwrap(), text);
        }
        Err(error) => {
            assert_eq!(error.code(), "url.malformed_set");
            assert_eq!(error.offset(), characters.find(is_invalid));
        }
    }
}

/// Encodes by the definition: letters, digits and marks are kept, a space becomes `space`, and all
/// other bytes are escaped.
fn reference(bytes: &[u8], marks: &str, space: &str) -> String {
    let mut out = String::new();
    for byte in bytes {
        match byte {
            b' ' => out.push_str(space),
            _ if byte.is_ascii_alphanumeric() || marks.as_bytes().contains(byte) => {
                out.push(char::from(*byte));
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
