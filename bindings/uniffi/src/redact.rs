//! Redaction. A string to redact may contain secrets, so it is passed by value, and wiped after
//! the call. A finding contains offsets, never a part of the string.

use std::sync::{Arc, Mutex, PoisonError};

use keyrail::redact::Confidence;
use keyrail::{Secret, redact};

use crate::error::FfiError;
use crate::format::{self, FfiKeyFormat};
use crate::mirror::mirror_enum;
use crate::packed::{pack, unpack};

mirror_enum! { FfiConfidence of Confidence { Verified, Shaped, Named } }

/// See [`redact::Finding`].
#[derive(Debug, uniffi::Record)]
pub struct FfiFinding {
    /// The start of the credential, in bytes.
    pub start: i64,
    /// The end of the credential, in bytes.
    pub end: i64,
    /// The start of the credential, in UTF-16 code units, or in bytes if bytes were searched.
    pub utf16_start: i64,
    /// The end of the credential, in the units of `utf16_start`.
    pub utf16_end: i64,
    /// The kind of the credential.
    pub kind: String,
    /// The name of the key's format, if the finding is a key of one of the redactor's formats.
    pub format: Option<String>,
    /// How certain it is that the finding is a credential.
    pub confidence: FfiConfidence,
}

impl FfiFinding {
    fn new(finding: &redact::Finding, mut utf16_offset: impl FnMut(usize) -> usize) -> Self {
        let (start, end) = (finding.start(), finding.end());
        Self {
            start: signed(start),
            end: signed(end),
            utf16_start: signed(utf16_offset(start)),
            utf16_end: signed(utf16_offset(end)),
            kind: finding.kind().as_str().into(),
            format: finding.format().map(Into::into),
            confidence: finding.confidence().into(),
        }
    }
}

/// See [`redact::Redactor`].
#[derive(uniffi::Object)]
pub struct FfiRedactor(pub(crate) redact::Redactor);

#[uniffi::export]
impl FfiRedactor {
    /// Creates a redactor that also finds keys of these formats.
    #[uniffi::constructor]
    pub fn new(formats: Vec<Arc<FfiKeyFormat>>, ascii: bool) -> Result<Self, FfiError> {
        let redactor = redact::Redactor::new(format::clone_all(&formats))?;
        Ok(Self(if ascii { redactor.with_ascii_mask() } else { redactor }))
    }

    /// Redacts the credentials in a string.
    pub fn redact(&self, text: String) -> String {
        self.0.redact(Secret::new(text).reveal()).into_owned()
    }

    /// Redacts the credentials in bytes.
    pub fn redact_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.redact_bytes(bytes).into_owned()
    }

    /// Redacts the credentials in each string. Takes and returns packed strings.
    pub fn redact_batch(&self, packed: &[u8]) -> Vec<u8> {
        pack(&self.0.redact_batch(&unpack(packed)))
    }

    /// Finds the credentials in a string.
    pub fn find(&self, text: String) -> Vec<FfiFinding> {
        let text = Secret::new(text);
        let mut offsets = Utf16Offsets::new(text.reveal());
        let found = self.0.find(text.reveal());
        found.iter().map(|finding| FfiFinding::new(finding, |byte| offsets.at(byte))).collect()
    }

    /// Finds the credentials in bytes.
    pub fn find_bytes(&self, bytes: &[u8]) -> Vec<FfiFinding> {
        let found = self.0.find_bytes(bytes);
        found.iter().map(|finding| FfiFinding::new(finding, |byte| byte)).collect()
    }

    /// Returns a redactor for a string or bytes that arrive in chunks.
    pub fn stream(&self) -> FfiRedactStream {
        FfiRedactStream(Mutex::new(Some(self.0.stream())))
    }
}

/// See [`redact::RedactStream`]. Swift and Kotlin have one type for strings and one for bytes.
#[derive(uniffi::Object)]
pub struct FfiRedactStream(Mutex<Option<redact::RedactStream>>);

#[uniffi::export]
impl FfiRedactStream {
    /// Redacts a chunk, and returns the part of the redacted string that later chunks cannot
    /// change.
    pub fn push_text(&self, chunk: String) -> Result<String, FfiError> {
        let chunk = Secret::new(chunk);
        self.push_with(|stream| stream.push_text(chunk.reveal()))
    }

    /// Redacts a chunk, and returns the part of the redacted bytes that later chunks cannot change.
    pub fn push(&self, chunk: &[u8]) -> Result<Vec<u8>, FfiError> {
        self.push_with(|stream| stream.push(chunk))
    }

    /// Returns the rest of the redacted string.
    pub fn finish_text(&self) -> Result<String, FfiError> {
        Ok(self.take()?.finish_text())
    }

    /// Returns the rest of the redacted bytes.
    pub fn finish(&self) -> Result<Vec<u8>, FfiError> {
        Ok(self.take()?.finish())
    }
}

impl FfiRedactStream {
    /// Calls `push` with the stream. If `push` panics, the stream is not put back, and counts as
    /// finished.
    fn push_with<T>(
        &self,
        push: impl FnOnce(&mut redact::RedactStream) -> T,
    ) -> Result<T, FfiError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stream = slot.take().ok_or_else(finished)?;
        let redacted = push(&mut stream);
        *slot = Some(stream);
        Ok(redacted)
    }

    /// Takes the stream, which finishes it.
    fn take(&self) -> Result<redact::RedactStream, FfiError> {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.take().ok_or_else(finished)
    }
}

fn finished() -> FfiError {
    FfiError::of_argument("key.stream_finished", "this stream is finished: begin a new one")
}

/// Converts an offset. Every offset fits an `i64`, because a string has at most `isize::MAX` bytes.
fn signed(offset: usize) -> i64 {
    i64::try_from(offset).unwrap_or(i64::MAX)
}

/// Converts byte offsets to UTF-16 offsets, in one pass if they are in order.
struct Utf16Offsets<'t> {
    bytes: &'t [u8],
    /// The byte offset that was converted last.
    byte: usize,
    /// The number of UTF-16 code units before that offset.
    units: usize,
}

impl<'t> Utf16Offsets<'t> {
    fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), byte: 0, units: 0 }
    }

    fn at(&mut self, byte: usize) -> usize {
        if byte < self.byte {
            (self.byte, self.units) = (0, 0);
        }
        let skipped = self.bytes.get(self.byte..byte).unwrap_or_default();
        self.units += skipped.iter().copied().map(utf16_units).sum::<usize>();
        self.byte = byte;
        self.units
    }
}

/// Returns the number of UTF-16 code units of the character that starts with this byte, or 0 if no
/// character starts with it.
fn utf16_units(byte: u8) -> usize {
    match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{FfiConfidence, FfiRedactor, Utf16Offsets};
    use crate::error::FfiError;
    use crate::format::FfiKeyFormat;

    fn redactor() -> FfiRedactor {
        FfiRedactor::new(vec![FfiKeyFormat::keyrail().into()], false).unwrap()
    }

    #[test]
    fn utf16_offsets_can_be_computed_in_any_order() {
        let text = "a\u{e9}\u{4e2d}\u{1f511}z";
        let mut offsets = Utf16Offsets::new(text);
        let in_order = [0, 1, 3, 6, 10, 11].map(|byte| offsets.at(byte));
        assert_eq!(in_order, [0, 1, 2, 3, 5, 6]);
        assert_eq!((offsets.at(3), offsets.at(11)), (2, 6));
        assert_eq!(offsets.at(11), text.encode_utf16().count());
    }

    #[test]
    fn a_finding_has_offsets_in_bytes_and_utf16_units() {
        let key = FfiKeyFormat::keyrail().generate(Some("live".into()), &[7; 32]).unwrap();
        let found = redactor().find(format!("\u{1f511} {}", key.reveal()));
        let [finding] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!((finding.start, finding.end), (5, 59));
        assert_eq!((finding.utf16_start, finding.utf16_end), (3, 57));
        assert_eq!((finding.kind.as_str(), finding.format.as_deref()), ("key", Some("keyrail")));
        assert_eq!(finding.confidence, FfiConfidence::Verified);
    }

    #[test]
    fn a_finished_stream_rejects_further_input() {
        let stream = redactor().stream();
        let (pushed, rest) = (stream.push_text("ab".into()), stream.finish_text());
        assert_eq!(pushed.unwrap() + &rest.unwrap(), "ab");
        let results = [stream.push_text("c".into()).map(drop), stream.finish().map(drop)];
        for result in results {
            let FfiError::Failure { code, .. } = result.unwrap_err();
            assert_eq!(code, "key.stream_finished");
        }
    }
}
