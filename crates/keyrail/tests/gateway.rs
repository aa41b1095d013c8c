//! The gateway's promises that no single vector can state.

use keyrail::key::KeyFormat;
use keyrail::route::Message;
use keyrail::{Gateway, InboundCall, Outbound, OutboundCall, Secret, Secrets, Timestamp};

const HOOK: &str = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";
const PEPPER: &str = "the pepper of this test";

fn now() -> Timestamp {
    Timestamp::parse("2026-11-01T12:00:00Z").unwrap()
}

fn key(seed: u8) -> String {
    KeyFormat::keyrail().generate("test", &[seed; 32]).unwrap().reveal().into()
}

fn gateway() -> Gateway {
    let held = KeyFormat::keyrail().parse(&key(1)).unwrap();
    let pepper = keyrail::key::Pepper::new("p1", Secret::new(PEPPER)).unwrap();
    let deployment = format!(
        r#"{{
          "platform": "mehery", "variables": {{"domain": "abcorp"}},
          "keys": [{{"id": "k", "app": "desk", "scope": "read_write",
                     "digests": [{{"key_id": "{}", "digest": "{}"}}]}}],
          "topology": {{
            "channels": [{{"id": "wa", "kind": "whatsapp", "queue": "support"}}],
            "queues": [{{"id": "support", "app": "desk"}}],
            "apps": [{{"id": "desk", "webhooks": ["hook"]}}],
            "webhooks": [{{"id": "hook", "url": "https://desk.example/hook", "events": ["*"]}}]
          }}
        }}"#,
        held.id(),
        held.digest(Some(&pepper)),
    );
    let secrets = Secrets::new()
        .with("webhook:hook", [Secret::new(HOOK)])
        .with("pepper:p1", [Secret::new(PEPPER)]);
    Gateway::from_json(&deployment, secrets).unwrap()
}

fn ask(gateway: &Gateway, key: &str) -> Outbound {
    let call = OutboundCall { operation: "message.send", queue: None, now: now(), ip: None };
    gateway.outbound(&[("x-api-key", key)], &call).unwrap()
}

/// A key with the id of another and a secret of its own, checksum and all.
fn impostor(of: &str) -> String {
    let secret = key(2).split_off(21);
    let body = format!("{}{}", &of[..21], &secret[..27]);
    let alphabet = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut rest = crc32(body.as_bytes());
    let mut checksum = [b'0'; 6];
    for digit in checksum.iter_mut().rev() {
        *digit = alphabet[(rest % 62) as usize];
        rest /= 62;
    }
    body + core::str::from_utf8(&checksum).unwrap()
}

/// CRC-32 (IEEE), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn an_unknown_key_and_a_wrong_key_get_the_same_answer_byte_for_byte() {
    let gateway = gateway();
    let wrong = ask(&gateway, &impostor(&key(1)));
    let unknown = ask(&gateway, &key(3));
    let nonsense = ask(&gateway, "nonsense");
    assert!(ask(&gateway, &key(1)).accepted());
    assert_eq!(wrong.audit.code, "access.wrong_key");
    assert_eq!(unknown.audit.code, "access.unknown_key");
    assert_eq!(nonsense.audit.code, "access.unknown_key");
    assert!(wrong.response.is_some());
    assert_eq!(wrong.response, unknown.response);
    assert_eq!(wrong.response, nonsense.response);
    assert_eq!(wrong.denial, unknown.denial);
}

#[test]
fn nothing_that_the_gateway_gives_back_prints_a_secret() {
    let gateway = gateway();
    let message = Message::new("wa").unwrap();
    let call = InboundCall::new("m1", &message, b"the body", now());
    let accepted = ask(&gateway, &key(1));
    let printed = [
        format!("{gateway:?}"),
        format!("{:?}", gateway.inbound(&call).unwrap()),
        format!("{accepted:?}"),
        format!("{:?}", ask(&gateway, &key(3))),
        accepted.audit.to_json(),
        format!("{:?}", Secrets::new().with("webhook:hook", [Secret::new(HOOK)])),
    ];
    let secrets = [HOOK, PEPPER, &key(1)[21..], &key(3)[21..], "the body"];
    for text in &printed {
        assert!(secrets.iter().all(|secret| !text.contains(secret)), "{text}");
    }
}

#[test]
fn the_same_message_is_delivered_with_the_same_idempotency_key_at_any_time() {
    let gateway = gateway();
    let message = Message::new("wa").unwrap();
    let later = Timestamp::from_millis(now().as_millis() + 60_000).unwrap();
    let first = gateway.inbound(&InboundCall::new("m1", &message, b"{}", now())).unwrap();
    let again = gateway.inbound(&InboundCall::new("m1", &message, b"{}", later)).unwrap();
    let other = gateway.inbound(&InboundCall::new("m2", &message, b"{}", now())).unwrap();
    assert_eq!(first.deliveries[0].idempotency_key, again.deliveries[0].idempotency_key);
    assert_ne!(first.deliveries[0].idempotency_key, other.deliveries[0].idempotency_key);
}
