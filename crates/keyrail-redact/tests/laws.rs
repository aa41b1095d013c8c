//! Properties of the redactor for any text, and for any secret in many contexts.

use keyrail_key::{KeyFormat, KeyFormatSet};
use keyrail_redact::Redactor;
use proptest::prelude::*;
use proptest::sample::select;

fn formats() -> Vec<KeyFormat> {
    let acme = KeyFormat::from_json(
        r#"{"prefix": "acme", "separator": "-",
            "segments": [{"name": "secret", "alphabet": "hex", "length": {"min": 32, "max": 40}},
                         {"name": "id", "alphabet": "digits", "length": 6, "secret": false}]}"#,
    );
    vec![KeyFormat::keyrail(), KeyFormat::github("npm").unwrap(), acme.unwrap(), KeyFormat::jwt()]
}

fn redactor() -> Redactor {
    Redactor::new(formats()).unwrap()
}

/// A text into which a secret is inserted in place of `@@`.
#[derive(Clone, Copy, Debug)]
struct Context {
    text: &'static str,
    /// The characters that cannot be in the secret, because they end a value here or have
    /// another meaning.
    without: &'static str,
}

/// The characters that cannot be in a value without quotes.
const NOT_BARE: &str = "\"'`,;&<>|()[]{}\\ \t.%";

const CONTEXTS: [Context; 56] = [
    bare("x-api-key: @@\r\naccept: a"),
    bare("X-API-KEY:@@"),
    bare("api_key=@@&a=b"),
    bare("client_secret = @@"),
    bare("-H 'Platform-Api-Key: @@' -v"),
    bare("{password=@@, a=b}"),
    bare("GET /?a=b&access_token=@@ HTTP/1.1"),
    bare("my.db.password=@@"),
    bare("map[X-Auth-Token:[@@] A:[b]]"),
    bare("Authorization: Bearer @@"),
    bare("Authorization: x-api-key @@"),
    bare("Authorization: @@"),
    bare("authorization: strange @@\naccept: a"),
    bare("X-Auth-Token: Bearer @@"),
    bare("user[password]=@@&a=b"),
    bare("securetoken:@@"),
    bare("?u=%3Ftoken%3D@@%26a%3Db"),
    bare("x-api-key%3A%20@@%0D%0Aa"),
    bare("api_key%253D@@%2526a"),
    bare("{\"u\": \"https://h/?token=@@\\u0026a=b\"}"),
    bare("{\"m\": \"x-api-key: @@\\r\\naccept: a\"}"),
    line("Authorization: Digest a=\"b\", response=\"@@\"\r\naccept: a"),
    line("Authorization: Strange a=@@, b=c"),
    line("Cookie: a=b; c=@@; d=e\r\naccept: a"),
    quoted("{\"api_key\": \"@@\", \"a\": 1}"),
    quoted("{\"secrets\": [\"a\", \"@@\"], \"a\": 1}"),
    quoted("{'x-api-key': '@@'}"),
    quoted("[(b'x-api-key', b'@@')]"),
    quoted("[[\"authorization\", \"Bearer @@\"]]"),
    quoted("{\"name\": \"x-api-key\", \"value\": \"@@\"}"),
    quoted("{\\\"token\\\": \\\"@@\\\"}"),
    quoted("{\\\\\\\"token\\\\\\\": \\\\\\\"@@\\\\\\\"}"),
    quoted("{\\u0022token\\u0022: \\u0022@@\\u0022}"),
    quoted("{\\x22token\\x22:\\x22@@\\x22}"),
    quoted("password: Some(\"@@\")"),
    quoted("\"Authorization\": [\"Bearer @@\"]"),
    quoted("{\"api_key\":\n  \"@@\", \"a\": 1}"),
    quoted("{\"api_key\"\r\n:\r\n\"@@\"}"),
    quoted("{\"api_keys\":\n [\n  \"a\",\n  \"@@\"\n ]\n}"),
    quoted("{\"name\"\n:\n\"x-api-key\"\n,\n\"value\"\n:\n\"@@\"}"),
    quoted("\"{\\\"token\\\"\\n:\\n\\\"@@\\\"}\""),
    quoted("{\"name\": \"DB_PASSWORD\", \"value\": \"@@\"}"),
    quoted("Authorization: Bearer \"@@\""),
    quoted("password='it''s @@'"),
    quoted("x-api-key:\n\"token\": \"@@\""),
    quoted("token:\n[(b'x-api-key', b'@@')]"),
    quoted("[(b'token', b'@@')]"),
    quoted("(\n    \"token\",\n    \"@@\",\n)"),
    quoted("token=$'@@' a"),
    quoted("{\"name\": \"API_KEY_2\", \"value\": \"@@\"}"),
    quoted("{\"prompt\": \"Password: \", \"password\": \"@@\"}"),
    Context { text: "u=https%3A//user%3A@@%40host/a", without: "/?#\"'`<>{}|\\ \t@%&" },
    Context { text: "https://user:@@@host/path", without: "/?#\"'`<>{}|\\ \t@%" },
    Context { text: "https:\\/\\/user:@@@host\\/path", without: "/?#\"'`<>{}|\\ \t@%" },
    Context { text: "u=https%3A%2F%2Fuser%3A@@%40host", without: "/?#\"'`<>{}|\\ \t@%&" },
    Context {
        text: "\"private_key\": \"-----BEGIN PRIVATE KEY-----\\n@@\\n-----END PRIVATE KEY-----\\n\"",
        without: "\"\\",
    },
];

const fn bare(text: &'static str) -> Context {
    Context { text, without: NOT_BARE }
}

const fn line(text: &'static str) -> Context {
    Context { text, without: "\"'`()[]{}\\ \t,;.%:" }
}

const fn quoted(text: &'static str) -> Context {
    Context { text, without: "\"'\\" }
}

/// Text that is put around a secret, and that may mislead the redactor.
const NOISE: [&str; 35] = [
    "GET /a/b HTTP/1.1",
    "the refund",
    "token",
    "x-api-key",
    "\"",
    "'",
    ":",
    "=",
    ", ",
    "\\",
    "\\\"",
    "[",
    "]",
    "{",
    "}",
    "(",
    ")",
    "%3D",
    "%22",
    "\\u0022",
    "://",
    "@",
    "••••••••",
    "********",
    "kr_live_",
    "eyJ0eXAiOiJKV1Qi",
    "-----BEGIN PRIVATE KEY-----",
    "-----END PRIVATE KEY-----",
    "whsec_",
    "Bearer ",
    "é",
    "\n",
    "\\n",
    "%0A",
    "token:\n",
];

fn noise() -> impl Strategy<Value = String> {
    prop::collection::vec(select(&NOISE[..]), 0..8).prop_map(|parts| parts.concat())
}

/// Generates secrets. Some of them contain characters that are not allowed in some contexts, or
/// characters that are not ASCII.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[0-9a-f]{40}",
        3 => "[0-9A-Za-z_/+=~-]{8,60}",
        2 => "[!-~]{12,40}",
        1 => "[!-~ é]{12,40}",
    ]
}

/// Returns whether any eight consecutive characters of the secret are in the text.
fn survives(secret: &str, redacted: &str) -> bool {
    let characters: Vec<_> = secret.chars().collect();
    characters.windows(8).any(|piece| redacted.contains(&piece.iter().collect::<String>()))
}

fn streamed(redactor: &Redactor, text: &[u8], cuts: &[usize]) -> Vec<u8> {
    let mut stream = redactor.stream();
    let (mut out, mut rest, mut at) = (Vec::new(), text, 0);
    for cut in cuts {
        let (chunk, after) = rest.split_at(cut.saturating_sub(at).min(rest.len()));
        out.extend(stream.push(chunk));
        (rest, at) = (after, at + chunk.len());
    }
    out.extend(stream.push(rest));
    out.extend(stream.finish());
    out
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 400,
        max_global_rejects: 100_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn no_secret_of_eight_or_more_characters_remains(
        context in select(&CONTEXTS[..]),
        secret in secret(),
        before in noise(),
        after in noise(),
    ) {
        let secret: String = secret.chars().filter(|c| !context.without.contains(*c)).collect();
        // A secret that starts with a colon would turn `token:` into `token::`, which looks like a
        // path, as in `token::parse`. A secret that starts with a space and ends with a space or a
        // sign looks like the text between two strings.
        let is_between = secret.starts_with(' ') && secret.ends_with([' ', ':', '=']);
        prop_assume!(secret.chars().count() >= 8 && !secret.starts_with(':') && !is_between);
        let planted = context.text.replace("@@", &secret);
        let text = format!("{before}\n{planted}\n{after}");
        let redacted = redactor().redact(&text).into_owned();
        // A part of the secret may remain if the text around the secret also contains this part.
        let context = format!("{before}\n{}\n{after}", context.text);
        prop_assert!(!survives(&secret, &redacted) || survives(&secret, &context), "{redacted}");
        let ascii = redactor().with_ascii_mask();
        prop_assert!(!survives(&secret, &ascii.redact(&text)) || survives(&secret, &context));
    }

    #[test]
    fn keys_are_found_without_a_name(
        entropy in any::<[u8; 32]>(),
        format_index in 0_usize..3,
        before in noise(),
        after in "[ \"',;:<>@]?",
    ) {
        let format = &formats()[format_index];
        let environment = format.environments().next();
        let key = format.generate(environment, &entropy).unwrap();
        let text = format!("{before} {}{after}", key.reveal());
        let redacted = redactor().redact(&text).into_owned();
        for part in key.reveal().split(['_', '-']).filter(|part| part.len() > 12) {
            prop_assert!(!survives(part, &redacted), "{redacted}");
        }
        let alone = format!("a {}{after}", key.reveal());
        let found = redactor().find(&alone);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].format(), Some(format.name()));
        prop_assert_eq!(redactor().redact(&alone), format!("a {}{after}", key.mask()));
    }

    #[test]
    fn redacting_twice_changes_nothing(text in texts()) {
        for redactor in [redactor(), redactor().with_ascii_mask()] {
            let once = redactor.redact(&text).into_owned();
            prop_assert_eq!(redactor.redact(&once), once.as_str());
        }
    }

    #[test]
    fn a_stream_split_anywhere_has_the_same_result(text in texts()) {
        let redactor = redactor();
        let text: String = text.chars().take(400).collect();
        let want = redactor.redact_bytes(text.as_bytes()).into_owned();
        for cut in 0..=text.len() {
            prop_assert_eq!(&streamed(&redactor, text.as_bytes(), &[cut]), &want, "cut at {}", cut);
        }
        let all_cuts: Vec<_> = (1..text.len()).collect();
        prop_assert_eq!(&streamed(&redactor, text.as_bytes(), &all_cuts), &want);
    }

    #[test]
    fn a_stream_in_many_chunks_has_the_same_result(
        text in texts(),
        cuts in prop::collection::vec(0_usize..2_000, 0..10),
    ) {
        let redactor = redactor();
        let mut cuts = cuts;
        cuts.sort_unstable();
        let want = redactor.redact_bytes(text.as_bytes()).into_owned();
        prop_assert_eq!(streamed(&redactor, text.as_bytes(), &cuts), want);
    }

    #[test]
    fn exactly_the_findings_are_replaced(text in texts()) {
        let redactor = redactor();
        let redacted = redactor.redact(&text).into_owned();
        let (mut end, mut rest) = (0, redacted.as_str());
        for finding in redactor.find(&text) {
            prop_assert!(end <= finding.start() && finding.start() < finding.end());
            rest = rest.strip_prefix(&text[end..finding.start()]).unwrap();
            let mask = rest.find("••••••••").unwrap();
            // Quotes may be added around the mask.
            let before = &rest[..mask];
            let quotes = before.find(['"', '\'', '`']).map_or(0, |quote| quote + 1);
            let mask = mask + "••••••••".len() + quotes;
            // The mask of an `acme` key shows the segment after the secret.
            let public = match finding.format() {
                Some("acme") if !rest.starts_with('•') => 6,
                _ => 0,
            };
            rest = &rest[mask + public..];
            end = finding.end();
        }
        prop_assert_eq!(rest, &text[end..]);
    }

    #[test]
    fn redacting_bytes_twice_or_in_a_stream_has_the_same_result(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let redactor = redactor();
        let once = redactor.redact_bytes(&bytes).into_owned();
        let twice = redactor.redact_bytes(&once);
        prop_assert_eq!(&*twice, &*once);
        prop_assert_eq!(streamed(&redactor, &bytes, &[bytes.len() / 3, bytes.len() / 2]), once);
    }
}

/// Generates texts with many credentials and signs.
fn texts() -> impl Strategy<Value = String> {
    let planted = (select(&CONTEXTS[..]), secret())
        .prop_map(|(context, secret)| context.text.replace("@@", &secret));
    let key = any::<[u8; 32]>().prop_map(|entropy| {
        KeyFormat::keyrail().generate("live", &entropy).unwrap().reveal().to_owned()
    });
    let part = prop_oneof![noise(), planted, key, "[ -~é\\n]{0,20}"];
    prop::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
}

#[test]
fn conflicting_formats_are_rejected_as_in_a_set() {
    let twice = || [KeyFormat::keyrail(), KeyFormat::keyrail()];
    let error = Redactor::new(twice()).unwrap_err();
    assert_eq!(error, KeyFormatSet::new(twice()).unwrap_err());
}
