//! Layouts: the parts of a key of one format, in their order.
//!
//! A key is parsed from left to right and never split at a separator. A part has a fixed length, or
//! ends at the first character outside its alphabet, or takes all characters before the parts of
//! fixed length that follow it. An ambiguous declaration is rejected, so a key can be parsed in
//! only one way.

use alloc::borrow::Cow;

use crate::{Alphabet, Checksum};

/// The kind of a part of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A prefix, an environment or a separator.
    Literal,
    /// A public segment. Masks show it.
    Public,
    /// A secret segment. Masks hide it.
    Secret,
    /// The checksum. Masks hide it, because it would help to guess the secret.
    Checksum,
}

/// A part of a key.
#[derive(Clone, Copy)]
pub(crate) struct Part<'t> {
    pub text: &'t str,
    pub role: Role,
    /// The entropy of each character, in thousandths of a bit, rounded down; 0 for a literal.
    pub millibits: u32,
}

type Str = Cow<'static, str>;

/// The parts of a format's keys.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub name: Str,
    pub prefix: Str,
    /// The start of every key: the prefix and the separator after it; empty if keys have no
    /// prefix.
    pub head: Str,
    /// Empty if keys have no environment.
    pub environments: Cow<'static, [Str]>,
    /// The separator after the environment; empty if keys have no environment.
    pub after_environment: Str,
    pub fields: Cow<'static, [Field]>,
    pub checksum: Option<Checksum>,
    /// The index of the field that digests are computed from, or `None` if they are computed from
    /// the whole key.
    pub digest_field: Option<usize>,
    /// The minimum length of a key without its head and environment.
    pub shortest: usize,
    /// The maximum length of a key without its head and environment.
    pub longest: usize,
}

/// A segment, with the data to find its end in a key.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: Str,
    /// The separator before the segment. It is empty for the first segment: the separator before
    /// the first segment is the end of `head`, or is `after_environment`.
    pub separator: Str,
    pub alphabet: Alphabet,
    pub shortest: usize,
    pub longest: usize,
    pub is_secret: bool,
    /// The minimum length of everything after the segment.
    pub after: usize,
    /// The first byte of the separator after the segment, if there is one. A segment of variable
    /// length ends before this byte.
    pub delimiter: Option<u8>,
}

/// Keyrail's own format: `kr_<environment>_<id 12>_<secret 27><checksum 6>`.
pub(crate) static KEYRAIL: Layout = Layout {
    name: Cow::Borrowed("keyrail"),
    prefix: Cow::Borrowed("kr"),
    head: Cow::Borrowed("kr_"),
    environments: Cow::Borrowed(&[Cow::Borrowed("live"), Cow::Borrowed("test")]),
    after_environment: Cow::Borrowed("_"),
    fields: Cow::Borrowed(&[
        Field {
            name: Cow::Borrowed("id"),
            separator: Cow::Borrowed(""),
            alphabet: Alphabet::BASE62,
            shortest: 12,
            longest: 12,
            is_secret: false,
            after: 34,
            delimiter: Some(b'_'),
        },
        Field {
            name: Cow::Borrowed("secret"),
            separator: Cow::Borrowed("_"),
            alphabet: Alphabet::BASE62,
            shortest: 27,
            longest: 27,
            is_secret: true,
            after: 6,
            delimiter: None,
        },
    ]),
    checksum: Some(Checksum::crc32()),
    digest_field: None,
    shortest: 47,
    longest: 47,
};

impl Layout {
    /// Returns the length of the shortest key.
    pub(crate) fn shortest_key(&self) -> usize {
        let environment = self.environments.iter().map(|name| name.len()).min();
        self.head.len() + environment.unwrap_or_default() + self.shortest
    }

    /// Returns the length of the longest key.
    pub(crate) fn longest_key(&self) -> usize {
        let environment = self.environments.iter().map(|name| name.len()).max();
        self.head.len() + environment.unwrap_or_default() + self.longest
    }

    pub(crate) fn environment(&self, index: Option<usize>) -> Option<&str> {
        index.and_then(|index| self.environments.get(index)).map(|name| &**name)
    }

    /// Returns the parts of a string that [`check`](Self::check) accepted.
    pub(crate) fn parts<'a>(&'a self, text: &'a str, environment: Option<usize>) -> Parts<'a> {
        Parts {
            layout: self,
            environment: self.environment(environment).unwrap_or_default(),
            rest: text,
            step: 0,
        }
    }
}

impl Field {
    /// Returns the length of the segment at the start of `rest`, in a valid key.
    fn length_in(&self, rest: &str) -> usize {
        if self.shortest == self.longest {
            self.shortest
        } else if self.delimiter.is_some() {
            self.alphabet.run_length(rest.as_bytes())
        } else {
            rest.len().saturating_sub(self.after)
        }
    }

    const fn role(&self) -> Role {
        if self.is_secret { Role::Secret } else { Role::Public }
    }
}

/// An iterator over the non-empty parts of a valid key.
pub(crate) struct Parts<'a> {
    layout: &'a Layout,
    environment: &'a str,
    rest: &'a str,
    step: usize,
}

impl<'a> Parts<'a> {
    /// Returns the length, the role and the entropy per character of the part at a step, or `None`
    /// after the last part. The parts are the head, the environment and the separator after it;
    /// then a separator and a segment for each field; then the separator of the checksum, and the
    /// checksum.
    fn part_at(&self, step: usize) -> Option<(usize, Role, u32)> {
        let literal = |text: &str| Some((text.len(), Role::Literal, 0));
        let (index, is_separator) = match step {
            0 => return literal(&self.layout.head),
            1 => return literal(self.environment),
            2 => return literal(&self.layout.after_environment),
            _ => ((step - 3) / 2, step % 2 == 1),
        };
        match (self.layout.fields.get(index), &self.layout.checksum) {
            (Some(field), _) if is_separator => literal(&field.separator),
            (Some(field), _) => {
                let length = field.length_in(self.rest);
                Some((length, field.role(), field.alphabet.millibits()))
            }
            (None, Some(checksum)) if index == self.layout.fields.len() => {
                if is_separator {
                    return literal(&checksum.separator);
                }
                let millibits = checksum.alphabet().millibits();
                Some((checksum.length, Role::Checksum, millibits))
            }
            (None, _) => None,
        }
    }

    /// Returns the segment of the field with this index.
    pub(crate) fn segment(mut self, index: usize) -> Option<&'a str> {
        while self.step <= 3 + 2 * index {
            self.advance()?;
        }
        self.advance().map(|part| part.text)
    }

    fn advance(&mut self) -> Option<Part<'a>> {
        let (length, role, millibits) = self.part_at(self.step)?;
        self.step += 1;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Part { text, role, millibits })
    }
}

impl<'a> Iterator for Parts<'a> {
    type Item = Part<'a>;

    fn next(&mut self) -> Option<Part<'a>> {
        loop {
            let part = self.advance()?;
            if !part.text.is_empty() {
                return Some(part);
            }
        }
    }
}
