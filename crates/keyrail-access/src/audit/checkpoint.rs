//! Checkpoints: known positions in a chain of entries.

use alloc::string::String;
use core::fmt;

use keyrail_core::config::Id;

use super::{Hash, decode, encode};
use crate::{Error, ErrorKind};

/// The last entry of a chain at some time: its writer, its number and its authentication code
/// (HMAC).
///
/// Store checkpoints out of reach of anyone who can change the log. The HMAC code covers the last
/// entry and, through the chain, all entries before it.
///
/// The string form is `<number>:<code in base64url>:<writer>`.
///
/// ```
/// use keyrail_access::Checkpoint;
/// let start = Checkpoint::start("gateway-1")?;
/// assert_eq!(start.to_string(), "0:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA:gateway-1");
/// assert_eq!(Checkpoint::parse(&start.to_string())?, start);
/// # Ok::<(), keyrail_access::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    writer: String,
    number: u64,
    code: Hash,
}

impl Checkpoint {
    /// Returns the checkpoint before the first entry of a writer's chain.
    ///
    /// The writer is the id of the process or database that numbers the entries. Two writers must
    /// not have the same id.
    ///
    /// # Errors
    ///
    /// `access.malformed_id`.
    pub fn start(writer: &str) -> Result<Self, Error> {
        match Id::is_valid(writer) {
            true => Ok(Self::new(writer, 0, Hash::default())),
            false => Err(ErrorKind::MalformedId.into()),
        }
    }

    pub(super) fn new(writer: &str, number: u64, code: Hash) -> Self {
        Self { writer: writer.into(), number, code }
    }

    /// Parses the string form of a checkpoint. This release knows one version of the form. Any
    /// later version will start with `v`, its number and a colon.
    ///
    /// # Errors
    ///
    /// `access.malformed_checkpoint`, and `access.newer_schema` for a later version of the form.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let version = text.strip_prefix('v').and_then(|rest| rest.split_once(':'));
        if version.is_some_and(|(number, _)| is_later_version(number)) {
            return Err(ErrorKind::NewerSchema.into());
        }
        let read = || {
            let (number, rest) = text.split_once(':')?;
            let (code, writer) = rest.split_once(':')?;
            let is_canonical = number == "0" || !number.starts_with('0');
            let is_number = is_canonical && number.bytes().all(|byte| byte.is_ascii_digit());
            let number = number.parse().ok().filter(|number| is_number && *number <= MAX_NUMBER)?;
            let code = decode(code)?;
            let is_start = number == 0 && code != Hash::default();
            (Id::is_valid(writer) && !is_start).then(|| Self::new(writer, number, code))
        };
        read().ok_or_else(|| ErrorKind::MalformedCheckpoint.into())
    }

    /// Returns the id of the writer.
    pub fn writer(&self) -> &str {
        &self.writer
    }

    /// Returns the number of the entry; 0 before the first entry.
    pub const fn number(&self) -> u64 {
        self.number
    }

    pub(super) const fn code(&self) -> &Hash {
        &self.code
    }
}

/// Returns whether a string is a whole number greater than 1, without leading zeros.
fn is_later_version(number: &str) -> bool {
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && !number.starts_with('0') && number != "1"
}

/// The largest number of an entry: numbers are read as signed integers.
pub(super) const MAX_NUMBER: u64 = i64::MAX.unsigned_abs();

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.number, encode(&self.code), self.writer)
    }
}

impl fmt::Debug for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Checkpoint({self})")
    }
}

keyrail_core::from_str! {
    Checkpoint: parse, Error;
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString as _;

    use super::Checkpoint;

    const CODE: &str = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";

    #[test]
    fn only_the_printed_form_is_parsed() {
        for text in ["1:{}:w", "9223372036854775807:{}:a writer: 2"] {
            let text = text.replace("{}", CODE);
            assert_eq!(Checkpoint::parse(&text).unwrap().to_string(), text);
        }
        let malformed = [
            "",
            "1",
            "1:{}",
            "1:{}:",
            ":{}:w",
            "+1:{}:w",
            "01:{}:w",
            "-1:{}:w",
            "0:{}:w",
            "9223372036854775808:{}:w",
            "99999999999999999999:{}:w",
            "1:{}=:w",
            "1:{}A:w",
            "1:ungWv48Bz:w",
            "1:{}:\n",
            "1:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1:w",
        ];
        for text in malformed {
            let error = Checkpoint::parse(&text.replace("{}", CODE)).unwrap_err();
            assert_eq!(error.code(), "access.malformed_checkpoint", "{text}");
        }
    }
}
