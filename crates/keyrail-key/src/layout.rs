//! Layouts: the parts of a key of one format, in their order.
//!
//! A key is read from left to right and never split at a separator: each part
//! either has a fixed length, or ends where its alphabet does, or takes what
//! parts of fixed length leave over. A declaration that would be ambiguous
//! is rejected, so a key can be parsed in only one way.

use alloc::borrow::Cow;

use crate::{Alphabet, Checksum};

/// What a part of a key is to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The same in all keys, or one of a few: prefix, environment, separator.
    Literal,
    /// A segment that may be seen.
    Public,
    /// A segment that may not.
    Secret,
    /// The checksum: it would help to guess the secret.
    Checksum,
}

/// A part of a key.
#[derive(Clone, Copy)]
pub(crate) struct Part<'t> {
    pub text: &'t str,
    pub role: Role,
    /// What a character of it carries, in thousandths of a bit, rounded down;
    /// 0 for a literal.
    pub bits: u32,
}

type Text = Cow<'static, str>;

/// The parts of a format's keys.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub name: Text,
    pub prefix: Text,
    /// What every key begins with: the prefix and the separator after it.
    pub mark: Text,
    /// Empty where keys name no environment.
    pub environments: Cow<'static, [Text]>,
    /// The separator after the environment; empty where there is none.
    pub after_environment: Text,
    pub fields: Cow<'static, [Field]>,
    pub checksum: Option<Checksum>,
    /// The lengths of what is after the environment.
    pub shortest: usize,
    pub longest: usize,
}

/// A segment in its place.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub name: Text,
    /// What is right before; nothing before the first, for that is a part
    /// of the mark or of what follows the environment.
    pub separator: Text,
    pub alphabet: Alphabet,
    pub shortest: usize,
    pub longest: usize,
    pub is_secret: bool,
    /// The shortest length of all that is after it.
    pub after: usize,
    /// What the separator after it begins with, where there is one: a segment
    /// of variable length ends there.
    pub delimiter: Option<u8>,
}

/// Keyrail's own: `kr_<environment>_<id 12>_<secret 27><checksum 6>`.
pub(crate) static KEYRAIL: Layout = Layout {
    name: Cow::Borrowed("keyrail"),
    prefix: Cow::Borrowed("kr"),
    mark: Cow::Borrowed("kr_"),
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
    shortest: 47,
    longest: 47,
};

impl Layout {
    /// Returns how many characters a key has at least.
    pub(crate) fn shortest_key(&self) -> usize {
        let environment = self.environments.iter().map(|name| name.len()).min();
        self.mark.len() + environment.unwrap_or_default() + self.shortest
    }

    /// Returns how many characters a key has at most.
    pub(crate) fn longest_key(&self) -> usize {
        let environment = self.environments.iter().map(|name| name.len()).max();
        self.mark.len() + environment.unwrap_or_default() + self.longest
    }

    pub(crate) fn environment(&self, index: Option<usize>) -> Option<&str> {
        index.and_then(|index| self.environments.get(index)).map(|name| &**name)
    }

    /// The parts of a string that [`check`](Self::check) accepted.
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
    /// How long the segment is that `rest` begins with, in a sound key.
    fn length_in(&self, rest: &str) -> usize {
        if self.shortest == self.longest {
            self.shortest
        } else if self.delimiter.is_some() {
            self.alphabet.run(rest.as_bytes())
        } else {
            rest.len().saturating_sub(self.after)
        }
    }

    const fn role(&self) -> Role {
        if self.is_secret { Role::Secret } else { Role::Public }
    }
}

/// Walks the parts of a sound key; none of them is empty.
pub(crate) struct Parts<'a> {
    layout: &'a Layout,
    environment: &'a str,
    rest: &'a str,
    step: usize,
}

impl<'a> Parts<'a> {
    /// Length, role and bits of what is at a step: the mark, the
    /// environment, the separator after it, then a separator and a segment for
    /// each field, and for the checksum.
    fn at(&self, step: usize) -> Option<(usize, Role, u32)> {
        let literal = |text: &str| Some((text.len(), Role::Literal, 0));
        let (index, is_separator) = match step {
            0 => return literal(&self.layout.mark),
            1 => return literal(self.environment),
            2 => return literal(&self.layout.after_environment),
            _ => ((step - 3) / 2, step % 2 == 1),
        };
        match (self.layout.fields.get(index), &self.layout.checksum) {
            (Some(field), _) if is_separator => literal(&field.separator),
            (Some(field), _) => {
                let length = field.length_in(self.rest);
                Some((length, field.role(), field.alphabet.thousandths()))
            }
            (None, Some(checksum)) if index == self.layout.fields.len() => {
                if is_separator {
                    return literal(&checksum.separator);
                }
                let bits = checksum.alphabet().thousandths();
                Some((checksum.length, Role::Checksum, bits))
            }
            (None, _) => None,
        }
    }

    /// The segment of that index, in the order of the fields.
    pub(crate) fn segment(mut self, index: usize) -> Option<&'a str> {
        while self.step <= 3 + 2 * index {
            self.advance()?;
        }
        self.advance().map(|part| part.text)
    }

    fn advance(&mut self) -> Option<Part<'a>> {
        let (length, role, bits) = self.at(self.step)?;
        self.step += 1;
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(Part { text, role, bits })
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
