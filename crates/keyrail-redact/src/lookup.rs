//! Lookups of credentials in code: `os.getenv("TOKEN")`, `config["token"]`. The name in
//! quotes is not a secret, but a default value after the lookup may be one.

use crate::decode::{DecodedChar, Form, char_at, is_quote};
use crate::name_end::name_in_quotes;
use crate::names::{LONGEST_PARAMETER, is_name_byte, is_spelled_like_name, name_before};
use crate::opening::{Start, quoted_start, skip_blanks, skip_whitespace};
use crate::value_scanner::Terminator;
use crate::view::{Incomplete, View};

/// The maximum length of the path before the bracket:
/// `ProcessInfo.processInfo.environment`.
const LONGEST_PATH: usize = 64;

/// Functions that look up a value by name, in lower case.
const FUNCTIONS: [&str; 16] = [
    "config",
    "env",
    "env!",
    "fetch",
    "get",
    "get_env",
    "getenv",
    "getenvironmentvariable",
    "getheader",
    "getproperty",
    "getstring",
    "header",
    "lookup",
    "lookupenv",
    "option_env!",
    "var",
];

/// The operators between a lookup and its default value. The operator may be on the line after the
/// lookup.
const OPERATORS: [&[u8]; 9] = [
    b"||",
    b"??",
    b"?:",
    b"or ",
    b".unwrap_or(",
    b".unwrap_or_else(",
    b".orElse(",
    b".getOrElse(",
    b".getOrDefault(",
];
/// The maximum length of a closure's parameter, including the bars: `|_|`.
const LONGEST_CLOSURE: usize = 16;

/// Returns the end of the lookup that starts here, if it looks up a credential.
pub(crate) fn lookup_end(view: &View<'_>, index: usize) -> Result<Option<usize>, Incomplete> {
    let is_path_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_.:$@!?->".contains(&byte);
    let open = index + view.run_length(index, LONGEST_PATH, is_path_byte)?;
    let closing = match view.at(open)? {
        Some(b'[') if open > index => b']',
        Some(b'(') if is_function(view.slice(index, open)) => b')',
        _ => return Ok(None),
    };
    let Some(quoted) = quoted_start(view, open + 1)? else { return Ok(None) };
    let Terminator::Quote { quote, .. } = quoted.until else { return Ok(None) };
    let Some(end) = name_in_quotes_end(view, quoted.at, quote)? else { return Ok(None) };
    let is_lookup = view.at(end + 1)? == Some(closing)
        && !view.at(end + 2)?.is_some_and(|byte| byte.is_ascii_alphanumeric())
        && !view.contains_key(index, open);
    Ok(is_lookup.then_some(end + 2))
}

/// Returns the start of the default value of the lookup that ends here.
pub(crate) fn default_of_lookup(
    view: &View<'_>,
    index: usize,
) -> Result<Option<Start>, Incomplete> {
    let index = index + if view.has(index, b".ok()")? { b".ok()".len() } else { 0 };
    let block = skip_blanks(view, index, 0)?;
    if view.has(block, b"{ ")? {
        return quoted_start(view, skip_blanks(view, block + 1, 0)?);
    }
    let at = skip_whitespace(view, block, 0)?;
    for operator in OPERATORS {
        if view.has(at, operator)? {
            let after = closure_end(view, at + operator.len())?;
            return quoted_start(view, skip_blanks(view, after, 0)?);
        }
    }
    Ok(None)
}

/// Returns the end of the closure's parameter here, or `index` if no closure starts here.
fn closure_end(view: &View<'_>, index: usize) -> Result<usize, Incomplete> {
    let is_closure_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"_|".contains(&byte);
    let length = view.run_length(index, LONGEST_CLOSURE, is_closure_byte)?;
    let text = view.slice(index, index + length);
    let is_closure = length > 1 && text.starts_with(b"|") && text.ends_with(b"|");
    Ok(index + if is_closure { length } else { 0 })
}

/// Returns the end of the quoted string that starts here, if it is a credential's name.
pub(crate) fn name_in_quotes_end(
    view: &View<'_>,
    index: usize,
    quote: u8,
) -> Result<Option<usize>, Incomplete> {
    // A path in the configuration of .NET contains colons: `Api:Token`.
    let is_path_byte = |byte: u8| is_name_byte(byte) || byte == b':';
    let end = index + view.run_length(index, LONGEST_PARAMETER, is_path_byte)?;
    let inside = View { lower_bound: index, ..*view };
    let is_name = name_before(&inside, name_in_quotes(&inside, end))
        .is_some_and(|name| matches!(inside.before(name.start), None | Some(b':')));
    let is_closed = matches!(
        char_at(view, end)?,
        Some(DecodedChar { byte, form: Form::Raw(0), .. }) if byte == quote && is_quote(byte)
    );
    Ok((is_name && is_closed && is_spelled_like_name(view.slice(index, end))).then_some(end))
}

fn is_function(path: &[u8]) -> bool {
    let name = path.rsplit(|byte| b".:$@->".contains(byte)).next().unwrap_or_default();
    FUNCTIONS.iter().any(|function| name.eq_ignore_ascii_case(function.as_bytes()))
}
