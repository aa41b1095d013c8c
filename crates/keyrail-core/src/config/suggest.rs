//! Suggestions: the known name that was probably meant by an unknown one.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;

/// The maximum number of characters of an unknown name that are compared.
const MAX_COMPARED: usize = 64;

/// The minimum length, in characters, of names that are compared approximately. Shorter names
/// must be equal except for case: `and` is not a misspelling of `any`.
const MIN_APPROXIMATE: usize = 4;

/// The maximum number of known names that are listed.
const MAX_LISTED: usize = 64;

/// The maximum length of the list of known names, in bytes.
const MAX_LISTED_BYTES: usize = 2048;

/// Returns the known name that is most similar to an unknown name, or `None` if no known name is
/// similar enough. The case of the unknown name is ignored. The number of edits between two names
/// may be at most a third of the length of the shorter name. If the shorter name has fewer than
/// four characters, the names must be equal.
///
/// ```
/// use keyrail_core::config::nearest;
/// let platforms = ["azeer", "mehery", "sceyt"];
/// assert_eq!(nearest("meherry", platforms), Some("mehery"));
/// assert_eq!(nearest("twilio", platforms), None);
/// ```
pub fn nearest<'k>(unknown: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let unknown: String = unknown.chars().take(MAX_COMPARED).flat_map(char::to_lowercase).collect();
    let length = unknown.chars().count();
    let is_near = |(distance, name): &(usize, &str)| {
        let shorter = length.min(name.chars().count());
        *distance <= if shorter < MIN_APPROXIMATE { 0 } else { shorter / 3 }
    };
    let known = known.into_iter().map(|name| (distance(&unknown, name), name));
    known.filter(is_near).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// Returns a hint on what to write instead of an unknown name: the nearest known name, or
/// a list of the known names if none is close.
///
/// ```
/// use keyrail_core::config::expected;
/// assert_eq!(expected("conut", &["id", "count"]), "did you mean count?");
/// assert_eq!(expected("sql", &["all", "any"]), "expected one of all, any");
/// ```
pub fn expected(unknown: &str, known: &[&str]) -> String {
    match (nearest(unknown, known.iter().copied()), known) {
        (Some(name), _) => format!("did you mean {name}?"),
        (None, []) => "no name is allowed here".into(),
        (None, [only]) => format!("expected {only}"),
        (None, _) => {
            let mut length = 0;
            let fits = |name: &&&str| {
                length += name.len() + 2;
                length <= MAX_LISTED_BYTES
            };
            let listed: Vec<&str> =
                known.iter().take(MAX_LISTED).take_while(fits).copied().collect();
            let more = if listed.len() < known.len() { ", …" } else { "" };
            format!("expected one of {}{more}", listed.join(", "))
        }
    }
}

/// Returns the optimal string alignment distance: the minimum number of edits that convert one
/// name to the other. An edit inserts, removes or replaces a character, or swaps two adjacent ones.
fn distance(unknown: &str, known: &str) -> usize {
    let known: Vec<char> = known.chars().collect();
    let mut two_above = vec![0; known.len() + 1];
    let mut above: Vec<usize> = (0..=known.len()).collect();
    let mut previous_a = None;
    for (i, a) in unknown.chars().take(MAX_COMPARED).enumerate() {
        let mut row = vec![i + 1];
        let mut left = i + 1;
        let mut previous_b = None;
        for ((j, b), (diagonal, up)) in
            known.iter().enumerate().zip(above.iter().zip(above.iter().skip(1)))
        {
            left = (diagonal + usize::from(a != *b)).min(up + 1).min(left + 1);
            if previous_a == Some(*b) && previous_b == Some(a) {
                let swapped = j.checked_sub(1).and_then(|j| two_above.get(j));
                left = left.min(swapped.map_or(usize::MAX, |swapped| swapped + 1));
            }
            row.push(left);
            previous_b = Some(*b);
        }
        previous_a = Some(a);
        two_above = core::mem::replace(&mut above, row);
    }
    above.last().copied().unwrap_or(usize::MAX)
}

/// A position, counted from 1, that is displayed as an English ordinal: `1st`, `12th`, `23rd`.
pub(super) struct Ordinal(pub(super) usize);

impl fmt::Display for Ordinal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let suffix = match (self.0 % 10, self.0 % 100) {
            (1, n) if n != 11 => "st",
            (2, n) if n != 12 => "nd",
            (3, n) if n != 13 => "rd",
            _ => "th",
        };
        write!(f, "{}{suffix}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::{Ordinal, distance, nearest};

    #[test]
    fn swapped_adjacent_characters_count_as_one_edit() {
        for (a, b, expected) in [
            ("", "", 0),
            ("", "abc", 3),
            ("queu", "queue", 1),
            ("kitten", "sitting", 3),
            ("conut", "count", 1),
            ("ab", "ba", 1),
            ("ca", "abc", 3),
        ] {
            assert_eq!(distance(a, b), expected, "{a} {b}");
        }
    }

    #[test]
    fn a_name_is_suggested_only_if_it_is_similar() {
        let operators = ["exact", "prefix", "suffix", "all", "any", "in", "wildcard"];
        for (unknown, expected) in [
            ("exat", Some("exact")),
            ("wildcards", Some("wildcard")),
            ("prefxi", Some("prefix")),
            ("IN", Some("in")),
            ("im", None),
            ("and", None),
            ("ip", None),
            ("regex", None),
            ("sql", None),
            ("n", None),
            ("", None),
        ] {
            assert_eq!(nearest(unknown, operators), expected, "{unknown}");
        }
        assert_eq!(nearest("name", ["app", "id", "queue"]), None);
    }

    #[test]
    fn ordinals_have_english_suffixes() {
        for (number, expected) in [
            (1, "1st"),
            (2, "2nd"),
            (3, "3rd"),
            (4, "4th"),
            (11, "11th"),
            (12, "12th"),
            (13, "13th"),
            (21, "21st"),
            (112, "112th"),
        ] {
            assert_eq!(Ordinal(number).to_string(), expected);
        }
    }
}
