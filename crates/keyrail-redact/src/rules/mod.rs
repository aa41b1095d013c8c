//! The rules by which a redactor recognizes credentials, and the masks of the credentials.

mod exceptions;
mod header;
mod jwt;
mod named;
mod pair;
mod signs;
mod structure;
mod token;
mod userinfo;

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use keyrail_core::ASCII_MASK;
use keyrail_core::MASK;
use keyrail_core::is_mask;
use keyrail_key::{Error, KeyFormat, KeyFormatSet, MaskPolicy, ParsedKey};

use crate::decode::{DecodedChar, char_at, is_blank};
use crate::finding::{Confidence, FindingKind};
use crate::names::ValueSyntax;
use crate::opening::Start;
use crate::pem;
use crate::prefilter::Prefilter;
use crate::prefix_table::PrefixTable;
use crate::value_scanner::{End, Terminator, ValueScanner};
use crate::view::REDACT_WINDOW;
use crate::view::{Incomplete, View};

/// The rules of a redactor.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    set: KeyFormatSet,
    pub prefixes: PrefixTable,
    pub filter: Prefilter,
    pub is_ascii: bool,
    /// Whether every byte is checked as a sign.
    #[cfg(test)]
    pub checks_all_bytes: bool,
}

/// The range of a credential, its properties and its replacement.
#[derive(Clone, Debug)]
pub(crate) struct Span {
    pub start: usize,
    pub end: usize,
    pub kind: FindingKind,
    pub confidence: Confidence,
    pub format: Option<KeyFormat>,
    pub mask: Cow<'static, str>,
}

/// The result of checking a sign. If there is a [`List`], more values may follow.
pub(crate) enum Verdict {
    /// The sign does not belong to a credential.
    Nothing,
    /// The text up to this index is left unchanged.
    Pass(usize, Option<List>),
    /// A credential.
    Found(Span, Option<List>),
    /// A credential that is longer than the window, the scanner that finds its end, and the kind of
    /// text after it.
    Beyond(Span, ValueScanner, After),
}

/// The kind of text after a value that is longer than the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    Text,
    List(List),
    /// The rest of a URL's authority, which is percent-encoded this many times.
    Authority(u8),
}

/// The context of a value. It is needed to find the next value of the same list, expression
/// or declaration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct List {
    pub kind: FindingKind,
    pub syntax: ValueSyntax,
    pub brackets: u8,
    /// Whether all brackets belong to calls. In a call, only a quoted string is a value.
    pub is_call: bool,
    pub level: u8,
    /// The quotes around the name: the quote and the number of backslashes before it. The mask
    /// of a value without quotes gets these quotes, so that JSON remains valid.
    pub quotes: Option<(u8, u8)>,
    /// The quote that ends the string around the name.
    pub outer: Option<(u8, u8)>,
    /// Whether the value may be the type of a declaration, as in `token: str = "..."`.
    pub is_typed: bool,
    /// Whether the value follows an equals sign.
    pub is_assigned: bool,
    /// Whether the value has no quotes.
    pub is_bare: bool,
    /// Whether an operator and another string may follow: `"a" + "b"`, `a || "b"`.
    pub continues: bool,
    /// The start of the value that is still to be read, if a key was found between the name and
    /// this value, as in `f(KEY, "...")`.
    pub value: Option<Start>,
}

/// The kind, confidence and format of a value before it is read.
#[derive(Clone, Copy)]
pub(crate) struct Guess<'r> {
    pub kind: FindingKind,
    pub confidence: Confidence,
    pub format: Option<&'r KeyFormat>,
}

impl Guess<'_> {
    pub(crate) const fn named(kind: FindingKind) -> Self {
        Self { kind, confidence: Confidence::Named, format: None }
    }

    pub(crate) const fn shaped(kind: FindingKind) -> Self {
        Self { kind, confidence: Confidence::Shaped, format: None }
    }
}

impl Rules {
    pub(crate) fn new(formats: impl IntoIterator<Item = KeyFormat>) -> Result<Self, Error> {
        let set = KeyFormatSet::new(formats)?;
        let prefixes = PrefixTable::new(set.formats());
        let filter = Prefilter::new(&prefixes);
        Ok(Self {
            set,
            prefixes,
            filter,
            is_ascii: false,
            #[cfg(test)]
            checks_all_bytes: false,
        })
    }

    pub(crate) fn formats(&self) -> &[KeyFormat] {
        self.set.formats()
    }

    /// Returns the mask of a credential that is not a key of a declared format.
    const fn full_mask(&self) -> Cow<'static, str> {
        Cow::Borrowed(if self.is_ascii { ASCII_MASK } else { MASK })
    }

    /// Adds quotes around the mask of a value without quotes.
    pub(crate) fn add_quotes(&self, verdict: Verdict, (quote, slashes): (u8, u8)) -> Verdict {
        let quoted = |span: Span| {
            let slashes = "\\".repeat(slashes.into());
            let quote = char::from(quote);
            let mask = format!("{slashes}{quote}{}{slashes}{quote}", span.mask).into();
            Span { mask, ..span }
        };
        match verdict {
            Verdict::Found(span, list) => Verdict::Found(quoted(span), list),
            Verdict::Beyond(span, scanner, after) => Verdict::Beyond(quoted(span), scanner, after),
            other => other,
        }
    }

    pub(crate) fn span(&self, start: usize, end: usize, guess: Guess<'_>) -> Span {
        Span {
            start,
            end,
            kind: guess.kind,
            confidence: guess.confidence,
            format: guess.format.cloned(),
            mask: self.full_mask(),
        }
    }

    /// Scans to the end of a value, and returns its verdict.
    pub(crate) fn scan_value(
        &self,
        view: &View<'_>,
        start: usize,
        until: Terminator,
        mut guess: Guess<'_>,
    ) -> Result<Verdict, Incomplete> {
        if pem::begin(view, start)?.is_some() {
            guess = Guess::shaped(FindingKind::PrivateKey);
        }
        let mut scanner = ValueScanner::new(until).with_outer(view.outer);
        Ok(match scanner.run(view, start, start)? {
            End::Beyond(at) => Verdict::Beyond(self.span(start, at, guess), scanner, After::Text),
            End::At(end) => {
                match self.classify(view, start, trim(view, start, end, until), guess) {
                    // The punctuation that `trim` removed is redacted too if it would fill the
                    // window together with the mask.
                    Verdict::Found(span, _)
                        if end - span.end + span.mask.len() >= REDACT_WINDOW =>
                    {
                        Verdict::Found(self.span(start, end, guess), None)
                    }
                    verdict => verdict,
                }
            }
        })
    }

    /// Returns the verdict for a value whose end is known.
    pub(crate) fn classify(
        &self,
        view: &View<'_>,
        start: usize,
        end: usize,
        guess: Guess<'_>,
    ) -> Verdict {
        let value = view.slice(start, end);
        if value.is_empty() {
            return Verdict::Nothing;
        }
        if is_mask(value) || guess.confidence == Confidence::Named && is_no_value(value) {
            return Verdict::Pass(end, None);
        }
        let mut span = self.span(start, end, guess);
        let plain = unescaped(&View { prefixes: view.prefixes, ..View::whole(value) });
        let text = core::str::from_utf8(&plain).unwrap_or_default();
        for format in self.formats() {
            let has_head = |head: &str| plain.starts_with(head.as_bytes());
            if !format.head().map_or(!format.is_foreign(), has_head) {
                continue;
            }
            if format.is_mask(value) {
                return Verdict::Pass(end, None);
            }
            if let Ok(key) = format.parse_ref(text) {
                span.mask = self.key_mask(&key).into();
                span.format = Some(format.clone());
                if format.has_checksum() {
                    span.confidence = Confidence::Verified;
                }
                break;
            }
        }
        Verdict::Found(span, None)
    }

    /// Returns the verdict for a token that may be the mask of a key.
    pub(crate) fn masked_key(&self, view: &View<'_>, start: usize, end: usize) -> Verdict {
        let value = view.slice(start, end);
        match self.formats().iter().any(|format| format.is_mask(value)) {
            true => Verdict::Pass(end, None),
            false => Verdict::Nothing,
        }
    }

    fn key_mask(&self, key: &ParsedKey<'_>) -> alloc::string::String {
        match self.is_ascii {
            true => key.mask_with(&MaskPolicy::default().ascii()).to_string(),
            false => format!("{}", key.mask()),
        }
    }
}

/// Returns whether a value is a constant such as `null` or `true`, which is not a secret.
pub(crate) fn is_no_value(value: &[u8]) -> bool {
    const CONSTANTS: [&[u8]; 12] = [
        b"null",
        b"true",
        b"false",
        b"None",
        b"True",
        b"False",
        b"nil",
        b"NULL",
        b"undefined",
        b"<nil>",
        b"<redacted>",
        b"Sensitive", // printed by Rust's `http` for a sensitive value
    ];
    CONSTANTS.contains(&value)
}

/// Decodes the escapes of a value.
fn unescaped<'t>(view: &View<'t>) -> Cow<'t, [u8]> {
    let value = view.bytes;
    if !value.iter().any(|byte| matches!(byte, b'%' | b'\\')) {
        return Cow::Borrowed(value);
    }
    let (mut plain, mut at) = (Vec::with_capacity(value.len()), 0);
    while let Ok(Some(DecodedChar { byte, next, .. })) = char_at(view, at) {
        plain.push(byte);
        at = next;
    }
    Cow::Owned(plain)
}

/// Returns the end of a value without the punctuation of the sentence around it: dots,
/// blanks if the value may contain them, and commas in a list.
fn trim(view: &View<'_>, start: usize, end: usize, until: Terminator) -> usize {
    let blanks = match until {
        Terminator::Quote { .. } | Terminator::Authority { .. } | Terminator::Pem => return end,
        Terminator::Line { .. } | Terminator::Bracket { .. } => true,
        Terminator::Delimiter { .. } | Terminator::Token | Terminator::Jwt => false,
    };
    let commas = matches!(until, Terminator::Bracket { .. });
    let is_trimmed =
        |byte: &u8| *byte == b'.' || blanks && is_blank(*byte) || commas && *byte == b',';
    let value = view.slice(start, end);
    start + value.iter().rposition(|byte| !is_trimmed(byte)).map_or(0, |last| last + 1)
}
