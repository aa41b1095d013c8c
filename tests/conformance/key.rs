//! The calls of keys: formats, digests, masks and redaction.

use keyrail::key::{
    Digest, Finding, KeyFormat, KeyFormatSet, MaskPolicy, ParsedKey, Pepper, Redactor,
};
use keyrail::{Error, Secret};
use serde_json::{Value, json};

use crate::calls::{bytes_of_hex, flag, hex, text, texts};

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
        "key.digest" => {
            let digest = Digest::of(text(given, "text"), pepper(given)?.as_ref())?;
            json!(digest.to_string())
        }
        "key.digest.import" => json!(Digest::import_hex(text(given, "hex"))?.to_string()),
        "key.verify" => {
            let digest = Digest::parse(text(given, "digest"))?;
            json!(digest.verify(text(given, "text"), pepper(given)?.as_ref())?)
        }
        "key.redact" => redact(given)?,
        "key.redact_bytes" => {
            let bytes = bytes_of_hex(text(given, "bytes"));
            json!(hex(&redactor(given)?.redact_bytes(&bytes)))
        }
        "key.redact_batch" => json!(redactor(given)?.redact_batch(&texts(&given["texts"]))),
        "key.redact.stream" => {
            let mut stream = redactor(given)?.stream();
            let chunks = texts(&given["chunks"]);
            let pushed: Vec<_> = chunks.into_iter().map(|chunk| stream.push(chunk)).collect();
            let bytes = [pushed.concat(), stream.finish()].concat();
            json!(String::from_utf8(bytes).expect("text went in"))
        }
        "key.find" => {
            let text = text(given, "text");
            let found = redactor(given)?.find(text);
            found.iter().map(|finding| in_code_points(text, finding)).collect()
        }
        _ => panic!("no such call: {call}"),
    })
}

/// A key, read owned and borrowed: both say the same.
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

/// A text redacted; once more changes nothing, and nor does cutting it in two.
fn redact(given: &Value) -> Result<Value, Error> {
    let (redactor, text) = (redactor(given)?, text(given, "text"));
    let once = redactor.redact(text);
    assert_eq!(redactor.redact(&once), once, "redacted twice");
    let step = 1 + text.len() / 500;
    for at in (0..text.len()).step_by(step).filter(|at| text.is_char_boundary(*at)) {
        let mut stream = redactor.stream();
        let (head, tail) = text.split_at(at);
        let cut = [stream.push(head), stream.push(tail), stream.finish()].concat();
        assert_eq!(cut, once.as_bytes(), "cut at byte {at}");
    }
    Ok(json!(once))
}

fn in_code_points(text: &str, finding: &Finding) -> Value {
    let point = |byte: usize| text[..byte].chars().count();
    json!({
        "start": point(finding.start()), "end": point(finding.end()),
        "kind": finding.kind().as_str(), "format": finding.format(),
        "confidence": finding.confidence().as_str(),
    })
}

/// A built-in format by its name, or a declaration; Keyrail's own where a case
/// says nothing.
fn format(given: &Value) -> Result<KeyFormat, Error> {
    match given.get("format") {
        None => Ok(KeyFormat::keyrail()),
        Some(format) => format_of(format),
    }
}

fn format_of(format: &Value) -> Result<KeyFormat, Error> {
    match format.as_str() {
        Some(name) => Ok(KeyFormat::built_in(name).expect("a built-in format")),
        None => Ok(KeyFormat::from_json(&format.to_string())?),
    }
}

fn redactor(given: &Value) -> Result<Redactor, Error> {
    let formats = match given.get("formats") {
        None => vec![KeyFormat::keyrail()],
        Some(formats) => {
            let formats = formats.as_array().expect("a list of formats").iter();
            formats.map(format_of).collect::<Result<_, _>>()?
        }
    };
    let redactor = Redactor::new(formats)?;
    Ok(if flag(given, "ascii") { redactor.with_ascii_mask() } else { redactor })
}

fn policy(policy: &Value) -> Result<MaskPolicy, Error> {
    let shown = |end: &str| policy[end].as_u64().and_then(|n| u8::try_from(n).ok()).expect(end);
    let plain = MaskPolicy::new(shown("start"), shown("end"))?;
    Ok(if flag(policy, "ascii") { plain.ascii() } else { plain })
}

fn pepper(given: &Value) -> Result<Option<Pepper>, Error> {
    let Some(pepper) = given.get("pepper") else { return Ok(None) };
    Ok(Some(Pepper::new(text(pepper, "id"), Secret::new(text(pepper, "secret")))?))
}
