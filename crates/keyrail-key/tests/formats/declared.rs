//! Helpers to test declarations of key formats: they change members of a valid declaration, and
//! check whether the result is accepted or which faults it has.

use keyrail_key::KeyFormat;

/// Adds these members to a valid declaration, and returns the result. A member replaces one of the
/// same name.
pub(crate) fn declaration_with(members: &[(&str, &str)]) -> String {
    let mut document = vec![
        ("prefix", r#""acme""#),
        ("segments", r#"[{"name": "secret", "alphabet": "hex", "length": 32}]"#),
    ];
    for member in members {
        document.retain(|(name, _)| name != &member.0);
        document.push(*member);
    }
    let members: Vec<_> =
        document.iter().map(|(name, value)| format!(r#""{name}": {value}"#)).collect();
    format!("{{{}}}", members.join(", "))
}

pub(crate) fn faults(json: &str) -> Vec<(&'static str, String)> {
    let error = KeyFormat::from_json(json).expect_err(json);
    error.faults().iter().map(|fault| (fault.code(), fault.pointer().to_owned())).collect()
}

/// Checks that the declaration with these members has this fault and no other.
pub(crate) fn check(members: &[(&str, &str)], code: &str, pointer: &str) {
    let json = declaration_with(members);
    assert_eq!(faults(&json), [(code, pointer.to_owned())] as [(&str, String); 1], "{json}");
}

pub(crate) fn accepts(members: &[(&str, &str)]) -> KeyFormat {
    let json = declaration_with(members);
    KeyFormat::from_json(&json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

/// Returns a list of two segments: one with these members, and a valid one.
pub(crate) fn segment(members: &str) -> String {
    format!(r#"[{{{members}}}, {{"name": "secret", "alphabet": "hex", "length": 32}}]"#)
}

/// Returns a JSON string with this content.
pub(crate) fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}
