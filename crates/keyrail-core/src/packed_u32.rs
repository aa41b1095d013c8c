//! Lists of numbers. Each number of a list is stored in 1, 2 or 4 bytes, depending on the largest
//! number in the list. Data that exists once per rule is kept small, so that more of it fits in the
//! CPU's cache.

use alloc::vec::Vec;

use crate::codec::BinaryCodec;

/// An immutable list of numbers.
#[derive(Default)]
pub struct PackedU32 {
    /// The number of bytes per number: 1, 2 or 4; 0 in the default, empty list.
    width: u8,
    bytes: Vec<u8>,
}

impl PackedU32 {
    pub fn new(numbers: &[u32]) -> Self {
        let largest = numbers.iter().copied().max().unwrap_or_default();
        let width: usize = match largest {
            0..=0xff => 1,
            0x100..=0xffff => 2,
            _ => 4,
        };
        let mut bytes = Vec::with_capacity(numbers.len() * width);
        for number in numbers {
            bytes.extend(number.to_le_bytes().iter().take(width));
        }
        Self { width: width as u8, bytes }
    }

    pub const fn len(&self) -> usize {
        match self.width {
            1 => self.bytes.len(),
            2 => self.bytes.len() / 2,
            _ => self.bytes.len() / 4,
        }
    }

    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        (0..).map_while(|index| self.get(index))
    }

    #[inline]
    pub fn get(&self, index: u32) -> Option<u32> {
        let index = index as usize;
        match self.width {
            1 => self.bytes.get(index).map(|byte| u32::from(*byte)),
            2 => {
                let bytes = self.bytes.get(index.checked_mul(2)?..)?.first_chunk()?;
                Some(u16::from_le_bytes(*bytes).into())
            }
            _ => {
                let bytes = self.bytes.get(index.checked_mul(4)?..)?.first_chunk()?;
                Some(u32::from_le_bytes(*bytes))
            }
        }
    }
}

impl BinaryCodec for PackedU32 {
    fn write(&self, out: &mut Vec<u8>) {
        self.width.write(out);
        self.bytes.write(out);
    }

    fn read(from: &mut &[u8]) -> Option<Self> {
        let (width, bytes) = (u8::read(from)?, Vec::read(from)?);
        let is_valid = matches!(width, 1 | 2 | 4) && bytes.len() % usize::from(width) == 0;
        is_valid.then_some(Self { width, bytes })
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec::Vec;

    use super::PackedU32;
    use crate::codec::BinaryCodec;

    #[test]
    fn every_number_is_found_at_its_index_and_round_trips() {
        for numbers in [&[][..], &[0, 255, 7], &[0, 256, 7, 65_535], &[1, 65_536, u32::MAX, 0]] {
            let packed = PackedU32::new(numbers);
            for (index, number) in (0..).zip(numbers) {
                assert_eq!(packed.get(index), Some(*number));
            }
            assert_eq!(packed.get(numbers.len() as u32), None);
            assert_eq!(packed.get(u32::MAX), None);
            let mut bytes = Vec::new();
            packed.write(&mut bytes);
            let read = PackedU32::read(&mut bytes.as_slice()).unwrap();
            assert_eq!(read.iter().collect::<Vec<_>>(), numbers);
            assert_eq!(read.len(), numbers.len());
        }
    }
}
