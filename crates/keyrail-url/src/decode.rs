//! Strict decoding of percent-encoded strings: an invalid escape causes an error instead of being
//! kept unchanged.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::encode::BLOCK;
use crate::{Error, ErrorKind};

/// Decodes every escape; the decoded bytes must be UTF-8. A string without escapes is borrowed. A
/// `+` stays a plus sign. Only [`decode_form`] decodes it to a space.
///
/// # Errors
///
/// `url.malformed_escape` at the `%`, and `url.invalid_utf8` at the first escape of the sequence
/// that is not UTF-8. Overlong forms and surrogates are not valid UTF-8.
///
/// # Examples
///
/// ```
/// use keyrail_url::decode;
/// assert_eq!(decode("username_new%2Auser")?, "username_new*user");
/// let error = decode("100%").unwrap_err();
/// assert_eq!((error.code(), error.offset()), ("url.malformed_escape", Some(3)));
/// # Ok::<(), keyrail_url::Error>(())
/// ```
pub fn decode(text: &str) -> Result<Cow<'_, str>, Error> {
    let clean = len_before(text.as_bytes(), b'%');
    if clean == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    to_string(text, unescape::<false>(text.as_bytes(), clean)?)
}

/// Decodes every escape; the decoded bytes need not be UTF-8.
///
/// # Errors
///
/// `url.malformed_escape` at the `%`.
///
/// # Examples
///
/// ```
/// assert_eq!(keyrail_url::decode_bytes("a%FF")?.as_ref(), b"a\xff");
/// # Ok::<(), keyrail_url::Error>(())
/// ```
pub fn decode_bytes(text: &str) -> Result<Cow<'_, [u8]>, Error> {
    let clean = len_before(text.as_bytes(), b'%');
    if clean == text.len() {
        return Ok(Cow::Borrowed(text.as_bytes()));
    }
    unescape::<false>(text.as_bytes(), clean).map(Cow::Owned)
}

/// Decodes a name or a value of a form (`application/x-www-form-urlencoded`):
/// like [`decode`], but a `+` is a space.
///
/// # Errors
///
/// Those of [`decode`].
///
/// # Examples
///
/// ```
/// assert_eq!(keyrail_url::decode_form("a+b%2B")?, "a b+");
/// # Ok::<(), keyrail_url::Error>(())
/// ```
pub fn decode_form(text: &str) -> Result<Cow<'_, str>, Error> {
    let bytes = text.as_bytes();
    let clean = len_before(bytes, b'%').min(len_before(bytes, b'+'));
    if clean == text.len() {
        return Ok(Cow::Borrowed(text));
    }
    to_string(text, unescape::<true>(bytes, clean)?)
}

/// Decodes each string of a list, as [`decode`] does. An error in one string does not affect the
/// others.
///
/// ```
/// let decoded = keyrail_url::decode_batch(&["a%20b", "100%"]);
/// assert_eq!(decoded[0].as_deref(), Ok("a b"));
/// assert_eq!(decoded[1].as_ref().unwrap_err().code(), "url.malformed_escape");
/// ```
pub fn decode_batch<S: AsRef<str>>(texts: &[S]) -> Vec<Result<String, Error>> {
    texts.iter().map(|text| decode(text.as_ref()).map(Cow::into_owned)).collect()
}

/// Decodes bytes whose first `clean` bytes need no decoding. The decoded bytes are collected in an
/// array, which is appended to the output whenever it is full, and at the end.
fn unescape<const PLUS_IS_SPACE: bool>(bytes: &[u8], clean: usize) -> Result<Vec<u8>, Error> {
    let (kept, mut rest) = bytes.split_at_checked(clean).unwrap_or((&[], bytes));
    let mut out = Vec::with_capacity(bytes.len());
    out.extend_from_slice(kept);
    let malformed = |rest: &[u8]| Error::at(ErrorKind::MalformedEscape, bytes.len() - rest.len());
    let mut block = [0; 2 * BLOCK];
    while !rest.is_empty() {
        let mut end = 0;
        for slot in &mut block {
            let Some((byte, after)) = next_byte::<PLUS_IS_SPACE>(rest) else { break };
            *slot = u8::try_from(byte).map_err(|_| malformed(rest))?;
            rest = after;
            end += 1;
        }
        out.extend_from_slice(block.get(..end).unwrap_or_default());
    }
    Ok(out)
}

/// Returns the next decoded byte (or a number above 255 if an escape is
/// malformed) and the bytes after it.
#[inline]
fn next_byte<const PLUS_IS_SPACE: bool>(bytes: &[u8]) -> Option<(u16, &[u8])> {
    match bytes {
        [b'%', high, low, after @ ..] => Some((nibble(*high) << 4 | nibble(*low), after)),
        [b'%', ..] => Some((INVALID, &[])),
        [b'+', after @ ..] if PLUS_IS_SPACE => Some((u16::from(b' '), after)),
        [byte, after @ ..] => Some((u16::from(*byte), after)),
        [] => None,
    }
}

/// Converts the bytes decoded from `text` to a string, or returns an error at the escape of the
/// first byte that is not UTF-8.
fn to_string(text: &str, decoded: Vec<u8>) -> Result<Cow<'_, str>, Error> {
    String::from_utf8(decoded).map(Cow::Owned).map_err(|error| {
        let at = offset_of_decoded(text, error.utf8_error().valid_up_to());
        Error::at(ErrorKind::InvalidUtf8, at)
    })
}

/// Returns the byte that the two hexadecimal digits at the start represent, and the bytes after
/// them. Returns `None` if the bytes do not start with two such digits.
pub(crate) fn parse_hex_byte(digits: &[u8]) -> Option<(u8, &[u8])> {
    let [high, low, after @ ..] = digits else { return None };
    let value = nibble(*high) << 4 | nibble(*low);
    Some((u8::try_from(value).ok()?, after))
}

/// The value of an invalid digit: outside the range of a byte.
const INVALID: u16 = 1 << 8;

/// Returns the value of a hexadecimal digit, or [`INVALID`] for any other byte.
const fn nibble(digit: u8) -> u16 {
    const VALUES: [u16; 256] = {
        let mut values = [INVALID; 256];
        let mut value = 0;
        while value < 16 {
            values[b"0123456789ABCDEF"[value] as usize] = value as u16;
            values[b"0123456789abcdef"[value] as usize] = value as u16;
            value += 1;
        }
        values
    };
    VALUES[digit as usize]
}

/// Returns the offset in `text` from which the decoded byte at `index` comes. All escapes before it
/// must be valid.
fn offset_of_decoded(text: &str, index: usize) -> usize {
    let mut bytes = text.bytes().enumerate();
    for _ in 0..index {
        if let Some((_, b'%')) = bytes.next() {
            bytes.nth(1);
        }
    }
    bytes.next().map_or(text.len(), |(at, _)| at)
}

/// Returns the number of bytes before the first `stop`, or the number of all bytes if `stop` does
/// not occur.
fn len_before(bytes: &[u8], stop: u8) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let clean = |block: &&[u8; BLOCK]| !block.iter().fold(false, |any, byte| any | (*byte == stop));
    let checked = blocks.iter().take_while(clean).count() * BLOCK;
    let rest = bytes.get(checked..).unwrap_or_default();
    checked + rest.iter().position(|byte| *byte == stop).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;
    use alloc::string::String;

    use proptest::prelude::*;

    use super::{decode, decode_bytes, decode_form};
    use crate::{EncodeSet, encode, encode_with};

    #[test]
    fn unchanged_input_is_borrowed() {
        assert!(matches!(decode("a+b/ü"), Ok(Cow::Borrowed("a+b/ü"))));
        assert!(matches!(decode_form("a-b/ü"), Ok(Cow::Borrowed("a-b/ü"))));
        assert!(matches!(decode_bytes(""), Ok(Cow::Borrowed(b""))));
    }

    #[test]
    fn decoding_accepts_upper_and_lower_case_hex() {
        assert_eq!(decode("%e2%82%aC").unwrap(), "€");
    }

    #[test]
    fn rejects_truncated_and_non_hexadecimal_escapes() {
        for (text, offset) in
            [("%", 0), ("a%2", 1), ("%zz", 0), ("%2A%+1", 3), ("ü%é1", 2), ("%%20", 0), ("%G0", 0)]
        {
            for error in [
                decode(text).unwrap_err(),
                decode_form(text).unwrap_err(),
                decode_bytes(text).unwrap_err(),
            ] {
                let expected = ("url.malformed_escape", Some(offset));
                assert_eq!((error.code(), error.offset()), expected, "{text}");
            }
        }
    }

    #[test]
    fn an_escape_is_found_at_every_offset_around_a_block() {
        for length in 0..100 {
            for at in 0..=length {
                let clean = "x".repeat(length);
                let (start, end) = clean.split_at(at);
                assert_eq!(
                    decode(&[start, "%2f", end].concat()).unwrap(),
                    [start, "/", end].concat()
                );
                let error = decode(&[start, "%2", &"é".repeat(length)].concat()).unwrap_err();
                assert_eq!(error.offset(), Some(at));
            }
        }
    }

    #[test]
    fn rejects_invalid_utf8_at_its_first_escape() {
        let cases = [
            ("%FF", 0),
            ("a%2Ab%C3%28", 5),
            ("%C0%AF", 0),          // an overlong slash
            ("%E2%82%AC%E2%82", 9), // the second character is truncated
            ("%ED%A0%80", 0),       // a surrogate
            ("ü%80", 2),
        ];
        for (text, offset) in cases {
            let error = decode(text).unwrap_err();
            let expected = ("url.invalid_utf8", Some(offset));
            assert_eq!((error.code(), error.offset()), expected, "{text}");
        }
        assert_eq!(decode_form("+%FF").unwrap_err().offset(), Some(1));
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text in any::<String>()) {
            let encoded = encode(&text);
            prop_assert_eq!(decode(&encoded).unwrap(), text.as_str());
            let form = encode_with(&text, EncodeSet::FORM);
            prop_assert_eq!(decode_form(&form).unwrap(), text.as_str());
        }

        #[test]
        fn decoding_never_panics(text in "(%|\\+|%[0-9a-fA-F]{2}|.){0,40}") {
            let _ = (decode(&text), decode_bytes(&text), decode_form(&text));
        }
    }
}
