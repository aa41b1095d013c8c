//! Checks that values of types that contain secrets print no part of a secret.

use super::*;

pub fn check_all(checked: &mut Types) {
    core_types(checked);
    keys(checked);
    credentials_and_requests(checked);
    answers(checked);
    tokens(checked);
    redaction(checked);
    webhooks(checked);
    gateway(checked);
}

fn core_types(checked: &mut Types) {
    check_prints!(checked, Secret::new(TOKEN), [TOKEN]);
    check_prints!(checked, HeaderValue::sensitive(TOKEN).unwrap(), [TOKEN]);
    check_prints!(checked, HeaderText::from(&HeaderValue::sensitive(TOKEN).unwrap()), [TOKEN]);
    let headers = vec![("x-api-key".into(), HeaderValue::sensitive(TOKEN).unwrap())];
    let request = Request {
        method: "POST".into(),
        url: format!("https://api.example/send?key={QUERY}"),
        headers: headers.clone(),
        body: Some(BODY.into()),
    };
    check_prints!(checked, request, [TOKEN, BODY, QUERY]);
    check_prints!(
        checked,
        Response { status: 200, headers, body: Some(BODY.into()) },
        [TOKEN, BODY]
    );
}

fn keys(checked: &mut Types) {
    let (text, secret) = key();
    let format = KeyFormat::keyrail();
    check_prints!(checked, format.parse(&text).unwrap(), [&secret]);
    check_prints!(checked, format.parse_ref(&text).unwrap(), [&secret]);
    check_prints!(checked, format.parse(&text).unwrap().mask(), [&secret]);
    let policy = MaskPolicy::new(3, 3).unwrap(); // shows fewer than four characters at each end
    check_prints!(checked, format.parse(&text).unwrap().mask_with(&policy), [&secret]);

    let declared = KeyFormat::builder("acme")
        .segment(Segment::secret("one", Alphabet::BASE58, 20))
        .segment(Segment::public("id", Alphabet::DIGITS, 5))
        .segment(Segment::secret("two", Alphabet::BASE62, 20))
        .build()
        .unwrap();
    let key = declared.generate(None, &[5; 32]).unwrap();
    let text = key.reveal().to_owned();
    check_prints!(checked, key.as_parsed(), [&text[5..25], &text[32..]]);
    check_prints!(checked, key, [&text[5..25], &text[32..]]);
    for format in [KeyFormat::opaque(), KeyFormat::hex40(), KeyFormat::jwt()] {
        check_prints!(checked, format.parse(TOKEN).unwrap(), [TOKEN]);
        check_prints!(checked, format.parse_ref(TOKEN).unwrap(), [TOKEN]);
    }

    let pepper = Pepper::new("p1", Secret::new(PEPPER)).unwrap();
    check_prints!(checked, Digest::of(TOKEN, Some(&pepper)).unwrap(), [TOKEN, PEPPER]);
    check_prints!(checked, Digest::of(TOKEN, None).unwrap(), [TOKEN]);
    check_prints!(checked, Digest::hash_unchecked(SHORT, None), [SHORT]);
    check_prints!(checked, Digest::of_presented_sha512(SHORT), [SHORT]);
    check_prints!(checked, pepper, [PEPPER]);

    let record = format!(
        r#"{{"id": "k", "app": "desk", "scope": "read",
            "digests": [{{"digest": "{}"}}]}}"#,
        Digest::of(TOKEN, None).unwrap()
    );
    let record = KeyRecord::from_json(&record).unwrap();
    check_prints!(checked, record.digests()[0].clone(), [TOKEN]);
    check_prints!(checked, record, [TOKEN]);

    let entropy = PEPPER.repeat(2);
    let (declared, pepper) =
        (KeyFormat::keyrail(), Pepper::new("p1", Secret::new(PEPPER)).unwrap());
    let source =
        KeySource { pepper: Some(&pepper), ..KeySource::new(&declared, entropy.as_bytes()) };
    check_prints!(checked, source, [PEPPER]);
    let (policy, actor) = (Policy::preset("mehery").unwrap(), Actor::user("u", "admin").unwrap());
    let now = Timestamp::parse("2026-11-01T00:00:00Z").unwrap();
    let issued = policy.issue(&NewKey::new("desk", Scope::Read), &source, &actor, now).unwrap();
    let text = issued.key().reveal().to_owned();
    check_prints!(checked, issued, [&text[21..], PEPPER]);

    let chain = AuditChain::new([("a1", Secret::new(entropy.as_str()))]).unwrap();
    let entry = chain.append(&Checkpoint::start("w").unwrap(), BODY, entropy.as_bytes()).unwrap();
    check_prints!(checked, chain, [PEPPER]);
    check_prints!(checked, entry, [BODY, PEPPER]);
}

fn credentials_and_requests(checked: &mut Types) {
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
    check_prints!(checked, call, [&secret, TOKEN, QUERY, BODY]);
    let request = Platform::get("mehery").unwrap().request("message.send", &call).unwrap();
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.iter().any(|name| is_credential_header(name)));
    check_prints!(checked, request, [&secret, TOKEN, QUERY, BODY]);
    check_prints!(checked, credentials, [&secret, TOKEN]);

    let message = Message::new("wa").unwrap().with("text", BODY).unwrap();
    let topology = r#"{"channels": [{"id": "wa", "kind": "whatsapp"}], "queues": [{"id": "q", "app": "a"}],
        "apps": [{"id": "a"}], "default_queue": "q",
        "rules": [{"id": "r", "when": {"contains": {"text": "gW1e"}}, "queue": "q"}]}"#;
    let (table, mut scratch) = (RouteTable::from_json(topology).unwrap(), Scratch::new());
    table.decide(&message, &Context::default(), &mut scratch).unwrap();
    check_prints!(checked, scratch, [BODY]);
    let mut reader = MessageReader::new();
    reader.read(&format!(r#"{{"channel": "wa", "text": "{BODY}"}}"#)).unwrap();
    check_prints!(checked, reader, [BODY]);
    check_prints!(checked, message, [BODY]);
    check_prints!(checked, Value::from(BODY), [BODY]);
}

fn answers(checked: &mut Types) {
    let read = |platform: &str, operation, status, body: String| {
        let platform = Platform::get(platform).unwrap();
        platform.read_response(operation, status, NO_HEADERS, body.as_bytes(), now()).unwrap()
    };
    let done = format!(r#"{{"data": {{"key": "{TOKEN}"}}, "message": "{BODY}", "success": true}}"#);
    let done = read("azeer", "message.send", 200, done);
    check_prints!(checked, done.clone(), [TOKEN, BODY]);
    check_prints!(checked, done.into_result().unwrap(), [TOKEN, BODY]);
    let failed = format!(r#"{{"message": "{BODY}", "success": false}}"#);
    let failed = read("azeer", "message.send", 401, failed);
    check_prints!(checked, failed.clone(), [BODY]);
    check_prints!(checked, failed.into_result().unwrap_err(), [BODY]);
    let listed = format!(r#"{{"count": 2, "links": {{"next": "/users?key={QUERY}"}}}}"#);
    let listed = read("sceyt", "user.list", 200, listed).into_result().unwrap();
    check_prints!(checked, listed.page.clone().unwrap(), [QUERY]);
    check_prints!(checked, listed, [QUERY]);
}

fn tokens(checked: &mut Types) {
    let (text, secret) = key();
    let token = format!("e30.eyJleHAiOjE3OTM1MzgwMDB9.{TOKEN}"); // {"exp":1793538000}
    let platform = Platform::get("vchatcloud").unwrap();
    let mut session = TokenSession::new(&platform, Secret::new(text), &[]).unwrap();
    check_prints!(checked, session.poll(now()).unwrap(), [&secret]);
    let headers = [("x-auth-token", token.as_str())];
    session.receive(200, &headers, b"", now()).unwrap();
    check_prints!(checked, session.poll(now()).unwrap(), [&secret, TOKEN]);
    check_prints!(checked, session, [&secret, TOKEN]);
}

fn redaction(checked: &mut Types) {
    let (text, secret) = key();
    let redactor = Redactor::new([KeyFormat::keyrail()]).unwrap();
    let line = format!("key {text}\nx-auth-token: {TOKEN}\nwhsec_{HOOK}\n");
    let found = redactor.find(&line);
    assert_eq!(found.len(), 3);
    for finding in found {
        check_prints!(checked, finding, [&secret, TOKEN, HOOK]);
    }
    assert_hides(&redactor.redact(&line), &secret, "redacted text");
    assert_hides(&redactor.redact(&line), TOKEN, "redacted text");
    // The buffer of a stream may contain the beginning of a secret.
    for end in 0..line.len() {
        let mut stream = redactor.stream();
        stream.push(&line[..end]);
        check_prints!(checked, stream, [&secret, TOKEN, HOOK]);
    }
    check_prints!(checked, redactor, [&secret, TOKEN, HOOK]);
}

fn webhooks(checked: &mut Types) {
    let signer = Signer::new(&hook()).unwrap();
    let verifier = Verifier::new(&[hook()]).unwrap();
    let headers = signer.sign("m1", now(), BODY.as_bytes()).unwrap();
    let pairs: Vec<(&str, &str)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.reveal())).collect();
    check_prints!(checked, verifier.verify(&pairs, BODY.as_bytes(), now()).unwrap(), [HOOK, BODY]);
    check_prints!(checked, signer, [HOOK, HOOK_BYTES]);
    let receiver = Receiver::new(verifier.clone(), ReceivePolicy::standard()).unwrap();
    check_prints!(checked, receiver, [HOOK, HOOK_BYTES]);
    check_prints!(checked, verifier, [HOOK, HOOK_BYTES]);
    // `HOOK_BYTES` has 24 bytes, and the seed of a private key 32.
    let seed = Secret::new(format!("whsk_{HOOK}MDEyMzQ1Njc="));
    check_prints!(checked, Signer::new(&seed).unwrap(), [HOOK, HOOK_BYTES]);
    let private_key = generate_private_key(HOOK.as_bytes()).unwrap();
    let text = private_key.reveal().to_owned();
    check_prints!(checked, private_key, [&text[5..], HOOK]);
}

fn gateway(checked: &mut Types) {
    let pepper = Pepper::new("p1", Secret::new(PEPPER)).unwrap();
    let digest = Digest::of(TOKEN, Some(&pepper)).unwrap().to_string();
    let gateway = Gateway::from_json(&deployment(&digest), secrets()).unwrap();
    check_prints!(checked, secrets(), [HOOK, PEPPER]);

    let message = Message::new("wa").unwrap().with("text", QUERY).unwrap();
    let call = InboundCall::new("m1", &message, BODY.as_bytes(), now());
    let inbound = gateway.inbound(&call).unwrap();
    check_prints!(checked, call, [BODY, QUERY]);
    check_prints!(checked, inbound.deliveries[0].clone(), [HOOK, BODY, QUERY]);
    check_prints!(checked, inbound.deliveries[0].request.clone(), [HOOK, BODY, QUERY]);
    check_prints!(checked, inbound.audit.to_json(), [HOOK, BODY, QUERY]);
    check_prints!(checked, inbound, [HOOK, BODY, QUERY]);

    let (text, secret) = key();
    let call = OutboundCall::new("message.send", now());
    for presented in [TOKEN, SHORT, &text] {
        let outbound = gateway.outbound(&[("x-api-key", presented)], &call).unwrap();
        assert_eq!(outbound.accepted(), presented == TOKEN);
        let hidden = [TOKEN, SHORT, &secret];
        for hidden in hidden {
            if let (Some(denial), Some(response)) = (outbound.denial(), outbound.response()) {
                check_prints!(checked, denial.clone(), [hidden]);
                check_prints!(checked, response.clone(), [hidden]);
                let body = String::from_utf8(response.body.clone().unwrap()).unwrap();
                assert_hides(&body, hidden, "the body of a denial");
            }
            assert_hides(&outbound.audit().to_json(), hidden, "an audit event");
            check_prints!(checked, outbound.audit().clone(), [hidden]);
            check_prints!(checked, outbound.clone(), [hidden, PEPPER]);
        }
        let identity = gateway.identify(&[("x-api-key", presented)], None).unwrap();
        check_prints!(checked, identity, [TOKEN, SHORT, &secret]);
    }
    check_prints!(checked, call, [TOKEN]);
    check_prints!(checked, gateway, [HOOK, PEPPER, TOKEN]);
    checked.remove(&("alloc".into(), "String".into()));
}
