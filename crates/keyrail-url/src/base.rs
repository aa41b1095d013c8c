//! Base URLs: the fixed start of every URL of a platform.
//!
//! A base URL is an absolute `https` URL (RFC 3986, section 4.3) that all URL parsers interpret in
//! the same way. If segments are joined to a base URL, the result keeps the origin of the base URL,
//! and its path starts with the path of the base URL.

use alloc::string::String;
use core::fmt;

use crate::authority::Authority;
use crate::decode::parse_hex_byte;
use crate::segment::find_dot_segment;
use crate::{BaseUrlTemplate, Error, ErrorKind, check_segment, encode};

/// The maximum length of a URL that is parsed, expanded or joined, in bytes.
pub const MAX_URL: usize = 64 * 1024;

/// An absolute `https` URL that ends with a slash; a missing slash is added. It has no user name,
/// query or fragment, and no dot segments, control characters, backslashes or unexpanded braces
/// (RFC 3986). The scheme and the host are in lower case. A URL of the local machine may use
/// `http`: see [`new_with_loopback`](Self::new_with_loopback).
///
/// ```
/// use keyrail_url::BaseUrl;
/// let base = BaseUrl::new("https://abcorp.mehery.io/xms")?;
/// assert_eq!(base.as_str(), "https://abcorp.mehery.io/xms/");
/// assert_eq!(base.join(&["api", "a b"])?, "https://abcorp.mehery.io/xms/api/a%20b");
/// assert_eq!(base.join(&[".."]).unwrap_err().code(), "url.dot_segment");
/// # Ok::<(), keyrail_url::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BaseUrl {
    text: String,
    scheme: &'static str,
    host: String,
    port: Option<u16>,
}

impl BaseUrl {
    /// Parses an `https` URL.
    ///
    /// # Errors
    ///
    /// `url.scheme`, `url.userinfo`, `url.empty_host`,
    /// `url.malformed_host`, `url.empty_port`, `url.malformed_port`,
    /// `url.query`, `url.fragment`, `url.left_over_variable`,
    /// `url.control_character`, `url.backslash`, `url.non_ascii`,
    /// `url.malformed_path`, `url.malformed_escape`, `url.dot_segment` (plain
    /// or escaped), `url.too_long`; each with its offset.
    pub fn new(text: &str) -> Result<Self, Error> {
        Self::parse(text, false)
    }

    /// Parses an `https` URL, or an `http` URL of the local machine
    /// (`localhost`, 127.0.0.0/8, `[::1]`), for tests and development.
    ///
    /// # Errors
    ///
    /// Those of [`new`](Self::new).
    pub fn new_with_loopback(text: &str) -> Result<Self, Error> {
        Self::parse(text, true)
    }

    /// Expands a template of a base URL. Use [`BaseUrlTemplate`] to parse
    /// a template once and expand it more than once.
    ///
    /// # Errors
    ///
    /// Those of [`BaseUrlTemplate::parse`](crate::BaseUrlTemplate::parse) and
    /// [`BaseUrlTemplate::expand`](crate::BaseUrlTemplate::expand).
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_url::BaseUrl;
    /// let base = BaseUrl::from_template(
    ///     "https://{apiUrl}/v1/{appId}/",
    ///     &[("apiUrl", "https://api.example"), ("appId", "a1b2c3d4e5")],
    /// )?;
    /// assert_eq!(base.as_str(), "https://api.example/v1/a1b2c3d4e5/");
    /// # Ok::<(), keyrail_url::Error>(())
    /// ```
    pub fn from_template<N: AsRef<str>, V: AsRef<str>>(
        template: &str,
        variables: &[(N, V)],
    ) -> Result<Self, Error> {
        BaseUrlTemplate::parse(template)?.expand(variables)
    }

    fn parse(text: &str, loopback_allowed: bool) -> Result<Self, Error> {
        if text.len() > MAX_URL {
            return Err(Error::at(ErrorKind::TooLong, floor_char_boundary(text, MAX_URL)));
        }
        check_characters(text).map_err(|error| in_host(text, error))?;
        let (scheme, rest) = strip_scheme(text)?;
        let start = text.len() - rest.len();
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let Authority { host, port } = {
            let authority = Authority::parse(authority, start)?;
            if scheme == "http" && !(loopback_allowed && authority.is_loopback()) {
                return Err(Error::at(ErrorKind::Scheme, 0));
            }
            authority
        };
        check_path(path, start + end)?;
        let mut url = String::with_capacity(text.len() + 1);
        url.push_str(scheme);
        url.push_str("://");
        url.push_str(&authority.to_ascii_lowercase());
        url.push_str(path);
        if !url.ends_with('/') {
            url.push('/');
        }
        if url.len() > MAX_URL {
            return Err(Error::at(ErrorKind::TooLong, MAX_URL));
        }
        Ok(Self { text: url, scheme, host, port })
    }

    /// Appends segments to the path, each fully escaped, and returns the URL as a string. Without
    /// segments, the result is the base URL itself.
    ///
    /// # Errors
    ///
    /// Those of [`check_segment`], with the offset in the segment, and
    /// `url.too_long`.
    pub fn join<S: AsRef<str>>(&self, segments: &[S]) -> Result<String, Error> {
        let mut url = self.text.clone();
        for (index, segment) in segments.iter().enumerate() {
            let segment = segment.as_ref();
            if url.len().max(segment.len()) > MAX_URL {
                return Err(ErrorKind::TooLong.into());
            }
            check_segment(segment)?;
            if index > 0 {
                url.push('/');
            }
            url.push_str(&encode(segment));
        }
        if url.len() > MAX_URL {
            return Err(ErrorKind::TooLong.into());
        }
        Ok(url)
    }

    /// Returns the URL as a string, which ends with a slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the scheme, `https` or `http`. Only a URL of the local machine can have `http`.
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Returns the host in lower case. An IPv6 address has no brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port, if one is specified.
    pub const fn port(&self) -> Option<u16> {
        self.port
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrl({})", self.text)
    }
}

/// Replaces an error for a non-ASCII character in the host by [`ErrorKind::NonAsciiHost`], which
/// suggests Punycode. Returns any other error unchanged.
pub(crate) fn in_host(text: &str, error: Error) -> Error {
    let at = error.offset().unwrap_or_default();
    let start = text.find("://").map_or(0, |colon| colon + "://".len());
    let host = text.get(start..at).filter(|_| *error.kind() == ErrorKind::NonAscii);
    match host {
        Some(host) if !host.contains(['/', '?', '#', '@']) => {
            Error::at(ErrorKind::NonAsciiHost, at)
        }
        _ => error,
    }
}

/// Returns the limit, or the start of the character that the limit would split.
pub(crate) fn floor_char_boundary(text: &str, limit: usize) -> usize {
    (0..=limit).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// Checks that a URL contains no characters that some URL parsers drop or change.
pub(crate) fn check_characters(text: &str) -> Result<(), Error> {
    for (at, character) in text.char_indices() {
        let kind = match character {
            '{' | '}' => ErrorKind::LeftOverVariable,
            '\\' => ErrorKind::Backslash,
            _ if character.is_control() => ErrorKind::ControlCharacter,
            _ if !character.is_ascii() => ErrorKind::NonAscii,
            _ => continue,
        };
        return Err(Error::at(kind, at));
    }
    Ok(())
}

/// Returns the scheme and the string after `://`. The case of the scheme is ignored.
fn strip_scheme(text: &str) -> Result<(&'static str, &str), Error> {
    let (scheme, rest) = text.split_once("://").ok_or(Error::at(ErrorKind::Scheme, 0))?;
    let known = ["https", "http"].into_iter().find(|known| scheme.eq_ignore_ascii_case(known));
    known.map(|scheme| (scheme, rest)).ok_or(Error::at(ErrorKind::Scheme, 0))
}

/// Checks a path (RFC 3986, section 3.3); `at` is its offset in the URL.
fn check_path(path: &str, at: usize) -> Result<(), Error> {
    let mut start = at;
    let mut rest = path.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let here = at + path.len() - rest.len();
        rest = match byte {
            b'?' => return Err(Error::at(ErrorKind::Query, here)),
            b'#' => return Err(Error::at(ErrorKind::Fragment, here)),
            b'%' => match parse_hex_byte(after) {
                Some((_, after)) => after,
                None => return Err(Error::at(ErrorKind::MalformedEscape, here)),
            },
            _ if is_path_byte(byte) => after,
            _ => return Err(Error::at(ErrorKind::MalformedPath, here)),
        };
    }
    for segment in path.split('/') {
        if let Some(at) = find_dot_segment(segment) {
            return Err(Error::at(ErrorKind::DotSegment, start + at));
        }
        start += segment.len() + 1;
    }
    Ok(())
}

/// Returns whether a byte is a slash or a `pchar` other than an escape.
const fn is_path_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'.' | b'_' | b'~' | b':' | b'@' | b'/')
        || matches!(
            byte,
            b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
        )
}

keyrail_core::from_str! {
    BaseUrl: new, Error;
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::{String, ToString};

    use proptest::prelude::*;

    use super::{BaseUrl, MAX_URL};
    use crate::decode;

    fn assert_error(text: &str, code: &str, offset: usize) {
        let error = BaseUrl::new(text).unwrap_err();
        assert_eq!((error.code(), error.offset()), (code, Some(offset)), "{text:?}");
    }

    #[test]
    fn parses_the_parts_and_appends_a_slash_to_the_path() {
        let base = BaseUrl::new("HTTPS://API.Example:8443/Xms").unwrap();
        assert_eq!(base.as_str(), "https://api.example:8443/Xms/");
        assert_eq!((base.scheme(), base.host(), base.port()), ("https", "api.example", Some(8443)));
        assert_eq!(base.to_string(), base.as_str());
        assert_eq!(BaseUrl::new("https://a").unwrap().as_str(), "https://a/");
    }

    #[test]
    fn the_host_may_be_an_ip_address() {
        let base = BaseUrl::new("https://[2001:DB8::1]:443/").unwrap();
        assert_eq!((base.host(), base.port()), ("2001:db8::1", Some(443)));
        assert_eq!(base.as_str(), "https://[2001:db8::1]:443/");
        assert_eq!(BaseUrl::new("https://192.0.2.1/").unwrap().host(), "192.0.2.1");
    }

    #[test]
    fn rejects_other_schemes() {
        for text in ["", "abcorp.mehery.io/xms/", "http://a/", "ftp://a/", "https:/a/", "//a/"] {
            assert_error(text, "url.scheme", 0);
        }
    }

    #[test]
    fn http_is_accepted_only_for_loopback_and_only_if_allowed() {
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1", "127.255.0.1:1", "[::1]:9"] {
            assert!(BaseUrl::new_with_loopback(&format!("http://{host}/")).is_ok(), "{host}");
            assert_error(&format!("http://{host}/"), "url.scheme", 0);
        }
        for host in ["128.0.0.1", "a.localhost", "localhost.example", "[::2]", "10.0.0.1"] {
            let error = BaseUrl::new_with_loopback(&format!("http://{host}/")).unwrap_err();
            assert_eq!((error.code(), error.offset()), ("url.scheme", Some(0)), "{host}");
        }
        assert_eq!(BaseUrl::new_with_loopback("https://a/").unwrap().scheme(), "https");
    }

    #[test]
    fn rejects_userinfo_query_and_fragment() {
        assert_error("https://user:pass@a/", "url.userinfo", 17);
        assert_error("https://@a/", "url.userinfo", 8);
        assert_error("https://a/?q=1", "url.query", 10);
        assert_error("https://a?q=1", "url.query", 9);
        assert_error("https://a/b#c", "url.fragment", 11);
    }

    #[test]
    fn rejects_an_invalid_host() {
        assert_error("https:///a", "url.empty_host", 8);
        assert_error("https://:443/", "url.empty_host", 8);
        for (text, offset) in [
            ("https://a..b/", 10),
            ("https://a.b./", 12),
            ("https://-a/", 8),
            ("https://a-/", 9),
            ("https://a_b/", 9),
            ("https://a%41/", 9),
            ("https://a b/", 9),
            ("https://[::1/", 8),
            ("https://[::g]/", 9),
            ("https://[fe80::1%25eth0]/", 9),
        ] {
            assert_error(text, "url.malformed_host", offset);
        }
    }

    #[test]
    fn rejects_legacy_ipv4_forms() {
        for host in
            ["2130706433", "0x7f000001", "127.1", "0177.0.0.1", "1.2.3.256", "a.0x1", "1.2.3.4.5"]
        {
            assert_error(&format!("https://{host}/"), "url.malformed_host", 8);
        }
    }

    #[test]
    fn the_host_length_limits_are_exact() {
        let label = "a".repeat(63);
        assert!(BaseUrl::new(&format!("https://{label}.example/")).is_ok());
        assert_error(&format!("https://{label}a.example/"), "url.malformed_host", 8 + 63);
        let name = format!("{label}.{label}.{label}.{}", "a".repeat(61));
        assert_eq!(name.len(), 253);
        assert!(BaseUrl::new(&format!("https://{name}/")).is_ok());
        assert_error(&format!("https://{name}a/"), "url.malformed_host", 8 + 253);
    }

    #[test]
    fn rejects_an_invalid_port() {
        assert_error("https://https://h/", "url.empty_port", 14);
        assert_error("https://a:/", "url.empty_port", 10);
        for port in ["0", "65536", "080", "8x", "+1", "1:2", "99999999999"] {
            assert_error(&format!("https://a:{port}/"), "url.malformed_port", 10);
        }
        assert_eq!(BaseUrl::new("https://a:65535/").unwrap().port(), Some(65535));
    }

    #[test]
    fn rejects_characters_that_parsers_drop_or_change() {
        assert_error("https://{domain}.mehery.io/", "url.left_over_variable", 8);
        assert_error("https://a/x}", "url.left_over_variable", 11);
        assert_error("https://a/\tb", "url.control_character", 10);
        assert_error("https://a\n/", "url.control_character", 9);
        assert_error("https://a/\0", "url.control_character", 10);
        assert_error("https://a\\b/", "url.backslash", 9);
        assert_error("https://b\u{fc}cher.example/", "url.non_ascii", 9);
        assert_error("https://a/ b", "url.malformed_path", 10);
        assert_error("https://a/b|", "url.malformed_path", 11);
        assert_error("https://a/%2", "url.malformed_escape", 10);
    }

    #[test]
    fn rejects_plain_and_escaped_dot_segments() {
        assert_error("https://a/b/../c", "url.dot_segment", 12);
        assert_error("https://a/.", "url.dot_segment", 10);
        assert_error("https://a/%2E%2e/c", "url.dot_segment", 10);
        assert_error("https://a/b/.%2E", "url.dot_segment", 12);
        assert!(BaseUrl::new("https://a/.well-known/...").is_ok());
    }

    #[test]
    fn the_url_length_limit_is_exact() {
        let longest = format!("https://a/{}/", "b".repeat(MAX_URL - 11));
        assert_eq!(longest.len(), MAX_URL);
        let base = BaseUrl::new(&longest).unwrap();
        assert_error(&(longest.clone() + "b"), "url.too_long", MAX_URL);
        let split = longest.replace("b/", "b\u{20ac}");
        assert_error(&split, "url.too_long", MAX_URL - 1);
        // The final slash counts even if the input does not contain it.
        assert_error(&longest.replace("b/", "bb"), "url.too_long", MAX_URL);
        assert_eq!(base.join(&["c"]).unwrap_err().code(), "url.too_long");
    }

    #[test]
    fn joining_escapes_each_segment() {
        let base = BaseUrl::new("https://a/v1").unwrap();
        let url = base.join(&["users", "username_new*user", "a/b?c#d", "%41"]).unwrap();
        assert_eq!(url, "https://a/v1/users/username_new%2Auser/a%2Fb%3Fc%23d/%2541");
        assert_eq!(base.join::<&str>(&[]).unwrap(), "https://a/v1/");
    }

    #[test]
    fn joining_rejects_an_invalid_segment() {
        let base = BaseUrl::new("https://a/").unwrap();
        assert_eq!(base.join(&["a", ""]).unwrap_err().code(), "url.empty_segment");
        assert_eq!(base.join(&["a", "%2e%2E"]).unwrap_err().code(), "url.dot_segment");
    }

    proptest! {
        #[test]
        fn a_joined_url_stays_below_the_base(segments in prop::collection::vec(any::<String>(), 0..4)) {
            let base = BaseUrl::new("https://a.example/xms/").unwrap();
            if let Ok(url) = base.join(&segments) {
                let rest = url.strip_prefix(base.as_str()).unwrap();
                let decoded: Result<alloc::vec::Vec<_>, _> = rest.split('/').map(decode).collect();
                if segments.is_empty() {
                    prop_assert_eq!(rest, "");
                } else {
                    prop_assert_eq!(decoded.unwrap(), segments);
                }
            }
        }

        #[test]
        fn a_parsed_base_url_parses_to_itself(text in "https?://[a-z0-9.:@%\\[\\]/-]{0,20}") {
            if let Ok(base) = BaseUrl::new(&text) {
                prop_assert_eq!(&BaseUrl::new(base.as_str()).unwrap(), &base);
            }
        }
    }
}
