//! Base62: the characters of ids, secrets and checksums. The symbols of the values 0 to 61 are
//! `0-9A-Za-z`, in that order.

/// The number of symbols.
pub(crate) const SYMBOLS: u8 = 62;

/// Returns the symbol of a value below [`SYMBOLS`].
pub(crate) const fn symbol(value: u8) -> u8 {
    match value {
        0..=9 => b'0' + value,
        10..=35 => b'A' + (value - 10),
        _ => b'a' + (value % SYMBOLS - 36),
    }
}

/// Returns a number as six digits, the most significant first, padded with `0`.
///
/// Six digits are enough for every `u32`: 62^6 is about 2^35.7.
pub(crate) fn six_digits(mut number: u32) -> [u8; 6] {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = symbol((number % u32::from(SYMBOLS)) as u8);
        number /= u32::from(SYMBOLS);
    }
    digits
}

/// Returns the number that the digits represent. The first digit is the most significant one. Ten
/// digits always fit in 64 bits, and a number with more digits may wrap around.
pub(crate) fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0_u64, |number, digit| {
        number.wrapping_mul(SYMBOLS.into()).wrapping_add(value(*digit).into())
    })
}

/// Returns the value of a symbol.
const fn value(symbol: u8) -> u8 {
    match symbol {
        0..=b'9' => symbol.wrapping_sub(b'0'),
        b':'..=b'Z' => symbol.wrapping_sub(b'A' - 10),
        _ => symbol.wrapping_sub(b'a' - 36),
    }
}

#[cfg(test)]
mod tests {
    use super::{SYMBOLS, number, six_digits, symbol, value};

    #[test]
    fn numbers_round_trip_through_their_digits() {
        assert!((0..SYMBOLS).all(|digit| value(symbol(digit)) == digit));
        for expected in [0, 1, 61, 62, 0x1234_5678, u32::MAX] {
            assert_eq!(number(&six_digits(expected)), u64::from(expected));
        }
        // 62^6 - 1, which is larger than any CRC-32.
        assert_eq!(number(b"zzzzzz"), 56_800_235_583);
    }

    #[test]
    fn the_symbols_are_digits_then_upper_case_then_lower_case() {
        let symbols: [u8; SYMBOLS as usize] = core::array::from_fn(|value| symbol(value as u8));
        assert_eq!(&symbols, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    }

    #[test]
    fn numbers_are_padded_to_six_digits_and_u32_max_fits() {
        assert_eq!(&six_digits(0), b"000000");
        assert_eq!(&six_digits(61), b"00000z");
        assert_eq!(&six_digits(62), b"000010");
        // 4*62^5 + 42*62^4 + 41*62^3 + 15*62^2 + 12*62 + 3 = 4294967295
        assert_eq!(&six_digits(u32::MAX), b"4gfFC3");
    }
}
