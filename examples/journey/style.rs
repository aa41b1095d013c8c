//! Styles: the colours, and the marks of outcomes.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Style};

pub const HEADING: Style = Style::new().bold();
pub const GOOD: Style = AnsiColor::Green.on_default();
pub const WAITING: Style = AnsiColor::Yellow.on_default();
pub const BAD: Style = AnsiColor::Red.on_default();
pub const NAME: Style = AnsiColor::Cyan.on_default();
pub const DIMMED: Style = Style::new().dimmed();

/// A text in a style. The output stream removes styles if it is not a terminal.
pub struct Painted<T>(pub Style, pub T);

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(style, text) = self;
        write!(f, "{style}{text}{style:#}")
    }
}

/// Returns a text in a style, padded to a width in characters.
pub fn padded(style: Style, text: &str, width: usize) -> Painted<String> {
    Painted(style, format!("{text:<width$}"))
}

/// Returns a word for an outcome, with the mark of success, waiting or rejection before it.
pub fn outcome(style: Style, word: &str) -> Painted<String> {
    let mark = if style == GOOD {
        '✓'
    } else if style == WAITING {
        '…'
    } else {
        '✗'
    };
    Painted(style, format!("{mark} {word:<8}"))
}
