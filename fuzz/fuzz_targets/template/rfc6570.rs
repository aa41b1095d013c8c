//! Expansion by the steps of RFC 6570, appendix A, without optimizations. It is the oracle
//! for well-formed templates.

use keyrail_url::TemplateValue;

/// An operator's row of the table in the appendix: `first`, `sep`, `named`, `ifemp`, and
/// whether reserved characters are allowed.
type Row = (&'static str, &'static str, bool, &'static str, bool);

const PLAIN: Row = ("", ",", false, "", false);
const OPERATORS: [(char, Row); 7] = [
    ('+', ("", ",", false, "", true)),
    ('#', ("#", ",", false, "", true)),
    ('.', (".", ".", false, "", false)),
    ('/', ("/", "/", false, "", false)),
    (';', (";", ";", true, "", false)),
    ('?', ("?", "&", true, "=", false)),
    ('&', ("&", "&", true, "=", false)),
];

/// Expands a template. Returns `None` if a prefix modifier, as in `{name:3}`, applies to a
/// non-empty list or associative array.
pub fn expand(template: &str, variables: &[(&str, TemplateValue)]) -> Option<String> {
    let mut out = String::new();
    let mut rest = template;
    while let Some((text, after)) = rest.split_once('{') {
        out.push_str(&literal(text));
        let (expression, after) = after.split_once('}').expect("the template is malformed");
        out.push_str(&expand_expression(expression, variables)?);
        rest = after;
    }
    Some(out + &literal(rest))
}

fn literal(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii() { char::from(byte).to_string() } else { escape(byte) })
        .collect()
}

fn expand_expression(text: &str, variables: &[(&str, TemplateValue)]) -> Option<String> {
    let found = OPERATORS.iter().find(|(operator, _)| text.starts_with(*operator));
    let (row, list) = found.map_or((PLAIN, text), |(_, row)| (*row, &text[1..]));
    let mut pieces = Vec::new();
    for spec in list.split(',') {
        let (name, prefix) = match spec.split_once(':') {
            Some((name, length)) => (name, Some(length.parse::<usize>().unwrap())),
            None => (spec.trim_end_matches('*'), None),
        };
        let value = variables.iter().find(|(given, _)| *given == name).map(|(_, value)| value);
        match value {
            None => {}
            Some(TemplateValue::Text(text)) => {
                let text = match prefix {
                    Some(length) => characters(text, row.4).into_iter().take(length).collect(),
                    None => text.to_string(),
                };
                pieces.push(named(row, name, &allow(&text, row.4)));
            }
            Some(TemplateValue::List(list)) if list.is_empty() => {}
            Some(TemplateValue::Pairs(pairs)) if pairs.is_empty() => {}
            Some(_) if prefix.is_some() => return None,
            Some(TemplateValue::List(list)) => {
                let members: Vec<String> = list.iter().map(|member| allow(member, row.4)).collect();
                match spec.ends_with('*') {
                    true => pieces.extend(members.iter().map(|member| named(row, name, member))),
                    false => pieces.push(named_whole(row, name, &members)),
                }
            }
            Some(TemplateValue::Pairs(pairs)) => {
                let pairs = pairs.iter().map(|(k, v)| [allow(k, row.4), allow(v, row.4)]);
                match spec.ends_with('*') {
                    true => pieces.extend(pairs.map(|[k, v]| match row.2 {
                        true => named(row, &k, &v),
                        false => format!("{k}={v}"),
                    })),
                    false => {
                        pieces.push(named_whole(row, name, &pairs.flatten().collect::<Vec<_>>()))
                    }
                }
            }
        }
    }
    Some(if pieces.is_empty() { String::new() } else { row.0.to_owned() + &pieces.join(row.1) })
}

fn named((_, _, is_named, if_empty, _): Row, name: &str, value: &str) -> String {
    match (is_named, value) {
        (false, _) => value.to_owned(),
        (true, "") => format!("{name}{if_empty}"),
        (true, _) => format!("{name}={value}"),
    }
}

/// Returns the expansion of a list or an associative array without the explode modifier. The
/// list or array must not be empty.
fn named_whole(row: Row, name: &str, members: &[String]) -> String {
    let joined = members.join(",");
    if row.2 { format!("{name}={joined}") } else { joined }
}

/// Escapes all characters except unreserved ones. If `reserved` is true, reserved characters and
/// existing escapes are kept, too.
fn allow(text: &str, reserved: bool) -> String {
    let bytes = text.as_bytes();
    let escape_byte = |(at, byte): (usize, &u8)| {
        let marks: &[u8] = if reserved { b"-._~:/?#[]@!$&'()*+,;=" } else { b"-._~" };
        let kept = byte.is_ascii_alphanumeric()
            || marks.contains(byte)
            || (reserved && escaped_byte(&bytes[at..]).is_some());
        if kept { char::from(*byte).to_string() } else { escape(*byte) }
    };
    bytes.iter().enumerate().map(escape_byte).collect()
}

/// Splits a value into characters. If `reserved` is true, a run of escapes that encodes one
/// character counts as one character, and an escape that is not part of such a run counts as a
/// character of its own.
fn characters(text: &str, reserved: bool) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let run: Vec<u8> =
            (0..4).map_while(|i| escaped_byte(rest.as_bytes().get(3 * i..)?)).collect();
        let whole = (1..=run.len()).find(|count| std::str::from_utf8(&run[..*count]).is_ok());
        let length = match whole {
            _ if !reserved || run.is_empty() => first.len_utf8(),
            Some(count) => 3 * count,
            None => 3,
        };
        let (character, after) = rest.split_at(length);
        found.push(character.to_owned());
        rest = after;
    }
    found
}

fn escaped_byte(bytes: &[u8]) -> Option<u8> {
    match bytes {
        [b'%', high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
            u8::from_str_radix(std::str::from_utf8(&bytes[1..3]).unwrap(), 16).ok()
        }
        _ => None,
    }
}

fn escape(byte: u8) -> String {
    format!("%{byte:02X}")
}
