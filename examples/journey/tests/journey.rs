//! Tests of the built example, with the included data and with custom files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// Runs the built example. Its folder is next to the folder of this test's executable.
fn journey(arguments: &[&str]) -> Output {
    let test = std::env::current_exe().unwrap();
    let profile = test.parent().and_then(Path::parent).unwrap();
    let example = profile.join("examples").join(format!("journey{}", std::env::consts::EXE_SUFFIX));
    Command::new(example)
        .args(arguments)
        .env_remove("CLICOLOR_FORCE")
        .output()
        .expect("the example is not built: run `cargo test -p keyrail-journey`")
}

fn printed(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Checks that the example fails with exit code 2 and a message with these parts.
#[track_caller]
fn assert_rejected(arguments: &[&str], parts: &[&str]) {
    let output = journey(arguments);
    let message = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{message}");
    for part in parts {
        assert!(message.contains(part), "{part:?} is not in: {message}");
    }
    assert!(output.stdout.is_empty());
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(name)
}

fn shipped(name: &str) -> String {
    fs::read_to_string(data(name)).unwrap()
}

/// Writes a file into the folder of a test, and returns its path.
fn file(test: &str, name: &str, text: &str) -> String {
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("journey").join(test);
    fs::create_dir_all(&directory).unwrap();
    let path = directory.join(name);
    fs::write(&path, text).unwrap();
    path.into_os_string().into_string().unwrap()
}

/// Returns the line of the summary that begins with this word.
#[track_caller]
fn summary<'o>(output: &'o str, word: &str) -> &'o str {
    let (_, summary) = output.split_once("\nSummary\n").unwrap();
    summary.lines().find(|line| line.trim_start().starts_with(word)).unwrap()
}

#[test]
fn every_line_of_the_shipped_data_is_processed() {
    let output = printed(&journey(&["--all"]));
    let messages = shipped("messages.jsonl").lines().count();
    let requests = shipped("requests.jsonl").lines().count();
    assert!(messages >= 200);
    assert!(summary(&output, "messages").contains(&format!(" {messages} ")));
    assert!(summary(&output, "requests").contains(&format!(" {requests} ")));
    for outcome in ["routed", "held", "unrouted", "refused"] {
        assert!(summary(&output, "messages").contains(outcome), "{outcome}");
    }
    for platform in ["mehery", "sceyt", "azeer", "vchatcloud", "swellsign"] {
        assert!(output.contains(&format!("\n{platform}: ")), "{platform}");
    }
}

#[test]
fn a_year_in_the_life_of_a_key_is_shown_with_the_included_files() {
    let output = printed(&journey(&[]));
    let (_, year) = output.split_once("a year in the life of a key\n").unwrap();
    let (year, _) = year.split_once("\n\n").unwrap();
    let steps: Vec<_> = year.lines().map(|line| line.split_whitespace().nth(1).unwrap()).collect();
    let actions = [
        "issued", "limited", "used", "alert", "rotated", "leaked", "reissued", "counted", "audited",
    ];
    for action in actions {
        assert!(steps.contains(&action), "{action}");
    }
    let reasons = ["access.rate", "access.rotated", "access.revoked", "access.expired"];
    for reason in reasons {
        assert!(year.contains(&format!("✗ denied {reason}")), "{reason}");
    }
    assert!(year.contains("5 requests granted, 4 denied"));
    assert!(year.contains("5 changes verified, 1 erased"));
    let deployment = data("deployments/mehery.json").into_os_string().into_string().unwrap();
    let own = printed(&journey(&["--deployment", &deployment]));
    assert!(!own.contains("a year in the life of a key"));
}

#[test]
fn one_of_each_kind_is_shown_unless_all_are_requested() {
    let (few, all) = (printed(&journey(&[])), printed(&journey(&["--all"])));
    assert!(few.lines().count() <= 150, "{}", few.lines().count());
    assert!(few.contains("--all shows every item"));
    let summary = |output: &str| output.split_once("\nSummary\n").unwrap().1.to_owned();
    assert_eq!(summary(&few), summary(&all));
    let (shown, _) = few.split_once("\nSummary\n").unwrap();
    for code in ["access.expired", "header.duplicate", "route.unavailable", "by rule", "by session"]
    {
        assert!(shown.contains(code), "{code}");
    }
}

#[test]
fn the_shipped_data_causes_every_intended_rejection() {
    let output = printed(&journey(&["--all"]));
    for code in [
        "access.wrong_key",
        "access.unknown_key",
        "access.expired",
        "access.revoked",
        "access.not_yet_valid",
        "access.network",
        "access.address_unknown",
        "access.scope",
        "access.foreign_queue",
        "access.queue_required",
        "header.duplicate",
        "header.ambiguous",
        "header.missing",
        "header.list",
        "header.quote",
        "header.unknown_scheme",
        "route.no_app",
        "route.no_webhook",
        "route.unavailable",
        "route.no_queue",
        "route.unknown_channel",
    ] {
        assert!(output.contains(code), "{code}");
    }
}

#[test]
fn the_receivers_verify_every_delivery() {
    let output = printed(&journey(&["--all"]));
    let deliveries = output.lines().filter(|line| line.contains('⇢')).count();
    let verified = output.lines().filter(|line| line.contains("✓ verified ⇢")).count();
    assert!(deliveries >= 200);
    assert_eq!(verified, deliveries);
    let expected = format!("✓ {deliveries} of {deliveries} verified");
    assert!(summary(&output, "signatures").contains(&expected));
}

#[test]
fn no_secret_and_no_key_is_printed() {
    let output = printed(&journey(&["--all"]));
    let secrets: Value = serde_json::from_str(&shipped("secrets.json")).unwrap();
    let mut hidden: Vec<String> = Vec::new();
    for named in secrets.as_object().unwrap().values() {
        for texts in named.as_object().unwrap().values() {
            hidden
                .extend(texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap().into()));
        }
    }
    assert!(hidden.len() >= 10);
    let count = hidden.len();
    for line in shipped("requests.jsonl").lines() {
        let request: Value = serde_json::from_str(line).unwrap();
        for header in request["headers"].as_array().unwrap() {
            let value = header[1].as_str().unwrap();
            hidden.extend(
                value.split([' ', ',', '"']).filter(|part| part.len() > 16).map(String::from),
            );
        }
    }
    hidden.retain(|secret| secret != "application/json");
    assert!(hidden.len() >= count + 50);
    for secret in &hidden {
        // Neither half of the secret may be shown, but the id of a key of Keyrail's format may be.
        let (start, end) = match secret.starts_with("kr_") {
            true => (secret.len() - 33, secret.len()),
            false => (0, secret.len()),
        };
        let half = start + (end - start) / 2;
        for part in [&secret[start..half], &secret[half..end]] {
            assert!(!output.contains(part), "a part of a secret was printed");
        }
    }
}

#[test]
fn piped_output_has_no_escape_sequences_even_from_messages() {
    let output = printed(&journey(&["--all"]));
    assert!(shipped("messages.jsonl").contains("\\u001b["));
    assert!(!output.contains('\u{1b}') && !output.contains('\u{202e}'));
}

#[test]
fn a_changed_rule_changes_the_output() {
    let before = shipped("deployments/mehery.json");
    let mut changed: Value = serde_json::from_str(&before).unwrap();
    let rules = changed["topology"]["rules"].as_array_mut().unwrap();
    let refunds = rules.iter_mut().find(|rule| rule["id"] == "refunds").unwrap();
    refunds["queue"] = "trust".into();
    let changed = file("changed", "mine.json", &changed.to_string());

    let original = data("deployments/mehery.json").into_os_string().into_string().unwrap();
    let before = printed(&journey(&["--all", "--deployment", &original]));
    let after = printed(&journey(&["--all", "--deployment", &changed]));
    let by_refunds = |output: &str, queue: &str| {
        let routed = format!("→ {queue} of ledger by rule refunds");
        output.lines().filter(|line| line.contains(&routed)).count()
    };
    assert!(by_refunds(&before, "billing") > 0 && by_refunds(&before, "trust") == 0);
    assert!(by_refunds(&after, "trust") > 0 && by_refunds(&after, "billing") == 0);
    assert_eq!(
        summary(&before, "messages").split_whitespace().nth(1),
        summary(&after, "messages").split_whitespace().nth(1)
    );
}

#[test]
fn custom_data_requires_none_of_the_shipped_files() {
    let deployment = file(
        "own",
        "mine.json",
        r#"{
        "version": 1, "platform": "mehery", "variables": {"domain": "mine"}, "keys": [],
        "topology": {
            "channels": [{"id": "c", "kind": "web"}],
            "queues": [{"id": "q", "app": "a"}],
            "apps": [{"id": "a", "webhooks": ["w"]}],
            "webhooks": [{"id": "w", "url": "https://mine.example/", "events": ["*"]}],
            "rules": [], "default_queue": "q"
        }
    }"#,
    );
    let secrets = file(
        "own",
        "secrets.json",
        r#"{"mine": {"webhook:w": ["whsec_dGVzdCBvbmx5LCBub3QgYSBzZWNyZXQ6IG1pbmU="]}}"#,
    );
    let requests = file("own", "requests.jsonl", "");
    let messages = file(
        "own",
        "messages.jsonl",
        "{\"id\": \"1\", \"at\": \"2026-11-02T10:00:00Z\", \"message\": {\"channel\": \"c\"}}\n\n",
    );
    let output = printed(&journey(&[
        "--deployment",
        &deployment,
        "--secrets",
        &secrets,
        "--requests",
        &requests,
        "--messages",
        &messages,
    ]));
    assert!(output.contains("→ q of a by default"), "{output}");
    assert!(output.contains("✓ verified ⇢ w POST https://mine.example/"), "{output}");
    assert!(summary(&output, "messages").contains("routed 1"));
}

#[test]
fn help_lists_the_options() {
    let help = printed(&journey(&["--help"]));
    for option in ["--deployment", "--requests", "--messages", "--secrets"] {
        assert!(help.contains(option), "{option}");
    }
}

#[test]
fn invalid_arguments_are_rejected() {
    assert_rejected(&["--deploymnt", "x"], &["--deploymnt", "--help"]);
    assert_rejected(&["--requests"], &["--requests", "--help"]);
    assert_rejected(&["stray"], &["stray", "--help"]);
    assert_rejected(&["--secrets", "a", "--secrets", "b"], &["--secrets may be given only once"]);
}

#[test]
fn a_missing_file_is_named() {
    assert_rejected(&["--messages", "no/such/file.jsonl"], &["no/such/file.jsonl"]);
    assert_rejected(&["--deployment", "no/such/file.json"], &["no/such/file.json"]);
}

#[test]
fn an_invalid_line_is_reported_without_its_content() {
    let valid = r#"{"deployment": "mehery", "id": "1", "at": "2026-11-02T10:00:00Z", "message": {"channel": "sms:in"}}"#;
    for (name, line, message) in [
        ("syntax", r#"{"id": hush"#, "invalid JSON"),
        (
            "missing",
            r#"{"deployment": "mehery", "at": "2026-11-02T10:00:00Z", "message": {}}"#,
            "missing member `id`",
        ),
        ("unknown", r#"{"hush": 1}"#, "unknown member"),
        ("kind", r#"{"id": ["hush"]}"#, "wrong kind of value, expected a string"),
        ("time", &valid.replace("2026-11-02T10:00:00Z", "hush"), "at: "),
        ("deployment", &valid.replace("mehery", "hush"), "it must be one of these: mehery, sceyt"),
    ] {
        let messages = file("lines", &format!("{name}.jsonl"), &format!("{valid}\n\n{line}\n"));
        assert_rejected(&["--messages", &messages], &[&format!("{name}.jsonl:3: "), message]);
        let output = journey(&["--messages", &messages]);
        assert!(!String::from_utf8(output.stderr).unwrap().contains("hush"), "{name}");
    }
    let requests = r#"{"deployment": "mehery", "at": "2026-11-02T10:00:00Z", "operation": "message.send", "headers": [["x-api-key", 7]]}"#;
    let requests = file("lines", "requests.jsonl", requests);
    assert_rejected(&["--requests", &requests], &["requests.jsonl:1: column", "expected a string"]);
}

#[test]
fn a_rejected_deployment_lists_every_fault() {
    let text = shipped("deployments/mehery.json")
        .replace(r#""queue": "trust""#, r#""queue": "trsut""#)
        .replace("https://crm.example/in", "http://10.0.0.1/in");
    let deployment = file("faults", "mehery.json", &text);
    assert_rejected(
        &["--deployment", &deployment],
        &["/topology/rules/1/queue", "route.unknown_queue"],
    );
    let text =
        shipped("deployments/mehery.json").replace("https://crm.example/in", "http://10.0.0.1/in");
    let deployment = file("faults", "targets.json", &text);
    assert_rejected(
        &["--deployment", &deployment],
        &["/topology/webhooks/4/url", "webhook.target_"],
    );
    let deployment = file("faults", "syntax.json", "{\n\n  \"version\": 1,,\n}");
    assert_rejected(&["--deployment", &deployment], &["syntax.json:3: ", "config.syntax"]);
}

#[test]
fn a_missing_secret_is_named_and_no_secret_is_shown() {
    let secrets: String = shipped("secrets.json").replace("webhook:crm-hook", "webhook:crm");
    let secrets = file("secrets", "secrets.json", &secrets);
    assert_rejected(
        &["--secrets", &secrets],
        &["gateway.missing_secret", "webhook:crm-hook", "gateway.unused_secret"],
    );
    let output = journey(&["--secrets", &secrets]);
    assert!(!String::from_utf8(output.stderr).unwrap().contains("whsec_"));
}
