//! The calls of `gateway`.

use keyrail::access::KeyRecord;
use keyrail::route::Message;
use keyrail::{Error, Gateway, Inbound, InboundCall, Outbound, OutboundCall, Secrets};
use serde_json::{Value, json};

use crate::access::{consumed, described as described_grant, permissions, states};
use crate::calls::{configuration, ip, now, pairs, revealed, secrets, text, texts};
use crate::route::{decision, handed_on};

pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    let gateway = || {
        let named = given["secrets"].as_object().into_iter().flatten();
        let secrets =
            named.fold(Secrets::new(), |all, (name, value)| all.with(name, secrets(value)));
        Gateway::from_json(&configuration(&given["deployment"]), secrets)
    };
    match call {
        "gateway.from_json" => gateway().map(|_| json!(true)).map_err(Into::into),
        "gateway.inbound" => inbound(&gateway()?, given),
        "gateway.handed_on" => Ok(handed_on(&call_inbound(&gateway()?, given)?.decision)),
        "gateway.outbound" => {
            let permissions = permissions(&given["owner_permissions"])?;
            let records = given["records"].as_array().map(|records| {
                records.iter().map(|it| KeyRecord::from_json(&configuration(it))).collect()
            });
            let records: Option<Vec<KeyRecord>> = records.transpose()?;
            let states = states(&given["limits"]);
            let call = OutboundCall {
                queue: given["queue"].as_str(),
                ip: ip(given),
                environment: given["environment"].as_str(),
                owner_permissions: permissions.as_ref(),
                records: records.as_deref(),
                limits: states.as_deref(),
                token_verified: given["token_verified"].as_bool().unwrap_or_default(),
                ..OutboundCall::new(text(given, "operation"), now(given))
            };
            Ok(outbound(&gateway()?.outbound(&pairs(given, "headers"), &call)?))
        }
        "gateway.identify" => {
            let operation = given["operation"].as_str();
            let identity = gateway()?.identify(&pairs(given, "headers"), operation)?;
            let mut json = json!({"key_id": identity.key_id(), "digests": identity.digests()});
            if !identity.limit_ids().is_empty() {
                json["limit_ids"] = json!(identity.limit_ids());
            }
            Ok(json)
        }
        _ => panic!("unknown call: {call}"),
    }
}

fn call_inbound(gateway: &Gateway, given: &Value) -> Result<Inbound, Error> {
    let message = Message::from_json(&given["message"].to_string())?;
    let unavailable = texts(&given["unavailable"]);
    gateway.inbound(&InboundCall {
        session_queue: given["session_queue"].as_str(),
        session: given["session"].as_str(),
        unavailable: &unavailable,
        ..InboundCall::new(
            text(given, "message_id"),
            &message,
            text(given, "body").as_bytes(),
            now(given),
        )
    })
}

fn inbound(gateway: &Gateway, given: &Value) -> Result<Value, Error> {
    let inbound = call_inbound(gateway, given)?;
    let deliveries = inbound.deliveries.iter().map(|delivery| {
        let request = &delivery.request;
        let body = request.body.as_deref().map(|body| String::from_utf8_lossy(body));
        json!({
            "webhook": delivery.webhook, "idempotency_key": delivery.idempotency_key,
            "method": request.method, "url": request.url,
            "headers": revealed(&request.headers), "body": body,
        })
    });
    Ok(json!({
        "decision": decision(&inbound.decision),
        "deliveries": deliveries.collect::<Value>(),
        "audit": parsed(inbound.audit.to_json().as_bytes()),
    }))
}

fn outbound(outbound: &Outbound) -> Value {
    let grant = outbound.grant().map(described_grant);
    let response = outbound.response().map(|response| {
        let body = parsed(response.body.as_deref().unwrap_or_default());
        let mut json = json!({
            "status": response.status, "headers": revealed(&response.headers),
            "code": body["code"],
        });
        if let Some(violated) = body.get("violated-policies") {
            json["type"] = body["type"].clone();
            json["violated"] = violated.clone();
        }
        json
    });
    assert_eq!(outbound.activity(), Some(outbound.audit()).filter(|it| it.record.is_some()));
    let mut json = json!({
        "accepted": outbound.accepted(), "grant": grant, "queue": outbound.queue(),
        "denial": outbound.denial().map(|denial| denial.code()), "response": response,
        "audit": parsed(outbound.audit().to_json().as_bytes()),
    });
    // The consumption of a granted request is in the grant.
    if let (Some(consumption), None) = (outbound.consumption(), outbound.grant()) {
        json["consumption"] = consumed(consumption);
    }
    json
}

fn parsed(json: &[u8]) -> Value {
    serde_json::from_slice(json).expect("valid JSON")
}
