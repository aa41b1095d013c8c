//! Shapes: what the keys and ids of a platform look like in published samples.
//!
//! A shape never rejects a key, because vendors change their keys without notice. A key
//! that differs is reported as unusual, but accepted.

use alloc::vec::Vec;

use keyrail_core::config::{Checked, json, text_schema};

use crate::error::add;
use crate::{Error, ErrorKind};

/// The maximum number of groups in a shape.
pub(crate) const MAX_GROUPS: usize = 16;
/// The maximum number of characters in a group.
pub(crate) const MAX_LENGTH: i64 = 8192;

/// Groups of characters with a separator between them.
///
/// As configuration: `{"separator": "-", "groups": [{"characters": "hex", "length": 8},
/// {"characters": "digit"}]}`. A group without a length contains one or more characters.
/// `characters` is `digit`, `letter`, `alphanumeric`, `lower_alphanumeric`, `hex`, `base64url` or
/// `visible`. Each of these stands for ASCII characters only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    separator: Option<char>,
    groups: Vec<Group>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    characters: Characters,
    length: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Characters {
    Digit,
    Letter,
    Alphanumeric,
    LowerAlphanumeric,
    Hex,
    Base64Url,
    Visible,
}

impl Shape {
    /// Returns whether a string has this shape.
    pub fn fits(&self, text: &str) -> bool {
        let Some(separator) = self.separator else {
            return self.groups.first().is_some_and(|group| group.fits(text));
        };
        let mut pieces = text.split(separator);
        self.groups.iter().all(|group| pieces.next().is_some_and(|piece| group.fits(piece)))
            && pieces.next().is_none()
    }
}

impl Group {
    fn fits(&self, text: &str) -> bool {
        let length = self.length.map_or(!text.is_empty(), |length| text.len() == length);
        length && text.bytes().all(|byte| self.characters.contain(byte))
    }
}

impl Characters {
    pub(crate) const WORDS: &'static [(&'static str, Self)] = &[
        ("digit", Self::Digit),
        ("letter", Self::Letter),
        ("alphanumeric", Self::Alphanumeric),
        ("lower_alphanumeric", Self::LowerAlphanumeric),
        ("hex", Self::Hex),
        ("base64url", Self::Base64Url),
        ("visible", Self::Visible),
    ];

    fn contain(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Letter => byte.is_ascii_alphabetic(),
            Self::Alphanumeric => byte.is_ascii_alphanumeric(),
            Self::LowerAlphanumeric => byte.is_ascii_lowercase() || byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Base64Url => byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'),
            Self::Visible => byte.is_ascii_graphic(),
        }
    }
}

fn read_separator(text: &str) -> Result<char, Error> {
    match text.as_bytes() {
        [byte] if byte.is_ascii_graphic() => Ok(char::from(*byte)),
        _ => Err(ErrorKind::MalformedShape.into()),
    }
}

keyrail_core::config_object! {
    /// The shape of a part of a credential in the vendor's samples.
    Shape (faults) {
        /// The character between two groups.
        state separator: char = parse(read_separator, text_schema("^[!-~]$"));
        /// The groups of characters, 1 to 16.
        required groups: Vec<Checked<Group>>
            as json!({"minItems": 1, "maxItems": MAX_GROUPS});
    } => {
        let groups = groups?;
        if !(1..=MAX_GROUPS).contains(&groups.len()) {
            add(faults, format_args!("/groups"), &ErrorKind::MalformedShape.into());
        }
        if groups.len() > 1 && separator.is_absent() {
            faults.add_error(&Error::new(ErrorKind::MalformedShape));
        }
        let groups = groups.into_iter().filter_map(|Checked(group)| group).collect();
        Some(Self { separator: separator.optional(), groups })
    }
}

keyrail_core::config_object! {
    /// A group of characters.
    Group (faults) {
        /// The characters of the group, ASCII only.
        required characters: Characters = choice(Characters::WORDS);
        /// The number of characters, 1 to 8192. If absent, the group has one or more characters.
        optional length: i64 as json!({"minimum": 1, "maximum": MAX_LENGTH});
    } => {
        if length.is_some_and(|length| !(1..=MAX_LENGTH).contains(&length)) {
            add(faults, format_args!("/length"), &ErrorKind::MalformedShape.into());
        }
        let length = length.and_then(|length| usize::try_from(length).ok());
        Some(Self { characters: characters?, length })
    }
}

#[cfg(test)]
mod tests {
    use keyrail_core::config::from_json;

    use super::Shape;

    #[test]
    fn a_shape_matches_groups_lengths_and_separators() {
        let shape: Shape = from_json(
            r#"{"separator": "-", "groups": [{"characters": "letter", "length": 2}, {"characters": "digit"}]}"#,
        )
        .unwrap();
        assert!(shape.fits("ab-1") && shape.fits("AB-12345"));
        for text in ["", "ab", "ab-", "ab-1-", "ab-1-2", "abc-1", "a1-1", "ab-x", "ab_1", "ä-1"] {
            assert!(!shape.fits(text), "{text}");
        }
    }

    #[test]
    fn one_group_needs_no_separator() {
        let shape: Shape =
            from_json(r#"{"groups": [{"characters": "hex", "length": 4}]}"#).unwrap();
        assert!(shape.fits("09aF"));
        assert!(!shape.fits("09ag") && !shape.fits("09a") && !shape.fits("09aF0"));
    }

    #[test]
    fn invalid_shapes_are_rejected() {
        for text in [
            r#"{"groups": []}"#,
            r#"{"groups": [{"characters": "hex"}, {"characters": "hex"}]}"#,
            r#"{"groups": [{"characters": "hex", "length": 0}]}"#,
            r#"{"groups": [{"characters": "hex", "length": 8193}]}"#,
            r#"{"separator": "--", "groups": [{"characters": "hex"}]}"#,
            r#"{"separator": " ", "groups": [{"characters": "hex"}]}"#,
        ] {
            assert_eq!(from_json::<Shape>(text).unwrap_err().code(), "platform.malformed_shape");
        }
        let length = r#"{"groups": [{"characters": "hex", "length": 8192}]}"#;
        assert!(from_json::<Shape>(length).is_ok());
    }
}
