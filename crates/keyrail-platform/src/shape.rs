//! Shapes: what keys and ids of a platform looked like in samples.
//!
//! A shape is a hint and never a gate: vendors change what their keys look
//! like without a word. What differs is reported as unusual, and let through.

use alloc::vec::Vec;

use keyrail_core::config::{Checked, Faults, Member, Object, Slot};
use serde::de::MapAccess;

use crate::error::add;
use crate::{Error, ErrorKind};

/// The most groups of a shape.
pub(crate) const MAX_GROUPS: usize = 16;
/// The most characters of a group.
pub(crate) const MAX_LENGTH: i64 = 8192;

/// Groups of characters with a separator between them.
///
/// As configuration: `{"separator": "-", "groups": [{"characters": "hex",
/// "length": 8}, {"characters": "digit"}]}`. A group without a length holds
/// one character or more; `characters` is `digit`, `letter`, `alphanumeric`,
/// `lower_alphanumeric`, `hex`, `base64url` or `visible`, all of ASCII.
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
    /// Whether the text looks like the samples.
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

/// What is gathered of a shape while it is read.
#[derive(Default)]
pub struct ShapeDraft {
    separator: Slot<char>,
    groups: Slot<Vec<Checked<Group>>>,
}

fn read_separator(text: &str) -> Result<char, Error> {
    match text.as_bytes() {
        [byte] if byte.is_ascii_graphic() => Ok(char::from(*byte)),
        _ => Err(ErrorKind::MalformedShape.into()),
    }
}

impl Object for Shape {
    type Draft = ShapeDraft;
    const MEMBERS: &'static [&'static str] = &["separator", "groups"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut ShapeDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "separator" => draft.separator.set(value.parse(read_separator)?),
            "groups" => draft.groups.read(value)?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: ShapeDraft, faults: &Faults) -> Option<Self> {
        let absent = matches!(draft.separator, Slot::Absent);
        let separator = draft.separator.optional();
        let groups = draft.groups.required("groups", faults)?;
        if !(1..=MAX_GROUPS).contains(&groups.len()) {
            add(faults, format_args!("/groups"), &ErrorKind::MalformedShape.into());
        }
        if groups.len() > 1 && absent {
            faults.add_error(&Error::new(ErrorKind::MalformedShape));
        }
        let groups = groups.into_iter().filter_map(|Checked(group)| group).collect();
        Some(Self { separator, groups })
    }
}

/// What is gathered of a group while it is read.
#[derive(Default)]
pub(crate) struct GroupDraft {
    characters: Slot<Characters>,
    length: Slot<i64>,
}

impl Object for Group {
    type Draft = GroupDraft;
    const MEMBERS: &'static [&'static str] = &["characters", "length"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut GroupDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "characters" => draft.characters.set(value.choice(Characters::WORDS)?),
            "length" => draft.length.read(value)?,
            _ => value.skip()?,
        }
        Ok(())
    }

    fn finish(draft: GroupDraft, faults: &Faults) -> Option<Self> {
        let length = draft.length.optional();
        if length.is_some_and(|length| !(1..=MAX_LENGTH).contains(&length)) {
            add(faults, format_args!("/length"), &ErrorKind::MalformedShape.into());
        }
        let characters = draft.characters.required("characters", faults)?;
        Some(Self { characters, length: length.and_then(|length| usize::try_from(length).ok()) })
    }
}

#[cfg(test)]
mod tests {
    use keyrail_core::config::from_json;

    use super::Shape;

    #[test]
    fn fits_by_groups_lengths_and_separators() {
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
    fn refuses_shapes_that_cannot_be() {
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
