//! The table at the end of `cargo xtask test`.

use std::time::Duration;

use crate::language::Language;
use crate::run::{BAD, DIM, GOOD, seconds};
use crate::tally::Tally;

pub(crate) struct Row {
    pub(crate) language: Language,
    pub(crate) tally: Tally,
    pub(crate) time: Duration,
    pub(crate) outcome: Outcome,
}

pub(crate) enum Outcome {
    Passed,
    Failed,
    /// The toolchain is missing. `install` is the command that installs it.
    Skipped {
        install: &'static str,
    },
}

/// Prints the table, and a line with the sums.
pub(crate) fn print(rows: &[Row]) {
    anstream::println!(
        "\n{:<10} {:>7} {:>18} {:>9}",
        "language",
        "tests",
        "conformance cases",
        "time"
    );
    for row in rows {
        print_row(row);
    }
    let sum = |count: fn(&Tally) -> u64| rows.iter().map(|row| count(&row.tally)).sum::<u64>();
    let (passed, failed, skipped) = (sum(|t| t.passed), sum(|t| t.failed), sum(|t| t.skipped));
    anstream::print!("\n{passed} passed, {failed} failed");
    match skipped {
        0 => anstream::println!(),
        _ => anstream::println!(", {skipped} skipped"),
    }
}

fn print_row(row: &Row) {
    let name = row.language.name();
    let Tally { passed, failed, conformance, .. } = &row.tally;
    let (style, remark) = match row.outcome {
        Outcome::Passed => (GOOD, ""),
        Outcome::Failed => (BAD, "  FAILED"),
        Outcome::Skipped { install } => {
            anstream::println!("{DIM}{name:<10} skipped; to install: {install}{DIM:#}");
            return;
        }
    };
    let tests = passed + failed;
    let cases = conformance.map_or("-".into(), |cases| cases.to_string());
    let time = seconds(row.time);
    anstream::println!(
        "{style}{name:<10}{style:#} {tests:>7} {cases:>18} {time:>9}{style}{remark}{style:#}"
    );
}
