//! Intervals of numbers. Each end is open, closed or unbounded.

use alloc::format;
use alloc::string::String;

use crate::message::canonical_number;

/// The numbers that a `range` test accepts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Interval {
    pub low: Option<End>,
    pub high: Option<End>,
}

/// One end of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct End {
    pub number: f64,
    /// Whether the number itself belongs to the interval.
    pub closed: bool,
}

impl Interval {
    /// Returns whether the interval contains no number.
    pub fn is_empty(&self) -> bool {
        let (Some(low), Some(high)) = (self.low, self.high) else { return false };
        low.number > high.number || (low.number == high.number && !(low.closed && high.closed))
    }

    pub fn contains(&self, number: f64) -> bool {
        let above =
            self.low.is_none_or(|low| low.number < number || (low.closed && low.number == number));
        above
            && self
                .high
                .is_none_or(|high| number < high.number || (high.closed && high.number == number))
    }

    /// Returns the interval as an operand, such as `gte 1 lt 5`.
    pub fn to_operand(self) -> String {
        let end = |end: Option<End>, closed, open| match end {
            None => String::new(),
            Some(end) => {
                let word = if end.closed { closed } else { open };
                format!("{word} {} ", canonical_number(end.number))
            }
        };
        let mut text = end(self.low, "gte", "gt");
        text.push_str(&end(self.high, "lte", "lt"));
        text.truncate(text.trim_end().len());
        text
    }

    /// Parses an operand such as `gte 1 lt 5`. Returns `None` if it is malformed.
    pub fn parse(operand: &str) -> Option<Self> {
        let mut interval = Self::default();
        let mut words = operand.split(' ');
        while let Some(word) = words.next() {
            let number = words.next()?.parse().ok()?;
            let closed = word.ends_with('e');
            match word {
                "gt" | "gte" => interval.low = Some(End { number, closed }),
                "lt" | "lte" => interval.high = Some(End { number, closed }),
                _ => return None,
            }
        }
        Some(interval)
    }

    /// Returns the smallest and the largest [`key`] in the interval. For an unbounded end, the key
    /// is 0 or `u64::MAX`, which no number has.
    pub fn keys(&self) -> (u64, u64) {
        let low = self.low.map_or(0, |low| key(low.number) + u64::from(!low.closed));
        let high = self.high.map_or(u64::MAX, |high| key(high.number) - u64::from(!high.closed));
        (low, high)
    }
}

/// Returns the key of a finite number. Keys are in the same order as their numbers, and are neither
/// 0 nor `u64::MAX`.
pub fn key(number: f64) -> u64 {
    const SIGN: u64 = 1 << 63;
    let bits = (number + 0.0).to_bits(); // -0 + 0 = 0
    if bits & SIGN == 0 { bits | SIGN } else { !bits }
}

/// Returns the number that has this key.
pub fn number(key: u64) -> f64 {
    const SIGN: u64 = 1 << 63;
    f64::from_bits(if key & SIGN == 0 { !key } else { key & !SIGN })
}

#[cfg(test)]
mod tests {
    use super::{End, Interval, key, number};

    #[test]
    fn numbers_round_trip_through_their_keys() {
        for value in [-9e15, -2.5, -5e-324, 0.0, 5e-324, 1.0, 9e15] {
            assert_eq!(number(key(value)).to_bits(), value.to_bits());
        }
    }

    fn interval(low: Option<(f64, bool)>, high: Option<(f64, bool)>) -> Interval {
        let end = |(number, closed)| End { number, closed };
        Interval { low: low.map(end), high: high.map(end) }
    }

    const ENDS: [Option<(f64, bool)>; 7] = [
        None,
        Some((-2.5, true)),
        Some((-2.5, false)),
        Some((0.0, true)),
        Some((-0.0, false)),
        Some((1e-7, true)),
        Some((9_007_199_254_740_992.0, false)),
    ];

    #[test]
    fn key_ranges_agree_with_interval_bounds() {
        for low in ENDS {
            for high in ENDS {
                let interval = interval(low, high);
                assert_eq!(
                    Interval::parse(&interval.to_operand()).is_some(),
                    low.or(high).is_some()
                );
                if let Some(parsed) = Interval::parse(&interval.to_operand()) {
                    assert_eq!(parsed, interval);
                }
                let (least, largest) = interval.keys();
                for number in
                    [-3.0, -2.5, -2.4, -0.0, 0.0, 1e-8, 1e-7, 1.0, 9_007_199_254_740_992.0]
                {
                    let key = key(number);
                    let expected = interval.contains(number);
                    assert_eq!((least..=largest).contains(&key), expected, "{interval:?} {number}");
                    assert!(!(interval.is_empty() && expected), "{interval:?}");
                }
            }
        }
    }
}
