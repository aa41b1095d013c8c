//! `cargo xtask test`: runs the tests of every language, and prints a table.

use std::time::{Duration, Instant};

use crate::args::Wanted;
use crate::bindings;
use crate::language::Language;
use crate::repo::Repo;
use crate::table::{self, Outcome, Row};
use crate::tally::Tally;

pub(crate) fn run(repo: &Repo, wanted: &Wanted) -> Result<(), String> {
    let mut rows = Vec::new();
    let mut faults = Vec::new();
    let mut generated = None;
    for language in Language::ALL.into_iter().filter(|language| wanted.only.contains(language)) {
        if let Some(install) = language.missing(repo) {
            if wanted.require.contains(&language) {
                faults.push(format!("{} is required; to install: {install}", language.name()));
            }
            rows.push(skipped(language, install));
            continue;
        }
        let start = Instant::now();
        let mut tally = Tally::default();
        let mut result = Ok(());
        if language.is_generated() {
            result = generated.get_or_insert_with(|| bindings::generate(repo)).clone();
        }
        let result = result.and_then(|()| language.test(repo, &mut tally));
        let outcome = if result.is_ok() { Outcome::Passed } else { Outcome::Failed };
        if let Err(fault) = result {
            tally.failed = tally.failed.max(1);
            faults.push(fault);
        }
        rows.push(Row { language, tally, time: start.elapsed(), outcome });
    }
    for language in wanted.require.iter().filter(|language| !wanted.only.contains(language)) {
        faults.push(format!("{} is required, but --only excludes it", language.name()));
    }
    faults.extend(different_case_counts(&rows));
    table::print(&rows);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\nxtask: ")) }
}

fn skipped(language: Language, install: &'static str) -> Row {
    Row {
        language,
        tally: Tally::default(),
        time: Duration::ZERO,
        outcome: Outcome::Skipped { install },
    }
}

/// Returns a fault if the languages report different numbers of conformance cases, although
/// they all read the same vectors.
fn different_case_counts(rows: &[Row]) -> Option<String> {
    let mut cases = rows.iter().filter_map(|row| row.tally.conformance);
    let first = cases.next()?;
    cases
        .any(|other| other != first)
        .then(|| "the languages ran different numbers of conformance cases".into())
}
