//! How a table's parts are written as bytes and read again.
//!
//! Numbers stand in little-endian order, lists behind how many items they
//! have, what may be absent as a list of none or one. Reading checks every
//! bound and takes no more room than the bytes themselves could fill.

use alloc::string::String;
use alloc::vec::Vec;

use keyrail_core::EventPattern;

use crate::condition::Kind;
use crate::mode::Mode;

/// What can be written as bytes and read again.
pub(crate) trait Stored: Sized {
    fn write(&self, out: &mut Vec<u8>);

    /// Takes itself off the front of the bytes. Nothing, if it is not there.
    fn read(from: &mut &[u8]) -> Option<Self>;
}

macro_rules! stored_numbers {
    ($($number:ty)*) => {$(
        impl Stored for $number {
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

stored_numbers! { u8 u32 i32 i64 }

impl Stored for bool {
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

impl<T: Stored> Stored for Vec<T> {
    fn write(&self, out: &mut Vec<u8>) {
        (self.len() as u32).write(out);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let count = u32::read(from)? as usize;
        // Every item takes a byte at least.
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

impl<T: Stored> Stored for Option<T> {
    fn write(&self, out: &mut Vec<u8>) {
        self.is_some().write(out);
        self.iter().for_each(|item| item.write(out));
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        if bool::read(from)? { T::read(from).map(Some) } else { Some(None) }
    }
}

impl<A: Stored, B: Stored> Stored for (A, B) {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

impl<const N: usize> Stored for [u32; N] {
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

impl Stored for String {
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

impl Stored for EventPattern {
    fn write(&self, out: &mut Vec<u8>) {
        alloc::format!("{self}").write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        Self::parse(&String::read(from)?).ok()
    }
}

impl Stored for Mode {
    fn write(&self, out: &mut Vec<u8>) {
        self.ignore_case.write(out);
        self.normalize.write(out);
        self.tokens.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let (ignore_case, normalize) = (bool::read(from)?, bool::read(from)?);
        Some(Self { ignore_case, normalize, tokens: bool::read(from)? })
    }
}

/// The kinds in the order of their numbers, which never change.
const KINDS: [Kind; 11] = [
    Kind::Exact,
    Kind::Prefix,
    Kind::Suffix,
    Kind::Contains,
    Kind::Word,
    Kind::Wildcard,
    Kind::Range,
    Kind::Exists,
    Kind::Missing,
    Kind::Cidr,
    Kind::Subject,
];

impl Stored for Kind {
    fn write(&self, out: &mut Vec<u8>) {
        let number = KINDS.iter().position(|kind| kind == self).unwrap_or(KINDS.len());
        out.push(number as u8);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        KINDS.get(usize::from(u8::read(from)?)).copied()
    }
}

/// Stores a structure by its members, in this order.
macro_rules! stored {
    ($($type:ident { $($member:ident),* $(,)? })*) => {$(
        impl $crate::stored::Stored for $type {
            fn write(&self, out: &mut alloc::vec::Vec<u8>) {
                $($crate::stored::Stored::write(&self.$member, out);)*
            }

            fn read(from: &mut &[u8]) -> Option<Self> {
                Some(Self { $($member: $crate::stored::Stored::read(from)?,)* })
            }
        }
    )*};
}

pub(crate) use stored;

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use super::Stored;

    #[test]
    fn what_is_written_is_read_and_nothing_shorter_is() {
        let stored = (vec![(7_u32, Some(String::from("é")))], (true, [1_u32, 2]));
        let mut bytes = Vec::new();
        stored.write(&mut bytes);
        type Read = (Vec<(u32, Option<String>)>, (bool, [u32; 2]));
        assert_eq!(Read::read(&mut bytes.as_slice()), Some(stored));
        for end in 0..bytes.len() {
            assert_eq!(Read::read(&mut &bytes[..end]), None);
        }
    }

    #[test]
    fn a_length_beyond_the_bytes_takes_no_room() {
        let bytes = u32::MAX.to_le_bytes();
        assert_eq!(Vec::<String>::read(&mut &bytes[..]), None);
        assert_eq!(String::read(&mut &bytes[..]), None);
    }
}
