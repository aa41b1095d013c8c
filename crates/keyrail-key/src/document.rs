//! Reading declarations of formats, and of sets of formats, from JSON.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_core::config::{
    self, Checked, JsonVisitor, Number, Read, Schemas, StringOr, Value, any_of, json, read_json,
    read_text, words,
};
use keyrail_core::{ConfigError, Faults};
use serde::Deserializer;
use serde::de::MapAccess;
use serde::de::value::MapAccessDeserializer;

use crate::checksum::{Algorithm, CRC32_LENGTH, SHA256_LENGTH};
use crate::declaration::{
    Declared, Lists, Location, MAX_NAME, MAX_PREFIX, MAX_SEPARATOR, SEPARATOR, check_checksum,
    check_environment, check_format_name, check_lengths, check_prefix, check_segment_name,
    check_separator,
};
use crate::segment::{Lengths, Segment};
use crate::{Alphabet, Checksum, Error, ErrorKind, KeyFormat, MAX_KEY};

/// Reads the declaration of a format.
pub(crate) fn read_format(text: &str) -> Result<KeyFormat, ConfigError> {
    config::from_json::<Format>(text).map(|Format(format)| format)
}

/// Returns the JSON Schema of a declaration.
pub(crate) fn format_schema() -> String {
    config::document_schema::<Format>("key-format")
}

/// Returns the JSON Schema of a set.
pub(crate) fn set_schema() -> String {
    config::document_schema::<Set>("key-format-set")
}

/// Reads a set, and calls `check_formats` to check the formats against each other.
pub(crate) fn read_set(
    text: &str,
    check_formats: impl FnOnce(&[KeyFormat], &Faults),
) -> Result<Vec<KeyFormat>, ConfigError> {
    config::from_json_with(text, |Set(formats), faults| {
        let formats: Option<Vec<_>> = formats?.into_iter().map(|Checked(format)| format).collect();
        let formats = formats?;
        check_formats(&formats, faults);
        Some(formats)
    })
}

/// Returns a parser for the strings that `check` accepts.
fn checked(check: fn(&str) -> Result<(), Error>) -> impl Fn(&str) -> Result<String, Error> {
    move |text| check(text).map(|()| text.to_string())
}

/// Returns the schema of a prefix or an environment.
fn prefix_schema() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": MAX_PREFIX})
}

fn separator_schema() -> Value {
    json!({"type": "string", "maxLength": MAX_SEPARATOR})
}

/// Returns the schema of the name of a format or a segment.
fn name_schema() -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": MAX_NAME})
}

struct Format(KeyFormat);

keyrail_core::config_object! {
    /// A format of API keys.
    Format as "KeyFormat" (faults) {
        /// The name of the format.
        state name: String = parse(checked(check_format_name), name_schema());
        /// The prefix of every key. If absent, keys have no prefix, and `name` is required.
        state prefix: String = parse(checked(check_prefix), prefix_schema());
        /// The words for environments, such as `live` and `test`.
        state environments: Vec<Checked<Environment>>;
        /// The string between two parts; `_` if absent.
        state separator: String = parse(checked(check_separator), separator_schema());
        /// The segments after the prefix.
        required segments: Vec<Checked<DeclaredSegment>>;
        /// The checksum at the end of a key. If absent, keys have no checksum.
        state checksum: OptionalChecksum;
        /// The name of the secret segment that digests are computed from. If absent, they are
        /// computed from the whole key.
        state digest_segment: String = parse(checked(check_segment_name), name_schema());
    } => {
        let mut is_valid = true;
        let mut report = |location: Location, kind: ErrorKind| {
            is_valid = false;
            let error = Error::new(kind);
            faults.add_below(format_args!("{location}"), error.code(), error.to_string());
        };
        let (environments, separator) = (environments.sound(), separator.sound());
        let lists = Lists {
            environments: environments
                .as_ref()
                .and_then(|list| Some(list.as_ref()?.iter().map(Environment::name).collect())),
            segments: segments
                .as_ref()
                .map(|list| list.iter().map(DeclaredSegment::name).collect()),
            after_environment: after_environment(segments.as_deref(), separator.as_ref()),
        };
        if name.is_absent() && prefix.is_absent() {
            report(Location::Whole, ErrorKind::NoFormatName);
        }
        lists.check(&mut report);
        // The parts can be checked against each other only if all are valid.
        let declared = Declared {
            name: name.sound()?,
            prefix: prefix.sound()?,
            environments: match environments? {
                Some(list) => Some(list.iter().map(Environment::name).collect::<Option<_>>()?),
                None => None,
            },
            separator: separator?,
            segments: segments?
                .into_iter()
                .map(|Checked(segment)| segment.map(|DeclaredSegment(segment)| segment))
                .collect::<Option<_>>()?,
            checksum: checksum.sound()?.and_then(|OptionalChecksum(checksum)| checksum),
            digest_segment: digest_segment.sound()?,
        };
        let layout = declared.compile(&mut report)?;
        is_valid.then_some(Self(KeyFormat::declared(layout)))
    }
}

/// Returns the separator before the first segment, if the members that define it are valid.
fn after_environment(
    segments: Option<&[Checked<DeclaredSegment>]>,
    separator: Option<&Option<String>>,
) -> Option<String> {
    let first = match segments?.first() {
        Some(Checked(first)) => first.as_ref()?.0.separator.clone(),
        None => None,
    };
    match first {
        Some(separator) => Some(separator),
        None => Some(separator?.clone().unwrap_or_else(|| SEPARATOR.into())),
    }
}

struct Environment(String);

impl Environment {
    fn name(item: &Checked<Self>) -> Option<String> {
        item.0.as_ref().map(|Self(name)| name.clone())
    }
}

impl Read for Environment {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, |text| check_environment(text).map(|()| Self(text.into())))
    }

    fn schema(_: &mut Schemas) -> Value {
        prefix_schema()
    }
}

struct DeclaredSegment(Segment);

impl DeclaredSegment {
    fn name(item: &Checked<Self>) -> Option<String> {
        item.0.as_ref().map(|Self(segment)| segment.name.clone())
    }
}

keyrail_core::config_object! {
    /// A segment of a key.
    DeclaredSegment as "Segment" (faults) {
        /// The name of the segment.
        required name: String = parse(checked(check_segment_name), name_schema());
        /// The characters of the segment.
        required alphabet: Alphabet;
        /// The number of characters.
        required length: Lengths;
        /// Whether the segment is secret; true if absent.
        state secret: bool;
        /// The string before the segment, if it differs from the format's separator.
        state separator: String = parse(checked(check_separator), separator_schema());
    } => {
        Some(Self(Segment {
            name: name?,
            alphabet: alphabet?,
            lengths: length?,
            // A segment is secret unless it is declared public.
            is_secret: secret.sound()?.unwrap_or(true),
            separator: separator.sound()?,
        }))
    }
}

impl Read for Alphabet {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        match StringOr::<Characters>::read(from, faults)? {
            Some(StringOr::Object(Characters(alphabet))) => Ok(Some(alphabet)),
            Some(StringOr::Text(word)) => {
                let found = Self::WORDS.into_iter().find(|(known, _)| *known == word);
                if found.is_none() {
                    faults.add_error(&Error::new(ErrorKind::UnknownAlphabet));
                }
                Ok(found.map(|(_, alphabet)| alphabet))
            }
            None => Ok(None),
        }
    }

    fn schema(schemas: &mut Schemas) -> Value {
        any_of([words(&Self::WORDS), Characters::schema(schemas)])
    }
}

/// A custom alphabet.
struct Characters(Alphabet);

keyrail_core::config_object! {
    /// A custom alphabet.
    Characters (faults) {
        /// The characters of the alphabet, each once.
        required characters: String;
    } => {
        // The fault is reported at the alphabet, not at its member `characters`.
        Alphabet::of(&characters?).map(Self).map_err(|error| faults.add_error(&error)).ok()
    }
}

impl Read for Lengths {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let lengths = read_json(NumberOrRange, from, faults)?;
        Ok(lengths.and_then(|lengths| {
            check_lengths(lengths).map_err(|error| faults.add_error(&error)).ok()?;
            Some(lengths)
        }))
    }

    fn schema(schemas: &mut Schemas) -> Value {
        let number = json!({"type": "integer", "minimum": 1, "maximum": MAX_KEY});
        any_of([number, Range::schema(schemas)])
    }
}

struct NumberOrRange;

impl<'de> JsonVisitor<'de> for NumberOrRange {
    type Value = Lengths;
    const EXPECTED: &'static str = "a whole number, or an object with min and max";

    fn number(self, number: Number, faults: &Faults) -> Option<Lengths> {
        match number {
            Number::Integer(length) => Some(bounded(length).into()),
            Number::Large(_) => Some(usize::MAX.into()),
            Number::Float(_) => {
                faults.add(
                    "config.wrong_type",
                    "this must be a whole number, or an object with min and max",
                );
                None
            }
        }
    }

    fn object<A: MapAccess<'de>>(
        self,
        object: A,
        faults: &Faults,
    ) -> Result<Option<Lengths>, A::Error> {
        let range = Range::read(MapAccessDeserializer::new(object), faults)?;
        Ok(range.map(|Range(lengths)| lengths))
    }
}

/// Converts a length. A length that does not fit in a `usize`, such as a negative one, becomes 0,
/// which is invalid too.
fn bounded(length: i64) -> usize {
    usize::try_from(length).unwrap_or_default()
}

struct Range(Lengths);

keyrail_core::config_object! {
    /// The minimum and the maximum length.
    Range (faults) {
        /// The minimum length, in characters.
        required min: i64 as json!({"minimum": 1});
        /// The maximum length, in characters.
        required max: i64 as json!({"minimum": 1});
    } => {
        Some(Self(Lengths { min: bounded(min?), max: bounded(max?) }))
    }
}

/// A checksum, or `none`.
struct OptionalChecksum(Option<Checksum>);

impl OptionalChecksum {
    const WORDS: [&'static str; 3] = ["crc32", "crc32_body", "sha256"];

    /// Returns the algorithm with this name, and the default length of its checksum.
    fn algorithm(word: &str) -> Result<(Algorithm, usize), Error> {
        match word {
            "crc32" => Ok((Algorithm::Crc32, CRC32_LENGTH)),
            "crc32_body" => Ok((Algorithm::Crc32Body, CRC32_LENGTH)),
            "sha256" => Ok((Algorithm::Sha256, SHA256_LENGTH)),
            _ => Err(ErrorKind::UnknownChecksum.into()),
        }
    }
}

impl Read for OptionalChecksum {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(match StringOr::<ChecksumObject>::read(from, faults)? {
            Some(StringOr::Object(ChecksumObject(checksum))) => Some(Self(Some(checksum))),
            Some(StringOr::Text(word)) if word == "none" => Some(Self(None)),
            Some(StringOr::Text(word)) => {
                let algorithm = Self::algorithm(&word).map_err(|error| faults.add_error(&error));
                algorithm
                    .ok()
                    .map(|(algorithm, length)| Self(Some(Checksum::new(algorithm, length))))
            }
            None => None,
        })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        let word = json!({"enum": ["none", "crc32", "crc32_body", "sha256"]});
        any_of([word, ChecksumObject::schema(schemas)])
    }
}

struct ChecksumObject(Checksum);

keyrail_core::config_object! {
    /// A checksum.
    ChecksumObject as "Checksum" (faults) {
        /// The algorithm.
        required algorithm: (Algorithm, usize) =
            parse(OptionalChecksum::algorithm, json!({"enum": OptionalChecksum::WORDS}));
        /// The number of characters; allowed only for `sha256`.
        state length: i64 as json!({"minimum": 1});
        /// The string before the checksum; empty if absent.
        state separator: String = parse(checked(check_separator), separator_schema());
    } => {
        let (length, separator) = (length.sound()?, separator.sound()?);
        let (algorithm, default_length) = algorithm?;
        // A length is allowed only for SHA-256. For a CRC-32, even its actual length, 6, is
        // rejected.
        let malformed = match length {
            Some(_) if algorithm != Algorithm::Sha256 => true,
            Some(length) => check_checksum(&Checksum::new(algorithm, bounded(length))).is_err(),
            None => false,
        };
        if malformed {
            let error = Error::new(ErrorKind::MalformedChecksum);
            faults.add_below(format_args!("/length"), error.code(), error.to_string());
            return None;
        }
        let checksum = Checksum::new(algorithm, length.map_or(default_length, bounded));
        Some(Self(checksum.separated_by(&separator.unwrap_or_default())))
    }
}

/// Reads a format of a set: a declaration, or the name of a built-in format.
impl Read for KeyFormat {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(match StringOr::<Format>::read(from, faults)? {
            Some(StringOr::Object(Format(format))) => Some(format),
            Some(StringOr::Text(name)) => {
                let format = KeyFormat::built_in(&name);
                if format.is_none() {
                    faults.add_error(&Error::new(ErrorKind::UnknownFormat));
                }
                format
            }
            None => None,
        })
    }

    fn schema(schemas: &mut Schemas) -> Value {
        any_of([json!({"enum": KeyFormat::BUILT_IN}), Format::schema(schemas)])
    }
}

struct Set(Option<Vec<Checked<KeyFormat>>>);

keyrail_core::config_object! {
    /// A set of at most 1,000 key formats. A string can be a key of at most one of the formats, not
    /// counting foreign formats.
    Set (faults) {
        /// The formats: declarations, or names of built-in ones.
        required formats: Vec<Checked<KeyFormat>>;
    } => {
        Some(Self(formats))
    }
}
