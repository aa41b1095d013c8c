//! Expansion of one expression of a URI template (RFC 6570, section 3.2).

use alloc::string::String;

use crate::decode::escaped;
use crate::encode::push_escape;
use crate::expression::{Expression, Modifier, Operator, Variable};
use crate::{EncodeSet, Error, ErrorKind, MAX_URL, TemplateValue, encode_into};

/// Appends an expression's value; `value` finds that of a variable.
///
/// It stops soon after [`MAX_URL`] bytes: the caller rejects what is longer.
///
/// Error: `url.prefix_of_list`.
pub(crate) fn expand<'v>(
    expression: &Expression,
    value: impl Fn(&str) -> Option<&'v TemplateValue<'v>>,
    out: &mut String,
) -> Result<(), Error> {
    let operator = &expression.operator;
    let mut before = operator.first;
    for variable in &expression.variables {
        let Some(value) = value(&variable.name).filter(|value| value.is_defined()) else {
            continue;
        };
        out.push_str(before);
        before = operator.separator;
        match (value, variable.modifier) {
            (TemplateValue::Text(text), Modifier::Prefix(length)) => {
                let text = prefix(text, usize::from(length), operator.reserved);
                write_named(operator, &variable.name, text, out);
            }
            (TemplateValue::Text(text), _) => write_named(operator, &variable.name, text, out),
            (_, Modifier::Prefix(_)) => return Err(ErrorKind::PrefixOfList.into()),
            (_, Modifier::Explode) => explode(operator, &variable.name, value, out),
            (_, Modifier::None) => join(operator, variable, value, out),
        }
        if out.len() > MAX_URL {
            break; // one expression may name a variable thousands of times
        }
    }
    Ok(())
}

/// A text, after its name where the operator says so.
fn write_named(operator: &Operator, name: &str, text: &str, out: &mut String) {
    if operator.named {
        out.push_str(name);
        out.push_str(if text.is_empty() { operator.if_empty } else { "=" });
    }
    write(operator, text, out);
}

/// A composite value as one: its members with commas between them.
fn join(operator: &Operator, variable: &Variable, value: &TemplateValue<'_>, out: &mut String) {
    if operator.named {
        out.push_str(&variable.name);
        out.push('='); // it has members, so it is not empty
    }
    let mut comma = "";
    let mut member = |text: &str, out: &mut String| {
        out.push_str(comma);
        comma = ",";
        write(operator, text, out);
    };
    match value {
        TemplateValue::Text(text) => member(text, out),
        TemplateValue::List(list) => list.iter().for_each(|text| member(text, out)),
        TemplateValue::Pairs(pairs) => pairs.iter().for_each(|(name, text)| {
            member(name, out);
            member(text, out);
        }),
    }
}

/// A composite value member by member, each as a variable of its own.
fn explode(operator: &Operator, name: &str, value: &TemplateValue<'_>, out: &mut String) {
    let mut before = "";
    let mut next = |out: &mut String| {
        out.push_str(before);
        before = operator.separator;
    };
    match value {
        TemplateValue::Text(text) => write_named(operator, name, text, out),
        TemplateValue::List(list) => list.iter().for_each(|text| {
            next(out);
            write_named(operator, name, text, out);
        }),
        TemplateValue::Pairs(pairs) => pairs.iter().for_each(|(name, text)| {
            next(out);
            write(operator, name, out);
            let equals = if operator.named && text.is_empty() { operator.if_empty } else { "=" };
            out.push_str(equals);
            write(operator, text, out);
        }),
    }
}

fn write(operator: &Operator, text: &str, out: &mut String) {
    if operator.reserved { write_reserved(text, out) } else { encode_into(text, out) }
}

/// Reserved characters and valid escapes stay (RFC 6570, section 3.2.1).
fn write_reserved(text: &str, out: &mut String) {
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' && escaped(after).is_some() || is_reserved(byte) {
            out.push(char::from(byte));
        } else {
            push_escape(out, byte);
        }
    }
}

/// Reserved or unreserved (RFC 3986, sections 2.2 and 2.3).
const fn is_reserved(byte: u8) -> bool {
    EncodeSet::FRAGMENT.keeps(byte) || matches!(byte, b'#' | b'[' | b']')
}

/// So many characters from the start. Where escapes stay, those that stand for
/// one character count as one and are not parted (RFC 6570, appendix A).
fn prefix(text: &str, length: usize, reserved: bool) -> &str {
    let mut rest = text;
    for _ in 0..length {
        rest = match escaped_character(rest) {
            Some(after) if reserved => after,
            _ => {
                let mut characters = rest.chars();
                characters.next();
                characters.as_str()
            }
        };
    }
    text.strip_suffix(rest).unwrap_or(text)
}

/// What is after the escapes of one character at the start, if there are
/// any; escapes of no UTF-8 are parted one by one.
fn escaped_character(text: &str) -> Option<&str> {
    let (first, after_one) = unescape(text)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let mut bytes = [first, 0, 0, 0];
    let mut rest = after_one;
    for place in bytes.iter_mut().take(length).skip(1) {
        let Some((byte, after)) = unescape(rest) else { return Some(after_one) };
        (*place, rest) = (byte, after);
    }
    let character = bytes.get(..length).map(core::str::from_utf8);
    Some(if let Some(Ok(_)) = character { rest } else { after_one })
}

/// The byte of the escape at the start, and the text after it.
fn unescape(text: &str) -> Option<(u8, &str)> {
    let digits = text.strip_prefix('%')?;
    let (byte, _) = escaped(digits.as_bytes())?;
    Some((byte, digits.get(2..)?))
}
