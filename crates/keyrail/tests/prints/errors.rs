//! Checks the errors of calls with secrets in arguments that should not contain them.

use super::*;

pub fn check_all(checked: &mut Types) {
    key_errors(checked);
    header_errors(checked);
    other_errors(checked);
    configuration_errors(checked);
}

fn key_errors(checked: &mut Types) {
    let (text, secret) = key();
    let keyrail = KeyFormat::keyrail();
    let set = KeyFormatSet::new([KeyFormat::keyrail()]).unwrap();
    for wrong in [
        secret.clone(),
        format!("kr_{secret}"),
        format!("kr_live_{secret}"),
        format!("{text}0"),
        text[..53].into(),
        text.replacen('_', "-", 3).replacen('-', "_", 2),
        format!("{}x", &text[..53]),
        format!("kr_live_é{secret}"),
    ] {
        check_error!(checked, keyrail.parse(&wrong), [&secret]);
        check_error!(checked, keyrail.parse_ref(&wrong), [&secret]);
        check_error!(checked, set.parse(&wrong), [&secret]);
    }
    for wrong in [format!("{TOKEN} {TOKEN}"), format!("{TOKEN}\n"), TOKEN.repeat(500)] {
        check_error!(checked, KeyFormat::opaque().parse(&wrong), [TOKEN]);
    }
    check_error!(checked, keyrail.generate(TOKEN, &[0; 32]), [TOKEN]);
    check_error!(checked, keyrail.generate("live", SHORT.as_bytes()), [SHORT]);
    check_error!(checked, KeyFormat::github(&format!("{TOKEN} ")), [TOKEN]);
    check_error!(checked, Alphabet::of(&TOKEN.repeat(2)), [TOKEN]);
    check_error!(checked, KeyFormat::builder(TOKEN).build(), [TOKEN]);

    check_error!(checked, Digest::of(SHORT, None), [SHORT]);
    check_error!(checked, Digest::parse(TOKEN), [TOKEN]);
    for algorithm in ["sha256", "hmac-sha256", "hmac-sha256:p1", "foreign-sha256"] {
        check_error!(checked, Digest::parse(&format!("{algorithm}:{TOKEN}")), [TOKEN]);
    }
    check_error!(checked, Digest::parse(&format!("hmac-sha256:{TOKEN}!:x")), [TOKEN]);
    check_error!(checked, Digest::import_hex(TOKEN), [TOKEN]);
    check_error!(checked, Pepper::new("p1", Secret::new(SHORT)), [SHORT]);
    check_error!(checked, Pepper::new(format!("{TOKEN}!"), Secret::new(PEPPER)), [TOKEN, PEPPER]);
    let [one, two] = ["p1", "p2"].map(|id| Pepper::new(id, Secret::new(PEPPER)).unwrap());
    let digest = Digest::of(TOKEN, Some(&one)).unwrap();
    check_error!(checked, digest.verify(TOKEN, Some(&two)), [TOKEN, PEPPER]);
    check_error!(checked, digest.verify(TOKEN, None), [TOKEN, PEPPER]);
}

fn header_errors(checked: &mut Types) {
    check_error!(checked, HeaderValue::sensitive(format!("{TOKEN}\r\n")), [TOKEN]);
    check_error!(checked, HeaderValue::new(TOKEN.repeat(500)), [TOKEN]);
    check_error!(checked, Scheme::authorization(&format!("{TOKEN} ")), [TOKEN]);
    check_error!(checked, Scheme::header(&format!("{TOKEN}:")), [TOKEN]);
    let bearer = Scheme::bearer();
    for value in [
        TOKEN.into(),
        format!("{TOKEN} {TOKEN}"),
        format!("Basic {TOKEN}"),
        format!("Bearer {TOKEN}, {TOKEN}"),
        format!("Bearer \"{TOKEN}\""),
        format!("Bearer {TOKEN}é"),
    ] {
        if let Err(error) = bearer.extract(&[("authorization", &value)]) {
            check_prints!(checked, error.clone(), [TOKEN]);
            check_prints!(checked, keyrail::header::problem(&error), [TOKEN]);
        }
    }
    let bearer_token = format!("Bearer {TOKEN}");
    let repeated = [("authorization", &bearer_token); 2];
    check_error!(checked, bearer.extract(&repeated), [TOKEN]);
    let credentials = Credentials::new(Secret::new(format!("{TOKEN}\n")));
    check_error!(checked, bearer.apply(&credentials), [TOKEN]);
    check_error!(checked, Scheme::x_api_key().apply(&credentials), [TOKEN]);
}

fn other_errors(checked: &mut Types) {
    let with_userinfo = format!("https://user:{TOKEN}@desk.example/");
    check_error!(checked, BaseUrl::new(&with_userinfo), [TOKEN]);
    check_error!(checked, check_target(&with_userinfo), [TOKEN]);
    check_error!(checked, BaseUrlTemplate::parse(&format!("{{{TOKEN}")), [TOKEN]);
    check_error!(checked, UrlTemplate::parse(&format!("{{{TOKEN}")), [TOKEN]);
    check_error!(checked, keyrail::url::decode(&format!("{TOKEN}%")), [TOKEN]);
    check_error!(checked, keyrail::url::parse_query(&format!("a={TOKEN}%zz")), [TOKEN]);
    check_error!(checked, Network::parse(TOKEN), [TOKEN]);
    check_error!(checked, Timestamp::parse(TOKEN), [TOKEN]);
    check_error!(checked, EventPattern::parse(&format!("{TOKEN}*")), [TOKEN]);
    check_error!(checked, Scope::parse(TOKEN), [TOKEN]);
    check_error!(checked, Access::parse(TOKEN), [TOKEN]);
    check_error!(checked, Platform::get(TOKEN), [TOKEN]);
    check_error!(
        checked,
        Platform::get("mehery").unwrap().request(TOKEN, &Call::default()),
        [TOKEN]
    );
    let call = Call { variables: &[("domain", TOKEN), (TOKEN, TOKEN)], ..Call::default() };
    check_error!(checked, Platform::get("mehery").unwrap().request("message.send", &call), [TOKEN]);

    let key_mismatch = format!("whsk_{HOOK}{HOOK}MDEyMzQ1Njc4OTAxMjM0NQ==");
    let key_length = format!("whpk_{HOOK}");
    for wrong in
        [TOKEN.into(), format!("whsec_{SHORT}"), format!("whsec_{HOOK}!"), key_mismatch, key_length]
    {
        check_error!(checked, Signer::new(&Secret::new(&*wrong)), [TOKEN, SHORT, HOOK]);
        check_error!(checked, Verifier::new(&[Secret::new(wrong)]), [TOKEN, SHORT, HOOK]);
    }
    let verifier = Verifier::new(&[hook()]).unwrap();
    let time = now().as_millis() / 1000;
    for signature in [format!("v1,{TOKEN}"), TOKEN.into(), format!("v1,{}=", "A".repeat(43))] {
        let headers = [
            ("webhook-id", TOKEN.to_owned()),
            ("webhook-timestamp", time.to_string()),
            ("webhook-signature", signature),
        ];
        check_error!(
            checked,
            verifier.verify(&headers, BODY.as_bytes(), now()),
            [TOKEN, BODY, HOOK]
        );
    }
}

fn configuration_errors(checked: &mut Types) {
    let digest = Digest::of(TOKEN, None).unwrap().to_string();
    let valid = deployment(&digest);
    let with_secrets = |secrets: Secrets| Gateway::from_json(&valid, secrets);
    let hook_only = || Secrets::new().with("webhook:hook", [hook()]);
    assert!(with_secrets(hook_only()).is_ok());
    let invalid = [
        with_secrets(hook_only().with(TOKEN, [Secret::new(PEPPER)])),
        with_secrets(Secrets::new().with("webhook:hook", [Secret::new(SHORT)])),
        with_secrets(
            Secrets::new().with("webhook:hook", [Secret::new(TOKEN), Secret::new(PEPPER)]),
        ),
        Gateway::from_json(
            &deployment(&format!("hmac-sha256:p1:{}", &digest["sha256:".len()..])),
            hook_only().with("pepper:p1", [Secret::new(SHORT)]),
        ),
        Gateway::from_json(&deployment(&format!("sha256:{TOKEN}")), hook_only()),
    ];
    let misplaced = [
        ("\"mehery\"", format!("\"{TOKEN}\"")),
        ("\"domain\"", format!("\"{TOKEN}\"")),
        ("\"abcorp\"", format!("\"{TOKEN}.\"")),
        ("\"scope\"", format!("\"{TOKEN}\"")),
        ("\"read_write\"", format!("\"{TOKEN}\"")),
        ("\"read_write\"", format!("[\"{TOKEN}\"]")),
        ("\"queue\": \"support\"", format!("\"queue\": \"{TOKEN}\"")),
        ("\"app\": \"desk\", \"scope\"", format!("\"app\": \"{TOKEN}\", \"scope\"")),
        ("https://desk.example/", format!("https://user:{TOKEN}@desk.example/")),
        ("https://desk.example/", format!("http://127.0.0.1/?{TOKEN}")),
        ("[\"*\"]", format!("[\"{TOKEN}*\"]")),
        ("\"topology\": {", format!("\"topology\": {TOKEN}")),
    ];
    let misplaced = misplaced.iter().map(|(from, to)| {
        assert!(valid.contains(from), "{from}");
        Gateway::from_json(&valid.replacen(from, to, 1), hook_only())
    });
    for result in invalid.into_iter().chain(misplaced) {
        let error = result.map(drop).unwrap_err();
        for fault in error.faults() {
            check_prints!(checked, fault.clone(), [TOKEN, SHORT, PEPPER, HOOK]);
        }
        check_error!(checked, Err::<(), _>(error), [TOKEN, SHORT, PEPPER, HOOK]);
    }
    for text in [TOKEN.into(), format!("{{\"{TOKEN}\": 1}}"), format!("[\"{TOKEN}\"]")] {
        check_error!(checked, KeyFormat::from_json(&text), [TOKEN]);
        check_error!(checked, KeyFormatSet::from_json(&text), [TOKEN]);
        check_error!(checked, KeyRecord::from_json(&text), [TOKEN]);
        check_error!(checked, Message::from_json(&text), [TOKEN]);
        check_error!(checked, Platform::from_json(&text), [TOKEN]);
        check_error!(checked, RouteTable::from_json(&text), [TOKEN]);
        check_error!(checked, Scheme::from_json(&text), [TOKEN]);
    }
    let format = format!(
        r#"{{"name": "{TOKEN} ", "prefix": "{TOKEN}!", "{TOKEN}": 1, "environments": ["{TOKEN} "],
            "segments": [{{"name": "{TOKEN}!", "alphabet": "{TOKEN}", "length": "{TOKEN}"}}],
            "checksum": "{TOKEN}"}}"#
    );
    check_error!(checked, KeyFormat::from_json(&format), [TOKEN]);
}
