//! The calls of `redact`.

use keyrail::Error;
use keyrail::key::KeyFormat;
use keyrail::redact::{Finding, Redactor};
use serde_json::{Value, json};

use crate::calls::{bytes_of_hex, flag, hex, text, texts};
use crate::key::format_of;

pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    Ok(match call {
        "redact.redact" => redact(given)?,
        "redact.redact_bytes" => {
            let bytes = bytes_of_hex(text(given, "bytes"));
            json!(hex(&redactor(given)?.redact_bytes(&bytes)))
        }
        "redact.redact_batch" => json!(redactor(given)?.redact_batch(&texts(&given["texts"]))),
        "redact.stream" => {
            let mut stream = redactor(given)?.stream();
            let chunks = texts(&given["chunks"]);
            let pushed: Vec<_> = chunks.into_iter().map(|chunk| stream.push(chunk)).collect();
            let bytes = [pushed.concat(), stream.finish()].concat();
            json!(String::from_utf8(bytes).expect("the redacted text is UTF-8"))
        }
        "redact.find" => {
            let text = text(given, "text");
            let found = redactor(given)?.find(text);
            found.iter().map(|finding| in_code_points(text, finding)).collect()
        }
        _ => panic!("unknown call: {call}"),
    })
}

/// Redacts a text. Checks that a second redaction changes nothing. Also splits the text into two
/// chunks, at up to 500 positions in turn, and checks that a stream returns the same result.
fn redact(given: &Value) -> Result<Value, Error> {
    let (redactor, text) = (redactor(given)?, text(given, "text"));
    let redacted = redactor.redact(text);
    assert_eq!(redactor.redact(&redacted), redacted, "the second redaction changes the text");
    let step = 1 + text.len() / 500;
    for at in (0..text.len()).step_by(step).filter(|at| text.is_char_boundary(*at)) {
        let mut stream = redactor.stream();
        let (head, tail) = text.split_at(at);
        let streamed = [stream.push(head), stream.push(tail), stream.finish()].concat();
        assert_eq!(streamed, redacted.as_bytes(), "split at byte {at}");
    }
    Ok(json!(redacted))
}

fn in_code_points(text: &str, finding: &Finding) -> Value {
    let point = |byte: usize| text[..byte].chars().count();
    json!({
        "start": point(finding.start()), "end": point(finding.end()),
        "kind": finding.kind().as_str(), "format": finding.format(),
        "confidence": finding.confidence().as_str(),
    })
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
