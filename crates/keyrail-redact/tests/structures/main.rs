//! Property tests of redaction. The input is a structure in the form in which a program prints it.
//! Every credential in a structure is replaced, every other value remains, and JSON remains valid.
//! Redacting twice gives the same result as redacting once.

mod generator;
mod json;
mod print;
mod secrets;

use generator::{Planted, Printer, config, structure};
use keyrail_key::KeyFormat;
use keyrail_redact::Redactor;
use proptest::prelude::*;

fn redactor() -> Redactor {
    Redactor::new([KeyFormat::keyrail(), KeyFormat::github("ghp").unwrap()]).unwrap()
}

/// Returns whether any eight consecutive characters of a secret remain.
fn survives(secret: &str, redacted: &str) -> bool {
    let characters: Vec<_> = secret.chars().collect();
    characters.windows(8).any(|piece| redacted.contains(&piece.iter().collect::<String>()))
}

/// Checks the properties for one printed structure.
fn check(printer: Printer, planted: &Planted) -> Result<(), TestCaseError> {
    let redactor = redactor();
    let text = printer.print(planted);
    let redacted = redactor.redact(&text).into_owned();
    let shown = || format!("{printer:?}\n{text}\n{redacted}");
    for secret in planted.secrets() {
        prop_assert!(!survives(&secret, &redacted), "{secret} remains in {}", shown());
    }
    for neighbour in planted.neighbours() {
        prop_assert!(redacted.contains(&neighbour), "{neighbour} is missing in {}", shown());
    }
    prop_assert_eq!(redactor.redact(&redacted), redacted.as_str(), "{}", shown());
    if printer.is_json() {
        let parsed = serde_json::from_str(&redacted);
        prop_assert!(parsed.is_ok(), "{}", shown());
        prop_assert!(json::is_same(planted, printer, &parsed.unwrap()), "{}", shown());
    }
    let mut stream = redactor.stream();
    let half = text.len() / 2;
    let mut streamed = stream.push(&text.as_bytes()[..half]);
    streamed.extend(stream.push(&text.as_bytes()[half..]));
    streamed.extend(stream.finish());
    prop_assert_eq!(streamed, redacted.as_bytes(), "{}", shown());
    Ok(())
}

/// Defines a test for each printer.
macro_rules! printer_tests {
    ($($name:ident: $printer:expr;)*) => {
        proptest! {
            #![proptest_config(config())]
            $(
                #[test]
                fn $name(planted in structure($printer)) {
                    check($printer, &planted)?;
                }
            )*
        }
    };
}

printer_tests! {
    json_on_one_line: Printer::Json;
    json_with_spaces: Printer::SpacedJson;
    json_on_many_lines: Printer::PrettyJson;
    json_in_json: Printer::JsonInJson;
    json_in_json_in_json: Printer::JsonInJsonInJson;
    python_dictionaries: Printer::PythonDict;
    python_dataclasses: Printer::PythonClass;
    swift_structures: Printer::SwiftStruct;
    swift_dictionaries: Printer::SwiftDictionary;
    swift_dumps: Printer::SwiftDump;
    kotlin_data_classes: Printer::KotlinClass;
    kotlin_maps: Printer::KotlinMap;
    rust_structures: Printer::RustDebug;
    rust_structures_on_many_lines: Printer::RustPretty;
    rust_maps: Printer::RustMap;
    go_values: Printer::GoValue;
    go_maps: Printer::GoMap;
    go_syntax: Printer::GoSyntax;
    yaml_blocks: Printer::Yaml;
    yaml_flows: Printer::YamlFlow;
    toml_tables: Printer::Toml;
    toml_inline_tables: Printer::TomlInline;
    query_strings: Printer::Query;
    query_strings_in_query_strings: Printer::QueryInQuery;
    header_lines: Printer::Headers;
    header_options: Printer::Curl;
    header_pairs: Printer::PythonPairs;
    header_maps: Printer::GoHeader;
    header_objects: Printer::Har;
}
