//! Values that hold secrets, as they are made and given back.

use super::*;

pub fn walk(walked: &mut Types) {
    core_types(walked);
    keys(walked);
    credentials_and_requests(walked);
    answers(walked);
    tokens(walked);
    redaction(walked);
    webhooks(walked);
    gateway(walked);
}

fn core_types(walked: &mut Types) {
    walk!(walked, Secret::new(TOKEN), [TOKEN]);
    walk!(walked, HeaderValue::sensitive(TOKEN).unwrap(), [TOKEN]);
    walk!(walked, HeaderText::from(&HeaderValue::sensitive(TOKEN).unwrap()), [TOKEN]);
    let headers = vec![("x-api-key".into(), HeaderValue::sensitive(TOKEN).unwrap())];
    let request = Request {
        method: "POST".into(),
        url: format!("https://api.example/send?key={QUERY}"),
        headers: headers.clone(),
        body: Some(BODY.into()),
    };
    walk!(walked, request, [TOKEN, BODY, QUERY]);
    walk!(walked, Response { status: 200, headers, body: Some(BODY.into()) }, [TOKEN, BODY]);
}

fn keys(walked: &mut Types) {
    let (text, secret) = key();
    let format = KeyFormat::keyrail();
    walk!(walked, format.parse(&text).unwrap(), [&secret]);
    walk!(walked, format.parse_ref(&text).unwrap(), [&secret]);
    walk!(walked, format.parse(&text).unwrap().mask(), [&secret]);
    let policy = MaskPolicy::new(3, 3).unwrap(); // less than a piece, at either end
    walk!(walked, format.parse(&text).unwrap().mask_with(&policy), [&secret]);

    let declared = KeyFormat::builder("acme")
        .segment(Segment::secret("one", Alphabet::BASE58, 20))
        .segment(Segment::public("id", Alphabet::DIGITS, 5))
        .segment(Segment::secret("two", Alphabet::BASE62, 20))
        .build()
        .unwrap();
    let key = declared.generate(None, &[5; 32]).unwrap();
    let text = key.reveal().to_owned();
    walk!(walked, key.as_parsed(), [&text[5..25], &text[32..]]);
    walk!(walked, key, [&text[5..25], &text[32..]]);
    for format in [KeyFormat::opaque(), KeyFormat::hex40(), KeyFormat::jwt()] {
        walk!(walked, format.parse(TOKEN).unwrap(), [TOKEN]);
        walk!(walked, format.parse_ref(TOKEN).unwrap(), [TOKEN]);
    }

    let pepper = Pepper::new("p1", Secret::new(PEPPER)).unwrap();
    walk!(walked, Digest::of(TOKEN, Some(&pepper)).unwrap(), [TOKEN, PEPPER]);
    walk!(walked, Digest::of(TOKEN, None).unwrap(), [TOKEN]);
    walk!(walked, Digest::hash_unchecked(SHORT, None), [SHORT]);
    walk!(walked, Digest::of_presented_sha512(SHORT), [SHORT]);
    walk!(walked, pepper, [PEPPER]);

    let record = format!(
        r#"{{"id": "k", "app": "desk", "scope": "read",
            "digests": [{{"digest": "{}"}}]}}"#,
        Digest::of(TOKEN, None).unwrap()
    );
    let record = KeyRecord::from_json(&record).unwrap();
    walk!(walked, record.digests()[0].clone(), [TOKEN]);
    walk!(walked, record, [TOKEN]);
}

fn credentials_and_requests(walked: &mut Types) {
    let (text, secret) = key();
    let credentials =
        Credentials::new(Secret::new(text)).with_token(Secret::new(TOKEN)).with_app_id("desk");
    let call = Call {
        variables: &[("domain", "abcorp")],
        query: &[("signature", QUERY)],
        headers: &[("x-trace", "1".into())],
        body: Some(BODY.as_bytes()),
        credentials: Some(&credentials),
        ..Call::default()
    };
    walk!(walked, call, [&secret, TOKEN, QUERY, BODY]);
    let request = Platform::get("mehery").unwrap().request("message.send", &call).unwrap();
    let given: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert!(given.iter().any(|name| is_credential_header(name)));
    walk!(walked, request, [&secret, TOKEN, QUERY, BODY]);
    walk!(walked, credentials, [&secret, TOKEN]);

    let message = Message::new("wa").unwrap().with("text", BODY).unwrap();
    let topology = r#"{"channels": [{"id": "wa", "kind": "whatsapp"}], "queues": [{"id": "q", "app": "a"}],
        "apps": [{"id": "a"}], "default_queue": "q",
        "rules": [{"id": "r", "when": {"contains": {"text": "gW1e"}}, "queue": "q"}]}"#;
    let (table, mut scratch) = (RouteTable::from_json(topology).unwrap(), Scratch::new());
    table.decide(&message, &Context::default(), &mut scratch).unwrap();
    walk!(walked, scratch, [BODY]);
    let mut reader = MessageReader::new();
    reader.read(&format!(r#"{{"channel": "wa", "text": "{BODY}"}}"#)).unwrap();
    walk!(walked, reader, [BODY]);
    walk!(walked, message, [BODY]);
    walk!(walked, Value::from(BODY), [BODY]);
}

fn answers(walked: &mut Types) {
    let read = |platform: &str, operation, status, body: String| {
        let platform = Platform::get(platform).unwrap();
        platform.read_response(operation, status, NO_HEADERS, body.as_bytes(), now()).unwrap()
    };
    let done = format!(r#"{{"data": {{"key": "{TOKEN}"}}, "message": "{BODY}", "success": true}}"#);
    let done = read("azeer", "message.send", 200, done);
    walk!(walked, done.clone(), [TOKEN, BODY]);
    walk!(walked, done.into_result().unwrap(), [TOKEN, BODY]);
    let failed = format!(r#"{{"message": "{BODY}", "success": false}}"#);
    let failed = read("azeer", "message.send", 401, failed);
    walk!(walked, failed.clone(), [BODY]);
    walk!(walked, failed.into_result().unwrap_err(), [BODY]);
    let listed = format!(r#"{{"count": 2, "links": {{"next": "/users?key={QUERY}"}}}}"#);
    let listed = read("sceyt", "user.list", 200, listed).into_result().unwrap();
    walk!(walked, listed.page.clone().unwrap(), [QUERY]);
    walk!(walked, listed, [QUERY]);
}

fn tokens(walked: &mut Types) {
    let (text, secret) = key();
    let token = format!("e30.eyJleHAiOjE3OTM1MzgwMDB9.{TOKEN}"); // {"exp":1793538000}
    let platform = Platform::get("vchatcloud").unwrap();
    let mut session = TokenSession::new(&platform, Secret::new(text), &[]).unwrap();
    walk!(walked, session.poll(now()).unwrap(), [&secret]);
    let headers = [("x-auth-token", token.as_str())];
    session.receive(200, &headers, b"", now()).unwrap();
    walk!(walked, session.poll(now()).unwrap(), [&secret, TOKEN]);
    walk!(walked, session, [&secret, TOKEN]);
}

fn redaction(walked: &mut Types) {
    let (text, secret) = key();
    let redactor = Redactor::new([KeyFormat::keyrail()]).unwrap();
    let line = format!("key {text}\nx-auth-token: {TOKEN}\nwhsec_{HOOK}\n");
    let found = redactor.find(&line);
    assert_eq!(found.len(), 3);
    for finding in found {
        walk!(walked, finding, [&secret, TOKEN, HOOK]);
    }
    assert_hides(&redactor.redact(&line), &secret, "a redacted text");
    assert_hides(&redactor.redact(&line), TOKEN, "a redacted text");
    // What a stream holds back may be the beginning of a secret.
    for end in 0..line.len() {
        let mut stream = redactor.stream();
        stream.push(&line[..end]);
        walk!(walked, stream, [&secret, TOKEN, HOOK]);
    }
    walk!(walked, redactor, [&secret, TOKEN, HOOK]);
}

fn webhooks(walked: &mut Types) {
    let signer = Signer::new(&hook()).unwrap();
    let verifier = Verifier::new(&[hook()]).unwrap();
    let headers = signer.sign("m1", now(), BODY.as_bytes()).unwrap();
    let given: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    walk!(walked, verifier.verify(&given, BODY.as_bytes(), now()).unwrap(), [HOOK, BODY]);
    walk!(walked, signer, [HOOK, HOOK_BYTES]);
    walk!(walked, verifier, [HOOK, HOOK_BYTES]);
}

fn gateway(walked: &mut Types) {
    let pepper = Pepper::new("p1", Secret::new(PEPPER)).unwrap();
    let digest = Digest::of(TOKEN, Some(&pepper)).unwrap().to_string();
    let gateway = Gateway::from_json(&deployment(&digest), secrets()).unwrap();
    walk!(walked, secrets(), [HOOK, PEPPER]);

    let message = Message::new("wa").unwrap().with("text", QUERY).unwrap();
    let call = InboundCall::new("m1", &message, BODY.as_bytes(), now());
    let inbound = gateway.inbound(&call).unwrap();
    walk!(walked, call, [BODY, QUERY]);
    walk!(walked, inbound.deliveries[0].clone(), [HOOK, BODY, QUERY]);
    walk!(walked, inbound.deliveries[0].request.clone(), [HOOK, BODY, QUERY]);
    walk!(walked, inbound.audit.to_json(), [HOOK, BODY, QUERY]);
    walk!(walked, inbound, [HOOK, BODY, QUERY]);

    let (text, secret) = key();
    let call = OutboundCall::new("message.send", now());
    for presented in [TOKEN, SHORT, &text] {
        let outbound = gateway.outbound(&[("x-api-key", presented)], &call).unwrap();
        assert_eq!(outbound.accepted(), presented == TOKEN);
        let hidden = [TOKEN, SHORT, &secret];
        for hidden in hidden {
            if let (Some(refusal), Some(response)) = (outbound.denial(), outbound.response()) {
                walk!(walked, refusal.clone(), [hidden]);
                walk!(walked, response.clone(), [hidden]);
                let body = String::from_utf8(response.body.clone().unwrap()).unwrap();
                assert_hides(&body, hidden, "the body of a refusal");
            }
            assert_hides(&outbound.audit().to_json(), hidden, "an audit event");
            walk!(walked, outbound.audit().clone(), [hidden]);
            walk!(walked, outbound.clone(), [hidden, PEPPER]);
        }
        let identity = gateway.identify(&[("x-api-key", presented)], None).unwrap();
        walk!(walked, identity, [TOKEN, SHORT, &secret]);
    }
    walk!(walked, call, [TOKEN]);
    walk!(walked, gateway, [HOOK, PEPPER, TOKEN]);
    walked.remove(&("alloc".into(), "String".into()));
}
