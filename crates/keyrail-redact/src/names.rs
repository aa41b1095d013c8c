//! Names of credentials. A value next to such a name is a credential, whatever the value's form.

use keyrail_core::{CREDENTIAL_HEADERS, CREDENTIAL_NAMES};

use crate::decode::char_before;
use crate::view::View;

/// The maximum length of a parameter's name.
pub(crate) const LONGEST_PARAMETER: usize = 64;
/// The authentication scheme for tokens, in lower case.
pub(crate) const BEARER: &[u8] = b"bearer";

/// The number of bits that the prefilter uses for names, starting with the lowest bit.
pub(crate) const NAME_BITS: u32 = 38;
/// Names whose value is a credential only in a query. The signature in a presigned URL grants
/// access to everyone who has the URL.
const QUERY_NAMES: &[&str] = &["sig", "signature"];

/// The number of letters and digits at the end of a name that are compared with the known
/// names.
const LONGEST_ENDING: usize = 24;
/// The maximum number of characters that are read to find the start of a name.
const LONGEST_NAME: usize = 64;

/// The syntax of the value after a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueSyntax {
    /// One value.
    Plain,
    /// A scheme and its credentials.
    Authorization,
    /// Pairs, up to the end of the line.
    Cookie,
}

/// A credential's name that was found directly before an index, such as the index of a `:` or `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub syntax: ValueSyntax,
    /// Whether the whole name is the name of a credential header.
    pub is_header: bool,
    /// The start of the whole name.
    pub start: usize,
}

/// Returns the credential's name that ends directly before an index, if there is one.
pub(crate) fn name_before(view: &View<'_>, end: usize) -> Option<Name> {
    let mut backwards = [0; LONGEST_ENDING]; // letters and digits only
    let mut folded = [0; LONGEST_ENDING]; // with word separators, and `-` in place of `_`
    let (mut letters, mut length, mut at) = (0, 0, end);
    while let Some((byte, start)) = char_before(view, at)
        && (is_name_byte(byte) || byte == b' ' && is_key(&folded, length))
        && length < LONGEST_NAME
    {
        let byte = byte.to_ascii_lowercase();
        if byte.is_ascii_alphanumeric() {
            put(&mut backwards, letters, byte);
            letters += 1;
        }
        put(&mut folded, length, if byte == b'_' { b'-' } else { byte });
        (length, at) = (length + 1, start);
    }
    let backwards = backwards.get(..letters.min(LONGEST_ENDING)).unwrap_or_default();
    let is_header = folded.get(..length).is_some_and(is_header);
    let name = CREDENTIAL_NAMES.iter().find(|name| ends_in(backwards, name));
    let syntax = match name {
        Some(&"authorization") => ValueSyntax::Authorization,
        Some(&"cookie") => ValueSyntax::Cookie,
        Some(_) => ValueSyntax::Plain,
        None if is_header => ValueSyntax::Plain,
        None => return None,
    };
    Some(Name { syntax, is_header, start: at })
}

/// Returns the start of the longest name in [`CREDENTIAL_NAMES`] that ends at an index. Letters and
/// digits before the name are not part of it: `x7Kq2Authorization` contains `Authorization`.
pub(crate) fn longest_name_start(view: &View<'_>, end: usize) -> Option<usize> {
    let start_of = |name: &&str| {
        let mut at = end;
        for letter in name.bytes().rev().filter(|byte| !is_word_separator(*byte)) {
            let (mut byte, mut start) = char_before(view, at)?;
            while is_word_separator(byte) && at < end {
                (byte, start) = char_before(view, start)?;
            }
            if !byte.eq_ignore_ascii_case(&letter) {
                return None;
            }
            at = start;
        }
        Some(at)
    };
    CREDENTIAL_NAMES.iter().filter_map(start_of).min()
}

/// Returns the start of the name in [`QUERY_NAMES`] that ends at an index, if there is one.
pub(crate) fn query_name_before(view: &View<'_>, end: usize) -> Option<usize> {
    let mut start = end;
    QUERY_NAMES.iter().find_map(|name| {
        start = end;
        for letter in name.bytes().rev() {
            let (byte, before) = char_before(view, start)?;
            if !byte.eq_ignore_ascii_case(&letter) {
                return None;
            }
            start = before;
        }
        let is_whole = !char_before(view, start).is_some_and(|(byte, _)| is_name_byte(byte));
        is_whole.then_some(start)
    })
}

/// Returns whether a word that was read backwards is `key` or `keys`. Such a word may be the
/// end of a name with a space in it, as in `API key`.
fn is_key(backwards: &[u8], length: usize) -> bool {
    matches!(backwards.get(..length), Some(b"yek" | b"syek"))
}

/// Writes a byte at an index, unless the array is full.
fn put(bytes: &mut [u8], index: usize, byte: u8) {
    if let Some(slot) = bytes.get_mut(index) {
        *slot = byte;
    }
}

pub(crate) const fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_word_separator(byte)
}

/// Returns whether a byte may separate the words of a name.
const fn is_word_separator(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

/// Returns whether a string that was read backwards ends in a name.
fn ends_in(backwards: &[u8], name: &str) -> bool {
    let mut letters = name.bytes().rev().filter(|byte| !is_word_separator(*byte));
    let mut text = backwards.iter();
    letters.all(|letter| text.next() == Some(&letter))
}

/// Returns whether a name that was read backwards is the name of a credential header.
fn is_header(backwards: &[u8]) -> bool {
    let is_equal = |known: &str| {
        let known = known.bytes().rev().map(|byte| if byte == b'_' { b'-' } else { byte });
        known.eq(backwards.iter().copied())
    };
    CREDENTIAL_HEADERS.iter().any(|known| is_equal(known))
}

/// Returns whether a value is itself the name of a credential header, as in a list of
/// names.
pub(crate) fn is_header_name(value: &[u8]) -> bool {
    core::str::from_utf8(value).is_ok_and(keyrail_core::is_credential_header)
}

/// Returns whether a value is the name of a common request header. Such a value next to the name
/// of a credential header shows that both are in a list of names.
pub(crate) fn is_common_header(value: &[u8]) -> bool {
    const COMMON: [&str; 14] = [
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-length",
        "content-type",
        "date",
        "host",
        "idempotency-key",
        "if-none-match",
        "origin",
        "referer",
        "user-agent",
        "x-requested-with",
    ];
    COMMON.iter().any(|name| value.eq_ignore_ascii_case(name.as_bytes()))
}

/// For each of the last three positions of a name, and for each byte, the set of names that can
/// have the byte at this position. In a set, a bit stands for each name. The names in
/// [`CREDENTIAL_NAMES`], [`CREDENTIAL_HEADERS`] and [`QUERY_NAMES`] are numbered from 0, in this
/// order. The number of a name modulo [`NAME_BITS`] is the number of its bit, so some names share a
/// bit. Three bytes whose sets have no common bit cannot be the end of a name.
pub(crate) struct Endings {
    last: [u64; 256],
    second: [u64; 256],
    third: [u64; 256],
}

pub(crate) static ENDINGS: Endings = Endings::new();

impl Endings {
    const fn new() -> Self {
        let mut endings = Self { last: [0; 256], second: [0; 256], third: [0; 256] };
        let mut index = 0;
        while index < CREDENTIAL_NAMES.len() + CREDENTIAL_HEADERS.len() + QUERY_NAMES.len() {
            let name = if index < CREDENTIAL_NAMES.len() {
                CREDENTIAL_NAMES[index].as_bytes()
            } else if index < CREDENTIAL_NAMES.len() + CREDENTIAL_HEADERS.len() {
                CREDENTIAL_HEADERS[index - CREDENTIAL_NAMES.len()].as_bytes()
            } else {
                QUERY_NAMES[index - CREDENTIAL_NAMES.len() - CREDENTIAL_HEADERS.len()].as_bytes()
            };
            let bit = 1 << (index % NAME_BITS as usize);
            let letters = last_letters(name);
            set_bit(&mut endings.last, letters[0], bit);
            set_bit(&mut endings.second, letters[1], bit);
            set_bit(&mut endings.third, letters[2], bit);
            // A word separator may be between any two letters: `p-wd`.
            set_bit(&mut endings.second, b'-', bit);
            set_bit(&mut endings.third, b'-', bit);
            set_bit(&mut endings.third, letters[1], bit);
            index += 1;
        }
        endings
    }

    pub(crate) fn last(&self, byte: u8) -> u64 {
        entry(&self.last, byte)
    }

    pub(crate) fn second(&self, byte: u8) -> u64 {
        entry(&self.second, byte)
    }

    pub(crate) fn third(&self, byte: u8) -> u64 {
        entry(&self.third, byte)
    }

    /// Returns whether a name can end directly before an index.
    #[inline]
    pub(crate) fn can_end(&self, bytes: &[u8], end: usize) -> bool {
        let ending = end.checked_sub(3).and_then(|start| bytes.get(start..end));
        let Some([third, second, last]) = ending else { return false };
        self.last(*last) & self.second(*second) & self.third(*third) != 0
    }
}

#[inline]
fn entry(table: &[u64; 256], byte: u8) -> u64 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// Returns the last three letters of a name, the last one first.
const fn last_letters(name: &[u8]) -> [u8; 3] {
    let (mut letters, mut count, mut at) = ([0; 3], 0, name.len());
    while count < 3 && at > 0 {
        at -= 1;
        if !is_word_separator(name[at]) {
            letters[count] = name[at];
            count += 1;
        }
    }
    letters
}

/// Sets a bit for a letter in upper case and lower case. For a word separator, sets the bit for all
/// separators and for the last hexadecimal digit of their escapes.
const fn set_bit(table: &mut [u64; 256], byte: u8, bit: u64) {
    if is_word_separator(byte) {
        let mut separators = b"-_.fFdDeE".as_slice();
        while let [separator, rest @ ..] = separators {
            table[*separator as usize] |= bit;
            separators = rest;
        }
    }
    table[byte as usize] |= bit;
    table[byte.to_ascii_uppercase() as usize] |= bit;
}

/// Returns whether a string is spelled like a name: all upper case, all lower case, or camel case
/// without digits. A secret that happens to end in a name is rarely spelled like that.
pub(crate) fn is_spelled_like_name(text: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| text.iter().any(is);
    let is_camel_case = || text.windows(2).all(|pair| !pair.iter().all(u8::is_ascii_uppercase));
    !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
        || !has(u8::is_ascii_digit) && is_camel_case()
}

#[cfg(test)]
mod tests {
    use super::{ENDINGS, LONGEST_ENDING, Name, ValueSyntax, name_before, query_name_before};
    use crate::view::View;
    use keyrail_core::{CREDENTIAL_HEADERS, CREDENTIAL_NAMES};

    fn find_name(text: &str) -> Option<Name> {
        let view = View::whole(text.as_bytes());
        let name = name_before(&view, text.len());
        if name.is_some() {
            assert!(ENDINGS.can_end(text.as_bytes(), text.len()), "{text}");
        }
        name
    }

    #[test]
    fn the_names_are_sorted_and_lower_case_and_short_enough() {
        assert!(CREDENTIAL_NAMES.is_sorted());
        for name in CREDENTIAL_NAMES.iter().chain(CREDENTIAL_HEADERS) {
            assert_eq!(*name, name.to_ascii_lowercase());
            assert!((3..LONGEST_ENDING).contains(&name.len()), "{name}");
        }
    }

    #[test]
    fn names_are_found_in_every_spelling() {
        for text in [
            "api_key",
            "API-KEY",
            "apiKey",
            "apikey",
            "api.key",
            "stripe_api_key",
            "X-Goog-Api-Key",
            "accessToken",
            "user.password",
            "dbpassword",
            "securetoken",
            "x-verify-token",
            "clientSecret",
            "aws_secret_access_key",
            "api%5Fkey",
            r"api\u005fkey",
            "X-Amz-Signature",
        ] {
            assert_eq!(find_name(text).map(|name| name.syntax), Some(ValueSyntax::Plain), "{text}");
        }
    }

    #[test]
    fn all_credential_headers_are_found_as_headers() {
        for name in CREDENTIAL_HEADERS {
            assert!(find_name(name).is_some_and(|name| name.is_header), "{name}");
            let upper = name.to_ascii_uppercase().replace('-', "_");
            assert!(find_name(&upper).is_some_and(|name| name.is_header), "{upper}");
        }
        assert_eq!(find_name("Proxy-Authorization").unwrap().syntax, ValueSyntax::Authorization);
        assert_eq!(find_name("Set-Cookie").unwrap().syntax, ValueSyntax::Cookie);
        assert!(!find_name("my-x-api-key").unwrap().is_header);
    }

    #[test]
    fn other_names_are_not_found() {
        for text in [
            "",
            "key",
            "max_tokens",
            "app",
            "id",
            "whatsapp-id",
            "keyName",
            "passing",
            "auth",
            "signature",
            "author",
            "monkey",
            "user-id",
            "my-app-id",
            "appid",
        ] {
            assert_eq!(find_name(text), None, "{text}");
        }
    }

    #[test]
    fn a_url_signature_is_found_only_by_its_whole_name() {
        for (text, start) in [("?sig", Some(1)), ("%26Signature", Some(3)), ("&SIG", Some(1))] {
            let view = View::whole(text.as_bytes());
            assert_eq!(query_name_before(&view, text.len()), start, "{text}");
            assert!(ENDINGS.can_end(text.as_bytes(), text.len()), "{text}");
        }
        for text in ["?asig", "?x-signature", "?ig", "ature"] {
            assert_eq!(
                query_name_before(&View::whole(text.as_bytes()), text.len()),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn a_found_name_starts_at_the_start_of_the_whole_name() {
        assert_eq!(find_name("a?my-api-key").unwrap().start, 2);
        assert_eq!(find_name("a%3Ftoken").unwrap().start, 4);
    }
}
