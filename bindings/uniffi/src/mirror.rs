//! Macros that declare copies of `keyrail` types for this layer. Only types without secrets are
//! copied.

/// Declares an enum with the variants of an enum of `keyrail`, and the conversions between the two
/// enums.
macro_rules! mirror_enum {
    ($mirror:ident of $core:ident { $($case:ident $(= $name:ident)?),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, uniffi::Enum)]
        #[expect(missing_docs, reason = "documented in `keyrail`")]
        pub enum $mirror {
            $($case),+
        }

        impl From<$core> for $mirror {
            fn from(core: $core) -> Self {
                match core {
                    $($crate::mirror::case!($core $case $($name)?) => Self::$case,)+
                }
            }
        }

        impl From<$mirror> for $core {
            fn from(mirror: $mirror) -> Self {
                match mirror {
                    $($mirror::$case => $crate::mirror::case!(Self $case $($name)?),)+
                }
            }
        }
    };
}

/// Expands to a variant of the enum of `keyrail`. The variant has the same name in both enums,
/// unless another name is given.
macro_rules! case {
    ($core:ident $case:ident) => {
        $core::$case
    };
    ($core:ident $case:ident $name:ident) => {
        $core::$name
    };
}

/// Declares a record with the fields of a struct of `keyrail`, and the conversion from the struct
/// to the record.
macro_rules! mirror_record {
    ($mirror:ident of $core:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        #[derive(Debug, uniffi::Record)]
        #[expect(missing_docs, reason = "documented in `keyrail`")]
        pub struct $mirror {
            $(pub $field: $type),+
        }

        impl From<$core> for $mirror {
            fn from(core: $core) -> Self {
                Self { $($field: core.$field.into()),+ }
            }
        }
    };
}

pub(crate) use {case, mirror_enum, mirror_record};
