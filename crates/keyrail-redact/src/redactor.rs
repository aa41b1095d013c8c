//! The redactor, which replaces the credentials in a text by masks.

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

/// Replaces credentials in any text: log lines, JSON, URLs, headers.
///
/// # What is found
///
/// - Keys of the redactor's formats, anywhere in the text. They are found by the prefix that they
///   start with, so a key of a format without a prefix is found only by a name next to it. A
///   complete key is replaced by its [mask](keyrail_key::Mask). A key that is truncated, mistyped
///   or too long for its format is replaced up to the first character that is not a letter, a digit
///   or one of `-._~+/=`.
/// - Values next to a credential's name ([`CREDENTIAL_HEADERS`],
///   [`CREDENTIAL_NAMES`]), in any of these forms:
///   - a value after `:`, `=`, or an operator such as `+=`, `??=`, `!=` and `->`
///   - a JSON member, and the strings of a list
///   - a name in quotes and its value after a comma (`("x-api-key", "...")`, `{"name":
///     "PASSWORD", "value": "..."}`)
///   - a query parameter, including `sig` and `signature`
///   - an assignment in a declaration (`token: str = "..."`)
///   - output of debuggers (`Some("...")`, `Slice(["..."])`)
///   - Markdown (`**Password:** ...`)
///
///   A value in quotes, or a list of such values, may be on a later line than its name. In
///   `Authorization`, the name of a known scheme stays and the rest is replaced. Cookies
///   are replaced to the end of the line. In a structure under a credential's name, only
///   the values of members with a credential's name are replaced. The padding of base64
///   is part of the value.
/// - The first line of a string in triple quotes after a credential's name. This is the text after
///   the opening quotes or, if nothing follows them on their line, the next line. The next line
///   stays if it reads like code, such as the start of a member or a call.
/// - Passwords in URLs, and tokens in place of a user name.
/// - Secrets of webhooks (`whsec_`, `whsk_`), JSON Web Tokens, credentials after the word
///   `Bearer`, and private keys in PEM.
///
/// Text that a rule skips, such as the arguments before the value in a call, is also scanned
/// for keys.
///
/// All of these are found in plain text, in percent-encoded text (encoded up to four times), and
/// in text with the escapes of JSON, including JSON inside JSON. The colour sequences of a
/// terminal may be between a name, its separator and the value. A value in quotes keeps its
/// quotes, and the mask of a JSON number gets quotes. An unquoted value ends at white space, a
/// quote, a closing bracket that was not opened in it, or one of `,`, `;`, `&`, `<`, `>` and `|`.
///
/// # What stays
///
/// - a string without a known prefix, such as a commit hash or a UUID, if no credential's name
///   is next to it
/// - `null`, `true`, `false` and similar values
/// - empty values
/// - existing masks, so that redacting twice gives the same result as redacting once
/// - a prefix with fewer than eight characters after it
///
/// # What cannot be promised
///
/// A redactor can find a key only by a known prefix or by a name next to the key. The credentials
/// that are known to be missed, and the text that is replaced unnecessarily, are listed with
/// examples in `docs/reference/redaction.md` of the repository. Log less: redaction is the last
/// defence, not the first.
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
    /// Creates a redactor that finds keys of these formats, besides the credentials that
    /// every redactor finds.
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

    /// Returns the text with all credentials replaced. A text without credentials is
    /// borrowed.
    pub fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut writer = TextWriter { text, written: 0, out: String::new() };
        self.run(&mut Engine::new(), text.as_bytes(), true, &mut writer);
        if writer.written == 0 {
            return Cow::Borrowed(text);
        }
        writer.keep(text.len());
        Cow::Owned(writer.out)
    }

    /// Redacts bytes, which need not be UTF-8, the way [`redact`](Self::redact) redacts a
    /// string.
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

    /// Returns the credentials that [`redact`](Self::redact) would replace, ordered by position; no
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

    /// Returns the redactor without its prefilter, so that the rules check every byte.
    #[cfg(test)]
    pub(crate) fn without_prefilter(mut self) -> Self {
        self.scan = Scan::all_bytes();
        self.rules.filter = crate::prefilter::Prefilter::accept_all();
        self.rules.checks_all_bytes = true;
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

/// Collects the findings instead of replacing them.
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
