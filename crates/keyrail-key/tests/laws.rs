//! Properties of keys that were generated from random bytes, and of parsing arbitrary strings.

use keyrail_key::{KeyFormat, KeyFormatSet};
use proptest::prelude::*;

fn environment() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("live"), Just("test")]
}

proptest! {
    #[test]
    fn a_generated_key_parses_to_itself(
        environment in environment(),
        entropy in prop::collection::vec(any::<u8>(), 32..100),
    ) {
        let format = KeyFormat::keyrail();
        let key = format.generate(environment, &entropy).unwrap();
        let parsed = format.parse(key.reveal()).unwrap();
        prop_assert_eq!(parsed.reveal(), key.reveal());
        prop_assert_eq!(parsed.environment(), Some(environment));
        prop_assert_eq!(parsed.id(), Some(&key.reveal()[8..20]));
    }

    #[test]
    fn every_single_byte_change_is_rejected(
        entropy in any::<[u8; 32]>(),
        at in 0_usize..54,
        byte in 0_u8..128,
    ) {
        let format = KeyFormat::keyrail();
        let key = format.generate("live", &entropy).unwrap();
        let mut bytes = key.reveal().as_bytes().to_vec();
        prop_assume!(bytes[at] != byte);
        bytes[at] = byte;
        prop_assert!(format.parse(core::str::from_utf8(&bytes).unwrap()).is_err());
    }

    #[test]
    fn every_error_has_a_code_and_an_offset_within_the_string(text in "(kr_(live|test)_)?\\PC{0,60}") {
        if let Err(error) = KeyFormat::keyrail().parse(&text) {
            prop_assert!(error.code().starts_with("key."));
            prop_assert!(error.offset().unwrap() <= text.len());
        }
    }

    #[test]
    fn no_printed_form_shows_the_secret(entropy in any::<[u8; 32]>()) {
        let key = KeyFormat::keyrail().generate("test", &entropy).unwrap();
        let expected = format!("kr_test_{}_••••••••", key.id().unwrap());
        prop_assert_eq!(key.to_string(), expected.as_str());
        prop_assert_eq!(format!("{:?}", key.mask()), expected.as_str());
        prop_assert_eq!(format!("{key:?}"), format!("ApiKey({expected})"));
        prop_assert_eq!(format!("{key:#?}"), format!("ApiKey({expected})"));
    }
}

#[test]
fn at_least_32_bytes_of_entropy_are_required_and_all_are_used() {
    let generate = |bytes: &[u8]| KeyFormat::keyrail().generate("live", bytes);
    assert_eq!(generate(&[0; 31]).unwrap_err().code(), "key.too_little_entropy");
    let shortest = generate(&[1; 32]).unwrap();
    let longer = generate(&[1; 33]).unwrap();
    assert_ne!(shortest, longer);
    assert_eq!(KeyFormat::keyrail().entropy_len(), 32);
}

#[test]
fn keys_of_different_environments_differ_even_with_the_same_entropy() {
    let generate = |environment| KeyFormat::keyrail().generate(environment, &[1; 32]);
    assert_ne!(generate("live").unwrap().id(), generate("test").unwrap().id());
    for wrong in ["", "Live", "prod", "live "] {
        assert_eq!(generate(wrong).unwrap_err().code(), "key.environment");
    }
}

#[test]
fn the_error_for_an_unknown_environment_lists_the_known_ones() {
    let keyrail = KeyFormat::keyrail();
    let message = |environment| keyrail.generate(environment, &[1; 32]).unwrap_err().to_string();
    assert_eq!(message(Some("prod")), "unknown environment: expected one of live, test");
    assert_eq!(message(None), "unknown environment: expected one of live, test");

    let hex40 = KeyFormat::hex40().generate(Some("live"), &[1; 32]).unwrap_err();
    let none = "unknown environment: keys of this format have no environment, so pass none";
    assert_eq!(hex40.to_string(), none);

    let text = "kr_prod_XpxFLbd5WrWf_AMCEgKrwUoqEfX6PLPXs5AZEtGU0bwXdi";
    let parsed = keyrail.parse(text).unwrap_err();
    assert_eq!(parsed.to_string(), "unknown environment: expected one of live, test (at byte 3)");
    let error_of_set = KeyFormatSet::new([keyrail]).unwrap().parse(text).unwrap_err();
    assert_eq!(error_of_set, parsed);
}
