//! The command line.

use std::ffi::OsString;

use lexopt::prelude::*;

use crate::language::Language;

pub(crate) const HELP: &str = "\
cargo xtask COMMAND [--verbose]

  test             the tests of every language, and one table of them
      --only LIST      these languages alone: rust,python,kotlin,swift
      --require LIST   a missing toolchain of these is a failure
  bindings         build keyrail-ffi, write the Swift and Kotlin sources
  ci               the whole gate, as .ci/run calls it
      --full           and what is slow and rarely fails: 20,000 new random cases
                       of every property, a minute of fuzzing for every target
  bench [ARGS]     the benches; ARGS go to them, such as a name or --test
  plot             benches/routing-growth.svg, of the last `bench route/`
  lint-docs        how the documentation reads: verbs, `# Errors`, xtask/banned.txt
  no-std           the proof that the crates do without std
  vectors          the references that the vectors were computed from
  generate         write what is generated: JSON Schemas, docs/reference, error codes
  swift-toolchain  bring a Swift to a Debian that has none (as root)

  --verbose        show the output of every step as it comes
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
    NoStd,
    Vectors,
    Generate,
    SwiftToolchain,
}

/// Which languages `test` is to run, and which it must.
pub(crate) struct Wanted {
    pub(crate) only: Vec<Language>,
    pub(crate) require: Vec<Language>,
}

/// The command and whether it is to be verbose; none when help was asked for.
pub(crate) fn parse() -> Result<Option<(Command, bool)>, lexopt::Error> {
    let mut args = lexopt::Parser::from_env();
    let mut name = None;
    let mut verbose = false;
    let mut wanted = Wanted { only: Language::ALL.to_vec(), require: Vec::new() };
    let mut extra = Vec::new();
    let mut full = false;
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
            Long("only") if name.as_deref() == Some("test") => {
                wanted.only = args.value()?.parse_with(Language::list)?;
            }
            Long("require") if name.as_deref() == Some("test") => {
                wanted.require = args.value()?.parse_with(Language::list)?;
            }
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
        Some("no-std") => Command::NoStd,
        Some("vectors") => Command::Vectors,
        Some("generate") => Command::Generate,
        Some("swift-toolchain") => Command::SwiftToolchain,
        Some(other) => return Err(format!("no command `{other}`").into()),
    };
    Ok(Some((command, verbose)))
}
