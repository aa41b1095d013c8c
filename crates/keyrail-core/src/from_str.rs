//! `FromStr` for types that have a function that parses a string.

/// Implements `FromStr` for types. Each entry names a type, its parsing function and the function's
/// error type, for example `Timestamp: parse, Error<ErrorKind>;`.
#[doc(hidden)]
#[macro_export]
macro_rules! from_str {
    ($($type:ty: $parse:ident, $error:ty;)*) => {$(
        impl core::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::$parse(text)
            }
        }
    )*};
}
