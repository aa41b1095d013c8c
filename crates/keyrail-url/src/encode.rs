//! Percent-encoding (RFC 3986, section 2) of text as UTF-8.
//!
//! [`encode`] keeps the unreserved set of section 2.3 and nothing else, so
//! that its result may stand in any part of a URL; [`decode`] refuses
//! whatever it cannot read instead of passing it on.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::{Error, ErrorKind};

/// For each byte, whether it is unreserved: a letter, a digit, `-._~`.
const UNRESERVED: [bool; 256] = {
    let mut set = [false; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        set[byte as usize] =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        byte += 1;
    }
    set
};

fn is_unreserved(byte: u8) -> bool {
    UNRESERVED.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Escapes every byte outside the unreserved set as `%` and two upper-case
/// hexadecimal digits (RFC 3986, sections 2.1 and 2.3). A text that needs no
/// escape is borrowed.
///
/// ```
/// use keyrail_url::encode;
/// assert_eq!(encode("username_new*user"), "username_new%2Auser");
/// assert_eq!(encode("hé/llo"), "h%C3%A9%2Fllo");
/// ```
pub fn encode(text: &str) -> Cow<'_, str> {
    let Some(first) = text.bytes().position(|byte| !is_unreserved(byte)) else {
        return Cow::Borrowed(text);
    };
    let mut out = String::with_capacity(text.len() + text.len() / 2 + 8);
    let (mut clean, mut rest) = text.split_at_checked(first).unwrap_or((text, ""));
    loop {
        out.push_str(clean);
        if rest.is_empty() {
            return Cow::Owned(out);
        }
        // An unreserved byte is ASCII, so both cuts fall between characters.
        let (dirty, after) = cut(rest, is_unreserved);
        dirty.bytes().for_each(|byte| push_escape(&mut out, byte));
        (clean, rest) = cut(after, |byte| !is_unreserved(byte));
    }
}

/// The text before the first byte that `stop` holds for, and the rest.
fn cut(text: &str, stop: impl Fn(u8) -> bool) -> (&str, &str) {
    let at = text.bytes().position(stop).unwrap_or(text.len());
    text.split_at_checked(at).unwrap_or((text, ""))
}

/// Appends the three characters of an escape.
pub(crate) fn push_escape(out: &mut String, byte: u8) {
    let digit =
        |nibble: u8| char::from(if nibble < 10 { b'0' + nibble } else { b'A' - 10 + nibble });
    out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
}

/// Decodes every escape; the decoded bytes must be UTF-8. A text without
/// escapes is borrowed. A `+` is a plus: it means a space only in forms.
///
/// Errors: `url.malformed_escape` at the `%`; `url.invalid_utf8` at the first
/// escape of the sequence that is no UTF-8 (overlong forms and surrogates are
/// none either).
///
/// ```
/// use keyrail_url::decode;
/// assert_eq!(decode("username_new%2Auser")?, "username_new*user");
/// let error = decode("100%").unwrap_err();
/// assert_eq!((error.code(), error.offset()), ("url.malformed_escape", Some(3)));
/// # Ok::<(), keyrail_url::Error>(())
/// ```
pub fn decode(text: &str) -> Result<Cow<'_, str>, Error> {
    let Some(first) = text.bytes().position(|byte| byte == b'%') else {
        return Ok(Cow::Borrowed(text));
    };
    let mut out = Vec::with_capacity(text.len());
    let (clean, mut rest) = text.as_bytes().split_at_checked(first).unwrap_or_default();
    out.extend_from_slice(clean);
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            out.push(byte);
            rest = after;
            continue;
        }
        let Some((decoded, after)) = escaped(after) else {
            return Err(Error::at(ErrorKind::MalformedEscape, text.len() - rest.len()));
        };
        out.push(decoded);
        rest = after;
    }
    String::from_utf8(out).map(Cow::Owned).map_err(|error| {
        let at = offset_of_decoded(text, error.utf8_error().valid_up_to());
        Error::at(ErrorKind::InvalidUtf8, at)
    })
}

/// The byte that two hexadecimal digits stand for, and what follows them.
pub(crate) fn escaped(digits: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, after @ ..] = digits else {
        return None;
    };
    let nibble = |digit: &u8| char::from(*digit).to_digit(16).and_then(|n| u8::try_from(n).ok());
    Some((nibble(high)? << 4 | nibble(low)?, after))
}

/// Where in a text of well-formed escapes its `count`-th decoded byte stands.
fn offset_of_decoded(text: &str, count: usize) -> usize {
    let mut bytes = text.bytes().enumerate();
    for _ in 0..count {
        if let Some((_, b'%')) = bytes.next() {
            bytes.nth(1);
        }
    }
    bytes.next().map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;
    use alloc::string::String;

    use proptest::prelude::*;

    use super::{decode, encode};

    #[test]
    fn keeps_the_unreserved_set_and_nothing_else_of_ascii() {
        let kept: String = (0..128_u8)
            .map(char::from)
            .filter(|c| matches!(encode(c.encode_utf8(&mut [0; 4])), Cow::Borrowed(_)))
            .collect();
        let unreserved = "-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz~";
        assert_eq!(kept, unreserved);
    }

    #[test]
    fn escapes_utf8_byte_by_byte_in_upper_case() {
        assert_eq!(encode("ü*€😀 a"), "%C3%BC%2A%E2%82%AC%F0%9F%98%80%20a");
    }

    #[test]
    fn what_needs_no_change_is_borrowed() {
        assert!(matches!(encode("username_new"), Cow::Borrowed("username_new")));
        assert!(matches!(decode("a+b/ü"), Ok(Cow::Borrowed("a+b/ü"))));
        assert!(matches!(encode(""), Cow::Borrowed("")));
    }

    #[test]
    fn decoding_takes_both_cases_of_digits() {
        assert_eq!(decode("%e2%82%aC").unwrap(), "€");
    }

    #[test]
    fn refuses_escapes_that_are_cut_or_no_hexadecimal() {
        for (text, offset) in
            [("%", 0), ("a%2", 1), ("%zz", 0), ("%2A%+1", 3), ("ü%é1", 2), ("%%20", 0)]
        {
            let error = decode(text).unwrap_err();
            assert_eq!(
                (error.code(), error.offset()),
                ("url.malformed_escape", Some(offset)),
                "{text}"
            );
        }
    }

    #[test]
    fn refuses_what_is_no_utf8_at_its_first_escape() {
        let cases = [
            ("%FF", 0),
            ("a%2Ab%C3%28", 5),
            ("%C0%AF", 0),          // an overlong slash
            ("%E2%82%AC%E2%82", 9), // the second character is cut
            ("%ED%A0%80", 0),       // a surrogate
            ("ü%80", 2),
        ];
        for (text, offset) in cases {
            let error = decode(text).unwrap_err();
            assert_eq!(
                (error.code(), error.offset()),
                ("url.invalid_utf8", Some(offset)),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in any::<String>()) {
            let encoded = encode(&text);
            prop_assert_eq!(decode(&encoded).unwrap(), text.as_str());
        }

        #[test]
        fn decoding_never_panics(text in "(%|%[0-9a-fA-F]{2}|.){0,20}") {
            let _ = decode(&text);
        }
    }
}
