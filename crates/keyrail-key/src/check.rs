//! Checks whether a string is a key of a layout, and if not, where and why.
//!
//! Nothing is allocated, and each character is looked at once. A layout does not know
//! the format that shares it, so [`KeyFormat::explain`] adds the known environments.

use crate::environments::Environments;
use crate::layout::{Field, Layout};
use crate::{Checksum, Error, ErrorKind};

impl Layout {
    /// Checks a string, and returns the index of its environment.
    pub(crate) fn check(&self, text: &[u8]) -> Result<Option<usize>, Error> {
        let after_mark = after(text, &self.mark).ok_or(Error::at(ErrorKind::Prefix, 0))?;
        let (environment, tail) = match self.environment_in(after_mark) {
            Some((index, tail)) => (Some(index), tail),
            None if self.environments.is_empty() => (None, after_mark),
            None => {
                let kind = ErrorKind::Environment(Environments::NONE);
                return Err(Error::at(kind, self.mark.len()));
            }
        };
        if tail.len() < self.shortest {
            return Err(Error::at(ErrorKind::Length, text.len()));
        }
        if tail.len() > self.longest {
            let start = text.len() - tail.len();
            return Err(Error::at(ErrorKind::Length, start + self.longest));
        }
        self.check_tail(text, tail)?;
        Ok(environment)
    }

    /// The environment that a text begins with, and what follows it: one that
    /// its separator follows, or else the longest.
    fn environment_in<'t>(&self, text: &'t [u8]) -> Option<(usize, &'t [u8])> {
        let mut longest: Option<(usize, &[u8])> = None;
        for (index, name) in self.environments.iter().enumerate() {
            let Some(rest) = after(text, name) else { continue };
            if after(rest, &self.after_environment).is_some() {
                return Some((index, rest));
            }
            if longest.is_none_or(|(_, known)| rest.len() < known.len()) {
                longest = Some((index, rest));
            }
        }
        longest
    }

    /// Checks what is after the environment, from left to right.
    fn check_tail(&self, text: &[u8], tail: &[u8]) -> Result<(), Error> {
        let at = |rest: &[u8]| text.len() - rest.len();
        let mut rest = literal(text, tail, &self.after_environment)?;
        let body = rest;
        for field in self.fields.iter() {
            rest = literal(text, rest, &field.separator)?;
            rest = field.check(text, rest)?;
        }
        let Some(checksum) = &self.checksum else { return ends(text, rest) };
        let end = at(rest);
        rest = literal(text, rest, &checksum.separator)?;
        let start = at(rest);
        let (written, after) = rest
            .split_at_checked(checksum.length)
            .ok_or(Error::at(ErrorKind::Length, text.len()))?;
        if let Some(outside) = checksum.alphabet().first_outside(written) {
            return Err(Error::at(ErrorKind::Character, start + outside));
        }
        ends(text, after)?;
        match sum_fits(text, checksum, at(body), end) {
            true => Ok(()),
            false => Err(Error::at(ErrorKind::Checksum, start)),
        }
    }
}

/// Returns whether the checksum at the end of a string matches what is before
/// `end`, or the body, which starts at `body`.
fn sum_fits(text: &[u8], checksum: &Checksum, body: usize, end: usize) -> bool {
    let before = text.get(..end).unwrap_or_default();
    let body = before.get(body..).unwrap_or_default();
    let written = text.get(end + checksum.separator.len()..).unwrap_or_default();
    checksum.fits(written, before, body)
}

impl Field {
    /// Checks the segment that `rest` begins with, and returns what follows it.
    fn check<'t>(&self, text: &[u8], rest: &'t [u8]) -> Result<&'t [u8], Error> {
        let start = text.len() - rest.len();
        if self.shortest != self.longest {
            let run = self.check_variable(start, rest)?;
            return Ok(rest.get(run..).unwrap_or_default());
        }
        let (run, after) = rest.split_at_checked(self.shortest).unwrap_or((rest, b""));
        match self.alphabet.first_outside(run) {
            Some(outside) => Err(Error::at(ErrorKind::Character, start + outside)),
            None if run.len() < self.shortest => Err(Error::at(ErrorKind::Length, text.len())),
            None => Ok(after),
        }
    }

    /// The length of a segment of variable length.
    fn check_variable(&self, start: usize, rest: &[u8]) -> Result<usize, Error> {
        let length = |end: usize| Err(Error::at(ErrorKind::Length, start + end));
        let Some(delimiter) = self.delimiter else {
            // It takes what parts of fixed length leave over.
            let room = rest.len().saturating_sub(self.after);
            if !(self.shortest..=self.longest).contains(&room) {
                return length(room.min(self.longest));
            }
            return match self.alphabet.first_outside(rest.get(..room).unwrap_or_default()) {
                Some(outside) => Err(Error::at(ErrorKind::Character, start + outside)),
                None => Ok(room),
            };
        };
        let within = rest.get(..self.longest).unwrap_or(rest);
        let run = self.alphabet.run(within);
        match rest.get(run) {
            Some(next) if run == self.longest && self.alphabet.contains(*next) => length(run),
            Some(next) if delimiter != *next => Err(Error::at(ErrorKind::Character, start + run)),
            _ if run < self.shortest => length(run),
            _ => Ok(run),
        }
    }
}

/// Returns what follows a literal at the start of a string.
///
/// Literals are a few bytes long, for which a call to compare memory takes
/// longer than comparing: their first bytes and their last, which may overlap.
#[inline]
fn after<'t>(text: &'t [u8], literal: &str) -> Option<&'t [u8]> {
    let (head, rest) = text.split_at_checked(literal.len())?;
    let literal = literal.as_bytes();
    let is_same = match literal.len() {
        4..=8 => has_ends_of::<4>(head, literal),
        2..=3 => has_ends_of::<2>(head, literal),
        _ => head.iter().zip(literal).all(|(a, b)| a == b),
    };
    is_same.then_some(rest)
}

#[inline]
fn has_ends_of<const N: usize>(text: &[u8], literal: &[u8]) -> bool {
    text.first_chunk::<N>() == literal.first_chunk()
        && text.last_chunk::<N>() == literal.last_chunk()
}

/// Checks that `rest` begins with a literal, and returns what follows it.
fn literal<'t>(text: &[u8], rest: &'t [u8], literal: &str) -> Result<&'t [u8], Error> {
    if let Some(after) = after(rest, literal) {
        return Ok(after);
    }
    let start = text.len() - rest.len();
    let same = rest.iter().zip(literal.as_bytes()).take_while(|(a, b)| a == b).count();
    let kind = if same == rest.len() { ErrorKind::Length } else { ErrorKind::Character };
    Err(Error::at(kind, start + same))
}

fn ends(text: &[u8], rest: &[u8]) -> Result<(), Error> {
    match rest {
        [] => Ok(()),
        _ => Err(Error::at(ErrorKind::Length, text.len() - rest.len())),
    }
}
