//! Examples of every kind of document. Together, the examples of a kind contain every member that
//! the kind may have.

use keyrail::access::{AuditEntry, KeyRecord, LastUses, Limit, LimitState, Policy, Usage};
use keyrail::header::{Scheme, Trust};
use keyrail::key::{KeyFormat, KeyFormatSet, MaskPolicy};
use keyrail::platform::Platform;
use keyrail::route::RouteTable;
use keyrail::webhook::{
    DeliveryClaim, DeliveryState, EndpointActivity, EndpointHealth, HealthPolicy, ReceivePolicy,
    RetryPolicy, Scheme as WebhookScheme,
};
use keyrail::{ConfigError, Document, Gateway, Secret, Secrets};
use serde_json::{Value, json};

/// Reads a document. Returns the reader's error if the document is rejected.
pub(crate) fn read(document: Document, value: &Value) -> Result<(), ConfigError> {
    let text = &value.to_string();
    match document {
        Document::Deployment => Gateway::from_json(text, secrets()).map(|_| ()),
        Document::Topology => RouteTable::from_json(text).map(|_| ()),
        Document::Fixtures => table().verify(text).map(|_| ()),
        Document::KeyRecord => KeyRecord::from_json(text).map(|_| ()),
        Document::Policy => Policy::from_json(text).map(|_| ()),
        Document::Limit => Limit::from_json(text).map(|_| ()),
        Document::LimitState => LimitState::from_json(text).map(|_| ()),
        Document::LastUses => LastUses::from_json(text).map(|_| ()),
        Document::AuditEntry => AuditEntry::from_json(text).map(|_| ()),
        Document::Usage => Usage::from_json(text).map(|_| ()),
        Document::RetryPolicy => RetryPolicy::from_json(text).map(|_| ()),
        Document::DeliveryState => DeliveryState::from_json(text).map(|_| ()),
        Document::HealthPolicy => HealthPolicy::from_json(text).map(|_| ()),
        Document::EndpointHealth => EndpointHealth::from_json(text).map(|_| ()),
        Document::EndpointActivity => EndpointActivity::from_json(text).map(|_| ()),
        Document::ReceivePolicy => ReceivePolicy::from_json(text).map(|_| ()),
        Document::DeliveryClaim => DeliveryClaim::from_json(text).map(|_| ()),
        Document::WebhookScheme => WebhookScheme::from_json(text).map(|_| ()),
        Document::KeyFormat => KeyFormat::from_json(text).map(|_| ()),
        Document::KeyFormatSet => KeyFormatSet::from_json(text).map(|_| ()),
        Document::MaskPolicy => MaskPolicy::from_json(text).map(|_| ()),
        Document::Platform => Platform::from_json(text).map(|_| ()),
        Document::Scheme => Scheme::from_json(text).map(|_| ()),
        Document::Trust => Trust::from_json(text).map(|_| ()),
    }
}

fn secrets() -> Secrets {
    Secrets::new()
        .with("pepper:2026-11", [Secret::new("a pepper of more than 32 bytes in this test")])
        .with("webhook:desk", [Secret::new("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX")])
}

fn table() -> RouteTable {
    RouteTable::from_json(&topology().to_string()).unwrap()
}

/// Returns examples of a kind of document. The first has the most members.
pub(crate) fn examples(document: Document) -> Vec<Value> {
    match document {
        Document::Deployment => {
            let mut other = deployment();
            other["platform"] = platform_with_chosen_expiry();
            vec![deployment(), other]
        }
        Document::Topology => vec![topology()],
        Document::Fixtures => vec![fixtures()],
        Document::KeyRecord => vec![record()],
        Document::Policy => vec![policy()],
        Document::Limit => limits().into(),
        Document::LimitState => {
            vec![document_of(json!({"schema": 1, "at": 1_793_491_200_000_i64, "count": 7}))]
        }
        Document::LastUses => vec![last_uses()],
        Document::AuditEntry => vec![audit_entry()],
        Document::Usage => vec![usage()],
        Document::RetryPolicy => retry_policies().into(),
        Document::DeliveryState => delivery_states().into(),
        Document::HealthPolicy => vec![document_of(json!({
            "warn_after_seconds": 3600, "disable_after_seconds": 86_400, "disable_after_dead": 5
        }))],
        Document::EndpointHealth => vec![endpoint_health()],
        Document::EndpointActivity => vec![endpoint_activity()],
        Document::ReceivePolicy => {
            vec![document_of(json!({"lease_seconds": 30, "remember_seconds": 86_400}))]
        }
        Document::DeliveryClaim => delivery_claims().into(),
        Document::WebhookScheme => webhook_schemes().into(),
        Document::KeyFormat => vec![document_of(format()), short_format()],
        Document::KeyFormatSet => {
            vec![document_of(json!({"formats": ["hex40", format(), short_format()]}))]
        }
        Document::MaskPolicy => {
            vec![document_of(json!({"start": 2, "end": 4, "ascii": true}))]
        }
        Document::Platform => vec![platform(), platform_with_chosen_expiry()],
        Document::Scheme => vec![document_of(scheme())],
        Document::Trust => vec![document_of(
            json!({"header": "X-Forwarded-For", "networks": ["10.0.0.0/8", "::1"]}),
        )],
    }
}

/// Adds the members that every document may have, and returns the document.
fn document_of(mut value: Value) -> Value {
    value["version"] = json!(1);
    value["$schema"] = json!("./schema.json");
    value
}

fn deployment() -> Value {
    document_of(json!({
        "platform": platform(),
        "variables": {"region": "eu"},
        "keys": [{
            "schema": 1, "id": "k1", "app": "crm", "organization": "acme", "environment": "live",
            "owner": "u_17", "authority": "owner", "name": "Production Server", "scope": "read",
            "operations": ["message.*"], "queues": ["support"],
            "digests": [{"key_id": "8f3k2m9q1x7c", "display": "kr_live_8f3k2m9q1x7c_••••",
                         "created_at": "2026-11-01T00:00:00Z", "valid_until": "2026-12-01T00:00:00Z",
                         "digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"}],
            "display": "kr_live_8f3k2m9q1x7c_••••",
            "created_at": "2026-11-01T00:00:00Z", "created_by": {"id": "u_17", "role": "owner"},
            "not_before": "2026-11-02T00:00:00Z", "expires_at": "2027-11-01T00:00:00Z",
            "expires_set_at": "2026-11-01T00:00:00Z", "enabled": true,
            "revoked": {"at": "2026-12-01T00:00:00Z", "by": "u_9", "reason": "leaked"},
            "allow_ips": ["203.0.113.0/24"], "limits": limits(), "metadata": {"team": "payments"},
            "version": 3
        }],
        "formats": ["hex40", format(), short_format()],
        "peppers": ["2026-11"],
        "topology": topology(),
        "allow_loopback": true
    }))
}

fn policy() -> Value {
    document_of(json!({
        "expiry": {"days": [30, 90], "custom": {"min_days": 1, "max_days": 365}, "never": true},
        "names": {"required": true, "max_length": 64},
        "roles": {
            "member": {"scopes": ["read", "read_write"], "actions": ["issue", "set_scope"], "keys": "own"},
            "org_admin": {"scopes": ["admin"], "actions": ["*"], "keys": "all"}
        },
        "authority": "organization",
        "max_keys": 20,
        "allow_ips": "required",
        "rotation": {"max_grace_days": 7}
    }))
}

fn audit_entry() -> Value {
    let hash = "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0";
    document_of(json!({
        "schema": 1, "writer": "gateway-1", "number": 7, "key_id": "a1",
        "previous": hash, "commitment": hash, "code": hash,
        "payload": {"salt": "AAECAwQFBgcICQoLDA0ODw", "text": "{}"}
    }))
}

fn retry_policies() -> [Value; 2] {
    let exponential = json!({"first_seconds": 5, "factor": 3, "max_seconds": 600, "attempts": 6});
    [
        document_of(json!({
            "exponential": exponential, "jitter_percent": 10, "deadline_seconds": 86_400
        })),
        json!({"delays_seconds": [5, 300]}),
    ]
}

fn webhook_schemes() -> [Value; 2] {
    [
        document_of(json!({
            "algorithm": "hmac-sha256", "key_encoding": "base64",
            "signature": {"header": "x-signature", "prefix": "v0=", "pair": "s", "separator": ";",
                          "encoding": "hex"},
            "timestamp": {"header": "x-signature", "prefix": "v0=", "pair": "t", "separator": ";",
                          "unit": "seconds"},
            "id": {"header": "x-id"},
            "signed": ["{id}", ".", "{timestamp}", ".", "{url}", "\n", "{body}"],
            "body_digest": {"query": "digest"}, "url_unescape": ":/", "tolerance_seconds": 60
        })),
        json!({
            "algorithm": "hmac-sha512", "signature": {"query": "s", "encoding": "base64"},
            "timestamp": {"query": "t", "unit": "milliseconds"}, "id": {"json": "/id"},
            "signed": ["{json:/id}", "\n", "{timestamp}"]
        }),
    ]
}

fn delivery_states() -> [Value; 3] {
    let [exponential, delays] = retry_policies();
    let time = "2026-12-01T00:00:00Z";
    let state = json!({
        "schema": 1, "id": "msg_1", "endpoint": "desk-hook", "policy": exponential,
        "started_at": time, "attempts": 1
    });
    let with = |members: Value| {
        let mut state = state.clone();
        state.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        state
    };
    [
        document_of(with(json!({
            "next_at": time, "last_failure": {"at": time, "status": 503, "body": "try later"}
        }))),
        with(json!({"delivered_at": time, "policy": delays})),
        with(json!({
            "dead": {"at": time, "reason": "canceled"},
            "last_failure": {"at": time, "no_response": "timeout"}
        })),
    ]
}

fn endpoint_health() -> Value {
    let time = "2026-12-01T00:00:00Z";
    // Its `version` counts its changes.
    json!({
        "$schema": "./schema.json", "schema": 1, "endpoint": "desk-hook", "version": 4,
        "failing_since": time, "dead": 3, "warned_at": time, "parked_until": time,
        "disabled": {"at": time, "reason": "failures"}
    })
}

fn endpoint_activity() -> Value {
    let time = "2026-12-01T00:00:00Z";
    document_of(json!({
        "schema": 1, "attempts": 3, "successes": 1, "dead": 1, "since": time, "until": time,
        "latencies": [0, 2], "max_latency_ms": 2,
        "failures": [
            {"at": time, "status": 503, "body": "try later"}, {"at": time, "no_response": "dns"}
        ]
    }))
}

fn delivery_claims() -> [Value; 3] {
    let time = "2026-12-01T00:00:00Z";
    // Its `version` counts its changes.
    let leased = json!({
        "$schema": "./schema.json", "schema": 1, "id": "msg_1", "version": 4, "timestamp": time,
        "leased_until": time, "expires_at": time
    });
    [
        leased,
        json!({"id": "msg_1", "finished_at": time, "expires_at": time}),
        json!({"id": "msg_1", "released_at": time, "expires_at": time}),
    ]
}

fn last_uses() -> Value {
    document_of(json!({
        "schema": 1,
        "uses": [{
            "digest": "sha256:ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
            "at": "2026-12-01T00:00:00Z"
        }]
    }))
}

fn usage() -> Value {
    let counts = json!([
        {"operation": "other", "outcome": "access.unknown_key", "count": 2},
        {"record": "r_1", "operation": "send", "outcome": "access.granted", "count": 7}
    ]);
    document_of(json!({
        "schema": 1,
        "open": [{"day": "2026-12-02", "epoch": "gateway-1/7", "counts": counts}],
        "closed": [{
            "day": "2026-12-01", "epochs": [{"epoch": "gateway-1/7", "count": 9}], "counts": counts
        }]
    }))
}

fn limits() -> [Value; 2] {
    [
        document_of(json!({
            "name": "burst", "of": "owner", "cost": 2,
            "rate": {"units": 100, "per_seconds": 60, "burst": 20}
        })),
        json!({"name": "monthly", "quota": {"units": 1000, "per": "month", "day": 31}}),
    ]
}

fn topology() -> Value {
    document_of(json!({
        "channels": [{"id": "wa", "kind": "whatsapp", "queue": "support"}],
        "queues": [
            {"id": "support", "app": "crm", "fallback": ["night"]},
            {"id": "night", "app": "crm"}
        ],
        "apps": [{"id": "crm", "webhooks": ["desk"], "disabled": false}],
        "webhooks": [{"id": "desk", "url": "https://desk.example/in", "events": ["message.*", "*"]}],
        "rules": [
            {
                "id": "all", "priority": 1, "queue": "night", "interrupts_session": true,
                "from": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z",
                "hours": {"offset": "+05:30",
                          "open": [{"days": ["mon", "sun"], "from": "09:00", "until": "24:00"}]},
                "assign": {"team": "night", "agent": "a-7", "skills": ["english"]},
                "when": {"all": [
                    {"exact": {"text": "hello", "n": 1, "vip": true}},
                    {"prefix": {"text": {"value": "re", "ignore_case": true, "normalize": true}}},
                    {"suffix": {"text": "!"}},
                    {"contains": {"text": {"value": "refund", "word": true}}},
                    {"in": {"kind": ["a", 2, false], "place": {"value": ["b"], "ignore_case": true}}},
                    {"wildcard": {"text": "a*b"}},
                    {"range": {"n": {"gt": 1, "lte": 2.5}, "m": {"gte": 0, "lt": 9}}},
                    {"exists": {"text": true}},
                    {"cidr": {"ip": "10.0.0.0/8"}},
                    {"subject": {"topic": "orders.*.created"}},
                    {"any": [{"not": {"exists": {"x": false}}}]}
                ]}
            },
            {"id": "zone", "queue": "support", "when": {"exists": {"text": true}},
             "hours": {"zone": "Europe/Berlin",
                       "open": [{"days": ["tue"], "from": "00:00", "until": "01:00"}]}}
        ],
        "default_queue": "support"
    }))
}

fn fixtures() -> Value {
    json!([{
        "message": {"channel": "wa", "text": "hi", "n": 1, "vip": true, "tags": ["a"]},
        "expect": {"queue": "support", "rule": null},
        "now": "2026-11-28T12:00:00Z", "session_queue": "night", "unavailable": ["support"]
    }])
}

fn record() -> Value {
    document_of(deployment()["keys"][0].clone())
}

fn format() -> Value {
    json!({
        "name": "acme", "prefix": "acme", "environments": ["live", "test"], "separator": "_",
        "segments": [
            {"name": "id", "alphabet": "base62", "length": 12, "secret": false, "separator": "-"},
            {"name": "secret", "alphabet": "base62", "length": 27}
        ],
        "checksum": {"algorithm": "sha256", "length": 8, "separator": "-"},
        "digest_segment": "secret"
    })
}

fn short_format() -> Value {
    json!({
        "prefix": "short",
        "segments": [{"name": "id", "alphabet": {"characters": "abcdefgh"},
                      "length": {"min": 40, "max": 60}}],
        "checksum": "none"
    })
}

fn scheme() -> Value {
    json!({
        "slots": [
            {"header": "Authorization", "word": "Bearer", "holds": "key", "token68": true},
            {"header": "app-id", "holds": "app_id", "optional": true}
        ],
        "alternatives": [{"slots": [{"header": "x-api-key", "holds": "key"}]}],
        "lenient": [{"slots": [{"header": "x-key", "holds": "key"}]}]
    })
}

fn platform() -> Value {
    document_of(json!({
        "name": "acme",
        "base": "https://{region}.api.acme.example/v1/",
        "accept": "application/json",
        "schemes": {"server": scheme()},
        "shapes": {"key": [{"separator": "-", "groups": [
            {"characters": "hex", "length": 8}, {"characters": "digit"}
        ]}]},
        "scopes": [{"name": "read", "access": "read"}],
        "expiry": {"never": true},
        "webhook": {"token_header": "x-verify-token", "types": ["message"], "events": ["message.in"],
                    "statuses": ["sent"]},
        "response": {
            "success": {"at": "/success", "is": true}, "code": "/code", "message": "/message",
            "data": ["/data"], "errors": [{"code": "40400", "failure": "not_found"}],
            "pagination": {"count": "/count", "current": "/page", "previous": "/prev",
                           "next": "/next", "first": "/first", "last": "/last"}
        },
        "token": {"operation": "token.issue", "header": "X-Token", "body": "/data/token"},
        "operations": [
            {"name": "message.send", "method": "POST", "path": "rooms/{room}/messages",
             "access": "write", "body": "json", "queue": true, "scheme": "server",
             "base": "https://{region}.acme.example/", "limits": {"text": 4096}},
            {"name": "token.issue", "access": "admin"}
        ]
    }))
}

/// Returns the platform with keys whose lifetime is chosen when they are created, and with a token
/// that is in the body of a response.
fn platform_with_chosen_expiry() -> Value {
    let mut platform = platform();
    platform["expiry"] = json!({"days": [30, 90], "custom": true});
    platform["token"] = json!({"operation": "token.issue", "body": "/token"});
    platform
}
