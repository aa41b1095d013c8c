//! `FromStr` for types that are read from a string by a function of their own.

/// Implements `FromStr` by a function: `Timestamp: parse, Error<ErrorKind>;`.
#[doc(hidden)]
#[macro_export]
macro_rules! from_str {
    ($($type:ty: $read:ident, $error:ty;)*) => {$(
        impl core::str::FromStr for $type {
            type Err = $error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::$read(text)
            }
        }
    )*};
}
