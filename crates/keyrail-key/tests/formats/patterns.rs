//! Patterns, tested by running them.

use keyrail_key::{Hint, KeyFormat};
use proptest::prelude::*;
use regex::Regex;

use super::plan::{Plan, plan};

/// The patterns of a format, compiled as scanners compile them.
struct Scanners {
    whole: Regex,
    gitleaks: Regex,
    keywords: Vec<String>,
    partner: Regex,
}

impl Scanners {
    fn of(format: &KeyFormat) -> Self {
        let pattern = format.pattern().unwrap();
        let rules: toml::Table = format.gitleaks_rule().unwrap().parse().unwrap();
        let [rule] = rules["rules"].as_array().unwrap().as_slice() else {
            panic!("expected exactly one rule")
        };
        assert_eq!(rule["id"].as_str(), Some(format.name()));
        assert!(!rule["description"].as_str().unwrap().is_empty());
        assert_eq!(rule["secretGroup"].as_integer(), Some(1));
        let keywords = rule.get("keywords").and_then(toml::Value::as_array);
        let keywords = keywords.into_iter().flatten().map(|word| word.as_str().unwrap().to_owned());
        let text = format.github_partner_pattern().unwrap();
        let line = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap()
        };
        assert_eq!(line("Name"), format.name());
        let (before, after) = (line("Before secret"), line("After secret"));
        let partner = format!("(?:{before})({})(?:{after})", line("Secret format"));
        Self {
            whole: Regex::new(&format!("^(?:{pattern})$")).unwrap(),
            gitleaks: Regex::new(rule["regex"].as_str().unwrap()).unwrap(),
            keywords: keywords.collect(),
            partner: Regex::new(&partner).unwrap(),
        }
    }

    /// Returns the key that gitleaks finds. Gitleaks converts the string to lower case, and
    /// searches for a key only if the result contains a keyword.
    fn gitleaks<'t>(&self, text: &'t str) -> Option<&'t str> {
        let lower = text.to_lowercase();
        let has_keyword =
            self.keywords.is_empty() || self.keywords.iter().any(|word| lower.contains(word));
        has_keyword
            .then(|| self.gitleaks.captures(text)?.get(1).map(|group| group.as_str()))
            .flatten()
    }

    fn partner<'t>(&self, text: &'t str) -> Option<&'t str> {
        self.partner.captures(text)?.get(1).map(|group| group.as_str())
    }

    fn check_found(&self, key: &str) {
        assert!(self.whole.is_match(key), "{key} by {}", self.whole);
        for (before, after) in
            [("", ""), ("key = \"", "\"\n"), ("(", ")"), ("?key=", "&a"), (" ", ";")]
        {
            let text = format!("{before}{key}{after}");
            assert_eq!(self.gitleaks(&text), Some(key), "{text} by {}", self.gitleaks);
            assert_eq!(self.partner(&text), Some(key), "{text} by {}", self.partner);
        }
        let lines = format!("{key}\n{key}\n{key}");
        assert_eq!(self.gitleaks.captures_iter(&lines).count(), 3, "{lines} by {}", self.gitleaks);
    }

    fn check_missed(&self, text: &str) {
        assert!(!self.whole.is_match(text), "{text} by {}", self.whole);
        for text in [text.to_owned(), format!("\"{text}\"")] {
            assert_eq!(self.gitleaks(&text), None, "{text} by {}", self.gitleaks);
            assert_eq!(self.partner(&text), None, "{text} by {}", self.partner);
        }
    }
}

/// Returns whether a key starts with a letter or a digit. If it does, scanners must not find the
/// key inside a longer word. If it does not, they may find a key in a longer string by chance.
fn begins_with_word(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
}

/// Returns whether some keys of the plan start with a letter or a digit, and others with another
/// character. For such a format, the rule for gitleaks does not check the character before a key.
fn begins_with_either(plan: &Plan) -> bool {
    let is_other = |first: char| !first.is_ascii_alphanumeric();
    plan.head(None).is_empty()
        && plan.environments.is_empty()
        && plan.segments[0].symbols.contains(is_other)
}

/// Returns a key of the plan. Its segments have the maximum length if `longest` is true, otherwise
/// the minimum length.
fn key_of_length(plan: &Plan, environment: Option<&str>, longest: bool, index: usize) -> String {
    let length =
        |segment: &super::plan::PlanSegment| if longest { segment.max } else { segment.min };
    plan.key(environment, &plan.segments(length, |below| index % below))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_local_rejects: 1 << 20, ..ProptestConfig::default() })]

    #[test]
    fn keys_are_found_and_near_misses_are_not(
        (plan, format, environment) in plan(),
        entropy: [u8; 32],
        index: u16,
    ) {
        let environment = environment.as_deref();
        let scanners = Scanners::of(&format);
        let key = format.generate(environment, &entropy).unwrap();
        scanners.check_found(key.reveal());
        let index = usize::from(index);
        let shortest = key_of_length(&plan, environment, false, index);
        let longest = key_of_length(&plan, environment, true, index);
        scanners.check_found(&shortest);
        scanners.check_found(&longest);

        let last = longest.chars().next_back().unwrap();
        let text = longest.clone();
        prop_assert!(!scanners.whole.is_match(&format!("{text}{last}")), "extended key");
        prop_assert!(!scanners.whole.is_match(&shortest[..shortest.len() - 1]), "truncated key");
        if plan.is_fixed() {
            scanners.check_missed(&shortest[..shortest.len() - 1]);
            if begins_with_word(&text) && !begins_with_either(&plan) {
                scanners.check_missed(&format!("{text}{last}"));
                scanners.check_missed(&format!("{text}A"));
                scanners.check_missed(&format!("x{text}"));
                scanners.check_missed(&format!("_{text}"));
            }
        }
        // Replace the character at each offset by one that no key contains.
        for at in 0..text.len() {
            let mut wrong = text.clone();
            wrong.replace_range(at..=at, "*");
            prop_assert!(!scanners.whole.is_match(&wrong));
        }
        if let Some(name) = environment {
            let wrong = plan.head(Some(&"!".repeat(name.len())));
            let wrong = wrong + &text[plan.head(environment).len()..];
            prop_assert!(!scanners.whole.is_match(&wrong));
        }
    }
}

#[test]
fn patterns_use_common_regex_syntax() {
    let pattern_of = |json: &str| KeyFormat::from_json(json).unwrap().pattern().unwrap();
    assert_eq!(
        pattern_of(
            r#"{"prefix": "a.b+", "name": "x", "environments": ["live"], "separator": "/",
               "segments": [{"name": "a", "alphabet": "base58", "length": 1},
                            {"name": "b", "alphabet": "base32", "length": {"min": 20, "max": 40}}],
               "checksum": {"algorithm": "sha256", "separator": "."}}"#
        ),
        r"a\.b\+/live/[1-9A-HJ-NP-Za-km-z]/[0-9A-HJKMNP-TV-Z]{20,40}\.[0-9a-f]{8}"
    );
    assert_eq!(
        pattern_of(
            r#"{"prefix": "a", "separator": "",
               "segments": [{"name": "a", "alphabet": "base64url", "length": 30},
                            {"name": "b", "alphabet": {"characters": "cab-._~+/x1"}, "length": 2}]}"#
        ),
        r"a[0-9A-Za-z_-]{30}[1a-cx+./_~-]{2}"
    );
}

#[test]
fn near_misses_of_keyrail_keys_are_not_found() {
    let format = KeyFormat::keyrail();
    let scanners = Scanners::of(&format);
    let key = format.generate("live", &[7; 32]).unwrap();
    let key = key.reveal();
    scanners.check_found(key);
    for near_miss in [
        &key[..53],
        &format!("{key}A"),
        &format!("{key}_"),
        &format!("x{key}"),
        &key.replace("live", "prod"),
        &key.replace("kr_", "kx_"),
        &key.replace("live_", "live-"),
        &key.replace('_', "__"),
        &key.replace(&key[30..31], "-"),
        &key.replace(&key[30..31], "é"),
    ] {
        scanners.check_missed(near_miss);
    }
}

#[test]
fn keys_of_foreign_formats_are_found_and_near_misses_are_not() {
    let hex = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
    let scanners = Scanners::of(&KeyFormat::hex40());
    scanners.check_found(hex);
    scanners.check_found(&hex.to_ascii_uppercase());
    for near_miss in [&hex[1..], &format!("{hex}0"), &hex.replace('2', "g"), &hex.replace('f', "F")]
    {
        scanners.check_missed(near_miss);
    }
    let scanners = Scanners::of(&KeyFormat::jwt());
    // The second header is a JSON object that starts with a brace and a line break.
    for header in ["eyJhbGciOiJIUzI1NiJ9", "ewogImFsZyI6ICJIUzI1NiJ9"] {
        let jwt = format!("{header}.eyJzdWIiOiIxIn0.abc_-123");
        assert_eq!(KeyFormat::jwt().hint(&jwt), Hint::Fits);
        scanners.check_found(&jwt);
    }
    for near_miss in [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.",
        "eyJhbGciOiJIUzI1NiJ9",
        "abc.def.ghi",
        "ews.example.com",
    ] {
        assert_ne!(KeyFormat::jwt().hint(near_miss), Hint::Fits);
        scanners.check_missed(near_miss);
    }
    let vchatcloud = "a1B2c3-d4E5f6-g7H8i9-j0K1l2-20260131235959";
    let scanners = Scanners::of(&KeyFormat::vchatcloud());
    scanners.check_found(vchatcloud);
    for near_miss in
        [&vchatcloud[..41], &format!("{vchatcloud}0"), &vchatcloud.replace("c3-", "c34-")]
    {
        scanners.check_missed(near_miss);
    }
    assert_eq!(KeyFormat::opaque().pattern().unwrap_err().code(), "key.no_pattern");
    assert_eq!(KeyFormat::opaque().gitleaks_rule().unwrap_err().code(), "key.no_pattern");
    assert_eq!(KeyFormat::opaque().github_partner_pattern().unwrap_err().code(), "key.no_pattern");
}
