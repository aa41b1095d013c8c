//! A name in quotes and its value after a comma: `("x-api-key", "...")`, `{"name": "PASSWORD",
//! "value": "..."}`.

use crate::decode::{char_at, char_before, is_quote, slashes_start};
use crate::finding::FindingKind;
use crate::masked::contains_mask;
use crate::name_end::{MAX_BLANKS, all_slashes_start, name_in_quotes, whitespace_before};
use crate::names::{
    LONGEST_PARAMETER, Name, ValueSyntax, is_common_header, is_header_name, is_name_byte,
    name_before,
};
use crate::opening::{Start, quoted_start, skip_whitespace};
use crate::rules::{List, Rules, Verdict};
use crate::start::value_start;
use crate::value_scanner::{End, ValueScanner};
use crate::view::{Incomplete, View};

impl Rules {
    /// Finds the credential after a quoted name and a comma: `("x-api-key", "...")`.
    ///
    /// If a member follows the comma, as in `"value": "..."`, the credential is the member's value,
    /// and the member's name must end in `value` or `values`. Otherwise, the credential is the next
    /// string. The name and this string must then be alone in their brackets, unless the name is a
    /// header name.
    pub(crate) fn pair(&self, view: &View<'_>, comma: usize) -> Result<Verdict, Incomplete> {
        let Some((name, quotes)) = quoted_name(view, comma) else { return Ok(Verdict::Nothing) };
        let value = skip_whitespace(view, comma + 1, 0)?;
        let bare = bare_member(view, value)?;
        let Some(start) = quoted_start(view, value)?.or(bare) else { return Ok(Verdict::Nothing) };
        let kind = match name.syntax {
            ValueSyntax::Authorization => FindingKind::Authorization,
            _ if name.is_header => FindingKind::Header,
            ValueSyntax::Plain | ValueSyntax::Cookie => FindingKind::Member,
        };
        let list = List {
            kind,
            syntax: name.syntax,
            brackets: 0,
            is_call: false,
            level: 0,
            quotes: Some(quotes),
            outer: None,
            is_typed: false,
            is_assigned: false,
            is_bare: false,
            continues: false,
            value: None,
        };
        if bare.is_some() {
            return self.value(view, start, list);
        }
        let End::At(end) = ValueScanner::new(start.until).run(view, start.at, start.at)? else {
            return match name.is_header {
                true => self.value(view, start, list),
                false => Ok(Verdict::Nothing),
            };
        };
        let value = view.slice(start.at, end);
        if is_header_name(value) {
            return Ok(Verdict::Nothing); // a list of names
        }
        // A name and a value as members, as in the HAR format:
        // `{"name": "x-api-key", "value": "..."}`.
        if value.iter().all(|byte| is_name_byte(*byte) || !byte.is_ascii() || b" *".contains(byte))
            && let Some(member) = member_colon(view, end)?
        {
            let is_value = |name: &[u8]| name.to_ascii_lowercase().ends_with(b"value");
            let member = match is_value(value.strip_suffix(b"s").unwrap_or(value)) {
                true => member_value(view, member)?,
                false => None,
            };
            return member.map_or(Ok(Verdict::Nothing), |start| self.value(view, start, list));
        }
        if is_common_header(value) {
            return Ok(Verdict::Nothing); // also a list of names
        }
        // If the value contains a mask, the quote after the value may belong to another string. The
        // brackets of the pair are then unknown, so the pair is left unchanged.
        if !name.is_header && (contains_mask(value) || !is_pair_alone(view, name.start, end)?) {
            return Ok(Verdict::Nothing);
        }
        self.value(view, start, list)
    }
}

/// Returns the credential's name in the quoted string before a comma, and the string's quote.
/// Returns `None` if the string does not consist of such a name.
fn quoted_name(view: &View<'_>, comma: usize) -> Option<(Name, (u8, u8))> {
    let mut at = comma;
    for _ in 0..MAX_BLANKS {
        let Some((_, start)) = whitespace_before(view, at) else { break };
        at = start;
    }
    // An encoded quote, as in `"api_key%22,`, does not end a name after a quote that is not encoded.
    let (quote, start) =
        char_before(view, at).filter(|(byte, start)| is_quote(*byte) && start + 1 == at)?;
    let name = name_before(view, name_in_quotes(view, all_slashes_start(view, start)))?;
    let slashes = start - slashes_start(view, start);
    let quotes = (quote, u8::try_from(slashes).unwrap_or_default());
    (view.before(name.start) == Some(quote)).then_some((name, quotes))
}

/// Returns the start of a member's quoted value, if the member's name is `value` and is not in
/// quotes: `value: "..."`, `Value:"..."`.
fn bare_member(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    let end =
        index + view.run_length(index, LONGEST_PARAMETER, |byte| byte.is_ascii_alphabetic())?;
    let is_value = view.slice(index, end).eq_ignore_ascii_case(b"value");
    if !is_value || !matches!(view.at(end)?, Some(b':' | b'=')) {
        return Ok(None);
    }
    quoted_start(view, skip_whitespace(view, end + 1, 0)?)
}

/// Returns the index after the colon of a member, if the quote here closes the member's name.
fn member_colon(view: &View<'_>, quote: usize) -> Result<Option<usize>, Incomplete> {
    let Some(closing) = char_at(view, quote)? else { return Ok(None) };
    let colon = skip_whitespace(view, closing.next, 0)?;
    let is_colon = view.at(colon)? == Some(b':') && view.at(colon + 1)? != Some(b':');
    Ok(is_colon.then_some(colon + 1))
}

/// Returns the start of a member's value. If the value is an object, returns the start of the
/// value of the object's first member, as in `{"stringValue": "..."}`.
fn member_value(view: &View<'_>, index: usize) -> Result<Option<Start>, Incomplete> {
    let value = skip_whitespace(view, index, 0)?;
    if view.at(value)? != Some(b'{') {
        return value_start(view, index, 0);
    }
    let inner = skip_whitespace(view, value + 1, 0)?;
    let Some(name) = quoted_start(view, inner)? else { return Ok(None) };
    let length = view.run_length(name.at, LONGEST_PARAMETER, is_name_byte)?;
    match member_colon(view, name.at + length)? {
        Some(index) => quoted_start(view, skip_whitespace(view, index, 0)?),
        None => Ok(None),
    }
}

/// Returns whether a quoted name and a quoted value are alone in their brackets: `("token",
/// "...")`, or `["token", "..."]` in a list of such pairs. The name starts at `name`, and the quote
/// after the value is at `quote`.
fn is_pair_alone(view: &View<'_>, name: usize, quote: usize) -> Result<bool, Incomplete> {
    let mut before = slashes_start(view, name.saturating_sub(1));
    if let Some((b'b' | b'B' | b'r' | b'u', start)) = char_before(view, before) {
        before = start; // `(b"token", b"...")`
    }
    for _ in 0..MAX_BLANKS {
        let Some((_, start)) = whitespace_before(view, before) else { break };
        before = start;
    }
    let Some((open, at)) = char_before(view, before) else { return Ok(false) };
    let close = match open {
        b'(' => b')',
        b'[' if matches!(char_before(view, at), Some((b'[' | b',' | b' ' | b'\n', _))) => b']',
        _ => return Ok(false),
    };
    let Some(closing) = char_at(view, quote)?.filter(|found| is_quote(found.byte)) else {
        return Ok(false);
    };
    let mut end = skip_whitespace(view, closing.next, 0)?;
    if view.at(end)? == Some(b',') {
        end = skip_whitespace(view, end + 1, 0)?;
    }
    Ok(view.at(end)? == Some(close))
}
