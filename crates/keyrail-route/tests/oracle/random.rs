//! Random topologies and messages. They use so few different values that the rules often match.

use serde_json::{Map, Value, json};

/// A random number generator (SplitMix64). A seed always produces the same numbers.
pub struct Random(pub u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }

    /// Returns a random subset, in random order.
    pub fn subset<T: Copy>(&mut self, from: &[T]) -> Vec<T> {
        let mut rest = from.to_vec();
        let count = self.below(from.len() + 1);
        (0..count).map(|_| rest.swap_remove(self.below(rest.len()))).collect()
    }
}

pub const QUEUES: [&str; 4] = ["q0", "q1", "q2", "q3"];
const ATTRIBUTES: [&str; 7] = ["channel", "event", "text", "n", "flag", "tags", "ip"];
const STRINGS: [&str; 24] = [
    "a", "b", "ab", "aba", "A", "Ab", "1", "0.5", "true", "c0", "a.b", "a.b.c", "b.a", "ab a",
    "a_b", "a-b", "٣a", "3a", "aـb", "É", "é", "aΣ", "aς", "Ａ",
];
const ADDRESSES: [&str; 6] =
    ["10.0.0.1", "10.1.2.3", "::ffff:10.0.0.1", "2001:db8::1", "::1", "300.0.0.1"];
const NETWORKS: [&str; 8] = [
    "10.0.0.0/8",
    "10.0.0.0/24",
    "10.0.0.1/32",
    "0.0.0.0/0",
    "2001:db8::/32",
    "::/0",
    "2001:db8::1/128",
    "10.1.0.0/16",
];
const PATTERNS: [&str; 9] = ["a*", "*b", "*", "a*a", "*a*", "ab", r"\*", "*a*b*", "a.*.c"];
const SUBJECTS: [&str; 7] = ["a.*", "a.>", "*.b", ">", "*", "a.b", "a.*.c"];
const EVENTS: [&str; 4] = ["a.b", "a.b.c", "a.", "b"];
const NUMBERS: [f64; 6] = [-3.0, 0.0, 0.5, 1.0, 2.0, 9_007_199_254_740_992.0];

fn scalar(random: &mut Random) -> Value {
    match random.below(8) {
        0 => json!(random.pick(&NUMBERS)),
        1 => json!(random.one_in(2)),
        _ => json!(random.pick(&STRINGS)),
    }
}

/// Converts whole numbers to JSON integers, because the oracle takes the JSON form of a
/// number as its canonical string.
fn with_integers(value: Value) -> Value {
    match value.as_f64() {
        Some(number) if number.fract() == 0.0 => json!(number as i64),
        _ => value,
    }
}

fn with_options(random: &mut Random, operator: &str, operand: Value) -> Value {
    if random.one_in(2) {
        return operand;
    }
    let mut options = Map::from_iter([("value".to_owned(), operand)]);
    for option in ["ignore_case", "normalize", "word"] {
        if (option != "word" || operator == "contains") && random.one_in(2) {
            options.insert(option.into(), json!(!random.one_in(4)));
        }
    }
    Value::Object(options)
}

fn range(random: &mut Random) -> Value {
    let (mut low, mut high) = (random.below(NUMBERS.len()), random.below(NUMBERS.len()));
    if low > high {
        std::mem::swap(&mut low, &mut high);
    }
    let mut range = Map::new();
    let bounds = random.below(3);
    let is_single = low == high;
    if bounds != 0 {
        let name = if is_single || random.one_in(2) { "gte" } else { "gt" };
        range.insert(name.into(), with_integers(json!(NUMBERS[low])));
    }
    if bounds != 1 {
        let name = if is_single || random.one_in(2) { "lte" } else { "lt" };
        range.insert(name.into(), with_integers(json!(NUMBERS[high])));
    }
    Value::Object(range)
}

fn operand(random: &mut Random, operator: &str) -> Value {
    let operand = match operator {
        "range" => return range(random),
        "exists" => return json!(random.one_in(2)),
        "cidr" => return json!(random.pick(&NETWORKS)),
        "exact" => with_integers(scalar(random)),
        "in" => {
            let count = 1 + random.below(3);
            Value::from_iter((0..count).map(|_| with_integers(scalar(random))))
        }
        "wildcard" => json!(random.pick(&PATTERNS)),
        "subject" => json!(random.pick(&SUBJECTS)),
        _ => json!(random.pick(&STRINGS)),
    };
    with_options(random, operator, operand)
}

fn test(random: &mut Random) -> Value {
    let operator = random.pick(&[
        "exact", "exact", "exact", "prefix", "suffix", "contains", "contains", "in", "wildcard",
        "range", "exists", "cidr", "subject",
    ]);
    let mut tests = Map::new();
    for _ in 0..=random.below(3).min(1) {
        let attribute = match operator {
            "range" if !random.one_in(4) => "n",
            "cidr" if !random.one_in(4) => "ip",
            _ => random.pick(&ATTRIBUTES),
        };
        tests.insert(attribute.into(), operand(random, operator));
    }
    json!({operator: tests})
}

fn condition(random: &mut Random, depth: usize) -> Value {
    if depth == 0 || random.one_in(2) {
        return test(random);
    }
    let count = 1 + random.below(3);
    match random.below(5) {
        0 => json!({"not": condition(random, depth - 1)}),
        1 | 2 => {
            json!({"any": (0..count).map(|_| condition(random, depth - 1)).collect::<Vec<_>>()})
        }
        _ => json!({"all": (0..count).map(|_| condition(random, depth - 1)).collect::<Vec<_>>()}),
    }
}

fn hours(random: &mut Random) -> Value {
    let days = random.pick(&[&["mon", "wed"][..], &["thu"], &["sat", "sun", "fri"]]);
    let (from, until) = random.pick(&[("00:00", "24:00"), ("09:00", "17:30"), ("23:00", "23:59")]);
    let offset = random.pick(&["+05:30", "-08:00", "+00:00"]);
    json!({"offset": offset, "open": [{"days": days, "from": from, "until": until}]})
}

/// Returns a condition of equality tests only. If all rules of a table have such conditions, the
/// index can look up the strings of a message directly.
fn equalities(random: &mut Random) -> Value {
    let attributes =
        random.pick(&[&["channel", "event"][..], &["event", "text"], &ATTRIBUTES[..3]]);
    let tests = attributes.iter().map(|attribute| {
        let value = match *attribute {
            "channel" => random.pick(&["c0", "c1"]),
            "event" => random.pick(&EVENTS),
            _ => random.pick(&STRINGS[..4]),
        };
        (attribute.to_string(), json!(value))
    });
    json!({"exact": Map::from_iter(tests)})
}

fn rule(random: &mut Random, n: usize, only_equalities: bool) -> Value {
    let when = if only_equalities { equalities(random) } else { condition(random, 3) };
    let mut rule = json!({"id": format!("r{n}"), "when": when, "queue": random.pick(&QUEUES)});
    if random.one_in(2) {
        rule["priority"] = json!(random.below(3) as i64 - 1);
    }
    if random.one_in(4) {
        rule["interrupts_session"] = json!(!random.one_in(4));
    }
    match random.below(12) {
        0 => rule["from"] = json!("1970-01-03T00:00:00Z"),
        1 => rule["until"] = json!("1970-01-05T00:00:00Z"),
        2 => rule["hours"] = hours(random),
        _ => {}
    }
    rule
}

pub fn topology(random: &mut Random) -> Value {
    let channels = ["c0", "c1"].map(|id| {
        let mut channel = json!({"id": id, "kind": "sms"});
        if random.one_in(2) {
            channel["queue"] = json!(random.pick(&QUEUES));
        }
        channel
    });
    // A queue falls back only to later queues, so that the fallbacks form no cycle.
    let queues: Vec<Value> = (0..QUEUES.len())
        .map(|n| {
            let fallback = random.subset(&QUEUES[n + 1..]);
            let mut queue = json!({"id": QUEUES[n], "fallback": fallback});
            if !random.one_in(4) {
                queue["app"] = json!(random.pick(&["desk", "crm"]));
            }
            queue
        })
        .collect();
    let apps = ["desk", "crm"].map(|id| {
        json!({"id": id, "webhooks": random.subset(&["h0", "h1"]), "disabled": random.one_in(8)})
    });
    let webhooks = ["h0", "h1"].map(|id| {
        let mut events = random.subset(&["*", "a.*", "a.b", "b"]);
        events.push("c");
        json!({"id": id, "url": "https://a.example/", "events": events})
    });
    let count = random.pick(&[0, 1, 2, 4, 8, 16]);
    let only_equalities = random.one_in(4);
    let rules: Vec<Value> = (0..count).map(|n| rule(random, n, only_equalities)).collect();
    let mut topology = json!({
        "channels": channels, "queues": queues, "apps": apps, "webhooks": webhooks, "rules": rules,
    });
    if random.one_in(2) {
        topology["default_queue"] = json!(random.pick(&QUEUES));
    }
    topology
}

pub fn message(random: &mut Random) -> Value {
    let mut message = json!({"channel": random.pick(&["c0", "c1"])});
    if !random.one_in(3) {
        message["event"] = json!(random.pick(&EVENTS));
    }
    for attribute in ["event", "text", "n", "flag", "tags", "ip"] {
        if random.one_in(3) {
            continue;
        }
        message[attribute] = match (attribute, random.below(8)) {
            ("n", 0..6) => with_integers(json!(random.pick(&NUMBERS))),
            ("ip", 0..6) => json!(random.pick(&ADDRESSES)),
            ("event", 0..6) => json!(random.pick(&EVENTS)),
            (_, 6) => {
                let count = random.below(4);
                Value::from_iter((0..count).map(|_| random.pick(&STRINGS)))
            }
            (_, 7) => json!(""),
            _ => with_integers(scalar(random)),
        };
    }
    message
}
