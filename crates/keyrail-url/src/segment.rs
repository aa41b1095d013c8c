//! Path segments: the strings that are allowed between two slashes of a path.
//!
//! URL parsers remove the dot segments `.` and `..`. With `..`, they also remove the segment before
//! it (RFC 3986, section 5.2.4). Many also remove escaped forms of these segments, and treat a
//! backslash as a slash.

use crate::{Error, ErrorKind};

/// Checks that an unescaped string is allowed as one segment of a path.
///
/// This check is applied to every segment of [`BaseUrl::join`](crate::BaseUrl::join) and to every
/// variable in the path of a base URL template. A slash is allowed, because it is escaped when the
/// string is put into the URL. But some servers decode a path before they resolve dot segments, so
/// no part between slashes may be one or two dots.
///
/// # Errors
///
/// `url.empty_segment`, `url.backslash`, `url.control_character`, and `url.dot_segment` for `.`,
/// `..` and their escaped forms, such as `%2E.`. The string is split at slashes, and at escaped
/// slashes and backslashes. If any part is a dot segment, the string is rejected.
///
/// ```
/// use keyrail_url::check_segment;
/// assert!(check_segment("room 1/ü").is_ok());
/// assert_eq!(check_segment("%2e.").unwrap_err().code(), "url.dot_segment");
/// ```
pub fn check_segment(text: &str) -> Result<(), Error> {
    if text.is_empty() {
        return Err(Error::at(ErrorKind::EmptySegment, 0));
    }
    if is_dot_segment(text) {
        return Err(Error::at(ErrorKind::DotSegment, 0));
    }
    for (at, character) in text.char_indices() {
        if character == '\\' {
            return Err(Error::at(ErrorKind::Backslash, at));
        }
        if character.is_control() {
            return Err(Error::at(ErrorKind::ControlCharacter, at));
        }
    }
    match find_dot_segment(text) {
        Some(at) => Err(Error::at(ErrorKind::DotSegment, at)),
        None => Ok(()),
    }
}

/// Returns the index of the first dot segment in a string, or `None` if it has none. The string is
/// split at slashes and backslashes, and an escaped one counts like a plain one.
pub(crate) fn find_dot_segment(segment: &str) -> Option<usize> {
    let mut rest = segment;
    let mut start = 0;
    while let Some((end, slash_len)) = find_slash(rest) {
        let (part, after) = rest.split_at_checked(end)?;
        if is_dot_segment(part) {
            return Some(start);
        }
        start += end + slash_len;
        rest = after.get(slash_len..)?;
    }
    is_dot_segment(rest).then_some(start)
}

/// Returns the index and the length of the first slash or backslash, plain or escaped.
fn find_slash(text: &str) -> Option<(usize, usize)> {
    const ESCAPED: [&str; 4] = ["%2f", "%2F", "%5c", "%5C"];
    text.match_indices(['/', '\\', '%']).find_map(|(at, found)| {
        let length = if found == "%" { 3 } else { 1 };
        let slash = text.get(at..at + length)?;
        (length == 1 || ESCAPED.contains(&slash)).then_some((at, length))
    })
}

/// Returns whether a segment consists of one or two dots, each plain or escaped.
pub(crate) fn is_dot_segment(segment: &str) -> bool {
    let mut rest = segment;
    let mut dots = 0;
    while let Some(after) = strip_dot(rest) {
        rest = after;
        dots += 1;
    }
    rest.is_empty() && (dots == 1 || dots == 2)
}

/// Returns the string after a dot, plain or escaped. Returns `None` if the string does not start
/// with a dot.
fn strip_dot(text: &str) -> Option<&str> {
    [".", "%2e", "%2E"].iter().find_map(|dot| text.strip_prefix(dot))
}

#[cfg(test)]
mod tests {
    use super::check_segment;

    #[test]
    fn rejects_empty_segments_dot_segments_backslashes_and_control_characters() {
        let cases = [
            ("", "url.empty_segment", 0),
            (".", "url.dot_segment", 0),
            ("..", "url.dot_segment", 0),
            ("%2e", "url.dot_segment", 0),
            ("%2E%2e", "url.dot_segment", 0),
            (".%2E", "url.dot_segment", 0),
            ("a\\b", "url.backslash", 1),
            ("a\tb", "url.control_character", 1),
            ("a\0", "url.control_character", 1),
            ("\u{7f}", "url.control_character", 0),
            ("ü\u{85}", "url.control_character", 2),
            ("../../admin", "url.dot_segment", 0),
            ("a/../b", "url.dot_segment", 2),
            ("a/.", "url.dot_segment", 2),
            ("a%2F..", "url.dot_segment", 4),
            ("a%2f%2e%2E%2fb", "url.dot_segment", 4),
            ("a%5c..", "url.dot_segment", 4),
            ("é/./b", "url.dot_segment", 3),
        ];
        for (text, code, offset) in cases {
            let error = check_segment(text).unwrap_err();
            assert_eq!((error.code(), error.offset()), (code, Some(offset)), "{text:?}");
        }
    }

    #[test]
    fn dots_next_to_other_characters_are_accepted() {
        for text in [
            "...",
            "a.",
            ".a",
            "..a",
            "%2e%2e%2e",
            "%252e",
            " ",
            "a/b",
            "a/..b",
            "/a%2f.b/",
            "a%2",
            "%2f",
        ] {
            assert!(check_segment(text).is_ok(), "{text:?}");
        }
    }
}
