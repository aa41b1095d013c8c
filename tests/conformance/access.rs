//! The calls of `keyrail::access`.

use keyrail::access::{ALERT_DAYS, Access, AccessRequest, Grant, KeyRecord, expiry_alerts};
use keyrail::key::Pepper;
use keyrail::{Error, Secret, Timestamp};
use serde_json::{Value, json};

use crate::calls::{configuration, integer, ip, now, text};

/// Runs a call of `keyrail::access`.
pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    let record = || KeyRecord::from_json(&configuration(&given["record"]));
    match call {
        "access.record" => {
            let json = record()?.to_json();
            Ok(serde_json::from_str(&json).expect("a record as JSON"))
        }
        "access.find_digest" => {
            let peppers = given["peppers"].as_array().into_iter().flatten();
            let pepper = |it| Pepper::new(text(it, "id"), Secret::new(text(it, "secret")));
            let peppers = peppers.map(pepper).collect::<Result<Vec<_>, _>>()?;
            Ok(json!(record()?.find_digest(text(given, "text"), &peppers)))
        }
        "access.status" => Ok(json!(record()?.status(now(given)).as_str())),
        "access.authorize" => {
            let record = record()?;
            let key = given["key"].as_str();
            let request = AccessRequest {
                ip: ip(given),
                operation: given["operation"].as_str(),
                queue: given["queue"].as_str(),
                environment: given["environment"].as_str(),
                digest: key.map(|key| record.find_digest(key, &[]).expect("the record's key")),
                ..AccessRequest::new(Access::parse(text(given, "access"))?, now(given))
            };
            Ok(described(&record.authorize(&request)?))
        }
        "access.expiry_alerts" => {
            let records = given["records"].as_array().into_iter().flatten();
            let records = records.map(|it| KeyRecord::from_json(&configuration(it)));
            let records = records.collect::<Result<Vec<_>, _>>()?;
            let since = Timestamp::from_millis(integer(given, "since_ms"))?;
            let days: Vec<u32> = match given["days"].as_array() {
                Some(days) => days.iter().map(days_of).collect(),
                None => ALERT_DAYS.to_vec(),
            };
            let alerts = expiry_alerts(&records, since, now(given), &days)?;
            let described = alerts.iter().map(|alert| {
                json!({
                    "id": alert.id(), "record": alert.record(), "days": alert.days(),
                    "due_ms": alert.due().as_millis(),
                    "expires_at_ms": alert.expires_at().as_millis(),
                })
            });
            Ok(described.collect())
        }
        _ => panic!("unknown call {call}"),
    }
}

/// Converts a number of days. A number out of range becomes `u32::MAX`, as in the bindings.
fn days_of(days: &Value) -> u32 {
    u32::try_from(days.as_i64().expect("a whole number")).unwrap_or(u32::MAX)
}

/// Returns a grant as JSON, without the members that have no value.
pub fn described(grant: &Grant) -> Value {
    let mut json = json!({
        "record": grant.record(), "app": grant.app(), "scope": grant.scope().as_str(),
    });
    for (name, value) in [("owner", grant.owner()), ("name", grant.name())] {
        if let Some(value) = value {
            json[name] = json!(value);
        }
    }
    if !grant.metadata().is_empty() {
        json["metadata"] = grant.metadata().iter().cloned().collect();
    }
    json
}
