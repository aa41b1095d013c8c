//! Builds a table from a JSON topology with the typed builder. This table must equal the table that
//! is parsed from the same JSON.

use keyrail_core::{EventPattern, Network, Timestamp};
use keyrail_route::RouteTable;
use keyrail_route::build::{
    App, Bounds, Channel, Choices, Condition, Day, Hours, Keyword, Operand, Queue, Rule, Text,
    Webhook,
};
use serde_json::Value;

use crate::meaning::list;

/// Builds a table from the typed values that correspond to the topology.
pub fn table(topology: &Value) -> RouteTable {
    let mut builder = RouteTable::builder();
    for channel in list(topology, "channels") {
        let typed = Channel::new(as_str(&channel["id"]), as_str(&channel["kind"]));
        builder.channel(optional(typed, &channel["queue"], Channel::queue));
    }
    for queue in list(topology, "queues") {
        let typed = optional(Queue::new(as_str(&queue["id"])), &queue["app"], Queue::app);
        builder.queue(with_each(typed, &queue["fallback"], Queue::fallback));
    }
    for app in list(topology, "apps") {
        let typed = App::new(as_str(&app["id"])).disabled(app["disabled"] == true);
        builder.app(with_each(typed, &app["webhooks"], App::webhook));
    }
    for webhook in list(topology, "webhooks") {
        let typed = Webhook::new(as_str(&webhook["id"]), as_str(&webhook["url"]));
        builder.webhook(with_each(typed, &webhook["events"], |webhook, event| {
            webhook.event(EventPattern::parse(&event).unwrap())
        }));
    }
    if let Some(queue) = topology["default_queue"].as_str() {
        builder.default_queue(queue);
    }
    builder.rules(list(topology, "rules").iter().map(rule));
    builder.build().unwrap_or_else(|error| panic!("{error} {topology}"))
}

fn as_str(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn optional<T>(typed: T, value: &Value, with: impl Fn(T, String) -> T) -> T {
    match value.as_str() {
        Some(name) => with(typed, name.to_owned()),
        None => typed,
    }
}

fn with_each<T>(typed: T, names: &Value, with: impl Fn(T, String) -> T) -> T {
    let names = names.as_array().into_iter().flatten();
    names.fold(typed, |typed, name| with(typed, as_str(name).to_owned()))
}

fn rule(rule: &Value) -> Rule<'_> {
    let time = |member: &str| rule[member].as_str().map(|text| Timestamp::parse(text).unwrap());
    let mut typed =
        Rule::new(as_str(&rule["id"]), condition(&rule["when"]), as_str(&rule["queue"]))
            .priority(rule["priority"].as_i64().unwrap_or(0))
            .interrupts_session(rule["interrupts_session"] == true);
    if let Some(from) = time("from") {
        typed = typed.from(from);
    }
    if let Some(until) = time("until") {
        typed = typed.until(until);
    }
    if rule["hours"].is_object() {
        typed = typed.hours(hours(&rule["hours"]));
    }
    typed
}

fn hours(hours: &Value) -> Hours {
    const DAYS: [(&str, Day); 7] = [
        ("mon", Day::Mon),
        ("tue", Day::Tue),
        ("wed", Day::Wed),
        ("thu", Day::Thu),
        ("fri", Day::Fri),
        ("sat", Day::Sat),
        ("sun", Day::Sun),
    ];
    let day = |day: &Value| DAYS.iter().find(|(word, _)| day == word).unwrap().1;
    let typed = Hours::offset(as_str(&hours["offset"]));
    list(hours, "open").iter().fold(typed, |typed, open| {
        let days: Vec<Day> = list(open, "days").iter().map(day).collect();
        typed.open(days, as_str(&open["from"]), as_str(&open["until"]))
    })
}

fn condition(json: &Value) -> Condition<'_> {
    let (operator, operand) = json.as_object().unwrap().iter().next().unwrap();
    let conditions = || operand.as_array().unwrap().iter().map(condition);
    let tests = || operand.as_object().unwrap().iter();
    macro_rules! tests {
        ($operand:expr) => {
            tests().map(|(name, operand)| (name.as_str(), with_options(operand, $operand)))
        };
    }
    let string = |value| Text::from(as_str(value));
    match operator.as_str() {
        "all" => Condition::all(conditions()),
        "any" => Condition::any(conditions()),
        "not" => Condition::not(condition(operand)),
        "exact" => Condition::exact(tests!(scalar)),
        "in" => Condition::one_of(tests!(choices)),
        "prefix" => Condition::prefix(tests!(string)),
        "suffix" => Condition::suffix(tests!(string)),
        "wildcard" => Condition::wildcard(tests!(string)),
        "subject" => Condition::subject(tests!(string)),
        "contains" => Condition::contains(tests!(|value| Keyword::from(as_str(value)))),
        "range" => Condition::range(tests().map(|(name, range)| (name.as_str(), bounds(range)))),
        "exists" => {
            Condition::exists(tests().map(|(name, exists)| (name.as_str(), exists == true)))
        }
        "cidr" => Condition::cidr(
            tests()
                .map(|(name, network)| (name.as_str(), Network::parse(as_str(network)).unwrap())),
        ),
        other => panic!("{other}"),
    }
}

fn scalar(value: &Value) -> Operand<'_> {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Number(number) if number.is_f64() => number.as_f64().unwrap().into(),
        Value::Number(number) => number.as_i64().unwrap().into(),
        value => as_str(value).into(),
    }
}

fn choices(values: &Value) -> Choices<'_> {
    values.as_array().unwrap().iter().map(scalar).collect()
}

fn bounds(range: &Value) -> Bounds {
    let tests = range.as_object().unwrap().iter();
    tests.fold(Bounds::default(), |bounds, (name, number)| {
        let number = number.as_f64().unwrap();
        match name.as_str() {
            "gt" => bounds.gt(number),
            "gte" => bounds.gte(number),
            "lt" => bounds.lt(number),
            _ => bounds.lte(number),
        }
    })
}

/// An operand that can have options besides its value.
trait Options: Sized {
    fn ignore_case(self) -> Self;
    fn normalize(self) -> Self;
    fn word(self) -> Self;
}

macro_rules! options {
    ($($type:ident: $word:expr;)*) => {$(
        impl Options for $type<'_> {
            fn ignore_case(self) -> Self {
                $type::ignore_case(self)
            }

            fn normalize(self) -> Self {
                $type::normalize(self)
            }

            fn word(self) -> Self {
                $word(self)
            }
        }
    )*};
}

options! {
    Operand: core::convert::identity;
    Choices: core::convert::identity;
    Text: core::convert::identity;
    Keyword: Keyword::word;
}

fn with_options<'v, T: Options>(json: &'v Value, operand: impl Fn(&'v Value) -> T) -> T {
    if !json.is_object() {
        return operand(json);
    }
    let mut typed = operand(&json["value"]);
    if json["ignore_case"] == true {
        typed = typed.ignore_case();
    }
    if json["normalize"] == true {
        typed = typed.normalize();
    }
    if json["word"] == true {
        typed = typed.word();
    }
    typed
}
