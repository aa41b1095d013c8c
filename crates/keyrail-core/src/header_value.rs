//! Header values: their syntax, and whether they may be printed.

use alloc::string::String;
use core::fmt;

use crate::mask::MASK;
use crate::{Error, ErrorKind, Secret};

/// The maximum length of a header value that Keyrail reads or writes, in bytes.
pub const MAX_HEADER_VALUE: usize = 8 * 1024;

/// A header value (RFC 9110, section 5.5): visible ASCII, with spaces and tabs only between visible
/// characters, so that it cannot contain CR, LF or NUL.
///
/// A sensitive value prints as a mask.
///
/// ```
/// use keyrail_core::HeaderValue;
/// let value = HeaderValue::sensitive("my-key")?;
/// assert_eq!(format!("{value:?}"), "••••••••");
/// assert_eq!(value.reveal(), "my-key");
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderValue {
    text: Secret,
    sensitive: bool,
}

impl HeaderValue {
    /// Creates a value that may be printed.
    ///
    /// # Errors
    ///
    /// `header.malformed_value`, with the offset; `header.too_long`.
    pub fn new(text: impl Into<String>) -> Result<Self, Error<ErrorKind>> {
        Self::checked(Secret::new(text), false)
    }

    /// Creates a value that must not be printed.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn sensitive(text: impl Into<String>) -> Result<Self, Error<ErrorKind>> {
        Self::checked(Secret::new(text), true)
    }

    fn checked(text: Secret, sensitive: bool) -> Result<Self, Error<ErrorKind>> {
        let bytes = text.reveal_bytes();
        if bytes.len() > MAX_HEADER_VALUE {
            return Err(Error::at(ErrorKind::HeaderValueTooLong, MAX_HEADER_VALUE));
        }
        let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
        let is_allowed = |byte: &u8| is_blank(byte) | byte.is_ascii_graphic();
        // Without an early exit, the loop compiles to vector instructions.
        let all_allowed = bytes.iter().fold(true, |all, byte| all & is_allowed(byte));
        let find = || bytes.iter().position(|byte| !is_allowed(byte));
        if let Some(at) = if all_allowed { None } else { find() } {
            return Err(Error::at(ErrorKind::MalformedHeaderValue, at));
        }
        if bytes.first().is_some_and(is_blank) {
            return Err(Error::at(ErrorKind::MalformedHeaderValue, 0));
        }
        if bytes.last().is_some_and(is_blank) {
            return Err(Error::at(ErrorKind::MalformedHeaderValue, bytes.len() - 1));
        }
        Ok(Self { text, sensitive })
    }

    /// Returns the value as a string.
    pub fn reveal(&self) -> &str {
        self.text.reveal()
    }

    /// Returns whether the value must not be printed.
    pub const fn is_sensitive(&self) -> bool {
        self.sensitive
    }
}

/// A header value as a caller passes it: a `&str`, or a borrowed [`HeaderValue`]. A
/// sensitive value stays sensitive.
///
/// ```
/// use keyrail_core::{HeaderText, HeaderValue};
/// assert_eq!(HeaderText::from("text/plain").reveal(), "text/plain");
/// let value = HeaderValue::sensitive("my-key")?;
/// assert!(HeaderText::from(&value).is_sensitive());
/// # Ok::<(), keyrail_core::Error<keyrail_core::ErrorKind>>(())
/// ```
#[derive(Clone, Copy)]
pub struct HeaderText<'t> {
    text: &'t str,
    sensitive: bool,
}

impl<'t> HeaderText<'t> {
    /// Returns the value as a string.
    pub const fn reveal(self) -> &'t str {
        self.text
    }

    /// Returns whether the value must not be printed.
    pub const fn is_sensitive(self) -> bool {
        self.sensitive
    }
}

impl<'t> From<&'t str> for HeaderText<'t> {
    fn from(text: &'t str) -> Self {
        Self { text, sensitive: false }
    }
}

impl<'t> From<&'t HeaderValue> for HeaderText<'t> {
    fn from(value: &'t HeaderValue) -> Self {
        Self { text: value.reveal(), sensitive: value.sensitive }
    }
}

impl fmt::Debug for HeaderText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.sensitive { MASK } else { self.text })
    }
}

impl fmt::Debug for HeaderValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.sensitive { MASK } else { self.reveal() })
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use super::{HeaderValue, MAX_HEADER_VALUE};

    #[test]
    fn rejects_control_and_non_ascii_characters_and_outer_white_space() {
        for (text, offset) in
            [("a\r\nb", 1), ("a\nb", 1), ("a\0", 1), ("é", 0), (" a", 0), ("a ", 1)]
        {
            let error = HeaderValue::new(text).unwrap_err();
            assert_eq!((error.code(), error.offset()), ("header.malformed_value", Some(offset)));
        }
    }

    #[test]
    fn the_length_limit_is_exact() {
        let longest: String = core::iter::repeat_n('a', MAX_HEADER_VALUE).collect();
        assert!(HeaderValue::new(longest.clone()).is_ok());
        assert_eq!(HeaderValue::new(longest + "a").unwrap_err().code(), "header.too_long");
    }
}
