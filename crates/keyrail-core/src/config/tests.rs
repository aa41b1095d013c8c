use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};

use super::{ConfigError, MAX_DEPTH, MAX_ERROR_TEXT, MAX_FAULTS, MAX_STEP, Pairs, from_json};
use crate::Timestamp;

/// A document with a member of every kind.
#[derive(Debug)]
struct Document {
    id: String,
    count: i64,
    tags: Vec<String>,
    at: Option<Timestamp>,
    inner: Vec<Document>,
    variables: Pairs<String>,
}

crate::config_object! {
    /// A document with a member of every kind.
    Document (faults) {
        /// The id.
        required id: String;
        /// The count.
        optional count: i64;
        /// The tags.
        optional tags: Vec<String>;
        /// The time.
        optional at: Timestamp;
        /// The nested documents.
        optional inner: Vec<Document>;
        /// The variables.
        optional variables: Pairs<String>;
    } => {
        Some(Self {
            id: id?,
            count: count.unwrap_or_default(),
            tags: tags.unwrap_or_default(),
            at,
            inner: inner.unwrap_or_default(),
            variables: variables.unwrap_or_default(),
        })
    }
}

fn faults(text: &str) -> Vec<(&'static str, String)> {
    let error = from_json::<Document>(text).unwrap_err();
    error.faults().iter().map(|fault| (fault.code(), fault.pointer().to_string())).collect()
}

fn error_of(text: &str) -> ConfigError {
    from_json::<Document>(text).unwrap_err()
}

#[test]
fn reads_a_whole_document() {
    let text = r#"{"version": 1, "id": "a", "count": 3, "tags": ["x"], "at": "1970-01-01T00:00:01Z",
                   "inner": [{"id": "b"}], "variables": {"z": "1", "a": "2"}}"#;
    let document: Document = from_json(text).unwrap();
    assert_eq!((document.id.as_str(), document.count, document.tags), ("a", 3, vec!["x".into()]));
    assert_eq!(document.at.unwrap().as_millis(), 1000);
    assert_eq!(document.inner[0].id, "b");
    assert_eq!(document.variables.0, [("z".into(), "1".into()), ("a".into(), "2".into())]);
}

#[test]
fn lists_every_fault_with_its_pointer() {
    let text = r#"{"id": 1, "tags": ["x", 2, null], "at": "yesterday", "counts": {},
                   "inner": [{"id": "a"}, {"id": "b", "id": "c"}, {}], "variables": {"a/b": 1}}"#;
    let expected = [
        ("config.wrong_type", "/id"),
        ("config.wrong_type", "/tags/1"),
        ("config.wrong_type", "/tags/2"),
        ("time.malformed", "/at"),
        ("config.unknown_member", ""),
        ("config.duplicate_member", "/inner/1/id"),
        ("config.missing_member", "/inner/2"),
        ("config.wrong_type", "/variables/a~1b"),
    ];
    assert_eq!(faults(text), expected.map(|(code, pointer)| (code, pointer.to_string())));
}

#[test]
fn an_unknown_member_gets_a_suggestion_and_is_not_echoed() {
    let error = error_of(r#"{"id": "a", "conut": "whisper"}"#);
    assert_eq!(
        error.to_string(),
        "the document: unknown member (the 2nd in this object): did you mean count?"
    );
    let error = error_of(r#"{"id": "a", "kind": "whisper"}"#);
    let expected = "the document: unknown member (the 2nd in this object): \
                    expected one of id, count, tags, at, inner, variables";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn nothing_inside_an_unknown_member_or_a_wrong_type_is_echoed() {
    let text =
        r#"{"id": {"b": {"x": 1, "x": 2}}, "other": [{"whisper": 1, "whisper": 2}], "tags": 1}"#;
    let expected = [
        ("config.duplicate_member", "/id"),
        ("config.wrong_type", "/id"),
        ("config.unknown_member", ""),
        ("config.duplicate_member", ""),
        ("config.wrong_type", "/tags"),
    ];
    assert_eq!(faults(text), expected.map(|(code, pointer)| (code, pointer.to_string())));
    assert!(!error_of(r#"{"other": {"whisper": ["#).to_string().contains("whisper"));
}

#[test]
fn long_pointers_and_long_error_messages_are_truncated() {
    let long = "é".repeat(5000);
    let [fault] = &faults(&format!(r#"{{"id": "a", "variables": {{"{long}": 1}}}}"#))[..] else {
        panic!("expected exactly one fault")
    };
    assert_eq!(fault.1, format!("/variables/{}…", "é".repeat(30)));
    let exact = "~".repeat(MAX_STEP / 2);
    let pointer =
        |name: &str| faults(&format!(r#"{{"id": "", "variables": {{"{name}": 1}}}}"#))[0].1.clone();
    assert_eq!(pointer(&exact), format!("/variables/{}", "~0".repeat(MAX_STEP / 2)));
    assert_eq!(pointer(&(exact + "~")), format!("/variables/{}…", "~0".repeat(30)));

    let nested = |levels: usize| {
        let name = "n".repeat(MAX_STEP);
        let duplicate = format!(r#""{name}": 1, "{name}": 1"#);
        (0..levels).fold(duplicate, |inner, _| format!(r#""inner": [{{{inner}}}]"#))
    };
    let many: Vec<String> =
        (0..MAX_FAULTS).map(|n| format!(r#""{}{n}": 1"#, "n".repeat(200))).collect();
    let text = format!(r#"{{"id": "a", "variables": {{{}}}, {}}}"#, many.join(","), nested(3));
    let error = error_of(&text);
    assert!(error.to_string().len() <= MAX_ERROR_TEXT);
    assert!(error.to_string().contains("; and "));
}

#[test]
fn every_document_may_have_a_schema_member() {
    assert!(from_json::<Document>(r#"{"$schema": "https://x.example/s.json", "id": "a"}"#).is_ok());
    assert_eq!(faults(r#"{"$schema": 1, "id": "a"}"#), [("config.wrong_type", "/$schema".into())]);
    let duplicate = faults(r#"{"$schema": "a", "$schema": "b", "id": "a"}"#);
    assert_eq!(duplicate, [("config.duplicate_member", "/$schema".into())]);
}

#[test]
fn a_syntax_error_stops_parsing_and_has_its_offset() {
    let error = error_of("{\n \"count\": \"a\",\n \"id\" 1}");
    let codes: Vec<_> = error.faults().iter().map(super::Fault::code).collect();
    assert_eq!(codes, ["config.wrong_type", "config.syntax"]);
    assert_eq!(error.offset(), Some(23));
    assert_eq!(error_of(r#"{"id": "a"} x"#).offset(), Some(12));
    assert_eq!(error_of("").offset(), Some(0));
    assert_eq!(error_of(r#"{"version": 1"#).offset(), Some(13));
}

#[test]
fn only_version_1_is_accepted_and_only_at_the_root() {
    assert_eq!(error_of(r#"{"id": "a", "version": 2}"#).code(), "config.unsupported_version");
    let nested = r#"{"id": "a", "inner": [{"id": "b", "version": 1}]}"#;
    assert_eq!(error_of(nested).code(), "config.unknown_member");
}

#[test]
fn the_depth_limit_is_exact() {
    // Each level of `inner` is an object and an array.
    let nested = |levels: usize| {
        let open = r#"{"id": "a", "inner": ["#.repeat(levels);
        format!(r#"{open}{{"id": "a"}}{}"#, "]}".repeat(levels))
    };
    assert!(from_json::<Document>(&nested(MAX_DEPTH / 2 - 1)).is_ok());
    assert_eq!(error_of(&nested(MAX_DEPTH / 2)).code(), "config.too_deep");
    assert_eq!(error_of(&nested(100_000)).faults().len(), 1);
    let unknown = format!(r#"{{"x": {}"#, "[".repeat(1_000_000));
    assert!(error_of(&unknown).faults().iter().any(|fault| fault.code() == "config.too_deep"));
}

#[test]
fn at_most_a_hundred_faults_are_listed_and_the_rest_are_counted() {
    let tags = vec!["1"; MAX_FAULTS + 7].join(",");
    let error = error_of(&format!(r#"{{"id": "a", "tags": [{tags}]}}"#));
    assert_eq!((error.faults().len(), error.more()), (MAX_FAULTS, 7));
    assert!(error.to_string().ends_with("; and 7 more"));
    assert!(error.to_string().len() < MAX_ERROR_TEXT);
}
