//! Redaction of any text, at once and in chunks, with secrets inserted into it.
//!
//! Input: a byte that selects a secret and its context, two bytes that select where the text
//! is cut, then the text.

#![no_main]

use std::sync::LazyLock;

use keyrail_key::KeyFormat;
use keyrail_redact::Redactor;
use libfuzzer_sys::fuzz_target;

/// The secrets. No context contains a part of a secret.
const SECRETS: [&str; 3] =
    ["Zq7vXw9kTb3mRn5p", "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12", "s.e~c+r/e-t_s3cr3t=="];

/// The contexts, in which a secret replaces `@@`. A context is inserted with a newline before it
/// and another after it.
const CONTEXTS: [&str; 48] = [
    "x-api-key: @@",
    "API_KEY=@@&a=b",
    "{\"api_key\": \"@@\", \"a\": 1}",
    "{\\\"client_secret\\\":\\\"@@\\\"}",
    "{'password': '@@'}",
    "[(b'x-api-key', b'@@')]",
    "[\"authorization\",\"Bearer @@\"]",
    "Authorization: Bearer @@",
    "Authorization: x-api-key @@",
    "Authorization: @@",
    "Authorization: Strange a=\"b\", c=\"@@\"",
    "Cookie: a=b; c=@@",
    "GET /?a=b&token=@@ HTTP/1.1",
    "GET /?u=%3Ftoken%3D@@%26a HTTP/1.1",
    "https://user:@@host/path",
    "whsec_@@",
    "kr_live_@@",
    "kr%5Ftest%5F@@",
    "-----BEGIN PRIVATE KEY-----\\n@@@@\\n-----END PRIVATE KEY-----",
    "\"api_keys\": [\"a\", \"@@\"]",
    "{\"api_key\":\n  \"@@\"}",
    "{\"api_keys\"\n:\n[\n\"a\",\n\"@@\"\n]}",
    "{\"name\":\n\"x-api-key\",\n\"value\":\n\"@@\"}",
    "x-api-key:\n\"token\"\r\n: \"@@\"",
    "token: Option<String> = \"@@\"",
    "token: Secret(\n    Some(\n        \"@@\",\n    ),\n)",
    "X-Api-Key: Slice([\"a\", \"@@\"])",
    "{\"X-Api-Key\":[]string{\"@@\"}}",
    "{\"key\":\"x-api-key\",\"value\":{\"stringValue\":\"@@\"}}",
    "OrderedDict([('password', '@@')])",
    "\u{1b}[36mapi_key\u{1b}[0m=\u{1b}[35m@@",
    "Subscription Key: @@&password2=@@",
    "AnyHashable(\"token\"): @@",
    "bearer @@",
    // If the text before the context ends in a private key, the number sign ends that key. Without
    // the number sign, the name would be read as part of the key.
    "# token ??= \"@@\"",
    "# password -> '@@'",
    "# API_KEY_10=@@",
    "# password_: @@",
    "https://a.example/?a=b&sig=@@",
    "**Password:** @@",
    "# password=<@@> ",
    "credentials: {password: \"@@\", user: \"bob\"}",
    "# Config(token=Token(access_token='@@'))",
    "# credentials=Credentials(user=bob, password=@@)",
    "# api_key = os.getenv('API_KEY', '@@')",
    "# token: Optional(\"@@\")\n  - some: \"@@\"",
    "{\"secrets\": [1, \"@@\", null], \"cookie\": null}",
    "map[credentials:map[user:bob password:@@]]",
];

/// The redactors. Every text is redacted by the first two, and by one of the others.
static REDACTORS: LazyLock<[Redactor; 6]> = LazyLock::new(|| {
    let of =
        |formats: &[KeyFormat]| Redactor::new(formats.iter().cloned()).expect("the set is invalid");
    let github = |prefix| KeyFormat::github(prefix).expect("the prefix is invalid");
    let declared = |prefix: &str, rest: &str| {
        KeyFormat::from_json(&format!(r#"{{"prefix": "{prefix}", {rest}}}"#))
            .expect("the format is invalid")
    };
    let secret = r#""segments": [{"name": "s", "alphabet": "base62", "length": 32}]"#;
    let dotted = r#""separator": ".", "environments": ["live", "test"], "segments": [
        {"name": "id", "alphabet": "base62", "length": {"min": 1, "max": 64}, "secret": false},
        {"name": "s", "alphabet": "base62", "length": 22}]"#;
    let hundreds: Vec<_> = (0..200).map(|n| declared(&format!("k{n}"), secret)).collect();
    [
        of(&[KeyFormat::keyrail(), github("ghp"), KeyFormat::jwt()]),
        of(&[KeyFormat::keyrail()]).with_ascii_mask(),
        of(&[github("npm")]),
        of(&[declared("ab", dotted), declared("rn", secret)]),
        of(&hundreds),
        of(&hundreds[..7]).with_ascii_mask(),
    ]
});

fuzz_target!(|data: &[u8]| {
    let [selector, first, second, text @ ..] = data else { return };
    let (always, others) = REDACTORS.split_at(2);
    let other = &others[usize::from(*second) % others.len()];
    for redactor in always.iter().chain([other]) {
        check(redactor, text, [usize::from(*first), usize::from(*second)]);
    }
    let context = CONTEXTS[usize::from(*selector) % CONTEXTS.len()];
    let secret = SECRETS[usize::from(*selector) / CONTEXTS.len() % SECRETS.len()];
    if context.contains("//") && secret.contains('/') {
        return; // a password in a URL contains no unescaped slash
    }
    let inserted = match context.contains("//") {
        true => context.replace("@@", &[secret, "@"].concat()),
        false => context.replace("@@", secret),
    };
    let middle = text.len() / 2;
    let text = [&text[..middle], b"\n", inserted.as_bytes(), b"\n", &text[middle..]].concat();
    let redacted = REDACTORS[0].redact_bytes(&text);
    for window in secret.as_bytes().windows(8) {
        let count = |text: &[u8]| text.windows(8).filter(|found| *found == window).count();
        let before = count(&text) - inserted.matches(secret).count();
        assert!(
            count(&redacted) <= before,
            "a part of the secret is left: {}",
            String::from_utf8_lossy(&redacted)
        );
    }
});

fn check(redactor: &Redactor, bytes: &[u8], cuts: [usize; 2]) {
    let redacted = redactor.redact_bytes(bytes);
    assert_eq!(redactor.redact_bytes(&redacted), redacted, "redacting twice changed the text");
    if let Ok(text) = std::str::from_utf8(bytes) {
        assert_eq!(redactor.redact(text).as_bytes(), &*redacted);
        assert!(std::str::from_utf8(&redacted).is_ok());
    }

    // The text between the findings is unchanged.
    let (mut end, mut rest) = (0, &*redacted);
    for finding in redactor.find_bytes(bytes) {
        assert!(end <= finding.start() && finding.start() < finding.end());
        assert!(finding.end() <= bytes.len());
        rest = rest
            .strip_prefix(&bytes[end..finding.start()])
            .expect("the text before a finding was changed");
        end = finding.end();
        rest = &rest[mask_end(rest)..];
    }
    assert_eq!(rest, &bytes[end..]);

    let mut stream = redactor.stream();
    let mut out = Vec::new();
    let mut chunks = bytes;
    for cut in cuts {
        let (chunk, after) = chunks.split_at(cut.min(chunks.len()));
        out.extend(stream.push(chunk));
        chunks = after;
    }
    // The rest is pushed in small chunks.
    for chunk in chunks.chunks(cuts[0] % 7 + 1) {
        out.extend(stream.push(chunk));
    }
    out.extend(stream.finish());
    assert_eq!(out, &*redacted, "the stream returned a different result");
}

/// Returns the end of the first mask, including the quotes around a mask that replaces a JSON
/// number. The public part of a key may be before the mask.
fn mask_end(text: &[u8]) -> usize {
    let bullets = "••••••••".as_bytes();
    let found = (0..text.len()).find_map(|at| {
        let rest = &text[at..];
        [bullets, b"********"].into_iter().find(|mask| rest.starts_with(mask)).map(
            |mask| match text[..at].last() {
                Some(b'"' | b'\'' | b'`') => at + mask.len() + at,
                _ => at + mask.len(),
            },
        )
    });
    found.expect("a finding was not replaced by a mask")
}
