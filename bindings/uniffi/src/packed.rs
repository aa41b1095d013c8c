//! Batches of strings in one buffer, which crosses the language boundary much faster than a list.
//!
//! For each string, a buffer contains the length in bytes as a 4-byte little-endian integer,
//! followed by the string in UTF-8. Swift and Kotlin pack and unpack it the same way.

use std::borrow::Cow;

/// The number of bytes of the integer before each string.
const PREFIX: usize = size_of::<u32>();

/// Returns the strings of a buffer. Invalid UTF-8 is replaced, and an incomplete string at the
/// end is dropped. The Swift and Kotlin packages never send either.
pub(crate) fn unpack(packed: &[u8]) -> Vec<Cow<'_, str>> {
    let mut strings = Vec::new();
    let mut rest = packed;
    while let Some((length, after)) = rest.split_first_chunk::<PREFIX>() {
        let length = usize::try_from(u32::from_le_bytes(*length)).unwrap_or(usize::MAX);
        let Some((string, after)) = after.split_at_checked(length) else { break };
        strings.push(String::from_utf8_lossy(string));
        rest = after;
    }
    strings
}

/// Returns a buffer that contains the strings.
pub(crate) fn pack<S: AsRef<str>>(strings: &[S]) -> Vec<u8> {
    let bytes = strings.iter().map(|string| PREFIX + string.as_ref().len()).sum();
    let mut packed = Vec::with_capacity(bytes);
    for string in strings {
        let string = string.as_ref();
        // The length fits: UniFFI passes no buffer of more than 2 GiB.
        let length = u32::try_from(string.len()).unwrap_or(u32::MAX);
        packed.extend_from_slice(&length.to_le_bytes());
        packed.extend_from_slice(string.as_bytes());
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unpacking_returns_the_packed_strings() {
        for strings in [&[][..], &[""], &["a b", "", "שלום", "🔑"]] {
            assert_eq!(unpack(&pack(strings)), strings);
        }
        assert_eq!(pack(&["ab"]), b"\x02\0\0\0ab");
    }

    #[test]
    fn an_incomplete_string_is_dropped_and_invalid_utf8_replaced() {
        let whole = pack(&["first", "second"]);
        for end in 9..whole.len() {
            assert_eq!(unpack(&whole[..end]), ["first"]);
        }
        assert_eq!(unpack(b"\x01\0\0\0\xFF"), ["\u{FFFD}"]);
        assert!(unpack(b"\xFF\xFF\xFF\xFFabc").is_empty());
    }
}
