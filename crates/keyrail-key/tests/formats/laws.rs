//! Properties of every format that can be declared.

use keyrail_key::{Digest, KeyFormat, KeyFormatSet};
use proptest::prelude::*;

use super::plan::{Plan, PlanChecksum, crc32, plan};

/// Returns a generator of pseudorandom numbers below a limit.
fn random_below(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed | 1;
    move |below| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

#[test]
fn the_crc32_of_the_tests_returns_the_published_check_value() {
    // The published check value of CRC-32/ISO-HDLC.
    assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, max_local_rejects: 1 << 20, ..ProptestConfig::default() })]

    #[test]
    fn a_generated_key_parses_to_itself(
        (plan, format, environment) in plan(),
        entropy in prop::collection::vec(any::<u8>(), 32..80),
    ) {
        let environment = environment.as_deref();
        let key = format.generate(environment, &entropy).unwrap();
        prop_assert_eq!(key.environment(), environment);
        prop_assert_eq!(&format.parse(key.reveal()).unwrap(), &key);
        let parsed = format.parse_ref(key.reveal()).unwrap();
        prop_assert_eq!(parsed.environment(), environment);
        prop_assert_eq!(parsed.id(), key.id());
        let head = plan.head(environment);
        prop_assert!(key.reveal().starts_with(&head));
        prop_assert!(key.reveal().len() <= 512);
        prop_assert!(format.entropy_bits() >= 96.0);
        prop_assert_eq!(&format.generate(environment, &entropy).unwrap(), &key);
    }

    #[test]
    fn a_key_of_any_allowed_length_is_parsed_into_its_segments(
        (plan, format, environment) in plan(),
        seed: u64,
        share in 0.0..=1.0_f64,
    ) {
        let length = |segment: &super::plan::PlanSegment| {
            segment.min + ((segment.max - segment.min) as f64 * share).round() as usize
        };
        let segments = plan.segments(length, random_below(seed));
        let text = plan.key(environment.as_deref(), &segments);
        let key = format.parse(&text).unwrap();
        prop_assert_eq!(key.reveal(), &text);
        prop_assert_eq!(key.environment(), environment.as_deref());
        let first = plan.segments.iter().position(|segment| !segment.is_secret);
        prop_assert_eq!(key.id(), first.map(|index| segments[index].as_str()));
        for (index, segment) in plan.segments.iter().enumerate() {
            let shown = key.segment(&format!("s{index}"));
            prop_assert_eq!(shown, (!segment.is_secret).then_some(segments[index].as_str()));
        }
        prop_assert_eq!(key.segment("s99"), None);
        let digested = plan.digest_segment.map_or(text.as_str(), |index| &segments[index]);
        prop_assert_eq!(key.reveal_digested(), digested);
        prop_assert_eq!(key.digest(None).unwrap(), Digest::hash_unchecked(digested, None));
    }

    #[test]
    fn from_json_and_the_builder_return_the_same_format((plan, format, _) in plan()) {
        prop_assert_eq!(plan.build().unwrap(), format);
    }

    #[test]
    fn a_key_with_a_crc_and_a_changed_character_is_rejected(
        (plan, format, environment) in plan(),
        seed: u64,
    ) {
        let Plan {
            checksum: PlanChecksum::Crc32(_) | PlanChecksum::Crc32Body(_), environments, ..
        } = &plan else {
            return Ok(());
        };
        // A checksum of the body does not cover the environment, so a change of one character
        // may turn an environment into another one.
        let are_distant = |a: &str, b: &str| a.len() != b.len()
            || a.bytes().zip(b.bytes()).filter(|(a, b)| a != b).count() > 1;
        let is_of_body = matches!(plan.checksum, PlanChecksum::Crc32Body(_));
        prop_assume!(!is_of_body || environments.iter().all(|a| {
            environments.iter().all(|b| a == b || are_distant(a, b))
        }));
        let segments = plan.segments(|segment| segment.min, random_below(seed));
        let text = plan.key(environment.as_deref(), &segments);
        prop_assert!(format.parse(&text).is_ok());
        let mut pick = random_below(seed ^ 0x5555);
        for _ in 0..500 {
            assert_change_is_rejected(&format, &text, pick(text.len()), b'!' + pick(94) as u8)?;
        }
    }

    #[test]
    fn every_error_has_a_code_and_an_offset_within_the_string(
        (plan, format, environment) in plan(),
        seed: u64,
        cut in any::<prop::sample::Index>(),
        inserted in "\\PC{0,3}",
    ) {
        let segments = plan.segments(|segment| segment.max, random_below(seed));
        let text = plan.key(environment.as_deref(), &segments);
        let at = cut.index(text.len() + 1);
        let (before, after) = text.split_at(at);
        for text in [
            before.to_owned(),
            format!("{before}{inserted}"),
            format!("{before}{inserted}{after}"),
            format!("{before}{}", after.get(1..).unwrap_or_default()),
        ] {
            if let Err(error) = format.parse(&text) {
                prop_assert!(error.code().starts_with("key."));
                prop_assert!(error.offset().unwrap() <= text.len());
                prop_assert!(text.is_char_boundary(error.offset().unwrap()) || error.code() == "key.length");
            }
        }
    }

    #[test]
    fn a_set_parses_like_its_formats((plan, format, environment) in plan(), entropy: [u8; 32]) {
        let set = KeyFormatSet::new([KeyFormat::opaque(), format.clone()]).unwrap();
        let key = format.generate(environment.as_deref(), &entropy).unwrap();
        prop_assert_eq!(&set.parse(key.reveal()).unwrap(), &key);
        // An invalid key of the format is not accepted as an opaque key, unless the format has no
        // prefix.
        let wrong = format!("{},", plan.head(environment.as_deref()));
        let nearest = if format.head().is_some() { format } else { KeyFormat::opaque() };
        prop_assert_eq!(set.parse(&wrong).unwrap_err(), nearest.parse(&wrong).unwrap_err());
    }
}

fn assert_change_is_rejected(
    format: &KeyFormat,
    text: &str,
    at: usize,
    byte: u8,
) -> Result<(), TestCaseError> {
    let mut bytes = text.as_bytes().to_vec();
    if core::mem::replace(&mut bytes[at], byte) != byte {
        let changed = String::from_utf8(bytes).unwrap();
        prop_assert!(format.parse_ref(&changed).is_err(), "at {at}");
    }
    Ok(())
}

#[test]
fn every_single_character_change_is_rejected() {
    let declared = [
        r#"{"prefix": "acme", "environments": ["live", "test"], "checksum": "crc32", "separator": "-",
            "segments": [{"name": "id", "alphabet": "hex", "length": {"min": 4, "max": 9}, "secret": false},
                         {"name": "secret", "alphabet": "base58", "length": {"min": 20, "max": 27}}]}"#,
        r#"{"name": "p", "prefix": "p.", "separator": "", "checksum": {"algorithm": "crc32", "separator": "."},
            "segments": [{"name": "a", "alphabet": "base64url", "length": 40},
                         {"name": "b", "alphabet": {"characters": "._~+/"}, "length": 12}]}"#,
    ];
    let mut formats: Vec<_> = declared.map(|json| KeyFormat::from_json(json).unwrap()).into();
    formats.extend([KeyFormat::keyrail(), KeyFormat::github("ghp").unwrap()]);
    for format in formats {
        let environment = format.environments().next().map(str::to_owned);
        for seed in 0..4 {
            let key = format.generate(environment.as_deref(), &[seed; 32]).unwrap();
            for at in 0..key.reveal().len() {
                for byte in b'!'..=b'~' {
                    assert_change_is_rejected(&format, key.reveal(), at, byte).unwrap();
                }
            }
        }
    }
}

#[test]
fn entropy_bits_are_those_of_the_shortest_secret() {
    let bits = |format: &KeyFormat| (format.entropy_bits() * 100.0).round() / 100.0;
    // 27 * log2(62) = 160.764..., 30 * log2(62) = 178.625..., 24 * log2(62) = 142.90...
    assert_eq!(bits(&KeyFormat::keyrail()), 160.76);
    assert_eq!(bits(&KeyFormat::github("ghp").unwrap()), 178.63);
    assert_eq!(bits(&KeyFormat::hex40()), 160.0);
    assert_eq!(bits(&KeyFormat::vchatcloud()), 142.9);
    assert_eq!(bits(&KeyFormat::jwt()), 0.0);
    assert_eq!(bits(&KeyFormat::opaque()), 0.0);
}
