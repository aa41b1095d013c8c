//! Compares the expansion of templates with the algorithm of RFC 6570. The results must be the
//! same, and contain only characters of a URI. Strict expansion must have the same result, or
//! reject a missing or unknown variable.
//!
//! Input: lines. The first is a template; each other line is a variable, whose parts are
//! separated by tabs: `name value` is a string, `[name a b` a list, `{name k v k v` an
//! associative array. An empty name stands for the next variable of the template.

#![no_main]

mod rfc6570;

use keyrail_url::{Error, MAX_URL, TemplateValue, UrlTemplate, decode_bytes, encode};
use libfuzzer_sys::fuzz_target;

type Variable<'a> = (&'a str, TemplateValue<'a>);

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    let Some(template) = parse(first) else { return };
    let names: Vec<&str> = template.variables().collect();
    let mut unnamed = names.iter().copied();
    let variables: Vec<Variable> = lines.map(|line| variable(line, &mut unnamed)).collect();
    let expanded = template.expand(&variables);
    check_expanded(&expanded);
    match &expanded {
        Ok(url) => assert_eq!(rfc6570::expand(first, &variables).as_ref(), Some(url)),
        Err(error) if error.code() == "url.prefix_of_list" => {
            assert_eq!(rfc6570::expand(first, &variables), None);
            assert!(first[error.offset().unwrap()..].starts_with('{'));
        }
        Err(_) => {}
    }

    // Neither the order nor unknown variables change the result.
    let reversed: Vec<Variable> = variables.iter().rev().cloned().collect();
    assert_eq!(template.expand(&reversed), expanded);
    let mut more = variables.clone();
    more.push(("no such name", "x".into()));
    if !variables.iter().any(|(name, _)| *name == "no such name") {
        assert_eq!(template.expand(&more), expanded);
    }
    check_strict(&template, &names, &variables, &expanded);
});

fn parse(text: &str) -> Option<UrlTemplate> {
    match UrlTemplate::parse(text) {
        Ok(template) => {
            assert_eq!(template.as_str(), text);
            let names: Vec<&str> = template.variables().collect();
            for (index, name) in names.iter().enumerate() {
                assert!(!name.is_empty() && !names[..index].contains(name));
            }
            if !text.contains('{') {
                check_literal(text, &template);
            }
            Some(template)
        }
        Err(error) => {
            let offset = error.offset().unwrap();
            assert!(offset <= text.len() && text.is_char_boundary(offset));
            None
        }
    }
}

/// Checks that literal text is kept, except that characters that are not ASCII are escaped.
fn check_literal(text: &str, template: &UrlTemplate) {
    let nothing: [(&str, &str); 0] = [];
    let escaped = text.chars().map(|character| match character.is_ascii() {
        true => character.to_string(),
        false => encode(character.encode_utf8(&mut [0; 4])).into_owned(),
    });
    let escaped: String = escaped.collect();
    let expanded = template.expand(&nothing).unwrap();
    assert_eq!(expanded, escaped);
    assert_eq!(template.expand_strict(&nothing).unwrap(), escaped);
}

fn variable<'a>(line: &'a str, unnamed: &mut impl Iterator<Item = &'a str>) -> Variable<'a> {
    let mut parts = line.split('\t');
    let first = parts.next().unwrap_or_default();
    let (name, value) = if let Some(name) = first.strip_prefix('[') {
        (name, parts.collect::<Vec<_>>().into())
    } else if let Some(name) = first.strip_prefix('{') {
        let parts: Vec<&str> = parts.collect();
        let pairs = parts.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or_default()));
        (name, pairs.collect())
    } else {
        (first, parts.next().unwrap_or_default().into())
    };
    match name {
        "" => (unnamed.next().unwrap_or_default(), value),
        _ => (name, value),
    }
}

fn check_expanded(expanded: &Result<String, Error>) {
    match expanded {
        Ok(url) => {
            assert!(url.len() <= MAX_URL);
            let allowed = |byte: &u8| {
                byte.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=%".contains(byte)
            };
            assert!(url.as_bytes().iter().all(allowed));
            assert!(decode_bytes(url).is_ok(), "a % does not start an escape");
        }
        Err(error) => {
            let codes = ["url.duplicate_variable", "url.prefix_of_list", "url.too_long"];
            assert!(codes.contains(&error.code()));
        }
    }
}

/// Checks that strict expansion has the result `expanded`, or rejects a missing or an unknown
/// variable.
fn check_strict(
    template: &UrlTemplate,
    names: &[&str],
    variables: &[Variable],
    expanded: &Result<String, Error>,
) {
    let defined = |name: &&str| {
        let value = variables.iter().find(|(given, _)| given == name).map(|(_, value)| value);
        match value {
            None => false,
            Some(TemplateValue::Text(_)) => true,
            Some(TemplateValue::List(list)) => !list.is_empty(),
            Some(TemplateValue::Pairs(pairs)) => !pairs.is_empty(),
        }
    };
    let strict = template.expand_strict(variables);
    if !names.iter().all(defined) {
        let error = strict.unwrap_err();
        assert_eq!(error.code(), "url.missing_variable");
        assert!(template.as_str()[error.offset().unwrap()..].starts_with('{'));
    } else if variables.iter().any(|(name, _)| !names.contains(name)) {
        assert_eq!(strict.unwrap_err().code(), "url.unknown_variable");
    } else {
        assert_eq!(&strict, expanded);
    }
}
