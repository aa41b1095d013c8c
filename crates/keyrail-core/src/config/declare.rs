//! The macro that generates an object's reader and its JSON Schema from one declaration.

/// Declares how a type is read from an object. The declaration lists the object's members, each
/// with its description, its type and whether it is required, and ends with a block that creates
/// the value from the members.
///
/// ```text
/// config_object! {
///     /// The description of the object.
///     document Type (faults) {
///         /// The description of a member.
///         required name: Id;
///         optional method: Method = choice(METHODS);
///         state header: String = parse(header_name, token_schema());
///         optional length: i64 as json!({"minimum": 1});
///     } => { Some(Self { .. }) }
/// }
/// ```
///
/// `document` marks an object that can be a whole document. It may contain `version` and `$schema`,
/// even as a part of another document. A visibility before the type is the visibility of its
/// function `from_members`, which creates the value. `as "name"` after the type sets the name of
/// its definition in the JSON Schema.
///
/// The block can use each member as a variable, and adds its own faults to `faults`. A `required`
/// or `optional` member is an `Option`. If a `required` member is absent, a fault is added. A
/// `state` member is a [`MemberState`](crate::config::MemberState), which distinguishes an absent
/// member from a faulty one.
///
/// A member is read in one of three ways:
///
/// - by the implementation of [`Read`](crate::config::Read) for its type;
/// - with `parse(function, schema)`: as a string, which the function parses; `schema` is the
///   string's schema;
/// - with `choice(words)`: as one of several words.
///
/// A member can end with `as` and an object of JSON Schema keywords, which are added to the
/// member's schema. The keywords after an `as` that follows the block are added to the object's
/// schema.
#[macro_export]
macro_rules! config_object {
    (
        $(#[doc = $about:literal])*
        document $vis:vis $type:ident $(as $name:literal)? ($faults:ident) $($rest:tt)*
    ) => {
        $crate::config_object! {
            @object true [$($about)*] [$vis] $type [$($name)?] ($faults) $($rest)*
        }
    };
    (@object $document:literal [$($about:literal)*] [$vis:vis] $type:ident [$($title:literal)?] ($faults:ident) {
        $(
            $(#[doc = $doc:literal])*
            $mode:ident $name:ident: $value:ty $(= $how:ident($($args:tt)*))? $(as $extra:expr)?;
        )*
    } => $finish:block $(as $extend:expr)?) => {
        impl $type {
            /// Creates the value from its members, after all of them were read.
            $vis fn from_members(
                $faults: &$crate::config::Faults,
                ($($name,)*): ($($crate::config::MemberState<$value>,)*),
            ) -> Option<Self> {
                let _ = $faults;
                $(let $name = $crate::config_object!(@$mode $name $faults);)*
                $finish
            }
        }

        impl $crate::config::Object for $type {
            const MEMBERS: &'static [&'static str] = &[$(stringify!($name)),*];
            const IS_DOCUMENT: bool = $document;

            $(fn name() -> $crate::config::String {
                $title.into()
            })?

            fn read_members<'de, A: $crate::config::MapAccess<'de>>(
                members: $crate::config::Members<'_, '_, A>,
            ) -> Result<Option<Self>, A::Error> {
                let faults = members.faults();
                $(let mut $name = $crate::config::MemberState::Absent;)*
                members.read::<Self>(|name, member| {
                    match name {
                        $(stringify!($name) => $name.set(
                            $crate::config_object!(@read member $($how($($args)*))?)
                        ),)*
                        _ => return member.skip(),
                    }
                    Ok(())
                })?;
                Ok(Self::from_members(faults, ($($name,)*)))
            }

            fn object_schema(
                schemas: &mut $crate::config::Schemas,
            ) -> $crate::config::Value {
                let mut members = $crate::config::MemberSchemas::new($document);
                $(
                    let schema = $crate::config_object!(@schema schemas $value $(; $how($($args)*))?);
                    $(let schema = $crate::config::extend_schema(schema, $extra);)?
                    let about = concat!($($doc),*);
                    members.add(stringify!($name), stringify!($mode), about, schema);
                )*
                let schema = members.finish(concat!($($about),*));
                $(let schema = $crate::config::extend_schema(schema, $extend);)?
                schema
            }
        }
    };
    (@read $member:ident) => { $member.read()? };
    (@read $member:ident parse($parse:expr, $schema:expr)) => { $member.parse($parse)? };
    (@read $member:ident choice($words:expr)) => { $member.choice($words)? };
    (@required $name:ident $faults:ident) => { $name.required(stringify!($name), $faults) };
    (@optional $name:ident $faults:ident) => { $name.optional() };
    (@state $name:ident $faults:ident) => { $name };
    (@schema $schemas:ident $value:ty) => { <$value as $crate::config::Read>::schema($schemas) };
    (@schema $schemas:ident $value:ty; parse($parse:expr, $schema:expr)) => { $schema };
    (@schema $schemas:ident $value:ty; choice($words:expr)) => { $crate::config::words($words) };
    (
        $(#[doc = $about:literal])*
        $vis:vis $type:ident $(as $name:literal)? ($faults:ident) $($rest:tt)*
    ) => {
        $crate::config_object! {
            @object false [$($about)*] [$vis] $type [$($name)?] ($faults) $($rest)*
        }
    };
}
