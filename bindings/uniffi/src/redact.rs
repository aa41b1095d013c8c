//! Redaction. What is redacted may hold secrets, so it is taken over and wiped
//! here after the call; what is found crosses as places, never as text.

use std::sync::{Arc, Mutex, PoisonError};

use keyrail::redact::Confidence;
use keyrail::{Secret, redact};

use crate::error::FfiError;
use crate::format::{self, FfiKeyFormat};
use crate::mirror::mirror_enum;

mirror_enum! { FfiConfidence of Confidence { Verified, Shaped, Named } }

/// See [`redact::Finding`].
#[derive(Debug, uniffi::Record)]
pub struct FfiFinding {
    /// Where it starts, in bytes.
    pub start: i64,
    /// Where it ends, in bytes.
    pub end: i64,
    /// Where it starts, in UTF-16 code units; in bytes, if bytes were searched.
    pub utf16_start: i64,
    /// Where it ends, in the same.
    pub utf16_end: i64,
    /// The word for what was found.
    pub kind: String,
    /// The name of the declared format that it is of.
    pub format: Option<String>,
    /// How sure that is.
    pub confidence: FfiConfidence,
}

impl FfiFinding {
    fn new(finding: &redact::Finding, mut unit: impl FnMut(usize) -> usize) -> Self {
        let (start, end) = (finding.start(), finding.end());
        Self {
            start: signed(start),
            end: signed(end),
            utf16_start: signed(unit(start)),
            utf16_end: signed(unit(end)),
            kind: finding.kind().as_str().into(),
            format: finding.format().map(Into::into),
            confidence: finding.confidence().into(),
        }
    }
}

/// See [`redact::Redactor`].
#[derive(uniffi::Object)]
pub struct FfiRedactor(redact::Redactor);

#[uniffi::export]
impl FfiRedactor {
    /// A redactor that knows these formats besides.
    #[uniffi::constructor]
    pub fn new(formats: Vec<Arc<FfiKeyFormat>>, ascii: bool) -> Result<Self, FfiError> {
        let redactor = redact::Redactor::new(format::all(&formats))?;
        Ok(Self(if ascii { redactor.with_ascii_mask() } else { redactor }))
    }

    /// The text without its credentials.
    pub fn redact(&self, text: String) -> String {
        self.0.redact(Secret::new(text).reveal()).into_owned()
    }

    /// The bytes without their credentials.
    pub fn redact_bytes(&self, bytes: &[u8]) -> Vec<u8> {
        self.0.redact_bytes(bytes).into_owned()
    }

    /// Each text without its credentials.
    pub fn redact_batch(&self, texts: Vec<String>) -> Vec<String> {
        let texts: Vec<_> = texts.into_iter().map(Secret::new).collect();
        self.0.redact_batch(&texts.iter().map(Secret::reveal).collect::<Vec<_>>())
    }

    /// Where credentials are in a text.
    pub fn find(&self, text: String) -> Vec<FfiFinding> {
        let text = Secret::new(text);
        let mut units = Utf16::new(text.reveal());
        let found = self.0.find(text.reveal());
        found.iter().map(|finding| FfiFinding::new(finding, |at| units.at(at))).collect()
    }

    /// Where credentials are in bytes.
    pub fn find_bytes(&self, bytes: &[u8]) -> Vec<FfiFinding> {
        let found = self.0.find_bytes(bytes);
        found.iter().map(|finding| FfiFinding::new(finding, |at| at)).collect()
    }

    /// Redacts what comes in chunks.
    pub fn stream(&self) -> FfiRedactStream {
        FfiRedactStream(Mutex::new(Some(self.0.stream())))
    }
}

/// See [`redact::RedactStream`]; of texts or of bytes, as its face says.
#[derive(uniffi::Object)]
pub struct FfiRedactStream(Mutex<Option<redact::RedactStream>>);

#[uniffi::export]
impl FfiRedactStream {
    /// Takes a piece of a text, and gives what is decided of it.
    pub fn push_text(&self, chunk: String) -> Result<String, FfiError> {
        let chunk = Secret::new(chunk);
        self.push_with(|stream| stream.push_text(chunk.reveal()))
    }

    /// Takes a piece of bytes, and gives what is decided of them.
    pub fn push(&self, chunk: &[u8]) -> Result<Vec<u8>, FfiError> {
        self.push_with(|stream| stream.push(chunk))
    }

    /// The rest of a text.
    pub fn finish_text(&self) -> Result<String, FfiError> {
        Ok(self.end()?.finish_text())
    }

    /// The rest of bytes.
    pub fn finish(&self) -> Result<Vec<u8>, FfiError> {
        Ok(self.end()?.finish())
    }
}

impl FfiRedactStream {
    /// A push that panics finishes the stream: it is not put back.
    fn push_with<T>(
        &self,
        push: impl FnOnce(&mut redact::RedactStream) -> T,
    ) -> Result<T, FfiError> {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut stream = place.take().ok_or_else(finished)?;
        let decided = push(&mut stream);
        *place = Some(stream);
        Ok(decided)
    }

    /// The stream itself, which is finished after that.
    fn end(&self) -> Result<redact::RedactStream, FfiError> {
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        place.take().ok_or_else(finished)
    }
}

fn finished() -> FfiError {
    FfiError::of_argument("key.stream_finished", "this stream is finished: begin a new one")
}

/// No text is so long that its length would not fit.
fn signed(at: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX)
}

/// Turns byte offsets into UTF-16 ones: in one pass, where they come in order.
struct Utf16<'t> {
    bytes: &'t [u8],
    at: usize,
    units: usize,
}

impl<'t> Utf16<'t> {
    fn new(text: &'t str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, units: 0 }
    }

    fn at(&mut self, byte: usize) -> usize {
        if byte < self.at {
            (self.at, self.units) = (0, 0);
        }
        let passed = self.bytes.get(self.at..byte).unwrap_or_default();
        self.units += passed.iter().copied().map(units).sum::<usize>();
        self.at = byte;
        self.units
    }
}

/// The UTF-16 units of a character, counted at its first byte.
fn units(byte: u8) -> usize {
    match byte {
        0x80..=0xBF => 0,
        0xF0.. => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{FfiConfidence, FfiRedactor, Utf16};
    use crate::error::FfiError;
    use crate::format::FfiKeyFormat;

    fn redactor() -> FfiRedactor {
        FfiRedactor::new(vec![FfiKeyFormat::keyrail().into()], false).unwrap()
    }

    #[test]
    fn utf16_offsets_can_be_computed_in_any_order() {
        let text = "a\u{e9}\u{4e2d}\u{1f511}z";
        let mut units = Utf16::new(text);
        let ends = [0, 1, 3, 6, 10, 11].map(|byte| units.at(byte));
        assert_eq!(ends, [0, 1, 2, 3, 5, 6]);
        assert_eq!((units.at(3), units.at(11)), (2, 6));
        assert_eq!(units.at(11), text.encode_utf16().count());
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
        let again = [stream.push_text("c".into()).map(drop), stream.finish().map(drop)];
        for refused in again {
            let FfiError::Failure { code, .. } = refused.unwrap_err();
            assert_eq!(code, "key.stream_finished");
        }
    }
}
