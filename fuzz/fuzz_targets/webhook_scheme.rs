//! Signature schemes: a request that is signed is verified with the same secret, and not with another
//! one.
//!
//! Input: a line with a JSON document of a scheme or the name of a vendor, a line with a URL, a line
//! with a header (its name, a colon, its value), then the body.

#![no_main]

use keyrail_core::{Secret, Timestamp};
use keyrail_webhook::{Scheme, SignedRequest};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut lines = data.splitn(4, |byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let (document, url, header, body) = (line(), line(), line(), line());
    let (document, url) = (String::from_utf8_lossy(document), String::from_utf8_lossy(url));
    let Ok(scheme) = Scheme::named(&document).or_else(|_| Scheme::from_json(&document)) else {
        return;
    };
    let (name, value) = match header.iter().position(|byte| *byte == b':') {
        Some(at) => (&header[..at], &header[at + 1..]),
        None => (header, &[][..]),
    };
    let now = Timestamp::from_millis(1_796_083_200_000).unwrap();
    let secret = Secret::new("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
    let headers = vec![(name.to_vec(), value.to_vec())];
    let request = SignedRequest { method: "POST", url: &url, headers: &headers, body };
    // Nothing is asserted about the request itself, but reading it must not panic.
    let _ = scheme.verify(std::slice::from_ref(&secret), &request, now);
    let Ok(signed) = scheme.sign(&secret, &request, now) else { return };
    let mut with_signature = headers.clone();
    for (name, value) in signed {
        with_signature.retain(|(other, _)| !other.eq_ignore_ascii_case(name.as_bytes()));
        with_signature.push((name.into_bytes(), value.reveal().as_bytes().to_vec()));
    }
    let request = SignedRequest { headers: &with_signature, ..request };
    // The secret of `ed25519` is a private key, and the one of a verifier a public key.
    let is_asymmetric = document.contains("ed25519") || document == "discord";
    if !is_asymmetric && scheme.sign(&secret, &request, now).is_ok() {
        scheme.verify(std::slice::from_ref(&secret), &request, now).unwrap();
    }
    assert!(scheme.verify(&[Secret::new("00")], &request, now).is_err());
});
