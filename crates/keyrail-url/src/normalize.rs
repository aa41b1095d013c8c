//! Normalization (RFC 3986, section 6.2.2): one spelling for strings that may
//! be fully encoded, partly encoded, or not encoded.

use alloc::borrow::Cow;
use alloc::string::String;

use crate::EncodeSet;
use crate::decode::parse_hex_byte;
use crate::encode::push_escape;

/// Normalizes a string to the spelling that [`encode`](crate::encode) writes, without encoding
/// twice. An escape of an unreserved character is decoded. Any other valid escape is kept, with its
/// hexadecimal digits in upper case. All other characters outside the unreserved set are escaped,
/// and so is a `%` that does not begin an escape.
///
/// Normalizing a normalized string does not change it. If the string is already normalized, the
/// result borrows it.
///
/// ```
/// use keyrail_url::normalize;
/// assert_eq!(normalize("a%2fb c%41"), "a%2Fb%20cA");
/// assert_eq!(normalize("100%"), "100%25");
/// ```
pub fn normalize(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    if is_normal(bytes) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + text.len() / 2 + 8);
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        // A byte is written the same way whether it was plain or escaped.
        let byte;
        (byte, rest) = parse_hex_byte(after).filter(|_| first == b'%').unwrap_or((first, after));
        match EncodeSet::UNRESERVED.keeps(byte) {
            true => out.push(char::from(byte)),
            false => push_escape(&mut out, byte),
        }
    }
    Cow::Owned(out)
}

/// Returns whether the bytes contain only unreserved characters, and upper-case escapes of other
/// characters.
fn is_normal(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        rest = match first {
            b'%' => match (after, parse_hex_byte(after)) {
                ([high, low, ..], Some((byte, after)))
                    if !EncodeSet::UNRESERVED.keeps(byte)
                        && !high.is_ascii_lowercase()
                        && !low.is_ascii_lowercase() =>
                {
                    after
                }
                _ => return false,
            },
            byte if EncodeSet::UNRESERVED.keeps(byte) => after,
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;
    use alloc::string::String;

    use proptest::prelude::*;

    use super::normalize;
    use crate::{decode, encode};

    #[test]
    fn nothing_is_encoded_twice() {
        for (text, normal) in [
            ("%2a", "%2A"),
            ("%7e%5F", "~_"),
            ("a b", "a%20b"),
            ("%", "%25"),
            ("%2", "%252"),
            ("%zz", "%25zz"),
            ("%%41", "%25A"),
            ("%4%31", "%2541"),
            ("%2541", "%2541"),
            ("é%C3%a9", "%C3%A9%C3%A9"),
            ("+", "%2B"),
        ] {
            assert_eq!(normalize(text), normal, "{text}");
        }
    }

    #[test]
    fn a_normalized_string_is_borrowed() {
        for text in ["", "abc~", "%2A%C3%A9", "a%20b"] {
            assert!(matches!(normalize(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn normalizing_is_idempotent(text in "(%|%[0-9a-fA-F]{2}|[a-f0-9]|.){0,30}") {
            let once = normalize(&text).into_owned();
            prop_assert_eq!(normalize(&once), once.as_str());
        }

        #[test]
        fn an_encoded_string_is_already_normalized(text in any::<String>()) {
            let encoded = encode(&text);
            prop_assert_eq!(normalize(&encoded), encoded.as_ref());
        }

        #[test]
        fn normalizing_preserves_the_decoded_value(text in "(%[0-7][0-9a-fA-F]|[a-zé ]){0,30}") {
            let normal = normalize(&text).into_owned();
            prop_assert_eq!(decode(&normal), decode(&text));
        }
    }
}
