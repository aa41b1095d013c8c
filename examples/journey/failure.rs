//! Failures: why the example could not run.

use std::fmt;
use std::path::{Path, PathBuf};

/// Why the example could not run. The message does not contain a file's content, which may
/// be secret.
pub enum Failure {
    /// The command line is invalid.
    Usage(String),
    /// A file cannot be used.
    File {
        path: PathBuf,
        /// Counted from 1.
        line: Option<usize>,
        message: String,
    },
    /// The output cannot be written, for example because the pipe is closed.
    Output(std::io::Error),
}

impl Failure {
    pub fn usage(message: impl Into<String>) -> Self {
        Self::Usage(message.into())
    }

    /// Creates a failure of a whole file.
    pub fn file(path: &Path, message: impl Into<String>) -> Self {
        Self::File { path: path.into(), line: None, message: message.into() }
    }

    /// Creates a failure of one line of a file.
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
