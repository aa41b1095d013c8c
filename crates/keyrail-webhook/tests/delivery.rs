//! Deliveries: signing by the sender and verification by the receiver.

use keyrail_core::{Secret, Timestamp};
use keyrail_webhook::{
    ErrorKind, HeaderNames, MAX_ID, MAX_SECRETS, MAX_SIGNATURES, Signer, Verified, Verifier,
};
use proptest::prelude::*;

/// A secret of 24 bytes: the example of the specification.
const ONE: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
/// Another secret of 24 bytes.
const TWO: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
const NOW: i64 = 1_800_000_000;

type Headers = Vec<(String, String)>;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_millis(seconds * 1000).unwrap()
}

fn to_secrets(secrets: &[&str]) -> Vec<Secret> {
    secrets.iter().map(|secret| Secret::new(*secret)).collect()
}

fn signed(secrets: &[&str], id: &str, seconds: i64, body: &[u8]) -> Headers {
    let signer = Signer::with_secrets(&to_secrets(secrets)).unwrap();
    let headers = signer.sign(id, at(seconds), body).unwrap();
    headers.into_iter().map(|(name, value)| (name, value.reveal().to_owned())).collect()
}

fn verify(headers: &Headers, body: &[u8], now: Timestamp) -> Result<Verified, ErrorKind> {
    let verifier = Verifier::new(&to_secrets(&[ONE])).unwrap();
    verifier.verify(headers, body, now).map_err(|error| error.kind().clone())
}

/// Returns the error of a delivery in which one header has another value.
fn error_with(name: &str, value: &str) -> (&'static str, Option<usize>) {
    let mut headers = signed(&[ONE], "msg_1", NOW, b"{}");
    headers.iter_mut().find(|(other, _)| other == name).unwrap().1 = value.to_owned();
    let verifier = Verifier::new(&to_secrets(&[ONE])).unwrap();
    let error = verifier.verify(&headers, b"{}", at(NOW)).unwrap_err();
    (error.code(), error.offset())
}

#[test]
fn the_headers_have_a_fixed_order() {
    let headers = signed(&[ONE], "msg_1", NOW, b"{}");
    let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["webhook-id", "webhook-timestamp", "webhook-signature"]);
    assert_eq!(headers[1].1, "1800000000");
}

#[test]
fn the_signed_time_is_rounded_down_to_seconds() {
    let signer = Signer::new(&Secret::new(ONE)).unwrap();
    let sign = |millis| signer.sign("a", Timestamp::from_millis(millis).unwrap(), b"");
    assert_eq!(sign(1_999).unwrap()[1].1.reveal(), "1");
    assert_eq!(sign(0).unwrap()[1].1.reveal(), "0");
    assert_eq!(sign(-1).unwrap_err().code(), "webhook.malformed_timestamp");
}

#[test]
fn every_secret_signs_in_order_and_any_of_them_verifies() {
    let headers = signed(&[TWO, ONE], "msg_1", NOW, b"{}");
    let (one, two) = (signed(&[ONE], "msg_1", NOW, b"{}"), signed(&[TWO], "msg_1", NOW, b"{}"));
    assert_eq!(headers[2].1, format!("{} {}", two[2].1, one[2].1));
    assert!(verify(&headers, b"{}", at(NOW)).is_ok());
    assert_eq!(verify(&two, b"{}", at(NOW)), Err(ErrorKind::WrongSignature));
    let both = Verifier::new(&to_secrets(&[ONE, TWO])).unwrap();
    assert!(both.verify(&two, b"{}", at(NOW)).is_ok());
}

#[test]
fn the_tolerance_is_exact_to_the_millisecond() {
    let headers = signed(&[ONE], "msg_1", NOW, b"{}");
    let after = |millis| Timestamp::from_millis(NOW * 1000 + millis).unwrap();
    for (millis, expected) in [
        (300_000, None),
        (300_001, Some(ErrorKind::TooOld)),
        (-300_000, None),
        (-300_001, Some(ErrorKind::TooNew)),
    ] {
        assert_eq!(verify(&headers, b"{}", after(millis)).err(), expected, "{millis}");
    }
    let exact = Verifier::new(&to_secrets(&[ONE])).unwrap().with_tolerance_seconds(0);
    assert!(exact.verify(&headers, b"{}", after(0)).is_ok());
    assert!(exact.verify(&headers, b"{}", after(1)).is_err());
    let widest = Verifier::new(&to_secrets(&[ONE])).unwrap().with_tolerance_seconds(u32::MAX);
    assert!(widest.verify(&headers, b"{}", at(NOW + i64::from(u32::MAX))).is_ok());
}

#[test]
fn headers_are_found_regardless_of_case_order_and_other_headers() {
    let mut headers = signed(&[ONE], "msg_1", NOW, b"{}");
    headers.reverse();
    for (name, value) in &mut headers {
        *name = name.to_ascii_uppercase();
        *value = format!(" \t{value}\t ");
    }
    headers.push(("content-type".into(), "application/json".into()));
    headers.push(("content-type".into(), "\u{e9}".into()));
    let verified = verify(&headers, b"{}", at(NOW)).unwrap();
    assert_eq!((verified.id.as_str(), verified.timestamp), ("msg_1", at(NOW)));
}

#[test]
fn headers_may_be_bytes() {
    let headers = signed(&[ONE], "msg_1", NOW, b"{}");
    let bytes: Vec<_> = headers.iter().map(|(n, v)| (n.as_bytes(), v.as_bytes())).collect();
    let verifier = Verifier::new(&to_secrets(&[ONE])).unwrap();
    assert!(verifier.verify(&bytes, b"{}", at(NOW)).is_ok());
    let invalid = [bytes[0], bytes[1], (b"webhook-signature", b"v1,\xff")];
    let error = verifier.verify(&invalid, b"{}", at(NOW)).unwrap_err();
    assert_eq!((error.code(), error.offset()), ("webhook.malformed_signature", Some(0)));
}

#[test]
fn a_missing_or_duplicate_header_is_named() {
    let headers = signed(&[ONE], "msg_1", NOW, b"{}");
    let verifier = Verifier::new(&to_secrets(&[ONE])).unwrap();
    let error = |headers: &Headers| verifier.verify(headers, b"{}", at(NOW)).unwrap_err();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        let mut without = headers.clone();
        without.retain(|(other, _)| other != name);
        let missing = error(&without);
        assert_eq!((missing.kind(), missing.header()), (&ErrorKind::MissingHeader, Some(name)));
        let mut repeated = headers.clone();
        let header = headers.iter().find(|(other, _)| other == name).unwrap();
        repeated.push((header.0.to_ascii_uppercase(), header.1.clone()));
        let duplicate = error(&repeated);
        assert_eq!(
            (duplicate.kind(), duplicate.header()),
            (&ErrorKind::DuplicateHeader, Some(name))
        );
    }
}

#[test]
fn malformed_values_are_rejected_at_their_offset() {
    let valid = signed(&[ONE], "msg_1", NOW, b"{}")[2].1.clone();
    let wrong = signed(&[TWO], "msg_1", NOW, b"{}")[2].1.clone();
    for (value, offset) in [
        (String::new(), 0),
        ("v1".into(), 0),
        (",abc".into(), 0),
        ("v1,".into(), 0),
        ("v1,!".into(), 0),
        (valid.trim_end_matches('=').into(), 0),
        (format!("{wrong}  {wrong}"), wrong.len() + 1),
        (format!("{wrong} v1,AAAA"), wrong.len() + 1),
        (format!("v2,x\t{valid}"), 0),
    ] {
        let expected = ("webhook.malformed_signature", Some(offset));
        assert_eq!(error_with("webhook-signature", &value), expected, "{value}");
    }
    for (value, offset) in [
        ("", 0),
        ("+1", 0),
        ("-1", 0),
        ("1.5", 1),
        ("12 3", 2),
        ("99999999999999999999", 0),
        ("253402300800", 0),
    ] {
        let expected = ("webhook.malformed_timestamp", Some(offset));
        assert_eq!(error_with("webhook-timestamp", value), expected, "{value}");
    }
    for (value, offset) in [("", 0), ("a.b", 1), ("a b", 1), ("é", 0)] {
        assert_eq!(
            error_with("webhook-id", value),
            ("webhook.malformed_id", Some(offset)),
            "{value}"
        );
    }
}

#[test]
fn signatures_of_unknown_versions_are_ignored_but_not_sufficient() {
    let mut headers = signed(&[ONE], "msg_1", NOW, b"{}");
    let valid = headers[2].1.clone();
    headers[2].1 = format!(
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg== {valid} v9,?"
    );
    assert!(verify(&headers, b"{}", at(NOW)).is_ok());
    assert_eq!(error_with("webhook-signature", "v2,abc v1a,abc").0, "webhook.unknown_version");
    assert_eq!(
        error_with("webhook-signature", &valid.replace("v1,", "V1,")).0,
        "webhook.unknown_version"
    );
}

#[test]
fn a_malformed_signature_does_not_void_a_valid_one() {
    let mut headers = signed(&[ONE], "msg_1", NOW, b"{}");
    let valid = headers[2].1.clone();
    for list in [
        format!("{valid}  v2,x"),
        format!("v2,x  {valid}"),
        format!("v1 {valid}"),
        format!("v1,!!! v1a, {valid}"),
        format!("{valid} v1,AAAA"),
        format!(",x é {valid}"),
    ] {
        headers[2].1.clone_from(&list);
        assert!(verify(&headers, b"{}", at(NOW)).is_ok(), "{list}");
    }
}

#[test]
fn other_names_of_the_headers_are_used_only_on_request() {
    let svix = Signer::new(&Secret::new(ONE)).unwrap().with_header_names(HeaderNames::Svix);
    let headers = svix.sign("msg_1", at(NOW), b"{}").unwrap();
    let headers: Headers =
        headers.into_iter().map(|(name, value)| (name, value.reveal().to_owned())).collect();
    let names: Vec<_> = headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["svix-id", "svix-timestamp", "svix-signature"]);
    assert_eq!(verify(&headers, b"{}", at(NOW)), Err(ErrorKind::MissingHeader));
    let verifier = Verifier::new(&to_secrets(&[ONE])).unwrap();
    let verifier = verifier.with_header_names(HeaderNames::Svix);
    assert!(verifier.verify(&headers, b"{}", at(NOW)).is_ok());
    let standard = signed(&[ONE], "msg_1", NOW, b"{}");
    assert!(verifier.verify(&standard, b"{}", at(NOW)).is_err());
    // Both sets of headers: only those that were asked for are read.
    let both = [headers, standard].concat();
    assert!(verifier.verify(&both, b"{}", at(NOW)).is_ok());
    assert!(verify(&both, b"{}", at(NOW)).is_ok());
}

#[test]
fn the_limits_are_exact() {
    let signer = Signer::new(&Secret::new(ONE)).unwrap();
    let longest = "i".repeat(MAX_ID);
    assert!(verify(&signed(&[ONE], &longest, NOW, b""), b"", at(NOW)).is_ok());
    let error = signer.sign(&(longest + "i"), at(NOW), b"").unwrap_err();
    assert_eq!((error.code(), error.offset()), ("webhook.malformed_id", Some(MAX_ID)));

    let secrets = [[TWO; MAX_SECRETS - 1].as_slice(), &[ONE]].concat();
    let mut headers = signed(&secrets, "msg_1", NOW, b"");
    assert!(verify(&headers, b"", at(NOW)).is_ok());
    headers[2].1 += &" v2,abc".repeat(MAX_SIGNATURES - MAX_SECRETS);
    assert!(verify(&headers, b"", at(NOW)).is_ok());
    headers[2].1 += " v2,abc";
    assert_eq!(verify(&headers, b"", at(NOW)), Err(ErrorKind::TooManySignatures));

    let too_many = to_secrets(&[ONE; MAX_SECRETS + 1]);
    assert_eq!(Signer::with_secrets(&too_many).unwrap_err().code(), "webhook.too_many_secrets");
    assert_eq!(Verifier::new(&too_many).unwrap_err().code(), "webhook.too_many_secrets");
    assert_eq!(Signer::with_secrets(&[]).unwrap_err().code(), "webhook.no_secret");
    assert_eq!(Verifier::new(&[]).unwrap_err().code(), "webhook.no_secret");
}

#[test]
fn no_printed_form_shows_a_secret() {
    let secrets = to_secrets(&[ONE, TWO]);
    assert_eq!(format!("{:#?}", Signer::with_secrets(&secrets).unwrap()), "Signer(••••••••)");
    assert_eq!(format!("{:#?}", Verifier::new(&secrets).unwrap()), "Verifier(••••••••)");
    let error = Signer::new(&Secret::new("whsec_hunter2")).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}

proptest! {
    #[test]
    fn a_signed_message_is_verified(
        id in "[!-\\-/-~]{1,256}",
        seconds in 0_i64..253_402_300_799,
        body in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let headers = signed(&[ONE], &id, seconds, &body);
        let verified = verify(&headers, &body, at(seconds)).unwrap();
        prop_assert_eq!(verified.id, id);
        prop_assert_eq!(verified.timestamp, at(seconds));
    }

    #[test]
    fn any_change_invalidates_the_signature(
        body in prop::collection::vec(any::<u8>(), 1..100),
        position: prop::sample::Index,
        bit in 0_u8..8,
    ) {
        let headers = signed(&[ONE], "msg_1", NOW, &body);
        let mut changed = body.clone();
        *position.get_mut(&mut changed) ^= 1_u8 << bit;
        prop_assert_eq!(verify(&headers, &changed, at(NOW)), Err(ErrorKind::WrongSignature));
        for (index, value) in [(0, "msg_2"), (1, "1800000001")] {
            let mut changed = headers.clone();
            changed[index].1 = value.to_owned();
            prop_assert_eq!(verify(&changed, &body, at(NOW)), Err(ErrorKind::WrongSignature));
        }
    }

    #[test]
    fn arbitrary_headers_are_rejected_without_a_panic(
        id in prop::collection::vec(any::<u8>(), 0..20),
        timestamp in prop::collection::vec(any::<u8>(), 0..20),
        signature in "(v1,[A-Za-z0-9+/]{43}= ?|\\PC){0,5}",
    ) {
        let headers = [
            (b"webhook-id".to_vec(), id),
            (b"webhook-timestamp".to_vec(), timestamp),
            (b"webhook-signature".to_vec(), signature.into_bytes()),
        ];
        let verifier = Verifier::new(&to_secrets(&[ONE])).unwrap();
        let result = verifier.verify(&headers, b"{}", at(NOW));
        prop_assert!(result.is_err());
    }
}
