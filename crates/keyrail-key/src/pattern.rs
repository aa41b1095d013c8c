//! Patterns: regular expressions that secret scanners use to find the keys of a format.
//!
//! A pattern uses only the syntax that RE2, PCRE, ICU, Python and
//! Hyperscan share: literals, classes, counts and alternatives. It contains no
//! boundary assertions, and does not check the checksum.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt::Write as _;

use crate::foreign::{Foreign, JWT_STARTS};
use crate::format::Definition;
use crate::layout::Layout;
use crate::{Alphabet, Error, ErrorKind, KeyFormat};

impl KeyFormat {
    /// Returns a regular expression that matches every key that has the format's usual shape, from
    /// its first to its last character.
    ///
    /// # Errors
    ///
    /// `key.no_pattern`, for the format `opaque`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_key::KeyFormat;
    /// assert_eq!(
    ///     KeyFormat::keyrail().pattern()?,
    ///     "kr_(?:live|test)_[0-9A-Za-z]{12}_[0-9A-Za-z]{27}[0-9A-Za-z]{6}"
    /// );
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn pattern(&self) -> Result<String, Error> {
        if let Some(layout) = self.layout() {
            return Ok(layout.pattern());
        }
        match self.shape() {
            Definition::Foreign(Foreign::Hex40) => Ok("(?:[0-9a-f]{40}|[0-9A-F]{40})".into()),
            Definition::Foreign(Foreign::Jwt) => {
                Ok(r"(?:ey[JA]|ew[o0k])[0-9A-Za-z_-]*\.[0-9A-Za-z_-]+\.[0-9A-Za-z_-]+".into())
            }
            Definition::Foreign(Foreign::Vchatcloud) => {
                Ok(r"(?:[0-9A-Za-z]{6}-){4}[0-9]{14}".into())
            }
            _ => Err(ErrorKind::NoPattern.into()),
        }
    }

    /// Returns a rule in TOML for the configuration file of gitleaks.
    ///
    /// The key is the first group of the rule's regular expression. A key is found only if the
    /// character before it is not a word character and the character after it could not continue
    /// the key. A part of a longer word therefore never matches. There is one exception: if some
    /// keys of the format start with a word character and others do not, the character before a key
    /// is not checked. The check before the key consumes no character, so two keys with only one
    /// character between them are both found. The rule of `hex40` also matches every SHA-1 in
    /// hexadecimal digits, such as a commit hash.
    ///
    /// # Errors
    ///
    /// `key.no_pattern`, for the format `opaque`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_key::KeyFormat;
    /// assert_eq!(
    ///     KeyFormat::github("ghp")?.gitleaks_rule()?,
    ///     r#"[[rules]]
    /// id = "ghp"
    /// description = "A key of the format ghp"
    /// regex = '''\b(ghp_[0-9A-Za-z]{30}[0-9A-Za-z]{6})(?:[^0-9A-Za-z_]|$)'''
    /// secretGroup = 1
    /// keywords = ["ghp_"]
    /// "#
    /// );
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn gitleaks_rule(&self) -> Result<String, Error> {
        let (name, pattern, next) = (self.name(), self.pattern()?, self.continuation_class());
        let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        // `\b` before a word character, and `\B` before any other character, match only at the
        // start of the string or after a character that is not a word character.
        let before = match (self.starts_with(is_word), self.starts_with(|byte| !is_word(byte))) {
            (true, true) => "",
            (false, true) => r"\B",
            _ => r"\b",
        };
        let mut rule = format!(
            "[[rules]]\n\
             id = \"{name}\"\n\
             description = \"A key of the format {name}\"\n\
             regex = '''{before}({pattern})(?:[^{next}]|$)'''\n\
             secretGroup = 1\n"
        );
        // Gitleaks converts the scanned text to lower case before it searches for keywords.
        let keywords = match self.shape() {
            Definition::Foreign(Foreign::Jwt) => Some(JWT_STARTS.join("\", \"")),
            _ => self.head().map(String::from),
        };
        if let Some(keywords) = keywords {
            let keywords = keywords.to_ascii_lowercase();
            // Writing to a `String` cannot fail.
            let _ = writeln!(rule, "keywords = [\"{keywords}\"]");
        }
        Ok(rule)
    }

    /// Returns a partner pattern in the form that GitHub's secret scanning requires. It has four
    /// lines: the name, the format of the secret, what may precede the secret, and what may follow
    /// it.
    ///
    /// # Errors
    ///
    /// `key.no_pattern`, for the format `opaque`.
    ///
    /// # Examples
    ///
    /// ```
    /// use keyrail_key::KeyFormat;
    /// assert_eq!(
    ///     KeyFormat::github("ghp")?.github_partner_pattern()?,
    ///     r"Name: ghp
    /// Secret format: ghp_[0-9A-Za-z]{30}[0-9A-Za-z]{6}
    /// Before secret: \A|[^0-9A-Za-z_]
    /// After secret: \z|[^0-9A-Za-z_]
    /// "
    /// );
    /// # Ok::<(), keyrail_key::Error>(())
    /// ```
    pub fn github_partner_pattern(&self) -> Result<String, Error> {
        let (name, pattern, next) = (self.name(), self.pattern()?, self.continuation_class());
        Ok(format!(
            "Name: {name}\n\
             Secret format: {pattern}\n\
             Before secret: \\A|[^0-9A-Za-z_]\n\
             After secret: \\z|[^{next}]\n"
        ))
    }

    /// Returns whether a key can start with a character that `is_wanted` accepts. A key of a
    /// foreign format starts with a letter or a digit.
    fn starts_with(&self, is_wanted: impl Fn(u8) -> bool) -> bool {
        let Some(layout) = self.layout() else { return is_wanted(b'0') };
        let literals = match (&*layout.head, &*layout.environments) {
            ("", environments) => environments.iter().map(|name| &**name).collect(),
            (head, _) => Vec::from([head]),
        };
        match (literals.as_slice(), layout.fields.first()) {
            ([], Some(field)) => field.alphabet.symbols().bytes().any(is_wanted),
            (literals, _) => literals.iter().filter_map(|text| text.bytes().next()).any(is_wanted),
        }
    }

    /// Returns the characters that could continue a key, as the content of a character class. They
    /// are all the word characters, and the characters that the last part of the key may contain.
    fn continuation_class(&self) -> String {
        let mut symbols = String::from(Alphabet::BASE62.symbols());
        symbols.push('_');
        if let Some(layout) = self.layout() {
            let segment = layout.fields.last().map(|field| &field.alphabet);
            let last = layout.checksum.as_ref().map(|checksum| checksum.alphabet());
            symbols.extend(last.as_ref().or(segment).map(Alphabet::symbols));
        } else if matches!(self.shape(), Definition::Foreign(Foreign::Jwt | Foreign::Vchatcloud)) {
            symbols.push('-');
        }
        class(&symbols)
    }
}

impl Layout {
    fn pattern(&self) -> String {
        let mut pattern = String::new();
        push_literal(&mut pattern, &self.head);
        match &*self.environments {
            [] => {}
            [only] => push_literal(&mut pattern, only),
            [first, others @ ..] => {
                pattern.push_str("(?:");
                push_literal(&mut pattern, first);
                for name in others {
                    pattern.push('|');
                    push_literal(&mut pattern, name);
                }
                pattern.push(')');
            }
        }
        push_literal(&mut pattern, &self.after_environment);
        for field in self.fields.iter() {
            push_literal(&mut pattern, &field.separator);
            push_run(&mut pattern, &field.alphabet, field.shortest, field.longest);
        }
        if let Some(checksum) = &self.checksum {
            push_literal(&mut pattern, &checksum.separator);
            push_run(&mut pattern, &checksum.alphabet(), checksum.length, checksum.length);
        }
        pattern
    }
}

/// Appends a literal. Of the characters allowed in keys, only `.` and `+` need escaping.
fn push_literal(pattern: &mut String, text: &str) {
    for character in text.chars() {
        if matches!(character, '.' | '+') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
}

/// Appends a class of the characters of an alphabet, and the number of repetitions.
fn push_run(pattern: &mut String, alphabet: &Alphabet, shortest: usize, longest: usize) {
    let class = class(alphabet.symbols());
    let _ = match (shortest, longest) {
        (1, 1) => write!(pattern, "[{class}]"),
        _ if shortest == longest => write!(pattern, "[{class}]{{{shortest}}}"),
        _ => write!(pattern, "[{class}]{{{shortest},{longest}}}"),
    };
}

/// Returns the content of the brackets of a character class: letters and digits as ranges,
/// then the other characters, with the hyphen last.
fn class(symbols: &str) -> String {
    let mut class = String::new();
    for (first, last) in [(b'0', b'9'), (b'A', b'Z'), (b'a', b'z')] {
        let mut next = first;
        while next <= last {
            let length = (next..=last).take_while(|byte| contains(symbols, *byte)).count() as u8;
            match length {
                0 => {}
                1 | 2 => class.extend((next..next + length).map(char::from)),
                _ => {
                    class.push(char::from(next));
                    class.push('-');
                    class.push(char::from(next + length - 1));
                }
            }
            next += length + 1;
        }
    }
    class
        .extend(b"+./_~-".iter().filter(|byte| contains(symbols, **byte)).copied().map(char::from));
    class
}

fn contains(symbols: &str, byte: u8) -> bool {
    symbols.as_bytes().contains(&byte)
}
