//! The calls of `key`: formats, digests and masks.

use keyrail::key::{Digest, KeyFormat, KeyFormatSet, MaskPolicy, ParsedKey, Pepper, SaltPosition};
use keyrail::{Error, Secret};
use serde_json::{Value, json};

use crate::calls::{bytes_of_hex, configuration, flag, text};

pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    Ok(match call {
        "key.generate" => {
            let entropy = bytes_of_hex(text(given, "entropy"));
            let key = format(given)?.generate(given["environment"].as_str(), &entropy)?;
            json!(key.reveal())
        }
        "key.parse" => parse(given)?,
        "key.format" => describe(&format(given)?)?,
        "key.hint" => json!(format(given)?.hint(text(given, "text")).as_str()),
        "key.pattern" => json!(format(given)?.pattern()?),
        "key.gitleaks_rule" => json!(format(given)?.gitleaks_rule()?),
        "key.github_partner_pattern" => json!(format(given)?.github_partner_pattern()?),
        "key.set.parse" => {
            let set = json!({"version": 1, "formats": given["formats"]});
            let set = KeyFormatSet::from_json(&set.to_string())?;
            described(&set.parse_ref(text(given, "text"))?)
        }
        "key.mask" => {
            let key = format(given)?.parse(text(given, "text"))?;
            json!(key.mask_with(&policy(&given["policy"])?).to_string())
        }
        "key.mask_policy" => {
            let policy = MaskPolicy::from_json(&configuration(&given["policy"]))?;
            json!({"start": policy.start(), "end": policy.end(), "ascii": policy.is_ascii()})
        }
        "key.digest" => {
            let (text, pepper) = (text(given, "text"), pepper(given)?);
            let digest = match given.get("format") {
                Some(_) => format(given)?.parse(text)?.digest(pepper.as_ref())?,
                None => Digest::of(text, pepper.as_ref())?,
            };
            json!(digest.to_string())
        }
        "key.digest.import" => json!(Digest::import_hex(text(given, "hex"))?.to_string()),
        "key.digest.import_base64" => {
            json!(Digest::import_base64(text(given, "base64"))?.to_string())
        }
        "key.digest.import_hmac" => {
            let (hmac, pepper) = (text(given, "hmac"), text(given, "pepper_id"));
            json!(Digest::import_hmac(hmac, pepper)?.to_string())
        }
        "key.digest.import_salted" => {
            let salt = bytes_of_hex(text(given, "salt"));
            let position = SaltPosition::parse(text(given, "position"))?;
            json!(Digest::import_salted(text(given, "hash"), &salt, position)?.to_string())
        }
        "key.verify" => {
            let digest = Digest::parse(text(given, "digest"))?;
            json!(digest.verify(text(given, "text"), pepper(given)?.as_ref())?)
        }
        _ => panic!("unknown call: {call}"),
    })
}

/// Parses a key into an `ApiKey` and into a `ParsedKey`, and checks that both results are equal.
fn parse(given: &Value) -> Result<Value, Error> {
    let (format, text) = (format(given)?, text(given, "text"));
    let owned = format.parse(text);
    let borrowed = format.parse_ref(text).map(|key| described(&key));
    let of_owned = |key: &keyrail::key::ApiKey| {
        json!({
            "format": key.format(), "environment": key.environment(), "id": key.id(),
            "mask": key.mask().to_string(),
        })
    };
    assert_eq!(owned.as_ref().map(of_owned), borrowed.as_ref().cloned());
    Ok(borrowed?)
}

fn described(key: &ParsedKey<'_>) -> Value {
    json!({
        "format": key.format(), "environment": key.environment(), "id": key.id(),
        "mask": key.mask().to_string(),
    })
}

fn describe(format: &KeyFormat) -> Result<Value, Error> {
    Ok(json!({
        "name": format.name(),
        "environments": format.environments().collect::<Vec<_>>(),
        "entropy_bits": (format.entropy_bits() * 100.0).round() / 100.0,
        "pattern": format.pattern()?,
    }))
}

/// Returns the format of a case: a built-in format, which the case names, or a format that the case
/// declares. The default is Keyrail's own format.
pub fn format(given: &Value) -> Result<KeyFormat, Error> {
    match given.get("format") {
        None => Ok(KeyFormat::keyrail()),
        Some(format) => format_of(format),
    }
}

pub fn format_of(format: &Value) -> Result<KeyFormat, Error> {
    match format.as_str() {
        Some(name) => Ok(KeyFormat::built_in(name).expect("a built-in format")),
        None => Ok(KeyFormat::from_json(&format.to_string())?),
    }
}

fn policy(policy: &Value) -> Result<MaskPolicy, Error> {
    let shown = |end: &str| policy[end].as_u64().and_then(|n| u8::try_from(n).ok()).expect(end);
    let plain = MaskPolicy::new(shown("start"), shown("end"))?;
    Ok(if flag(policy, "ascii") { plain.ascii() } else { plain })
}

pub fn pepper(given: &Value) -> Result<Option<Pepper>, Error> {
    let Some(pepper) = given.get("pepper") else { return Ok(None) };
    Ok(Some(Pepper::new(text(pepper, "id"), Secret::new(text(pepper, "secret")))?))
}
