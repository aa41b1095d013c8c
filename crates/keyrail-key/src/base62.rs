//! Base62: the characters of ids, secrets and checksums, `0-9A-Za-z` in that
//! order of values.

/// How many symbols there are.
pub(crate) const SYMBOLS: u8 = 62;

/// The symbol of a value below [`SYMBOLS`].
pub(crate) const fn symbol(value: u8) -> u8 {
    match value {
        0..=9 => b'0' + value,
        10..=35 => b'A' + (value - 10),
        _ => b'a' + (value % SYMBOLS - 36),
    }
}

/// A number in six digits, the most significant first, padded with `0`.
///
/// Six digits hold every `u32`: 62^6 is about 2^35.7.
pub(crate) fn six_digits(mut number: u32) -> [u8; 6] {
    let mut digits = [b'0'; 6];
    for digit in digits.iter_mut().rev() {
        *digit = symbol((number % u32::from(SYMBOLS)) as u8);
        number /= u32::from(SYMBOLS);
    }
    digits
}

#[cfg(test)]
mod tests {
    use super::{SYMBOLS, six_digits, symbol};

    #[test]
    fn the_symbols_are_digits_then_capitals_then_small_letters() {
        let symbols: [u8; SYMBOLS as usize] = core::array::from_fn(|value| symbol(value as u8));
        assert_eq!(&symbols, b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    }

    #[test]
    fn numbers_are_padded_and_the_largest_fits() {
        assert_eq!(&six_digits(0), b"000000");
        assert_eq!(&six_digits(61), b"00000z");
        assert_eq!(&six_digits(62), b"000010");
        // 4*62^5 + 42*62^4 + 41*62^3 + 15*62^2 + 12*62 + 3 = 4294967295
        assert_eq!(&six_digits(u32::MAX), b"4gfFC3");
    }
}
