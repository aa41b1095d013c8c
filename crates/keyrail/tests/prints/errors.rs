//! Errors of calls that were given secrets where they do not belong.

use super::*;

pub fn walk(walked: &mut Types) {
    key_errors(walked);
    header_errors(walked);
    other_errors(walked);
    configuration_errors(walked);
}

fn key_errors(walked: &mut Types) {
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
        refuse!(walked, keyrail.parse(&wrong), [&secret]);
        refuse!(walked, keyrail.parse_ref(&wrong), [&secret]);
        refuse!(walked, set.parse(&wrong), [&secret]);
    }
    for wrong in [format!("{TOKEN} {TOKEN}"), format!("{TOKEN}\n"), TOKEN.repeat(500)] {
        refuse!(walked, KeyFormat::opaque().parse(&wrong), [TOKEN]);
    }
    refuse!(walked, keyrail.generate(TOKEN, &[0; 32]), [TOKEN]);
    refuse!(walked, keyrail.generate("live", SHORT.as_bytes()), [SHORT]);
    refuse!(walked, KeyFormat::github(&format!("{TOKEN} ")), [TOKEN]);
    refuse!(walked, Alphabet::of(&TOKEN.repeat(2)), [TOKEN]);
    refuse!(walked, KeyFormat::builder(TOKEN).build(), [TOKEN]);

    refuse!(walked, Digest::of(SHORT, None), [SHORT]);
    refuse!(walked, Digest::parse(TOKEN), [TOKEN]);
    for algorithm in ["sha256", "hmac-sha256", "hmac-sha256:p1", "foreign-sha256"] {
        refuse!(walked, Digest::parse(&format!("{algorithm}:{TOKEN}")), [TOKEN]);
    }
    refuse!(walked, Digest::parse(&format!("hmac-sha256:{TOKEN}!:x")), [TOKEN]);
    refuse!(walked, Digest::import_hex(TOKEN), [TOKEN]);
    refuse!(walked, Pepper::new("p1", Secret::new(SHORT)), [SHORT]);
    refuse!(walked, Pepper::new(format!("{TOKEN}!"), Secret::new(PEPPER)), [TOKEN, PEPPER]);
    let [one, two] = ["p1", "p2"].map(|id| Pepper::new(id, Secret::new(PEPPER)).unwrap());
    let digest = Digest::of(TOKEN, Some(&one)).unwrap();
    refuse!(walked, digest.verify(TOKEN, Some(&two)), [TOKEN, PEPPER]);
    refuse!(walked, digest.verify(TOKEN, None), [TOKEN, PEPPER]);
}

fn header_errors(walked: &mut Types) {
    refuse!(walked, HeaderValue::sensitive(format!("{TOKEN}\r\n")), [TOKEN]);
    refuse!(walked, HeaderValue::new(TOKEN.repeat(500)), [TOKEN]);
    refuse!(walked, Scheme::authorization(&format!("{TOKEN} ")), [TOKEN]);
    refuse!(walked, Scheme::header(&format!("{TOKEN}:")), [TOKEN]);
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
            walk!(walked, error.clone(), [TOKEN]);
            walk!(walked, keyrail::header::problem(&error), [TOKEN]);
        }
    }
    let bearer_token = format!("Bearer {TOKEN}");
    let repeated = [("authorization", &bearer_token); 2];
    refuse!(walked, bearer.extract(&repeated), [TOKEN]);
    let credentials = Credentials::new(Secret::new(format!("{TOKEN}\n")));
    refuse!(walked, bearer.apply(&credentials), [TOKEN]);
    refuse!(walked, Scheme::x_api_key().apply(&credentials), [TOKEN]);
}

fn other_errors(walked: &mut Types) {
    let of_user = format!("https://user:{TOKEN}@desk.example/");
    refuse!(walked, BaseUrl::new(&of_user), [TOKEN]);
    refuse!(walked, check_target(&of_user), [TOKEN]);
    refuse!(walked, BaseUrlTemplate::parse(&format!("{{{TOKEN}")), [TOKEN]);
    refuse!(walked, UrlTemplate::parse(&format!("{{{TOKEN}")), [TOKEN]);
    refuse!(walked, keyrail::url::decode(&format!("{TOKEN}%")), [TOKEN]);
    refuse!(walked, keyrail::url::parse_query(&format!("a={TOKEN}%zz")), [TOKEN]);
    refuse!(walked, Network::parse(TOKEN), [TOKEN]);
    refuse!(walked, Timestamp::parse(TOKEN), [TOKEN]);
    refuse!(walked, EventPattern::parse(&format!("{TOKEN}*")), [TOKEN]);
    refuse!(walked, Scope::parse(TOKEN), [TOKEN]);
    refuse!(walked, Access::parse(TOKEN), [TOKEN]);
    refuse!(walked, Platform::get(TOKEN), [TOKEN]);
    refuse!(walked, Platform::get("mehery").unwrap().request(TOKEN, &Call::default()), [TOKEN]);
    let call = Call { variables: &[("domain", TOKEN), (TOKEN, TOKEN)], ..Call::default() };
    refuse!(walked, Platform::get("mehery").unwrap().request("message.send", &call), [TOKEN]);

    for wrong in [TOKEN.into(), format!("whsec_{SHORT}"), format!("whsec_{HOOK}!")] {
        refuse!(walked, Signer::new(&Secret::new(&*wrong)), [TOKEN, SHORT, HOOK]);
        refuse!(walked, Verifier::new(&[Secret::new(wrong)]), [TOKEN, SHORT, HOOK]);
    }
    let verifier = Verifier::new(&[hook()]).unwrap();
    let time = now().as_millis() / 1000;
    for signature in [format!("v1,{TOKEN}"), TOKEN.into(), format!("v1,{}=", "A".repeat(43))] {
        let headers = [
            ("webhook-id", TOKEN.to_owned()),
            ("webhook-timestamp", time.to_string()),
            ("webhook-signature", signature),
        ];
        refuse!(walked, verifier.verify(&headers, BODY.as_bytes(), now()), [TOKEN, BODY, HOOK]);
    }
}

fn configuration_errors(walked: &mut Types) {
    let digest = Digest::of(TOKEN, None).unwrap().to_string();
    let good = deployment(&digest);
    let extra = |secrets: Secrets| Gateway::from_json(&good, secrets);
    let hook_only = || Secrets::new().with("webhook:hook", [hook()]);
    assert!(extra(hook_only()).is_ok());
    let refusals = [
        extra(hook_only().with(TOKEN, [Secret::new(PEPPER)])),
        extra(Secrets::new().with("webhook:hook", [Secret::new(SHORT)])),
        extra(Secrets::new().with("webhook:hook", [Secret::new(TOKEN), Secret::new(PEPPER)])),
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
        assert!(good.contains(from), "{from}");
        Gateway::from_json(&good.replacen(from, to, 1), hook_only())
    });
    for refused in refusals.into_iter().chain(misplaced) {
        let error = refused.map(drop).unwrap_err();
        for fault in error.faults() {
            walk!(walked, fault.clone(), [TOKEN, SHORT, PEPPER, HOOK]);
        }
        refuse!(walked, Err::<(), _>(error), [TOKEN, SHORT, PEPPER, HOOK]);
    }
    for text in [TOKEN.into(), format!("{{\"{TOKEN}\": 1}}"), format!("[\"{TOKEN}\"]")] {
        refuse!(walked, KeyFormat::from_json(&text), [TOKEN]);
        refuse!(walked, KeyFormatSet::from_json(&text), [TOKEN]);
        refuse!(walked, KeyRecord::from_json(&text), [TOKEN]);
        refuse!(walked, Message::from_json(&text), [TOKEN]);
        refuse!(walked, Platform::from_json(&text), [TOKEN]);
        refuse!(walked, RouteTable::from_json(&text), [TOKEN]);
        refuse!(walked, Scheme::from_json(&text), [TOKEN]);
    }
    let format = format!(
        r#"{{"name": "{TOKEN} ", "prefix": "{TOKEN}!", "{TOKEN}": 1, "environments": ["{TOKEN} "],
            "segments": [{{"name": "{TOKEN}!", "alphabet": "{TOKEN}", "length": "{TOKEN}"}}],
            "checksum": "{TOKEN}"}}"#
    );
    refuse!(walked, KeyFormat::from_json(&format), [TOKEN]);
}
