//! Writers, which copy a text and replace its credentials by masks.

use alloc::string::String;
use alloc::vec::Vec;

use crate::engine::Sink;
use crate::rules::Span;

/// Copies bytes, and writes a mask in place of each credential.
pub(crate) struct Writer<'t> {
    pub bytes: &'t [u8],
    /// The number of bytes that were copied or replaced.
    pub written: usize,
    pub out: Vec<u8>,
}

impl Writer<'_> {
    /// Copies the bytes before `end` that were neither copied nor replaced.
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

/// Copies a string the way [`Writer`] copies bytes, so that the result is known to be UTF-8.
pub(crate) struct TextWriter<'t> {
    pub text: &'t str,
    /// The number of bytes that were copied or replaced.
    pub written: usize,
    pub out: String,
}

impl TextWriter<'_> {
    /// Copies the bytes before `end` that were neither copied nor replaced.
    pub(crate) fn keep(&mut self, end: usize) {
        // Credentials start and end at character boundaries, so the case `None` does not occur.
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
