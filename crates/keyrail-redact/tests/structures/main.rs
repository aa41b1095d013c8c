//! The law of redaction, over structures as programs print them: every planted
//! credential goes, every planted neighbour stays, JSON stays JSON, and twice is
//! once.

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

/// Whether a piece of eight characters of a secret is left.
fn survives(secret: &str, redacted: &str) -> bool {
    let characters: Vec<_> = secret.chars().collect();
    characters.windows(8).any(|piece| redacted.contains(&piece.iter().collect::<String>()))
}

fn check(printer: Printer, planted: &Planted) -> Result<(), TestCaseError> {
    let redactor = redactor();
    let text = printer.print(planted);
    let redacted = redactor.redact(&text).into_owned();
    let shown = || format!("{printer:?}\n{text}\n{redacted}");
    for secret in planted.secrets() {
        prop_assert!(!survives(&secret, &redacted), "{secret} of {}", shown());
    }
    for neighbour in planted.neighbours() {
        prop_assert!(redacted.contains(&neighbour), "{neighbour} of {}", shown());
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

/// Checks the law for one way to print.
macro_rules! laws {
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

laws! {
    json_in_one_line: Printer::Json;
    json_with_blanks: Printer::SpacedJson;
    json_in_many_lines: Printer::PrettyJson;
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
    rust_structures_in_many_lines: Printer::RustPretty;
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
