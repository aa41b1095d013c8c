//! The command line.

use std::ffi::OsString;

use lexopt::prelude::*;

use crate::language::Language;
use crate::package;

pub(crate) const HELP: &str = "\
cargo xtask COMMAND [--verbose]

  test             run the tests of every language, and print a table of the results
      --only LIST      only these languages: rust,python,kotlin,swift
      --require LIST   fail if a toolchain of these languages is missing
  bindings         build keyrail-ffi, and write the Swift and Kotlin sources
  ci               run all checks, as .ci/run does
      --full           also run slow checks that rarely fail, such as 20,000 new random
                       cases of every property, and a minute of fuzzing per target
  bench [ARGS]     run the benches with ARGS, such as a name or --test; `bench python`,
                   `bench kotlin` and `bench swift` compare the package of that language
                   with other libraries of the language
  plot             draw benches/routing-growth.svg from the last `bench route/`
  lint-docs        check the documentation: verbs, `# Errors`, the same first sentence in
                   all languages, no phrase of xtask/banned.txt
  package          build into dist/ everything that is published, with checksums
      --only LIST      only the packages of these languages
      --natives DIR    use the native libraries in DIR, which has one folder for each
                       platform, named as JNA names the platform, such as linux-x86-64; by
                       default, the library for this machine is built
      --try            also follow a new user's first steps with each package, in an empty
                       folder
  licenses         write the licences of the libraries in the packages (cargo about)
  no-std           check that the crates do not need std
  vectors          check the vectors with the reference implementations
  generate         write the generated files: JSON Schemas, docs/reference, error codes
  swift-toolchain  install Swift on Debian (as root), unless it is installed

  --verbose        show the output of every step while it runs
  --help           this text

The output of each step is kept in target/xtask/logs/.
";

pub(crate) enum Command {
    Test(Wanted),
    Bindings,
    Ci { full: bool },
    Bench(Vec<OsString>),
    Plot,
    LintDocs,
    Package(package::Options),
    Licenses,
    NoStd,
    Vectors,
    Generate,
    SwiftToolchain,
}

/// The languages whose tests run, and those whose toolchains are required.
pub(crate) struct Wanted {
    pub(crate) only: Vec<Language>,
    pub(crate) require: Vec<Language>,
}

/// Parses the command line. Returns the command and whether `--verbose` was specified, or `None`
/// if help was requested.
pub(crate) fn parse() -> Result<Option<(Command, bool)>, lexopt::Error> {
    let mut args = lexopt::Parser::from_env();
    let mut name = None;
    let mut verbose = false;
    let mut wanted = Wanted { only: Language::ALL.to_vec(), require: Vec::new() };
    let mut extra = Vec::new();
    let mut full = false;
    let (mut natives, mut try_out) = (None, false);
    while let Some(arg) = args.next()? {
        match arg {
            Short('h') | Long("help") => return Ok(None),
            Short('v') | Long("verbose") => verbose = true,
            Value(value) if name.is_none() => {
                let value = value.string()?;
                if value == "bench" {
                    extra.extend(args.raw_args()?);
                    if extra.iter().any(|argument| argument == "--help" || argument == "-h") {
                        return Ok(None);
                    }
                }
                name = Some(value);
            }
            Long("only") if matches!(name.as_deref(), Some("test" | "package")) => {
                wanted.only = args.value()?.parse_with(Language::list)?;
            }
            Long("require") if name.as_deref() == Some("test") => {
                wanted.require = args.value()?.parse_with(Language::list)?;
            }
            Long("natives") if name.as_deref() == Some("package") => {
                natives = Some(args.value()?.into());
            }
            Long("try") if name.as_deref() == Some("package") => try_out = true,
            Long("full") if name.as_deref() == Some("ci") => full = true,
            other => return Err(other.unexpected()),
        }
    }
    let command = match name.as_deref() {
        None | Some("help") => return Ok(None),
        Some("test") => Command::Test(wanted),
        Some("bindings") => Command::Bindings,
        Some("ci") => Command::Ci { full },
        Some("bench") => Command::Bench(extra),
        Some("plot") => Command::Plot,
        Some("lint-docs") => Command::LintDocs,
        Some("package") => {
            Command::Package(package::Options { only: wanted.only, natives, try_out })
        }
        Some("licenses") => Command::Licenses,
        Some("no-std") => Command::NoStd,
        Some("vectors") => Command::Vectors,
        Some("generate") => Command::Generate,
        Some("swift-toolchain") => Command::SwiftToolchain,
        Some(other) => return Err(format!("unknown command `{other}`").into()),
    };
    Ok(Some((command, verbose)))
}
