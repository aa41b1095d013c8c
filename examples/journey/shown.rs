//! What is shown: every item, or the first of each kind.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::style::{Painted, QUIET};

/// Chooses the items that are shown.
pub struct Shown {
    all: bool,
    kinds: BTreeSet<String>,
    shown: usize,
    walked: usize,
}

impl Shown {
    /// Creates a choice of every item, or of the first of each kind.
    pub fn new(all: bool) -> Self {
        Self { all, kinds: BTreeSet::new(), shown: 0, walked: 0 }
    }

    /// Walks every item of a group, and prints those that are due, after the heading.
    /// `walk` writes what happened, and returns its kind.
    pub fn group<T>(
        &mut self,
        heading: &str,
        items: &[T],
        mut walk: impl FnMut(&T, &mut Vec<u8>) -> io::Result<String>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut has_heading = false;
        for item in items {
            let mut text = Vec::new();
            let is_new = self.kinds.insert(walk(item, &mut text)?);
            self.walked += 1;
            if !is_new && !self.all {
                continue;
            }
            if !has_heading {
                writeln!(out, "\n{heading}")?;
                has_heading = true;
            }
            self.shown += 1;
            out.write_all(&text)?;
        }
        Ok(())
    }

    /// Says how many items were left out, and how to see them.
    pub fn tell(&self, out: &mut impl Write) -> io::Result<()> {
        if self.shown == self.walked {
            return Ok(());
        }
        let left_out = format!(
            "{} of {} are shown, the first of each kind; --all shows every one",
            self.shown, self.walked
        );
        writeln!(out, "\n{}", Painted(QUIET, left_out))
    }
}
