//! Diagnostics for people: explanations, lint findings, differences, diagrams and fixtures.

use keyrail_route::{Context, Finding, Message, Outcome, RouteTable, Value};

/// Returns a table with two channels, three queues, an app with a webhook, an app without a
/// webhook, and these rules.
fn table(rules: &str) -> RouteTable {
    let topology = format!(
        r#"{{"channels": [{{"id": "wa", "kind": "whatsapp", "queue": "q"}}, {{"id": "fb", "kind": "x"}}],
             "queues": [{{"id": "q", "app": "a", "fallback": ["p"]}}, {{"id": "p", "app": "b"}}, {{"id": "idle"}}],
             "apps": [{{"id": "a", "webhooks": ["w"]}}, {{"id": "b"}}],
             "webhooks": [{{"id": "w", "url": "https://a.example/", "events": ["*"]}}],
             "rules": [{rules}]}}"#
    );
    RouteTable::from_json(&topology).unwrap()
}

fn message(text: &str) -> Message {
    Message::new("wa").unwrap().with("text", text).unwrap()
}

/// Returns only the findings that these rules add to those of a table without rules.
fn findings(rules: &str) -> Vec<String> {
    let without_rules = table("").lint();
    let findings = table(rules).lint().into_iter();
    findings.filter(|finding| !without_rules.contains(finding)).map(|f| f.to_string()).collect()
}

#[test]
fn an_explanation_shows_expected_and_found_values() {
    let table = table(
        r#"{"id": "vip", "priority": 9, "when": {"all": [{"exact": {"channel": "wa"}}, {"exact": {"tier": "gold"}}]}, "queue": "p"},
           {"id": "big", "when": {"range": {"text": {"gt": 1}}}, "queue": "p"},
           {"id": "calm", "when": {"not": {"contains": {"text": "refund"}}}, "queue": "p"},
           {"id": "refund", "when": {"contains": {"text": "refund"}}, "queue": "p"},
           {"id": "late", "when": {"exists": {"text": true}}, "queue": "p"}"#,
    );
    let explanation = table.explain(&message("a refund"), &Context::default(), 20).unwrap();
    assert_eq!(
        explanation.to_string(),
        "held in p: no webhook of the queue's app subscribes to the message's event\n\
         p is the queue of the rule refund\n\
         vip (priority 9): near miss: tier: expected exact \"gold\", but it is absent\n\
         big (priority 0): near miss: text: expected range \"gt 1\", found \"a refund\", which has another type\n\
         calm (priority 0): near miss: text: expected not contains \"refund\", found \"a refund\"\n\
         refund (priority 0): won: it is the first rule that matches and applies\n\
         late (priority 0): matches, but another rule won before it\n"
    );
}

#[test]
fn an_explanation_shows_the_effect_of_a_live_session() {
    let table = table(
        r#"{"id": "best", "priority": 10, "when": {"exists": {"text": true}}, "queue": "q"},
           {"id": "alarm", "when": {"exists": {"text": true}}, "queue": "p", "interrupts_session": true},
           {"id": "again", "when": {"exists": {"text": true}}, "queue": "q", "interrupts_session": true}"#,
    );
    let context = Context { session_queue: Some("idle"), ..Context::default() };
    let explanation = table.explain(&message("x"), &context, 20).unwrap();
    assert_eq!(
        explanation.to_string(),
        "held in p: no webhook of the queue's app subscribes to the message's event\n\
         p is the queue of the rule alarm\n\
         best (priority 10): matches, but does not interrupt the live session\n\
         alarm (priority 0): won: it interrupts the live session\n\
         again (priority 0): matches, but another rule won before it\n"
    );
    let explanation = table.explain(&message("x"), &Context::default(), 1).unwrap();
    assert_eq!(
        explanation.to_string(),
        "routed to q: a rule matched the message\n\
         best (priority 10): won: it is the first rule that matches and applies\n\
         and 2 more rules\n"
    );
}

#[test]
fn an_explanation_shows_what_selected_the_queue() {
    let table = table("");
    let lines = |session_queue, unavailable: &[&str]| {
        let context = Context { session_queue, unavailable, ..Context::default() };
        table.explain(&message("x"), &context, 20).unwrap().to_string()
    };
    assert_eq!(lines(None, &[]), "routed to q: no rule matched: this is the channel's queue\n");
    assert_eq!(
        lines(None, &["q"]),
        "held in p: no webhook of the queue's app subscribes to the message's event\n\
         q is the queue of the channel; it is unavailable, so p replaces it\n"
    );
    assert_eq!(
        lines(Some("idle"), &[]),
        "held in idle: the queue has no app\n\
         idle is the queue of the live session\n"
    );
    assert_eq!(
        lines(Some("idle"), &["idle"]),
        "held in idle: the queue and all its fallbacks are unavailable\n\
         idle is the queue of the live session\n"
    );
}

#[test]
fn a_failure_shows_how_strings_are_compared_and_quotes_each_value() {
    let failure = |when: &str, value: Value| {
        let table = table(&format!(r#"{{"id": "r", "when": {when}, "queue": "p"}}"#));
        let message = Message::new("wa").unwrap().with("a", value).unwrap();
        let explanation = table.explain(&message, &Context::default(), 1).unwrap();
        explanation.rules[0].failure.as_ref().unwrap().to_string()
    };
    assert_eq!(
        failure(r#"{"contains": {"a": {"value": "refund", "word": true}}}"#, "refunds".into()),
        r#"a: expected contains the word "refund", found "refunds""#
    );
    assert_eq!(
        failure(r#"{"prefix": {"a": {"value": "Ab", "ignore_case": true}}}"#, "b".into()),
        r#"a: expected prefix "ab", without regard to case, found "b""#
    );
    let both = r#"{"exact": {"a": {"value": "Ab", "ignore_case": true, "normalize": true}}}"#;
    assert_eq!(
        failure(both, "b".into()),
        r#"a: expected exact "ab", normalized, without regard to case, found "b""#
    );
    assert_eq!(
        failure(r#"{"in": {"a": ["x, y", "z"]}}"#, Value::List(vec!["x".into(), "y, z".into()])),
        r#"a: expected in "x, y", "z", found "x", "y, z""#
    );
    assert_eq!(
        failure(r#"{"prefix": {"a": "x"}}"#, Value::Number(1.0)),
        r#"a: expected prefix "x", found "1", which has another type"#
    );
    let long = failure(r#"{"exact": {"a": "x"}}"#, "é".repeat(257).into());
    assert_eq!(long, format!(r#"a: expected exact "x", found "{}…""#, "é".repeat(256)));
}

#[test]
fn an_explanation_lists_rules_up_to_the_limit_and_the_winner() {
    let rules: Vec<String> = (0..30)
        .map(|n| {
            format!(r#"{{"id": "r{n}", "when": {{"exact": {{"text": "{n}"}}}}, "queue": "p"}}"#)
        })
        .collect();
    let table = table(&rules.join(","));
    let explain = |text, limit| {
        let explanation = table.explain(&message(text), &Context::default(), limit).unwrap();
        let last = explanation.rules.last().map(|rule| (rule.id.clone(), rule.outcome));
        (explanation.rules.len(), explanation.more, last)
    };
    assert_eq!(explain("25", 3), (4, 26, Some(("r25".into(), Outcome::Won))));
    assert_eq!(explain("none", 3), (3, 27, Some(("r2".into(), Outcome::Failed))));
    assert_eq!(Outcome::Failed.as_str(), "failed");
    assert_eq!(explain("none", 100), (30, 0, Some(("r29".into(), Outcome::Failed))));
}

#[test]
fn rules_that_can_never_match_are_found() {
    for when in [
        r#"{"exact": {"channel": "sms"}}"#,
        r#"{"all": [{"exact": {"channel": "wa"}}, {"exact": {"channel": "fb"}}]}"#,
        r#"{"all": [{"exists": {"a": false}}, {"prefix": {"a": "b"}}]}"#,
        r#"{"all": [{"contains": {"a": "b"}}, {"not": {"contains": {"a": "b"}}}]}"#,
        r#"{"all": [{"range": {"n": {"lt": 1}}}, {"range": {"n": {"gte": 1}}}]}"#,
        r#"{"any": [{"exact": {"channel": "sms"}}, {"exact": {"channel": "fax"}}]}"#,
    ] {
        let found = findings(&format!(r#"{{"id": "r", "when": {when}, "queue": "q"}}"#));
        assert_eq!(found, ["no message can match the rule r"], "{when}");
    }
    for when in [
        // A list can contain both values.
        r#"{"all": [{"exact": {"a": "1"}}, {"exact": {"a": "2"}}]}"#,
        r#"{"all": [{"range": {"n": {"lte": 1}}}, {"range": {"n": {"gte": 1}}}]}"#,
        r#"{"not": {"exact": {"channel": "sms"}}}"#,
    ] {
        let found = findings(&format!(r#"{{"id": "r", "when": {when}, "queue": "q"}}"#));
        assert!(found.is_empty(), "{when} {found:?}");
    }
}

#[test]
fn rules_shadowed_by_one_or_several_rules_are_found() {
    let shadowed_by = |before: &[&str], when: &str| {
        let mut rules: Vec<String> = (0..)
            .zip(before)
            .map(|(n, when)| format!(r#"{{"id": "r{n}", "when": {when}, "queue": "q"}}"#))
            .collect();
        rules.push(format!(r#"{{"id": "last", "when": {when}, "queue": "q"}}"#));
        table(&rules.join(",")).lint().into_iter().find_map(|finding| match finding {
            Finding::Shadowed { rule, by } if rule == "last" => Some(by.join(" ")),
            _ => None,
        })
    };
    let by = |ids: &str| Some(ids.to_owned());
    let (a, b) = (r#"{"exact": {"x": "a"}}"#, r#"{"exact": {"x": "b"}}"#);
    assert_eq!(shadowed_by(&[b, a], r#"{"exact": {"x": "a", "y": "c"}}"#), by("r1"));
    assert_eq!(shadowed_by(&[a, b], r#"{"in": {"x": ["a", "b"]}}"#), by("r0 r1"));
    assert_eq!(shadowed_by(&[a], r#"{"in": {"x": ["a", "b"]}}"#), None);
    let parts = [r#"{"range": {"n": {"lte": 3}}}"#, r#"{"range": {"n": {"gt": 3, "lt": 9}}}"#];
    assert_eq!(shadowed_by(&parts, r#"{"range": {"n": {"gte": 1, "lt": 9}}}"#), by("r0 r1"));
    assert_eq!(shadowed_by(&parts, r#"{"range": {"n": {"gte": 1, "lte": 9}}}"#), None);
    let channels = [r#"{"exact": {"channel": "wa"}}"#, r#"{"exact": {"channel": "fb"}}"#];
    assert_eq!(shadowed_by(&channels, r#"{"exists": {"x": true}}"#), by("r0 r1"));
    assert_eq!(shadowed_by(&channels[..1], r#"{"exists": {"x": true}}"#), None);
    let prefix = r#"{"prefix": {"x": "ab"}}"#;
    assert_eq!(shadowed_by(&[prefix], r#"{"prefix": {"x": "abc"}}"#), by("r0"));
    assert_eq!(shadowed_by(&[prefix], r#"{"exact": {"x": "abc"}}"#), by("r0"));
    // `exact` matches the number 12 too, and `prefix` matches no number.
    assert_eq!(shadowed_by(&[r#"{"prefix": {"x": "1"}}"#], r#"{"exact": {"x": "12"}}"#), None);
    assert_eq!(shadowed_by(&[r#"{"contains": {"x": "b"}}"#], prefix), by("r0"));
    assert_eq!(
        shadowed_by(&[r#"{"not": {"exists": {"x": true}}}"#], r#"{"exists": {"x": false}}"#),
        by("r0")
    );
}

#[test]
fn a_rule_with_a_time_window_does_not_shadow_a_rule_without_one() {
    let rules = r#"{"id": "a", "when": {"exact": {"x": "1"}}, "queue": "q", "from": "2026-01-01T00:00:00Z"},
                   {"id": "b", "when": {"exact": {"x": "1"}}, "queue": "q"}"#;
    assert!(findings(rules).is_empty());
}

#[test]
fn only_rules_of_equal_priority_and_different_queues_overlap() {
    let overlap = |second: &str| {
        let rules = format!(
            r#"{{"id": "a", "when": {{"prefix": {{"x": "a"}}}}, "queue": "q"}}, {{"id": "b", {second}}}"#
        );
        !findings(&rules).is_empty()
    };
    assert!(overlap(r#""when": {"suffix": {"x": "z"}}, "queue": "p""#));
    assert!(!overlap(r#""when": {"suffix": {"x": "z"}}, "queue": "q""#));
    assert!(!overlap(r#""when": {"suffix": {"x": "z"}}, "queue": "p", "priority": -1"#));
    assert!(!overlap(r#""when": {"suffix": {"y": "z"}}, "queue": "p""#));
}

#[test]
fn dead_ends_are_found() {
    let codes: Vec<_> = table("").lint().iter().map(|f| (f.code(), f.to_string())).collect();
    assert_eq!(
        codes,
        [
            ("route.app_without_webhook", "the app b has a queue but no webhook".to_owned()),
            ("route.unreachable_queue", "no message can reach the queue idle".to_owned()),
            (
                "route.no_default",
                "the channel fb has no queue: messages that match no rule are unrouted".to_owned()
            ),
        ]
    );
}

#[test]
fn a_finding_names_its_rules_app_queue_or_channel() {
    let about = |finding: &Finding| {
        let ids = [finding.app(), finding.queue(), finding.channel()];
        (finding.rules().join(" "), ids.map(|id| id.unwrap_or_default().to_owned()).join(" "))
    };
    let table = table(
        r#"{"id": "a", "when": {"prefix": {"x": "a"}}, "queue": "q"},
           {"id": "b", "when": {"exact": {"x": "ab"}}, "queue": "q"},
           {"id": "c", "when": {"suffix": {"x": "z"}}, "queue": "p"},
           {"id": "d", "when": {"exact": {"channel": "sms"}}, "queue": "p"}"#,
    );
    let found: Vec<_> = table.lint().iter().map(about).collect();
    let found: Vec<_> = found.iter().map(|(rules, ids)| (rules.as_str(), ids.as_str())).collect();
    assert_eq!(
        found,
        [("b a", "  "), ("a c", "  "), ("d", "  "), ("", "b  "), ("", " idle "), ("", "  fb")]
    );
}

#[test]
fn a_change_contains_the_index_of_the_sample_and_both_decisions() {
    let rule = |text: &str| {
        table(&format!(
            r#"{{"id": "r", "when": {{"contains": {{"text": "{text}"}}}}, "queue": "p"}}"#
        ))
    };
    let samples = ["refund", "invoice", "hello"].map(message);
    let changes = rule("refund").diff(&rule("invoice"), &samples, &Context::default());
    let seen: Vec<_> = changes
        .iter()
        .map(|change| {
            let rule =
                |side: &Result<keyrail_route::Decision, _>| side.as_ref().unwrap().rule().is_some();
            (change.sample, rule(&change.old), rule(&change.new))
        })
        .collect();
    assert_eq!(seen, [(0, true, false), (1, false, true)]);
}

#[test]
fn diagrams_contain_every_part_and_escape_ids() {
    let table = table(r#"{"id": "a\"]<b>", "when": {"exists": {"x": true}}, "queue": "idle"}"#);
    let diagram = table.diagram();
    for line in [
        "    channel0[/\"wa (whatsapp)\"/]",
        "    channel0 --> queue0",
        "    rule0{{\"a#34;#93;#60;b#62;\"}}",
        "    rule0 --> queue2",
        "    queue0 -.-> queue1",
        "    app0 --> webhook0",
    ] {
        assert!(diagram.lines().any(|actual| actual == line), "{line}\n{diagram}");
    }
    let context = Context { unavailable: &["q"], ..Context::default() };
    let decision = table.route(&message("x"), &context).unwrap();
    assert_eq!(
        decision.trace_diagram(),
        "flowchart LR\n    by0{{\"channel\"}}\n    queue0[\"q\"]\n    by0 --> queue0\n    \
         queue1[\"p\"]\n    queue0 -.-> queue1\n    app0([\"b\"])\n    queue1 --> app0\n"
    );
}

#[test]
fn verify_reports_every_mismatched_fixture() {
    let table = table(r#"{"id": "r", "when": {"range": {"n": {"gt": 1}}}, "queue": "p"}"#);
    let mismatches = table
        .verify(
            r#"[{"message": {"channel": "wa", "n": 2}, "expect": {"queue": "p", "rule": "r"}},
                {"message": {"channel": "wa", "n": 1}, "expect": {"rule": "r"}},
                {"message": {"channel": "wa"}, "expect": {"rule": null}, "unavailable": ["q"]},
                {"message": {"channel": "sms"}, "expect": {"queue": null}}]"#,
        )
        .unwrap();
    let indices: Vec<_> = mismatches.iter().map(|mismatch| mismatch.fixture).collect();
    assert_eq!(indices, [1, 3]);
    assert_eq!(mismatches[1].found.as_ref().unwrap_err().code(), "route.unknown_channel");
    let error = table.verify(r#"[{"message": {}, "expect": {}}]"#).unwrap_err();
    let faults: Vec<_> = error.faults().iter().map(|f| (f.code(), f.pointer())).collect();
    assert_eq!(
        faults,
        [("config.missing_member", "/0/message"), ("config.missing_member", "/0/expect")]
    );
}

#[test]
fn a_number_has_the_wrong_type_for_a_prefix_test() {
    let table = table(r#"{"id": "r", "when": {"prefix": {"n": "1"}}, "queue": "p"}"#);
    let message = message("x").with("n", Value::Number(12.0)).unwrap();
    let explanation = table.explain(&message, &Context::default(), 1).unwrap();
    let failure = explanation.rules[0].failure.as_ref().unwrap();
    assert!(failure.wrong_type);
    assert_eq!(failure.found.as_deref(), Some("12"));
}

#[test]
fn a_scratch_prints_no_content() {
    assert_eq!(format!("{:?}", keyrail_route::Scratch::new()), "Scratch { .. }");
}
