//! Checks that a string is a key of a layout. If it is not, a [`Rejection`] says why and where.
//!
//! Checking allocates nothing, and its result fits into registers. [`KeyFormat::error`] converts a
//! rejection to the public error.
//!
//! [`KeyFormat::error`]: crate::KeyFormat::error

use crate::Checksum;
use crate::layout::{Field, Layout};

/// The reason why a string is not a key, and the offset. Rejections are compared by cause, then by
/// offset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rejection {
    pub cause: Cause,
    pub offset: usize,
}

/// The causes of a rejection, in the order in which rejections are compared.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Cause {
    Empty,
    Prefix,
    Environment,
    Length,
    Character,
    Checksum,
}

impl Rejection {
    pub const fn at(cause: Cause, offset: usize) -> Self {
        Self { cause, offset }
    }
}

impl Layout {
    /// Checks a string, and returns the index of its environment, or `None` if keys have no
    /// environment.
    pub(crate) fn check(&self, text: &[u8]) -> Result<Option<usize>, Rejection> {
        let after_head = strip_literal(text, &self.head).ok_or(Rejection::at(Cause::Prefix, 0))?;
        let (environment, tail) = match self.split_environment(after_head) {
            Some((index, tail)) => (Some(index), tail),
            None if self.environments.is_empty() => (None, after_head),
            None => return Err(Rejection::at(Cause::Environment, self.head.len())),
        };
        if tail.len() < self.shortest {
            return Err(Rejection::at(Cause::Length, text.len()));
        }
        if tail.len() > self.longest {
            let start = text.len() - tail.len();
            return Err(Rejection::at(Cause::Length, start + self.longest));
        }
        self.check_tail(text, tail)?;
        Ok(environment)
    }

    /// Returns the index of the environment at the start of a string, and the string after it. If
    /// several environments match, the one that the separator follows is returned. If the separator
    /// follows none of them, the longest one is returned.
    fn split_environment<'t>(&self, text: &'t [u8]) -> Option<(usize, &'t [u8])> {
        let mut longest: Option<(usize, &[u8])> = None;
        for (index, name) in self.environments.iter().enumerate() {
            let Some(rest) = strip_literal(text, name) else { continue };
            if strip_literal(rest, &self.after_environment).is_some() {
                return Some((index, rest));
            }
            if longest.is_none_or(|(_, other)| rest.len() < other.len()) {
                longest = Some((index, rest));
            }
        }
        longest
    }

    /// Checks everything after the environment, from left to right.
    fn check_tail(&self, text: &[u8], tail: &[u8]) -> Result<(), Rejection> {
        let offset_of = |rest: &[u8]| text.len() - rest.len();
        let mut rest = check_literal(text, tail, &self.after_environment)?;
        let body = rest;
        for field in self.fields.iter() {
            rest = check_literal(text, rest, &field.separator)?;
            rest = field.check(text, rest)?;
        }
        let Some(checksum) = &self.checksum else { return check_end(text, rest) };
        let end = offset_of(rest);
        rest = check_literal(text, rest, &checksum.separator)?;
        let start = offset_of(rest);
        let (found, after) = rest
            .split_at_checked(checksum.length)
            .ok_or(Rejection::at(Cause::Length, text.len()))?;
        if let Some(outside) = checksum.alphabet().first_outside(found) {
            return Err(Rejection::at(Cause::Character, start + outside));
        }
        check_end(text, after)?;
        match checksum_matches(text, checksum, offset_of(body), end) {
            true => Ok(()),
            false => Err(Rejection::at(Cause::Checksum, start)),
        }
    }
}

/// Returns whether the checksum at the end of a string is correct. The last segment ends at `end`.
/// A checksum of the whole key covers all bytes before `end`; a checksum of the body covers only
/// the bytes from `body` to `end`.
fn checksum_matches(text: &[u8], checksum: &Checksum, body: usize, end: usize) -> bool {
    let before = text.get(..end).unwrap_or_default();
    let body = before.get(body..).unwrap_or_default();
    let found = text.get(end + checksum.separator.len()..).unwrap_or_default();
    checksum.matches(found, before, body)
}

impl Field {
    /// Checks the segment at the start of `rest`, and returns the bytes after it.
    fn check<'t>(&self, text: &[u8], rest: &'t [u8]) -> Result<&'t [u8], Rejection> {
        let start = text.len() - rest.len();
        if self.shortest != self.longest {
            let run = self.check_variable(start, rest)?;
            return Ok(rest.get(run..).unwrap_or_default());
        }
        let (run, after) = rest.split_at_checked(self.shortest).unwrap_or((rest, b""));
        match self.alphabet.first_outside(run) {
            Some(outside) => Err(Rejection::at(Cause::Character, start + outside)),
            None if run.len() < self.shortest => Err(Rejection::at(Cause::Length, text.len())),
            None => Ok(after),
        }
    }

    /// Checks the segment of variable length at the start of `rest`, and returns its length.
    /// `start` is the offset of the segment in the key.
    fn check_variable(&self, start: usize, rest: &[u8]) -> Result<usize, Rejection> {
        let wrong_length = |end: usize| Err(Rejection::at(Cause::Length, start + end));
        let Some(delimiter) = self.delimiter else {
            // All parts after the segment have fixed lengths, so the segment takes the remaining
            // characters.
            let length = rest.len().saturating_sub(self.after);
            if !(self.shortest..=self.longest).contains(&length) {
                return wrong_length(length.min(self.longest));
            }
            return match self.alphabet.first_outside(rest.get(..length).unwrap_or_default()) {
                Some(outside) => Err(Rejection::at(Cause::Character, start + outside)),
                None => Ok(length),
            };
        };
        let within = rest.get(..self.longest).unwrap_or(rest);
        let run = self.alphabet.run_length(within);
        match rest.get(run) {
            Some(next) if run == self.longest && self.alphabet.contains(*next) => wrong_length(run),
            Some(next) if delimiter != *next => Err(Rejection::at(Cause::Character, start + run)),
            _ if run < self.shortest => wrong_length(run),
            _ => Ok(run),
        }
    }
}

/// Returns the bytes after a literal, or `None` if the string does not start with the literal.
///
/// Most literals are a few bytes long. Of a literal of 2 or 3 bytes, only the first 2 and the last
/// 2 bytes are compared. Of a literal of 4 to 8 bytes, only the first 4 and the last 4 bytes are
/// compared. Together, these bytes always cover the whole literal; they may overlap. This is faster
/// than a call of `memcmp`.
#[inline]
fn strip_literal<'t>(text: &'t [u8], literal: &str) -> Option<&'t [u8]> {
    let (head, rest) = text.split_at_checked(literal.len())?;
    let literal = literal.as_bytes();
    let is_same = match literal.len() {
        4..=8 => has_same_ends::<4>(head, literal),
        2..=3 => has_same_ends::<2>(head, literal),
        _ => head.iter().zip(literal).all(|(a, b)| a == b),
    };
    is_same.then_some(rest)
}

#[inline]
fn has_same_ends<const N: usize>(text: &[u8], literal: &[u8]) -> bool {
    text.first_chunk::<N>() == literal.first_chunk()
        && text.last_chunk::<N>() == literal.last_chunk()
}

/// Checks that `rest` begins with a literal, and returns the bytes after it.
fn check_literal<'t>(text: &[u8], rest: &'t [u8], literal: &str) -> Result<&'t [u8], Rejection> {
    if let Some(after) = strip_literal(rest, literal) {
        return Ok(after);
    }
    let start = text.len() - rest.len();
    let common = rest.iter().zip(literal.as_bytes()).take_while(|(a, b)| a == b).count();
    let cause = if common == rest.len() { Cause::Length } else { Cause::Character };
    Err(Rejection::at(cause, start + common))
}

/// Checks that no bytes are left at the end of a string.
fn check_end(text: &[u8], rest: &[u8]) -> Result<(), Rejection> {
    match rest {
        [] => Ok(()),
        _ => Err(Rejection::at(Cause::Length, text.len() - rest.len())),
    }
}
