//! Key formats: what a key of ours looks like, and how a text is read as one.
//!
//! A key is read by position, never by splitting at a separator. Reading a
//! text that is no key allocates nothing.

use crate::api_key::ApiKey;
use crate::base62::six_digits;
use crate::{Error, ErrorKind};

pub(crate) const NAME: &str = "keyrail";
pub(crate) const PREFIX: &str = "kr";
pub(crate) const ENVIRONMENTS: [&str; 2] = ["live", "test"];
pub(crate) const ENTROPY: usize = 32;
pub(crate) const ID: usize = 12;
pub(crate) const SECRET: usize = 27;
pub(crate) const LENGTH: usize = ID_START + ID + 1 + SECRET + CHECKSUM;

const ENVIRONMENT: usize = 4;
const CHECKSUM: usize = 6;
const ENVIRONMENT_START: usize = PREFIX.len() + 1;
pub(crate) const ID_START: usize = ENVIRONMENT_START + ENVIRONMENT + 1;
const CHECKSUM_START: usize = LENGTH - CHECKSUM;
/// Where `_` stands; the first was checked with the prefix.
const SEPARATORS: [usize; 3] = [ENVIRONMENT_START - 1, ID_START - 1, ID_START + ID];

/// A format of keys: `kr_<environment>_<id>_<secret><checksum>`.
///
/// The environment is `live` or `test`, the id 12, the secret 27 and the
/// checksum 6 characters of `0-9A-Za-z`: 54 bytes, of which the secret carries
/// 160 bits. The checksum is the CRC-32 (IEEE) of all before it, in base62; it
/// finds typing errors and is no protection against forgery.
///
/// ```
/// use keyrail_key::KeyFormat;
/// let format = KeyFormat::keyrail();
/// let key = format.generate("test", &[7; 32])?;
/// assert_eq!(format.parse(key.reveal())?, key);
///
/// let error = format.parse("kr_live_tooshort").unwrap_err();
/// assert_eq!((error.code(), error.offset()), ("key.length", Some(16)));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFormat(());

impl KeyFormat {
    /// Keyrail's own format.
    pub const fn keyrail() -> Self {
        Self(())
    }

    /// What the format is called: `keyrail`.
    pub const fn name(&self) -> &str {
        NAME
    }

    /// How many bytes of entropy [`generate`](Self::generate) needs: 32.
    pub const fn entropy_len(&self) -> usize {
        ENTROPY
    }

    /// Reads a text as a key of this format.
    ///
    /// Checked in this order: `key.prefix`, `key.environment`, `key.length`,
    /// `key.character`, `key.checksum`. The offset is where the wrong part
    /// begins; for a length, where the text ends too early or goes on too far.
    pub fn parse(&self, text: &str) -> Result<ApiKey, Error> {
        let environment = check(text.as_bytes())?;
        Ok(ApiKey::new(text, environment))
    }
}

/// Checks the bytes of a key, and says which environment it names.
fn check(text: &[u8]) -> Result<&'static str, Error> {
    let rest = text
        .strip_prefix(PREFIX.as_bytes())
        .and_then(|rest| rest.strip_prefix(b"_"))
        .ok_or(Error::at(ErrorKind::Prefix, 0))?;
    let environment = ENVIRONMENTS
        .into_iter()
        .find(|environment| rest.starts_with(environment.as_bytes()))
        .ok_or(Error::at(ErrorKind::Environment, ENVIRONMENT_START))?;
    if text.len() != LENGTH {
        return Err(Error::at(ErrorKind::Length, text.len().min(LENGTH)));
    }
    let fits_its_place = |at, byte: u8| {
        if SEPARATORS.contains(&at) { byte == b'_' } else { byte.is_ascii_alphanumeric() }
    };
    if let Some(at) = text.iter().enumerate().position(|(at, byte)| !fits_its_place(at, *byte)) {
        return Err(Error::at(ErrorKind::Character, at));
    }
    let (body, checksum) = text.split_at_checked(CHECKSUM_START).unwrap_or((text, b""));
    if checksum != checksum_of(body) {
        return Err(Error::at(ErrorKind::Checksum, CHECKSUM_START));
    }
    Ok(environment)
}

/// The checksum of all that stands before it.
pub(crate) fn checksum_of(body: &[u8]) -> [u8; CHECKSUM] {
    six_digits(crc32fast::hash(body))
}

#[cfg(test)]
mod tests {
    use alloc::string::{String, ToString};

    use super::{KeyFormat, LENGTH};

    /// Of 32 zero bytes, by `tests/vectors/key_reference.py`.
    const KEY: &str = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";

    fn refusal(text: &str) -> (&'static str, Option<usize>) {
        let error = KeyFormat::keyrail().parse(text).unwrap_err();
        (error.code(), error.offset())
    }

    fn with(at: usize, character: char) -> String {
        let mut text = KEY.to_string();
        text.replace_range(at..=at, &character.to_string());
        text
    }

    #[test]
    fn a_key_is_54_bytes_long() {
        assert_eq!((KEY.len(), LENGTH), (54, 54));
        assert_eq!(KeyFormat::keyrail().parse(KEY).unwrap().reveal(), KEY);
    }

    #[test]
    fn the_parts_are_checked_in_their_order() {
        assert_eq!(refusal("kx_prod"), ("key.prefix", Some(0)));
        assert_eq!(refusal("kr_prod"), ("key.environment", Some(3)));
        assert_eq!(refusal("kr_live-"), ("key.length", Some(8)));
        assert_eq!(refusal(&with(53, '-')), ("key.character", Some(53)));
        assert_eq!(refusal(&with(53, '.').replacen('_', "-", 1)), ("key.prefix", Some(0)));
    }

    #[test]
    fn the_length_limit_holds_on_both_sides() {
        assert_eq!(refusal(&KEY[..53]), ("key.length", Some(53)));
        assert_eq!(refusal(&(KEY.to_string() + "0")), ("key.length", Some(54)));
    }

    #[test]
    fn separators_stand_at_their_places_and_nowhere_else() {
        for at in [7, 20] {
            assert_eq!(refusal(&with(at, 'a')), ("key.character", Some(at)));
        }
        for at in [8, 19, 21, 47, 48, 53] {
            assert_eq!(refusal(&with(at, '_')), ("key.character", Some(at)));
        }
    }

    #[test]
    fn a_character_of_two_bytes_is_refused_wherever_it_stands() {
        for at in 8..53 {
            let mut text = KEY.to_string();
            text.replace_range(at..at + 2, "é");
            assert_eq!(refusal(&text), ("key.character", Some(at)));
        }
        assert_eq!(refusal("é"), ("key.prefix", Some(0)));
        assert_eq!(refusal("kr_é"), ("key.environment", Some(3)));
    }
}
