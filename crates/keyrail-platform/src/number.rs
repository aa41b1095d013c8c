//! JSON numbers. JSON has only one type of numbers (RFC 8259, section 6): `1`, `1.0` and
//! `1e0` are equal.

/// The largest absolute value of a number that is accepted as a float. Up to this limit, a float
/// represents every whole number exactly.
const EXACT: f64 = 9e15;

/// Parses a JSON number and drops its fraction. Returns `None` if the text is not a number, or if
/// the number is out of range.
pub(crate) fn truncated(text: &str) -> Option<i64> {
    match text.parse() {
        Ok(number) => Some(number),
        Err(_) => {
            let number = text.parse::<f64>().ok().filter(|number| number.abs() <= EXACT)?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "in range, and truncated on purpose"
            )]
            Some(number as i64)
        }
    }
}

/// Parses a JSON number. Returns `None` if it is not a whole number, or if it is out of range.
pub(crate) fn whole(text: &str) -> Option<i64> {
    let number = truncated(text)?;
    #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "exact up to 9e15")]
    let is_whole = |float: f64| float == number as f64;
    let is_integer = text.parse::<i64>().is_ok();
    (is_integer || text.parse().is_ok_and(is_whole)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::{truncated, whole};

    #[test]
    fn a_whole_number_is_read_in_any_notation() {
        for text in ["1", "1.0", "1.000", "1e0", "10E-1", "0.1e1"] {
            assert_eq!(whole(text), Some(1), "{text}");
        }
        assert_eq!(whole("-0.0"), Some(0));
        assert_eq!(whole("9223372036854775807"), Some(i64::MAX));
        for text in ["1.5", "1e-1", "1e300", "9223372036854775808", "\"1\"", "true", "null", ""] {
            assert_eq!(whole(text), None, "{text}");
        }
    }

    #[test]
    fn a_fraction_is_truncated() {
        assert_eq!(truncated("1.9"), Some(1));
        assert_eq!(truncated("-1.9"), Some(-1));
        assert_eq!(truncated("1e16"), None);
    }
}
