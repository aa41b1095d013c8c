//! Chooses the items to print: all, or the first of each kind.

use std::collections::BTreeSet;
use std::io::{self, Write};

use crate::style::{DIMMED, Painted};

/// Chooses the items to print, and counts them.
pub struct Shown {
    all: bool,
    kinds: BTreeSet<String>,
    shown: usize,
    processed: usize,
}

impl Shown {
    /// Creates a filter for all items, or for the first of each kind.
    pub fn new(all: bool) -> Self {
        Self { all, kinds: BTreeSet::new(), shown: 0, processed: 0 }
    }

    /// Processes every item of a group, and prints the chosen ones after the heading.
    /// `process` writes the outcome, and returns its kind.
    pub fn group<T>(
        &mut self,
        heading: &str,
        items: &[T],
        mut process: impl FnMut(&T, &mut Vec<u8>) -> io::Result<String>,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let mut has_heading = false;
        for item in items {
            let mut text = Vec::new();
            let is_new = self.kinds.insert(process(item, &mut text)?);
            self.processed += 1;
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

    /// Prints how many items were shown, and how to see all.
    pub fn show_counts(&self, out: &mut impl Write) -> io::Result<()> {
        if self.shown == self.processed {
            return Ok(());
        }
        let left_out = format!(
            "{} of {} items are shown, the first of each kind; --all shows every item",
            self.shown, self.processed
        );
        writeln!(out, "\n{}", Painted(DIMMED, left_out))
    }
}
