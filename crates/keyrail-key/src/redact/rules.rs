//! Rules: what a redactor knows, and what it makes of a value.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use keyrail_core::MASK;

use super::filter::Filter;
use super::finding::{Confidence, FindingKind};
use super::marks::Marks;
use super::masked::{is_mask, is_mask_of};
use super::names::Manner;
use super::pem;
use super::unit::{Unit, is_blank, unit};
use super::view::{More, View};
use super::walk::{End, Until, Walk};
use crate::{ASCII_MASK, Error, KeyFormat, KeyFormatSet, MaskPolicy, ParsedKey, REDACT_WINDOW};

/// What a redactor knows.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    set: KeyFormatSet,
    pub marks: Marks,
    pub filter: Filter,
    pub is_ascii: bool,
    /// Whether every sign is looked at closely.
    #[cfg(test)]
    pub is_thorough: bool,
}

/// What is replaced, and by what.
#[derive(Clone, Debug)]
pub(super) struct Span {
    pub start: usize,
    pub end: usize,
    pub kind: FindingKind,
    pub confidence: Confidence,
    pub format: Option<KeyFormat>,
    pub mask: Cow<'static, str>,
}

/// What a sign turned out to be.
pub(super) enum Verdict {
    Nothing,
    /// What ends here is left as it is.
    Pass(usize, Option<List>),
    Found(Span, Option<List>),
    /// What is longer than the window, and the walk to its end.
    Beyond(Span, Walk, After),
}

/// What comes after a value that is longer than the window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum After {
    Text,
    List(List),
    /// What is left of a URL's authority, escaped so often.
    Authority(u8),
}

/// A list of values in quotes, of which one was met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct List {
    pub kind: FindingKind,
    pub manner: Manner,
    pub brackets: u8,
    /// Whether these are brackets of calls alone, in which nothing but a text in
    /// quotes is a value.
    pub is_call: bool,
    pub level: u8,
    /// The quotes around the name: the byte, and the backslashes before it. What
    /// has none itself gets them, so that JSON stays JSON.
    pub quotes: Option<(u8, u8)>,
    /// The quote that ends the text around the name.
    pub outer: Option<(u8, u8)>,
    /// What was met may be the type of a declaration, as in `token: str = "..."`.
    pub is_typed: bool,
    /// Whether it follows an equals sign.
    pub is_assigned: bool,
    /// Whether it has no quotes.
    pub is_bare: bool,
    /// Whether more of it may follow an operator: `"a" + "b"`, `a || "b"`.
    pub goes_on: bool,
}

/// What a value is taken for before it is read.
#[derive(Clone, Copy)]
pub(super) struct Guess<'r> {
    pub kind: FindingKind,
    pub confidence: Confidence,
    pub format: Option<&'r KeyFormat>,
}

impl Guess<'_> {
    pub(super) const fn named(kind: FindingKind) -> Self {
        Self { kind, confidence: Confidence::Named, format: None }
    }

    pub(super) const fn shaped(kind: FindingKind) -> Self {
        Self { kind, confidence: Confidence::Shaped, format: None }
    }
}

impl Rules {
    pub(super) fn new(formats: impl IntoIterator<Item = KeyFormat>) -> Result<Self, Error> {
        let set = KeyFormatSet::new(formats)?;
        let marks = Marks::new(set.formats());
        let filter = Filter::new(&marks);
        Ok(Self {
            set,
            marks,
            filter,
            is_ascii: false,
            #[cfg(test)]
            is_thorough: false,
        })
    }

    pub(super) fn formats(&self) -> &[KeyFormat] {
        self.set.formats()
    }

    const fn bullets(&self) -> Cow<'static, str> {
        Cow::Borrowed(if self.is_ascii { ASCII_MASK } else { MASK })
    }

    /// Puts the mask of what had no quotes into such.
    pub(super) fn quote(&self, verdict: Verdict, (quote, slashes): (u8, u8)) -> Verdict {
        let quoted = |span: Span| {
            let slashes = "\\".repeat(slashes.into());
            let quote = char::from(quote);
            let mask = format!("{slashes}{quote}{}{slashes}{quote}", span.mask).into();
            Span { mask, ..span }
        };
        match verdict {
            Verdict::Found(span, list) => Verdict::Found(quoted(span), list),
            Verdict::Beyond(span, walk, after) => Verdict::Beyond(quoted(span), walk, after),
            other => other,
        }
    }

    pub(super) fn span(&self, start: usize, end: usize, guess: Guess<'_>) -> Span {
        Span {
            start,
            end,
            kind: guess.kind,
            confidence: guess.confidence,
            format: guess.format.cloned(),
            mask: self.bullets(),
        }
    }

    /// Walks to the end of a value, and says what becomes of it.
    pub(super) fn settle(
        &self,
        view: &View<'_>,
        start: usize,
        until: Until,
        mut guess: Guess<'_>,
    ) -> Result<Verdict, More> {
        if pem::begin(view, start)?.is_some() {
            guess = Guess::shaped(FindingKind::PrivateKey);
        }
        let mut walk = Walk::new(until).within(view.outer);
        Ok(match walk.run(view, start, start)? {
            End::Beyond(at) => Verdict::Beyond(self.span(start, at, guess), walk, After::Text),
            End::At(end) => match self.judge(view, start, trim(view, start, end, until), guess) {
                // What is trimmed goes as well where it would reach out of the
                // window behind the mask.
                Verdict::Found(span, _) if end - span.end + span.mask.len() >= REDACT_WINDOW => {
                    Verdict::Found(self.span(start, end, guess), None)
                }
                verdict => verdict,
            },
        })
    }

    /// What becomes of a value whose end is known.
    pub(super) fn judge(
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
        let plain = unescaped(&View { marks: view.marks, ..View::whole(value) });
        let text = core::str::from_utf8(&plain).unwrap_or_default();
        for format in self.formats() {
            let Some(layout) = format.layout() else { continue };
            if !plain.starts_with(layout.mark.as_bytes()) {
                continue;
            }
            if is_mask_of(layout, value) {
                return Verdict::Pass(end, None);
            }
            if let Ok(key) = format.parse_ref(text) {
                span.mask = self.mask(&key).into();
                span.format = Some(format.clone());
                if layout.checksum.is_some() {
                    span.confidence = Confidence::Verified;
                }
                break;
            }
        }
        Verdict::Found(span, None)
    }

    /// What becomes of a token that may be the mask of a key.
    pub(super) fn masked_key(&self, view: &View<'_>, start: usize, end: usize) -> Verdict {
        let value = view.slice(start, end);
        let mut layouts = self.formats().iter().filter_map(KeyFormat::layout);
        match layouts.any(|layout| is_mask_of(layout, value)) {
            true => Verdict::Pass(end, None),
            false => Verdict::Nothing,
        }
    }

    fn mask(&self, key: &ParsedKey<'_>) -> alloc::string::String {
        match self.is_ascii {
            true => key.mask_with(&MaskPolicy::default().ascii()).to_string(),
            false => format!("{}", key.mask()),
        }
    }
}

/// Whether this stands for no value at all.
pub(super) fn is_no_value(value: &[u8]) -> bool {
    const NONE: [&[u8]; 10] = [
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
    ];
    NONE.contains(&value)
}

/// The value without its escapes.
fn unescaped<'t>(view: &View<'t>) -> Cow<'t, [u8]> {
    let value = view.bytes;
    if !value.iter().any(|byte| matches!(byte, b'%' | b'\\')) {
        return Cow::Borrowed(value);
    }
    let (mut plain, mut at) = (Vec::with_capacity(value.len()), 0);
    while let Ok(Some(Unit { byte, next, .. })) = unit(view, at) {
        plain.push(byte);
        at = next;
    }
    Cow::Owned(plain)
}

/// Where a value ends without what belongs to the sentence around it: dots,
/// and blanks where a value may hold them, and commas in a list.
fn trim(view: &View<'_>, start: usize, end: usize, until: Until) -> usize {
    let blanks = match until {
        Until::Quote { .. } | Until::Authority { .. } | Until::Pem => return end,
        Until::Line { .. } | Until::Bracket { .. } => true,
        Until::Delimiter { .. } | Until::Token | Until::Jwt => false,
    };
    let commas = matches!(until, Until::Bracket { .. });
    let is_trimmed =
        |byte: &u8| *byte == b'.' || blanks && is_blank(*byte) || commas && *byte == b',';
    let value = view.slice(start, end);
    start + value.iter().rposition(|byte| !is_trimmed(byte)).map_or(0, |last| last + 1)
}
