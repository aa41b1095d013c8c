//! The calls that the conformance vectors name, each implemented with the public API.

use keyrail::header::{ChallengeError, Credentials, Scheme, Trust, client_ip, problem, render};
use keyrail::platform::Platform;
use keyrail::webhook::{
    self, HeaderNames, Signer, Verifier, check_target, check_target_with_loopback,
};
use keyrail::{Error, HeaderValue, Problem, Response, Secret, Timestamp, parse_address};
use serde_json::{Value, json};

use crate::{
    access, delivery, endpoint, gateway, key, platform, receive, redact, route, url, webhook_scheme,
};

/// Runs a call, and returns its result as JSON. Panics if the call is unknown, which is a mistake
/// in the vectors.
pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    match call {
        "header.extract" => {
            let credentials = scheme(&given["scheme"])?.extract(&pairs(given, "headers"))?;
            Ok(json!({
                "key": credentials.key().reveal(),
                "token": credentials.token().map(Secret::reveal),
                "app_id": credentials.app_id(),
                "variant": credentials.variant().as_str(),
            }))
        }
        "header.strip_credentials" => {
            Ok(json!(scheme(&given["scheme"])?.strip_credentials(pairs(given, "headers"))))
        }
        "header.apply" => {
            let credentials = credentials(&given["credentials"]);
            Ok(revealed(&scheme(&given["scheme"])?.apply(&credentials)?))
        }
        "header.challenge" => {
            let (scheme, realm) = (scheme(&given["scheme"])?, text(given, "realm"));
            Ok(json!(match given["error"].as_str() {
                None => scheme.challenge(realm)?,
                Some(word) => scheme.challenge_with(realm, challenge_error(word))?,
            }))
        }
        "header.problem" => {
            let scheme = scheme(&given["scheme"])?;
            let error = scheme.extract(&pairs(given, "headers")).expect_err("not rejected");
            Ok(described(&render(&problem(&error), &scheme, text(given, "realm"))))
        }
        "header.render" => {
            let status = given["status"].as_u64().and_then(|status| status.try_into().ok());
            let code = text(given, "code").to_owned();
            let problem = Problem::new(status.expect("a status"), code, text(given, "detail"))?;
            Ok(described(&render(&problem, &scheme(&given["scheme"])?, text(given, "realm"))))
        }
        "header.client_ip" => {
            let trust = Trust::from_json(&configuration(&given["trust"]))?;
            let peer = text(given, "peer").parse().expect("an address");
            Ok(json!(client_ip(peer, &pairs(given, "headers"), &trust)?.to_string()))
        }
        call if call.starts_with("access.") => access::run(call, given),
        "webhook.sign" => {
            let signer = Signer::with_secrets(&secrets(&given["secrets"]))?;
            let signer = signer.with_header_names(header_names(given)?);
            let time = Timestamp::from_millis(integer(given, "timestamp_ms"))?;
            Ok(revealed(&signer.sign(text(given, "id"), time, text(given, "body").as_bytes())?))
        }
        "webhook.verify" => {
            let verified = verify(given)?;
            Ok(json!({"id": verified.id, "timestamp_ms": verified.timestamp.as_millis()}))
        }
        "webhook.problem" => match verify(given) {
            Ok(_) => panic!("the delivery was not rejected"),
            Err(error) => Ok(described(&webhook::problem(&error).response())),
        },
        "webhook.generate_secret" => {
            let secret = webhook::generate_secret(&bytes_of_hex(text(given, "entropy")))?;
            Ok(json!(secret.reveal()))
        }
        "webhook.generate_private_key" => {
            let key = webhook::generate_private_key(&bytes_of_hex(text(given, "entropy")))?;
            Ok(json!(key.reveal()))
        }
        "webhook.public_key" => Ok(json!(webhook::public_key(&Secret::new(text(given, "text")))?)),
        "webhook.is_public_address" => {
            let address = parse_address(text(given, "ip"))?;
            Ok(json!(webhook::is_public_address(address)))
        }
        "webhook.standard_secret" => {
            let secret = webhook::standard_secret(&Secret::new(text(given, "text")))?;
            Ok(json!(secret.reveal()))
        }
        "webhook.check_target" => {
            match flag(given, "allow_loopback") {
                true => check_target_with_loopback(text(given, "url"))?,
                false => check_target(text(given, "url"))?,
            }
            Ok(json!(true))
        }
        "webhook.retry_policy"
        | "webhook.delivery_state"
        | "webhook.delivery_request"
        | "webhook.deliver" => delivery::run(call, given),
        "webhook.health_policy" => endpoint::run(call, given),
        "webhook.delivery_claim" => receive::run(call, given),
        _ if call.starts_with("webhook.receive") => receive::run(call, given),
        _ if call.starts_with("webhook.endpoint") => endpoint::run(call, given),
        _ if call.starts_with("webhook.scheme") => webhook_scheme::run(call, given),
        _ if call.starts_with("platform.") => platform::run(call, given),
        _ if call.starts_with("key.") => key::run(call, given),
        _ if call.starts_with("redact.") => redact::run(call, given),
        _ if call.starts_with("route.") => route::run(call, given),
        _ if call.starts_with("url.") => url::run(call, given),
        _ => gateway::run(call, given),
    }
}

fn header_names(given: &Value) -> Result<HeaderNames, webhook::Error> {
    given["header_names"].as_str().map_or(Ok(HeaderNames::default()), HeaderNames::parse)
}

pub fn verifier(given: &Value) -> Result<Verifier, webhook::Error> {
    let mut verifier = Verifier::new(&secrets(&given["secrets"]))?;
    verifier = verifier.with_header_names(header_names(given)?);
    if let Some(seconds) = given["tolerance_s"].as_u64() {
        verifier = verifier.with_tolerance_seconds(seconds.try_into().expect("fits in 32 bits"));
    }
    Ok(verifier)
}

fn verify(given: &Value) -> Result<webhook::Verified, webhook::Error> {
    let body = text(given, "body").as_bytes();
    verifier(given)?.verify(&pairs(given, "headers"), body, now(given))
}

fn challenge_error(word: &str) -> ChallengeError {
    let all = [
        ChallengeError::InvalidRequest,
        ChallengeError::InvalidToken,
        ChallengeError::InsufficientScope,
    ];
    all.into_iter().find(|error| error.as_str() == word).expect("an error code of RFC 6750")
}

fn scheme(value: &Value) -> Result<Scheme, Error> {
    if let Some(list) = value.as_array() {
        let schemes = list.iter().map(scheme).collect::<Result<Vec<_>, _>>()?;
        return Ok(Scheme::any_of(schemes)?);
    }
    let Some(words) = value.as_str() else {
        return Ok(Scheme::from_json(&value.to_string())?);
    };
    if let Some(words) = words.strip_prefix("token68 ") {
        return Ok(scheme(&json!(words))?.with_token68());
    }
    let words: Vec<&str> = words.split(' ').collect();
    match words.as_slice() {
        ["bare_authorization"] => Ok(Scheme::bare_authorization()),
        ["x_api_key"] => Ok(Scheme::x_api_key()),
        ["bearer"] => Ok(Scheme::bearer()),
        ["authorization", word] => Ok(Scheme::authorization(word)?),
        ["header", name] => Ok(Scheme::header(name)?),
        ["pair", key, token] => Ok(Scheme::pair(key, token)?),
        [platform] => Ok(Platform::get(platform)?.scheme().clone()),
        [platform, name] => {
            let platform = Platform::get(platform)?;
            let found = platform.schemes().find(|(candidate, _)| candidate == name);
            Ok(found.expect("a scheme of the platform").1.clone())
        }
        _ => panic!("invalid scheme: {value}"),
    }
}

pub fn credentials(value: &Value) -> Credentials {
    let mut credentials = Credentials::new(Secret::new(text(value, "key")));
    if let Some(token) = value["token"].as_str() {
        credentials = credentials.with_token(Secret::new(token));
    }
    if let Some(app_id) = value["app_id"].as_str() {
        credentials = credentials.with_app_id(app_id);
    }
    credentials
}

/// Returns a configuration as JSON. A string is returned unchanged, so it may be invalid JSON.
pub fn configuration(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

pub fn secrets(value: &Value) -> Vec<Secret> {
    match value.as_str() {
        Some(text) => vec![Secret::new(text)],
        None => texts(value).into_iter().map(Secret::new).collect(),
    }
}

pub fn revealed(headers: &[(String, HeaderValue)]) -> Value {
    headers.iter().map(|(name, value)| json!([name, value.reveal()])).collect()
}

pub fn text<'a>(given: &'a Value, member: &str) -> &'a str {
    given[member].as_str().unwrap_or_else(|| panic!("the case has no string {member}: {given}"))
}

pub fn texts(value: &Value) -> Vec<&str> {
    value.as_array().into_iter().flatten().map(|text| text.as_str().expect("a string")).collect()
}

pub fn pairs<'a>(given: &'a Value, member: &str) -> Vec<(&'a str, &'a str)> {
    let pairs = given[member].as_array().into_iter().flatten();
    pairs
        .map(|pair| (pair[0].as_str().expect("a name"), pair[1].as_str().expect("a value")))
        .collect()
}

pub fn now(given: &Value) -> Timestamp {
    Timestamp::from_millis(integer(given, "now_ms")).expect("a valid time")
}

pub fn ip(given: &Value) -> Option<std::net::IpAddr> {
    given["ip"].as_str().map(|ip| parse_address(ip).expect("an address"))
}

pub fn integer(given: &Value, member: &str) -> i64 {
    given[member].as_i64().unwrap_or_else(|| panic!("the case has no integer {member}: {given}"))
}

pub fn flag(given: &Value, member: &str) -> bool {
    given[member].as_bool().unwrap_or_default()
}

pub fn bytes_of_hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().collect();
    let digit =
        |digit: char| u8::try_from(digit.to_digit(16).expect("a hexadecimal digit")).unwrap();
    digits.chunks(2).map(|pair| digit(pair[0]) * 16 + digit(pair[1])).collect()
}

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the parts of a problem's response that the vectors compare.
fn described(response: &Response) -> Value {
    let body = response.body.as_deref().unwrap_or_default();
    let body: Value = serde_json::from_slice(body).expect("the body of a problem is JSON");
    json!({
        "status": response.status, "headers": revealed(&response.headers),
        "title": body["title"], "code": body["code"],
    })
}
