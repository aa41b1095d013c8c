//! Finds a string for which some tests hold and others do not.
//!
//! A test that compares only parts of a string accepts a family of strings: `ab*` accepts all
//! strings that start with `ab`. If each `*` is replaced by a character that occurs in no test, the
//! result is one string of this family. An unused character cannot match a literal part of another
//! test. So if another test of this kind accepts this one string, it accepts the whole family.
//!
//! For tests of words, subjects and addresses, one string is not enough. Further strings are tried
//! for these tests, and the answer can be unknown.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::constraint::{Answer, Constraint};
use crate::condition::Kind;
use crate::{cidr, subject, wildcard, word};

/// Two characters that occur in no test: `letter` is a word character, and `mark` is not. Neither
/// is changed by case folding or normalization.
struct UnusedCharacters {
    letter: &'static str,
    mark: &'static str,
}

impl UnusedCharacters {
    fn of(tests: &[&[Constraint<'_>]]) -> Option<Self> {
        const LETTERS: [&str; 4] = ["\u{3400}", "\u{3401}", "\u{3402}", "\u{3403}"];
        const MARKS: [&str; 4] = ["\u{e000}", "\u{e001}", "\u{e002}", "\u{e003}"];
        let is_unused = |character: &&&str| {
            !tests.iter().copied().flatten().any(|test| test.operand.contains(**character))
        };
        let letter = LETTERS.iter().find(is_unused)?;
        Some(Self { letter, mark: MARKS.iter().find(is_unused)? })
    }
}

/// Finds a string that all wanted tests and no unwanted tests accept. There must be at least one
/// wanted test.
pub fn find(wanted: &[Constraint<'_>], unwanted: &[Constraint<'_>]) -> Answer<String> {
    let Some(unused) = UnusedCharacters::of(&[wanted, unwanted]) else { return Answer::Unknown };
    let is_match = |text: &String| {
        wanted.iter().all(|test| test.accepts_string(text))
            && !unwanted.iter().any(|test| test.accepts_string(text))
    };
    let samples = wanted.iter().flat_map(|test| test.samples(&unused));
    if let Some(text) = samples.chain(joint_samples(wanted, &unused)).find(is_match) {
        return Answer::Found(text);
    }
    let is_impossible = wanted.iter().any(|test| {
        let was_tried = test.only_text().is_some();
        was_tried || unwanted.iter().any(|other| test.implies(other, &unused))
    });
    if is_impossible { Answer::Nothing } else { Answer::Unknown }
}

/// Returns some strings that all wanted tests together may accept.
fn joint_samples(wanted: &[Constraint<'_>], unused: &UnusedCharacters) -> Vec<String> {
    if wanted.len() < 2 {
        return Vec::new();
    }
    let mut texts = Vec::new();
    let mut subjects = wanted.iter().filter(|test| test.kind == Kind::Subject);
    if let Some(first) = subjects.next() {
        let intersect =
            |pattern: String, test: &Constraint<'_>| subject::intersection(&pattern, test.operand);
        let pattern = subjects.try_fold(first.operand.to_string(), intersect);
        texts.extend(pattern.map(|pattern| replace_wildcard_tokens(&pattern, unused.letter)));
    }
    let (mut first, mut last) = (Cow::Borrowed(""), Cow::Borrowed(""));
    let mut parts = Vec::new();
    for test in wanted {
        let mut pieces = test.pieces();
        if let Some(end) = pieces.pop().filter(|end| end.len() > last.len()) {
            last = end;
        }
        let mut pieces = pieces.into_iter();
        if let Some(start) = pieces.next().filter(|start| start.len() > first.len()) {
            first = start;
        }
        parts.extend(pieces);
    }
    parts.insert(0, first);
    parts.push(last);
    texts.push(parts.join(unused.mark));
    texts
}

/// Returns the pattern with each token `*` and `>` replaced by `text`.
fn replace_wildcard_tokens(pattern: &str, text: &str) -> String {
    let token = |token| if matches!(token, "*" | ">") { text } else { token };
    pattern.split('.').map(token).collect::<Vec<_>>().join(".")
}

/// Returns an address as a string, and an IPv4 address also as an IPv4-mapped IPv6 address.
fn spellings(address: IpAddr) -> impl Iterator<Item = String> {
    let mapped = match address {
        IpAddr::V4(v4) => Some(v4.to_ipv6_mapped().to_string()),
        IpAddr::V6(_) => None,
    };
    core::iter::once(address.to_string()).chain(mapped)
}

impl<'l> Constraint<'l> {
    /// Returns the literal pieces of the strings that the test accepts. These strings start with
    /// the first piece, end with the last, and have any characters between the pieces.
    ///
    /// For a test of a word, the pieces are those of `contains`. A test without literal pieces has
    /// two empty pieces.
    fn pieces(&self) -> Vec<Cow<'l, str>> {
        let operand = Cow::Borrowed(self.operand);
        match self.kind {
            Kind::Exact => vec![operand],
            Kind::Prefix => vec![operand, "".into()],
            Kind::Suffix => vec!["".into(), operand],
            Kind::Contains | Kind::Word => vec!["".into(), operand, "".into()],
            Kind::Wildcard => {
                wildcard::pieces(self.operand).map(wildcard::Piece::literal).collect()
            }
            Kind::Range | Kind::Exists | Kind::Missing | Kind::Cidr | Kind::Subject => {
                vec!["".into(), "".into()]
            }
        }
    }

    /// Returns some strings that the test may accept.
    fn samples(&self, unused: &UnusedCharacters) -> Vec<String> {
        let UnusedCharacters { letter, mark } = *unused;
        let mut samples = match self.kind {
            Kind::Cidr => {
                let ends = cidr::ends(self.operand).map(|(first, last)| [first, last]);
                ends.into_iter().flatten().flat_map(spellings).collect()
            }
            Kind::Subject => {
                let one = replace_wildcard_tokens(self.operand, letter);
                let more = self.operand.ends_with('>').then(|| [&one, letter].join("."));
                [Some(one), more].into_iter().flatten().collect()
            }
            _ => {
                let pieces = self.pieces();
                ["", letter, mark].map(|between| pieces.join(between)).to_vec()
            }
        };
        if self.normalization.ignore_case {
            let upper: Vec<String> = samples.iter().map(|text| text.to_uppercase()).collect();
            samples.extend(upper);
        }
        samples
    }

    /// Returns whether the other test is known to accept every string that this one
    /// accepts.
    fn implies(&self, other: &Self, unused: &UnusedCharacters) -> bool {
        if self == other {
            return true;
        }
        if let Some(text) = self.only_text() {
            return other.accepts_string(text);
        }
        // Case is folded character by character, so the folded strings of a family are a family
        // too, and testing one string is enough. Normalization can combine adjacent characters, so
        // one string is not enough.
        let is_known = self.normalization.is_plain() && !other.normalization.normalize;
        if self.normalization != other.normalization && !is_known {
            return false;
        }
        let normalized = |text: &str| match self.normalization == other.normalization {
            true => text.to_string(),
            false => other.normalization.apply(text),
        };
        let is_accepted = |text: &str| other.kind.accepts_string(&normalized(text), other.operand);
        match (self.kind, other.kind) {
            (Kind::Exact, _) => is_accepted(self.operand),
            (Kind::Word, Kind::Word) => {
                word::contains_word(&normalized(self.operand), other.operand)
            }
            (Kind::Subject, Kind::Subject) => {
                subject::covers(other.operand, &normalized(self.operand))
            }
            (Kind::Cidr, Kind::Cidr) => cidr::ends(self.operand).is_some_and(|(first, last)| {
                is_accepted(&first.to_string()) && is_accepted(&last.to_string())
            }),
            (_, Kind::Word | Kind::Subject | Kind::Cidr) => false,
            (Kind::Subject, _) => is_accepted(&replace_wildcard_tokens(self.operand, unused.mark)),
            _ => is_accepted(&self.pieces().join(unused.mark)),
        }
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec::Vec;

    use super::find;
    use crate::condition::Kind;
    use crate::lint::constraint::{Answer, Constraint};
    use crate::normalization::Normalization;

    const PLAIN: Normalization =
        Normalization { ignore_case: false, normalize: false, tokens: false };
    const IGNORE_CASE: Normalization =
        Normalization { ignore_case: true, normalize: false, tokens: false };

    fn tests() -> Vec<Constraint<'static>> {
        let string_tests = [Kind::Exact, Kind::Prefix, Kind::Suffix, Kind::Contains, Kind::Word];
        let operands = ["a", "b", "ab", "ba", "a.b", "aba", ".", "b.", "a b"];
        let string_tests =
            string_tests.into_iter().flat_map(|kind| operands.map(|text| (kind, text)));
        let wildcards = ["*", "a*", "*b", "a*b", "*a*", "*a*b*", "*a*a*", "ab", "**"];
        let subjects = ["a", "a.*", "*.b", "a.>", ">", "*", "a.*.b", "*.*"];
        let networks = ["10.0.0.0/8", "10.1.0.0/16", "10.0.0.1/32", "0.0.0.0/0", "::/0", "::1/128"];
        let pattern_tests = wildcards.map(|text| (Kind::Wildcard, text)).into_iter();
        let pattern_tests = pattern_tests.chain(subjects.map(|text| (Kind::Subject, text)));
        let plain = string_tests.chain(pattern_tests).flat_map(|(kind, operand)| {
            [PLAIN, IGNORE_CASE].map(|normalization| Constraint { kind, normalization, operand })
        });
        let cidr = |operand| Constraint { kind: Kind::Cidr, normalization: PLAIN, operand };
        plain.chain(networks.map(cidr)).collect()
    }

    /// Returns all short strings of a small alphabet, and some addresses.
    fn texts() -> Vec<String> {
        let mut texts =
            ["10.0.0.0", "10.0.0.1", "10.1.2.3", "11.0.0.0", "::1", "::2", "::ffff:10.0.0.1"]
                .map(String::from)
                .to_vec();
        let mut longest = alloc::vec![String::new()];
        for _ in 0..4 {
            texts.extend(longest.iter().cloned());
            let longer =
                |text: &String| ['a', 'b', '.', 'A', ' '].map(|c| alloc::format!("{text}{c}"));
            longest = longest.iter().flat_map(longer).collect();
        }
        texts.extend(longest);
        texts
    }

    #[test]
    fn answers_about_strings_hold_for_every_short_string() {
        let (tests, texts) = (tests(), texts());
        let accepted: Vec<Vec<bool>> = tests
            .iter()
            .map(|test| texts.iter().map(|text| test.accepts_string(text)).collect())
            .collect();
        let mut counts = [0; 3];
        for (a, accepted_by_a) in tests.iter().zip(&accepted) {
            for (b, accepted_by_b) in tests.iter().zip(&accepted) {
                let pairs = || accepted_by_a.iter().zip(accepted_by_b);
                let [only_a, both] = [find(&[*a], &[*b]), find(&[*a, *b], &[])];
                let context =
                    alloc::format!("{:?} {} {:?} {}", a.kind, a.operand, b.kind, b.operand);
                match only_a {
                    Answer::Found(text) => {
                        assert!(a.accepts_string(&text) && !b.accepts_string(&text), "{context}");
                        counts[0] += 1;
                    }
                    Answer::Nothing => {
                        assert!(pairs().all(|(a, b)| !a || *b), "{context}");
                        counts[1] += 1;
                    }
                    Answer::Unknown => {
                        let by_parts = |test: &Constraint<'_>| {
                            !matches!(test.kind, Kind::Word | Kind::Subject | Kind::Cidr)
                        };
                        assert!(
                            !by_parts(a) || !by_parts(b) || a.normalization != b.normalization,
                            "{context}"
                        );
                        counts[2] += 1;
                    }
                }
                match both {
                    Answer::Found(text) => {
                        assert!(a.accepts_string(&text) && b.accepts_string(&text), "{context}");
                    }
                    Answer::Nothing => assert!(!pairs().any(|(a, b)| *a && *b), "{context}"),
                    Answer::Unknown => {}
                }
            }
        }
        // Nearly all answers are known.
        assert!(counts[2] * 20 < counts[0] + counts[1], "{counts:?}");
    }
}
