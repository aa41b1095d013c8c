//! URI templates (RFC 6570), all four levels.
//!
//! A template is parsed once and is immutable.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use keyrail_core::Faults;
use keyrail_core::config::{Read, Schemas, Value, expected, json, read_text};
use serde::Deserializer;

use crate::base::floor_char_boundary;
use crate::decode::parse_hex_byte;
use crate::encode::push_escape;
use crate::expand::expand;
use crate::expression::Expression;
use crate::variables::{MAX_VARIABLES, Variables};
use crate::{Error, ErrorKind, MAX_URL, TemplateValue};

/// The maximum length of a template, in bytes.
pub const MAX_TEMPLATE: usize = 8 * 1024;

/// A URI template (RFC 6570, all four levels), which is parsed once and can be expanded many times.
///
/// ```
/// use keyrail_url::{TemplateValue, UrlTemplate};
/// let template = UrlTemplate::parse("v2/rooms/{roomId}{?tags*}")?;
/// let variables = [("roomId", "a/b".into()), ("tags", vec!["new", "vip"].into())];
/// let variables: [(&str, TemplateValue); 2] = variables;
/// assert_eq!(template.expand(&variables)?, "v2/rooms/a%2Fb?tags=new&tags=vip");
/// assert_eq!(template.variables().collect::<Vec<_>>(), ["roomId", "tags"]);
/// assert_eq!(template.expand(&[("roomId", "7")])?, "v2/rooms/7");
/// # Ok::<(), keyrail_url::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct UrlTemplate {
    text: String,
    parts: Vec<Part>,
    /// The names of the variables, in the order in which they first occur.
    names: Vec<String>,
    /// The same names, for lookup.
    known: BTreeSet<String>,
}

/// A part of a template, and the offset in the template at which it starts.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) at: usize,
    pub(crate) kind: PartKind,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PartKind {
    /// Literal text, already escaped for the URL.
    Literal(String),
    /// The expression between two braces.
    Expression(Expression),
}

impl UrlTemplate {
    /// Parses a template.
    ///
    /// # Errors
    ///
    /// `url.malformed_template` (at an unclosed brace, or at the character that is not allowed),
    /// `url.unsupported_operator` (one of `=,!@|`, which RFC 6570 reserves for extensions),
    /// `url.template_too_long`; each with its offset.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_TEMPLATE {
            return Err(Error::at(
                ErrorKind::TemplateTooLong,
                floor_char_boundary(text, MAX_TEMPLATE),
            ));
        }
        let mut parts = Vec::new();
        let (mut names, mut known) = (Vec::new(), BTreeSet::new());
        let mut rest = text;
        while !rest.is_empty() {
            let at = text.len() - rest.len();
            let end = rest.find('{').unwrap_or(rest.len());
            let (literal, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
            if !literal.is_empty() {
                let kind = PartKind::Literal(escape_literal(literal, at)?);
                parts.push(Part { at, kind });
            }
            let Some(expression) = after.strip_prefix('{') else {
                break;
            };
            let at = at + end;
            let malformed = || Error::at(ErrorKind::MalformedTemplate, at);
            let (expression, after) = expression.split_once('}').ok_or_else(malformed)?;
            let expression = Expression::parse(expression, at + 1)?;
            for variable in &expression.variables {
                if known.insert(variable.name.clone()) {
                    names.push(variable.name.clone());
                }
            }
            parts.push(Part { at, kind: PartKind::Expression(expression) });
            rest = after;
        }
        Ok(Self { text: text.into(), parts, names, known })
    }

    /// Expands the template (RFC 6570, section 3.2): a variable that is not passed is
    /// omitted, and one that the template does not have is ignored.
    ///
    /// # Errors
    ///
    /// `url.duplicate_variable` if a variable is passed twice,
    /// `url.too_many_variables` if there are more than
    /// [`MAX_VARIABLES`](crate::MAX_VARIABLES), `url.prefix_of_list` if a prefix is applied to
    /// a list or to pairs, `url.too_long` if the URL is longer than [`MAX_URL`].
    pub fn expand<'v, N: AsRef<str>, V: Clone + Into<TemplateValue<'v>>>(
        &self,
        variables: &[(N, V)],
    ) -> Result<String, Error> {
        self.expand_values(&Self::convert(variables))
    }

    /// Converts all values in advance, because an expansion may read a value several times.
    fn convert<'v, 'n, N: AsRef<str>, V: Clone + Into<TemplateValue<'v>>>(
        variables: &'n [(N, V)],
    ) -> Vec<(&'n str, TemplateValue<'v>)> {
        // One variable more than the maximum is enough for the error `url.too_many_variables`.
        let variables = variables.get(..=MAX_VARIABLES).unwrap_or(variables);
        variables.iter().map(|(name, value)| (name.as_ref(), value.clone().into())).collect()
    }

    fn expand_values(&self, variables: &[(&str, TemplateValue<'_>)]) -> Result<String, Error> {
        let variables = Variables::new(variables)?;
        let value = |name: &str| variables.get(name);
        let mut out = String::new();
        for part in &self.parts {
            match &part.kind {
                PartKind::Literal(text) => out.push_str(text),
                PartKind::Expression(expression) => {
                    expand(expression, value, &mut out)
                        .map_err(|error| Error::at(error.kind().clone(), part.at))?;
                }
            }
            if out.len() > MAX_URL {
                return Err(ErrorKind::TooLong.into());
            }
        }
        Ok(out)
    }

    /// Expands the template like [`expand`](Self::expand), but exactly the variables of the
    /// template must be passed.
    ///
    /// # Errors
    ///
    /// Those of [`expand`](Self::expand), `url.unknown_variable`, and `url.missing_variable`, with
    /// the offset of the expression that needs the variable. A variable whose value is an empty
    /// list counts as missing.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_url::UrlTemplate;
    /// let template = UrlTemplate::parse("rooms/{roomId}")?;
    /// let error = template.expand_strict(&[("roomID", "7")]).unwrap_err();
    /// assert_eq!((error.code(), error.offset()), ("url.missing_variable", Some(6)));
    /// # Ok::<(), keyrail_url::Error>(())
    /// ```
    pub fn expand_strict<'v, N: AsRef<str>, V: Clone + Into<TemplateValue<'v>>>(
        &self,
        variables: &[(N, V)],
    ) -> Result<String, Error> {
        let values = Self::convert(variables);
        let variables = Variables::unchecked(&values)?;
        let is_passed = |name: &str| variables.get(name).is_some_and(TemplateValue::is_defined);
        for part in &self.parts {
            let PartKind::Expression(expression) = &part.kind else { continue };
            let mut names = expression.variables.iter().map(|variable| &variable.name);
            if let Some(name) = names.find(|name| !is_passed(name)) {
                return Err(missing_variable(name, part.at));
            }
        }
        if let Some(name) = variables.find_unknown(|name| self.known.contains(name)) {
            return Err(self.unknown_variable(name));
        }
        self.expand_values(&values)
    }

    /// Returns whether the template has a variable of this name.
    pub(crate) fn has_variable(&self, name: &str) -> bool {
        self.known.contains(name)
    }

    /// Returns the error for a variable that the template does not have.
    pub(crate) fn unknown_variable(&self, name: &str) -> Error {
        let known = self.variables().map(truncated).take(MAX_LISTED).collect::<Vec<_>>();
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        ErrorKind::UnknownVariable(expected(name, &known)).into()
    }

    /// Returns the names of the variables in the order in which they first occur in the
    /// template, each once.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Returns the template as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }
}

impl Read for UrlTemplate {
    fn read<'de, D: Deserializer<'de>>(from: D, faults: &Faults) -> Result<Option<Self>, D::Error> {
        read_text(from, faults, Self::parse)
    }

    fn schema(_: &mut Schemas) -> Value {
        json!({"type": "string"})
    }
}

impl fmt::Display for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for UrlTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UrlTemplate({})", self.text)
    }
}

/// Returns the error for a variable that was not passed. `at` is the offset of its expression.
pub(crate) fn missing_variable(name: &str, at: usize) -> Error {
    Error::at(ErrorKind::MissingVariable(truncated(name)), at)
}

/// The maximum number of a template's variables that an error lists.
const MAX_LISTED: usize = 32;

/// Returns a variable's name, truncated to 64 bytes for an error message.
fn truncated(name: &str) -> String {
    let end = floor_char_boundary(name, name.len().min(64));
    name.get(..end).unwrap_or_default().into()
}

/// Escapes literal text (RFC 6570, section 3.1). Valid escapes are kept, and so are the ASCII
/// characters that are allowed in a literal. The non-ASCII characters that are allowed are escaped
/// as UTF-8.
///
/// # Errors
///
/// `url.malformed_template` at any other character, or at an invalid escape.
fn escape_literal(text: &str, at: usize) -> Result<String, Error> {
    let mut out = String::with_capacity(text.len());
    for (within, character) in text.char_indices() {
        let malformed = Error::at(ErrorKind::MalformedTemplate, at + within);
        if character == '%' {
            let digits = text.as_bytes().get(within + 1..).unwrap_or_default();
            parse_hex_byte(digits).ok_or(malformed)?;
            out.push(character);
        } else if !is_literal(character) {
            return Err(malformed);
        } else if character.is_ascii() {
            out.push(character);
        } else {
            character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| push_escape(&mut out, byte));
        }
    }
    Ok(out)
}

/// Returns whether a character is one of the `literals` of RFC 6570, section 2.1, other than an
/// escape. Erratum 6937 adds the apostrophe to them.
fn is_literal(character: char) -> bool {
    match character {
        '\0'..='\x7f' => {
            character.is_ascii_graphic()
                && !matches!(character, '"' | '%' | '<' | '>' | '\\' | '^' | '`' | '{' | '|' | '}')
        }
        // `ucschar` and `iprivate` of RFC 3987, section 2.2, do not include C1 controls,
        // specials, noncharacters or U+E0000 to U+E0FFF.
        '\u{80}'..='\u{9f}' | '\u{fdd0}'..='\u{fdef}' | '\u{fff0}'..='\u{ffff}' => false,
        '\u{e0000}'..='\u{e0fff}' => false,
        _ => u32::from(character) & 0xfffe != 0xfffe,
    }
}

keyrail_core::from_str! {
    UrlTemplate: parse, Error;
}

#[cfg(test)]
mod tests {
    use alloc::string::String;
    use alloc::vec;
    use alloc::vec::Vec;

    use proptest::prelude::*;

    use super::{MAX_TEMPLATE, UrlTemplate};
    use crate::{MAX_URL, TemplateValue, encode};

    fn expand(template: &str, variables: &[(&str, &str)]) -> String {
        UrlTemplate::parse(template).unwrap().expand(variables).unwrap()
    }

    #[test]
    fn expands_the_level_1_examples_of_the_rfc() {
        let variables = [("var", "value"), ("hello", "Hello World!")];
        assert_eq!(expand("{var}", &variables), "value");
        assert_eq!(expand("{hello}", &variables), "Hello%20World%21");
    }

    #[test]
    fn expands_the_simple_string_examples_of_section_3_2_2() {
        let variables = [("half", "50%"), ("empty", ""), ("var", "value")];
        assert_eq!(expand("{half}", &variables), "50%25");
        assert_eq!(expand("O{empty}X", &variables), "OX");
        assert_eq!(expand("O{undef}X", &variables), "OX");
    }

    #[test]
    fn literals_are_escaped_only_if_not_allowed_in_a_uri() {
        assert_eq!(expand("/a(b)'%2a?x=1&y#z", &[]), "/a(b)'%2a?x=1&y#z");
        assert_eq!(expand("/caf\u{e9}/{a}", &[("a", "\u{e9}")]), "/caf%C3%A9/%C3%A9");
    }

    #[test]
    fn variable_names_are_compared_without_decoding() {
        assert_eq!(expand("{a%41}{a.b}{_1}", &[("aA", "no"), ("a%41", "1"), ("a.b", "2")]), "12");
    }

    #[test]
    fn variables_are_listed_once_in_order() {
        let template = UrlTemplate::parse("{b}/{a}/{b}").unwrap();
        assert_eq!(template.variables().collect::<Vec<_>>(), ["b", "a"]);
    }

    #[test]
    fn a_duplicate_variable_is_rejected_even_with_the_same_value() {
        let template = UrlTemplate::parse("{a}").unwrap();
        let error = template.expand(&[("a", "1"), ("b", "2"), ("a", "1")]).unwrap_err();
        assert_eq!(error.code(), "url.duplicate_variable");
    }

    #[test]
    fn reserved_operators_are_rejected_at_their_offset() {
        for (text, offset) in [("{=a}", 1), ("x{!a}", 2), ("{@a}", 1), ("{|a}", 1), ("{,a}", 1)] {
            let error = UrlTemplate::parse(text).unwrap_err();
            let expected = ("url.unsupported_operator", Some(offset));
            assert_eq!((error.code(), error.offset()), expected, "{text}");
        }
    }

    #[test]
    fn a_prefix_of_a_composite_value_is_rejected_at_its_expression() {
        let template = UrlTemplate::parse("x/{list:3}").unwrap();
        let list: TemplateValue<'_> = vec!["a"].into();
        let error = template.expand(&[("list", list)]).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("url.prefix_of_list", Some(2)));
    }

    #[test]
    fn a_prefix_counts_characters_and_does_not_split_an_escape() {
        assert_eq!(expand("{v:2}", &[("v", "éèê")]), "%C3%A9%C3%A8");
        assert_eq!(expand("{+v:2}", &[("v", "a%C3%A9b")]), "a%C3%A9");
        assert_eq!(expand("{#v:2}", &[("v", "%C3%28b")]), "#%C3%28");
        assert_eq!(expand("{+v:2}", &[("v", "%E2%82b")]), "%E2%82"); // incomplete UTF-8
        assert_eq!(expand("{+v:1}", &[("v", "%ED%A0%80")]), "%ED"); // a surrogate is not UTF-8
        assert_eq!(expand("{v:2}", &[("v", "a%C3%A9")]), "a%25");
        assert_eq!(expand("{v:30}", &[("v", "value")]), "value");
    }

    #[test]
    fn strict_expansion_requires_exactly_the_template_variables() {
        let template = UrlTemplate::parse("/{a}{?b,c}").unwrap();
        assert_eq!(
            template.expand_strict(&[("a", "1"), ("c", "3"), ("b", "2")]).unwrap(),
            "/1?b=2&c=3"
        );
        let error = template.expand_strict(&[("a", "1"), ("b", "2")]).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("url.missing_variable", Some(4)));
        let all = [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")];
        assert_eq!(template.expand_strict(&all).unwrap_err().code(), "url.unknown_variable");
        let empty: [(&str, TemplateValue<'_>); 3] =
            [("a", "1".into()), ("b", Vec::<&str>::new().into()), ("c", "3".into())];
        assert_eq!(template.expand_strict(&empty).unwrap_err().code(), "url.missing_variable");
    }

    #[test]
    fn malformed_templates_are_rejected_at_their_offset() {
        let cases = [
            ("{}", 1),
            ("a{b", 1),
            ("a}", 1),
            ("{a{b}}", 2),
            ("{a b}", 2),
            ("{a-b}", 2),
            ("{a.}", 3),
            ("{a..b}", 3),
            ("{\u{e9}}", 1),
            ("{a%4}", 2),
            ("a b", 1),
            ("50%", 2),
            ("%zz", 0),
            ("a\"", 1),
            ("a<b", 1),
            ("a\\b", 1),
            ("a^", 1),
            ("a|b", 1),
            ("a\u{7f}", 1),
            ("\u{85}", 0),
            ("\u{e9}\u{ffff}", 2),
            ("{*}", 1),
            ("{:3}", 1),
            ("{a:}", 3),
            ("{a:0}", 3),
            ("{a:10000}", 7),
            ("{a:3*}", 4),
            ("{a**}", 3),
            ("{a,}", 3),
            ("{+}", 2),
            ("{++a}", 2),
        ];
        for (text, offset) in cases {
            let error = UrlTemplate::parse(text).unwrap_err();
            let expected = ("url.malformed_template", Some(offset));
            assert_eq!((error.code(), error.offset()), expected, "{text:?}");
        }
    }

    #[test]
    fn the_limits_are_exact() {
        let longest = "a".repeat(MAX_TEMPLATE);
        assert!(UrlTemplate::parse(&longest).is_ok());
        let error = UrlTemplate::parse(&(longest + "a")).unwrap_err();
        assert_eq!((error.code(), error.offset()), ("url.template_too_long", Some(8192)));
        let error = UrlTemplate::parse(&["a", &"\u{e9}".repeat(4096)].concat()).unwrap_err();
        assert_eq!(error.offset(), Some(8191), "the offset is at a character boundary");

        let template = UrlTemplate::parse("/{a}").unwrap();
        let value = "a".repeat(MAX_URL - 1);
        assert_eq!(template.expand(&[("a", &value)]).unwrap().len(), MAX_URL);
        let error = template.expand(&[("a", value + "a")]).unwrap_err();
        assert_eq!(error.code(), "url.too_long");
    }

    proptest! {
        #[test]
        fn simple_expansion_equals_encoding(value in any::<String>()) {
            let expanded = expand("{v}", &[("v", value.as_str())]);
            prop_assert_eq!(expanded, encode(&value));
        }

        #[test]
        fn parsing_never_panics(text in "[{}+a.%1\u{e9}, ]{0,12}") {
            let _ = UrlTemplate::parse(&text);
        }
    }
}
