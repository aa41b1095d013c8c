//! Declarations of formats: an accepted format generates keys that it parses and that its
//! pattern matches; a rejection has codes and pointers.
//!
//! Input: a line with bytes of entropy, then the JSON declaration of a format or a set.

#![no_main]

use keyrail_core::ConfigError;
use keyrail_key::{Hint, KeyFormat, KeyFormatSet, MAX_KEY};
use libfuzzer_sys::fuzz_target;
use regex::RegexBuilder;

fuzz_target!(|data: &[u8]| {
    let split = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (entropy, json) = data.split_at(split);
    let json = String::from_utf8_lossy(json);
    let mut entropy = entropy.to_vec();
    entropy.resize(entropy.len().max(32), 0);

    match KeyFormat::from_json(&json) {
        Ok(format) => check_format(&format, &entropy),
        Err(error) => check_rejection(&error),
    }
    match KeyFormatSet::from_json(&json) {
        Ok(set) => check_set(&set, &entropy),
        Err(error) => check_rejection(&error),
    }
});

fn check_format(format: &KeyFormat, entropy: &[u8]) {
    assert!(format.entropy_bits() >= 95.999);
    let pattern = format.pattern().unwrap();
    let build = |pattern: &str| RegexBuilder::new(pattern).size_limit(1 << 26).build().unwrap();
    let whole = build(&format!("^(?:{pattern})$"));
    let names: Vec<&str> = format.environments().collect();
    let environments =
        if names.is_empty() { vec![None] } else { names.iter().copied().map(Some).collect() };
    for environment in environments {
        let key = format.generate(environment, entropy).unwrap();
        let text = key.reveal();
        assert!(text.len() <= MAX_KEY);
        assert_eq!(format.parse(text).unwrap(), key);
        assert_eq!(format.hint(text), Hint::Fits);
        assert_eq!(key.environment(), environment);
        assert!(key.id().is_none_or(|id| text.contains(id)));
        assert!(whole.is_match(text), "{pattern}");
        for cut in 0..text.len() {
            if let Err(error) = format.parse_ref(&text[..cut]) {
                assert!(error.offset().unwrap() <= cut);
            } else {
                assert!(whole.is_match(&text[..cut]), "{pattern}");
            }
        }
        assert!(format.generate("no such environment", entropy).is_err());
        check_mask(&key.to_string());
    }
    let rule = format.gitleaks_rule().unwrap();
    let regex = rule.lines().find_map(|line| line.strip_prefix("regex = '''")).unwrap();
    build(regex.strip_suffix("'''").unwrap());
    format.github_partner_pattern().unwrap();
    assert!(KeyFormatSet::new([format.clone()]).is_ok());
}

fn check_mask(mask: &str) {
    assert!(mask.contains("••••••••"));
}

fn check_set(set: &KeyFormatSet, entropy: &[u8]) {
    for format in set.formats() {
        let environment = format.environments().next();
        let Ok(key) = format.generate(environment, entropy) else { continue };
        let read = set.parse(key.reveal());
        if !format.is_foreign() {
            assert_eq!(read.unwrap(), key);
            let others = set.formats().iter().filter(|other| !other.is_foreign());
            assert_eq!(others.filter(|other| other.parse_ref(key.reveal()).is_ok()).count(), 1);
        }
    }
}

fn check_rejection(error: &ConfigError) {
    assert!(!error.faults().is_empty());
    for fault in error.faults() {
        assert!(fault.code().contains('.') && !fault.message().is_empty());
        assert!(fault.pointer().is_empty() || fault.pointer().starts_with('/'));
    }
}
