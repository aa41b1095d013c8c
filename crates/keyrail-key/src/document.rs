//! Documents: declarations of formats, and of sets of them, read from JSON.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use keyrail_core::config::{
    self, Checked, Member, Number, Object, Read, Shape, Slot, StringOr, read_shape, read_text,
};
use keyrail_core::{ConfigError, Faults};
use serde::Deserializer;
use serde::de::MapAccess;
use serde::de::value::MapAccessDeserializer;

use crate::checksum::{Algorithm, CRC32_LENGTH, SHA256_LENGTH};
use crate::declaration::{
    Declared, Lists, Place, SEPARATOR, check_checksum, check_environment, check_format_name,
    check_lengths, check_prefix, check_segment_name, check_separator,
};
use crate::segment::{Lengths, Segment};
use crate::{Alphabet, Checksum, Error, ErrorKind, KeyFormat};

/// Reads the declaration of a format.
pub(crate) fn read_format(text: &str) -> Result<KeyFormat, ConfigError> {
    config::from_json::<Format>(text).map(|Format(format)| format)
}

/// Reads a set; what the formats are to one another is checked by `finish`.
pub(crate) fn read_set(
    text: &str,
    finish: impl FnOnce(&[KeyFormat], &Faults),
) -> Result<Vec<KeyFormat>, ConfigError> {
    config::from_json_with(text, |Set(formats), faults| {
        let formats: Option<Vec<_>> = formats?.into_iter().map(|Checked(format)| format).collect();
        let formats = formats?;
        finish(&formats, faults);
        Some(formats)
    })
}

/// A text that `check` let through.
fn checked<'de, A: MapAccess<'de>>(
    value: Member<'_, '_, A>,
    check: fn(&str) -> Result<(), Error>,
    slot: &mut Slot<String>,
) -> Result<(), A::Error> {
    slot.set(value.parse(|text| check(text).map(|()| text.to_string()))?);
    Ok(())
}

struct Format(KeyFormat);

#[derive(Default)]
struct FormatDraft {
    name: Slot<String>,
    prefix: Slot<String>,
    environments: Slot<Vec<Checked<Environment>>>,
    separator: Slot<String>,
    segments: Slot<Vec<Checked<DeclaredSegment>>>,
    checksum: Slot<Sum>,
}

impl Object for Format {
    type Draft = FormatDraft;
    const MEMBERS: &'static [&'static str] =
        &["name", "prefix", "environments", "separator", "segments", "checksum"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut FormatDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "name" => checked(value, check_format_name, &mut draft.name),
            "prefix" => checked(value, check_prefix, &mut draft.prefix),
            "environments" => draft.environments.read(value),
            "separator" => checked(value, check_separator, &mut draft.separator),
            "segments" => draft.segments.read(value),
            "checksum" => draft.checksum.read(value),
            _ => value.skip(),
        }
    }

    fn finish(draft: FormatDraft, faults: &Faults) -> Option<Self> {
        let prefix = draft.prefix.required("prefix", faults);
        let segments = draft.segments.required("segments", faults);
        let mut sound_lists = true;
        let mut report = |place: Place, kind: ErrorKind| {
            sound_lists = false;
            let error = Error::new(kind);
            faults.add_below(format_args!("{place}"), error.code(), error.to_string());
        };
        let (environments, separator) = (sound(draft.environments), sound(draft.separator));
        let lists = Lists {
            environments: environments
                .as_ref()
                .and_then(|list| Some(list.as_ref()?.iter().map(Environment::name).collect())),
            segments: segments
                .as_ref()
                .map(|list| list.iter().map(DeclaredSegment::name).collect()),
            after_environment: after_environment(segments.as_deref(), separator.as_ref()),
        };
        lists.check(&mut report);
        // What else the parts are to one another shows only where all are sound.
        let declared = Declared {
            name: sound(draft.name)?,
            prefix: prefix?,
            environments: match environments? {
                Some(list) => Some(list.iter().map(Environment::name).collect::<Option<_>>()?),
                None => None,
            },
            separator: separator?,
            segments: segments?
                .into_iter()
                .map(|Checked(segment)| segment.map(|DeclaredSegment(segment)| segment))
                .collect::<Option<_>>()?,
            checksum: sound(draft.checksum)?.and_then(|Sum(checksum)| checksum),
        };
        let layout = declared.compile(&mut report)?;
        sound_lists.then_some(Self(KeyFormat::declared(layout)))
    }
}

/// What a member holds that may be absent; nothing where it is faulty.
fn sound<T>(slot: Slot<T>) -> Option<Option<T>> {
    match slot {
        Slot::Absent => Some(None),
        Slot::Faulty => None,
        Slot::Read(value) => Some(Some(value)),
    }
}

/// What stands right before the first segment, if the members that say it are
/// sound.
fn after_environment(
    segments: Option<&[Checked<DeclaredSegment>]>,
    separator: Option<&Option<String>>,
) -> Option<String> {
    let own = match segments?.first() {
        Some(Checked(first)) => first.as_ref()?.0.separator.clone(),
        None => None,
    };
    match own {
        Some(own) => Some(own),
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
}

#[derive(Default)]
struct SegmentDraft {
    name: Slot<String>,
    alphabet: Slot<Alphabet>,
    length: Slot<Lengths>,
    secret: Slot<bool>,
    separator: Slot<String>,
}

struct DeclaredSegment(Segment);

impl DeclaredSegment {
    fn name(item: &Checked<Self>) -> Option<String> {
        item.0.as_ref().map(|Self(segment)| segment.name.clone())
    }
}

impl Object for DeclaredSegment {
    type Draft = SegmentDraft;
    const MEMBERS: &'static [&'static str] = &["name", "alphabet", "length", "secret", "separator"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut SegmentDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "name" => checked(value, check_segment_name, &mut draft.name),
            "alphabet" => draft.alphabet.read(value),
            "length" => draft.length.read(value),
            "secret" => draft.secret.read(value),
            "separator" => checked(value, check_separator, &mut draft.separator),
            _ => value.skip(),
        }
    }

    fn finish(draft: SegmentDraft, faults: &Faults) -> Option<Self> {
        let name = draft.name.required("name", faults);
        let alphabet = draft.alphabet.required("alphabet", faults);
        let lengths = draft.length.required("length", faults);
        Some(Self(Segment {
            name: name?,
            alphabet: alphabet?,
            lengths: lengths?,
            // What is not said to be public is secret.
            is_secret: sound(draft.secret)?.unwrap_or(true),
            separator: sound(draft.separator)?,
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
}

/// An alphabet of one's own.
struct Characters(Alphabet);

impl Object for Characters {
    type Draft = Slot<String>;
    const MEMBERS: &'static [&'static str] = &["characters"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut Slot<String>,
        _: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        draft.read(value)
    }

    fn finish(draft: Slot<String>, faults: &Faults) -> Option<Self> {
        let characters = draft.required("characters", faults)?;
        // At the alphabet: it is one value to whoever declares it.
        Alphabet::of(&characters).map(Self).map_err(|error| faults.add_error(&error)).ok()
    }
}

impl Read for Lengths {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        let lengths = read_shape(NumberOrRange, from, faults)?;
        Ok(lengths.and_then(|lengths| {
            check_lengths(lengths).map_err(|error| faults.add_error(&error)).ok()?;
            Some(lengths)
        }))
    }
}

struct NumberOrRange;

impl<'de> Shape<'de> for NumberOrRange {
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

/// A length below 0 or beyond what can be counted is as wrong as 0 is.
fn bounded(length: i64) -> usize {
    usize::try_from(length).unwrap_or_default()
}

struct Range(Lengths);

#[derive(Default)]
struct RangeDraft {
    min: Slot<i64>,
    max: Slot<i64>,
}

impl Object for Range {
    type Draft = RangeDraft;
    const MEMBERS: &'static [&'static str] = &["min", "max"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut RangeDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "min" => draft.min.read(value),
            _ => draft.max.read(value),
        }
    }

    fn finish(draft: RangeDraft, faults: &Faults) -> Option<Self> {
        let (min, max) = (draft.min.required("min", faults), draft.max.required("max", faults));
        Some(Self(Lengths { min: bounded(min?), max: bounded(max?) }))
    }
}

/// A checksum, or `none`.
struct Sum(Option<Checksum>);

impl Sum {
    /// The algorithm that a word names, and how long its checksum is by itself.
    fn algorithm(word: &str) -> Result<(Algorithm, usize), Error> {
        match word {
            "crc32" => Ok((Algorithm::Crc32, CRC32_LENGTH)),
            "crc32_body" => Ok((Algorithm::Crc32Body, CRC32_LENGTH)),
            "sha256" => Ok((Algorithm::Sha256, SHA256_LENGTH)),
            _ => Err(ErrorKind::UnknownChecksum.into()),
        }
    }
}

impl Read for Sum {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        Ok(match StringOr::<SumObject>::read(from, faults)? {
            Some(StringOr::Object(SumObject(checksum))) => Some(Self(Some(checksum))),
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
}

struct SumObject(Checksum);

#[derive(Default)]
struct SumDraft {
    algorithm: Slot<(Algorithm, usize)>,
    length: Slot<i64>,
    separator: Slot<String>,
}

impl Object for SumObject {
    type Draft = SumDraft;
    const MEMBERS: &'static [&'static str] = &["algorithm", "length", "separator"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut SumDraft,
        name: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        match name {
            "algorithm" => {
                draft.algorithm.set(value.parse(Sum::algorithm)?);
                Ok(())
            }
            "length" => draft.length.read(value),
            "separator" => checked(value, check_separator, &mut draft.separator),
            _ => value.skip(),
        }
    }

    fn finish(draft: SumDraft, faults: &Faults) -> Option<Self> {
        let algorithm = draft.algorithm.required("algorithm", faults);
        let (length, separator) = (sound(draft.length)?, sound(draft.separator)?);
        let (algorithm, by_itself) = algorithm?;
        // A length is of use for SHA-256 alone; the same one again is no use.
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
        let checksum = Checksum::new(algorithm, length.map_or(by_itself, bounded));
        Some(Self(checksum.separated_by(&separator.unwrap_or_default())))
    }
}

/// A set's format: a declaration, or a built-in one by its name.
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
}

struct Set(Option<Vec<Checked<KeyFormat>>>);

impl Object for Set {
    type Draft = Slot<Vec<Checked<KeyFormat>>>;
    const MEMBERS: &'static [&'static str] = &["formats"];

    fn member<'de, A: MapAccess<'de>>(
        draft: &mut Self::Draft,
        _: &'static str,
        value: Member<'_, '_, A>,
    ) -> Result<(), A::Error> {
        draft.read(value)
    }

    fn finish(draft: Self::Draft, faults: &Faults) -> Option<Self> {
        Some(Self(draft.required("formats", faults)))
    }
}
