//! Binary encoding of the parts of a route table.
//!
//! Numbers are little-endian, a list is preceded by the number of its items, a string is
//! preceded by its length in bytes, and an optional value is preceded by a byte: 1 if there is
//! a value, otherwise 0. Reading checks all bounds, and allocates memory only in proportion to
//! the bytes that it reads.

use alloc::string::String;

#[doc(hidden)]
pub use alloc::vec::Vec;

use crate::EventPattern;

/// A value that can be encoded as bytes and decoded.
pub trait BinaryCodec: Sized {
    /// Appends the encoded value to `out`.
    fn write(&self, out: &mut Vec<u8>);

    /// Reads a value and removes it from the start of `from`. Returns `None` if the bytes are
    /// invalid.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

macro_rules! codec_of_numbers {
    ($($number:ty)*) => {$(
        impl BinaryCodec for $number {
            fn write(&self, out: &mut Vec<u8>) {
                out.extend(self.to_le_bytes());
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                let (bytes, rest) = from.split_first_chunk()?;
                *from = rest;
                Some(Self::from_le_bytes(*bytes))
            }
        }
    )*};
}

codec_of_numbers! { u8 u32 i32 i64 }

impl BinaryCodec for bool {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        match u8::read(from)? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }
}

impl<T: BinaryCodec> BinaryCodec for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u32).write(out);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let count = u32::read(from)? as usize;
        // Every item takes at least one byte, so a larger count is invalid.
        if count > from.len() {
            return None;
        }
        let mut items = Self::new();
        for _ in 0..count {
            items.push(T::read(from)?);
        }
        items.shrink_to_fit();
        Some(items)
    }
}

impl<T: BinaryCodec> BinaryCodec for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        if bool::read(from)? { T::read(from).map(Some) } else { Some(None) }
    }
}

impl<A: BinaryCodec, B: BinaryCodec> BinaryCodec for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

impl<const N: usize> BinaryCodec for [u32; N] {
    fn write(&self, out: &mut Vec<u8>) {
        self.iter().for_each(|number| number.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let mut numbers = [0; N];
        for number in &mut numbers {
            *number = u32::read(from)?;
        }
        Some(numbers)
    }
}

impl BinaryCodec for String {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u32).write(out);
        out.extend(self.as_bytes());
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let length = u32::read(from)? as usize;
        let (bytes, rest) = from.split_at_checked(length)?;
        *from = rest;
        core::str::from_utf8(bytes).ok().map(Self::from)
    }
}

impl BinaryCodec for EventPattern {
    fn write(&self, out: &mut Vec<u8>) {
        alloc::format!("{self}").write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Self::parse(&String::read(from)?).ok()
    }
}

/// Implements [`BinaryCodec`](crate::codec::BinaryCodec) for structs: encodes their fields in
/// the order in which they are listed.
#[doc(hidden)]
#[macro_export]
macro_rules! binary_codec {
    ($($type:ident $(<$link:ty>)? { $($field:ident),* $(,)? })*) => {$(
        impl $crate::codec::BinaryCodec for $type $(<$link>)? {
            fn write(&self, out: &mut $crate::codec::Vec<u8>) {
                $($crate::codec::BinaryCodec::write(&self.$field, out);)*
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($field: $crate::codec::BinaryCodec::read(from)?,)* })
            }
        }
    )*};
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::BinaryCodec;

    #[test]
    fn values_round_trip_and_truncated_bytes_are_rejected() {
        let value = (vec![(7_u32, Some(String::from("é")))], (true, [1_u32, 2]));
        let mut bytes = Vec::new();
        value.write(&mut bytes);
        type Decoded = (Vec<(u32, Option<String>)>, (bool, [u32; 2]));
        assert_eq!(Decoded::read(&mut bytes.as_slice()), Some(value));
        for end in 0..bytes.len() {
            assert_eq!(Decoded::read(&mut &bytes[..end]), None);
        }
    }

    #[test]
    fn a_length_beyond_the_input_is_rejected_without_allocating() {
        let bytes = u32::MAX.to_le_bytes();
        assert_eq!(Vec::<String>::read(&mut &bytes[..]), None);
        assert_eq!(String::read(&mut &bytes[..]), None);
    }
}
