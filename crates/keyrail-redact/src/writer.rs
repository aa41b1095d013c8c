//! Writers: they write a text with its credentials replaced by masks.

use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::Sink;
use crate::rules::Span;

/// Writes what is kept, and a mask for what is not.
pub(crate) struct Writer<'t> {
    pub bytes: &'t [u8],
    /// How much of the bytes has been written or replaced.
    pub written: usize,
    pub out: Vec<u8>,
}

impl Writer<'_> {
    /// Writes what is before this place and is not written yet.
    pub(crate) fn keep(&mut self, end: usize) {
        self.out.extend_from_slice(self.bytes.get(self.written..end).unwrap_or_default());
        self.written = self.written.max(end);
    }
}

impl Sink for Writer<'_> {
    fn found(&mut self, span: Span) {
        if self.out.capacity() == 0 {
            self.out.reserve(self.bytes.len() + span.mask.len());
        }
        self.keep(span.start);
        self.out.extend_from_slice(span.mask.as_bytes());
        self.written = span.end;
    }

    fn extend(&mut self, end: usize) {
        self.written = self.written.max(end);
    }
}

/// Writes a string as [`Writer`] writes bytes, so that the result is known to be UTF-8.
pub(crate) struct TextWriter<'t> {
    pub text: &'t str,
    /// How much of the text has been written or replaced.
    pub written: usize,
    pub out: String,
}

impl TextWriter<'_> {
    /// Writes what is before this place and is not written yet.
    pub(crate) fn keep(&mut self, end: usize) {
        // What is replaced begins and ends between characters.
        match self.text.get(self.written..end) {
            Some(kept) => self.out.push_str(kept),
            None => {
                let kept = self.text.as_bytes().get(self.written..end).unwrap_or_default();
                self.out.push_str(&String::from_utf8_lossy(kept));
            }
        }
        self.written = self.written.max(end);
    }
}

impl Sink for TextWriter<'_> {
    fn found(&mut self, span: Span) {
        if self.out.capacity() == 0 {
            self.out.reserve(self.text.len() + span.mask.len());
        }
        self.keep(span.start);
        self.out.push_str(&span.mask);
        self.written = span.end;
    }

    fn extend(&mut self, end: usize) {
        self.written = self.written.max(end);
    }
}
