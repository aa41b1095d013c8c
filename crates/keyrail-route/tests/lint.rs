//! Lint findings about rules, compared with an exhaustive check of all messages that a few values
//! can form.

use keyrail_route::{Context, Finding, Message, RouteTable, Scratch, Value};

/// A random number generator (SplitMix64). A seed always produces the same numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % end).unwrap()
    }

    fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len() as u64)]
    }

    fn test(&mut self) -> String {
        match self.below(10) {
            0..3 => {
                let operand = self.pick(&[r#""x""#, r#""1""#, "1", "2", "true"]);
                format!(r#"{{"exact": {{"a": {operand}}}}}"#)
            }
            3..6 => {
                let (low, width) = (self.below(4), self.below(3));
                let (above, below) = (self.pick(&["gt", "gte"]), self.pick(&["lt", "lte"]));
                match self.below(3) {
                    0 => format!(r#"{{"range": {{"a": {{"{above}": {low}}}}}}}"#),
                    1 => format!(r#"{{"range": {{"a": {{"{below}": {low}}}}}}}"#),
                    _ if width == 0 => {
                        format!(r#"{{"range": {{"a": {{"gte": {low}, "lte": {low}}}}}}}"#)
                    }
                    _ => {
                        let high = low + width;
                        format!(r#"{{"range": {{"a": {{"{above}": {low}, "{below}": {high}}}}}}}"#)
                    }
                }
            }
            6 => {
                let (name, is) = (self.pick(&["a", "b", "channel"]), self.pick(&["true", "false"]));
                format!(r#"{{"exists": {{"{name}": {is}}}}}"#)
            }
            7 => r#"{"exact": {"b": "x"}}"#.into(),
            8 => r#"{"in": {"a": ["x", 1]}}"#.into(),
            _ => {
                let (operator, id) =
                    (self.pick(&["exact", "prefix"]), self.pick(&["c", "c0", "c1"]));
                format!(r#"{{"{operator}": {{"channel": "{id}"}}}}"#)
            }
        }
    }

    /// Returns a conjunction of tests and negated tests.
    fn conjunction(&mut self) -> String {
        let count = self.below(3) + 1;
        let tests: Vec<String> = (0..count)
            .map(|_| {
                let test = self.test();
                if self.one_in(3) { format!(r#"{{"not": {test}}}"#) } else { test }
            })
            .collect();
        format!(r#"{{"all": [{}]}}"#, tests.join(", "))
    }

    fn condition(&mut self, depth: usize) -> String {
        let inner = |random: &mut Self| {
            if depth == 0 { random.conjunction() } else { random.condition(depth - 1) }
        };
        match self.below(3) {
            0 => format!(r#"{{"not": {}}}"#, inner(self)),
            1 => format!(r#"{{"any": [{}, {}]}}"#, inner(self), inner(self)),
            _ => format!(r#"{{"all": [{}, {}]}}"#, inner(self), inner(self)),
        }
    }
}

struct Rule {
    priority: i64,
    interrupts: bool,
    queue: usize,
    /// The attributes that the rule tests, if its condition is a single conjunction.
    attributes: Option<Vec<&'static str>>,
    when: String,
}

fn rule(random: &mut Random) -> Rule {
    let is_conjunction = random.one_in(2);
    let when = if is_conjunction { random.conjunction() } else { random.condition(1) };
    let names = ["a", "b", "channel"];
    let attributes = names.into_iter().filter(|name| when.contains(&format!("{{\"{name}\":")));
    let has_in = when.contains(r#"{"in""#); // an `in` has alternatives
    Rule {
        priority: i64::from(random.one_in(4)),
        interrupts: random.one_in(5),
        queue: random.below(2),
        attributes: (is_conjunction && !has_in).then(|| attributes.collect()),
        when,
    }
}

fn table<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> RouteTable {
    let rules = rules.into_iter().enumerate().map(|(index, rule)| {
        let Rule { priority, interrupts, queue, when, .. } = rule;
        format!(
            r#"{{"id": "{index}", "priority": {priority}, "interrupts_session": {interrupts},
                 "queue": "q{queue}", "when": {when}}}"#
        )
    });
    let rules: Vec<String> = rules.collect();
    let topology = format!(
        r#"{{"channels": [{{"id": "c0", "kind": "k"}}, {{"id": "c1", "kind": "k"}}],
             "queues": [{{"id": "q0"}}, {{"id": "q1"}}], "default_queue": "q0",
             "rules": [{}]}}"#,
        rules.join(",")
    );
    RouteTable::from_json(&topology).unwrap()
}

/// Returns one message for each case that the conditions above can distinguish. The boolean is true
/// if the message contains no list.
fn messages() -> Vec<(Message, bool)> {
    let text = |text: &str| Some(Value::Text(text.into()));
    let mut values_of_a = vec![None, text("x"), text("1"), text("2"), text("true"), text("z")];
    let numbers = [-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5];
    values_of_a.extend(numbers.map(|number| Some(Value::Number(number))));
    values_of_a.extend([true, false].map(|value| Some(Value::Boolean(value))));
    for subset in 0..16 {
        let strings = ["x", "1", "2", "true"].into_iter().enumerate();
        let strings = strings.filter(|(bit, _)| subset >> bit & 1 == 1);
        let strings = strings.map(|(_, string)| string.into());
        values_of_a.push(Some(Value::List(strings.collect())));
    }
    let values_of_b = [None, text("x"), text("z")];
    let mut messages = Vec::new();
    for channel in ["c0", "c1"] {
        for a in &values_of_a {
            for b in &values_of_b {
                let mut message = Message::new(channel).unwrap();
                for (name, value) in [("a", a), ("b", b)] {
                    if let Some(value) = value {
                        message = message.with(name, value.clone()).unwrap();
                    }
                }
                messages.push((message, !matches!(a, Some(Value::List(_)))));
            }
        }
    }
    messages
}

/// Returns for each message whether the rule matches it.
fn matches(rule: &Rule, messages: &[(Message, bool)]) -> Vec<bool> {
    let (table, context, mut scratch) = (table([rule]), Context::default(), Scratch::new());
    let mut is_match =
        |message| table.decide(message, &context, &mut scratch).unwrap().rule().is_some();
    messages.iter().map(|(message, _)| is_match(message)).collect()
}

#[test]
fn findings_agree_with_an_exhaustive_check_of_all_messages() {
    let messages = messages();
    let mut random = Random(7);
    let mut seen = [0; 4];
    for _ in 0..1000 {
        let count = random.below(5) + 2;
        let rules: Vec<Rule> = (0..count).map(|_| rule(&mut random)).collect();
        let matches: Vec<Vec<bool>> = rules.iter().map(|rule| matches(rule, &messages)).collect();
        let comes_before = |a: usize, b: usize| {
            let (priority_a, priority_b) = (rules[a].priority, rules[b].priority);
            priority_a > priority_b || (priority_a == priority_b && a < b)
        };
        let is_shadowed = |rule: usize, by: &[usize]| {
            let is_matched_first = |message: usize| {
                by.iter().any(|other| {
                    comes_before(*other, rule)
                        && (rules[*other].interrupts || !rules[rule].interrupts)
                        && matches[*other][message]
                })
            };
            (0..messages.len()).all(|message| !matches[rule][message] || is_matched_first(message))
        };
        let findings = table(&rules).lint();
        let index = |id: &str| id.parse::<usize>().unwrap();
        let about = |rule: usize| {
            let described: Vec<_> = rules.iter().map(|rule| (rule.priority, &rule.when)).collect();
            format!("{rule} of {described:#?}\n{findings:#?}")
        };
        let all: Vec<usize> = (0..count).collect();
        let never_wins = |rule: usize| is_shadowed(rule, &all);
        for (rule, rule_matches) in matches.iter().enumerate() {
            let shadowed_by = findings.iter().find_map(|finding| match finding {
                Finding::NeverMatches { rule: id } if index(id) == rule => Some(Vec::new()),
                Finding::Shadowed { rule: id, by } if index(id) == rule => {
                    Some(by.iter().map(|id| index(id)).collect())
                }
                _ => None,
            });
            let never_matches = !rule_matches.contains(&true);
            assert_eq!(shadowed_by.is_some(), never_wins(rule), "{}", about(rule));
            let Some(by) = shadowed_by else { continue };
            assert_eq!(by.is_empty(), never_matches, "{}", about(rule));
            assert!(by.windows(2).all(|pair| comes_before(pair[0], pair[1])), "{}", about(rule));
            assert!(is_shadowed(rule, &by), "{}", about(rule));
            for omitted in &by {
                let rest: Vec<usize> =
                    by.iter().copied().filter(|other| other != omitted).collect();
                assert!(!is_shadowed(rule, &rest), "{}", about(rule));
            }
            seen[by.len().min(2)] += 1;
        }
        for later in 0..count {
            for earlier in 0..count {
                let may_overlap = comes_before(earlier, later)
                    && rules[earlier].priority == rules[later].priority
                    && rules[earlier].queue != rules[later].queue;
                let have_common_message = (0..messages.len()).any(|message| {
                    matches[earlier][message] && matches[later][message] && messages[message].1
                });
                let is_reported = findings.iter().any(|finding| {
                    matches!(finding, Finding::Overlap { rule, with }
                        if (index(rule), index(with)) == (earlier, later))
                });
                let is_overlap = may_overlap && have_common_message;
                assert!(!is_reported || is_overlap, "{earlier} {}", about(later));
                seen[3] += usize::from(is_reported);
                if let (Some(a), Some(b)) = (&rules[earlier].attributes, &rules[later].attributes)
                    && !never_wins(earlier)
                    && !never_wins(later)
                {
                    let is_shared = a.iter().any(|name| b.contains(name));
                    assert_eq!(is_reported, is_overlap && is_shared, "{earlier} {}", about(later));
                }
            }
        }
        let is_undecided = |finding: &Finding| matches!(finding, Finding::Undecided { .. });
        assert!(!findings.iter().any(is_undecided), "{}", about(0));
    }
    // Each kind of finding must occur often enough for the comparison to be meaningful.
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

#[test]
fn each_rule_has_its_own_step_budget() {
    let rule = |queue, when| Rule { priority: 0, interrupts: false, queue, attributes: None, when };
    let simple = |n: usize| {
        let (channel, event) = (n % 2, n % 10);
        let when = format!(
            r#"{{"exact": {{"channel": "c{channel}", "app": "x{n}", "event": "e{event}"}}}}"#
        );
        rule(n % 2, when)
    };
    let mut rules: Vec<Rule> = (0..10_000).map(simple).collect();
    rules.push(simple(9_999));
    let senders: Vec<String> = (0..20_000).map(|n| n.to_string()).collect();
    let when = format!(r#"{{"not": {{"in": {{"sender": [{}]}}}}}}"#, senders.join(","));
    rules.insert(0, Rule { priority: -1, ..rule(0, when) });
    let findings: Vec<String> = table(&rules).lint().iter().map(ToString::to_string).collect();
    assert_eq!(findings, ["the rule 10001 never wins: 10000 comes before it"]);
}
