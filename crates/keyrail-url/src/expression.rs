//! Expressions of URI templates: `{`, an operator, variables, `}` (RFC 6570, sections 2.2 to 2.4).

use alloc::string::String;
use alloc::vec::Vec;

use crate::decode::parse_hex_byte;
use crate::{Error, ErrorKind};

/// The maximum number of digits in the length of a prefix. The maximum length is 9999 characters
/// (RFC 6570, section 2.4.1).
const MAX_PREFIX_DIGITS: usize = 4;

/// The rules by which an operator expands its variables (RFC 6570, appendix A).
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operator {
    /// The string before the first defined variable.
    pub(crate) first: &'static str,
    /// The string between two variables.
    pub(crate) separator: &'static str,
    /// Whether each value is preceded by the name of its variable.
    pub(crate) named: bool,
    /// The string after a name whose value is empty.
    pub(crate) if_empty: &'static str,
    /// Whether reserved characters and escapes are kept.
    pub(crate) reserved: bool,
}

impl Operator {
    pub(crate) const SIMPLE: Self =
        Self { first: "", separator: ",", named: false, if_empty: "", reserved: false };

    /// Returns the operator that this byte represents.
    fn of(byte: u8) -> Option<Self> {
        let plain = Self::SIMPLE;
        let named = Self { named: true, ..plain };
        Some(match byte {
            b'+' => Self { reserved: true, ..plain },
            b'#' => Self { first: "#", reserved: true, ..plain },
            b'.' => Self { first: ".", separator: ".", ..plain },
            b'/' => Self { first: "/", separator: "/", ..plain },
            b';' => Self { first: ";", separator: ";", ..named },
            b'?' => Self { first: "?", separator: "&", if_empty: "=", ..named },
            b'&' => Self { first: "&", separator: "&", if_empty: "=", ..named },
            _ => return None,
        })
    }
}

/// The modifier of a variable.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Modifier {
    None,
    /// Only this many characters at the start of the value are expanded.
    Prefix(u16),
    /// Each member of a composite value is expanded as if it were a separate variable.
    Explode,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) modifier: Modifier,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Expression {
    pub(crate) operator: Operator,
    pub(crate) variables: Vec<Variable>,
}

impl Expression {
    /// Parses the string between the braces. `at` is its offset in the template.
    pub(crate) fn parse(text: &str, at: usize) -> Result<Self, Error> {
        let bytes = text.as_bytes();
        let (operator, list, mut at) = match bytes.first() {
            // Reserved by the RFC for extensions (section 2.2).
            Some(b'=' | b',' | b'!' | b'@' | b'|') => {
                return Err(Error::at(ErrorKind::UnsupportedOperator, at));
            }
            Some(first) => match Operator::of(*first) {
                Some(operator) => (operator, text.get(1..).unwrap_or_default(), at + 1),
                None => (Operator::SIMPLE, text, at),
            },
            None => (Operator::SIMPLE, text, at),
        };
        let mut variables = Vec::new();
        for variable in list.split(',') {
            variables.push(Variable::parse(variable, at)?);
            at += variable.len() + 1;
        }
        Ok(Self { operator, variables })
    }

    /// Returns the variable's name if the expression is `{name}`, without an operator or a
    /// modifier.
    pub(crate) fn plain(&self) -> Option<&str> {
        match self.variables.as_slice() {
            [Variable { name, modifier: Modifier::None }] if self.operator == Operator::SIMPLE => {
                Some(name)
            }
            _ => None,
        }
    }
}

impl Variable {
    fn parse(text: &str, at: usize) -> Result<Self, Error> {
        let end = text.find([':', '*']).unwrap_or(text.len());
        let (name, modifier) = text.split_at_checked(end).unwrap_or((text, ""));
        check_name(name, at)?;
        let modifier = match modifier.strip_prefix(':') {
            Some(digits) => {
                let malformed = |within| Error::at(ErrorKind::PrefixLength, at + end + 1 + within);
                let length = parse_prefix_length(digits).map_err(malformed)?;
                Modifier::Prefix(length)
            }
            None => match modifier {
                "" => Modifier::None,
                "*" => Modifier::Explode,
                _ => return Err(Error::at(ErrorKind::MalformedTemplate, at + end + 1)),
            },
        };
        Ok(Self { name: name.into(), modifier })
    }
}

/// Parses a `max-length`: 1 to 9999 without leading zeros. The error is the offset of the
/// first character that is not allowed.
fn parse_prefix_length(digits: &str) -> Result<u16, usize> {
    if digits.is_empty() || digits.starts_with('0') {
        return Err(0);
    }
    if let Some(within) = digits.bytes().take(MAX_PREFIX_DIGITS).position(|b| !b.is_ascii_digit()) {
        return Err(within);
    }
    digits.parse().ok().filter(|_| digits.len() <= MAX_PREFIX_DIGITS).ok_or(MAX_PREFIX_DIGITS)
}

/// Checks a `varname` (RFC 6570, section 2.3). `at` is its offset in the template.
fn check_name(name: &str, at: usize) -> Result<(), Error> {
    let mut after_dot = true;
    let mut rest = name.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let within = name.len() - rest.len();
        (after_dot, rest) = match byte {
            b'%' => match parse_hex_byte(after) {
                Some((_, after)) => (false, after),
                None => return Err(Error::at(ErrorKind::MalformedTemplate, at + within)),
            },
            b'.' if !after_dot => (true, after),
            b'_' => (false, after),
            _ if byte.is_ascii_alphanumeric() => (false, after),
            _ => return Err(Error::at(ErrorKind::MalformedTemplate, at + within)),
        };
    }
    match after_dot {
        true => Err(Error::at(ErrorKind::MalformedTemplate, at + name.len())),
        false => Ok(()),
    }
}
