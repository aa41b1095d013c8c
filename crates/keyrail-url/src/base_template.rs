//! Templates of base URLs, for vendors whose base URL is different for each customer.
//!
//! The position of a variable determines the values that are allowed. Each value is checked
//! for its position before it is inserted, so that no value can change another part of the URL.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::Faults;
use keyrail_core::config::{Read, Schemas, Value, read_text, text_schema};
use serde::Deserializer;

use crate::authority::{Authority, check_label};
use crate::base::{check_characters, in_host};
use crate::fast_path::{FastPath, Piece};
use crate::template::{PartKind, missing_variable};
use crate::variables::Variables;
use crate::{BaseUrl, Error, ErrorKind, MAX_URL, UrlTemplate, check_segment, encode};

/// The offset of the host in every template of base URLs.
const HOST_START: usize = "https://".len();

/// A template of [`BaseUrl`]s, checked when it is parsed.
///
/// The position of a variable determines the values that are allowed:
///
/// - the whole host, as in `https://{host}/`: a host name of at most 253 bytes or an IP
///   address, with an optional port; one leading `https://` is dropped;
/// - a part of the host, as in `https://{domain}.example/`: a label of
///   letters, digits and hyphens, without a hyphen at either end, at most 63 bytes;
/// - a part of the path, as in `https://api.example/{app}/`: a segment that [`check_segment`]
///   accepts; it is escaped.
///
/// ```
/// use keyrail_url::BaseUrlTemplate;
/// let template = BaseUrlTemplate::parse("https://{domain}.mehery.io/xms/")?;
/// let base = template.expand(&[("domain", "abcorp")])?;
/// assert_eq!(base.as_str(), "https://abcorp.mehery.io/xms/");
/// assert!(template.expand(&[("domain", "evil.example/")]).is_err());
/// # Ok::<(), keyrail_url::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrlTemplate {
    template: UrlTemplate,
    fast_path: Option<FastPath>,
}

impl BaseUrlTemplate {
    /// Parses a template that starts with `https://` and expands to a base URL.
    ///
    /// # Errors
    ///
    /// Those of [`UrlTemplate::parse`] and of [`BaseUrl::new`], with the offset in the template. A
    /// template may contain only plain variables: an operator, a modifier or a list of variables is
    /// rejected with `url.unsupported_operator`. A variable must not be in the port
    /// (`url.malformed_port`) or in brackets (`url.malformed_host`).
    pub fn parse(text: &str) -> Result<Self, Error> {
        let template = UrlTemplate::parse(text)?;
        if let Some(at) = text.bytes().position(|byte| !byte.is_ascii()) {
            return Err(Error::at(ErrorKind::NonAscii, at));
        }
        if !text.starts_with("https://") {
            return Err(Error::at(ErrorKind::Scheme, 0));
        }
        let mut this = Self { template, fast_path: None };
        // A single letter is a valid label, a valid host and a valid segment. So the template is
        // checked with a letter in place of each variable. The result must be a valid base URL.
        let mut sample = String::new();
        let mut starts = Vec::new();
        for part in this.template.parts() {
            starts.push((sample.len(), part.at));
            sample.push_str(match &part.kind {
                PartKind::Literal(text) => text,
                PartKind::Expression(expression) if expression.plain().is_some() => "x",
                PartKind::Expression(_) => {
                    return Err(Error::at(ErrorKind::UnsupportedOperator, part.at + 1));
                }
            });
        }
        let template_offset = |offset: usize| {
            let part = starts.iter().rev().find(|(start, _)| *start <= offset);
            part.map_or(offset, |(start, at)| at + (offset - start))
        };
        match BaseUrl::new(&sample) {
            Ok(_) => {
                this.fast_path = FastPath::new(this.pieces(), this.variables().count());
                Ok(this)
            }
            Err(error) => {
                let offset = template_offset(error.offset().unwrap_or(0));
                Err(Error::at(error.kind().clone(), offset))
            }
        }
    }

    /// Expands the template with exactly one value for each variable.
    ///
    /// # Errors
    ///
    /// - `url.missing_variable`, with the offset of the variable in the template.
    /// - `url.unknown_variable`, `url.duplicate_variable`, `url.too_many_variables`.
    /// - If a value is not allowed at its position: `url.malformed_label` for a label, an error of
    ///   [`BaseUrl::new`] for a host, or an error of [`check_segment`] for a segment. The offset is
    ///   in the value.
    /// - `url.too_long`, without an offset.
    /// - If every value is valid but the whole URL is not, `url.malformed_host` or
    ///   `url.malformed_port`, without an offset.
    pub fn expand<N: AsRef<str>, V: AsRef<str>>(
        &self,
        variables: &[(N, V)],
    ) -> Result<BaseUrl, Error> {
        let variables = Variables::new(variables)?;
        if let Some(name) = variables.find_unknown(|name| self.template.has_variable(name)) {
            return Err(self.template.unknown_variable(name));
        }
        let mut url = String::new();
        for part in self.template.parts() {
            match &part.kind {
                PartKind::Literal(text) => url.push_str(text),
                PartKind::Expression(expression) => {
                    let name = expression.plain().unwrap_or_default(); // always plain, see `parse`
                    let value = variables
                        .get(name)
                        .ok_or_else(|| missing_variable(name, part.at))?
                        .as_ref();
                    if value.len() > MAX_URL {
                        return Err(ErrorKind::TooLong.into());
                    }
                    match self.position(part.at, name) {
                        Position::Host => url.push_str(check_host(value)?),
                        Position::Label => url.push_str(check_label_value(value)?),
                        Position::Segment => {
                            check_segment(value)?;
                            url.push_str(&encode(value));
                        }
                    }
                }
            }
            if url.len() > MAX_URL {
                return Err(ErrorKind::TooLong.into());
            }
        }
        BaseUrl::new(&url).map_err(|error| error.kind().clone().into())
    }

    /// Expands the template and appends the URL to a string. The URL ends with a slash only if the
    /// template does. After an error, the string is unchanged.
    ///
    /// ```
    /// use keyrail_url::BaseUrlTemplate;
    /// let template = BaseUrlTemplate::parse("https://{domain}.mehery.io/xms/{id}")?;
    /// let mut url = String::new();
    /// template.expand_into(&[("domain", "abcorp"), ("id", "a b")], &mut url)?;
    /// assert_eq!(url, "https://abcorp.mehery.io/xms/a%20b");
    /// # Ok::<(), keyrail_url::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Those of [`expand`](Self::expand).
    pub fn expand_into<N: AsRef<str>, V: AsRef<str>>(
        &self,
        variables: &[(N, V)],
        out: &mut String,
    ) -> Result<(), Error> {
        let start = out.len();
        if let Some(fast_path) = &self.fast_path {
            if fast_path.write(variables, out).is_some() {
                return Ok(());
            }
            out.truncate(start);
        }
        let base = self.expand(variables)?;
        let text = base.as_str();
        let ends_with_slash = self.as_str().ends_with('/');
        out.push_str(if ends_with_slash { text } else { text.strip_suffix('/').unwrap_or(text) });
        Ok(())
    }

    /// Returns the template as pieces, with the host in lower case.
    fn pieces(&self) -> Vec<Piece> {
        let mut before_path = true;
        let pieces = self.template.parts().iter().map(|part| match &part.kind {
            PartKind::Literal(text) => {
                let start = text.len() - text.trim_start_matches("https://").len();
                let end = text.get(start..).and_then(|rest| rest.find('/')).map(|end| start + end);
                let end = if before_path { end.unwrap_or(text.len()) } else { 0 };
                let (host, rest) = text.split_at_checked(end).unwrap_or(("", text));
                before_path = before_path && rest.is_empty();
                Piece::Text([&host.to_ascii_lowercase(), rest].concat())
            }
            PartKind::Expression(expression) => {
                let name = expression.plain().unwrap_or_default(); // always plain, see `parse`
                match self.position(part.at, name) {
                    Position::Host => Piece::Host(name.into()),
                    Position::Label => Piece::Label(name.into()),
                    Position::Segment => Piece::Segment(name.into()),
                }
            }
        });
        pieces.collect()
    }

    /// Returns the names of the variables in the order in which they first occur in the
    /// template, each once.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.template.variables()
    }

    /// Returns the template as it was written.
    pub fn as_str(&self) -> &str {
        self.template.as_str()
    }

    /// Returns the position of the variable whose opening brace is at `at`.
    fn position(&self, at: usize, name: &str) -> Position {
        let text = self.template.as_str();
        let end = at + name.len() + 2;
        let before_path =
            |offset: usize| text.bytes().take(offset).skip(HOST_START).all(|b| b != b'/');
        if !before_path(at) {
            return Position::Segment;
        }
        match text.as_bytes().get(end) {
            None | Some(b'/' | b':') if at == HOST_START => Position::Host,
            _ => Position::Label,
        }
    }
}

/// The part of a URL that a variable is in.
enum Position {
    Host,
    Label,
    Segment,
}

/// Checks a value that becomes the whole host, and returns it without a leading `https://`.
fn check_host(value: &str) -> Result<&str, Error> {
    check_characters(value).map_err(|error| in_host(value, error))?;
    let scheme = value.get(..HOST_START).filter(|start| start.eq_ignore_ascii_case("https://"));
    let host = scheme.and_then(|start| value.strip_prefix(start)).unwrap_or(value);
    Authority::parse(host, value.len() - host.len()).map(|_| host)
}

/// Checks a value that becomes a label, and returns it.
fn check_label_value(value: &str) -> Result<&str, Error> {
    match check_label(value) {
        Ok(()) => Ok(value),
        Err(at) => Err(Error::at(ErrorKind::MalformedLabel, at)),
    }
}

impl Read for BaseUrlTemplate {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, Self::parse)
    }

    fn schema(_: &mut Schemas) -> Value {
        text_schema("^https://")
    }
}

impl fmt::Display for BaseUrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for BaseUrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BaseUrlTemplate({})", self.as_str())
    }
}

keyrail_core::from_str! {
    BaseUrlTemplate: parse, Error;
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec::Vec;

    use keyrail_core::config;

    use super::BaseUrlTemplate;

    fn expand_error(template: &str, variables: &[(&str, &str)]) -> (&'static str, Option<usize>) {
        let error = BaseUrlTemplate::parse(template).unwrap().expand(variables).unwrap_err();
        (error.code(), error.offset())
    }

    fn parse_error(template: &str) -> (&'static str, Option<usize>) {
        let error = BaseUrlTemplate::parse(template).unwrap_err();
        (error.code(), error.offset())
    }

    fn expand(template: &str, variables: &[(&str, &str)]) -> alloc::string::String {
        BaseUrlTemplate::parse(template).unwrap().expand(variables).unwrap().to_string()
    }

    #[test]
    fn a_label_variable_must_be_a_single_label() {
        let template = "https://{domain}.mehery.io/xms/";
        assert_eq!(expand(template, &[("domain", "ABcorp-2")]), "https://abcorp-2.mehery.io/xms/");
        for (value, offset) in [
            ("", 0),
            ("a.b", 1),
            ("evil.example/", 4),
            ("a@b", 1),
            ("a:1", 1),
            ("-a", 0),
            ("a-", 1),
            ("ü", 0),
        ] {
            let error = expand_error(template, &[("domain", value)]);
            assert_eq!(error, ("url.malformed_label", Some(offset)), "{value}");
        }
    }

    #[test]
    fn a_host_variable_may_include_a_port_and_one_scheme() {
        let template = "https://{apiUrl}/v1/{appId}/";
        for (value, expected) in [
            ("api.example", "https://api.example/v1/a1/"),
            ("https://api.example", "https://api.example/v1/a1/"),
            ("HTTPS://api.example:8443", "https://api.example:8443/v1/a1/"),
            ("[2001:db8::1]", "https://[2001:db8::1]/v1/a1/"),
        ] {
            assert_eq!(expand(template, &[("apiUrl", value), ("appId", "a1")]), expected);
        }
    }

    #[test]
    fn a_host_variable_accepts_only_a_valid_host() {
        for (value, code, offset) in [
            ("", "url.empty_host", 0),
            ("https://", "url.empty_host", 8),
            ("https://https://a", "url.malformed_port", 14),
            ("http://a", "url.malformed_port", 5),
            ("a/b", "url.malformed_host", 1),
            ("https://a/", "url.malformed_host", 9),
            ("a?b", "url.malformed_host", 1),
            ("u@a", "url.userinfo", 1),
            ("a\\b", "url.backslash", 1),
            ("a\t", "url.control_character", 1),
            ("a:", "url.empty_port", 2),
        ] {
            let error = expand_error("https://{h}/", &[("h", value)]);
            assert_eq!(error, (code, Some(offset)), "{value:?}");
        }
    }

    #[test]
    fn a_segment_variable_is_escaped_and_rejects_dot_segments() {
        let template = "https://a/v1/{app}/x/";
        assert_eq!(expand(template, &[("app", "a/b*")]), "https://a/v1/a%2Fb%2A/x/");
        assert_eq!(expand_error(template, &[("app", "..")]), ("url.dot_segment", Some(0)));
        assert_eq!(expand_error(template, &[("app", "")]), ("url.empty_segment", Some(0)));
        assert_eq!(expand_error(template, &[("app", "a\n")]), ("url.control_character", Some(1)));
    }

    #[test]
    fn a_url_that_is_invalid_only_as_a_whole_is_rejected() {
        assert_eq!(
            expand_error("https://{h}:443/", &[("h", "a:80")]),
            ("url.malformed_port", None)
        );
        assert_eq!(
            expand_error("https://example.{tld}/", &[("tld", "1")]),
            ("url.malformed_host", None)
        );
    }

    #[test]
    fn every_variable_must_be_passed_exactly_once() {
        let template = "https://{a}.example/{b}/";
        assert_eq!(expand_error(template, &[("a", "x")]), ("url.missing_variable", Some(20)));
        let variables = [("a", "x"), ("b", "y"), ("c", "z")];
        assert_eq!(expand_error(template, &variables), ("url.unknown_variable", None));
        let variables = [("a", "x"), ("b", "y"), ("a", "x")];
        assert_eq!(expand_error(template, &variables), ("url.duplicate_variable", None));
    }

    #[test]
    fn a_template_that_cannot_form_a_base_url_is_rejected_with_the_offset_of_the_fault() {
        assert_eq!(parse_error("{base}"), ("url.scheme", Some(0)));
        assert_eq!(parse_error("http://{a}/"), ("url.scheme", Some(0)));
        assert_eq!(parse_error("https://{host}:{port}/"), ("url.malformed_port", Some(15)));
        assert_eq!(parse_error("https://{user}@a/"), ("url.userinfo", Some(14)));
        assert_eq!(parse_error("https://{a}/?q={b}"), ("url.query", Some(12)));
        assert_eq!(parse_error("https://{a}/b/../"), ("url.dot_segment", Some(14)));
        assert_eq!(parse_error("https://{a}/\u{e9}"), ("url.non_ascii", Some(12)));
        assert_eq!(parse_error("https://{a"), ("url.malformed_template", Some(8)));
        assert_eq!(parse_error("https://{+a}/"), ("url.unsupported_operator", Some(9)));
    }

    #[test]
    fn a_template_is_read_from_configuration() {
        let template: BaseUrlTemplate = config::from_json(r#""https://{a}/{b}/""#).unwrap();
        assert_eq!(template.variables().collect::<Vec<_>>(), ["a", "b"]);
        let error = config::from_json::<BaseUrlTemplate>(r#""http://a/""#).unwrap_err();
        assert_eq!(error.code(), "url.scheme");
    }
}
