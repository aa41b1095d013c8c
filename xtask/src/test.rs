//! `cargo xtask test`: every language, one after the other, and one table.

use std::time::{Duration, Instant};

use crate::args::Wanted;
use crate::bindings;
use crate::language::Language;
use crate::repo::Repo;
use crate::table::{self, Ended, Row};
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
        let mut done = Ok(());
        if language.is_generated() {
            done = generated.get_or_insert_with(|| bindings::generate(repo)).clone();
        }
        let done = done.and_then(|()| language.test(repo, &mut tally));
        let ended = if done.is_ok() { Ended::Well } else { Ended::Badly };
        if let Err(fault) = done {
            tally.failed = tally.failed.max(1);
            faults.push(fault);
        }
        rows.push(Row { language, tally, time: start.elapsed(), ended });
    }
    for language in wanted.require.iter().filter(|language| !wanted.only.contains(language)) {
        faults.push(format!("{} is required, but --only leaves it out", language.name()));
    }
    faults.extend(disagreement(&rows));
    table::print(&rows);
    if faults.is_empty() { Ok(()) } else { Err(faults.join("\nxtask: ")) }
}

fn skipped(language: Language, install: &'static str) -> Row {
    Row {
        language,
        tally: Tally::default(),
        time: Duration::ZERO,
        ended: Ended::Skipped { install },
    }
}

/// All languages read the same vectors, so their numbers are one number.
fn disagreement(rows: &[Row]) -> Option<String> {
    let mut cases = rows.iter().filter_map(|row| row.tally.conformance);
    let first = cases.next()?;
    cases
        .any(|other| other != first)
        .then(|| "the languages ran different numbers of conformance cases".into())
}
