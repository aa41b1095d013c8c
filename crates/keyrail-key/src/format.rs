//! Key formats: the shape of keys, and how a string is parsed as a key.
//!
//! A key is parsed from left to right, and never split at its separators. Rejecting a string that
//! is not a key allocates nothing.

use alloc::string::String;
use alloc::sync::Arc;
use core::fmt;

use keyrail_core::{ConfigError, Secret};

use crate::check::{Cause, Rejection};
use crate::environments::Environments;
use crate::foreign::{Foreign, Hint};
use crate::layout::{KEYRAIL, Layout};
use crate::strength::ENTROPY_LEN;
use crate::{Alphabet, ApiKey, Checksum, Error, ErrorKind, KeyFormatBuilder, ParsedKey, Segment};

/// A format of keys.
///
/// It is Keyrail's own format ([`keyrail`](Self::keyrail)), a declared format
/// ([`from_json`](Self::from_json), [`builder`](Self::builder)), or a foreign format, which also
/// accepts keys that do not have its usual shape. A format is cheap to clone.
///
/// ```
/// use keyrail_key::KeyFormat;
/// let format = KeyFormat::keyrail();
/// let key = format.generate("test", &[7; 32])?;
/// assert_eq!(format.parse(key.reveal())?, key);
///
/// let error = format.parse("kr_live_tooshort").unwrap_err();
/// assert_eq!((error.code(), error.offset()), ("key.length", Some(16)));
///
/// let acme = KeyFormat::from_json(
///     r#"{"prefix": "acme", "segments": [{"name": "secret", "alphabet": "hex", "length": 32}]}"#,
/// )?;
/// assert!(acme.generate(None, &[7; 32])?.reveal().starts_with("acme_"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct KeyFormat(Definition);

#[derive(Clone)]
pub(crate) enum Definition {
    BuiltIn(&'static Layout),
    Declared(Arc<Layout>),
    Foreign(Foreign),
}

impl KeyFormat {
    /// Returns Keyrail's own format, `kr_<environment>_<id>_<secret><checksum>`.
    ///
    /// The environment is `live` or `test`. All other parts consist of `0-9A-Za-z`: the id has 12
    /// characters, the secret 27, and the checksum 6. A key is 54 bytes long, and its secret has
    /// 160 bits of entropy. The checksum is the CRC-32 (IEEE) of everything before it, in base62.
    /// It detects typing errors, but does not protect against forgery.
    pub const fn keyrail() -> Self {
        Self(Definition::BuiltIn(&KEYRAIL))
    }

    /// Returns the format of GitHub's tokens: `<prefix>_`, 30 characters of `0-9A-Za-z`, and their
    /// CRC-32 as six characters. The prefix, such as `ghp`, `gho` or `npm`, is also the format's
    /// name.
    ///
    /// # Errors
    ///
    /// The errors of an invalid prefix, such as `key.empty_prefix`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_key::KeyFormat;
    /// let format = KeyFormat::github("ghp")?;
    /// assert!(format.parse("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").is_ok());
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn github(prefix: &str) -> Result<Self, Error> {
        Self::builder(prefix)
            .segment(Segment::secret("secret", Alphabet::BASE62, 30))
            .checksum(Checksum::crc32_body())
            .build()
    }

    /// Returns the format of forty hexadecimal digits, all in lower case or all in upper case.
    /// [`parse`](Self::parse) also accepts keys of other shapes; use [`hint`](Self::hint) to check
    /// the shape.
    pub const fn hex40() -> Self {
        Self(Definition::Foreign(Foreign::Hex40))
    }

    /// Returns the format of JSON Web Tokens: three parts of base64url. [`parse`](Self::parse) also
    /// accepts keys of other shapes; use [`hint`](Self::hint) to check the shape.
    pub const fn jwt() -> Self {
        Self(Definition::Foreign(Foreign::Jwt))
    }

    /// Returns the format of five parts joined by hyphens, as in the samples of VChatCloud: four
    /// groups of six letters or digits, then a timestamp of 14 digits. [`parse`](Self::parse) also
    /// accepts keys of other shapes; use [`hint`](Self::hint) to check the shape.
    pub const fn vchatcloud() -> Self {
        Self(Definition::Foreign(Foreign::Vchatcloud))
    }

    /// Returns the format of keys about which nothing is known. [`hint`](Self::hint) returns
    /// [`Hint::Fits`] for every string that [`parse`](Self::parse) accepts.
    pub const fn opaque() -> Self {
        Self(Definition::Foreign(Foreign::Opaque))
    }

    /// The names of the built-in formats.
    pub(crate) const BUILT_IN: [&'static str; 6] =
        ["keyrail", "github", "hex40", "jwt", "vchatcloud", "opaque"];

    /// Returns a built-in format by its name: `keyrail`, `github` (with the prefix `ghp`),
    /// `hex40`, `jwt`, `vchatcloud` or `opaque`.
    pub fn built_in(name: &str) -> Option<Self> {
        match name {
            "keyrail" => Some(Self::keyrail()),
            "github" => Self::github("ghp").ok(),
            "hex40" => Some(Self::hex40()),
            "jwt" => Some(Self::jwt()),
            "vchatcloud" => Some(Self::vchatcloud()),
            "opaque" => Some(Self::opaque()),
            _ => None,
        }
    }

    /// Reads a declaration.
    ///
    /// The members of a declaration are:
    ///
    /// - `prefix`; if it is absent, keys have no prefix, and `name` is required;
    /// - `segments`, a list, which is required. A segment has a `name`, an `alphabet` (`hex`,
    ///   `base32`, `base58`, `base62`, `base64url`, `digits`, or `{"characters": "..."}`) and a
    ///   `length` (a number, or `{"min": 20, "max": 40}`). The segment is secret unless its member
    ///   `secret` is `false`. Its member `separator` is the string before the segment; the default
    ///   is the format's separator;
    /// - `name`; the default is the prefix;
    /// - `separator`; the default is `_`;
    /// - `environments`, a list of names;
    /// - `checksum`: `none` (the default), `crc32`, `crc32_body`, `sha256`, or an object. An object
    ///   has an `algorithm` (one of these names except `none`), a `length` (only for `sha256`: 4 to
    ///   64, by default 8) and a `separator` (the string before the checksum, by default empty);
    /// - `digest_segment`, the name of a secret segment. Digests are then computed from this
    ///   segment instead of the whole key. Some systems whose keys have a public and a secret part
    ///   compute digests in this way. Such a digest does not cover the other parts of a key. If
    ///   keys have an id, a record must therefore specify the key id of each digest; if they have
    ///   an environment, it should specify the environment. If keys have no id, the segment alone
    ///   is accepted as a key as well. Digests of the whole key do not match anymore.
    ///
    /// # Errors
    ///
    /// The errors of every configuration, and `key.empty_prefix`, `key.non_ascii_prefix`,
    /// `key.malformed_prefix`, `key.no_format_name`, `key.malformed_format_name`,
    /// `key.no_environments`, `key.too_many_environments`, `key.malformed_environment`,
    /// `key.duplicate_environment`, `key.ambiguous_environment`, `key.malformed_separator`,
    /// `key.no_segments`, `key.too_many_segments`, `key.malformed_segment_name`,
    /// `key.duplicate_segment`, `key.segment_length`, `key.malformed_alphabet`,
    /// `key.unknown_alphabet`, `key.separator_in_alphabet`, `key.ambiguous_segments`,
    /// `key.too_little_secret`, `key.format_too_long`, `key.malformed_checksum`,
    /// `key.unknown_checksum`, `key.digest_segment`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_key::KeyFormat;
    /// let format = KeyFormat::from_json(
    ///     r#"{"version": 1, "prefix": "acme", "environments": ["live", "test"],
    ///         "segments": [{"name": "id", "alphabet": "base62", "length": 12, "secret": false},
    ///                      {"name": "secret", "alphabet": "base62", "length": 27}],
    ///         "checksum": "crc32"}"#,
    /// )?;
    /// assert_eq!(format.name(), "acme");
    /// let error = KeyFormat::from_json(r#"{"prefix": "", "segments": []}"#).unwrap_err();
    /// assert_eq!(error.faults()[0].code(), "key.empty_prefix");
    /// assert_eq!(error.faults()[0].pointer(), "/prefix");
    /// # Ok::<(), keyrail_core::ConfigError>(())
    /// ```
    pub fn from_json(text: &str) -> Result<Self, ConfigError> {
        crate::document::read_format(text)
    }

    /// Returns the JSON Schema (draft 2020-12) of a declaration.
    pub fn json_schema() -> String {
        crate::document::format_schema()
    }

    /// Creates a builder, which declares a format step by step.
    pub fn builder(prefix: &str) -> KeyFormatBuilder {
        KeyFormatBuilder::new(prefix)
    }

    /// Creates a builder of a format whose keys have no prefix. Such a format needs a name.
    ///
    /// ```
    /// use keyrail_key::{Alphabet, KeyFormat, Segment};
    /// let format = KeyFormat::builder_without_prefix("letters")
    ///     .segment(Segment::secret("secret", Alphabet::of("abcdefghijklmnopqrstuvwxyz")?, 64))
    ///     .build()?;
    /// assert_eq!((format.name(), format.head()), ("letters", None));
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn builder_without_prefix(name: &str) -> KeyFormatBuilder {
        KeyFormatBuilder::without_prefix(name)
    }

    pub(crate) fn declared(layout: Layout) -> Self {
        Self(Definition::Declared(Arc::new(layout)))
    }

    /// Returns the name of the format.
    pub fn name(&self) -> &str {
        match &self.0 {
            Definition::Foreign(foreign) => foreign.name(),
            Definition::BuiltIn(layout) => &layout.name,
            Definition::Declared(layout) => &layout.name,
        }
    }

    /// Returns the environments of the format, in the order of its declaration. The iterator is
    /// empty if keys of the format have no environment.
    pub fn environments(&self) -> impl ExactSizeIterator<Item = &str> {
        let environments = self.layout().map_or(&[][..], |layout| &layout.environments);
        environments.iter().map(|name| &**name)
    }

    /// Returns whether the format is foreign: it belongs to another system. If so,
    /// [`parse`](Self::parse) accepts keys of any shape, and only [`hint`](Self::hint) checks the
    /// shape.
    pub const fn is_foreign(&self) -> bool {
        matches!(self.0, Definition::Foreign(_))
    }

    /// Returns how many bytes of entropy [`generate`](Self::generate) needs: 32.
    pub const fn entropy_len(&self) -> usize {
        ENTROPY_LEN
    }

    /// Returns the entropy of a key's secret at its minimum length, in bits.
    ///
    /// For `hex40`, this is 160, and for `vchatcloud` about 143. It is 0 for `jwt` and `opaque`,
    /// whose entropy is not known.
    pub fn entropy_bits(&self) -> f64 {
        if let Definition::Foreign(foreign) = &self.0 {
            return foreign.entropy_bits();
        }
        let fields = self.layout().map_or(&[][..], |layout| &layout.fields);
        let secrets = fields.iter().filter(|field| field.is_secret);
        secrets.map(|field| field.shortest as f64 * field.alphabet.bits()).sum()
    }

    /// Returns whether a key of this format can have this id, that is, whether the first public
    /// segment can have this value.
    ///
    /// ```
    /// use keyrail_key::KeyFormat; assert!(KeyFormat::keyrail().may_have_id("8f3k2m9q1x7c"));
    /// assert!(!KeyFormat::keyrail().may_have_id("8f3k"));
    /// assert!(!KeyFormat::hex40().may_have_id("8f3k2m9q1x7c")); // keys of `hex40` have no id
    /// ```
    pub fn may_have_id(&self, id: &str) -> bool {
        let fields = self.layout().map_or(&[][..], |layout| &layout.fields);
        fields.iter().find(|field| !field.is_secret).is_some_and(|field| {
            (field.shortest..=field.longest).contains(&id.len())
                && field.alphabet.first_outside(id.as_bytes()).is_none()
        })
    }

    /// Parses a string as a key of this format.
    ///
    /// # Errors
    ///
    /// In the order of the checks: `key.prefix`, `key.environment`, `key.length` (of the whole
    /// key), `key.character` or `key.length` (of each part, from left to right), `key.checksum`.
    /// The offset is the start of the invalid prefix, environment, character or checksum. For
    /// `key.length`, it is the offset at which the key or a segment ends too early, or should have
    /// ended.
    ///
    /// A foreign format rejects only strings that cannot be keys at all. The errors are
    /// `key.empty`, `key.length` (more than [`MAX_FOREIGN_KEY`](crate::MAX_FOREIGN_KEY) bytes) and
    /// `key.character` (a control or non-ASCII character, white space, a comma, a quote).
    pub fn parse(&self, text: &str) -> Result<ApiKey, Error> {
        let environment = self.check(text).map_err(|rejection| self.error(rejection))?;
        Ok(ApiKey::new(self.clone(), Secret::new(text), environment))
    }

    /// Parses a string as a key of this format, without copying it.
    ///
    /// # Errors
    ///
    /// Those of [`parse`](Self::parse).
    #[inline]
    pub fn parse_ref<'a>(&'a self, text: &'a str) -> Result<ParsedKey<'a>, Error> {
        let environment = self.check(text).map_err(|rejection| self.error(rejection))?;
        Ok(ParsedKey::new(self, text, environment))
    }

    /// Returns whether the string looks like a key of this format. For a foreign format, the result
    /// is `Impossible` if [`parse`](Self::parse) rejects the string, and `Unusual` if the string is
    /// accepted but does not have the format's shape. For any other format, the result is `Fits` or
    /// `Impossible`.
    pub fn hint(&self, text: &str) -> Hint {
        match &self.0 {
            Definition::Foreign(foreign) => foreign.hint(text),
            Definition::BuiltIn(_) | Definition::Declared(_) if self.check(text).is_ok() => {
                Hint::Fits
            }
            Definition::BuiltIn(_) | Definition::Declared(_) => Hint::Impossible,
        }
    }

    /// Returns the start of every key of the format: the prefix and the separator after it. A
    /// format without a prefix and a foreign format have no head.
    ///
    /// ```
    /// # use keyrail_key::KeyFormat;
    /// assert_eq!(KeyFormat::keyrail().head(), Some("kr_"));
    /// assert_eq!(KeyFormat::hex40().head(), None);
    /// ```
    pub fn head(&self) -> Option<&str> {
        let layout = self.layout().filter(|layout| !layout.prefix.is_empty());
        layout.map(|layout| &*layout.head)
    }

    /// Returns the separators of a key from left to right: the one after the environment, the one
    /// before each segment and, if there is a checksum, the one before the checksum. The separator
    /// in the [head](Self::head) is not included. A separator that the format does not use is an
    /// empty string. The iterator is empty for a foreign format.
    ///
    /// ```
    /// # use keyrail_key::KeyFormat;
    /// let format = KeyFormat::keyrail(); // kr_<environment>_<id>_<secret><checksum>
    /// assert_eq!(format.separators().collect::<Vec<_>>(), ["_", "", "_", ""]);
    /// ```
    pub fn separators(&self) -> impl Iterator<Item = &str> {
        self.layout().into_iter().flat_map(|layout| {
            let fields = layout.fields.iter().map(|field| &*field.separator);
            let checksum = layout.checksum.iter().map(|checksum| &*checksum.separator);
            core::iter::once(&*layout.after_environment).chain(fields).chain(checksum)
        })
    }

    /// Returns the length of the shortest key, in bytes, or `None` for a foreign format.
    ///
    /// ```
    /// # use keyrail_key::KeyFormat;
    /// assert_eq!(KeyFormat::keyrail().min_len(), Some(54));
    /// ```
    pub fn min_len(&self) -> Option<usize> {
        self.layout().map(Layout::shortest_key)
    }

    /// Returns whether the keys of this format end with a checksum, which detects errors in typing
    /// and copying.
    pub fn has_checksum(&self) -> bool {
        self.layout().is_some_and(|layout| layout.checksum.is_some())
    }

    /// Returns whether a string is the [mask](crate::Mask) of a key of this format under the
    /// default policy. The result is `false` for a foreign format, whose masks cannot be
    /// distinguished from other strings.
    ///
    /// ```
    /// # use keyrail_key::KeyFormat;
    /// assert!(KeyFormat::keyrail().is_mask(b"kr_live_8f3k2m9q1x7c_********"));
    /// ```
    pub fn is_mask(&self, text: &[u8]) -> bool {
        self.layout().is_some_and(|layout| layout.is_mask(text))
    }

    pub(crate) const fn shape(&self) -> &Definition {
        &self.0
    }

    pub(crate) fn layout(&self) -> Option<&Layout> {
        match &self.0 {
            Definition::BuiltIn(layout) => Some(layout),
            Definition::Declared(layout) => Some(layout),
            Definition::Foreign(_) => None,
        }
    }

    /// Checks a string, and returns the index of its environment.
    #[inline]
    pub(crate) fn check(&self, text: &str) -> Result<Option<usize>, Rejection> {
        match &self.0 {
            Definition::BuiltIn(layout) => layout.check(text.as_bytes()),
            Definition::Declared(layout) => layout.check(text.as_bytes()),
            Definition::Foreign(foreign) => foreign.check(text).map(|()| None),
        }
    }

    /// Returns the index of an environment in the format's list, or `None` if the format has no
    /// environments and `name` is `None`.
    pub(crate) fn environment_index(&self, name: Option<&str>) -> Result<Option<usize>, Error> {
        let mut known = self.environments();
        if name.is_none() && known.len() == 0 {
            return Ok(None);
        }
        let index = known.position(|known| Some(known) == name);
        index.map(Some).ok_or_else(|| self.unknown_environment().into())
    }

    /// Returns the public error for a rejection by [`check`](Self::check).
    pub(crate) fn error(&self, rejection: Rejection) -> Error {
        let kind = match rejection.cause {
            Cause::Empty => ErrorKind::Empty,
            Cause::Prefix => ErrorKind::Prefix,
            Cause::Environment => self.unknown_environment(),
            Cause::Length => ErrorKind::Length,
            Cause::Character => ErrorKind::Character,
            Cause::Checksum => ErrorKind::Checksum,
        };
        Error::at(kind, rejection.offset)
    }

    fn unknown_environment(&self) -> ErrorKind {
        ErrorKind::Environment(match &self.0 {
            Definition::BuiltIn(layout) => Environments::built_in(layout),
            Definition::Declared(layout) => Environments::declared(layout),
            Definition::Foreign(_) => Environments::NONE,
        })
    }
}

/// Two formats are equal if they have the same declaration, or are the same built-in format.
impl PartialEq for KeyFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name() && self.layout() == other.layout()
    }
}

impl Eq for KeyFormat {}

impl fmt::Debug for KeyFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFormat({})", self.name())
    }
}

keyrail_core::from_str! {
    KeyFormat: from_json, ConfigError;
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::KeyFormat;

    /// The key that `tests/vectors/key_reference.py` generates from 32 zero bytes.
    const KEY: &str = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";

    fn error_of(text: &str) -> (&'static str, Option<usize>) {
        let error = KeyFormat::keyrail().parse(text).unwrap_err();
        (error.code(), error.offset())
    }

    fn with_character(at: usize, character: char) -> String {
        let mut text = KEY.to_string();
        text.replace_range(at..=at, &character.to_string());
        text
    }

    #[test]
    fn a_key_is_54_bytes_long() {
        assert_eq!(KEY.len(), 54);
        assert_eq!(KeyFormat::keyrail().parse(KEY).unwrap().reveal(), KEY);
    }

    #[test]
    fn the_parts_are_checked_in_order() {
        assert_eq!(error_of("kx_prod"), ("key.prefix", Some(0)));
        assert_eq!(error_of("kr_prod"), ("key.environment", Some(3)));
        assert_eq!(error_of("kr_live-"), ("key.length", Some(8)));
        assert_eq!(error_of(&with_character(53, '-')), ("key.character", Some(53)));
        assert_eq!(
            error_of(&with_character(53, '.').replacen('_', "-", 1)),
            ("key.prefix", Some(0))
        );
    }

    #[test]
    fn a_key_that_is_too_short_or_too_long_is_rejected() {
        assert_eq!(error_of(&KEY[..53]), ("key.length", Some(53)));
        assert_eq!(error_of(&(KEY.to_string() + "0")), ("key.length", Some(54)));
    }

    #[test]
    fn separators_are_allowed_only_at_their_offsets() {
        for at in [7, 20] {
            assert_eq!(error_of(&with_character(at, 'a')), ("key.character", Some(at)));
        }
        for at in [8, 19, 21, 47, 48, 53] {
            assert_eq!(error_of(&with_character(at, '_')), ("key.character", Some(at)));
        }
    }

    #[test]
    fn a_two_byte_character_is_rejected_at_every_offset() {
        for at in 8..53 {
            let mut text = KEY.to_string();
            text.replace_range(at..at + 2, "é");
            assert_eq!(error_of(&text), ("key.character", Some(at)));
        }
        assert_eq!(error_of("é"), ("key.prefix", Some(0)));
        assert_eq!(error_of("kr_é"), ("key.environment", Some(3)));
    }
}
