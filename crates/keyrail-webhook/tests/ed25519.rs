//! Asymmetric signatures (`v1a`). Build with the feature `ed25519`.
#![cfg(feature = "ed25519")]

use keyrail_core::{Secret, Timestamp};
use keyrail_webhook::{
    Signer, Verifier, generate_private_key, generate_secret, public_key, standard_secret,
};
use proptest::prelude::*;

/// The example of Standard Webhooks: a private key with its public key.
const PRIVATE: &str =
    "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbfVKIDij2HKpMKkioLlX0dRqSKJp4AJ6p9lMicMFs6Kvg==";
const PUBLIC: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";
const SIGNATURE: &str =
    "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==";
const HMAC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const BODY: &[u8] = br#"{"test": 2432232314}"#;

fn now() -> Timestamp {
    Timestamp::from_millis(1_614_265_330_000).unwrap()
}

fn to_secrets(secrets: &[&str]) -> Vec<Secret> {
    secrets.iter().map(|secret| Secret::new(*secret)).collect()
}

fn sign(secrets: &[&str], body: &[u8]) -> String {
    let headers = Signer::with_secrets(&to_secrets(secrets)).unwrap().sign(ID, now(), body);
    headers.unwrap()[2].1.reveal().to_owned()
}

/// Verifies a delivery, and returns the code of the error.
fn verify(secrets: &[&str], signature: &str, body: &[u8]) -> Result<(), &'static str> {
    let headers =
        [("webhook-id", ID), ("webhook-timestamp", "1614265330"), ("webhook-signature", signature)];
    let verifier = Verifier::new(&to_secrets(secrets)).unwrap();
    verifier.verify(&headers, body, now()).map(drop).map_err(|error| error.code())
}

#[test]
fn the_published_example_is_signed_and_verified() {
    assert_eq!(sign(&[PRIVATE], BODY), SIGNATURE);
    assert_eq!(verify(&[PUBLIC], SIGNATURE, BODY), Ok(()));
    assert_eq!(public_key(&Secret::new(PRIVATE)).unwrap(), PUBLIC);
}

#[test]
fn a_seed_without_its_public_key_produces_the_same_signature() {
    let seed = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=";
    assert_eq!(sign(&[seed], BODY), SIGNATURE);
    assert_eq!(public_key(&Secret::new(seed)).unwrap(), PUBLIC);
}

#[test]
fn a_signature_is_not_downgraded() {
    let (weak, both) = (sign(&[HMAC], BODY), sign(&[HMAC, PRIVATE], BODY));
    assert_eq!(both, format!("{weak} {SIGNATURE}"));
    for (secrets, signature, expected) in [
        (&[HMAC][..], &*weak, Ok(())),
        (&[HMAC], &both, Ok(())),
        (&[PUBLIC], &both, Ok(())),
        (&[HMAC, PUBLIC], &both, Ok(())),
        (&[HMAC, PUBLIC], SIGNATURE, Ok(())),
        // The stronger signature was removed.
        (&[HMAC, PUBLIC], &weak, Err("webhook.unknown_version")),
        (&[PUBLIC], &weak, Err("webhook.unknown_version")),
        (&[HMAC], SIGNATURE, Err("webhook.unknown_version")),
    ] {
        assert_eq!(verify(secrets, signature, BODY), expected, "{secrets:?} {signature}");
    }
}

#[test]
fn a_public_key_cannot_be_used_as_an_hmac_secret() {
    // Knowing the public key is not enough to sign.
    let hmac = PUBLIC.replace("whpk_", "whsec_");
    let forged = sign(&[&hmac], BODY);
    assert_eq!(verify(&[PUBLIC], &forged, BODY), Err("webhook.unknown_version"));
    let renamed = forged.replace("v1,", "v1a,");
    assert_eq!(verify(&[PUBLIC], &renamed, BODY), Err("webhook.malformed_signature"));
}

#[test]
fn verification_is_strict() {
    // The scalar of the signature plus the order of the group is another encoding of it.
    const ORDER: [u8; 32] = [
        0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde,
        0x14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
    ];
    use base64::Engine as _;
    let engine = base64::engine::general_purpose::STANDARD;
    let mut bytes = engine.decode(SIGNATURE.trim_start_matches("v1a,")).unwrap();
    let mut carry = 0;
    for (byte, add) in bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(add) + carry;
        (*byte, carry) = (sum as u8, sum >> 8);
    }
    assert_eq!(carry, 0);
    let other = format!("v1a,{}", engine.encode(&bytes));
    assert_eq!(verify(&[PUBLIC], &other, BODY), Err("webhook.wrong_signature"));

    // The commitment has a small order. Verification that is not strict accepts this signature.
    let small = "v1a,AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAADoOpLQmiNdduUwr7D3B0DE0lZ7ZfUXB32dZ9EfayOxCQ==";
    assert_eq!(verify(&[PUBLIC], small, BODY), Err("webhook.wrong_signature"));

    // The points of small order: RFC 8032 does not reject them, and every message verifies.
    for key in [
        "whpk_AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "whpk_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "whpk_7P///////////////////////////////////////38=",
    ] {
        let error = Verifier::new(&to_secrets(&[key])).unwrap_err();
        assert_eq!(error.code(), "webhook.invalid_public_key", "{key}");
    }
    // The coordinate is not reduced: it is the order of the field plus 3.
    let error = Verifier::new(&to_secrets(&["whpk_8P///////////////////////////////////////38="]));
    assert_eq!(error.unwrap_err().code(), "webhook.invalid_public_key");
    // This coordinate is not on the curve.
    let error = Verifier::new(&to_secrets(&["whpk_AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]));
    assert_eq!(error.unwrap_err().code(), "webhook.invalid_public_key");
}

#[test]
fn keys_of_the_other_side_and_of_wrong_lengths_are_rejected() {
    let signer = |secret: &str| Signer::new(&Secret::new(secret)).unwrap_err().code();
    let verifier = |secret: &str| Verifier::new(&to_secrets(&[secret])).unwrap_err().code();
    assert_eq!(signer(PUBLIC), "webhook.public_key");
    assert_eq!(verifier(PRIVATE), "webhook.private_key");
    assert_eq!(signer("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "webhook.secret_length");
    assert_eq!(verifier("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), "webhook.secret_length");
    assert_eq!(verifier(&PRIVATE.replace("whsk_", "whpk_")), "webhook.secret_length");
    assert_eq!(signer(&PRIVATE.replace("Kvg==", "Kvw==")), "webhook.key_mismatch");
    for other in [HMAC, PUBLIC] {
        let error = public_key(&Secret::new(other)).unwrap_err();
        assert_eq!(error.code(), "webhook.not_private_key");
    }
    for key in [PRIVATE, PUBLIC] {
        assert_eq!(standard_secret(&Secret::new(key)).unwrap().reveal(), key);
    }
}

proptest! {
    #[test]
    fn a_generated_pair_signs_and_verifies(
        entropy: [u8; 32],
        body in prop::collection::vec(any::<u8>(), 1..200),
        position: prop::sample::Index,
        bit in 0_u8..8,
    ) {
        let private = generate_private_key(&entropy).unwrap();
        let public = public_key(&private).unwrap();
        let signature = sign(&[private.reveal()], &body);
        prop_assert_eq!(verify(&[&public], &signature, &body), Ok(()));
        let mut changed = body.clone();
        *position.get_mut(&mut changed) ^= 1_u8 << bit;
        prop_assert_eq!(verify(&[&public], &signature, &changed), Err("webhook.wrong_signature"));
        let secret = generate_secret(&entropy).unwrap();
        let signature = sign(&[secret.reveal()], &body);
        prop_assert_eq!(verify(&[secret.reveal()], &signature, &body), Ok(()));
    }
}
