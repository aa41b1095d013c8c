//! Digests: computed, rejected and imported ones.

use keyrail_core::Secret;
use keyrail_key::{
    Alphabet, Digest, ErrorKind, KeyFormat, MIN_KEY_BITS, Pepper, SaltPosition, Segment,
};
use proptest::prelude::*;

const HEX40: &str = "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12";
const KEY: &str = "kr_live_aLmC4Qopbu0c_hE5vBAJ7MIyX9o6Q8lUqlWYt1s24ejmgr";

/// A string and its hashes.
struct Known {
    text: &'static str,
    sha256: &'static str,
    sha512: &'static str,
    plain: &'static str,
    /// The digest with the pepper `p_1-A`, whose secret is `0123456789abcdef`.
    peppered: &'static str,
}

/// Strings with their hashes, computed with Python's hashlib and hmac. The hashes of `abc` are also
/// among the examples of FIPS 180-4.
const KNOWN: [Known; 5] = [
    Known {
        text: "",
        sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        sha512: concat!(
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce",
            "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
        ),
        plain: "sha256:47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU",
        peppered: "hmac-sha256:p_1-A:SW3JP6LSbq5QDsC8N6EicGuI-JY86_CJnQJF-uMT4kE",
    },
    Known {
        text: "abc",
        sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        sha512: concat!(
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a",
            "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
        ),
        plain: "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
        peppered: "hmac-sha256:p_1-A:vKqShDJHvCWAgNKCS93rpK-xvWG0aIymX2CiFOHZdZ4",
    },
    Known {
        text: "ключ",
        sha256: "1de36a32af798da0c1ac9297603a320ed8fe567cf21c9177112a4ce914ebb8be",
        sha512: concat!(
            "611785d9042a12415f2bfb38b45da9ac138940ba751ab318a40b725ca5c13a15",
            "2ac24381ad1f3150af3c7fbd06e851c35a713d6e73e0f15210091afa54f6d138",
        ),
        plain: "sha256:HeNqMq95jaDBrJKXYDoyDtj-VnzyHJF3ESpM6RTruL4",
        peppered: "hmac-sha256:p_1-A:dZsv2Omd_asFr9QToQFP8CcG7XrtNPwk0YwDK5g34Vo",
    },
    Known {
        text: HEX40,
        sha256: "e9210c9ec98b6a72e8c4834dcd4d1236062f03e790a981541c529d8985a20e1c",
        sha512: concat!(
            "bea00921aae553e09978f23514a444195bb78b7aebde7cc5c334f876b5c6d6e7",
            "d823660129863353f3fb14bdaf1bfba18258198f23c2d4ee149f03e5cca3119b",
        ),
        plain: "sha256:6SEMnsmLanLoxINNzU0SNgYvA-eQqYFUHFKdiYWiDhw",
        peppered: "hmac-sha256:p_1-A:6i-izwMh5HytVm3LyjTuSO0nJ0g9uWVmGbmrKiBV_m8",
    },
    Known {
        text: KEY,
        sha256: "579bc763a383d85b52b5c564f9f0519eb2e232c60733790d3910a6248a74ea77",
        sha512: concat!(
            "28c4e4377cd704b98fa2cfa06fdbb93c72d207009c4ae50318a1c72e4369a507",
            "c496534baee7a37ebf5b1271a75ebd511cc2a08be89796c3cf56c1d5cb7185e7",
        ),
        plain: "sha256:V5vHY6OD2FtStcVk-fBRnrLiMsYHM3kNORCmJIp06nc",
        peppered: "hmac-sha256:p_1-A:Am5H0NygKanJV5Bgfn_RDuZ7AwJNt6woZl7Ognvq55U",
    },
];

/// A string of hexadecimal digits that has exactly 96 bits.
const JUST_STRONG: &str = "0123456789abcdef0123456f";

fn pepper(id: &str, secret: &str) -> Pepper {
    Pepper::new(id, Secret::new(secret)).unwrap()
}

fn default_pepper() -> Pepper {
    pepper("p_1-A", "0123456789abcdef")
}

/// Returns the digests of a string by all five algorithms.
fn all_digests(text: &str) -> [Digest; 5] {
    let sha512: String =
        Digest::of_presented_sha512(text).as_bytes().iter().map(|b| format!("{b:02x}")).collect();
    let sha256: String =
        Digest::hash_unchecked(text, None).as_bytes().iter().map(|b| format!("{b:02X}")).collect();
    [
        Digest::hash_unchecked(text, None),
        Digest::hash_unchecked(text, Some(&default_pepper())),
        Digest::import_hex(&sha256).unwrap(),
        Digest::import_hex(&sha512).unwrap(),
        salted_digest(text, "NaCl"),
    ]
}

/// Returns the digest of a string with the salt before it.
fn salted_digest(text: &str, salt: &str) -> Digest {
    let hash = Digest::hash_unchecked(&format!("{salt}{text}"), None).to_string();
    let hash = hash.strip_prefix("sha256:").unwrap();
    Digest::import_salted(hash, salt.as_bytes(), SaltPosition::Before).unwrap()
}

#[track_caller]
fn assert_rejected(result: Result<Digest, keyrail_key::Error>, code: &str, offset: Option<usize>) {
    let error = result.unwrap_err();
    assert_eq!((error.code(), error.offset()), (code, offset));
}

#[test]
fn every_unsalted_algorithm_matches_python() {
    for known in &KNOWN {
        let texts = all_digests(known.text).map(|digest| digest.to_string());
        assert_eq!(texts[0], known.plain);
        assert_eq!(texts[1], known.peppered);
        assert_eq!(texts[2], format!("foreign-sha256:{}", known.sha256));
        assert_eq!(texts[3], format!("foreign-sha512:{}", known.sha512));
    }
}

#[test]
fn hex_hashes_are_imported_in_upper_and_lower_case() {
    for known in &KNOWN {
        for (hex, algorithm, length) in
            [(known.sha256, "foreign-sha256", 32), (known.sha512, "foreign-sha512", 64)]
        {
            let digest = Digest::import_hex(hex).unwrap();
            assert_eq!(digest, Digest::import_hex(&hex.to_uppercase()).unwrap());
            assert_eq!((digest.algorithm(), digest.is_foreign()), (algorithm, true));
            assert_eq!(digest.to_string(), format!("{algorithm}:{hex}"));
            assert_eq!((digest.as_bytes().len(), digest.pepper_id()), (length, None));
            assert_eq!(digest.verify(known.text, None), Ok(true));
            assert_eq!(digest.verify(known.text, Some(&default_pepper())), Ok(true));
            assert_eq!(digest.verify("another text", None), Ok(false));
        }
    }
}

#[test]
fn own_digests_are_not_marked_as_foreign() {
    let plain = Digest::of(HEX40, None).unwrap();
    assert_eq!((plain.algorithm(), plain.is_foreign()), ("sha256", false));
    let peppered = Digest::of(HEX40, Some(&default_pepper())).unwrap();
    assert_eq!((peppered.algorithm(), peppered.is_foreign()), ("hmac-sha256", false));
}

#[test]
fn an_imported_digest_may_have_the_same_hash_but_is_not_equal() {
    let [plain, peppered, sha256, sha512, salted] = all_digests(KEY);
    assert!(plain.same_hash(&sha256) && sha256.same_hash(&plain));
    assert_ne!(plain, sha256);
    for (one, other) in [
        (&plain, &peppered),
        (&plain, &sha512),
        (&sha256, &sha512),
        (&plain, &salted),
        (&sha256, &salted),
        (&salted, &salted_digest(KEY, "KCl")),
    ] {
        assert!(!one.same_hash(other) && !other.same_hash(one));
        assert_ne!(one, other);
    }
    for (one, other) in all_digests(KEY).iter().zip(&all_digests(HEX40)) {
        assert!(!one.same_hash(other));
    }
}

#[test]
fn every_bit_of_a_hash_is_compared() {
    for length in [64, 128] {
        let zeros = "0".repeat(length);
        let hash = Digest::import_hex(&zeros).unwrap();
        assert!(hash.same_hash(&hash.clone()));
        for at in 0..length {
            for digit in ["1", "2", "4", "8"] {
                let mut other = zeros.clone();
                other.replace_range(at..=at, digit);
                let other = Digest::import_hex(&other).unwrap();
                assert!(!hash.same_hash(&other) && hash != other);
            }
        }
    }
}

#[test]
fn a_string_with_fewer_than_96_bits_is_not_digested() {
    assert_eq!(MIN_KEY_BITS, 96);
    for weak in [
        "",
        "abc",
        "ключ",
        "hunter2",
        "Tr0ub4dor&3",
        "20240131235959",
        &JUST_STRONG[1..],
        // A timestamp adds no bits.
        "123456789abcdef0123456f20240131235959",
        // 39 digits count as 20 digits and a timestamp: 66.42 bits.
        "012345678901234567890123456789012345678",
    ] {
        for pepper in [None, Some(&default_pepper())] {
            assert_rejected(Digest::of(weak, pepper), "key.too_weak", None);
        }
    }
    for strong in [JUST_STRONG, "0123456789abcdef0123456f20240131235959", HEX40, KEY] {
        assert!(Digest::of(strong, None).is_ok());
    }
}

#[test]
fn a_key_that_fits_its_format_is_digested_despite_a_low_estimate() {
    // In about one of 3,000 random strings of 40 hexadecimal digits, the last 17 characters are all
    // decimal digits. They look like a timestamp, but the format guarantees the entropy.
    let hex = "abcdefabcdefabcdefabcdef1234567890123456"; // 24 digits and a timestamp: 96 bits
    assert!(Digest::of(hex, None).is_ok());
    let hex = "abcdefabcdefabcdefabcde71234567890123456"; // 23 digits and a timestamp: 92 bits
    assert_rejected(Digest::of(hex, None), "key.too_weak", None);
    let digest = KeyFormat::hex40().parse(hex).unwrap().digest(None).unwrap();
    assert_eq!(digest, Digest::hash_unchecked(hex, None));

    let format = KeyFormat::builder("acme")
        .segment(Segment::secret("secret", Alphabet::DIGITS, 29)) // 96.34 bits
        .build()
        .unwrap();
    let key = format.generate(None, &[7; 32]).unwrap();
    assert_eq!(key.digest(None).unwrap(), Digest::hash_unchecked(key.reveal(), None));
    assert_eq!(key.as_parsed().digest(None), key.digest(None));
}

#[test]
fn the_bits_of_an_unusual_foreign_key_are_estimated() {
    for format in [KeyFormat::hex40(), KeyFormat::vchatcloud(), KeyFormat::opaque()] {
        let weak = format.parse("hunter2").unwrap();
        assert_rejected(weak.digest(Some(&default_pepper())), "key.too_weak", None);
        assert!(format.parse(KEY).unwrap().digest(None).is_ok());
    }
    let sample = "AbCd1x-EfGh2y-IjKl3z-MnOp4w-20240131235959";
    assert!(KeyFormat::vchatcloud().parse(sample).unwrap().digest(None).is_ok());
}

#[test]
fn a_weak_string_is_verified_like_any_other() {
    for digest in all_digests("abc") {
        assert_eq!(digest.verify("abc", Some(&default_pepper())), Ok(true));
        assert_eq!(digest.verify("abd", Some(&default_pepper())), Ok(false));
    }
}

#[test]
fn the_error_for_a_weak_string_gives_advice_but_does_not_show_the_string() {
    let error = Digest::of("hunter2", None).unwrap_err();
    assert_eq!(error.kind(), &ErrorKind::TooWeak);
    let printed = format!("{error} {error:?} {error:#?}");
    assert!(printed.contains("Argon2id") && !printed.contains("hunter2"));
}

#[test]
fn a_malformed_digest_is_rejected_at_its_offset() {
    for (text, code, offset) in [
        ("", "key.unknown_algorithm", 0),
        ("sha256", "key.unknown_algorithm", 0),
        (":", "key.unknown_algorithm", 0),
        ("SHA256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "key.unknown_algorithm", 0),
        ("sha512:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "key.unknown_algorithm", 0),
        ("foreign-md5:900150983cd24fb0d6963f7d28e17f72", "key.unknown_algorithm", 0),
        ("sha256:", "key.malformed_digest", 7),
        ("sha256:ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0", "key.malformed_digest", 16),
        ("sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0=", "key.malformed_digest", 50),
        ("sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0A", "key.malformed_digest", 50),
        ("sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1", "key.malformed_digest", 49),
        ("hmac-sha256:p1", "key.malformed_digest", 14),
        ("hmac-sha256::abc", "key.malformed_pepper_id", 12),
        ("hmac-sha256:p 1:abc", "key.malformed_pepper_id", 13),
        ("hmac-sha256:p1:abc", "key.malformed_digest", 18),
        ("foreign-sha256:", "key.malformed_digest", 15),
        ("foreign-sha256:p1:ba78", "key.malformed_digest", 15),
        ("foreign-sha256:ba7", "key.malformed_digest", 18),
        ("foreign-sha256:ba7g", "key.malformed_digest", 18),
        ("foreign-sha256:ba78é", "key.malformed_digest", 19),
        ("foreign-sha512:ba7", "key.malformed_digest", 18),
    ] {
        assert_rejected(Digest::parse(text), code, Some(offset));
    }
}

#[test]
fn a_foreign_digest_must_be_complete_lower_case_hex() {
    let Known { sha256, sha512, .. } = KNOWN[1];
    for (algorithm, hex) in [("foreign-sha256", sha256), ("foreign-sha512", sha512)] {
        let start = algorithm.len() + 1;
        let parse = |value: &str| Digest::parse(&format!("{algorithm}:{value}"));
        assert!(parse(hex).is_ok());
        let at = hex.find(char::is_alphabetic).unwrap();
        assert_rejected(parse(&hex.to_uppercase()), "key.malformed_digest", Some(start + at));
        assert_rejected(parse(&hex[1..]), "key.malformed_digest", Some(start + hex.len() - 1));
        assert_rejected(parse(&format!("{hex}0")), "key.malformed_digest", Some(start + hex.len()));
        assert_rejected(
            parse(&format!("{hex}\n")),
            "key.malformed_digest",
            Some(start + hex.len()),
        );
    }
    // The value of one algorithm is invalid for the other.
    assert_rejected(
        Digest::parse(&format!("foreign-sha512:{sha256}")),
        "key.malformed_digest",
        Some(15 + 64),
    );
    assert_rejected(
        Digest::parse(&format!("foreign-sha256:{sha512}")),
        "key.malformed_digest",
        Some(15 + 64),
    );
}

#[test]
fn only_complete_hashes_are_imported() {
    let hex = "a".repeat(200);
    for length in 0..=200 {
        let imported = Digest::import_hex(&hex[..length]);
        match length {
            64 | 128 => assert!(imported.is_ok()),
            _ => assert_rejected(imported, "key.malformed_digest", Some(length.min(128))),
        }
    }
    assert_rejected(Digest::import_hex("0x00"), "key.malformed_digest", Some(1));
    assert_rejected(
        Digest::import_hex(&format!("{}\n", &hex[..64])),
        "key.malformed_digest",
        Some(64),
    );
    assert_rejected(Digest::import_hex(&"é".repeat(32)), "key.malformed_digest", Some(0));
    assert_rejected(
        Digest::import_hex(&format!("sha256:{}", &hex[..64])),
        "key.malformed_digest",
        Some(0),
    );
}

#[test]
fn verifying_requires_the_pepper_that_the_digest_names() {
    let (one, two) = (default_pepper(), pepper("p2", "0123456789abcdef"));
    let digest = Digest::of(HEX40, Some(&one)).unwrap();
    assert_eq!(digest.pepper_id(), Some("p_1-A"));
    assert_eq!(digest.verify(HEX40, Some(&one)), Ok(true));
    assert_eq!(digest.verify(KEY, Some(&one)), Ok(false));
    assert_eq!(digest.verify(HEX40, Some(&two)).unwrap_err().code(), "key.other_pepper");
    assert_eq!(digest.verify(HEX40, None).unwrap_err().code(), "key.missing_pepper");
    let other_secret = pepper("p_1-A", "another secret!!");
    assert_eq!(digest.verify(HEX40, Some(&other_secret)), Ok(false));
}

#[test]
fn digests_with_different_pepper_ids_are_not_equal() {
    let (one, two) = (default_pepper(), pepper("p2", "0123456789abcdef"));
    let [one, two] = [one, two].map(|pepper| Digest::of(HEX40, Some(&pepper)).unwrap());
    assert_eq!(one.as_bytes(), two.as_bytes());
    assert_ne!(one, two);
    assert!(!one.same_hash(&two));
}

proptest! {
    #[test]
    fn a_salted_digest_matches_only_its_key(
        key in "[ -~]{1,60}",
        other in "[ -~]{1,60}",
        salt in "[ -~]{1,128}",
        is_before: bool,
    ) {
        let (position, salted) = match is_before {
            true => (SaltPosition::Before, format!("{salt}{key}")),
            false => (SaltPosition::After, format!("{key}{salt}")),
        };
        let hash = Digest::hash_unchecked(&salted, None).to_string();
        let hash = hash.strip_prefix("sha256:").unwrap();
        let digest = Digest::import_salted(hash, salt.as_bytes(), position).unwrap();
        prop_assert_eq!(digest.verify(&key, None), Ok(true));
        prop_assert_eq!(digest.verify(&other, None), Ok(other == key));
        prop_assert_eq!(digest.verify(&salted, None), Ok(false));
        let parsed = Digest::parse(&digest.to_string()).unwrap();
        prop_assert!(parsed.same_hash(&digest) && parsed == digest);
        let unsalted = Digest::parse(&format!("sha256:{hash}")).unwrap();
        prop_assert!(!digest.same_hash(&unsalted) && !unsalted.same_hash(&digest));
    }

    #[test]
    fn a_digest_round_trips_and_verifies_only_its_string(text in ".*", other in ".*") {
        for digest in all_digests(&text) {
            prop_assert_eq!(&Digest::parse(&digest.to_string()).unwrap(), &digest);
            prop_assert!(digest.verify(&text, Some(&default_pepper())).unwrap());
            prop_assert_eq!(digest.verify(&other, Some(&default_pepper())).unwrap(), text == other);
        }
    }

    #[test]
    fn a_parsed_digest_prints_the_same_string(
        text in "(sha256:|hmac-sha256:p1:)[A-Za-z0-9_-]{42,44}|foreign-sha(256:[0-9a-fA-F]{63,65}|512:[0-9a-f]{128})",
    ) {
        if let Ok(digest) = Digest::parse(&text) {
            prop_assert_eq!(digest.to_string(), text);
        }
    }

    #[test]
    fn every_error_has_a_code_and_an_offset_within_the_string(
        text in "(foreign-|salted-)?(hmac-)?(sha(256|512))?:?((before|after):)?\\PC{0,140}",
    ) {
        for error in [Digest::parse(&text).err(), Digest::import_hex(&text).err()] {
            let Some(error) = error else { continue };
            prop_assert!(error.code().starts_with("key."));
            prop_assert!(error.offset().unwrap() <= text.len());
        }
    }

    #[test]
    fn changing_one_character_of_a_hash_gives_an_error_or_another_hash(
        hash in any::<[u8; 32]>(), at in 0_usize..64, with in any::<char>(),
    ) {
        let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        let mut changed: Vec<char> = hex.chars().collect();
        prop_assume!(!changed[at].eq_ignore_ascii_case(&with));
        changed[at] = with;
        match Digest::import_hex(&changed.iter().collect::<String>()) {
            Ok(digest) => prop_assert!(!digest.same_hash(&Digest::import_hex(&hex).unwrap())),
            Err(error) => prop_assert_eq!(error.offset(), Some(at)),
        }
    }
}
