//! Declarations to try: a valid one with further members, and what is said
//! of it.

use keyrail_key::KeyFormat;

/// A sound declaration with a member put in place of another of its name.
pub(crate) fn with(members: &[(&str, &str)]) -> String {
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

pub(crate) fn check(members: &[(&str, &str)], code: &str, pointer: &str) {
    let json = with(members);
    assert_eq!(faults(&json), [(code, pointer.to_owned())] as [(&str, String); 1], "{json}");
}

pub(crate) fn accepts(members: &[(&str, &str)]) -> KeyFormat {
    let json = with(members);
    KeyFormat::from_json(&json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

pub(crate) fn segment(members: &str) -> String {
    format!(r#"[{{{members}}}, {{"name": "secret", "alphabet": "hex", "length": 32}}]"#)
}

pub(crate) fn text(text: &str) -> String {
    format!("\"{text}\"")
}
