//! Macros that declare this layer's copies of the facade's plain types, which hold no secret.

/// Declares an enum with the cases of one of the facade's, and both conversions.
macro_rules! mirror_enum {
    ($mirror:ident of $facade:ident { $($case:ident $(= $name:ident)?),+ $(,)? }) => {
        #[derive(Clone, Copy, Debug, PartialEq, uniffi::Enum)]
        #[expect(missing_docs, reason = "the facade documents it")]
        pub enum $mirror {
            $($case),+
        }

        impl From<$facade> for $mirror {
            fn from(facade: $facade) -> Self {
                match facade {
                    $($crate::mirror::case!($facade $case $($name)?) => Self::$case,)+
                }
            }
        }

        impl From<$mirror> for $facade {
            fn from(mirror: $mirror) -> Self {
                match mirror {
                    $($mirror::$case => $crate::mirror::case!(Self $case $($name)?),)+
                }
            }
        }
    };
}

/// The case of the facade's enum: of the same name, or of its own.
macro_rules! case {
    ($facade:ident $case:ident) => {
        $facade::$case
    };
    ($facade:ident $case:ident $name:ident) => {
        $facade::$name
    };
}

/// Declares a record with the fields of one of the facade's, and the conversion of that.
macro_rules! mirror_record {
    ($mirror:ident of $facade:ident { $($field:ident: $type:ty),+ $(,)? }) => {
        #[derive(Debug, uniffi::Record)]
        #[expect(missing_docs, reason = "the facade documents it")]
        pub struct $mirror {
            $(pub $field: $type),+
        }

        impl From<$facade> for $mirror {
            fn from(facade: $facade) -> Self {
                Self { $($field: facade.$field.into()),+ }
            }
        }
    };
}

pub(crate) use {case, mirror_enum, mirror_record};
