//! Streams: redaction of a text that arrives in chunks.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::MASK;
use zeroize::Zeroizing;

use crate::engine::Engine;
use crate::redactor::Redactor;
use crate::view::LOOK_BEHIND;
use crate::writer::Writer;

/// Redacts a text that arrives in chunks. A chunk may have any size, and may end at any byte.
///
/// The concatenated output is byte for byte the result of [`Redactor::redact`] for the
/// whole text. Between chunks, the stream holds back text that may be part of a credential: at
/// most a little more than [`REDACT_WINDOW`](crate::REDACT_WINDOW) bytes, plus the
/// last chunk. The memory that it uses does not grow with the text.
#[derive(Clone)]
pub struct RedactStream {
    redactor: Redactor,
    engine: Engine,
    /// A few bytes that were already returned but that the rules may still read, followed by the
    /// bytes that were not returned yet.
    bytes: Zeroizing<Vec<u8>>,
    /// The number of bytes at the start of `bytes` that were already returned or replaced.
    returned: usize,
    /// The length that `bytes` must reach before the pending bytes are read again.
    next_read_len: usize,
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
            returned: 0,
            next_read_len: 0,
        }
    }

    /// Redacts a chunk, and returns the part of the redacted text that later chunks cannot
    /// change.
    pub fn push(&mut self, chunk: impl AsRef<[u8]>) -> Vec<u8> {
        self.bytes.extend_from_slice(chunk.as_ref());
        if self.bytes.len() < self.next_read_len {
            return Vec::new();
        }
        let out = self.advance(false);
        // Pending bytes are read again when their number has grown by an eighth, so
        // that chunks of single bytes do not take quadratic time.
        let pending = self.bytes.len() - self.engine.at;
        self.next_read_len = self.bytes.len() + pending / 8;
        out
    }

    /// Returns the rest of the redacted text.
    pub fn finish(mut self) -> Vec<u8> {
        self.advance(true)
    }

    /// Redacts a chunk of a string the way [`push`](Self::push) redacts bytes.
    pub fn push_text(&mut self, chunk: &str) -> String {
        to_string(self.push(chunk))
    }

    /// Returns the rest of the redacted text as a string.
    pub fn finish_text(self) -> String {
        to_string(self.finish())
    }

    /// Returns the number of bytes in the buffer.
    #[cfg(test)]
    pub(crate) fn held_back(&self) -> usize {
        self.bytes.len()
    }

    fn advance(&mut self, is_last: bool) -> Vec<u8> {
        let mut writer = Writer { bytes: &self.bytes, written: self.returned, out: Vec::new() };
        self.redactor.run(&mut self.engine, &self.bytes, is_last, &mut writer);
        let final_len =
            if is_last { self.bytes.len() } else { final_length(&self.bytes, self.engine.at) };
        if final_len > writer.written {
            writer.keep(final_len);
        }
        let Writer { out, written, .. } = writer;
        self.returned = written;
        let dropped = written.min(self.engine.at.saturating_sub(LOOK_BEHIND));
        self.bytes.drain(..dropped);
        self.returned -= dropped;
        self.engine.rebase(dropped);
        out
    }
}

/// Returns the number of bytes that cannot change any more once the engine has read the text before
/// `at`: all bytes before `at`, except those directly before `at` that may be the start of a key.
fn final_length(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(at.saturating_sub(LOOK_BEHIND)..at).unwrap_or_default();
    let may_begin_key = |byte: &u8| {
        byte.is_ascii_alphanumeric()
            || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'%' | b'\\')
    };
    let run = before.iter().rev().take_while(|byte| may_begin_key(byte)).count();
    // A character of several bytes is not split.
    let rest = before.get(..before.len() - run).unwrap_or_default();
    let last = rest.iter().rposition(|byte| byte & 0xc0 != 0x80).unwrap_or_default();
    let first_byte = rest.get(last).copied().unwrap_or_default();
    let is_cut = first_byte.leading_ones() as usize > rest.len() - last;
    at - run - if is_cut { rest.len() - last } else { 0 }
}

impl fmt::Debug for RedactStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RedactStream({MASK})")
    }
}

fn to_string(bytes: Vec<u8>) -> String {
    match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    }
}
