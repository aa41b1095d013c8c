//! Checks of the short strings in a record: names, masks, reasons and metadata.

use alloc::string::String;

use keyrail_core::is_invisible;

use crate::{Error, ErrorKind};

/// The maximum length of a record's name and of its mask, in characters.
pub const MAX_NAME: usize = 128;

/// The maximum number of items in each list of a record, such as its queues.
pub const MAX_ITEMS: usize = 1024;

/// The maximum number of members of a record's metadata.
pub const MAX_METADATA: usize = 32;

/// The maximum length of a name in a record's metadata, in bytes.
pub const MAX_METADATA_NAME: usize = 64;

/// The maximum length of a value in a record's metadata, in bytes.
pub const MAX_METADATA_VALUE: usize = 512;

/// Checks a name or a mask: 1 to [`MAX_NAME`] characters that are safe to display.
pub(crate) fn check_name<T: for<'t> From<&'t str>>(text: &str) -> Result<T, Error> {
    let count = text.chars().take(MAX_NAME + 1).count();
    if count == 0 || count > MAX_NAME {
        return Err(ErrorKind::MalformedName.into());
    }
    match unsafe_at(text) {
        Some(offset) => Err(Error::at(ErrorKind::MalformedName, offset)),
        None => Ok(text.into()),
    }
}

/// Checks a reason: at most [`MAX_METADATA_VALUE`] bytes that are safe to display.
pub(crate) fn check_reason(text: &str) -> Result<String, Error> {
    match text.len() > MAX_METADATA_VALUE || unsafe_at(text).is_some() {
        true => Err(ErrorKind::MalformedReason.into()),
        false => Ok(text.into()),
    }
}

/// Returns whether a record may have this metadata. Duplicate names are not checked: the reader
/// reports them as duplicate members.
pub(crate) fn is_metadata(metadata: &[(String, String)]) -> bool {
    metadata.len() <= MAX_METADATA
        && metadata.iter().all(|(name, value)| {
            (1..=MAX_METADATA_NAME).contains(&name.len())
                && value.len() <= MAX_METADATA_VALUE
                && unsafe_at(name).is_none()
                && unsafe_at(value).is_none()
        })
}

/// Returns the offset of the first character that is not safe to display, if there is one.
fn unsafe_at(text: &str) -> Option<usize> {
    text.char_indices().find(|(_, character)| is_invisible(*character)).map(|(offset, _)| offset)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::{MAX_NAME, check_name};

    #[test]
    fn a_name_has_1_to_128_characters() {
        for (count, is_valid) in [(0, false), (1, true), (MAX_NAME, true), (MAX_NAME + 1, false)] {
            let name: String = core::iter::repeat_n('é', count).collect();
            assert_eq!(check_name::<String>(&name).is_ok(), is_valid, "{count}");
        }
    }

    #[test]
    fn an_invisible_character_is_rejected_with_its_offset() {
        for character in ['\0', '\n', '\u{7f}', '\u{85}', '\u{61c}', '\u{202e}', '\u{2066}'] {
            let error = check_name::<String>(&alloc::format!("é{character}x")).unwrap_err();
            assert_eq!((error.code(), error.offset()), ("access.malformed_name", Some(2)));
        }
        assert!(check_name::<String>("Production Server (Zürich) 🔑").is_ok());
    }
}
