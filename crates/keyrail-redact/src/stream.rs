//! Streams: redaction of a text that comes in chunks.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::MASK;
use zeroize::Zeroizing;

use crate::engine::Engine;
use crate::redactor::Redactor;
use crate::view::LOOK_BEHIND;
use crate::writer::Writer;

/// Redacts a text that comes in chunks, of any size and cut anywhere.
///
/// The concatenated output is byte for byte what
/// [`Redactor::redact`] returns for the whole text. What may still turn out to be a
/// part of a credential is held back: at most a little more than
/// [`REDACT_WINDOW`](crate::REDACT_WINDOW) bytes and what the last chunk
/// brought. Memory does not grow with the text.
#[derive(Clone)]
pub struct RedactStream {
    redactor: Redactor,
    engine: Engine,
    /// The bytes that were not returned yet, and a few that were.
    bytes: Zeroizing<Vec<u8>>,
    /// How many of the bytes were returned.
    given: usize,
    /// How many bytes there must be before it is worth looking again.
    enough: usize,
}

impl Redactor {
    /// Returns a redactor of text that comes in chunks.
    ///
    /// ```
    /// use keyrail_redact::Redactor;
    /// let mut stream = Redactor::new([])?.stream();
    /// let mut out = stream.push("to");
    /// out.extend(stream.push("ken=hun"));
    /// out.extend(stream.push("ter2 and on"));
    /// out.extend(stream.finish());
    /// assert_eq!(out, "token=•••••••• and on".as_bytes());
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn stream(&self) -> RedactStream {
        RedactStream::new(self.clone())
    }
}

impl RedactStream {
    fn new(redactor: Redactor) -> Self {
        Self {
            redactor,
            engine: Engine::new(),
            bytes: Zeroizing::new(Vec::new()),
            given: 0,
            enough: 0,
        }
    }

    /// Redacts a chunk, and returns as much of the redacted text as is
    /// certain.
    pub fn push(&mut self, chunk: impl AsRef<[u8]>) -> Vec<u8> {
        self.bytes.extend_from_slice(chunk.as_ref());
        if self.bytes.len() < self.enough {
            return Vec::new();
        }
        let out = self.advance(false);
        // Pending bytes are read again when there is an eighth more of them, so
        // that chunks of single bytes do not take quadratic time.
        let waiting = self.bytes.len() - self.engine.at;
        self.enough = self.bytes.len() + waiting / 8;
        out
    }

    /// Returns the rest of the redacted text.
    pub fn finish(mut self) -> Vec<u8> {
        self.advance(true)
    }

    /// Takes the next chunk of a string, as [`push`](Self::push) does of bytes.
    pub fn push_text(&mut self, chunk: &str) -> String {
        text(self.push(chunk))
    }

    /// Returns the rest of a string, as [`finish`](Self::finish) does of bytes.
    pub fn finish_text(self) -> String {
        text(self.finish())
    }

    /// How many bytes are held.
    #[cfg(test)]
    pub(crate) fn held_back(&self) -> usize {
        self.bytes.len()
    }

    fn advance(&mut self, is_last: bool) -> Vec<u8> {
        let mut writer = Writer { bytes: &self.bytes, written: self.given, out: Vec::new() };
        self.redactor.run(&mut self.engine, &self.bytes, is_last, &mut writer);
        let certain = if is_last { self.bytes.len() } else { certain(&self.bytes, self.engine.at) };
        if certain > writer.written {
            writer.keep(certain);
        }
        let Writer { out, written, .. } = writer;
        self.given = written;
        let past = written.min(self.engine.at.saturating_sub(LOOK_BEHIND));
        self.bytes.drain(..past);
        self.given -= past;
        self.engine.rebase(past);
        out
    }
}

/// Returns how much is final once all signs before `at` are decided: all
/// but the characters right before it, which may begin a key.
fn certain(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(at.saturating_sub(LOOK_BEHIND)..at).unwrap_or_default();
    let may_begin_key = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'%' | b'\\')
    };
    let run = before.iter().rev().take_while(|byte| may_begin_key(byte)).count();
    // A character of several bytes is not cut.
    let character = before.get(..before.len() - run).unwrap_or_default();
    let head = character.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or_default();
    let lead = character.get(head).copied().unwrap_or_default();
    let is_cut = lead.leading_ones() as usize > character.len() - head;
    at - run - if is_cut { character.len() - head } else { 0 }
}

impl fmt::Debug for RedactStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedactStream({MASK})")
    }
}

fn text(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
