//! The redactor: text in, text without credentials out.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_key::{Error, KeyFormat};

use crate::engine::{Engine, Sink};
use crate::finding::Finding;
use crate::rules::{Rules, Span};
use crate::scan::Scan;
use crate::writer::{TextWriter, Writer};

/// Scrubs credentials out of logs, JSON, or any other text.
///
/// # What is found
///
/// - Keys of the redactor's formats, anywhere in the text, by the prefix they
///   start with. A complete key is replaced by its [mask](keyrail_key::Mask); one that
///   is too long for its format, truncated or mistyped is replaced to the token's
///   end.
/// - Values beside a credential's name ([`CREDENTIAL_HEADERS`],
///   [`CREDENTIAL_NAMES`]), whatever their shape: after `:` and `=`, operators
///   such as `+=`, `??=`, `!=` and `->`; JSON members and the texts of a list,
///   pairs in quotes (`("x-api-key", "...")`, `{"name": "PASSWORD", "value":
///   "..."}`), query parameters, `sig` and `signature` among them, what a
///   declaration assigns (`token: str = "..."`), what a debugger prints
///   (`Some("...")`, `Slice(["..."])`), Markdown (`**Password:** ...`). A value in
///   quotes, or a list of these, may be on a line after its name's. In
///   `Authorization`, the name of a known scheme stays and the rest is replaced; cookies
///   are replaced to the line's end. In a structure under a credential's name, its own names
///   decide. The padding of base64 belongs to its value.
/// - The first line of a string in three quotes, on the line of the quotes or on the next
///   one, unless that line starts a member or a call with names of its own.
/// - Passwords in URLs, and a token in place of a user name; secrets of webhooks
///   (`whsec_`, `whsk_`), web tokens, what follows the word `Bearer`, private
///   keys in PEM. What a rule skips, such as the arguments of a call before its value, is
///   scanned for keys all the same.
///
/// All of these in plain text, percent-encoded (up to four times), or as
/// the escapes of JSON, also of JSON inside of JSON, and with the colours of a
/// terminal between name, sign and value. A value in quotes keeps its quotes, and
/// a JSON number gets quotes; an unquoted value ends at white space, a quote, a bracket
/// that was not opened in it, and at `,`, `;`, `&`, `<`, `>` and `|`.
///
/// # What stays
///
/// A string without a known prefix, such as a commit hash or a UUID, if no
/// credential's name is beside it; `null`, `true`, `false` and their like, and
/// empty values; existing masks, so that redacting twice gives the same as redacting
/// once; a run of fewer than eight characters after a prefix.
///
/// # What cannot be promised
///
/// No redactor finds a key that has neither a known prefix nor a name next to it. What is
/// known to be missed, and what is replaced unnecessarily, is listed with an
/// example each in `docs/reference/redaction.md` of the repository. Log less:
/// this is the last defence, not the first.
///
/// The time is linear in the length of the text, for any text.
///
/// ```
/// use keyrail_key::KeyFormat;
/// use keyrail_redact::Redactor;
/// let redactor = Redactor::new([KeyFormat::keyrail()])?;
/// assert_eq!(
///     redactor.redact("POST /?a=b&token=hunter2 x-api-key: s3cr3t-k3y, accept: */*"),
///     "POST /?a=b&token=•••••••• x-api-key: ••••••••, accept: */*",
/// );
/// let key = KeyFormat::keyrail().generate("live", &[7; 32])?;
/// let text = format!("{} was used", key.reveal());
/// assert_eq!(redactor.redact(&text), format!("{} was used", key.mask()));
/// # Ok::<(), keyrail_key::Error>(())
/// ```
///
/// [`CREDENTIAL_HEADERS`]: keyrail_core::CREDENTIAL_HEADERS
/// [`CREDENTIAL_NAMES`]: keyrail_core::CREDENTIAL_NAMES
#[derive(Clone)]
pub struct Redactor {
    rules: Rules,
    scan: Scan,
}

impl Redactor {
    /// Creates a redactor that finds keys of these formats, and what every redactor finds.
    ///
    /// # Errors
    ///
    /// Those of [`KeyFormatSet::new`](keyrail_key::KeyFormatSet::new).
    pub fn new(formats: impl IntoIterator<Item = KeyFormat>) -> Result<Self, Error> {
        let rules = Rules::new(formats)?;
        let scan = Scan::new(&rules.prefixes);
        Ok(Self { rules, scan })
    }

    /// Returns the redactor with the mask `********`, for output that cannot show bullets.
    #[must_use]
    pub const fn with_ascii_mask(mut self) -> Self {
        self.rules.is_ascii = true;
        self
    }

    /// Returns the text with all credentials replaced. If there are none, the text is borrowed.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut writer = TextWriter { text, written: 0, out: String::new() };
        self.run(&mut Engine::new(), text.as_bytes(), true, &mut writer);
        if writer.written == 0 {
            return Cow::Borrowed(text);
        }
        writer.keep(text.len());
        Cow::Owned(writer.out)
    }

    /// Redacts bytes, which need not be UTF-8, as [`redact`](Self::redact) does a string.
    pub fn redact_bytes<'t>(&self, bytes: &'t [u8]) -> Cow<'t, [u8]> {
        let mut writer = Writer { bytes, written: 0, out: Vec::new() };
        self.run(&mut Engine::new(), bytes, true, &mut writer);
        if writer.written == 0 {
            return Cow::Borrowed(bytes);
        }
        writer.keep(bytes.len());
        Cow::Owned(writer.out)
    }

    /// Redacts each string of a list, as [`redact`](Self::redact) does.
    pub fn redact_batch<S: AsRef<str>>(&self, texts: &[S]) -> Vec<String> {
        texts.iter().map(|text| self.redact(text.as_ref()).into_owned()).collect()
    }

    /// Returns what [`redact`](Self::redact) would replace, in the order of the text; no
    /// two overlap.
    ///
    /// ```
    /// use keyrail_redact::{Confidence, FindingKind, Redactor};
    /// let found = Redactor::new([])?.find("?token=hunter2&a=b");
    /// assert_eq!((found[0].start(), found[0].end()), (7, 14));
    /// assert_eq!(found[0].kind(), FindingKind::Query);
    /// assert_eq!(found[0].confidence(), Confidence::Named);
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn find(&self, text: &str) -> Vec<Finding> {
        self.find_bytes(text.as_bytes())
    }

    /// Finds credentials in bytes, which need not be UTF-8, as [`find`](Self::find) does in
    /// a string.
    pub fn find_bytes(&self, bytes: &[u8]) -> Vec<Finding> {
        let mut findings = Findings(Vec::new());
        self.run(&mut Engine::new(), bytes, true, &mut findings);
        findings.0
    }

    /// One that looks at every byte.
    #[cfg(test)]
    pub(crate) fn without_prefilter(mut self) -> Self {
        self.scan = Scan::of_everything();
        self.rules.filter = crate::prefilter::Prefilter::open();
        self.rules.is_thorough = true;
        self
    }

    pub(crate) fn run(
        &self,
        engine: &mut Engine,
        bytes: &[u8],
        is_last: bool,
        sink: &mut dyn Sink,
    ) {
        engine.run((&self.rules, &self.scan), bytes, is_last, sink);
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let formats = self.rules.formats().iter().map(KeyFormat::name);
        f.write_str("Redactor")?;
        f.debug_list().entries(formats).finish()
    }
}

struct Findings(Vec<Finding>);

impl Sink for Findings {
    fn found(&mut self, span: Span) {
        let Span { start, end, kind, format, confidence, .. } = span;
        self.0.push(Finding { start, end, kind, format, confidence });
    }

    fn extend(&mut self, end: usize) {
        if let Some(last) = self.0.last_mut() {
            last.end = last.end.max(end);
        }
    }
}
