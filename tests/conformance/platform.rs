//! The calls of `platform`.

use keyrail::platform::{
    Call, ExpiryPolicy, Failure, Outcome, Platform, TokenPoll, TokenSession, WebhookTraits,
};
use keyrail::{Error, Secret, Timestamp};
use serde_json::{Value, json};

use crate::calls::{configuration, credentials, now, pairs, revealed, text};

pub fn run(call: &str, given: &Value) -> Result<Value, Error> {
    match call {
        "platform.get" => Ok(described(&Platform::get(text(given, "name"))?)),
        "platform.from_json" => {
            Ok(described(&Platform::from_json(&configuration(&given["platform"]))?))
        }
        "platform.document" => {
            Ok(described(&Platform::from_json(Platform::document(text(given, "name"))?)?))
        }
        "platform.base" => {
            let platform = platform(given)?;
            let variables = platform.variables().collect::<Vec<_>>();
            Ok(json!({"template": platform.base(), "variables": variables}))
        }
        "platform.base_url" => {
            Ok(json!(platform(given)?.base_url(&pairs(given, "variables"))?.as_str()))
        }
        "platform.is_unusual" => {
            Ok(json!(platform(given)?.is_unusual(text(given, "part"), text(given, "text"))))
        }
        "platform.facts" => Ok(facts(&platform(given)?)),
        "platform.operation" => operation(given),
        "platform.request" => request(given),
        "platform.read_response" => read_response(given),
        "platform.token_session" => token_session(given),
        _ => panic!("unknown call: {call}"),
    }
}

fn platform(given: &Value) -> Result<Platform, Error> {
    match &given["platform"] {
        Value::String(name) => Ok(Platform::get(name)?),
        platform => Ok(Platform::from_json(&platform.to_string())?),
    }
}

fn described(platform: &Platform) -> Value {
    json!({
        "name": platform.name(),
        "schemes": platform.schemes().map(|(name, _)| name).collect::<Vec<_>>(),
        "operations": platform.operations().map(|operation| operation.name()).collect::<Vec<_>>(),
    })
}

fn facts(platform: &Platform) -> Value {
    let scopes = platform.scopes().map(|scope| json!([scope.name(), scope.access().as_str()]));
    let expiry = platform.expiry().map(|expiry| match expiry {
        ExpiryPolicy::Never => json!("never"),
        ExpiryPolicy::Chosen { days, custom } => json!({"days": days, "custom": custom}),
    });
    let webhook = |webhook: &WebhookTraits| {
        json!({
            "token_header": webhook.token_header(),
            "types": webhook.types().collect::<Vec<_>>(),
            "events": webhook.events().collect::<Vec<_>>(),
            "statuses": webhook.statuses().collect::<Vec<_>>(),
        })
    };
    let errors = platform.response().errors().map(|(code, kind)| json!([code, kind.as_str()]));
    json!({
        "scopes": scopes.collect::<Vec<_>>(), "expiry": expiry,
        "webhook": platform.webhook().map(webhook), "errors": errors.collect::<Vec<_>>(),
        "token": platform.token().map(|token| token.operation()),
    })
}

fn operation(given: &Value) -> Result<Value, Error> {
    let platform = platform(given)?;
    let operation = platform.operation(text(given, "operation"))?;
    Ok(json!({
        "method": operation.method(), "path": operation.path(), "base": operation.base(),
        "access": operation.access().as_str(), "body": operation.body().as_str(),
        "limits": operation.limits().collect::<Vec<_>>(),
        "queue": operation.uses_queue(), "scheme": operation.scheme(),
        "variables": operation.variables().collect::<Vec<_>>(),
    }))
}

fn request(given: &Value) -> Result<Value, Error> {
    let credentials = given.get("credentials").map(credentials);
    let form = given.get("form").map(|_| pairs(given, "form"));
    let headers = pairs(given, "headers");
    let headers: Vec<_> = headers.iter().map(|(name, text)| (*name, (*text).into())).collect();
    let request = platform(given)?.request(
        text(given, "operation"),
        &Call {
            variables: &pairs(given, "variables"),
            query: &pairs(given, "query"),
            headers: &headers,
            body: given["body"].as_str().map(str::as_bytes),
            form: form.as_deref(),
            credentials: credentials.as_ref(),
            scheme: given["scheme"].as_str(),
        },
    )?;
    Ok(json!({
        "method": request.method, "url": request.url, "headers": revealed(&request.headers),
        "body": request.body.map(|body| String::from_utf8(body).expect("a UTF-8 body")),
    }))
}

fn read_response(given: &Value) -> Result<Value, Error> {
    let outcome = platform(given)?.read_response(
        text(given, "operation"),
        status(given),
        &pairs(given, "headers"),
        given["body"].as_str().unwrap_or_default().as_bytes(),
        now(given),
    )?;
    Ok(match outcome {
        Outcome::Ok(answer) => {
            let page = answer.page.map(|page| {
                json!({
                    "count": page.count, "current": page.current, "previous": page.previous,
                    "next": page.next, "first": page.first, "last": page.last,
                })
            });
            json!({"ok": true, "data": answer.data, "message": answer.message, "page": page})
        }
        Outcome::Failed(failure) => failed(&failure),
    })
}

fn failed(failure: &Failure) -> Value {
    json!({
        "ok": false, "kind": failure.kind.as_str(), "code": failure.code,
        "message": failure.message, "retry_after_ms": failure.retry_after_ms,
    })
}

fn status(given: &Value) -> u16 {
    given["status"].as_u64().and_then(|status| status.try_into().ok()).expect("a status")
}

/// Runs the steps of a session, and returns the result of each. After an error the session
/// continues.
fn token_session(given: &Value) -> Result<Value, Error> {
    let key = Secret::new(text(given, "key"));
    let mut session = TokenSession::new(&platform(given)?, key, &pairs(given, "variables"))?;
    let mut last_credentials = None;
    let mut results = Vec::new();
    for step in given["steps"].as_array().expect("steps") {
        let done = match text(step, "do") {
            "poll" => match session.poll(now(step)) {
                Ok(TokenPoll::Ready(credentials)) => {
                    let token = credentials.token().map(Secret::reveal);
                    results.push(json!({"ready": [credentials.key().reveal(), token]}));
                    last_credentials = Some(credentials);
                    continue;
                }
                Ok(TokenPoll::Send(request)) => {
                    let headers = revealed(&request.headers);
                    results.push(json!({"send": [request.method, request.url, headers]}));
                    continue;
                }
                Ok(TokenPoll::Waiting { until }) => {
                    results.push(json!({"waiting": until.map(Timestamp::as_millis)}));
                    continue;
                }
                Err(error) => Err(error),
            },
            "receive" => {
                let body = step["body"].as_str().unwrap_or_default().as_bytes();
                session.receive(status(step), &pairs(step, "headers"), body, now(step))
            }
            "on_no_response" => session.on_no_response(now(step)),
            "refused" => session.refused(last_credentials.as_ref().expect("credentials")),
            "accepted" => {
                session.accepted(last_credentials.as_ref().expect("credentials"));
                Ok(())
            }
            "reissue" => {
                session.reissue();
                Ok(())
            }
            "rotate_key" => session.rotate_key(Secret::new(text(step, "key"))),
            other => panic!("unknown step: {other}"),
        };
        results.push(match done {
            Ok(()) => json!("ok"),
            Err(error) => json!({"error": error.code()}),
        });
    }
    Ok(Value::Array(results))
}
