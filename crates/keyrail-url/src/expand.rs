//! Expansion of one expression of a URI template (RFC 6570, section 3.2).

use alloc::string::String;

use crate::decode::parse_hex_byte;
use crate::encode::push_escape;
use crate::expression::{Expression, Modifier, Operator, Variable};
use crate::{EncodeSet, Error, ErrorKind, MAX_URL, TemplateValue, encode_into};

/// Appends the expansion of an expression. `value` returns the value of a variable.
///
/// Once `out` is longer than [`MAX_URL`] bytes, the function stops after the current variable or
/// item, because the caller rejects longer URLs.
///
/// # Errors
///
/// `url.prefix_of_list`.
pub(crate) fn expand<'v>(
    expression: &Expression,
    value: impl Fn(&str) -> Option<&'v TemplateValue<'v>>,
    out: &mut String,
) -> Result<(), Error> {
    let operator = &expression.operator;
    let mut separator = operator.first;
    for variable in &expression.variables {
        let Some(value) = value(&variable.name).filter(|value| value.is_defined()) else {
            continue;
        };
        out.push_str(separator);
        separator = operator.separator;
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
        if is_too_long(out) {
            break;
        }
    }
    Ok(())
}

/// Returns whether a URL is already too long. Without this check, a name or a value that is
/// repeated thousands of times could exhaust the memory.
const fn is_too_long(out: &str) -> bool {
    out.len() > MAX_URL
}

/// Appends a string, preceded by the name of its variable if the operator requires it.
fn write_named(operator: &Operator, name: &str, text: &str, out: &mut String) {
    if operator.named {
        out.push_str(name);
        out.push_str(if text.is_empty() { operator.if_empty } else { "=" });
    }
    write(operator, text, out);
}

/// Appends a composite value that is not exploded: its members, separated by commas.
fn join(operator: &Operator, variable: &Variable, value: &TemplateValue<'_>, out: &mut String) {
    if operator.named {
        out.push_str(&variable.name);
        out.push('='); // always `=`, and never the operator's `if_empty` string: an empty list counts as undefined, and does not get here
    }
    let mut separator = "";
    let mut member = |text: &str, out: &mut String| {
        out.push_str(separator);
        separator = ",";
        write(operator, text, out);
    };
    match value {
        TemplateValue::Text(text) => member(text, out),
        TemplateValue::List(list) => {
            for text in list.iter() {
                member(text, out);
                if is_too_long(out) {
                    break;
                }
            }
        }
        TemplateValue::Pairs(pairs) => {
            for (name, text) in pairs.iter() {
                member(name, out);
                member(text, out);
                if is_too_long(out) {
                    break;
                }
            }
        }
    }
}

/// Appends an exploded composite value: each member as if it were a separate variable.
fn explode(operator: &Operator, name: &str, value: &TemplateValue<'_>, out: &mut String) {
    let mut separator = "";
    let mut write_separator = |out: &mut String| {
        out.push_str(separator);
        separator = operator.separator;
    };
    match value {
        TemplateValue::Text(text) => write_named(operator, name, text, out),
        TemplateValue::List(list) => {
            for text in list.iter() {
                write_separator(out);
                write_named(operator, name, text, out);
                if is_too_long(out) {
                    break;
                }
            }
        }
        TemplateValue::Pairs(pairs) => {
            for (name, text) in pairs.iter() {
                write_separator(out);
                write(operator, name, out);
                let is_short = operator.named && text.is_empty();
                out.push_str(if is_short { operator.if_empty } else { "=" });
                write(operator, text, out);
                if is_too_long(out) {
                    break;
                }
            }
        }
    }
}

/// Appends a string, escaped as the operator requires.
fn write(operator: &Operator, text: &str, out: &mut String) {
    if operator.reserved { write_reserved(text, out) } else { encode_into(text, out) }
}

/// Appends a string, keeping reserved characters and valid escapes (RFC 6570, section 3.2.1).
fn write_reserved(text: &str, out: &mut String) {
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte == b'%' && parse_hex_byte(after).is_some() || is_reserved_or_unreserved(byte) {
            out.push(char::from(byte));
        } else {
            push_escape(out, byte);
        }
    }
}

/// Returns whether a byte is reserved or unreserved (RFC 3986, sections 2.2 and 2.3).
const fn is_reserved_or_unreserved(byte: u8) -> bool {
    EncodeSet::FRAGMENT.keeps(byte) || matches!(byte, b'#' | b'[' | b']')
}

/// Returns the first `length` characters. If escapes are kept, the escapes of one character
/// count as one character and are not split (RFC 6570, appendix A).
fn prefix(text: &str, length: usize, keeps_escapes: bool) -> &str {
    let mut rest = text;
    for _ in 0..length {
        rest = match strip_escaped_character(rest) {
            Some(after) if keeps_escapes => after,
            _ => {
                let mut characters = rest.chars();
                characters.next();
                characters.as_str()
            }
        };
    }
    text.strip_suffix(rest).unwrap_or(text)
}

/// Removes the first character, which consists of one or more escapes, and returns the rest of the
/// string. If these escapes are not valid UTF-8, only the first escape is removed. Returns `None`
/// if the string does not start with an escape.
fn strip_escaped_character(text: &str) -> Option<&str> {
    let (first, after_first) = strip_escape(text)?;
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => 1,
    };
    let mut bytes = [first, 0, 0, 0];
    let mut rest = after_first;
    for byte in bytes.iter_mut().take(length).skip(1) {
        let Some((next, after)) = strip_escape(rest) else { return Some(after_first) };
        (*byte, rest) = (next, after);
    }
    let character = bytes.get(..length).map(core::str::from_utf8);
    Some(if let Some(Ok(_)) = character { rest } else { after_first })
}

/// Returns the byte that the escape at the start represents, and the string after the escape.
/// Returns `None` if the string does not start with an escape.
fn strip_escape(text: &str) -> Option<(u8, &str)> {
    let digits = text.strip_prefix('%')?;
    let (byte, _) = parse_hex_byte(digits.as_bytes())?;
    Some((byte, digits.get(2..)?))
}
