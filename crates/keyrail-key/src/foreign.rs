//! Foreign formats: formats of keys that other platforms generate.
//!
//! The shape of a foreign format is only a hint: every string that could be a key is accepted, and
//! a [`Hint`] tells whether the string has that shape.

use crate::Alphabet;
use crate::check::{Cause, Rejection};

/// The longest key of a foreign format, in bytes.
pub const MAX_FOREIGN_KEY: usize = 8192;

/// The result of checking whether a string looks like a key of a format.
///
/// ```
/// use keyrail_key::{Hint, KeyFormat};
/// let format = KeyFormat::hex40();
/// assert_eq!(format.hint("2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"), Hint::Fits);
/// assert_eq!(format.hint("of-another-shape"), Hint::Unusual);
/// assert_eq!(format.hint("with a space"), Hint::Impossible);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Hint {
    /// The string looks like the format's keys.
    Fits,
    /// The string looks different, but may still be a key.
    Unusual,
    /// The string cannot be a key of the format: parsing it fails.
    Impossible,
}

impl Hint {
    /// Returns `fits`, `unusual` or `impossible`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fits => "fits",
            Self::Unusual => "unusual",
            Self::Impossible => "impossible",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Foreign {
    Hex40,
    Jwt,
    Vchatcloud,
    Opaque,
}

impl Foreign {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hex40 => "hex40",
            Self::Jwt => "jwt",
            Self::Vchatcloud => "vchatcloud",
            Self::Opaque => "opaque",
        }
    }

    /// Returns the entropy of a key that has the format's shape, in bits, or 0 if the entropy is
    /// not known.
    pub(crate) fn entropy_bits(self) -> f64 {
        match self {
            Self::Hex40 => 160.0,
            // The digits at the end are a timestamp.
            Self::Vchatcloud => 24.0 * Alphabet::BASE62.bits(),
            Self::Jwt | Self::Opaque => 0.0,
        }
    }

    /// Checks that a string could be a key, whatever its shape.
    #[inline(never)] // to leave all registers to the check of declared formats
    pub(crate) fn check(self, text: &str) -> Result<(), Rejection> {
        if text.is_empty() {
            return Err(Rejection::at(Cause::Empty, 0));
        }
        let start = text.as_bytes().get(..MAX_FOREIGN_KEY).unwrap_or(text.as_bytes());
        // All bytes are checked first, without a branch per byte.
        if !start.iter().fold(true, |all, byte| all & is_possible(*byte))
            && let Some(at) = start.iter().position(|byte| !is_possible(*byte))
        {
            return Err(Rejection::at(Cause::Character, at));
        }
        if text.len() > MAX_FOREIGN_KEY {
            return Err(Rejection::at(Cause::Length, MAX_FOREIGN_KEY));
        }
        Ok(())
    }

    pub(crate) fn hint(self, text: &str) -> Hint {
        if self.check(text).is_err() {
            return Hint::Impossible;
        }
        let fits = match self {
            Self::Hex40 => is_hex40(text),
            Self::Jwt => is_jwt(text),
            Self::Vchatcloud => is_vchatcloud(text),
            Self::Opaque => true,
        };
        if fits { Hint::Fits } else { Hint::Unusual }
    }
}

/// Returns whether a foreign key may contain a byte: visible ASCII other than a comma and
/// quotes.
const fn is_possible(byte: u8) -> bool {
    byte.is_ascii_graphic() & (byte != b',') & (byte != b'"') & (byte != b'\'')
}

/// Returns whether a string is forty hexadecimal digits in the same case.
fn is_hex40(text: &str) -> bool {
    let has = |is_in_case: fn(&u8) -> bool| text.as_bytes().iter().any(is_in_case);
    text.len() == 40
        && text.bytes().all(|byte| byte.is_ascii_hexdigit())
        && !(has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase))
}

/// The strings of three characters with which JSON Web Tokens (RFC 7519) usually begin. A token
/// begins with a JSON object in base64url, so these strings encode a brace and the character after
/// it: a quote, a space, a line break or a tab.
pub const JWT_STARTS: [&str; 5] = ["eyJ", "eyA", "ewo", "ew0", "ewk"];

/// Returns whether a string consists of three parts of base64url, separated by dots (RFC 7515,
/// section 7.1), and the first part begins like a JSON object.
fn is_jwt(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty() && Alphabet::BASE64URL.first_outside(part.as_bytes()).is_none()
    };
    let begins_with_object = JWT_STARTS.iter().any(|start| text.starts_with(start));
    begins_with_object && text.split('.').all(is_part) && text.split('.').count() == 3
}

/// Returns whether a string consists of four groups of six letters and digits and a timestamp of 14
/// digits, joined by hyphens.
fn is_vchatcloud(text: &str) -> bool {
    let mut groups = text.split('-');
    let mut is_group = || {
        let group = groups.next().unwrap_or_default();
        group.len() == 6 && group.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let has_groups = is_group() && is_group() && is_group() && is_group();
    let timestamp = groups.next().unwrap_or_default();
    has_groups
        && timestamp.len() == 14
        && timestamp.bytes().all(|byte| byte.is_ascii_digit())
        && groups.next().is_none()
}
