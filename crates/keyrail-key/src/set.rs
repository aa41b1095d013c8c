//! Sets of formats. A string can be a key of at most one format of a set, not counting foreign
//! formats.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use keyrail_core::{ConfigError, Faults};

use crate::check::{Cause, Rejection};
use crate::document::{read_set, set_schema};
use crate::foreign::Hint;
use crate::overlap::find_conflicts;
use crate::{ApiKey, Error, ErrorKind, KeyFormat, ParsedKey};

/// The maximum number of formats in a set.
pub const MAX_FORMATS: usize = 1_000;

/// A set of at most 1,000 key formats. A string can be a key of at most one of the formats, not
/// counting foreign formats.
///
/// Declared formats are compared by the parts of their keys. In this comparison, a checksum can be
/// any string of its alphabet. If two declared formats could accept the same string, the set is
/// rejected. Foreign formats have no prefix. They are tried last, and only if the string does not
/// start with the prefix and separator of a declared format: see [`parse_ref`](Self::parse_ref).
///
/// ```
/// use keyrail_key::{KeyFormat, KeyFormatSet};
/// let set = KeyFormatSet::new([KeyFormat::keyrail(), KeyFormat::github("ghp")?])?;
/// let key = set.parse("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")?;
/// assert_eq!(key.format(), "ghp");
/// let error = KeyFormatSet::new([KeyFormat::jwt(), KeyFormat::jwt()]).unwrap_err();
/// assert_eq!(error.code(), "key.duplicate_format");
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFormatSet {
    formats: Vec<KeyFormat>,
}

impl KeyFormatSet {
    /// Creates a set of the given formats.
    ///
    /// # Errors
    ///
    /// `key.too_many_formats` (more than [`MAX_FORMATS`]),
    /// `key.duplicate_format`, `key.ambiguous_formats`, and `key.set_too_complex` if
    /// comparing the formats would take more than about half a second. This can happen if many
    /// formats have the same prefix, many environments and variable lengths.
    pub fn new(formats: impl IntoIterator<Item = KeyFormat>) -> Result<Self, Error> {
        let formats: Vec<_> = formats.into_iter().collect();
        match find_faults(&formats, MAX_FORMATS).into_iter().next() {
            Some((_, kind)) => Err(kind.into()),
            None => Ok(Self { formats }),
        }
    }

    /// Reads `{"version": 1, "formats": [...]}`: each format is a declaration, as
    /// [`KeyFormat::from_json`] reads it, or the name of a built-in format.
    ///
    /// # Errors
    ///
    /// Those of [`KeyFormat::from_json`] and of [`new`](Self::new), and `key.unknown_format`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_key::KeyFormatSet;
    /// let set = KeyFormatSet::from_json(r#"{"formats": ["keyrail", "hex40"]}"#)?;
    /// assert_eq!(set.formats().len(), 2);
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        let formats = read_set(text, |formats, faults| {
            faults.at_member("formats", || add_faults(formats, 0, faults));
        })?;
        Ok(Self { formats })
    }

    /// Returns the JSON Schema (draft 2020-12) of a set's document.
    pub fn json_schema() -> String {
        set_schema()
    }

    /// Creates a set from Keyrail's own format and the list of formats in a document. If the set
    /// has faults, reports them at the current position of the reader, and returns `None`.
    pub fn with_keyrail(mut formats: Vec<KeyFormat>, faults: &Faults) -> Option<Self> {
        let before = faults.count();
        let is_listed = formats.contains(&KeyFormat::keyrail());
        if !is_listed {
            formats.insert(0, KeyFormat::keyrail());
        }
        add_faults(&formats, usize::from(!is_listed), faults);
        (faults.count() == before).then_some(Self { formats })
    }

    /// Returns the formats, in the order given.
    pub fn formats(&self) -> &[KeyFormat] {
        &self.formats
    }

    /// Parses a string as a key of one of the formats.
    ///
    /// # Errors
    ///
    /// Those of [`KeyFormat::parse`], for the format whose check got furthest; for a set without
    /// formats, `key.prefix`.
    pub fn parse(&self, text: &str) -> Result<ApiKey, Error> {
        self.parse_ref(text).map(|key| key.to_api_key())
    }

    /// Parses a string as a key of one of the formats, without copying it.
    ///
    /// If a string is not a key of a declared format and does not start with the
    /// [head](KeyFormat::head) of one, it is parsed as a key of the first foreign format whose
    /// shape it has, or else of the first foreign format.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    pub fn parse_ref<'a>(&'a self, text: &'a str) -> Result<ParsedKey<'a>, Error> {
        let (mut furthest, mut nearest) = (Rejection::at(Cause::Prefix, 0), None);
        // A format with another head would only report a wrong prefix.
        let has_head =
            |format: &&KeyFormat| format.head().is_some_and(|head| text.starts_with(head));
        for format in self.formats.iter().filter(has_head) {
            match format.check(text) {
                Ok(environment) => return Ok(ParsedKey::new(format, text, environment)),
                Err(rejection) if rejection > furthest => {
                    (furthest, nearest) = (rejection, Some(format));
                }
                Err(_) => {}
            }
        }
        let starts_like_a_key = nearest.is_some();
        let has_no_prefix = |format: &&KeyFormat| !format.is_foreign() && format.head().is_none();
        for format in self.formats.iter().filter(has_no_prefix) {
            match format.check(text) {
                Ok(environment) => return Ok(ParsedKey::new(format, text, environment)),
                Err(rejection)
                    if !starts_like_a_key && (nearest.is_none() || rejection > furthest) =>
                {
                    (furthest, nearest) = (rejection, Some(format));
                }
                Err(_) => {}
            }
        }
        // A string that starts with the head of a declared format but does not match it is an
        // invalid key of that format.
        if let (true, Some(format)) = (starts_like_a_key, nearest) {
            return Err(format.error(furthest));
        }
        let foreign = || self.formats.iter().filter(|format| format.is_foreign());
        let fitting = foreign().find(|format| format.hint(text) == Hint::Fits);
        match fitting.or_else(|| foreign().next()) {
            Some(format) => format.parse_ref(text),
            None => {
                Err(nearest
                    .map_or(Error::at(ErrorKind::Prefix, 0), |format| format.error(furthest)))
            }
        }
    }
}

/// Adds the faults of a set. The first `implicit` formats are not in the list of the document.
fn add_faults(formats: &[KeyFormat], implicit: usize, faults: &Faults) {
    for (index, kind) in find_faults(formats, MAX_FORMATS + implicit) {
        let error = Error::new(kind);
        match index.and_then(|index| index.checked_sub(implicit)) {
            Some(index) => faults.at_index(index, || faults.add_error(&error)),
            None => faults.add_error(&error),
        }
    }
}

/// Returns the faults of a set. Each fault has the index of its format, or `None` if it is a fault
/// of the whole set.
fn find_faults(formats: &[KeyFormat], max: usize) -> Vec<(Option<usize>, ErrorKind)> {
    if formats.len() > max {
        return vec![(None, ErrorKind::TooManyFormats)];
    }
    let mut names = BTreeSet::new();
    let duplicates = formats.iter().map(|format| !names.insert(format.name()));
    let duplicates: Vec<_> = duplicates.collect();
    let Some(conflicts) = find_conflicts(formats) else {
        return vec![(None, ErrorKind::SetTooComplex)];
    };
    let mut faults = Vec::new();
    for (index, is_duplicate) in duplicates.into_iter().enumerate() {
        if is_duplicate {
            faults.push((Some(index), ErrorKind::DuplicateFormat));
        } else if conflicts.contains(&index) {
            faults.push((Some(index), ErrorKind::AmbiguousFormats));
        }
    }
    faults
}

keyrail_core::from_str! {
    KeyFormatSet: from_json, ConfigError;
}
