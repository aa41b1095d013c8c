//! Keys of asymmetric signatures in a build without the feature `ed25519`.
#![cfg(not(feature = "ed25519"))]

use keyrail_core::Secret;
use keyrail_webhook::{Signer, Verifier, generate_private_key, generate_secret, public_key};

const PRIVATE: &str = "whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=";
const PUBLIC: &str = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4=";

#[test]
fn every_key_is_rejected_with_the_name_of_the_feature() {
    for key in [PRIVATE, PUBLIC] {
        let key = Secret::new(key);
        assert_eq!(Signer::new(&key).unwrap_err().code(), "webhook.no_ed25519");
        assert_eq!(Verifier::new(&[key]).unwrap_err().code(), "webhook.no_ed25519");
    }
    assert_eq!(public_key(&Secret::new(PRIVATE)).unwrap_err().code(), "webhook.no_ed25519");
    assert_eq!(generate_private_key(&[7; 32]).unwrap_err().code(), "webhook.no_ed25519");
    assert!(generate_secret(&[7; 32]).is_ok());
}
