//! Texts: one with which some tests hold and others do not.
//!
//! A test that takes texts by their parts takes a family of them: `ab*` all
//! that start with `ab`. Where a character that no test names stands for each
//! `*`, a pattern that takes this text takes the whole family, whatever is
//! in place of that character. So one text decides whether a pattern leaves
//! anything of a family; what is tried besides is for tests that look at words,
//! tokens and addresses, and there the answer may be unknown.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec;
use alloc::vec::Vec;
use core::net::IpAddr;

use super::constraint::{Answer, Constraint};
use crate::condition::Kind;
use crate::{cidr, subject, wildcard, word};

/// Characters that no test names: one of words and one of none. Neither has a
/// case or another form.
struct Strange {
    letter: &'static str,
    mark: &'static str,
}

impl Strange {
    fn to(tests: &[&[Constraint<'_>]]) -> Option<Self> {
        const LETTERS: [&str; 4] = ["\u{3400}", "\u{3401}", "\u{3402}", "\u{3403}"];
        const MARKS: [&str; 4] = ["\u{e000}", "\u{e001}", "\u{e002}", "\u{e003}"];
        let is_strange = |character: &&&str| {
            !tests.iter().copied().flatten().any(|test| test.operand.contains(**character))
        };
        let letter = LETTERS.iter().find(is_strange)?;
        Some(Self { letter, mark: MARKS.iter().find(is_strange)? })
    }
}

/// Returns a text that all of these tests take, at least one, and none of those.
pub fn find(wanted: &[Constraint<'_>], unwanted: &[Constraint<'_>]) -> Answer<String> {
    let Some(strange) = Strange::to(&[wanted, unwanted]) else { return Answer::Unknown };
    let is_one = |text: &String| {
        wanted.iter().all(|test| test.takes_text(text))
            && !unwanted.iter().any(|test| test.takes_text(text))
    };
    let alone = wanted.iter().flat_map(|test| test.samples(&strange));
    if let Some(text) = alone.chain(together(wanted, &strange)).find(is_one) {
        return Answer::Found(text);
    }
    let is_nowhere = wanted.iter().any(|test| {
        let is_tried = test.only_text().is_some();
        is_tried || unwanted.iter().any(|other| test.implies(other, &strange))
    });
    if is_nowhere { Answer::Nothing } else { Answer::Unknown }
}

/// Texts that several tests may take at once.
fn together(wanted: &[Constraint<'_>], strange: &Strange) -> Vec<String> {
    if wanted.len() < 2 {
        return Vec::new();
    }
    let mut texts = Vec::new();
    let mut subjects = wanted.iter().filter(|test| test.kind == Kind::Subject);
    if let Some(first) = subjects.next() {
        let met = |met: String, test: &Constraint<'_>| subject::meet(&met, test.operand);
        let met = subjects.try_fold(first.operand.to_string(), met);
        texts.extend(met.map(|met| in_place_of_tokens(&met, strange.letter)));
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
    texts.push(parts.join(strange.mark));
    texts
}

fn in_place_of_tokens(pattern: &str, text: &str) -> String {
    let token = |token| if matches!(token, "*" | ">") { text } else { token };
    pattern.split('.').map(token).collect::<Vec<_>>().join(".")
}

/// An address as it is written, and of IPv4 as one of IPv6.
fn written(address: IpAddr) -> impl Iterator<Item = String> {
    let mapped = match address {
        IpAddr::V4(v4) => Some(v4.to_ipv6_mapped().to_string()),
        IpAddr::V6(_) => None,
    };
    core::iter::once(address.to_string()).chain(mapped)
}

impl<'l> Constraint<'l> {
    /// The pieces of the texts that it takes, anything between them; of a test
    /// of words, of all that have the word among them.
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

    /// Some texts that it may take.
    fn samples(&self, strange: &Strange) -> Vec<String> {
        let Strange { letter, mark } = *strange;
        let mut samples = match self.kind {
            Kind::Cidr => {
                let ends = cidr::ends(self.operand).map(|(first, last)| [first, last]);
                ends.into_iter().flatten().flat_map(written).collect()
            }
            Kind::Subject => {
                let one = in_place_of_tokens(self.operand, letter);
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

    /// Whether the other takes every text that this takes, as far as can be
    /// told.
    fn implies(&self, other: &Self, strange: &Strange) -> bool {
        if self == other {
            return true;
        }
        if let Some(text) = self.only_text() {
            return other.takes_text(text);
        }
        // A case is told character by character, so that a family of texts
        // stays one in it; normalizing joins what is side by side.
        let is_known = self.normalization.is_plain() && !other.normalization.normalize;
        if self.normalization != other.normalization && !is_known {
            return false;
        }
        let lift = |text: &str| match self.normalization == other.normalization {
            true => text.to_string(),
            false => other.normalization.apply(text),
        };
        let is_taken = |text: &str| other.kind.takes_text(&lift(text), other.operand);
        match (self.kind, other.kind) {
            (Kind::Exact, _) => is_taken(self.operand),
            (Kind::Word, Kind::Word) => word::contains_word(&lift(self.operand), other.operand),
            (Kind::Subject, Kind::Subject) => subject::covers(other.operand, &lift(self.operand)),
            (Kind::Cidr, Kind::Cidr) => cidr::ends(self.operand).is_some_and(|(first, last)| {
                is_taken(&first.to_string()) && is_taken(&last.to_string())
            }),
            (_, Kind::Word | Kind::Subject | Kind::Cidr) => false,
            (Kind::Subject, _) => is_taken(&in_place_of_tokens(self.operand, strange.mark)),
            _ => is_taken(&self.pieces().join(strange.mark)),
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
        let of_parts = [Kind::Exact, Kind::Prefix, Kind::Suffix, Kind::Contains, Kind::Word];
        let operands = ["a", "b", "ab", "ba", "a.b", "aba", ".", "b.", "a b"];
        let of_parts = of_parts.into_iter().flat_map(|kind| operands.map(|text| (kind, text)));
        let wildcards = ["*", "a*", "*b", "a*b", "*a*", "*a*b*", "*a*a*", "ab", "**"];
        let subjects = ["a", "a.*", "*.b", "a.>", ">", "*", "a.*.b", "*.*"];
        let networks = ["10.0.0.0/8", "10.1.0.0/16", "10.0.0.1/32", "0.0.0.0/0", "::/0", "::1/128"];
        let of_wholes = wildcards.map(|text| (Kind::Wildcard, text)).into_iter();
        let of_wholes = of_wholes.chain(subjects.map(|text| (Kind::Subject, text)));
        let plain = of_parts.chain(of_wholes).flat_map(|(kind, operand)| {
            [PLAIN, IGNORE_CASE].map(|normalization| Constraint { kind, normalization, operand })
        });
        let cidr = |operand| Constraint { kind: Kind::Cidr, normalization: PLAIN, operand };
        plain.chain(networks.map(cidr)).collect()
    }

    /// All short texts of a small alphabet, and some addresses.
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
        let taken: Vec<Vec<bool>> = tests
            .iter()
            .map(|test| texts.iter().map(|text| test.takes_text(text)).collect())
            .collect();
        let mut counts = [0; 3];
        for (a, of_a) in tests.iter().zip(&taken) {
            for (b, of_b) in tests.iter().zip(&taken) {
                let pairs = || of_a.iter().zip(of_b);
                let [apart, both] = [find(&[*a], &[*b]), find(&[*a, *b], &[])];
                let said = alloc::format!("{:?} {} {:?} {}", a.kind, a.operand, b.kind, b.operand);
                match apart {
                    Answer::Found(text) => {
                        assert!(a.takes_text(&text) && !b.takes_text(&text), "{said}");
                        counts[0] += 1;
                    }
                    Answer::Nothing => {
                        assert!(pairs().all(|(a, b)| !a || *b), "{said}");
                        counts[1] += 1;
                    }
                    Answer::Unknown => {
                        let by_parts = |test: &Constraint<'_>| {
                            !matches!(test.kind, Kind::Word | Kind::Subject | Kind::Cidr)
                        };
                        assert!(
                            !by_parts(a) || !by_parts(b) || a.normalization != b.normalization,
                            "{said}"
                        );
                        counts[2] += 1;
                    }
                }
                match both {
                    Answer::Found(text) => {
                        assert!(a.takes_text(&text) && b.takes_text(&text), "{said}");
                    }
                    Answer::Nothing => assert!(!pairs().any(|(a, b)| *a && *b), "{said}"),
                    Answer::Unknown => {}
                }
            }
        }
        // Nearly all is known.
        assert!(counts[2] * 20 < counts[0] + counts[1], "{counts:?}");
    }
}
