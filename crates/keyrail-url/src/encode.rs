//! Percent-encoding (RFC 3986, section 2.1) of strings as UTF-8, and of bytes.
//!
//! Most strings need no escapes, so each string is first searched for a byte that must be escaped.
//! The search checks 32 bytes at a time without branches, so that it compiles to vector
//! instructions. From the first such byte on, the output is taken from a table and assembled block
//! by block.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::EncodeSet;
use crate::set::escape;

/// The number of bytes checked at a time.
pub(crate) const BLOCK: usize = 32;

/// The number of bytes whose output is assembled in one block.
const ESCAPE_BLOCK: usize = 4 * BLOCK;

/// Escapes every byte outside the unreserved set as `%` and two upper-case
/// hexadecimal digits (RFC 3986, sections 2.1 and 2.3). A string that needs no
/// escape is borrowed.
///
/// ```
/// use keyrail_url::encode;
/// assert_eq!(encode("username_new*user"), "username_new%2Auser");
/// assert_eq!(encode("hé/llo"), "h%C3%A9%2Fllo");
/// ```
#[inline]
pub fn encode(text: &str) -> Cow<'_, str> {
    let clean = unreserved_prefix_len(text.as_bytes());
    match clean == text.len() {
        true => Cow::Borrowed(text),
        false => Cow::Owned(escape_from(text, clean, EncodeSet::UNRESERVED)),
    }
}

/// Escapes every byte that the set does not keep. A string that needs no escape
/// is borrowed.
pub fn encode_with<'t>(text: &'t str, set: &EncodeSet) -> Cow<'t, str> {
    match text.bytes().position(|byte| !set.keeps(byte)) {
        None => Cow::Borrowed(text),
        Some(clean) => Cow::Owned(escape_from(text, clean, set)),
    }
}

/// Encodes bytes, which need not be UTF-8, the way [`encode`] encodes a string.
///
/// ```
/// use keyrail_url::encode_bytes;
/// assert_eq!(encode_bytes(b"a\xff/"), "a%FF%2F");
/// ```
pub fn encode_bytes(bytes: &[u8]) -> Cow<'_, str> {
    match core::str::from_utf8(bytes) {
        Ok(text) => encode(text),
        Err(_) => {
            let mut out = String::with_capacity(estimated_capacity(bytes.len()));
            escape_into(bytes, EncodeSet::UNRESERVED, &mut out);
            Cow::Owned(out)
        }
    }
}

/// Encodes a string as [`encode`] does, and appends it to a buffer. Nothing is
/// allocated if the free capacity is sufficient; three times the string's length is
/// always enough.
///
/// ```
/// let mut url = String::from("/users/");
/// keyrail_url::encode_into("a b", &mut url);
/// assert_eq!(url, "/users/a%20b");
/// ```
pub fn encode_into(text: &str, out: &mut String) {
    match text.split_at_checked(unreserved_prefix_len(text.as_bytes())) {
        Some((clean, rest)) => {
            out.push_str(clean);
            escape_text_into(rest, EncodeSet::UNRESERVED, out);
        }
        None => escape_text_into(text, EncodeSet::UNRESERVED, out),
    }
}

/// Encodes each string of a list, as [`encode`] does.
///
/// ```
/// assert_eq!(keyrail_url::encode_batch(&["a b", "c"]), ["a%20b", "c"]);
/// ```
pub fn encode_batch<S: AsRef<str>>(texts: &[S]) -> Vec<String> {
    texts.iter().map(|text| encode(text.as_ref()).into_owned()).collect()
}

/// Escapes a string whose first `clean` bytes need no escapes.
fn escape_from(text: &str, clean: usize, set: &EncodeSet) -> String {
    // The bytes that a set keeps are ASCII, so this splits at a character boundary.
    let (kept, rest) = text.split_at_checked(clean).unwrap_or(("", text));
    let mut out = String::with_capacity(kept.len() + estimated_capacity(rest.len()));
    out.push_str(kept);
    escape_text_into(rest, set, &mut out);
    out
}

/// Returns the capacity needed for a string of this length if a quarter of its bytes are
/// escaped.
const fn estimated_capacity(length: usize) -> usize {
    length + length / 2 + 8
}

/// Appends a string, replacing each byte by its table entry. In a short string, escapes and the
/// text between them are appended one by one, because assembling a block would cost more than it
/// saves.
#[inline]
fn escape_text_into(text: &str, set: &EncodeSet, out: &mut String) {
    if text.len() >= BLOCK {
        return escape_into(text.as_bytes(), set, out);
    }
    let mut start = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !set.keeps(byte) {
            // The bytes that a set keeps are ASCII, so a run starts and ends at a character
            // boundary.
            out.push_str(text.get(start..at).unwrap_or_default());
            out.push_str(set.escape_str(byte));
            start = at + 1;
        }
    }
    out.push_str(text.get(start..).unwrap_or_default());
}

/// Appends bytes, replacing each by its table entry. A block is assembled in a separate
/// array and then appended. Every entry is copied to the array as four bytes, even if its output is
/// shorter.
fn escape_into(bytes: &[u8], set: &EncodeSet, out: &mut String) {
    let mut block = [0; 3 * ESCAPE_BLOCK + 1]; // the last entry is copied as four bytes too
    for chunk in bytes.chunks(ESCAPE_BLOCK) {
        let mut end = 0;
        for byte in chunk {
            let entry = set.entry(*byte);
            if let Some(slot) = block.get_mut(end..end + entry.len()) {
                slot.copy_from_slice(&entry);
            }
            let [.., count] = entry;
            end += usize::from(count);
        }
        let output = block.get(..end).unwrap_or_default();
        out.push_str(core::str::from_utf8(output).unwrap_or_default()); // always ASCII
    }
}

/// Appends the escape of a byte.
pub(crate) fn push_escape(out: &mut String, byte: u8) {
    out.extend(escape(byte).map(char::from));
}

/// Returns the number of unreserved bytes at the start.
#[inline]
fn unreserved_prefix_len(bytes: &[u8]) -> usize {
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let clean =
        |block: &&[u8; BLOCK]| !block.iter().fold(false, |any, byte| any | needs_escape(*byte));
    let checked = blocks.iter().take_while(clean).count() * BLOCK;
    let rest = bytes.get(checked..).unwrap_or_default();
    let escaped = rest.iter().position(|byte| !EncodeSet::UNRESERVED.keeps(*byte));
    checked + escaped.unwrap_or(rest.len())
}

/// Returns whether a byte is outside the unreserved set, using arithmetic without branches.
const fn needs_escape(byte: u8) -> bool {
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit_or_mark = (byte.wrapping_sub(b'-') < 13) & (byte != b'/'); // -./0123456789
    !(letter | digit_or_mark | (byte == b'_') | (byte == b'~'))
}

#[cfg(test)]
mod tests {
    use alloc::borrow::Cow;
    use alloc::string::String;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{encode, encode_bytes, encode_into, encode_with, needs_escape};
    use crate::{EncodeSet, decode_bytes};

    #[test]
    fn arithmetic_and_table_agree_on_every_byte() {
        for byte in 0..=u8::MAX {
            assert_eq!(needs_escape(byte), !EncodeSet::UNRESERVED.keeps(byte), "{byte:#x}");
        }
    }

    #[test]
    fn escapes_utf8_byte_by_byte_in_upper_case() {
        assert_eq!(encode("ü*€😀 a"), "%C3%BC%2A%E2%82%AC%F0%9F%98%80%20a");
    }

    #[test]
    fn unchanged_input_is_borrowed() {
        let long = "a".repeat(1000);
        for text in ["username_new", "", &long] {
            assert!(matches!(encode(text), Cow::Borrowed(same) if same == text));
            assert!(matches!(encode_bytes(text.as_bytes()), Cow::Borrowed(_)));
            assert!(matches!(encode_with(text, EncodeSet::FORM), Cow::Borrowed(_)));
        }
    }

    #[test]
    fn an_escape_is_found_at_every_offset_around_a_block() {
        for length in 0..100 {
            for at in 0..=length {
                let clean = "x".repeat(length);
                let (start, end) = clean.split_at(at);
                let expected = [start, "%2F", end].concat();
                assert_eq!(encode(&[start, "/", end].concat()), expected);
            }
        }
    }

    #[test]
    fn a_form_encodes_a_space_as_a_plus() {
        assert_eq!(encode_with("a b+c~*", EncodeSet::FORM), "a+b%2Bc%7E*");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding_of_bytes(bytes in any::<Vec<u8>>()) {
            let encoded = encode_bytes(&bytes);
            prop_assert_eq!(decode_bytes(&encoded).unwrap(), bytes.as_slice());
        }

        #[test]
        fn encode_into_appends_the_encoded_string(start in ".*", text in ".*") {
            let mut out = start.clone();
            encode_into(&text, &mut out);
            prop_assert_eq!(out, start + &encode(&text));
        }

        #[test]
        fn a_string_is_encoded_byte_by_byte(text in any::<String>()) {
            let one_by_one: String = text
                .bytes()
                .map(|byte| match byte {
                    b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'.' | b'_' | b'~' => {
                        String::from(char::from(byte))
                    }
                    _ => alloc::format!("%{byte:02X}"),
                })
                .collect();
            prop_assert_eq!(encode(&text), one_by_one);
        }
    }
}
