//! What `check` says of rules, held against all messages of a small alphabet.

use keyrail_route::{Context, Finding, Message, RouteTable, Scratch, Value};

/// Numbers that are the same on every run: SplitMix64.
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

    /// All of some tests and opposites of tests.
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
    /// The attributes that it looks at, if all of it must hold.
    looks_at: Option<Vec<&'static str>>,
    when: String,
}

fn rule(random: &mut Random) -> Rule {
    let is_plain = random.one_in(2);
    let when = if is_plain { random.conjunction() } else { random.condition(1) };
    let names = ["a", "b", "channel"];
    let looks_at = names.into_iter().filter(|name| when.contains(&format!("{{\"{name}\":")));
    let is_one_way = !when.contains(r#"{"in""#);
    Rule {
        priority: i64::from(random.one_in(4)),
        interrupts: random.one_in(5),
        queue: random.below(2),
        looks_at: (is_plain && is_one_way).then(|| looks_at.collect()),
        when,
    }
}

fn table<'a>(rules: impl IntoIterator<Item = &'a Rule>) -> RouteTable {
    let rules = rules.into_iter().enumerate().map(|(place, rule)| {
        let Rule { priority, interrupts, queue, when, .. } = rule;
        format!(
            r#"{{"id": "{place}", "priority": {priority}, "interrupts_session": {interrupts},
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

/// One message of each kind that the conditions above can tell apart, and
/// whether its values are single ones.
fn messages() -> Vec<(Message, bool)> {
    let text = |text: &str| Some(Value::Text(text.into()));
    let mut of_a = vec![None, text("x"), text("1"), text("2"), text("true"), text("z")];
    let numbers = [-1.0, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5];
    of_a.extend(numbers.map(|number| Some(Value::Number(number))));
    of_a.extend([true, false].map(|value| Some(Value::Boolean(value))));
    for some in 0..16 {
        let texts = ["x", "1", "2", "true"].into_iter().enumerate();
        let texts = texts.filter(|(place, _)| some >> place & 1 == 1).map(|(_, text)| text.into());
        of_a.push(Some(Value::List(texts.collect())));
    }
    let of_b = [None, text("x"), text("z")];
    let mut all = Vec::new();
    for channel in ["c0", "c1"] {
        for a in &of_a {
            for b in &of_b {
                let mut message = Message::new(channel).unwrap();
                for (name, value) in [("a", a), ("b", b)] {
                    if let Some(value) = value {
                        message = message.with(name, value.clone()).unwrap();
                    }
                }
                all.push((message, !matches!(a, Some(Value::List(_)))));
            }
        }
    }
    all
}

/// Which messages the rule matches.
fn matches(rule: &Rule, messages: &[(Message, bool)]) -> Vec<bool> {
    let (table, context, mut scratch) = (table([rule]), Context::default(), Scratch::new());
    let mut is_taken =
        |message| table.decide(message, &context, &mut scratch).unwrap().rule().is_some();
    messages.iter().map(|(message, _)| is_taken(message)).collect()
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
            let (of_a, of_b) = (rules[a].priority, rules[b].priority);
            of_a > of_b || (of_a == of_b && a < b)
        };
        let shadowed = |place: usize, by: &[usize]| {
            let takes = |message: usize| {
                by.iter().any(|other| {
                    comes_before(*other, place)
                        && (rules[*other].interrupts || !rules[place].interrupts)
                        && matches[*other][message]
                })
            };
            (0..messages.len()).all(|message| !matches[place][message] || takes(message))
        };
        let findings = table(&rules).lint();
        let place = |id: &str| id.parse::<usize>().unwrap();
        let about = |place: usize| {
            let described: Vec<_> = rules.iter().map(|rule| (rule.priority, &rule.when)).collect();
            format!("{place} of {described:#?}\n{findings:#?}")
        };
        let all: Vec<usize> = (0..count).collect();
        let is_without_effect = |rule: usize| shadowed(rule, &all);
        for (rule, of_messages) in matches.iter().enumerate() {
            let of_rule = findings.iter().find_map(|finding| match finding {
                Finding::NeverMatches { rule: id } if place(id) == rule => Some(Vec::new()),
                Finding::Shadowed { rule: id, by } if place(id) == rule => {
                    Some(by.iter().map(|id| place(id)).collect())
                }
                _ => None,
            });
            let is_never = !of_messages.contains(&true);
            assert_eq!(of_rule.is_some(), is_without_effect(rule), "{}", about(rule));
            let Some(by) = of_rule else { continue };
            assert_eq!(by.is_empty(), is_never, "{}", about(rule));
            assert!(by.windows(2).all(|pair| comes_before(pair[0], pair[1])), "{}", about(rule));
            assert!(shadowed(rule, &by), "{}", about(rule));
            for needed in &by {
                let rest: Vec<usize> = by.iter().copied().filter(|it| it != needed).collect();
                assert!(!shadowed(rule, &rest), "{}", about(rule));
            }
            seen[by.len().min(2)] += 1;
        }
        for later in 0..count {
            for earlier in 0..count {
                let is_pair = comes_before(earlier, later)
                    && rules[earlier].priority == rules[later].priority
                    && rules[earlier].queue != rules[later].queue;
                let can_meet = (0..messages.len())
                    .any(|at| matches[earlier][at] && matches[later][at] && messages[at].1);
                let is_listed = findings.iter().any(|finding| {
                    matches!(finding, Finding::Overlap { rule, with }
                        if (place(rule), place(with)) == (earlier, later))
                });
                let sound = is_pair && can_meet;
                assert!(!is_listed || sound, "{earlier} {}", about(later));
                seen[3] += usize::from(is_listed);
                if let (Some(a), Some(b)) = (&rules[earlier].looks_at, &rules[later].looks_at)
                    && !is_without_effect(earlier)
                    && !is_without_effect(later)
                {
                    let is_shared = a.iter().any(|name| b.contains(name));
                    assert_eq!(is_listed, sound && is_shared, "{earlier} {}", about(later));
                }
            }
        }
        let is_undecided = |finding: &Finding| matches!(finding, Finding::Undecided { .. });
        assert!(!findings.iter().any(is_undecided), "{}", about(0));
    }
    // Of each kind there were enough to say so.
    assert!(seen.iter().all(|count| *count > 50), "{seen:?}");
}

#[test]
fn each_rule_has_its_own_step_budget() {
    let rule = |queue, when| Rule { priority: 0, interrupts: false, queue, looks_at: None, when };
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
    let found: Vec<String> = table(&rules).lint().iter().map(ToString::to_string).collect();
    assert_eq!(found, ["the rule 10001 never wins: 10000 comes before it"]);
}
