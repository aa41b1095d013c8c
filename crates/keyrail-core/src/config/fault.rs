//! Faults: the errors in a document, each with its location.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::cell::{Cell, RefCell};
use core::fmt::{self, Write as _};

use super::ConfigErrorKind;
use super::MAX_DEPTH;
use crate::{Error, Kind, is_invisible};

/// The maximum number of faults that are listed; further faults are only counted.
pub const MAX_FAULTS: usize = 100;

/// The maximum length of a printed [`ConfigError`], in bytes. Faults that do not
/// fit are counted at the end.
pub const MAX_ERROR_TEXT: usize = 16 * 1024;

/// The maximum length of a step of a fault's pointer, in bytes: a longer name is
/// truncated and ends in `…`.
pub const MAX_STEP: usize = 64;

/// The printed location of a fault that concerns the whole document.
const ROOT: &str = "the document";

/// One error in a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    code: &'static str,
    pointer: String,
    message: String,
}

impl Fault {
    /// Returns the stable, dotted code.
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the location: a JSON Pointer (RFC 6901), empty for the document as a whole.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Returns a human-readable message, which never contains text from the document.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Returns the length of the printed fault, in bytes.
    fn printed_len(&self) -> usize {
        let location = if self.pointer.is_empty() { ROOT } else { &self.pointer };
        location.len() + ": ".len() + self.message.len()
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.pointer.as_str() {
            "" => write!(f, "{ROOT}: {}", self.message),
            pointer => write!(f, "{pointer}: {}", self.message),
        }
    }
}

/// The faults of a rejected document, at least one.
#[derive(Clone, PartialEq, Eq)]
pub struct ConfigError {
    faults: Vec<Fault>,
    more: usize,
    offset: Option<usize>,
}

impl ConfigError {
    /// Returns the code of the first fault.
    pub fn code(&self) -> &'static str {
        self.faults.first().map_or("config.syntax", Fault::code)
    }

    /// Returns the byte offset of the syntax error, if there was one.
    pub const fn offset(&self) -> Option<usize> {
        self.offset
    }

    /// Returns the faults in the order in which they were found, at most [`MAX_FAULTS`].
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }

    /// Returns how many faults were found beyond those listed.
    pub const fn more(&self) -> usize {
        self.more
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        let mut more = self.more.saturating_add(self.faults.len());
        for fault in &self.faults {
            let separator = if text.is_empty() { "" } else { "; " };
            let length = text.len() + separator.len() + fault.printed_len();
            if length > MAX_ERROR_TEXT - MAX_COUNT_LEN && !text.is_empty() {
                break;
            }
            let _ = write!(text, "{separator}{fault}"); // writing to a String cannot fail
            more -= 1;
        }
        f.write_str(&text)?;
        match more {
            0 => Ok(()),
            more => write!(f, "; and {more} more"),
        }
    }
}

/// The length that is reserved for the count at the end of a printed error.
const MAX_COUNT_LEN: usize = "; and 18446744073709551615 more".len();

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl core::error::Error for ConfigError {}

/// One step of the path from the document's root to a value.
#[derive(Clone)]
pub(super) enum Step {
    Member(Cow<'static, str>),
    Index(usize),
}

impl Step {
    /// Creates the step to the member with this name. The name is truncated if it is longer than
    /// [`MAX_STEP`].
    pub(super) fn named(name: &str) -> Self {
        Self::Member(Cow::Owned(escape_name(name)))
    }
}

/// Returns a name as a step of a JSON Pointer (RFC 6901, section 3), truncated to
/// [`MAX_STEP`] bytes. Invisible characters are escaped as in Rust string literals.
fn escape_name(name: &str) -> String {
    const ELLIPSIS: char = '…';
    let mut step = String::new();
    let mut truncated_len = 0;
    for character in name.chars() {
        match character {
            '~' => step.push_str("~0"),
            '/' => step.push_str("~1"),
            // Escaping keeps the printed error on one line of a log.
            control if is_invisible(control) => step.extend(control.escape_default()),
            other => step.push(other),
        }
        if step.len() > MAX_STEP {
            step.truncate(truncated_len);
            step.push(ELLIPSIS);
            return step;
        }
        if step.len() <= MAX_STEP - ELLIPSIS.len_utf8() {
            truncated_len = step.len();
        }
    }
    step
}

/// The faults of a document that is being read, and the position of its reader.
#[derive(Default)]
pub struct Faults {
    list: RefCell<Vec<Fault>>,
    path: RefCell<Vec<Step>>,
    /// The maximum number of path steps that a pointer includes, if there is a maximum. For
    /// example, a fault inside an unknown member is reported at the object that contains the
    /// member, so that the member's name is not printed.
    shown: Cell<Option<usize>>,
    more: Cell<usize>,
    offset: Cell<Option<usize>>,
    too_deep: Cell<bool>,
}

impl Faults {
    /// Creates an empty list of faults, at the root of a document.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fault at the current position.
    pub fn add(&self, code: &'static str, message: impl Into<String>) {
        self.add_below(format_args!(""), code, message);
    }

    /// Adds a fault below the current position; `below` is a JSON
    /// Pointer from there, such as `/rules/3/queue`.
    pub fn add_below(
        &self,
        below: fmt::Arguments<'_>,
        code: &'static str,
        message: impl Into<String>,
    ) {
        if self.list.borrow().len() == MAX_FAULTS {
            self.more.set(self.more.get().saturating_add(1));
            return;
        }
        let pointer = format!("{}{below}", self.pointer());
        self.list.borrow_mut().push(Fault { code, pointer, message: message.into() });
    }

    /// Adds a coded error at the current position.
    pub fn add_error<K: Kind>(&self, error: &Error<K>) {
        self.add(error.code(), format!("{error}"));
    }

    /// Adds a fault of a kind at the current position.
    pub fn add_kind(&self, kind: impl Kind) {
        self.add_error(&Error::new(kind));
    }

    /// Adds a fault of a kind below the current position.
    pub fn add_kind_below(&self, below: fmt::Arguments<'_>, kind: impl Kind) {
        self.add_below(below, kind.code(), alloc::format!("{kind}"));
    }

    /// Replaces all faults at and below the current position with one fault of this kind. `below`
    /// is the JSON Pointer of the new fault from the current position. Use this method for a value
    /// whose other faults are only a consequence of the new fault.
    pub fn replace_here(&self, below: &str, kind: impl Kind) {
        let here = self.pointer();
        let is_outside = |fault: &Fault| match fault.pointer.strip_prefix(here.as_str()) {
            Some(rest) => !rest.is_empty() && !rest.starts_with('/'),
            None => true,
        };
        self.list.borrow_mut().retain(is_outside);
        if self.list.borrow().is_empty() {
            // The faults that were counted but not listed were at or below this position, too.
            self.more.set(0);
        }
        self.add_kind_below(format_args!("{below}"), kind);
    }

    /// Adds a fault for a duplicate member.
    pub fn add_duplicate(&self) {
        self.add_kind(ConfigErrorKind::DuplicateMember);
    }

    /// Runs `read` one step deeper, at the member with this name. Use it for values that were
    /// passed in code, so that faults have the same pointers as in a document.
    pub fn at_member<T>(&self, name: &str, read: impl FnOnce() -> T) -> T {
        self.at(Step::named(name), read)
    }

    /// Runs `read` one step deeper, at this index.
    pub fn at_index<T>(&self, index: usize, read: impl FnOnce() -> T) -> T {
        self.at(Step::Index(index), read)
    }

    fn at<T>(&self, step: Step, read: impl FnOnce() -> T) -> T {
        self.path.borrow_mut().push(step);
        let value = read();
        self.path.borrow_mut().pop();
        value
    }

    /// Returns whether no fault was found so far.
    pub fn is_empty(&self) -> bool {
        self.list.borrow().is_empty()
    }

    /// Returns the number of faults found so far, listed or not. If it is the same before and
    /// after a value is read, the value is valid.
    pub fn count(&self) -> usize {
        self.list.borrow().len().saturating_add(self.more.get())
    }

    /// Returns the value, if there is one and no fault was added.
    ///
    /// # Errors
    ///
    /// All faults that were added.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, ConfigError> {
        let faults = self.list.into_inner();
        match value {
            Some(value) if faults.is_empty() => Ok(value),
            _ => Err(ConfigError { faults, more: self.more.get(), offset: self.offset.get() }),
        }
    }

    /// Runs `read` one step deeper. After a syntax error, the position remains
    /// where the error was found.
    pub(super) fn within<T, E>(
        &self,
        step: Step,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.path.borrow_mut().push(step);
        let value = read()?;
        self.path.borrow_mut().pop();
        Ok(value)
    }

    /// Runs `read`. All faults that `read` adds are reported at the current position, so that no
    /// name below this position is echoed. If `read` fails, the document is not read further, so
    /// the previous state is not restored.
    pub(super) fn hidden<T, E>(&self, read: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let previous = self.shown.get();
        self.shown.set(previous.or(Some(self.depth())));
        let value = read()?;
        self.shown.set(previous);
        Ok(value)
    }

    pub(super) fn depth(&self) -> usize {
        self.path.borrow().len()
    }

    /// Rejects a document that is nested too deeply.
    pub(super) fn check_depth<E: serde::de::Error>(&self) -> Result<(), E> {
        if self.depth() < MAX_DEPTH {
            return Ok(());
        }
        self.too_deep.set(true);
        self.add_kind(ConfigErrorKind::TooDeep);
        Err(E::custom("too deep"))
    }

    pub(super) fn add_syntax(&self, offset: usize) {
        self.offset.set(Some(offset));
        if !self.too_deep.get() {
            self.add_kind(ConfigErrorKind::Syntax(offset));
        }
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        let shown = self.shown.get().unwrap_or(usize::MAX);
        for step in self.path.borrow().iter().take(shown) {
            let _ = match step {
                Step::Index(index) => write!(pointer, "/{index}"),
                Step::Member(name) => write!(pointer, "/{name}"),
            }; // writing to a String cannot fail
        }
        pointer
    }
}
