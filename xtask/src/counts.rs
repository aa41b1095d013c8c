//! Parses the output of the test runners: the numbers of tests and conformance cases.

use crate::tally::Tally;

/// Returns the number in the line `conformance: N cases`, which a runner must print exactly once.
/// The line may start with the runner's progress marks.
pub(crate) fn conformance(output: &str) -> Result<u64, String> {
    let found: Vec<u64> = output.lines().filter_map(conformance_line).collect();
    match found[..] {
        [cases] => Ok(cases),
        [] => Err("the runner printed no `conformance: N cases`".into()),
        _ => Err(format!("the runner printed `conformance: N cases` {} times", found.len())),
    }
}

fn conformance_line(line: &str) -> Option<u64> {
    let (_, rest) = line.split_once("conformance: ")?;
    rest.strip_suffix(" cases")?.parse().ok()
}

/// Adds the counts of `cargo test`, which prints a line per test binary:
/// `test result: ok. 12 passed; 0 failed; 1 ignored; ...`.
pub(crate) fn cargo(output: &str, tally: &mut Tally) {
    for line in output.lines().filter(|line| line.starts_with("test result: ")) {
        tally.passed += before(line, " passed");
        tally.failed += before(line, " failed");
        tally.skipped += before(line, " ignored");
    }
}

/// Adds the counts of pytest from its last line: `12 passed, 1 skipped in 0.31s`.
pub(crate) fn pytest(output: &str, tally: &mut Tally) {
    if let Some(line) = output.lines().rfind(|line| line.contains(" in ") && line.contains('s')) {
        tally.passed += before(line, " passed");
        tally.failed += before(line, " failed") + before(line, " error");
        tally.skipped += before(line, " skipped");
    }
}

/// Sets the counts from Surefire's line for all classes: `Tests run: 12, Failures: 0, Errors: 0,
/// Skipped: 0`. The line for a single class is ignored: it also contains a time or the class's
/// name.
pub(crate) fn surefire(output: &str, tally: &mut Tally) {
    let total = output.lines().rfind(|line| {
        line.contains("Tests run: ") && !line.contains("Time elapsed") && !line.contains(" in ")
    });
    if let Some(line) = total {
        let run = after(line, "Tests run: ");
        tally.failed = after(line, "Failures: ") + after(line, "Errors: ");
        tally.skipped = after(line, "Skipped: ");
        tally.passed = run.saturating_sub(tally.failed + tally.skipped);
    }
}

/// Sets the counts from the output of Swift Testing: the line `Test run with 12 tests passed
/// after 0.3 seconds.`, and one line per failed or skipped test.
pub(crate) fn swift_testing(output: &str, tally: &mut Tally) {
    let single = |line: &&str, end: &str| {
        line.contains(" Test ") && !line.contains(" Test run ") && line.contains(end)
    };
    tally.failed = output.lines().filter(|line| single(line, " failed after ")).count() as u64;
    tally.skipped = output.lines().filter(|line| single(line, " skipped")).count() as u64;
    if let Some(line) = output.lines().rfind(|line| line.contains("Test run with ")) {
        let run = after(line, "Test run with ");
        tally.passed = run.saturating_sub(tally.failed + tally.skipped);
    }
}

/// Returns the number directly before `word`, or 0.
fn before(line: &str, word: &str) -> u64 {
    let Some((head, _)) = line.split_once(word) else {
        return 0;
    };
    let digits = head.rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    head[digits..].parse().unwrap_or(0)
}

/// Returns the number directly after `word`, or 0.
fn after(line: &str, word: &str) -> u64 {
    let Some((_, tail)) = line.split_once(word) else {
        return 0;
    };
    let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
    tail[..end].parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(count: fn(&str, &mut Tally), output: &str) -> (u64, u64, u64) {
        let mut tally = Tally::default();
        count(output, &mut tally);
        (tally.passed, tally.failed, tally.skipped)
    }

    #[test]
    fn cargo_counts_are_summed_over_binaries() {
        let output = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out\n\
                      noise\n\
                      test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!(read(cargo, output), (15, 2, 1));
    }

    #[test]
    fn pytest_counts_are_read_from_the_last_line() {
        assert_eq!(read(pytest, "..x\n12 passed, 1 skipped in 0.31s\n"), (12, 0, 1));
        assert_eq!(read(pytest, "2 failed, 10 passed, 1 error in 1.20s"), (10, 3, 0));
    }

    #[test]
    fn surefire_class_lines_are_not_counted() {
        let output = "[INFO] Tests run: 2, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 1 s -- in A\n\
                      [INFO] Tests run: 7, Failures: 1, Errors: 1, Skipped: 2\n";
        assert_eq!(read(surefire, output), (3, 2, 2));
    }

    #[test]
    fn swift_testing_failures_are_counted() {
        let output = "\u{2718} Test bad() failed after 0.001 seconds with 1 issue.\n\
                      \u{2718} Test run with 3 tests failed after 0.001 seconds with 1 issue.\n";
        assert_eq!(read(swift_testing, output), (2, 1, 0));
        let output = "\u{2714} Test run with 41 tests in 3 suites passed after 0.2 seconds.";
        assert_eq!(read(swift_testing, output), (41, 0, 0));
    }

    #[test]
    fn the_conformance_count_must_appear_exactly_once() {
        assert_eq!(conformance("...conformance: 140 cases\n"), Ok(140));
        assert!(conformance("nothing").is_err());
        assert!(conformance("conformance: 1 cases\nconformance: 1 cases").is_err());
    }
}
