//! The four languages of the library.

use crate::{kotlin, python, repo::Repo, rust, swift, tally::Tally};

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Rust,
    Python,
    Kotlin,
    Swift,
}

impl Language {
    pub(crate) const ALL: [Self; 4] = [Self::Rust, Self::Python, Self::Kotlin, Self::Swift];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::Kotlin => "kotlin",
            Self::Swift => "swift",
        }
    }

    /// Returns the language with this name. Returns `None` for an unknown name, and for Rust, which
    /// needs no binding.
    pub(crate) fn of_binding(name: &std::ffi::OsStr) -> Option<Self> {
        [Self::Python, Self::Kotlin, Self::Swift]
            .into_iter()
            .find(|language| name == language.name())
    }

    /// Parses a list such as `rust,python`.
    pub(crate) fn list(text: &str) -> Result<Vec<Self>, String> {
        text.split(',')
            .map(|name| {
                Self::ALL.into_iter().find(|language| language.name() == name).ok_or_else(|| {
                    format!("unknown language `{name}`: expected rust, python, kotlin or swift")
                })
            })
            .collect()
    }

    /// Returns the command that installs the toolchain, or `None` if the toolchain is installed.
    pub(crate) fn missing(self, repo: &Repo) -> Option<&'static str> {
        match self {
            Self::Rust => None,
            Self::Python => python::missing(repo),
            Self::Kotlin => kotlin::missing(repo),
            Self::Swift => swift::missing(repo),
        }
    }

    /// Returns whether `cargo xtask bindings` generates sources in this language.
    pub(crate) fn is_generated(self) -> bool {
        matches!(self, Self::Kotlin | Self::Swift)
    }

    /// Runs the tests of this language, and counts them even if some fail.
    pub(crate) fn test(self, repo: &Repo, tally: &mut Tally) -> Result<(), String> {
        match self {
            Self::Rust => rust::test(repo, tally),
            Self::Python => python::test(repo, tally),
            Self::Kotlin => kotlin::test(repo, tally),
            Self::Swift => swift::test(repo, tally),
        }
    }
}
