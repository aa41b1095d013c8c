//! `cargo xtask`: the development tasks of the repository.
//!
//! `cargo xtask test` runs the tests of all four languages and prints a table; `cargo xtask ci`
//! runs all checks except the slow ones, which `--full` adds. Each language has a module that finds
//! its toolchain, runs its tests and reads the results.

mod args;
mod bindings;
mod ci;
mod counts;
mod generate;
mod hide;
mod kotlin;
mod language;
mod lint_docs;
mod package;
mod plot;
mod python;
mod ratios;
mod repo;
mod run;
mod rust;
mod swift;
mod table;
mod tally;
mod test;

use std::process::ExitCode;

use args::Command;
use language::Language;
use repo::Repo;

fn main() -> ExitCode {
    let (command, verbose) = match args::parse() {
        Ok(Some(parsed)) => parsed,
        Ok(None) => {
            anstream::print!("{}", args::HELP);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            anstream::eprintln!("xtask: {error}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    let result = Repo::find(verbose).and_then(|repo| match command {
        Command::Test(wanted) => test::run(&repo, &wanted),
        Command::Bindings => bindings::generate(&repo),
        Command::Ci { full: false } => ci::run(&repo),
        Command::Ci { full: true } => {
            ci::check_tools(&repo).and_then(|()| ci::run(&repo)).and_then(|()| ci::run_slow(&repo))
        }
        Command::Bench(extra) => match extra.first().and_then(|name| Language::of_binding(name)) {
            Some(language) => package::bench(&repo, language),
            None => ci::benches(&repo, &extra),
        },
        Command::Plot => plot::draw(&repo),
        Command::LintDocs => lint_docs::run(&repo),
        Command::Package(options) => package::run(&repo, &options),
        Command::Licenses => package::write_licenses(&repo),
        Command::NoStd => ci::no_std(&repo),
        Command::Vectors => ci::vectors(&repo),
        Command::Generate => generate::write(&repo),
        Command::SwiftToolchain => swift::install(&repo),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            anstream::eprintln!("{}xtask: {error}{:#}", run::BAD, run::BAD);
            ExitCode::FAILURE
        }
    }
}
