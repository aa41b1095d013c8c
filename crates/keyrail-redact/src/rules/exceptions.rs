//! Text after a credential's name that is known not to be a credential.

use crate::decode::{is_blank, is_quote};
use crate::names::{is_name_byte, name_before};
use crate::view::{Incomplete, View};

/// The maximum length of the word that is examined at the start of a value: a part of Maven
/// coordinates, the name of the next pair, or a PHP visibility with its class.
const LONGEST_PART: usize = 64;
/// The number of digits of an AWS account ID.
const ACCOUNT_DIGITS: usize = 12;

/// A name (start and end), the sign after it, and the start of its value.
#[derive(Clone, Copy)]
pub(crate) struct Named {
    pub name: (usize, usize),
    pub sign: u8,
    pub value: usize,
    /// Whether the value is in quotes.
    pub is_quoted: bool,
}

/// Returns whether the value is known not to be a credential.
pub(crate) fn is_known(view: &View<'_>, named: Named) -> Result<bool, Incomplete> {
    let Named { name: (start, end), sign, value, is_quoted } = named;
    let name = view.slice(start, end);
    let is_adjacent = value == end + 1;
    Ok(match sign {
        // An HTML attribute, whose value is one character.
        b'=' if is_quoted && name == b"accesskey" => view.at(value + 1)?.is_some_and(is_quote),
        _ if is_quoted => false,
        _ if view.has(value, b"${{")? => true, // a reference in a GitHub workflow
        b':' if is_adjacent && name.contains(&b'.') => is_coordinate(view, value)?,
        // `arn:aws:secretsmanager:eu-west-1:123456789012:secret:name-a1b2c3`
        b':' if is_adjacent && name == b"secret" => is_after_account(view, start),
        b':' => name == b"passwd" && view.before(start) == Some(b'/'), // `/etc/passwd`
        // The working directory of a shell.
        b'=' if matches!(name, b"PWD" | b"OLDPWD") => {
            view.at(value)? == Some(b'/') && view.before(start) != Some(b';')
        }
        b'=' => is_next_pair(view, end, value)?,
        _ => false,
    })
}

/// Returns whether the artifact and the version of Maven coordinates follow:
/// `group:artifact:version`.
fn is_coordinate(view: &View<'_>, value: usize) -> Result<bool, Incomplete> {
    let colon = value + view.run_length(value, LONGEST_PART, is_name_byte)?;
    let artifact = View { lower_bound: value, ..*view };
    Ok(colon > value
        && name_before(&artifact, colon).is_none()
        && !view.contains_key(value, colon)
        && view.at(colon)? == Some(b':')
        && view.at(colon + 1)?.is_some_and(|byte| byte.is_ascii_digit()))
}

/// Returns whether an AWS account ID and a colon are before a name.
fn is_after_account(view: &View<'_>, name: usize) -> bool {
    let is_digit = |back: usize| {
        name.checked_sub(back)
            .and_then(|index| view.before(index))
            .is_some_and(|byte| byte.is_ascii_digit())
    };
    view.before(name) == Some(b':') && (1..=ACCOUNT_DIGITS).all(is_digit)
}

/// Returns whether a name has an empty value, because the next pair follows the equals sign and a
/// blank, as in `token= status=200`.
fn is_next_pair(view: &View<'_>, name: usize, value: usize) -> Result<bool, Incomplete> {
    if view.at(name)? != Some(b'=') || !view.at(name + 1)?.is_some_and(is_blank) {
        return Ok(false);
    }
    let sign = value + view.run_length(value, LONGEST_PART, is_name_byte)?;
    Ok(sign > value
        && !view.contains_key(value, sign)
        && view.at(sign)? == Some(b'=')
        && view.at(sign + 1)?.is_some_and(|byte| byte > b' ' && byte != b'='))
}

/// Returns the start of the value of a member that PHP prints with its visibility:
/// `[token:protected] => ...`.
pub(crate) fn after_visibility(view: &View<'_>, value: usize) -> Result<Option<usize>, Incomplete> {
    let is_class_byte = |byte: u8| is_name_byte(byte) || matches!(byte, b'\\' | b':');
    let end = value + view.run_length(value, LONGEST_PART, is_class_byte)?;
    let word = view.slice(value, end);
    let is_visibility = word.ends_with(b"protected") || word.ends_with(b"private");
    Ok((is_visibility && view.has(end, b"] => ")?).then_some(end + b"] =>".len()))
}
