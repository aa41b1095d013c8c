//! Names of credentials: a value next to one is a credential, whatever its form.

use keyrail_core::{CREDENTIAL_HEADERS, CREDENTIAL_NAMES};

use crate::decode::unit_before;
use crate::view::View;

/// The longest name of a parameter that is looked at.
pub(crate) const LONGEST_PARAMETER: usize = 64;
/// The scheme of tokens, in lower case.
pub(crate) const BEARER: &[u8] = b"bearer";

/// How many bits of the filter the names have, from the lowest on.
pub(crate) const NAMES: u32 = 38;
/// Names whose value is a credential only as a query parameter: the signature of a
/// presigned URL grants access to anyone who has the URL.
const QUERY_NAMES: &[&str] = &["sig", "signature"];

/// The longest name, and the longest that is looked at for where it begins.
const LONGEST: usize = 24;
const LONGEST_WHOLE: usize = 64;

/// The form of value that a name expects next to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ValueSyntax {
    /// One value.
    Plain,
    /// A scheme and what follows it.
    Authorization,
    /// Pairs, to the line's end.
    Cookie,
}

/// A credential's name that was found before a sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Name {
    pub syntax: ValueSyntax,
    /// Whether the whole name is a credential header's.
    pub is_header: bool,
    /// Where the whole of it begins.
    pub start: usize,
}

/// The credential's name that ends right before a place, if one does.
pub(crate) fn name_before(view: &View<'_>, end: usize) -> Option<Name> {
    let mut backwards = [0; LONGEST]; // letters and digits alone
    let mut folded = [0; LONGEST]; // with `-` for what is between words
    let (mut letters, mut length, mut at) = (0, 0, end);
    while let Some((byte, start)) = unit_before(view, at)
        && (is_of_name(byte) || byte == b' ' && is_key(&folded, length))
        && length < LONGEST_WHOLE
    {
        let byte = byte.to_ascii_lowercase();
        if byte.is_ascii_alphanumeric() {
            set(&mut backwards, letters, byte);
            letters += 1;
        }
        set(&mut folded, length, if byte == b'_' { b'-' } else { byte });
        (length, at) = (length + 1, start);
    }
    let backwards = backwards.get(..letters.min(LONGEST)).unwrap_or_default();
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

/// Returns where the longest credential's name starts that ends at a place, without what
/// runs into it: of `x7Kq2Authorization` the `A`.
pub(crate) fn name_alone(view: &View<'_>, end: usize) -> Option<usize> {
    let start_of = |name: &&str| {
        let mut at = end;
        for letter in name.bytes().rev().filter(|byte| !is_between(*byte)) {
            let (mut byte, mut start) = unit_before(view, at)?;
            while is_between(byte) && at < end {
                (byte, start) = unit_before(view, start)?;
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

/// Returns where the name in [`QUERY_NAMES`] begins that ends at a place, if one
/// does.
pub(crate) fn query_name_before(view: &View<'_>, end: usize) -> Option<usize> {
    let mut start = end;
    QUERY_NAMES.iter().find_map(|name| {
        start = end;
        for letter in name.bytes().rev() {
            let (byte, before) = unit_before(view, start)?;
            if !byte.eq_ignore_ascii_case(&letter) {
                return None;
            }
            start = before;
        }
        let is_whole = !unit_before(view, start).is_some_and(|(byte, _)| is_of_name(byte));
        is_whole.then_some(start)
    })
}

/// Whether the word that was read backwards may have its first half before a
/// blank, as in `API key`.
fn is_key(backwards: &[u8], length: usize) -> bool {
    matches!(backwards.get(..length), Some(b"yek" | b"syek"))
}

fn set(bytes: &mut [u8], index: usize, byte: u8) {
    if let Some(place) = bytes.get_mut(index) {
        *place = byte;
    }
}

pub(crate) const fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || is_between(byte)
}

const fn is_between(byte: u8) -> bool {
    matches!(byte, b'-' | b'_' | b'.')
}

/// Whether a text that was read backwards ends in a name.
fn ends_in(backwards: &[u8], name: &str) -> bool {
    let mut letters = name.bytes().rev().filter(|byte| !is_between(*byte));
    let mut text = backwards.iter();
    letters.all(|letter| text.next() == Some(&letter))
}

/// Whether a name that was read backwards is a credential header's.
fn is_header(backwards: &[u8]) -> bool {
    let name = |known: &str| {
        let known = known.bytes().rev().map(|byte| if byte == b'_' { b'-' } else { byte });
        known.eq(backwards.iter().copied())
    };
    CREDENTIAL_HEADERS.iter().any(|known| name(known))
}

/// Whether a value is itself the name of a credential header, as in a list of
/// names.
pub(crate) fn is_header_name(value: &[u8]) -> bool {
    core::str::from_utf8(value).is_ok_and(keyrail_core::is_credential_header)
}

/// Whether a value is the name of a header that is in most requests, as beside
/// a credential's in a list of names.
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

/// For each byte, the names that can have it as their last byte, the one before
/// that, or the one before that: a name's bit is its index in the lists. Three
/// bytes with no bit in common cannot end a name.
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
            let bit = 1 << (index % NAMES as usize);
            let letters = last_letters(name);
            mark(&mut endings.last, letters[0], bit);
            mark(&mut endings.second, letters[1], bit);
            mark(&mut endings.third, letters[2], bit);
            // Anything may be between two letters: `p-wd`.
            mark(&mut endings.second, b'-', bit);
            mark(&mut endings.third, b'-', bit);
            mark(&mut endings.third, letters[1], bit);
            index += 1;
        }
        endings
    }

    pub(crate) fn last(&self, byte: u8) -> u64 {
        of(&self.last, byte)
    }

    pub(crate) fn second(&self, byte: u8) -> u64 {
        of(&self.second, byte)
    }

    pub(crate) fn third(&self, byte: u8) -> u64 {
        of(&self.third, byte)
    }

    /// Whether a name can end right before a place.
    #[inline]
    pub(crate) fn can_end(&self, bytes: &[u8], end: usize) -> bool {
        let row = end.checked_sub(3).and_then(|start| bytes.get(start..end));
        let Some([third, second, last]) = row else { return false };
        self.last(*last) & self.second(*second) & self.third(*third) != 0
    }
}

#[inline]
fn of(table: &[u64; 256], byte: u8) -> u64 {
    table.get(usize::from(byte)).copied().unwrap_or_default()
}

/// The last three letters of a name, from its end.
const fn last_letters(name: &[u8]) -> [u8; 3] {
    let (mut letters, mut count, mut at) = ([0; 3], 0, name.len());
    while count < 3 && at > 0 {
        at -= 1;
        if !is_between(name[at]) {
            letters[count] = name[at];
            count += 1;
        }
    }
    letters
}

/// Sets a bit for a letter in both cases; for what is between words, for
/// each character that may, the last of an escape included.
const fn mark(table: &mut [u64; 256], byte: u8, bit: u64) {
    if is_between(byte) {
        let mut others = b"-_.fFdDeE".as_slice();
        while let [other, rest @ ..] = others {
            table[*other as usize] |= bit;
            others = rest;
        }
    }
    table[byte as usize] |= bit;
    table[byte.to_ascii_uppercase() as usize] |= bit;
}

/// Returns whether a text is spelled like a name (in one case, or in camel case
/// without digits) rather than like a secret that happens to end in one.
pub(crate) fn is_spelled(text: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| text.iter().any(is);
    let is_in_turn = || text.windows(2).all(|two| !two.iter().all(u8::is_ascii_uppercase));
    !(has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase))
        || !has(u8::is_ascii_digit) && is_in_turn()
}

#[cfg(test)]
mod tests {
    use super::{ENDINGS, LONGEST, Name, ValueSyntax, name_before, query_name_before};
    use crate::view::View;
    use keyrail_core::{CREDENTIAL_HEADERS, CREDENTIAL_NAMES};

    fn found(text: &str) -> Option<Name> {
        let view = View::whole(text.as_bytes());
        let name = name_before(&view, text.len());
        if name.is_some() {
            assert!(ENDINGS.can_end(text.as_bytes(), text.len()), "{text}");
        }
        name
    }

    #[test]
    fn the_list_is_lower_case_sorted_and_fits_the_buffers() {
        assert!(CREDENTIAL_NAMES.is_sorted());
        for name in CREDENTIAL_NAMES.iter().chain(CREDENTIAL_HEADERS) {
            assert_eq!(*name, name.to_ascii_lowercase());
            assert!((3..LONGEST).contains(&name.len()), "{name}");
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
            assert_eq!(found(text).map(|name| name.syntax), Some(ValueSyntax::Plain), "{text}");
        }
    }

    #[test]
    fn all_credential_headers_are_found_and_marked_as_headers() {
        for name in CREDENTIAL_HEADERS {
            assert!(found(name).is_some_and(|name| name.is_header), "{name}");
            let upper = name.to_ascii_uppercase().replace('-', "_");
            assert!(found(&upper).is_some_and(|name| name.is_header), "{upper}");
        }
        assert_eq!(found("Proxy-Authorization").unwrap().syntax, ValueSyntax::Authorization);
        assert_eq!(found("Set-Cookie").unwrap().syntax, ValueSyntax::Cookie);
        assert!(!found("my-x-api-key").unwrap().is_header);
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
            assert_eq!(found(text), None, "{text}");
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
        assert_eq!(found("a?my-api-key").unwrap().start, 2);
        assert_eq!(found("a%3Ftoken").unwrap().start, 4);
    }
}
