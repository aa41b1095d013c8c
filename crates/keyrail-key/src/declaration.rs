//! Declarations: the checks of a format's parts, and the layout that the parts define.
//!
//! In a document, each part is checked alone when it is read, and then the parts are checked
//! against each other.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::alphabet::is_allowed;
use crate::checksum::{Algorithm, CRC32_LENGTH};
use crate::layout::{Field, Layout};
use crate::segment::{Lengths, Segment};
use crate::{Checksum, Error, ErrorKind, MIN_KEY_BITS};

/// The maximum length of a key of a declared format, in bytes.
pub const MAX_KEY: usize = 512;
/// The maximum length of a prefix and of an environment's name, in bytes.
pub(crate) const MAX_PREFIX: usize = 32;
pub(crate) const MAX_ENVIRONMENTS: usize = 32;
pub(crate) const MAX_SEPARATOR: usize = 8;
pub(crate) const MAX_SEGMENTS: usize = 16;
pub(crate) const MAX_NAME: usize = 64;
/// The default separator between parts.
pub(crate) const SEPARATOR: &str = "_";

/// A format as it was declared.
#[derive(Clone, Debug, Default)]
pub(crate) struct Declared {
    pub name: Option<String>,
    pub prefix: Option<String>,
    pub environments: Option<Vec<String>>,
    pub separator: Option<String>,
    pub segments: Vec<Segment>,
    pub checksum: Option<Checksum>,
    pub digest_segment: Option<String>,
}

/// The location of a fault in a declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Whole,
    Prefix,
    Environments,
    Environment(usize),
    Segments,
    Segment(usize),
    SegmentName(usize),
    DigestSegment,
}

/// Writes the location as a JSON Pointer, relative to the declaration.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Prefix => f.write_str("/prefix"),
            Self::Environments => f.write_str("/environments"),
            Self::Environment(index) => write!(f, "/environments/{index}"),
            Self::Segments => f.write_str("/segments"),
            Self::Segment(index) => write!(f, "/segments/{index}"),
            Self::SegmentName(index) => write!(f, "/segments/{index}/name"),
            Self::DigestSegment => f.write_str("/digest_segment"),
        }
    }
}

/// The function that receives the faults.
pub(crate) type Report<'r> = &'r mut dyn FnMut(Location, ErrorKind);

fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (1..=MAX_NAME).contains(&text.len()) && text.bytes().all(is_allowed)
}

pub(crate) fn check_format_name(text: &str) -> Result<(), Error> {
    is_name(text).then_some(()).ok_or(ErrorKind::MalformedFormatName.into())
}

pub(crate) fn check_segment_name(text: &str) -> Result<(), Error> {
    is_name(text).then_some(()).ok_or(ErrorKind::MalformedSegmentName.into())
}

pub(crate) fn check_prefix(text: &str) -> Result<(), Error> {
    let kind = match text {
        "" => ErrorKind::EmptyPrefix,
        _ if !text.is_ascii() => ErrorKind::NonAsciiPrefix,
        _ if text.len() > MAX_PREFIX || !text.bytes().all(is_allowed) => ErrorKind::MalformedPrefix,
        _ => return Ok(()),
    };
    Err(kind.into())
}

pub(crate) fn check_environment(text: &str) -> Result<(), Error> {
    let fits = (1..=MAX_PREFIX).contains(&text.len()) && text.bytes().all(is_allowed);
    fits.then_some(()).ok_or(ErrorKind::MalformedEnvironment.into())
}

pub(crate) fn check_separator(text: &str) -> Result<(), Error> {
    let fits = text.len() <= MAX_SEPARATOR && text.bytes().all(is_allowed);
    fits.then_some(()).ok_or(ErrorKind::MalformedSeparator.into())
}

pub(crate) fn check_lengths(lengths: Lengths) -> Result<(), Error> {
    let fits = 1 <= lengths.min && lengths.min <= lengths.max && lengths.max <= MAX_KEY;
    fits.then_some(()).ok_or(ErrorKind::SegmentLength.into())
}

pub(crate) fn check_checksum(checksum: &Checksum) -> Result<(), Error> {
    let fits = match checksum.algorithm {
        Algorithm::Crc32 | Algorithm::Crc32Body => checksum.length == CRC32_LENGTH,
        Algorithm::Sha256 => (4..=64).contains(&checksum.length),
    };
    fits.then_some(()).ok_or(ErrorKind::MalformedChecksum.into())
}

impl Declared {
    /// Checks each part alone. In a document, this is done when the part is read.
    pub(crate) fn check_parts(&self) -> Result<(), Error> {
        self.prefix.as_deref().map_or(Ok(()), check_prefix)?;
        self.name.as_deref().map_or(Ok(()), check_format_name)?;
        self.environments.iter().flatten().try_for_each(|name| check_environment(name))?;
        self.separator.as_deref().map_or(Ok(()), check_separator)?;
        self.digest_segment.as_deref().map_or(Ok(()), check_segment_name)?;
        for segment in &self.segments {
            check_segment_name(&segment.name)?;
            check_lengths(segment.lengths)?;
            segment.separator.as_deref().map_or(Ok(()), check_separator)?;
        }
        let Some(checksum) = &self.checksum else { return Ok(()) };
        check_checksum(checksum)?;
        check_separator(&checksum.separator)
    }

    /// Checks the lists with [`Lists::check`]. When a document is read, its lists are checked by
    /// the same function.
    pub(crate) fn check_lists(&self, report: Report<'_>) {
        let names = |name: &String| Some(name.clone());
        Lists {
            environments: self.environments.as_ref().map(|list| list.iter().map(names).collect()),
            segments: Some(self.segments.iter().map(|segment| names(&segment.name)).collect()),
            after_environment: Some(self.after_environment()),
        }
        .check(report);
    }

    /// Returns the separator before the first segment: the separator of the segment itself, or else
    /// the separator of the format.
    fn after_environment(&self) -> String {
        let first = self.segments.first().and_then(|segment| segment.separator.clone());
        first.or_else(|| self.separator.clone()).unwrap_or_else(|| SEPARATOR.into())
    }

    /// Returns the layout that the parts and lists define. Each of them must already be valid. If
    /// their combination is invalid, reports the faults and returns `None`.
    pub(crate) fn compile(self, report: Report<'_>) -> Option<Layout> {
        let mut is_valid = true;
        let report: Report<'_> = &mut |location, kind| {
            is_valid = false;
            report(location, kind);
        };
        // A declared name was already checked.
        if let (None, Some(prefix)) = (&self.name, &self.prefix)
            && check_format_name(prefix).is_err()
        {
            report(Location::Prefix, ErrorKind::MalformedFormatName);
        }
        let digest_segment = self.digest_segment.clone();
        let mut layout = self.into_layout();
        check_segments(&layout, report);
        if let Some(name) = digest_segment.filter(|_| !layout.fields.is_empty()) {
            let is_named = |field: &Field| *field.name == *name;
            layout.digest_field = layout.fields.iter().position(is_named);
            let field = layout.digest_field.and_then(|index| layout.fields.get(index));
            if !field.is_some_and(|field| has_enough_secret([field])) {
                report(Location::DigestSegment, ErrorKind::DigestSegment);
            }
        }
        if !is_valid {
            return None;
        }
        Some(layout)
    }

    pub(crate) fn into_layout(self) -> Layout {
        // In the layout, the first segment has no separator of its own. If keys have an
        // environment, the separator before the first segment is `after_environment`; otherwise it
        // is the end of `head`.
        let first = self.after_environment();
        let separator = self.separator.unwrap_or_else(|| SEPARATOR.into());
        let prefix = self.prefix.unwrap_or_default();
        let environments = self.environments.unwrap_or_default();
        let separator_of =
            |segment: &Segment| segment.separator.clone().unwrap_or(separator.clone());
        let (after_prefix, after_environment) = match environments.is_empty() {
            true => (first, String::new()),
            false => (separator.clone(), first),
        };
        // Without a prefix, the format's separator is not before the first part.
        let after_prefix = match (&*prefix, &*environments, self.segments.first()) {
            ("", [], Some(first)) => first.separator.clone().unwrap_or_default(),
            ("", ..) => String::new(),
            _ => after_prefix,
        };
        let separators: Vec<String> = self.segments.iter().skip(1).map(separator_of).collect();
        let separators = core::iter::once(String::new()).chain(separators);
        let mut fields: Vec<Field> = self
            .segments
            .into_iter()
            .zip(separators)
            .map(|(segment, separator)| field(segment, separator))
            .collect();

        let mut tail = Tail::default();
        if let Some(checksum) = &self.checksum {
            tail.prepend(&checksum.separator, checksum.length, checksum.length);
        }
        for field in fields.iter_mut().rev() {
            field.after = tail.shortest;
            field.delimiter = tail.first;
            tail.prepend(&field.separator, field.shortest, field.longest);
        }
        Layout {
            name: self.name.unwrap_or_else(|| prefix.clone()).into(),
            head: (prefix.clone() + &after_prefix).into(),
            prefix: prefix.into(),
            environments: environments.into_iter().map(Cow::Owned).collect(),
            shortest: after_environment.len() + tail.shortest,
            longest: after_environment.len() + tail.longest,
            after_environment: after_environment.into(),
            fields: fields.into(),
            checksum: self.checksum,
            digest_field: None,
        }
    }
}

fn field(segment: Segment, separator: String) -> Field {
    Field {
        name: segment.name.into(),
        separator: separator.into(),
        alphabet: segment.alphabet,
        shortest: segment.lengths.min,
        longest: segment.lengths.max,
        is_secret: segment.is_secret,
        after: 0,
        delimiter: None,
    }
}

/// The end of a key, built from right to left.
#[derive(Default)]
struct Tail {
    shortest: usize,
    longest: usize,
    /// The first byte of the separator that the tail begins with, if any.
    first: Option<u8>,
}

impl Tail {
    fn prepend(&mut self, separator: &str, shortest: usize, longest: usize) {
        // The sums saturate instead of overflowing, because a key that is too long is reported
        // later.
        self.shortest = self.shortest.saturating_add(separator.len()).saturating_add(shortest);
        self.longest = self.longest.saturating_add(separator.len()).saturating_add(longest);
        self.first = separator.bytes().next();
    }
}

/// The names in the lists of a declaration. A list that is absent or invalid is `None`, and so
/// is the name of an invalid item.
pub(crate) struct Lists {
    pub environments: Option<Vec<Option<String>>>,
    pub segments: Option<Vec<Option<String>>>,
    /// The separator after the environment, or `None` if it is invalid.
    pub after_environment: Option<String>,
}

impl Lists {
    /// Checks the lengths of the lists, and compares their items. Reports each fault.
    pub(crate) fn check(&self, report: Report<'_>) {
        let environments = self.environments.as_deref();
        match environments.map(<[_]>::len) {
            Some(0) => report(Location::Environments, ErrorKind::NoEnvironments),
            Some(count) if count > MAX_ENVIRONMENTS => {
                report(Location::Environments, ErrorKind::TooManyEnvironments);
            }
            _ => self.check_environments(environments.unwrap_or_default(), report),
        }
        let segments = self.segments.as_deref();
        match segments.map(<[_]>::len) {
            Some(0) => report(Location::Segments, ErrorKind::NoSegments),
            Some(count) if count > MAX_SEGMENTS => {
                report(Location::Segments, ErrorKind::TooManySegments);
            }
            _ => {}
        }
        for (index, name) in known(segments.unwrap_or_default()).take(MAX_SEGMENTS) {
            if known(segments.unwrap_or_default())
                .any(|(earlier, other)| earlier < index && other == name)
            {
                report(Location::SegmentName(index), ErrorKind::DuplicateSegment);
            }
        }
    }

    /// Checks that each environment is unique, and that its end is unambiguous.
    fn check_environments(&self, environments: &[Option<String>], report: Report<'_>) {
        let separator = self.after_environment.as_deref();
        for (index, name) in known(environments) {
            let mut before = known(environments).filter(|(earlier, _)| *earlier < index);
            let is_ambiguous = |separator: &str| {
                let is_prefix_of_other = |(earlier, other): (usize, &str)| {
                    earlier < index
                        && (is_prefix(other, name, separator) || is_prefix(name, other, separator))
                };
                (!separator.is_empty() && name.contains(separator))
                    || known(environments).any(is_prefix_of_other)
            };
            if before.any(|(_, other)| other == name) {
                report(Location::Environment(index), ErrorKind::DuplicateEnvironment);
            } else if separator.is_some_and(is_ambiguous) {
                report(Location::Environment(index), ErrorKind::AmbiguousEnvironment);
            }
        }
    }
}

/// Returns the names that are known, with their indices.
fn known(names: &[Option<String>]) -> impl Iterator<Item = (usize, &str)> {
    names.iter().enumerate().filter_map(|(index, name)| Some((index, name.as_deref()?)))
}

/// Returns whether `one` followed by the separator is a prefix of `other` followed by the
/// separator.
fn is_prefix(one: &str, other: &str, separator: &str) -> bool {
    let bytes = |name| [name, separator].into_iter().flat_map(str::bytes);
    one.len() <= other.len() && bytes(one).zip(bytes(other)).all(|(a, b)| a == b)
}

/// Checks that a key of the layout can be split into segments in only one way, has a strong enough
/// secret, and is not too long.
fn check_segments(layout: &Layout, report: Report<'_>) {
    let mut variable_after = layout.fields.iter().filter(|field| is_variable(field)).count();
    for (index, field) in layout.fields.iter().enumerate() {
        if !is_variable(field) {
            continue;
        }
        variable_after -= 1;
        let before = if index == 0 { first_separator(layout) } else { &field.separator };
        let neighbors = [before.bytes().next(), field.delimiter];
        if neighbors.into_iter().flatten().any(|byte| field.alphabet.contains(byte)) {
            report(Location::Segment(index), ErrorKind::SeparatorInAlphabet);
        } else if field.delimiter.is_none() && variable_after > 0 {
            report(Location::Segment(index), ErrorKind::AmbiguousSegments);
        }
    }
    if !layout.fields.is_empty() && !has_enough_secret(&*layout.fields) {
        report(Location::Segments, ErrorKind::TooLittleSecret);
    }
    if layout.longest_key() > MAX_KEY {
        report(Location::Whole, ErrorKind::FormatTooLong);
    }
}

fn is_variable(field: &Field) -> bool {
    field.shortest != field.longest
}

/// Returns the separator before the first segment.
fn first_separator(layout: &Layout) -> &str {
    match layout.environments.is_empty() {
        true => layout.head.get(layout.prefix.len()..).unwrap_or_default(),
        false => &layout.after_environment,
    }
}

/// Returns whether the secret segments among these have at least 2^96 possible values at their
/// minimum lengths. The values are counted instead of adding up their bits, to avoid rounding.
fn has_enough_secret<'f>(fields: impl IntoIterator<Item = &'f Field>) -> bool {
    let secrets = fields.into_iter().filter(|field| field.is_secret);
    let sizes = secrets.flat_map(|field| {
        core::iter::repeat_n(field.alphabet.size() as u128, field.shortest.min(MAX_KEY))
    });
    let enough = 1_u128 << MIN_KEY_BITS;
    sizes.fold(1, |count, size| if count < enough { count * size } else { count }) >= enough
}
