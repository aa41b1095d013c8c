//! The fast path of base URL templates, for values without anything unusual.
//!
//! The text around the variables was checked when the template was parsed. If every
//! value is simple enough for its place, the base URL is put together without parsing
//! it again. For anything else nothing is returned here, and the general expansion finds
//! out what is wrong. A test checks that both agree. Requests of `cargo xtask bench
//! platform` are 2.6 to 4 times slower without it.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::authority::{MAX_HOST, MAX_LABEL, is_number};
use crate::variables::{FEW, value_of};
use crate::{MAX_URL, check_segment, encode};

/// A template of base URLs in pieces.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct FastPath {
    list: Vec<Piece>,
    /// How many variables there are, each counted once.
    names: usize,
    /// How long the text around the variables is.
    text: usize,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text, with the host's part in lower case.
    Text(String),
    /// A variable by its name, for the whole host, one label of it, or a
    /// segment of the path.
    Host(String),
    Label(String),
    Segment(String),
}

impl FastPath {
    /// The pieces of a template, unless something about it can only be told
    /// from the whole URL: a host whose end or length depends on a variable,
    /// a port after a variable host, a segment that is a variable in part.
    pub(crate) fn new(list: Vec<Piece>, names: usize) -> Option<Self> {
        let mut host = String::new();
        let mut in_host = true;
        for (at, piece) in list.iter().enumerate() {
            match piece {
                Piece::Text(text) if in_host => {
                    let rest = text.strip_prefix("https://").filter(|_| at == 0).unwrap_or(text);
                    let end = rest.find('/');
                    host.push_str(rest.get(..end.unwrap_or(rest.len()))?);
                    in_host = end.is_none();
                }
                Piece::Label(_) => {
                    if !stands_alone(&list, at, ['.', '/'], '.') {
                        return None;
                    }
                    host.extend(core::iter::repeat_n('a', MAX_LABEL));
                }
                Piece::Host(_) => host.push('*'),
                Piece::Segment(_) => {
                    if !stands_alone(&list, at, ['/', '/'], '/') {
                        return None;
                    }
                }
                Piece::Text(_) => {}
            }
        }
        let ends_with_variable = |piece: &Piece| matches!(piece, Piece::Label(_));
        let last_label = host.rsplit('.').next().unwrap_or_default();
        let only_text = !list.iter().any(ends_with_variable)
            || host_end(&list).is_some_and(|text| text.contains('.') && !is_number(last_label));
        let sound = host == "*" || (only_text && host.len() <= MAX_HOST && !host.contains('*'));
        let text =
            list.iter().map(|piece| if let Piece::Text(text) = piece { text.len() } else { 0 });
        let text = text.sum();
        sound.then_some(Self { list, names, text })
    }

    /// Appends the URL, if nothing is unusual. Otherwise the caller must remove what
    /// was appended.
    pub(crate) fn write<N: AsRef<str>, V: AsRef<str>>(
        &self,
        variables: &[(N, V)],
        out: &mut String,
    ) -> Option<()> {
        // As many values as names, and one for each name: none is unknown,
        // and none is given twice.
        if variables.len() != self.names || self.names > FEW {
            return None;
        }
        let start = out.len();
        let values: usize = variables.iter().map(|(_, value)| value.as_ref().len()).sum();
        if values > MAX_URL {
            return None;
        }
        out.reserve(self.text + values);
        for piece in &self.list {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Host(name) => out.push_str(plain_host(value_of(name, variables)?.as_ref())?),
                Piece::Label(name) => {
                    out.push_str(plain_label(value_of(name, variables)?.as_ref())?);
                }
                Piece::Segment(name) => {
                    let value = value_of(name, variables)?.as_ref();
                    match encode(value) {
                        // Unreserved characters alone: only dots could climb.
                        Cow::Borrowed(same) if !same.is_empty() && !same.starts_with('.') => {
                            out.push_str(same);
                        }
                        encoded => {
                            check_segment(value).ok()?;
                            out.push_str(&encoded);
                        }
                    }
                }
            }
        }
        (out.len() - start <= MAX_URL).then_some(())
    }
}

/// Returns whether a variable is all that is between these characters,
/// or between them and the end.
fn stands_alone(list: &[Piece], at: usize, before: [char; 2], behind: char) -> bool {
    let left = at.checked_sub(1).and_then(|at| list.get(at));
    let left = matches!(left, Some(Piece::Text(text)) if text.ends_with(before));
    let right = match list.get(at + 1) {
        Some(Piece::Text(text)) => text.starts_with(behind),
        Some(_) => false,
        None => true,
    };
    left && right
}

/// The text of the host after its last variable.
fn host_end(list: &[Piece]) -> Option<&str> {
    let last = list.iter().rposition(|piece| matches!(piece, Piece::Label(_)))?;
    match list.get(last + 1) {
        Some(Piece::Text(text)) => text.split('/').next(),
        _ => None,
    }
}

/// A label in lower case.
fn plain_label(value: &str) -> Option<&str> {
    let fine = |byte: u8| byte.is_ascii_lowercase() | byte.is_ascii_digit() | (byte == b'-');
    let good = (1..=MAX_LABEL).contains(&value.len())
        && value.bytes().all(fine)
        && !value.starts_with('-')
        && !value.ends_with('-');
    good.then_some(value)
}

/// A host name in lower case whose last label begins with a letter, so that
/// nothing takes it for a number.
fn plain_host(value: &str) -> Option<&str> {
    let mut labels = value.split('.');
    let good = value.len() <= MAX_HOST && labels.all(|label| plain_label(label).is_some());
    let last = value.rsplit('.').next().unwrap_or_default();
    (good && last.starts_with(|first: char| first.is_ascii_lowercase())).then_some(value)
}

#[cfg(test)]
mod tests {
    use alloc::string::String;

    use proptest::prelude::*;

    use crate::BaseUrlTemplate;

    const TEMPLATES: [&str; 11] = [
        "https://{a}.mehery.io/xms/api",
        "https://{a}/v1/{b}/channels/{c}/",
        "https://{a}:8443/{b}",
        "https://api.{a}/",
        "https://{a}.{b}.Example.com/{a}",
        "https://x{a}.example/",
        "https://api.example/.{a}/b",
        "https://api.example/{a}{b}",
        "https://API.example/v1/Agent",
        "https://api.example",
        "https://{a}",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]
        #[test]
        fn the_fast_path_agrees_with_the_general_expansion(
            index in 0..11_usize,
            a in "[a-c]{1,3}|[A-C0-9.-]{0,4}|[a-b]{62,65}|https://a\\.b|\\.\\.?|%2e|[a-z]{60}\\.[a-z]{60}\\.[a-z]{60}\\.[a-z]{60}\\.[a-z]{9,15}",
            b in "[a-c]{0,3}|[ /é\\\\\t.]{0,2}",
            c in "[a-c%*.]{1,3}",
            extra in 0..3_usize,
        ) {
            let template = BaseUrlTemplate::parse(TEMPLATES[index]).unwrap();
            let mut given: alloc::vec::Vec<(&str, &str)> = alloc::vec![("a", &a), ("b", &b), ("c", &c)];
            given.retain(|(name, _)| template.variables().any(|known| known == *name));
            match extra {
                1 => given.push(("a", &a)),
                2 => drop(given.pop()),
                _ => {}
            }
            let slow = template.expand(&given).map(|base| {
                let mut text = String::from(base.as_str());
                if !template.as_str().ends_with('/') {
                    text.pop();
                }
                text
            });
            let mut fast = String::from("start");
            let written = template.expand_into(&given, &mut fast);
            prop_assert_eq!(written.map(|()| String::from(&fast[5..])), slow);
        }
    }
}
