//! Coded errors: one opaque type, with a kind for each cause and a stable code for each kind.
//!
//! Every crate defines its kinds and uses `Error<ErrorKind>` as its error type.
//! An error contains no part of the input that caused it, so it can be logged.

use alloc::boxed::Box;
use core::fmt;

/// The causes of one crate's errors.
///
/// `Display` writes a message that tells a person what to do. The message never contains
/// a part of the input.
pub trait Kind: fmt::Debug + fmt::Display {
    /// The stable, dotted code, such as `url.malformed_escape`.
    fn code(&self) -> &'static str;
}

/// The description of one kind of error, for the generated reference.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct KindInfo {
    pub code: &'static str,
    /// The message, with `{0}` for a field.
    pub message: &'static str,
    pub about: &'static str,
}

/// Declares the kinds of a crate's errors, each with its description, name, code and message.
///
/// ```
/// keyrail_core::error_kinds! {
///     /// The kinds of errors of a bell.
///     pub enum ErrorKind {
///         /// The bell is broken.
///         Broken = "bell.broken", "the bell is broken: repair it";
///         /// The bell has no such tone; the field suggests similar ones.
///         UnknownTone(String) = "bell.unknown_tone", "unknown tone: {0}";
///     }
/// }
/// use keyrail_core::Kind;
/// assert_eq!(ErrorKind::Broken.code(), "bell.broken");
/// assert_eq!(ErrorKind::UnknownTone("a".into()).to_string(), "unknown tone: a");
/// ```
///
/// After the enum, `of { Url(url::ErrorKind); }` includes the kinds of another crate. A crate
/// that uses the macro must depend on `thiserror`.
#[macro_export]
macro_rules! error_kinds {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {$(
            $(#[doc = $doc:literal])*
            $kind:ident $(($($field:ty),+))? = $code:literal, $message:literal;
        )*}
        $(of {$(
            $(#[doc = $other_doc:literal])*
            $other:ident($other_kind:ty);
        )*})?
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
        #[non_exhaustive]
        pub enum $name {
            $(
                $(#[doc = $doc])*
                #[doc = concat!("\n\nCode: `", $code, "`.")]
                #[error($message)]
                $kind $(($($field),+))?,
            )*
            $($(
                $(#[doc = $other_doc])*
                #[error(transparent)]
                $other($other_kind),
            )*)?
        }

        impl $name {
            /// All kinds of this enum: code, message and description of each.
            #[doc(hidden)]
            pub const LIST: &'static [$crate::KindInfo] = &[$(
                $crate::KindInfo { code: $code, message: $message, about: concat!($($doc),*) },
            )*];
        }

        impl $crate::Kind for $name {
            fn code(&self) -> &'static str {
                match self {
                    $(Self::$kind { .. } => $code,)*
                    $($(Self::$other(kind) => $crate::Kind::code(kind),)*)?
                }
            }
        }
    };
}

/// An error of a certain kind. It also contains, if known, the offset of the error in the input and
/// the name of the header that the error concerns.
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
    header: Option<Box<str>>,
}

impl<K: Kind> Error<K> {
    /// Creates an error without an offset.
    pub const fn new(kind: K) -> Self {
        Self { kind, offset: None, header: None }
    }

    /// Creates an error at a byte offset from the start of the input.
    pub const fn at(kind: K, offset: usize) -> Self {
        Self { kind, offset: Some(offset), header: None }
    }

    /// Returns the same error, with the name of the header that it concerns.
    #[must_use]
    pub fn in_header(self, name: &str) -> Self {
        Self { header: Some(name.into()), ..self }
    }

    /// Returns the cause.
    pub const fn kind(&self) -> &K {
        &self.kind
    }

    /// Returns the stable, dotted code of the cause.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Returns the byte offset of the cause from the start of the input, if it is known.
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// Returns the name of the header that the error concerns, if any. The name is never taken from
    /// the input. It is spelled as in the configuration or the specification of the header.
    pub fn header(&self) -> Option<&str> {
        self.header.as_deref()
    }

    /// Returns an error of another kind with the same offset and header.
    pub fn with_kind<L: Kind>(&self, kind: L) -> Error<L> {
        Error { kind, offset: self.offset, header: self.header.clone() }
    }
}

impl<K: Kind> fmt::Display for Error<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        match (&self.header, self.offset) {
            (Some(header), Some(offset)) => write!(f, " (header {header}, at byte {offset})"),
            (Some(header), None) => write!(f, " (header {header})"),
            (None, Some(offset)) => write!(f, " (at byte {offset})"),
            (None, None) => Ok(()),
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
