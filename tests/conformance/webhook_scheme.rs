//! The calls of signature schemes of webhooks.

use keyrail::webhook::{Scheme, SignedRequest};
use keyrail::{Error, Secret, Timestamp};
use serde_json::{Value, json};

use crate::calls::{configuration, now, pairs, revealed, secrets, text};

/// Runs a call, and returns its result as JSON.
pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    match call {
        "webhook.scheme" => {
            scheme(given)?;
            Ok(match given["scheme"].as_str() {
                Some(name) => {
                    serde_json::from_str(Scheme::document(name)?).expect("a valid document")
                }
                None => json!(true),
            })
        }
        "webhook.scheme_sign" => {
            let headers = pairs(given, "headers");
            let secret = Secret::new(text(given, "secret"));
            Ok(revealed(&scheme(given)?.sign(&secret, &request(given, &headers), now(given))?))
        }
        "webhook.scheme_verify" => {
            let headers = pairs(given, "headers");
            let secrets = secrets(&given["secrets"]);
            let verified =
                scheme(given)?.verify(&secrets, &request(given, &headers), now(given))?;
            Ok(json!({
                "id": verified.id(),
                "is_id_signed": verified.is_id_signed(),
                "timestamp_ms": verified.timestamp().map(Timestamp::as_millis),
                "covered": verified.covered(),
            }))
        }
        _ => panic!("unknown call {call}"),
    }
}

fn scheme(given: &Value) -> Result<Scheme, Error> {
    match &given["scheme"] {
        Value::String(name) => Ok(Scheme::named(name)?),
        document => Ok(Scheme::from_json(&configuration(document))?),
    }
}

fn request<'a>(
    given: &'a Value,
    headers: &'a [(&'a str, &'a str)],
) -> SignedRequest<'a, &'a str, &'a str> {
    let method = given["method"].as_str().unwrap_or("POST");
    let url = given["url"].as_str().unwrap_or("https://desk.example/hook");
    SignedRequest { method, url, headers, body: text(given, "body").as_bytes() }
}
