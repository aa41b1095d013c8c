//! Tables built from typed values: they equal the tables of equivalent documents, and invalid
//! values cause the same faults as in a document.

use keyrail_core::{ConfigError, EventPattern, Network, Timestamp};
use keyrail_route::build::{
    App, Bounds, Builder, Channel, Choices, Condition, Day, Hours, Keyword, Operand, Queue, Rule,
    Text, Webhook,
};
use keyrail_route::{Assignment, MAX_CONDITION_DEPTH, RouteTable};

/// Returns a builder with a queue `q`.
fn builder_with_queue() -> Builder {
    let mut builder = RouteTable::builder();
    builder.queue(Queue::new("q"));
    builder
}

/// Returns a document with a queue `q` and these rules.
fn document(rules: &str) -> String {
    format!(r#"{{"queues": [{{"id": "q"}}], "rules": [{rules}]}}"#)
}

/// Builds one table from the typed condition, and one from the JSON condition.
fn build_both(typed: Condition<'_>, json: &str) -> [Result<RouteTable, ConfigError>; 2] {
    let mut builder = builder_with_queue();
    builder.rule(Rule::new("r", typed, "q"));
    let rule = format!(r#"{{"id": "r", "queue": "q", "when": {json}}}"#);
    [builder.build(), RouteTable::from_json(&document(&rule))]
}

fn assert_equal(typed: Condition<'_>, json: &str) {
    let [built, parsed] = build_both(typed, json).map(|table| table.unwrap());
    assert_eq!(built.hash(), parsed.hash(), "{json}");
    assert_eq!(built.to_bytes(), parsed.to_bytes(), "{json}");
}

fn faults(error: &ConfigError) -> Vec<(&str, &str, &str)> {
    let faults = error.faults().iter();
    let mut faults: Vec<_> =
        faults.map(|fault| (fault.pointer(), fault.code(), fault.message())).collect();
    faults.sort_unstable(); // the faults of a document are in the order of its members
    faults
}

fn assert_same_faults(typed: Condition<'_>, json: &str) {
    let [built, parsed] = build_both(typed, json).map(|table| table.unwrap_err());
    assert_eq!(faults(&built), faults(&parsed), "{json}");
}

#[test]
fn a_typed_condition_equals_the_json_condition() {
    assert_equal(Condition::exact([("a", "x"), ("b", "y")]), r#"{"exact": {"a": "x", "b": "y"}}"#);
    assert_equal(
        Condition::exact([("a", Operand::from(1)), ("b", 2.5.into()), ("c", true.into())]),
        r#"{"exact": {"a": 1, "b": 2.5, "c": true}}"#,
    );
    assert_equal(Condition::exact([("a", -0.0)]), r#"{"exact": {"a": 0}}"#);
    assert_equal(
        Condition::exact([("a", Operand::from("Straße").ignore_case().normalize())]),
        r#"{"exact": {"a": {"value": "Straße", "ignore_case": true, "normalize": true}}}"#,
    );
    assert_equal(Condition::one_of([("a", ["x", "y"])]), r#"{"in": {"a": ["x", "y"]}}"#);
    assert_equal(
        Condition::one_of([("a", Choices::from([1_i64, 2]).ignore_case())]),
        r#"{"in": {"a": {"value": [1, 2], "ignore_case": true}}}"#,
    );
    let text = |text| Text::from(text).ignore_case();
    for (typed, operator) in [
        (Condition::prefix([("a", text("Ab"))]), "prefix"),
        (Condition::suffix([("a", text("Ab"))]), "suffix"),
        (Condition::wildcard([("a", text("Ab"))]), "wildcard"),
        (Condition::subject([("a", text("Ab"))]), "subject"),
        (Condition::contains([("a", Keyword::from("Ab").ignore_case())]), "contains"),
    ] {
        let json = format!(r#"{{"{operator}": {{"a": {{"value": "Ab", "ignore_case": true}}}}}}"#);
        assert_equal(typed, &json);
    }
    assert_equal(
        Condition::contains([("a", Keyword::from("x").word()), ("b", "y".into())]),
        r#"{"contains": {"a": {"value": "x", "word": true}, "b": "y"}}"#,
    );
    assert_equal(
        Condition::range([("a", Bounds::default().gte(1).lt(5.5))]),
        r#"{"range": {"a": {"gte": 1, "lt": 5.5}}}"#,
    );
    assert_equal(
        Condition::exists([("a", true), ("b", false)]),
        r#"{"exists": {"a": true, "b": false}}"#,
    );
    assert_equal(
        Condition::cidr([("a", Network::parse("10.0.0.0/8").unwrap())]),
        r#"{"cidr": {"a": "10.0.0.0/8"}}"#,
    );
    let [x, y] = ["x", "y"].map(|text| Condition::exact([("a", text)]));
    assert_equal(
        Condition::all([x.clone(), Condition::any([y, Condition::not(x)])]),
        r#"{"all": [{"exact": {"a": "x"}}, {"any": [{"exact": {"a": "y"}}, {"not": {"exact": {"a": "x"}}}]}]}"#,
    );
}

#[test]
fn a_typed_condition_is_rejected_like_the_json_condition() {
    let none: [(&str, &str); 0] = [];
    assert_same_faults(Condition::exact(none), r#"{"exact": {}}"#);
    assert_same_faults(Condition::all([]), r#"{"all": []}"#);
    assert_same_faults(Condition::not(Condition::any([])), r#"{"not": {"any": []}}"#);
    assert_same_faults(Condition::exact([("", "")]), r#"{"exact": {"": ""}}"#);
    assert_same_faults(
        Condition::exact([("a/~b", Operand::from("").ignore_case())]),
        r#"{"exact": {"a/~b": {"value": "", "ignore_case": true}}}"#,
    );
    assert_same_faults(
        Condition::exact([("a", "x"), ("b", "y"), ("a", "z")]),
        r#"{"exact": {"a": "x", "b": "y", "a": "z"}}"#,
    );
    let names: Vec<String> = (0..20).chain(7..9).map(|n| format!("n{n}")).collect();
    let members: Vec<String> = names.iter().map(|name| format!(r#""{name}": "x""#)).collect();
    assert_same_faults(
        Condition::prefix(names.iter().map(|name| (name.as_str(), "x"))),
        &format!(r#"{{"prefix": {{{}}}}}"#, members.join(",")),
    );
    assert_same_faults(
        Condition::exact([("a", Operand::from(9_007_199_254_740_993_i64)), ("b", f64::MAX.into())]),
        r#"{"exact": {"a": 9007199254740993, "b": 1.7976931348623157e308}}"#,
    );
    assert_same_faults(
        Condition::one_of([("a", vec!["x", ""]), ("b", vec![])]),
        r#"{"in": {"a": ["x", ""], "b": []}}"#,
    );
    assert_same_faults(
        Condition::one_of([("a", Choices::from(["", "ـ"]).normalize())]),
        r#"{"in": {"a": {"value": ["", "ـ"], "normalize": true}}}"#,
    );
    assert_same_faults(
        Condition::contains([("a", Keyword::from("ـ").normalize())]),
        r#"{"contains": {"a": {"value": "ـ", "normalize": true}}}"#,
    );
    assert_same_faults(
        Condition::one_of([("a", Choices::from(["x", "ـ", "", "ـ"]).normalize())]),
        r#"{"in": {"a": {"value": ["x", "ـ", "", "ـ"], "normalize": true}}}"#,
    );
    assert_same_faults(
        Condition::exact([("a", Operand::from("ـ").normalize())]),
        r#"{"exact": {"a": {"value": "ـ", "normalize": true}}}"#,
    );
    assert_same_faults(
        Condition::wildcard([("a", Text::from(r"a\b").ignore_case())]),
        r#"{"wildcard": {"a": {"value": "a\\b", "ignore_case": true}}}"#,
    );
    let stars = "*".repeat(17);
    assert_same_faults(
        Condition::wildcard([("a", r"\x"), ("b", &stars), ("c", "")]),
        &format!(r#"{{"wildcard": {{"a": "\\x", "b": "{stars}", "c": ""}}}}"#),
    );
    assert_same_faults(Condition::subject([("a", "x..y")]), r#"{"subject": {"a": "x..y"}}"#);
    let bounds = Bounds::default;
    assert_same_faults(
        Condition::range([
            ("a", bounds()),
            ("b", bounds().gt(1).gte(1)),
            ("c", bounds().gt(1).lt(1)),
            ("d", bounds().lt(1e300)),
        ]),
        r#"{"range": {"a": {}, "b": {"gt": 1, "gte": 1}, "c": {"gt": 1, "lt": 1}, "d": {"lt": 1e300}}}"#,
    );
    let nan = build_both(Condition::exact([("a", f64::NAN)]), "{}").map(|table| table.unwrap_err());
    assert_eq!(nan[0].code(), "route.number_range"); // JSON cannot express NaN
}

#[test]
fn typed_conditions_have_the_same_depth_limit_as_json() {
    let deep = |depth| {
        let innermost = Condition::exists([("a", true)]);
        (1..depth).fold(innermost, |inner, _| Condition::not(inner))
    };
    let nested = |depth| {
        let json = (1..depth).fold(r#"{"exists": {"a": true}}"#.to_owned(), |inner, _| {
            format!(r#"{{"not": {inner}}}"#)
        });
        (deep(depth), json)
    };
    let (typed, json) = nested(MAX_CONDITION_DEPTH);
    assert_equal(typed, &json);
    let (typed, json) = nested(MAX_CONDITION_DEPTH + 1);
    assert_same_faults(typed, &json);
    // Neither building a table from a deep condition nor dropping the condition may overflow the
    // stack.
    let [built, _] = build_both(deep(1_000_000), "{}");
    assert_eq!(built.unwrap_err().code(), "route.too_deep");
}

#[test]
fn a_typed_topology_equals_the_json_topology() {
    let at = |text| Timestamp::parse(text).unwrap();
    let assign = Assignment {
        team: Some("care".into()),
        skills: vec!["arabic".into()],
        ..Assignment::default()
    };
    let mut builder = RouteTable::builder();
    builder
        .default_queue("q")
        .webhook(Webhook::new("w", "https://a.example/").event(EventPattern::parse("m.*").unwrap()))
        .app(App::new("a").webhook("w"))
        .app(App::new("b").disabled(true))
        .queue(Queue::new("q").app("a").fallback("p"))
        .queue(Queue::new("p").app("b"))
        .channel(Channel::new("c", "sms").queue("q"))
        .channel(Channel::new("d", "sms"))
        .rules([
            Rule::new("late", Condition::exists([("a", true)]), "p"),
            Rule::new("first", Condition::exists([("a", true)]), "q")
                .priority(9)
                .interrupts_session(true)
                .from(at("2026-11-01T00:00:00Z"))
                .until(at("2026-12-01T00:00:00Z"))
                .hours(Hours::offset("-08:00").open([Day::Mon, Day::Sun], "09:00", "17:30").open(
                    [Day::Wed],
                    "00:00",
                    "24:00",
                ))
                .assign(assign),
        ]);
    let parsed = RouteTable::from_json(
        r#"{
        "channels": [{"id": "c", "kind": "sms", "queue": "q"}, {"id": "d", "kind": "sms"}],
        "queues": [{"id": "q", "app": "a", "fallback": ["p"]}, {"id": "p", "app": "b"}],
        "apps": [{"id": "a", "webhooks": ["w"]}, {"id": "b", "disabled": true}],
        "webhooks": [{"id": "w", "url": "https://a.example/", "events": ["m.*"]}],
        "default_queue": "q",
        "rules": [
            {"id": "late", "queue": "p", "when": {"exists": {"a": true}}},
            {"id": "first", "queue": "q", "when": {"exists": {"a": true}}, "priority": 9,
             "interrupts_session": true,
             "from": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00Z",
             "hours": {"offset": "-08:00", "open": [
                {"days": ["mon", "sun"], "from": "09:00", "until": "17:30"},
                {"days": ["wed"], "from": "00:00", "until": "24:00"}]},
             "assign": {"team": "care", "skills": ["arabic"]}}
        ]}"#,
    )
    .unwrap();
    let built = builder.build().unwrap();
    assert_eq!(built.hash(), parsed.hash());
    assert_eq!(built.to_bytes(), parsed.to_bytes());
}

#[test]
fn typed_hours_in_a_zone_equal_the_json_hours() {
    for zone in ["Europe/Berlin", "Europe/Atlantis"] {
        let mut builder = builder_with_queue();
        builder.rule(
            Rule::new("r", Condition::exists([("a", true)]), "q").hours(Hours::zone(zone).open(
                [Day::Mon],
                "09:00",
                "17:00",
            )),
        );
        let parsed = RouteTable::from_json(&document(&format!(
            r#"{{"id": "r", "queue": "q", "when": {{"exists": {{"a": true}}}}, "hours": {{"zone": "{zone}",
                "open": [{{"days": ["mon"], "from": "09:00", "until": "17:00"}}]}}}}"#
        )));
        match (builder.build(), parsed) {
            (Ok(built), Ok(parsed)) => assert_eq!(built.to_bytes(), parsed.to_bytes()),
            // The second zone is unknown, so it is always rejected. Without the feature `zones`,
            // both zones are rejected.
            (built, parsed) => {
                assert_eq!(faults(&built.unwrap_err()), faults(&parsed.unwrap_err()));
            }
        }
    }
}

#[test]
fn every_fault_of_a_typed_topology_has_its_pointer() {
    let at = |text| Timestamp::parse(text).unwrap();
    let skilled = Assignment { skills: vec!["x".into(), String::new()], ..Assignment::default() };
    let when = || Condition::exists([("a", true)]);
    let mut builder = RouteTable::builder();
    builder
        .channel(Channel::new("", "sms").queue("nowhere"))
        .queue(Queue::new("q").app("nobody").fallback("p").fallback("p"))
        .queue(Queue::new("p").fallback("q"))
        .queue(Queue::new("q"))
        .app(App::new("a").webhook("w").webhook("none"))
        .webhook(Webhook::new("w", ""))
        .default_queue("gone")
        .rule(Rule::new("x\n", when(), "q"))
        .rule(Rule::new("r", when(), "nowhere").assign(Assignment::default()))
        .rule(
            Rule::new("r", when(), "q")
                .from(at("2026-12-01T00:00:00Z"))
                .until(at("2026-12-01T00:00:00Z"))
                .hours(Hours::offset("5").open([], "9:00", "17:00").open(
                    [Day::Mon],
                    "10:00",
                    "09:00",
                ))
                .assign(skilled),
        )
        .rule(Rule::new("s", when(), "q").hours(Hours::offset("Z")));
    let parsed = RouteTable::from_json(
        r#"{
        "channels": [{"id": "", "kind": "sms", "queue": "nowhere"}],
        "queues": [{"id": "q", "app": "nobody", "fallback": ["p", "p"]},
                   {"id": "p", "fallback": ["q"]}, {"id": "q"}],
        "apps": [{"id": "a", "webhooks": ["w", "none"]}],
        "webhooks": [{"id": "w", "url": "", "events": []}],
        "default_queue": "gone",
        "rules": [
            {"id": "x\n", "when": {"exists": {"a": true}}, "queue": "q"},
            {"id": "r", "when": {"exists": {"a": true}}, "queue": "nowhere", "assign": {}},
            {"id": "r", "when": {"exists": {"a": true}}, "queue": "q",
             "from": "2026-12-01T00:00:00Z", "until": "2026-12-01T00:00:00Z",
             "hours": {"offset": "5", "open": [
                {"days": [], "from": "9:00", "until": "17:00"},
                {"days": ["mon"], "from": "10:00", "until": "09:00"}]},
             "assign": {"skills": ["x", ""]}},
            {"id": "s", "when": {"exists": {"a": true}}, "queue": "q",
             "hours": {"offset": "Z", "open": []}}
        ]}"#,
    );
    let (built, parsed) = (builder.build().unwrap_err(), parsed.unwrap_err());
    assert_eq!(faults(&built), faults(&parsed));
    assert!(faults(&built).len() > 15);
}
