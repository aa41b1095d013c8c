//! Reads the expiry of a JSON Web Token (RFC 7519). The signature is not verified, because
//! the vendor does that: the expiry only determines when to request the next token.

use alloc::string::String;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use keyrail_core::{MAX_HEADER_VALUE, Timestamp};
use serde_json::value::RawValue;

use crate::ErrorKind;
use crate::number::truncated;
use crate::pointer::Pointer;

/// The maximum remaining lifetime of a token, in milliseconds: 366 days. A later `exp` is
/// rejected, because it is probably not in seconds.
pub(crate) const MAX_LIFETIME_MS: i64 = 366 * 24 * 60 * 60 * 1000;

/// Returns when the token expires, which is after `now` and at most [`MAX_LIFETIME_MS`] later.
pub(crate) fn expiry(token: &str, now: Timestamp) -> Result<Timestamp, ErrorKind> {
    let claims = claims(token).ok_or(ErrorKind::TokenMalformed)?;
    let claims: &RawValue = serde_json::from_str(&claims).map_err(|_| ErrorKind::TokenMalformed)?;
    if !claims.get().starts_with('{') {
        return Err(ErrorKind::TokenMalformed);
    }
    let exp = Pointer::member("exp").find(claims).map_err(|_| ErrorKind::TokenMalformed)?;
    let exp = exp.ok_or(ErrorKind::TokenWithoutExpiry)?;
    let millis = milliseconds(exp).ok_or(ErrorKind::TokenAbsurdExpiry)?;
    let left = millis.saturating_sub(now.as_millis());
    if left > MAX_LIFETIME_MS {
        return Err(ErrorKind::TokenAbsurdExpiry);
    }
    if left <= 0 {
        return Err(ErrorKind::TokenExpired);
    }
    Timestamp::from_millis(millis).map_err(|_| ErrorKind::TokenAbsurdExpiry)
}

/// Returns the decoded payload of a token. A token consists of three base64url parts separated by
/// dots (RFC 7515, section 3.1). Returns `None` if the token is malformed or too long.
fn claims(token: &str) -> Option<String> {
    if token.len() > MAX_HEADER_VALUE {
        return None;
    }
    let mut parts = token.split('.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok().filter(|bytes| !bytes.is_empty());
    decode(header)?;
    decode(signature)?;
    if parts.next().is_some() {
        return None;
    }
    String::from_utf8(decode(payload)?).ok()
}

/// Converts a `NumericDate` (RFC 7519, section 2) from seconds to milliseconds, without its
/// fraction. Returns `None` if the value is not a number, is negative, or is too large.
fn milliseconds(exp: &RawValue) -> Option<i64> {
    let is_negative = exp.get().parse::<f64>().is_ok_and(|seconds| seconds < 0.0);
    let seconds = truncated(exp.get()).filter(|_| !is_negative)?;
    seconds.checked_mul(1000)
}

#[cfg(test)]
mod tests {
    use alloc::format;
    use alloc::string::String;

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use keyrail_core::Timestamp;

    use super::expiry;
    use crate::ErrorKind;

    const NOW: i64 = 1_793_491_200; // 2026-11-01T00:00:00Z

    fn read(token: &str) -> Result<i64, ErrorKind> {
        let now = Timestamp::from_millis(NOW * 1000).unwrap();
        expiry(token, now).map(Timestamp::as_seconds)
    }

    fn token_with(claims: &str) -> String {
        format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(claims))
    }

    fn exp(exp: &str) -> Result<i64, ErrorKind> {
        read(&token_with(&format!(r#"{{"sub": "a", "exp": {exp}}}"#)))
    }

    #[test]
    fn the_expiry_is_read_in_whole_seconds() {
        assert_eq!(exp("1793491201"), Ok(NOW + 1));
        assert_eq!(exp("1793509200.75"), Ok(NOW + 18_000));
        assert_eq!(exp("1.7935092e9"), Ok(NOW + 18_000));
    }

    #[test]
    fn missing_past_and_absurd_expiries_have_different_errors() {
        assert_eq!(read(&token_with("{}")), Err(ErrorKind::TokenWithoutExpiry));
        assert_eq!(exp("1793491200"), Err(ErrorKind::TokenExpired));
        assert_eq!(exp("0"), Err(ErrorKind::TokenExpired));
        assert_eq!(exp("-0.0"), Err(ErrorKind::TokenExpired));
        for absurd in [
            "1793509200000",
            "-1",
            "-0.5",
            "-1e-9",
            "\"1793509200\"",
            "null",
            "[]",
            "true",
            "1e300",
        ] {
            assert_eq!(exp(absurd), Err(ErrorKind::TokenAbsurdExpiry), "{absurd}");
        }
    }

    #[test]
    fn the_expiry_limit_is_exact() {
        let latest = NOW + 366 * 24 * 60 * 60;
        assert_eq!(exp(&format!("{latest}")), Ok(latest));
        assert_eq!(exp(&format!("{}", latest + 1)), Err(ErrorKind::TokenAbsurdExpiry));
    }

    #[test]
    fn a_malformed_token_is_rejected() {
        let valid = token_with(r#"{"exp": 1793491201}"#);
        let payload = valid.split('.').nth(1).unwrap();
        for token in [
            String::new(),
            "a.b.c".into(),
            "opaque".into(),
            format!("e30.{payload}"),
            format!("e30.{payload}."),
            format!(".{payload}.c2ln"),
            format!("{valid}.c2ln"),
            format!("e30.{payload}=.c2ln"),
            format!("e30.{payload}.a b"),
            token_with("[]"),
            token_with("exp"),
            token_with(r#"{"exp": 1793491201, "exp": 1793491202}"#),
            format!("e30.{payload}.{}", "A".repeat(8192)),
        ] {
            assert_eq!(read(&token), Err(ErrorKind::TokenMalformed), "{token:.40}");
        }
    }
}
