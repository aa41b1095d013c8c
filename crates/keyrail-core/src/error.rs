//! Coded errors: one opaque type, a kind a cause, a stable code a kind.
//!
//! Every crate names its own kinds and uses `Error<ErrorKind>` as its error.
//! An error holds no piece of the input that caused it, so it can be logged.

use core::fmt;

/// The causes of one crate's errors.
///
/// `Display` is a sentence that tells a person what to do; it never holds a
/// piece of the input.
pub trait Kind: fmt::Debug + fmt::Display {
    /// The stable, dotted code, such as `url.malformed_escape`.
    fn code(&self) -> &'static str;
}

/// An error with a kind, and the place in the input where it was met.
///
/// ```
/// use keyrail_core::{Network, ErrorKind};
/// let error = Network::parse("203.0.113.7/24").unwrap_err();
/// assert_eq!(error.kind(), &ErrorKind::NetworkHostBits);
/// assert_eq!(error.code(), "network.host_bits");
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Error<K> {
    kind: K,
    offset: Option<usize>,
}

impl<K: Kind> Error<K> {
    /// An error that concerns the input as a whole.
    pub const fn new(kind: K) -> Self {
        Self { kind, offset: None }
    }

    /// An error at a place: `offset` bytes from the start of the input.
    pub const fn at(kind: K, offset: usize) -> Self {
        Self { kind, offset: Some(offset) }
    }

    /// The cause.
    pub const fn kind(&self) -> &K {
        &self.kind
    }

    /// The stable, dotted code of the cause.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Where the cause was met, in bytes from the start of the input.
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }
}

impl<K: Kind> fmt::Display for Error<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.offset {
            Some(offset) => write!(f, "{} (at byte {offset})", self.kind),
            None => write!(f, "{}", self.kind),
        }
    }
}

impl<K: Kind> fmt::Debug for Error<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.code())
    }
}

impl<K: Kind> core::error::Error for Error<K> {}

impl<K: Kind> From<K> for Error<K> {
    fn from(kind: K) -> Self {
        Self::new(kind)
    }
}
