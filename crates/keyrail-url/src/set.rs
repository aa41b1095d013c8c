//! Encode sets: the characters that percent-encoding does not escape.
//!
//! The sets named after a part of a URL follow the grammar of RFC 3986; the form
//! set and the component set are those of the WHATWG URL standard.

use core::fmt;

use crate::{Error, ErrorKind};

/// The characters that encoding keeps; all others are escaped.
///
/// No set keeps `%`, spaces, control characters or non-ASCII characters.
///
/// ```
/// use keyrail_url::{EncodeSet, encode_with};
/// assert_eq!(encode_with("a/b c@d", EncodeSet::PATH_SEGMENT), "a%2Fb%20c@d");
/// assert_eq!(encode_with("a/b c", EncodeSet::FORM), "a%2Fb+c");
/// let custom = EncodeSet::keeping("/:")?;
/// assert_eq!(encode_with("a/b:c@d", &custom), "a/b:c%40d");
/// # Ok::<(), keyrail_url::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct EncodeSet {
    /// The output for each byte.
    entries: [Entry; 256],
    /// Whether each byte is kept unchanged.
    kept: [bool; 256],
}

/// The output for one byte: one or three bytes. The last element is their number.
pub(crate) type Entry = [u8; 4];

/// Returns the escape of a byte.
pub(crate) const fn escape(byte: u8) -> [u8; 3] {
    const fn digit(nibble: u8) -> u8 {
        if nibble < 10 { b'0' + nibble } else { b'A' - 10 + nibble }
    }
    [b'%', digit(byte >> 4), digit(byte & 15)]
}

/// The escape of each byte, as a string.
const ESCAPES: [&str; 256] = {
    const BYTES: [u8; 3 * 256] = {
        let mut bytes = [0; 3 * 256];
        let mut byte = 0;
        while byte < 256 {
            [bytes[3 * byte], bytes[3 * byte + 1], bytes[3 * byte + 2]] = escape(byte as u8);
            byte += 1;
        }
        bytes
    };
    let mut rest = match core::str::from_utf8(&BYTES) {
        Ok(escapes) => escapes,
        Err(_) => "",
    };
    let mut escapes = [""; 256];
    let mut byte = 0;
    while byte < 256 {
        (escapes[byte], rest) = rest.split_at(3);
        byte += 1;
    }
    escapes
};

impl EncodeSet {
    /// Letters, digits, `-._~`: the unreserved set (RFC 3986, section 2.3).
    pub const UNRESERVED: &Self = &Self::of(b"-._~");
    /// A path segment: `pchar` (RFC 3986, section 3.3).
    pub const PATH_SEGMENT: &Self = &Self::of(b"-._~!$&'()*+,;=:@");
    /// A whole path: segments and the slashes between them.
    pub const PATH: &Self = &Self::of(b"-._~!$&'()*+,;=:@/");
    /// A whole query (RFC 3986, section 3.4). It keeps `&` and `=`, so use
    /// [`encode_query`](crate::encode_query) for names and values.
    pub const QUERY: &Self = &Self::of(b"-._~!$&'()*+,;=:@/?");
    /// A fragment (RFC 3986, section 3.5).
    pub const FRAGMENT: &Self = &Self::of(b"-._~!$&'()*+,;=:@/?");
    /// User name and password (RFC 3986, section 3.2.1).
    pub const USERINFO: &Self = &Self::of(b"-._~!$&'()*+,;=:");
    /// `application/x-www-form-urlencoded` (WHATWG URL standard): letters, digits and `*-._`. A
    /// space becomes `+`.
    pub const FORM: &Self = &Self::of(b"*-._").with_plus();
    /// The characters that JavaScript's `encodeURIComponent` keeps: letters, digits, `-_.!~*'()`.
    /// All other characters are in the component percent-encode set of the WHATWG URL standard,
    /// which contains the characters to escape.
    pub const COMPONENT: &Self = &Self::of(b"-_.!~*'()");

    const NAMED: [(&'static str, &'static Self); 8] = [
        ("unreserved", Self::UNRESERVED),
        ("path_segment", Self::PATH_SEGMENT),
        ("path", Self::PATH),
        ("query", Self::QUERY),
        ("fragment", Self::FRAGMENT),
        ("userinfo", Self::USERINFO),
        ("form", Self::FORM),
        ("component", Self::COMPONENT),
    ];

    /// Returns the set with this name: `unreserved`, `path_segment`, `path`, `query`,
    /// `fragment`, `userinfo`, `form` or `component`.
    ///
    /// # Errors
    ///
    /// `url.unknown_set`.
    pub fn named(name: &str) -> Result<&'static Self, Error> {
        let found = Self::NAMED.iter().find(|(known, _)| *known == name);
        found.map(|(_, set)| *set).ok_or(ErrorKind::UnknownSet.into())
    }

    /// Creates a set that leaves the unreserved characters and the given ones unencoded.
    ///
    /// # Errors
    ///
    /// `url.malformed_set`, with the offset of a character that no set may keep: `%`, a space, a
    /// control character or a non-ASCII character.
    pub fn keeping(characters: &str) -> Result<Self, Error> {
        let mut set = Self::UNRESERVED.clone();
        for (at, character) in characters.char_indices() {
            let byte = u8::try_from(character).ok();
            let byte = byte.filter(|byte| byte.is_ascii_graphic() && *byte != b'%');
            let byte = byte.ok_or(Error::at(ErrorKind::MalformedSet, at))?;
            set.keep(byte);
        }
        Ok(set)
    }

    /// Creates a set that keeps letters, digits and these marks.
    const fn of(marks: &[u8]) -> Self {
        let mut set = Self { entries: [[0; 4]; 256], kept: [false; 256] };
        let mut byte = 0;
        while byte < 256 {
            let [percent, high, low] = escape(byte as u8);
            set.entries[byte] = [percent, high, low, 3];
            if (byte as u8).is_ascii_alphanumeric() {
                set.keep(byte as u8);
            }
            byte += 1;
        }
        let mut index = 0;
        while index < marks.len() {
            set.keep(marks[index]);
            index += 1;
        }
        set
    }

    /// Adds a byte to the set.
    const fn keep(&mut self, byte: u8) {
        self.entries[byte as usize] = [byte, 0, 0, 1];
        self.kept[byte as usize] = true;
    }

    /// Changes the set to encode a space as a plus.
    const fn with_plus(mut self) -> Self {
        self.entries[b' ' as usize] = [b'+', 0, 0, 1];
        self
    }

    /// Returns the output for a byte.
    pub(crate) const fn entry(&self, byte: u8) -> Entry {
        self.entries[byte as usize]
    }

    /// Returns the output for a byte that is not kept.
    pub(crate) const fn escape_str(&self, byte: u8) -> &'static str {
        match self.entry(byte) {
            [b'+', ..] => "+",
            _ => ESCAPES[byte as usize],
        }
    }

    /// Returns whether the set keeps a byte unchanged.
    pub(crate) const fn keeps(&self, byte: u8) -> bool {
        self.kept[byte as usize]
    }
}

impl fmt::Debug for EncodeSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodeSet(")?;
        for byte in (0..=u8::MAX).filter(|byte| self.keeps(*byte)) {
            write!(f, "{}", char::from(byte))?;
        }
        f.write_str(")")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::EncodeSet;

    fn kept(set: &EncodeSet) -> String {
        (0..=255_u8).filter(|byte| set.keeps(*byte)).map(char::from).collect()
    }

    /// Returns letters, digits and the marks, in ASCII order.
    fn alphanumerics_and(marks: &str) -> String {
        let mut kept: alloc::vec::Vec<char> =
            ('0'..='9').chain('A'..='Z').chain('a'..='z').collect();
        kept.extend(marks.chars());
        kept.sort_unstable();
        kept.into_iter().collect()
    }

    #[test]
    fn each_set_keeps_the_characters_of_its_grammar() {
        for (set, marks) in [
            (EncodeSet::UNRESERVED, "-._~"),
            (EncodeSet::PATH_SEGMENT, "-._~!$&'()*+,;=:@"),
            (EncodeSet::PATH, "-._~!$&'()*+,;=:@/"),
            (EncodeSet::QUERY, "-._~!$&'()*+,;=:@/?"),
            (EncodeSet::FRAGMENT, "-._~!$&'()*+,;=:@/?"),
            (EncodeSet::USERINFO, "-._~!$&'()*+,;=:"),
            (EncodeSet::FORM, "-._*"),
            (EncodeSet::COMPONENT, "-_.!~*'()"),
        ] {
            assert_eq!(kept(set), alphanumerics_and(marks));
        }
    }

    #[test]
    fn the_component_set_keeps_what_whatwg_does_not_escape() {
        // The string lists the printable ASCII characters that WHATWG's component set escapes. The
        // characters are grouped by the first of these sets that escapes them: fragment, query,
        // path, userinfo, component. The component set also escapes C0 controls and all characters
        // after ~.
        let escaped = " \"<>`#?^{}/:;=@[\\]|$%&+,";
        for byte in 0..=255_u8 {
            let is_escaped = !(0x20..=0x7e).contains(&byte) || escaped.as_bytes().contains(&byte);
            assert_eq!(EncodeSet::COMPONENT.keeps(byte), !is_escaped, "{byte:#x}");
        }
    }

    #[test]
    fn a_custom_set_rejects_characters_that_must_be_escaped() {
        for (characters, offset) in [("%", 0), ("/%", 1), ("é", 0), ("/ ", 1), ("\n", 0)] {
            let error = EncodeSet::keeping(characters).unwrap_err();
            assert_eq!((error.code(), error.offset()), ("url.malformed_set", Some(offset)));
        }
        assert_eq!(EncodeSet::keeping("").unwrap(), *EncodeSet::UNRESERVED);
    }

    #[test]
    fn sets_are_found_by_name() {
        assert_eq!(EncodeSet::named("form").unwrap(), EncodeSet::FORM);
        assert_eq!(EncodeSet::named("Form").unwrap_err().code(), "url.unknown_set");
    }
}
