//! Failures: why a walk could not be made.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why a walk could not be made, in words for who asked for it. It repeats
/// nothing of what is in a file: a secret might.
pub enum Failure {
    /// The command line is wrong.
    Usage(String),
    /// A file cannot be used.
    File {
        path: PathBuf,
        /// Counted from 1.
        line: Option<usize>,
        message: String,
    },
    /// Nobody reads the output any more, or it cannot be written.
    Output(std::io::Error),
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// A failure of a file as a whole.
    pub fn file(path: &Path, message: impl Into<String>) -> Self {
        Self::File { path: path.into(), line: None, message: message.into() }
    }

    /// A failure of one line of a file.
    pub fn line(path: &Path, line: usize, message: impl Into<String>) -> Self {
        Self::File { path: path.into(), line: Some(line), message: message.into() }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(message) => write!(f, "{message}; try --help"),
            Self::File { path, line: None, message } => write!(f, "{}: {message}", path.display()),
            Self::File { path, line: Some(line), message } => {
                write!(f, "{}:{line}: {message}", path.display())
            }
            Self::Output(error) => write!(f, "the output cannot be written: {error}"),
        }
    }
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::Output(error)
    }
}
