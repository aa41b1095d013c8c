//! Behaviour of tables: an example deployment, the facts of the context, the content hash, the
//! limits of documents, and long strings.

use keyrail_route::{
    Context, Decision, DecisionKind, MAX_CONDITION_DEPTH, Message, Reason, RouteTable, SelectedBy,
    Value,
};

/// The topology of an example deployment.
const DEPLOYMENT: &str = r#"{
    "channels": [{"id": "wa-main", "kind": "whatsapp", "queue": "support"}],
    "queues":   [{"id": "support", "app": "desk", "fallback": ["overflow"]}, {"id": "sales", "app": "crm"}, {"id": "overflow", "app": "desk"}],
    "apps":     [{"id": "desk", "webhooks": ["desk-hook"]}, {"id": "crm", "webhooks": ["crm-hook"]}],
    "webhooks": [{"id": "desk-hook", "url": "https://desk.example/hook", "events": ["message.*"]}, {"id": "crm-hook", "url": "https://crm.example/in", "events": ["*"]}],
    "rules":    [{"id": "refunds", "priority": 10, "when": {"all": [{"exact": {"channel": "wa-main"}}, {"contains": {"text": "refund"}}]}, "queue": "sales"}],
    "default_queue": "support"
}"#;

fn deployment() -> RouteTable {
    RouteTable::from_json(DEPLOYMENT).unwrap()
}

fn inbound(text: &str) -> Message {
    let message = Message::new("wa-main").unwrap().with("event", "message.inbound").unwrap();
    message.with("text", text).unwrap()
}

fn decide(message: &Message) -> Decision {
    deployment().route(message, &Context::default()).unwrap()
}

fn rejection(topology: &str) -> String {
    let error = RouteTable::from_json(topology).unwrap_err();
    let faults = error.faults().iter().map(|f| format!("{} {}", f.code(), f.pointer()));
    faults.collect::<Vec<_>>().join("; ")
}

#[test]
fn a_refund_goes_to_sales() {
    let decision = decide(&inbound("I want a refund"));
    assert_eq!(decision.kind(), DecisionKind::Routed);
    assert_eq!(decision.queue(), Some("sales"));
    assert_eq!(decision.app(), Some("crm"));
    assert_eq!(decision.webhooks(), ["crm-hook"]);
    assert_eq!(decision.rule(), Some("refunds"));
    assert_eq!((decision.by(), decision.reason()), (Some(SelectedBy::Rule), Reason::Matched));
    assert_eq!(decision.table(), deployment().hash());
}

#[test]
fn everything_else_goes_to_support() {
    let decision = decide(&inbound("hello"));
    assert_eq!(decision.queue(), Some("support"));
    assert_eq!(decision.webhooks(), ["desk-hook"]);
    assert_eq!((decision.by(), decision.reason()), (Some(SelectedBy::Channel), Reason::Channel));
    assert_eq!((decision.rule(), decision.fell_back_from()), (None, None));
}

#[test]
fn facts_of_the_context_are_never_read_from_a_message() {
    let forged = inbound("hello")
        .with("session_queue", "sales")
        .and_then(|message| message.with("unavailable", "support"))
        .unwrap();
    assert_eq!(decide(&forged), decide(&inbound("hello")));
    let context = Context { session_queue: Some("sales"), ..Context::default() };
    let decision = deployment().route(&forged, &context).unwrap();
    assert_eq!((decision.queue(), decision.by()), (Some("sales"), Some(SelectedBy::Session)));
}

#[test]
fn queues_of_the_context_must_be_declared() {
    let table = deployment();
    let rejected = |context: Context<'_>| table.route(&inbound(""), &context).unwrap_err().code();
    let session = Context { session_queue: Some("Sales"), ..Context::default() };
    assert_eq!(rejected(session), "route.unknown_queue");
    let unavailable = Context { unavailable: &["sales", ""], ..Context::default() };
    assert_eq!(rejected(unavailable), "route.unknown_queue");
}

#[test]
fn an_app_may_write_only_to_its_own_queues() {
    let table = deployment();
    assert_eq!(table.queues_of("desk").collect::<Vec<_>>(), ["support", "overflow"]);
    assert_eq!(table.queues_of("nobody").count(), 0);
    assert!(table.may_write("desk", "overflow"));
    assert!(!table.may_write("desk", "sales"));
    assert!(!table.may_write("desk", "nowhere"));
    assert_eq!((table.queue_app("sales"), table.queue_app("nowhere")), (Some("crm"), None));
    assert_eq!((table.has_app("crm"), table.has_app("sales")), (true, false));
}

#[test]
fn webhooks_are_listed_in_declaration_order() {
    let table = deployment();
    let expected =
        [("desk-hook", "https://desk.example/hook"), ("crm-hook", "https://crm.example/in")];
    assert_eq!(table.webhooks().collect::<Vec<_>>(), expected);
    assert_eq!(table.webhook_url("crm-hook"), Some("https://crm.example/in"));
    assert_eq!(table.webhook_url("crm"), None);
}

// The two hashes were computed in Python from the canonical form. It is defined by the module
// `hash`, and by the module `canonical` of the crate `keyrail-filter`.
#[test]
fn the_hash_follows_its_documentation() {
    assert_eq!(
        RouteTable::from_json("{}").unwrap().hash(),
        "595686ae8359b6fb40f78b2506bd686655d395ed77b82fe347b133606cf03981"
    );
    assert_eq!(
        deployment().hash(),
        "2155eca1b63cded4b74c2050f120f77869299539daa82f5a5b070753ba1d33c0"
    );
}

#[test]
fn only_equivalent_topologies_have_the_same_hash() {
    let rule = |rule: &str| {
        let topology = format!(r#"{{"queues": [{{"id": "q"}}], "rules": [{rule}]}}"#);
        RouteTable::from_json(&topology).unwrap().hash().to_owned()
    };
    let plain = rule(r#"{"id": "r", "when": {"exact": {"a": "1", "b": "true"}}, "queue": "q"}"#);
    let equivalent =
        r#"{"queue": "q", "priority": 0, "when": {"exact": {"b": true, "a": 1.0}},  "id": "r"}"#;
    assert_eq!(rule(equivalent), plain);
    for other in [
        r#"{"id": "r", "when": {"exact": {"a": "1", "b": "false"}}, "queue": "q"}"#,
        r#"{"id": "r", "when": {"prefix": {"a": "1", "b": "true"}}, "queue": "q"}"#,
        r#"{"id": "r", "when": {"not": {"exact": {"a": "1", "b": "true"}}}, "queue": "q"}"#,
        r#"{"id": "r", "when": {"exact": {"a": "1", "b": "true"}}, "queue": "q", "priority": 1}"#,
    ] {
        assert_ne!(rule(other), plain, "{other}");
    }
    let indented = DEPLOYMENT.replace(", ", " ,\n\t");
    assert_eq!(RouteTable::from_json(&indented).unwrap().hash(), deployment().hash());
}

#[test]
fn a_printed_table_shows_neither_urls_nor_conditions() {
    let printed = format!("{:?}", deployment());
    assert!(!printed.contains("example") && !printed.contains("refund"), "{printed}");
}

/// Returns a topology with a condition of this depth.
fn nested(depth: usize, open: &str, close: &str) -> String {
    let (open, close) = (open.repeat(depth - 1), close.repeat(depth - 1));
    format!(
        r#"{{"channels": [{{"id": "c", "kind": "sms"}}], "queues": [{{"id": "q"}}], "rules":
            [{{"id": "r", "when": {open}{{"exact": {{"a": "b"}}}}{close}, "queue": "q"}}]}}"#
    )
}

#[test]
fn the_depth_limit_is_exact_on_a_small_stack() {
    let test = || {
        for (open, close) in [(r#"{"not":"#, "}"), (r#"{"all":["#, "]}"), (r#"{"any":["#, "]}")] {
            let deepest = RouteTable::from_json(&nested(MAX_CONDITION_DEPTH, open, close)).unwrap();
            let message = Message::new("c").unwrap().with("a", "b").unwrap();
            assert!(deepest.route(&message, &Context::default()).is_ok());
            let too_deep = nested(MAX_CONDITION_DEPTH + 1, open, close);
            assert_eq!(rejection(&too_deep), "route.too_deep /rules/0/when");
            let error = RouteTable::from_json(&nested(100_000, open, close)).unwrap_err();
            assert_eq!(error.code(), "config.too_deep");
        }
    };
    // This is half the default stack size of a Rust thread, and the default stack size of a JVM
    // thread.
    let thread = std::thread::Builder::new().stack_size(1 << 20);
    thread.spawn(test).unwrap().join().unwrap();
}

#[test]
fn a_fallback_chain_has_no_length_limit() {
    let queue = |n: usize| format!(r#"{{"id": "{n}", "fallback": ["{}"]}}"#, n + 1);
    let chain = |last: &str| {
        let queues: Vec<String> = (0..20_000).map(queue).collect();
        format!(
            r#"{{"channels": [{{"id": "c", "kind": "sms", "queue": "0"}}],
                 "queues": [{}, {{"id": "20000", "fallback": [{last}]}}]}}"#,
            queues.join(",")
        )
    };
    let table = RouteTable::from_json(&chain("")).unwrap();
    let unavailable: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    let unavailable: Vec<&str> = unavailable.iter().map(String::as_str).collect();
    let context = Context { unavailable: &unavailable, ..Context::default() };
    let decision = table.route(&Message::new("c").unwrap(), &context).unwrap();
    assert_eq!(decision.queue(), Some("300"));
    assert_eq!(decision.fell_back_from(), Some("0"));
    assert_eq!(rejection(&chain("\"7\"")), "route.fallback_cycle /queues/20000/fallback/0");
}

#[test]
fn references_into_an_unreadable_section_are_not_faults() {
    let unreadable_id = r#"{"queues": [{"id": 1, "fallback": ["b"]}], "default_queue": "a"}"#;
    assert_eq!(rejection(unreadable_id), "config.wrong_type /queues/0/id");
    assert_eq!(rejection(r#"{"queues": {}, "default_queue": "a"}"#), "config.wrong_type /queues");
    let readable_ids = r#"{"queues": [{"id": "a", "app": 1}], "default_queue": "a"}"#;
    assert_eq!(rejection(readable_ids), "config.wrong_type /queues/0/app");
}

#[test]
fn a_condition_with_only_invalid_parts_is_not_reported_as_empty() {
    let rule = |when: &str| {
        rejection(&format!(
            r#"{{"queues": [{{"id": "q"}}], "rules": [{{"id": "r", "queue": "q", "when": {when}}}]}}"#
        ))
    };
    assert_eq!(rule(r#"{"all": [1]}"#), "config.wrong_type /rules/0/when/all/0");
    assert_eq!(rule(r#"{"exact": {"a": null}}"#), "config.wrong_type /rules/0/when/exact/a");
    assert_eq!(rule(r#"{"exakt": {}}"#), "config.unknown_member /rules/0/when");
    assert_eq!(rule("[]"), "config.wrong_type /rules/0/when");
}

#[test]
fn the_error_for_an_unknown_operator_suggests_the_nearest_operator() {
    let rule = r#"{"queues": [{"id": "q"}],
                   "rules": [{"id": "r", "queue": "q", "when": {"contain": {"text": "a"}}}]}"#;
    let error = RouteTable::from_json(rule).unwrap_err();
    assert!(error.faults()[0].message().ends_with("did you mean contains?"), "{error}");
}

#[test]
fn nested_keywords_are_matched_quickly_in_a_long_string() {
    // Each of 1,000 keywords occurs at nearly every offset of a string of 65,500 bytes.
    let rule = |length: usize| {
        let keyword = "a".repeat(length);
        format!(
            r#"{{"id": "r{length}", "queue": "q", "priority": {length},
                "when": {{"all": [{{"contains": {{"t": "{keyword}"}}}}, {{"contains": {{"t": "b"}}}}]}}}}"#
        )
    };
    let rules: Vec<String> = (1..=1000).map(rule).collect();
    let table = RouteTable::from_json(&format!(
        r#"{{"channels": [{{"id": "c", "kind": "sms"}}], "queues": [{{"id": "q"}}], "apps": [],
            "webhooks": [], "rules": [{}]}}"#,
        rules.join(",")
    ))
    .unwrap();
    let rule_of = |text: &str| {
        let message = Message::new("c").unwrap().with("t", text).unwrap();
        let decision = table.route(&message, &Context::default()).unwrap();
        decision.rule().map(|rule| rule.to_string())
    };
    let long = "a".repeat(65_500);
    assert_eq!(rule_of(&long), None);
    assert_eq!(rule_of(&format!("{long}b")).as_deref(), Some("r1000"));
    assert_eq!(rule_of("aab").as_deref(), Some("r2"));
}

/// Creates a table of these rules, which are pairs of an id and a condition. The returned function
/// takes a message's attributes, which are pairs of a name and a list of strings. It returns the id
/// of the first rule that matches the message.
fn first_of(
    rules: impl Iterator<Item = (String, String)>,
) -> impl Fn(&[(&str, &[&str])]) -> Option<String> {
    let rule = |(id, when)| format!(r#"{{"id": "{id}", "queue": "q", "when": {when}}}"#);
    let table = RouteTable::from_json(&format!(
        r#"{{"channels": [{{"id": "c", "kind": "sms"}}], "queues": [{{"id": "q"}}], "apps": [],
            "webhooks": [], "rules": [{}]}}"#,
        rules.map(rule).collect::<Vec<_>>().join(",")
    ))
    .unwrap();
    move |lists| {
        let mut message = Message::new("c").unwrap();
        for (name, strings) in lists {
            let strings = strings.iter().map(|string| String::from(*string)).collect();
            message = message.with(*name, Value::List(strings)).unwrap();
        }
        let decision = table.route(&message, &Context::default()).unwrap();
        decision.rule().map(|rule| rule.to_string())
    }
}

#[test]
fn nested_wildcards_are_matched_quickly_in_a_long_string() {
    // The rules search for 2,000 runs of `a`. Each run ends at nearly every offset of a string of
    // 65,400 bytes.
    let rule = |length: usize| {
        let piece = "a".repeat(length);
        (format!("r{length}"), format!(r#"{{"wildcard": {{"t": "*{piece}*b*{piece}c"}}}}"#))
    };
    let first = first_of((1..=120).rev().map(rule).chain((121..=2_000).map(|length| {
        let id = format!("k{length}");
        (
            id,
            format!(
                r#"{{"all": [{{"contains": {{"t": "{}"}}}}, {{"contains": {{"t": {{"value": "b", "word": true}}}}}}]}}"#,
                "a".repeat(length)
            ),
        )
    })));
    let long = "a".repeat(65_400);
    for _ in 0..20 {
        assert_eq!(first(&[("t", &[&format!("xb{long}c")])]), None);
        assert_eq!(first(&[("t", &[&format!("{long}b{long}c")[65_300..][..65_000]])]), None);
    }
    assert_eq!(first(&[("t", &[&format!("aaab{long}c")])]).as_deref(), Some("r3"));
    assert_eq!(
        first(&[("t", &[&format!("{}b{}c", &long[..80], &long[..90])])]).as_deref(),
        Some("r80")
    );
    assert_eq!(first(&[("t", &[&format!("b {long}")])]).as_deref(), Some("k121"));
}

#[test]
fn rules_with_different_tags_share_one_scan_of_a_string() {
    // 8,000 rules, each with a different tag, that search the same string.
    let rule = |n: usize| {
        let word = n % 2 == 1;
        let contains =
            format!(r#"{{"contains": {{"t": {{"value": "order {n:04}", "word": {word}}}}}}}"#);
        (format!("r{n}"), format!(r#"{{"all": [{{"exact": {{"tags": "g{n}"}}}}, {contains}]}}"#))
    };
    let first = first_of((0..8_000).map(rule));
    let tags: Vec<String> = (0..8_000).map(|n| format!("g{n}")).collect();
    let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
    let long = "an order of 0000 ".repeat(3_800);
    let first_with_end = |end: &str| first(&[("tags", &tags), ("t", &[&format!("{long}{end}")])]);
    for _ in 0..20 {
        assert_eq!(first_with_end("order"), None);
    }
    assert_eq!(first_with_end("order 7998").as_deref(), Some("r7998"));
    assert_eq!(first_with_end("order 79991"), None);
    assert_eq!(first_with_end("order 79982").as_deref(), Some("r7998"));
    assert_eq!(first_with_end("order 7999, order 5000!").as_deref(), Some("r5000"));
    assert_eq!(first(&[("tags", &tags), ("t", &["an order 0017"])]).as_deref(), Some("r17"));
}
